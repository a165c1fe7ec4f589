package pdf

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"declara/i18n"
)

// TestProof: the receipt of a complaint is the same bytes each time, says the midnight
// of its day and no other time, and goes on to another page when there are many files.
func TestProof(t *testing.T) {
	zone, err := time.LoadLocation("America/Mexico_City")
	if err != nil {
		t.Fatal(err)
	}
	in := Proof{
		Folio: "DEN-7F3K22M9", Text: strings.Repeat("ab", 32), Day: time.Date(2026, 5, 14, 0, 0, 0, 0, zone),
		Institution: "Municipio de Valle Encinos", Office: "Órgano Interno de Control", Initials: "VE",
		CheckURL: "https://declara.example/verificar/archivo", Lang: "es-MX", Words: i18n.Load().Printer("es"),
	}
	for n, want := range map[int]int{0: 1, 12: 1, 24: 2} {
		in.Files, in.Duty = nil, n == 0
		for range n {
			in.Files = append(in.Files, ProofFile{strings.Repeat("cd", 32), strings.Repeat("ef", 32)})
		}
		var one, two bytes.Buffer
		if err := Prove(&one, in); err != nil {
			t.Fatal(err)
		}
		if err := Prove(&two, in); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(one.Bytes(), two.Bytes()) {
			t.Errorf("%d files: other bytes the second time", n)
		}
		if got := pages(one.Bytes()); got != want {
			t.Errorf("%d files: %d pages, not %d", n, got, want)
		}
		if n := strings.Count(one.String(), "(D:"); n == 0 || n != strings.Count(one.String(), "(D:20260514000000") {
			t.Errorf("a time of the day in it")
		}
	}
}
