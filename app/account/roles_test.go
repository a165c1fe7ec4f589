package account

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"

	"declara/app/errs"
	"declara/storage"
)

// TestRolesThatExclude goes through all pairs: the table of the law, written down
// apart from the one in storage.
func TestRolesThatExclude(t *testing.T) {
	never := map[[2]storage.Role]string{
		{storage.RoleInvestigator, storage.RoleSubstantiator}: "account.clash.juzga",
		{storage.RoleSubstantiator, storage.RoleCustodian}:    "account.clash.reservas",
		{storage.RoleAdmin, storage.RoleComptroller}:          "account.clash.sistema",
		{storage.RoleAdmin, storage.RoleInvestigator}:         "account.clash.sistema",
		{storage.RoleAdmin, storage.RoleSubstantiator}:        "account.clash.sistema",
		{storage.RoleAdmin, storage.RoleCustodian}:            "account.clash.sistema",
		{storage.RoleAdmin, storage.RoleVerifier}:             "account.clash.sistema",
		{storage.RoleAdmin, storage.RoleHelp}:                 "account.clash.sistema",
		{storage.RoleVerifier, storage.RoleSubstantiator}:     "account.clash.verifica",
		{storage.RoleHelp, storage.RoleVerifier}:              "account.clash.mesa",
		{storage.RoleHelp, storage.RoleInvestigator}:          "account.clash.mesa",
		{storage.RoleHelp, storage.RoleSubstantiator}:         "account.clash.mesa",
		{storage.RoleHelp, storage.RoleCustodian}:             "account.clash.mesa",
	}
	o := newOffice(t)
	admin := o.entered("admin@valle.example", storage.RoleAdmin)
	other := o.entered("otra@valle.example", storage.RoleHR)
	o.entered("titular@valle.example", storage.RoleComptroller) // the control body is never without anybody
	for i, a := range StaffRoles {
		for _, b := range StaffRoles[i+1:] {
			want := never[[2]storage.Role{a, b}] + never[[2]storage.Role{b, a}]
			for _, pair := range [][]storage.Role{{a, b}, {b, a}} {
				err := o.SetRoles(t.Context(), tenant, admin.ID, other.ID, pair)
				_, _, add := o.AddStaff(t.Context(), tenant, admin.ID, Staff{Name: "Ana", Email: string(a) + string(b) + string(pair[0]) + "@valle.example", Roles: pair})
				u := other
				u.Roles = append(pair, storage.RoleDeclarant)
				put := o.db.Update(t.Context(), tenant, func(tx *storage.Txn) error { return tx.PutUser(u) })
				if want == "" {
					if err = errors.Join(err, add, put); err != nil {
						t.Errorf("%v: %v", pair, err)
					}
					continue
				}
				for _, e := range []error{err, add} {
					if problems, _ := errors.AsType[Problems](e); len(problems) != 1 || problems[0].Key != want {
						t.Errorf("%v: %v, not %s", pair, e, want)
					}
				}
				if !errors.Is(put, storage.ErrRoles) {
					t.Errorf("the store took %v: %v", pair, put)
				}
			}
		}
	}
}

// TestWhoKeepsKeys: roles that would take away what somebody holds are refused before
// anything changes, and a key is locked anew in the transaction of the password.
func TestWhoKeepsKeys(t *testing.T) {
	holds, kept := false, ""
	refusal := errs.New(errs.Invalid, "keys.roles.holds")
	o := newOffice(t, WithKeys(Keys{
		Reseal: func(_ context.Context, _, user, old, password string) (func(*storage.Txn) error, error) {
			return func(tx *storage.Txn) error {
				kept = old + " → " + password
				return tx.Audit(storage.AuditEntry{Actor: user, Act: "test.reseal"})
			}, nil
		},
		Roles: func(_ *storage.Txn, _ string, roles []storage.Role) error {
			if holds && !slices.Contains(roles, storage.RoleComptroller) {
				return refusal
			}
			return nil
		},
	}))
	admin := o.entered("admin@valle.example", storage.RoleAdmin)
	head := o.entered("titular@valle.example", storage.RoleComptroller)
	o.entered("segunda@valle.example", storage.RoleComptroller)
	holds = true
	if err := o.SetRoles(t.Context(), tenant, admin.ID, head.ID, []storage.Role{storage.RoleHR}); !errors.Is(err, refusal) {
		t.Errorf("roles were taken from who holds a case: %v", err)
	}
	if got := o.user(head.ID).Roles; !slices.Equal(got, head.Roles) {
		t.Errorf("roles are %v", got)
	}
	holds = false
	if err := o.SetRoles(t.Context(), tenant, admin.ID, head.ID, []storage.Role{storage.RoleHR}); err != nil {
		t.Error(err)
	}
	const next = "cuatro nubes lentas caminan"
	if _, err := o.ChangePassword(t.Context(), tenant, head.ID, goodPassword, next); err != nil {
		t.Fatal(err)
	}
	if kept != goodPassword+" → "+next || !slices.Contains(o.audit(), "test.reseal") {
		t.Errorf("the key was not locked anew: %q", kept)
	}
	kept = ""
	if _, err := o.ChangePassword(t.Context(), tenant, head.ID, "no es esta de verdad", next+" más"); !errors.Is(err, ErrPassword) || kept != "" {
		t.Errorf("a wrong password: %v, %q", err, kept)
	}
}

// TestSealedUnder: what seals the key of a session is not what the store has of it,
// and ends with it.
func TestSealedUnder(t *testing.T) {
	o := newOffice(t)
	o.entered("titular@valle.example", storage.RoleComptroller)
	token, err := o.signIn("titular@valle.example", goodPassword, home)
	if err != nil {
		t.Fatal(err)
	}
	v, err := o.Visit(t.Context(), tenant, token)
	if err != nil {
		t.Fatal(err)
	}
	secret := SealedUnder(token)
	if len(secret) != 32 || bytes.Equal(secret, SealedUnder(v.Hash)) || bytes.Equal(secret, SealedUnder(token+"x")) {
		t.Error("the secret of a session is not its own")
	}
	if err := o.KeepSealed(t.Context(), tenant, v.Hash, []byte("sellado")); err != nil {
		t.Fatal(err)
	}
	if v, err = o.Visit(t.Context(), tenant, token); err != nil || string(v.Session.Vault) != "sellado" {
		t.Errorf("%q %v", v.Session.Vault, err)
	}
	if err := o.SignOut(t.Context(), tenant, v.Hash); err != nil {
		t.Fatal(err)
	}
	if err := o.KeepSealed(t.Context(), tenant, v.Hash, []byte("sellado")); err != nil {
		t.Fatal(err)
	}
	if v, err = o.Visit(t.Context(), tenant, token); err != nil || v.User != nil {
		t.Errorf("a session that ended came back: %v", err)
	}
}
