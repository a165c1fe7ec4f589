package account

import (
	"context"
	"errors"
	"strings"
	"time"

	"declara/app/errs"
	"declara/storage"
)

// idLength is how long an account's id is; a link's token begins with it.
const idLength = 26

// errLink is the answer to a link that was used, is too old, or never was.
var errLink = errs.New(errs.Gone, "account.link.over")

// Recover sends a link that sets a new password to the e-mail of an account. It
// answers the same whether there is such an account or not; errs.TooMany asks to
// wait, and also tells nothing, since unknown logins are counted alike.
func (s *Service) Recover(ctx context.Context, tenant, login, ip string) error {
	login = Fold(login)
	if len(login) > maxLogin {
		return nil
	}
	secret, now := newToken(), s.now()
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		u, err := found(tx, login)
		if err != nil {
			return err
		}
		if err := s.admitLetter(tx, newTry("letter", login, ip, ""), now); err != nil {
			return err
		}
		if u == nil || u.Disabled || u.Email == "" {
			return nil
		}
		if u.Password == "" || s.printed(u, now) {
			return s.post(tx, Letter{Kind: LetterUnused, To: u.Email, Lang: u.Lang, Path: "/primera-vez"})
		}
		u.Code = &storage.Code{Hash: s.codeHash(forRecovery, u.ID, secret), Expires: now.Add(linkFor)}
		if err := tx.PutUser(*u); err != nil {
			return err
		}
		return s.post(tx, Letter{Kind: LetterRecovery, To: u.Email, Lang: u.Lang, Path: "/recuperar/" + u.ID + secret})
	})
}

// printed reports whether a printed code waits for its owner: a stranger who asks
// for a link must not end it. One that too many tries ended waits for nobody, and
// must not keep its owner from a link.
func (s *Service) printed(u *storage.User, now time.Time) bool {
	return u.Code != nil && strings.HasPrefix(u.Code.Hash, forFirst) && now.Before(u.Code.Expires) && u.Code.Tries < codeTries
}

// admitLetter bounds how many letters one network or one login can cause.
func (s *Service) admitLetter(tx *storage.Txn, t try, now time.Time) error {
	counters := []counter{{letterRule, t.login}, {networkRule, t.network}}
	var wait time.Duration
	for _, c := range counters {
		n, err := tx.Tries(s.subject(c))
		if err != nil {
			return err
		}
		wait = max(wait, c.rule.wait(n, now))
	}
	if wait > 0 {
		return tooMany(wait)
	}
	for _, c := range counters {
		if err := s.add(tx, c, now); err != nil {
			return err
		}
	}
	return nil
}

// LinkHolds reports whether a link's token can still set a password. Reading it
// does not use it up: mail scanners open links before people do.
func (s *Service) LinkHolds(ctx context.Context, tenant, token string) (bool, error) {
	now := s.now()
	holds := false
	err := s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		_, err := s.ofLink(tx, token, now)
		holds = err == nil
		if errors.Is(err, errLink) {
			return nil
		}
		return err
	})
	return holds, err
}

func (s *Service) ofLink(tx *storage.Txn, token string, now time.Time) (u storage.User, err error) {
	if len(token) < idLength || len(token) > 128 {
		return u, errLink
	}
	u, err = tx.User(token[:idLength])
	if errors.Is(err, storage.ErrNotFound) || err == nil && !s.fits(&u, forRecovery, token[idLength:], now) {
		return u, errLink
	}
	return u, err
}

// Reset sets the password of the account that a link was sent to, ends all its
// sessions and begins one. The link is good once.
func (s *Service) Reset(ctx context.Context, tenant, token, password, ip string) (session string, u storage.User, err error) {
	now := s.now()
	look := func(tx *storage.Txn) (err error) {
		u, err = s.ofLink(tx, token, now)
		return err
	}
	if err := s.db.View(ctx, tenant, look); err != nil {
		return "", u, err
	}
	if err := CheckPassword(password, u.Login, u.Email); err != nil {
		return "", u, err
	}
	hash, err := s.Hash(ctx, password)
	if err != nil {
		return "", u, err
	}
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		if err := look(tx); err != nil {
			return err
		}
		u.Password, u.Changed, u.Code = hash, now, nil
		if err := s.rightSoFar(tx, newTry("password", u.Login, ip, u.ID), &u, now); err != nil {
			return err
		}
		if err := s.renewed(tx, u); err != nil {
			return err
		}
		session, err = begin(tx, u, now)
		return err
	})
	return session, u, err
}
