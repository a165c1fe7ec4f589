package forms_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"declara/forms"
	"declara/forms/formstest"
)

// past is a filed inicial with two cars, an account, a debt and a job, by hand, so
// that each test below can tell what it expects of the year after.
func past(t *testing.T) forms.Document {
	t.Helper()
	f := forms.Lookup(forms.Inicial, forms.Full)
	d := formstest.Example(f, 11)
	for i := range f.Sections {
		if s := &f.Sections[i]; s.List != "" && s.Key != "datosCurricularesDeclarante" {
			d.Answers.Set(forms.Path(s.Key).Join("ninguno"), forms.Yes)
		}
	}
	set := func(p forms.Path, v ...string) { d.Answers.Set(p, v...) }
	for p := range d.Answers {
		if p.Section() == "ingresos" && strings.Count(string(p), ".") == 2 {
			delete(d.Answers, p) // the lists of other income
		}
	}
	set("datosPareja.ninguno", forms.Yes)
	set("datosGenerales.aclaracionesObservaciones", "Solo de este año")
	set("vehiculos.ninguno", forms.No)
	set("vehiculos.vehiculo", "one", "two")
	for _, id := range []string{"one", "two"} {
		car := forms.Path("vehiculos.vehiculo").Join(id)
		for name, v := range map[string]string{
			"tipoVehiculo": "AUMOT", "marca": "Nissan " + id, "modelo": "Versa", "anio": "2019", "numeroSerieRegistro": "3N1" + id,
			"titular": "DEC", "transmisor": "s", "transmisor.s.tipoPersona": "MORAL", "transmisor.s.nombreRazonSocial": "Autos Encinos, S.A. de C.V.",
			"transmisor.s.relacion": "NIN", "formaAdquisicion": "CPV", "formaPago": "CONTADO", "valorAdquisicion": "180,000",
			"fechaAdquisicion": "3 de marzo de 2019", "lugarRegistro.pais": "MX", "lugarRegistro.entidadFederativa": "20",
		} {
			set(car.Join(name), v)
		}
	}
	set("inversiones.ninguno", forms.No)
	set("inversiones.inversion", "acc")
	for name, v := range map[string]string{
		"tipoInversion": "BANC", "subTipoInversion": "CAHO", "titular": "DEC", "numeroCuentaContrato": "0123",
		"localizacionInversion.pais": "MX", "localizacionInversion.institucionRazonSocial": "Banco Ceiba", "saldoSituacionActual": "10,000",
	} {
		set(forms.Path("inversiones.inversion.acc").Join(name), v)
	}
	doc, err := forms.Compile(f, d)
	if err != nil {
		t.Fatalf("%v: %v", err, forms.Ready(f, d))
	}
	return doc
}

// nextYear is the modificación that follows, as it starts.
func nextYear(t *testing.T, given forms.Answers) (*forms.Form, *forms.Draft) {
	t.Helper()
	f := forms.Lookup(forms.Modificacion, forms.Full)
	d := &forms.Draft{Type: f.Type, Level: f.Level, Edition: f.Edition, Year: 2027, Today: "2027-05-10", Given: given}
	forms.Prefill(f, past(t), d)
	return f, d
}

