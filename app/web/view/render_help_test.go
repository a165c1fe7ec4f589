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

// TestSquareMetresAreChosen: a new house is measured in square metres unless the person
// says otherwise (Norma 16ª X); the page does not take it for an answer that was there.
func TestSquareMetresAreChosen(t *testing.T) {
	f := forms.Lookup(forms.Inicial, forms.Full)
	d := &forms.Draft{Type: f.Type, Answers: forms.Answers{}}
	const item = forms.Path("bienesInmuebles.bienInmueble.nuevo1")
	unit := item.Join("superficieTerreno", "unidad")
	chosen := func() (on []string, base []string) {
		s := Ask{Form: f, Draft: d, Words: words, At: item, Step: 1}.Questions()
		for _, q := range every(s.Questions) {
			for _, o := range q.Options {
				if q.Path == unit && o.On {
					on = append(on, o.Key)
				}
			}
		}
		return on, s.Base[string(unit)]
	}
	if on, base := chosen(); !slices.Equal(on, []string{"m2"}) || base != nil {
		t.Errorf("a new house: %q, base %q", on, base)
	}
	d.Answers.Set(unit, "ha")
	if on, base := chosen(); !slices.Equal(on, []string{"ha"}) || !slices.Equal(base, []string{"ha"}) {
		t.Errorf("one in hectares: %q, base %q", on, base)
	}
}
