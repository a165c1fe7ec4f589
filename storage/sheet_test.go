package storage_test

import (
	"bytes"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"declara/storage"
)

// twice are keys that were rotated once.
func twice(t *testing.T) *storage.Keys {
	t.Helper()
	k, err := storage.ParseKeys(append(storage.NewKeys().Text(), storage.NewKeys().Text()...))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func typed(rows []string, code string) (*storage.Keys, error) {
	var r storage.SheetReader
	for _, row := range rows {
		if err := r.Row(row); err != nil {
			return nil, err
		}
	}
	return r.Keys(code)
}

// TestSheet: what is printed and typed back, as people type, is the same key file.
func TestSheet(t *testing.T) {
	for _, k := range []*storage.Keys{storage.NewKeys(), twice(t)} {
		rows, code := k.Sheet()
		again, err := typed(rows, code)
		if err != nil || !bytes.Equal(again.Text(), k.Text()) {
			t.Fatalf("%v", err)
		}
		for i, row := range rows {
			rows[i] = strings.ToUpper(strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(row, " ", " - "), "0", "o"), "1", "l"))
		}
		if again, err = typed(rows, strings.ReplaceAll(code, " ", "")); err != nil || !bytes.Equal(again.Text(), k.Text()) {
			t.Fatalf("as people type: %v", err)
		}
		path := filepath.Join(t.TempDir(), "declara.key")
		if err := again.Keep(path); err != nil {
			t.Fatal(err)
		}
		if read, err := storage.LoadKeys(path, false); err != nil || !bytes.Equal(read.Text(), k.Text()) || read.Names() != k.Names() {
			t.Errorf("%v", err)
		}
		if err := again.Keep(path); err == nil {
			t.Error("written over another")
		}
		if !k.HasSheet(code) || k.HasSheet(rows[0]) || k.HasSheet("") || storage.NewKeys().HasSheet(code) {
			t.Error("the code is not the sheet's")
		}
		if strings.Contains(string(k.Text()), strings.ReplaceAll(code, " ", "")) || strings.Contains(k.Names(), code) {
			t.Error("the code tells something of the key")
		}
	}
}

// TestSheetWrong: a figure that is another, rows that changed places, a row of another
// sheet, one too few and one too many are noticed.
func TestSheetWrong(t *testing.T) {
	k := twice(t)
	rows, code := k.Sheet()
	rapid.Check(t, func(t *rapid.T) {
		bad := slices.Clone(rows)
		n := rapid.IntRange(0, len(rows)-1).Draw(t, "row")
		b := []byte(bad[n])
		at := rapid.IntRange(0, len(b)-1).Draw(t, "at")
		if b[at] == ' ' {
			at++
		}
		was := b[at]
		b[at] = rapid.SampledFrom([]byte("0123456789abcdefgz ?\xff")).Draw(t, "figure")
		if b[at] == was {
			return
		}
		bad[n] = string(b)
		if got, err := typed(bad, code); err == nil {
			t.Fatalf("%q for %q makes %v", bad[n], rows[n], got.Names())
		}
	})
	other, _ := storage.NewKeys().Sheet()
	swapped := slices.Clone(rows)
	swapped[1], swapped[2] = swapped[2], swapped[1]
	for name, bad := range map[string][]string{
		"swapped": swapped, "another's": append(slices.Clone(other), rows[4:]...), "one key": rows[:4], "the other": rows[4:], "none": nil, "too few": rows[:7], "too many": append(slices.Clone(rows), rows[0]),
	} {
		if _, err := typed(bad, code); !errors.Is(err, storage.ErrSheetWrong) && !errors.Is(err, storage.ErrSheetShort) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzSheet: whatever is typed ends in keys or in an error of words.
func FuzzSheet(f *testing.F) {
	rows, code := storage.NewKeys().Sheet()
	f.Add(strings.Join(rows, "\n"), code)
	f.Add("", "")
	f.Fuzz(func(t *testing.T, text, code string) {
		k, err := typed(strings.Split(text, "\n"), code)
		if err == nil && !k.HasSheet(code) {
			t.Error("keys whose code is another")
		}
		storage.IsCode(text)
	})
}
