package storage_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"declara/storage"
)

// complaintActs are acts of complaints, for TestFaults.
var complaintActs = []struct {
	name   string
	before func(*storage.Txn) error
	act    func(*storage.Txn) error
}{
	{"complaint", nil, putComplaint(0, "ana", "eva")},
	{"complaint rewrapped", putComplaint(0, "ana", "eva"), putComplaint(1, "eva", "luz")},
	{"complaint with another folio", putComplaint(0, "ana"), func(tx *storage.Txn) error {
		c, err := tx.Complaint("c1")
		if err != nil {
			return err
		}
		c.Folio, c.Locator = "DEN-ZZZZZZZZ", "999999"
		return tx.PutComplaint(c, 1)
	}},
	{"part", putComplaint(0, "ana"), addPart(0)},
	{"files dropped", both(putComplaint(0, "ana"), addPart(0)), func(tx *storage.Txn) error {
		names, err := tx.DropFiles("c1", 0, func(f storage.EvidenceFile) bool { return f.Original })
		if err == nil && !slices.Equal(names, []string{"original0"}) {
			err = fmt.Errorf("dropped %v", names)
		}
		return err
	}},
	{"complaint deleted", both(putComplaint(0, "ana", "eva"), addPart(0), addPart(1)), func(tx *storage.Txn) error {
		names, err := tx.DeleteComplaint("c1")
		if err == nil && len(names) != 4 {
			err = fmt.Errorf("deleted %v", names)
		}
		return err
	}},
	{"draft of a complaint", nil, putComplaintDraft("2026-05-14T18:00:00Z", 0)},
	{"draft of a complaint saved", putComplaintDraft("2026-05-14T18:00:00Z", 0), putComplaintDraft("2026-05-14T18:00:00Z", 1)},
	{"draft of a complaint forgotten", putComplaintDraft("2026-05-14T18:00:00Z", 0), func(tx *storage.Txn) error {
		_, _, err := tx.SweepComplaintDrafts("2026-05-14T18:00:00Z", 9)
		return err
	}},
	{"event", nil, putEvent("e1", "2026-05-14")},
	{"events logged", both(putEvent("e2", "2026-05-13"), putEvent("e1", "2026-05-13"), putEvent("e3", "2026-05-14")), func(tx *storage.Txn) error {
		n, err := tx.LogEvents("2026-05-14", 9)
		if err == nil && n != 2 {
			err = fmt.Errorf("logged %d", n)
		}
		return err
	}},
	{"vault key", nil, func(tx *storage.Txn) error { return tx.PutVaultKey(storage.VaultKey{User: "ana"}, 0) }},
	{"channel", nil, func(tx *storage.Txn) error {
		return tx.PutChannel(storage.Channel{External: &storage.ExternalAuthority{Name: "Auditoría"}}, 0)
	}},
	{"box opened", func(tx *storage.Txn) error { return tx.PutBox(storage.Box{ID: "b1", Number: "1"}, 0) }, func(tx *storage.Txn) error {
		b, err := tx.Box("b1")
		if err != nil {
			return err
		}
		b.Next++
		if err := tx.PutBox(b, b.Version); err != nil {
			return err
		}
		return tx.PutBoxOpening(storage.BoxOpening{Box: "b1", Day: "2026-05-14", Papers: 3})
	}},
	{"calendar", nil, func(tx *storage.Txn) error { return tx.PutCalendar(storage.Calendar{Year: "2026"}) }},
	{"figure", nil, func(tx *storage.Txn) error { return tx.PutFigure(storage.Figure{Period: "2026-S1", Version: 1}) }},
}

func putComplaint(version int, users ...string) func(*storage.Txn) error {
	return func(tx *storage.Txn) error {
		c := storage.Complaint{ID: "c1", Folio: "DEN-7F3K22M9", Locator: "123456", Day: "2026-05-14", State: "R0"}
		for _, u := range users {
			c.Case.Wraps = append(c.Case.Wraps, storage.Wrap{User: u})
		}
		c.Identity.Wraps = []storage.Wrap{{User: users[0]}}
		return tx.PutComplaint(c, version)
	}
}

func addPart(seq uint64) func(*storage.Txn) error {
	return func(tx *storage.Txn) error {
		return tx.AddPart(storage.ComplaintPart{Complaint: "c1", Seq: seq, Kind: storage.PartFile, Files: []storage.EvidenceFile{
			{Name: fmt.Sprint("working", seq)}, {Name: fmt.Sprint("original", seq), Original: true},
		}})
	}
}

func putComplaintDraft(expires string, version int) func(*storage.Txn) error {
	return func(tx *storage.Txn) error {
		return tx.PutComplaintDraft(storage.ComplaintDraft{Hash: "h1", Expires: expires}, version)
	}
}

func putEvent(id, day string) func(*storage.Txn) error {
	return func(tx *storage.Txn) error {
		return tx.PutEvent(&storage.Event{ID: id, Day: day, Hash: storage.Digest([]byte(id))})
	}
}

