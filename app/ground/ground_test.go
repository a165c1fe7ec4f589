package ground

import (
	"errors"
	"strings"
	"testing"
)

// TestCheck: what is wrong is told at once, and what was typed is kept on its lines.
func TestCheck(t *testing.T) {
	for _, c := range []struct {
		name         string
		file, reason string
		wrong        []error
		want         Ground
	}{
		{"a ground", " OIC/EP/015/2026 ", "Denuncia recibida:\r\nverificar\n", nil, Ground{"OIC/EP/015/2026", "Denuncia recibida:\nverificar"}},
		{"spaces within the number", "OIC  1\t2026", "Porque hace falta", nil, Ground{"OIC 1 2026", "Porque hace falta"}},
		{"nothing", "", "", []error{ErrFile, ErrReason}, Ground{}},
		{"blanks", "  ", " \n ", []error{ErrFile, ErrReason}, Ground{}},
		{"too long", strings.Repeat("9", 61), strings.Repeat("ñ", 501), []error{ErrFile, ErrReason}, Ground{strings.Repeat("9", 61), strings.Repeat("ñ", 501)}},
		{"as long as may be", strings.Repeat("Ñ", 60), strings.Repeat("ñ", 500), nil, Ground{strings.Repeat("Ñ", 60), strings.Repeat("ñ", 500)}},
		{"written backwards", "OIC\u202e1", "motivo \u2066 al revés", []error{ErrFile, ErrReason}, Ground{"OIC\u202e1", "motivo \u2066 al revés"}},
		{"not text", "OIC\xff", "motivo \x00 largo", []error{ErrFile, ErrReason}, Ground{"OIC\xff", "motivo \x00 largo"}},
	} {
		got, err := Ground{c.file, c.reason}.Check()
		if got != c.want {
			t.Errorf("%s: %q", c.name, got)
		}
		for _, e := range []error{ErrFile, ErrReason} {
			want := false
			for _, w := range c.wrong {
				want = want || w == e
			}
			if errors.Is(err, e) != want {
				t.Errorf("%s: %v", c.name, err)
			}
		}
	}
}
