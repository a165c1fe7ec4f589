package forms

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// componentPath is where OpenAPI keeps schemas that others name.
const componentPath = "#/components/schemas/"

// component refers to a component by its name.
func component(name string) *Schema { return &Schema{Ref: componentPath + name} }

// PublicResult names the component that describes one declaration of a form as the
// PDN sends it.
func PublicResult(f *Form) *Schema { return component("resultado" + variant(f.Type, f.Level)) }

// PublicSchemas describes the declarations of all forms as the PDN sends them: what
// Result writes of a document's public version. It is read from the table as the
// public version is, so it has no property that is never published, and obliges to
// those that are in every document that may be filed. Where the official
// description of the PDN has the same property, it agrees with it.
//
// The components are the catalogues, the sections (one schema where all forms ask
// the same, else one a type, or one a type and level), and the six results.
func PublicSchemas(w Words) Properties {
	sections := map[string]map[Types]*Schema{} // by key of the section and form
	var keys []string
	used := map[string]bool{} // catalogues
	for _, f := range allForms() {
		d := describer{f, w, used}
		for i := range f.Sections {
			s := &f.Sections[i]
			if sections[s.Key] == nil {
				sections[s.Key] = map[Types]*Schema{}
				keys = append(keys, s.Key)
			}
			sections[s.Key][Set(f.Type, f.Level)] = d.section(s)
		}
	}
	var all Properties
	for _, name := range slices.Sorted(maps.Keys(used)) {
		all = append(all, Property{name, keysIn(CatalogueByName(name))})
	}
	names := map[string]map[Types]string{}
	for _, key := range keys {
		names[key] = nameSections(key, sections[key])
		seen := map[string]bool{}
		for _, f := range allForms() {
			set := Set(f.Type, f.Level)
			if name := names[key][set]; name != "" && !seen[name] {
				seen[name] = true
				all = append(all, Property{name, sections[key][set]})
			}
		}
	}
	for _, f := range allForms() {
		all = append(all, Property{strings.TrimPrefix(PublicResult(f).Ref, componentPath), result(f, names)})
	}
	return all
}

// result describes one declaration of a form.
func result(f *Form, names map[string]map[Types]string) *Schema {
	meta := Closed()
	meta.Add("actualizacion", &Schema{Type: "string", Format: "date-time"}, true)
	meta.Add("institucion", &Schema{Type: "string"}, true)
	meta.Add("tipo", Keys(f.Type.String()), true)
	meta.Add("declaracionCompleta", &Schema{Type: "boolean", Enum: []any{f.Level == Full}}, true)
	meta.Add("actualizacionConflictoInteres", &Schema{Type: "boolean"}, true)

	doc := Closed()
	for _, half := range []struct {
		name string
		part Part
	}{{"situacionPatrimonial", Patrimonial}, {"interes", Interes}} {
		o := Closed()
		for i := range f.Sections {
			if s := &f.Sections[i]; s.Part == half.part {
				o.Add(s.Key, component(names[s.Key][Set(f.Type, f.Level)]), true)
			}
		}
		if len(o.Properties) > 0 {
			doc.Add(half.name, o, true)
		}
	}

	r := Closed()
	r.Add("id", &Schema{Type: "string", MinLength: 1}, true)
	r.Add("metadata", meta, true)
	r.Add("declaracion", doc, true)
	return r
}

// nameSections names the variants of a section by what tells them apart.
func nameSections(key string, of map[Types]*Schema) map[Types]string {
	names := map[Types]string{}
	for _, t := range AllTypes {
		for _, l := range AllLevels {
			if of[Set(t, l)] == nil {
				continue
			}
			switch {
			case sameSchemas(of, AllTypes, AllLevels):
				names[Set(t, l)] = key
			case sameSchemas(of, []Type{t}, AllLevels):
				names[Set(t, l)] = key + capital(t.Slug())
			default:
				names[Set(t, l)] = key + variant(t, l)
			}
		}
	}
	return names
}

// sameSchemas reports whether all schemas that there are of some types and levels
// are one.
func sameSchemas(of map[Types]*Schema, types []Type, levels []Level) bool {
	var first []byte
	for _, t := range types {
		for _, l := range levels {
			s := of[Set(t, l)]
			if s == nil {
				continue
			}
			b, err := json.Marshal(s)
			if err != nil || first != nil && !bytes.Equal(b, first) {
				return false
			}
			first = b
		}
	}
	return true
}

// variant is a type and level as part of a name: "InicialCompleta".
func variant(t Type, l Level) string { return capital(t.Slug()) + capital(l.Slug()) }

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func allForms() (all []*Form) {
	for _, t := range AllTypes {
		for _, l := range AllLevels {
			all = append(all, Lookup(t, l))
		}
	}
	return all
}
