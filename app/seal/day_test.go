package seal

import (
	"bytes"
	"testing"
	"time"

	"declara/storage"
)

// TestSealTellsNoHour: a seal that is made because somebody complained tells neither in
// its certificates nor on its page when that was, and its receipt is of the day alone.
func TestSealTellsNoHour(t *testing.T) {
	for _, at := range []time.Time{time.Date(2026, 5, 4, 3, 17, 42, 0, time.UTC), time.Date(2026, 5, 4, 23, 17, 42, 0, time.UTC)} {
		w := newWorld(t)
		w.now = at
		zone, err := time.LoadLocation("America/Mexico_City")
		if err != nil {
			t.Fatal(err)
		}
		paper, err := w.s.Proof(t.Context(), town, Proof{Folio: "DEN-ABCDEFGH", Day: at.In(zone).Format(time.DateOnly), Text: "00"})
		if err != nil {
			t.Fatal(err)
		}
		for _, minute := range []string{at.In(zone).Format("1504"), at.Format("1504"), at.In(zone).Format("15:04")} {
			if bytes.Contains(paper, []byte(minute+"42")) || bytes.Contains(paper, []byte("T"+minute)) {
				t.Errorf("the receipt tells %s", minute)
			}
		}
		w.must(w.db.View(t.Context(), town, func(tx *storage.Txn) error {
			for _, use := range []string{storage.SealPapers, storage.SealIssuer} {
				k, err := tx.CurrentSeal(use)
				if err != nil {
					return err
				}
				id, err := stored(k)
				if err != nil {
					return err
				}
				for _, when := range []time.Time{k.From, id.cert.NotBefore, id.cert.NotAfter} {
					if !when.Equal(midnight(when)) {
						t.Errorf("%s tells %v", use, when)
					}
				}
				day, err := time.ParseInLocation(time.DateOnly, at.In(zone).Format(time.DateOnly), zone)
				if err != nil {
					return err
				}
				if id.cert.NotBefore.After(day) {
					t.Errorf("%s is not good at the beginning of its first day", use)
				}
			}
			return nil
		}))
	}
}
