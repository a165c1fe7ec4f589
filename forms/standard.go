package forms

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
)

// StandardEdition names what CheckPublic compares with. It changes when that does, so
// that what was found by another one is looked for again.
const StandardEdition = CurrentEdition + "/1"

// Fault is something wrong with a published document: where, and which rule. It has
// nothing of what stands there.
type Fault struct {
	Path string // "bienesInmuebles.bienInmueble[2].titular"
	Code string
}

// The codes of faults.
const (
	FaultUnreadable = "unreadable" // it is no document of a declaration
	FaultUnknown    = "unknown"    // the standard has no such property
	FaultPrivate    = "private"    // it is not public, or not for what is answered beside it
	FaultCatalogue  = "catalogue"  // no key of its catalogue
	FaultValue      = "value"      // of another type than the standard's, or not written as it writes it
	FaultRequired   = "required"   // it has to be there
)

// mostFaults of one document; what is beyond them is no news.
const mostFaults = 50

// CheckPublic compares a published result document with the table, as a reader would who
// trusts nothing: the shape, the types and the catalogues of the standard, what it
// requires, and that nothing is there that Norma 19ª keeps back. It does not believe the
// redaction that made it: the document is redacted again, and what that takes away is a
// fault, and so is what it would add.
func CheckPublic(result []byte) []Fault {
	_, _, doc, err := ParseResult(result)
	if err != nil {
		return []Fault{{"", FaultUnreadable}}
	}
	// Totals are as they were published, by either choice of the institution.
	again, err := doc.Public(PublicOptions{TotalAsDeclared: true})
	if err != nil {
		return []Fault{{"", FaultUnreadable}}
	}
	have, ok1 := generic(doc.JSON)
	want, ok2 := generic(again.JSON)
	if !ok1 || !ok2 {
		return []Fault{{"", FaultUnreadable}}
	}
	c := standardCheck{f: doc.Form}
	halves := map[Part]map[string]any{}
	for _, part := range []Part{Patrimonial, Interes} {
		half := halfNames[part]
		h, w := object(have[half]), object(want[half])
		halves[part] = h
		if have[half] != nil && h == nil {
			c.add(half, FaultValue)
			continue
		}
		c.members(h, w, "", "")
		delete(have, half)
	}
	for _, name := range slices.Sorted(maps.Keys(have)) {
		c.add(name, FaultUnknown)
	}
	for i := range doc.Form.Sections {
		s := &doc.Form.Sections[i]
		o := object(halves[s.Part][s.Key])
		if o == nil {
			if object(object(want[halfNames[s.Part]])[s.Key]) != nil {
				c.add(s.Key, FaultRequired)
			}
			continue
		}
		c.required(s.Fields, o, s.Key)
	}
	return c.faults
}

// halfNames are the members of a document.
var halfNames = map[Part]string{Patrimonial: "situacionPatrimonial", Interes: "interes"}

func generic(b []byte) (map[string]any, bool) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var v map[string]any
	return v, d.Decode(&v) == nil && v != nil
}

type standardCheck struct {
	f      *Form
	faults []Fault
}

func (c *standardCheck) add(path, code string) {
	if len(c.faults) < mostFaults {
		c.faults = append(c.faults, Fault{path, code})
	}
}

// members compares the members of an object with those that are left of it. shown is
// the path with places in lists, at the same with an id in their stead, which Field
// passes over.
func (c *standardCheck) members(have, want map[string]any, shown string, at Path) {
	for _, name := range slices.Sorted(maps.Keys(have)) {
		p, q := name, at.Join(name)
		if shown != "" {
			p = shown + "." + name
		}
		h, w := have[name], want[name]
		if _, kept := want[name]; !kept {
			c.add(p, c.why(q, h))
			continue
		}
		c.value(h, w, p, q)
	}
}

