package formstest_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"declara/forms"
	"declara/forms/formstest"
)

// Invented drafts take every branch: among some hundreds, each field of each form is
// answered somewhere. What no draft has is not tested by any property.
func TestEveryFieldIsAnswered(t *testing.T) {
	for _, typ := range forms.AllTypes {
		for _, level := range forms.AllLevels {
			f := forms.Lookup(typ, level)
			open := map[string]bool{}
			var walk func(at forms.Path, fields []forms.Field)
			walk = func(at forms.Path, fields []forms.Field) {
				for i := range fields {
					x := &fields[i]
					if x.Kind != forms.Group && x.Kind != forms.List {
						open[string(at.Join(x.Name))] = true
					}
					walk(at.Join(x.Name), x.Of)
				}
			}
			for i := range f.Sections {
				walk(forms.Path(f.Sections[i].Key), f.Sections[i].Fields)
			}
			all := len(open)
			// The change of a balance needs a past, which an example has not.
			for key := range open {
				if strings.HasSuffix(key, ".porcentajeIncrementoDecremento") || strings.HasSuffix(key, ".motivoBaja") {
					delete(open, key)
				}
			}
			seed := int64(0)
			for ; len(open) > 0 && seed < 800; seed++ {
				d := formstest.Example(f, seed)
				for p := range d.Answers {
					if key := f.Key(p); open[key] && f.Live(d.Answers, p) {
						delete(open, key)
					}
				}
			}
			t.Logf("%s %s: %d fields, all answered after %d drafts", typ, level.Slug(), all, seed)
			for key := range open {
				t.Errorf("%s %s: %s is never answered", typ, level.Slug(), key)
			}
		}
	}
}

// A past is part of random drafts: of their items some are the same as before, some
// changed, some gone and some new.
func TestRandomDraftsHaveAPast(t *testing.T) {
	f := forms.Lookup(forms.Modificacion, forms.Full)
	seen := map[string]int{}
	percents := 0
	rapid.Check(t, func(r *rapid.T) {
		d := formstest.Draft(r, f)
		for p, v := range d.Answers {
			switch {
			case strings.HasSuffix(string(p), ".tipoOperacion"):
				seen[v[0]]++
			case strings.HasSuffix(string(p), ".porcentajeIncrementoDecremento"):
				percents++
			}
		}
	})
	for _, operation := range []string{"AGREGAR", "MODIFICAR", "SIN_CAMBIOS", "BAJA"} {
		if seen[operation] == 0 {
			t.Errorf("no item is %s: %v", operation, seen)
		}
	}
	if percents == 0 {
		t.Error("no balance moved")
	}
}

// The same seed gives the same example, and marks stay out of what they replace.
func TestExample(t *testing.T) {
	f := forms.Lookup(forms.Modificacion, forms.Full)
	a, b := formstest.Example(f, 5), formstest.Example(f, 5)
	if len(a.Answers) < 100 || len(a.Answers) != len(b.Answers) {
		t.Fatalf("%d and %d answers", len(a.Answers), len(b.Answers))
	}
	for p, v := range a.Answers {
		if !slices.Equal(v, b.Answers[p]) {
			t.Errorf("%s is %v and %v", p, v, b.Answers[p])
		}
	}
	marks := formstest.Markers(a)
	if len(marks) < 20 {
		t.Fatalf("only %d marks", len(marks))
	}
	for i, m := range marks {
		if slices.Contains(marks[:i], m) {
			t.Errorf("the mark %s stands twice", m)
		}
	}
	if left := forms.Ready(f, a); len(left) > 0 {
		t.Errorf("marked, it is no longer ready: %v", left)
	}
}
