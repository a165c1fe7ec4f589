package forms

import "testing"

func TestDigits(t *testing.T) {
	try(t, digits(inGeneral), []situation{
		{name: "good", set: Answers{"datosGenerales.curp": {"pegl 890909 mjcrms 08"}, "datosGenerales.rfc.rfc": {"GODE561231"}, "datosGenerales.rfc.homoClave": {"GR8"}}},
		{name: "bad", set: Answers{"datosGenerales.curp": {"PEGL890909MJCRMS09"}, "datosGenerales.rfc.rfc": {"GODE561231"}, "datosGenerales.rfc.homoClave": {"GR9"}},
			want: []Problem{{Path: "datosGenerales.curp", Code: WarnCURPDigit}, {Path: "datosGenerales.rfc.homoClave", Code: WarnRFCDigit}}},
		{name: "half", set: Answers{"datosGenerales.rfc.homoClave": {"GR9"}}},
	})
	try(t, digits(inPartner), []situation{
		{name: "one of the SAT's own", set: Answers{"datosPareja.ninguno": {No}, "datosPareja.rfc": {"VACE460910SX6"}}, want: []Problem{{Path: "datosPareja.rfc", Code: WarnRFCDigit}}},
		{name: "generic", set: Answers{"datosPareja.ninguno": {No}, "datosPareja.rfc": {"XEXX010101000"}}},
	})
}

func TestBirths(t *testing.T) {
	try(t, ownBirth, []situation{
		{name: "same", set: Answers{"datosGenerales.curp": {"PUFE800229HDFRCJ08"}, "datosGenerales.rfc.rfc": {"PUFE800229"}}},
		{name: "differ", set: Answers{"datosGenerales.curp": {"PUFE800229HDFRCJ08"}, "datosGenerales.rfc.rfc": {"PUFE800228"}}, want: []Problem{{"datosGenerales.rfc.rfc", WarnBirth, "800228"}}},
		{name: "one alone", set: Answers{"datosGenerales.rfc.rfc": {"PUFE800228"}}},
	})
	try(t, partnerBirth, []situation{
		{name: "all differ", set: Answers{"datosPareja.ninguno": {No}, "datosPareja.ciudadanoExtranjero": {No}, "datosPareja.curp": {"PUFE800229HDFRCJ08"}, "datosPareja.rfc": {"PUFE800228M93"}, "datosPareja.fechaNacimiento": {"1980-02-27"}},
			want: []Problem{{"datosPareja.curp", WarnBirth, "1980-02-29"}}},
		{name: "RFC against the day alone", set: Answers{"datosPareja.ninguno": {No}, "datosPareja.rfc": {"PUFE800228M93"}, "datosPareja.fechaNacimiento": {"1980-02-27"}},
			want: []Problem{{"datosPareja.rfc", WarnBirth, "800228"}}},
		{name: "a foreigner's generic RFC", set: Answers{"datosPareja.ninguno": {No}, "datosPareja.rfc": {"XEXX010101000"}, "datosPareja.fechaNacimiento": {"1980-02-27"}}},
	})
	const at Path = "datosDependienteEconomico.dependienteEconomico"
	try(t, dependentBirth, []situation{{name: "a child", set: Answers{"datosDependienteEconomico.ninguno": {No}, at: {"a"}, at + ".a.extranjero": {No}, at + ".a.curp": {"PUFE040229MVZRCJA9"}, at + ".a.fechaNacimiento": {"2004-03-01"}},
		want: []Problem{{at + ".a.curp", WarnBirth, "2004-02-29"}}}})
}

func TestEventDay(t *testing.T) {
	event := func(d *Draft) { d.Event = "2026-02-16" }
	try(t, eventDay, []situation{
		{name: "the day", typ: Inicial, edit: event, set: Answers{takenOver: {"16/2/2026"}}},
		{name: "another", typ: Conclusion, edit: event, set: Answers{takenOver: {"17/2/2026"}}, want: []Problem{{takenOver, WarnEvent, "2026-02-16"}}},
		{name: "a modificación has no event", typ: Modificacion, edit: event, set: Answers{takenOver: {"17/2/2020"}}},
	})
}

