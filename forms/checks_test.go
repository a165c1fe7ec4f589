package forms

import (
	"slices"
	"testing"
)

// situation is a draft of some type for one rule, and what the rule says of it.
type situation struct {
	name   string
	typ    Type
	set    Answers
	before Answers
	edit   func(*Draft)
	want   []Problem
}

// try runs one rule between fields over situations.
func try(t *testing.T, rule func(facts, report), of []situation) {
	t.Helper()
	for _, s := range of {
		if s.typ == 0 {
			s.typ = Modificacion
		}
		d := &Draft{Type: s.typ, Level: Full, Year: 2026, Today: "2026-05-20", UMA: 11731, Answers: s.set, Before: s.before, Baja: map[Path]bool{}}
		if s.edit != nil {
			s.edit(d)
		}
		var got []Problem
		rule(facts{Lookup(s.typ, Full), d}, func(p Problem) { got = append(got, p) })
		if !slices.Equal(got, s.want) {
			t.Errorf("%s: %v, want %v", s.name, got, s.want)
		}
	}
}

// plainly makes a rule of a Check for try.
func plainly(check func(*Form, *Draft, func(Problem))) func(facts, report) {
	return func(x facts, r report) { check(x.f, x.d, r) }
}

func TestNotDenied(t *testing.T) {
	before := Answers{"vehiculos.vehiculo": {"i1", "i2"}}
	try(t, plainly(notDenied(inVehicles)), []situation{
		{name: "nothing before", set: Answers{"vehiculos.ninguno": {Yes}}},
		{name: "denied", set: Answers{"vehiculos.ninguno": {Yes}}, before: before, want: []Problem{{"vehiculos.ninguno", CodeCopied, "2"}}},
		{name: "not denied", set: Answers{"vehiculos.ninguno": {No}}, before: before},
	})
}

func TestRFCOfKind(t *testing.T) {
	item := func(kind, rfc string) Answers {
		return Answers{
			"vehiculos.ninguno": {No}, "vehiculos.vehiculo": {"a"}, "vehiculos.vehiculo.a.transmisor": {"b"},
			"vehiculos.vehiculo.a.transmisor.b.tipoPersona": {kind}, "vehiculos.vehiculo.a.transmisor.b.rfc": {rfc},
		}
	}
	const at Path = "vehiculos.vehiculo.a.transmisor.b.rfc"
	try(t, plainly(rfcOfKind(inVehicles)), []situation{
		{name: "a person's", set: item("FISICA", "GODE561231GR8")},
		{name: "a company's", set: item("MORAL", "SAT970701NN3")},
		{name: "a company's for a person", set: item("FISICA", "SAT970701NN3"), want: []Problem{{Path: at, Code: CodeRFCPerson}}},
		{name: "a person's for a company", set: item("MORAL", "gode561231gr8"), want: []Problem{{Path: at, Code: CodeRFCCompany}}},
		{name: "not an RFC at all is another problem", set: item("MORAL", "x")},
		{name: "kind unknown", set: item("", "GODE561231GR8")},
	})
	try(t, plainly(rfcOfKind("prestamoOComodato")), []situation{{
		name: "the owner of what is lent",
		set: Answers{"prestamoOComodato.ninguno": {No}, "prestamoOComodato.prestamo": {"a"},
			"prestamoOComodato.prestamo.a.duenoTitular.tipoDuenoTitular": {"MORAL"}, "prestamoOComodato.prestamo.a.duenoTitular.rfc": {"GODE561231GR8"}},
		want: []Problem{{Path: "prestamoOComodato.prestamo.a.duenoTitular.rfc", Code: CodeRFCCompany}},
	}})
}

func TestJobsInOrder(t *testing.T) {
	job := func(from, to string) Answers {
		return Answers{"experienciaLaboral.ninguno": {No}, "experienciaLaboral.experiencia": {"a"},
			"experienciaLaboral.experiencia.a.fechaIngreso": {from}, "experienciaLaboral.experiencia.a.fechaEgreso": {to}}
	}
	try(t, jobsInOrder, []situation{
		{name: "in order", set: job("1/2/2020", "1/3/2020")},
		{name: "the same day", set: job("1/2/2020", "2020-02-01")},
		{name: "still there", set: Answers{"experienciaLaboral.ninguno": {No}, "experienciaLaboral.experiencia": {"a"}, "experienciaLaboral.experiencia.a.fechaIngreso": {"1/2/2020"}}},
		{name: "unreadable is another problem", set: job("1/2/2020", "ayer")},
		{name: "the wrong way", set: job("2 marzo 2020", "1/2/2020"), want: []Problem{{"experienciaLaboral.experiencia.a.fechaEgreso", CodeOrder, "2020-03-02"}}},
	})
}

