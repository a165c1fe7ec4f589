package forms

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// PublicOptions are the choices that an institution has in publishing.
type PublicOptions struct {
	// TotalAsDeclared publishes the total C of sections 8 and 9 as it was declared.
	// The income of partner and dependants (B) can then be had by subtraction, so
	// it is for bodies whose counsel asks for it. The zero value publishes A.
	TotalAsDeclared bool
}

// Public is the version of a document that anyone may read (Norma 19ª). It is the
// only redaction there is, and runs once, when a declaration is filed. It keeps
// what the table marks Public and drops everything else, properties it does not
// know among them. Applied to its own result it changes nothing.
func (d Document) Public(o PublicOptions) (Document, error) {
	a, err := Parse(d.Form, d.JSON)
	if err != nil {
		return Document{}, err
	}
	w := writer{f: d.Form, a: a, b: make([]byte, 0, len(d.JSON)), public: true, as: o.TotalAsDeclared}
	w.document()
	return Document{d.Form, w.b}, nil
}

// shown reports whether a field is written: all are in the private document, and
// in the public one those that the table publishes and whose own condition holds.
// The condition of a list is asked of each item instead.
func (w *writer) shown(x *Field, sc *scope) bool {
	return !w.public || x.Show == Public && (x.Kind == List || w.a.holds(&x.ShowIf, sc, 0))
}

// redact changes a value into its public form; it reports false when nothing may
// be published. The RFC of a natural person never is, wherever it stands, and in
// free text it is masked with the CURP: both hold a day of birth.
func redact(x *Field, v *value) bool {
	if holdsRFC(x) {
		return IsCompanyRFC(v.text)
	}
	v.text = Mask(v.text)
	for i := range v.chosen {
		if v.chosen[i].Key == x.From.Other {
			v.chosen[i].Text = Mask(v.chosen[i].Text)
		}
	}
	return true
}

// holdsRFC reports whether a field is for an RFC, by its rules or by its name.
func holdsRFC(x *Field) bool { return isRFCField(x) || strings.HasPrefix(x.Name, "rfc") }

// source is the field whose answer is written at x: in the public version the one
// that ShowAs names, so that no two published figures give a private one. It is nil
// when that field is not published itself.
func (w *writer) source(x *Field, sc *scope) *Field {
	if !w.public || w.as || x.ShowAs == "" {
		return x
	}
	y := named(sc.fields, x.ShowAs)
	if y == nil || !w.a.live(y, sc, 0) || !w.shown(y, sc) {
		return nil
	}
	return y
}

// masked replaces an identifier of a natural person in public text.
const masked = "***"

// identifier finds what an RFC and a CURP of a natural person begin with, four
// letters and the day of birth, also when typed with spaces, points or hyphens.
var identifier = regexp.MustCompile(`(?i)[A-ZÑ&]{4}[ .-]?([0-9]{2})[ .-]?([0-9]{2})[ .-]?([0-9]{2})`)

// tail is how they go on: a homoclave with a digit in it, or the rest of a CURP.
var tail = regexp.MustCompile(`(?i)^[ .-]?(?:[HMX][A-Z]{5}[ .-]?[A-Z0-9]{2}|[0-9][A-Z0-9]{2}|[A-Z0-9][0-9][A-Z0-9]|[A-Z0-9]{2}[0-9])`)

// Mask hides the RFC and the CURP of natural persons in a text. It is for public
// text that a person wrote freely. Without its homoclave an RFC still tells the
// day of birth, so it is hidden too when it is typed as one word; so is whatever
// follows it in that word. Masking twice changes nothing.
func Mask(s string) string {
	if !sixDigits(s) {
		return s
	}
	var b strings.Builder
	done := 0
	for from := 0; from < len(s); {
		m := identifier.FindStringSubmatchIndex(s[from:])
		if m == nil {
			break
		}
		start, end := from+m[0], from+m[1]
		day := s[from+m[2]:from+m[3]] + s[from+m[4]:from+m[5]] + s[from+m[6]:from+m[7]]
		before, _ := utf8.DecodeLastRuneInString(s[:start])
		if !wordly(before) && (shortDay("19"+day) || shortDay("20"+day)) {
			if stop := identifies(s, start, end); stop > 0 {
				b.WriteString(s[done:start])
				b.WriteString(masked)
				done, from = stop, stop
				continue
			}
		}
		_, size := utf8.DecodeRuneInString(s[start:])
		from = start + size
	}
	if done == 0 {
		return s
	}
	b.WriteString(s[done:])
	return b.String()
}

// sixDigits is the cheap test that nearly every text fails: without six digits
// there is no day of birth in it.
func sixDigits(s string) bool {
	n := 0
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			n++
		}
	}
	return n >= 6
}

// identifies is where the identifier that begins at start ends, or 0 when what
// stands there is not one; end is the end of the day in it.
func identifies(s string, start, end int) int {
	if t := tail.FindString(s[end:]); t != "" {
		if after, _ := utf8.DecodeRuneInString(s[end+len(t):]); !wordly(after) {
			return end + len(t)
		}
	}
	if utf8.RuneCountInString(s[start:end]) > 10 {
		return 0 // with separators, and nothing like an identifier after: a date, an address
	}
	for i, r := range s[end:] {
		if !wordly(r) {
			return end + i
		}
	}
	return len(s)
}

// wordly reports whether a rune is part of a word.
func wordly(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}
