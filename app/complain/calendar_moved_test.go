package complain_test

import (
	"errors"
	"testing"
	"time"

	"declara/app/complain"
	"declara/storage"
)

// TestFixedDays: what the calendar of today would set otherwise is told, and nothing
// that is over, answered or right.
func TestFixedDays(t *testing.T) {
	w, o := desk(t)
	now := w.at
	day := func(n int) string { return now.AddDate(0, 0, n).Format(time.DateOnly) }
	w.ok(w.db.Update(t.Context(), tenant, func(tx *storage.Txn) error {
		k := complain.NewCalendar()
		due := k.Add(day(0), 5)
		served := k.Add(day(0), 0)
		effect := k.Add(served, 1)
		return errors.Join(
			tx.FreezeDraw(&storage.Draw{Number: "VER-1", Source: "sorteo", Known: "después"}, []byte("u")),
			tx.PutVerification(storage.Verification{Draw: "VER-1", Filing: "f1", Folio: "VE-2026-000001", Person: "p1", Rounds: []storage.Round{{Asked: now, Days: 5, Due: due}}}),
			tx.PutVerification(storage.Verification{Draw: "VER-1", Filing: "f2", Folio: "VE-2026-000002", Person: "p2", Rounds: []storage.Round{{Asked: now, Days: 5, Due: due, Answer: "ya"}}}),
			tx.PutFollow(storage.Follow{Person: "p1", Requirements: []storage.Requirement{{Number: "OIC-7", Served: served, Effect: effect, Starts: k.Add(effect, 1)}, {Number: "OIC-8"}}}),
		)
	}))
	all, err := o.FixedDays(t.Context(), tenant)
	w.ok(err)
	if len(all) != 0 {
		t.Errorf("nothing changed: %+v", all)
	}
	w.ok(w.db.Update(t.Context(), tenant, func(tx *storage.Txn) error {
		return tx.PutCalendar(storage.Calendar{Year: day(1)[:4], Off: []storage.Holiday{{From: day(1), To: day(4), Name: "x", Source: "y", Kind: "suspension"}}})
	}))
	all, err = o.FixedDays(t.Context(), tenant)
	w.ok(err)
	what := map[string]int{}
	for _, m := range all {
		what[m.What+" "+m.Number]++
		if m.Now <= m.Was {
			t.Errorf("%+v", m)
		}
	}
	if what["aclaracion VER-1 VE-2026-000001"] != 1 || what["requerimiento OIC-7"] == 0 || len(what) != 2 {
		t.Errorf("%v", what)
	}
}
