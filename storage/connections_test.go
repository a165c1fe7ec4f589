package storage_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"declara/forms"
	"declara/storage"
)

// connectionActs are what is written of readers of the API, of the comparison with the
// standard and of what came from another system, for TestFaults.
var connectionActs = []struct {
	name   string
	before func(*storage.Txn) error
	act    func(*storage.Txn) error
}{
	{"day of a client", nil, putClientDay},
	{"day of a client forgotten", putClientDay, func(tx *storage.Txn) error { return tx.DropClientDay("c1", "2026-05-14") }},
	{"standard", nil, func(tx *storage.Txn) error { return tx.PutStandard(storage.Standard{Edition: "e", Seq: 1}) }},
	{"imported filing", nil, importOne},
	{"imported filing again", importOne, importOne},
}

func putClientDay(tx *storage.Txn) error {
	return tx.PutClientDay(storage.ClientDay{Client: "c1", Day: "2026-05-14", Faults: map[string]int{"e_4004": 1}})
}

func importOne(tx *storage.Txn) error {
	f := storage.Filing{ID: "i1", Person: "p1", Type: forms.Inicial, Year: 2021, Filed: time.Date(2021, 5, 14, 12, 0, 0, 0, time.UTC), Zone: "America/Mexico_City", Method: storage.MethodImported,
		Sent: "sesna.5f00", Imported: &storage.Imported{From: "sesna", ID: "5f00", At: noon}}
	return errors.Join(tx.PutInstitution(valle), tx.File(&f, []byte("full"), []byte("public"), ""))
}

// TestImportedFiling: what was filed elsewhere keeps its time, has a folio that says so,
// without a gap, and a leaf that says when it came in.
func TestImportedFiling(t *testing.T) {
	w := newWorld(t)
	w.update(importOne)
	w.view(func(tx *storage.Txn) error {
		f, err := tx.Filing("i1")
		if err != nil {
			return err
		}
		if f.Folio != valle.Initials+"-IMP-2021-000001" || f.Filed.Year() != 2021 {
			t.Errorf("%s, filed %s", f.Folio, f.Filed)
		}
		if g, err := tx.FilingByFolio(f.Folio); err != nil || g.ID != "i1" {
			t.Errorf("by folio: %v %v", g.ID, err)
		}
		return tx.LeavesSince(0, func(l storage.Leaf, _ []byte) bool {
			if l.Kind != storage.LeafImported || !l.At.Equal(noon) || l.About != f.Folio || strings.Contains(l.Full, "sha256") {
				t.Errorf("leaf %+v", l)
			}
			return true
		})
	})
	if c, err := w.db.Check(t.Context()); err != nil || len(c.Faults) > 0 {
		t.Errorf("%v %v", c.Faults, err)
	}
}

// TestClientDays: days of a reader come in order, and only hers.
func TestClientDays(t *testing.T) {
	w := newWorld(t)
	w.update(func(tx *storage.Txn) error {
		return errors.Join(putClientDay(tx), tx.PutClientDay(storage.ClientDay{Client: "c1", Day: "2026-05-02"}), tx.PutClientDay(storage.ClientDay{Client: "c12", Day: "2026-05-03"}))
	})
	var days []string
	w.view(func(tx *storage.Txn) error {
		return tx.ClientDays("c1", func(d storage.ClientDay) error { days = append(days, d.Day); return nil })
	})
	if strings.Join(days, " ") != "2026-05-02 2026-05-14" {
		t.Error(days)
	}
	if c, err := w.db.Check(t.Context()); err != nil || len(c.Faults) > 0 {
		t.Errorf("%v %v", c.Faults, err)
	}
}
