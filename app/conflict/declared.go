package conflict

import (
	"slices"
	"strings"

	"declara/app/conflict/match"
	"declara/forms"
	"declara/storage"
)

// Kinds of what is compared, the gravest first. Each has a word in the catalogue.
const (
	Herself         = "propio"
	Company         = "empresa"
	Represents      = "representacion"
	Client          = "cliente"
	Spouse          = "pareja"
	Dependent       = "dependiente"
	Activity        = "actividad"
	Trust           = "fideicomiso"
	Board           = "decision"
	Benefit         = "beneficio"
	SpouseWorks     = "pareja.empleo"
	DependentsWorks = "dependiente.empleo"
	Lent            = "comodato"
	Debt            = "adeudo"
)

// Kinds are all of them.
var Kinds = []string{Herself, Company, Represents, Client, Spouse, Dependent, Activity, Trust, Board, Benefit, SpouseWorks, DependentsWorks, Lent, Debt}

// declared is a person or company that an official told of, or is.
type declared struct {
	kind  string
	path  forms.Path // of the item; the section where there is but one; "" for the roster
	part  string     // which of the parties of the item
	party match.Party
	since string
	ended bool // given up in this declaration
}

// source is where in a declaration parties stand.
type source struct {
	kind, section string
	list          string // below the section; "" is the section itself
	since         string
	parts         []partyAt
}

// partyAt are the fields of one party, below its item. A person's name is in three.
type partyAt struct{ part, name, rfc, curp string }

const threeNames = "nombre primerApellido segundoApellido"

// sources are all places in which parties stand, by the names of the standard.
// TestSourcesExist holds them to the table of fields.
var sources = slices.Concat([]source{
	{Company, "participacion", "participacion", "", []partyAt{{"", "nombreEmpresaSociedadAsociacion", "rfc", ""}}},
	{Board, "participacionTomaDecisiones", "participacion", "fechaInicioParticipacion", []partyAt{{"", "nombreInstitucion", "rfc", ""}}},
	{Represents, "representacion", "representacion", "fechaInicioRepresentacion", []partyAt{{"", "nombreRazonSocial", "rfc", ""}}},
	{Client, "clientesPrincipales", "cliente", "", []partyAt{
		{"empresa", "empresa.nombreEmpresaServicio", "empresa.rfc", ""},
		{"clientePrincipal", "clientePrincipal.nombreRazonSocial", "clientePrincipal.rfc", ""},
	}},
	{Benefit, "beneficiosPrivados", "beneficio", "", []partyAt{{"otorgante", "otorgante.nombreRazonSocial", "otorgante.rfc", ""}}},
	{Trust, "fideicomisos", "fideicomiso", "", []partyAt{
		{"rfcFideicomiso", "", "rfcFideicomiso", ""},
		{"fideicomitente", "fideicomitente.nombreRazonSocial", "fideicomitente.rfc", ""},
		{"fiduciario", "fiduciario.nombreRazonSocial", "fiduciario.rfc", ""},
		{"fideicomisario", "fideicomisario.nombreRazonSocial", "fideicomisario.rfc", ""},
	}},
	{Spouse, "datosPareja", "", "", []partyAt{{"", threeNames, "rfc", "curp"}}},
	{SpouseWorks, "datosPareja", "", "actividadLaboralSectorPrivadoOtro.fechaIngreso", []partyAt{works}},
	{Dependent, "datosDependienteEconomico", "dependienteEconomico", "", []partyAt{{"", threeNames, "rfc", "curp"}}},
	{DependentsWorks, "datosDependienteEconomico", "dependienteEconomico", "actividadLaboralSectorPrivadoOtro.fechaIngreso", []partyAt{works}},
	{Debt, "adeudos", "adeudo", "fechaAdquisicion", []partyAt{{"otorganteCredito", "otorganteCredito.nombreInstitucion", "otorganteCredito.rfc", ""}}},
	{Lent, "prestamoOComodato", "prestamo", "", []partyAt{{"duenoTitular", "duenoTitular.nombreTitular", "duenoTitular.rfc", ""}}},
}, activities("ingresos"), activities("actividadAnualAnterior"))

var works = partyAt{"actividadLaboralSectorPrivadoOtro", "actividadLaboralSectorPrivadoOtro.nombreEmpresaSociedadAsociacion", "actividadLaboralSectorPrivadoOtro.rfc", ""}

