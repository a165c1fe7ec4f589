package demo_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"declara/app/conflict"
	"declara/app/declare"
	"declara/app/demo"
	"declara/storage"
	"declara/storage/bolt"
)

// TestSuppliers: the story has a few coincidences, one of them within an office, and a
// false friend that was decided about.
func TestSuppliers(t *testing.T) {
	s, err := bolt.Open(filepath.Join(t.TempDir(), "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	db := storage.Open(s, storage.NewKeys())
	defer db.Close()
	clock := &demo.Clock{}
	conflicts := conflict.New(db, clock.Now, slog.New(slog.DiscardHandler), "")
	if _, err := demo.Fill(t.Context(), demo.Services{
		DB: db, Declare: declare.New(db, clock.Now, func(*storage.Txn, declare.Letter) error { return nil }),
		Hash: func(_ context.Context, p string) (string, error) { return "hash of " + p, nil }, Conflict: conflicts,
	}, clock, demo.Options{Officials: 40, Seed: 3, Today: time.Date(2026, 11, 23, 18, 0, 0, 0, time.UTC)}); err != nil {
		t.Fatal(err)
	}
	rows, _, err := conflicts.List(t.Context(), "1", storage.User{Roles: []storage.Role{storage.RoleComptroller}}, conflict.Ask{})
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
