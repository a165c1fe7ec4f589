package pdf

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func box(p Place) Box {
	return Box{Place: p, Initials: "VE", At: time.Date(2026, 5, 14, 16, 42, 8, 0, time.UTC), Lang: "es-MX",
		Lines: []string{"Municipio de Valle Encinos", "Folio VE-2026-000123", "14 de mayo de 2026, 10:42:07 h", "Asiento 4182 de la bitácora"}}
}

// TestBox: one page of the size of the place, with all its words, the same bytes
// each time; words that no place could hold are shortened and never a panic.
func TestBox(t *testing.T) {
	for _, p := range []Place{CoverSeal, CoverSigner, ReceiptSeal} {
		var a, b bytes.Buffer
		if err := WriteBox(&a, box(p)); err != nil {
			t.Fatal(err)
		}
		if err := WriteBox(&b, box(p)); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Fatal("not the same bytes twice", err)
		}
		text := tool(t, a.Bytes(), "pdftotext", "-layout", "-", "-")
		for _, want := range []string{"Valle Encinos", "VE-2026-000123", "10:42:07", "4182", "VE"} {
			if !strings.Contains(text, want) {
				t.Errorf("a box lacks %q: %q", want, text)
			}
		}
		if n := pages(a.Bytes()); n != 1 {
			t.Errorf("%d pages", n)
		}
		hard := box(p)
		hard.Initials = strings.Repeat("\U0001F600", 9)
		hard.Lines = []string{"", strings.Repeat("x\u0331", 5000), "\x00\xff", "a\u0000b", "", "", "", "", "", "last"}
		if err := WriteBox(&b, hard); err != nil {
			t.Error(err)
		}
	}
}
