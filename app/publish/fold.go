package publish

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Bounds of a query, so that no address can make a search dear.
const (
	maxWords = 8  // words of a query that count; the rest are ignored
	maxWord  = 32 // letters of a word that count
	maxQuery = 120
	maxLine  = 300 // letters of a name, a post or a unit
)

// fold calls yield with each word of s as the search knows it: small letters
// and digits without marks, so that "MÉNDEZ", "Méndez" and "mendez" are one word,
// and "Muñoz" is found by "munoz". Everything else separates words.
func fold(s string, yield func(word string) bool) {
	var b strings.Builder
	n := 0
	for _, r := range norm.NFKD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if n++; n <= maxWord {
				b.WriteRune(unicode.ToLower(r))
			}
		case n > 0:
			if !yield(b.String()) {
				return
			}
			b.Reset()
			n = 0
		}
	}
	if n > 0 {
		yield(b.String())
	}
}

// foldAll is s with each of its words folded, joined by one space: a sort key.
func foldAll(s string) string {
	var words []string
	fold(s, func(w string) bool { words = append(words, w); return true })
	return strings.Join(words, " ")
}

// CleanQuery is what a person typed, made safe to show back and cheap to read:
// valid text of at most 120 letters, without control or direction characters,
// with single spaces.
func CleanQuery(s string) string { return clean(s, maxQuery) }

// CleanLine is the same for a name, a post or a unit, of at most 300 letters. Those
// of an Entry are clean, so a filter cleaned so still finds them.
func CleanLine(s string) string { return clean(s, maxLine) }

func clean(s string, most int) string {
	if len(s) > 8*most {
		s = s[:8*most]
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError:
			return -1
		case unicode.IsSpace(r):
			return ' '
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs):
			return -1
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) > most {
		s = string([]rune(s)[:most])
	}
	return strings.TrimSpace(s)
}

// queryWords are the words of a query, each once, in the order typed.
func queryWords(s string) []string {
	var out []string
	fold(s, func(w string) bool {
		for _, o := range out {
			if o == w {
				return true
			}
		}
		out = append(out, w)
		return len(out) < maxWords
	})
	return out
}
