package verify

import (
	"errors"
	"testing"

	"declara/app/errs"
	"declara/app/ground"
	"declara/storage"
)

// TestFindingIsOpened: what was found is handed out with a ground alone, each time as a
// reading of its own that the declarant sees; not to who may not have the declaration.
func TestFindingIsOpened(t *testing.T) {
	w := newVerifying(t)
	w.mine()
	good := ground.Ground{File: "OIC/EV/3/2026", Reason: "Revisión de la titular, oficio 44"}
	read := func(by storage.User, g ground.Ground) (Finding, error) {
		return w.service.ReadFinding(t.Context(), tenant, by, w.number, w.drawn.Folio, g)
	}
	const words = "El préstamo explica MARCATERRENO"
	_, err := read(w.head, good)
	w.is("before the end", err, errOpen)
	w.ok(w.service.Check(t.Context(), tenant, w.head, w.number, w.drawn.Folio, "ingresos", MarkAsk, "MARCANOTA"))
	w.ok(w.service.Ask(t.Context(), tenant, w.head, w.number, w.drawn.Folio, "¿Qué es MARCAPREGUNTA?", "5"))
	w.ok(w.service.Answer(t.Context(), tenant, "p1", w.number, w.drawn.Folio, "Es MARCARESPUESTA"))
	w.ok(w.service.Close(t.Context(), tenant, w.head, w.number, w.drawn.Folio, storage.Ended, words))

	got, err := w.service.Task(t.Context(), tenant, w.head, w.number, w.drawn.Folio)
	w.ok(err)
	if v := got.Verification; v.Finding != "" || len(v.Checks)+len(v.Papers)+len(v.Entries)+len(v.Rates)+len(v.Rounds) > 0 {
		t.Errorf("the page of the work is given what tells of the declaration: %+v", v)
	}
	if got.Closed.IsZero() || got.Name != "Eva Solís" || got.Outcome != storage.Ended {
		t.Errorf("who closed it, and when: %+v", got)
	}
	for name, c := range map[string]struct {
		g    ground.Ground
		want error
	}{
		"no file":   {ground.Ground{Reason: good.Reason}, ground.ErrFile},
		"no reason": {ground.Ground{File: good.File, Reason: "ver"}, ground.ErrReason},
	} {
		_, err := read(w.head, c.g)
		w.is(name, err, c.want)
	}
	for _, role := range []storage.Role{storage.RoleAdmin, storage.RoleHR, storage.RoleInvestigator, storage.RoleSubstantiator, storage.RoleDeclarant} {
		if _, err := read(storage.User{ID: "x", Roles: []storage.Role{role}}, good); errs.CodeOf(err) != errs.Forbidden {
			t.Errorf("%s: %v", role, err)
		}
	}
	_, err = read(storage.User{ID: "u7", Person: "p1", Roles: []storage.Role{storage.RoleComptroller}}, good)
	w.is("of her own declaration", err, errNotYours)
	if n := len(w.reads()); n != 0 {
		t.Fatalf("%d readings were written down of what nobody was given", n)
	}
	for _, by := range []storage.User{w.head, w.second, w.second} { // who wrote it too, and each time
		f, err := read(by, good)
		w.ok(err)
		if f.Text != words || f.Read.User != by.ID {
			t.Errorf("%+v", f)
		}
	}
	reads := w.reads()
	if len(reads) != 3 || reads[0].Finding != w.number || reads[0].Filing != w.drawn.ID || reads[0].File != good.File || reads[0].Reason != good.Reason || reads[0].Leaf == 0 {
		t.Errorf("%+v", reads)
	}
	acts := 0
	w.update(func(tx *storage.Txn) error {
		return tx.AuditEntries(func(e storage.AuditEntry, _ []byte) error {
			if e.Act == "verification.read" && e.Reason == good.File+": "+good.Reason {
				acts++
			}
			return nil
		})
	})
	if acts != 3 {
		t.Errorf("%d entries of the audit trail", acts)
	}
	if _, err := w.service.ReadFinding(t.Context(), tenant, w.head, "VER-2026-009", w.drawn.Folio, good); !errors.Is(err, errNotFound) {
		t.Errorf("no draw: %v", err)
	}
}

// TestFindingOpensNoSheet: who read what was found under the number of the draw has not
// opened the declarations.
func TestFindingOpensNoSheet(t *testing.T) {
	w := newVerifying(t)
	w.mine()
	w.ok(w.service.Close(t.Context(), tenant, w.head, w.number, w.drawn.Folio, storage.Referred, "La diferencia no se aclaró"))
	w.update(func(tx *storage.Txn) error { // one declaration alone, so that its reading would do
		return tx.LogRead(&storage.Read{ID: "r1", Filing: "d1", User: "u1", Name: "Eva", File: w.number, Reason: "Otra lectura", At: w.now})
	})
	_, err := w.service.ReadFinding(t.Context(), tenant, w.head, w.number, w.drawn.Folio, ground.Ground{File: w.number, Reason: "Revisión de la titular"})
	w.ok(err)
	_, err = w.sheet(w.head)
	w.is("the sheet", err, ErrUnopened)
}
