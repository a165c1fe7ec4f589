package forms

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
)

// MaxDocument is the largest document that Parse reads, in bytes.
const MaxDocument = 8 << 20

// ErrDocument means that bytes are not a declaration at all: not JSON, not an
// object, or larger than MaxDocument.
var ErrDocument = errors.New("forms: not a declaration")

// Parse reads a document back into answers; it is the inverse of Compile. Items
// get the ids "i1", "i2" … in each list, and choices that exist only on screen are
// inferred from what is present. What the form does not know, or is of another
// shape than the standard's, is dropped. It never panics, whatever the bytes.
func Parse(f *Form, declaracion []byte) (Answers, error) {
	if len(declaracion) > MaxDocument {
		return nil, ErrDocument
	}
	dec := json.NewDecoder(bytes.NewReader(declaracion))
	dec.UseNumber()
	var top map[string]any
	if dec.Decode(&top) != nil || top == nil {
		return nil, ErrDocument
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, ErrDocument
	}
	halves := map[Part]map[string]any{Patrimonial: object(top["situacionPatrimonial"]), Interes: object(top["interes"])}
	a := Answers{}
	for i := range f.Sections {
		s := &f.Sections[i]
		if o := object(halves[s.Part][s.Key]); o != nil {
			a.read(o, root(s))
		}
	}
	return a, nil
}

// object is v as an object, or nil.
func object(v any) map[string]any {
	o, _ := v.(map[string]any)
	return o
}

// read takes the answers of a scope out of an object.
func (a Answers) read(o map[string]any, sc *scope) {
	screens := false
	for i := range sc.fields {
		x := &sc.fields[i]
		if x.Screen {
			screens = true
			continue
		}
		v, ok := o[x.Name]
		if !ok {
			continue
		}
		p := sc.at.Join(x.Name)
		switch x.Kind {
		case Group:
			if g := object(v); g != nil {
				a.read(g, sc.in(x, p))
			}
		case List:
			items, _ := v.([]any)
			for _, v := range items[:min(len(items), most(x))] {
				if o := object(v); o != nil {
					id := "i" + strconv.Itoa(len(a[p])+1)
					a[p] = append(a[p], id)
					a.read(o, sc.in(x, p.Join(id)))
				}
			}
		default:
			a.readLeaf(x, p, v)
		}
	}
	if screens {
		a.infer(sc)
	}
}

func (a Answers) readLeaf(x *Field, p Path, v any) {
	switch x.Kind {
	case Integer, Percent:
		if n, ok := whole(v); ok {
			a.Set(p, strconv.FormatInt(n, 10))
		}
	case Money:
		o := object(v)
		n, ok := whole(o["valor"])
		if !ok {
			return
		}
		a.Set(p, strconv.FormatInt(n, 10))
		if c, _ := o["moneda"].(string); c != peso {
			a.Set(p.Join(Currency), c)
		}
	case YesNo:
		if b, ok := v.(bool); ok {
			a.Set(p, strconv.FormatBool(b))
		}
	case Choice:
		a.readOptions(x, p, []any{v})
	case Choices:
		options, _ := v.([]any)
		a.readOptions(x, p, options[:min(len(options), 64)])
	default:
		if s, ok := v.(string); ok {
			a.Set(p, s)
		}
	}
}

func (a Answers) readOptions(x *Field, p Path, options []any) {
	var keys []string
	for _, v := range options {
		key, ok := v.(string)
		if o := object(v); o != nil {
			key, ok = o["clave"].(string)
			if said, _ := o["valor"].(string); ok && key != "" && key == x.From.Other {
				a.Set(p.Join(Other), said)
			}
		}
		if ok && key != "" && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	a.Set(p, keys...)
}

// whole is a JSON number without decimals. Other systems write 12.0 for 12; what
// has real decimals is cut, since the standard asks for whole units.
func whole(v any) (int64, bool) {
	n, ok := v.(json.Number)
	if !ok {
		return 0, false
	}
	if i, err := n.Int64(); err == nil {
		return i, true
	}
	x, err := n.Float64()
	if err != nil || math.Abs(x) > float64(1<<53) {
		return 0, false
	}
	return int64(x), true
}

// most options of a screen choice that infer tries.
const maxTries = 32

// infer answers the choices of a scope that exist only on screen (in Mexico or
// abroad, a house or a car) from what the document has: the answers under which
// everything that is there is asked, and the least that is not there is. Where
// nothing depends on a choice any more, as in a public version, it stays open.
func (a Answers) infer(sc *scope) {
	for i := range sc.fields {
		x := &sc.fields[i]
		if !x.Screen || x.Kind != Choice && x.Kind != YesNo || !decides(x.Name, sc.fields) {
			continue
		}
		p := sc.at.Join(x.Name)
		if !a.live(x, sc, 0) {
			continue
		}
		best, bestMissing := "", math.MaxInt
		for _, key := range options(x) {
			a.Set(p, key)
			if missing, fits := a.fit(x.Name, sc); fits && missing < bestMissing {
				best, bestMissing = key, missing
			}
		}
		a.Set(p)
		if missing, fits := a.fit(x.Name, sc); best != "" && (!fits || bestMissing <= missing) {
			a.Set(p, best)
		}
	}
}

// options are the answers that a screen choice may have.
func options(x *Field) []string {
	if x.Kind == YesNo {
		return []string{Yes, No}
	}
	keys := make([]string, 0, len(x.From.Entries))
	for _, e := range x.From.Entries[:min(len(x.From.Entries), maxTries)] {
		keys = append(keys, e.Key)
	}
	return keys
}

// fit looks at the fields of a scope whose condition names the choice: fits tells
// that all which are present are asked, missing counts those asked and absent.
func (a Answers) fit(choice string, sc *scope) (missing int, fits bool) {
	fits = true
	for i := range sc.fields {
		x := &sc.fields[i]
		if !mentions(&x.When, choice) {
			continue
		}
		p := sc.at.Join(x.Name)
		present := len(a[p]) > 0 || x.Kind == Group && answered(a, sc.in(x, p))
		asked := a.live(x, sc, 0)
		if present && !asked {
			return 0, false
		}
		if asked && !present {
			missing++
		}
	}
	return missing, fits
}

// decides reports whether any field is asked only under answers to a choice.
func decides(choice string, fields []Field) bool {
	for i := range fields {
		if mentions(&fields[i].When, choice) {
			return true
		}
	}
	return false
}

// mentions reports whether a condition looks at a name.
func mentions(c *Cond, name string) bool {
	if c.Name == name {
		return true
	}
	for i := range c.Of {
		if mentions(&c.Of[i], name) {
			return true
		}
	}
	return false
}
