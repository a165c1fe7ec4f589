package account

import (
	"context"
	"errors"
	"slices"
	"time"
	"unicode/utf8"

	"declara/app/errs"
	"declara/storage"
)

// Whoever lost telephone and recovery codes gets in again when two people take the second
// factor off: one who administers the system and one of the control body, who are never
// the same (storage.Clashes), and neither of whom is she. One asks, the other grants,
// within a week; both stand in the audit trail. The next sign-in sets up a telephone. The
// help desk may ask, too, and never grants: it stands where who administers stands, so
// that those two alone take nobody's off.
const lostFor = 7 * 24 * time.Hour

// What may not be done with a request.
var (
	errLostSelf = errs.New(errs.Invalid, "second.lost.self")
	errLostRole = errs.New(errs.Invalid, "second.lost.role")
	errLostOver = errs.New(errs.Gone, "second.lost.over")
)

// decides is the role with which somebody grants, refuses or asks, or "".
func decides(u *storage.User) storage.Role {
	for _, r := range []storage.Role{storage.RoleAdmin, storage.RoleComptroller} {
		if Has(u, r) {
			return r
		}
	}
	return ""
}

// asks is the role with which somebody asks, or "".
func asks(u *storage.User) storage.Role {
	if r := decides(u); r != "" {
		return r
	}
	if Has(u, storage.RoleHelp) {
		return storage.RoleHelp
	}
	return ""
}

// GrantsLost reports whether somebody may grant what was asked: it is the other side that
// asked, and not she.
func GrantsLost(actor *storage.User, l *storage.Lost) bool {
	other := storage.RoleComptroller
	if l.Role == storage.RoleComptroller {
		other = storage.RoleAdmin
	}
	return l.By != actor.ID && decides(actor) == other
}

// LostOpen is the request about an account that can still be granted, or nil.
func (s *Service) LostOpen(u *storage.User) *storage.Lost {
	if u.Lost == nil || u.Second == nil || s.now().Sub(u.Lost.At) > lostFor {
		return nil
	}
	return u.Lost
}

// AskLost asks that the second factor of an account be taken off.
func (s *Service) AskLost(ctx context.Context, tenant string, actor *storage.User, id, reason string) error {
	reason = tidy(reason)
	if n := utf8.RuneCountInString(reason); n < 10 || n > 500 {
		return Problems{{Field: "motivo", Key: "second.lost.reason"}}
	}
	if asks(actor) == "" {
		return errs.New(errs.Forbidden, "web.error.forbidden")
	}
	return s.lost(ctx, tenant, actor, id, "factor.lost.ask", func(u *storage.User, now time.Time) (string, error) {
		if u.Second == nil {
			return "", errLostOver
		}
		u.Lost = &storage.Lost{By: actor.ID, Role: asks(actor), Reason: reason, At: now}
		return reason, nil
	})
}

// GrantLost takes the second factor off for which somebody of another role asked, and
// ends the sessions of the account.
func (s *Service) GrantLost(ctx context.Context, tenant string, actor *storage.User, id string) error {
	if decides(actor) == "" {
		return errs.New(errs.Forbidden, "web.error.forbidden")
	}
	return s.lost(ctx, tenant, actor, id, "factor.lost.grant", func(u *storage.User, _ time.Time) (string, error) {
		l := s.LostOpen(u)
		if l == nil {
			return "", errLostOver
		}
		if !GrantsLost(actor, l) {
			return "", errLostRole
		}
		u.Second, u.Lost = nil, nil
		return l.Reason, nil
	})
}

// DropLost refuses a request, or takes it back.
func (s *Service) DropLost(ctx context.Context, tenant string, actor *storage.User, id string) error {
	return s.lost(ctx, tenant, actor, id, "factor.lost.drop", func(u *storage.User, _ time.Time) (string, error) {
		switch {
		case u.Lost == nil:
			return "", errLostOver
		case decides(actor) == "" && u.Lost.By != actor.ID: // the desk takes back what it asked
			return "", errs.New(errs.Forbidden, "web.error.forbidden")
		}
		u.Lost = nil
		return "", nil
	})
}

// lost changes an account's second factor for somebody else.
func (s *Service) lost(ctx context.Context, tenant string, actor *storage.User, id, act string, change func(*storage.User, time.Time) (reason string, err error)) error {
	now := s.now()
	if actor.ID == id {
		return errLostSelf
	}
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		u, err := tx.User(id)
		if err != nil {
			return err
		}
		reason, err := change(&u, now)
		if err != nil {
			return err
		}
		return s.putSecond(tx, u, actor.ID, act, reason, now)
	})
}

// putSecond keeps an account whose second factor changed, and ends its sessions when it
// has none left.
func (s *Service) putSecond(tx *storage.Txn, u storage.User, actor, act, reason string, now time.Time) error {
	if u.Second != nil {
		if err := tx.PutUser(u); err != nil {
			return err
		}
	} else {
		if err := s.putFactor(tx, u); err != nil {
			return err
		}
		if err := tx.EndSessionsOf(u.ID, ""); err != nil {
			return err
		}
	}
	return tx.Audit(storage.AuditEntry{At: now, Actor: actor, Act: act, About: u.ID, Reason: reason})
}

// ErrNoSecond means a login that has no second factor, or that nobody has.
var ErrNoSecond = errs.New(errs.NotFound, "second.none")

// RescueSecond takes the second factor off an account, for who runs the machine itself:
// where there is one administrator, nobody else could. It stands in the audit trail
// without an actor.
func (s *Service) RescueSecond(ctx context.Context, tenant, login string) error {
	now := s.now()
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		u, err := tx.UserByLogin(Fold(login))
		if errors.Is(err, storage.ErrNotFound) || err == nil && u.Second == nil {
			return ErrNoSecond
		}
		if err != nil {
			return err
		}
		u.Second, u.Lost = nil, nil
		return s.putSecond(tx, u, "", "factor.rescue", "", now)
	})
}

// Keyholders lists the accounts that show a second factor, those with an open request
// first, then by name.
func (s *Service) Keyholders(ctx context.Context, tenant string) ([]storage.User, error) {
	all, err := s.Accounts(ctx, tenant)
	slices.SortStableFunc(all, func(a, b storage.User) int {
		return boolOrder(s.LostOpen(&b) != nil) - boolOrder(s.LostOpen(&a) != nil)
	})
	return all, err
}

func boolOrder(b bool) int {
	if b {
		return 1
	}
	return 0
}
