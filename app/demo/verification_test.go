package demo_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"declara/app"
	"declara/app/demo"
	"declara/app/verify"
	"declara/storage"
	"declara/storage/bolt"
	"declara/storage/files"
)

// TestVerification: the demo has a draw whose list has somebody with a difference to
// clarify, who was asked and answered, and somebody with a certificate; whatever the day.
func TestVerification(t *testing.T) {
	verification(t, "2026-11-23", 1)
	verification(t, "2026-05-14", 2)
}

func verification(t *testing.T, day string, seed int64) {
	t.Helper()
	s, err := bolt.Open(filepath.Join(t.TempDir(), "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	db := storage.Open(s, storage.NewKeys())
	defer db.Close()
	today, err := time.Parse(time.RFC3339, day+"T18:00:00Z")
	if err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return today }
	if _, err := app.Demo(t.Context(), db, files.Open(t.TempDir(), clock), demo.Options{Officials: 12, Seed: seed, Today: today}); err != nil {
		t.Fatalf("%s, seed %d: %v", day, seed, err)
	}
	v := verify.New(db, clock, nil, nil)
	draws, err := v.Draws(t.Context(), "1")
	if err != nil || len(draws) != 1 {
		t.Fatalf("%d draws, %v", len(draws), err)
	}
	tasks, err := v.Tasks(t.Context(), "1", draws[0].Number)
	if err != nil {
		t.Fatal(err)
	}
	states := map[string]int{}
	for folio, x := range tasks {
		states[string(x.State)+" "+x.Certificate]++
		if len(x.Rounds) == 0 {
			continue
		}
		var eva storage.User
		if err := db.View(t.Context(), "1", func(tx *storage.Txn) (err error) { eva, err = tx.User(x.Verifier); return err }); err != nil {
			t.Fatal(err)
		}
		if err := v.Open(t.Context(), "1", eva, x.Draw, folio, "Verificación por sorteo", ""); err != nil {
			t.Fatal(err)
		}
		sheet, err := v.Sheet(t.Context(), "1", eva, x.Draw, folio)
		if err != nil {
			t.Fatal(err)
		}
		computed := 0
		for _, y := range sheet.Years {
			if y.Computed {
				computed++
			}
		}
		// 740,000 + 310,000 + 72,000 + 180,000 less salary, partner, sale, credit, withdrawal
		last := sheet.Years[len(sheet.Years)-1]
		if d := last.Sum("MXN").Difference; computed < 3 || d < 100_000 || d > 500_000 || !strings.Contains(x.Rounds[0].Answer, "madre") {
			t.Errorf("%s, seed %d: %d years, difference %d, %+v", day, seed, computed, d, last.Lines)
		}
		for _, y := range sheet.Years[:len(sheet.Years)-1] {
			if y.Sum("MXN").Difference > 0 {
				t.Errorf("%s, seed %d: %d: %+v", day, seed, y.Name, y.Lines)
			}
		}
	}
	if states["en_revision "] != 1 || states["cerrada CER-"+day[:4]+"-001"] != 1 {
		t.Errorf("%s, seed %d: %v", day, seed, states)
	}
}
