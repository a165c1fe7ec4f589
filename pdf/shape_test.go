package pdf

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"declara/forms"
	"declara/forms/sample"
)

// TestShape holds every kind of document to the rules of the format, and to what
// the finisher adds.
func TestShape(t *testing.T) {
	for name, doc := range samples(t, spanish(t)) {
		t.Run(name, func(t *testing.T) {
			checkShape(t, doc)
			at := "20260514104207-06'00'" // of filing, in the institution's zone
			if strings.HasPrefix(name, "blank") {
				at = "20190923000000Z" // of the edition
			}
			for _, want := range []string{"%PDF-1.7\n", "/Lang (es-MX)", "/DisplayDocTitle true", "/ID [<", "/CreationDate (D:" + at + ")", "/ModDate (D:" + at + ")"} {
				if !bytes.Contains(doc, []byte(want)) {
					t.Errorf("lacks %q", want)
				}
			}
			if strings.HasPrefix(name, "receipt") && pages(doc) != 1 {
				t.Errorf("a receipt of %d pages", pages(doc))
			}
		})
	}
}

// TestTools asks poppler's tools, which read the file as strangers do.
func TestTools(t *testing.T) {
	d, _ := example(t, forms.Modificacion, forms.Full, 7, sample.Options{})
	var b bytes.Buffer
	if err := Full(&b, filing(t, d)); err != nil {
		t.Fatal(err)
	}
	info := tool(t, b.Bytes(), "pdfinfo", "-")
	for _, want := range []string{"Declaración de modificación 2026, versión completa. Raúl Méndez Ibarra", "Folio VE-2026-000123", "Municipio de Valle Encinos", "letter",
		"declara full 01JV3Q8M4Z7TQX2H9K5W6N0RBC " + hashA} {
		if !strings.Contains(info, want) {
			t.Errorf("pdfinfo lacks %q:\n%s", want, info)
		}
	}
	for _, line := range strings.Split(strings.TrimSpace(tool(t, b.Bytes(), "pdffonts", "-")), "\n")[2:] {
		if f := strings.Fields(line); len(f) < 8 || f[4] != "yes" || f[6] != "yes" {
			t.Errorf("a font is not embedded, or has no way back to text: %s", line)
		}
	}
}

// TestSameBytes writes each kind many times at once: the same bytes each time, no
// race (go test -race).
func TestSameBytes(t *testing.T) {
	fullDoc, publicDoc := example(t, forms.Conclusion, forms.Full, 3, sample.Options{})
	in, open := filing(t, fullDoc), filing(t, publicDoc)
	in.Person += " \uA78C x\u0331" // the lent faces too
	for name, write := range map[string]func(io.Writer) error{
		"full":    func(w io.Writer) error { return Full(w, in) },
		"public":  func(w io.Writer) error { return Public(w, open) },
		"receipt": func(w io.Writer) error { return Receipt(w, in) },
	} {
		t.Run(name, func(t *testing.T) {
			var wg sync.WaitGroup
			n := 50
			if testing.Short() || name == "receipt" {
				n = 8
			}
			sums := make([][32]byte, n)
			for i := range sums {
				wg.Go(func() {
					var b bytes.Buffer
					if err := write(&b); err != nil {
						t.Error(err)
					}
					sums[i] = sha256.Sum256(b.Bytes())
				})
			}
			wg.Wait()
			for i, s := range sums {
				if s != sums[0] {
					t.Fatalf("writing %d gave other bytes", i)
				}
			}
		})
	}
}

// TestOtherBytes is the other side: what tells filings apart changes the file.
func TestOtherBytes(t *testing.T) {
	d, _ := example(t, forms.Inicial, forms.Simplified, 3, sample.Options{})
	seen := map[[32]byte]string{}
	for name, change := range map[string]func(*Declaration){
		"same":   func(*Declaration) {},
		"folio":  func(in *Declaration) { in.Folio = "VE-2026-000124" },
		"second": func(in *Declaration) { in.Filed = in.Filed.Add(time.Second) },
		"hash":   func(in *Declaration) { in.Hash = hashB },
		"late":   func(in *Declaration) { in.Late = true },
		"lang":   func(in *Declaration) { in.Lang = "en" },
	} {
		in := filing(t, d)
		change(&in)
		var b bytes.Buffer
		if err := Full(&b, in); err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(b.Bytes())
		if other, ok := seen[sum]; ok {
			t.Errorf("%s and %s give the same bytes", name, other)
		}
		seen[sum] = name
	}
}

// TestErrors: a document that is none, and a writer that fails, are errors.
func TestErrors(t *testing.T) {
	in := filing(t, forms.Document{Form: forms.Lookup(forms.Inicial, forms.Full), JSON: []byte(`[`)})
	if err := Full(io.Discard, in); err == nil {
		t.Error("a broken document was printed")
	}
	in.Document.JSON = []byte(`{}`)
	broken := errors.New("disk full")
	if err := Full(failing{broken}, in); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// TestLongest bounds the largest declaration that the samples can make.
func TestLongest(t *testing.T) {
	d, _ := example(t, forms.Conclusion, forms.Full, 11, sample.Options{Extremes: true, Wealth: 1})
	var b bytes.Buffer
	if err := Full(&b, filing(t, d)); err != nil {
		t.Fatal(err)
	}
	a, err := forms.Parse(d.Form, d.JSON)
	if err != nil {
		t.Fatal(err)
	}
	checkShape(t, b.Bytes())
	// Each answer is a row of at least 16.8 points, each item a band; a page has
	// room for forty rows.
	if n, most := pages(b.Bytes()), 3+len(a)/18; n > most || n < 20 {
		t.Errorf("%d answers took %d pages, at most %d expected", len(a), n, most)
	}
	if b.Len() > 600<<10 {
		t.Errorf("%d KB", b.Len()>>10)
	}
}
