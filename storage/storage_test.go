package storage_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"declara/forms"
	"declara/storage"
	"declara/storage/bolt"
)

var noon = time.Date(2026, 5, 14, 18, 0, 0, 0, time.UTC)

// open is a prepared store on a real file with an institution; the whole file is
// checked when the test ends.
func open(t *testing.T, options ...storage.Option) (*storage.DB, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "declara.db")
	s, err := bolt.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	db := storage.Open(s, storage.NewKeys(), options...)
	t.Cleanup(func() {
		if err := s.Check(); err != nil {
			t.Errorf("the file is damaged: %v", err)
		}
		db.Close()
	})
	if err := db.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	must(t, db.Update(t.Context(), "1", func(tx *storage.Txn) error {
		return tx.PutInstitution(storage.Institution{Name: "Municipio de Valle Encinos", Initials: "VE", Zone: "America/Mexico_City"})
	}))
	return db, path
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func filing(n int) *storage.Filing {
	return &storage.Filing{
		ID: storage.NewID(noon.Add(time.Duration(n) * time.Second)), Person: "p1", Type: forms.Inicial,
		Year: 2026, Filed: noon.Add(time.Duration(n) * time.Second), Zone: "America/Mexico_City", Sent: fmt.Sprintf("envio%d", n),
	}
}

func TestFile(t *testing.T) {
	db, path := open(t, storage.WithIndexer(func(b []byte) ([]byte, error) { return b[:3], nil }))
	ctx := t.Context()
	for n := range 5 {
		f := filing(n)
		must(t, db.Update(ctx, "1", func(tx *storage.Txn) error {
			return tx.File(f, []byte("full SECRETO "+f.ID), []byte("pub "+f.ID), "")
		}))
		if want := fmt.Sprintf("VE-2026-%06d", n+1); f.Folio != want || f.Leaf != uint64(n) || f.Seq != uint64(n+1) {
			t.Errorf("filing %d: folio %s leaf %d seq %d", n, f.Folio, f.Leaf, f.Seq)
		}
	}
	t.Run("the same post again finds the first", func(t *testing.T) {
		f := filing(2)
		err := db.Update(ctx, "1", func(tx *storage.Txn) error { return tx.File(f, []byte("x"), []byte("xxxx"), "") })
		if !errors.Is(err, storage.ErrFiled) {
			t.Fatalf("got %v, want ErrFiled", err)
		}
		must(t, db.View(ctx, "1", func(tx *storage.Txn) error {
			g, err := tx.FilingBySent("envio2")
			if err == nil && g.Folio != "VE-2026-000003" {
				t.Errorf("got folio %s", g.Folio)
			}
			return err
		}))
	})
	t.Run("publication log", func(t *testing.T) {
		must(t, db.View(ctx, "1", func(tx *storage.Txn) error {
			var rows []string
			err := tx.PublicSince(2, func(p storage.Published) bool {
				rows = append(rows, fmt.Sprint(p.Seq, string(p.Row), p.Gone))
				return true
			})
			if got := fmt.Sprint(rows); got != "[3pubfalse 4pubfalse 5pubfalse]" {
				t.Errorf("got %s", got)
			}
			return err
		}))
	})
	raw, err := os.ReadFile(path)
	must(t, err)
	if bytes.Contains(raw, []byte("SECRETO")) {
		t.Error("a full document lies in clear in the file")
	}
}

func TestReserve(t *testing.T) {
	db, _ := open(t)
	ctx := t.Context()
	f := filing(1)
	must(t, db.Update(ctx, "1", func(tx *storage.Txn) error {
		if err := tx.PutPerson(storage.Person{ID: "p1", RFC: "PUFE800229M93"}); err != nil {
			return err
		}
		return tx.File(f, []byte("full"), []byte("public"), "")
	}))
	read := func() (doc string, gone bool) {
		must(t, db.View(ctx, "1", func(tx *storage.Txn) error {
			b, err := tx.PublicDocument(f.ID)
			if err != nil && !errors.Is(err, storage.ErrNotFound) {
				return err
			}
			doc = string(b)
			return tx.PublicSince(0, func(p storage.Published) bool { gone = p.Gone; return true })
		}))
		return doc, gone
	}
	reserve := func(r *storage.Reserve) {
		must(t, db.Update(ctx, "1", func(tx *storage.Txn) error { return tx.Reserve("p1", r) }))
	}
	reserve(&storage.Reserve{Agreement: "CT-1/2026", Until: "2030-01-01"})
	if doc, gone := read(); doc != "" || !gone {
		t.Errorf("reserved: %q, gone %v", doc, gone)
	}
	reserve(nil)
	if doc, gone := read(); doc != "public" || gone {
		t.Errorf("published again: %q, gone %v", doc, gone)
	}
}

