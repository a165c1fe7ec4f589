package account

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// plainWords is a text in small letters without accents, for finding: "Muñoz" is
// found by "munoz".
func plainWords(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(s))
}
