package match

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// How is what two parties have in common.
type How string

// The likenesses, strongest first.
const (
	SameRFC  How = "rfc"
	SameName How = "nombre"
	LikeName How = "parecido"
	None     How = ""
)

// Rank orders likenesses, the strongest first.
func (h How) Rank() int { return slices.Index([]How{SameRFC, SameName, LikeName}, h) }

// Reason is a remark on a likeness. Each has a sentence in the catalogue.
type Reason string

// The reasons.
const (
	OtherName  Reason = "nombre"      // the same RFC under another name
	Order      Reason = "orden"       // the same words in another order
	Forms      Reason = "forma"       // another legal form
	Connecting Reason = "enlace"      // words such as "de la" are more or fewer
	Letter     Reason = "letra"       // one letter of one word
	Short      Reason = "abreviatura" // one of them abbreviates
	Joined     Reason = "junto"       // words written as one
	Lacks      Reason = "falta"       // one has a word more, as a second given name
	OtherRFC   Reason = "otrorfc"     // the same name with another RFC
	Born       Reason = "nacimiento"  // the same day of birth
)

// Likeness is what two parties have in common, and why it is not more.
type Likeness struct {
	How     How
	Reasons []Reason
}

// String is for tests and fingerprints.
func (l Likeness) String() string {
	out := string(l.How)
	for _, r := range l.Reasons {
		out += " " + string(r)
	}
	return out
}

// Compare says what two parties have in common. It has no direction.
func Compare(a, b Party) Likeness {
	names := compareNames(a, b)
	switch {
	case a.rfc != "" && a.rfc == b.rfc:
		if names.How == None && len(a.words) > 0 && len(b.words) > 0 && !slices.Equal(a.words, b.words) {
			return Likeness{SameRFC, []Reason{OtherName}}
		}
		return Likeness{How: SameRFC}
	case names.How == None:
		return Likeness{}
	case a.born != "" && b.born != "" && a.born != b.born:
		return Likeness{} // namesakes
	case a.rfc != "" && b.rfc != "":
		if names.How != SameName || a.person != b.person {
			return Likeness{}
		}
		return Likeness{LikeName, append([]Reason{OtherRFC}, names.Reasons...)}
	case a.born != "" && a.born == b.born:
		names.Reasons = append(names.Reasons, Born)
	}
	return names
}

// compareNames compares the names alone.
func compareNames(a, b Party) Likeness {
	if !a.named() || !b.named() || a.company() && b.person || b.company() && a.person {
		return Likeness{}
	}
	persons := !a.company() && !b.company()
	if slices.Equal(a.words, b.words) {
		if a.form != "" && b.form != "" && a.form != b.form {
			return Likeness{LikeName, []Reason{Forms}}
		}
		return Likeness{How: SameName}
	}
	if a.form != "" && b.form != "" && a.form != b.form {
		return Likeness{} // two differences are two companies
	}
	if persons && len(a.words) == len(b.words) && sameWords(a.words, b.words) {
		if len(a.loose) > 2 {
			return Likeness{SameName, []Reason{Order}}
		}
		return Likeness{LikeName, []Reason{Order}}
	}
	x, y := stated(a.words), stated(b.words)
	if strings.Join(a.words, "") == strings.Join(b.words, "") || !slices.Equal(x, y) && strings.Join(x, "") == strings.Join(y, "") {
		return Likeness{LikeName, []Reason{Joined}}
	}
	if !persons || len(x) == len(y) && inOrder(x, y) {
		return ordered(x, y, a, b)
	}
	return unordered(a, b)
}

// stated are the words of a name without connecting ones.
func stated(words []string) (out []string) {
	for _, w := range words {
		if !connecting[w] {
			out = append(out, w)
		}
	}
	return out
}

func sameWords(a, b []string) bool {
	x, y := slices.Clone(a), slices.Clone(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

// inOrder reports whether every word is near the one in the same place.
func inOrder(x, y []string) bool {
	for i := range x {
		if long(x[i]) != long(y[i]) && !near(long(x[i]), long(y[i])) {
			return false
		}
	}
	return true
}

// ordered compares names whose words have their places.
func ordered(x, y []string, a, b Party) Likeness {
	switch {
	case slices.Equal(x, y):
		return Likeness{LikeName, []Reason{Connecting}}
	case len(x) != len(y):
		return Likeness{}
	}
	short, letters := false, 0
	for i := range x {
		switch {
		case x[i] == y[i]:
		case long(x[i]) == long(y[i]):
			short = true
		case near(long(x[i]), long(y[i])):
			letters++
		default:
			return Likeness{}
		}
	}
	return oneOf(short, letters, false)
}

// oneOf is a likeness with its reasons, unless it has too many.
func oneOf(short bool, letters int, order bool) Likeness {
	var why []Reason
	if short {
		why = append(why, Short)
	}
	if letters > 1 || letters == 1 && short {
		return Likeness{}
	}
	if letters == 1 {
		why = append(why, Letter)
	}
	if order {
		why = append(why, Order)
	}
	return Likeness{LikeName, why}
}

// unordered compares names of persons, whose surnames may stand first.
func unordered(a, b Party) Likeness {
	if slices.Equal(a.loose, b.loose) {
		if sameWords(stated(a.words), stated(b.words)) {
			return Likeness{LikeName, []Reason{Connecting, Order}}
		}
		return Likeness{LikeName, []Reason{Short, Order}}
	}
	more, fewer := a.loose, b.loose
	if len(more) < len(fewer) {
		more, fewer = fewer, more
	}
	x, y := differing(more, fewer)
	switch {
	case len(more) == len(fewer) && len(x) == 1 && len(more) > 2 && near(x[0], y[0]):
		return oneOf(false, 1, true)
	case len(more) == len(fewer)+1 && len(y) == 0 && len(fewer) >= leastLacking:
		return Likeness{LikeName, []Reason{Lacks}}
	}
	return Likeness{}
}

// differing are the words that only one of two sorted lists has.
func differing(a, b []string) (x, y []string) {
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && a[0] < b[0]:
			x, a = append(x, a[0]), a[1:]
		case len(a) == 0 || b[0] < a[0]:
			y, b = append(y, b[0]), b[1:]
		default:
			a, b = a[1:], b[1:]
		}
	}
	return x, y
}

// leastLacking is the least words of a person's name of which one more may be lacking.
const leastLacking = 3

// leastTypo is the least length of a word in which a typo is forgiven.
const leastTypo = 5

// near reports whether two words differ by one typo: a letter more, fewer, other, or two
// that changed places.
func near(a, b string) bool {
	if len(a) < len(b) {
		a, b = b, a
	}
	if a == b || len(b) < leastTypo || len(a)-len(b) > 1 || strings.ContainsAny(a+b, "0123456789") || !utf8.ValidString(a) {
		return false
	}
	i := 0
	for i < len(b) && a[i] == b[i] {
		i++
	}
	if i == 0 {
		return false
	}
	if len(a) > len(b) {
		return a[i+1:] == b[i:]
	}
	if i == len(a)-1 && gender(a[i]) && gender(b[i]) {
		return false
	}
	return a[i+1:] == b[i+1:] || i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

func gender(c byte) bool { return c == 'O' || c == 'A' }
