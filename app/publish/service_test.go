package publish

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"declara/app/errs"
	"declara/forms"
	"declara/storage"
	"declara/storage/bolt"
)

// world is a body with some officials who have filed.
type world struct {
	t    testing.TB
	db   *storage.DB
	s    *Service
	now  time.Time
	kept map[string]filed // by id of filing
	ids  []string         // in order of filing
	docs map[string]*forms.Document
}

func newWorld(t testing.TB) *world {
	t.Helper()
	store, err := bolt.Open(filepath.Join(t.TempDir(), "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	db := storage.Open(store, storage.NewKeys())
	t.Cleanup(func() { db.Close() })
	w := &world{t: t, db: db, s: New(db), now: day, kept: map[string]filed{}, docs: map[string]*forms.Document{}}
	w.must(db.Prepare(t.Context()))
	w.update(func(tx *storage.Txn) error {
		return tx.PutInstitution(storage.Institution{Name: "Municipio de Valle Encinos", Initials: "VE", Zone: "America/Mexico_City"})
	})
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) update(fn func(*storage.Txn) error) {
	w.t.Helper()
	w.must(w.db.Update(w.t.Context(), "1", fn))
}

// person puts somebody on the roster.
func (w *world) person(seed int64) string {
	w.t.Helper()
	id := storage.NewID(w.now)
	w.update(func(tx *storage.Txn) error {
		return tx.PutPerson(storage.Person{ID: id, Given: "Ana", First: fmt.Sprint("P", seed), RFC: fmt.Sprintf("PUFE80%02d29M%02d", seed%12+1, seed%100), CURP: "PUFE800229HDFRCJ08", Created: w.now})
	})
	return id
}

// file keeps a sample declaration of a person, and gives its id.
func (w *world) file(person string, typ forms.Type, seed int64, reserved bool) string {
	w.t.Helper()
	d := file(w.t, typ, forms.Full, seed, w.docs[person])
	w.docs[person] = &d.full
	w.now = w.now.Add(time.Minute)
	id := storage.NewID(w.now)
	m := forms.Metadata{Actualizacion: w.now, Institucion: "Municipio de Valle Encinos", Tipo: typ, DeclaracionCompleta: true}
	f := storage.Filing{
		ID: id, Person: person, Type: typ, Level: forms.Full, Edition: d.full.Form.Edition, Year: 2024 + len(w.ids), Filed: w.now,
		Zone: "America/Mexico_City", Due: "2026-05-31", Reserved: reserved, Method: "password", Sent: storage.NewID(w.now),
	}
	w.update(func(tx *storage.Txn) error {
		return tx.File(&f, forms.Result(id, m, d.full), forms.Result(id, m, d.public), "")
	})
	w.kept[id] = d
	w.ids = append(w.ids, id)
	return id
}

func (w *world) reserve(person string, on bool) {
	w.t.Helper()
	var r *storage.Reserve
	if on {
		r = &storage.Reserve{Agreement: "CT-4/2026", Until: "2030-05-14"}
	}
	w.update(func(tx *storage.Txn) error { return tx.SetReserve(person, r) })
}

// streamed are the ids that Stream gives.
func (w *world) streamed() (ids []string) {
	w.t.Helper()
	seq, count, err := w.s.Version(w.t.Context(), "1")
	w.must(err)
	w.must(w.s.Stream(w.t.Context(), "1", seq, func(p Published) error {
		ids = append(ids, p.ID)
		if sum := sha256.Sum256(p.Doc); hex.EncodeToString(sum[:]) != p.Hash {
			w.t.Errorf("%s: the hash is not that of the document", p.ID)
		}
		return nil
	}))
	if len(ids) != count {
		w.t.Errorf("%d declarations streamed, %d counted", len(ids), count)
	}
	return ids
}

// seen is where a declaration can be found.
func (w *world) seen(id string) string {
	w.t.Helper()
	var where []string
	if _, err := w.s.Find(w.t.Context(), "1", id); err == nil {
		where = append(where, "page")
	} else if errs.CodeOf(err) != errs.NotFound {
		w.t.Error(err)
	}
	r, err := w.s.Search(w.t.Context(), "1", Query{})
	w.must(err)
	for _, h := range r.Hits {
		for _, e := range append([]Entry{h.Entry}, h.Others...) {
			if e.ID == id {
				where = append(where, "search")
			}
		}
	}
	if theirs, err := w.s.Theirs(w.t.Context(), "1", id); err == nil && len(theirs) > 0 {
		where = append(where, "theirs")
	}
	for _, s := range w.streamed() {
		if s == id {
			where = append(where, "bulk")
		}
	}
	var f storage.Filing
	w.must(w.db.View(w.t.Context(), "1", func(tx *storage.Txn) (err error) { f, err = tx.Filing(id); return err }))
	for _, m := range []Mark{{Folio: f.Folio}, {Hash: f.Hash}, {ID: id}, {Hash: f.Public}} {
		v, err := w.s.Check(w.t.Context(), "1", m)
		w.must(err)
		if m.Hash != f.Public && (!v.Found || !v.Filed.Equal(f.Filed) || v.Folio != f.Folio) {
			w.t.Errorf("%+v: %+v: a filing stays known by its folio and its hash", m, v)
		}
		if v.ID != "" {
			where = append(where, "check")
		}
	}
	return strings.Join(where, " ")
}

const everywhere = "page search theirs bulk check check check check"

func TestReserved(t *testing.T) {
	w := newWorld(t)
	ana, luis := w.person(1), w.person(2)
	a1, l1, a2 := w.file(ana, forms.Inicial, 1, false), w.file(luis, forms.Modificacion, 2, false), w.file(ana, forms.Modificacion, 1, false)
	check := func(step string, want map[string]string) {
		t.Helper()
		for id, where := range want {
			if got := w.seen(id); got != where {
				t.Errorf("%s: %s is seen at %q, want %q", step, id, got, where)
			}
		}
	}
	check("filed", map[string]string{a1: everywhere, l1: everywhere, a2: everywhere})
	w.reserve(ana, true)
	check("reserved", map[string]string{a1: "", l1: everywhere, a2: ""})
	w.reserve(ana, false)
	check("published again", map[string]string{a1: everywhere, l1: everywhere, a2: everywhere})
	hidden := w.file(luis, forms.Conclusion, 2, true)
	check("filed under a reserve", map[string]string{hidden: "", l1: everywhere})
	if got := w.streamed(); len(got) != 3 || got[0] != l1 {
		t.Errorf("streamed %v: once each, in the order of publication", got)
	}
}

func TestTheirs(t *testing.T) {
	w := newWorld(t)
	ana, luis := w.person(1), w.person(2)
	a1, l1, a2 := w.file(ana, forms.Inicial, 1, false), w.file(luis, forms.Modificacion, 2, false), w.file(ana, forms.Modificacion, 1, false)
	for id, want := range map[string]string{a1: a2 + " " + a1, a2: a2 + " " + a1, l1: l1, "none": ""} {
		theirs, err := w.s.Theirs(t.Context(), "1", id)
		w.must(err)
		var got []string
		for _, e := range theirs {
			if got = append(got, e.ID); e.Person != "" {
				t.Errorf("the id of a person's record is given away")
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("of %s: %v, want %s", id, got, want)
		}
	}
	p, err := w.s.Find(t.Context(), "1", a1)
	w.must(err)
	q, err := w.s.Find(t.Context(), "1", a2)
	w.must(err)
	r, err := w.s.Find(t.Context(), "1", l1)
	w.must(err)
	if p.Person != q.Person || p.Person == r.Person || len(p.Person) != 16 {
		t.Errorf("keys %q %q %q", p.Person, q.Person, r.Person)
	}
	if strings.Contains(ana, p.Person) || New(storage.Open(nil, storage.NewKeys())).personKey(ana) == p.Person {
		t.Error("the key of a person does not depend on the installation's secret")
	}
}

func TestFind(t *testing.T) {
	w := newWorld(t)
	id := w.file(w.person(1), forms.Inicial, 1, false)
	p, err := w.s.Find(t.Context(), "1", id)
	w.must(err)
	if p.ID != id || p.Year != 2024 || p.Due != "2026-05-31" || p.Folio != "VE-2026-000001" || !bytes.Contains(p.Doc, w.kept[id].public.JSON) {
		t.Errorf("found %+v", p)
	}
	for _, no := range []string{"", "x", strings.Repeat("A", 26), "../" + id, id + "/", strings.ToLower(id), "\x00", strings.Repeat("é", 3000)} {
		if _, err := w.s.Find(t.Context(), "1", no); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("%.20q: %v", no, err)
		}
	}
	if _, err := w.s.Find(t.Context(), "2", id); errs.CodeOf(err) != errs.NotFound {
		t.Errorf("in another body: %v", err)
	}
}

func TestCheckUnknown(t *testing.T) {
	w := newWorld(t)
	w.file(w.person(1), forms.Inicial, 1, false)
	for _, m := range []Mark{
		{Folio: "VE-2026-000002"}, {Folio: "VE-2025-000001"}, {Folio: "x"}, {Hash: strings.Repeat("0", 64)}, {Hash: "zz"}, {Hash: ""}, {ID: strings.Repeat("0", 26)},
	} {
		v, err := w.s.Check(t.Context(), "1", m)
		w.must(err)
		if v.Found || v.ID != "" || v.Hash != "" {
			t.Errorf("%+v: %+v", m, v)
		}
	}
}

// TestStream: many chunks, an end by the reader, and what is filed meanwhile.
func TestStream(t *testing.T) {
	w := newWorld(t)
	for seed := range int64(window + 9) {
		w.file(w.person(seed), forms.Modificacion, seed%5, false)
	}
	if got := w.streamed(); strings.Join(got, " ") != strings.Join(w.ids, " ") {
		t.Errorf("%d streamed of %d, or in another order", len(got), len(w.ids))
	}
	seq, _, err := w.s.Version(t.Context(), "1")
	w.must(err)
	n := 0
	w.must(w.s.Stream(t.Context(), "1", seq, func(Published) error {
		if n++; n == 1 {
			w.file(w.person(1000), forms.Modificacion, 1, false)
		}
		return nil
	}))
	if n != window+9 {
		t.Errorf("%d streamed: what is filed meanwhile is of another version", n)
	}
	n = 0
	stop := errors.New("stop")
	if err := w.s.Stream(t.Context(), "1", seq, func(Published) error { n++; return stop }); !errors.Is(err, stop) || n != 1 {
		t.Errorf("%v after %d", err, n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.s.Stream(ctx, "1", seq, func(Published) error { return nil }); err == nil {
		t.Error("a request that is over goes on")
	}
}