func TestPartnerExpected(t *testing.T) {
	with := func(status, none, relation string) Answers {
		a := Answers{"datosGenerales.situacionPersonalEstadoCivil": {status}, "datosPareja.ninguno": {none}}
		a.Set("datosPareja.relacionConDeclarante", relation)
		return a
	}
	try(t, partnerExpected, []situation{
		{name: "married with spouse", set: with("CAS", No, "CONYUGE")},
		{name: "single without", set: with("SOL", Yes, "")},
		{name: "married without", set: with("CAS", Yes, ""), want: []Problem{{Path: "datosPareja.ninguno", Code: WarnPartner}}},
		{name: "single with", set: with("SOL", No, "CONYUGE"), want: []Problem{{Path: "datosPareja.relacionConDeclarante", Code: WarnNoPartner}}},
		{name: "married with another kind", set: with("CAS", No, "SOCIEDAD_DE_CONVIVENCIA"), want: []Problem{{Path: "datosPareja.relacionConDeclarante", Code: WarnRelation}}},
		{name: "what was typed before ninguno does not count", set: with("SOL", Yes, "CONYUGE")},
	})
}

func TestFamilyIncome(t *testing.T) {
	const b Path = "ingresos.ingresoAnualNetoParejaDependiente"
	earns := func(income string) Answers {
		a := Answers{"datosPareja.ninguno": {No}, "datosPareja.actividadLaboral": {"PUB"}, "datosPareja.actividadLaboralSectorPublico.salarioMensualNeto": {"9,000"}}
		a.Set(b, income)
		return a
	}
	child := Answers{"datosDependienteEconomico.ninguno": {No}, "datosDependienteEconomico.dependienteEconomico": {"a"},
		"datosDependienteEconomico.dependienteEconomico.a.actividadLaboral": {"PRI"}, "datosDependienteEconomico.dependienteEconomico.a.actividadLaboralSectorPrivadoOtro.salarioMensualNeto": {"1"}}
	want := []Problem{{Path: b, Code: WarnFamilyIncome}}
	try(t, familyIncome(inIncome), []situation{
		{name: "told", set: earns("108000")},
		{name: "zero", set: earns("0"), want: want},
		{name: "left open", set: earns(""), want: want},
		{name: "a dependant", set: child, want: want},
		{name: "nobody earns", set: Answers{"datosPareja.ninguno": {No}, "datosPareja.actividadLaboral": {"NIN"}}},
	})
}

func TestIncomeMoved(t *testing.T) {
	const a Path = "ingresos.ingresoAnualNetoDeclarante"
	told := func(n string) Answers { return Answers{a: {n}, "ingresos.remuneracionAnualCargoPublico": {n}} }
	waits := told("60")
	waits["ingresos.serviciosProfesionales.servicios"] = []string{"i"}
	try(t, incomeMoved(inIncome), []situation{
		{name: "little", set: told("130"), before: Answers{a: {"100"}}},
		{name: "more", set: told("131"), before: Answers{a: {"100"}}, want: []Problem{{a, WarnIncomeUp, "31"}}},
		{name: "less", set: told("60"), before: Answers{a: {"100"}}, want: []Problem{{a, WarnIncomeDown, "40"}}},
		{name: "nothing told yet", set: Answers{a: {"0"}}, before: Answers{a: {"100"}}},
		{name: "an income without its amount", set: waits, before: Answers{a: {"100"}}},
		{name: "nothing before", set: told("60")},
		{name: "zero before", set: told("60"), before: Answers{a: {"0"}}},
		{name: "monthly before is another figure", set: told("60000"), before: Answers{"ingresos.ingresoMensualNetoDeclarante": {"1"}}},
	})
}

func TestSoldIncome(t *testing.T) {
	sold := func(reason string, more Answers) Answers {
		a := asset("vehiculos", "vehiculo", map[string]string{"tipoOperacion": "BAJA", "motivoBaja": reason})
		for p, v := range more {
			a[p] = v
		}
		return a
	}
	sale := Answers{"ingresos.enajenacionBienes.bienes": {"x"}, "ingresos.enajenacionBienes.bienes.x.tipoBienEnajenado": {"VEHICULO"}}
	other := Answers{"ingresos.enajenacionBienes.bienes": {"x"}, "ingresos.enajenacionBienes.bienes.x.tipoBienEnajenado": {"INMUEBLE"}}
	want := []Problem{{Path: "vehiculos.vehiculo.a", Code: WarnSale}}
	try(t, soldIncome(inVehicles), []situation{
		{name: "sold", set: sold("VNT", nil), want: want},
		{name: "sold, a house's income", set: sold("VNT", other), want: want},
		{name: "sold, and told", set: sold("VNT", sale)},
		{name: "given away", set: sold("DNC", nil)},
		{name: "an inicial has no sales", typ: Inicial, set: sold("VNT", nil)},
	})
}