func TestPrefill(t *testing.T) {
	f, d := nextYear(t, forms.Answers{"datosEmpleoCargoComision.areaAdscripcion": {"Contraloría"}})
	for p, want := range map[forms.Path]string{
		"vehiculos.ninguno":                                       forms.No,
		"vehiculos.vehiculo.i2.marca":                             "Nissan two",
		"vehiculos.vehiculo.i2.fechaAdquisicion":                  "2019-03-03",
		"vehiculos.vehiculo.i2.tipoOperacion":                     "SIN_CAMBIOS",
		"vehiculos.vehiculo.i1.transmisor.i1.nombreRazonSocial":   "Autos Encinos, S.A. de C.V.",
		"bienesInmuebles.ninguno":                                 forms.Yes,
		"inversiones.inversion.i1.saldoDiciembreAnterior":         "", // asked afresh
		"inversiones.inversion.i1.saldoSituacionActual":           "", // another type's
		"inversiones.inversion.i1.porcentajeIncrementoDecremento": "",
		"datosEmpleoCargoComision.areaAdscripcion":                "Contraloría", // human resources know better
		"datosGenerales.aclaracionesObservaciones":                "",
		"datosGenerales.servidorPublicoAnioAnterior":              "",
		"ingresos.remuneracionAnualCargoPublico":                  "",
	} {
		if got := d.Answers.Get(p); got != want {
			t.Errorf("%s is %q, want %q", p, got, want)
		}
	}
	if got := d.Before.Get("inversiones.inversion.i1.saldoDiciembreAnterior"); got != "10000" {
		t.Errorf("the balance before is %q, in the name of this declaration", got)
	}
	if got := d.Before.Get("ingresos.remuneracionAnualCargoPublico"); got != "" {
		t.Errorf("a monthly income stands as an annual one: %q", got)
	}
	if len(d.Confirmed) != 0 {
		t.Errorf("confirmed from the start: %v", d.Confirmed)
	}
	if d.Answers.Get("domicilioDeclarante.lugar") == "" {
		t.Error("the choice of place was not inferred")
	}
	d.Answers.Set("inversiones.inversion.i1.saldoDiciembreAnterior", "12,500")
	forms.Derive(f, d)
	if got := d.Answers.Get("inversiones.inversion.i1.porcentajeIncrementoDecremento"); got != "25" {
		t.Errorf("the balance moved by %q percent", got)
	}
	if got := d.Answers.Get("inversiones.inversion.i1.tipoOperacion"); got != "MODIFICAR" {
		t.Errorf("with another balance the account is %s", got)
	}
	unreadable := &forms.Draft{Type: f.Type, Answers: forms.Answers{"x": {"y"}}}
	forms.Prefill(f, forms.Document{Form: f, JSON: []byte("no")}, unreadable)
	if len(unreadable.Answers) != 1 || unreadable.Before != nil {
		t.Error("an unreadable past changed the draft")
	}
}

// The day of taking office is not the day of leaving it.
func TestPrefillOfConclusion(t *testing.T) {
	f := forms.Lookup(forms.Conclusion, forms.Full)
	d := &forms.Draft{Type: f.Type, Year: 2027, Today: "2027-05-10"}
	forms.Prefill(f, past(t), d)
	const day = "datosEmpleoCargoComision.fechaTomaPosesion"
	if d.Answers.Get(day) != "" || d.Before.Get(day) != "" {
		t.Errorf("the day of leaving is %q, before %q", d.Answers.Get(day), d.Before.Get(day))
	}
	if d.Before.Get("inversiones.inversion.i1.saldoFechaConclusion") != "10000" {
		t.Error("the balance before is lost")
	}
}

// A car was sold: it is declared as gone once, and is not in the year after.
func TestGoneIsToldOnce(t *testing.T) {
	f, d := nextYear(t, nil)
	const car = "vehiculos.vehiculo.i1"
	d.Baja[car] = true
	forms.Derive(f, d)
	if got := forms.CheckSection(f, d, "vehiculos"); !slices.Equal(got, []forms.Problem{{Path: car + ".motivoBaja", Code: forms.CodeRequired}}) {
		t.Errorf("gone, and why: %v", got)
	}
	d.Answers.Set(car+".motivoBaja", "VNT")
	if got := forms.CheckSection(f, d, "vehiculos"); len(got) != 0 {
		t.Errorf("gone: %v", got)
	}
	next := &forms.Draft{Type: f.Type, Year: 2028}
	forms.Prefill(f, forms.Document{Form: f, JSON: forms.Rewrite(f, d.Answers)}, next)
	if got := next.Answers.Items("vehiculos.vehiculo"); len(got) != 1 || next.Answers.Get("vehiculos.vehiculo.i2.marca") != "Nissan two" {
		t.Errorf("the year after there are %v", got)
	}
	if next.Before.Get("vehiculos.vehiculo.i1.marca") != "" {
		t.Error("what was gone already is still compared with")
	}
}

