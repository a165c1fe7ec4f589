package forms

import (
	"maps"
	"testing"
)

// items sets the amounts of a list of income.
func earned(a Answers, group, list Path, amounts ...string) {
	at := group.Join(string(list))
	for i, n := range amounts {
		id := string(rune('a' + i))
		a[at] = append(a[at], id)
		a.Set(at.Join(id, "remuneracion"), n)
	}
}

func TestTotals(t *testing.T) {
	for _, c := range []struct {
		typ            Type
		level          Level
		section        Path
		i, ii, a, b, c string
		sales          bool
		wantII, wantA  string
		wantC          string
	}{
		{Inicial, Full, "ingresos", "remuneracionMensualCargoPublico", "otrosIngresosMensualesTotal", "ingresoMensualNetoDeclarante", "ingresoMensualNetoParejaDependiente", "totalIngresosMensualesNetos", false, "1111", "11111", "13111"},
		{Modificacion, Full, "ingresos", "remuneracionAnualCargoPublico", "otrosIngresosAnualesTotal", "ingresoAnualNetoDeclarante", "ingresoAnualNetoParejaDependiente", "totalIngresosAnualesNetos", true, "51111", "61111", "63111"},
		{Conclusion, Full, "ingresos", "remuneracionConclusionCargoPublico", "otrosIngresosConclusionTotal", "ingresoConclusionNetoDeclarante", "ingresoConclusionNetoParejaDependiente", "totalIngresosConclusionNetos", true, "51111", "61111", "63111"},
		{Inicial, Full, "actividadAnualAnterior", "remuneracionNetaCargoPublico", "otrosIngresosTotal", "ingresoNetoAnualDeclarante", "ingresoNetoAnualParejaDependiente", "totalIngresosNetosAnuales", true, "51111", "61111", "63111"},
		{Conclusion, Full, "actividadAnualAnterior", "remuneracionNetaCargoPublico", "otrosIngresosTotal", "ingresoNetoAnualDeclarante", "ingresoNetoAnualParejaDependiente", "totalIngresosNetosAnuales", true, "51111", "61111", "63111"},
		{Inicial, Simplified, "ingresos", "remuneracionMensualCargoPublico", "otrosIngresosMensualesTotal", "ingresoMensualNetoDeclarante", "ingresoMensualNetoParejaDependiente", "totalIngresosMensualesNetos", false, "1111", "11111", "11111"},
		{Conclusion, Simplified, "actividadAnualAnterior", "remuneracionNetaCargoPublico", "otrosIngresosTotal", "ingresoNetoAnualDeclarante", "ingresoNetoAnualParejaDependiente", "totalIngresosNetosAnuales", true, "51111", "61111", "61111"},
	} {
		f := Lookup(c.typ, c.level)
		a := Answers{
			"actividadAnualAnterior.servidorPublicoAnioAnterior": {Yes},
			c.section.Join(c.i): {"$ 10,000"}, c.section.Join(c.i, Currency): {"USD"}, c.section.Join(c.b): {"2 000"},
		}
		earned(a, c.section.Join("actividadIndustrialComercialEmpresarial"), "actividades", "1,000", "no amount")
		earned(a, c.section.Join("actividadFinanciera"), "actividades", "60", "40")
		earned(a, c.section.Join("serviciosProfesionales"), "servicios", "10.00")
		earned(a, c.section.Join("enajenacionBienes"), "bienes", "50,000")
		earned(a, c.section.Join("otrosIngresos"), "ingresos", "1")
		d := &Draft{Type: c.typ, Level: c.level, Answers: a}
		Derive(f, d)
		for name, want := range map[string]string{c.ii: c.wantII, c.a: c.wantA, c.c: c.wantC} {
			if got := a.Get(c.section.Join(name)); got != want {
				t.Errorf("%s %s %s: %s = %s, want %s", c.typ, c.level.Slug(), c.section, name, got, want)
			}
		}
		if got := a.Get(c.section.Join("actividadFinanciera", "remuneracionTotal")); got != "100" {
			t.Errorf("%s: the total of one group is %s", c.typ, got)
		}
		if a.Get(c.section.Join(c.i, Currency)) != "" {
			t.Errorf("%s: income in dollars", c.typ)
		}
		again := maps.Clone(a)
		Derive(f, d)
		if !maps.EqualFunc(again, a, func(x, y []string) bool { return x[0] == y[0] }) {
			t.Errorf("%s: deriving twice differs", c.typ)
		}
	}
}

