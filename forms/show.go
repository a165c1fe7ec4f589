package forms

import (
	"strconv"
	"strings"
)

// Words says things in a person's language; *i18n.Printer is one.
type Words interface {
	Question(key, typ string) string               // label of a field, by Form.Key and Type.Slug
	Option(catalogue, key, fallback string) string // option of a catalogue
	Money(v int64, currency string) string         // whole units
	Day(iso string) string                         // yyyy-mm-dd
	Integer(n int64) string
	Yes(bool) string
	T(key string, args ...any) string
}

// Show is an answer as a person reads it: "$1,234,567", "31 de mayo de 2026". What
// cannot be read by its kind is shown as it was typed; lines that are not answers
// give "".
func Show(w Words, a Answers, l Line) string {
	if l.Kind != Answer || len(l.Raw) == 0 {
		return ""
	}
	x, raw := l.Field, l.Raw[0]
	switch x.Kind {
	case Money:
		if n, err := ParseMoney(raw); err == nil {
			currency := a.Get(l.Path.Join(Currency))
			if currency == "" {
				currency = peso
			}
			return w.Money(n, currency)
		}
	case Integer:
		if n, err := ParseInteger(raw); err == nil && x.Name != "anio" {
			return w.Integer(n)
		}
	case Percent:
		if n, err := ParseInteger(raw); err == nil {
			return strconv.FormatInt(n, 10) + "%"
		}
	case Date:
		if iso, err := ParseDate(raw); err == nil {
			return w.Day(iso)
		}
	case YesNo:
		if raw == Yes || raw == No {
			return w.Yes(raw == Yes)
		}
	case Choice, Choices:
		words := make([]string, len(l.Raw))
		for i, key := range l.Raw {
			words[i] = showOption(w, a, x, l.Path, key)
		}
		return strings.Join(words, ", ")
	}
	return raw
}

// ShowArg is the parameter of a problem as a person reads it: a day in words, and
// anything else (a bound, an amount to suggest) as it is.
func ShowArg(w Words, p Problem) string {
	if len(p.Arg) == len("2006-01-02") && p.Arg[4] == '-' {
		if iso, err := ParseDate(p.Arg); err == nil && iso == p.Arg {
			return w.Day(iso)
		}
	}
	return p.Arg
}

func showOption(w Words, a Answers, x *Field, p Path, key string) string {
	if key != "" && key == x.From.Other {
		if said := a.Get(p.Join(Other)); said != "" {
			return said
		}
	}
	by := ""
	if x.From.By != "" {
		by = a.Get(parent(p).Join(x.From.By))
	}
	e, ok := x.From.entry(key, by)
	if !ok {
		return key
	}
	return w.Option(x.From.Name, key, e.Text)
}
