package complain_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"declara/app/complain"
	"declara/app/complain/vault"
	"declara/app/errs"
	"declara/storage"
)

const password = "tres nubes lentas caminan"

// account puts an account with roles and no key.
func (w *town) account(id string, roles ...storage.Role) {
	w.Helper()
	w.update(func(tx *storage.Txn) error {
		return tx.PutUser(storage.User{ID: id, Login: id, Name: "Persona " + id, Roles: roles})
	})
}

// keyed puts an account with a key of its own, under password.
func (w *town) keyed(id string, roles ...storage.Role) *vault.Private {
	w.Helper()
	w.account(id, roles...)
	_, mine, err := w.MakeKey(w.Context(), tenant, id, password, "Puesto de "+id)
	w.ok(err)
	w.keys[id] = mine
	return mine
}

// vouch lets ana vouch for the key of another.
func (w *town) vouch(id string) {
	w.Helper()
	own, err := w.Key(w.Context(), tenant, id)
	w.ok(err)
	w.ok(w.Vouch(w.Context(), w.hand("ana"), id, own.Fingerprint))
}

func refused(t testing.TB, err error, key string) {
	t.Helper()
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || e.Key != key {
		t.Errorf("the error is %v, not %s", err, key)
	}
}

// TestWhoMayHaveAKey goes through each role alone, and through pairs that exclude each
// other.
func TestWhoMayHaveAKey(t *testing.T) {
	w := newTown(t)
	for role, may := range map[storage.Role]bool{
		storage.RoleComptroller: true, storage.RoleInvestigator: true, storage.RoleSubstantiator: true, storage.RoleCustodian: true,
		storage.RoleAdmin: false, storage.RoleHR: false, storage.RoleDeclarant: false,
	} {
		w.account(string(role), role)
		_, _, err := w.MakeKey(w.Context(), tenant, string(role), password, "Puesto")
		if (err == nil) != may {
			t.Errorf("%s: %v", role, err)
		}
		if !may && errs.CodeOf(err) != errs.Forbidden {
			t.Errorf("%s: %v", role, err)
		}
	}
	for _, c := range storage.Clashes {
		if complain.MayHold([]storage.Role{c.A, c.B}) {
			t.Errorf("%s and %s may have a key", c.A, c.B)
		}
	}
	if complain.MayHold([]storage.Role{storage.RoleHR, storage.RoleDeclarant}) {
		t.Error("who keeps the roster may have a key")
	}
}

// TestKeyOfAnOfficial follows a key from the first day: made, asked back, opened,
// locked under another password, recovered, lost.
func TestKeyOfAnOfficial(t *testing.T) {
	w := newTown(t)
	ctx := w.Context()
	w.account("ana", storage.RoleComptroller)
	if _, err := w.Key(ctx, tenant, "ana"); !errors.Is(err, complain.ErrNoKey) {
		t.Fatal(err)
	}
	_, _, err := w.MakeKey(ctx, tenant, "ana", password, " ")
	refused(t, err, "keys.post.bad")
	code, mine, err := w.MakeKey(ctx, tenant, "ana", password, "  Titular  del órgano ")
	w.ok(err)
	_, _, err = w.MakeKey(ctx, tenant, "ana", password, "Titular")
	refused(t, err, "keys.has")
	own, err := w.Key(ctx, tenant, "ana")
	w.ok(err)
	if own.Post != "Titular del órgano" || own.Compared || own.Fingerprint != mine.Public().Fingerprint() || own.Day != "2026-05-14" {
		t.Errorf("%+v", own)
	}
	refused(t, w.CompareCode(ctx, tenant, "ana", "12"), "keys.code.form")
	refused(t, w.CompareCode(ctx, tenant, "ana", strings.Repeat("0", 20)), "keys.code.wrong")
	w.ok(w.CompareCode(ctx, tenant, "ana", strings.ToLower(strings.ReplaceAll(code, "-", " "))))
	if own, err = w.Key(ctx, tenant, "ana"); err != nil || !own.Compared {
		t.Errorf("%+v %v", own, err)
	}

	const next = "cuatro nubes lentas caminan"
	keep, err := w.Reseal(ctx, tenant, "ana", password, next)
	w.ok(err)
	w.update(keep)
	_, err = w.UnlockKey(ctx, tenant, "ana", password)
	refused(t, err, "keys.locked.old")
	opened, err := w.UnlockKey(ctx, tenant, "ana", next)
	w.ok(err)
	if opened.Public().ID() != mine.Public().ID() {
		t.Error("another key")
	}
	if keep, err = w.Reseal(ctx, tenant, "ana", "otra que no es", "y otra más"); keep != nil || err != nil {
		t.Errorf("a key that does not open stops the change of a password: %v", err)
	}
	if keep, err = w.Reseal(ctx, tenant, "nadie", password, next); keep != nil || errs.CodeOf(err) != errs.Internal && err != nil {
		t.Errorf("who has no account: %v", err)
	}

	const third = "cinco nubes lentas caminan"
	fresh, opened, err := w.RecoverKey(ctx, tenant, "ana", code, third)
	w.ok(err)
	if opened.Public().ID() != mine.Public().ID() || fresh == code {
		t.Error("the code did not open the key")
	}
	_, _, err = w.RecoverKey(ctx, tenant, "ana", code, third)
	refused(t, err, "keys.code.wrong")
	again, err := w.ReissueCode(ctx, tenant, "ana", third)
	w.ok(err)
	refused(t, w.CompareCode(ctx, tenant, "ana", fresh), "keys.code.wrong")
	w.ok(w.CompareCode(ctx, tenant, "ana", again))
	_, err = w.ReissueCode(ctx, tenant, "ana", next)
	refused(t, err, "keys.locked.old")

	// A case comes in, and she loses both: the wrap to the old key is deleted with it.
	w.keyed("beto", storage.RoleComptroller)
	w.keys["ana"] = opened
	w.vouch("beto")
	sent, err := w.Receive(ctx, tenant, bribe, nil, complain.Way{Channel: complain.ChannelDesk})
	w.ok(err)
	if !w.holds(sent.ID, "ana") {
		t.Fatal("she holds no wrap")
	}
	_, replaced, err := w.ReplaceKey(ctx, tenant, "ana", third)
	w.ok(err)
	if own, err = w.Key(ctx, tenant, "ana"); err != nil || len(own.Older) != 1 || own.Older[0] != mine.Public().Fingerprint() || own.Fingerprint != replaced.Public().Fingerprint() {
		t.Errorf("%+v %v", own, err)
	}
	if w.holds(sent.ID, "ana") || !w.holds(sent.ID, "beto") {
		t.Error("the wrap of a key that is gone is still there")
	}
}

