package web

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"declara/app/account"
	"declara/app/seal"
	"declara/forms"
	"declara/forms/sample"
	"declara/i18n"
	"declara/storage"
	"declara/storage/bolt"
)

// publicSite is a municipality with a real store behind the real chain of requests.
type publicSite struct {
	testing.TB
	server *Server
	db     *storage.DB
	now    time.Time
	last   map[string]*forms.Document // full document that a person filed last
}

func newPublicSite(t testing.TB) *publicSite {
	t.Helper()
	store, err := bolt.Open(filepath.Join(t.TempDir(), "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	s := &publicSite{TB: t, now: time.Date(2026, 5, 14, 18, 2, 0, 0, time.UTC), last: map[string]*forms.Document{}}
	s.db = storage.Open(store, storage.NewKeys())
	t.Cleanup(func() { s.db.Close() })
	s.must(s.db.Prepare(t.Context()))
	clock := func() time.Time { return s.now }
	s.server, err = New(Config{
		DB: s.db, Bundle: i18n.Load(), Clock: clock, BaseURL: "https://declara.example", Secure: true, Version: "1.0-test",
		Accounts: account.New(s.db, clock, func(*storage.Txn, account.Letter) error { return nil }),
		Seal:     seal.New(seal.Config{DB: s.db, Words: i18n.Load(), Clock: clock, Base: "https://declara.example"}),
	})
	s.must(err)
	s.update(func(tx *storage.Txn) error {
		return tx.PutInstitution(storage.Institution{
			Name: "Municipio de Valle Encinos", Office: "Órgano Interno de Control", Initials: "VE", Zone: "America/Mexico_City",
			Phone: "951 000 0000", Hours: "lunes a viernes, 9 a 16 h", Address: "Plaza Principal 1", Email: "contraloria@valleencinos.example", SetUp: s.now,
		})
	})
	return s
}

func (s *publicSite) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *publicSite) update(fn func(*storage.Txn) error) {
	s.Helper()
	s.must(s.db.Update(s.Context(), tenant, fn))
}

// person puts an invented official on the roster.
func (s *publicSite) person(p sample.Person) string {
	s.Helper()
	id := storage.NewID(s.now)
	s.update(func(tx *storage.Txn) error {
		return tx.PutPerson(storage.Person{ID: id, Given: p.Given, First: p.First, Second: p.Second, RFC: p.RFC, CURP: p.CURP, Created: s.now})
	})
	return id
}

// filing is what a test files.
type filing struct {
	person   string
	typ      forms.Type
	year     int
	reserved bool
	interest bool
	late     bool
	draft    *forms.Draft // nil is a sample of the person
	as       sample.Person
	seed     int64
}

// file keeps a declaration and gives it back.
func (s *publicSite) file(w filing) storage.Filing {
	s.Helper()
	if w.draft == nil {
		d, err := sample.Draft(forms.Lookup(w.typ, forms.Full), w.seed, sample.Options{
			Person: w.as, Year: w.year, Event: "2024-03-03", Today: fmt.Sprintf("%d-05-14", w.year), Wealth: 0.8, Previous: s.last[w.person],
		})
		s.must(err)
		w.draft = d
	}
	full, err := forms.Compile(forms.Lookup(w.draft.Type, w.draft.Level), w.draft)
	s.must(err)
	public, err := full.Public(forms.PublicOptions{})
	s.must(err)
	s.last[w.person] = &full
	s.now = s.now.Add(time.Minute)
	f := storage.Filing{
		ID: storage.NewID(s.now), Person: w.person, Type: w.draft.Type, Level: w.draft.Level, Edition: full.Form.Edition, Year: w.year,
		Event: "2024-03-03", Due: fmt.Sprintf("%d-05-31", w.year), Late: w.late, Filed: s.now, Zone: "America/Mexico_City",
		Interest: w.interest, Reserved: w.reserved, Method: "password", Sent: storage.NewID(s.now),
	}
	m := forms.Metadata{
		Actualizacion: s.now, Institucion: "Municipio de Valle Encinos", Tipo: f.Type,
		DeclaracionCompleta: f.Level == forms.Full, ActualizacionConflictoInteres: f.Interest,
	}
	s.update(func(tx *storage.Txn) error {
		return tx.File(&f, forms.Result(f.ID, m, full), forms.Result(f.ID, m, public), "")
	})
	return f
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

// ask sends a request. Header lines are "Name: value".
func (s *publicSite) ask(method, path string, header ...string) answer {
	s.Helper()
	s.now = s.now.Add(20 * time.Millisecond) // the rate limit counts
	r := httptest.NewRequest(method, path, nil)
	r.Header.Set("Accept-Language", "es-MX")
	for _, h := range header {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	res, err := s.server.Test(r)
	s.must(err)
	b, err := io.ReadAll(res.Body)
	s.must(err)
	if res.Header.Get("Content-Encoding") == "gzip" && len(b) > 0 {
		z, err := gzip.NewReader(bytes.NewReader(b))
		s.must(err)
		b, err = io.ReadAll(z)
		s.must(err)
	}
	return answer{res.StatusCode, res.Header, string(b)}
}

// get is a page that must be there.
func (s *publicSite) get(path string, header ...string) answer {
	s.Helper()
	a := s.ask("GET", path, header...)
	if a.status != http.StatusOK {
		s.Fatalf("%s: %d", path, a.status)
	}
	return a
}

// The officials of the tests.
var (
	raul  = sample.Person{Given: "Raúl", First: "Méndez", Second: "Ibarra", Born: "1980-02-29", State: "DF", RFC: "PUFE800229M93", CURP: "PUFE800229HDFRCJ08", Unit: "Obras Públicas", Post: "Director de Obras Públicas", Grade: "B1", Boss: true, Salary: 29800}
	zoila = sample.Person{Given: "Zoila", First: "Muñoz", Second: "", Born: "1980-02-29", Woman: true, State: "OC", RFC: "NUPB800229J19", CURP: "NUPB800229MOCXXG06", Unit: "Tesorería", Post: "Jefa de Departamento de Ingresos", Grade: "B2", Boss: true, Salary: 21400}
)

// town is a small municipality: Raúl with three years, Zoila with one that is
// reserved.
type publicTown struct {
	*publicSite
	raul, zoila        string
	first, year, later storage.Filing // of Raúl
	hidden             storage.Filing // of Zoila
}

func newPublicTown(t testing.TB) publicTown {
	t.Helper()
	s := newPublicSite(t)
	p := publicTown{publicSite: s, raul: s.person(raul), zoila: s.person(zoila)}
	p.first = s.file(filing{person: p.raul, typ: forms.Inicial, year: 2024, as: raul, seed: 11, late: true})
	p.year = s.file(filing{person: p.raul, typ: forms.Modificacion, year: 2025, as: raul, seed: 11})
	p.hidden = s.file(filing{person: p.zoila, typ: forms.Modificacion, year: 2026, as: zoila, seed: 12, reserved: true})
	p.later = s.file(filing{person: p.raul, typ: forms.Modificacion, year: 2026, as: raul, seed: 11})
	return p
}

// raw is how many bytes a page is on the wire.
func (s *publicSite) raw(path string) int {
	s.Helper()
	r := httptest.NewRequest("GET", path, nil)
	r.Header.Set("Accept-Encoding", "gzip")
	r.Header.Set("Accept-Language", "es-MX")
	res, err := s.server.Test(r)
	s.must(err)
	b, err := io.ReadAll(res.Body)
	s.must(err)
	if res.StatusCode != http.StatusOK {
		s.Fatalf("%s: %d", path, res.StatusCode)
	}
	return len(b)
}
