package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"sync"
	"time"
)

// mostGuesses is how many wrong keys one network may try in an hour. Behind one
// address there may be a whole town, so it is no small number; what protects a key is
// its length and what a try costs.
const mostGuesses = 30

// guesses counts wrong follow-up keys by network, for an hour, in memory. A network is
// 32 bits of a keyed hash under a key that lives as long as the counts: who reads the
// memory finds no address, and nothing outlives the hour.
type guesses struct {
	now func() time.Time
	mu  sync.Mutex
	key [32]byte
	end time.Time
	of  map[uint32]int
}

func newGuesses(now func() time.Time) *guesses { return &guesses{now: now} }

// mark is a network for as long as the key lives. The caller holds the lock.
func (g *guesses) mark(ip string) uint32 {
	if now := g.now(); g.of == nil || !now.Before(g.end) {
		rand.Read(g.key[:])
		g.of, g.end = map[uint32]int{}, now.Truncate(time.Hour).Add(time.Hour)
	}
	mac := hmac.New(sha256.New, g.key[:])
	mac.Write([]byte(ip))
	return binary.BigEndian.Uint32(mac.Sum(nil))
}

// allowed reports whether a network may try a key.
func (g *guesses) allowed(ip string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	m := g.mark(ip) // which may begin another hour
	return g.of[m] < mostGuesses
}

// wrong counts one that was wrong.
func (g *guesses) wrong(ip string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	m := g.mark(ip)
	g.of[m]++
}
