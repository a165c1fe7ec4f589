package pdn

// estateConditions are what one and the same real estate has to meet.
type estateConditions struct {
	ranges [estateCount]bounds // that of formaAdquisicion is not used
	how    string
}

// asks reports whether there is a condition on a property.
func (e *estateConditions) asks(property int) bool {
	return e.ranges[property].on || property == estateHow && e.how != ""
}

// alone is the property that has the only condition, or -1.
func (e *estateConditions) alone() int {
	found := -1
	for p := range estateCount {
		if e.asks(p) {
			if found >= 0 {
				return -1
			}
			found = p
		}
	}
	return found
}

// owning passes rows with a real estate that meets all the conditions.
func (x *index) owning(e estateConditions) filter {
	switch p := e.alone(); {
	case p == estateHow:
		return x.having(colHows, e.how)
	case p >= 0 && e.ranges[p].hi == highest && e.ranges[p].lo > lowest:
		return x.within(mostOf(p), e.ranges[p]) // from so much on: the greatest of a row tells
	case p >= 0 && e.ranges[p].lo == lowest && e.ranges[p].hi < highest:
		return x.within(leastOf(p), e.ranges[p])
	}
	set, n := x.owners(e)
	return filter{
		n: n, pass: set.has,
		rows: func(yield func([]uint32)) { yield(set.list(n)) },
		fill: func(s rowSet) { copy(s, set) },
		late: func(row uint32) bool {
			for i := x.from[row]; i < x.from[row+1]; i++ {
				if x.meets(i, &e, -1) {
					return true
				}
			}
			return false
		},
	}
}

// owners are the rows of the base with a real estate that meets the conditions: it
// goes through the shortest stretch that one of them leaves.
func (x *index) owners(e estateConditions) (rowSet, int) {
	set := x.newSet()
	var o *ordering
	var r run
	by := -1
	for p := range estateCount {
		if !e.asks(p) {
			continue
		}
		po, pr := x.estateStretch(p, &e)
		if by < 0 || pr.to-pr.from < r.to-r.from {
			o, r, by = po, pr, p
		}
	}
	if e.alone() >= 0 {
		for _, row := range o.owners[r.from:r.to] {
			set.add(row)
		}
		return set, set.count()
	}
	for i, row := range o.owners[r.from:r.to] {
		if !set.has(row) && x.meets(o.rows[int(r.from)+i], &e, by) {
			set.add(row)
		}
	}
	return set, set.count()
}

// estateStretch is where the real estate that meets the condition on a property
// is, in the order of that property.
func (x *index) estateStretch(p int, e *estateConditions) (*ordering, run) {
	o := x.estatesBy(p)
	if p != estateHow {
		return o, stretch(o, x.numbers[leastOf(p)], e.ranges[p])
	}
	want, known := x.hows.at[e.how]
	if !known || int(want) >= x.estate[p].limit {
		return o, run{}
	}
	return o, o.of(x.hows.rank[want])
}

// meets reports whether a real estate meets the conditions; that on the property
// but, which was seen to already, is left out.
func (x *index) meets(item uint32, e *estateConditions, but int) bool {
	for p := range estateCount {
		if p == but || !e.asks(p) {
			continue
		}
		c := x.estate[p].codes[item]
		if c == none || p == estateHow && x.hows.all[c] != e.how || p != estateHow && !e.ranges[p].has(x.numbers[leastOf(p)].all[c]) {
			return false
		}
	}
	return true
}
