package forms

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// value is an answer read by its kind: what is checked, and what is written in
// the document. Which member holds it depends on the kind.
type value struct {
	text     string   // Text, Paragraph; Date as yyyy-mm-dd
	n        int64    // Integer, Percent, Money
	yes      bool     // YesNo
	chosen   []Entry  // Choice (one), Choices; Text is what the document says
	keys     []string // their keys
	currency string   // Money
}

// wrong is why an answer could not be read; below is a companion's name when the
// fault lies there.
type wrong struct{ code, arg, below string }

// decode reads the answer to a field of a scope. empty means that there is none;
// the value then means nothing, and whether one is obligatory is for check to say.
func (a Answers) decode(x *Field, sc *scope) (v value, empty bool, bad *wrong) {
	raw := a.of(sc, x.Name)
	if len(raw) == 0 {
		return v, true, nil
	}
	if x.Kind == Choices {
		return a.decodeChoices(x, sc, raw)
	}
	if len(raw) > 1 {
		return v, false, &wrong{code: CodeSeveral}
	}
	s, code := cleanText(raw[0], x.Kind == Paragraph)
	if code != "" {
		return v, false, &wrong{code: code}
	}
	if s == "" {
		return v, true, nil
	}
	switch x.Kind {
	case Text, Paragraph:
		v.text = tidy(x, s)
		return v, v.text == "", tooLong(x, v.text)
	case Date:
		iso, err := ParseDate(s)
		v.text = iso
		return v, false, failed(err)
	case Integer, Percent:
		n, err := ParseInteger(s)
		v.n = n
		return v, false, failed(err)
	case Money:
		n, err := ParseMoney(s)
		if err != nil {
			return v, false, failed(err)
		}
		v.n = n
		if v.currency = a.Get(sc.at.Join(x.Name, Currency)); v.currency == "" {
			v.currency = peso
		} else if !Currencies.Has(v.currency) {
			return v, false, &wrong{code: CodeChoice, below: Currency}
		}
		return v, false, nil
	case YesNo:
		v.yes = s == Yes
		if s != Yes && s != No {
			return v, false, &wrong{code: CodeYesNo}
		}
		return v, false, nil
	case Choice:
		return a.decodeChoices(x, sc, raw)
	}
	return v, true, nil
}

// peso is the currency of an amount that names none.
const peso = "MXN"

func (a Answers) decodeChoices(x *Field, sc *scope, keys []string) (v value, empty bool, bad *wrong) {
	by := ""
	if x.From.By != "" {
		if parent := a.named(x.From.By, sc, 0); len(parent) > 0 {
			by = parent[0]
		}
	}
	if has(keys, "") { // an option "choose one", sent along
		keys = slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return k == "" })
	}
	if len(keys) == 0 {
		return v, true, nil
	}
	v.chosen = make([]Entry, 0, len(keys))
	v.keys = keys
	for i, key := range keys {
		e, ok := x.From.entry(key, by)
		if !ok {
			return v, false, &wrong{code: CodeChoice}
		}
		if has(keys[:i], key) {
			return v, false, &wrong{code: CodeTwice}
		}
		if key == x.From.Other && key != "" && !x.From.Bare {
			said, code := cleanText(a.Get(sc.at.Join(x.Name, Other)), false)
			switch {
			case code != "":
				return v, false, &wrong{code: code, below: Other}
			case said == "":
				return v, false, &wrong{code: CodeOther, below: Other}
			case utf8.RuneCountInString(said) > maxText:
				return v, false, &wrong{code: CodeLong, arg: strconv.Itoa(maxText), below: Other}
			}
			e.Text = said
		}
		v.chosen = append(v.chosen, e)
	}
	return v, false, nil
}

// checked is the value in the shape that validator rules are made for. Numbers
// and booleans are pointers, so that "required" accepts a 0 and a no.
func (v *value) checked(k Kind) any {
	switch k {
	case Integer, Percent, Money:
		return &v.n
	case YesNo:
		return &v.yes
	case Choice:
		return v.keys[0]
	case Choices:
		return v.keys
	}
	return v.text
}

// tidy is a clean text as the rules of its field want it stored: identifiers in
// capitals without spaces, telephones as digits.
func tidy(x *Field, s string) string {
	if x.Rules == "" {
		return s
	}
	switch {
	case isRFCField(x), ruled(x.Rules, "curp"), ruled(x.Rules, "homoclave"):
		return CleanRFC(s)
	case ruled(x.Rules, "phone"):
		s = strings.TrimPrefix(s, "+52")
		fallthrough
	case ruled(x.Rules, "cp"), ruled(x.Rules, "digits"):
		return strings.Map(func(r rune) rune {
			if strings.ContainsRune(" -().", r) {
				return -1
			}
			return r
		}, s)
	}
	return s
}

// isRFCField reports whether a field holds an RFC, by its rules.
func isRFCField(x *Field) bool {
	return ruled(x.Rules, "rfc") || ruled(x.Rules, "rfcperson") || ruled(x.Rules, "rfccompany") || ruled(x.Rules, "rfcbody")
}

func tooLong(x *Field, s string) *wrong {
	switch n := utf8.RuneCountInString(s); {
	case x.Kind == Text && n > maxText:
		return &wrong{code: CodeLong, arg: strconv.Itoa(maxText)}
	case n > maxParagraph:
		return &wrong{code: CodeLong, arg: strconv.Itoa(maxParagraph)}
	}
	return nil
}

func failed(err error) *wrong {
	if err == nil {
		return nil
	}
	e := err.(*ValueError)
	return &wrong{code: e.Code, arg: e.Arg}
}
