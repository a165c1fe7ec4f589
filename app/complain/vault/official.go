package vault

import (
	"bytes"
	"context"

	"golang.org/x/text/unicode/norm"
)

// Official is what is kept of an official's key pair: the public key, and two copies
// of the private one, under her password and under a printed recovery code. It is
// never changed: what changes it returns another, which replaces it.
//
// As bytes it is the header, the public key and the two locks.
type Official struct {
	public             *Public
	password, recovery []byte
}

// NewOfficial draws a key pair for who works in context c (her account as Case). Both
// copies were opened and compared before it returns. The code is to be printed and
// forgotten; the Private is for the session that begins.
func NewOfficial(ctx context.Context, c Context, password string, cost Params) (*Official, RecoveryCode, *Private, error) {
	p, err := NewPair()
	if err != nil {
		return nil, RecoveryCode{}, nil, err
	}
	o, code, err := lockOfficial(ctx, c, p, password, cost)
	if err != nil {
		p.Wipe()
		return nil, RecoveryCode{}, nil, err
	}
	return o, code, p, nil
}

// lockOfficial makes both copies.
func lockOfficial(ctx context.Context, c Context, p *Private, password string, cost Params) (*Official, RecoveryCode, error) {
	first, err := lockPassword(ctx, c, p, password, cost)
	if err != nil {
		return nil, RecoveryCode{}, err
	}
	code := newRecoveryCode()
	spelled := spell(code.symbols[:])
	defer wipe(spelled)
	second, err := newLock(ctx, kindRecovery, c, spelled, p, cost)
	if err != nil {
		return nil, RecoveryCode{}, err
	}
	return &Official{p.public, first, second}, code, nil
}

func lockPassword(ctx context.Context, c Context, p *Private, password string, cost Params) ([]byte, error) {
	if password == "" {
		return nil, ErrEmpty
	}
	secret := typed(password)
	defer wipe(secret)
	return newLock(ctx, kindPassword, c, secret, p, cost)
}

// typed is a password as bytes; accents typed combined or precomposed are the same.
func typed(password string) []byte { return norm.NFC.Bytes([]byte(password)) }

// ParseOfficial takes what Bytes returned. The locks must be of the public key.
func ParseOfficial(b []byte) (*Official, error) {
	body, err := head(b, kindOfficial)
	if err != nil {
		return nil, err
	}
	if len(body) != publicBytes+2*lockBytes {
		return nil, ErrFormat
	}
	body = bytes.Clone(body)
	public, err := ParsePublic(body[:publicBytes])
	if err != nil {
		return nil, err
	}
	o := &Official{public, body[publicBytes : publicBytes+lockBytes], body[publicBytes+lockBytes:]}
	for k, b := range map[kind][]byte{kindPassword: o.password, kindRecovery: o.recovery} {
		l, err := parseLock(k, b)
		if err != nil {
			return nil, err
		}
		if l.id != public.id {
			return nil, ErrFormat
		}
	}
	return o, nil
}

// Bytes is the record as it is kept.
func (o *Official) Bytes() []byte {
	out := make([]byte, headBytes, headBytes+publicBytes+2*lockBytes)
	putHead(out, kindOfficial)
	out = append(out, o.public.Bytes()...)
	out = append(out, o.password...)
	return append(out, o.recovery...)
}

// Public is the key that cases are wrapped to.
func (o *Official) Public() *Public { return o.public }

// Unlock opens the private key with the password.
func (o *Official) Unlock(ctx context.Context, c Context, password string) (*Private, error) {
	secret := typed(password)
	defer wipe(secret)
	return unlock(ctx, kindPassword, c, secret, o.password)
}

// UnlockWithCode opens the private key with the printed code. It is also how its
// owner makes sure of the paper before she closes the envelope.
func (o *Official) UnlockWithCode(ctx context.Context, c Context, code RecoveryCode) (*Private, error) {
	spelled := spell(code.symbols[:])
	defer wipe(spelled)
	return unlock(ctx, kindRecovery, c, spelled, o.recovery)
}

// ChangePassword puts another password in place of the old one, whose copy is in the
// new record no more. The printed code stays good.
func (o *Official) ChangePassword(ctx context.Context, c Context, old, password string, cost Params) (*Official, error) {
	p, err := o.Unlock(ctx, c, old)
	if err != nil {
		return nil, err
	}
	defer p.Wipe()
	first, err := lockPassword(ctx, c, p, password, cost)
	if err != nil {
		return nil, err
	}
	return &Official{o.public, first, o.recovery}, nil
}

// Recover sets a password with the printed code. The code is thereby spent: there is
// a new one to print, and both copies are new.
func (o *Official) Recover(ctx context.Context, c Context, code RecoveryCode, password string, cost Params) (*Official, RecoveryCode, *Private, error) {
	p, err := o.UnlockWithCode(ctx, c, code)
	if err != nil {
		return nil, RecoveryCode{}, nil, err
	}
	next, fresh, err := lockOfficial(ctx, c, p, password, cost)
	if err != nil {
		p.Wipe()
		return nil, RecoveryCode{}, nil, err
	}
	return next, fresh, p, nil
}

// Reissue prints another recovery code, when the paper was lost or seen, and makes
// the old one worthless. The password stays.
func (o *Official) Reissue(ctx context.Context, c Context, password string, cost Params) (*Official, RecoveryCode, error) {
	p, err := o.Unlock(ctx, c, password)
	if err != nil {
		return nil, RecoveryCode{}, err
	}
	defer p.Wipe()
	return lockOfficial(ctx, c, p, password, cost)
}
