package pnt

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"declara/app/errs"
	"declara/app/table"
	"declara/forms"
	"declara/forms/formstest"
	"declara/storage"
	"declara/storage/bolt"
)

// newer are the headings of the template since 2023.
var newer = []string{
	"Ejercicio", "Fecha de inicio del periodo que se informa", "Fecha de término del periodo que se informa",
	"ESTE CRITERIO APLICA A PARTIR DEL 01/04/2023 -> Tipo de integrante del sujeto obligado (catálogo)", "Clave o nivel del puesto",
	"Denominación del puesto (Redactados con perspectiva de género)", "Denominación del cargo", "Área de adscripción",
	"Nombre(s) del(la) servidor(a) público(a)", "Primer apellido del(la) servidor(a) público(a)", "Segundo apellido del(la) servidor(a) público(a)",
	"ESTE CRITERIO APLICA A PARTIR DEL 01/04/2023 -> Sexo (catálogo)", "Modalidad de la Declaración Patrimonial (catálogo)",
	"Hipervínculo a la versión pública Declaración de Situación Patrimonial", "Área(s) responsable(s) que genera(n), posee(n), publica(n) y actualizan la información",
	"Fecha de actualización", "Nota",
}

// TestHeadings: every heading that is known is known for what it is, old and new.
func TestHeadings(t *testing.T) {
	want := []column{year, from, to, member, grade, post, charge, unit, given, first, second, none, kind, link, area, updated, note}
	for i, h := range newer {
		if got := read(h); got != want[i] {
			t.Errorf("%s: %d", h, got)
		}
	}
	for h, c := range map[string]column{"Nombre(s)": given, "Modalidad de la Declaración (catálogo)": kind, "Hipervínculo Declaración de Situación Patrimonial": link, "Fecha de validación": checked, "Sexo (catálogo)": none, "": none, "NOMBRE CORTO": none, "TÍTULO": none, "Denominación del puesto": post} {
		if got := read(h); got != c {
			t.Errorf("%s: %d", h, got)
		}
	}
}

func blank(rows ...[]string) [][]string {
	return append([][]string{{"49080"}, {"TÍTULO", "NOMBRE CORTO", "DESCRIPCIÓN"}, {"Declaraciones de situación patrimonial", "LTAIPG70F1_XII", "Versión pública"}, {"1", "4", "4"}, {"441585", "441591"}, {"Tabla Campos"}, newer}, rows...)
}

