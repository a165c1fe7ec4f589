package forms

import "strconv"

// This file has the rules between fields that stop filing. What only decides
// whether a question is asked stands as a condition in the tables instead.

// report takes one problem.
type report = func(Problem)

// Sections that several rules name.
const (
	inGeneral     = "datosGenerales"
	inEmployment  = "datosEmpleoCargoComision"
	inExperience  = "experienciaLaboral"
	inPartner     = "datosPareja"
	inDependents  = "datosDependienteEconomico"
	inIncome      = "ingresos"
	inLastYear    = "actividadAnualAnterior"
	inRealEstate  = "bienesInmuebles"
	inVehicles    = "vehiculos"
	inMovables    = "bienesMuebles"
	inInvestments = "inversiones"
	inDebts       = "adeudos"
	inClients     = "clientesPrincipales"
)

// checksOf are the rules between the fields of a section.
func checksOf(key string) []Check {
	checks := []Check{
		{"what was declared before is not denied", notDenied(key)},
		{"the RFC is of that kind of person", rfcOfKind(key)},
	}
	add := func(name string, rule func(facts, report)) {
		checks = append(checks, Check{name, func(f *Form, d *Draft, r func(Problem)) { rule(facts{f, d}, r) }})
	}
	switch key {
	case inExperience:
		add("a job ends after it begins", jobsInOrder)
	case inPartner:
		add("work begins after birth", partnerWork)
	case inDependents:
		add("work begins after birth", dependentWork)
	case inLastYear:
		add("time served lies in the year before", servedLastYear)
	case inRealEstate, inVehicles, inMovables:
		add("the way of paying fits the way of acquiring", paymentFits(key))
		add("holders can be together", holdersFit(key))
	case inInvestments, inDebts:
		add("holders can be together", holdersFit(key))
	}
	return checks
}

// notDenied: a section cannot say that there is nothing while the previous
// declaration has items in it. They were sold or lost, or they are still there;
// one by one, the person has to say which (rules of the standard, section 7).
func notDenied(key string) func(*Form, *Draft, func(Problem)) {
	return func(f *Form, d *Draft, r func(Problem)) {
		s := f.Section(key)
		if s == nil || s.List == "" {
			return
		}
		p := Path(key).Join(none)
		if (facts{f, d}).nothing(key) && len(d.Before[collected(s)]) > 0 {
			r(Problem{p, CodeCopied, strconv.Itoa(len(d.Before[collected(s)]))})
		}
	}
}

// rfcOfKind: beside the question whether somebody is a person or a company, the RFC
// has the 13 or the 12 characters of that kind.
func rfcOfKind(key string) func(*Form, *Draft, func(Problem)) {
	return func(f *Form, d *Draft, r func(Problem)) {
		x := facts{f, d}
		x.walk(key, func(field *Field, sc *scope) {
			kind := beside(sc, "tipoPersona", "tipoDuenoTitular")
			if kind == nil || !ruled(field.Rules, "rfc") {
				return
			}
			v, empty, bad := d.Answers.decode(field, sc)
			if empty || bad != nil || !IsRFC(v.text) {
				return
			}
			switch is := d.Answers.canonical(kind, sc); {
			case is == "FISICA" && !IsPersonRFC(v.text):
				r(Problem{Path: sc.at.Join(field.Name), Code: CodeRFCPerson})
			case is == "MORAL" && !IsCompanyRFC(v.text):
				r(Problem{Path: sc.at.Join(field.Name), Code: CodeRFCCompany})
			}
		})
	}
}

// beside is the first field of a scope with one of the names, or nil.
func beside(sc *scope, names ...string) *Field {
	for _, name := range names {
		if x := named(sc.fields, name); x != nil {
			return x
		}
	}
	return nil
}

// inOrder reports the later of two days when it comes before the earlier.
func inOrder(x facts, r report, earlier, later Path) {
	from, to := x.text(earlier), x.text(later)
	if from != "" && to != "" && to < from {
		r(Problem{later, CodeOrder, from})
	}
}

func jobsInOrder(x facts, r report) {
	for _, job := range x.collection(inExperience) {
		inOrder(x, r, job.Join("fechaIngreso"), job.Join("fechaEgreso"))
	}
}

func partnerWork(x facts, r report) { workAfterBirth(x, r, inPartner) }

func dependentWork(x facts, r report) {
	for _, one := range x.collection(inDependents) {
		workAfterBirth(x, r, one)
	}
}

func workAfterBirth(x facts, r report, person Path) {
	for _, group := range [...]string{"actividadLaboralSectorPublico", "actividadLaboralSectorPrivadoOtro"} {
		inOrder(x, r, person.Join("fechaNacimiento"), person.Join(group, "fechaIngreso"))
	}
}

// servedLastYear: the days of section 9 are in order, and the last one is in the
// year before the declaration tells of its time served.
func servedLastYear(x facts, r report) {
	from, to := Path(inLastYear).Join("fechaIngreso"), Path(inLastYear).Join("fechaConclusion")
	inOrder(x, r, from, to)
	last := yearServed(x.d)
	if day := x.text(to); day != "" && last > 0 && year(day) < last {
		r(Problem{to, CodeLastYear, strconv.Itoa(last)})
	}
}

// yearServed is the year that section 9 is about: the one before taking or leaving
// office, or before the declaration is due when that day is not known. It is 0
// when neither is.
func yearServed(d *Draft) int {
	if d.Type != Modificacion && d.Event != "" {
		return year(d.Event) - 1
	}
	return max(d.Year-1, 0)
}

// paymentFits: what was given, inherited or won was not paid for, and what was
// bought was (Norma 16ª X.10). Cessions, swaps and sentences may be either.
func paymentFits(key string) func(facts, report) {
	return func(x facts, r report) {
		for _, item := range x.collection(key) {
			how, paid := item.Join("formaAdquisicion"), item.Join("formaPago")
			switch {
			case x.chose(how, "DNC", "HRN", "RST") && x.chose(paid, "CRÉDITO", "CONTADO"):
				r(Problem{paid, CodePayment, notApplicable})
			case x.chose(how, "CPV") && x.chose(paid, notApplicable):
				r(Problem{Path: paid, Code: CodePaid})
			}
		}
	}
}

// notApplicable is how the standard writes that a question does not apply, in
// formaPago and in the account of a loan between persons.
const notApplicable = "NO APLICA"

// holdersFit: nobody has a spouse and a concubine at once, and what only third
// parties hold is not declared; no printed combination has either.
func holdersFit(key string) func(facts, report) {
	return func(x facts, r report) {
		for _, item := range x.collection(key) {
			p := item.Join("titular")
			v, ok := x.get(p)
			if !ok {
				continue
			}
			n := 0
			for _, k := range v.keys {
				if _, partner := partners[k]; partner {
					n++
				}
			}
			if n > 1 || len(v.keys) == 1 && v.keys[0] == "CTER" {
				r(Problem{Path: p, Code: CodeOwners})
			}
		}
	}
}
