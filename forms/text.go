package forms

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Most characters of a text that names no limit of its own.
const (
	maxText      = 300
	maxParagraph = 4000
)

// cleanText is a typed text as it is stored: NFC, trimmed, each run of white
// space one space, and in a paragraph lines kept. Direction marks that phones
// add unseen are dropped. It refuses invalid UTF-8, control characters, and
// overrides of the direction of writing, which make a text read as what it is
// not; code is then the reason.
func cleanText(s string, lines bool) (clean, code string) {
	if plain(s) {
		return s, ""
	}
	if !utf8.ValidString(s) {
		return "", CodeEncoding
	}
	var b strings.Builder
	b.Grow(len(s))
	space, breaks := false, 0 // white space seen and not yet written
	for _, r := range strings.ReplaceAll(s, "\r\n", "\n") {
		switch {
		case r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029' || r == '\u0085':
			breaks++
			continue
		case unicode.IsSpace(r):
			space = true
			continue
		case unicode.IsControl(r), r&0xfffe == 0xfffe, r >= 0xfdd0 && r <= 0xfdef:
			return "", CodeControl
		case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return "", CodeBidi
		case r == 0x200b, r == 0x200e, r == 0x200f, r == 0x061c, r == 0xfeff, r == 0x00ad:
			continue
		}
		switch {
		case b.Len() == 0:
		case breaks > 0 && lines:
			b.WriteString("\n\n"[:min(breaks, 2)])
		case breaks > 0 || space:
			b.WriteByte(' ')
		}
		space, breaks = false, 0
		b.WriteRune(r)
	}
	return norm.NFC.String(b.String()), ""
}

// plain reports whether a text is already clean, by the cheap test that nearly
// every answer passes: visible ASCII with single spaces between.
func plain(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c > '~' || c == ' ' && (i == 0 || i == len(s)-1 || s[i-1] == ' ') {
			return false
		}
	}
	return true
}
