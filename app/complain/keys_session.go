package complain

import (
	"context"
	"errors"

	"declara/app/complain/vault"
	"declara/app/errs"
	"declara/storage"
)

// errShut is for what needs the key open, not only the account.
var errShut = errs.New(errs.Invalid, "keys.shut")

// opened is the account of who works with her key open, if the key is hers, somebody
// vouched for it and she may still have one. What decides who reads complaints, or
// whether one is deleted, asks for that: whoever can set the password of an account, and
// sign in as its owner, has not got her key.
func (h Hand) opened(tx *storage.Txn) (u storage.User, err error) {
	if h.Key == nil {
		return u, errShut
	}
	if u, err = tx.User(h.User); err != nil {
		return u, err
	}
	k, err := tx.VaultKey(h.User)
	if errors.Is(err, storage.ErrNotFound) {
		return u, errShut
	} else if err != nil {
		return u, err
	}
	public, err := vault.ParsePublic(k.Public)
	if err != nil {
		return u, err
	}
	if u.Disabled || k.Waiting || !MayHold(u.Roles) || public.ID() != h.Key.Public().ID() {
		return u, errShut
	}
	return u, nil
}

// SessionAt is the context of a key that is open for a session.
func SessionAt(tenant, user string) vault.Context {
	return vault.Context{Tenant: tenant, Case: user, Purpose: "session"}
}

// SealOpen seals an opened key for the session that it is open in: secret is what only
// the cookie gives (account.SealedUnder). What it returns is kept in the session, which
// whoever has the store and its keys can read, and not open.
func SealOpen(tenant, user string, secret []byte, mine *vault.Private) ([]byte, error) {
	s, err := vault.ParseSecret(secret)
	if err != nil {
		return nil, err
	}
	defer s.Wipe()
	return s.SealPrivate(SessionAt(tenant, user), mine)
}

// Opened is the key that is open in a session, or nil: none is, it is not the user's key
// any more, or she may not have one any more. The caller wipes it.
func (s *Service) Opened(ctx context.Context, tenant, user string, secret, sealed []byte) (*vault.Private, error) {
	if len(sealed) == 0 {
		return nil, nil
	}
	k, err := vault.ParseSecret(secret)
	if err != nil {
		return nil, err
	}
	defer k.Wipe()
	mine, err := k.OpenPrivate(SessionAt(tenant, user), sealed)
	if errors.Is(err, vault.ErrOpen) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	_, o, err := s.official(ctx, tenant, user)
	if err == nil && o.Public().ID() == mine.Public().ID() {
		return mine, nil
	}
	mine.Wipe()
	if errors.Is(err, ErrNoKey) || errors.Is(err, errMayNot) {
		err = nil
	}
	return nil, err
}

// hasOpen is opened as a question.
func (h Hand) hasOpen(tx *storage.Txn) (bool, error) {
	_, err := h.opened(tx)
	if errors.Is(err, errShut) {
		return false, nil
	}
	return err == nil, err
}

// anyKey reports whether there is a key that nobody need vouch for any more, whoever has
// it.
func anyKey(tx *storage.Txn) (some bool, err error) {
	err = tx.VaultKeys(func(k storage.VaultKey) error {
		some = some || !k.Waiting
		return nil
	})
	return some, err
}
