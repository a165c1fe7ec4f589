package postgres

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestTurns: one at a time has the turn of a tenant, those of others are free, and
// nothing is left of it afterwards.
func TestTurns(t *testing.T) {
	var all turns
	var wg sync.WaitGroup
	var have, most atomic.Int64
	for n := range 20 {
		tenant := []string{"a", "b"}[n%2]
		wg.Go(func() {
			mine, err := all.take(context.Background(), tenant)
			if err != nil {
				t.Error(err)
				return
			}
			if tenant == "a" {
				if now := have.Add(1); now > most.Load() {
					most.Store(now)
				}
				time.Sleep(time.Millisecond)
				have.Add(-1)
			}
			mine.pass()
		})
	}
	wg.Wait()
	if most.Load() != 1 {
		t.Errorf("%d at once", most.Load())
	}
	if len(all.of) != 0 {
		t.Errorf("%d turns are left", len(all.of))
	}
}

func TestTurnCancelled(t *testing.T) {
	var all turns
	mine, err := all.take(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := all.take(ctx, "a"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("take: %v", err)
	}
	if _, err := all.queue(ctx, "a"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("queue: %v", err)
	}
	if mine, err := all.queue(ctx, "b"); mine != nil || err != nil {
		t.Errorf("another tenant: %v %v", mine, err)
	}
	mine.pass()
	var none *turn
	none.pass()
	if len(all.of) != 0 {
		t.Errorf("%d turns are left", len(all.of))
	}
}
