package account

import (
	"context"
	"slices"
	"strings"

	"declara/app/errs"
	"declara/storage"
)

// errWrong is the one answer to a wrong login, a wrong password, an account that
// was never opened and one that was closed.
var errWrong = errs.New(errs.Unsigned, "account.wrong")

// longest login and password that are looked at at all.
const maxLogin = 254

// SignIn begins a session for who knows the password of a login: half of one for who
// shows a second factor too (second.go). ip is where the request came from, for the limits. The answer to whatever is wrong is the same
// in words and in work; errs.TooMany asks to wait.
func (s *Service) SignIn(ctx context.Context, tenant, login, password, ip string) (token string, u storage.User, err error) {
	login = Fold(login)
	if len(login) > maxLogin || len(password) > passwordMax {
		return "", u, errWrong
	}
	who, t, err := s.attempt(ctx, tenant, "password", login, ip)
	if err != nil {
		return "", u, err
	}
	stored := s.decoy
	if who != nil && who.Password != "" && !who.Disabled {
		stored = who.Password
	}
	ok, again, err := s.matches(ctx, password, stored)
	if err != nil {
		return "", u, err
	}
	if !ok || who == nil || who.Password == "" || who.Disabled {
		return "", u, errWrong
	}
	fresh := ""
	if again {
		if fresh, err = s.Hash(ctx, password); err != nil {
			return "", u, err
		}
	}
	now := s.now()
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		if u, err = tx.User(who.ID); err != nil {
			return err
		}
		if u.Disabled || u.Password != who.Password {
			return errWrong // closed or changed while the hash was computed
		}
		if fresh != "" {
			u.Password = fresh
			if err := tx.PutUser(u); err != nil {
				return err
			}
		}
		if err := s.rightSoFar(tx, t, &u, now); err != nil {
			return err
		}
		token, err = begin(tx, u, now)
		return err
	})
	return token, u, err
}

// VerifyPassword asks who is signed in for the password once more, before what
// cannot be undone (Norma 9ª: signing with user and password). Wrong ones make
// the next wait, as in SignIn, but count apart.
func (s *Service) VerifyPassword(ctx context.Context, tenant, userID, password string) error {
	var u storage.User
	now := s.now()
	t := newTry("again", userID, "", userID)
	err := s.db.Update(ctx, tenant, func(tx *storage.Txn) (err error) {
		if u, err = tx.User(userID); err != nil {
			return err
		}
		return s.admit(tx, t, now)
	})
	if err != nil {
		return err
	}
	if len(password) > passwordMax {
		return ErrPassword
	}
	ok, _, err := s.matches(ctx, password, u.Password)
	if err != nil {
		return err
	}
	if !ok || u.Disabled {
		return ErrPassword
	}
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error { return s.right(tx, t, now) })
}

// ErrPassword is a wrong password of who is signed in.
var ErrPassword = errs.New(errs.Invalid, "account.password.wrong")

// ChangePassword sets a new password for who knows the old one, ends all sessions
// of the account and begins another for the browser that asked. The key to complaints
// that the account may have is locked under the new one in the same transaction.
func (s *Service) ChangePassword(ctx context.Context, tenant, userID, old, password string) (token string, err error) {
	var u storage.User
	if err := s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
		u, err = tx.User(userID)
		return err
	}); err != nil {
		return "", err
	}
	if err := CheckPassword(password, u.Login, u.Email); err != nil {
		return "", err
	}
	if err := s.VerifyPassword(ctx, tenant, userID, old); err != nil {
		return "", err
	}
	hash, err := s.Hash(ctx, password)
	if err != nil {
		return "", err
	}
	var keep func(*storage.Txn) error
	if s.keys.Reseal != nil {
		if keep, err = s.keys.Reseal(ctx, tenant, userID, old, password); err != nil {
			return "", err
		}
	}
	now := s.now()
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		if u, err = tx.User(userID); err != nil {
			return err
		}
		if keep != nil {
			if err := keep(tx); err != nil {
				return err
			}
		}
		u.Password, u.Changed, u.Code = hash, now, nil
		if err := s.renewed(tx, u); err != nil {
			return err
		}
		token, err = beginWhole(tx, u, now)
		return err
	})
	return token, err
}

// renewed keeps an account whose password changed, ends its sessions and tells its
// owner by mail.
func (s *Service) renewed(tx *storage.Txn, u storage.User) error {
	if err := tx.PutUser(u); err != nil {
		return err
	}
	if err := tx.EndSessionsOf(u.ID, ""); err != nil || u.Email == "" {
		return err
	}
	return s.post(tx, Letter{Kind: LetterChanged, To: u.Email, Lang: u.Lang})
}

// SetEmail changes where recovery goes. A link on its way to the address of before
// stops working, and that address is told: it cannot get the account back, so it
// must hear of it.
func (s *Service) SetEmail(ctx context.Context, tenant, userID, email string) error {
	if problems := checkEmail(email); problems != nil {
		return problems
	}
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		u, err := tx.User(userID)
		if err != nil {
			return err
		}
		before := u.Email
		u.Email = email
		if u.Code != nil && strings.HasPrefix(u.Code.Hash, forRecovery) {
			u.Code = nil
		}
		if err := s.moved(tx, before, u); err != nil {
			return err
		}
		return tx.PutUser(u)
	})
}

// moved tells the address of before, if there was another, that an account writes
// elsewhere now.
func (s *Service) moved(tx *storage.Txn, before string, u storage.User) error {
	if before == "" || before == u.Email {
		return nil
	}
	return s.post(tx, Letter{Kind: LetterMoved, To: before, Lang: u.Lang})
}

// Has reports whether a user has a role.
func Has(u *storage.User, role storage.Role) bool { return u != nil && slices.Contains(u.Roles, role) }
