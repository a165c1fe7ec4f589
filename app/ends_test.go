package app

import (
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"declara/app/account"
	"declara/storage"
	"declara/storage/bolt"
	"declara/storage/files"
)

// TestEndsOfReadersAreTold lives through the last month of a reader of the API with a
// program that begins anew before each look: who runs the system and the control body
// get a letter 30, 7 and 1 days before, and after it, each once, over a real server.
func TestEndsOfReadersAreTold(t *testing.T) {
	r, config := newRelay(t)
	store, err := bolt.Open(filepath.Join(t.TempDir(), "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	db := storage.Open(store, storage.NewKeys())
	t.Cleanup(func() { db.Close() })
	zone, err := time.LoadLocation("America/Tijuana")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, zone)
	cost := account.Cost{Memory: 8, Time: 1, Threads: 1}
	begin := func() *App {
		t.Helper()
		a, err := New(Config{DB: db, Clock: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler), BaseURL: "https://declara.example", PasswordCost: &cost, Mail: config,
			Evidence: files.Open(t.TempDir(), func() time.Time { return now })})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	ana := storage.User{ID: "ana", Login: "ana", Email: "ana@valle.example", Roles: []storage.Role{storage.RoleAdmin}}
	if err := db.Update(t.Context(), tenant, func(tx *storage.Txn) error {
		return errors.Join(
			tx.PutInstitution(storage.Institution{Name: "Municipio de Valle Encinos", Office: "Órgano Interno de Control", Phone: "951 000 0000", Email: "oic@valle.example", Zone: "America/Tijuana", SetUp: now}),
			tx.PutUser(ana),
			tx.PutUser(storage.User{ID: "oic", Login: "oic", Email: "oic@valle.example", Roles: []storage.Role{storage.RoleComptroller}}),
			tx.PutUser(storage.User{ID: "ida", Login: "ida", Email: "ida@valle.example", Roles: []storage.Role{storage.RoleAdmin}, Disabled: true}),
			tx.PutUser(storage.User{ID: "rh", Login: "rh", Email: "rh@valle.example", Roles: []storage.Role{storage.RoleHR}}),
		)
	}); err != nil {
		t.Fatal(err)
	}
	a := begin()
	reader, _, err := a.accounts.AddClient(t.Context(), tenant, ana.ID, "MARCADELNOMBRE")
	if err != nil {
		t.Fatal(err)
	}
	terms := func(day string) {
		t.Helper()
		if err := begin().accounts.SetTerms(t.Context(), tenant, ana.ID, reader.ID, account.Terms{Name: "MARCADELNOMBRE", Expires: day}); err != nil {
			t.Fatal(err)
		}
	}
	terms("15/06/2026")
	told := 0
	look := func(at string, want int) {
		t.Helper()
		if now, err = time.ParseInLocation("2006-01-02 15:04:05", at, zone); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			a := begin()
			if err := errors.Join(a.accounts.WarnOfEnds(t.Context(), tenant), a.mail.Once(t.Context())); err != nil {
				t.Fatal(err)
			}
		}
		var to []string
		for _, l := range r.got[told:] {
			to = append(to, l.to)
			if strings.Contains(l.text, "MARCA") || !strings.Contains(l.text, "951 000 0000") {
				t.Errorf("%s: %s", at, l.text)
			}
		}
		slices.Sort(to)
		if told = len(r.got); len(to) != want || want == 2 && fmt.Sprint(to) != "[ana@valle.example oic@valle.example]" {
			t.Errorf("%s: letters to %v, want %d", at, to, want)
		}
	}
	look("2026-05-15 23:59:59", 0)
	look("2026-05-16 07:59:59", 0)
	look("2026-05-16 08:00:00", 2)
	look("2026-06-07 08:00:00", 0)
	look("2026-06-08 08:00:00", 2)
	look("2026-06-14 08:00:00", 2)
	if ended := r.got[told-1].text; strings.Contains(ended, "termin=C3=B3") || !strings.Contains(ended, "15 de junio de 2026") {
		t.Errorf("%s", ended)
	}
	look("2026-06-15 23:59:59", 0)
	look("2026-06-16 00:00:01", 0)
	look("2026-06-16 08:00:00", 2)
	look("2026-08-01 08:00:00", 0)

	// Another last day is told of anew, once for whatever was missed meanwhile.
	terms("31/12/2026")
	look("2026-12-30 09:00:00", 2)
	if err := a.accounts.SuspendClient(t.Context(), tenant, ana.ID, reader.ID, true); err != nil {
		t.Fatal(err)
	}
	look("2027-01-01 09:00:00", 0)
}

// TestEndsOfReadersDie ends the transaction that writes the letters at its last step:
// nobody is written to, and the letter stays owed.
func TestEndsOfReadersDie(t *testing.T) {
	w := newWorld(t)
	now := w.now
	died := errors.New("died")
	letters := 0
	s := account.New(w.db, func() time.Time { return now }, func(*storage.Txn, account.Letter) error {
		if letters++; letters == 1 {
			return died
		}
		return nil
	})
	w.update(t, func(tx *storage.Txn) error {
		return errors.Join(tx.PutUser(storage.User{ID: "ana", Login: "ana", Email: "ana@valle.example", Roles: []storage.Role{storage.RoleAdmin}}),
			tx.PutClient(storage.Client{ID: "c", Name: "x", Expires: now.AddDate(0, 0, 3).Format(time.DateOnly)}))
	})
	if err := s.WarnOfEnds(t.Context(), tenant); !errors.Is(err, died) {
		t.Fatal(err)
	}
	for range 3 {
		if err := s.WarnOfEnds(t.Context(), tenant); err != nil {
			t.Fatal(err)
		}
	}
	if letters != 2 {
		t.Errorf("%d letters were tried, want one that died and one", letters)
	}
}
