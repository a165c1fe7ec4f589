package pdn

import (
	"bytes"
	"strings"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// words are the distinct texts of one property: values that are ordered as a
// Spanish dictionary orders them and found by any part of their folded form.
//
// Folded forms and collation keys are made once for each distinct text, when a
// query first needs them. They are not stored: keys of two versions of the
// collation tables must never be compared with each other.
type words struct {
	values[string]
	folds []string // by code
	keys  [][]byte // by code
	grams grams
}

func newWords() *words {
	w := &words{values: values[string]{all: make([]string, 1), at: map[string]uint32{}}}
	w.compare = func(a, b uint32) int {
		if c := bytes.Compare(w.keys[a], w.keys[b]); c != 0 {
			return c
		}
		return strings.Compare(w.all[a], w.all[b]) // they differ in what nobody sees
	}
	return w
}

// settle makes the keys that the order needs, and then the order.
func (w *words) settle(limit int) {
	w.key(limit)
	w.values.settle(limit)
}

// key makes the collation keys of all codes below limit.
func (w *words) key(limit int) {
	if len(w.keys) >= limit {
		return
	}
	c := collators.Get().(*collator)
	defer collators.Put(c)
	for i := len(w.keys); i < limit; i++ {
		w.keys = append(w.keys, c.key(w.all[i]))
	}
}

// fold makes what containing looks through.
func (w *words) fold() {
	for i := len(w.folds); i < len(w.all); i++ {
		w.folds = append(w.folds, Fold(w.all[i]))
	}
	w.grams.grow(w.folds)
}

// containing is the set of codes below limit whose folded text has part in it;
// part is folded and not empty. fold has been called.
func (w *words) containing(part string, limit int) codeSet {
	list, sure := w.grams.candidates(part, limit)
	set := newCodeSet(limit)
	if sure {
		set.list = list
	} else {
		for _, c := range list {
			if strings.Contains(w.folds[c], part) {
				set.list = append(set.list, c)
			}
		}
	}
	for c := max(1, w.grams.built); c < limit; c++ {
		if strings.Contains(w.folds[c], part) {
			set.list = append(set.list, uint32(c))
		}
	}
	for _, c := range set.list {
		set.bits[c>>6] |= 1 << (c & 63)
	}
	return set
}

// codeSet is a set of codes, in two forms: to go through and to ask.
type codeSet struct {
	list []uint32
	bits []uint64
}

// newCodeSet is an empty set for codes below limit.
func newCodeSet(limit int) codeSet { return codeSet{bits: make([]uint64, (limit+63)/64)} }

func (s *codeSet) add(c uint32) {
	s.list = append(s.list, c)
	s.bits[c>>6] |= 1 << (c & 63)
}

func (s *codeSet) has(c uint32) bool { return s.bits[c>>6]&(1<<(c&63)) != 0 }

// collator makes keys. It keeps what it works with, so one goroutine uses it at a
// time.
type collator struct {
	*collate.Collator
	buf collate.Buffer
}

var collators = sync.Pool{New: func() any { return &collator{Collator: collate.New(language.Spanish)} }}

// key is the collation key of a text: bytes that compare as the texts do in
// Spanish. An invalid text would make the library run for ever, so it is mended.
func (c *collator) key(s string) []byte {
	c.buf.Reset()
	return bytes.Clone(c.KeyFromString(&c.buf, strings.ToValidUTF8(s, "\ufffd")))
}
