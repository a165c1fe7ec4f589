package complain_test

import (
	"slices"
	"testing"
	"time"

	"declara/app/complain"
	"declara/storage"
)

// TestLetters: at nine and at four, the same whatever came in and whenever; none after a
// start, none to who holds nothing, none when all was read.
func TestLetters(t *testing.T) {
	w, o := desk(t)
	w.update(func(tx *storage.Txn) error {
		for _, id := range []string{"rosa", "ivan"} {
			u, err := tx.User(id)
			u.Email = id + "@correo.example"
			if err != nil {
				return err
			}
			if err := tx.PutUser(u); err != nil {
				return err
			}
		}
		return nil
	})
	var sent []string
	r := complain.NewReminder(w.db, func() time.Time { return w.at }, func(_ *storage.Txn, to, lang string) error { sent = append(sent, to); return nil })
	at := func(hour string, want ...string) {
		t.Helper()
		zone, err := time.LoadLocation("America/Mexico_City")
		w.ok(err)
		when, err := time.ParseInLocation("2006-01-02 15:04", hour, zone)
		w.ok(err)
		w.at, sent = when, nil
		w.ok(r.Run(t.Context(), tenant))
		if !slices.Equal(sent, want) {
			t.Errorf("%s: %v, not %v", hour, sent, want)
		}
	}
	at("2026-05-14 10:00") // it starts
	id := w.arrives()
	w.arrives()
	at("2026-05-14 10:01")
	at("2026-05-14 15:59")
	at("2026-05-14 16:00", "rosa@correo.example")
	at("2026-05-14 16:01")
	at("2026-05-15 08:59")
	at("2026-05-15 09:30", "rosa@correo.example")
	at("2026-05-15 09:31")
	w.moves(o, "rosa", id, "R1")
	at("2026-05-15 16:02", "rosa@correo.example")
	b, err := o.Board(t.Context(), tenant, "rosa", complain.Filter{State: "R0"})
	w.ok(err)
	w.moves(o, "rosa", b.Lines[0].ID, "R1")
	at("2026-05-16 09:00")

	// Nobody signs in, and the alarm goes off by itself: to who holds it, at an hour of letters.
	at("2026-08-10 09:00", "rosa@correo.example")
	at("2026-08-10 09:01")
	w.ok(o.Say(t.Context(), w.hand("rosa"), id, "Seguimos.", ""))
	w.ok(o.Say(t.Context(), w.hand("rosa"), b.Lines[0].ID, "Seguimos.", ""))
	at("2026-08-10 16:00")

	// Two processes that share the store send one letter.
	w.arrives()
	other := complain.NewReminder(w.db, func() time.Time { return w.at }, func(_ *storage.Txn, to, lang string) error { sent = append(sent, to); return nil })
	w.ok(other.Run(t.Context(), tenant))
	at("2026-08-11 09:00", "rosa@correo.example")
	w.ok(other.Run(t.Context(), tenant))
	if len(sent) != 1 {
		t.Errorf("two processes send %v", sent)
	}
	w.at = w.at.Add(7 * time.Hour)
	w.ok(other.Run(t.Context(), tenant))
	if len(sent) != 2 {
		t.Errorf("the other one has its turn, and there are %v", sent)
	}
}
