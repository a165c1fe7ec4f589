package pdn

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// tilde is the mark that makes an n into another letter.
const tilde = '\u0303'

// Fold is a text as filters compare it: small letters without marks, so that
// "MÉNDEZ" and "mendez" are one, with ñ kept apart from n as Spanish does; each
// run of white space is one space, and there is none at the ends. Control and
// format characters are dropped. Folding twice changes nothing.
func Fold(s string) string {
	if isFolded(s) {
		return s
	}
	out := make([]byte, 0, len(s))
	space := false
	n := -1 // where the last letter written is, while it is an n that may still get its tilde
	for _, r := range norm.NFKD.String(s) {
		switch {
		case r == tilde && n >= 0:
			out = slices.Replace(out, n, n+1, []byte("ñ")...)
			n = -1
		case unicode.IsSpace(r):
			space, n = true, -1
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cc, unicode.Cf):
		default:
			if space && len(out) > 0 {
				out = append(out, ' ')
			}
			r = unicode.ToLower(r)
			switch {
			case r == 'n':
				n = len(out)
			case norm.NFKD.PropertiesString(string(r)).CCC() == 0:
				n = -1 // a letter of its own, not a sign on the n
			}
			out = utf8.AppendRune(out, r)
			space = false
		}
	}
	return string(out)
}

// isFolded is the cheap test that most of what is compared passes: small ASCII
// letters, digits and signs with single spaces between.
func isFolded(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c > '~' || c >= 'A' && c <= 'Z' || c == ' ' && (i == 0 || i == len(s)-1 || s[i-1] == ' ') {
			return false
		}
	}
	return true
}

// tidy is a text as it is ordered: valid, with single spaces and none at the ends.
func tidy(s string) string {
	out := make([]byte, 0, len(s))
	space := false
	for _, r := range s {
		if unicode.IsSpace(r) {
			space = true
			continue
		}
		if space && len(out) > 0 {
			out = append(out, ' ')
		}
		space = false
		out = utf8.AppendRune(out, r)
	}
	return string(out)
}
