package verify

import (
	"errors"
	"testing"

	"declara/forms"
	"declara/storage"
)

// TestLateFiling: a declaration of an earlier year that is filed late stands in its own
// year on the sheet, whenever it was filed; the year that is verified keeps its beginning.
func TestLateFiling(t *testing.T) {
	w := newVerifying(t)
	w.mine()
	w.at("2026-06-11 10:00")
	late := storage.Filing{ID: "d0", Person: "p1", Type: forms.Modificacion, Level: forms.Full, Year: 2024, Filed: w.now, Zone: "America/Mexico_City", Sent: "d0", Method: "password"}
	after := late
	after.ID, after.Sent, after.Year = "d9", "d9", 2027
	w.update(func(tx *storage.Txn) error {
		return errors.Join(tx.File(&late, document("d0", 2024, ""), []byte(`{"public":"d0"}`), ""), tx.File(&after, document("d9", 2027, ""), []byte(`{"public":"d9"}`), ""))
	})
	w.ok(w.open(w.head, ""))
	s, err := w.sheet(w.head)
	w.ok(err)
	if len(s.Parts) != 3 || s.Parts[0].ID != "d0" || s.Parts[1].ID != "d1" || s.Drawn().ID != "d2" {
		t.Fatalf("%d: %s %s %s", len(s.Parts), s.Parts[0].ID, s.Parts[1].ID, s.Drawn().ID)
	}
	for _, y := range s.Years[1:] {
		if !y.Computed {
			t.Errorf("%d has no difference: %+v", y.Name, y.Notes)
		}
	}
}

// TestRateWithThousands: a comma may part thousands or decimals; where both could be
// meant, nothing is guessed.
func TestRateWithThousands(t *testing.T) {
	for in, want := range map[string]int64{"1,000": 0, "19,123": 0, "19,1234": 191234, "19,12": 191200, "19.123": 191230} {
		if got, ok := rate(in); ok != (want > 0) || got != want {
			t.Errorf("%q: %d, %v", in, got, ok)
		}
	}
}

// TestAnswerToNobody: who asked excused herself since; the answer is kept all the same.
func TestAnswerToNobody(t *testing.T) {
	w := newVerifying(t)
	w.mine()
	s, folio := w.service, w.drawn.Folio
	w.ok(s.Ask(t.Context(), tenant, w.head, w.number, folio, "¿De dónde salió el dinero?", "5"))
	w.ok(s.Excuse(t.Context(), tenant, w.head, w.number, folio, "Es mi prima, lo supe hoy"))
	w.ok(s.Answer(t.Context(), tenant, "p1", w.number, folio, "De la venta de mi coche"))
}

// TestOwnByTheBackDoor: whoever has one account to declare and another one of the office
// is one person, told by the address that both have: her declaration is not hers to
// verify.
func TestOwnByTheBackDoor(t *testing.T) {
	w := newVerifying(t)
	twin := storage.User{ID: "u6", Login: "raul@e.example", Email: "Raul@E.example", Name: "Raúl", Roles: []storage.Role{storage.RoleComptroller}}
	w.update(func(tx *storage.Txn) error { return tx.PutUser(twin) })
	w.is("given to herself", w.assign(w.head, "u6", ""), ErrVerifier)
	w.is("read by herself", w.open(twin, "Quiero ver lo que dicen de mí"), errNotYours)
	_, err := w.sheet(twin)
	w.is("the sheet", err, errNotYours)
	got, err := w.service.Task(t.Context(), tenant, w.head, w.number, w.drawn.Folio)
	w.ok(err)
	all, err := w.service.Verifiers(t.Context(), tenant, got.Verification)
	w.ok(err)
	for _, u := range all {
		if u.ID == "u6" {
			t.Error("she is offered as the verifier of her own")
		}
	}
}
