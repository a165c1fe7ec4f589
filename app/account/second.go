package account

import (
	"context"
	"crypto/subtle"
	"errors"
	"slices"
	"strconv"
	"time"

	"declara/app/errs"
	"declara/storage"
)

// Whoever may do more than declare shows, besides the password, a code of her telephone
// (totp.go), or one of ten recovery codes that she printed. The password alone begins
// half a session: it lasts a quarter of an hour, is nobody's visit, and leads to the page
// where the code is given or, the first time, to the one where the telephone is set up.
const (
	halfFor    = 15 * time.Minute
	spareCodes = 10
	forSpare   = "spare:"
)

// What is wrong with the second step.
var (
	ErrCode    = errs.New(errs.Unsigned, "second.wrong")
	errUsed    = errs.New(errs.Unsigned, "second.used")
	errProof   = errs.New(errs.Invalid, "second.proof")
	errNotKept = errs.New(errs.Invalid, "second.kept.wrong")
	errNotHalf = errs.New(errs.Unsigned, "second.over")
)

// NeedsSecond reports whether an account shows a second factor.
func NeedsSecond(u *storage.User) bool { return u != nil && !OnlyDeclares(*u) }

// halfOf is the session of a hash that waits for the second factor, and its user.
func halfOf(tx *storage.Txn, hash string, now time.Time) (x storage.Session, u storage.User, err error) {
	if x, err = tx.Session(hash); err == nil {
		u, err = tx.User(x.User)
	}
	if errors.Is(err, storage.ErrNotFound) {
		return x, u, errNotHalf
	}
	if err == nil && (!x.Half || u.Disabled || x.Created.Before(u.Changed) || now.Sub(x.Created) > halfFor) {
		err = errNotHalf
	}
	return x, u, err
}

// countSecond counts an attempt at the second factor of a session's user.
func (s *Service) countSecond(ctx context.Context, tenant, hash, ip string) error {
	now := s.now()
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		_, u, err := halfOf(tx, hash, now)
		if err != nil {
			return err
		}
		return s.admit(tx, newTry("second", u.Login, ip, u.ID), now)
	})
}

// Entry is who came in with the second factor.
type Entry struct {
	Token string // of her session
	User  storage.User
	Spare bool // a recovery code was used, and is gone
}

// GiveCode ends the half session of a hash and begins a whole one for who gives the code
// of her telephone or a recovery code. Attempts are limited as those at the password are.
func (s *Service) GiveCode(ctx context.Context, tenant, hash, code, ip string) (e Entry, err error) {
	if err := s.countSecond(ctx, tenant, hash, ip); err != nil {
		return e, err
	}
	now := s.now()
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		_, u, err := halfOf(tx, hash, now)
		if err != nil {
			return err
		}
		e = Entry{}
		if e.Spare, err = s.take(&u, code, now); err != nil {
			return err
		}
		u.Lost = nil // whoever asked that it be taken off was wrong: it is there
		if err := tx.PutUser(u); err != nil {
			return err
		}
		if e.Spare {
			if err := tx.Audit(storage.AuditEntry{At: now, Actor: u.ID, Act: "factor.spare", About: u.ID, Reason: strconv.Itoa(len(u.Second.Spare))}); err != nil {
				return err
			}
			if u.Email != "" { // whoever used it may not be she
				if err := s.post(tx, Letter{Kind: LetterSpare, To: u.Email, Lang: u.Lang}); err != nil {
					return err
				}
			}
		}
		e.User = u
		e.Token, err = s.whole(tx, hash, ip, u, now)
		return err
	})
	return e, err
}

// whole begins the session of who showed both factors and ends the one of a hash. Only
// now is it remembered from where she came.
func (s *Service) whole(tx *storage.Txn, hash, ip string, u storage.User, now time.Time) (token string, err error) {
	if err := s.right(tx, newTry("second", u.Login, ip, u.ID), now); err != nil {
		return "", err
	}
	if err := s.remember(tx, newTry("password", u.Login, ip, u.ID), now); err != nil {
		return "", err
	}
	if err := tx.DeleteSession(hash); err != nil {
		return "", err
	}
	return beginWhole(tx, u, now)
}

// take uses up what was typed, when it is a code of the second factor of u. spare tells
// that it was a recovery code.
func (s *Service) take(u *storage.User, typed string, now time.Time) (spare bool, err error) {
	if u.Second == nil || len(typed) > 64 {
		return false, ErrCode
	}
	if code := figuresOf(typed); code != "" {
		step, ok := stepThat(u.Second.Secret, code, now, u.Second.Step)
		if !ok {
			if _, once := stepThat(u.Second.Secret, code, now, 0); once {
				return false, errUsed
			}
			return false, ErrCode
		}
		u.Second.Step = step
		return false, nil
	}
	want, found := []byte(s.codeHash(forSpare, u.ID, cleanCode(typed))), -1
	for i, have := range u.Second.Spare {
		if subtle.ConstantTimeCompare([]byte(have), want) == 1 {
			found = i
		}
	}
	if found < 0 {
		return false, ErrCode
	}
	u.Second.Spare = slices.Delete(slices.Clone(u.Second.Spare), found, found+1)
	return true, nil
}

