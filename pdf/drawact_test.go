package pdf

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"declara/i18n"
)

func drawAct(n int) DrawAct {
	words := i18n.Load().Printer(i18n.Spanish)
	in := DrawAct{
		Words: words, Lang: words.Tag(), Institution: "Municipio de Valle Encinos", Office: "Órgano Interno de Control", Initials: "VE", Address: "Portal Hidalgo 3",
		Day: "2027-06-16", Number: "VER-2027-001", Universe: strings.Repeat("0123456789abcdef", 4), Leaves: [2]uint64{1204, 1310},
		Facts:   [][2]string{{"Universo", "50 declaraciones"}, {"Semilla", "53817"}, {"De dónde viene la semilla", strings.Repeat("Sorteo mayor de la Lotería Nacional ", 6)}},
		Says:    []string{"Se sorteó con el procedimiento publicado sha256-1."},
		Shares:  [][2]string{{"Catastro", "2 de 3"}, {"Tesorería", "1 de 3"}},
		Signers: []string{"Titular del Órgano Interno de Control", "Testigo", "Testigo"},
	}
	for i := range n {
		in.Folios = append(in.Folios, fmt.Sprintf("VE-2027-%06d", i+1))
	}
	return in
}

// TestDrawAct holds the act to its golden, and every folio and place to sign to its
// sheets, also when there are hundreds.
func TestDrawAct(t *testing.T) {
	var b, again bytes.Buffer
	for _, into := range []*bytes.Buffer{&b, &again} {
		if err := WriteDrawAct(into, drawAct(45)); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(b.Bytes(), again.Bytes()) {
		t.Error("two of the same differ")
	}
	isGolden(t, "drawact", b.Bytes())
	b.Reset()
	long := drawAct(377)
	long.Institution, long.Number = strings.Repeat("Municipio ", 40), strings.Repeat("VER", 60)
	if err := WriteDrawAct(&b, long); err != nil {
		t.Fatal(err)
	}
	text := tool(t, b.Bytes(), "pdftotext", "-layout", "-", "-")
	for _, folio := range long.Folios {
		if strings.Count(text, folio) != 1 {
			t.Errorf("%s is there %d times", folio, strings.Count(text, folio))
		}
	}
	if strings.Count(text, "Testigo") != 2 {
		t.Error("a place to sign is lacking")
	}
	long.Day = "ayer"
	if err := WriteDrawAct(&b, long); err == nil {
		t.Error("a day that is none")
	}
}