// The five things that can happen to an item, and what the standard calls them.
func TestOperations(t *testing.T) {
	f := Lookup(Modificacion, Full)
	const cars Path = "vehiculos.vehiculo"
	car := func(a Answers, id, price string) {
		a[cars] = append(a[cars], id)
		a.Set(cars.Join(id, "marca"), "Nissan")
		a.Set(cars.Join(id, "valorAdquisicion"), price)
	}
	before, now := Answers{"vehiculos.ninguno": {No}}, Answers{}
	for _, id := range []string{"same", "respelled", "dearer", "sold", "sellersGone"} {
		car(before, id, "100000")
	}
	before[cars.Join("sellersGone", "transmisor")] = []string{"x"}
	car(now, "same", "100000")
	car(now, "respelled", "$ 100,000.00")
	car(now, "dearer", "100001")
	car(now, "sold", "100000")
	car(now, "sellersGone", "100000")
	car(now, "new", "100000")
	d := &Draft{Type: Modificacion, Answers: now, Before: before, Baja: map[Path]bool{cars.Join("sold"): true, cars.Join("new"): true}}
	Derive(f, d)
	for id, want := range map[string]string{"same": opSame, "respelled": opSame, "dearer": opChanged, "sold": opGone, "sellersGone": opChanged, "new": opAdded} {
		if got := now.Get(cars.Join(id, operated)); got != want {
			t.Errorf("%s is %s, want %s", id, got, want)
		}
	}
	if now.Get("vehiculos.ninguno") != No {
		t.Error("a section with items does not say that it has some")
	}
}

// Sections 4 and 6 have an operation of their own.
func TestOperationOfSections(t *testing.T) {
	f := Lookup(Modificacion, Full)
	const p, partner Path = "datosEmpleoCargoComision.tipoOperacion", "datosPareja.tipoOperacion"
	d := &Draft{Type: Modificacion, Answers: Answers{"datosEmpleoCargoComision.areaAdscripcion": {"Obras"}, "datosPareja.ninguno": {No}, "datosPareja.nombre": {"Ana"}}}
	Derive(f, d)
	if got := d.Answers.Get(p); got != opAdded {
		t.Errorf("without a past it is %s", got)
	}
	d.Before = Answers{"datosEmpleoCargoComision.areaAdscripcion": {" Obras "}, "datosEmpleoCargoComision.aclaracionesObservaciones": {"x"}, "datosPareja.ninguno": {Yes}, "datosPareja.nombre": {"Ana"}}
	Derive(f, d)
	if got := d.Answers.Get(p); got != opSame {
		t.Errorf("untouched it is %s", got)
	}
	if got := d.Answers.Get(partner); got != opAdded {
		t.Errorf("a partner after none is %s", got)
	}
	d.Answers.Set("datosEmpleoCargoComision.areaAdscripcion", "Catastro")
	d.Before.Set("datosPareja.ninguno", No)
	d.Baja = map[Path]bool{"datosPareja": true}
	Derive(f, d)
	if got := d.Answers.Get(p); got != opChanged {
		t.Errorf("edited it is %s", got)
	}
	if got := d.Answers.Get(partner); got != opGone {
		t.Errorf("a partner no more is %s", got)
	}
}

