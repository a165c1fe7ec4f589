package account

import (
	"context"
	"errors"
	"slices"
	"strings"

	"declara/app/errs"
	"declara/storage"
)

// StaffRoles are the roles that an administrator gives and takes. Declaring comes
// with being on the roster and is not among them.
var StaffRoles = []storage.Role{
	storage.RoleAdmin, storage.RoleComptroller, storage.RoleVerifier, storage.RoleInvestigator, storage.RoleSubstantiator, storage.RoleCustodian,
	storage.RoleHelp, storage.RoleTransparency, storage.RoleHR,
}

// Staff is what is written about an account that is not of the roster.
type Staff struct {
	Name  string `validate:"required,max=200"`
	Email string `validate:"required,email,max=254"` // and login
	Roles []storage.Role
}

// checkRoles tells what is wrong with a set of roles, which may be two that exclude
// each other.
func checkRoles(roles []storage.Role) Problems {
	switch {
	case len(roles) == 0:
		return Problems{{Field: "roles", Key: "problem.required.choices"}}
	case slices.ContainsFunc(roles, func(r storage.Role) bool { return !slices.Contains(StaffRoles, r) }):
		return Problems{{Field: "roles", Key: "problem.choice"}}
	}
	if clash := storage.ClashOf(roles); clash != nil {
		return Problems{{Field: "roles", Key: "account.clash." + clash.Why}}
	}
	return nil
}

// AddStaff makes an account and returns the code of its first sign-in, which is
// shown this once. The role of the control body may have to be granted (grant.go).
func (s *Service) AddStaff(ctx context.Context, tenant, actor string, in Staff) (u storage.User, code string, err error) {
	in.Name, in.Email = tidy(in.Name), Fold(in.Email)
	problems := append(checked(in, map[string]string{"Name": "nombre", "Email": "correo"}), checkRoles(in.Roles)...)
	if len(problems) > 0 {
		return u, "", problems
	}
	now := s.now()
	u = storage.User{ID: storage.NewID(now), Login: in.Email, Name: in.Name, Email: in.Email, Created: now, Changed: now}
	code = s.issue(&u, now)
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		u.Roles = nil
		if err := give(tx, &u, in.Roles, actor, now); err != nil {
			return err
		}
		if err := tx.PutUser(u); errors.Is(err, storage.ErrConflict) {
			return taken("correo")
		} else if err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: now, Actor: actor, Act: "user.add", About: u.ID, Reason: roleWords(in.Roles)})
	})
	return u, code, err
}

// SetRoles changes what an account may do; declaring stays with who is on the
// roster. Its sessions end, so that nothing is done with roles of before.
func (s *Service) SetRoles(ctx context.Context, tenant, actor, id string, roles []storage.Role) error {
	if problems := checkRoles(roles); problems != nil {
		return problems
	}
	return s.changeStaff(ctx, tenant, actor, id, "user.roles", roleWords(roles), func(tx *storage.Txn, u *storage.User) error {
		if s.keys.Roles != nil {
			if err := s.keys.Roles(tx, id, roles); err != nil {
				return err
			}
		}
		declares := slices.Contains(u.Roles, storage.RoleDeclarant)
		if err := give(tx, u, roles, actor, s.now()); err != nil {
			return err
		}
		if declares {
			u.Roles = append(u.Roles, storage.RoleDeclarant)
		}
		return nil
	})
}

// Close ends an account: it cannot be entered until Reopen. Reopen lets it in again.
func (s *Service) Close(ctx context.Context, tenant, actor, id string) error {
	return s.changeStaff(ctx, tenant, actor, id, "user.close", "", disable(true))
}

// Reopen lets an account in again that Close ended.
func (s *Service) Reopen(ctx context.Context, tenant, actor, id string) error {
	return s.changeStaff(ctx, tenant, actor, id, "user.reopen", "", disable(false))
}

func disable(yes bool) func(*storage.Txn, *storage.User) error {
	return func(_ *storage.Txn, u *storage.User) error {
		u.Disabled = yes
		return nil
	}
}

// errLastAdmin keeps the door from being closed from within.
var errLastAdmin = errs.New(errs.Invalid, "account.lastadmin")

// changeStaff changes an account and ends its sessions. It refuses what would
// leave the installation without an administrator who can sign in, or the control body
// without anybody.
func (s *Service) changeStaff(ctx context.Context, tenant, actor, id, act, reason string, change func(*storage.Txn, *storage.User) error) error {
	now := s.now()
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		u, err := tx.User(id)
		if err != nil {
			return err
		}
		before, err := body(tx)
		if err != nil {
			return err
		}
		if err := change(tx, &u); err != nil {
			return err
		}
		if err := tx.PutUser(u); err != nil {
			return err
		}
		if after, err := body(tx); err != nil {
			return err
		} else if before > 0 && after == 0 {
			return errLastComptroller
		}
		admins := 0
		if err := tx.Users(func(x storage.User) error {
			if !x.Disabled && x.Password != "" && slices.Contains(x.Roles, storage.RoleAdmin) {
				admins++
			}
			return nil
		}); err != nil {
			return err
		}
		if admins == 0 {
			return errLastAdmin
		}
		if err := tx.EndSessionsOf(u.ID, ""); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: now, Actor: actor, Act: act, About: id, Reason: reason})
	})
}

// Accounts lists the accounts that are more than a declarant's, by name.
func (s *Service) Accounts(ctx context.Context, tenant string) ([]storage.User, error) {
	var all []storage.User
	err := s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		all = nil
		return tx.Users(func(u storage.User) error {
			if u.Waiting != nil || slices.ContainsFunc(u.Roles, func(r storage.Role) bool { return slices.Contains(StaffRoles, r) }) {
				all = append(all, u)
			}
			return nil
		})
	})
	slices.SortFunc(all, func(a, b storage.User) int { return strings.Compare(plainWords(a.Name), plainWords(b.Name)) })
	return all, err
}

// Account is one account.
func (s *Service) Account(ctx context.Context, tenant, id string) (u storage.User, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		u, err = tx.User(id)
		return err
	})
	return u, err
}

func roleWords(roles []storage.Role) string {
	words := make([]string, len(roles))
	for i, r := range roles {
		words[i] = string(r)
	}
	return strings.Join(words, " ")
}
