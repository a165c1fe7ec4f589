package storage_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"declara/forms"
	"declara/storage"
	"declara/storage/bolt"
	"declara/storage/storagetest"
)

// life is an installation and what it should hold, through random acts of a few
// people. Every function of the store runs twice, as engines may run it.
type life struct {
	db     *storage.DB
	n      int                       // clock, in seconds
	users  map[string]storage.User   // by id
	rfcs   map[string]string         // person to RFC
	kept   map[string]bool           // person to reserve
	draft  map[string]map[string]int // draft to versions
	slots  map[string]string         // "person kind" to draft
	filed  []storage.Filing          // in order
	index  map[string]bool           // what a follower of the publication log has
	seq    uint64
	notes  int
	leaves int               // beside those of filings and notes
	papers map[string]string // "filing kind" to bytes
	reads  int
	due    map[string]int // mail to time
	trace  uint64
	c      complaintsLife

	decided map[string]bool // "person supplier" of what they have in common
}

var (
	somebody = rapid.SampledFrom([]string{"p1", "p2", "p3"})
	word     = rapid.SampledFrom([]string{"ana", "eva", "luz", ""})
	day      = rapid.SampledFrom([]string{"2026-01-10", "2026-06-10"})
)

func (l *life) now() time.Time {
	l.n++
	return noon.Add(time.Duration(l.n) * time.Second)
}

func (l *life) update(fn func(*storage.Txn) error) error {
	return l.db.Update(context.Background(), tenant, fn)
}

// expect compares an error with what should have happened.
func expect(rt *rapid.T, err error, conflict bool) {
	if conflict != errors.Is(err, storage.ErrConflict) || !conflict && err != nil {
		rt.Fatalf("%v, want a conflict: %v", err, conflict)
	}
}

func (l *life) User(rt *rapid.T) {
	u := storage.User{
		ID: rapid.SampledFrom([]string{"u1", "u2", "u3"}).Draw(rt, "id"), Login: word.Draw(rt, "login"),
		Person: rapid.SampledFrom([]string{"p1", "p2", ""}).Draw(rt, "person"),
	}
	taken := false
	for id, other := range l.users {
		taken = taken || id != u.ID && (u.Login != "" && other.Login == u.Login || u.Person != "" && other.Person == u.Person)
	}
	expect(rt, l.update(func(tx *storage.Txn) error { return tx.PutUser(u) }), taken)
	if !taken {
		l.users[u.ID] = u
	}
}

func (l *life) Person(rt *rapid.T) {
	id, rfc := somebody.Draw(rt, "id"), word.Draw(rt, "rfc")
	taken := false
	for other, has := range l.rfcs {
		taken = taken || other != id && has == rfc && rfc != ""
	}
	expect(rt, l.update(func(tx *storage.Txn) error {
		p, err := tx.Person(id)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return err
		}
		p.ID, p.RFC = id, rfc
		return tx.PutPerson(p)
	}), taken)
	if !taken {
		l.rfcs[id] = rfc
	}
}

func (l *life) Reserve(rt *rapid.T) {
	id, on := somebody.Draw(rt, "id"), rapid.Bool().Draw(rt, "on")
	if _, there := l.rfcs[id]; !there {
		rt.Skip("nobody")
	}
	var r *storage.Reserve
	if on {
		r = &storage.Reserve{Agreement: "CT-1"}
	}
	expect(rt, l.update(func(tx *storage.Txn) error { return tx.SetReserve(id, r) }), false)
	if l.kept[id] == on {
		return
	}
	l.kept[id] = on
	for i := range l.filed {
		if l.filed[i].Person == id {
			l.filed[i].Reserved = on
		}
	}
}

// Save saves a section of a draft, of which the caller may have an old version.
func (l *life) Save(rt *rapid.T) {
	person, event := somebody.Draw(rt, "person"), day.Draw(rt, "day")
	slot := person + " " + event
	id := l.slots[slot]
	if id == "" {
		id = storage.NewID(l.now())
	}
	section := rapid.SampledFrom([]string{"a", "b"}).Draw(rt, "section")
	version := max(0, l.draft[id][section]+rapid.SampledFrom([]int{0, 0, 0, -1, 1}).Draw(rt, "stale"))
	d := storage.Draft{
		ID: id, Person: person, Created: l.now(), Versions: maps.Clone(l.draft[id]),
		Draft: forms.Draft{Type: forms.Inicial, Year: 2026, Event: event},
	}
	other := rapid.Bool().Draw(rt, "other section is stale") && l.draft[id]["b"] > 0 && section == "a"
	if other {
		d.Versions["b"]--
	}
	var got int
	err := l.update(func(tx *storage.Txn) (err error) {
		got, err = tx.PutDraft(d, section, version)
		return err
	})
	stale := other || version != l.draft[id][section]
	expect(rt, err, stale)
	if stale {
		return
	}
	if got != version+1 {
		rt.Fatalf("version %d after %d", got, version)
	}
	if l.draft[id] == nil {
		l.draft[id], l.slots[slot] = map[string]int{}, id
	}
	l.draft[id][section] = got
}