// workbook is a template as the platform gives it out: with a hidden list, validations
// behind the rows, and empty rows with a style.
func workbook(t testing.TB, rows [][]string, tail string) []byte {
	t.Helper()
	plain, err := table.WriteXLSX("Reporte de Formatos", rows)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(plain), int64(len(plain)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == "xl/worksheets/sheet1.xml" {
			b = []byte(strings.Replace(string(b), "</sheetData>", fmt.Sprintf(`<row r="%[1]d"><c r="A%[1]d" s="3"/></row></sheetData>`, len(rows)+1)+tail, 1))
		}
		in, err := w.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		in.Write(b)
	}
	in, err := w.Create("xl/sharedStrings.xml")
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(in, `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>Servidor(a) público(a)</t></si><si><t>Inicio</t></si><si><t>MODIFICACIÓN</t></si><si><t>Conclusión</t></si></sst>`)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// town is a store with declarations of two quarters, one under reserve, and a post that
// would be a formula.
func town(t *testing.T) *storage.DB {
	t.Helper()
	s, err := bolt.Open(filepath.Join(t.TempDir(), "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	db := storage.Open(s, storage.NewKeys())
	t.Cleanup(func() { db.Close() })
	if err := db.Update(t.Context(), "1", func(tx *storage.Txn) error {
		if err := tx.PutInstitution(storage.Institution{Name: "Valle", Initials: "VE", Zone: "America/Mexico_City", SetUp: time.Unix(1, 0)}); err != nil {
			return err
		}
		for i, day := range []string{"2026-05-14", "2026-06-30", "2026-07-01", "2026-05-20"} {
			f := forms.Lookup(forms.Modificacion, forms.Simplified)
			d := formstest.Example(f, int64(i))
			d.Answers.Set("datosEmpleoCargoComision.empleoCargoComision", "=HIPERVINCULO(1) & <b>")
			full, err := forms.Compile(f, d)
			if err != nil {
				return err
			}
			open, err := full.Public(forms.PublicOptions{})
			if err != nil {
				return err
			}
			at, _ := time.Parse(time.DateOnly, day)
			x := storage.Filing{ID: fmt.Sprintf("ID%d", i), Person: "P", Type: f.Type, Level: f.Level, Year: 2026, Filed: at.Add(18 * time.Hour), Zone: "America/Mexico_City", Sent: fmt.Sprint(i), Reserved: i == 3}
			meta := forms.Metadata{Tipo: f.Type, Actualizacion: at}
			if err := tx.File(&x, forms.Result(x.ID, meta, full), forms.Result(x.ID, meta, open), ""); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return db
}

// TestFill: what is public of a quarter goes below the headings; what stood there stays;
// no cell is a formula; what is not known is told.
func TestFill(t *testing.T) {
	s := New(town(t))
	const tail = `<dataValidations count="1"><dataValidation sqref="D8:D99"/></dataValidations>`
	ask := Ask{Template: workbook(t, blank(), tail), From: "2026-04-01", To: "2026-06-30", Area: "Contraloría, 2ª sala", Member: "servidor(a) publico(a)", Base: "https://declara.example"}
	got, err := s.Fill(t.Context(), "1", ask)
	if err != nil {
		t.Fatal(err)
	}
	if got.Rows != 2 || !slices.Equal(got.Unknown, []string{newer[11]}) || len(got.Known) != 16 || got.NoMember {
		t.Errorf("%d rows, unknown %v", got.Rows, got.Unknown)
	}
	back, err := table.Read(got.File)
	if err != nil {
		t.Fatal(err)
	}
	if len(back.Rows) != 9 || back.Rows[0].Cells[0] != "49080" || back.Rows[7].Number != 8 {
		t.Fatalf("%d rows", len(back.Rows))
	}
	row := back.Rows[7].Cells
	for i, want := range map[int]string{0: "2026", 1: "01/04/2026", 2: "30/06/2026", 3: "Servidor(a) público(a)", 5: "=HIPERVINCULO(1) & <b>", 11: "", 12: "MODIFICACIÓN", 13: "https://declara.example/publico/declaraciones/ID0", 14: "Contraloría, 2ª sala", 15: "30/06/2026"} {
		if row[i] != want {
			t.Errorf("column %d: %q", i, row[i])
		}
	}
	z, err := zip.NewReader(bytes.NewReader(got.File), int64(len(got.File)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		if f.Name == "xl/worksheets/sheet1.xml" {
			r, _ := f.Open()
			b, _ := io.ReadAll(r)
			if !strings.Contains(string(b), tail) || strings.Contains(string(b), "<f>") || strings.Count(string(b), `r="8"`) != 1 {
				t.Error("what stood behind the rows is gone, or there is a formula")
			}
		}
	}
	ask.Template, ask.Member = table.WriteCSV(blank()), "Otra cosa"
	if got, err = s.Fill(t.Context(), "1", ask); err != nil || got.Kind != table.CSV || !strings.Contains(string(got.File), "'=HIPERVINCULO") || got.NoMember {
		t.Errorf("CSV: %v %v", got.NoMember, err)
	}
	ask.Template = workbook(t, blank(), "")
	if got, err = s.Fill(t.Context(), "1", ask); err != nil || !got.NoMember {
		t.Errorf("a tipo de integrante that the list has not: %v", err)
	}
	ask.From, ask.To = "2025-01-01", "2025-03-31"
	if got, err = s.Fill(t.Context(), "1", ask); err != nil || got.Rows != 0 || got.File != nil {
		t.Errorf("%+v %v", got.Rows, err)
	}
}

// TestBadTemplates: each is answered with a sentence.
func TestBadTemplates(t *testing.T) {
	s := New(town(t))
	for name, c := range map[string]struct {
		template []byte
		key      string
	}{
		"nothing":       {nil, "table.empty"},
		"a PDF":         {[]byte("%PDF-1.7"), "table.kind"},
		"another list":  {table.WriteCSV([][]string{{"RFC", "Proveedor"}, {"1", "2"}}), "pnt.error.headings"},
		"filled in":     {workbook(t, blank([]string{"2025"}), ""), "pnt.error.filled"},
		"half a file":   {workbook(t, blank(), "")[:300], "table.broken"},
		"without links": {table.WriteCSV([][]string{{"x"}, newer[:10]}), "pnt.error.link"},
	} {
		_, err := s.Fill(t.Context(), "1", Ask{Template: c.template, From: "2026-04-01", To: "2026-06-30"})
		e, ok := errors.AsType[*errs.Error](err)
		if !ok || e.Key != c.key {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.Fill(t.Context(), "1", Ask{}); errs.CodeOf(err) != errs.Invalid {
		t.Error(err)
	}
}

func FuzzTemplate(f *testing.F) {
	f.Add(workbook(f, blank(), ""), 7)
	f.Fuzz(func(t *testing.T, b []byte, heading int) {
		x, err := table.ReadTemplate(b)
		if err != nil {
			return
		}
		headings(x)
		x.Fill(heading, [][]string{{"1", "=2"}})
	})
}