// TestComplaintConflicts: whoever read an older record, or sealed for a number that is
// taken, writes nothing.
func TestComplaintConflicts(t *testing.T) {
	w := newWorld(t)
	w.update(both(putComplaint(0, "ana"), addPart(0), putComplaintDraft("2026-05-14T18:00:00Z", 0)))
	w.update(func(tx *storage.Txn) error { return tx.PutFigure(storage.Figure{Period: "2026-S1", Version: 1}) })
	for name, fn := range map[string]func(*storage.Txn) error{
		"an old complaint": putComplaint(0, "ana"), "a part twice": addPart(0), "a part too far": addPart(2),
		"an old draft": putComplaintDraft("2026-05-14T18:00:00Z", 0),
		"a frozen figure": func(tx *storage.Txn) error {
			return tx.PutFigure(storage.Figure{Period: "2026-S1", Version: 1})
		},
		"a folio of another": func(tx *storage.Txn) error {
			return tx.PutComplaint(storage.Complaint{ID: "c2", Folio: "DEN-7F3K22M9", Locator: "1"}, 0)
		},
		"a locator of another": func(tx *storage.Txn) error {
			return tx.PutComplaint(storage.Complaint{ID: "c2", Folio: "DEN-2", Locator: "123456"}, 0)
		},
	} {
		if err := w.try(fn); !errors.Is(err, storage.ErrConflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.view(func(tx *storage.Txn) error {
		if c, err := tx.ComplaintByLocator("123456"); err != nil || c.ID != "c1" || c.Next != 1 {
			t.Errorf("by locator: %+v %v", c, err)
		}
		if _, err := tx.ComplaintByFolio("DEN-XXXXXXXX"); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("a folio of nobody: %v", err)
		}
		return nil
	})
}

// complaintsLife is what a life should hold of complaints.
type complaintsLife struct {
	version map[string]int
	readers map[string][]string
	parts   map[string]uint64
	pending int // events that are not in the log
}

func (l *life) Complaint(rt *rapid.T) {
	id := rapid.SampledFrom([]string{"c1", "c2", "c3"}).Draw(rt, "id")
	stale := rapid.IntRange(0, 4).Draw(rt, "stale") == 0 && l.c.version[id] > 0
	users := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"u1", "u2", "u3"}), 0, 3, rapid.ID).Draw(rt, "users")
	c := storage.Complaint{ID: id, Folio: "DEN-" + id, Locator: id}
	for _, u := range users {
		c.Case.Wraps = append(c.Case.Wraps, storage.Wrap{User: u})
	}
	version := l.c.version[id]
	if stale {
		version--
	}
	expect(rt, l.update(func(tx *storage.Txn) error { return tx.PutComplaint(c, version) }), stale)
	if !stale {
		l.c.version[id], l.c.readers[id] = version+1, users
	}
}

func (l *life) Part(rt *rapid.T) {
	id := rapid.SampledFrom([]string{"c1", "c2", "c3"}).Draw(rt, "id")
	if l.c.version[id] == 0 {
		rt.Skip("no complaint")
	}
	stale := rapid.IntRange(0, 4).Draw(rt, "stale") == 0 && l.c.parts[id] > 0
	seq := l.c.parts[id]
	if stale {
		seq--
	}
	expect(rt, l.update(func(tx *storage.Txn) error {
		return tx.AddPart(storage.ComplaintPart{Complaint: id, Seq: seq, Kind: storage.PartMessage})
	}), stale)
	if !stale {
		l.c.parts[id]++
	}
}

func (l *life) Forget(rt *rapid.T) {
	id := rapid.SampledFrom([]string{"c1", "c2", "c3"}).Draw(rt, "id")
	if l.c.version[id] == 0 {
		rt.Skip("no complaint")
	}
	expect(rt, l.update(func(tx *storage.Txn) error { _, err := tx.DeleteComplaint(id); return err }), false)
	delete(l.c.version, id)
	delete(l.c.readers, id)
	delete(l.c.parts, id)
}

func (l *life) Event(rt *rapid.T) {
	e := storage.Event{ID: storage.RandomID(), Day: "2026-05-14", Hash: storage.Digest([]byte("x"))}
	expect(rt, l.update(func(tx *storage.Txn) error { again := e; return tx.PutEvent(&again) }), false)
	l.c.pending++
}

func (l *life) CloseDay(rt *rapid.T) {
	n := rapid.IntRange(1, 3).Draw(rt, "limit")
	expect(rt, l.update(func(tx *storage.Txn) error {
		got, err := tx.LogEvents("2026-05-15", n)
		if err == nil && got != min(n, l.c.pending) {
			rt.Fatalf("logged %d of %d", got, l.c.pending)
		}
		return err
	}), false)
	n = min(n, l.c.pending)
	l.c.pending -= n
	l.leaves += n
}

// checkComplaints compares what each user can read, and the parts.
func (l *life) checkComplaints(rt *rapid.T, tx *storage.Txn) {
	for _, user := range []string{"u1", "u2", "u3"} {
		var got, want []string
		if err := tx.ComplaintsOf(user, func(c storage.Complaint) error { got = append(got, c.ID); return nil }); err != nil {
			rt.Fatal(err)
		}
		for _, id := range []string{"c1", "c2", "c3"} {
			if slices.Contains(l.c.readers[id], user) {
				want = append(want, id)
			}
		}
		if !slices.Equal(got, want) {
			rt.Fatalf("%s reads %v, want %v", user, got, want)
		}
	}
	for id := range l.c.version {
		if all, err := tx.Parts(id); err != nil || uint64(len(all)) != l.c.parts[id] {
			rt.Fatalf("%s has %d parts, want %d: %v", id, len(all), l.c.parts[id], err)
		}
	}
}
