package pdf

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func someLetters() Letters {
	return Letters{
		Lang: "es-MX", Title: "Avisos", Institution: "Municipio de Valle Encinos", Office: "Órgano Interno de Control", Initials: "VE", Address: "Portal Hidalgo 3, Centro",
		At: time.Date(2026, 5, 24, 16, 0, 0, 0, time.UTC),
		All: []PaperLetter{
			{To: []string{"Ana Torres Ruiz", "Auxiliar administrativa", "Agua Potable"}, Refs: []string{"24 de mayo de 2026"}, Subject: "Tu declaración de modificación 2026 vence el 31 de mayo",
				Body: []string{"Puedes presentarla hasta el 31 de mayo de 2026 a las 23:59.", "Entra y preséntala en https://declara.valle.example/declaraciones"}},
			{To: []string{"Beto Luna Paz", "Policía", "Seguridad Pública"}, Refs: []string{"OIC/12/2026", "24 de mayo de 2026"}, Subject: "Requerimiento",
				Body: []string{"Se te requiere."}, Sign: []string{"Rosa Cruz", "Titular del Órgano Interno de Control"}},
		},
	}
}

// TestLetters holds them to their golden: one sheet each, with the address where the
// envelope has its window; what is long goes on on another sheet and loses nothing.
func TestLetters(t *testing.T) {
	var b, again bytes.Buffer
	for _, into := range []*bytes.Buffer{&b, &again} {
		if err := WriteLetters(into, someLetters()); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(b.Bytes(), again.Bytes()) {
		t.Error("two of the same differ")
	}
	isGolden(t, "letters", b.Bytes())
	if info := tool(t, b.Bytes(), "pdfinfo", "-"); !strings.Contains(info, "Pages:           2") || strings.Contains(info, "Torres") {
		t.Errorf("%s", info)
	}
	long := someLetters()
	long.Draft = "Borrador: sin efectos mientras no se firme"
	long.All = long.All[1:]
	for range 40 {
		long.All[0].Body = append(long.All[0].Body, strings.Repeat("Se te requiere que la presentes. ", 6))
	}
	long.All[0].Body = append(long.All[0].Body, "Última palabra.")
	long.All[0].To = []string{strings.Repeat("Nombre muy largo ", 30), strings.Repeat("Cargo", 90), "", "x", "y", "z"}
	b.Reset()
	if err := WriteLetters(&b, long); err != nil {
		t.Fatal(err)
	}
	text := tool(t, b.Bytes(), "pdftotext", "-layout", "-", "-")
	if !strings.Contains(text, "Última palabra.") || strings.Count(text, "Borrador") < 3 || strings.Count(text, "Rosa Cruz") != 1 {
		t.Errorf("%s", text)
	}
	b.Reset()
	if err := WriteLetters(&b, Letters{Lang: "es-MX", At: long.At}); err != nil || b.Len() == 0 {
		t.Errorf("none: %v", err)
	}
}
