package complain_test

import (
	"strings"
	"testing"

	"declara/storage"
)

// TestEventsArePadded: the log has as many leaves of complaints on a day without any as on
// one with some, also after a long stop; a busy day has the next step; all that happened
// can be proved as before.
func TestEventsArePadded(t *testing.T) {
	w := newTown(t)
	ctx := w.Context()
	w.ok(w.Sweep(ctx, tenant)) // no key yet: nothing to hide
	w.keyed("ana", storage.RoleComptroller)
	w.ok(w.Sweep(ctx, tenant))
	perDay := func() map[string]int {
		n := map[string]int{}
		w.view(func(tx *storage.Txn) error {
			return tx.Leaves(func(l storage.Leaf, _ []byte) error {
				if l.Kind == storage.LeafEvent {
					n[l.At.Format("2006-01-02")]++
				}
				return nil
			})
		})
		return n
	}
	day := func(receives int) {
		for range receives {
			w.receive(bribe)
		}
		w.at = w.at.AddDate(0, 0, 1)
		w.ok(w.Sweep(ctx, tenant))
		w.ok(w.Sweep(ctx, tenant)) // nothing more
	}
	for _, n := range []int{0, 1, 8, 0, 9, 3} {
		day(n)
	}
	w.at = w.at.AddDate(0, 0, 4) // it was off
	w.ok(w.Sweep(ctx, tenant))
	got := perDay()
	for i, d := range strings.Fields("2026-05-14 2026-05-15 2026-05-16 2026-05-17 2026-05-18 2026-05-19 2026-05-20 2026-05-21 2026-05-22 2026-05-23") {
		want := 8
		if i == 4 {
			want = 16
		}
		if got[d] != want {
			t.Errorf("%s has %d leaves, not %d", d, got[d], want)
		}
	}
	if len(got) != 10 {
		t.Errorf("%v", got)
	}
}
