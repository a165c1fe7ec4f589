package forms_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"declara/forms"
	"declara/forms/formstest"
)

// compiled is the document of a random draft.
func compiled(r *rapid.T, f *forms.Form) (*forms.Draft, forms.Document) {
	d := formstest.Draft(r, f)
	doc, err := forms.Compile(f, d)
	if err != nil {
		r.Fatal(err)
	}
	return d, doc
}

// What is written reads back, and is written again byte for byte; so is the public
// version, in which the choices that exist only on screen can no longer be told.
func TestParseInvertsCompile(t *testing.T) {
	everyForm(t, func(t *testing.T, f *forms.Form) {
		rapid.Check(t, func(r *rapid.T) {
			d, doc := compiled(r, f)
			public, err := doc.Public(forms.PublicOptions{})
			if err != nil {
				r.Fatal(err)
			}
			for _, x := range []forms.Document{doc, public} {
				a, err := forms.Parse(f, x.JSON)
				if err != nil {
					r.Fatal(err)
				}
				if again := forms.Rewrite(f, a); !bytes.Equal(again, x.JSON) {
					r.Fatalf("written anew:\n%s\nfirst:\n%s", again, x.JSON)
				}
			}
			before := bytes.Clone(doc.JSON)
			if again, err := forms.Compile(f, d); err != nil || !bytes.Equal(again.JSON, before) {
				r.Fatalf("compiling twice differs: %v", err)
			}
		})
	})
}

// A draft made of what was filed shows what was filed: the same lines, in the same
// words.
func TestLinesSurviveFiling(t *testing.T) {
	everyForm(t, func(t *testing.T, f *forms.Form) {
		rapid.Check(t, func(r *rapid.T) {
			d, doc := compiled(r, f)
			a, err := forms.Parse(f, doc.JSON)
			if err != nil {
				r.Fatal(err)
			}
			for i := range f.Sections {
				key := f.Sections[i].Key
				was, now := reading(f, d.Answers, key), reading(f, a, key)
				if strings.Join(was, "\n") != strings.Join(now, "\n") {
					r.Fatalf("%s reads\n%s\nand after filing\n%s", key, strings.Join(was, "\n"), strings.Join(now, "\n"))
				}
			}
		})
	})
}

func reading(f *forms.Form, a forms.Answers, key string) []string {
	var lines []string
	for _, l := range forms.Lines(f, a, key) {
		said, _ := forms.CleanText(forms.Show(plain{}, a, l), l.Field != nil && l.Field.Kind == forms.Paragraph)
		if l.Field != nil && strings.HasPrefix(l.Field.Rules, "rfc") {
			said = forms.CleanRFC(said)
		}
		lines = append(lines, fmt.Sprintf("%d %d %d %v %s %s", l.Kind, l.Depth, l.Index, l.Private, f.Key(l.Path), said))
	}
	return lines
}

// plain says things without a language.
type plain struct{}

func (plain) Question(key, typ string) string           { return key + "@" + typ }
func (plain) Option(catalogue, key, text string) string { return text }
func (plain) Money(v int64, currency string) string     { return fmt.Sprintf("%s %d", currency, v) }
func (plain) Day(iso string) string                     { return iso }
func (plain) Integer(n int64) string                    { return fmt.Sprint(n) }
func (plain) Yes(b bool) string                         { return fmt.Sprint(b) }
func (plain) T(key string, args ...any) string          { return key }

