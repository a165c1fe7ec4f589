package pdn

import (
	"cmp"
	"slices"
)

// none is the code of a value that is missing. It comes before all others.
const none uint32 = 0

// values keeps each distinct value of a property once and names it by a code, in
// the order of arrival. Codes never change; ranks do, when values arrive that
// belong between others, and only in settle.
type values[T comparable] struct {
	all     []T // by code; the first is no value
	at      map[T]uint32
	last    uint32                // code that was asked for last
	compare func(a, b uint32) int // orders two codes; nil orders nothing
	sorted  []uint32              // codes in order, those that had arrived when settle was last called
	rank    []uint32              // by code: place in sorted
}

func newValues[T cmp.Ordered]() *values[T] {
	v := &values[T]{all: make([]T, 1), at: map[T]uint32{}}
	v.compare = func(a, b uint32) int { return cmp.Compare(v.all[a], v.all[b]) }
	return v
}

// code is the code of x, a new one when x was never seen.
func (v *values[T]) code(x T) uint32 {
	c, ok := v.at[x]
	if !ok {
		c = v.add(x)
	}
	return c
}

func (v *values[T]) add(x T) uint32 {
	c := uint32(len(v.all))
	v.all = append(v.all, x)
	v.at[x] = c
	return c
}

// settle gives every code below limit its rank.
func (v *values[T]) settle(limit int) {
	if len(v.sorted) >= limit {
		return
	}
	var fresh []uint32
	for c := len(v.sorted); c < limit; c++ {
		fresh = append(fresh, uint32(c))
	}
	if fresh[0] == none {
		fresh = fresh[1:]
		v.sorted = append(v.sorted, none)
	}
	slices.SortFunc(fresh, v.compare)
	v.sorted = merge(v.sorted, fresh, v.compare)
	v.rank = make([]uint32, len(v.sorted))
	for i, c := range v.sorted {
		v.rank[c] = uint32(i)
	}
}

// ranks is the rank of each code.
func (v *values[T]) ranks() []uint32 { return v.rank }

// size is how many codes there are, none included.
func (v *values[T]) size() int { return len(v.all) }

// order compares two codes that need not have a rank.
func (v *values[T]) order(a, b uint32) int {
	switch {
	case a == b:
		return 0
	case a == none:
		return -1
	case b == none:
		return 1
	}
	return v.compare(a, b)
}

// merge joins two ordered lists into a new one. The first element of old stays
// first.
func merge(old, fresh []uint32, compare func(a, b uint32) int) []uint32 {
	if len(fresh) == 0 {
		return old
	}
	out := make([]uint32, 0, len(old)+len(fresh))
	from := min(1, len(old))
	out = append(out, old[:from]...)
	for _, c := range fresh {
		n, _ := slices.BinarySearchFunc(old[from:], c, compare)
		out = append(out, old[from:from+n]...)
		out = append(out, c)
		from += n
	}
	return append(out, old[from:]...)
}
