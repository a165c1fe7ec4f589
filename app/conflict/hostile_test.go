package conflict

import (
	"errors"
	"testing"

	"declara/app/errs"
	"declara/storage"
)

// TestOwnByTheBackDoor: an account of the office that has the address of an official is
// hers, and what is about her is not there for it.
func TestOwnByTheBackDoor(t *testing.T) {
	w := newWorld(t)
	eva := w.hire(3, "Contraloría")
	w.update(func(tx *storage.Txn) error {
		return errors.Join(tx.PutUser(storage.User{ID: "u9", Login: eva.CURP, Email: "eva@valle.example", Person: eva.ID, Roles: []storage.Role{storage.RoleDeclarant}}))
	})
	w.file(eva, 3, 2025, company("Constructora del Sureste", "COS980312AB1"))
	w.bring(sureste, false)
	w.compare(1)
	r := w.only()
	w.head.Email = "Eva@Valle.example"
	if rows, _, err := w.service.List(t.Context(), tenant, w.head, Ask{}); len(rows) != 0 || err != nil {
		t.Errorf("she sees %d: %v", len(rows), err)
	}
	if n, _, err := w.service.Waiting(t.Context(), tenant, w.head); n != 0 || err != nil {
		t.Errorf("%d wait for her: %v", n, err)
	}
	if err := w.service.Decide(t.Context(), tenant, w.head, r.ID, NoConflict, "una razón bastante larga", r.Version()); errs.CodeOf(err) != errs.NotFound {
		t.Errorf("she decides her own: %v", err)
	}
}

// TestTwoDecideAtOnce: the second of two officials does not decide over the first without
// having seen it; the same press again is one decision.
func TestTwoDecideAtOnce(t *testing.T) {
	w := newWorld(t)
	w.file(w.hire(3, "Obras"), 3, 2025, company("Constructora del Sureste", "COS980312AB1"))
	w.bring(sureste, false)
	w.compare(1)
	seen := w.only()
	luz := storage.User{ID: "u2", Name: "Luz", Roles: []storage.Role{storage.RoleComptroller}}
	decide := func(u storage.User, outcome, version string) error {
		return w.service.Decide(t.Context(), tenant, u, seen.ID, outcome, "una razón bastante larga", version)
	}
	for range 2 {
		if err := decide(w.head, Refer, seen.Version()); err != nil {
			t.Fatal(err)
		}
	}
	if err := decide(luz, NoConflict, seen.Version()); !errors.Is(err, errMoved) {
		t.Errorf("over what she did not see: %v", err)
	}
	now := w.only()
	if now.State != Refer || len(now.Decisions) != 1 {
		t.Errorf("%s, %d decisions", now.State, len(now.Decisions))
	}
	if err := decide(luz, NoConflict, now.Version()); err != nil {
		t.Error(err)
	}
}
