package app

import (
	"path/filepath"
	"testing"
	"time"

	"declara/app/complain"
	"declara/app/declare"
	"declara/app/demo"
	"declara/app/gifts"
	"declara/i18n"
	"declara/storage"
	"declara/storage/bolt"
	"declara/storage/files"
)

// TestDemoDesk: the desk of the demo has something of everything that the office works
// at, so that who looks at it finds no empty page.
func TestDemoDesk(t *testing.T) {
	store, err := bolt.Open(filepath.Join(t.TempDir(), "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	db := storage.Open(store, storage.NewKeys())
	t.Cleanup(func() { db.Close() })
	now := time.Date(2026, 11, 26, 18, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	evidence := files.Open(t.TempDir(), clock)
	report, err := Demo(t.Context(), db, evidence, demo.Options{Officials: 40, Complaints: 20, Seed: 1, Today: now})
	if err != nil {
		t.Fatal(err)
	}
	var head storage.User
	if err := db.View(t.Context(), tenant, func(tx *storage.Txn) error {
		for _, a := range report.Accounts {
			if a.Role == string(storage.RoleComptroller) {
				head, err = tx.UserByLogin(a.Username)
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}

	filings := declare.New(db, clock, nil)
	papers, err := filings.Papers(t.Context(), tenant)
	if err != nil {
		t.Fatal(err)
	}
	stages := map[string]int{}
	for _, p := range papers {
		stages[p.Stage()]++
		if p.Stage() == "cotejo" {
			if _, err := filings.Compare(t.Context(), declare.Who{Tenant: tenant, Person: p.Person.ID}, head, p.ID); err != nil {
				t.Errorf("the head cannot compare it: %v", err)
			}
		}
	}
	if stages["cotejo"] != 1 || stages["espera"] > 1 { // a second one only where enough people are late
		t.Errorf("papers: %v", stages)
	}
	all, err := gifts.New(db, clock).All(t.Context(), tenant, head, false)
	over := 0
	for _, g := range all {
		if g.Over != nil {
			over++
		}
	}
	if err != nil || len(all) != 3 || over != 1 {
		t.Errorf("%d gifts, %d handed over: %v", len(all), over, err)
	}
	service, err := complain.New(complain.Config{DB: db, Files: evidence, Clock: clock, Cost: demo.DemoCost})
	if err != nil {
		t.Fatal(err)
	}
	board, err := complain.NewOffice(service, i18n.Load()).Board(t.Context(), tenant, head.ID, complain.Filter{})
	buried := 0
	for _, l := range board.Lines {
		if l.Buried {
			buried++
		}
	}
	if err != nil || !board.Calendar || buried == 0 || buried == len(board.Lines) {
		t.Errorf("calendar %v, %d of %d cases are buried: %v", board.Calendar, buried, len(board.Lines), err)
	}
	if ch, err := service.Channel(t.Context(), tenant, head.ID); err != nil || ch.External == nil || ch.Proposed != nil {
		t.Errorf("no authority outside: %v", err)
	}
}
