package files_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"declara/storage/files"
)

var now = time.Date(2026, 5, 14, 18, 31, 7, 0, time.UTC)

func put(t *testing.T, s *files.Store, content string) string {
	t.Helper()
	name, sum, err := s.Put(func(w io.Writer) error { _, err := io.WriteString(w, content); return err })
	if err != nil {
		t.Fatal(err)
	}
	if want := sha256.Sum256([]byte(content)); !bytes.Equal(sum, want[:]) {
		t.Errorf("sum %x", sum)
	}
	return name
}

// TestFile: what is put is read back, belongs to nobody else, and tells a day only.
func TestFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "evidence")
	s := files.Open(dir, func() time.Time { return now })
	if all, err := s.List(); err != nil || len(all) != 0 {
		t.Errorf("before the first: %v %v", all, err)
	}
	name := put(t, s, "sealed")
	if b, err := s.Get(name); err != nil || !bytes.Equal(b, []byte("sealed")) {
		t.Errorf("got %q %v", b, err)
	}
	day := time.Date(2026, 5, 14, 0, 0, 0, 0, time.UTC)
	for _, path := range []string{dir, filepath.Join(dir, name)} {
		info, err := os.Stat(path)
		if err != nil || !info.ModTime().Equal(day) || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v %v %v", path, info.ModTime(), info.Mode(), err)
		}
	}
	if err := s.Remove(name, name); err != nil {
		t.Error(err)
	}
	if _, err := s.Get(name); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("after it was removed: %v", err)
	}
	for _, bad := range []string{"", "..", "../secret", "abc", name + "x", name[:25] + "/"} {
		if _, err := s.Get(bad); !errors.Is(err, files.ErrName) {
			t.Errorf("get %q: %v", bad, err)
		}
		if err := s.Remove(bad); !errors.Is(err, files.ErrName) {
			t.Errorf("remove %q: %v", bad, err)
		}
	}
}

// TestFailedPut leaves nothing.
func TestFailedPut(t *testing.T) {
	s := files.Open(t.TempDir(), func() time.Time { return now })
	broken := errors.New("broken")
	if _, _, err := s.Put(func(w io.Writer) error { io.WriteString(w, "half"); return broken }); !errors.Is(err, broken) {
		t.Error(err)
	}
	if all, err := s.List(); err != nil || len(all) != 0 {
		t.Errorf("left %v %v", all, err)
	}
}

// TestSweep removes what nobody names once it is old enough not to be about to be
// named.
func TestSweep(t *testing.T) {
	at := now
	s := files.Open(t.TempDir(), func() time.Time { return at })
	kept, lost := put(t, s, "a"), put(t, s, "b")
	named := func(name string) bool { return name == kept }
	if n, err := s.Sweep(named); n != 0 || err != nil {
		t.Errorf("on the same day: %d %v", n, err)
	}
	at = at.AddDate(0, 0, 2)
	if n, err := s.Sweep(named); n != 1 || err != nil {
		t.Errorf("later: %d %v", n, err)
	}
	if _, err := s.Get(lost); err == nil {
		t.Error("still there")
	}
	if _, err := s.Get(kept); err != nil {
		t.Error(err)
	}
}

// TestCopy copies what is not there yet, with its times.
func TestCopy(t *testing.T) {
	at := now
	s := files.Open(t.TempDir(), func() time.Time { return at })
	to := filepath.Join(t.TempDir(), "copy")
	if err := s.CopyTo(to); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(to); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder for nothing: %v", err)
	}
	first := put(t, s, "first")
	if err := s.CopyTo(to); err != nil {
		t.Fatal(err)
	}
	at = at.AddDate(0, 0, 1)
	second := put(t, s, "second")
	if err := s.CopyTo(to); err != nil {
		t.Fatal(err)
	}
	c := files.Open(to, func() time.Time { return at })
	for name, want := range map[string]string{first: "first", second: "second"} {
		if b, err := c.Get(name); err != nil || string(b) != want {
			t.Errorf("%s: %q %v", name, b, err)
		}
	}
	if info, err := os.Stat(filepath.Join(to, first)); err != nil || !info.ModTime().Equal(now.Truncate(24*time.Hour)) {
		t.Errorf("times of the copy: %v %v", info.ModTime(), err)
	}
}

// TestHalf: while a file is written nobody lists or copies it, and what a process that
// ended in the middle left goes once it is old enough.
func TestHalf(t *testing.T) {
	at := now
	dir, to := t.TempDir(), filepath.Join(t.TempDir(), "copy")
	s := files.Open(dir, func() time.Time { return at })
	name, _, err := s.Put(func(w io.Writer) error {
		io.WriteString(w, "half")
		if all, err := s.List(); err != nil || len(all) != 0 {
			t.Errorf("listed %v, %v", all, err)
		}
		if err := s.CopyTo(to); err != nil {
			t.Error(err)
		}
		_, err := io.WriteString(w, " and half")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.CopyTo(to); err != nil {
		t.Fatal(err)
	}
	if b, err := files.Open(to, nil).Get(name); string(b) != "half and half" {
		t.Errorf("copied %q, %v", b, err)
	}
	left := filepath.Join(dir, strings.Repeat("a", 26)+".parcial")
	if err := errors.Join(os.WriteFile(left, []byte("half"), 0o600), os.Chtimes(left, at, at)); err != nil {
		t.Fatal(err)
	}
	everything := func(string) bool { return true }
	if _, err := s.Sweep(everything); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(left); err != nil {
		t.Errorf("gone on its day: %v", err)
	}
	at = at.AddDate(0, 0, 3)
	if _, err := s.Sweep(everything); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("still there: %v", err)
	}
}

// TestSum is that of what lies there.
func TestSum(t *testing.T) {
	dir := t.TempDir()
	s := files.Open(dir, func() time.Time { return now })
	name := put(t, s, "sealed")
	if err := os.WriteFile(filepath.Join(dir, name), []byte("altered"), 0o600); err != nil {
		t.Fatal(err)
	}
	want := sha256.Sum256([]byte("altered"))
	if sum, err := s.Sum(name); err != nil || !bytes.Equal(sum, want[:]) {
		t.Errorf("%x, %v", sum, err)
	}
	if _, err := s.Sum("../" + name); !errors.Is(err, files.ErrName) {
		t.Error(err)
	}
	if _, err := s.Sum(strings.Repeat("a", 26)); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}
