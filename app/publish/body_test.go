package publish

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"declara/forms"
)

func body(t *testing.T, s Source) Body {
	t.Helper()
	b, err := NewBody(plain{}, s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// parts are all the sections of a body.
func (b Body) parts() []Part {
	all := b.Parts
	for _, f := range b.Folded {
		all = append(all, f.Parts...)
	}
	return all
}

// everything is all the words of a body.
func everything(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestBodyIsWhole shows that the page drops nothing that is public: each section is
// in one place, and each answer is said with its label.
func TestBodyIsWhole(t *testing.T) {
	each(t, 12, func(t *testing.T, d filed) {
		f, a := d.public.Form, parse(t, d.public)
		b := body(t, Source{Document: d.public, Year: 2024})
		if n := len(b.parts()) + len(b.None) + len(b.Hidden); n != len(f.Sections) {
			t.Errorf("%d sections are shown of %d", n, len(f.Sections))
		}
		for _, p := range b.parts() {
			words := everything(t, p)
			for _, l := range forms.Lines(f, a, p.Key) {
				if l.Kind != forms.Answer || l.Private || l.Field.Derive == "operation" || l.Field.ShowAs != "" {
					continue
				}
				if v := forms.Show(plain{}, a, l); v == "0 MXN" && l.Field.Derive == "groupTotal" {
					continue // a source without income
				} else if quoted, _ := json.Marshal(v); !strings.Contains(words, strings.Trim(string(quoted), `"`)) {
					t.Errorf("%s: %q is not said", l.Path, v)
				}
			}
		}
	})
}

// TestBodyOfFull feeds a full document where only public ones belong: what the
// table calls private still does not come out.
func TestBodyOfFull(t *testing.T) {
	each(t, 6, func(t *testing.T, d filed) {
		f, a := d.full.Form, parse(t, d.full)
		words := everything(t, body(t, Source{Document: d.full, Year: 2024}))
		for i := range f.Sections {
			for _, l := range forms.Lines(f, a, f.Sections[i].Key) {
				if l.Private && l.Kind == forms.Answer && l.Field.Kind == forms.Text && len(l.Raw[0]) > 12 {
					if !strings.Contains(string(d.public.JSON), l.Raw[0]) && strings.Contains(words, l.Raw[0]) {
						t.Errorf("%s is shown", l.Path)
					}
				}
			}
		}
	})
}

// TestNothingByName looks for words that would give a private figure away: the
// page has no total of household income and no balance.
func TestNothingByName(t *testing.T) {
	each(t, 8, func(t *testing.T, d filed) {
		words := everything(t, body(t, Source{Document: d.public, Year: 2024}))
		for _, no := range []string{"ParejaDependiente", "totalIngresos", "saldo", "numeroCuenta", "curp", "domicilioDeclarante.", "tercero"} {
			if strings.Contains(words, no) {
				t.Errorf("the page says %q", no)
			}
		}
	})
}

// TestSummary adds up the rows by hand.
func TestSummary(t *testing.T) {
	each(t, 12, func(t *testing.T, d filed) {
		f, a := d.public.Form, parse(t, d.public)
		b := body(t, Source{Document: d.public, Year: 2024})
		for _, fig := range b.Summary {
			sec := f.Section(fig.Key)
			if sec == nil {
				continue
			}
			list := forms.Path(sec.Key).Join(sec.List)
			n, sum, other := 0, int64(0), false
			for _, id := range a.Items(list) {
				if a.Get(list.Join(id, "tipoOperacion")) == "BAJA" {
					continue
				}
				n++
				v := list.Join(id, "valorAdquisicion")
				if a.Get(v.Join("moneda")) != "" {
					other = true
				} else if x, err := forms.ParseMoney(a.Get(v)); err == nil {
					sum += x
				}
			}
			if n > 0 && !strings.Contains(fig.Value, fmt.Sprint(n)) {
				t.Errorf("%s: %q does not say %d", fig.Key, fig.Value, n)
			}
			if fig.Bought && sum > 0 && !other && !strings.Contains(fig.Value, fmt.Sprintf(" %d MXN", sum)) {
				t.Errorf("%s: %q does not say %d pesos", fig.Key, fig.Value, sum)
			}
			if fig.Bought == (n == 0 || sum == 0 && !other) {
				t.Errorf("%s: bought %v with %d items worth %d", fig.Key, fig.Bought, n, sum)
			}
		}
	})
}

// TestTags follows officials through a second year.
func TestTags(t *testing.T) {
	var fresh, changed, gone int
	for seed := range int64(60) {
		before := file(t, forms.Inicial, forms.Full, seed, nil)
		after := file(t, forms.Modificacion, forms.Full, seed, &before.full)
		old := before.public
		b := body(t, Source{Document: after.public, Before: &old, Year: 2025})
		for _, p := range b.parts() {
			ops := operations(t, after.public, p.Key)
			if len(p.Rows) != len(ops) {
				continue // a page with items of its own, not a collection
			}
			for i, r := range p.Rows {
				switch {
				case ops[i] == "BAJA":
					gone++
					if !r.Gone || r.Why == "" || r.Tag != nil {
						t.Errorf("seed %d %s %d: gone, and shown as %+v", seed, p.Key, i, r)
					}
				case ops[i] == "AGREGAR":
					fresh++
					if r.Tag == nil || r.Tag.Words != "public.row.fresh 2024" {
						t.Errorf("seed %d %s %d: new, and tagged %v", seed, p.Key, i, r.Tag)
					}
				case ops[i] == "SIN_CAMBIOS":
					if r.Tag != nil || r.Gone || len(r.Before) > 0 {
						t.Errorf("seed %d %s %d: the same, and shown as %+v", seed, p.Key, i, r)
					}
				case r.Tag != nil:
					changed++
					if len(r.Before) == 0 {
						t.Errorf("seed %d %s %d: changed, without what it was", seed, p.Key, i)
					}
				}
			}
		}
		for _, p := range body(t, Source{Document: before.public, First: true, Year: 2024}).parts() {
			for _, r := range p.Rows {
				if r.Tag != nil {
					t.Errorf("seed %d %s: a first declaration tags %v", seed, p.Key, r.Tag)
				}
			}
		}
	}
	if fresh == 0 || changed == 0 || gone == 0 {
		t.Errorf("the samples have %d new, %d changed, %d gone: the test shows too little", fresh, changed, gone)
	}
}

// operations are the tipoOperacion of the items of a section's list.
func operations(t *testing.T, d forms.Document, key string) []string {
	a := parse(t, d)
	sec := d.Form.Section(key)
	list := forms.Path(key).Join(sec.List)
	var out []string
	for _, id := range a.Items(list) {
		out = append(out, a.Get(list.Join(id, "tipoOperacion")))
	}
	return out
}

func TestBodyOfNothing(t *testing.T) {
	for _, d := range []forms.Document{{}, {Form: forms.Lookup(forms.Inicial, forms.Full), JSON: []byte("[")}} {
		if _, err := NewBody(plain{}, Source{Document: d}); err == nil {
			t.Errorf("%q was read", d.JSON)
		}
	}
	b := body(t, Source{Document: forms.Document{Form: forms.Lookup(forms.Inicial, forms.Full), JSON: []byte("{}")}})
	if len(b.Parts) > 0 || len(b.None) > 0 {
		t.Errorf("an empty document says %+v", b)
	}
}

func TestFiguresAgree(t *testing.T) {
	each(t, 8, func(t *testing.T, d filed) {
		a := parse(t, d.public)
		whole, err := figuresOfResult(forms.Result("A1", forms.Metadata{Tipo: d.public.Form.Type}, d.public))
		if err != nil {
			t.Fatal(err)
		}
		if part, err := FiguresOf(d.public.JSON); err != nil || fmt.Sprint(part.Holdings) != fmt.Sprint(whole.Holdings) {
			t.Errorf("%v and %v, %v", part, whole, err)
		}
		for i := range d.public.Form.Sections {
			sec := &d.public.Form.Sections[i]
			if sec.List == "" || sec.Key == "datosCurricularesDeclarante" || sec.Key == "experienciaLaboral" || sec.Key == "datosDependienteEconomico" {
				continue
			}
			h := whole.Holdings[sec.Key]
			at := forms.Path(sec.Key)
			if n := len(a.Items(at.Join(sec.List))); h.Count+h.Gone != n {
				t.Errorf("%s: %d items and figures of %d+%d", sec.Key, n, h.Count, h.Gone)
			}
			if said := a.Get(at.Join("ninguno")) == forms.Yes; said != h.None {
				t.Errorf("%s: none %v, figures %v", sec.Key, said, h.None)
			}
		}
		if whole.Income == nil || whole.Income.Currency != "MXN" {
			t.Errorf("income %v", whole.Income)
		}
	})
}