func TestStatus(t *testing.T) {
	f, d := nextYear(t, nil)
	is := func(key string, want forms.Status, when string) {
		t.Helper()
		forms.Derive(f, d)
		if got := forms.StatusOf(f, d, key); got != want {
			t.Errorf("%s: %s is %d, want %d", when, key, got, want)
		}
	}
	is("nowhere", forms.NotStarted, "a section that is not there")
	is("ingresos", forms.NotStarted, "with nothing but totals")
	is("vehiculos", forms.ToConfirm, "copied")
	is("bienesInmuebles", forms.ToConfirm, "copied ninguno")
	is("domicilioDeclarante", forms.ToConfirm, "copied page")
	is("datosGenerales", forms.InProgress, "copied, and a question is open")
	d.Confirmed["vehiculos"] = true
	is("vehiculos", forms.ToConfirm, "saved, no car seen")
	d.Confirmed["vehiculos.vehiculo.i1"] = true
	is("vehiculos", forms.ToConfirm, "saved, one car seen")
	d.Answers.Set("vehiculos.vehiculo.i2.valorAdquisicion", "190,000")
	is("vehiculos", forms.Done, "saved, one seen and one changed")
	d.Answers.Set("vehiculos.vehiculo.i2.valorAdquisicion", "1.9")
	is("vehiculos", forms.Review, "saved with a problem")
	d.Answers.Set("vehiculos.vehiculo.i2.valorAdquisicion", "180000")
	is("vehiculos", forms.ToConfirm, "changed back")
	d.Baja["vehiculos.vehiculo.i2"] = true
	d.Answers.Set("vehiculos.vehiculo.i2.motivoBaja", "SNT")
	is("vehiculos", forms.Done, "one seen and one gone")
	d.Answers.Set("vehiculos.ninguno", forms.Yes)
	is("vehiculos", forms.Review, "denied")
	d.Confirmed["inversiones"] = true
	is("inversiones", forms.ToConfirm, "a balance is open")
	d.Answers.Set("inversiones.inversion.i1.saldoDiciembreAnterior", "11000")
	is("inversiones", forms.Done, "the balance changed, which is seeing it")
	d.Answers.Set("inversiones.inversion.i1.saldoDiciembreAnterior", "10000")
	is("inversiones", forms.ToConfirm, "the same balance does not tell")
	d.Answers.Set("ingresos.remuneracionAnualCargoPublico", "x")
	is("ingresos", forms.InProgress, "begun")
	d.Answers.Set("ingresos.remuneracionAnualCargoPublico", "240,000")
	is("ingresos", forms.ToConfirm, "complete")
}

func TestReady(t *testing.T) {
	f, d := nextYear(t, nil)
	count := func(code string, under forms.Path) (n int) {
		for _, p := range forms.Ready(f, d) {
			if p.Code == code && p.Path.Under(under) {
				n++
			}
		}
		return n
	}
	if n := count(forms.CodeUnconfirmed, "vehiculos"); n != 3 {
		t.Errorf("%d things of the cars to confirm, not the section and two cars", n)
	}
	if _, err := forms.Compile(f, d); err == nil {
		t.Error("an unconfirmed draft compiles")
	}
	for i := range f.Sections {
		d.Confirmed[forms.Path(f.Sections[i].Key)] = true
		for _, id := range d.Answers.Items(forms.Path(f.Sections[i].Key).Join(f.Sections[i].List)) {
			d.Confirmed[forms.Path(f.Sections[i].Key).Join(f.Sections[i].List, id)] = true
		}
	}
	for p, v := range map[forms.Path]string{
		"datosGenerales.servidorPublicoAnioAnterior": forms.Yes, "datosEmpleoCargoComision.cuentaConOtroCargoPublico": forms.No,
		"ingresos.remuneracionAnualCargoPublico": "240,000", "inversiones.inversion.i1.saldoDiciembreAnterior": "0",
	} {
		if len(forms.Ready(f, d)) == 0 {
			t.Fatalf("ready before %s", p)
		}
		d.Answers.Set(p, v)
	}
	forms.Derive(f, d)
	if left := forms.Ready(f, d); len(left) > 0 {
		t.Errorf("still: %v", left)
	}
	if _, err := forms.Compile(f, d); err != nil {
		t.Error(err)
	}
}

func TestPropose(t *testing.T) {
	f, d := nextYear(t, nil)
	is := func(key forms.Path, want, when string) {
		t.Helper()
		if got := d.Answers.Get(key.Join("ninguno")); got != want {
			t.Errorf("%s: ninguno of %s is %q, want %q", when, key, got, want)
		}
	}
	d.Answers.Set("apoyos.ninguno")
	d.Confirmed["bienesMuebles"] = true
	forms.Propose(f, d, map[string]bool{"apoyos": false, "bienesInmuebles": true, "vehiculos": false, "bienesMuebles": true, "datosGenerales": false, "datosPareja": true})
	is("apoyos", forms.Yes, "does not apply")
	is("bienesInmuebles", forms.No, "applies now")
	is("vehiculos", forms.No, "there are cars, one by one")
	is("bienesMuebles", forms.Yes, "already saved")
	is("datosPareja", forms.No, "a partner")
	is("adeudos", forms.Yes, "not asked about")
	if d.Confirmed["apoyos"] {
		t.Error("a proposal is confirmed")
	}
	if d.Answers.Get("datosGenerales.ninguno") != "" {
		t.Error("a section without ninguno has one")
	}
}

