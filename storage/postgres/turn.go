package postgres

import (
	"context"
	"sync"
)

// turns let one transaction of a tenant go before the others of this process.
type turns struct {
	mu sync.Mutex
	of map[string]*turn
}

// turn is the right of one tenant. It lives while anybody has it or waits for it.
type turn struct {
	all    *turns
	tenant string
	users  int           // guarded by all.mu
	free   chan struct{} // holds one token while nobody has the turn
}

// enter finds or makes the turn of a tenant and counts a user of it.
func (a *turns) enter(tenant string, create bool) *turn {
	a.mu.Lock()
	defer a.mu.Unlock()
	t := a.of[tenant]
	if t == nil && create {
		if a.of == nil {
			a.of = map[string]*turn{}
		}
		t = &turn{all: a, tenant: tenant, free: make(chan struct{}, 1)}
		t.free <- struct{}{}
		a.of[tenant] = t
	}
	if t != nil {
		t.users++
	}
	return t
}

func (t *turn) leave() {
	t.all.mu.Lock()
	defer t.all.mu.Unlock()
	if t.users--; t.users == 0 {
		delete(t.all.of, t.tenant)
	}
}

// take waits for the turn of a tenant and has it until pass.
func (a *turns) take(ctx context.Context, tenant string) (*turn, error) {
	return a.enter(tenant, true).get(ctx)
}

// queue takes the turn of a tenant if anybody has it or waits for it; otherwise it
// returns nil at once, which is no turn.
func (a *turns) queue(ctx context.Context, tenant string) (*turn, error) {
	t := a.enter(tenant, false)
	if t == nil {
		return nil, nil
	}
	return t.get(ctx)
}

// get waits for a turn that it has entered.
func (t *turn) get(ctx context.Context) (*turn, error) {
	select {
	case <-t.free:
		return t, nil
	case <-ctx.Done():
		t.leave()
		return nil, ctx.Err()
	}
}

// pass gives the turn on. Nobody's turn is no turn.
func (t *turn) pass() {
	if t != nil {
		t.free <- struct{}{}
		t.leave()
	}
}
