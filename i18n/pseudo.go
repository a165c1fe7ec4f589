package i18n

import "strings"

// strange are letters that look like ours and are not.
var strange = strings.NewReplacer(
	"a", "ȧ", "b", "ƀ", "c", "ƈ", "d", "ḓ", "e", "ḗ", "f", "ƒ", "g", "ɠ", "h", "ħ", "i", "ĭ", "j", "ĵ", "k", "ķ", "l", "ŀ", "m", "ḿ",
	"n", "ƞ", "o", "ǿ", "p", "ƥ", "q", "ɋ", "r", "ř", "s", "ş", "t", "ŧ", "u", "ŭ", "v", "ṽ", "w", "ẇ", "x", "ẋ", "y", "ẏ", "z", "ẑ",
	"A", "Ȧ", "B", "Ɓ", "C", "Ƈ", "D", "Ḓ", "E", "Ḗ", "F", "Ƒ", "G", "Ɠ", "H", "Ħ", "I", "Ĭ", "J", "Ĵ", "K", "Ķ", "L", "Ŀ", "M", "Ḿ",
	"N", "Ƞ", "O", "Ǿ", "P", "Ƥ", "Q", "Ɋ", "R", "Ř", "S", "Ş", "T", "Ŧ", "U", "Ŭ", "V", "Ṽ", "W", "Ẇ", "X", "Ẋ", "Y", "Ẏ", "Z", "Ẑ",
)

// pseudo makes the made-up language of a catalogue: each text between brackets,
// with strange letters, a third longer, and with its places untouched.
func pseudo(words map[string]string) map[string]string {
	out := make(map[string]string, len(words))
	for key, text := range words {
		var b strings.Builder
		b.WriteString("[")
		letters := 0
		for rest := text; rest != ""; {
			plain, after := rest, ""
			if open := strings.IndexByte(rest, '{'); open >= 0 {
				plain, after = rest[:open], rest[open:]
			}
			letters += len([]rune(plain))
			b.WriteString(strange.Replace(plain))
			end := strings.IndexByte(after, '}') + 1
			b.WriteString(after[:end])
			if end == 0 {
				b.WriteString(after)
				break
			}
			rest = after[end:]
		}
		b.WriteString(strings.Repeat("~", (letters+2)/3))
		b.WriteString("]")
		out[key] = b.String()
	}
	return out
}
