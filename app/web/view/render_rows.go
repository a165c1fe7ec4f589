package view

import (
	"slices"
	"strings"

	"declara/forms"
)

// names say which answers an item is called by, the first set of which there is
// one, and details which ones stand below. The names are the standard's.
var (
	names = [][]string{
		{"nivel", "carreraAreaConocimiento"},
		{"nombre", "primerApellido", "segundoApellido"},
		{"tipoVehiculo", "marca", "modelo", "anio"},
		{"empleoCargoComision"}, {"puesto"},
		{"tipoInmueble"},
		{"tipoBien", "descripcionGeneralBien"},
		{"subTipoInversion"}, {"tipoInversion"},
		{"tipoAdeudo"},
		{"nombreRazonSocial", "tipoNegocio"},
		{"nombreEmpresaSociedadAsociacion"}, {"nombreInstitucion"}, {"nombrePrograma"}, {"nombreEmpresaServicio"},
		{"tipoRepresentacion"}, {"tipoBeneficio"}, {"tipoFideicomiso"},
		{"tipoServicio"}, {"tipoInstrumento"}, {"tipoBienEnajenado"}, {"tipoIngreso"},
	}
	byPart = map[string][]string{ // items whose name lies in a group of them
		"tipoBien.vehiculo": {"tipo", "marca", "modelo", "anio"},
		"tipoBien.inmueble": {"tipoInmueble"},
		"empresa":           {"nombreEmpresaServicio"},
	}
	details = []string{
		"parentescoRelacion", "estatus", "nombreEntePublico", "areaAdscripcion", "nombreEmpresaSociedadAsociacion",
		"titular", "tipoRelacion", "formaAdquisicion", "fechaAdquisicion", "fechaIngreso", "fechaEgreso",
		"tipoParticipacion", "nombreRazonSocial", "institucionOtorgante", "fechaInicioParticipacion", "fechaInicioRepresentacion",
	}
	detailsByPart = map[string]string{
		"institucionEducativa": "nombre", "localizacionInversion": "institucionRazonSocial",
		"otorganteCredito": "nombreInstitucion", "duenoTitular": "nombreTitular", "clientePrincipal": "nombreRazonSocial",
	}
)

// Called is what an item is called: by its own answers, or, before it has any, by
// the kind of thing that it is.
func (a Ask) Called(item forms.Path) string {
	for _, set := range names {
		if words := a.said(item, set...); len(words) > 0 && (words[0] != "" || len(set) == 1) {
			return tie(set, words)
		}
	}
	for _, part := range []string{"tipoBien.vehiculo", "tipoBien.inmueble", "empresa"} {
		if words := a.said(item.Join(part), byPart[part]...); len(words) > 0 {
			return tie(byPart[part], words)
		}
	}
	x, ok := a.Form.Field(item)
	if !ok {
		return ""
	}
	return a.Words.T("list." + x.Name + ".one")
}

// tie joins the words of a name: those of a person or a vehicle with spaces.
func tie(set, words []string) string {
	words = slices.DeleteFunc(slices.Clone(words), func(w string) bool { return w == "" })
	if slices.Contains(set, "marca") || slices.Contains(set, "primerApellido") {
		return strings.Join(words, " ")
	}
	return strings.Join(words, ", ")
}

// said are the answers of an item by name, "" for those that are missing; none at
// all when the first is.
func (a Ask) said(item forms.Path, names ...string) []string {
	if v := a.Answer(item.Join(names[0])); v == "" {
		return nil
	}
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = a.Answer(item.Join(n))
	}
	return out
}

// Detail is the line below the name of an item.
func (a Ask) Detail(item forms.Path) string {
	called := a.Called(item)
	var out []string
	add := func(v string) {
		if v != "" && !strings.Contains(called, v) && len(out) < 3 {
			out = append(out, v)
		}
	}
	for _, part := range []string{"institucionEducativa", "localizacionInversion", "otorganteCredito", "duenoTitular", "clientePrincipal"} {
		add(a.Answer(item.Join(part, detailsByPart[part])))
	}
	for _, n := range details {
		add(a.Answer(item.Join(n)))
	}
	return strings.Join(out, " · ")
}

