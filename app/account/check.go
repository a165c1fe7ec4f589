package account

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"declara/app/errs"
	"declara/forms"
)

// Problem is what is wrong with one answer of a form, by catalogue key.
type Problem struct {
	Field string // name of the answer
	Key   string
	Args  []string
}

// Problems are all that is wrong with a form. As an error it is errs.Invalid.
type Problems []Problem

func (p Problems) Error() string { return "account: the form has problems" }

// Unwrap makes errs.CodeOf answer Invalid.
func (p Problems) Unwrap() error { return errs.New(errs.Invalid, "web.error.invalid") }

// or is p as an error, nil when there are none.
func (p Problems) or() error {
	if len(p) == 0 {
		return nil
	}
	return p
}

// checked turns the problems of a struct's tags into ours. names gives the name
// that the form has for each member.
func checked(v any, names map[string]string) Problems {
	var all Problems
	for _, x := range forms.Struct(v) {
		key := "problem." + x.Code
		if x.Code == forms.CodeRequired {
			key = "problem.required.text"
		}
		p := Problem{Field: names[string(x.Path)], Key: key}
		if x.Arg != "" {
			p.Args = []string{x.Arg}
		}
		all = append(all, p)
	}
	return all
}

// checkEmail is the problem of an e-mail address, or nil.
func checkEmail(email string) error {
	return checked(struct {
		Email string `validate:"required,email,max=254"`
	}{email}, map[string]string{"Email": "correo"}).or()
}

// tidy is a text as it is kept: composed, without control characters, each run of
// white space one space.
func tidy(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsGraphic(r), unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return norm.NFC.String(strings.Join(strings.Fields(s), " "))
}
