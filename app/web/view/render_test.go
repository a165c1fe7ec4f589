package view

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"declara/forms"
	"declara/forms/sample"
	"declara/i18n"

	"pgregory.net/rapid"
)

var words = i18n.Load().Printer("es")

// draftOf is an invented, complete declaration.
func draftOf(t testing.TB, f *forms.Form, seed int64) *forms.Draft {
	t.Helper()
	d, err := sample.Draft(f, seed, sample.Options{
		Person: sample.Official(seed), Year: 2026, Event: "2026-03-03", Today: "2026-05-14", Wealth: 0.8,
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// sheetsOf are all pages of a draft that ask questions: one a section, and one a
// step of each item.
func sheetsOf(f *forms.Form, d *forms.Draft) []Ask {
	var out []Ask
	var walk func(forms.Path, []forms.Field)
	walk = func(at forms.Path, fields []forms.Field) {
		for i := range fields {
			x := &fields[i]
			p := at.Join(x.Name)
			switch x.Kind {
			case forms.Group:
				walk(p, x.Of)
			case forms.List:
				a := Ask{Form: f, Draft: d, Words: words}
				for _, id := range append(slices.Clone(d.Answers.Items(p)), "nuevo1") {
					for _, step := range a.Steps(p) {
						out = append(out, Ask{Form: f, Draft: d, Words: words, At: p.Join(id), Step: step,
							Blank: func(forms.Path) string { return "blank1" }})
					}
				}
			}
		}
	}
	for i := range f.Sections {
		sec := &f.Sections[i]
		out = append(out, Ask{Form: f, Draft: d, Words: words, At: forms.Path(sec.Key), Only: notItems(f)})
		walk(forms.Path(sec.Key), sec.Fields)
	}
	return out
}

// notItems leaves lists of a section out, since their items have pages.
func notItems(f *forms.Form) func(forms.Path) bool {
	return func(p forms.Path) bool {
		x, ok := f.Field(p)
		return ok && x.Kind != forms.List
	}
}

// script is what mejora.js does with a page: it looks at the controls that show,
// and shows or hides what has a condition, until nothing changes.
type script struct {
	hidden map[forms.Path]bool
	values map[forms.Path][]string
	up     map[forms.Path]forms.Path
	when   map[forms.Path]wire
	marks  map[forms.Path]wire // of "No será público"
	marked map[forms.Path]bool // as the server drew them
}

func newScript(t testing.TB, s Sheet) *script {
	t.Helper()
	x := &script{map[forms.Path]bool{}, map[forms.Path][]string{}, map[forms.Path]forms.Path{}, map[forms.Path]wire{}, map[forms.Path]wire{}, map[forms.Path]bool{}}
	var add func(q Question, up forms.Path)
	add = func(q Question, up forms.Path) {
		x.hidden[q.Path], x.up[q.Path], x.marked[q.Path] = q.Hidden, up, q.Private != ""
		for into, text := range map[*map[forms.Path]wire]string{&x.when: q.When, &x.marks: q.Open} {
			if text == "" {
				continue
			}
			var w wire
			if err := json.Unmarshal([]byte(text), &w); err != nil {
				t.Fatalf("%s: %v", q.Path, err)
			}
			(*into)[q.Path] = w
		}
		switch {
		case len(q.Options) > 0:
			for _, o := range q.Options {
				if o.On {
					x.values[q.Path] = append(x.values[q.Path], o.Key)
				}
			}
		case q.Draw == "list":
			for _, row := range q.Of {
				x.values[q.Path] = append(x.values[q.Path], row.Value)
			}
		case q.Value != "":
			x.values[q.Path] = []string{q.Value}
		}
		for _, of := range q.Of {
			add(of, q.Path)
		}
		if q.Other != nil {
			add(*q.Other, q.Path)
		}
	}
	for _, q := range s.Questions {
		add(q, "")
	}
	return x
}

// shown reports whether nothing around a question hides it.
func (x *script) shown(p forms.Path) bool {
	for ; p != ""; p = x.up[p] {
		if x.hidden[p] {
			return false
		}
	}
	return true
}

func (x *script) said(p forms.Path) []string {
	if _, there := x.hidden[p]; !there || !x.shown(p) {
		return nil
	}
	return x.values[p]
}

func (x *script) holds(c wire) bool {
	switch c.Op {
	case "all":
		return !slices.ContainsFunc(c.Of, func(of wire) bool { return !x.holds(of) })
	case "any":
		return slices.ContainsFunc(c.Of, x.holds)
	case "not":
		return !x.holds(c.Of[0])
	}
	v := x.said(forms.Path(c.P))
	is := func(s string) bool { return slices.Contains(c.V, s) }
	switch c.Op {
	case "is":
		return slices.ContainsFunc(v, is)
	case "stranger":
		return slices.ContainsFunc(v, func(s string) bool { s = forms.CleanRFC(s); return forms.IsPersonRFC(s) && !is(s) })
	case "only":
		return len(v) > 0 && !slices.ContainsFunc(v, func(s string) bool { return !is(s) })
	}
	return len(v) == 0
}

func (x *script) run() {
	for again, n := true, 0; again && n < 6; n++ {
		again = false
		for p, c := range x.when {
			if now := !x.holds(c); x.hidden[p] != now {
				x.hidden[p], again = now, true
			}
		}
	}
}

// TestScriptAgrees draws every page of invented declarations: the script, which
// sees only the page, finds the same questions asked as the table does.
func TestScriptAgrees(t *testing.T) {
	for _, typ := range forms.AllTypes {
		for _, level := range forms.AllLevels {
			f := forms.Lookup(typ, level)
			for seed := range int64(3) {
				d := draftOf(t, f, 40+seed)
				for _, a := range sheetsOf(f, d) {
					s := a.Questions()
					x := newScript(t, s)
					before := maps.Clone(x.hidden)
					x.run()
					for p := range before {
						if x.hidden[p] != before[p] {
							t.Errorf("%s on the page of %s: the server says hidden = %v, the script %v", p, a.At, before[p], x.hidden[p])
						}
						if _, ok := f.Field(p); ok && !strings.HasSuffix(string(p), ".otro") && len(d.Answers[p]) > 0 &&
							x.shown(p) != f.Live(d.Answers, p) && !f.Computed(d.Answers, p) {
							t.Errorf("%s on the page of %s: shown = %v, asked = %v", p, a.At, x.shown(p), f.Live(d.Answers, p))
						}
					}
				}
			}
		}
	}
}

// TestScriptFollows changes one answer on a page and compares what the script then
// shows with what the server draws for that answer.
func TestScriptFollows(t *testing.T) {
	var asks []Ask
	for _, typ := range forms.AllTypes {
		f := forms.Lookup(typ, forms.Full)
		asks = append(asks, sheetsOf(f, draftOf(t, f, 77))...)
	}
	rapid.Check(t, func(rt *rapid.T) {
		a := rapid.SampledFrom(asks).Draw(rt, "page")
		draft := *a.Draft
		draft.Answers = maps.Clone(a.Draft.Answers)
		a.Draft = &draft
		x := newScript(t, a.Questions())
		var choices []forms.Path
		for p := range x.hidden {
			if field, ok := a.Form.Field(p); ok && (field.Kind == forms.YesNo || field.Kind == forms.Choice && field.From.By == "" || field.Kind == forms.Choices) &&
				!strings.HasSuffix(string(p), ".otro") {
				choices = append(choices, p)
			}
		}
		if len(choices) == 0 {
			return
		}
		slices.Sort(choices)
		p := rapid.SampledFrom(choices).Draw(rt, "question")
		field, _ := a.Form.Field(p)
		keys := []string{forms.Yes, forms.No}
		if field.From != nil {
			keys = nil
			for _, e := range field.From.Options("") {
				keys = append(keys, e.Key)
			}
		}
		v := []string{rapid.SampledFrom(keys).Draw(rt, "answer")}
		x.values[p] = v
		x.run()
		draft.Answers.Set(p, v...)
		want := newScript(t, a.Questions())
		for q := range want.hidden {
			if _, there := x.hidden[q]; there && x.shown(q) != want.shown(q) {
				rt.Fatalf("%s = %v on the page of %s: %s is shown by the script %v, by the server %v", p, v, a.At, q, x.shown(q), want.shown(q))
			}
			if mark, gated := x.marks[q]; gated && want.shown(q) && x.holds(mark) != want.marked[q] {
				rt.Fatalf("%s = %v on the page of %s: %s is marked private by the script %v, by the server %v", p, v, a.At, q, x.holds(mark), want.marked[q])
			}
		}
	})
}

// TestWithheld tells whether a whole item is public, on the page that asks whose it
// is: nothing is said before the answer.
func TestWithheld(t *testing.T) {
	f := forms.Lookup(forms.Modificacion, forms.Full)
	for _, c := range []struct {
		item     forms.Path
		name     string
		said     []string
		withheld bool
	}{
		{"vehiculos.vehiculo.i1", "titular", nil, false},
		{"vehiculos.vehiculo.i1", "titular", []string{"DEC"}, false},
		{"vehiculos.vehiculo.i1", "titular", []string{"DEC", "CYG"}, true},
		{"beneficiosPrivados.beneficio.i1", "beneficiario", nil, false},
		{"beneficiosPrivados.beneficio.i1", "beneficiario", []string{"DC"}, false},
		{"beneficiosPrivados.beneficio.i1", "beneficiario", []string{"DC", "CY"}, true},
		{"participacion.participacion.i1", "tipoRelacion", []string{"DECLARANTE"}, false},
		{"participacion.participacion.i1", "tipoRelacion", []string{"PAREJA"}, true},
		{"experienciaLaboral.experiencia.i1", "ambitoSector", []string{"PUB"}, false},
		{"datosDependienteEconomico.dependienteEconomico.i1", "nombre", []string{"Ana"}, false},
	} {
		list := c.item[:strings.LastIndexByte(string(c.item), '.')]
		d := &forms.Draft{Type: f.Type, Answers: forms.Answers{list: {"i1"}}}
		d.Answers.Set(c.item.Join(c.name), c.said...)
		step := uint8(1)
		if c.name == "titular" {
			step = 2
		}
		a := Ask{Form: f, Draft: d, Words: words, At: c.item, Step: step}
		got, when := a.Withheld(c.item)
		if got != c.withheld {
			t.Errorf("%s of %v: withheld = %v", c.item, c.said, got)
		}
		if when == "" {
			continue
		}
		var w wire
		if err := json.Unmarshal([]byte(when), &w); err != nil {
			t.Fatal(err)
		}
		if x := newScript(t, a.Questions()); x.holds(w) != c.withheld {
			t.Errorf("%s of %v: the script says %v (%s)", c.item, c.said, x.holds(w), when)
		}
	}
}

// TestEveryQuestionIsAsked holds the pages to the table: every field that a person
// answers has its question on exactly one page, with words of its own.
func TestEveryQuestionIsAsked(t *testing.T) {
	for _, typ := range forms.AllTypes {
		for _, level := range forms.AllLevels {
			f := forms.Lookup(typ, level)
			d := draftOf(t, f, 5)
			seen := map[string]int{}
			for _, a := range sheetsOf(f, d) {
				if !strings.HasSuffix(string(a.At), ".nuevo1") && a.Step != 0 {
					continue
				}
				for p := range newScript(t, a.Questions()).hidden {
					if x, ok := f.Field(p); ok && x.Kind != forms.Group && x.Kind != forms.List {
						seen[f.Key(p)]++
					}
				}
			}
			var walk func(forms.Path, []forms.Field)
			walk = func(at forms.Path, fields []forms.Field) {
				for i := range fields {
					x := &fields[i]
					p := at.Join(x.Name)
					_, byHand := typedWhile(x)
					switch {
					case x.Kind == forms.Group:
						walk(p, x.Of)
					case x.Kind == forms.List:
						walk(p.Join("nuevo1"), x.Of)
					case x.Name == Motive, x.Derive != "" && !byHand:
						if seen[f.Key(p)] > 0 && x.Name != Motive {
							t.Errorf("%s %s: %s is computed, and asked", typ, level.Slug(), f.Key(p))
						}
					case seen[f.Key(p)] == 0 && !optionalRow(f, p):
						t.Errorf("%s %s: %s is asked nowhere", typ, level.Slug(), f.Key(p))
					}
				}
			}
			for i := range f.Sections {
				walk(forms.Path(f.Sections[i].Key), f.Sections[i].Fields)
			}
		}
	}
}

// optionalRow reports whether a field lies in a row that a blank item does not
// begin with: it appears once the person adds the row.
func optionalRow(f *forms.Form, p forms.Path) bool {
	names := strings.Split(string(p), ".")
	lists := 0
	for i := 2; i <= len(names); i++ {
		x, ok := f.Field(forms.Path(strings.Join(names[:i], ".")))
		if ok && x.Kind == forms.List && x.Name == names[i-1] {
			if lists++; lists == 2 && !needed(x) {
				return true
			}
		}
	}
	return false
}

// TestTypedStays draws answers that are wrong in every way: each is in its control
// as it was typed, with its problem beside it and in the summary.
func TestTypedStays(t *testing.T) {
	f := forms.Lookup(forms.Modificacion, forms.Full)
	d := &forms.Draft{Type: f.Type, Level: f.Level, Edition: f.Edition, Year: 2026, Today: "2026-05-14", Answers: forms.Answers{
		"datosGenerales.correoElectronico.personal": {"no es un correo"}, "datosGenerales.telefono.casa": {"<12>"},
		"datosGenerales.situacionPersonalEstadoCivil": {"NADA"}, "datosGenerales.curp": {"x"},
	}}
	a := Ask{Form: f, Draft: d, Words: words, At: "datosGenerales", Problems: forms.CheckSection(f, d, "datosGenerales")}
	s := a.Questions()
	byPath := map[forms.Path]Question{}
	var add func(qs []Question)
	add = func(qs []Question) {
		for _, q := range qs {
			byPath[q.Path] = q
			add(q.Of)
		}
	}
	add(s.Questions)
	for p, v := range d.Answers {
		q := byPath[p]
		if q.Problem == "" || len(q.Options) == 0 && q.Value != v[0] {
			t.Errorf("%s: shown as %q, problem %q", p, q.Value, q.Problem)
		}
		if !slices.ContainsFunc(s.Errors, func(e SheetError) bool { return e.ID == q.anchor() && strings.Contains(e.Text, q.Problem) }) {
			t.Errorf("%s is not in the summary", p)
		}
	}
	if len(s.Errors) != len(a.Problems) {
		t.Errorf("%d problems, %d lines in the summary", len(a.Problems), len(s.Errors))
	}
}

// TestGivenIsShown: what human resources gave is shown, and nothing lets it be typed.
func TestGivenIsShown(t *testing.T) {
	f := forms.Lookup(forms.Inicial, forms.Simplified)
	d := draftOf(t, f, 3)
	d.Given = forms.Answers{"datosGenerales.nombre": {"Ana"}, "datosGenerales.rfc.rfc": {"PUFE800229"}}
	forms.Derive(f, d)
	s := Ask{Form: f, Draft: d, Words: words, At: "datosGenerales"}.Questions()
	if len(s.Fixed) != 2 || s.Fixed[0].Value != "Ana" || s.Fixed[1].Private != "siempre" {
		t.Errorf("fixed: %+v", s.Fixed)
	}
	x := newScript(t, s)
	for p := range d.Given {
		if _, asked := x.hidden[p]; asked || len(s.Base[string(p)]) > 0 {
			t.Errorf("%s can be typed", p)
		}
	}
}

// TestSpelling is how answers stand in their boxes.
func TestSpelling(t *testing.T) {
	for in, want := range map[string]string{"437520": "437,520", "1234567": "1,234,567", "12": "12", "mucho": "mucho", "": "", "1.234,50": "1.234,50"} {
		if got := Grouped(in); got != want {
			t.Errorf("Grouped(%q) = %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{"2019-03-12": "12/03/2019", "12/03/2019": "12/03/2019", "ayer": "ayer", "": "", "30/02/2019": "30/02/2019"} {
		if got := Slashed(in); got != want {
			t.Errorf("Slashed(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestRowsAreCalled: every item of every list is called by something of its own.
func TestRowsAreCalled(t *testing.T) {
	for _, typ := range forms.AllTypes {
		f := forms.Lookup(typ, forms.Full)
		d := draftOf(t, f, 9)
		for i := range f.Sections {
			sec := &f.Sections[i]
			list := forms.Path(sec.Key).Join(sec.List)
			for _, id := range d.Answers.Items(list) {
				a := Ask{Form: f, Draft: d, Words: words}
				if got := a.Called(list.Join(id)); got == words.T("list."+sec.List+".one") && sec.Key != "clientesPrincipales" || got == "" {
					t.Errorf("%s is called %q", list.Join(id), got)
				}
			}
		}
	}
}

// TestPartnerIsAsked: whether there is a partner is asked as people say it, and yes is the
// standard's no.
func TestPartnerIsAsked(t *testing.T) {
	f := forms.Lookup(forms.Inicial, forms.Full)
	d := draftOf(t, f, 3)
	d.Answers.Set("datosPareja.ninguno", forms.Yes)
	q := Ask{Form: f, Draft: d, Words: words, At: "datosPareja"}.Questions().Questions[0]
	if q.Label != "¿Tienes pareja?" || len(q.Options) != 2 {
		t.Fatalf("%+v", q)
	}
	if yes, no := q.Options[0], q.Options[1]; yes.Text != "Sí" || yes.Key != forms.No || yes.On || no.Text != "No" || no.Key != forms.Yes || !no.On {
		t.Errorf("%+v, %+v", yes, no)
	}
}

// BenchmarkQuestions draws the longest page.
func BenchmarkQuestions(b *testing.B) {
	f := forms.Lookup(forms.Modificacion, forms.Full)
	d := draftOf(b, f, 5)
	a := Ask{Form: f, Draft: d, Words: words, At: "datosPareja"}
	for b.Loop() {
		a.Questions()
	}
}

// TestTraderIsMarked: the name of an employer is marked as not public once the RFC
// below it is a stranger's, by the server and, while it is typed, by the script.
func TestTraderIsMarked(t *testing.T) {
	f := forms.Lookup(forms.Inicial, forms.Simplified)
	const item = forms.Path("experienciaLaboral.experiencia.i1")
	for rfc, private := range map[string]bool{"": false, "SAT970701NN3": false, "nupb 800229-j19": true, "PUFE800229M93": false} {
		d := &forms.Draft{Type: f.Type, Level: f.Level, Answers: forms.Answers{
			"experienciaLaboral.experiencia": {"i1"}, item.Join("ambitoSector"): {"PRV"},
			"datosGenerales.rfc.rfc": {"PUFE800229"}, "datosGenerales.rfc.homoClave": {"M93"},
		}}
		if rfc != "" {
			d.Answers.Set(item.Join("rfc"), rfc)
		}
		name := item.Join("nombreEmpresaSociedadAsociacion")
		x := newScript(t, Ask{Form: f, Draft: d, Words: words, At: item, Step: 1}.Questions())
		if x.marked[name] != private {
			t.Errorf("RFC %q: the server marks %v", rfc, x.marked[name])
		}
		if mark, ok := x.marks[name]; !ok || x.holds(mark) != private {
			t.Errorf("RFC %q: the script marks %v (%v)", rfc, ok && x.holds(mark), mark)
		}
	}
}