func TestUnique(t *testing.T) {
	db, _ := open(t)
	put := func(u storage.User) error {
		return db.Update(t.Context(), "1", func(tx *storage.Txn) error { return tx.PutUser(u) })
	}
	must(t, put(storage.User{ID: "u1", Login: "ana"}))
	if err := put(storage.User{ID: "u2", Login: "ana"}); !errors.Is(err, storage.ErrConflict) {
		t.Fatalf("two accounts of one login: %v", err)
	}
	must(t, put(storage.User{ID: "u1", Login: "ana.maria"}))
	must(t, put(storage.User{ID: "u2", Login: "ana"}))
}

func TestDraftVersions(t *testing.T) {
	db, _ := open(t)
	d := storage.Draft{ID: "d1", Person: "p1", Draft: forms.Draft{Type: forms.Inicial, Year: 2026}}
	put := func(d storage.Draft, section string, version int) (got int, err error) {
		err = db.Update(t.Context(), "1", func(tx *storage.Txn) error {
			var err error
			got, err = tx.PutDraft(d, section, version)
			return err
		})
		return got, err
	}
	if v, err := put(d, "vehiculos", 0); err != nil || v != 1 {
		t.Fatal(v, err)
	}
	if v, err := put(d, "vehiculos", 0); !errors.Is(err, storage.ErrConflict) || v != 1 {
		t.Fatalf("stale version: %d %v", v, err)
	}
	d.ID = "d2"
	if _, err := put(d, "", 0); !errors.Is(err, storage.ErrConflict) {
		t.Fatalf("second draft of one duty: %v", err)
	}
}

func TestWrongKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "declara.db")
	for n, want := range []error{nil, storage.ErrWrongKey} {
		s, err := bolt.Open(path)
		must(t, err)
		db := storage.Open(s, storage.NewKeys())
		if err := db.Prepare(t.Context()); !errors.Is(err, want) {
			t.Errorf("key %d: got %v, want %v", n, err, want)
		}
		must(t, db.Close())
	}
}

func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "declara.key")
	if _, err := storage.LoadKeys(path, false); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("got %v", err)
	}
	made, err := storage.LoadKeys(path, true)
	must(t, err)
	read, err := storage.LoadKeys(path, true)
	must(t, err)
	if made.Text() != read.Text() || !bytes.Equal(made.Sub("x"), read.Sub("x")) || bytes.Equal(made.Sub("x"), made.Sub("y")) {
		t.Error("the key file does not give back the key")
	}
	must(t, os.Chmod(path, 0o644))
	if _, err := storage.LoadKeys(path, false); err == nil {
		t.Error("a key file that others may read was taken")
	}
	must(t, os.WriteFile(path, []byte("declara-key-1 short"), 0o600))
	must(t, os.Chmod(path, 0o600))
	if _, err := storage.LoadKeys(path, false); !errors.Is(err, storage.ErrKeyFile) {
		t.Errorf("got %v", err)
	}
}

func TestTenants(t *testing.T) {
	db, _ := open(t)
	must(t, db.Update(context.Background(), "20-067", func(tx *storage.Txn) error {
		return tx.PutInstitution(storage.Institution{Name: "Otro"})
	}))
	all, err := db.Tenants(t.Context())
	if err != nil || fmt.Sprint(all) != "[1 20-067]" {
		t.Errorf("got %v, %v", all, err)
	}
	if err := db.View(t.Context(), "../x", func(*storage.Txn) error { return nil }); !errors.Is(err, storage.ErrTenant) {
		t.Errorf("got %v", err)
	}
}
