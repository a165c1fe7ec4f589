package pdn

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"declara/forms"
	"declara/i18n"
)

// official is where the three descriptions of the national platform are, beside the
// repository. They are its data, not ours, so they are not in it.
const official = "../../../shared/reference/s1/oas"

// described is our description of the API, as a client reads it.
func described(t *testing.T, lang string) *openapi3.T {
	t.Helper()
	text, tag := Description(i18n.Load().Printer(lang))
	if again, same := Description(i18n.Load().Printer(lang)); tag == "" || same != tag || &again[0] != &text[0] {
		t.Error("the description is made anew each time")
	}
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return doc
}

func (w *world) everything() any {
	w.t.Helper()
	page, err := w.s.Search(context.Background(), tenant, "192.0.2.1", w.token(), []byte(`{"pageSize":200}`), nil)
	if err != nil {
		w.t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(page, &v); err != nil {
		w.t.Fatal(err)
	}
	return v
}

// Every page that is served is what our own description says, and every record is
// what the official description of its type says, with no property outside either.
func TestServedRecordsAreAsDescribed(t *testing.T) {
	w := newWorld(t)
	w.file(48, w.person(1))
	v := w.everything()
	ours := described(t, "es")
	if err := ours.Components.Schemas["respuesta"].Value.VisitJSON(v); err != nil {
		t.Error(err)
	}
	seen := map[string]int{}
	replies := map[forms.Type]*openapi3.Schema{}
	for _, r := range list(at(v, "results")) {
		tipo := at(r, "metadata.tipo").(string)
		typ, ok := forms.ParseType(tipo)
		if !ok {
			t.Fatalf("type %q", tipo)
		}
		seen[tipo]++
		if replies[typ] == nil {
			replies[typ] = officialReply(t, typ)
		}
		reply := replies[typ]
		one := map[string]any{"pagination": at(v, "pagination"), "results": []any{r}}
		if err := reply.VisitJSON(one); err != nil {
			t.Errorf("%s: %v", tipo, err)
		}
		for _, p := range outside(reply, one, "") {
			t.Errorf("%s: %s is not in the official description", tipo, p)
		}
	}
	if len(seen) != 3 {
		t.Errorf("records of %v only", seen)
	}
}

// officialReply is the official schema of a page with records of a type.
func officialReply(t *testing.T, typ forms.Type) *openapi3.Schema {
	t.Helper()
	file := filepath.Join(official, typ.Slug()+".json")
	if _, err := os.Stat(file); err != nil {
		t.Skipf("the official description of the PDN is not at hand: put inicial.json, modificacion.json and conclusion.json in %s to check records against it", official)
	}
	doc, err := openapi3.NewLoader().LoadFromFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return doc.Components.Schemas["resDeclaraciones"].Value
}

// outside lists the properties of a value that its schema does not name, and nulls.
func outside(s *openapi3.Schema, v any, at string) (found []string) {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			below := propertyOf(s, name)
			if below == nil {
				found = append(found, at+"."+name)
				continue
			}
			found = append(found, outside(below, member, at+"."+name)...)
		}
	case []any:
		for _, item := range v {
			found = append(found, outside(s.Items.Value, item, at+"[]")...)
		}
	case nil:
		found = append(found, at+" (null)")
	}
	return found
}

func propertyOf(s *openapi3.Schema, name string) *openapi3.Schema {
	if p, ok := s.Properties[name]; ok {
		return p.Value
	}
	for _, r := range s.AnyOf {
		if p := propertyOf(r.Value, name); p != nil {
			return p
		}
	}
	return nil
}

// What the description says of a search is what the parser takes: every member of
// the official request, and the same filters and keys to sort by.
func TestDescribedSearch(t *testing.T) {
	for _, lang := range []string{"es", "en"} {
		doc := described(t, lang)
		ours := doc.Components.Schemas["solicitud"].Value
		for _, path := range fixedOrder {
			if s := below(ours, "sort."+path); s == nil || !slices.Equal(s.Enum, []any{"asc", "desc"}) {
				t.Errorf("sort.%s: %v", path, s)
			}
		}
		file := filepath.Join(official, "inicial.json")
		if _, err := os.Stat(file); err != nil {
			t.Skipf("the official description of the PDN is not at hand: put inicial.json in %s", official)
		}
		oas, err := openapi3.NewLoader().LoadFromFile(file)
		if err != nil {
			t.Fatal(err)
		}
		theirs := oas.Components.Schemas["reqDeclaraciones"].Value
		if a, b := paths(ours, ""), paths(theirs, ""); !slices.Equal(a, slices.DeleteFunc(b, func(p string) bool { return p == ".query.rfcSolicitante" })) {
			t.Errorf("ours   %v\ntheirs %v", a, b)
		}
		op, theirOp := doc.Paths.Find("/v2/declaraciones").Post, oas.Paths.Find("/v2/declaraciones").Post
		for status := range theirOp.Responses.Map() {
			if op.Responses.Value(status) == nil {
				t.Errorf("no answer %s is described", status)
			}
		}
		for name, reply := range doc.Components.Schemas {
			if strings.Contains(reply.Value.Description, "pdn.api.") {
				t.Errorf("%s has no words in %s", name, lang)
			}
		}
	}
}

