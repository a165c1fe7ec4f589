package forms

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Document is a declaration as the national standard writes it: the object
// "declaracion", {"situacionPatrimonial":{…},"interes":{…}}. The bytes are
// canonical: properties in the order of the table, no white space, no null, no
// HTML escapes, nothing empty but what national readers need. What is signed,
// hashed and stored are these bytes; they are never made again.
type Document struct {
	Form *Form
	JSON []byte
}

// ErrNotReady means that a draft still has something that stops filing.
var ErrNotReady = errors.New("forms: the draft is not ready to be filed")

// Compile writes the document of a draft. It runs Derive first, so that no total
// can be out of date, and returns ErrNotReady while Ready tells of anything.
func Compile(f *Form, d *Draft) (Document, error) {
	Derive(f, d)
	if len(Ready(f, d)) > 0 {
		return Document{}, ErrNotReady
	}
	w := writer{f: f, a: d.Answers, b: make([]byte, 0, 16<<10)}
	w.document()
	return Document{f, w.b}, nil
}

// writer is the only writer of documents, private and public alike: public sets
// the filter, which redact.go explains.
type writer struct {
	f      *Form
	a      Answers
	b      []byte
	public bool
	as     bool // totals as declared (PublicOptions)
}

func (w *writer) document() {
	w.b = append(w.b, '{')
	w.half("situacionPatrimonial", Patrimonial)
	w.half("interes", Interes)
	w.b = append(w.b, '}')
}

// half writes the sections of one half; a form without any has no such property.
func (w *writer) half(name string, part Part) {
	if !slices.ContainsFunc(w.f.Sections, func(s Section) bool { return s.Part == part }) {
		return
	}
	w.name(name)
	w.b = append(w.b, '{')
	for i := range w.f.Sections {
		if s := &w.f.Sections[i]; s.Part == part {
			w.name(s.Key)
			w.b = append(w.b, '{')
			w.group(root(s), collected(s))
			w.b = append(w.b, '}')
		}
	}
	w.b = append(w.b, '}')
}

// name writes a property's name, with the comma that separates it from the one
// before.
func (w *writer) name(name string) {
	if last := w.b[len(w.b)-1]; last != '{' && last != '[' {
		w.b = append(w.b, ',')
	}
	w.b = append(w.b, '"')
	w.b = append(w.b, name...)
	w.b = append(w.b, '"', ':')
}

// group writes the members of a scope that are live and, in a public version,
// shown. What the table says to keep is written though it be empty, and so is the
// section's own list, even when the person said that there is nothing in it.
func (w *writer) group(sc *scope, list Path) {
	for i := range sc.fields {
		x := &sc.fields[i]
		if x.Screen {
			continue
		}
		live := w.a.live(x, sc, 0)
		shown := live && w.shown(x, sc)
		switch x.Kind {
		case Group:
			mark := len(w.b)
			w.name(x.Name)
			w.b = append(w.b, '{')
			start := len(w.b)
			if shown {
				w.group(sc.in(x, sc.at.Join(x.Name)), "")
			}
			if len(w.b) == start && !(live && x.Keep) {
				w.b = w.b[:mark]
				continue
			}
			w.b = append(w.b, '}')
		case List:
			p := sc.at.Join(x.Name)
			w.list(x, p, sc, shown, live && x.Keep || p == list)
		default:
			if shown {
				w.leaf(x, sc)
			}
		}
	}
}

// list writes the items that may be shown. keep writes it even without any.
func (w *writer) list(x *Field, p Path, sc *scope, shown, keep bool) {
	mark := len(w.b)
	w.name(x.Name)
	w.b = append(w.b, '[')
	if shown {
		for _, id := range w.a.Items(p) {
			item := sc.in(x, p.Join(id))
			if w.public && !w.a.holds(&x.ShowIf, item, 0) {
				continue
			}
			if w.b[len(w.b)-1] != '[' {
				w.b = append(w.b, ',')
			}
			w.b = append(w.b, '{')
			w.group(item, "")
			w.b = append(w.b, '}')
		}
	}
	if w.b[len(w.b)-1] == '[' && !keep {
		w.b = w.b[:mark]
		return
	}
	w.b = append(w.b, ']')
}

func (w *writer) leaf(x *Field, sc *scope) {
	v, empty, bad := w.a.decode(x, sc)
	if y := w.source(x, sc); y == nil {
		return
	} else if y != x && !empty {
		v, empty, bad = w.a.decode(y, sc)
	}
	if empty || bad != nil || w.public && !redact(x, &v) {
		return
	}
	w.name(x.Name)
	switch x.Kind {
	case Integer, Percent:
		w.b = strconv.AppendInt(w.b, v.n, 10)
	case Money:
		w.b = append(w.b, `{"valor":`...)
		w.b = strconv.AppendInt(w.b, v.n, 10)
		w.b = append(w.b, `,"moneda":`...)
		w.text(v.currency)
		w.b = append(w.b, '}')
	case YesNo:
		w.b = strconv.AppendBool(w.b, v.yes)
	case Choice:
		w.option(x.From, v.chosen[0])
	case Choices:
		w.b = append(w.b, '[')
		for i, e := range v.chosen {
			if i > 0 {
				w.b = append(w.b, ',')
			}
			w.option(x.From, e)
		}
		w.b = append(w.b, ']')
	default:
		w.text(v.text)
	}
}

func (w *writer) option(c *Catalogue, e Entry) {
	if c.Bare {
		w.text(e.Key)
		return
	}
	w.b = append(w.b, `{"clave":`...)
	w.text(e.Key)
	w.b = append(w.b, `,"valor":`...)
	w.text(e.Text)
	w.b = append(w.b, '}')
}

func (w *writer) text(s string) { w.b = appendString(w.b, s) }

// appendString appends a JSON string exactly as encoding/json spells it without
// escaping HTML.
func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			var buf bytes.Buffer
			enc := json.NewEncoder(&buf)
			enc.SetEscapeHTML(false)
			if enc.Encode(s) != nil { // a string always encodes
				return append(b, '"', '"')
			}
			return append(b, bytes.TrimSuffix(buf.Bytes(), []byte("\n"))...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}
