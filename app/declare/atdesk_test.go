package declare

import (
	"errors"
	"testing"

	"declara/app/errs"
	"declara/storage"
)

// TestTypedAtTheDesk: the help desk receives a paper and types it while its person sits
// there, who showed who she is. When it is typed, given back, or of yesterday, the desk sees
// nothing of it until she is there again; it never compares, closes or opens one.
func TestTypedAtTheDesk(t *testing.T) {
	w, ana, eva, p := paperWorld(t)
	rosa, _, saul, _ := w.office(eva)
	mesa := storage.User{ID: "m1", Name: "Mesa", Roles: []storage.Role{storage.RoleHelp}}
	got, err := w.Receive(w.ctx, ana, mesa, Incoming{Duty: may, Day: "20/05/2027", File: []byte("%PDF papel")})
	if err != nil {
		t.Fatal(err)
	}
	shut := func(when, draft string) {
		t.Helper()
		if _, _, err := w.Scan(w.ctx, ana, mesa, got.ID); errs.CodeOf(err) != errs.Forbidden && errs.CodeOf(err) != errs.Conflict {
			t.Errorf("%s: the desk opens the scan: %v", when, err)
		}
		if _, _, ok, err := w.Typing(w.ctx, tenant, mesa, draft); ok || err != nil {
			t.Errorf("%s: the desk types on: %v", when, err)
		}
		if draft == "" {
			return
		}
		if _, err := w.Draft(w.ctx, Who{Tenant: tenant, Person: ana.Person, By: mesa.ID}, draft); errs.CodeOf(err) != errs.NotFound && errs.CodeOf(err) != errs.Gone {
			t.Errorf("%s: the desk reads the draft: %v", when, err)
		}
	}
	open := func(when, draft string) {
		t.Helper()
		if _, _, err := w.Scan(w.ctx, ana, mesa, got.ID); err != nil {
			t.Errorf("%s: no scan: %v", when, err)
		}
		if _, err := w.Draft(w.ctx, Who{Tenant: tenant, Person: ana.Person, By: mesa.ID}, draft); err != nil {
			t.Errorf("%s: no draft: %v", when, err)
		}
	}
	shut("before she takes it", "")
	if _, err := w.Take(w.ctx, ana, mesa, got.ID); errs.CodeOf(err) != errs.Forbidden {
		t.Errorf("it is taken without its person: %v", err)
	}
	if _, err := w.TakeBeside(w.ctx, ana, mesa, got.ID, "confianza"); !errors.Is(err, ErrProof) {
		t.Errorf("who showed nothing: %v", err)
	}
	if _, err := w.TakeBeside(w.ctx, ana, rosa, got.ID, storage.Proofs[0]); errs.CodeOf(err) != errs.Forbidden {
		t.Errorf("the office takes as the desk: %v", err)
	}
	take := func() string {
		t.Helper()
		draft, err := w.TakeBeside(w.ctx, ana, mesa, got.ID, storage.Proofs[0])
		if err != nil {
			t.Fatal(err)
		}
		return draft
	}
	draft := take()
	open("taken", draft)
	w.set("2027-05-21 09:00:00")
	shut("the next day", draft)
	if take() != draft {
		t.Error("what was typed is lost")
	}
	open("she is there again", draft)
	w.fill(Who{Tenant: tenant, Person: ana.Person, By: mesa.ID}, draft, p, 5)
	if err := w.Done(w.ctx, ana, mesa, got.ID); err != nil {
		t.Fatal(err)
	}
	shut("typed", draft)
	if _, err := w.Compare(w.ctx, ana, mesa, got.ID); errs.CodeOf(err) != errs.Forbidden {
		t.Errorf("the desk compares: %v", err)
	}
	other := mesa
	other.ID = "m2"
	if _, err := w.Compare(w.ctx, ana, other, got.ID); errs.CodeOf(err) != errs.Forbidden {
		t.Errorf("another of the desk compares: %v", err)
	}
	if err := w.Return(w.ctx, ana, saul, got.ID, "El sueldo del papel es otro"); err != nil {
		t.Fatal(err)
	}
	shut("given back", draft)
	if err := w.Close(w.ctx, ana, mesa, got.ID, "No la quiero capturar"); errs.CodeOf(err) != errs.Forbidden {
		t.Errorf("the desk closes it: %v", err)
	}
	w.set("2027-05-21 10:00:00")
	take()
	open("given back, and she is there", draft)
	if err := w.Done(w.ctx, ana, mesa, got.ID); err != nil {
		t.Fatal(err)
	}
	c, err := w.Compare(w.ctx, ana, saul, got.ID)
	if err != nil {
		t.Fatal(err)
	}
	f, err := w.Countersign(w.ctx, ana, saul, got.ID, Countersign{Seal: Seal{Stamp: c.Work.Stamp(), Verify: right}, Typed: "Se capturó del papel", Against: "Se cotejó con el papel"})
	if err != nil {
		t.Fatal(err)
	}
	shut("filed", draft)
	if _, _, err := w.ToOpen(w.ctx, tenant, f.ID); err != nil {
		t.Fatal(err)
	}
	h, err := w.History(w.ctx, ana)
	if err != nil || len(h.Reads) != 2 {
		t.Fatalf("%+v %v", h.Reads, err)
	}
	roles := map[string]storage.Role{}
	for _, r := range h.Reads {
		roles[r.User] = r.Role
	}
	if roles[mesa.ID] != storage.RoleHelp || roles[saul.ID] != storage.RoleComptroller {
		t.Errorf("the declarant is told of %v", roles)
	}
	self := storage.User{ID: "m3", Roles: []storage.Role{storage.RoleHelp, storage.RoleDeclarant}, Person: eva.Person}
	if _, err := w.Receive(w.ctx, eva, self, Incoming{Duty: may, Day: "21/05/2027", File: []byte("%PDF otro")}); errs.CodeOf(err) != errs.Forbidden {
		t.Errorf("the desk receives its own: %v", err)
	}
}
