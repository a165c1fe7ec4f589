package e2e

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// plain is a visitor without a script: it sends exactly what a browser sends for
// the controls of a form.
type plain struct {
	t    *testing.T
	base string
	http *http.Client
	at   *page
	seen func(*page)
	of   *site
}

func newPlain(s *site) *plain {
	s.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.Fatal(err)
	}
	return &plain{t: s.T, of: s, base: s.base, http: &http.Client{Jar: jar}}
}

func (v *plain) fail(format string, a ...any) { v.t.Helper(); v.t.Fatalf(format, a...) }

func (v *plain) now() *page { return v.at }

func (v *plain) site() *site { return v.of }

func (v *plain) open(path string) *page {
	v.t.Helper()
	req, err := http.NewRequest("GET", v.base+path, nil)
	if err != nil {
		v.fail("%v", err)
	}
	return v.send(req)
}

// post sends a form that no page of ours need have.
func (v *plain) post(path string, form url.Values) *page {
	v.t.Helper()
	req, err := http.NewRequest("POST", v.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.fail("%v", err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return v.send(req)
}

func (v *plain) send(req *http.Request) *page {
	v.t.Helper()
	resp, err := v.http.Do(req)
	if err != nil {
		v.fail("%v", err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		v.fail("%v", err)
	}
	v.at = &page{status: resp.StatusCode, url: resp.Request.URL, raw: string(raw), root: &node{tag: "#"}}
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
		if v.at.root, err = parse(v.at.raw); err != nil {
			v.fail("%s: %v", v.at.url.Path, err)
		}
	}
	if v.seen != nil {
		v.seen(v.at)
	}
	return v.at
}

func (v *plain) fill(want typed) {
	for _, c := range v.at.controls() {
		values, ok := want(c.attrs["name"])
		if !ok || !c.shown() || c.attrs["type"] == "hidden" {
			continue
		}
		one := ""
		if len(values) > 0 {
			one = values[0]
		}
		switch {
		case c.tag == "select":
			c.choose(one)
		case c.tag == "textarea":
			c.kids = []*node{{text: one, up: c}}
		case c.attrs["type"] == "radio" || c.attrs["type"] == "checkbox":
			mark(c, "checked", slices.Contains(values, c.attrs["value"]))
		default:
			c.attrs["value"] = one
		}
	}
}

// choose selects an option; one that is not there cannot be chosen.
func (n *node) choose(value string) {
	options := n.all(func(k *node) bool { return k.tag == "option" })
	if !slices.ContainsFunc(options, func(o *node) bool { return o.attrs["value"] == value }) {
		return
	}
	for _, o := range options {
		mark(o, "selected", o.attrs["value"] == value)
	}
}

func mark(n *node, attr string, on bool) {
	if delete(n.attrs, attr); on {
		n.attrs[attr] = ""
	}
}

func (v *plain) press(name, value string) {
	v.t.Helper()
	b := v.at.button(name, value)
	if b == nil {
		v.fail("%s has no button %s=%s", v.at, name, value)
	}
	form := b.within("form")
	if form == nil {
		v.fail("%s: the button %s=%s is in no form", v.at, name, value)
	}
	sent := successful(form)
	if name != "" {
		sent.Add(name, value)
	}
	action := form.attrs["action"]
	if action == "" {
		action = v.at.url.RequestURI()
	}
	if form.attrs["method"] != "post" {
		v.open(action + "?" + sent.Encode())
		return
	}
	v.post(action, sent)
}

func (v *plain) again(name, value string) { v.t.Helper(); v.press(name, value) }

// successful are the values that a browser sends for a form (HTML, "constructing
// the entry list"), its buttons aside.
func successful(form *node) url.Values {
	out := url.Values{}
	for _, c := range form.all(func(n *node) bool { return n.attrs["name"] != "" && !n.has("disabled") }) {
		name := c.attrs["name"]
		switch {
		case c.tag == "textarea":
			text := ""
			for _, k := range c.kids {
				text += k.text
			}
			out.Add(name, strings.ReplaceAll(strings.TrimPrefix(text, "\n"), "\n", "\r\n"))
		case c.tag == "select":
			options := c.all(func(k *node) bool { return k.tag == "option" })
			chosen := slices.IndexFunc(options, func(o *node) bool { return o.has("selected") })
			if len(options) > 0 {
				out.Add(name, options[max(chosen, 0)].attrs["value"])
			}
		case c.tag != "input", c.attrs["type"] == "submit":
		case c.attrs["type"] == "radio" || c.attrs["type"] == "checkbox":
			if c.has("checked") {
				out.Add(name, c.attrs["value"])
			}
		default:
			out.Add(name, c.attrs["value"])
		}
	}
	return out
}
