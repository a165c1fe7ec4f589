package pdf

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxMarks is how many loose accents one letter may carry; what people write in
// any language of Mexico has at most two. The rest would climb over the lines.
const maxMarks = 4

// clean makes any bytes safe and plain to draw: valid UTF-8 in NFC, spaces made
// one kind, line ends as "\n", without control, direction and invisible
// characters (a right-to-left override could show another name than the one that
// was declared). What no face can draw becomes U+FFFD, visibly; so does what is
// above U+FFFF, which gofpdf cannot index.
func clean(s string) string {
	if plain(s) {
		return s
	}
	s = strings.ReplaceAll(strings.ToValidUTF8(s, string(unknown)), "\r\n", "\n")
	var b strings.Builder
	b.Grow(len(s))
	marks := 0
	for _, r := range norm.NFC.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r):
			if marks++; marks > maxMarks || variation(r) {
				continue
			}
		default:
			marks = 0
		}
		if r = simple(r); r >= 0 {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// plain reports whether s is already clean: printable ASCII and line ends, as
// most of what is drawn is.
func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; (c < ' ' || c > '~') && c != '\n' {
			return false
		}
	}
	return true
}

// simple is the character drawn for r, or -1 for nothing.
func simple(r rune) rune {
	switch {
	case r == '\n', r == nbsp:
		return r
	case r == '\r', r == '\u2028', r == '\u2029', r == '\u0085':
		return '\n'
	case r == '\t', unicode.Is(unicode.Zs, r):
		return ' '
	case unicode.Is(unicode.C, r): // control, format, private, surrogate
		if unicode.Is(unicode.Co, r) {
			return unknown
		}
		return -1
	case r == '\u2010', r == '\u2011':
		return '-'
	case r > 0xFFFF, !lent.has(r):
		return unknown
	}
	return r
}

// nbsp is kept: amounts and dates must not break at it. It is drawn as a space.
const nbsp = '\u00A0'

// variation selectors choose a drawing that no face here has.
func variation(r rune) bool { return r >= 0xFE00 && r <= 0xFE0F || r > 0xFFFF }

// oneLine is clean text with its line ends made spaces: for titles, headings and
// metadata.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(clean(s), func(r rune) bool { return r == '\n' || r == ' ' }), " ")
}

// clip is oneLine of at most n characters, for places of fixed size (header,
// footer, metadata); what is cut is marked with an ellipsis.
func clip(s string, n int) string {
	s = oneLine(s)
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:n-1])) + "…"
}
