package storage_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"declara/forms"
	"declara/storage"
)

// paperActs are what is written of paper and of gifts, for TestFaults.
var paperActs = []struct {
	name   string
	before func(*storage.Txn) error
	act    func(*storage.Txn) error
}{
	{"paper received", putPerson("PUFE800229M93"), receivePaper},
	{"paper typed and filed", both(putPerson("PUFE800229M93"), receivePaper), filePaper},
	{"gift", nil, func(tx *storage.Txn) error { return tx.PutGift(storage.Gift{ID: "g1", Person: "p1", At: noon}) }},
}

// receivePaper keeps the scan of a paper of p1 and what is written down about it.
func receivePaper(tx *storage.Txn) error {
	return errors.Join(tx.KeepScan("s1", []byte("scan")), tx.PutFollow(storage.Follow{Person: "p1", Papers: []storage.OnPaper{{
		ID: "s1", Folio: "VE-P-2026-0001", Duty: "inicial-2026-01-10", Received: "2026-02-01", Draft: "d1", Scan: storage.Scan{Hash: storage.Digest([]byte("scan")), Size: 4, Kind: "pdf"},
	}}}))
}

// filePaper is the countersignature: the filing names the day and the scan of its paper.
func filePaper(tx *storage.Txn) error {
	f, err := tx.Follow("p1")
	if err != nil {
		return err
	}
	p := &f.Papers[0]
	done := filing(1)
	done.ID, done.Method, done.Received, done.Scan = "d1", "paper", p.Received, p.Scan.Hash
	if err := tx.File(done, full(done), public(done), "d1"); err != nil {
		return err
	}
	p.Compared = &storage.PaperAct{By: "u2", At: noon}
	return tx.PutFollow(f)
}

// TestPaperIsBesideTheDraft: what the office types from paper stands beside what the
// person began herself, in no list of what she began; the check holds scan, paper and
// filing together; whoever handed a paper in stays on the roster.
func TestPaperIsBesideTheDraft(t *testing.T) {
	w := newWorld(t)
	w.update(both(putPerson("PUFE800229M93"), receivePaper))
	w.update(func(tx *storage.Txn) error {
		own := storage.Draft{ID: "mine", Person: "p1", Draft: forms.Draft{Type: forms.Inicial, Year: 2026, Event: "2026-01-10"}}
		typed := own
		typed.ID, typed.Paper = "d1", "s1"
		_, err := tx.PutDraft(own, "", 0)
		_, err2 := tx.PutDraft(typed, "", 0)
		return errors.Join(err, err2)
	})
	var begun []string
	w.view(func(tx *storage.Txn) error {
		return tx.Begun(func(b storage.Begun) error { begun = append(begun, b.ID); return nil })
	})
	if !slices.Equal(begun, []string{"mine"}) {
		t.Errorf("begun: %v", begun)
	}
	if err := w.try(func(tx *storage.Txn) error { return tx.KeepScan("s1", []byte("another")) }); !errors.Is(err, storage.ErrConflict) {
		t.Errorf("a scan was replaced: %v", err)
	}
	if err := w.try(func(tx *storage.Txn) error {
		return errors.Join(tx.DeleteDraft("mine"), tx.DeleteDraft("d1"), tx.DropPerson("p1"))
	}); !errors.Is(err, storage.ErrConflict) {
		t.Errorf("who handed in a paper was taken off the roster: %v", err)
	}
	w.update(filePaper)
	w.sound()
	day := func(day string) {
		w.update(func(tx *storage.Txn) error {
			f, err := tx.Follow("p1")
			f.Papers[0].Received = day
			return errors.Join(err, tx.PutFollow(f))
		})
	}
	day("2026-01-31")
	got, err := w.db.Check(t.Context())
	if err != nil || !slices.ContainsFunc(got.Faults, func(s string) bool { return strings.Contains(s, "scan s1") }) {
		t.Errorf("a paper with another day than its filing is no fault: %v %v", got.Faults, err)
	}
	day("2026-02-01")
}
