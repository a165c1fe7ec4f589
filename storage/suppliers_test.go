package storage_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"declara/storage"
)

// supplierActs are what is written of suppliers and conflicts, for TestFaults.
var supplierActs = []struct {
	name   string
	before func(*storage.Txn) error
	act    func(*storage.Txn) error
}{
	{"supplier", nil, putSupplier},
	{"supplier forgotten", putSupplier, func(tx *storage.Txn) error { return tx.DropSupplier(tx.SupplierID("rCOS980312AB1")) }},
	{"list of suppliers", nil, func(tx *storage.Txn) error { return tx.PutSupplierList(storage.Import{ID: "i1"}) }},
	{"lists of suppliers swept", func(tx *storage.Txn) error { return tx.PutSupplierList(storage.Import{ID: "i1", Expires: noon}) },
		func(tx *storage.Txn) error { _, err := tx.SweepSupplierLists(noon, 9); return err }},
	{"conflict", nil, putConflict},
	{"conflict forgotten", putConflict, func(tx *storage.Txn) error {
		return tx.DropConflict(storage.Conflict{ID: tx.ConflictID("p1", "s1"), Person: "p1"})
	}},
	{"compared", nil, func(tx *storage.Txn) error {
		return errors.Join(tx.PutCompared(storage.Compared{Person: "p1", Mark: "m"}), tx.PutComparing(storage.Comparing{Suppliers: 1}))
	}},
}

func putSupplier(tx *storage.Txn) error {
	return tx.PutSupplier(storage.Supplier{ID: tx.SupplierID("rCOS980312AB1"), RFC: "COS980312AB1", Name: "Constructora del Sureste"})
}

func putConflict(tx *storage.Txn) error {
	return tx.PutConflict(storage.Conflict{ID: tx.ConflictID("p1", "s1"), Person: "p1", Supplier: "s1", Print: "x", Found: noon})
}

// TestConflicts: ids tell nothing, a supplier is there once, what was decided is not
// forgotten, and Check finds what lies elsewhere or leads nowhere.
func TestConflicts(t *testing.T) {
	w := newWorld(t)
	w.update(putSupplier)
	w.update(putSupplier)
	w.update(putConflict)
	for _, key := range keysOf(t, w.store) {
		if strings.Contains(key, "COS98") {
			t.Errorf("a key tells: %s", key)
		}
	}
	decided := storage.ConflictDecision{Outcome: "sin", Reason: "no es la misma", User: "u1", At: noon}
	w.view(func(tx *storage.Txn) error {
		n := 0
		if err := tx.Suppliers(func(s storage.Supplier) error { n++; return nil }); err != nil || n != 1 {
			t.Errorf("%d suppliers, %v", n, err)
		}
		all, err := tx.ConflictsOf("p1")
		if err != nil || len(all) != 1 || all[0].Supplier != "s1" {
			t.Errorf("%+v, %v", all, err)
		}
		if c, err := tx.Comparing(); err != nil || c != (storage.Comparing{}) {
			t.Errorf("%+v, %v", c, err)
		}
		return nil
	})
	w.update(func(tx *storage.Txn) error {
		c, err := tx.Conflict(tx.ConflictID("p1", "s1"))
		c.Decisions = append(c.Decisions, decided)
		return errors.Join(err, tx.PutConflict(c))
	})
	if err := w.try(func(tx *storage.Txn) error {
		c, err := tx.Conflict(tx.ConflictID("p1", "s1"))
		if err != nil {
			return err
		}
		return tx.DropConflict(c)
	}); !errors.Is(err, storage.ErrConflict) {
		t.Errorf("what was decided was forgotten: %v", err)
	}
	w.update(func(tx *storage.Txn) error {
		return errors.Join(tx.PutSupplierList(storage.Import{ID: "i1", Expires: noon}), tx.PutSupplierList(storage.Import{ID: "i2", Expires: noon.Add(time.Hour)}),
			tx.PutCompared(storage.Compared{Person: "p1", Mark: "m"}), tx.PutComparing(storage.Comparing{Suppliers: 2, Day: "2026-05-14"}))
	})
	w.update(func(tx *storage.Txn) error {
		n, err := tx.SweepSupplierLists(noon, 9)
		if n != 1 {
			t.Errorf("%d lists swept", n)
		}
		return err
	})
	w.view(func(tx *storage.Txn) error {
		if _, err := tx.SupplierList("i1"); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("a list that is over: %v", err)
		}
		n := 0
		err := errors.Join(tx.SupplierLists(func(storage.Import) error { n++; return nil }), tx.Compared(func(c storage.Compared) error { n++; return nil }))
		if n != 2 {
			t.Errorf("%d", n)
		}
		return err
	})
}

// Coincide finds, decides or forgets what a person and a supplier have in common.
func (l *life) Coincide(rt *rapid.T) {
	person, supplier := somebody.Draw(rt, "person"), rapid.SampledFrom([]string{"s1", "s2"}).Draw(rt, "supplier")
	decide, forget := rapid.Bool().Draw(rt, "decide"), rapid.Bool().Draw(rt, "forget")
	at := person + " " + supplier
	expect(rt, l.update(func(tx *storage.Txn) error {
		c := storage.Conflict{ID: tx.ConflictID(person, supplier), Person: person, Supplier: supplier}
		if l.decided[at] || decide {
			c.Decisions = []storage.ConflictDecision{{Outcome: "sin"}}
		}
		return tx.PutConflict(c)
	}), false)
	if l.decided == nil {
		l.decided = map[string]bool{}
	}
	l.decided[at] = l.decided[at] || decide
	if forget {
		expect(rt, l.update(func(tx *storage.Txn) error {
			c, err := tx.Conflict(tx.ConflictID(person, supplier))
			if err != nil {
				return err
			}
			return tx.DropConflict(c)
		}), l.decided[at])
		if !l.decided[at] {
			delete(l.decided, at)
		}
	}
	if err := l.db.View(rt.Context(), tenant, func(tx *storage.Txn) error {
		all, err := tx.ConflictsOf(person)
		n := 0
		for key := range l.decided {
			if strings.HasPrefix(key, person+" ") {
				n++
			}
		}
		if n != len(all) {
			rt.Fatalf("%d of %s, not %d", len(all), person, n)
		}
		return err
	}); err != nil {
		rt.Fatal(err)
	}
}
