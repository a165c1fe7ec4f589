package pdf

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"

	"declara/forms"
)

var update = flag.Bool("update", false, "write the goldens of testdata anew")

// kept is one of the documents of testdata: frozen, so that a golden changes only
// when the layout, the table or the words of this package do.
func kept(t *testing.T, name string) forms.Document {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return forms.Document{Form: forms.Lookup(forms.Modificacion, forms.Full), JSON: b}
}

// TestGolden compares what poppler reads off the pages, laid out as they are, with
// the goldens: go test ./pdf -run Golden -update, then read the difference.
func TestGolden(t *testing.T) {
	fullDoc, publicDoc := kept(t, "full.json"), kept(t, "public.json")
	for name, write := range map[string]func(io.Writer) error{
		"full":    func(w io.Writer) error { return Full(w, filing(t, fullDoc)) },
		"public":  func(w io.Writer) error { return Public(w, filing(t, publicDoc)) },
		"receipt": func(w io.Writer) error { return Receipt(w, filing(t, fullDoc)) },
		"unsealed": func(w io.Writer) error {
			in := filing(t, fullDoc)
			in.Unsealed, in.Folio, in.Leaf, in.PublicHash = true, "", nil, ""
			return Full(w, in)
		},
		"late": func(w io.Writer) error {
			in := filing(t, fullDoc)
			in.Late, in.Due, in.Method, in.Leaf = true, "2026-05-01", "efirma", nil
			return Receipt(w, in)
		},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := write(&b); err != nil {
				t.Fatal(err)
			}
			isGolden(t, name, b.Bytes())
		})
	}
}

// TestKeptDocuments: the frozen public document is the public version of the
// frozen full one, so the goldens tell of one filing.
func TestKeptDocuments(t *testing.T) {
	p, err := kept(t, "full.json").Public(forms.PublicOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("testdata/public.json", p.JSON, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(p.JSON, kept(t, "public.json").JSON) {
		t.Error("the public version of testdata/full.json is another than testdata/public.json")
	}
}

// isGolden holds the text of a document to its golden file, which -update writes.
func isGolden(t *testing.T, name string, document []byte) {
	t.Helper()
	got := tool(t, document, "pdftotext", "-layout", "-", "-")
	golden := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("the text of %s changed; read the difference after -update:\n%s", name, firstDifference(string(want), got))
	}
}

// firstDifference is the first line in which two texts differ.
func firstDifference(want, got string) string {
	a, b := bytes.Split([]byte(want), []byte("\n")), bytes.Split([]byte(got), []byte("\n"))
	for i := range min(len(a), len(b)) {
		if !bytes.Equal(a[i], b[i]) {
			return "- " + string(a[i]) + "\n+ " + string(b[i])
		}
	}
	return "one is longer"
}
