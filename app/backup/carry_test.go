package backup

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"declara/storage"
	"declara/storage/files"
)

// carried is an office with a file, and the one file that is carried away of it.
func carried(t *testing.T) (x *office, f storage.EvidenceFile, file string) {
	t.Helper()
	x = newOffice(t)
	f = x.send("b", strings.Repeat("uno ", 5000))
	store := filepath.Join(t.TempDir(), "store")
	if err := x.DB.Backup(store); err != nil {
		t.Fatal(err)
	}
	all, err := x.open(t.Context(), store)
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "declara.tar")
	if err := Carry(t.Context(), file, store, all, x.Evidence, x.now); err != nil {
		t.Fatal(err)
	}
	return x, f, file
}

// TestCarry: one file has everything, tells its day and no more, replaces nothing, and is
// an installation again.
func TestCarry(t *testing.T) {
	x, f, file := carried(t)
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 || !info.ModTime().Equal(midnight(x.now)) {
		t.Errorf("%v, %v", info, err)
	}
	to := t.TempDir()
	from, faults, err := Bring(file, to, x.Clock)
	if err != nil || len(faults) != 0 || from != file {
		t.Fatal(from, faults, err)
	}
	all, err := x.open(t.Context(), filepath.Join(to, "declara.db"))
	if err != nil || len(all) != 2 {
		t.Fatal(all, err)
	}
	if there := files.Open(filepath.Join(to, "evidence"), x.Clock); !whole(there, f) {
		t.Error("the file of the complaint is not there")
	}
	if err := Carry(t.Context(), file, filepath.Join(to, "declara.db"), all, x.Evidence, x.now); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over another: %v", err)
	}
	if left, err := filepath.Glob(file + "*"); err != nil || len(left) != 1 {
		t.Errorf("left %v, %v", left, err)
	}
}

// TestBringDamaged: a file that was carried away and damaged, wherever, is told as such
// or refused, and what is brought of it in spite of it has no name outside.
func TestBringDamaged(t *testing.T) {
	x, f, file := carried(t)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		b := bytes.Clone(text)
		at := rapid.IntRange(0, len(b)-1).Draw(t, "at")
		if rapid.Bool().Draw(t, "cut") {
			b = b[:at]
		} else {
			b[at] ^= byte(rapid.IntRange(1, 255).Draw(t, "by"))
		}
		torn := filepath.Join(root, "roto.tar")
		if err := os.WriteFile(torn, b, 0o600); err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(root, "nueva")
		if err := os.MkdirAll(to, 0o700); err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(to)
		_, faults, err := Bring(torn, to, x.Clock)
		store, _ := os.ReadFile(filepath.Join(to, "declara.db"))
		if bytes.Equal(store, b) {
			return // its head is that of no tar, and opening the store says so
		}
		if err == nil && len(faults) == 0 && (!bytes.Contains(text, store) || !whole(files.Open(filepath.Join(to, "evidence"), x.Clock), f)) {
			t.Fatal("taken for sound")
		}
		outside, err2 := os.ReadDir(root)
		if err2 != nil || len(outside) != 2 {
			t.Fatalf("%v, %v", outside, err2)
		}
	})
}

// TestBringNone: what is no copy is refused in words.
func TestBringNone(t *testing.T) {
	x := newOffice(t)
	dir := t.TempDir()
	empty := filepath.Join(dir, "vacio.db")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, from := range []string{dir, empty, filepath.Join(dir, "nada")} {
		if _, _, err := Bring(from, t.TempDir(), x.Clock); err == nil || from != filepath.Join(dir, "nada") && err != ErrNoCopy {
			t.Errorf("%s: %v", from, err)
		}
	}
}
