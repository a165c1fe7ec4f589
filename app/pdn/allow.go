package pdn

import (
	"context"

	"declara/storage"
)

// Allow reports whether an Authorization header carries a token of a client that may
// read: for what else is published to the national platform under the same tokens. The
// record of a client knows no scopes, so a token opens all that is published. The error
// is an Error when it does not.
func (s *Service) Allow(ctx context.Context, tenant, authorization string) error {
	g, err := s.open(tenant, authorization)
	if err != nil {
		return err
	}
	return s.db.View(ctx, tenant, func(tx *storage.Txn) error { return g.holds(tx) })
}

// BadQuery is the Error of a search that cannot be read: at a member, or with "" at all.
func BadQuery(member string) error {
	if member == "" {
		return invalid("pdn.error.unreadable")
	}
	return invalid("pdn.error.member", member)
}
