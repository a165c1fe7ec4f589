package app

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"declara/app/account"
	"declara/app/complain/vault"
	"declara/storage"
	"declara/storage/bolt"
	"declara/storage/files"
)

// TestPlacesAreShared: while keys of complaints are derived, passwords wait, so that
// both together take no more memory than either.
func TestPlacesAreShared(t *testing.T) {
	s, err := bolt.Open(filepath.Join(t.TempDir(), "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	db := storage.Open(s, storage.NewKeys())
	defer db.Close()
	a, err := New(Config{DB: db, Evidence: files.Open(t.TempDir(), time.Now), Clock: time.Now, PasswordCost: &account.Cost{Memory: 64, Time: 1, Threads: 1}})
	if err != nil {
		t.Fatal(err)
	}
	signIn := func() error {
		ctx, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer stop()
		_, _, err := a.accounts.SignIn(ctx, tenant, "nadie@prueba.example", "una frase cualquiera", "127.0.0.1")
		return err
	}
	for range 2 {
		leave, err := vault.Place(t.Context(), 64)
		if err != nil {
			t.Fatal(err)
		}
		defer leave()
	}
	if err := signIn(); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a sign-in did not wait: %v", err)
	}
}