func below(s *openapi3.Schema, path string) *openapi3.Schema {
	for name := range strings.SplitSeq(path, ".") {
		p := s.Properties[name]
		if p == nil {
			return nil
		}
		s = p.Value
	}
	return s
}

func paths(s *openapi3.Schema, at string) (all []string) {
	if len(s.Properties) == 0 {
		return []string{at}
	}
	for name, p := range s.Properties {
		all = append(all, paths(p.Value, at+"."+name)...)
	}
	slices.Sort(all)
	return all
}

// The paths that a row is made from are public fields of the table: what is
// searched is published, and what the standard calls it.
func TestRowPathsArePublic(t *testing.T) {
	for _, typ := range forms.AllTypes {
		f := forms.Lookup(typ, forms.Full)
		a := map[forms.Type]string{forms.Inicial: "ingresoMensualNetoDeclarante", forms.Modificacion: "ingresoAnualNetoDeclarante", forms.Conclusion: "ingresoConclusionNetoDeclarante"}[typ]
		for _, p := range []string{
			"datosGenerales.nombre", "datosGenerales.primerApellido", "datosGenerales.segundoApellido",
			"datosCurricularesDeclarante.escolaridad.i1.nivel",
			"datosEmpleoCargoComision.nombreEntePublico", "datosEmpleoCargoComision.empleoCargoComision",
			"datosEmpleoCargoComision.nivelEmpleoCargoComision", "datosEmpleoCargoComision.nivelOrdenGobierno",
			"datosEmpleoCargoComision.domicilioMexico.entidadFederativa", "datosEmpleoCargoComision.domicilioMexico.municipioAlcaldia",
			"ingresos." + a, "bienesInmuebles.bienInmueble.i1.superficieConstruccion.valor", "bienesInmuebles.bienInmueble.i1.superficieTerreno.valor",
			"bienesInmuebles.bienInmueble.i1.valorAdquisicion", "bienesInmuebles.bienInmueble.i1.formaAdquisicion",
		} {
			x, ok := f.Field(forms.Path(p))
			if !ok || x.Show != forms.Public {
				t.Errorf("%s: %s is not a public field", typ, p)
			}
		}
	}
}

// A row of a real document has what the document says, field by field.
func TestRowOfRealDocuments(t *testing.T) {
	w := newWorld(t)
	w.file(len(sampled()), w.person(1))
	docs := map[string]any{}
	for _, r := range list(at(w.everything(), "results")) {
		docs[at(r, "id").(string)] = r
	}
	filled := map[string]bool{}
	for id, doc := range docs {
		for _, path := range textPaths {
			value, _ := at(doc, situation+path).(string)
			filled[path] = filled[path] || value != ""
			if value == "" {
				continue
			}
			for name, p := range textPaths {
				if p != path {
					continue
				}
				body, err := json.Marshal(object{"pageSize": 200, "query": nested(name, value)})
				if err != nil {
					t.Fatal(err)
				}
				if got, want := w.find(string(body)).ids(), brute(docs, string(body)); !slices.Equal(got, want) || !slices.Contains(got, id) {
					t.Errorf("%s: got %v, want %v", body, got, want)
				}
			}
		}
		if n, ok := income(doc).(float64); ok {
			body, err := json.Marshal(object{"pageSize": 200, "query": object{"totalIngresosNetos": object{"min": n, "max": n}}})
			if err != nil {
				t.Fatal(err)
			}
			if got := w.find(string(body)).ids(); !slices.Contains(got, id) {
				t.Errorf("%s does not find %s", body, id)
			}
		}
	}
	if len(filled) != len(textPaths) {
		t.Errorf("only %v have a value in the sampled documents", filled)
	}
	for _, by := range fixedOrder {
		body, err := json.Marshal(object{"pageSize": 200, "sort": nested(by, "desc")})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := w.find(string(body)).ids(), brute(docs, string(body)); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", body, got, want)
		}
	}
}
