package pdn

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// The oracle answers queries by looking at every document, from its JSON and with
// nothing of the index: what the index must answer.

// object is decoded JSON.
type object = map[string]any

// at is the value at a path of names, nil when there is none.
func at(v any, path string) any {
	for name := range strings.SplitSeq(path, ".") {
		o, ok := v.(object)
		if !ok {
			return nil
		}
		v = o[name]
	}
	return v
}

const situation = "declaracion.situacionPatrimonial."

var plains = map[string]string{} // tests of this package do not run in parallel

// plainText is a text as users compare it: an accent or a capital makes no
// difference, ñ is not n, spaces count once.
func plainText(s string) string {
	p, ok := plains[s]
	if !ok {
		p = makePlain(s)
		plains[s] = p
	}
	return p
}

func makePlain(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) && r != '\u0303' || unicode.Is(unicode.Cc, r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, norm.NFKD.String(s))
	var b strings.Builder
	for _, r := range strings.ReplaceAll(norm.NFC.String(s), "Ñ", "ñ") {
		if r == 'ñ' {
			b.WriteRune(r)
			continue
		}
		for _, d := range norm.NFKD.String(string(r)) {
			if !unicode.In(d, unicode.Mn, unicode.Me, unicode.Cf) && (unicode.IsSpace(d) || !unicode.Is(unicode.Cc, d)) {
				b.WriteRune(unicode.ToLower(d))
			}
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

var textPaths = map[string]string{
	"nombres":         "datosGenerales.nombre",
	"primerApellido":  "datosGenerales.primerApellido",
	"segundoApellido": "datosGenerales.segundoApellido",
	"datosEmpleoCargoComision.nombreEntePublico":        "datosEmpleoCargoComision.nombreEntePublico",
	"datosEmpleoCargoComision.empleoCargoComision":      "datosEmpleoCargoComision.empleoCargoComision",
	"datosEmpleoCargoComision.nivelEmpleoCargoComision": "datosEmpleoCargoComision.nivelEmpleoCargoComision",
}

var keyPaths = map[string]string{
	"datosEmpleoCargoComision.nivelOrdenGobierno": "datosEmpleoCargoComision.nivelOrdenGobierno",
	"datosEmpleoCargoComision.entidadFederativa":  "datosEmpleoCargoComision.domicilioMexico.entidadFederativa.clave",
	"datosEmpleoCargoComision.municipioAlcaldia":  "datosEmpleoCargoComision.domicilioMexico.municipioAlcaldia.clave",
}

var estatePaths = map[string]string{
	"superficieConstruccion": "superficieConstruccion.valor",
	"superficieTerreno":      "superficieTerreno.valor",
	"valorAdquisicion":       "valorAdquisicion.valor",
}

func list(v any) []any {
	l, _ := v.([]any)
	return l
}

func income(doc any) any {
	for _, name := range []string{"ingresoMensualNetoDeclarante", "ingresoAnualNetoDeclarante", "ingresoConclusionNetoDeclarante"} {
		if v := at(doc, situation+"ingresos."+name+".valor"); v != nil {
			return v
		}
	}
	return nil
}

// inRange is the range of the OAS: one bound alone is open; {"min":N,"max":0} with
// N above 0 is how the national site says "from N on".
func inRange(v any, r object) bool {
	n, ok := v.(float64)
	if !ok {
		return false
	}
	lo, hasLo := r["min"].(float64)
	hi, hasHi := r["max"].(float64)
	if hasLo && lo > 0 && hasHi && hi == 0 {
		hasHi = false
	}
	return (!hasLo || n >= lo) && (!hasHi || n <= hi)
}

func open2(r any) (object, bool) {
	o, ok := r.(object)
	return o, ok && len(o) > 0
}

// matches reports whether a document answers a query.
func matches(doc, query any) bool {
	if id, _ := at(query, "id").(string); id != "" {
		return at(doc, "id") == id
	}
	for asked, path := range textPaths {
		want, _ := at(query, asked).(string)
		have, _ := at(doc, situation+path).(string)
		if strings.TrimSpace(want) != "" && (plainText(want) == "" || !strings.Contains(plainText(have), plainText(want))) {
			return false
		}
	}
	for asked, path := range keyPaths {
		want, _ := at(query, asked).(string)
		have, _ := at(doc, situation+path).(string)
		if want != "" && want != "0" && want != have {
			return false
		}
	}
	if want, _ := at(query, "escolaridadNivel").(string); want != "" && want != "0" {
		if !slices.ContainsFunc(list(at(doc, situation+"datosCurricularesDeclarante.escolaridad")), func(e any) bool {
			return at(e, "nivel.clave") == want
		}) {
			return false
		}
	}
	if r, ok := open2(at(query, "totalIngresosNetos")); ok && !inRange(income(doc), r) {
		return false
	}
	estate, _ := at(query, "bienesInmuebles").(object)
	how, _ := estate["formaAdquisicion"].(string)
	asked := how != "" && how != "0"
	for name := range estatePaths {
		_, ok := open2(estate[name])
		asked = asked || ok
	}
	return !asked || slices.ContainsFunc(list(at(doc, situation+"bienesInmuebles.bienInmueble")), func(item any) bool {
		for name, path := range estatePaths {
			if r, ok := open2(estate[name]); ok && !inRange(at(item, path), r) {
				return false
			}
		}
		return how == "" || how == "0" || at(item, "formaAdquisicion.clave") == how
	})
}

var spanish = collate.New(language.Spanish)

// sortValue is what a document is ordered by: nil when it is missing, a number, or
// bytes that order as texts do in Spanish.
func sortValue(doc any, by string, desc bool) any {
	extreme := func(all []any) any {
		all = slices.DeleteFunc(slices.Clone(all), func(v any) bool { return v == nil || v == "" })
		if len(all) == 0 {
			return nil
		}
		if desc {
			return slices.MaxFunc(all, compareValues)
		}
		return slices.MinFunc(all, compareValues)
	}
	items := func(path, member string) (all []any) {
		for _, e := range list(at(doc, situation+path)) {
			all = append(all, at(e, member))
		}
		return all
	}
	switch name := strings.TrimPrefix(by, "bienesInmuebles."); {
	case textPaths[by] != "":
		s, _ := at(doc, situation+textPaths[by]).(string)
		if s = strings.Join(strings.Fields(s), " "); s == "" {
			return nil
		}
		var buf collate.Buffer
		return append(spanish.KeyFromString(&buf, s), "\x00"+s...)
	case keyPaths[by] != "":
		if s, _ := at(doc, situation+keyPaths[by]).(string); s != "" {
			return s
		}
		return nil
	case by == "escolaridadNivel":
		return extreme(items("datosCurricularesDeclarante.escolaridad", "nivel.clave"))
	case by == "totalIngresosNetos":
		return income(doc)
	case name == "formaAdquisicion":
		return extreme(items("bienesInmuebles.bienInmueble", "formaAdquisicion.clave"))
	default:
		return extreme(items("bienesInmuebles.bienInmueble", estatePaths[name]))
	}
}

func compareValues(a, b any) int {
	switch x := a.(type) {
	case nil:
		if b == nil {
			return 0
		}
		return -1
	case float64:
		if y, ok := b.(float64); ok {
			return cmp.Compare(x, y)
		}
	case string:
		if y, ok := b.(string); ok {
			return strings.Compare(x, y)
		}
	case []byte:
		if y, ok := b.([]byte); ok {
			return bytes.Compare(x, y)
		}
	}
	return 1 // b is nil
}

// fixedOrder is the order in which sort keys apply.
var fixedOrder = []string{
	"nombres", "primerApellido", "segundoApellido", "escolaridadNivel", "totalIngresosNetos",
	"datosEmpleoCargoComision.nombreEntePublico", "datosEmpleoCargoComision.entidadFederativa",
	"datosEmpleoCargoComision.municipioAlcaldia", "datosEmpleoCargoComision.empleoCargoComision",
	"datosEmpleoCargoComision.nivelEmpleoCargoComision", "datosEmpleoCargoComision.nivelOrdenGobierno",
	"bienesInmuebles.superficieConstruccion", "bienesInmuebles.superficieTerreno",
	"bienesInmuebles.formaAdquisicion", "bienesInmuebles.valorAdquisicion",
}

// brute is all that a query finds, in order.
func brute(docs map[string]any, body string) (ids []string) {
	var q any
	if err := json.Unmarshal([]byte(body), &q); err != nil {
		panic(err)
	}
	type hit struct {
		id   string
		keys []any
	}
	var by, dirs []string
	for _, name := range fixedOrder {
		if dir, _ := at(q, "sort."+name).(string); dir != "" {
			by, dirs = append(by, name), append(dirs, dir)
		}
	}
	var found []hit
	for _, id := range slices.Sorted(maps.Keys(docs)) {
		if !matches(docs[id], at(q, "query")) {
			continue
		}
		h := hit{id: id}
		for i := range by {
			h.keys = append(h.keys, sortValue(docs[id], by[i], dirs[i] == "desc"))
		}
		found = append(found, h)
	}
	slices.SortStableFunc(found, func(a, b hit) int {
		for i := range by {
			c := compareValues(a.keys[i], b.keys[i])
			if dirs[i] == "desc" {
				c = -c
			}
			if c != 0 {
				return c
			}
		}
		return 0
	})
	for _, h := range found {
		ids = append(ids, h.id)
	}
	return ids
}

// Vocabulary small enough for queries to find something.
var (
	someGiven  = []string{"María", "MARIA", "José Ángel", "jose  angel", "Ana", "Íñigo", "Zoë", "Peña", "", "Nu\u0303o"}
	someFirst  = []string{"Peña", "Pena", "PÉREZ", "Pérez", "Ñáñez", "Núñez", "Nunez", "de la Cruz", "Delacruz", "O'Brien", "Müller"}
	someSecond = []string{"", "García", "Garcia ", "Zapata", "Ñu", "López-Díaz", "[x]", `a\b`, ".*"}
	someBody   = []string{"Municipio de Valle Encinos", "Secretaría de Salud", "DIF Municipal", "Instituto \"Ñ\""}
	somePost   = []string{"Director de Obras", "Policía", "Enfermera", "Jefe (a) de unidad", "🏠 encargado", "مدير"}
	someGrade  = []string{"C4", "L31", "c4", "11", "1"}
	someLevel  = []string{"PRI", "SEC", "BCH", "CTC", "LIC", "ESP", "MAE", "DOC"}
	someOrder  = []string{"FEDERAL", "ESTATAL", "MUNICIPAL_ALCALDIA"}
	someState  = []string{"01", "20", "21"}
	someTown   = []string{"001", "067", "570"}
	someHow    = []string{"CPV", "CSN", "DNC", "HRN"}
	someIncome = []string{"ingresoMensualNetoDeclarante", "ingresoAnualNetoDeclarante", "ingresoConclusionNetoDeclarante"}
)

func pick[T any](t *rapid.T, name string, from []T) T { return rapid.SampledFrom(from).Draw(t, name) }

// invent makes a public document. It is not drawn by rapid, which would take
// most of a test's time; the seed of r is.
func invent(r *rand.Rand, id string) object {
	of := func(from []string) string { return from[r.IntN(len(from))] }
	amount := func() any {
		if r.IntN(6) == 0 {
			return object{}
		}
		return object{"valor": r.IntN(31)}
	}
	post := object{
		"nombreEntePublico": of(someBody), "empleoCargoComision": of(somePost),
		"nivelEmpleoCargoComision": of(someGrade), "nivelOrdenGobierno": of(someOrder),
	}
	if r.IntN(6) > 0 {
		post["domicilioMexico"] = object{"entidadFederativa": object{"clave": of(someState)}, "municipioAlcaldia": object{"clave": of(someTown)}}
	}
	studies := []any{}
	for range r.IntN(4) {
		studies = append(studies, object{"nivel": object{"clave": of(someLevel)}})
	}
	estates := []any{}
	for range r.IntN(4) {
		estates = append(estates, object{
			"superficieConstruccion": amount(), "superficieTerreno": amount(),
			"valorAdquisicion": amount(), "formaAdquisicion": object{"clave": of(someHow)},
		})
	}
	return object{"id": id, "declaracion": object{"situacionPatrimonial": object{
		"datosGenerales":              object{"nombre": of(someGiven), "primerApellido": of(someFirst), "segundoApellido": of(someSecond)},
		"datosCurricularesDeclarante": object{"escolaridad": studies},
		"datosEmpleoCargoComision":    post,
		"ingresos":                    object{of(someIncome): amount()},
		"bienesInmuebles":             object{"ninguno": false, "bienInmueble": estates},
	}}}
}

// search invents the query and the sort of a body.
func search(t *rapid.T) object {
	query, sort := object{}, object{}
	set := func(o object, path string, v any) {
		in, name, nested := strings.Cut(path, ".")
		if !nested {
			o[in] = v
			return
		}
		if o[in] == nil {
			o[in] = object{}
		}
		o[in].(object)[name] = v
	}
	part := func(from []string) string {
		whole := []rune(pick(t, "of", from))
		if len(whole) == 0 {
			return ""
		}
		lo := rapid.IntRange(0, len(whole)-1).Draw(t, "lo")
		hi := rapid.IntRange(lo, len(whole)).Draw(t, "hi")
		s := string(whole[lo:hi])
		switch rapid.IntRange(0, 4).Draw(t, "case") {
		case 0:
			s = strings.ToUpper(s)
		case 1:
			s = norm.NFD.String(s)
		case 2:
			s = " " + s + " "
		}
		return s
	}
	bound := func() any {
		r := object{}
		if rapid.Bool().Draw(t, "min?") {
			r["min"] = float64(rapid.IntRange(-2, 62).Draw(t, "min")) / 2
		}
		if rapid.Bool().Draw(t, "max?") {
			r["max"] = float64(rapid.IntRange(-2, 62).Draw(t, "max")) / 2
		}
		return r
	}
	const job, estate = "datosEmpleoCargoComision.", "bienesInmuebles."
	all := []func(){
		func() { set(query, "nombres", part(someGiven)) },
		func() { set(query, "primerApellido", part(someFirst)) },
		func() { set(query, "segundoApellido", part(someSecond)) },
		func() { set(query, job+"nombreEntePublico", part(someBody)) },
		func() { set(query, job+"empleoCargoComision", part(somePost)) },
		func() { set(query, job+"nivelEmpleoCargoComision", part(someGrade)) },
		func() { set(query, job+"nivelOrdenGobierno", pick(t, "q", append(someOrder, "0", ""))) },
		func() { set(query, job+"entidadFederativa", pick(t, "q", append(someState, "99"))) },
		func() { set(query, job+"municipioAlcaldia", pick(t, "q", append(someTown, "0"))) },
		func() { set(query, "escolaridadNivel", pick(t, "q", append(someLevel, "XXX"))) },
		func() { set(query, "totalIngresosNetos", bound()) },
		func() { set(query, estate+"superficieConstruccion", bound()) },
		func() { set(query, estate+"superficieTerreno", bound()) },
		func() { set(query, estate+"valorAdquisicion", bound()) },
		func() { set(query, estate+"formaAdquisicion", pick(t, "q", append(someHow, "RST"))) },
		func() { set(query, "institucionDependencia", "whatever") },
	}
	for range rapid.IntRange(0, 3).Draw(t, "filters") {
		pick(t, "filter", all)()
	}
	for range rapid.IntRange(0, 3).Draw(t, "keys") {
		set(sort, pick(t, "key", fixedOrder), pick(t, "dir", []string{"asc", "desc"}))
	}
	return object{"query": query, "sort": sort}
}

// pageBody is a body with its page.
func pageBody(o object, page, size int) string {
	o["page"], o["pageSize"] = page, size
	b, err := json.Marshal(o)
	if err != nil {
		panic(fmt.Sprint("a query cannot be written: ", err))
	}
	return string(b)
}