func TestWorkAfterBirth(t *testing.T) {
	try(t, partnerWork, []situation{
		{name: "before birth", want: []Problem{{"datosPareja.actividadLaboralSectorPublico.fechaIngreso", CodeOrder, "1990-05-05"}},
			set: Answers{"datosPareja.ninguno": {No}, "datosPareja.fechaNacimiento": {"1990-05-05"}, "datosPareja.actividadLaboral": {"PUB"}, "datosPareja.actividadLaboralSectorPublico.fechaIngreso": {"1989-01-01"}}},
		{name: "a job no longer asked",
			set: Answers{"datosPareja.ninguno": {No}, "datosPareja.fechaNacimiento": {"1990-05-05"}, "datosPareja.actividadLaboral": {"NIN"}, "datosPareja.actividadLaboralSectorPublico.fechaIngreso": {"1989-01-01"}}},
	})
	try(t, dependentWork, []situation{
		{name: "before birth", want: []Problem{{"datosDependienteEconomico.dependienteEconomico.a.actividadLaboralSectorPrivadoOtro.fechaIngreso", CodeOrder, "1990-05-05"}},
			set: Answers{"datosDependienteEconomico.ninguno": {No}, "datosDependienteEconomico.dependienteEconomico": {"a"},
				"datosDependienteEconomico.dependienteEconomico.a.fechaNacimiento":                                {"1990-05-05"},
				"datosDependienteEconomico.dependienteEconomico.a.actividadLaboral":                               {"PRI"},
				"datosDependienteEconomico.dependienteEconomico.a.actividadLaboralSectorPrivadoOtro.fechaIngreso": {"1989-01-01"}}},
	})
}

func TestServedLastYear(t *testing.T) {
	served := func(from, to string) Answers {
		return Answers{"actividadAnualAnterior.servidorPublicoAnioAnterior": {Yes}, "actividadAnualAnterior.fechaIngreso": {from}, "actividadAnualAnterior.fechaConclusion": {to}}
	}
	event := func(d *Draft) { d.Event = "2026-03-02" }
	try(t, servedLastYear, []situation{
		{name: "in it", typ: Inicial, edit: event, set: served("2019-01-01", "2025-12-31")},
		{name: "long before", typ: Inicial, edit: event, set: served("2019-01-01", "2024-12-31"), want: []Problem{{"actividadAnualAnterior.fechaConclusion", CodeLastYear, "2025"}}},
		{name: "due in the year after the event", typ: Inicial, edit: func(d *Draft) { d.Event, d.Year = "2026-11-15", 2027 }, set: served("2025-01-01", "2025-02-01")},
		{name: "the wrong way", typ: Conclusion, edit: event, set: served("2025-05-01", "2025-04-01"), want: []Problem{{"actividadAnualAnterior.fechaConclusion", CodeOrder, "2025-05-01"}}},
		{name: "did not serve", typ: Inicial, set: Answers{"actividadAnualAnterior.servidorPublicoAnioAnterior": {No}, "actividadAnualAnterior.fechaConclusion": {"2001-01-01"}}},
	})
}

// asset is one item of section 10, 11 or 12.
func asset(key, list string, answers map[string]string) Answers {
	at := Path(key).Join(list)
	a := Answers{Path(key).Join("ninguno"): {No}, at: {"a"}}
	for name, v := range answers {
		a.Set(at.Join("a", name), v)
	}
	return a
}

func TestPaymentFits(t *testing.T) {
	const at Path = "bienesMuebles.bienMueble.a.formaPago"
	got := func(how, paid string) Answers {
		return asset("bienesMuebles", "bienMueble", map[string]string{"formaAdquisicion": how, "formaPago": paid})
	}
	try(t, paymentFits(inMovables), []situation{
		{name: "bought", set: got("CPV", "CONTADO")},
		{name: "bought and not paid", set: got("CPV", "NO APLICA"), want: []Problem{{Path: at, Code: CodePaid}}},
		{name: "given", set: got("DNC", "NO APLICA")},
		{name: "given and paid", set: got("DNC", "CONTADO"), want: []Problem{{at, CodePayment, "NO APLICA"}}},
		{name: "inherited on credit", set: got("HRN", "CRÉDITO"), want: []Problem{{at, CodePayment, "NO APLICA"}}},
		{name: "won and paid", set: got("RST", "CONTADO"), want: []Problem{{at, CodePayment, "NO APLICA"}}},
		{name: "a sentence may be either", set: got("STC", "NO APLICA")},
		{name: "a cession may be either", set: got("CSN", "CONTADO")},
		{name: "not answered", set: got("DNC", "")},
	})
}

func TestHoldersFit(t *testing.T) {
	const at Path = "adeudos.adeudo.a.titular"
	held := func(keys ...string) Answers {
		return Answers{"adeudos.ninguno": {No}, "adeudos.adeudo": {"a"}, at: keys}
	}
	try(t, holdersFit(inDebts), []situation{
		{name: "alone", set: held("DEC")},
		{name: "with spouse and third parties", set: held("DEC", "CYG", "CTER")},
		{name: "dependant alone", set: held("DEN")},
		{name: "spouse and concubine", set: held("DEC", "CYG", "CBN"), want: []Problem{{Path: at, Code: CodeOwners}}},
		{name: "third parties alone", set: held("CTER"), want: []Problem{{Path: at, Code: CodeOwners}}},
		{name: "nobody", set: held()},
	})
}
