package storage_test

import (
	"errors"
	"strings"
	"testing"

	"declara/storage"
)

// TestCampaignRecords: what the campaign keeps is found again, the address that is
// refused is in no key, and whoever was required stays on the roster.
func TestCampaignRecords(t *testing.T) {
	w := newWorld(t)
	w.update(func(tx *storage.Txn) error {
		return errors.Join(
			tx.PutExtension(storage.Extension{ID: "b", Kind: "modificacion", Year: 2026, Due: "2026-06-15", Agreement: "OIC/4/2026", By: "u", At: noon}),
			tx.PutExtension(storage.Extension{ID: "a", Kind: "modificacion", Year: 2025, Due: "2025-06-15", Agreement: "OIC/4/2025", By: "u", At: noon}),
			tx.PutBounce(storage.Bounce{Address: "Persona@Correo.example", Code: "550 5.1.1", Kind: "reminder", At: noon}),
			tx.PutMorning(storage.Morning{Day: "2026-05-14", At: noon}),
			tx.PutPerson(storage.Person{ID: "p1", RFC: "PUFE800229M93", Created: noon}),
			tx.PutPerson(storage.Person{ID: "p2", RFC: "NUPB800229J19", Created: noon}),
			tx.PutFollow(storage.Follow{Person: "p1", Requirements: []storage.Requirement{{ID: "r", Duty: "modificacion-2025", Number: "1"}}}),
			tx.PutFollow(storage.Follow{Person: "p2", Notices: []storage.Notice{{Duty: "modificacion-2025", Occasion: "d-7"}}}),
		)
	})
	for _, k := range keysOf(t, w.store) {
		if strings.Contains(strings.ToLower(k), "correo") {
			t.Errorf("an address in a key: %s", k)
		}
	}
	w.view(func(tx *storage.Txn) error {
		var years []int
		err := tx.Extensions(func(e storage.Extension) error { years = append(years, e.Year); return nil })
		same(t, years, 2025, 2026)
		b, lost := tx.Bounce("persona@correo.EXAMPLE")
		m, old := tx.Morning()
		same(t, []string{b.Code, m.Day}, "550 5.1.1", "2026-05-14")
		return errors.Join(err, lost, old)
	})
	if err := w.try(func(tx *storage.Txn) error { return tx.DropPerson("p1") }); !errors.Is(err, storage.ErrConflict) {
		t.Errorf("a person who was required was taken off the roster: %v", err)
	}
	w.update(func(tx *storage.Txn) error {
		return errors.Join(tx.DropPerson("p2"), tx.DropBounce("persona@correo.example"), tx.DropBounce("nadie@correo.example"))
	})
	w.view(func(tx *storage.Txn) error {
		if f, err := tx.Follow("p2"); err != nil || len(f.Notices) > 0 {
			t.Errorf("the notices of who is gone are there: %v", err)
		}
		if _, err := tx.Bounce("persona@correo.example"); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("the address is still refused: %v", err)
		}
		return nil
	})
}
