// Package e2e drives the whole program as people do: a real server on a loopback
// address, over a store in a file, reached through the pages alone.
//
// Two visitors walk the same journeys. One posts forms as a browser without
// scripts does (plain_test.go), which is fast enough for every type and level.
// The other is Chromium (chromium_test.go), at the width of a desk and of a
// phone, with scripts and without. What they type is a declaration that
// forms/sample invents for the person; what ends up in the store must be that
// declaration, byte for byte (walk_test.go).
//
// -short leaves Chromium out, and so does a machine that has none. -update-shots
// writes the pictures of the documentation.
package e2e

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"declara/app"
	"declara/app/account"
	"declara/app/backup"
	"declara/app/complain/vault"
	"declara/app/declare"
	"declara/app/demo"
	"declara/forms"
	"declara/forms/sample"
	"declara/storage"
	"declara/storage/bolt"
	"declara/storage/files"
)

const (
	tenant   = "1"
	password = "ceiba amate encino 44"
)

// cheap is a password hash that costs nothing, for tests that sign in all the time.
var cheap = account.Cost{Memory: 64, Time: 1, Threads: 1}

// site is the program, being served.
type site struct {
	*testing.T
	db       *storage.DB
	dir      string // of the store and of what lies beside it
	declare  *declare.Service
	accounts *account.Service
	zone     *time.Location
	base     string // where it answers
	name     string // the address that it believes to have, when that is another
	log      *logged
	program  *app.App
	copies   *backup.Service // nil: none are made on a page

	mu    sync.Mutex
	today time.Time
}

// logged keeps what the program logs: whatever it calls an error fails the test.
type logged struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// open starts the program with an empty store, on a day at ten in the morning in
// Mexico City.
func open(t *testing.T, day string) *site {
	t.Helper()
	dir := t.TempDir()
	store, err := bolt.Open(filepath.Join(dir, "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	return openOver(t, day, dir, storage.Open(store, storage.NewKeys()))
}

// openOver is open with a store that is there, and the folder of what lies beside it.
func openOver(t *testing.T, day, dir string, db *storage.DB) *site {
	t.Helper()
	zone, err := time.LoadLocation(demo.Zone)
	if err != nil {
		t.Fatal(err)
	}
	s := &site{T: t, db: db, dir: dir, zone: zone, log: &logged{}}
	s.setDay(day)
	s.declare = declare.New(s.db, s.clock, func(*storage.Txn, declare.Letter) error { return nil })
	s.accounts = account.New(s.db, s.clock, func(*storage.Txn, account.Letter) error { return nil }, account.WithCost(cheap))
	t.Cleanup(func() {
		if err := s.db.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// serve puts the program on a loopback address until the test ends.
func (s *site) serve() *site {
	s.Helper()
	ln, err := app.Listen("127.0.0.1:0")
	if err != nil {
		s.Fatal(err)
	}
	s.base = "http://" + ln.Addr().String()
	config := app.Config{
		DB: s.db, Clock: s.clock, BaseURL: cmp.Or(s.name, s.base), Version: "e2e", PasswordCost: &cheap,
		Evidence: files.Open(filepath.Join(s.dir, "evidence"), s.clock), KeyCost: vault.Params{Memory: 64, Time: 1, Threads: 1},
		Log:    slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelError})),
		Copies: s.copies,
	}
	program, err := app.New(config)
	if err != nil {
		s.Fatal(err)
	}
	s.program = program
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- app.Run(ctx, config, program, ln, nil, ln) }()
	s.Cleanup(func() {
		stop()
		if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
			s.Errorf("serve: %v", err)
		}
		if text := s.log.String(); text != "" {
			s.Errorf("the program logged:\n%s", text)
		}
	})
	return s
}

// newSite is a served municipality without people.
func newSite(t *testing.T, day string) *site {
	t.Helper()
	return open(t, day).found().serve()
}

// found makes the municipality, with its first run behind it.
func (s *site) found() *site {
	s.Helper()
	s.update(func(tx *storage.Txn) error {
		return tx.PutInstitution(storage.Institution{
			Name: "Municipio de Valle Encinos", Office: "Órgano Interno de Control", Initials: "VE",
			Order: "MUNICIPAL_ALCALDIA", Branch: "EJECUTIVO", State: "20", Town: "067", Zone: demo.Zone,
			Address: "Portal Hidalgo 3, Centro", Phone: "951 000 0000", Hours: "lunes a viernes de 9 a 15 h",
			Email: "contraloria@valleencinos.example", SetUp: s.clock().AddDate(-2, 0, 0),
		})
	})
	return s
}

func (s *site) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.today
}

// setDay moves the clock.
func (s *site) setDay(day string) {
	s.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", day+" 10:00", s.zone)
	if err != nil {
		s.Fatal(err)
	}
	s.mu.Lock()
	s.today = at
	s.mu.Unlock()
}

