package pdn

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"declara/app/errs"
	"declara/forms"
)

// Bounds of a page (clients.md 2: bulk needs 200 exactly).
const (
	defaultSize = 10
	largestSize = 200
)

// longestText bounds a text to look for; nothing published is longer.
const longestText = 4096

// query is one search, as the OAS describes it.
type query struct {
	page int64 // from 1
	size int   // 1 to 200

	id      string // alone: the rest of the query is left out then
	nothing bool   // a text that nothing can have: only marks, or too long
	conditions
	sort sorting
}

// conditions are what a declaration has to meet, all of them. Those that are empty
// ask nothing.
type conditions struct {
	texts  [textCount]string // folded
	keys   [keyCount]string
	level  string // of escolaridad
	income bounds
	estate estateConditions
}

// skip is how many rows are on the pages before this one, as far as numbers go.
func (q *query) skip() int64 {
	if q.page-1 > math.MaxInt64/int64(q.size) {
		return math.MaxInt64
	}
	return (q.page - 1) * int64(q.size)
}

// asks are the members of the query that ask for something, without what: names of
// people stand there.
func (q *query) asks() (names []string) {
	add := func(on bool, name string) {
		if on {
			names = append(names, name)
		}
	}
	add(q.id != "", "id")
	for i, name := range [textCount]string{textGiven: "nombres", textFirst: "primerApellido", textSecond: "segundoApellido", textBody: "nombreEntePublico", textPost: "empleoCargoComision", textGrade: "nivelEmpleoCargoComision"} {
		add(q.texts[i] != "", name)
	}
	add(q.level != "", "escolaridadNivel")
	for i, name := range [keyCount]string{keyOrder: "nivelOrdenGobierno", keyState: "entidadFederativa", keyTown: "municipioAlcaldia"} {
		add(q.keys[i] != "", name)
	}
	for i, name := range [estateCount]string{estateBuilt: "superficieConstruccion", estateLand: "superficieTerreno", estateHow: "formaAdquisicion", estatePrice: "valorAdquisicion"} {
		add(q.estate.asks(i), name)
	}
	add(q.income.on, "totalIngresosNetos")
	return names
}

// members are the members of a JSON object, undecoded. Names are exact.
type members map[string]json.RawMessage

// parse reads the body of a search. What it does not know it ignores; what it
// knows and cannot read is an Error with the code of invalid queries, that names
// the place.
func parse(body []byte) (*query, error) {
	var top members
	if err := json.Unmarshal(body, &top); err != nil || top == nil {
		return nil, invalid("pdn.error.unreadable")
	}
	q := &query{page: 1, size: defaultSize}
	p := parser{}
	q.page = p.page(top)
	q.size = p.size(top)
	p.query(q, p.object(top, "query"))
	p.sort(q, p.object(top, "sort"))
	if p.bad != "" {
		return nil, invalid("pdn.error.member", p.bad)
	}
	return q, nil
}

func invalid(key string, args ...string) *Error { return fault(codeQuery, errs.Invalid, key, args...) }

// parser remembers the first member that cannot be read.
type parser struct {
	at  []string // names of the objects around
	bad string
}

func (p *parser) fail(name string) {
	if p.bad == "" {
		p.bad = strings.Join(append(p.at, name), ".")
	}
}

// kind is the first character of a value: { [ " t f n - or a digit. The value has
// been found to be valid JSON without space around.
func kind(v json.RawMessage) byte {
	if len(v) == 0 {
		return 'n' // absent is as good as null
	}
	if v[0] >= '0' && v[0] <= '9' || v[0] == '-' {
		return '0'
	}
	return v[0]
}

// str decodes a string that is known to be one.
func str(v json.RawMessage) string {
	var s string
	if json.Unmarshal(v, &s) != nil {
		return ""
	}
	return s
}

// object is a member that should be an object. Absent, null and "" are empty.
func (p *parser) object(m members, name string) members {
	v := m[name]
	switch kind(v) {
	case '{':
		var o members
		if json.Unmarshal(v, &o) == nil {
			return o
		}
	case 'n':
		return nil
	case '"':
		if str(v) == "" {
			return nil
		}
	}
	p.fail(name)
	return nil
}

// within runs fn for the members of an object inside another.
func (p *parser) within(m members, name string, fn func(members)) {
	o := p.object(m, name)
	p.at = append(p.at, name)
	fn(o)
	p.at = p.at[:len(p.at)-1]
}

