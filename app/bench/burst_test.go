package main

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"declara/app"
	"declara/storage"
	"declara/storage/bolt"
	"declara/storage/files"
)

// TestBurstSignsIn: who signs in during a burst is truly in, once for each code.
func TestBurstSignsIn(t *testing.T) {
	dir := t.TempDir()
	if err := openChannel(t.Context(), dir, 2); err != nil {
		t.Fatal(err)
	}
	keys, err := storage.LoadKeys(filepath.Join(dir, "declara.key"), false)
	if err != nil {
		t.Fatal(err)
	}
	store, err := bolt.Open(filepath.Join(dir, "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	db := storage.Open(store, keys)
	defer db.Close()
	if err := db.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	a, err := app.New(app.Config{DB: db, Clock: time.Now, Evidence: files.Open(filepath.Join(dir, "evidence"), time.Now)})
	if err != nil {
		t.Fatal(err)
	}
	ln, err := app.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- a.Serve(ctx, ln, nil) }()
	defer func() { stop(); <-done }()
	addr, now := ln.Addr().String(), time.Now()
	for n := 1; n <= 2; n++ {
		if err := signIn(t.Context(), addr, n, now); err != nil {
			t.Errorf("%d: %v", n, err)
		}
	}
	if err := signIn(t.Context(), addr, 1, now); err == nil {
		t.Error("a code was good twice")
	}
	if err := signIn(t.Context(), addr, 3, now); err == nil {
		t.Error("nobody came in")
	}
}
