package pdn

import (
	"slices"
	"strings"
	"sync"
)

// index is what is published by one public body, in memory, by columns.
//
// Rows are numbered as they arrive and keep their number. Those of the base are
// ordered by id and, once somebody asks, by other columns; the few that arrived
// since the base was made are late: queries look at them one by one. A row whose
// declaration was reserved is in neither.
//
// mu guards everything but orderings, which readers make while they hold mu for
// reading: these are guarded by lazy.
type index struct {
	mu  sync.RWMutex
	seq uint64 // last change of the publication log that is in

	ids    []string // by row
	cols   [columns]column
	estate [estateCount]column // by real estate
	from   []uint32            // by row: its first real estate; one more for the end
	owner  []uint32            // by real estate: its row

	words   [textCount]*words
	studies *values[string] // sets of keys of escolaridad
	levels  *values[string] // the keys
	span    [][2]uint32     // by set of keys of escolaridad: the least and the greatest
	ways    *values[string] // sets of keys of formaAdquisicion
	hows    *values[string] // the keys
	numbers [columns]*values[int64]

	base  []uint32 // in order of id
	place []uint32 // by row: place in base; what is not there has none
	late  []uint32
	gone  map[string]uint32 // ids to take out, with the row from which on they are there again

	lazy      sync.Mutex
	orderings map[string]*ordering // by name of what they order by
	several   []string             // names of those by more than one column, oldest first
}

// mostLate is how many late rows a query looks at before they join the base.
const mostLate = 32

func newIndex() *index {
	x := &index{from: []uint32{0}}
	for i := range x.words {
		x.words[i] = newWords()
		x.cols[colText+i].ranker = x.words[i]
	}
	for i := range keyCount {
		x.cols[colKey+i].ranker = newValues[string]()
	}
	x.studies, x.levels = newValues[string](), newValues[string]()
	x.ways, x.hows = newValues[string](), newValues[string]()
	x.cols[colStudies].ranker, x.cols[colHows].ranker = x.studies, x.ways
	x.cols[colStudyLeast].ranker, x.cols[colStudyMost].ranker = x.levels, x.levels
	x.numbers[colIncome] = newValues[int64]()
	x.cols[colIncome].ranker = x.numbers[colIncome]
	for p := range estateCount {
		var r ranker = x.hows
		if p != estateHow {
			v := newValues[int64]()
			x.numbers[leastOf(p)], x.numbers[mostOf(p)], r = v, v, v
		}
		x.cols[leastOf(p)].ranker, x.cols[mostOf(p)].ranker, x.estate[p].ranker = r, r, r
	}
	x.rebase()
	return x
}

// reserve makes room for n more rows at once.
func (x *index) reserve(n int) {
	for c := range x.cols {
		x.cols[c].codes = slices.Grow(x.cols[c].codes, n)
	}
	x.ids, x.from, x.late = slices.Grow(x.ids, n), slices.Grow(x.from, n), slices.Grow(x.late, n)
}

// add puts a published declaration in, as a late row. settle must follow. The row
// is not kept.
func (x *index) add(id string, row []byte) error {
	r, ok := open(row)
	if !ok {
		return errRow
	}
	n := uint32(len(x.ids))
	var codes [columns]uint32
	for i := range textCount {
		codes[colText+i] = word(&x.words[i].values, r.text())
	}
	for i := range keyCount {
		codes[colKey+i] = word(x.cols[colKey+i].ranker.(*values[string]), r.text())
	}
	codes[colStudies] = word(x.studies, r.text())
	span := x.spanOf(codes[colStudies])
	codes[colStudyLeast], codes[colStudyMost] = span[0], span[1]
	codes[colIncome] = code(x.numbers[colIncome], r.number())
	items := make([][estateCount]uint32, r.count())
	for i := range items {
		items[i][estateBuilt] = code(x.numbers[leastOf(estateBuilt)], r.number())
		items[i][estateLand] = code(x.numbers[leastOf(estateLand)], r.number())
		items[i][estatePrice] = code(x.numbers[leastOf(estatePrice)], r.number())
		items[i][estateHow] = word(x.hows, r.text())
	}
	if err := r.end(); err != nil {
		return err
	}
	codes[colHows] = x.waysOf(items)
	for p := range estateCount {
		codes[leastOf(p)], codes[mostOf(p)] = extremes(items, p, x.estate[p].order)
		for i := range items {
			x.estate[p].codes = append(x.estate[p].codes, items[i][p])
		}
	}
	for range items {
		x.owner = append(x.owner, n)
	}
	for c := range columns {
		x.cols[c].codes = append(x.cols[c].codes, codes[c])
	}
	x.ids = append(x.ids, id)
	x.from = append(x.from, uint32(len(x.owner)))
	x.late = append(x.late, n)
	return nil
}

