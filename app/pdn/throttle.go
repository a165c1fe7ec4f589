package pdn

import (
	"sync"
	"time"
)

// Wrong token requests that one network may make: so many at once, and one more
// every so often. Right ones are never counted nor refused: the platform asks for
// a token before every search, several at a time (clients.md 1).
const (
	wrongBurst  = 30
	wrongEvery  = 2 * time.Second
	mostWatched = 10_000
)

// throttle remembers who failed, in memory: it is there to keep guessing cheap for
// us, not to make it hard, which the length of the secrets does.
type throttle struct {
	now func() time.Time
	mu  sync.Mutex
	of  map[string]time.Time // when all wrong requests so far are forgiven
}

func newThrottle(now func() time.Time) *throttle {
	return &throttle{now: now, of: map[string]time.Time{}}
}

// allow counts a wrong request and reports whether it may be answered as such.
func (t *throttle) allow(who string) bool {
	now := t.now()
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.of) >= mostWatched {
		t.forget(now)
	}
	until := t.of[who]
	if until.Before(now) {
		until = now
	}
	if until.Sub(now) > wrongBurst*wrongEvery {
		return false
	}
	t.of[who] = until.Add(wrongEvery)
	return true
}

// forget drops who is forgiven, or everybody when nobody is.
func (t *throttle) forget(now time.Time) {
	for who, until := range t.of {
		if until.Before(now) {
			delete(t.of, who)
		}
	}
	if len(t.of) >= mostWatched {
		clear(t.of)
	}
}
