package app

import (
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"declara/storage"
	"declara/storage/bolt"
	"declara/storage/files"
)

// TestStartDoesLittle holds that nobody waits at start for what is not needed to
// answer: hashes of passwords, all pages in all languages, compressed assets. Any of
// these allocates more than all that is needed, whatever else the machine does.
func TestStartDoesLittle(t *testing.T) {
	s, err := bolt.Open(filepath.Join(t.TempDir(), "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	db := storage.Open(s, storage.NewKeys())
	defer db.Close()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := New(Config{DB: db, Evidence: files.Open(t.TempDir(), time.Now), Clock: time.Now}); err != nil { // at the price of passwords that is served
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	const most = 5 << 20 // the words of all pages are most of it, and grow with them
	if n := after.TotalAlloc - before.TotalAlloc; n > most {
		t.Errorf("a start allocates %d bytes, more than %d", n, most)
	} else {
		t.Logf("%d bytes, %d pieces", n, after.Mallocs-before.Mallocs)
	}
}
