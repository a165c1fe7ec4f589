package bolt

import (
	"sync"
	"testing"
)

// TestGather: a leader takes all who are expected, without regard to when they come,
// and does not wait for ever for who does not.
func TestGather(t *testing.T) {
	for _, c := range []struct{ expected, come, want int }{
		{0, 1, 1}, {1, 1, 1}, {3, 3, 3}, {64, 64, 64}, {5, 2, 2}, {2, 4, 4},
	} {
		g := group{expected: c.expected}
		if !g.join(&call{}) || g.join(&call{}) {
			t.Fatal("the first leads and nobody else")
		}
		g.queue = g.queue[:1]
		var others sync.WaitGroup
		for range c.come - 1 {
			if c.come > c.expected { // all are there before
				g.join(&call{})
			} else {
				others.Go(func() { g.join(&call{}) })
			}
		}
		got := len(g.gather())
		others.Wait()
		if got += len(g.queue); got != c.want || c.come >= c.expected && len(g.queue) > 0 {
			t.Errorf("%+v: took %d and left %d", c, got-len(g.queue), len(g.queue))
		}
		if g.full != nil {
			t.Errorf("%+v: somebody is still waited for", c)
		}
	}
}

// TestExpected: who was told how it ended is expected again, and so is who waits.
func TestExpected(t *testing.T) {
	g := group{}
	for range 3 {
		g.join(&call{turn: make(chan turn, 1)})
	}
	g.gather()
	for range 2 {
		g.join(&call{turn: make(chan turn, 1)})
	}
	g.pass()
	if g.expected != 5 || !g.busy || !(<-g.queue[0].turn).lead {
		t.Errorf("%+v", g.expected)
	}
}
