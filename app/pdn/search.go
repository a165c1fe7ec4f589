package pdn

import (
	"math/bits"
	"slices"
)

// page answers a query: the ids of one page, in order, and how many declarations
// there are on all pages together.
//
// It costs about what the page costs. One condition is counted from the lengths of
// the stretches that it leaves of an ordering, without looking at their rows.
// Several are counted by going through the rows that the narrowest leaves. Pages
// are taken from an ordering of the whole base: directly when there is no
// condition, else by walking it until the page is full, or, when few rows are left,
// by ordering these.
func (x *index) page(q *query) (ids []string, total int) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if q.id != "" {
		row, ok := x.find(q.id)
		if !ok {
			return nil, 0
		}
		if q.skip() == 0 {
			ids = []string{x.ids[row]}
		}
		return ids, 1
	}
	if q.nothing {
		return nil, 0
	}
	all := x.filters(&q.conditions)
	sel := x.selected(all)
	late := x.lateOf(all, q.sort)
	total = sel.n + len(late)
	if q.skip() >= int64(total) {
		return nil, total
	}
	for _, row := range x.take(sel, late, q.sort, int(q.skip()), min(q.size, total-int(q.skip()))) {
		ids = append(ids, x.ids[row])
	}
	return ids, total
}

// lateOf are the late rows that pass, in order.
func (x *index) lateOf(all []filter, s sorting) []uint32 {
	var late []uint32
	for _, row := range x.late {
		if !slices.ContainsFunc(all, func(f filter) bool { return !f.late(row) }) {
			late = append(late, row)
		}
	}
	if len(late) > 0 {
		x.keyed(s)
		slices.SortFunc(late, func(a, b uint32) int { return x.compare(a, b, s) })
	}
	return late
}

// selection is the rows of the base that pass all conditions.
type selection struct {
	n    int
	pass func(row uint32) bool // nil when all do
	rows func() []uint32       // in no order; the slice is the caller's
}

// lookup is how much dearer it is to look at a row for one condition than to take
// it into a set: its value lies anywhere in memory.
const lookup = 16

// selected combines the conditions.
func (x *index) selected(all []filter) selection {
	if slices.ContainsFunc(all, func(f filter) bool { return f.n == 0 }) {
		return selection{}
	}
	all = slices.DeleteFunc(slices.Clone(all), func(f filter) bool { return f.n == len(x.base) })
	if len(all) == 0 {
		return selection{n: len(x.base)}
	}
	slices.SortStableFunc(all, func(a, b filter) int { return a.n - b.n })
	narrow, others := &all[0], all[1:]
	if len(others) == 0 {
		return selection{narrow.n, narrow.pass, narrow.list}
	}
	rest := 0
	for _, f := range others {
		rest += f.n
	}
	if narrow.n*lookup*len(others) <= rest {
		return x.lookedAt(narrow, others)
	}
	set := narrow.set(x)
	for i := range others {
		set.and(others[i].set(x))
	}
	n := set.count()
	return selection{n, set.has, func() []uint32 { return set.list(n) }}
}

// lookedAt is the selection of the few rows of one condition that pass the others.
func (x *index) lookedAt(narrow *filter, others []filter) selection {
	rows := slices.DeleteFunc(narrow.list(), func(row uint32) bool {
		return slices.ContainsFunc(others, func(f filter) bool { return !f.pass(row) })
	})
	var set rowSet
	return selection{
		n: len(rows),
		pass: func(row uint32) bool {
			if set == nil {
				set = x.newSet()
				for _, row := range rows {
					set.add(row)
				}
			}
			return set.has(row)
		},
		rows: func() []uint32 { return slices.Clone(rows) },
	}
}

// list is the rows of the base that pass; the slice is the caller's.
func (f *filter) list() []uint32 {
	rows := make([]uint32, 0, f.n)
	f.rows(func(part []uint32) { rows = append(rows, part...) })
	return rows
}

// take is a part of the selection with the late rows in their places.
func (x *index) take(sel selection, late []uint32, s sorting, skip, size int) []uint32 {
	var rows []uint32
	pass := sel.pass
	if sel.n == 0 {
		pass = nil
	} else if pass != nil && x.sortsQuicker(sel.n, skip+size) {
		rows = sel.rows()
		x.sort(rows, s)
		pass = nil
	} else {
		rows = x.ordered(s).rows
	}
	w := walk{out: make([]uint32, 0, size), skip: skip, size: size}
	from := 0
	for _, row := range late {
		// Where a late row stands among the rows, not only those that pass.
		at, _ := slices.BinarySearchFunc(rows[from:], row, func(a, b uint32) int { return x.compare(a, b, s) })
		w.stretch(rows[from:from+at], pass)
		w.stretch([]uint32{row}, nil)
		from += at
	}
	w.stretch(rows[from:], pass)
	return w.out
}

// sortsQuicker weighs ordering the n rows that pass against walking the base until
// need of them are found.
func (x *index) sortsQuicker(n, need int) bool {
	order := n * (bits.Len(uint(n)) + 2)
	steps := need * len(x.base) / max(n, 1)
	return order < steps
}

// walk goes through rows, skips some and takes some.
type walk struct {
	out        []uint32
	skip, size int
}

func (w *walk) full() bool { return len(w.out) == w.size }

// stretch goes through rows until the walk is full; without pass every row counts.
func (w *walk) stretch(rows []uint32, pass func(uint32) bool) {
	if w.full() {
		return
	}
	if pass == nil {
		n := min(w.skip, len(rows))
		w.skip -= n
		rows = rows[n:]
		w.out = append(w.out, rows[:min(len(rows), w.size-len(w.out))]...)
		return
	}
	for _, row := range rows {
		if !pass(row) {
			continue
		}
		if w.skip > 0 {
			w.skip--
			continue
		}
		if w.out = append(w.out, row); w.full() {
			return
		}
	}
}
