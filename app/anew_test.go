package app

import (
	"path/filepath"
	"testing"
	"time"

	"declara/app/outbox"
	"declara/storage"
	"declara/storage/bolt"
	"declara/storage/files"
)

// TestAnewElsewhere is three programs over one store: the mail server that somebody gives
// on the pages of one reaches the others too, but for the one whose command line says
// where its mail goes.
func TestAnewElsewhere(t *testing.T) {
	store, err := bolt.Open(filepath.Join(t.TempDir(), "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	db := storage.Open(store, storage.NewKeys())
	t.Cleanup(func() { _ = db.Close() })
	evidence := files.Open(t.TempDir(), time.Now)
	program := func(mail *outbox.Config) *App {
		a, err := New(Config{DB: db, Evidence: evidence, Clock: time.Now, Mail: mail})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	here, there := program(nil), program(nil)
	fixed := program(&outbox.Config{Host: "127.0.0.1", Port: 25, Security: outbox.Plain, Sender: "declara@valleencinos.example"})
	asked := func(a *App) bool {
		t.Helper()
		if err := a.look(t.Context()); err != nil {
			t.Fatal(err)
		}
		select {
		case <-a.anew:
			return true
		default:
			return false
		}
	}
	if asked(there) {
		t.Error("made again for nothing")
	}
	relay := storage.Relay{Host: "127.0.0.1", Port: 2525, Security: "none", Sender: "declara@valleencinos.example"}
	if err := here.accounts.SetRelay(t.Context(), tenant, "u", &relay); err != nil {
		t.Fatal(err)
	}
	if !asked(there) {
		t.Error("the other program goes on without a mail server")
	}
	if asked(fixed) {
		t.Error("made again for what it does not use")
	}
	if there = program(nil); asked(there) {
		t.Error("made again for what it knows")
	}
	if err := here.accounts.SetRelay(t.Context(), tenant, "u", nil); err != nil {
		t.Fatal(err)
	}
	if !asked(there) {
		t.Error("the other program still sends through a server that was taken away")
	}
}
