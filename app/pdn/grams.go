package pdn

import "slices"

// grams finds texts by parts of them: for each sequence of one, two or three
// bytes, the codes of the texts that have it. Sequences share buckets, so what a
// bucket of three gives must be looked at again; those of one and two bytes have
// buckets of their own.
//
// It covers the texts of when it was last built. The few that came later are
// looked at one by one.
type grams struct {
	built int      // texts below this code are in
	start []uint32 // of each bucket in codes, and the end of the last
	codes []uint32
}

// Buckets: one byte, two bytes, three bytes hashed.
const (
	pairs    = 1 << 8
	triples  = pairs + 1<<16
	buckets  = triples + 1<<15
	fewTexts = 256 // not worth an index
)

func triple(s string) uint32 {
	h := (uint32(s[0])<<16 | uint32(s[1])<<8 | uint32(s[2])) * 2654435761
	return triples + h>>17
}

// each calls fn with the buckets of a text; some may come more than once.
func each(s string, fn func(bucket uint32)) {
	for i := range len(s) {
		fn(uint32(s[i]))
		if i+2 <= len(s) {
			fn(pairs + uint32(s[i])<<8 + uint32(s[i+1]))
		}
		if i+3 <= len(s) {
			fn(triple(s[i : i+3]))
		}
	}
}

// grow builds the index anew when enough texts have come since it was built.
func (g *grams) grow(texts []string) {
	if late := len(texts) - g.built; late <= fewTexts || late < g.built/8 {
		return
	}
	last := make([]uint32, buckets) // code that was counted last in each bucket
	start := make([]uint32, buckets+1)
	for c := uint32(1); int(c) < len(texts); c++ {
		each(texts[c], func(b uint32) {
			if last[b] != c {
				last[b] = c
				start[b+1]++
			}
		})
	}
	for b := range buckets {
		start[b+1] += start[b]
	}
	codes := make([]uint32, start[buckets])
	next := last // next free place of each bucket
	copy(next, start)
	for c := uint32(1); int(c) < len(texts); c++ {
		each(texts[c], func(b uint32) {
			if at := next[b]; at == start[b] || codes[at-1] != c {
				codes[at] = c
				next[b]++
			}
		})
	}
	*g = grams{built: len(texts), start: start, codes: codes}
}

// candidates are the codes below limit, of the texts that the index covers, whose
// text may have part in it; sure says that each of them has. part is not empty.
// The list must not be changed, and appending to it copies it.
func (g *grams) candidates(part string, limit int) (list []uint32, sure bool) {
	if g.built == 0 {
		return nil, true
	}
	switch len(part) {
	case 1:
		list, sure = g.bucket(uint32(part[0])), true
	case 2:
		list, sure = g.bucket(pairs+uint32(part[0])<<8+uint32(part[1])), true
	default:
		list = g.bucket(g.rarest(part))
	}
	if n := len(list); n > 0 && int(list[n-1]) >= limit {
		n, _ = slices.BinarySearch(list, uint32(limit))
		list = list[:n]
	}
	return slices.Clip(list), sure
}

// rarest is the smallest bucket of a part of three bytes or more.
func (g *grams) rarest(part string) uint32 {
	best, most := uint32(0), ^uint32(0)
	for i := 0; i+3 <= len(part); i++ {
		b := triple(part[i : i+3])
		if n := g.start[b+1] - g.start[b]; n < most {
			best, most = b, n
		}
	}
	return best
}

func (g *grams) bucket(b uint32) []uint32 { return g.codes[g.start[b]:g.start[b+1]] }