func TestPercentChange(t *testing.T) {
	f := Lookup(Modificacion, Full)
	const list, saldo Path = "inversiones.inversion", "saldoDiciembreAnterior"
	for _, c := range []struct {
		name, was, now string
		currency       string
		want           string
	}{
		{"up", "1000", "1,250", "", "25"},
		{"down", "1000", "900", "", "-10"},
		{"the same", "1000", "1000", "", "0"},
		{"rounded up", "1000", "1005", "", "1"},
		{"rounded down", "1000", "1004", "", "0"},
		{"rounded away from zero", "1000", "995", "", "-1"},
		{"more than doubled", "1000", "5000", "", "100"},
		{"emptied", "1000", "0", "", "-100"},
		{"nothing before", "0", "10", "", ""},
		{"new", "", "10", "", ""},
		{"not answered", "1000", "", "", ""},
		{"another currency", "1000", "900", "USD", ""},
		{"as large as amounts get", "1", "999999999999", "", "100"},
	} {
		a := Answers{"inversiones.ninguno": {No}, list: {"x"}, list.Join("x", "porcentajeIncrementoDecremento"): {"77"}}
		a.Set(list.Join("x", string(saldo)), c.now)
		a.Set(list.Join("x", string(saldo), Currency), c.currency)
		before := Answers{"inversiones.ninguno": {No}}
		if c.was != "" {
			before[list] = []string{"x"}
			before.Set(list.Join("x", string(saldo)), c.was)
		}
		Derive(f, &Draft{Type: Modificacion, Answers: a, Before: before})
		if got := a.Get(list.Join("x", "porcentajeIncrementoDecremento")); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// Two answers are computed only while their own condition holds.
func TestConditionalDerivations(t *testing.T) {
	f := Lookup(Inicial, Full)
	const house, debt Path = "bienesInmuebles.bienInmueble.h", "adeudos.adeudo.d"
	a := Answers{
		"bienesInmuebles.bienInmueble": {"h"}, house.Join("titular"): {"DEC"}, house.Join("porcentajePropiedad"): {"40"},
		"adeudos.adeudo": {"d"}, debt.Join("tipoAdeudo"): {"PRPE"},
	}
	share, account := house.Join("porcentajePropiedad"), debt.Join("numeroCuentaContrato")
	d := &Draft{Type: Inicial, Answers: a}
	Derive(f, d)
	if a.Get(share) != "100" || !f.Computed(a, share) {
		t.Errorf("a sole owner has %s, computed %v", a.Get(share), f.Computed(a, share))
	}
	if a.Get(account) != "NO APLICA" || !f.Computed(a, account) {
		t.Errorf("a loan between persons has %q", a.Get(account))
	}
	a[house.Join("titular")] = []string{"DEC", "CYG"}
	a.Set(share, "40")
	a.Set(debt.Join("tipoAdeudo"), "CHIP")
	Derive(f, d)
	if a.Get(share) != "40" || f.Computed(a, share) {
		t.Errorf("a co-owner has %s, computed %v", a.Get(share), f.Computed(a, share))
	}
	if a.Get(account) != "" || f.Computed(a, account) {
		t.Errorf("a mortgage has %q", a.Get(account))
	}
	if f.Computed(a, house.Join("titular")) || !f.Computed(a, house.Join("tipoOperacion")) || f.Computed(a, "nowhere.x") {
		t.Error("what is always and what is never computed are not told apart")
	}
}

// What human resources gave stands, whatever was typed over it.
func TestGivenStands(t *testing.T) {
	f := Lookup(Inicial, Simplified)
	d := &Draft{Type: Inicial, Level: Simplified, Given: Answers{takenOver: {"2026-02-16"}}}
	Derive(f, d)
	d.Answers.Set(takenOver, "2020-01-01")
	Derive(f, d)
	if got := d.Answers.Get(takenOver); got != "2026-02-16" {
		t.Errorf("the day is %s", got)
	}
}
