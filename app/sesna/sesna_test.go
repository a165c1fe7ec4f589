package sesna

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"declara/forms"
	"declara/forms/formstest"
	"declara/storage"
	"declara/storage/bolt"
)

var mexico = func() *time.Location {
	z, err := time.LoadLocation("America/Mexico_City")
	if err != nil {
		panic(err)
	}
	return z
}()

// asTheirs writes a document of ours as their database has it: other names of sections,
// one set of names of figures, enums without accents, days as instants.
func asTheirs(t testing.TB, doc forms.Document, more map[string]any) map[string]any {
	t.Helper()
	var v map[string]map[string]any
	if err := json.Unmarshal(doc.JSON, &v); err != nil {
		t.Fatal(err)
	}
	out := maps.Clone(more)
	if out == nil {
		out = map[string]any{}
	}
	for _, half := range v {
		for name, section := range half {
			if other := sections[name]; other != "" {
				name = other
			}
			out[name] = theirValue(doc.Form.Type, section)
		}
	}
	out["tipoDeclaracion"] = map[forms.Type]string{forms.Inicial: "INICIAL", forms.Modificacion: "MODIFICACION", forms.Conclusion: "CONCLUSION"}[doc.Form.Type]
	out["declaracionCompleta"] = doc.Form.Level == forms.Full
	return out
}

var plainEnums = map[string]string{"CRÉDITO": "CREDITO", "NO APLICA": "NO_APLICA", "ESCRITURA PÚBLICA": "ESCRITURA_PUBLICA"}

func theirValue(ty forms.Type, v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{"_id": map[string]any{"$oid": "5f0000000000000000000001"}}
		for name, x := range v {
			if ty != forms.Inicial {
				if had := ofType(ty, name); had != nil {
					name = had[0]
				}
			}
			if name == "empleoCargo" {
				name = "empleoCargoComision"
			}
			if name == "beneficiario" {
				if list, ok := x.([]any); ok && len(list) == 1 {
					x = list[0]
				}
			}
			if out[name] = theirValue(ty, x); name == "numeroCuentaContrato" { // a text, not an option
				out[name] = x
			}
		}
		return out
	case []any:
		out := []any{}
		for _, x := range v {
			out = append(out, theirValue(ty, x))
		}
		return out
	case string:
		if other, ok := plainEnums[v]; ok {
			return other
		}
		if _, err := time.Parse(time.DateOnly, v); err == nil {
			return map[string]any{"$date": v + "T06:00:00.000Z"}
		}
	}
	return v
}

func record(t testing.TB, ty forms.Type, l forms.Level, seed int64, id string) (map[string]any, forms.Document) {
	t.Helper()
	f := forms.Lookup(ty, l)
	doc, err := forms.Compile(f, formstest.Example(f, seed))
	if err != nil {
		t.Fatal(err)
	}
	return asTheirs(t, doc, map[string]any{
		"_id": map[string]any{"$oid": id}, "firmada": true, "__v": map[string]any{"$numberInt": "0"}, "owner": map[string]any{"$oid": "5e0000000000000000000009"},
		"updatedAt": map[string]any{"$date": map[string]any{"$numberLong": "1621022400000"}}, "autorizaPublica": false,
	}), doc
}