func (c *standardCheck) value(have, want any, shown string, at Path) {
	switch h := have.(type) {
	case map[string]any:
		w := object(want)
		if w == nil {
			c.add(shown, FaultValue)
			return
		}
		if x, ok := c.f.Field(at); ok && x.Kind != Group && x.Kind != List {
			c.leaf(h, w, shown, x)
			return
		}
		c.members(h, w, shown, at)
	case []any:
		w, _ := want.([]any)
		if len(w) != len(h) {
			c.add(shown, FaultPrivate)
			return
		}
		for i := range h {
			place := shown + "[" + strconv.Itoa(i+1) + "]"
			if x, ok := c.f.Field(at); ok && x.Kind == List {
				c.value(h[i], w[i], place, at.Join("i"+strconv.Itoa(i+1)))
				continue
			}
			c.value(h[i], w[i], place, at)
		}
	default:
		if have != want {
			c.add(shown, c.differs(at))
		}
	}
}

// leaf compares an amount or an option of a catalogue.
func (c *standardCheck) leaf(have, want map[string]any, shown string, x *Field) {
	for _, name := range slices.Sorted(maps.Keys(have)) {
		w, known := want[name]
		switch {
		case !known:
			c.add(shown+"."+name, FaultUnknown)
		case have[name] != w:
			code := FaultValue
			if x.From != nil {
				code = FaultCatalogue
			}
			c.add(shown+"."+name, code)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if _, there := have[name]; !there {
			c.add(shown+"."+name, FaultRequired)
		}
	}
}

func (c *standardCheck) differs(at Path) string {
	x, ok := c.f.Field(at)
	switch {
	case ok && holdsRFC(x):
		return FaultPrivate
	case ok && x.From != nil:
		return FaultCatalogue
	}
	return FaultValue
}

// why a member was taken away when the document was redacted again.
func (c *standardCheck) why(at Path, v any) string {
	if c.f.Section(string(at)) != nil {
		return FaultValue
	}
	x, ok := c.f.Field(at)
	switch {
	case !ok || x.Screen:
		return FaultUnknown
	case x.Show != Public:
		return FaultPrivate
	case holdsRFC(x):
		return FaultPrivate
	case x.From != nil && !c.keyed(x, v):
		return FaultCatalogue
	}
	if !fits(x.Kind, v) {
		return FaultValue
	}
	if x.ShowIf.Op != OpTrue || x.When.Op != OpTrue {
		return FaultPrivate
	}
	return FaultValue
}

// keyed reports whether all that is chosen is in the catalogue.
func (c *standardCheck) keyed(x *Field, v any) bool {
	all, list := v.([]any)
	if !list {
		all = []any{v}
	}
	for _, v := range all {
		key, _ := v.(string)
		if o := object(v); o != nil {
			key, _ = o["clave"].(string)
		}
		if !x.From.Has(key) {
			return false
		}
	}
	return true
}

// fits reports whether a value has the JSON type of a kind.
func fits(k Kind, v any) bool {
	switch v := v.(type) {
	case map[string]any:
		return k == Group || k == Money || k == Choice
	case []any:
		return k == List || k == Choices
	case bool:
		return k == YesNo
	case json.Number:
		return k == Integer || k == Percent
	case string:
		return (k == Text || k == Paragraph || k == Date || k == Choice) && v != ""
	}
	return false
}

// required tells which of the members that are in every document are not in this one.
func (c *standardCheck) required(fields []Field, o map[string]any, shown string) {
	for i := range fields {
		x := &fields[i]
		if x.Screen {
			continue
		}
		p := shown + "." + x.Name
		v, there := o[x.Name]
		switch x.Kind {
		case Group:
			if g := object(v); g != nil && x.Show == Public {
				c.required(x.Of, g, p)
			}
		case List:
			items, _ := v.([]any)
			for n, v := range items {
				if g := object(v); g != nil && x.Show == Public {
					c.required(x.Of, g, p+"["+strconv.Itoa(n+1)+"]")
				}
			}
		default:
			if !there && x.Show == Public && certain(x) {
				c.add(p, FaultRequired)
			}
		}
	}
}