// File files a draft, or sends the form of an earlier filing again.
func (l *life) File(rt *rapid.T) {
	if len(l.filed) > 0 && rapid.IntRange(0, 3).Draw(rt, "again") == 0 {
		first := rapid.SampledFrom(l.filed).Draw(rt, "first")
		again := first
		again.Folio, again.Seq, again.Leaf = "", 0, 0
		expect(rt, l.update(func(tx *storage.Txn) error {
			return tx.File(&again, []byte("another"), []byte("another"), "")
		}), false)
		if again.Folio != first.Folio || again.Hash != first.Hash || again.Leaf != first.Leaf {
			rt.Fatalf("got %+v, want %+v", again, first)
		}
		return
	}
	if len(l.slots) == 0 {
		rt.Skip("no draft")
	}
	slot := rapid.SampledFrom(slices.Sorted(maps.Keys(l.slots))).Draw(rt, "slot")
	id, person := l.slots[slot], slot[:2]
	f := storage.Filing{ID: id, Person: person, Filed: l.now(), Zone: valle.Zone, Sent: "envio " + id, Reserved: l.kept[person]}
	expect(rt, l.update(func(tx *storage.Txn) error {
		again := f
		err := tx.File(&again, full(&f), public(&f), id)
		if err == nil {
			err = tx.Audit(storage.AuditEntry{At: f.Filed, Act: "filing", About: id})
		}
		if err == nil {
			f = again
		}
		return err
	}), false)
	delete(l.slots, slot)
	delete(l.draft, id)
	l.trace++
	if want := fmt.Sprintf("VE-2026-%06d", len(l.filed)+1); f.Folio != want || f.Leaf != uint64(len(l.filed)+l.notes+l.leaves) {
		rt.Fatalf("filed %+v, want folio %s", f, want)
	}
	l.filed = append(l.filed, f)
}

func (l *life) Note(rt *rapid.T) {
	if len(l.filed) == 0 {
		rt.Skip("no filing")
	}
	n := storage.Note{ID: storage.NewID(l.now()), Filing: rapid.SampledFrom(l.filed).Draw(rt, "filing").ID, Text: "texto", Filed: noon}
	expect(rt, l.update(func(tx *storage.Txn) error { again := n; return tx.PutNote(&again) }), false)
	l.notes++
}

// Paper keeps a paper, or tries to keep another in its place.
func (l *life) Paper(rt *rapid.T) {
	if len(l.filed) == 0 {
		rt.Skip("no filing")
	}
	filing := rapid.SampledFrom(l.filed).Draw(rt, "filing").ID
	kind := rapid.SampledFrom(storage.PaperKinds).Draw(rt, "kind")
	at := filing + " " + kind
	bytes := fmt.Sprint("paper ", l.n, at)
	expect(rt, l.update(func(tx *storage.Txn) error { _, err := tx.KeepPaper(filing, kind, []byte(bytes), l.now()); return err }), false)
	if _, there := l.papers[at]; !there {
		l.papers[at] = bytes
		l.leaves++
	}
}

// Look is the office reading a declaration.
func (l *life) Look(rt *rapid.T) {
	if len(l.filed) == 0 {
		rt.Skip("no filing")
	}
	r := storage.Read{
		ID: storage.NewID(l.now()), Filing: rapid.SampledFrom(l.filed).Draw(rt, "filing").ID, User: "u1", Name: "Eva", File: "OIC-1", Reason: "motivo",
		At: l.now(),
	}
	expect(rt, l.update(func(tx *storage.Txn) error { again := r; return tx.LogRead(&again) }), false)
	l.leaves++
	l.reads++
}

// Publish keeps the checkpoint of a day.
func (l *life) Publish(rt *rapid.T) {
	day := fmt.Sprintf("2026-05-%02d", rapid.IntRange(1, 28).Draw(rt, "day"))
	expect(rt, l.update(func(tx *storage.Txn) error {
		tree, err := tx.Tree()
		if err != nil {
			return err
		}
		if _, err := tx.Checkpoint(day); !errors.Is(err, storage.ErrNotFound) {
			return err
		}
		return tx.PutCheckpoint(storage.Checkpoint{Day: day, Size: tree.Size, Root: tree.Root})
	}), false)
}

func (l *life) Mail(rt *rapid.T) {
	id := rapid.SampledFrom([]string{"m1", "m2", "m3"}).Draw(rt, "id")
	m := storage.Mail{ID: id, Next: noon.Add(time.Duration(rapid.IntRange(0, 5).Draw(rt, "next")) * time.Second)}
	delete(l.due, id)
	if rapid.Bool().Draw(rt, "sent") {
		m.Sent = noon
	} else {
		l.due[id] = int(m.Next.Sub(noon) / time.Second)
	}
	expect(rt, l.update(func(tx *storage.Txn) error { return tx.PutMail(m) }), false)
}

