package sign

import (
	"bytes"
	"slices"
)

// changes reports whether the revisions after a signed one do more than sign: fill
// an empty signature field, add a stamp of no size on a page, keep evidence. Without
// this, a page could be replaced by whoever then adds a signature of his own.
//
// Objects that are new matter only where an old one leads to them, so it is enough
// to look at the old ones that were replaced or freed.
func changes(old, now *document) (bool, error) {
	if !same(old.trailer["Root"], now.trailer["Root"]) || !same(old.trailer["Info"], now.trailer["Info"]) {
		return true, nil
	}
	c := comparison{old: old, now: now}
	var err error
	if c.root, c.before, err = old.root(); err != nil {
		return true, err
	}
	if _, c.after, err = now.root(); err != nil {
		return true, err
	}
	size, ok := old.trailer["Size"].(int)
	if !ok {
		return true, nil
	}
	if err := c.fields(); err != nil {
		return true, err
	}
	for n, at := range now.at {
		if was, ok := old.at[n]; ok && was == at || !ok && n >= size {
			continue
		}
		allowed, err := c.allowed(n)
		if err != nil || !allowed {
			return true, err
		}
	}
	for n := range old.at {
		if _, ok := now.at[n]; !ok {
			return true, nil
		}
	}
	return false, nil
}

// comparison is an old revision beside the newest.
type comparison struct {
	old, now      *document
	root          ref
	before, after dict  // catalogues
	were, are     array // fields of the form
}

func (c *comparison) fields() error {
	was, err := c.old.dict(c.before["AcroForm"])
	if err != nil {
		return err
	}
	if c.were, err = c.old.array(was["Fields"]); err != nil {
		return err
	}
	is, err := c.now.dict(c.after["AcroForm"])
	if err != nil {
		return err
	}
	c.are, err = c.now.array(is["Fields"])
	return err
}

// allowed judges one object that was replaced.
func (c *comparison) allowed(n int) (bool, error) {
	at, ok := c.old.at[n]
	if !ok || at.gen != c.now.at[n].gen {
		return false, nil
	}
	r := ref{n, at.gen}
	was, err := c.old.load(r)
	if err != nil {
		return false, err
	}
	is, err := c.now.load(r)
	if err != nil {
		return false, err
	}
	if same(was, is) {
		return true, nil
	}
	a, ok := was.(dict)
	b, ok2 := is.(dict)
	if !ok || !ok2 {
		return false, nil
	}
	switch {
	case r == c.root:
		return c.catalogue(a, b)
	case same(r, c.before["AcroForm"]):
		return c.form(a, b), nil
	case same(r, c.before["DSS"]):
		return true, nil
	case slices.ContainsFunc(c.were, func(v any) bool { return same(v, r) }):
		return c.filled(a, b), nil
	case a["Type"] == name("Page"):
		return c.page(a, b), nil
	}
	return false, nil
}

// but compares two dictionaries without some keys.
func but(a, b dict, keys ...name) bool {
	for _, d := range []dict{a, b} {
		for k, v := range d {
			if _, ok := a[k]; (!ok || !same(v, a[k]) || !same(v, b[k])) && !slices.Contains(keys, k) {
				return false
			}
		}
	}
	return true
}

func (c *comparison) catalogue(a, b dict) (bool, error) {
	if !but(a, b, "DSS", "Extensions", "AcroForm") {
		return false, nil
	}
	if same(a["AcroForm"], b["AcroForm"]) {
		return true, nil
	}
	was, err := c.old.dict(a["AcroForm"])
	if err != nil {
		return false, err
	}
	is, err := c.now.dict(b["AcroForm"])
	return err == nil && c.form(was, is), err
}

// form allows stamps to be added to the fields.
func (c *comparison) form(a, b dict) bool {
	return but(a, b, "Fields", "SigFlags") && c.grew(c.were, c.are)
}

// grew reports whether a list only got fields of stamps at its end.
func (c *comparison) grew(a, b array) bool {
	if len(b) < len(a) || !same(a, b[:len(a)]) {
		return false
	}
	for _, v := range b[len(a):] {
		if r, ok := v.(ref); !ok || !c.stamp(r) {
			return false
		}
	}
	return true
}

// stamp reports whether an object is a new signature field that shows nothing.
func (c *comparison) stamp(r ref) bool {
	if _, was := c.old.at[r.num]; was {
		return false
	}
	field, err := c.now.dict(r)
	if err != nil || field["FT"] != name("Sig") || field["Subtype"] != name("Widget") || field["AA"] != nil || field["A"] != nil || field["Kids"] != nil {
		return false
	}
	rect, ok := field["Rect"].(array)
	return ok && same(rect, array{0, 0, 0, 0})
}