// activities are the businesses of sections 8 and 9.
func activities(section string) []source {
	return []source{{Activity, section, "actividadIndustrialComercialEmpresarial.actividades", "", []partyAt{{"", "nombreRazonSocial", "", ""}}}}
}

// What was done to an item; it is no more.
const (
	operationOf = "tipoOperacion"
	gone        = "BAJA"
)

// declaredIn are the parties that a document tells of.
func declaredIn(f *forms.Form, a forms.Answers) (all []declared) {
	for _, s := range sources {
		if f.Section(s.section) == nil {
			continue
		}
		at := forms.Path(s.section)
		items := []forms.Path{at}
		if s.list != "" {
			items = nil
			list := at.Join(strings.Split(s.list, ".")...)
			for _, id := range a.Items(list) {
				items = append(items, list.Join(id))
			}
		}
		for _, item := range items {
			for _, p := range s.parts {
				party := p.read(a, item)
				if party.Name() == "" && party.RFC() == "" {
					continue
				}
				d := declared{kind: s.kind, path: item, part: p.part, party: party, ended: a.Get(item.Join(operationOf)) == gone}
				if s.since != "" {
					d.since = a.Get(item.Join(s.since))
				}
				all = append(all, d)
			}
		}
	}
	return all
}

func (p partyAt) read(a forms.Answers, item forms.Path) match.Party {
	var names []string
	for _, n := range strings.Fields(p.name) {
		if text := a.Get(item.Join(n)); text != "" {
			names = append(names, text)
		}
	}
	rfc, curp := "", ""
	if p.rfc != "" {
		rfc = a.Get(item.Join(p.rfc))
	}
	if p.curp != "" {
		curp = a.Get(item.Join(p.curp))
	}
	return match.New(rfc, curp, strings.Join(names, " "))
}

// herself is the official as the roster has her: she, too, can be a supplier.
func herself(p storage.Person) declared {
	return declared{kind: Herself, party: match.New(p.RFC, p.CURP, p.Given+" "+p.First+" "+p.Second)}
}

// family is what tells who a relative is.
var family = []string{"nombre", "primerApellido", "segundoApellido", "rfc", "curp", "relacionConDeclarante", "parentescoRelacion"}

// enough are the fields of an item that are needed to decide, where there are others in
// it: homes, salaries and accounts are nobody's business here. Of the other kinds the
// whole item is.
var enough = map[string][]string{
	Spouse: family, Dependent: family, SpouseWorks: append(slices.Clone(family), works.part), DependentsWorks: append(slices.Clone(family), works.part),
	Debt: {"titular", "tipoAdeudo", "fechaAdquisicion", "otorganteCredito"}, Lent: {"duenoTitular"},
}

// Needed reports whether an answer of a declaration is part of the evidence of a
// coincidence.
func Needed(c storage.Coincidence, l forms.Line) bool {
	item := forms.Path(c.Path)
	if l.Kind != forms.Answer || !l.Path.Under(item) || l.Field == nil {
		return false
	}
	fields, some := enough[c.Kind]
	if !some {
		return true
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(string(l.Path), string(item)+"."), ".")
	return slices.Contains(fields, name) && l.Field.Kind != forms.Money
}

// facts are what an item says, without what changes every year though nothing changed:
// amounts, and what was done to the item. They are for fingerprints alone.
func facts(f *forms.Form, a forms.Answers, c storage.Coincidence) string {
	item := forms.Path(c.Path)
	var b strings.Builder
	for _, l := range forms.Lines(f, a, item.Section()) {
		if !Needed(c, l) || l.Field.Kind == forms.Money || l.Field.Kind == forms.Paragraph ||
			l.Field.Name == operationOf || l.Field.Derive != "" {
			continue
		}
		b.WriteString(strings.TrimPrefix(string(l.Path), string(item)))
		for _, v := range l.Raw {
			b.WriteByte(0)
			b.WriteString(v)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// Span is since when what a coincidence stands in is declared, "" for unsaid, and whether
// it was given up in that declaration.
func Span(a forms.Answers, c storage.Coincidence) (since string, ended bool) {
	item := forms.Path(c.Path)
	for _, s := range sources {
		if s.kind == c.Kind && s.section == item.Section() && s.since != "" {
			since = a.Get(item.Join(s.since))
		}
	}
	return since, a.Get(item.Join(operationOf)) == gone
}
