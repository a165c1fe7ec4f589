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

// TestPeopleAgree: name, day of birth, RFC and CURP of each invented relative are of
// one person, and some employer trades in his own name.
func TestPeopleAgree(t *testing.T) {
	f := forms.Lookup(forms.Inicial, forms.Full)
	traders := 0
	for seed := range int64(40) {
		d, err := sample.Draft(f, seed, sample.Options{
			Person: sample.Official(seed), Year: 2025, Event: "2025-03-03", Today: "2025-05-02", Wealth: 1,
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []string{"datosPareja", "datosDependienteEconomico"} {
			for _, p := range forms.Warnings(f, d, s) {
				if p.Code == forms.WarnBirth {
					t.Errorf("seed %d: %s was born on another day", seed, p.Path)
				}
			}
		}
		for _, id := range d.Answers.Items("experienciaLaboral.experiencia") {
			if forms.IsPersonRFC(d.Answers.Get(forms.Path("experienciaLaboral.experiencia").Join(id, "rfc"))) {
				traders++
			}
		}
	}
	if traders == 0 {
		t.Error("nobody trades in his own name: the branch is not taken")
	}
}
