package seal

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"declara/i18n"
	"declara/storage"
	"declara/storage/bolt"
)

// child names the folder of the data for a process that works until it is killed.
const child = "DECLARA_TEST_SEAL_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(child); dir != "" {
		work(dir)
		return
	}
	os.Exit(m.Run())
}

func openDir(dir string) (*storage.DB, error) {
	keys, err := storage.LoadKeys(filepath.Join(dir, "declara.key"), true)
	if err != nil {
		return nil, err
	}
	s, err := bolt.Open(filepath.Join(dir, "declara.db"))
	if err != nil {
		return nil, err
	}
	return storage.Open(s, keys), nil
}

// work makes papers until it is killed.
func work(dir string) {
	db, err := openDir(dir)
	if err != nil {
		os.Exit(3)
	}
	s := New(Config{DB: db, Words: i18n.Load(), Clock: time.Now, Base: "https://declara.example"})
	w := s.NewWorker("child")
	w.slow = false
	for {
		if _, err := w.Once(context.Background()); err != nil {
			os.Exit(4)
		}
	}
}

// TestKilled: the worker is killed again and again while it makes papers. The store
// stays sound, what was kept stays what it was, and in the end nothing is missing.
func TestKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("kills processes")
	}
	dir := t.TempDir()
	w := &world{TB: t, now: time.Now().UTC().Truncate(time.Second), words: i18n.Load()}
	open := func() {
		t.Helper()
		var err error
		w.db, err = openDir(dir)
		w.must(err)
		w.s = w.service()
	}
	open()
	w.update(func(tx *storage.Txn) error {
		return tx.PutInstitution(storage.Institution{Name: "Municipio de Valle Encinos", Initials: "VE", Zone: "America/Mexico_City", SetUp: w.now})
	})
	var filed []storage.Filing
	for range 6 {
		filed = append(filed, w.file())
	}
	w.must(w.db.Close())
	kept := map[string][]byte{}
	for round := range 6 {
		c := exec.Command(os.Args[0])
		c.Env = append(os.Environ(), child+"="+dir)
		w.must(c.Start())
		time.Sleep(time.Duration(150+round*70) * time.Millisecond)
		w.must(c.Process.Kill())
		c.Wait()
		open()
		report, err := w.db.Check(t.Context())
		if w.must(err); len(report.Faults) > 0 {
			t.Fatal(report.Faults)
		}
		w.must(w.db.View(t.Context(), town, func(tx *storage.Txn) error {
			for _, f := range filed {
				for _, kind := range storage.PaperKinds {
					b, p, err := tx.Paper(f.ID, kind)
					if err != nil {
						continue
					}
					if before := kept[f.ID+kind]; before != nil && !bytes.Equal(before, b) || p.Hash != storage.Digest(b) {
						t.Errorf("%s of %s changed", kind, f.Folio)
					}
					kept[f.ID+kind] = b
				}
			}
			return nil
		}))
		w.must(w.db.Close())
	}
	t.Logf("%d papers were kept by processes that were killed", len(kept))
	open()
	defer w.db.Close()
	w.later(leaseFor + time.Second) // a killed process cannot give its lease back
	parent := w.s.NewWorker("parent")
	parent.slow = false
	for range 3 {
		if _, err := parent.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range filed {
		for _, kind := range storage.PaperKinds {
			b := w.paper(f, kind)
			if before := kept[f.ID+kind]; before != nil && !bytes.Equal(before, b) {
				t.Errorf("%s of %s changed", kind, f.Folio)
			}
		}
	}
	n, err := w.s.Check(t.Context(), town, func(fault string) { t.Error(fault) })
	if n != 18 || err != nil {
		t.Errorf("%d papers: %v", n, err)
	}
}
