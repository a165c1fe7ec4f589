package bolt

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"declara/storage"
)

// group lets writers share a commit. A writer who finds nobody writing leads: she
// commits at once, alone. Those who come meanwhile wait in a queue; when she is
// done, the first of them leads all of it into one commit. So a lone writer waits
// for nobody, and under load the disk is asked once for many. bbolt's own Batch
// waits for a timer instead, which a lone writer pays too.
type group struct {
	file *file

	mu       sync.Mutex
	busy     bool          // somebody leads
	queue    []*call       // in order of coming
	expected int           // how many are about to write: who was told last how it ended, and who waited then
	full     chan struct{} // not nil while a leader lingers; closed when all expected have come
}

// A leader lingers for as many as are expected: those who were just told the end of
// their write are about to come with the next one, and the fewer commits they share
// the more often the disk is asked. She stops when nobody came for a while, or when it
// has been long.
const (
	linger = time.Millisecond
	longer = 4 // lingers, together
)

// call is one Update that waits.
type call struct {
	ctx  context.Context
	fn   func(storage.Tx) error
	turn chan turn // one is sent, once
}

// turn ends the waiting of a call.
type turn struct {
	lead bool  // it leads the queue now, itself included
	solo bool  // it failed among others and must run alone, to know why
	err  error // otherwise, how it ended
}

// errAlone is the error of a shared commit in which one function failed.
var errAlone = errors.New("bolt: one function failed")

func (g *group) update(ctx context.Context, fn func(storage.Tx) error) error {
	c := &call{ctx, fn, make(chan turn, 1)}
	if g.join(c) {
		return g.lead(c)
	}
	select {
	case t := <-c.turn:
		return g.end(c, t)
	case <-ctx.Done():
	}
	if g.withdraw(c) {
		return ctx.Err()
	}
	return g.end(c, <-c.turn) // it runs already, and may be kept
}

// join puts a call in the queue and reports whether it leads.
func (g *group) join(c *call) (lead bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.queue = append(g.queue, c)
	if g.full != nil && len(g.queue) >= g.expected {
		close(g.full)
		g.full = nil
	}
	lead = !g.busy
	g.busy = true
	return lead
}

// withdraw takes a call out of the queue, unless it has left it. The lead, if it was
// just passed to it, goes on to the next.
func (g *group) withdraw(c *call) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	i := slices.Index(g.queue, c)
	if i < 0 {
		return false
	}
	g.queue = slices.Delete(g.queue, i, i+1)
	select {
	case <-c.turn:
		g.next()
	default:
	}
	return true
}

func (g *group) end(c *call, t turn) error {
	switch {
	case t.lead:
		return g.lead(c)
	case t.solo:
		return g.alone(c)
	}
	return t.err
}

// alone runs one call in a commit of its own.
func (g *group) alone(c *call) error {
	return g.file.update(func(tx *bbolt.Tx) error { return run(c.ctx, tx, true, c.fn) })
}

// lead commits what is in the queue, c being in it, and passes the lead on.
func (g *group) lead(c *call) error {
	calls := g.gather()
	defer g.pass()
	if len(calls) == 1 {
		return g.alone(c)
	}
	mine := g.together(calls, c)
	if mine.solo {
		return g.alone(c)
	}
	return mine.err
}

// gather takes the queue.
func (g *group) gather() []*call {
	g.mu.Lock()
	defer g.mu.Unlock()
	for range longer {
		n := len(g.queue)
		if n >= g.expected {
			break
		}
		full := make(chan struct{})
		g.full = full
		g.mu.Unlock()
		select {
		case <-full:
		case <-time.After(linger):
		}
		g.mu.Lock()
		g.full = nil
		if len(g.queue) == n {
			break
		}
	}
	calls := g.queue
	g.queue, g.expected = nil, len(calls)
	return calls
}

// pass ends the lead.
func (g *group) pass() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.expected += len(g.queue)
	g.next()
}

// next gives the lead to the first who waits. g.mu is locked.
func (g *group) next() {
	if len(g.queue) == 0 {
		g.busy = false
		return
	}
	g.queue[0].turn <- turn{lead: true}
}

// together runs calls in one commit. One that fails is taken out, to run alone in
// its own goroutine, and the others run again. It returns the turn of the leader
// and tells the others theirs, even when a function ends the goroutine, as those of
// tests do.
func (g *group) together(calls []*call, leader *call) (mine turn) {
	defer func() {
		for _, c := range calls {
			if c != leader {
				c.turn <- turn{solo: true}
			}
		}
	}()
	tell := func(c *call, t turn) {
		if c == leader {
			mine = t
		} else {
			c.turn <- t
		}
	}
	for len(calls) > 0 {
		failed := -1
		err := g.file.update(func(tx *bbolt.Tx) error {
			for i, c := range calls {
				if !well(tx, c) {
					failed = i
					return errAlone
				}
			}
			return nil
		})
		if failed < 0 {
			for _, c := range calls {
				tell(c, turn{err: err})
			}
			calls = nil
			break
		}
		tell(calls[failed], turn{solo: true})
		calls = append(calls[:failed:failed], calls[failed+1:]...)
	}
	return mine
}

// well runs a call among others and reports whether it ended without error or panic.
func well(tx *bbolt.Tx, c *call) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false // alone it panics again, in the goroutine of its caller
		}
	}()
	return run(c.ctx, tx, true, c.fn) == nil
}