// word is the code of a text; an empty one is missing.
func word(v *values[string], s []byte) uint32 {
	if len(s) == 0 {
		return none
	}
	if string(s) == v.all[v.last] { // half of the properties hardly ever change from one row to the next
		return v.last
	}
	c, ok := v.at[string(s)] // no copy is made to look it up
	if !ok {
		c = v.add(string(s))
	}
	v.last = c
	return c
}

func code(v *values[int64], x number) uint32 {
	if !x.is {
		return none
	}
	return v.code(x.n)
}

// spanOf is the codes of the least and the greatest key of a set.
func (x *index) spanOf(set uint32) [2]uint32 {
	for n := len(x.span); n <= int(set); n++ {
		s := x.studies.all[n]
		if s == "" {
			x.span = append(x.span, [2]uint32{none, none})
			continue
		}
		least, _, _ := strings.Cut(s, setSep)
		x.span = append(x.span, [2]uint32{x.levels.code(least), x.levels.code(s[strings.LastIndex(s, setSep)+1:])})
	}
	return x.span[set]
}

// waysOf is the code of the set of ways in which the items were acquired.
func (x *index) waysOf(items [][estateCount]uint32) uint32 {
	var keys []string
	for i := range items {
		if c := items[i][estateHow]; c != none {
			keys = append(keys, x.hows.all[c])
		}
	}
	if len(keys) == 0 {
		return none
	}
	slices.Sort(keys)
	return x.ways.code(strings.Join(slices.Compact(keys), setSep))
}

// extremes are the codes of the least and the greatest value of a property of
// the items that have one.
func extremes(items [][estateCount]uint32, p int, compare func(a, b uint32) int) (least, most uint32) {
	for i := range items {
		c := items[i][p]
		if c == none {
			continue
		}
		if least == none || compare(c, least) < 0 {
			least = c
		}
		if most == none || compare(c, most) > 0 {
			most = c
		}
	}
	return least, most
}

// remove takes the declaration out, if it is there. settle must follow.
func (x *index) remove(id string) {
	if x.gone == nil {
		x.gone = map[string]uint32{}
	}
	x.gone[id] = uint32(len(x.ids))
}

// search finds an id in the base.
func (x *index) search(id string) (int, bool) {
	return slices.BinarySearchFunc(x.base, id, func(row uint32, id string) int { return strings.Compare(x.ids[row], id) })
}

// find is the row of an id.
func (x *index) find(id string) (row uint32, ok bool) {
	if i, ok := x.search(id); ok {
		return x.base[i], true
	}
	for _, row := range x.late {
		if x.ids[row] == id {
			return row, true
		}
	}
	return 0, false
}

// settle makes what was added and removed visible to queries.
func (x *index) settle() {
	if len(x.gone) > 0 {
		gone := func(row uint32) bool { return row < x.gone[x.ids[row]] }
		before := len(x.base)
		x.late = slices.DeleteFunc(x.late, gone)
		x.base = slices.DeleteFunc(x.base, gone)
		x.gone = nil
		if len(x.base) < before {
			x.rebase()
			return
		}
	}
	if len(x.late) > mostLate {
		x.rebase()
	}
}

// rebase takes the late rows into the base and forgets all orderings.
func (x *index) rebase() {
	byID := func(a, b uint32) int { return strings.Compare(x.ids[a], x.ids[b]) }
	slices.SortFunc(x.late, byID)
	inOrder := len(x.base) == 0 || len(x.late) == 0 || byID(x.base[len(x.base)-1], x.late[0]) < 0
	x.base = append(x.base, x.late...)
	if !inOrder {
		slices.SortFunc(x.base, byID)
	}
	x.late = nil
	x.place = make([]uint32, len(x.ids))
	for i, row := range x.base {
		x.place[row] = uint32(i)
	}
	for i := range x.cols {
		x.cols[i].limit = x.cols[i].size()
	}
	for i := range x.estate {
		x.estate[i].limit = x.estate[i].size()
	}
	x.orderings, x.several = map[string]*ordering{}, nil
}