// Follow is a search that catches up with what is public.
func (l *life) Follow(rt *rapid.T) {
	if err := l.db.View(context.Background(), tenant, func(tx *storage.Txn) error {
		return tx.PublicSince(l.seq, func(p storage.Published) bool {
			if p.Gone {
				delete(l.index, p.ID)
			} else {
				l.index[p.ID] = true
			}
			l.seq = p.Seq
			return true
		})
	}); err != nil {
		rt.Fatal(err)
	}
	want := map[string]bool{}
	for _, f := range l.filed {
		if !f.Reserved {
			want[f.ID] = true
		}
	}
	if !maps.Equal(l.index, want) {
		rt.Fatalf("followed %v, want %v", l.index, want)
	}
}

// Check compares everything, and lets the store check itself.
func (l *life) Check(rt *rapid.T) {
	got, err := l.db.Check(context.Background())
	if err != nil || len(got.Faults) > 0 {
		rt.Fatalf("check: %v %v", err, got.Faults)
	}
	if err := l.db.View(context.Background(), tenant, func(tx *storage.Txn) error {
		for _, u := range l.users {
			if u.Login == "" {
				continue
			}
			if got, err := tx.UserByLogin(u.Login); err != nil || got.ID != u.ID {
				rt.Fatalf("login of %s finds %s: %v", u.ID, got.ID, err)
			}
		}
		l.checkComplaints(rt, tx)
		for person, rfc := range l.rfcs {
			if rfc == "" {
				continue
			}
			if got, err := tx.PersonByRFC(rfc); err != nil || got.ID != person {
				rt.Fatalf("RFC of %s finds %s: %v", person, got.ID, err)
			}
		}
		for id, versions := range l.draft {
			if got, err := tx.Draft(id); err != nil || !maps.Equal(got.Versions, versions) {
				rt.Fatalf("draft %s: %v %v, want %v", id, got.Versions, err, versions)
			}
		}
		for _, f := range l.filed {
			if got, err := tx.Filing(f.ID); err != nil || got.Folio != f.Folio || got.Reserved != f.Reserved || got.Hash != f.Hash {
				rt.Fatalf("filing %+v %v, want %+v", got, err, f)
			}
		}
		missing, reads := 0, 0
		for _, f := range l.filed {
			for _, kind := range storage.PaperKinds {
				want, there := l.papers[f.ID+" "+kind]
				got, _, err := tx.Paper(f.ID, kind)
				if there != (err == nil) || string(got) != want {
					rt.Fatalf("paper %s of %s: %q %v, want %q", kind, f.ID, got, err, want)
				}
				if !there {
					missing++
				}
			}
		}
		for _, id := range []string{"p1", "p2", "p3"} {
			all, err := tx.ReadsOf(id)
			if err != nil {
				return err
			}
			reads += len(all)
		}
		lacks, err := tx.MissingPapers(0, 1000)
		if len(lacks) != missing || reads != l.reads || err != nil {
			rt.Fatalf("%d papers to be made of %d, %d readings of %d: %v", len(lacks), missing, reads, l.reads, err)
		}
		due, err := tx.DueMail(noon.Add(2*time.Second), 9)
		for _, m := range due {
			if at, ok := l.due[m.ID]; !ok || at > 2 {
				rt.Fatalf("%s is due", m.ID)
			}
		}
		n := 0
		for _, at := range l.due {
			if at <= 2 {
				n++
			}
		}
		entries, err2 := tx.VerifyAudit()
		if n != len(due) || entries != l.trace {
			rt.Fatalf("%d due of %d, %d traces of %d", len(due), n, entries, l.trace)
		}
		return errors.Join(err, err2)
	}); err != nil {
		rt.Fatal(err)
	}
}

// TestAnyLife runs random lives of an installation.
func TestAnyLife(t *testing.T) {
	dir := t.TempDir()
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		s, err := bolt.Open(filepath.Join(dir, fmt.Sprint(n)))
		if err != nil {
			rt.Fatal(err)
		}
		defer s.Close()
		l := &life{
			db:    storage.Open(&storagetest.Fault{Store: s}, storage.NewKeys(), storage.WithIndexer(head3)),
			users: map[string]storage.User{}, rfcs: map[string]string{}, kept: map[string]bool{}, draft: map[string]map[string]int{},
			slots: map[string]string{}, index: map[string]bool{}, due: map[string]int{}, papers: map[string]string{},
			c: complaintsLife{version: map[string]int{}, readers: map[string][]string{}, parts: map[string]uint64{}},
		}
		expect(rt, l.update(func(tx *storage.Txn) error { return tx.PutInstitution(valle) }), false)
		rt.Repeat(rapid.StateMachineActions(l))
	})
}
