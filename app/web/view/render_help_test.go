package view

import (
	"slices"
	"testing"

	"declara/forms"
)

// every question of a sheet, those within groups and rows included.
func every(all []Question) (out []*Question) {
	for i := range all {
		out = append(out, &all[i])
		out = append(out, every(all[i].Of)...)
	}
	return out
}

// TestHelpStandsWithItsQuestion: a page has the help that the table of fields gives its
// questions, and none beside others; what is asked in the rows of a list leaves it to
// the section, which says it once.
func TestHelpStandsWithItsQuestion(t *testing.T) {
	for _, typ := range forms.AllTypes {
		f := forms.Lookup(typ, forms.Full)
		d := draftOf(t, f, 11)
		seen := 0
		for _, ask := range sheetsOf(f, d) {
			for _, q := range every(ask.Questions().Questions) {
				x, ok := f.Field(q.Path)
				if !ok || q.Draw == "row" {
					continue
				}
				if (q.Help != nil) != x.Help {
					t.Errorf("%s %s: help %v, the table says %v", typ, q.Path, q.Help, x.Help)
				}
				if q.Help == nil {
					continue
				}
				if seen++; q.Help.Ask == "" || q.Help.Yes == "" {
					t.Errorf("%s: %+v", q.Path, *q.Help)
				}
			}
		}
		if seen < 40 {
			t.Errorf("%s: help of %d questions was seen", typ, seen)
		}
		for _, list := range []forms.Path{"inversiones.inversion", "adeudos.adeudo"} {
			for _, id := range d.Answers.Items(list) {
				for _, q := range (Ask{Form: f, Draft: d, Words: words}).Fresh(list.Join(id)).Questions {
					if q.Help != nil {
						t.Errorf("%s has help in its row", q.Path)
					}
				}
			}
		}
	}
}

// TestHelpIsSpelledForTheType: the post that counts depends on the declaration.
func TestHelpIsSpelledForTheType(t *testing.T) {
	var texts []string
	for _, typ := range forms.AllTypes {
		h := HelpOn(words, "datosEmpleoCargoComision", typ.Slug())
		if h == nil || slices.Contains(texts, h.Yes) {
			t.Fatalf("%s: %+v", typ, h)
		}
		texts = append(texts, h.Yes)
	}
	if h := HelpOn(words, "datosGenerales.curp", "inicial"); h != nil {
		t.Errorf("help of a question that has none: %+v", h)
	}
}
