package storage_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"declara/storage"
	"declara/storage/bolt"
	"declara/storage/storagetest"
)

// rename is a migration: it puts a mark on each client's name.
func rename(mark string) func(*storage.Txn) error {
	return func(tx *storage.Txn) error {
		var all []storage.Client
		if err := tx.Clients(func(c storage.Client) error { all = append(all, c); return nil }); err != nil {
			return err
		}
		for _, c := range all {
			c.Name += mark
			if err := tx.PutClient(c); err != nil {
				return err
			}
		}
		return nil
	}
}

// TestMigrate opens one file with ever newer versions.
func TestMigrate(t *testing.T) {
	s, err := bolt.Open(filepath.Join(t.TempDir(), "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	keys := storage.NewKeys()
	history := []func(*storage.Txn) error{rename("a"), rename("b"), rename("c")}
	version := func(n int) *storage.DB { return storage.Open(s, keys, storage.WithMigrations(history[:n]...)) }
	name := func(db *storage.DB, tenant string) (name string) {
		t.Helper()
		if err := db.View(t.Context(), tenant, func(tx *storage.Txn) error {
			c, err := tx.Client("c1")
			name = c.Name
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return name
	}
	db := version(0)
	for _, tenant := range []string{"1", "2", "10"} {
		if err := db.Update(t.Context(), tenant, func(tx *storage.Txn) error { return tx.PutClient(storage.Client{ID: "c1"}) }); err != nil {
			t.Fatal(err)
		}
	}
	for n, want := range []string{"", "a", "ab", "abc"} {
		for range 2 { // the second time has nothing to do
			for _, tenant := range []string{"1", "2", "10"} {
				if got := name(version(n), tenant); got != want {
					t.Errorf("version %d, tenant %s: %q, want %q", n, tenant, got, want)
				}
			}
		}
		if got, err := version(n).Check(t.Context()); err != nil || len(got.Faults) > 0 {
			t.Errorf("version %d: %v %v", n, err, got.Faults)
		}
	}
	err = version(2).Prepare(t.Context())
	if err == nil || !strings.Contains(err.Error(), "format 4") || !strings.Contains(err.Error(), "version") {
		t.Errorf("an older version: %v", err)
	}
	if err := version(2).Update(t.Context(), "1", func(tx *storage.Txn) error { t.Error("it ran"); return nil }); err == nil {
		t.Error("an older version wrote")
	}
}

// TestMigrationStops fails a migration at each of its operations and goes on after:
// no tenant is migrated twice, and none is left out.
func TestMigrationStops(t *testing.T) {
	for op := 1; ; op++ {
		s, err := bolt.Open(filepath.Join(t.TempDir(), "declara.db"))
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		keys := storage.NewKeys()
		for _, tenant := range []string{"1", "2", "3"} {
			if err := storage.Open(s, keys).Update(t.Context(), tenant, func(tx *storage.Txn) error {
				return tx.PutClient(storage.Client{ID: "c1"})
			}); err != nil {
				t.Fatal(err)
			}
		}
		later := storage.WithMigrations(rename("a"), rename("b"))
		faulty := &storagetest.Fault{Store: s, Op: op}
		stopped := storage.Open(faulty, keys, later).Prepare(t.Context())
		if stopped != nil && !errors.Is(stopped, storagetest.ErrFault) {
			t.Fatal(stopped)
		}
		db := storage.Open(s, keys, later)
		for _, tenant := range []string{"1", "2", "3"} {
			if err := db.View(t.Context(), tenant, func(tx *storage.Txn) error {
				c, err := tx.Client("c1")
				if c.Name != "ab" {
					t.Errorf("stopped at %d: tenant %s has %q", op, tenant, c.Name)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		if !faulty.Failed {
			if stopped != nil || op < 4 {
				t.Errorf("no operation %d: %v", op, stopped)
			}
			return
		}
	}
}

// TestWrongKeys: with another key file nothing is read or written, in words.
func TestWrongKeys(t *testing.T) {
	w := newWorld(t)
	before := fmt.Sprint(keysOf(t, w.store))
	other := storage.Open(w.store, storage.NewKeys())
	never := func(*storage.Txn) error { t.Error("it ran"); return nil }
	_, tenants := other.Tenants(t.Context())
	_, check := other.Check(t.Context())
	for _, err := range []error{
		other.Prepare(t.Context()), other.View(t.Context(), tenant, never), other.Update(t.Context(), tenant, never), tenants, check,
	} {
		if !errors.Is(err, storage.ErrWrongKey) || !strings.Contains(err.Error(), "key file") {
			t.Errorf("got %v", err)
		}
	}
	if after := fmt.Sprint(keysOf(t, w.store)); after != before {
		t.Error("something was written")
	}
}

// TestPrepareCancelled: a start that was given up can be made again.
func TestPrepareCancelled(t *testing.T) {
	s, err := bolt.Open(filepath.Join(t.TempDir(), "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	db := storage.Open(s, storage.NewKeys())
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := db.Prepare(over); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if err := db.Prepare(t.Context()); err != nil {
		t.Error(err)
	}
}
