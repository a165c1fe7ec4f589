package demo

import (
	"math/rand/v2"
	"testing"
	"time"
)

// TestClientDays: two weeks before today, the same for the same seed.
func TestClientDays(t *testing.T) {
	today := time.Date(2026, 5, 14, 18, 0, 0, 0, time.UTC)
	all := clientDays(rand.New(rand.NewPCG(1, 1)), "c", today, time.UTC)
	if len(all) != 14 || all[0].Day != "2026-04-30" || all[13].Day != "2026-05-13" || all[5].Faults["e_4004"] != 4 {
		t.Errorf("%d days, %s to %s", len(all), all[0].Day, all[len(all)-1].Day)
	}
}