// The public version is part of the private one, does not change when it is made
// again, and keeps every section.
func TestPublicIsPart(t *testing.T) {
	everyForm(t, func(t *testing.T, f *forms.Form) {
		rapid.Check(t, func(r *rapid.T) {
			_, doc := compiled(r, f)
			for _, o := range []forms.PublicOptions{{}, {TotalAsDeclared: true}} {
				public, err := doc.Public(o)
				if err != nil {
					r.Fatal(err)
				}
				again, err := public.Public(o)
				if err != nil || !bytes.Equal(again.JSON, public.JSON) {
					r.Fatalf("publishing twice differs:\n%s\n%s", public.JSON, again.JSON)
				}
				full, part := tree(t, doc.JSON), tree(t, public.JSON)
				if stray := strange(full, part, ""); stray != "" && !(strings.Contains(stray, ".total") && !o.TotalAsDeclared) {
					r.Fatalf("%s is public and was never declared", stray)
				}
				for i := range f.Sections {
					s := &f.Sections[i]
					half := map[forms.Part]string{forms.Patrimonial: "situacionPatrimonial", forms.Interes: "interes"}[s.Part]
					if part[half].(map[string]any)[s.Key] == nil {
						r.Fatalf("%s is missing", s.Key)
					}
				}
			}
		})
	})
}

func tree(t *testing.T, b []byte) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// strange is the first place at which part says something that full does not. Items
// of a list may be missing, never moved.
func strange(full, part any, at string) string {
	switch p := part.(type) {
	case map[string]any:
		f, ok := full.(map[string]any)
		if !ok {
			return at
		}
		for name, v := range p {
			if found := strange(f[name], v, at+"."+name); found != "" {
				return found
			}
		}
	case []any:
		f, ok := full.([]any)
		if !ok {
			return at
		}
		i := 0
		for _, v := range p {
			for i < len(f) && strange(f[i], v, "x") != "" {
				i++
			}
			if i++; i > len(f) {
				return at + "[]"
			}
		}
	default:
		if full != part {
			return at
		}
	}
	return ""
}

// Nothing private comes out: a mark in each private answer is in the private
// document and not in the public one, nor in the lines that are read from it.
func TestMarksStayPrivate(t *testing.T) {
	everyForm(t, func(t *testing.T, f *forms.Form) {
		rapid.Check(t, func(r *rapid.T) {
			d := formstest.Draft(r, f)
			marks := formstest.Markers(d)
			if len(marks) < 6 {
				r.Fatalf("only %d marks", len(marks))
			}
			doc, err := forms.Compile(f, d)
			if err != nil {
				r.Fatalf("%v: %v", err, forms.Ready(f, d))
			}
			public, err := doc.Public(forms.PublicOptions{})
			if err != nil {
				r.Fatal(err)
			}
			for _, m := range marks {
				if !bytes.Contains(doc.JSON, []byte(m)) {
					r.Fatalf("the mark %s is not in the private document", m)
				}
				if bytes.Contains(public.JSON, []byte(m)) {
					r.Fatalf("the mark %s is public:\n%s", m, public.JSON)
				}
			}
		})
	})
}

// What the Normas name as private, listed here again by hand and not from the
// table (Norma 19ª; the reference's rules.md, section 10).
func TestNeverPublic(t *testing.T) {
	never := map[string]bool{
		"aclaracionesObservaciones": true, "curp": true, "homoClave": true, "personal": true, "casa": true,
		"celularPersonal": true, "situacionPersonalEstadoCivil": true, "regimenMatrimonial": true, "paisNacimiento": true,
		"nacionalidad": true, "tercero": true, "relacion": true, "datoIdentificacion": true, "numeroSerieRegistro": true,
		"lugarRegistro": true, "numeroCuentaContrato": true, "fechaNacimiento": true,
	}
	empty := map[string]string{"domicilioDeclarante": "", "datosPareja": "", "datosDependienteEconomico": "dependienteEconomico"}
	everyForm(t, func(t *testing.T, f *forms.Form) {
		rapid.Check(t, func(r *rapid.T) {
			_, doc := compiled(r, f)
			public, err := doc.Public(forms.PublicOptions{})
			if err != nil {
				r.Fatal(err)
			}
			each(tree(t, public.JSON), "", func(at, name string, in map[string]any) {
				v := in[name]
				switch {
				case never[name], strings.HasPrefix(name, "saldo"), strings.HasSuffix(name, "ParejaDependiente"):
					r.Fatalf("%s.%s is public", at, name)
				case strings.HasPrefix(name, "rfc"):
					if s, _ := v.(string); len([]rune(s)) != 12 {
						r.Fatalf("%s.%s is public: %q", at, name, v)
					}
				case strings.HasPrefix(name, "domicilio") && !strings.HasPrefix(at, ".situacionPatrimonial.datosEmpleoCargoComision") && at != ".situacionPatrimonial":
					r.Fatalf("%s.%s is public", at, name)
				case name == "titular":
					if l := v.([]any); len(l) != 1 || l[0].(map[string]any)["clave"] != "DEC" {
						r.Fatalf("%s: co-owned and public", at)
					}
				case name == "tipoRelacion" && v != "DECLARANTE":
					r.Fatalf("%s: an interest of somebody else is public", at)
				case name == "nombreInstitucion" && strings.Contains(at, "participacionTomaDecisiones"):
					r.Fatalf("%s.%s is public", at, name)
				case in["tipoPersona"] == "FISICA" && (name == "nombreRazonSocial" || name == "nombreInstitucion") && !strings.Contains(at, "fideicom"),
					in["tipoDuenoTitular"] == "FISICA" && (name == "nombreTitular" || name == "relacionConTitular"):
					r.Fatalf("%s.%s names a natural person", at, name)
				}
				if list, private := empty[name]; private && at == ".situacionPatrimonial" {
					o := v.(map[string]any)
					if l, _ := o[list].([]any); len(o) > 1 || len(o) == 1 && (list == "" || l == nil || len(l) > 0) {
						r.Fatalf("%s has %v", name, o)
					}
				}
			})
		})
	})
}

