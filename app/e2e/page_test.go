package e2e

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
)

// page is a page as a visitor has it before her.
type page struct {
	status int
	url    *url.URL
	root   *node
	raw    string
}

// node is an element, or a run of text when it has no tag.
type node struct {
	tag   string
	attrs map[string]string
	text  string
	up    *node
	kids  []*node
}

// parse reads a page of ours. It reads HTML as loosely written XML, with the
// elements that never close: what this cannot read is not well formed, and a
// defect of a template.
func parse(raw string) (*node, error) {
	d := xml.NewDecoder(strings.NewReader(raw))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	root := &node{tag: "#"}
	at := root
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return root, nil
		} else if err != nil {
			return nil, fmt.Errorf("e2e: malformed page: %w", err)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			n := &node{tag: strings.ToLower(tok.Name.Local), attrs: map[string]string{}, up: at}
			for _, a := range tok.Attr {
				n.attrs[strings.ToLower(a.Name.Local)] = a.Value
			}
			at.kids = append(at.kids, n)
			at = n
		case xml.EndElement:
			if at.up != nil {
				at = at.up
			}
		case xml.CharData:
			at.kids = append(at.kids, &node{text: string(tok), up: at})
		}
	}
}

// all are the elements below for which keep holds, in the order of the page.
func (n *node) all(keep func(*node) bool) []*node {
	var out []*node
	for _, k := range n.kids {
		if k.tag != "" && keep(k) {
			out = append(out, k)
		}
		out = append(out, k.all(keep)...)
	}
	return out
}

func (n *node) first(tag string) *node {
	if all := n.all(func(k *node) bool { return k.tag == tag }); len(all) > 0 {
		return all[0]
	}
	return nil
}

// words is the text below, with single spaces.
func (n *node) words() string {
	var b strings.Builder
	n.write(&b)
	return strings.Join(strings.Fields(b.String()), " ")
}

func (n *node) write(b *strings.Builder) {
	b.WriteString(n.text)
	for _, k := range n.kids {
		k.write(b)
	}
	if n.tag != "" && n.tag != "b" && n.tag != "span" {
		b.WriteByte(' ')
	}
}

func (n *node) has(attr string) bool { _, ok := n.attrs[attr]; return ok }

// within is the nearest element around n with the tag.
func (n *node) within(tag string) *node {
	for ; n != nil; n = n.up {
		if n.tag == tag {
			return n
		}
	}
	return nil
}

// shown reports whether nothing around an element hides it.
func (n *node) shown() bool {
	for ; n != nil; n = n.up {
		if n.has("hidden") {
			return false
		}
	}
	return true
}

func (n *node) class(name string) bool {
	return slices.Contains(strings.Fields(n.attrs["class"]), name)
}

// controls are the named controls of the main part of the page.
func (p *page) controls() []*node {
	main := p.root.first("main")
	if main == nil {
		return nil
	}
	return main.all(func(n *node) bool {
		return n.attrs["name"] != "" && (n.tag == "input" || n.tag == "select" || n.tag == "textarea")
	})
}

// button is the button of the main part that a person would press: the last one
// of that name and value, since the first may be the unseen one that Enter
// presses. Without a name it is the first that has none.
func (p *page) button(name, value string) *node {
	main := p.root.first("main")
	if main == nil {
		return nil
	}
	var found *node
	for _, b := range main.all(func(n *node) bool { return n.tag == "button" && n.attrs["type"] != "button" && n.shown() }) {
		switch {
		case name == "" && !b.has("name") && found == nil:
			found = b
		case name != "" && b.attrs["name"] == name && b.attrs["value"] == value && !b.class("oculto"):
			found = b
		}
	}
	return found
}

// values are the values of the shown buttons of a name.
func (p *page) values(name string) []string {
	var out []string
	main := p.root.first("main")
	if main == nil {
		return nil
	}
	for _, b := range main.all(func(n *node) bool { return n.tag == "button" && n.attrs["name"] == name && n.shown() }) {
		out = append(out, b.attrs["value"])
	}
	return out
}

// errors are the messages of the page that tell what is wrong.
func (p *page) errors() string {
	var out []string
	for _, n := range p.root.all(func(n *node) bool { return n.class("msj-error") || n.class("resumen-errores") }) {
		if n.shown() {
			out = append(out, n.words())
		}
	}
	return strings.Join(out, " | ")
}

// says reports whether the page shows a text.
func (p *page) says(text string) bool { return strings.Contains(p.root.words(), text) }

func (p *page) String() string {
	if p == nil {
		return "no page yet"
	}
	h := ""
	if n := p.root.first("h1"); n != nil {
		h = n.words()
	}
	return fmt.Sprintf("%d %s %q", p.status, p.url.RequestURI(), h)
}

// typed says what a visitor types: for the name of a control, the values that it
// is to have; false leaves it alone.
type typed func(name string) ([]string, bool)

// visitor walks the site: with plain posts, or with a browser.
type visitor interface {
	open(path string) *page
	now() *page
	fill(typed)               // answers what is asked on the page
	press(name, value string) // presses a button, and waits for where it leads
	again(name, value string) // presses one that may change the page without leaving it
	fail(format string, a ...any)
	site() *site
}

// signIn comes in by the front door, with a code of the telephone when it is asked for.
func signIn(v visitor, login, secret string) {
	code := v.site().code(login)
	v.open("/entrar")
	v.fill(exactly(map[string]string{"usuario": login, "clave": secret}))
	v.press("", "")
	if p := v.now(); p.status == 200 && p.url.Path == "/entrar/codigo" {
		v.fill(exactly(map[string]string{"codigo": code}))
		v.press("", "")
	}
	if p := v.now(); p.status != 200 || strings.HasPrefix(p.url.Path, "/entrar") {
		v.fail("signing in led to %s: %s", p, p.errors())
	}
}

// exactly types the given values.
func exactly(m map[string]string) typed {
	return func(name string) ([]string, bool) {
		v, ok := m[name]
		return []string{v}, ok
	}
}
