package demo_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"declara/app/declare"
	"declara/app/demo"
	"declara/forms"
	"declara/storage"
	"declara/storage/bolt"
)

// TestFill fills a store and looks for what the demo promises: every type and
// level filed, several years of one person, the four pending cases.
func TestFill(t *testing.T) {
	s, err := bolt.Open(filepath.Join(t.TempDir(), "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	db := storage.Open(s, storage.NewKeys())
	defer db.Close()
	clock := &demo.Clock{}
	svc := declare.New(db, clock.Now, func(*storage.Txn, declare.Letter) error { return nil })
	report, err := demo.Fill(t.Context(), demo.Services{
		DB: db, Declare: svc, Hash: func(_ context.Context, p string) (string, error) { return "hash of " + p, nil },
	}, clock, demo.Options{Officials: 40, Seed: 3, Today: time.Date(2026, 11, 23, 18, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	roles := map[string]int{}
	pending := map[string]int{}
	for _, a := range report.Accounts {
		roles[a.Role]++
		if a.Pending != nil {
			pending[*a.Pending]++
		}
	}
	for _, role := range []string{"admin", "contraloria", "investigadora", "substanciadora", "enlace", "verificadora", "mesa", "transparencia"} {
		if roles[role] != 1 {
			t.Errorf("%d accounts of %s", roles[role], role)
		}
	}
	for _, p := range []string{"INICIAL", "MODIFICACIÓN", "CONCLUSIÓN", ""} {
		if pending[p] != 1 {
			t.Errorf("%d declarants with %q pending", pending[p], p)
		}
	}
	seen := map[string]int{}
	most := map[string]int{}
	late := 0
	if err := db.View(t.Context(), "1", func(tx *storage.Txn) error {
		return tx.Filings(func(f storage.Filing) error {
			seen[f.Type.Slug()+" "+f.Level.Slug()]++
			most[f.Person]++
			if f.Late {
				late++
			}
			return nil
		})
	}); err != nil {
		t.Fatal(err)
	}
	for _, typ := range forms.AllTypes {
		for _, level := range forms.AllLevels {
			if seen[typ.Slug()+" "+level.Slug()] == 0 {
				t.Errorf("no %s %s was filed", typ, level.Slug())
			}
		}
	}
	years := 0
	for _, n := range most {
		years = max(years, n)
	}
	if years < 3 || late == 0 {
		t.Errorf("most filings of one person: %d; late: %d", years, late)
	}
	t.Log(seen, "late", late)
}