// each calls fn for every property of a tree.
func each(v any, at string, fn func(at, name string, in map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			fn(at, name, v)
			each(member, at+"."+name, fn)
		}
	case []any:
		for _, item := range v {
			each(item, at, fn)
		}
	}
}

// No two published figures of sections 8 and 9 give the income of partner and
// dependants by sum or difference. When totals are published as declared they do,
// which shows that the test would notice.
func TestNoArithmeticTells(t *testing.T) {
	for _, typ := range forms.AllTypes {
		t.Run(typ.Slug(), func(t *testing.T) {
			f := forms.Lookup(typ, forms.Full)
			rapid.Check(t, func(r *rapid.T) {
				d := formstest.Draft(r, f)
				secret := rapid.Int64Range(1e9, 9e9).Draw(r, "secret")*100 + 37
				var planted int
				for _, key := range []string{"ingresos", "actividadAnualAnterior"} {
					for _, l := range forms.Lines(f, d.Answers, key) {
						if l.Kind == forms.Answer && l.Field.Kind == forms.Money && l.Private {
							d.Answers.Set(l.Path, fmt.Sprint(secret))
							planted++
						}
					}
				}
				if planted == 0 {
					r.Skip("no B in this one")
				}
				doc, err := forms.Compile(f, d)
				if err != nil {
					r.Fatal(err)
				}
				for _, as := range []bool{false, true} {
					public, err := doc.Public(forms.PublicOptions{TotalAsDeclared: as})
					if err != nil {
						r.Fatal(err)
					}
					if found := tells(tree(t, public.JSON), float64(secret)); found != as {
						r.Fatalf("as declared %v: the private figure can be had is %v", as, found)
					}
				}
			})
		})
	}
}

// tells reports whether a figure, or the sum or difference of two, is the secret.
func tells(v map[string]any, secret float64) bool {
	figures := map[float64]bool{}
	patrimony := v["situacionPatrimonial"].(map[string]any)
	for _, key := range []string{"ingresos", "actividadAnualAnterior"} {
		each(patrimony[key], "", func(_, name string, in map[string]any) {
			if n, ok := in[name].(float64); ok {
				figures[n] = true
			}
		})
	}
	for a := range figures {
		for b := range figures {
			if a == secret || a+b == secret || math.Abs(a-b) == secret {
				return true
			}
		}
	}
	return false
}

