package forms_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"pgregory.net/rapid"

	"declara/forms"
	"declara/forms/formstest"
)

// official is where the three descriptions of the national platform are, beside
// the repository. They are its data, not ours, so they are not in it.
const official = "../../shared/reference/s1/oas"

var oracles sync.Map // forms.Type → *openapi3.Schema

// oracle is the official schema of one result of a type.
func oracle(t *testing.T, typ forms.Type) *openapi3.Schema {
	t.Helper()
	if s, ok := oracles.Load(typ); ok {
		return s.(*openapi3.Schema)
	}
	file := filepath.Join(official, typ.Slug()+".json")
	if _, err := os.Stat(file); err != nil {
		t.Skipf("the official description of the PDN is not at hand: put inicial.json, modificacion.json and conclusion.json in %s to check documents against it", official)
	}
	doc, err := openapi3.NewLoader().LoadFromFile(file)
	if err != nil {
		t.Fatal(err)
	}
	// One example in each file is wrong (an RFC of 10 characters); all else is checked.
	if err := doc.Validate(context.Background(), openapi3.DisableExamplesValidation()); err != nil {
		t.Fatal(err)
	}
	s := doc.Components.Schemas["resDeclaraciones"].Value.Properties["results"].Value.Items.Value
	oracles.Store(typ, s)
	return s
}

// conforms fails the test unless a document, inside its result, is valid by the
// official schema and has no property outside of it.
func conforms(t *testing.T, fail func(string, ...any), d forms.Document) {
	t.Helper()
	schema := oracle(t, d.Form.Type)
	m := forms.Metadata{
		Actualizacion: time.Date(2026, 5, 31, 23, 59, 59, 0, time.UTC), Institucion: "Valle Encinos",
		Tipo: d.Form.Type, DeclaracionCompleta: d.Form.Level == forms.Full,
	}
	var v any
	if err := json.Unmarshal(forms.Result("01J", m, d), &v); err != nil {
		fail("not JSON: %v", err)
	}
	if err := schema.VisitJSON(v); err != nil {
		fail("%v", err)
	}
	for _, p := range outside(schema, v, "") {
		fail("%s is not in the official schema", p)
	}
}

// outside lists the properties of a value that its schema does not name.
func outside(s *openapi3.Schema, v any, at string) (found []string) {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			below := property(s, name)
			if below == nil {
				found = append(found, at+"."+name)
				continue
			}
			found = append(found, outside(below, member, at+"."+name)...)
		}
	case []any:
		for _, item := range v {
			if s.Items == nil {
				return append(found, at+"[]")
			}
			found = append(found, outside(s.Items.Value, item, at+"[]")...)
		}
	case nil:
		found = append(found, at+" (null)")
	}
	return found
}

func property(s *openapi3.Schema, name string) *openapi3.Schema {
	if p, ok := s.Properties[name]; ok {
		return p.Value
	}
	for _, refs := range []openapi3.SchemaRefs{s.AllOf, s.AnyOf, s.OneOf} {
		for _, r := range refs {
			if p := property(r.Value, name); p != nil {
				return p
			}
		}
	}
	return nil
}

// everyForm runs a test for each of the six declarations.
func everyForm(t *testing.T, test func(t *testing.T, f *forms.Form)) {
	for _, typ := range forms.AllTypes {
		for _, level := range forms.AllLevels {
			t.Run(typ.Slug()+"/"+level.Slug(), func(t *testing.T) { test(t, forms.Lookup(typ, level)) })
		}
	}
}

// Every document that we make, and its public version, is what the national
// platform describes, and nothing else.
func TestOracle(t *testing.T) {
	everyForm(t, func(t *testing.T, f *forms.Form) {
		oracle(t, f.Type)
		rapid.Check(t, func(r *rapid.T) {
			doc, err := forms.Compile(f, formstest.Draft(r, f))
			if err != nil {
				r.Fatal(err)
			}
			conforms(t, r.Fatalf, doc)
			for _, o := range []forms.PublicOptions{{}, {TotalAsDeclared: true}} {
				public, err := doc.Public(o)
				if err != nil {
					r.Fatal(err)
				}
				conforms(t, r.Fatalf, public)
			}
		})
	})
}

// So are the examples that goldens and the demonstration are made of, and a
// declaration of unlikely length.
func TestOracleOfExamples(t *testing.T) {
	everyForm(t, func(t *testing.T, f *forms.Form) {
		drafts := []*forms.Draft{formstest.Huge(f)}
		for seed := range int64(4) {
			drafts = append(drafts, formstest.Example(f, seed))
		}
		for _, d := range drafts {
			doc, err := forms.Compile(f, d)
			if err != nil {
				t.Fatal(err)
			}
			conforms(t, t.Errorf, doc)
			public, err := doc.Public(forms.PublicOptions{})
			if err != nil {
				t.Fatal(err)
			}
			conforms(t, t.Errorf, public)
		}
	})
}

// The schema that judges the others is seen to refuse.
func TestOracleRefuses(t *testing.T) {
	f := forms.Lookup(forms.Inicial, forms.Full)
	schema := oracle(t, f.Type)
	doc, err := forms.Compile(f, formstest.Example(f, 7))
	if err != nil {
		t.Fatal(err)
	}
	var v map[string]any
	result := forms.Result("01J", forms.Metadata{Tipo: forms.Inicial, DeclaracionCompleta: true}, doc)
	if err := json.Unmarshal(result, &v); err != nil {
		t.Fatal(err)
	}
	v["declaracion"].(map[string]any)["situacionPatrimonial"].(map[string]any)["ingresos"].(map[string]any)["nuestro"] = 1
	if got := outside(schema, v, ""); len(got) != 1 || got[0] != ".declaracion.situacionPatrimonial.ingresos.nuestro" {
		t.Errorf("an unknown property gave %v", got)
	}
	v["metadata"].(map[string]any)["tipo"] = "MODIFICACION"
	if schema.VisitJSON(v) == nil {
		t.Error("a wrong type passed")
	}
}