func (w *town) holds(id, user string) (yes bool) {
	w.Helper()
	w.view(func(tx *storage.Txn) error {
		c, err := tx.Complaint(id)
		yes = c.Case.Of(user) != nil || c.Identity.Of(user) != nil
		return err
	})
	return yes
}

// TestRolesOfWhoHolds: roles cannot be taken from who holds a case with them, and a
// key that opens nothing goes with the roles.
func TestRolesOfWhoHolds(t *testing.T) {
	w := newTown(t)
	w.keyed("ana", storage.RoleComptroller)
	w.keyed("beto", storage.RoleComptroller, storage.RoleCustodian)
	w.keyed("caro", storage.RoleInvestigator)
	w.vouch("beto")
	_, err := w.Receive(w.Context(), tenant, bribe, nil, complain.Way{Channel: complain.ChannelDesk})
	w.ok(err)
	guard := func(user string, roles ...storage.Role) error {
		return w.db.Update(w.Context(), tenant, func(tx *storage.Txn) error { return w.GuardRoles(tx, user, roles) })
	}
	refused(t, guard("ana", storage.RoleHR), "keys.roles.holds")
	refused(t, guard("ana", storage.RoleCustodian), "keys.roles.holds")
	refused(t, guard("beto", storage.RoleComptroller), "keys.roles.holds")
	w.ok(guard("ana", storage.RoleInvestigator))
	w.ok(guard("caro", storage.RoleHR))
	if _, err := w.Key(w.Context(), tenant, "caro"); !errors.Is(err, complain.ErrNoKey) {
		t.Errorf("a key stays with roles that may not have one: %v", err)
	}
}

// TestStoreOpensNothing: who has the store, its keys and the record of a session, which
// holds an opened key, has nothing that opens it; the cookie does.
func TestStoreOpensNothing(t *testing.T) {
	w := newTown(t)
	mine := w.keyed("ana", storage.RoleComptroller)
	secret := vault.NewSecret()
	at := complain.SessionAt(tenant, "ana")
	sealed, err := secret.SealPrivate(at, mine)
	w.ok(err)
	w.update(func(tx *storage.Txn) error {
		return tx.PutSession("aa", storage.Session{User: "ana", Created: w.at, Seen: w.at, Vault: sealed})
	})
	disk, err := os.ReadFile(filepath.Join(w.dir, "declara.db"))
	w.ok(err)
	if bytes.Contains(disk, secret.Bytes()) || bytes.Contains(disk, sealed) {
		t.Error("the session stands in clear on the disk")
	}
	if _, err := vault.NewSecret().OpenPrivate(at, sealed); !errors.Is(err, vault.ErrOpen) {
		t.Errorf("another cookie: %v", err)
	}
	if _, err := secret.OpenPrivate(complain.SessionAt(tenant, "beto"), sealed); !errors.Is(err, vault.ErrOpen) {
		t.Errorf("another user: %v", err)
	}
	opened, err := w.Opened(w.Context(), tenant, "ana", secret.Bytes(), sealed)
	w.ok(err)
	if opened.Public().ID() != mine.Public().ID() {
		t.Error("another key")
	}
	if _, _, err := w.ReplaceKey(w.Context(), tenant, "ana", password); err != nil {
		t.Fatal(err)
	}
	if opened, err = w.Opened(w.Context(), tenant, "ana", secret.Bytes(), sealed); opened != nil || err != nil {
		t.Errorf("a session keeps a key that was replaced: %v", err)
	}
}