// filled allows an empty signature field to get a signature and its appearance.
func (c *comparison) filled(a, b dict) bool {
	v, ok := b["V"].(ref)
	if _, was := c.old.at[v.num]; !ok || was {
		return false
	}
	return a["FT"] == name("Sig") && a["V"] == nil && but(a, b, "V", "AP")
}

// page allows the widget of a stamp.
func (c *comparison) page(a, b dict) bool {
	if !but(a, b, "Annots") {
		return false
	}
	was, ok := a["Annots"].(array)
	is, ok2 := b["Annots"].(array)
	return ok2 && (ok || a["Annots"] == nil) && c.grew(was, is)
}

// continues reports whether what follows an old revision is revisions as programs
// write them: objects, each once and each named by the table that follows, the table
// in its exact form, its trailer and its end. Something else between them is not read
// here; but a reader that finds a fault in a table looks for objects by itself, and
// would show what no table names.
func (d *document) continues(old *document) bool {
	p := &parser{b: d.b[:d.end], pos: old.end, left: d.left}
	size, _ := old.trailer["Size"].(int)
	for table := old.table; ; {
		p.blanks()
		if p.pos == d.end {
			return table == d.table
		}
		objects, ok := d.listed(p)
		if !ok {
			return false
		}
		at, most := p.pos, 0
		for n := range objects {
			most = max(most, n)
		}
		if !p.tableOf(objects) {
			return false
		}
		v, err := p.value(0)
		if err != nil {
			return false
		}
		trailer, _ := v.(dict)
		grown, ok := trailer["Size"].(int)
		if !ok || grown < size || grown <= most || trailer["Prev"] != table {
			return false
		}
		if size = grown; !p.take("startxref") || !p.line() {
			return false
		}
		if n, ok := p.integer(); !ok || n != at || !p.line() || !bytes.HasPrefix(p.b[p.pos:], []byte("%%EOF")) {
			return false
		}
		p.pos += len("%%EOF") // which is a comment to who skips
		table = at
	}
}

// listed takes the objects of a revision up to its table.
func (d *document) listed(p *parser) (map[int]place, bool) {
	out := map[int]place{}
	for {
		p.blanks()
		at := p.pos
		if bytes.HasPrefix(p.b[at:], []byte("xref")) {
			return out, true
		}
		if at == len(p.b) || p.b[at] == '%' {
			return nil, false
		}
		r, _, err := d.object(p)
		if _, twice := out[r.num]; err != nil || twice {
			return nil, false
		}
		out[r.num] = place{at, r.gen}
	}
}

// tableOf takes a table that names exactly these objects, each once, and the word
// after it.
func (p *parser) tableOf(objects map[int]place) bool {
	const entry = 20
	if !p.take("xref") || !p.line() {
		return false
	}
	for !bytes.HasPrefix(p.b[p.pos:], []byte("trailer")) {
		first, ok := p.integer()
		count, ok2 := p.integer()
		if !ok || !ok2 || !p.line() || count > (len(p.b)-p.pos)/entry {
			return false
		}
		for n := first; n < first+count; n++ {
			line := p.b[p.pos : p.pos+entry]
			p.pos += entry
			if end := string(line[18:]); end != " \n" && end != " \r" && end != "\r\n" {
				return false
			}
			if n == 0 && string(line[:18]) == "0000000000 65535 f" {
				continue
			}
			offset, _ := whole(string(line[:10]))
			gen, _ := whole(string(line[11:16]))
			if is, ok := objects[n]; !ok || line[17] != 'n' || is != (place{offset, gen}) {
				return false
			}
			delete(objects, n)
		}
	}
	return len(objects) == 0 && p.take("trailer")
}

// blanks passes blanks alone.
func (p *parser) blanks() {
	for p.pos < len(p.b) && isSpace(p.b[p.pos]) {
		p.pos++
		*p.left--
	}
}

// line passes the end of a line.
func (p *parser) line() bool {
	from := p.pos
	for p.pos < len(p.b) && (p.b[p.pos] == ' ' || p.b[p.pos] == '\r' || p.b[p.pos] == '\n') {
		p.pos++
	}
	return bytes.ContainsAny(p.b[from:p.pos], "\r\n")
}
