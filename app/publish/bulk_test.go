package publish

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"declara/forms"
)

// result is a sample as it is stored.
func result(d filed, id string) Published {
	f := d.public.Form
	m := forms.Metadata{Actualizacion: day, Institucion: "Municipio de Valle Encinos", Tipo: f.Type, DeclaracionCompleta: f.Level == forms.Full}
	return Published{
		ID: id, Person: "K7Q2M4ZD0AX1B9CE", Type: f.Type, Level: f.Level, Year: 2024, Hash: strings.Repeat("ab", 32),
		Filed: time.Date(2024, 6, 1, 5, 59, 0, 0, time.UTC), Zone: "America/Mexico_City", Doc: forms.Result(id, m, d.public),
	}
}

func written(t *testing.T, all ...Published) [][]string {
	t.Helper()
	var b bytes.Buffer
	w, err := NewTable(&b, "https://declara.example")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		if err := w.Add(p); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	text, ok := strings.CutPrefix(b.String(), "\ufeff")
	if !ok {
		t.Error("no byte order mark")
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestTable(t *testing.T) {
	each(t, 4, func(t *testing.T, d filed) {
		p := result(d, "01J0000000000000000000000A")
		rows := written(t, p)
		if len(rows) != 2 || len(rows[0]) != len(columns) {
			t.Fatalf("%d rows of %d", len(rows), len(rows[0]))
		}
		at := map[string]string{}
		for i, name := range rows[0] {
			if _, twice := at[name]; twice {
				t.Errorf("column %s twice", name)
			}
			at[name] = rows[1][i]
		}
		a := parse(t, d.public)
		f := d.public.Form
		want := map[string]string{
			"id": p.ID, "persona": p.Person, "tipo": f.Type.String(), "formato": strings.ToUpper(f.Level.Slug()), "anio": "2024",
			"fechaPresentacion": "2024-05-31", "sha256": p.Hash, "pagina": "https://declara.example/publico/declaraciones/" + p.ID,
			"nombre": a.Get("datosGenerales.nombre"), "primerApellido": a.Get("datosGenerales.primerApellido"),
			"empleoCargoComision": a.Get("datosEmpleoCargoComision.empleoCargoComision"), "areaAdscripcion": a.Get("datosEmpleoCargoComision.areaAdscripcion"),
		}
		for name, v := range want {
			if at[name] != v {
				t.Errorf("%s is %q, want %q", name, at[name], v)
			}
		}
		fig, err := FiguresOf(d.public.JSON)
		if err != nil {
			t.Fatal(err)
		}
		if at["ingresoNeto"] != strconv.FormatInt(fig.Income.Value, 10) || at["ingresoNetoMoneda"] != "MXN" {
			t.Errorf("income %s %s, want %v", at["ingresoNeto"], at["ingresoNetoMoneda"], *fig.Income)
		}
		for _, c := range counted {
			h := fig.Holdings[c.key]
			n := ""
			if h.Declared() {
				n = strconv.Itoa(h.Count)
			}
			if at[c.key] != n {
				t.Errorf("%s is %q, want %q", c.key, at[c.key], n)
			}
			for _, v := range h.Value {
				if v.Currency == "MXN" && c.value != "" && at[c.key+"."+c.value] != strconv.FormatInt(v.Value, 10) {
					t.Errorf("%s.%s is %q, want %d", c.key, c.value, at[c.key+"."+c.value], v.Value)
				}
			}
		}
	})
}

func TestTableRefuses(t *testing.T) {
	w, err := NewTable(&bytes.Buffer{}, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, doc := range []string{"", "{}", "[]", `{"declaracion":{"situacionPatrimonial":{"datosGenerales":{}}}}`, `{"declaracion":1}`} {
		if w.Add(Published{Doc: []byte(doc)}) == nil {
			t.Errorf("%q became a line", doc)
		}
	}
}

func TestCell(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"=1+1", "'=1+1"}, {"+52", "'+52"}, {"-4", "'-4"}, {"@SUM(A1)", "'@SUM(A1)"}, {"\t=1", "'=1"}, {"\r\n=cmd", "'=cmd"},
		{"|calc", "'|calc"}, {"a\nb", "a b"}, {"", ""}, {"López", "López"}, {"100 USD + 2 EUR", "100 USD + 2 EUR"},
	} {
		if got := cell(c.in); got != c.want {
			t.Errorf("cell(%q) = %q, want %q", c.in, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := cell(rapid.String().Draw(t, "s"))
		if s != "" && strings.ContainsRune("=+-@\t\r\n|%", rune(s[0])) {
			t.Fatalf("%q may be run", s)
		}
	})
}

func TestReadMark(t *testing.T) {
	hash := strings.Repeat("0123456789abcdef", 4)
	grouped := strings.ToUpper(hash[:4]) + "·" + hash[4:8] + " " + hash[8:32] + "-" + hash[32:] + "\n"
	for _, c := range []struct {
		in   string
		want Mark
	}{
		{hash, Mark{Hash: hash}},
		{grouped, Mark{Hash: hash}},
		{"VE-2026-000123", Mark{Folio: "VE-2026-000123"}},
		{" ve 2026 000123 ", Mark{Folio: "VE-2026-000123"}},
		{"ve–2026·000123", Mark{Folio: "VE-2026-000123"}},
		{" 01jv3q8m4z7tqx2h9k5w6n0rbc", Mark{ID: "01JV3Q8M4Z7TQX2H9K5W6N0RBC"}},
	} {
		if got, ok := ReadMark(c.in); !ok || got != c.want {
			t.Errorf("ReadMark(%q) = %+v, %v", c.in, got, ok)
		}
	}
	for _, no := range []string{"", "hola", hash[1:], hash + "0", "VE-2026", "VE-2026-ABC", "VE-20x6-000123", "Ñ-2026-000123", strings.Repeat("a", 10<<10), "\x00-2026-1", "VE-1-2-3-4"} {
		if m, ok := ReadMark(no); ok {
			t.Errorf("ReadMark(%.30q) = %+v", no, m)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		if m, ok := ReadMark(rapid.String().Draw(t, "s")); ok && len(m.Folio+m.Hash+m.ID) != max(len(m.Folio), len(m.Hash), len(m.ID)) {
			t.Fatalf("%+v", m)
		}
	})
}

func TestReadHead(t *testing.T) {
	each(t, 4, func(t *testing.T, d filed) {
		a := parse(t, d.public)
		h, err := readHead(result(d, "A").Doc)
		if err != nil {
			t.Fatal(err)
		}
		want := head{
			Given: a.Get("datosGenerales.nombre"), First: a.Get("datosGenerales.primerApellido"), Second: a.Get("datosGenerales.segundoApellido"),
			Post: a.Get("datosEmpleoCargoComision.empleoCargoComision"), Unit: a.Get("datosEmpleoCargoComision.areaAdscripcion"),
			Body: a.Get("datosEmpleoCargoComision.nombreEntePublico"),
		}
		if h != want {
			t.Errorf("%+v, want %+v", h, want)
		}
	})
	// a name of a property inside of a text is no property
	trap := `{"id":"A","declaracion":{"situacionPatrimonial":{"datosGenerales":{"nombre":"\"datosEmpleoCargoComision\":{\"empleoCargoComision\":\"x\"}"},"datosEmpleoCargoComision":{"empleoCargoComision":"Síndica"}}}}`
	if h, err := readHead([]byte(trap)); err != nil || h.Post != "Síndica" {
		t.Errorf("%+v, %v", h, err)
	}
	rapid.Check(t, func(t *rapid.T) {
		if h, err := readHead(rapid.SliceOf(rapid.Byte()).Draw(t, "doc")); err == nil {
			t.Fatalf("noise became %+v", h)
		}
	})
}

func BenchmarkTable(b *testing.B) {
	p := result(file(b, forms.Modificacion, forms.Full, 7, nil), "A")
	w, err := NewTable(&bytes.Buffer{}, "")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(p.Doc)))
	for b.Loop() {
		if err := w.Add(p); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBody(b *testing.B) {
	d := file(b, forms.Modificacion, forms.Full, 7, nil)
	b.SetBytes(int64(len(d.public.JSON)))
	for b.Loop() {
		if _, err := NewBody(plain{}, Source{Document: d.public, Year: 2025}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadHead(b *testing.B) {
	p := result(file(b, forms.Modificacion, forms.Full, 7, nil), "A")
	for b.Loop() {
		if _, err := readHead(p.Doc); err != nil {
			b.Fatal(fmt.Errorf("%w", err))
		}
	}
}
