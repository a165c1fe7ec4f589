package match

import (
	"slices"
	"strconv"
	"strings"
)

// Index finds among many parties those that are like one. It asks Compare only about
// the few that share an RFC or nearly all words with it, and finds the same as asking
// about each would. It is safe for concurrent use.
type Index struct {
	all  []Party
	keys map[string][]int32
}

// Hit is a party of an index that is like the one that was looked for.
type Hit struct {
	At       int // in the list that the index was made of
	Likeness Likeness
}

// NewIndex makes an index.
func NewIndex(all []Party) *Index {
	x := &Index{all: all, keys: make(map[string][]int32, 4*len(all))}
	for i, p := range all {
		for _, k := range p.keys() {
			if at := x.keys[k]; len(at) == 0 || at[len(at)-1] != int32(i) {
				x.keys[k] = append(at, int32(i))
			}
		}
	}
	return x
}

// keys are what two parties that are alike share at least one of.
func (p Party) keys() (all []string) {
	if p.rfc != "" {
		all = append(all, "r"+p.rfc)
	}
	if !p.named() {
		return all
	}
	all = append(all, "w"+strings.Join(p.loose, " "), "j"+strings.Join(p.words, ""), "j"+strings.Join(stated(p.words), ""))
	// A typo changes one word, which keeps its first letter and nearly its length.
	for i, w := range p.loose {
		if i > 0 && p.loose[i-1] == w {
			continue
		}
		without := strings.Join(slices.Concat(p.loose[:i], p.loose[i+1:]), " ")
		if len(w) >= leastTypo {
			for n := len(w); n <= len(w)+1; n++ {
				all = append(all, "o"+w[:1]+strconv.Itoa(n)+" "+without)
			}
		}
		if !p.company() && len(p.loose) > leastLacking {
			all = append(all, "w"+without)
		}
	}
	return all
}

// Find is every party that is like p, in their order.
func (x *Index) Find(p Party) (hits []Hit) {
	var near []int32
	for _, k := range p.keys() {
		near = append(near, x.keys[k]...)
	}
	slices.Sort(near)
	for _, i := range slices.Compact(near) {
		if l := Compare(p, x.all[i]); l.How != None {
			hits = append(hits, Hit{int(i), l})
		}
	}
	return hits
}
