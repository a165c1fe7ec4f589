package demo_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"declara/app/declare"
	"declara/app/demo"
	"declara/storage"
	"declara/storage/bolt"
)

// autumn is a day on which the stories of these tests end.
var autumn = time.Date(2026, 11, 23, 18, 0, 0, 0, time.UTC)

// filled is a store with the demo of some options. more gives it services beyond the
// declarations.
func filled(t *testing.T, o demo.Options, more func(*demo.Services, *demo.Clock)) (demo.Services, demo.Report) {
	t.Helper()
	store, err := bolt.Open(filepath.Join(t.TempDir(), "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	db := storage.Open(store, storage.NewKeys())
	t.Cleanup(func() { db.Close() })
	clock := &demo.Clock{}
	s := demo.Services{
		DB: db, Declare: declare.New(db, clock.Now, func(*storage.Txn, declare.Letter) error { return nil }),
		Hash: func(_ context.Context, p string) (string, error) { return "hash of " + p, nil },
	}
	if more != nil {
		more(&s, clock)
	}
	report, err := demo.Fill(t.Context(), s, clock, o)
	if err != nil {
		t.Fatal(err)
	}
	return s, report
}
