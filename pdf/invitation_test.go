package pdf

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"declara/i18n"
)

// TestInvitations holds the letters with codes to their golden: a sheet each, the name
// where the envelope shows it, and nobody in what the file says of itself.
func TestInvitations(t *testing.T) {
	in := Invitations{
		Words: i18n.Load().Printer("es"), Lang: "es-MX", Institution: "Municipio de Valle Encinos", Office: "Órgano Interno de Control", Initials: "VE",
		Phone: "951 000 0000", Hours: "lunes a viernes de 9 a 15 h", Page: "https://declara.valle.example/entrar",
		At: time.Date(2026, 5, 4, 16, 0, 0, 0, time.UTC),
		Letters: []InvitationLetter{
			{Name: "Ana Torres Ruiz", Post: "Auxiliar administrativa", Unit: "Agua Potable", Code: "K7QM-2XHD-94PT", Until: "2026-05-18"},
			{Name: strings.Repeat("Nombre muy largo ", 20), Post: strings.Repeat("Cargo", 60), Unit: "Obras", Code: "AAAA-BBBB-CCCC", Until: "2026-05-18"},
		},
	}
	var b, again bytes.Buffer
	for _, into := range []*bytes.Buffer{&b, &again} {
		if err := WriteInvitations(into, in); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(b.Bytes(), again.Bytes()) {
		t.Error("two of the same differ")
	}
	isGolden(t, "invitations", b.Bytes())
	if info := tool(t, b.Bytes(), "pdfinfo", "-"); !strings.Contains(info, "Pages:           2") || strings.Contains(info, "Torres") {
		t.Errorf("%s", info)
	}
	if text := tool(t, b.Bytes(), "pdftotext", "-layout", "-", "-"); !strings.Contains(text, "K7QM-2XHD-94PT") || !strings.Contains(text, "18 de mayo de 2026") {
		t.Errorf("%s", text)
	}
}
