package forms_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"pgregory.net/rapid"

	"declara/forms"
	"declara/forms/formstest"
)

// bare says every word by its key.
type bare struct{}

func (bare) Question(key, typ string) string               { return key }
func (bare) Option(catalogue, key, fallback string) string { return fallback }
func (bare) Money(v int64, currency string) string         { return fmt.Sprint(v, currency) }
func (bare) Day(iso string) string                         { return iso }
func (bare) Integer(n int64) string                        { return fmt.Sprint(n) }
func (bare) Yes(yes bool) string                           { return fmt.Sprint(yes) }
func (bare) T(key string, args ...any) string              { return key }

// ours is our description of the declarations, read as any client would.
var ours = sync.OnceValue(func() *openapi3.T {
	text, err := json.Marshal(map[string]any{
		"openapi": "3.0.3", "info": map[string]string{"title": "x", "version": "1"}, "paths": map[string]any{},
		"components": map[string]any{"schemas": forms.PublicSchemas(bare{})},
	})
	if err != nil {
		panic(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		panic(err)
	}
	if err := doc.Validate(context.Background()); err != nil {
		panic(err)
	}
	return doc
})

func ourSchema(f *forms.Form) *openapi3.Schema {
	name := forms.PublicResult(f).Ref
	return ours().Components.Schemas[name[strings.LastIndex(name, "/")+1:]].Value
}

// The names of components are distinct: a section is not taken for a catalogue.
func TestPublicSchemasNames(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range forms.PublicSchemas(bare{}) {
		if seen[p.Name] {
			t.Errorf("%s is there twice", p.Name)
		}
		seen[p.Name] = true
	}
}

// Every public version validates against our description and the official one, and
// has no property that ours lacks; everything that ours obliges to is therefore
// always there.
func TestPublicSchemas(t *testing.T) {
	everyForm(t, func(t *testing.T, f *forms.Form) {
		schema := ourSchema(f)
		rapid.Check(t, func(r *rapid.T) {
			full, err := forms.Compile(f, formstest.Draft(r, f))
			if err != nil {
				r.Fatal(err)
			}
			for _, o := range []forms.PublicOptions{{}, {TotalAsDeclared: true}} {
				public, err := full.Public(o)
				if err != nil {
					r.Fatal(err)
				}
				m := forms.Metadata{Actualizacion: time.Unix(1800000000, 0), Institucion: "Valle Encinos", Tipo: f.Type, DeclaracionCompleta: f.Level == forms.Full}
				var v any
				if err := json.Unmarshal(forms.Result("01J", m, public), &v); err != nil {
					r.Fatal(err)
				}
				if err := schema.VisitJSON(v); err != nil {
					r.Fatal(err)
				}
			}
		})
	})
}

// What is never published is refused by our description: a full document does not
// pass for a public one.
func TestPublicSchemasRefusePrivate(t *testing.T) {
	everyForm(t, func(t *testing.T, f *forms.Form) {
		full, err := forms.Compile(f, formstest.Example(f, 3))
		if err != nil {
			t.Fatal(err)
		}
		m := forms.Metadata{Actualizacion: time.Unix(1800000000, 0), Institucion: "Valle Encinos", Tipo: f.Type, DeclaracionCompleta: f.Level == forms.Full}
		var v map[string]any
		if err := json.Unmarshal(forms.Result("01J", m, full), &v); err != nil {
			t.Fatal(err)
		}
		if ourSchema(f).VisitJSON(v) == nil {
			t.Error("a full document is valid as a public one")
		}
		public, err := full.Public(forms.PublicOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(forms.Result("01J", m, public), &v); err != nil {
			t.Fatal(err)
		}
		for _, other := range []forms.Type{forms.Inicial, forms.Modificacion, forms.Conclusion} {
			if err := ourSchema(forms.Lookup(other, f.Level)).VisitJSON(v); (err == nil) != (other == f.Type) {
				t.Errorf("as %s: %v", other, err)
			}
		}
	})
}

// Where the official description has a property of ours, both say the same of it:
// type, format and keys; it obliges to nothing that ours does not; and ours has no
// property that it lacks.
func TestPublicSchemasAgree(t *testing.T) {
	everyForm(t, func(t *testing.T, f *forms.Form) {
		agree(t, ourSchema(f), oracle(t, f.Type), "")
	})
}

// agree compares a schema of ours with the official one of the same place. Ours may
// ask for more.
func agree(t *testing.T, we, they *openapi3.Schema, at string) {
	t.Helper()
	if a, b := kindOf(we), kindOf(they); a != b && !(a == "integer" && b == "number") {
		t.Errorf("%s is %s, officially %s", at, a, b)
		return
	}
	if they.Format != "" && we.Format != they.Format {
		t.Errorf("%s has the format %q, officially %q", at, we.Format, they.Format)
	}
	for _, key := range we.Enum {
		if len(they.Enum) > 0 && !slices.Contains(they.Enum, key) {
			t.Errorf("%s may be %v, officially not", at, key)
		}
	}
	if they.Min != nil && (we.Min == nil || *we.Min < *they.Min) {
		t.Errorf("%s has no minimum of %v", at, *they.Min)
	}
	if they.Max != nil && (we.Max == nil || *we.Max > *they.Max) {
		t.Errorf("%s has no maximum of %v", at, *they.Max)
	}
	for name, p := range we.Properties {
		q := property(they, name)
		if q == nil {
			t.Errorf("%s.%s is not in the official description", at, name)
			continue
		}
		agree(t, p.Value, q, at+"."+name)
	}
	for _, name := range they.Required {
		if we.Properties[name] != nil && !slices.Contains(we.Required, name) {
			t.Errorf("%s.%s is officially obligatory", at, name)
		}
		if we.Properties[name] == nil {
			t.Errorf("%s.%s is officially obligatory, and is not there", at, name)
		}
	}
	if we.Items != nil {
		items := they.Items.Value
		if len(items.AnyOf) > 0 {
			// "experiencia" is one of two objects that only differ in their names.
			both := openapi3.NewObjectSchema()
			for _, s := range items.AnyOf {
				for name, p := range s.Value.Properties {
					both.Properties[name] = p
				}
			}
			items = both
		}
		agree(t, we.Items.Value, items, at+"[]")
	}
}

func kindOf(s *openapi3.Schema) string {
	switch {
	case s.Type != nil && len(*s.Type) == 1:
		return (*s.Type)[0]
	case len(s.Properties) > 0:
		return "object"
	}
	return "?"
}

// Our description names every field that is ever published, and no other.
func TestPublicSchemasComplete(t *testing.T) {
	everyForm(t, func(t *testing.T, f *forms.Form) {
		want := map[string]bool{}
		for i := range f.Sections {
			s := &f.Sections[i]
			half := ".declaracion.situacionPatrimonial."
			if s.Part == forms.Interes {
				half = ".declaracion.interes."
			}
			published(s.Fields, half+s.Key, want)
		}
		have := map[string]bool{}
		leaves(ourSchema(f), "", have)
		for p := range want {
			if !have[p] {
				t.Errorf("%s is published and not described", p)
			}
		}
		for p := range have {
			if !want[p] && strings.HasPrefix(p, ".declaracion.") {
				t.Errorf("%s is described and never published", p)
			}
		}
		if len(want) < 40 {
			t.Errorf("only %d published fields", len(want))
		}
	})
}

// published are the paths of the public leaves below fields of which the tables
// above are public too.
func published(fields []forms.Field, at string, to map[string]bool) {
	for i := range fields {
		x := &fields[i]
		p := at + "." + x.Name
		switch {
		case x.Screen || x.Show != forms.Public:
		case x.Kind == forms.Group:
			published(x.Of, p, to)
		case x.Kind == forms.List:
			published(x.Of, p+"[]", to)
		default:
			to[p] = true
		}
	}
}

// leaves are the paths of the leaves of a schema; amounts, choices of one and of
// several are leaves.
func leaves(s *openapi3.Schema, at string, to map[string]bool) {
	switch {
	case s.Properties["clave"] != nil || s.Properties["moneda"] != nil && len(s.Properties) == 2:
		to[at] = true
	case len(s.Properties) > 0:
		for name, p := range s.Properties {
			leaves(p.Value, at+"."+name, to)
		}
	case s.Items != nil && kindOf(s.Items.Value) == "object" && s.Items.Value.Properties["clave"] == nil:
		leaves(s.Items.Value, at+"[]", to)
	case kindOf(s) == "object": // kept, and empty
	default:
		to[at] = true
	}
}