// text is a text to look for, folded. Blank is no condition.
func (p *parser) text(q *query, m members, name string) string {
	v := m[name]
	switch kind(v) {
	case 'n':
		return ""
	case '"':
	default:
		p.fail(name)
		return ""
	}
	s := str(v)
	if strings.TrimSpace(s) == "" {
		return ""
	}
	if len(s) > longestText {
		q.nothing = true
		return ""
	}
	s = Fold(s)
	q.nothing = q.nothing || s == ""
	return s
}

// choice is a key of a catalogue. Blank and 0, which selects send for "all", are
// no condition. A key longer than any of the catalogue's is refused, as a sign
// that the caller means something else; an unknown one finds nothing.
func (p *parser) choice(m members, name string, longest int) string {
	v := m[name]
	switch kind(v) {
	case 'n':
		return ""
	case '0':
		if f, err := strconv.ParseFloat(string(v), 64); err == nil && f == 0 {
			return ""
		}
	case '"':
		if s := strings.TrimSpace(str(v)); s == "0" {
			return ""
		} else if len(s) <= longest {
			return s
		}
	}
	p.fail(name)
	return ""
}

// page is a positive whole number, also as text; it is 1 when absent.
func (p *parser) page(m members) int64 {
	n, ok := p.number(m, "page")
	if !ok {
		return 1
	}
	if n < 1 || n > 1<<53 || n != math.Trunc(n) {
		p.fail("page")
		return 1
	}
	return int64(n)
}

// size is a whole number, also as text, brought between 1 and 200 as the
// reference provider does.
func (p *parser) size(m members) int {
	n, ok := p.number(m, "pageSize")
	switch {
	case !ok || n < 1 && n == math.Trunc(n):
		return defaultSize
	case n > largestSize:
		return largestSize
	case n != math.Trunc(n):
		p.fail("pageSize")
		return defaultSize
	}
	return int(n)
}

