package forms

import (
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestCleanText(t *testing.T) {
	for _, c := range []struct {
		in    string
		lines bool
		want  string
		code  string
	}{
		{"Juan Pérez", false, "Juan Pérez", ""},
		{"  Juan \t\u00a0 Pérez ", false, "Juan Pérez", ""},
		{"Jose\u0301", false, "José", ""},
		{"uno\r\ndos", false, "uno dos", ""},
		{"uno\r\ndos\n\n\n\ntres \n", true, "uno\ndos\n\ntres", ""},
		{"casa 🏠👩\u200d🔧", false, "casa 🏠👩\u200d🔧", ""},
		{"\u200ehola\u200b", false, "hola", ""},
		{"\ufeff", false, "", ""},
		{"   ", false, "", ""},
		{"a\x00b", false, "", CodeControl},
		{"a\x1bb", false, "", CodeControl},
		{"a\u009fb", true, "", CodeControl},
		{"a\ufffe", false, "", CodeControl},
		{"a\u202eb", false, "", CodeBidi},
		{"a\u2066b", true, "", CodeBidi},
		{"a\xffb", false, "", CodeEncoding},
	} {
		got, code := cleanText(c.in, c.lines)
		if got != c.want || code != c.code {
			t.Errorf("cleanText(%q) = %q, %q; want %q, %q", c.in, got, code, c.want, c.code)
		}
	}
}

// A clean text is valid, composed, and cleaning it again changes nothing.
func FuzzCleanText(f *testing.F) {
	for _, s := range []string{"a  b", "e\u0301\n\n", "\u202e", "\xff", "👩\u200d🔧", "\u0340\u0000"} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, s string, lines bool) {
		got, code := cleanText(s, lines)
		if code != "" {
			return
		}
		if !utf8.ValidString(got) || !norm.NFC.IsNormalString(got) {
			t.Fatalf("cleanText(%q) = %q", s, got)
		}
		if again, code := cleanText(got, lines); code != "" || again != got {
			t.Fatalf("cleanText(%q) = %q, then %q, %q", s, got, again, code)
		}
	})
}
