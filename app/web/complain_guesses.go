package web

import (
	"crypto/rand"
	"sync"
	"time"
)

// How many wrong keys one network may try in an hour that begin alike, and how many of its
// keys are tried at a time.
//
// A try costs a quarter of a second, of which the machine has two; that bounds guessing,
// and a key is far too long to be guessed so. So the limit is there for the neighbours, and
// must not become a way to keep one out: behind one address there may be a whole town, or
// who uses Tor. Wrong keys are counted with their first six digits, so that nobody who does
// not know those of another shuts her out, and who fills her network's turns does so for as
// long as she goes on, and no longer.
const (
	mostGuesses = 30
	mostAtOnce  = 4
)

// guesses counts wrong follow-up keys, for an hour, in memory. A network is 32 bits of a
// keyed hash under a key that lives as long as the counts: who reads the memory finds no
// address, and nothing outlives the hour.
type guesses struct {
	now  func() time.Time
	mu   sync.Mutex
	key  [32]byte
	end  time.Time
	of   map[uint32]int // wrong ones, by network and first digits
	busy map[uint32]int // being tried, by network
}

func newGuesses(now func() time.Time) *guesses { return &guesses{now: now} }

// turn begins another hour when it is one. The caller holds the lock.
func (g *guesses) turn() {
	if now := g.now(); g.of == nil || !now.Before(g.end) {
		rand.Read(g.key[:])
		g.of, g.busy, g.end = map[uint32]int{}, map[uint32]int{}, now.Truncate(time.Hour).Add(time.Hour)
	}
}

// begin takes a turn for a key that begins with some digits. tired says that too many of
// those were wrong, and busy that too many are being tried; with either there is no turn.
// end gives it back, and tells whether the key was wrong.
func (g *guesses) begin(ip, locator string) (end func(wrong bool), tired, busy bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.turn()
	key, net := networkMark(g.key[:], ip, locator), networkMark(g.key[:], ip, "")
	of, trying := g.of, g.busy // of this hour
	if of[key] >= mostGuesses {
		return nil, true, false
	}
	if trying[net] >= mostAtOnce {
		return nil, false, true
	}
	trying[net]++
	return func(wrong bool) {
		g.mu.Lock()
		defer g.mu.Unlock()
		if wrong {
			of[key]++
		}
		if trying[net]--; trying[net] == 0 {
			delete(trying, net)
		}
	}, false, false
}