func TestCreditDebt(t *testing.T) {
	bought := func(day string, more Answers) Answers {
		a := asset("vehiculos", "vehiculo", map[string]string{"tipoOperacion": "AGREGAR", "formaPago": "CRÉDITO", "fechaAdquisicion": day})
		for p, v := range more {
			a[p] = v
		}
		return a
	}
	debt := func(day string) Answers {
		return Answers{"adeudos.ninguno": {No}, "adeudos.adeudo": {"d"}, "adeudos.adeudo.d.fechaAdquisicion": {day}}
	}
	want := []Problem{{Path: "vehiculos.vehiculo.a.formaPago", Code: WarnCredit}}
	try(t, creditDebt(inVehicles), []situation{
		{name: "no debt", set: bought("2025-03-03", Answers{"adeudos.ninguno": {Yes}}), want: want},
		{name: "an older debt", set: bought("2025-03-03", debt("2019-01-01")), want: want},
		{name: "its debt", set: bought("2025-03-03", debt("2025-01-01"))},
		{name: "debts not answered yet", set: bought("2025-03-03", nil)},
		{name: "bought long ago", set: bought("2015-03-03", Answers{"adeudos.ninguno": {Yes}})},
	})
}

func TestNoBalance(t *testing.T) {
	owed := func(n, operation string) Answers {
		return Answers{"adeudos.ninguno": {No}, "adeudos.adeudo": {"d"}, "adeudos.adeudo.d.saldoInsolutoDiciembreAnterior": {n}, "adeudos.adeudo.d.tipoOperacion": {operation}}
	}
	try(t, noBalance, []situation{
		{name: "some", set: owed("1", "MODIFICAR")},
		{name: "none", set: owed("0", "SIN_CAMBIOS"), want: []Problem{{Path: "adeudos.adeudo.d.saldoInsolutoDiciembreAnterior", Code: WarnNoBalance}}},
		{name: "paid off and gone", set: owed("0", "BAJA")},
	})
}

func TestThresholds(t *testing.T) {
	movable := func(n string) Answers {
		return asset("bienesMuebles", "bienMueble", map[string]string{"valorAdquisicion": n})
	}
	const at Path = "bienesMuebles.bienMueble.a.valorAdquisicion"
	dollars := movable("1")
	dollars.Set(at.Join(Currency), "USD")
	// 1,200 daily UMA of 117.31 pesos are 140,772; 250 are 29,327.50.
	try(t, lowMovables, []situation{
		{name: "below", set: movable("140,772"), want: []Problem{{at, WarnBelow, "140,772"}}},
		{name: "above", set: movable("140,773")},
		{name: "another currency cannot be told", set: dollars},
		{name: "UMA unknown", set: movable("1"), edit: func(d *Draft) { d.UMA = 0 }},
	})
	client := func(n string) Answers {
		return Answers{"clientesPrincipales.ninguno": {No}, "clientesPrincipales.cliente": {"a"}, "clientesPrincipales.cliente.a.realizaActividadLucrativa": {Yes}, "clientesPrincipales.cliente.a.montoAproximadoGanancia": {n}}
	}
	try(t, lowClients, []situation{
		{name: "below", set: client("29327"), want: []Problem{{"clientesPrincipales.cliente.a.montoAproximadoGanancia", WarnBelow, "29,327"}}},
		{name: "above", set: client("29328")},
	})
}

