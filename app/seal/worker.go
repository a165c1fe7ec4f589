package seal

import (
	"context"
	"errors"
	"time"

	"declara/storage"
)

// How the worker goes about it.
const (
	pollEvery = 10 * time.Second
	batch     = 12
	leaseFor  = 2 * time.Minute
	job       = "papers"
	// pace is how many times as long as a paper took the worker then rests: it never
	// takes more than a fourth of one processor from whoever is served.
	pace = 3
	// longestRest bounds that rest, which a slow authority would make long.
	longestRest = 5 * time.Second
	// Papers of what was filed before the program started are few after a restart, and
	// very many after data were brought in: they begin a while after the start and come
	// one by one, so that neither start nor store suffers. Whoever downloads one does
	// not wait for that.
	backlogAfter = time.Minute
	backlogEvery = 10 * time.Second
	// retryAfter is how long a paper that could not be made is passed over: others
	// wait behind it.
	retryAfter = 10 * time.Minute
)

// Worker makes the papers that are missing. Make it with NewWorker.
type Worker struct {
	s      *Service
	holder string
	failed map[string]time.Time // papers that could not be made, until when they are passed over
	began  map[string]uint64    // by tenant: how long the log was when this worker first looked
	next   map[string]time.Time // by tenant: when the next paper of before is made
	slow   bool                 // what was filed before waits its turn; tests do without
}

// NewWorker makes a worker. holder names this process among those that share the
// store.
func (s *Service) NewWorker(holder string) *Worker {
	return &Worker{s: s, holder: holder, failed: map[string]time.Time{}, began: map[string]uint64{}, next: map[string]time.Time{}, slow: true}
}

// Run makes what is missing, in all tenants, until ctx ends.
func (w *Worker) Run(ctx context.Context) error {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		for {
			n, err := w.Once(ctx)
			if err != nil && ctx.Err() == nil {
				w.s.log.Error("papers", "error", err.Error())
			}
			if n == 0 || ctx.Err() != nil {
				break
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Once makes some papers that are missing, and tells how many.
func (w *Worker) Once(ctx context.Context) (n int, err error) {
	err = w.s.db.EachTenant(ctx, func(tenant string) error {
		made, err := w.tenant(ctx, tenant)
		n += made
		return err
	})
	return n, err
}

// tenant makes a batch of one tenant, when something is missing and no other process
// is at it. Looking costs no write. Should two processes be at it all the same,
// the first paper that is kept stays.
func (w *Worker) tenant(ctx context.Context, tenant string) (n int, err error) {
	if _, known := w.began[tenant]; !known { // an institution that was just set up gets its seal
		if err := w.s.Ready(ctx, tenant); err != nil {
			return 0, err
		}
	}
	missing, err := w.missing(ctx, tenant)
	if err != nil || len(missing) == 0 {
		return 0, err
	}
	held, err := w.lease(ctx, tenant, leaseFor)
	if err != nil || !held {
		return 0, err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), longestRest)
		defer cancel()
		if _, back := w.lease(ctx, tenant, 0); back != nil {
			err = errors.Join(err, back)
		}
	}()
	for _, lack := range missing {
		if ctx.Err() != nil {
			return n, ctx.Err()
		}
		began := w.s.now()
		if _, _, err := w.s.Paper(ctx, tenant, lack.Filing.ID, lack.Kind); err != nil {
			if ctx.Err() != nil {
				return n, ctx.Err()
			}
			w.failed[lack.Filing.ID+"/"+lack.Kind] = w.s.now().Add(retryAfter)
			w.s.log.Error("a paper could not be made", "filing", lack.Filing.ID, "kind", lack.Kind, "error", err.Error())
			continue
		}
		n++
		if err := rest(ctx, min(longestRest, pace*w.s.now().Sub(began))); err != nil {
			return n, err
		}
	}
	return n, nil
}

// missing are papers to be made now: those of what was filed since the worker first
// looked, or else, now and then, one of before. Those that failed are passed over for
// a while, so it looks as much further as there are of them.
func (w *Worker) missing(ctx context.Context, tenant string) (all []storage.Lack, err error) {
	now := w.s.now()
	for at, until := range w.failed {
		if now.After(until) {
			delete(w.failed, at)
		}
	}
	began, known := w.began[tenant]
	old := !w.slow || known && !now.Before(w.next[tenant])
	err = w.s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		all = nil
		if !known {
			tree, err := tx.Tree()
			if err != nil {
				return err
			}
			began = tree.Size
		}
		if all, err = w.lacking(tx, began, batch); err != nil || len(all) > 0 || !old {
			return err
		}
		limit := batch
		if w.slow {
			limit = 1
		}
		all, err = w.lacking(tx, 0, limit)
		return err
	})
	if err != nil {
		return nil, err
	}
	switch {
	case !known:
		w.began[tenant], w.next[tenant] = began, now.Add(backlogAfter)
	case old:
		w.next[tenant] = now.Add(backlogEvery)
	}
	return all, nil
}

// lacking are at most limit papers of filings from a leaf on, but those that failed.
func (w *Worker) lacking(tx *storage.Txn, from uint64, limit int) (all []storage.Lack, err error) {
	lacks, err := tx.MissingPapers(from, limit+len(w.failed))
	for _, l := range lacks {
		if _, over := w.failed[l.Filing.ID+"/"+l.Kind]; !over && len(all) < limit {
			all = append(all, l)
		}
	}
	return all, err
}

func (w *Worker) lease(ctx context.Context, tenant string, d time.Duration) (held bool, err error) {
	now := w.s.now()
	err = w.s.db.Update(ctx, tenant, func(tx *storage.Txn) (err error) {
		held, err = tx.TakeLease(job, w.holder, now, now.Add(d))
		return err
	})
	return held, err
}

// rest waits, unless ctx ends before.
func rest(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
