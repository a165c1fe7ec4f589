package pdn

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
)

// sortKey is one column that results are ordered by.
type sortKey struct {
	col  int
	desc bool
}

// sorting is what results are ordered by, the first key first; ids decide what
// the keys leave equal, so the order is total. Without keys it is that of ids.
type sorting []sortKey

// mostSeveral bounds the orderings by more than one column that are kept.
const mostSeveral = 16

// ordered is the base in an order. It is made on first use and kept until the
// base changes. The caller holds mu for reading.
func (x *index) ordered(s sorting) *ordering {
	if len(s) == 0 {
		return &ordering{rows: x.base}
	}
	name := s.name()
	x.lazy.Lock()
	defer x.lazy.Unlock()
	if o := x.orderings[name]; o != nil {
		return o
	}
	o := ordering{rows: x.base}
	for _, k := range slices.Backward(s) {
		o = by(o.rows, x.settled(k.col), k.desc)
	}
	if len(s) > 1 || s[0].desc {
		o.start = nil
	} else {
		o.sizes = sizes(o.start, x.cols[s[0].col].ranks())
	}
	x.orderings[name] = &o
	if len(s) > 1 {
		x.several = append(x.several, name)
		if len(x.several) > mostSeveral {
			delete(x.orderings, x.several[0])
			x.several = x.several[1:]
		}
	}
	return &o
}

// estatesBy is the real estate of the base ordered by a property.
func (x *index) estatesBy(property int) *ordering {
	name := string([]byte{0xff, byte(property)})
	x.lazy.Lock()
	defer x.lazy.Unlock()
	if o := x.orderings[name]; o != nil {
		return o
	}
	c := &x.estate[property]
	c.settle(c.limit)
	items := make([]uint32, 0, len(x.owner))
	for _, row := range x.base {
		for i := x.from[row]; i < x.from[row+1]; i++ {
			items = append(items, i)
		}
	}
	o := by(items, c, false)
	o.owners = make([]uint32, len(items))
	for i, item := range o.rows {
		o.owners[i] = x.owner[item]
	}
	x.orderings[name] = &o
	return &o
}

// sizes are how many rows each code has, from where each rank begins.
func sizes(start, rank []uint32) []uint32 {
	n := make([]uint32, len(rank))
	for c, r := range rank {
		n[c] = start[r+1] - start[r]
	}
	return n
}

// settled is a column whose values have their ranks. lazy is held.
func (x *index) settled(col int) *column {
	c := &x.cols[col]
	c.settle(c.limit)
	return c
}

// ranked makes the ranks that compareRanks and keys need.
func (x *index) ranked(s sorting) {
	x.lazy.Lock()
	defer x.lazy.Unlock()
	for _, k := range s {
		x.settled(k.col)
	}
}

// sort orders rows of the base without going through all of it.
func (x *index) sort(rows []uint32, s sorting) {
	x.ranked(s)
	switch len(s) {
	case 0:
		for i, row := range rows {
			rows[i] = x.place[row]
		}
		slices.Sort(rows)
		for i, p := range rows {
			rows[i] = x.base[p]
		}
	case 1:
		x.sortByOne(rows, s[0])
	default:
		slices.SortFunc(rows, func(a, b uint32) int { return x.compareRanks(a, b, s) })
	}
}

// sortByOne packs rank and place into one number, which sorts much quicker.
func (x *index) sortByOne(rows []uint32, k sortKey) {
	c := &x.cols[k.col]
	rank := c.ranks()
	packed := make([]uint64, len(rows))
	for i, row := range rows {
		r := rank[c.codes[row]]
		if k.desc {
			r = ^r
		}
		packed[i] = uint64(r)<<32 | uint64(x.place[row])
	}
	slices.Sort(packed)
	for i, p := range packed {
		rows[i] = x.base[uint32(p)]
	}
}

// compareRanks orders two rows of the base.
func (x *index) compareRanks(a, b uint32, s sorting) int {
	for _, k := range s {
		c := &x.cols[k.col]
		rank := c.ranks()
		if d := cmp.Compare(rank[c.codes[a]], rank[c.codes[b]]); d != 0 {
			if k.desc {
				return -d
			}
			return d
		}
	}
	return cmp.Compare(x.place[a], x.place[b])
}

// compare orders any two rows, late ones included. keyed has been called.
func (x *index) compare(a, b uint32, s sorting) int {
	for _, k := range s {
		if d := x.cols[k.col].compare(a, b); d != 0 {
			if k.desc {
				return -d
			}
			return d
		}
	}
	return strings.Compare(x.ids[a], x.ids[b])
}

// keyed makes what compare needs for late rows: their texts have no collation
// keys yet.
func (x *index) keyed(s sorting) {
	x.lazy.Lock()
	defer x.lazy.Unlock()
	for _, k := range s {
		if w, ok := x.cols[k.col].ranker.(*words); ok {
			w.key(len(w.all))
		}
	}
}

// name tells a sorting from every other.
func (s sorting) name() string {
	var b bytes.Buffer
	for _, k := range s {
		n := byte(k.col) << 1
		if k.desc {
			n |= 1
		}
		b.WriteByte(n)
	}
	return b.String()
}