// A result is what was put in it, and the document inside keeps its bytes.
func TestResult(t *testing.T) {
	f := forms.Lookup(forms.Modificacion, forms.Full)
	doc, err := forms.Compile(f, formstest.Example(f, 3))
	if err != nil {
		t.Fatal(err)
	}
	m := forms.Metadata{
		Actualizacion: time.Date(2026, 5, 31, 23, 59, 59, 0, time.FixedZone("centro", -6*3600)),
		Institucion:   `Municipio de "Ñáñez" <b>`, Tipo: forms.Modificacion, DeclaracionCompleta: true, ActualizacionConflictoInteres: true,
	}
	b := forms.Result("01JXYZ", m, doc)
	if !bytes.HasPrefix(b, []byte(`{"id":"01JXYZ","metadata":{"actualizacion":"2026-06-01T05:59:59Z","institucion":"Municipio de \"Ñáñez\" <b>","tipo":"MODIFICACIÓN","declaracionCompleta":true,"actualizacionConflictoInteres":true},"declaracion":{"situacionPatrimonial":{`)) {
		t.Errorf("the result begins %s", b[:200])
	}
	id, got, back, err := forms.ParseResult(b)
	if err != nil || id != "01JXYZ" || !got.Actualizacion.Equal(m.Actualizacion) || got.Institucion != m.Institucion ||
		got.Tipo != m.Tipo || !got.DeclaracionCompleta || !got.ActualizacionConflictoInteres || got.Level() != forms.Full {
		t.Fatalf("read back: %q %+v %v", id, got, err)
	}
	if back.Form != f || !bytes.Equal(back.JSON, doc.JSON) {
		t.Error("the document changed")
	}
	if again := forms.Result(id, got, back); !bytes.Equal(again, b) {
		t.Error("the result changed")
	}
	for _, bad := range []string{"", "{}", "[]", `{"metadata":{"tipo":"OTRA"},"declaracion":{}}`, `{"metadata":{"tipo":"INICIAL"}}`, string(b[:len(b)-1])} {
		if _, _, _, err := forms.ParseResult([]byte(bad)); err == nil {
			t.Errorf("%.40q was read", bad)
		}
	}
}

// Parse takes any bytes: it gives answers that can be written, or ErrDocument. What
// it accepted is stable after one turn.
func FuzzParse(f *testing.F) {
	form := forms.Lookup(forms.Modificacion, forms.Full)
	doc, err := forms.Compile(form, formstest.Example(form, 1))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(doc.JSON)
	f.Add([]byte(`{"situacionPatrimonial":{"ingresos":{"remuneracionAnualCargoPublico":{"valor":1e99,"moneda":null}}}}`))
	f.Add([]byte(`{"situacionPatrimonial":{"bienesInmuebles":{"ninguno":false,"bienInmueble":[null,1,{"titular":[[]],"domicilioMexico":{"calle":"\u0000"}}]}}}`))
	f.Add([]byte(`{"interes":[]} {}`))
	f.Add([]byte(strings.Repeat(`{"a":`, 5000)))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := forms.Parse(form, b)
		if err != nil {
			return
		}
		once := forms.Rewrite(form, a)
		if !json.Valid(once) {
			t.Fatalf("written: %s", once)
		}
		again, err := forms.Parse(form, once)
		if err != nil {
			t.Fatal(err)
		}
		if twice := forms.Rewrite(form, again); !bytes.Equal(once, twice) {
			t.Fatalf("once  %s\ntwice %s", once, twice)
		}
		public, err := forms.Document{Form: form, JSON: b}.Public(forms.PublicOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if twice, _ := public.Public(forms.PublicOptions{}); !bytes.Equal(public.JSON, twice.JSON) {
			t.Fatalf("public once  %s\npublic twice %s", public.JSON, twice.JSON)
		}
		d := &forms.Draft{Type: form.Type, Level: form.Level, Answers: a}
		forms.Derive(form, d)
		forms.Ready(form, d)
		for i := range form.Sections {
			forms.Warnings(form, d, form.Sections[i].Key)
			for _, l := range forms.Lines(form, a, form.Sections[i].Key) {
				forms.Show(plain{}, a, l)
			}
		}
	})
}