// KeepSpares notes that somebody has her recovery codes: she types one of them, which
// stays good.
func (s *Service) KeepSpares(ctx context.Context, tenant, userID, typed string) error {
	now := s.now()
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		u, err := tx.User(userID)
		if err != nil {
			return err
		}
		if u.Second == nil || !slices.Contains(u.Second.Spare, s.codeHash(forSpare, u.ID, cleanCode(typed))) {
			return errNotKept
		}
		u.Second.Kept = true
		if err := tx.PutUser(u); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: now, Actor: u.ID, Act: "factor.spares.kept", About: u.ID})
	})
}

// spares are new recovery codes, as they are printed and as they are kept.
func (s *Service) spares(user string) (codes, kept []string) {
	for range spareCodes {
		code := newCode()
		codes, kept = append(codes, code), append(kept, s.codeHash(forSpare, user, cleanCode(code)))
	}
	return codes, kept
}

// Enrolment is what the telephone is set up with that a session began to: nil when it
// did not.
func (s *Service) Enrolment(ctx context.Context, tenant, hash string) (e *Enrolment, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		e = nil
		x, err := tx.Session(hash)
		if errors.Is(err, storage.ErrNotFound) || err == nil && x.Secret == nil {
			return nil
		}
		if err != nil {
			return err
		}
		u, err := tx.User(x.User)
		if err != nil {
			return err
		}
		i, err := tx.Institution()
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return err
		}
		e = enrolment(x.Secret, i.Name, u.Login)
		return nil
	})
	return e, err
}

// Enrol keeps the telephone that a half session set up, once it shows a code of it, and
// begins a whole session. It returns the recovery codes, this once. An account that has
// a second factor is not given another one here.
func (s *Service) Enrol(ctx context.Context, tenant, hash, code, ip string) (e Entry, codes []string, err error) {
	if err := s.countSecond(ctx, tenant, hash, ip); err != nil {
		return e, nil, err
	}
	now := s.now()
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		x, u, err := halfOf(tx, hash, now)
		if err == nil && u.Second != nil {
			err = errNotHalf
		}
		if err != nil {
			return err
		}
		if codes, err = s.enrolled(tx, &u, x.Secret, code, "factor.enrol", now); err != nil {
			return err
		}
		e = Entry{User: u}
		e.Token, err = s.whole(tx, hash, ip, u, now)
		return err
	})
	return e, codes, err
}

// enrolled keeps a telephone that shows a code of the secret.
func (s *Service) enrolled(tx *storage.Txn, u *storage.User, secret []byte, typed, act string, now time.Time) (codes []string, err error) {
	code := figuresOf(typed)
	if code == "" || secret == nil {
		return nil, errProof
	}
	step, ok := stepThat(secret, code, now, 0)
	if !ok {
		if off := clockOff(secret, code, now); off != 0 {
			return nil, errs.New(errs.Invalid, "second.clock", strconv.Itoa(int((off.Abs()+time.Minute-1)/time.Minute)))
		}
		return nil, errProof
	}
	codes, kept := s.spares(u.ID)
	u.Second, u.Lost = &storage.Second{Secret: secret, Step: step, Spare: kept, Since: now}, nil
	if err := s.putFactor(tx, *u); err != nil {
		return nil, err
	}
	return codes, tx.Audit(storage.AuditEntry{At: now, Actor: u.ID, Act: act, About: u.ID})
}

// putFactor keeps an account whose second factor changed, and tells its owner by mail:
// whoever did it may not be she.
func (s *Service) putFactor(tx *storage.Txn, u storage.User) error {
	if err := tx.PutUser(u); err != nil || u.Email == "" {
		return err
	}
	return s.post(tx, Letter{Kind: LetterFactor, To: u.Email, Lang: u.Lang})
}

// StartReplacing makes the secret of another telephone for who is signed in.
func (s *Service) StartReplacing(ctx context.Context, tenant, hash string) error {
	secret := newTOTP()
	return s.session(ctx, tenant, hash, func(x *storage.Session) { x.Secret = secret })
}

// Replace keeps another telephone for who is signed in with the one of before and knows
// the password. Her other sessions end.
func (s *Service) Replace(ctx context.Context, tenant, userID, hash, password, code string) (codes []string, err error) {
	if err := s.VerifyPassword(ctx, tenant, userID, password); err != nil {
		return nil, err
	}
	now := s.now()
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		x, err := tx.Session(hash)
		if err != nil {
			return err
		}
		u, err := tx.User(userID)
		if err != nil {
			return err
		}
		if x.Half || x.User != userID {
			return errNotHalf
		}
		if codes, err = s.enrolled(tx, &u, x.Secret, code, "factor.replace", now); err != nil {
			return err
		}
		x.Secret = nil
		if err := tx.PutSession(hash, x); err != nil {
			return err
		}
		return tx.EndSessionsOf(userID, hash)
	})
	return codes, err
}

// RenewSpares makes the recovery codes anew for who knows the password; those of before
// stop working.
func (s *Service) RenewSpares(ctx context.Context, tenant, userID, password string) (codes []string, err error) {
	if err := s.VerifyPassword(ctx, tenant, userID, password); err != nil {
		return nil, err
	}
	now := s.now()
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		u, err := tx.User(userID)
		if err != nil {
			return err
		}
		if u.Second == nil {
			return errNotHalf
		}
		codes, u.Second.Spare = s.spares(u.ID)
		u.Second.Kept = false
		if err := s.putFactor(tx, u); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: now, Actor: u.ID, Act: "factor.spares", About: u.ID})
	})
	return codes, err
}
