package account

import (
	"os"
	"testing"
	"time"

	"declara/storage/postgres"
	"declara/storage/postgres/pgtest"
)

// BenchmarkListOnPostgres is what 5,000 rows cost where each write is a round trip: all of
// a list goes on the roster in one transaction, which has an end of its own.
func BenchmarkListOnPostgres(b *testing.B) {
	server, err := pgtest.Start(os.Getenv(pgtest.Variable))
	if err != nil {
		b.Skip(err)
	}
	b.Cleanup(func() { server.Stop() })
	store, err := postgres.Open(b.Context(), server.Main())
	if err != nil {
		b.Fatal(err)
	}
	o := officeOn(b, store, false)
	raw := []byte(manyRows(5000))
	took := func(what string, fn func()) {
		begun := time.Now()
		fn()
		b.ReportMetric(time.Since(begun).Seconds(), what+"-s")
	}
	for b.Loop() {
		var id string
		took("stage", func() {
			if id, err = o.StageList(b.Context(), tenant, "hr", raw, false, ""); err != nil {
				b.Fatal(err)
			}
		})
		took("preview", func() { o.list(id) })
		o.takeAll(id)
		o.decide(id)
		version := o.list(id).Version
		took("apply", func() {
			counts, err := o.ApplyList(b.Context(), tenant, "hr", id, version)
			if err != nil || counts[FateDoubtful] != 5000 {
				b.Fatal(counts, err)
			}
		})
		took("undo", func() {
			if _, err := o.UndoList(b.Context(), tenant, "hr", id); err != nil {
				b.Fatal(err)
			}
		})
	}
}
