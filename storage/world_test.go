package storage_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"declara/forms"
	"declara/storage"
	"declara/storage/bolt"
)

// noon is when the tests happen: midday in Mexico City.
var noon = time.Date(2026, 5, 14, 18, 0, 0, 0, time.UTC)

const tenant = "1"

// world is an installation of one public body in a real file, checked whole when
// the test ends.
type world struct {
	testing.TB
	db    *storage.DB
	store *bolt.Store
	keys  *storage.Keys
	path  string
}

func newWorld(t testing.TB, options ...storage.Option) *world {
	t.Helper()
	w := &world{TB: t, path: filepath.Join(t.TempDir(), "declara.db"), keys: storage.NewKeys()}
	w.open(options...)
	w.update(func(tx *storage.Txn) error { return tx.PutInstitution(valle) })
	t.Cleanup(func() {
		w.sound()
		if err := w.db.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

var valle = storage.Institution{Name: "Municipio de Valle Encinos", Initials: "VE", Zone: "America/Mexico_City"}

func (w *world) open(options ...storage.Option) {
	w.Helper()
	var err error
	if w.store, err = bolt.Open(w.path); err != nil {
		w.Fatal(err)
	}
	w.db = storage.Open(w.store, w.keys, options...)
}

// sound reports every fault that Check finds.
func (w *world) sound() {
	w.Helper()
	got, err := w.db.Check(context.Background())
	if err != nil {
		w.Error(err)
	}
	for _, f := range got.Faults {
		w.Error("check:", f)
	}
}

func (w *world) update(fn func(*storage.Txn) error) {
	w.Helper()
	if err := w.db.Update(context.Background(), tenant, fn); err != nil {
		w.Fatal(err)
	}
}

func (w *world) view(fn func(*storage.Txn) error) {
	w.Helper()
	if err := w.db.View(context.Background(), tenant, fn); err != nil {
		w.Fatal(err)
	}
}

// try is update with the error.
func (w *world) try(fn func(*storage.Txn) error) error {
	return w.db.Update(context.Background(), tenant, fn)
}

// keysOf lists every key of a store.
func keysOf(t testing.TB, s storage.Store) (all []string) {
	t.Helper()
	if err := s.View(context.Background(), func(tx storage.Tx) error {
		all = nil
		return tx.Scan("\x01", "\x7f", func(key string, _ []byte) bool {
			all = append(all, key)
			return true
		})
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

// filing is the n-th of an invented official.
func filing(n int) *storage.Filing {
	at := noon.Add(time.Duration(n) * time.Second)
	return &storage.Filing{
		ID: storage.NewID(at), Person: "p1", Type: forms.Modificacion, Year: 2026, Edition: "2019-09-23",
		Filed: at, Zone: valle.Zone, Method: "password", Sent: fmt.Sprintf("envio %d", n),
	}
}

func full(f *storage.Filing) []byte   { return []byte("full document of " + f.ID) }
func public(f *storage.Filing) []byte { return []byte("public document of " + f.ID) }

// file files the n-th.
func (w *world) file(n int) *storage.Filing {
	w.Helper()
	f := filing(n)
	w.update(func(tx *storage.Txn) error { return tx.File(f, full(f), public(f), "") })
	return f
}

func same[T comparable](t testing.TB, got []T, want ...T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