// pass lets time go by.
func (s *site) pass(d time.Duration) {
	s.mu.Lock()
	s.today = s.today.Add(d)
	s.mu.Unlock()
}

func (s *site) update(fn func(*storage.Txn) error) {
	s.Helper()
	if err := s.db.Update(context.Background(), tenant, fn); err != nil {
		s.Fatal(err)
	}
}

// code is what somebody's telephone shows; "" for who only declares. The telephone is set
// up here, and its codes of before are forgotten, so that nobody waits for the next.
func (s *site) code(login string) (code string) {
	s.Helper()
	phone := []byte("12345678901234567890")
	s.update(func(tx *storage.Txn) error {
		u, err := tx.UserByLogin(account.Fold(login))
		if err != nil || !account.NeedsSecond(&u) {
			return err
		}
		u.Second = &storage.Second{Secret: phone, Since: s.clock()}
		code = account.CodeOf(phone, s.clock())
		return tx.PutUser(u)
	})
	return code
}

// official is somebody on the roster with an account.
type official struct {
	sample.Person
	who   declare.Who
	login string
	seed  int64
}

// hire puts an invented official on the roster, with an account.
func (s *site) hire(seed int64, level forms.Level, entry string) official {
	s.Helper()
	hash, err := s.accounts.Hash(context.Background(), password)
	if err != nil {
		s.Fatal(err)
	}
	p := sample.Official(seed)
	id := storage.NewID(s.clock())
	s.update(func(tx *storage.Txn) error {
		if err := tx.PutPerson(storage.Person{
			ID: id, Given: p.Given, First: p.First, Second: p.Second, RFC: p.RFC, CURP: p.CURP,
			Email: fmt.Sprintf("oficial%d@valleencinos.example", seed), Unit: p.Unit, Post: p.Post, Grade: p.Grade,
			Duties: "Las que señala el reglamento interior", Phone: "9510000001", Level: level, Entry: entry, Created: s.clock(),
		}); err != nil {
			return err
		}
		return tx.PutUser(storage.User{
			ID: storage.NewID(s.clock()), Login: p.CURP, Name: p.Name(), Email: fmt.Sprintf("persona%d@correo.example", seed),
			Roles: []storage.Role{storage.RoleDeclarant}, Person: id, Password: hash,
			Created: s.clock().AddDate(-1, 0, 0), Changed: s.clock().AddDate(-1, 0, 0),
		})
	})
	return official{Person: p, who: declare.Who{Tenant: tenant, Person: id}, login: p.CURP, seed: seed}
}

// leave writes the last day in office into the roster.
func (s *site) leave(o official, day string) {
	s.Helper()
	s.update(func(tx *storage.Txn) error {
		p, err := tx.Person(o.who.Person)
		if err != nil {
			return err
		}
		p.Exit = day
		return tx.PutPerson(p)
	})
}

// duty is the declaration of a type that an official owes now.
func (s *site) duty(o official, kind forms.Type) declare.Duty {
	s.Helper()
	all, err := s.declare.Duties(context.Background(), tenant, o.who.Person)
	if err != nil {
		s.Fatal(err)
	}
	for _, d := range all {
		if d.Kind.Type() == kind && d.Filing == "" && (d.Standing == declare.Open || d.Standing == declare.Overdue) {
			return d
		}
	}
	s.Fatalf("no %s is owed", kind)
	return declare.Duty{}
}

// work reads a draft as it is stored.
func (s *site) work(o official, id string) declare.Work {
	s.Helper()
	w, err := s.declare.Draft(context.Background(), o.who, id)
	if err != nil {
		s.Fatal(err)
	}
	return w
}

// invented is the declaration that an official will type into a draft: invented
// over what the roster gave and what was copied from her last one.
func (s *site) invented(o official, w declare.Work, wealth float64) *forms.Draft {
	s.Helper()
	opts := sample.Options{
		Person: o.Person, Year: w.Kept.Draft.Year, Event: w.Kept.Draft.Event, Wealth: wealth,
		Today: s.clock().In(s.zone).Format(time.DateOnly), Given: w.Kept.Draft.Given,
	}
	if w.Kept.Previous != "" {
		s.view(func(tx *storage.Txn) error {
			raw, err := tx.FullDocument(w.Kept.Previous)
			if err != nil {
				return err
			}
			_, _, doc, err := forms.ParseResult(raw)
			opts.Previous = &doc
			return err
		})
	}
	d, err := sample.Draft(w.Form, o.seed*1009+int64(w.Form.Type), opts)
	if err != nil {
		s.Fatal(err)
	}
	return d
}

func (s *site) view(fn func(*storage.Txn) error) {
	s.Helper()
	if err := s.db.View(context.Background(), tenant, fn); err != nil {
		s.Fatal(err)
	}
}

// filings counts what an official has filed.
func (s *site) filings(o official) int {
	s.Helper()
	n := 0
	s.view(func(tx *storage.Txn) error {
		all, err := tx.FilingsOf(o.who.Person)
		n = len(all)
		return err
	})
	return n
}
