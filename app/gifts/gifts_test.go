package gifts

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"declara/app/errs"
	"declara/i18n"
	"declara/storage"
	"declara/storage/bolt"
)

const tenant = "1"

func world(t *testing.T) (*Service, *storage.DB) {
	store, err := bolt.Open(filepath.Join(t.TempDir(), "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	db := storage.Open(store, storage.NewKeys())
	t.Cleanup(func() { db.Close() })
	now := time.Date(2026, 5, 14, 18, 0, 0, 0, time.UTC)
	if err := db.Update(t.Context(), tenant, func(tx *storage.Txn) error {
		return errors.Join(tx.PutInstitution(storage.Institution{Name: "Municipio de Valle Encinos", Office: "Órgano Interno de Control", Initials: "VE", Zone: "America/Mexico_City"}),
			tx.PutPerson(storage.Person{ID: "p1", Given: "María", First: "López", RFC: "PUFE800229M93", Post: "Analista", Unit: "Tesorería"}),
			tx.PutPerson(storage.Person{ID: "p2", Given: "Eva", First: "Ruiz", RFC: "NUPB800229J19"}))
	}); err != nil {
		t.Fatal(err)
	}
	return New(db, func() time.Time { return now }), db
}

var basket = Report{What: "Canasta con vinos", Giver: "Proveedora X", Value: "1,500", Received: "13/05/2026", Keeper: "Lo tengo yo"}

// TestGift is a gift from its report to its handover: once however often it is sent,
// private to who reported it and the office, whose reading is written down.
func TestGift(t *testing.T) {
	s, db := world(t)
	ana, eva := storage.User{ID: "a", Person: "p1"}, storage.User{ID: "e", Person: "p2"}
	oic := storage.User{ID: "o", Name: "Rosa", Roles: []storage.Role{storage.RoleComptroller}}
	g, err := s.Report(t.Context(), tenant, ana, "envio", basket)
	if err != nil || g.Folio != "VE-R-2026-0001" || g.Value != 1500 || g.Received != "2026-05-13" {
		t.Fatalf("%+v %v", g, err)
	}
	if again, err := s.Report(t.Context(), tenant, ana, "envio", basket); err != nil || again.Folio != g.Folio {
		t.Errorf("sent twice: %+v %v", again, err)
	}
	if second, err := s.Report(t.Context(), tenant, eva, "envio", basket); err != nil || second.Folio != "VE-R-2026-0002" {
		t.Errorf("%+v %v", second, err)
	}
	if mine, err := s.Of(t.Context(), tenant, "p1"); err != nil || len(mine) != 1 {
		t.Errorf("%d %v", len(mine), err)
	}
	if _, err := s.Open(t.Context(), tenant, eva, g.ID); errs.CodeOf(err) != errs.NotFound {
		t.Errorf("somebody else reads it: %v", err)
	}
	l, err := s.Open(t.Context(), tenant, oic, g.ID)
	if err != nil || l.Official.ID != "p1" {
		t.Fatalf("%+v %v", l, err)
	}
	if err := s.HandOver(t.Context(), tenant, oic, g.ID, "", "", "01/01/2026"); !errors.Is(err, ErrAuthority) || !errors.Is(err, ErrNumber) || !errors.Is(err, ErrDay) {
		t.Errorf("not all that is wrong is told: %v", err)
	}
	if err := s.HandOver(t.Context(), tenant, storage.User{ID: "o2", Person: "p1", Roles: oic.Roles}, g.ID, "INDEP", "OIC/1/2026", "14/05/2026"); errs.CodeOf(err) != errs.Forbidden {
		t.Errorf("she hands over her own: %v", err)
	}
	if err := s.HandOver(t.Context(), tenant, oic, g.ID, "Autoridad estatal", "OIC/1/2026", "14/05/2026"); err != nil {
		t.Fatal(err)
	}
	var acts []string
	if err := db.View(t.Context(), tenant, func(tx *storage.Txn) error {
		return tx.AuditEntries(func(e storage.AuditEntry, _ []byte) error { acts = append(acts, e.Act); return nil })
	}); err != nil {
		t.Error(err)
	}
	if want := []string{"gift.report", "gift.report", "gift.read", "gift.handover"}; !slices.Equal(acts, want) {
		t.Errorf("written down: %v", acts)
	}
	all, err := s.All(t.Context(), tenant, storage.User{ID: "o2", Person: "p2", Roles: oic.Roles}, true)
	if err != nil || len(all) != 1 || all[0].Over == nil {
		t.Errorf("%+v %v", all, err)
	}
	body := storage.Institution{Name: "Municipio", Office: "OIC", Initials: "VE"}
	for name, draw := range map[string]func() ([]byte, error){
		"receipt": func() ([]byte, error) { return Receipt(i18n.Load().Printer("es"), body, all[0], time.UTC) },
		"letter":  func() ([]byte, error) { return Letter(i18n.Load().Printer("es"), body, all[0], g.At) },
	} {
		if b, err := draw(); err != nil || len(b) < 1000 {
			t.Errorf("%s: %d bytes, %v", name, len(b), err)
		}
	}
}

// TestGiftRefused: all that is wrong with a report is told at once.
func TestGiftRefused(t *testing.T) {
	s, _ := world(t)
	_, err := s.Report(t.Context(), tenant, storage.User{ID: "a", Person: "p1"}, "e", Report{Value: "mucho", Received: "2027-01-01", Delivered: "ayer", Occasion: "x\u202e"})
	for _, want := range []error{ErrWhat, ErrGiver, ErrOccasion, ErrValue, ErrReceived, ErrKeeper, ErrDelivered} {
		if !errors.Is(err, want) {
			t.Errorf("%v is not told", want)
		}
	}
}
