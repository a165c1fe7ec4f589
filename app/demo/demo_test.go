package demo_test

import (
	"testing"

	"declara/app/demo"
	"declara/forms"
	"declara/storage"
)

// TestFill fills a store and looks for what the demo promises: every type and
// level filed, several years of one person, the four pending cases.
func TestFill(t *testing.T) {
	story, report := filled(t, demo.Options{Officials: 40, Seed: 3, Today: autumn}, nil)
	db := story.DB
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