func lines(t testing.TB, all ...map[string]any) []byte {
	t.Helper()
	var b bytes.Buffer
	for _, v := range all {
		if err := json.NewEncoder(&b).Encode(v); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

// TestConvert: what their system has of a declaration comes over whole.
func TestConvert(t *testing.T) {
	for _, ty := range forms.AllTypes {
		for _, l := range forms.AllLevels {
			for seed := range int64(5) {
				v, doc := record(t, ty, l, seed, "5f0000000000000000000002")
				raw := lines(t, v)
				plain, err := Read(1, raw)
				if err != nil {
					t.Fatal(err)
				}
				d, err := Convert(plain, mexico)
				if err != nil {
					t.Fatal(err)
				}
				if string(d.Document.JSON) != string(doc.JSON) {
					t.Errorf("%v %v seed %d: %s", ty, l, seed, firstDifference(doc.JSON, d.Document.JSON))
				}
				for _, p := range d.Problems {
					if p.Code == CodeUnknown || p.Code == CodeShape || p.Code == CodeOption || p.Code == CodeDay {
						t.Errorf("%v %v seed %d: %+v", ty, l, seed, p)
					}
				}
				if !d.Signed || d.At.Year() != 2021 || d.Year != 2021 {
					t.Errorf("%+v", d.At)
				}
			}
		}
	}
}

func firstDifference(a, b []byte) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	at := func(x []byte) string { return string(x[max(0, i-120):min(len(x), i+80)]) }
	return "\n" + at(a) + "\n" + at(b)
}

// TestConvertTells: what cannot come over is told where it is, without what it says.
func TestConvertTells(t *testing.T) {
	v, _ := record(t, forms.Modificacion, forms.Full, 3, "5f0000000000000000000003")
	general := v["datosGenerales"].(map[string]any)
	general["apodo"] = "EL SECRETO"
	general["nacionalidad"] = "MARCIANA SECRETA"
	general["situacionPersonalEstadoCivil"] = map[string]any{"clave": "XX", "valor": "Casado (a)"}
	post := v["datosEmpleoCargoComision"].(map[string]any)
	post["fechaTomaPosesion"] = "un día secreto"
	post["domicilioMexico"] = map[string]any{"entidadFederativa": map[string]any{"clave": 9, "valor": "x"}, "municipioAlcaldia": map[string]any{"clave": "09003", "valor": "x"}}
	delete(post, "domicilioExtranjero")
	income := v["ingresos"].(map[string]any)
	income["remuneracionMensualCargoPublico"] = map[string]any{"valor": 1234.56, "moneda": nil}
	income["totalIngresosMensualesNetos"] = map[string]any{"valor": 7, "moneda": "MXN"}
	v["nuevaSeccion"] = map[string]any{"dato": "SECRETO"}
	v["anioEjercicio"] = 2018
	plain, err := Read(1, lines(t, v))
	if err != nil {
		t.Fatal(err)
	}
	d, err := Convert(plain, mexico)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []Problem{
		{"datosGenerales.apodo", CodeUnknown, ""}, {"datosGenerales.nacionalidad", CodeOption, ""}, {"datosGenerales.situacionPersonalEstadoCivil", CodeTaken, ""},
		{"datosEmpleoCargoComision.fechaTomaPosesion", CodeDay, ""}, {"ingresos.remuneracionMensualCargoPublico.valor", CodeDecimals, ""},
		{"ingresos.totalIngresosAnualesNetos", CodeTotal, ""}, {"nuevaSeccion", CodeUnknown, ""}, {"anioEjercicio", CodeYear, ""},
	} {
		if !slices.Contains(d.Problems, want) {
			t.Errorf("not told: %+v", want)
		}
	}
	if told := fmt.Sprint(d.Problems); strings.Contains(told, "SECRET") || strings.Contains(told, "secreto") {
		t.Error("the report repeats what stood there")
	}
	for _, want := range []string{`"clave":"CAS","valor":"CASADO (A)"`, `"remuneracionAnualCargoPublico":{"valor":1234,"moneda":"MXN"}`, `"totalIngresosAnualesNetos":{"valor":7,`, `"municipioAlcaldia":{"clave":"003"`} {
		if !strings.Contains(string(d.Document.JSON), want) {
			t.Errorf("it lacks %s", want)
		}
	}
	if d.Year != 2019 {
		t.Errorf("due in %d", d.Year)
	}
	for name, c := range map[string]struct {
		change func(map[string]any)
		want   error
	}{
		"no type": {func(v map[string]any) { v["tipoDeclaracion"] = "OTRA" }, ErrNoType}, "no time": {func(v map[string]any) { delete(v, "updatedAt") }, ErrNoTime},
		"no id": {func(v map[string]any) { v["_id"] = "../x" }, ErrNoID},
	} {
		v, _ := record(t, forms.Inicial, forms.Full, 1, "5f0000000000000000000004")
		c.change(v)
		plain, err := Read(1, lines(t, v))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Convert(plain, mexico); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSplit: lists and lines are read alike, and what is broken is told with its line.
func TestSplit(t *testing.T) {
	for in, want := range map[string]string{
		"{\"a\":1}\n{\"b\":2}\n":                              "1 2",
		"\xEF\xBB\xBF[\n{\"a\":\"}\\\"{\"},\n{\"b\":[{}]}\n]": "2 3",
		"":                                  "",
		"[]":                                "",
		"{\"a\":1}\n\n{\"a\":":              "1 line 3: sesna.broken.cut",
		"[{\"a\":1},\n":                     "1 line 2: sesna.broken.end",
		"[{}] x":                            "1 line 1: sesna.broken.after",
		"{\"a\":\"x\n\"}":                   "line 1: sesna.broken.quote",
		"\n\nhola":                          "line 3: sesna.broken.record",
		"\x1F\x8B\x08":                      "line 1: sesna.broken.packed",
		"\x10\x00\x00\x00":                  "line 1: sesna.broken.bson",
		"\xFF\xFE{":                         "line 1: sesna.broken.utf16",
		"{}\n{\"a\":\"MU\xD1OZ\"}":          "1 line 2: sesna.broken.letters",
		"{\"a\":" + strings.Repeat("[", 99): "line 1: sesna.broken.deep",
		"{\"a\":\"" + strings.Repeat("x", maxRecord) + "\"}":     "line 1: sesna.broken.large",
		strings.Repeat("\n", 9) + "{\"a\":1}\n{\"b\":" + "\"x\"": "10 line 11: sesna.broken.cut",
	} {
		var got []string
		err := Split(strings.NewReader(in), func(line int, _ []byte) error { got = append(got, fmt.Sprint(line)); return nil })
		if err != nil {
			got = append(got, err.Error())
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%.40q: %s, want %s", in, s, want)
		}
	}
}

func FuzzImport(f *testing.F) {
	v, _ := record(f, forms.Inicial, forms.Full, 1, "5f0000000000000000000005")
	f.Add(lines(f, v))
	f.Add([]byte(`[{"_id":{"$oid":"a"},"tipoDeclaracion":"INICIAL","updatedAt":{"$date":"2021-05-01T00:00:00Z"},"ingresos":{"actividadFinanciera":[{"actividades":{}}]}}]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		Split(bytes.NewReader(b), func(line int, raw []byte) error {
			r, err := Read(line, raw)
			if err != nil {
				return err
			}
			AccountOf(r)
			d, err := Convert(r, mexico)
			if err != nil {
				return nil
			}
			open, err := d.Document.Public(forms.PublicOptions{})
			if err != nil {
				t.Fatal(err)
			}
			again, err := open.Public(forms.PublicOptions{})
			if err != nil || string(again.JSON) != string(open.JSON) {
				t.Fatalf("what is public is not: %v", err)
			}
			return nil
		})
	})
}

// world is a store with an institution.
func world(t *testing.T) *storage.DB {
	t.Helper()
	s, err := bolt.Open(filepath.Join(t.TempDir(), "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	db := storage.Open(s, storage.NewKeys())
	t.Cleanup(func() { db.Close() })
	if err := db.Update(t.Context(), "1", func(tx *storage.Txn) error {
		return tx.PutInstitution(storage.Institution{Name: "Valle Encinos", Initials: "VE", Zone: "America/Mexico_City", SetUp: today})
	}); err != nil {
		t.Fatal(err)
	}
	return db
}

var today = time.Date(2026, 11, 26, 18, 0, 0, 0, time.UTC)

func source(b []byte) []Source {
	return []Source{{"declaraciones.json", func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }}}
}

// TestImport: nothing changes until it is asked; then signed declarations of officials
// come in with their time, once; the rest is told; and the store is sound.
func TestImport(t *testing.T) {
	db := world(t)
	a, doc := record(t, forms.Inicial, forms.Full, 1, "5f00000000000000000000a1")
	b, _ := record(t, forms.Modificacion, forms.Simplified, 2, "5f00000000000000000000a2")
	draft, _ := record(t, forms.Inicial, forms.Full, 1, "5f00000000000000000000a3")
	draft["firmada"] = false
	broken, _ := record(t, forms.Inicial, forms.Full, 1, "5f00000000000000000000a4")
	delete(broken["datosGenerales"].(map[string]any), "nombre")
	delete(broken, "datosEmpleoCargoComision")
	user := map[string]any{"_id": map[string]any{"$oid": "5e0000000000000000000008"}, "username": "x@example.mx", "curp": "pufe040229mvzrcja9", "rfc": "PUFE800229M93", "password": "hash", "nombre": "ANA", "primerApellido": "PUENTE"}
	b["owner"] = map[string]any{"$oid": "5e0000000000000000000008"}
	dump := lines(t, a, b, a, draft, broken, user, map[string]any{"otra": 1})
	parsed, err := forms.Parse(doc.Form, doc.JSON)
	if err != nil {
		t.Fatal(err)
	}
	s := New(db, func() time.Time { return today })
	do := func(o Options) map[Outcome]int {
		t.Helper()
		counts, err := s.Import(t.Context(), "1", source(dump), o)
		if err != nil {
			t.Fatal(err)
		}
		return counts
	}
	want := func(have map[Outcome]int, w map[Outcome]int) {
		t.Helper()
		if !maps.Equal(have, w) {
			t.Errorf("%v, want %v", have, w)
		}
	}
	rest := func(m map[Outcome]int) map[Outcome]int {
		m[DraftOnly], m[Repeated], m[Refused], m[FromUsers], m[Stranger] = 1, 1, 1, 1, 1
		return m
	}
	want(do(Options{Apply: true}), rest(map[Outcome]int{Nobody: 2}))
	want(do(Options{People: true}), rest(map[Outcome]int{Added: 2}))
	if n := filings(t, db); len(n) != 0 {
		t.Fatalf("a run that was not asked to brought %d in", len(n))
	}
	if err := db.Update(t.Context(), "1", func(tx *storage.Txn) error {
		return tx.PutPerson(storage.Person{ID: "P1", Given: "Ana", First: "Puente", RFC: "PUFE800229M93", CURP: "PUFE040229MVZRCJA9", Entry: "2020-01-01"})
	}); err != nil {
		t.Fatal(err)
	}
	var told []Line
	want(do(Options{Apply: true, People: true, Tell: func(l Line) error { told = append(told, l); return nil }}), rest(map[Outcome]int{Added: 1, Imported: 1}))
	want(do(Options{Apply: true, People: true}), rest(map[Outcome]int{Already: 2}))
	all := filings(t, db)
	if len(all) != 2 {
		t.Fatalf("%d", len(all))
	}
	for _, f := range all {
		if f.Filed.Year() != 2021 || !strings.HasPrefix(f.Folio, "VE-IMP-2021-") || f.Method != storage.MethodImported || !f.Imported.At.Equal(today) || f.Late {
			t.Errorf("%+v", f)
		}
		if f.Type == forms.Modificacion && f.Person != "P1" {
			t.Error("the account of the dump did not lead to its official")
		}
	}
	if told[0].Folio == "" || told[0].Line != 1 || told[1].Line != 2 {
		t.Errorf("%+v", told[:2])
	}
	report := fmt.Sprint(told)
	for _, m := range formstest.Markers(&forms.Draft{Type: forms.Inicial, Level: forms.Full, Answers: parsed}) {
		if len(m) > 6 && strings.Contains(report, m) {
			t.Errorf("the report has %q", m)
		}
	}
	if c, err := db.Check(t.Context()); err != nil || len(c.Faults) > 0 {
		t.Errorf("%v %v", c.Faults, err)
	}
}

func filings(t *testing.T, db *storage.DB) (all []storage.Filing) {
	t.Helper()
	if err := db.View(context.Background(), "1", func(tx *storage.Txn) error {
		return tx.Filings(func(f storage.Filing) error { all = append(all, f); return nil })
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestImportKeepsBack: what was filed here stays alone; who is under reserve stays so;
// a broken dump is told with its line, and what came before it is in.
func TestImportKeepsBack(t *testing.T) {
	db := world(t)
	a, _ := record(t, forms.Modificacion, forms.Full, 1, "5f00000000000000000000b1")
	b, _ := record(t, forms.Inicial, forms.Full, 1, "5f00000000000000000000b2")
	who := func(v map[string]any) (rfc, curp string) {
		g := v["datosGenerales"].(map[string]any)
		r := g["rfc"].(map[string]any)
		return r["rfc"].(string) + r["homoClave"].(string), g["curp"].(string)
	}
	rfc, curp := who(a)
	b["datosGenerales"] = a["datosGenerales"]
	if err := db.Update(t.Context(), "1", func(tx *storage.Txn) error {
		f := storage.Filing{ID: "OWN", Person: "P1", Type: forms.Modificacion, Year: 2021, Filed: today, Zone: "America/Mexico_City", Method: "password", Sent: "x"}
		return errors.Join(tx.PutPerson(storage.Person{ID: "P1", Given: "A", First: "B", RFC: rfc, CURP: curp, Entry: "2020-01-01", Reserve: &storage.Reserve{Agreement: "CT-1", Until: "2030-01-01"}}),
			tx.File(&f, []byte("{}"), []byte("{}"), ""))
	}); err != nil {
		t.Fatal(err)
	}
	s := New(db, func() time.Time { return today })
	counts, err := s.Import(t.Context(), "1", source(append(lines(t, a, b), "{\"x\":"...)), Options{Apply: true})
	if err == nil || !strings.Contains(err.Error(), "declaraciones.json: line 3: sesna.broken.cut") || len(counts) != 0 {
		t.Errorf("%v %v", counts, err)
	}
	counts, err = s.Import(t.Context(), "1", source(lines(t, a, b)), Options{Apply: true})
	if err != nil || counts[Taken] != 1 || counts[Imported] != 1 {
		t.Errorf("%v %v", counts, err)
	}
	for _, f := range filings(t, db) {
		if f.Imported != nil && (!f.Reserved || f.Seq != 0) {
			t.Errorf("under reserve: %+v", f)
		}
	}
}
