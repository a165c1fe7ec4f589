package account

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"declara/app/errs"
	"declara/storage"
)

// A one-time code is 12 characters of Crockford's alphabet in three groups,
// "K7QM-3XWD-9TFA": 60 bits, easy to read from paper and to dictate. A letter that
// looks like a figure is read as that figure. The store has its keyed hash.
//
// Five wrong tries make a network wait (throttle.go) and twenty, from anywhere,
// end the code: 20 of 2^60. That nobody can end a neighbour's code with five tries
// is worth more than the difference.
const (
	codeLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	codeLength  = 12
	codeTries   = 20
	codeFor     = 30 * 24 * time.Hour
	linkFor     = time.Hour
)

// What a code is for; it begins the hash, so one cannot be used as the other.
const (
	forFirst    = "first:"
	forRecovery = "recovery:"
	forSetup    = "setup:"
)

// errCode is the one answer to whatever is wrong with login and code.
var errCode = errs.New(errs.Unsigned, "account.code.wrong")

// newCode is a code as it is printed.
func newCode() string {
	var b [codeLength]byte
	rand.Read(b[:])
	for i := range b {
		b[i] = codeLetters[b[i]&31]
	}
	return string(b[:4]) + "-" + string(b[4:8]) + "-" + string(b[8:])
}

// cleanCode is a code without what people add or mistake when typing.
func cleanCode(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '\u2013', '\u00a0':
			return -1
		case 'O':
			return '0'
		case 'I', 'L':
			return '1'
		}
		return r
	}, strings.ToUpper(s))
}

// codeHash is what is kept of a secret of an account.
func (s *Service) codeHash(purpose, user, secret string) string {
	mac := hmac.New(sha256.New, s.codeKey)
	mac.Write([]byte(purpose + user + ":" + secret))
	return purpose + hex.EncodeToString(mac.Sum(nil))
}

// fits reports whether a secret is the one of an account, still good.
func (s *Service) fits(u *storage.User, purpose, secret string, now time.Time) bool {
	if u == nil || u.Code == nil || u.Disabled {
		return false
	}
	same := subtle.ConstantTimeCompare([]byte(s.codeHash(purpose, u.ID, secret)), []byte(u.Code.Hash)) == 1
	return same && now.Before(u.Code.Expires) && u.Code.Tries < codeTries
}

// First is what a person sends the first time.
type First struct {
	Login, Code string
	Email       string // where recovery will go
	Password    string
	Lang        string // of the page it was sent from
	IP          string
}

// FirstTime opens an account with its printed code: sets password and e-mail, and
// begins a session. It serves as well for who lost the password and was given a
// new code by the office. The code is good once.
func (s *Service) FirstTime(ctx context.Context, tenant string, in First) (token string, u storage.User, err error) {
	login := Fold(in.Login)
	if len(login) > maxLogin || len(in.Code) > 64 {
		return "", u, errCode
	}
	if err := checkEmail(in.Email); err != nil {
		return "", u, err
	}
	if err := CheckPassword(in.Password, login, in.Email); err != nil {
		return "", u, err
	}
	now := s.now()
	code := cleanCode(in.Code)
	who, t, err := s.attempt(ctx, tenant, "code", login, in.IP, func(tx *storage.Txn, u *storage.User) error {
		return s.wrongCode(tx, u, code, now)
	})
	if err != nil {
		return "", u, err
	}
	if !s.fits(who, forFirst, code, now) {
		return "", u, errCode
	}
	hash, err := s.Hash(ctx, in.Password)
	if err != nil {
		return "", u, err
	}
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		if u, err = tx.User(who.ID); err != nil {
			return err
		}
		if !s.fits(&u, forFirst, code, now) {
			return errCode
		}
		before := u.Email
		u.Password, u.Changed, u.Code, u.Email, u.Lang = hash, now, nil, in.Email, in.Lang
		if err := s.rightSoFar(tx, t, &u, now); err != nil {
			return err
		}
		if err := s.moved(tx, before, u); err != nil { // whoever the office had on record hears of it
			return err
		}
		if err := s.renewed(tx, u); err != nil {
			return err
		}
		token, err = begin(tx, u, now)
		return err
	})
	return token, u, err
}

