package demo_test

import (
	"log/slog"
	"testing"

	"declara/app/conflict"
	"declara/app/demo"
	"declara/storage"
)

// TestSuppliers: the story has a few coincidences, one of them within an office, and a
// false friend that was decided about.
func TestSuppliers(t *testing.T) {
	story, _ := filled(t, demo.Options{Officials: 40, Seed: 3, Today: autumn}, func(s *demo.Services, clock *demo.Clock) {
		s.Conflict = conflict.New(s.DB, clock.Now, slog.New(slog.DiscardHandler), "")
	})
	rows, _, err := story.Conflict.List(t.Context(), "1", storage.User{Roles: []storage.Role{storage.RoleComptroller}}, conflict.Ask{})
	if err != nil {
		t.Fatal(err)
	}
	states, same := map[string]int{}, 0
	for _, r := range rows {
		states[r.State]++
		if r.Same && r.Running > 0 {
			same++
		}
		t.Log(r.Sells.Name, r.How(), r.Points[0].Kind, r.Points[0].Reasons, r.State)
	}
	if len(rows) < 3 || len(rows) > 7 || states[conflict.NoConflict] != 1 || states[conflict.Fresh] < 2 || same == 0 {
		t.Errorf("%d coincidences: %v, %d within an office", len(rows), states, same)
	}
}
