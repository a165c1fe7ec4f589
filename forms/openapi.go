package forms

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// Schema is a JSON schema as OpenAPI 3.0 writes one, with only the keywords that
// the table needs.
type Schema struct {
	Ref                  string     `json:"$ref,omitempty"`
	Type                 string     `json:"type,omitempty"`
	Format               string     `json:"format,omitempty"`
	Description          string     `json:"description,omitempty"`
	Enum                 []any      `json:"enum,omitempty"`
	Minimum              *int64     `json:"minimum,omitempty"`
	Maximum              *int64     `json:"maximum,omitempty"`
	MinLength            int        `json:"minLength,omitempty"`
	MaxItems             *int       `json:"maxItems,omitempty"`
	Items                *Schema    `json:"items,omitempty"`
	Required             []string   `json:"required,omitempty"`
	Properties           Properties `json:"properties,omitempty"`
	AdditionalProperties *bool      `json:"additionalProperties,omitempty"`
	OneOf                []*Schema  `json:"oneOf,omitempty"`
}

// Properties are the members of an object in the order of the standard.
type Properties []Property

// Property is one member of an object.
type Property struct {
	Name   string
	Schema *Schema
}

// MarshalJSON writes the members in their order.
func (p Properties) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range p {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(m.Name)
		if err != nil {
			return nil, err
		}
		schema, err := json.Marshal(m.Schema)
		if err != nil {
			return nil, err
		}
		b.Write(append(append(name, ':'), schema...))
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// Add puts a member at the end; always says that it is never missing.
func (s *Schema) Add(name string, member *Schema, always bool) {
	s.Properties = append(s.Properties, Property{name, member})
	if always {
		s.Required = append(s.Required, name)
	}
}

// Closed is an object that has no members but those that are added to it.
func Closed() *Schema {
	no := false
	return &Schema{Type: "object", AdditionalProperties: &no}
}

// Keys is a text that is one of a list.
func Keys(keys ...string) *Schema {
	s := &Schema{Type: "string"}
	for _, k := range keys {
		s.Enum = append(s.Enum, k)
	}
	return s
}

// describer writes the schema of the public version of one form.
type describer struct {
	f    *Form
	w    Words
	used map[string]bool // catalogues that were referred to
}

func (d describer) section(s *Section) *Schema {
	o := Closed()
	o.Description = d.w.T("section." + s.Key)
	d.members(o, s, Path(s.Key), s.Fields)
	return o
}

// members adds the fields that a public version may have.
func (d describer) members(o *Schema, s *Section, at Path, fields []Field) {
	for i := range fields {
		x := &fields[i]
		p := at.Join(x.Name)
		if x.Screen {
			continue
		}
		switch x.Kind {
		case Group:
			if g := d.group(s, p, x); g != nil {
				always := x.When.Op == OpTrue && (x.Keep || x.ShowIf.Op == OpTrue && len(g.Required) > 0)
				o.Add(x.Name, g, always)
			}
		case List:
			own := p == Path(s.Key).Join(s.List)
			if x.Show == Public || x.Keep || own {
				o.Add(x.Name, d.list(s, p, x), own || x.Keep && x.When.Op == OpTrue)
			}
		default:
			if x.Show == Public {
				o.Add(x.Name, d.leaf(s, p, x), certain(x))
			}
		}
	}
}

// group is nil when nothing of it is ever published.
func (d describer) group(s *Section, p Path, x *Field) *Schema {
	o := Closed()
	if x.Show == Public {
		d.members(o, s, p, x.Of)
	}
	if len(o.Properties) == 0 && !x.Keep {
		return nil
	}
	o.Description = d.label(p)
	return o
}

// list of what is never published is there, and empty.
func (d describer) list(s *Section, p Path, x *Field) *Schema {
	item := Closed()
	most := 0
	if x.Show == Public {
		d.members(item, s, p, x.Of)
		most = x.Max
	}
	return &Schema{Type: "array", Description: d.label(p), MaxItems: &most, Items: item}
}

// certain reports whether a public leaf is in every document: it is always asked,
// obligatory or worked out, and nothing keeps it back.
func certain(x *Field) bool {
	if x.When.Op != OpTrue || x.ShowIf.Op != OpTrue || isRFCField(x) || strings.HasPrefix(x.Name, "rfc") {
		return false
	}
	switch x.Derive {
	case "operation", "groupTotal", "otherIncome", "incomeA", "incomeC":
		return true
	}
	return ruled(x.Rules, CodeRequired)
}

func (d describer) leaf(s *Section, p Path, x *Field) *Schema {
	o := &Schema{}
	switch x.Kind {
	case Integer, Percent:
		o.Type = "integer"
		o.Minimum, o.Maximum = bound(x.Rules, "gte="), bound(x.Rules, "lte=")
	case Money:
		o = d.amount(s.Layout == Ledger)
	case YesNo:
		o.Type = "boolean"
	case Date:
		o.Type, o.Format = "string", "date"
	case Choice:
		o = d.option(x.From)
	case Choices:
		o.Type, o.Items = "array", d.option(x.From)
	default:
		o.Type, o.MinLength = "string", 1
	}
	if o.Ref == "" { // beside a reference nothing else counts
		o.Description = d.label(p)
	}
	return o
}

func (d describer) label(p Path) string { return d.w.Question(string(p), d.f.Type.Slug()) }

// amount is {valor, moneda}; in sections 8 and 9 always in pesos.
func (d describer) amount(pesos bool) *Schema {
	var least int64
	o := Closed()
	o.Add("valor", &Schema{Type: "integer", Minimum: &least}, true)
	if pesos {
		o.Add("moneda", Keys(peso), true)
		return o
	}
	o.Add("moneda", d.keys(Currencies), true)
	return o
}

// option is the key of a catalogue, or the pair with its text. The text of
// "other" is free.
func (d describer) option(c *Catalogue) *Schema {
	if c.Bare {
		return d.keys(c)
	}
	o := Closed()
	o.Add("clave", d.keys(c), true)
	o.Add("valor", &Schema{Type: "string", MinLength: 1}, true)
	return o
}

// keys is one key of a catalogue: a reference to the component with all of them,
// or the list itself when the question offers only a part.
func (d describer) keys(c *Catalogue) *Schema {
	if c == CatalogueByName(c.Name) {
		d.used[c.Name] = true
		return component(c.Name)
	}
	return keysIn(c)
}

// keysIn lists each key once: those of municipalities repeat in every state.
func keysIn(c *Catalogue) *Schema {
	s := &Schema{Type: "string"}
	seen := map[string]bool{}
	for _, e := range c.Entries {
		if !seen[e.Key] {
			seen[e.Key] = true
			s.Enum = append(s.Enum, e.Key)
		}
	}
	return s
}

// bound is the number of a rule like "gte=0", or nil.
func bound(rules, rule string) *int64 {
	for one := range strings.SplitSeq(rules, ",") {
		if text, ok := strings.CutPrefix(one, rule); ok {
			if n, err := strconv.ParseInt(text, 10, 64); err == nil {
				return &n
			}
		}
	}
	return nil
}
