package forms_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"declara/forms"
	"declara/forms/formstest"
)

func publishedOf(t *testing.T, f *forms.Form, seed int64) map[string]any {
	t.Helper()
	full, err := forms.Compile(f, formstest.Example(f, seed))
	if err != nil {
		t.Fatal(err)
	}
	open, err := full.Public(forms.PublicOptions{TotalAsDeclared: seed%2 == 0})
	if err != nil {
		t.Fatal(err)
	}
	b := forms.Result("ID", forms.Metadata{Actualizacion: time.Unix(0, 0), Institucion: "Valle", Tipo: f.Type, DeclaracionCompleta: f.Level == forms.Full}, open)
	if faults := forms.CheckPublic(b); len(faults) > 0 {
		t.Errorf("%v %v, seed %d: %v", f.Type, f.Level, seed, faults)
	}
	var v map[string]any
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// TestCheckPublic: what we publish is right by the table, and each way to break it is
// found where it is, by what it breaks.
func TestCheckPublic(t *testing.T) {
	for seed := range int64(6) {
		for _, ty := range forms.AllTypes {
			for _, l := range forms.AllLevels {
				publishedOf(t, forms.Lookup(ty, l), seed)
			}
		}
	}
	f := forms.Lookup(forms.Inicial, forms.Full)
	at := func(v map[string]any, path string) map[string]any {
		for _, name := range strings.Split(path, ".") {
			switch x := v[name].(type) {
			case map[string]any:
				v = x
			case []any:
				v = x[0].(map[string]any)
			default:
				t.Fatalf("%s is not there", path)
			}
		}
		return v
	}
	const general = "declaracion.situacionPatrimonial.datosGenerales"
	const post = "declaracion.situacionPatrimonial.datosEmpleoCargoComision"
	const study = "declaracion.situacionPatrimonial.datosCurricularesDeclarante.escolaridad"
	for name, c := range map[string]struct {
		in   string
		do   func(map[string]any)
		want forms.Fault
	}{
		"an unknown property":  {general, func(o map[string]any) { o["apodo"] = "x" }, forms.Fault{"datosGenerales.apodo", forms.FaultUnknown}},
		"a private one":        {general, func(o map[string]any) { o["curp"] = "PUFE800229HDFRCJ08" }, forms.Fault{"datosGenerales.curp", forms.FaultPrivate}},
		"a private section":    {"declaracion.situacionPatrimonial.datosPareja", func(o map[string]any) { o["nombre"] = "X" }, forms.Fault{"datosPareja.nombre", forms.FaultPrivate}},
		"a key of none":        {study, func(o map[string]any) { o["nivel"] = map[string]any{"clave": "XXX", "valor": "X"} }, forms.Fault{"datosCurricularesDeclarante.escolaridad[1].nivel", forms.FaultCatalogue}},
		"another text":         {study, func(o map[string]any) { o["nivel"].(map[string]any)["valor"] = "otra cosa" }, forms.Fault{"datosCurricularesDeclarante.escolaridad[1].nivel.valor", forms.FaultCatalogue}},
		"a name that is lost":  {general, func(o map[string]any) { delete(o, "nombre") }, forms.Fault{"datosGenerales.nombre", forms.FaultRequired}},
		"a number for a text":  {post, func(o map[string]any) { o["nombreEntePublico"] = 7 }, forms.Fault{"datosEmpleoCargoComision.nombreEntePublico", forms.FaultValue}},
		"an amount unfinished": {"declaracion.situacionPatrimonial.ingresos", func(o map[string]any) { delete(o["ingresoMensualNetoDeclarante"].(map[string]any), "moneda") }, forms.Fault{"ingresos.ingresoMensualNetoDeclarante.moneda", forms.FaultRequired}},
		"a date of another":    {post, func(o map[string]any) { o["fechaTomaPosesion"] = "31/12/2020" }, forms.Fault{"datosEmpleoCargoComision.fechaTomaPosesion", forms.FaultValue}},
		"a third half":         {"declaracion", func(o map[string]any) { o["otra"] = 1 }, forms.Fault{"otra", forms.FaultUnknown}},
		"a section that is no": {"declaracion.situacionPatrimonial", func(o map[string]any) { delete(o, "bienesInmuebles") }, forms.Fault{"bienesInmuebles", forms.FaultRequired}},
	} {
		v := publishedOf(t, f, 3)
		c.do(at(v, c.in))
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if faults := forms.CheckPublic(b); !slices.Contains(faults, c.want) {
			t.Errorf("%s: %v", name, faults)
		}
	}
	for _, b := range []string{"", "{}", `{"declaracion":[]}`, `{"metadata":{"tipo":"INICIAL"},"declaracion":7}`} {
		if faults := forms.CheckPublic([]byte(b)); len(faults) == 0 {
			t.Errorf("%q is right", b)
		}
	}
}

func FuzzCheckPublic(f *testing.F) {
	f.Add([]byte(`{"metadata":{"tipo":"INICIAL","declaracionCompleta":true},"declaracion":{"situacionPatrimonial":{"datosGenerales":{"nombre":[1]}},"interes":7}}`))
	f.Fuzz(func(t *testing.T, b []byte) { forms.CheckPublic(b) })
}

func BenchmarkCheckPublic(b *testing.B) {
	f := forms.Lookup(forms.Modificacion, forms.Full)
	full, err := forms.Compile(f, formstest.Example(f, 1))
	if err != nil {
		b.Fatal(err)
	}
	open, err := full.Public(forms.PublicOptions{})
	if err != nil {
		b.Fatal(err)
	}
	doc := forms.Result("ID", forms.Metadata{Tipo: f.Type, DeclaracionCompleta: true}, open)
	for b.Loop() {
		forms.CheckPublic(doc)
	}
}

// TestBring: what was declared stays, what was not worked out is, and a figure that its
// parts do not give is told and kept.
func TestBring(t *testing.T) {
	f := forms.Lookup(forms.Modificacion, forms.Full)
	d := formstest.Example(f, 5)
	want, err := forms.Compile(f, d)
	if err != nil {
		t.Fatal(err)
	}
	const total, study = "ingresos.ingresoAnualNetoDeclarante", "ingresos.totalIngresosAnualesNetos"
	a, err := forms.Parse(f, want.JSON)
	if err != nil {
		t.Fatal(err)
	}
	a.Set(total)
	again, problems := forms.Bring(f, &forms.Draft{Type: f.Type, Level: f.Level, Year: d.Year, Today: d.Today, Answers: a})
	if string(again.JSON) != string(want.JSON) {
		t.Errorf("it is another document: %v", problems)
	}
	a.Set(study, "1")
	again, problems = forms.Bring(f, &forms.Draft{Type: f.Type, Level: f.Level, Year: d.Year, Today: d.Today, Answers: a})
	if !slices.ContainsFunc(problems, func(p forms.Problem) bool { return p.Path == study && p.Code == forms.CodeDiffers }) || !strings.Contains(string(again.JSON), `"totalIngresosAnualesNetos":{"valor":1,`) {
		t.Errorf("a figure of its own: %v", problems)
	}
}
