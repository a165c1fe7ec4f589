package pdn

import "math/bits"

// rowSet is a set of rows, a bit each.
type rowSet []uint64

func (x *index) newSet() rowSet { return make(rowSet, (len(x.ids)+63)/64) }

func (s rowSet) has(row uint32) bool { return s[row>>6]&(1<<(row&63)) != 0 }
func (s rowSet) add(row uint32)      { s[row>>6] |= 1 << (row & 63) }

// and keeps what o has too.
func (s rowSet) and(o rowSet) {
	for i := range s {
		s[i] &= o[i]
	}
}

func (s rowSet) count() int {
	n := 0
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// list is the rows in their order.
func (s rowSet) list(n int) []uint32 {
	rows := make([]uint32, 0, n)
	for i, w := range s {
		for ; w != 0; w &= w - 1 {
			rows = append(rows, uint32(i*64+bits.TrailingZeros64(w)))
		}
	}
	return rows
}
