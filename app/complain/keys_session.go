package complain

import (
	"context"
	"errors"

	"declara/app/complain/vault"
)

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
