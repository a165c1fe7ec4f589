package publish

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"declara/forms"
)

// Operations of the standard that a row tells of (tipoOperacion).
const (
	added   = "AGREGAR"
	edited  = "MODIFICAR"
	removed = "BAJA"
)

// Which answers make up the short reading of an item. The names are the
// standard's; the first list that has an answer gives the title. An item with none
// of them is called by its number.
var (
	titles = [][]string{
		{"nivel", "carreraAreaConocimiento"},
		{"empleoCargoComision"}, {"puesto"},
		{"tipoInmueble"},
		{"tipoVehiculo", "marca", "modelo", "anio"}, {"tipo", "marca", "modelo", "anio"},
		{"tipoBien", "descripcionGeneralBien"},
		{"subTipoInversion"}, {"tipoAdeudo"},
		{"nombreEmpresaSociedadAsociacion"}, {"puestoRol", "tipoInstitucion"}, {"nombrePrograma"},
		{"tipoRepresentacion"}, {"nombreEmpresaServicio"}, {"tipoBeneficio"}, {"tipoFideicomiso"},
		{"nombreRazonSocial", "tipoNegocio"}, {"tipoServicio"}, {"tipoInstrumento"}, {"tipoBienEnajenado"}, {"tipoIngreso"},
	}
	details = []string{
		"nombre", "nombreEntePublico", "nombreEmpresaSociedadAsociacion", "institucionRazonSocial", "institucionOtorgante", "nombreInstitucion",
		"formaAdquisicion", "formaPago", "fechaAdquisicion", "estatus", "fechaIngreso", "fechaEgreso", "tipoParticipacion", "tipoApoyo",
		"fechaInicioRepresentacion", "fechaInicioParticipacion",
	}
	percents = []string{"porcentajePropiedad", "porcentajeParticipacion"}
)

// row reads one item: its line and those below it. It tells the operation too.
func (r reading) row(lines []forms.Line) (Row, string) {
	item := lines[0]
	top := map[string]string{} // first answer of each name
	option := map[string]bool{}
	var out Row
	var all []Said
	var op, why string
	for _, l := range lines[1:] {
		q := r.said(l, item.Depth+1)
		if l.Kind == forms.Answer {
			if l.Field.Derive == "operation" {
				op = l.Raw[0]
				continue
			}
			if l.Field.Name == "motivoBaja" {
				why = q.Value
			}
			if out.Amount == "" && l.Field.Kind == forms.Money {
				out.Amount = q.Value
			}
			if top[l.Field.Name] == "" {
				top[l.Field.Name] = q.Value
				option[l.Field.Name] = l.Field.Kind == forms.Choice
			}
		}
		all = append(all, q)
	}
	out.All = blocks(all)
	out.Title = r.title(item, top)
	out.Detail = r.detail(top, option, out.Title)
	r.mark(&out, op, why, r.was[item.Path])
	return out, op
}

// mark says what happened to the item since the previous declaration.
func (r reading) mark(out *Row, op, why string, c change) {
	switch {
	case op == removed:
		out.Gone = true
		out.Why = r.w.T("public.row.gone")
		if why != "" {
			out.Why = r.w.T("public.row.gone.why", why)
		}
	case r.first:
	case op == added:
		out.Tag = &Tag{"nuevo", r.w.T("public.row.fresh", strconv.Itoa(Situation(r.f.Type, r.year)))}
	case op == edited && len(c.answers) > 0:
		out.Tag = &Tag{"en", r.w.T("public.tag.changed")}
		for _, a := range c.answers {
			v := show(r.w, r.f, r.before, a.Path)
			if v == "" {
				v = r.w.T("public.row.before.none")
			}
			out.Before = append(out.Before, r.w.T("public.row.before", ask(r.w, r.f, a.Path), v))
		}
	}
}

// title is what an item is called.
func (r reading) title(item forms.Line, top map[string]string) string {
	for _, names := range titles {
		if top[names[0]] == "" {
			continue
		}
		var words []string
		for _, n := range names {
			if v := top[n]; v != "" {
				words = append(words, v)
			}
		}
		if slices.Contains(names, "marca") {
			return strings.Join(words, " ")
		}
		return strings.Join(words, ", ")
	}
	return numbered(ask(r.w, r.f, item.Path), item.Index)
}

// detail is the line under the title: at most four answers that need no label, and
// then a percentage with its own words.
func (r reading) detail(top map[string]string, option map[string]bool, title string) string {
	var out []string
	for _, n := range details {
		v := top[n]
		if v == "" || v == title || len(out) == 4 {
			continue
		}
		if first, size := utf8.DecodeRuneInString(v); option[n] && len(out) > 0 {
			v = string(unicode.ToLower(first)) + v[size:]
		}
		out = append(out, v)
	}
	sentences := []string{strings.Join(out, ", ")}
	for _, n := range percents {
		if v := top[n]; v != "" {
			sentences = append(sentences, r.w.T("public.row."+n, v))
		}
	}
	if v := top[balance]; v != "" && !r.update {
		sentences = append(sentences, r.w.T("public.row.balance", r.moved(v)))
	}
	return strings.Join(slices.DeleteFunc(sentences, func(s string) bool { return s == "" }), ". ")
}

// balance is how much a balance moved in the year, in percent: all that is
// published of it. The standard holds it between -100 and 100.
const balance = "porcentajeIncrementoDecremento"

// moved is a percentage like "-4%" in words: "bajó 4%".
func (r reading) moved(percent string) string {
	n, err := strconv.Atoi(strings.TrimSuffix(percent, "%"))
	switch {
	case err != nil:
		return percent
	case n >= 100:
		return r.w.T("public.balance.most")
	case n > 0:
		return r.w.T("public.balance.up", strconv.Itoa(n))
	case n < 0:
		return r.w.T("public.balance.down", strconv.Itoa(-n))
	}
	return r.w.T("public.balance.same")
}
