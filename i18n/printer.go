package i18n

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printer says things in one language. It is what forms.Words asks for.
type Printer struct {
	bundle *Bundle
	name   string
	tag    string
	words  map[string]string
}

// Name is the name of the language in the catalogues, as "es".
func (p *Printer) Name() string { return p.name }

// Tag is its BCP 47 tag for the lang attribute of a page, as "es-MX".
func (p *Printer) Tag() string { return p.tag }

// Has reports whether there is a text under the key, in this language or in Spanish.
func (p *Printer) Has(key string) bool {
	_, _, ok := p.find(key)
	return ok
}

// find is the text under a key and the printer it is from.
func (p *Printer) find(key string) (text string, from *Printer, ok bool) {
	if text, ok = p.words[key]; ok {
		return text, p, true
	}
	spanish := p.bundle.printers[Spanish]
	text, ok = spanish.words[key]
	return text, spanish, ok
}

// T is the text under a key, with args in the places of {0}, {1} … Numbers are
// put in as they are: pass Integer(n) where thousands are to be set apart. The
// key itself is what is said when not even Spanish has it.
func (p *Printer) T(key string, args ...any) string {
	text, _ := p.Say(key, args...)
	return text
}

// Say is T that also tells when the words are Spanish for want of a
// translation: lang is then their tag, and "" otherwise, so that a page can mark
// them.
func (p *Printer) Say(key string, args ...any) (text, lang string) {
	text, from, ok := p.find(key)
	if !ok {
		p.bundle.miss(p.name, key)
		return key, ""
	}
	if from != p {
		p.bundle.miss(p.name, key)
		lang = from.tag
	}
	return fill(text, args), lang
}

// N is T for a text that depends on a number: it takes key.one for 1 and
// key.other for the rest. {0} is n with its thousands set apart, {1} the first of
// args.
func (p *Printer) N(key string, n int, args ...any) string {
	form := ".other"
	if n == 1 || n == -1 {
		form = ".one"
	}
	return p.T(key+form, append([]any{p.Integer(int64(n))}, args...)...)
}

// fill puts args in the places of a text.
func fill(text string, args []any) string {
	if len(args) == 0 || !strings.Contains(text, "{") {
		return text
	}
	var out strings.Builder
	for {
		open := strings.IndexByte(text, '{')
		if open < 0 {
			break
		}
		end := strings.IndexByte(text[open:], '}')
		if end < 0 {
			break
		}
		i, err := strconv.Atoi(text[open+1 : open+end])
		out.WriteString(text[:open])
		if err == nil && i >= 0 && i < len(args) {
			fmt.Fprint(&out, args[i])
		} else {
			out.WriteString(text[open : open+end+1])
		}
		text = text[open+end+1:]
	}
	out.WriteString(text)
	return out.String()
}

// Question is the label of a field: the text under "q." and the longest end of
// key that has one, so that what is asked in many places is worded once and a
// place may have its own words. key is the path without item ids, typ the slug of
// the declaration's type, whose own wording ("q.calle@conclusion") goes first.
func (p *Printer) Question(key, typ string) string {
	if text, ok := p.nearest("q.", key, typ); ok {
		return text
	}
	p.bundle.miss(p.name, "q."+key)
	return key
}

// Hint is the sentence under a label, found as Question finds its own, or "".
func (p *Printer) Hint(key, typ string) string {
	text, _ := p.nearest("hint.", key, typ)
	return text
}

// Help is the key of the help for a field, found as Question finds its own, or "".
// Under it stands the question that opens it; under ".yes", ".no" and ".case" of it
// what goes there, what does not and an example, of which some may be missing.
func (p *Printer) Help(key, typ string) string {
	at, _ := p.near("more.", key, typ)
	return at
}

func (p *Printer) nearest(prefix, key, typ string) (string, bool) {
	at, ok := p.near(prefix, key, typ)
	text, _, _ := p.find(at)
	return text, ok
}

// near is the longest end of key under which, after prefix, there is a text.
func (p *Printer) near(prefix, key, typ string) (string, bool) {
	for {
		if at := prefix + key + "@" + typ; typ != "" && p.Has(at) {
			return at, true
		}
		if at := prefix + key; p.Has(at) {
			return at, true
		}
		dot := strings.IndexByte(key, '.')
		if dot < 0 {
			return "", false
		}
		key = key[dot+1:]
	}
}

// Option is the text of an option of a catalogue. Where we have no words of our
// own it is the official one, which is Spanish, put in sentence case.
func (p *Printer) Option(catalogue, key, fallback string) string {
	if text, _, ok := p.find("option." + catalogue + "." + key); ok {
		return text
	}
	return sentence(fallback)
}

// sentence turns "BIEN INMUEBLE" into "Bien inmueble" and leaves alone what has
// small letters already.
func sentence(s string) string {
	if s == "" || strings.ContainsFunc(s, unicode.IsLower) {
		return s
	}
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + strings.ToLower(s[size:])
}

// Yes is the word for yes or for no.
func (p *Printer) Yes(yes bool) string {
	if yes {
		return p.T("web.yes")
	}
	return p.T("web.no")
}
