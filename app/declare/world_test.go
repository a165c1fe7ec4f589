package declare

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"declara/forms"
	"declara/forms/sample"
	"declara/storage"
	"declara/storage/bolt"
)

const tenant = "1"

// world is a municipality with a store in a real file and a clock that the test
// sets.
type world struct {
	*testing.T
	*Service
	db    *storage.DB
	now   time.Time
	post  func(*storage.Txn, Letter) error // what the outbox does
	posts []Letter
	ctx   context.Context
}

// newWorld starts on a day at noon in Mexico City.
func newWorld(t *testing.T, day string) *world {
	t.Helper()
	store, err := bolt.Open(filepath.Join(t.TempDir(), "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, ctx: t.Context(), db: storage.Open(store, storage.NewKeys())}
	t.Cleanup(func() {
		if err := errors.Join(w.db.Close()); err != nil {
			t.Error(err)
		}
	})
	w.set(day + " 12:00:00")
	w.post = func(tx *storage.Txn, l Letter) error {
		w.posts = append(w.posts, l)
		return tx.PutMail(storage.Mail{ID: l.ID, To: l.To, Kind: "receipt", Message: []byte("x"), Created: w.now, Next: w.now})
	}
	w.Service = New(w.db, func() time.Time { return w.now }, func(tx *storage.Txn, l Letter) error { return w.post(tx, l) })
	w.update(func(tx *storage.Txn) error {
		return tx.PutInstitution(storage.Institution{
			Name: "Municipio de Valle Encinos", Office: "Órgano Interno de Control", Initials: "VE",
			Order: "MUNICIPAL_ALCALDIA", Branch: "EJECUTIVO", State: "20", Town: "067", Zone: "America/Mexico_City",
			SetUp: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		})
	})
	return w
}

// set moves the clock to a local time of the institution.
func (w *world) set(local string) {
	w.Helper()
	zone, err := time.LoadLocation("America/Mexico_City")
	if err != nil {
		w.Fatal(err)
	}
	if w.now, err = time.ParseInLocation("2006-01-02 15:04:05", local, zone); err != nil {
		w.Fatal(err)
	}
}

func (w *world) update(fn func(*storage.Txn) error) {
	w.Helper()
	if err := w.db.Update(w.ctx, tenant, fn); err != nil {
		w.Fatal(err)
	}
}

// hire puts an invented official on the roster.
func (w *world) hire(seed int64, level forms.Level, entry, exit string) (Who, sample.Person) {
	w.Helper()
	p := sample.Official(seed)
	id := storage.NewID(w.now)
	w.update(func(tx *storage.Txn) error {
		return tx.PutPerson(storage.Person{
			ID: id, Given: p.Given, First: p.First, Second: p.Second, RFC: p.RFC, CURP: p.CURP,
			Email: "oficina@valleencinos.example", Unit: "Tesorería", Post: "Analista", Grade: "N-7", Duties: "Revisar cuentas",
			Level: level, Entry: entry, Exit: exit, Created: w.now,
		})
	})
	return Who{Tenant: tenant, Person: id}, p
}

// rename, move and totals change what documents are made of beside the draft.
func (w *world) rename(name string) {
	w.Helper()
	w.institution(func(i *storage.Institution) { i.Name = name })
}

func (w *world) totals() {
	w.Helper()
	w.institution(func(i *storage.Institution) { i.TotalAsDeclared = !i.TotalAsDeclared })
}

func (w *world) institution(change func(*storage.Institution)) {
	w.Helper()
	w.update(func(tx *storage.Txn) error {
		i, err := tx.Institution()
		if err != nil {
			return err
		}
		change(&i)
		return tx.PutInstitution(i)
	})
}

func (w *world) move(who Who, post string) {
	w.Helper()
	w.update(func(tx *storage.Txn) error {
		p, err := tx.Person(who.Person)
		if err != nil {
			return err
		}
		p.Post = post
		return tx.PutPerson(p)
	})
}

// begin starts the only duty of a kind.
func (w *world) begin(who Who, kind Kind) string {
	w.Helper()
	m, err := w.Mine(w.ctx, who)
	if err != nil {
		w.Fatal(err)
	}
	for _, d := range m.Duties {
		if d.Kind == kind && (d.Standing == Open || d.Standing == Overdue || d.Standing == Doubt) {
			id, err := w.Start(w.ctx, who, d.Key)
			if err != nil {
				w.Fatal(err)
			}
			return id
		}
	}
	w.Fatalf("no %s is owed: %s", kind, owed(m.Duties))
	return ""
}

// work reads a draft.
func (w *world) work(who Who, id string) Work {
	w.Helper()
	got, err := w.Draft(w.ctx, who, id)
	if err != nil {
		w.Fatal(err)
	}
	return got
}

// fill answers a whole draft as pages do: each section page, each item, then the
// button of the section.
func (w *world) fill(who Who, id string, p sample.Person, seed int64) {
	w.Helper()
	got := w.work(who, id)
	d, err := sample.Draft(got.Form, seed, sample.Options{
		Person: p, Year: got.Kept.Draft.Year, Event: got.Kept.Draft.Event, Today: got.Kept.Draft.Today, Wealth: 0.6,
	})
	if err != nil {
		w.Fatal(err)
	}
	for i := range got.Form.Sections {
		w.fillSection(who, id, &got.Form.Sections[i], got.Form, d.Answers)
	}
	if r, err := w.Review(w.ctx, who, id); err != nil || len(r.Problems) > 0 {
		w.Fatalf("%s: not ready after all was typed: %v %v", got.Form.Type, err, r.Problems)
	}
}

func (w *world) fillSection(who Who, id string, sec *forms.Section, f *forms.Form, all forms.Answers) {
	w.Helper()
	page := forms.Answers{}
	items := map[forms.Path]forms.Answers{}
	key := forms.Path(sec.Key)
	for p, v := range all {
		if !p.Under(key) {
			continue
		}
		if item, ok := firstItem(f, p); ok {
			if items[item] == nil {
				items[item] = forms.Answers{}
			}
			items[item][p] = v
			continue
		}
		if x, ok := f.Field(p); ok && x.Kind != forms.List {
			page[p] = v
		}
	}
	for item, answers := range items {
		v := w.work(who, id).Kept.Versions[sec.Key]
		if _, err := w.Save(w.ctx, who, id, Edit{Section: sec.Key, Item: item, New: true, Version: v, Now: answers}, true); err != nil {
			w.Fatalf("%s: %v", item, err)
		}
	}
	v := w.work(who, id).Kept.Versions[sec.Key]
	if _, err := w.Save(w.ctx, who, id, Edit{Section: sec.Key, Version: v, Now: page}, true); err != nil {
		w.Fatalf("%s: %v", sec.Key, err)
	}
}

// firstItem is the outermost item that a path lies in.
func firstItem(f *forms.Form, p forms.Path) (forms.Path, bool) {
	names := strings.Split(string(p), ".")
	for i := 2; i < len(names); i++ {
		list := forms.Path(strings.Join(names[:i], "."))
		if x, ok := f.Field(list); ok && x.Kind == forms.List {
			return list.Join(names[i]), true
		}
	}
	return "", false
}

// file signs a draft with the right password.
func (w *world) file(who Who, id string) storage.Filing {
	w.Helper()
	got := w.work(who, id)
	f, err := w.File(w.ctx, who, id, Seal{Stamp: got.Stamp(), Verify: right})
	if err != nil {
		w.Fatal(err)
	}
	return f
}

// paper is the full document of a filing, as it was hashed.
func (w *world) paper(id string) (raw []byte) {
	w.Helper()
	w.update(func(tx *storage.Txn) (err error) {
		raw, err = tx.FullDocument(id)
		return err
	})
	return raw
}

func right() error { return nil }