// wrongCode counts a wrong try against the printed code of an account, if there is
// one; a link to a new password is nobody's to end that way. It does so in the
// transaction that counts the attempt: with one of its own, an answer that takes
// two writes would tell that the login has a code.
func (s *Service) wrongCode(tx *storage.Txn, u *storage.User, code string, now time.Time) error {
	if u == nil || u.Code == nil || !strings.HasPrefix(u.Code.Hash, forFirst) || s.fits(u, forFirst, code, now) {
		return nil
	}
	u.Code.Tries++
	return tx.PutUser(*u)
}

// issue gives an account a new printed code, good for thirty days.
func (s *Service) issue(u *storage.User, now time.Time) (code string) {
	code = newCode()
	u.Code = &storage.Code{Hash: s.codeHash(forFirst, u.ID, cleanCode(code)), Expires: now.Add(codeFor)}
	return code
}

// IssueCode gives an account of staff another code, which is returned this once; an older
// one stops working. The password, if there is one, goes on working until the code
// is used. actor is who did it, for the audit log. It refuses who only declares, who has
// no second factor: with her code one comes in as her.
func (s *Service) IssueCode(ctx context.Context, tenant, actor, userID string) (code string, u storage.User, err error) {
	return s.issueTo(ctx, tenant, actor, "", func(tx *storage.Txn) (storage.User, error) {
		u, err := tx.User(userID)
		if err == nil && OnlyDeclares(u) {
			err = errs.New(errs.Forbidden, "web.error.forbidden")
		}
		return u, err
	})
}

// IssueOfficialCode is IssueCode for who keeps the roster. It refuses an account
// that does more than declare: with the code of an administrator one could become
// him.
func (s *Service) IssueOfficialCode(ctx context.Context, tenant, actor, person string) (code string, u storage.User, err error) {
	return s.issueTo(ctx, tenant, actor, "", declarant(person))
}

// ErrProof means that nothing is told of what somebody showed.
var ErrProof = errs.New(errs.Invalid, "help.error.proof")

// IssueBeside is IssueOfficialCode for the help desk: its person is there and has shown who
// she is (storage.Proofs), and the audit trail tells with what.
func (s *Service) IssueBeside(ctx context.Context, tenant string, actor *storage.User, person, proof string) (code string, u storage.User, err error) {
	switch {
	case !Has(actor, storage.RoleHelp):
		return "", u, errs.New(errs.Forbidden, "web.error.forbidden")
	case !slices.Contains(storage.Proofs, proof):
		return "", u, ErrProof
	}
	return s.issueTo(ctx, tenant, actor.ID, proof, declarant(person))
}

// declarant finds the account of an official who only declares.
func declarant(person string) func(*storage.Txn) (storage.User, error) {
	return func(tx *storage.Txn) (storage.User, error) {
		u, err := tx.UserByPerson(person)
		if err == nil && !OnlyDeclares(u) {
			err = errs.New(errs.Forbidden, "account.code.staff")
		}
		return u, err
	}
}

func (s *Service) issueTo(ctx context.Context, tenant, actor, reason string, find func(*storage.Txn) (storage.User, error)) (code string, u storage.User, err error) {
	now := s.now()
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		if u, err = find(tx); err != nil {
			return err
		}
		code = s.issue(&u, now)
		if err := tx.PutUser(u); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: now, Actor: actor, Act: "user.code", About: u.ID, Reason: reason})
	})
	return code, u, err
}

// OnlyDeclares reports whether an account is a declarant's and no more.
func OnlyDeclares(u storage.User) bool {
	return len(u.Roles) == 1 && u.Roles[0] == storage.RoleDeclarant
}