func TestHouseLand(t *testing.T) {
	house := func(kind, land string) Answers {
		return asset("bienesInmuebles", "bienInmueble", map[string]string{"tipoInmueble": kind, "superficieTerreno.valor": land})
	}
	try(t, houseLand, []situation{
		{name: "a house without", set: house("CASA", "0"), want: []Problem{{Path: "bienesInmuebles.bienInmueble.a.superficieTerreno.valor", Code: WarnLand}}},
		{name: "a house with", set: house("CASA", "90")},
		{name: "a flat without", set: house("DPTO", "0")},
	})
}

func TestShareFits(t *testing.T) {
	const at Path = "bienesInmuebles.bienInmueble.a.porcentajePropiedad"
	held := func(share string, holders ...string) Answers {
		a := asset("bienesInmuebles", "bienInmueble", map[string]string{"porcentajePropiedad": share})
		a["bienesInmuebles.bienInmueble.a.titular"] = holders
		return a
	}
	want := []Problem{{Path: at, Code: WarnShare}}
	try(t, shareFits, []situation{
		{name: "sole", set: held("100", "DEC")},
		{name: "half", set: held("50", "DEC", "CYG")},
		{name: "all of what is shared", set: held("100", "DEC", "CYG"), want: want},
		{name: "a share without holding", set: held("50", "CYG"), want: want},
		{name: "the spouse's", set: held("0", "CYG")},
		{name: "holding nothing", set: held("0", "DEC", "CYG"), want: want},
		{name: "holders unknown", set: held("50")},
	})
}

func TestHoldersKnown(t *testing.T) {
	const at Path = "vehiculos.vehiculo.a.titular"
	held := func(holder, none, relation, dependents string) Answers {
		a := asset("vehiculos", "vehiculo", nil)
		a[at] = []string{"DEC", holder}
		a.Set("datosPareja.ninguno", none)
		a.Set("datosPareja.relacionConDeclarante", relation)
		a.Set("datosDependienteEconomico.ninguno", dependents)
		return a
	}
	partner, family := []Problem{{Path: at, Code: WarnHolderPartner}}, []Problem{{Path: at, Code: WarnHolderFamily}}
	try(t, holdersKnown(inVehicles), []situation{
		{name: "the spouse", set: held("CYG", No, "CONYUGE", "")},
		{name: "a spouse that is not declared", set: held("CYG", Yes, "", ""), want: partner},
		{name: "a spouse declared otherwise", set: held("CYG", No, "SOCIEDAD_DE_CONVIVENCIA", ""), want: partner},
		{name: "section 6 not answered yet", set: held("CYG", "", "", "")},
		{name: "dependant", set: held("DEN", "", "", No)},
		{name: "dependant that is not declared", set: held("DEN", "", "", Yes), want: family},
	})
}

func TestWithinPeriod(t *testing.T) {
	const at Path = "vehiculos.vehiculo.a.fechaAdquisicion"
	bought := func(day string) Answers {
		return asset("vehiculos", "vehiculo", map[string]string{"fechaAdquisicion": day})
	}
	event := func(d *Draft) { d.Event = "2026-02-16" }
	try(t, withinPeriod(inVehicles), []situation{
		{name: "last day", set: bought("2025-12-31")},
		{name: "this year", set: bought("2026-01-01"), want: []Problem{{at, WarnPeriod, "2025-12-31"}}},
		{name: "before leaving", typ: Conclusion, edit: event, set: bought("2026-02-16")},
		{name: "after leaving", typ: Conclusion, edit: event, set: bought("2026-02-17"), want: []Problem{{at, WarnPeriod, "2026-02-16"}}},
		{name: "day unknown", typ: Conclusion, set: bought("2026-02-17")},
	})
}

// Soft warnings are asked once: what was accepted is not shown again.
func TestAcceptedWarnings(t *testing.T) {
	f := Lookup(Inicial, Full)
	d := &Draft{Type: Inicial, Answers: Answers{"datosGenerales.curp": {"PEGL890909MJCRMS09"}}}
	open := Warnings(f, d, inGeneral)
	if len(open) != 1 || open[0].Code != WarnCURPDigit {
		t.Fatalf("warnings: %v", open)
	}
	d.Accepted = map[string]bool{open[0].Key(): true}
	if open := Warnings(f, d, inGeneral); len(open) != 0 {
		t.Errorf("accepted, and still: %v", open)
	}
	if Warnings(f, d, "nowhere") != nil {
		t.Error("a section that is not there warns")
	}
}
