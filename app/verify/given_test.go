package verify

import (
	"slices"
	"testing"

	"declara/storage"
)

// TestVerifierHasHerOwn: who verifies knows of what the office gave her, and of nothing else,
// not even that it is there; she draws and assigns nothing, and what she reads is told as hers.
func TestVerifierHasHerOwn(t *testing.T) {
	w := newVerifying(t)
	ctx, svc, folio := t.Context(), w.service, w.drawn.Folio
	ana := storage.User{ID: "v1", Login: "ana", Name: "Ana", Roles: []storage.Role{storage.RoleVerifier}}
	bea := storage.User{ID: "v2", Login: "bea", Name: "Bea", Roles: []storage.Role{storage.RoleVerifier}}
	task := func(u storage.User) error { _, err := svc.Task(ctx, tenant, u, w.number, folio); return err }
	sheet := func(u storage.User) error { _, err := w.sheet(u); return err }
	ids := func() (all []string) {
		list, err := svc.Verifiers(ctx, tenant, storage.Verification{Person: "p1"})
		w.ok(err)
		for _, u := range list {
			all = append(all, u.ID)
		}
		slices.Sort(all)
		return all
	}
	if got := ids(); !slices.Equal(got, []string{"u1", "u2"}) {
		t.Errorf("an office that has no verifier verifies with %v", got)
	}
	w.update(func(tx *storage.Txn) error {
		if err := tx.PutUser(ana); err != nil {
			return err
		}
		return tx.PutUser(bea)
	})
	if got := ids(); !slices.Equal(got, []string{"v1", "v2"}) {
		t.Errorf("with verifiers it is given to %v", got)
	}
	strangers := func(when string) {
		t.Helper()
		for _, u := range []storage.User{ana, bea} {
			if list, err := svc.Given(ctx, tenant, u); err != nil || len(list) != 0 {
				if u.ID != "v1" || when == "before" {
					t.Errorf("%s, %s has %d, %v", when, u.Name, len(list), err)
				}
			}
		}
		for what, err := range map[string]error{
			"reads the work": task(bea), "opens it": w.open(bea, "Quiero verla, oficio 9"), "reads the sheet": sheet(bea),
			"asks":      svc.Ask(ctx, tenant, bea, w.number, folio, "¿Qué es esto de aquí?", "5"),
			"closes":    svc.Close(ctx, tenant, bea, w.number, folio, storage.Ended, "No la encontré en ningún lado"),
			"excuses":   svc.Excuse(ctx, tenant, bea, w.number, folio, "Es de mi familia cercana"),
			"certifies": func() error { _, err := svc.Certificate(ctx, tenant, bea, w.number, folio); return err }(),
		} {
			w.is(when+", who was not given it "+what, err, errNotFound)
		}
	}
	strangers("before")
	w.is("the office takes it", w.assign(w.head, "u1", ""), ErrVerifier)
	w.is("she takes it herself", w.assign(ana, "v1", ""), errMayNot)
	_, err := svc.Freeze(ctx, tenant, ana, plan())
	w.is("she freezes", err, errMayNot)
	w.is("she draws", svc.Draw(ctx, tenant, ana, w.number, "53817"), errMayNot)
	w.is("she voids", svc.Void(ctx, tenant, ana, w.number, "No me gusta el resultado"), errMayNot)
	w.ok(w.assign(w.head, "v1", ""))
	strangers("given")
	if list, err := svc.Given(ctx, tenant, ana); err != nil || len(list) != 1 || list[0].Folio != folio || list[0].Person.ID != "p1" {
		t.Errorf("%+v, %v", list, err)
	}
	w.ok(task(ana))
	w.is("unopened", sheet(ana), ErrUnopened)
	w.ok(w.open(ana, ""))
	w.ok(sheet(ana))
	for _, r := range w.reads() {
		if r.User != "v1" || r.Role != storage.RoleVerifier || r.File != w.number {
			t.Errorf("told as %+v", r)
		}
	}
	if err := svc.Excuse(ctx, tenant, ana, w.number, folio, "Es de mi familia cercana"); err != nil {
		t.Fatal(err)
	}
	w.is("excused", sheet(ana), errNotFound)
	if got := ids(); !slices.Equal(got, []string{"v1", "v2"}) {
		t.Errorf("of another verification: %v", got)
	}
	w.ok(w.assign(w.head, "v2", "Se excusó quien la tenía"))
	w.is("of another now", task(ana), errNotFound)
	w.ok(task(bea))
}
