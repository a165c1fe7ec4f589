package storage_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"declara/storage"
)

// TestDraws: a draw is frozen once and drawn once, each with a leaf that commits to it
// and tells nothing, and nothing of what was frozen changes afterwards.
func TestDraws(t *testing.T) {
	w := newWorld(t)
	f := w.file(1)
	universe := []byte("the universe")
	d := storage.Draw{Number: "VER-2026-001", Type: "MODIFICACION", Year: 2026, Strata: "ninguno", Size: 1, Count: 1, Source: "Sorteo mayor 4010", Known: "2026-06-10", Frozen: noon, FrozenBy: "u1"}
	w.update(func(tx *storage.Txn) error {
		number, err := tx.NextDraw(2026)
		if err != nil || number != d.Number {
			t.Errorf("next %q, %v", number, err)
		}
		fresh := d
		err = tx.FreezeDraw(&fresh, universe)
		d = fresh
		return err
	})
	refused := func(name string, fn func(*storage.Txn) error) {
		t.Helper()
		if err := w.try(fn); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	refused("a second freezing", func(tx *storage.Txn) error { again := d; return tx.FreezeDraw(&again, universe) })
	refused("no source", func(tx *storage.Txn) error {
		return tx.FreezeDraw(&storage.Draw{Number: "VER-2026-002", Known: "2026-06-10"}, universe)
	})
	drawn := d
	drawn.Seed, drawn.Algorithm, drawn.Folios, drawn.Drawn, drawn.DrawnBy = "53817", "sha256-1", []string{f.Folio}, noon.Add(time.Hour), "u1"
	other := drawn
	other.Size = 2
	refused("another size", func(tx *storage.Txn) error { return tx.EndDraw(&other) })
	w.update(func(tx *storage.Txn) error {
		again := drawn
		err := tx.EndDraw(&again)
		drawn.DrawnLeaf, drawn.DrawnSalt = again.DrawnLeaf, again.DrawnSalt
		return err
	})
	refused("a second seed", func(tx *storage.Txn) error { again := drawn; again.Seed = "1"; return tx.EndDraw(&again) })
	w.update(func(tx *storage.Txn) error {
		return tx.PutVerification(storage.Verification{Draw: d.Number, Filing: f.ID, Folio: f.Folio, Person: f.Person, State: storage.ToVerify})
	})
	w.view(func(tx *storage.Txn) error {
		for n, hash := range map[uint64]string{d.Leaf: d.FrozenHash(), drawn.DrawnLeaf: drawn.DrawnHash()} {
			l, record, err := tx.Leaf(n)
			salt := d.Salt
			if n == drawn.DrawnLeaf {
				salt = drawn.DrawnSalt
			}
			if err != nil || l.Kind != storage.LeafDraw || l.About != "" || !storage.Commits(l.Full, salt, hash) {
				t.Errorf("leaf %d: %+v, %v", n, l, err)
			}
			if strings.Contains(string(record), "VER-") || strings.Contains(string(record), hash) {
				t.Errorf("the leaf tells: %s", record)
			}
		}
		file, err := tx.Universe(d.Number)
		if err != nil || string(file) != string(universe) {
			t.Errorf("universe %q, %v", file, err)
		}
		all, err := tx.VerificationsOf(f.Person)
		if err != nil || len(all) != 1 || all[0].Folio != f.Folio {
			t.Errorf("%v, %v", all, err)
		}
		return err
	})
	w.update(func(tx *storage.Txn) error { return tx.VoidDraw(d.Number, "se capturó mal el número", noon) })
	refused("a second voiding", func(tx *storage.Txn) error { return tx.VoidDraw(d.Number, "otra vez", noon) })
	refused("the voiding of none", func(tx *storage.Txn) error { return tx.VoidDraw("VER-2026-009", "x", noon) })
	if err := w.try(func(tx *storage.Txn) error { _, err := tx.Draw("x"); return err }); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("a draw that is not there: %v", err)
	}
}
