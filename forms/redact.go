package forms

import (
	"regexp"
	"strings"
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
func (w *writer) redact(x *Field, v *value) bool {
	if isRFCField(x) || strings.HasPrefix(x.Name, "rfc") {
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

// masked replaces an identifier of a natural person in public text.
const masked = "***"

// identifier finds RFC of natural persons, whole or without homoclave, and CURP,
// also when typed with spaces or hyphens between their parts.
var identifier = regexp.MustCompile(`(?i)[A-ZÑ&]{4}[ .-]?[0-9]{2}[ .-]?[0-9]{2}[ .-]?[0-9]{2}(?:[ .-]?[HMX][A-Z]{5}[A-Z0-9]{2}|[ .-]?[A-Z0-9]{3}|)`)

// Mask hides what looks like the RFC or the CURP of a natural person in a text.
func Mask(s string) string {
	return identifier.ReplaceAllString(s, masked)
}
