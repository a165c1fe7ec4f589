package pdf

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"declara/forms"
	"declara/i18n"
)

// TestBlank: the format of paper asks all that the table asks, in words: every
// question, every option that has a box, and no condition in the keys of the table.
func TestBlank(t *testing.T) {
	words := i18n.Load().Printer("es")
	for _, typ := range forms.AllTypes {
		for _, level := range forms.AllLevels {
			f := forms.Lookup(typ, level)
			in := filing(t, forms.Document{Form: f})
			in.Words = words
			var one, two bytes.Buffer
			if err := Blank(&one, in); err != nil {
				t.Fatal(err)
			}
			in.Folio, in.Person, in.Hash = "", "", ""
			in.Filed = in.Filed.AddDate(1, 0, 0)
			if err := Blank(&two, in); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(one.Bytes(), two.Bytes()) {
				t.Error("the format depends on a filing")
			}
			checkShape(t, one.Bytes())
			text := solid(textOf(t, one.Bytes()))
			asked := 0
			for i := range f.Sections {
				s := &f.Sections[i]
				everyField(s.Fields, forms.Path(s.Key), func(x *forms.Field, p forms.Path) {
					if x.Derive == "groupTotal" || x.Derive == "percentChange" ||
						s.Layout == forms.Ledger && x.Kind == forms.List || strings.HasSuffix(string(p), ".remuneracion") {
						return // a group's line, a line without words
					}
					asked++
					if q := oneLine(words.Question(f.Key(p), typ.Slug())); !strings.Contains(text, solid(q)) {
						t.Errorf("%s %s: nobody asks %q (%s)", typ.Slug(), level.Slug(), q, p)
					}
					if x.From != nil && x.From.By == "" && len(x.From.Entries) <= mostBoxes && s.Layout != forms.Ledger {
						for _, e := range x.From.Entries {
							if o := oneLine(words.Option(x.From.Name, e.Key, e.Text)); !strings.Contains(text, solid(o)) {
								t.Errorf("%s: no box for %q", p, o)
							}
						}
					}
				})
			}
			if asked < 50 {
				t.Errorf("only %d questions", asked)
			}
			for _, m := range regexp.MustCompile(`respondes:(\p{Lu}{2,}|true|false)\b`).FindAllString(text, 3) {
				t.Errorf("a condition in keys: %s", m)
			}
			if n := strings.Count(text, "Solosi"); n < 8 {
				t.Errorf("%s %s: %d conditions", typ.Slug(), level.Slug(), n)
			}
		}
	}
}

// everyField calls fn for each field below a path, as paper asks them.
func everyField(fields []forms.Field, at forms.Path, fn func(*forms.Field, forms.Path)) {
	for i := range fields {
		x := &fields[i]
		p := at.Join(x.Name)
		fn(x, p)
		if x.Kind == forms.List {
			p = p.Join(paperItem)
		}
		everyField(x.Of, p, fn)
	}
}

// TestClause reads conditions in words.
func TestClause(t *testing.T) {
	f := forms.Lookup(forms.Inicial, forms.Full)
	b := blank{words: spanish(t), form: f}
	at := forms.Path("bienesInmuebles.bienInmueble.1")
	mx, ex := forms.Is("titular", "DEC"), forms.Is("tipoInmueble", "CASA", "TERR")
	for _, c := range []struct {
		cond forms.Cond
		want string
	}{
		{forms.Cond{}, ""},
		{mx, "en “Titular” respondes: DECLARANTE"},
		{ex, "en “Tipo inmueble” respondes: CASA, TERRENO"},
		{forms.Not(mx), "en “Titular” no respondes: DECLARANTE"},
		{forms.All(mx, forms.Not(ex)), "en “Titular” respondes: DECLARANTE y en “Tipo inmueble” no respondes: CASA, TERRENO"},
		{forms.Any(mx, ex), "en “Titular” respondes: DECLARANTE o en “Tipo inmueble” respondes: CASA, TERRENO"},
		{forms.Not(forms.Any(mx, ex)), "en “Titular” no respondes: DECLARANTE y en “Tipo inmueble” no respondes: CASA, TERRENO"},
		{forms.Not(forms.Is("ninguno", forms.Yes)), ""},
		{forms.Is("nadaDeEsto", "X"), ""},
	} {
		if got := b.clause(c.cond, at, false); got != c.want {
			t.Errorf("%+v: %q, want %q", c.cond, got, c.want)
		}
	}
	if f, p, ok := b.named("ninguno", at); !ok || f.Kind != forms.YesNo || p != "bienesInmuebles.ninguno" {
		t.Errorf("found %v at %q", f, p)
	}
}
