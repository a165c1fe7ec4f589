package pdf

import (
	"bytes"
	"strings"
	"testing"

	"declara/i18n"
)

// TestCertificate holds the certificate to its golden, on one sheet whatever it says,
// in both languages.
func TestCertificate(t *testing.T) {
	words := i18n.Load().Printer(i18n.Spanish)
	in := Certificate{
		Words: words, Lang: words.Tag(), Institution: "Municipio de Valle Encinos", Office: "Órgano Interno de Control", Initials: "VE", Address: "Portal Hidalgo 3",
		Day: "2026-09-30", Number: "CER-2026-001", Name: "Raúl Méndez Ibarra", Post: "Dirección de Obras Públicas",
		Facts: [][2]string{{"Declaración", "Modificación 2026"}, {"Folio", "VE-2026-000123"}, {"Sorteo", "VER-2026-001"}},
		Hash:  strings.Repeat("0123456789abcdef", 4), Leaf: 1310, CheckURL: "https://declara.example/verificar/archivo",
	}
	var b bytes.Buffer
	if err := WriteCertificate(&b, in); err != nil {
		t.Fatal(err)
	}
	isGolden(t, "certificate", b.Bytes())
	b.Reset()
	long := in
	long.Name, long.Post, long.Institution, long.CheckURL = strings.Repeat("Raúl ", 90), strings.Repeat("Dirección ", 90), strings.Repeat("Municipio ", 60), ""
	if err := WriteCertificate(&b, long); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(tool(t, b.Bytes(), "pdfinfo", "-"), "Pages:           1"); n != 1 {
		t.Error("it is not one sheet")
	}
	long.Day = "ayer"
	if err := WriteCertificate(&b, long); err == nil {
		t.Error("a day that is none")
	}
}
