package publish

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"declara/forms"
)

func compare(t *testing.T, before, after Source) Comparison {
	t.Helper()
	c, err := Compare(plain{}, before, after)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestCompareSame: nothing differs from itself.
func TestCompareSame(t *testing.T) {
	each(t, 6, func(t *testing.T, d filed) {
		a := parse(t, d.public)
		for i := range d.public.Form.Sections { // what is new is never matched, so nothing is
			list := forms.Path(d.public.Form.Sections[i].Key).Join(d.public.Form.Sections[i].List)
			for _, id := range a.Items(list) {
				a.Set(list.Join(id, "tipoOperacion"), "SIN_CAMBIOS")
			}
		}
		byItem, rest := changes(d.public.Form, align(d.public.Form, a, a), a)
		for p, c := range byItem {
			if c.kind != forms.Same {
				t.Errorf("%s: %+v", p, c)
			}
		}
		if len(rest) > 0 {
			t.Errorf("rest %v", rest)
		}
	})
}

// TestCompareYears holds the comparison to what the later declaration says of
// itself.
func TestCompareYears(t *testing.T) {
	seen := map[string]int{}
	for seed := range int64(40) {
		before := file(t, forms.Modificacion, forms.Full, seed, nil)
		after := file(t, forms.Modificacion, forms.Full, seed, &before.full)
		c := compare(t, Source{Document: before.public, Year: 2024}, Source{Document: after.public, Year: 2025})
		for _, p := range c.Parts {
			ops := map[string]int{}
			for _, op := range operations(t, after.public, p.Key) {
				ops[op]++
			}
			got := map[string]int{"SIN_CAMBIOS": p.Same}
			for _, it := range p.Items {
				switch {
				case it.Tag.Words == "public.compare.fresh":
					got["AGREGAR"]++
				case it.Gone && it.Tag.Words != "public.compare.absent":
					got["BAJA"]++
				case it.Tag.Words == "public.tag.changed":
					got["MODIFICAR"]++
					if len(it.Answers) == 0 {
						t.Errorf("seed %d %s: changed, without what", seed, p.Key)
					}
				}
			}
			for op, n := range got {
				seen[op] += n
			}
			if p.Key == "ingresos" || len(ops) == 0 {
				continue
			}
			if got["AGREGAR"] != ops["AGREGAR"] {
				t.Errorf("seed %d %s: %d new, the declaration says %d", seed, p.Key, got["AGREGAR"], ops["AGREGAR"])
			}
			if got["BAJA"] > ops["BAJA"] {
				t.Errorf("seed %d %s: %d gone, the declaration says %d", seed, p.Key, got["BAJA"], ops["BAJA"])
			}
		}
		for _, title := range c.Same {
			for _, p := range c.Parts {
				if title == (Title{p.No, p.Title}) {
					t.Errorf("seed %d: %v both changed and not", seed, title)
				}
			}
		}
	}
	for _, op := range []string{"AGREGAR", "BAJA", "MODIFICAR", "SIN_CAMBIOS"} {
		if seen[op] == 0 {
			t.Errorf("no %s in the samples: the test shows too little", op)
		}
	}
}

// TestCompareTypes: the income of a month and that of a year are not compared.
func TestCompareTypes(t *testing.T) {
	before := file(t, forms.Inicial, forms.Full, 3, nil)
	after := file(t, forms.Modificacion, forms.Full, 3, &before.full)
	c := compare(t, Source{Document: before.public, Year: 2024}, Source{Document: after.public, Year: 2025})
	for _, p := range c.Parts {
		if p.Key == "ingresos" {
			t.Error("incomes of different periods are compared")
		}
	}
	if !slices.Contains(c.Apart, Title{"8.", "section.ingresos"}) || !slices.Contains(c.Apart, Title{"9.", "section.actividadAnualAnterior"}) {
		t.Errorf("apart: %v", c.Apart)
	}
	if c.Summary[0].After != "" && c.Summary[0].Before != "" {
		t.Errorf("the summary pairs %+v", c.Summary[0])
	}
	simple := file(t, forms.Modificacion, forms.Simplified, 3, nil)
	c = compare(t, Source{Document: after.public, Year: 2025}, Source{Document: simple.public, Year: 2026})
	if len(c.Apart) == 0 {
		t.Error("a simplified declaration has every section of a full one")
	}
}

// TestAlignVisibility: an item that was co-owned comes to be published between two
// others. These must not be taken for one another.
func TestAlignVisibility(t *testing.T) {
	f := forms.Lookup(forms.Modificacion, forms.Full)
	house := func(a forms.Answers, id, kind, value, op string) {
		at := forms.Path("bienesInmuebles.bienInmueble").Join(id)
		a["bienesInmuebles.bienInmueble"] = append(a["bienesInmuebles.bienInmueble"], id)
		a.Set(at.Join("tipoOperacion"), op)
		a.Set(at.Join("tipoInmueble"), kind)
		a.Set(at.Join("titular"), "DEC")
		a.Set(at.Join("valorAdquisicion"), value)
		a.Set(at.Join("fechaAdquisicion"), "2010-01-0"+id[1:])
	}
	before, after := forms.Answers{}, forms.Answers{}
	house(before, "i1", "CASA", "680000", "SIN_CAMBIOS")
	house(before, "i2", "TERR", "740000", "SIN_CAMBIOS")
	house(before, "i3", "LOCL", "90000", "BAJA")
	house(after, "i1", "CASA", "680000", "SIN_CAMBIOS")
	house(after, "i2", "DPTO", "500000", "MODIFICAR")
	house(after, "i3", "TERR", "740000", "SIN_CAMBIOS")
	after.Set("bienesInmuebles.bienInmueble.i3.fechaAdquisicion", "2010-01-02")
	byItem, _ := changes(f, align(f, before, after), after)
	got := map[string]string{}
	for p, c := range byItem {
		got[strings.TrimPrefix(string(p), "bienesInmuebles.bienInmueble.")] = c.kind
	}
	want := map[string]string{"i1": forms.Same, "i2": forms.Added, "i3": forms.Same}
	if !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
