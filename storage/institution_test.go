package storage_test

import (
	"errors"
	"testing"

	"declara/storage"
)

// TestInstitutionIsNeverOld: what is kept of the record gives way to each change, also
// to one that is taken back, and is of one tenant.
func TestInstitutionIsNeverOld(t *testing.T) {
	w := newWorld(t)
	name := func(tx *storage.Txn, want string) {
		t.Helper()
		for range 2 {
			if i, err := tx.Institution(); err != nil || i.Name != want {
				t.Errorf("%q, want %q: %v", i.Name, want, err)
			}
		}
	}
	for _, one := range []string{"Municipio A", "Municipio B", "Municipio A"} {
		w.update(func(tx *storage.Txn) error { return tx.PutInstitution(storage.Institution{Name: one}) })
		w.view(func(tx *storage.Txn) error { name(tx, one); return nil })
	}
	stop := errors.New("stop")
	if err := w.db.Update(t.Context(), tenant, func(tx *storage.Txn) error {
		if err := tx.PutInstitution(storage.Institution{Name: "Municipio C"}); err != nil {
			return err
		}
		name(tx, "Municipio C")
		return stop
	}); err != stop {
		t.Fatal(err)
	}
	w.view(func(tx *storage.Txn) error { name(tx, "Municipio A"); return nil })
	if err := w.db.View(t.Context(), "other", func(tx *storage.Txn) error {
		if i, err := tx.Institution(); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("another tenant has %+v, %v", i, err)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}