// Amount is the first amount of an item, and what it was before when that differs.
func (a Ask) Amount(item forms.Path) (now, before string) {
	x, ok := a.Form.Field(item)
	if !ok {
		return "", ""
	}
	for i := range x.Of {
		p := item.Join(x.Of[i].Name)
		if x.Of[i].Kind != forms.Money || !a.Form.Live(a.Draft.Answers, p) {
			continue
		}
		now, before = a.Answer(p), forms.Show(a.Words, a.Draft.Before, forms.Line{Kind: forms.Answer, Path: p, Field: &x.Of[i], Raw: a.Draft.Before[p]})
		if now == before {
			before = ""
		}
		return now, before
	}
	return "", ""
}

// Answer is one live answer in words, "" when there is none.
func (a Ask) Answer(p forms.Path) string {
	x, ok := a.Form.Field(p)
	if !ok || x.Kind == forms.Group || x.Kind == forms.List || !a.Form.Live(a.Draft.Answers, p) {
		return ""
	}
	return forms.Show(a.Words, a.Draft.Answers, forms.Line{Kind: forms.Answer, Path: p, Field: x, Raw: a.Draft.Answers[p]})
}

// Fresh are the questions of a copied item that are asked anew each time and have
// no answer that counts: they stand in its row, so that the row can be confirmed
// without opening it. The help of the section says for all rows what that of each
// question would say again.
func (a Ask) Fresh(item forms.Path) Sheet {
	one := a
	one.At, one.Step = item, 0
	one.Only = func(p forms.Path) bool {
		x, ok := a.Form.Field(p)
		return ok && x.Fresh && x.Kind != forms.Group && x.Kind != forms.List && p == item.Join(x.Name)
	}
	s := one.Questions()
	for i := range s.Questions {
		s.Questions[i].Help = nil
	}
	return s
}

// Steps are the pages that an item is asked on, in order: those that have a
// question for it.
func (a Ask) Steps(list forms.Path) []uint8 {
	x, ok := a.Form.Field(list)
	if !ok {
		return nil
	}
	var out []uint8
	for i := range x.Of {
		_, byHand := typedWhile(&x.Of[i])
		if x.Of[i].Name == Motive || x.Of[i].Derive != "" && !byHand {
			continue
		}
		if n := max(x.Of[i].Step, 1); !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out
}

// Motive is why an item is gone; it is asked on the page that removes it.
const Motive = "motivoBaja"

// StepOf is the page of an item on which an answer of it is asked.
func (a Ask) StepOf(item, p forms.Path) string {
	x, ok := a.Form.Field(item)
	rest, under := strings.CutPrefix(string(p), string(item)+".")
	if !ok || !under {
		return "1"
	}
	name, _, _ := strings.Cut(rest, ".")
	for i := range x.Of {
		if x.Of[i].Name == name && x.Of[i].Name != Motive {
			return string('0' + rune(max(x.Of[i].Step, 1)))
		}
	}
	return "1"
}

// Withheld tells whether a whole item is kept from the public as answered so far,
// with the condition for the script; false and "" where that never happens, or where
// all of the list is kept from it anyway.
func (a Ask) Withheld(item forms.Path) (withheld bool, when string) {
	x, ok := a.Form.Field(item)
	if !ok || x.Show != forms.Public || x.ShowIf.Op == forms.OpTrue {
		return false, ""
	}
	r := &renderer{Ask: a}
	sc, _ := r.enter(item)
	if sc == nil {
		return false, ""
	}
	r.plan(sc)
	gate := x.ShowIf
	for _, n := range []string{"titular", "tipoRelacion", "beneficiario", "beneficiarioPrograma"} {
		if sc.field(n) == nil {
			continue
		}
		shut := forms.All(forms.Not(forms.Empty(n)), forms.Not(gate))
		return r.holds(&shut, sc), r.when(&shut, sc)
	}
	return false, ""
}
