package web

import (
	"context"
	"crypto/rand"
	"sync"
	"time"
)

// Sending a complaint costs a derivation, of which the machine makes some eight a second
// for everybody. So that who sends hundreds at once does not keep others out, two of a
// network wait for theirs at a time and the rest of that network waits behind them: she
// who comes from elsewhere is behind two of each network that floods, and not behind all.
// Nothing is refused and nobody is counted; who waited too long has her text and presses
// again.
const (
	turnsAtOnce  = 2
	turnPatience = 8 * time.Second
)

// turns are the lines of networks, in memory, while somebody stands in them. A network is
// 32 bits of a keyed hash under a key that lives as long as the process.
type turns struct {
	mu  sync.Mutex
	key [32]byte
	of  map[uint32]*line
}

type line struct {
	in  chan struct{}
	all int
}

func newTurns() *turns {
	t := &turns{of: map[uint32]*line{}}
	rand.Read(t.key[:])
	return t
}

// wait waits for a turn of a network. false: it did not come before the context ended.
func (t *turns) wait(ctx context.Context, ip string) (end func(), ok bool) {
	k := networkMark(t.key[:], ip, "")
	t.mu.Lock()
	l := t.of[k]
	if l == nil {
		l = &line{in: make(chan struct{}, turnsAtOnce)}
		t.of[k] = l
	}
	l.all++
	t.mu.Unlock()
	leave := func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if l.all--; l.all == 0 {
			delete(t.of, k)
		}
	}
	select {
	case l.in <- struct{}{}:
		return func() { <-l.in; leave() }, true
	case <-ctx.Done():
		leave()
		return nil, false
	}
}
