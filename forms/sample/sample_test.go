package sample_test

import (
	"testing"

	"declara/forms"
	"declara/forms/sample"
)

// TestDraft invents declarations of every type and level, and of the year after,
// and asks the engine whether each may be filed.
func TestDraft(t *testing.T) {
	for _, typ := range forms.AllTypes {
		for _, level := range forms.AllLevels {
			t.Run(typ.Slug()+" "+level.Slug(), func(t *testing.T) {
				f := forms.Lookup(typ, level)
				for seed := range int64(40) {
					o := sample.Options{
						Person: sample.Official(seed), Year: 2025, Event: "2025-03-03", Today: "2025-05-02",
						Wealth: float64(seed%5) / 4,
					}
					d, err := sample.Draft(f, seed, o)
					if err != nil {
						t.Fatal(err)
					}
					doc, err := forms.Compile(f, d)
					if err != nil {
						t.Fatalf("seed %d: %v", seed, err)
					}
					o.Previous, o.Year, o.Today = &doc, 2026, "2026-05-20"
					next := forms.Lookup(forms.Modificacion, level)
					if _, err := sample.Draft(next, seed+1000, o); err != nil {
						t.Fatalf("the year after: %v", err)
					}
				}
			})
		}
	}
}
