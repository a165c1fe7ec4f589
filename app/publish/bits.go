package publish

import "math/bits"

// set is a set of row numbers.
type set []uint64

func newSet(n int) set { return make(set, (n+63)/64) }

func (s set) has(i uint32) bool { return int(i>>6) < len(s) && s[i>>6]&(1<<(i&63)) != 0 }
func (s set) add(i uint32)      { s[i>>6] |= 1 << (i & 63) }
func (s set) drop(i uint32)     { s[i>>6] &^= 1 << (i & 63) }

// and keeps in s what is in o too. o may be shorter; what it lacks is absent.
func (s set) and(o set) {
	for i := range s {
		if i < len(o) {
			s[i] &= o[i]
		} else {
			s[i] = 0
		}
	}
}

func (s set) count() int {
	n := 0
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}
