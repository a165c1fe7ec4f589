package forms_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"declara/forms"
	"declara/forms/formstest"
)

// Golden documents: for each type and level a draft as it is stored, the document
// made of it and its public version, indented to be reviewed. A change in them is a
// change in what is filed or published, and is made on purpose with -update. The
// drafts stay as they are; delete one to have it invented anew.
func TestGolden(t *testing.T) {
	everyForm(t, func(t *testing.T, f *forms.Form) {
		name := filepath.Join("testdata", "golden", f.Type.Slug()+"-"+f.Level.Slug())
		d := stored(t, f, name+".draft.json")
		doc, err := forms.Compile(f, d)
		if err != nil {
			t.Fatalf("%v: %v", err, forms.Ready(f, d))
		}
		golden(t, name+".json", doc.JSON)
		public, err := doc.Public(forms.PublicOptions{})
		if err != nil {
			t.Fatal(err)
		}
		golden(t, name+".public.json", public.JSON)
	})
}

// stored is the draft in a file; with -update, an absent one is invented.
func stored(t *testing.T, f *forms.Form, name string) *forms.Draft {
	t.Helper()
	b, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) && *forms.Update {
		d := formstest.Example(f, int64(f.Type)*10+int64(f.Level))
		if b, err = json.MarshalIndent(d, "", " "); err == nil {
			err = write(name, b)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	d := &forms.Draft{}
	if err := json.Unmarshal(b, d); err != nil {
		t.Fatal(err)
	}
	d.Today = "2026-05-20"
	return d
}

func write(name string, b []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, append(b, '\n'), 0o644)
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *forms.Update {
		var b bytes.Buffer
		if err := json.Indent(&b, got, "", " "); err != nil {
			t.Fatal(err)
		}
		if err := write(name, b.Bytes()); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := json.Compact(&b, want); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(bytes.TrimSpace(b.Bytes()), got) {
		t.Errorf("%s differs; look at it with -update and git diff", name)
	}
}