func TestDiff(t *testing.T) {
	f, d := nextYear(t, nil)
	d.Answers.Set("vehiculos.vehiculo", "i1", "i2", "new")
	d.Answers.Set("vehiculos.vehiculo.new.marca", "Kia")
	d.Answers.Set("vehiculos.vehiculo.i2.valorAdquisicion", "$ 190,000")
	d.Answers.Set("datosGenerales.correoElectronico.personal", "otra@correo.example")
	d.Answers.Set("ingresos.remuneracionAnualCargoPublico", "1")
	d.Answers.Set("inversiones.inversion")
	forms.Derive(f, d)
	var got []string
	for _, c := range forms.Diff(f, d.Before, d.Answers) {
		if c.Section == "vehiculos" || c.Section == "datosGenerales" || c.Section == "inversiones" || strings.HasSuffix(string(c.Path), "remuneracionAnualCargoPublico") {
			got = append(got, fmt.Sprintf("%s %s %s>%s", c.Kind, c.Path, c.Before, c.After))
		}
	}
	want := []string{
		"cambio datosGenerales.correoElectronico.personal " + d.Before.Get("datosGenerales.correoElectronico.personal") + ">otra@correo.example",
		"nuevo ingresos.remuneracionAnualCargoPublico >1",
		"igual vehiculos.vehiculo.i1 >",
		"cambio vehiculos.vehiculo.i2 >",
		"cambio vehiculos.vehiculo.i2.valorAdquisicion 180000>190000",
		"nuevo vehiculos.vehiculo.new >",
		"baja inversiones.inversion.i1 >",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Two filed documents number their items each on its own; aligned, the difference
// is the same as in the draft that joined them.
func TestAlign(t *testing.T) {
	f, d := nextYear(t, nil)
	d.Baja["vehiculos.vehiculo.i1"] = true
	d.Answers.Set("vehiculos.vehiculo.i1.motivoBaja", "VNT")
	d.Answers.Set("vehiculos.vehiculo", "new", "i1", "i2")
	d.Answers.Set("vehiculos.vehiculo.new.marca", "Kia")
	forms.Derive(f, d)
	after, err := forms.Parse(f, forms.Rewrite(f, d.Answers))
	if err != nil {
		t.Fatal(err)
	}
	before, err := forms.Parse(f, forms.Rewrite(f, d.Before))
	if err != nil {
		t.Fatal(err)
	}
	kinds := func(of []forms.Change) (k []string) {
		for _, c := range of {
			if c.Section == "vehiculos" {
				k = append(k, c.Kind)
			}
		}
		return k
	}
	want := []string{forms.Added, forms.Gone, forms.Same}
	if got := kinds(forms.Diff(f, forms.Align(f, before, after), after)); !slices.Equal(got, want) {
		t.Errorf("aligned: %v, want %v", got, want)
	}
	if got := kinds(forms.Diff(f, before, after)); slices.Equal(got, want) {
		t.Error("it is the same without aligning, so this shows nothing")
	}
}

// A year in which nothing happened: every row is the same, whatever was declared.
func TestNothingHappened(t *testing.T) {
	everyForm(t, func(t *testing.T, f *forms.Form) {
		rapid.Check(t, func(r *rapid.T) {
			_, doc := compiled(r, f)
			d := &forms.Draft{Type: f.Type, Level: f.Level, Year: 2027, Event: "2027-02-01"}
			forms.Prefill(f, doc, d)
			for p, v := range d.Before {
				d.Answers[p] = v
			}
			forms.Derive(f, d)
			for _, c := range forms.Diff(f, d.Before, d.Answers) {
				x, _ := f.Field(c.Path)
				if c.Kind != forms.Same && x.Derive != "percentChange" {
					r.Fatalf("%s %s: %s>%s", c.Kind, c.Path, c.Before, c.After)
				}
			}
			for p, v := range d.Answers {
				if strings.HasSuffix(string(p), ".tipoOperacion") && v[0] != "SIN_CAMBIOS" && f.Live(d.Answers, p) {
					r.Fatalf("%s is %s", p, v[0])
				}
			}
		})
	})
}
