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
	for _, r := range norm.NFC.String(strings.Map(simple, s)) {
		if unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r) {
			if marks++; marks > maxMarks {
				continue
			}
		} else {
			marks = 0
		}
		if r != '\n' && r != nbsp && !lent.has(r) {
			r = unknown
		}
		b.WriteRune(r)
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

// simple is the character kept for r, or -1 for nothing.
func simple(r rune) rune {
	switch {
	case r == '\n', r == nbsp:
		return r
	case r == '\r', r == '\u2028', r == '\u2029', r == '\u0085':
		return '\n'
	case r == '\t', unicode.Is(unicode.Zs, r):
		return ' '
	case unicode.Is(unicode.Co, r): // private use: a drawing that nobody else has
		return unknown
	case unicode.Is(unicode.C, r), unicode.Is(unicode.Variation_Selector, r):
		return -1
	case r == '\u2010', r == '\u2011':
		return '-'
	case r > 0xFFFF:
		return unknown
	}
	return r
}

// nbsp is kept: amounts and dates must not break at it. It is drawn as a space.
const nbsp = '\u00A0'

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
