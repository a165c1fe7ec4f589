package web

import (
	"errors"
	"net/url"
	"slices"

	"declara/app/account"
	"declara/app/errs"
	"declara/i18n"
)

// answers is a form as a page shows it: what was typed, and what is wrong with it
// in the person's language. It is what the parts of campo.html are given as "f".
type answers struct {
	Values  url.Values
	Trouble []trouble
}

// trouble is one thing that is wrong. Field is "" when it is about the whole form.
type trouble struct{ Field, Text string }

// Value is the first answer of that name.
func (a answers) Value(name string) string { return a.Values.Get(name) }

// On reports whether an option is among the answers of that name.
func (a answers) On(name, option string) bool { return slices.Contains(a.Values[name], option) }

// Error is what is wrong with the answer of that name, or "".
func (a answers) Error(name string) string {
	for _, t := range a.Trouble {
		if t.Field == name {
			return t.Text
		}
	}
	return ""
}

// with adds what an error tells about the form. ok is false for an error that is
// not about it, which the handler returns. field is where a sentence about no
// field in particular belongs, "" for the top.
func (a *answers) with(err error, words *i18n.Printer, field string) (ok bool) {
	if problems, is := errors.AsType[account.Problems](err); is {
		for _, p := range problems {
			a.Trouble = append(a.Trouble, trouble{p.Field, words.T(p.Key, anys(p.Args)...)})
		}
		return true
	}
	e, is := errors.AsType[*errs.Error](err)
	if !is || e.Code != errs.Invalid && e.Code != errs.Unsigned && e.Code != errs.TooMany {
		return false
	}
	a.Trouble = append(a.Trouble, trouble{field, words.T(e.Key, anys(e.Args)...)})
	return true
}

func anys(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

// status of a page that shows a form again because of an error.
func formStatus(err error) int {
	if code := errs.CodeOf(err); code == errs.Unsigned || code == errs.TooMany {
		return statuses[code]
	}
	return 422
}

// option of a select, of radios or of boxes.
type option struct{ Key, Text string }
