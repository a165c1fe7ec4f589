package main

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"declara/app/backup"
)

// TestPageCopyRestores: a copy that a page asked for, of an installation with a complaint
// that has files, is an installation again; and a copy of which a file is gone is none.
func TestPageCopyRestores(t *testing.T) {
	root := t.TempDir()
	p := place{data: filepath.Join(root, "d")}
	if err := complaint(p.data); err != nil {
		t.Fatal(err)
	}
	db, err := p.open(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	copies := p.copies(db, nil, slog.New(slog.DiscardHandler))
	c, err := copies.Make(t.Context(), copies.Proposed())
	if err != nil {
		t.Fatal(err)
	}
	again := place{data: filepath.Join(root, "e")}
	key, err := os.ReadFile(p.keyFile())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(again.data, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(again.keyFile(), key, 0o600); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	if err := restore(t.Context(), again, c.File, &said); err != nil || !strings.Contains(said.String(), "2 files of complaints") || !strings.Contains(said.String(), "sound") {
		t.Errorf("%v\n%s", err, &said)
	}

	gone, err := os.ReadDir(filepath.Join(p.data, "evidence"))
	if err != nil || len(gone) == 0 {
		t.Fatal(gone, err)
	}
	if err := os.Remove(filepath.Join(p.data, "evidence", gone[0].Name())); err != nil {
		t.Fatal(err)
	}
	if _, err := copies.Make(t.Context(), copies.Proposed()); err != nil {
		t.Errorf("what the folder of copies has still: %v", err)
	}
	if _, err := copies.Make(t.Context(), t.TempDir()); err != error(backup.Unsound) {
		t.Errorf("a copy of what is not whole: %v", err)
	}
	if err := os.Remove(p.keyFile()); err != nil {
		t.Fatal(err)
	}
	if _, err := copies.Make(t.Context(), copies.Proposed()); err != error(backup.Unsound) {
		t.Errorf("a copy that nothing opens: %v", err)
	}
	left, err := os.ReadDir(copies.Proposed())
	if err != nil || len(left) != 5 {
		t.Errorf("%v, %v", left, err)
	}
}

// TestPlanFlags: the flags of the daily copy, and what they refuse.
func TestPlanFlags(t *testing.T) {
	for _, c := range []struct {
		dir, hour, keep string
		good            bool
	}{
		{"", "x", "x", true}, {"copias", "3", "7,4", true}, {"/copias", "0", "1", true}, {"/copias", "23", "60, 104", true},
		{"/copias", "24", "7,4", false}, {"/copias", "-1", "7,4", false}, {"/copias", "3", "0,4", false}, {"/copias", "3", "7,-1", false},
		{"/copias", "3", "7,4,2", false}, {"/copias", "3", "", false}, {"/copias", "tres", "7", false}, {"/copias", "3", "61", false},
	} {
		s := serving{backupDir: c.dir, backupHour: c.hour, backupKeep: c.keep}
		d, err := s.plan()
		if (err == nil) != c.good || c.good && c.dir != "" && (d == nil || !filepath.IsAbs(d.Folder)) {
			t.Errorf("%+v: %+v, %v", c, d, err)
		}
	}
	if _, err := (serving{place: place{store: "postgres://x"}, backupDir: "/copias"}).plan(); err == nil {
		t.Error("a plan for PostgreSQL")
	}
}
