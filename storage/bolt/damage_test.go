package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"declara/storage"
)

// TestDamaged: a file that was cut off, or of which pages are empty or have other bytes,
// is told in words, wherever that is, and nothing panics.
func TestDamaged(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "good")
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Update(t.Context(), func(tx storage.Tx) error {
		for n := range 200 {
			if err := tx.Put(fmt.Sprintf("t/1/k%05d", n), bytes.Repeat([]byte{byte(n)}, 100)); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const page, used = 4096, 24
	good = good[:min(len(good), 64*page)] // bbolt makes files longer than what is in them
	read := func(name string, b []byte) error {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		defer os.Remove(file)
		return Guard(func() error {
			s, err := Open(file)
			if err != nil {
				return err
			}
			defer s.Close()
			if err := s.Check(context.Background()); err != nil {
				return err
			}
			return s.View(context.Background(), func(tx storage.Tx) error {
				n := 0
				if err := tx.Scan("t", "u", func(string, []byte) bool { n++; return true }); err != nil || n != 200 {
					return errors.Join(err, fmt.Errorf("%d records", n))
				}
				return nil
			})
		})
	}
	if err := read("same", good); err != nil {
		t.Fatal(err)
	}
	told := 0
	for at := 0; at < used*page; at += page {
		if err := read(fmt.Sprint("cut", at), good[:at+page/2]); err != nil && strings.Contains(err.Error(), "ends in the middle") {
			told++
		}
		empty := bytes.Clone(good)
		clear(empty[at : at+page])
		if err := read(fmt.Sprint("empty", at), empty); err != nil && err.Error() == "" {
			t.Error("no words")
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		other := bytes.Clone(good)
		for range 6 {
			other[random.IntN(used*page)] ^= byte(1 + random.IntN(255))
		}
		at := random.IntN(used) * page
		for i := range page / 8 {
			other[at+i] = byte(random.IntN(256))
		}
		if err := read("other", other); err != nil && err.Error() == "" {
			t.Error("no words")
		}
	}
	if told == 0 {
		t.Error("nothing said that a file ends in the middle")
	}
}
