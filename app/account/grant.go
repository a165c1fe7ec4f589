package account

import (
	"context"
	"slices"
	"time"

	"declara/app/errs"
	"declara/storage"
)

// Whoever runs the system decides who has an account, and reads no declaration. So that he
// cannot do it with an account that he made, some roles take two people: an administrator
// asks for them, and somebody of the control body grants them. They are given at once only
// while the control body has nobody, which is how the first one comes; and its last one is
// not closed or taken off, so that it does not come to that again (decisions 35 and 36).

// granted are those roles: with them one opens declarations, prints the code with which
// somebody who only declares comes in, or keeps from the public what it may see. The roles
// of cases open nothing without a key, which takes a ceremony (decision 15).
var granted = []storage.Role{storage.RoleComptroller, storage.RoleVerifier, storage.RoleHelp, storage.RoleTransparency, storage.RoleHR}

// What may not be done about a role that waits.
var (
	errGrantSelf       = errs.New(errs.Invalid, "second.grant.self")
	errGrantOver       = errs.New(errs.Gone, "second.grant.over")
	errLastComptroller = errs.New(errs.Invalid, "account.lastcomptroller")
)

// body counts those of the control body who can sign in.
func body(tx *storage.Txn) (n int, err error) {
	err = tx.Users(func(u storage.User) error {
		if !u.Disabled && u.Password != "" && Has(&u, storage.RoleComptroller) {
			n++
		}
		return nil
	})
	return n, err
}

// give makes roles those of an account, but for those that somebody has to grant.
func give(tx *storage.Txn, u *storage.User, roles []storage.Role, actor string, now time.Time) error {
	had := u.Roles
	u.Roles, u.Waiting = slices.Clone(roles), nil
	if n, err := body(tx); n == 0 || err != nil {
		return err
	}
	waits := func(r storage.Role) bool { return slices.Contains(granted, r) && !slices.Contains(had, r) }
	if !slices.ContainsFunc(roles, waits) {
		return nil
	}
	u.Waiting = &storage.Waiting{By: actor, At: now}
	for _, r := range roles {
		if waits(r) {
			u.Waiting.Roles = append(u.Waiting.Roles, r)
		}
	}
	u.Roles = slices.DeleteFunc(u.Roles, waits)
	return nil
}

// Grant gives the roles that an account waits for, by somebody of the control body.
func (s *Service) Grant(ctx context.Context, tenant string, actor *storage.User, id string) error {
	if !Has(actor, storage.RoleComptroller) {
		return errs.New(errs.Forbidden, "web.error.forbidden")
	}
	return s.decided(ctx, tenant, actor, id, "user.grant", func(u *storage.User) {
		u.Roles = append(slices.Clone(u.Roles), u.Waiting.Roles...)
	})
}

// Deny refuses them, or takes back what was asked.
func (s *Service) Deny(ctx context.Context, tenant string, actor *storage.User, id string) error {
	if decides(actor) == "" {
		return errs.New(errs.Forbidden, "web.error.forbidden")
	}
	return s.decided(ctx, tenant, actor, id, "user.deny", func(*storage.User) {})
}

func (s *Service) decided(ctx context.Context, tenant string, actor *storage.User, id, act string, change func(*storage.User)) error {
	now := s.now()
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		u, err := tx.User(id)
		switch {
		case err != nil:
			return err
		case u.Waiting == nil:
			return errGrantOver
		case u.Waiting.By == actor.ID && act == "user.grant" || u.ID == actor.ID:
			return errGrantSelf
		}
		change(&u)
		u.Waiting = nil
		if err := tx.PutUser(u); err != nil {
			return err
		}
		if err := tx.EndSessionsOf(u.ID, ""); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: now, Actor: actor.ID, Act: act, About: id, Reason: roleWords(u.Roles)})
	})
}