// number is a number, also as text; ok is false when it is absent. Numbers too
// large for a float are infinite.
func (p *parser) number(m members, name string) (n float64, ok bool) {
	v := m[name]
	s := string(v)
	switch kind(v) {
	case 'n':
		return 0, false
	case '"':
		s = strings.TrimSpace(str(v))
		if !decimal(s) {
			p.fail(name)
			return 0, false
		}
	case '0':
	default:
		p.fail(name)
		return 0, false
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil && !math.IsInf(n, 0) {
		p.fail(name)
		return 0, false
	}
	return n, true
}

// decimal reports whether a text is a number as JSON writes them: ParseFloat takes
// much more.
func decimal(s string) bool {
	return len(s) > 0 && kind(json.RawMessage(s)) == '0' && json.Valid([]byte(s))
}

// longest keys of the catalogues that can be searched.
var (
	longestLevel = longest(forms.SchoolLevel)
	longestOrder = longest(forms.Government)
	longestState = longest(forms.States)
	longestTown  = longest(forms.Municipalities)
	longestHow   = longest(forms.Acquisition)
)

func longest(c *forms.Catalogue) int {
	n := 0
	for _, e := range c.Entries {
		n = max(n, len(e.Key))
	}
	return n
}

func (p *parser) query(q *query, m members) {
	p.at = append(p.at, "query")
	defer func() { p.at = p.at[:len(p.at)-1] }()
	switch v := m["id"]; kind(v) {
	case 'n':
	case '"':
		if q.id = strings.TrimSpace(str(v)); q.id != "" {
			return // the OAS: with an id the rest of the query is left out
		}
	default:
		p.fail("id")
	}
	q.texts[textGiven] = p.text(q, m, "nombres")
	q.texts[textFirst] = p.text(q, m, "primerApellido")
	q.texts[textSecond] = p.text(q, m, "segundoApellido")
	q.level = p.choice(m, "escolaridadNivel", longestLevel)
	q.income = p.bounds(m, "totalIngresosNetos")
	p.within(m, "datosEmpleoCargoComision", func(m members) {
		q.texts[textBody] = p.text(q, m, "nombreEntePublico")
		q.texts[textPost] = p.text(q, m, "empleoCargoComision")
		q.texts[textGrade] = p.text(q, m, "nivelEmpleoCargoComision")
		q.keys[keyOrder] = p.choice(m, "nivelOrdenGobierno", longestOrder)
		q.keys[keyState] = p.choice(m, "entidadFederativa", longestState)
		q.keys[keyTown] = p.choice(m, "municipioAlcaldia", longestTown)
	})
	p.within(m, "bienesInmuebles", func(m members) {
		q.estate.ranges[estateBuilt] = p.bounds(m, "superficieConstruccion")
		q.estate.ranges[estateLand] = p.bounds(m, "superficieTerreno")
		q.estate.ranges[estatePrice] = p.bounds(m, "valorAdquisicion")
		q.estate.how = p.choice(m, "formaAdquisicion", longestHow)
	})
}

// bounds is an inclusive range. Bounds with decimals, which the national site
// lets people type, hold for the whole numbers inside. The site sends a lower
// bound alone as {"min":N,"max":0}; nothing else sends that, so it is read as
// open (decision record 7).
func (p *parser) bounds(m members, name string) (b bounds) {
	p.within(m, name, func(m members) {
		lo, hasLo := p.number(m, "min")
		hi, hasHi := p.number(m, "max")
		if hasHi && hi == 0 && hasLo && lo > 0 {
			hasHi = false
		}
		b = bounds{on: hasLo || hasHi, lo: lowest, hi: highest}
		if hasLo {
			b.lo = whole(math.Ceil(lo))
			b.on = true
		}
		if hasHi {
			b.hi = whole(math.Floor(hi))
		}
		if !b.on {
			b = bounds{}
		}
	})
	return b
}

// whole is a number without decimals as far as an int64 goes.
func whole(n float64) int64 {
	switch {
	case n >= math.MaxInt64:
		return math.MaxInt64
	case n <= math.MinInt64:
		return math.MinInt64
	}
	return int64(n)
}

// sortable are the members of sort, in the order in which keys apply: a JSON
// object has none of its own. Columns are for asc and for desc.
var sortable = []struct {
	in, name  string
	asc, desc int
}{
	{"", "nombres", colText + textGiven, colText + textGiven},
	{"", "primerApellido", colText + textFirst, colText + textFirst},
	{"", "segundoApellido", colText + textSecond, colText + textSecond},
	{"", "escolaridadNivel", colStudyLeast, colStudyMost},
	{"", "totalIngresosNetos", colIncome, colIncome},
	{"datosEmpleoCargoComision", "nombreEntePublico", colText + textBody, colText + textBody},
	{"datosEmpleoCargoComision", "entidadFederativa", colKey + keyState, colKey + keyState},
	{"datosEmpleoCargoComision", "municipioAlcaldia", colKey + keyTown, colKey + keyTown},
	{"datosEmpleoCargoComision", "empleoCargoComision", colText + textPost, colText + textPost},
	{"datosEmpleoCargoComision", "nivelEmpleoCargoComision", colText + textGrade, colText + textGrade},
	{"datosEmpleoCargoComision", "nivelOrdenGobierno", colKey + keyOrder, colKey + keyOrder},
	{"bienesInmuebles", "superficieConstruccion", leastOf(estateBuilt), mostOf(estateBuilt)},
	{"bienesInmuebles", "superficieTerreno", leastOf(estateLand), mostOf(estateLand)},
	{"bienesInmuebles", "formaAdquisicion", leastOf(estateHow), mostOf(estateHow)},
	{"bienesInmuebles", "valorAdquisicion", leastOf(estatePrice), mostOf(estatePrice)},
}

func (p *parser) sort(q *query, m members) {
	p.at = append(p.at, "sort")
	defer func() { p.at = p.at[:len(p.at)-1] }()
	for _, k := range sortable {
		if k.in == "" {
			p.direction(q, m, k.name, k.asc, k.desc)
			continue
		}
		p.within(m, k.in, func(m members) { p.direction(q, m, k.name, k.asc, k.desc) })
	}
}

func (p *parser) direction(q *query, m members, name string, asc, desc int) {
	v := m[name]
	switch kind(v) {
	case 'n':
		return
	case '"':
		switch str(v) {
		case "":
			return
		case "asc":
			q.sort = append(q.sort, sortKey{asc, false})
			return
		case "desc":
			q.sort = append(q.sort, sortKey{desc, true})
			return
		}
	}
	p.fail(name)
}
