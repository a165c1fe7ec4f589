package complain_test

import (
	"testing"
	"time"

	"declara/app/complain"
	"declara/storage"
)

// many is an office with so many cases of one head, and the escrow's papers.
func many(tb testing.TB, n int) (w *town, papers [3]string, all []complain.Sent) {
	w = newTown(tb)
	w.keyed("ana", storage.RoleComptroller)
	papers = w.ceremony("ana")
	for range n {
		all = append(all, w.receive(bribe))
	}
	return w, papers, all
}

// BenchmarkThousandCases: what a head waits for with 1,000 cases. The goal is to open all
// of them within ten seconds (complaints.md 6.2).
func BenchmarkThousandCases(b *testing.B) {
	const n = 1000
	timed := func(b *testing.B, name string, do func()) {
		b.Helper()
		start := time.Now()
		do()
		b.ReportMetric(time.Since(start).Seconds(), name)
	}
	for b.Loop() {
		b.StopTimer()
		w, _, all := many(b, n)
		o := w.office()
		b.StartTimer()
		timed(b, "s/board", func() {
			if board, err := o.Board(w.Context(), tenant, "ana", complain.Filter{}); err != nil || board.All != n {
				b.Fatal(err)
			}
		})
		timed(b, "s/open", func() {
			for _, sent := range all {
				if _, err := o.Open(w.Context(), w.hand("ana"), sent.ID); err != nil {
					b.Fatal(err)
				}
			}
		})
		var papers [3]string
		timed(b, "s/ceremony", func() { papers = w.ceremony("ana") })
		w.set("ana", func(u *storage.User) { u.Disabled = true })
		w.keyed("nueva", storage.RoleComptroller)
		timed(b, "s/recover", func() {
			if done, err := w.Recover(w.Context(), tenant, "nueva", papers[0], papers[2], "nueva", ""); err != nil || done.Cases != n {
				b.Fatal(done, err)
			}
		})
		w.keyed("otra", storage.RoleInvestigator)
		own, err := w.Key(w.Context(), tenant, "otra")
		w.ok(err)
		w.ok(w.Vouch(w.Context(), w.hand("nueva"), "otra", own.Fingerprint))
		timed(b, "s/handover", func() {
			if h, err := w.HandOver(w.Context(), tenant, "nueva", w.keys["nueva"], "otra", false); err != nil || h.Cases != n {
				b.Fatal(h, err)
			}
		})
	}
}
