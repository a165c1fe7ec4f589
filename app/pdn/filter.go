package pdn

import (
	"slices"
	"strings"
)

// filter is one condition of a query, resolved against the index.
type filter struct {
	n    int                        // rows of the base that pass
	pass func(row uint32) bool      // of a row of the base
	late func(row uint32) bool      // of a late row
	rows func(yield func([]uint32)) // the rows of the base that pass, in pieces
	fill func(rowSet)               // the same, into a set; nil does it by rows
}

// set is the rows of the base that pass.
func (f *filter) set(x *index) rowSet {
	s := x.newSet()
	if f.fill != nil {
		f.fill(s)
		return s
	}
	f.rows(func(part []uint32) {
		for _, row := range part {
			s.add(row)
		}
	})
	return s
}

// filters resolves the conditions of a query. The caller holds mu for reading.
func (x *index) filters(q *conditions) []filter {
	var all []filter
	for i, part := range q.texts {
		if part != "" {
			all = append(all, x.containing(i, part))
		}
	}
	for i, key := range q.keys {
		if key != "" {
			all = append(all, x.equal(colKey+i, key))
		}
	}
	if q.level != "" {
		all = append(all, x.having(colStudies, q.level))
	}
	if q.income.on {
		all = append(all, x.within(colIncome, q.income))
	}
	if q.estate != (estateConditions{}) {
		all = append(all, x.owning(q.estate))
	}
	return all
}

// containing passes rows whose text has part in it.
func (x *index) containing(text int, part string) filter {
	w, c := x.words[text], &x.cols[colText+text]
	x.lazy.Lock()
	w.fold()
	x.lazy.Unlock()
	f := x.among(colText+text, w.containing(part, c.limit))
	f.late = func(row uint32) bool { return strings.Contains(w.folds[c.codes[row]], part) }
	return f
}

// equal passes rows that have exactly this key.
func (x *index) equal(col int, key string) filter {
	v, codes := x.cols[col].ranker.(*values[string]), x.cols[col].codes
	set := newCodeSet(x.cols[col].limit)
	want, known := v.at[key]
	if known && int(want) < x.cols[col].limit {
		set.add(want)
	}
	f := x.among(col, set)
	f.late = func(row uint32) bool { return known && codes[row] == want }
	return f
}

// having passes rows whose set has a key.
func (x *index) having(col int, key string) filter {
	v, codes := x.cols[col].ranker.(*values[string]), x.cols[col].codes
	set := newCodeSet(x.cols[col].limit)
	for c := uint32(1); int(c) < x.cols[col].limit; c++ {
		if inSet(v.all[c], key) {
			set.add(c)
		}
	}
	f := x.among(col, set)
	f.late = func(row uint32) bool { return inSet(v.all[codes[row]], key) }
	return f
}

// inSet reports whether a set kept as one text has a key.
func inSet(set, key string) bool {
	for one := range strings.SplitSeq(set, setSep) {
		if one == key {
			return true
		}
	}
	return false
}

// among passes rows of the base whose value in a column is one of a set of codes,
// all of which the base knows.
func (x *index) among(col int, set codeSet) filter {
	if len(set.list) == 0 {
		return filter{}
	}
	codes, o := x.cols[col].codes, x.ordered(sorting{{col: col}})
	rank := x.cols[col].ranks()
	f := filter{
		pass: func(row uint32) bool { return set.has(codes[row]) },
		rows: func(yield func([]uint32)) {
			for _, c := range set.list {
				r := o.of(rank[c])
				yield(o.rows[r.from:r.to])
			}
		},
	}
	for _, c := range set.list {
		f.n += int(o.sizes[c])
	}
	if len(set.list) > len(x.base)/8 { // so many short runs that going through all rows is quicker
		f.fill = func(s rowSet) {
			for _, row := range x.base {
				if set.has(codes[row]) {
					s.add(row)
				}
			}
		}
	}
	return f
}

// bounds are an inclusive range of whole numbers; without on there is none.
type bounds struct {
	on     bool
	lo, hi int64
}

// Ends of an open range.
const (
	lowest  = -1 << 63
	highest = 1<<63 - 1
)

func (b bounds) has(n int64) bool { return b.lo <= n && n <= b.hi }

// within passes rows whose number is in a range.
func (x *index) within(col int, b bounds) filter {
	v, codes := x.numbers[col], x.cols[col].codes
	o := x.ordered(sorting{{col: col}})
	r := stretch(o, v, b)
	pass := func(row uint32) bool { c := codes[row]; return c != none && b.has(v.all[c]) }
	return filter{
		n: int(r.to - r.from), pass: pass, late: pass,
		rows: func(yield func([]uint32)) { yield(o.rows[r.from:r.to]) },
	}
}

// stretch is where an ordering by numbers has those of a range.
func stretch(o *ordering, v *values[int64], b bounds) run {
	if b.lo > b.hi {
		return run{}
	}
	known := v.sorted[1:] // without none
	first := func(n int64) int {
		i, _ := slices.BinarySearchFunc(known, n, func(c uint32, n int64) int {
			if v.all[c] < n {
				return -1
			}
			return 1
		})
		return i
	}
	from, to := first(b.lo), len(known)
	if b.hi < highest {
		to = first(b.hi + 1)
	}
	return run{o.start[from+1], o.start[to+1]}
}
