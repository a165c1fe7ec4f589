package forms_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"declara/forms"
)

// Documents of other systems, or damaged ones: whatever stands where, parsing,
// publishing, checking and reading go on without a panic, the second writing is
// like the first, and the public version holds nothing of persons.
func TestMutants(t *testing.T) {
	everyForm(t, func(t *testing.T, f *forms.Form) {
		rapid.Check(t, func(r *rapid.T) {
			_, doc := compiled(r, f)
			v := any(tree(t, doc.JSON))
			for range rapid.IntRange(1, 12).Draw(r, "wounds") {
				v = wound(r, v)
			}
			b, err := json.Marshal(v)
			if err != nil {
				r.Fatal(err)
			}
			survives(r, f, b)
		})
	})
}

// survives does with a document all that can be done.
func survives(r *rapid.T, f *forms.Form, b []byte) {
	a, err := forms.Parse(f, b)
	if err != nil {
		return // not even an object
	}
	once := forms.Rewrite(f, a)
	again, err := forms.Parse(f, once)
	if err != nil {
		r.Fatal(err)
	}
	if twice := forms.Rewrite(f, again); !bytes.Equal(once, twice) {
		r.Fatalf("once  %s\ntwice %s", once, twice)
	}
	public, err := forms.Document{Form: f, JSON: b}.Public(forms.PublicOptions{})
	if err != nil {
		r.Fatal(err)
	}
	if twice, err := public.Public(forms.PublicOptions{}); err != nil || !bytes.Equal(public.JSON, twice.JSON) {
		r.Fatalf("public once  %s\npublic twice %s", public.JSON, twice.JSON)
	}
	if forms.Mask(string(public.JSON)) != string(public.JSON) {
		r.Fatalf("an identifier is public: %s", public.JSON)
	}
	d := &forms.Draft{Type: f.Type, Level: f.Level, Year: 2026, Today: "2026-05-20", UMA: 11731, Answers: a}
	forms.Derive(f, d)
	forms.Ready(f, d)
	for i := range f.Sections {
		key := f.Sections[i].Key
		forms.Warnings(f, d, key)
		forms.StatusOf(f, d, key)
		for _, l := range forms.Lines(f, a, key) {
			forms.Show(plain{}, a, l)
		}
	}
	next := &forms.Draft{Type: f.Type, Level: f.Level}
	forms.Prefill(f, forms.Document{Form: f, JSON: b}, next)
	forms.Diff(f, forms.Align(f, next.Before, a), a)
}

// wound changes one thing somewhere in a tree.
func wound(r *rapid.T, v any) any {
	switch v := v.(type) {
	case map[string]any:
		if len(v) > 0 && rapid.IntRange(0, 9).Draw(r, "deeper") > 0 {
			name := rapid.SampledFrom(slices.Sorted(maps.Keys(v))).Draw(r, "name")
			if rapid.IntRange(0, 19).Draw(r, "drop") == 0 {
				delete(v, name)
			} else {
				v[name] = wound(r, v[name])
			}
			return v
		}
	case []any:
		if len(v) > 0 && rapid.IntRange(0, 9).Draw(r, "deeper") > 0 {
			i := rapid.IntRange(0, len(v)-1).Draw(r, "item")
			v[i] = wound(r, v[i])
			return append(v, v[i])
		}
	}
	return rapid.SampledFrom([]any{
		nil, true, false, 0, -1, 1e300, 12.5, "", "x", "BAJA", "OTRO", "MX", "GODE561231GR8", "HEGG560427MVZRRL04", "a\u0000\u202e", "2026-02-30",
		[]any{}, []any{nil}, []any{"DEC"}, map[string]any{}, map[string]any{"clave": "OTRO", "valor": "RFC GODE561231"}, map[string]any{"clave": 1},
		map[string]any{"valor": "1", "moneda": "MXN"}, map[string]any{"valor": -5, "moneda": "XXXX"}, map[string]any{"valor": 5, "moneda": "XXXX"},
	}).Draw(r, "thing")
}
