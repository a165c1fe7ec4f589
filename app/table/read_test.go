package table

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"

	"declara/app/errs"
)

// keyOf is the sentence that an error is, with what fills it.
func keyOf(err error) string {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok {
		return ""
	}
	return strings.Join(append([]string{e.Key}, e.Args...), " ")
}

func cellsOf(t Table) string {
	var lines []string
	for _, r := range t.Rows {
		lines = append(lines, strconv.Itoa(r.Number)+":"+strings.Join(r.Cells, "|"))
	}
	return strings.Join(lines, "\n")
}

func wideOf(s string, order binary.AppendByteOrder, mark bool) []byte {
	var b []byte
	if mark {
		b = order.AppendUint16(b, 0xFEFF)
	}
	for _, u := range utf16.Encode([]rune(s)) {
		b = order.AppendUint16(b, u)
	}
	return b
}

// TestEncodings: the same list comes out whatever it was written with.
func TestEncodings(t *testing.T) {
	const text = "Nombre,Primer apellido\nNuño,Gómez"
	latin, err := charmap.Windows1252.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"utf-8": []byte(text), "mark": []byte("\xEF\xBB\xBF" + text), "latin": latin,
		"le mark": wideOf(text, binary.LittleEndian, true), "be mark": wideOf(text, binary.BigEndian, true),
		"le": wideOf(text, binary.LittleEndian, false), "be": wideOf(text, binary.BigEndian, false),
	} {
		got, err := Read(data)
		if err != nil || cellsOf(got) != "1:Nombre|Primer apellido\n2:Nuño|Gómez" {
			t.Errorf("%s: %q %v", name, cellsOf(got), err)
		}
	}
}

// TestOldEncodings: payroll of DOS, of Windows and of old Macs says nowhere what it is
// written in; the letters of Spanish tell.
func TestOldEncodings(t *testing.T) {
	for _, text := range []string{
		"Nombre,Apellido\nJosé Ángel,Muñoz Ibáñez\nÓSCAR,NÚÑEZ GÜEMES\n", "Nombre,Apellido\nANA,PEÑA\n", "Nombre,Apellido\nAna,Peña\n", "Nombre,Apellido\nIVÁN,CRUZ\n",
		"Área,Dirección\nÉpoca,Índice\nÚnica,Óptica\ncamión,güero\n", "Nombre,Apellido\nAna,Cruz “la güera” Peña\n",
	} {
		for name, m := range map[string]*charmap.Charmap{"Windows": charmap.Windows1252, "DOS": charmap.CodePage850, "Mac": charmap.Macintosh} {
			data, err := m.NewEncoder().Bytes([]byte(text))
			if err != nil {
				continue // it has no such sign
			}
			want, err := Read([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := Read(data); err != nil || cellsOf(got) != cellsOf(want) {
				t.Errorf("%s: %q, not %q: %v", name, cellsOf(got), cellsOf(want), err)
			}
		}
	}
}

func TestCSV(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"comma", "a,b\n1,2", "1:a|b\n2:1|2"},
		{"semicolon", "a;b;c\n1,5;2;3", "1:a|b|c\n2:1,5|2|3"},
		{"tab", "a\tb\n1\t2", "1:a|b\n2:1|2"},
		{"separator said", "sep=;\na;b\n1;2", "2:a|b\n3:1|2"},
		{"carriage returns", "a,b\r1,2\r\n3,4\r\n", "1:a|b\n2:1|2\n3:3|4"},
		{"quotes", "a,b\n\"1, uno\",\"dice \"\"sí\"\"\"", "1:a|b\n2:1, uno|dice \"sí\""},
		{"line within", "a,b\n\"uno\ndos\",2\n3,4", "1:a|b\n2:uno\ndos|2\n3:3|4"},
		{"quote in the middle", "a,b\nel \"Güero\",2", "1:a|b\n2:el \"Güero\"|2"},
		{"empty rows keep their number", "a,b\n,,\n\n1,2\n", "1:a|b\n4:1|2"},
		{"spaces", "a , b\n 1\u00a0,2 ", "1:a|b\n2:1|2"},
		{"empty ones at the end", "a,b" + strings.Repeat(",", 300) + "\n1,2", "1:a|b\n2:1|2"},
	} {
		got, err := Read([]byte(c.in))
		if err != nil || cellsOf(got) != c.want {
			t.Errorf("%s: %q %v", c.name, cellsOf(got), err)
		}
	}
}

// TestRefused: what cannot be read is told in a sentence, with the row and the
// column where there is one to mend.
func TestRefused(t *testing.T) {
	for _, c := range []struct {
		name string
		in   []byte
		want string
	}{
		{"nothing", nil, "table.empty"},
		{"spaces", []byte(" \n "), "table.empty"},
		{"only a heading", []byte("a,b\n"), "table.empty"},
		{"open quote", []byte("a,b\n1,\"dos\n3,4"), "table.quote 2 B"},
		{"nought", []byte("a,b\n1,\x00\n"), "table.bytes"},
		{"half a letter", []byte("\xFF\xFEa"), "table.bytes"},
		{"old workbook", []byte("\xD0\xCF\x11\xE0\xA1\xB1"), "table.old"},
		{"PDF", []byte("%PDF-1.7"), "table.kind"},
		{"photograph", []byte("\xFF\xD8\xFF\xE0\x00\x10JFIF"), "table.kind"},
		{"columns", []byte("a,b\n" + strings.Repeat("x,", 201) + "x"), "table.columns 2 200"},
		{"long cell", []byte("a,b\n1," + strings.Repeat("x", MaxCell+1)), "table.cell 2 B"},
		{"rows", []byte(strings.Repeat("a,b\n", MaxRows+2)), "table.rows 20000"},
		{"big", make([]byte, MaxFile+1), "table.big 8"},
		{"broken zip", []byte("PK\x03\x04 no"), "table.broken"},
		{"not a workbook", zipOf(t, map[string]string{"a.txt": "x"}), "table.sheet"},
		{"document", zipOf(t, map[string]string{"word/document.xml": "x"}), "table.kind"},
		{"broken XML", bookOf(t, "<worksheet><sheetData><row><c>", ""), "table.broken"},
		{"DOCTYPE", bookOf(t, `<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>`, ""), "table.broken"},
		{"no such text", bookOf(t, sheetXML(`<row r="1"><c r="A1" t="s"><v>7</v></c></row>`), ""), "table.broken"},
		{"formula that failed", bookOf(t, sheetXML(`<row r="3"><c r="B3" t="e"><v>#REF!</v></c></row>`), ""), "table.formula 3 B"},
		{"rows go back", bookOf(t, sheetXML(`<row r="3"/><row r="2"/>`), ""), "table.broken"},
		{"far column", bookOf(t, sheetXML(`<row r="1"><c r="ZZZ1"><v>1</v></c></row>`), ""), "table.columns 1 200"},
		{"bomb", bookOf(t, sheetXML(strings.Repeat(" ", 80<<20)), ""), "table.swollen"},
		{"entries", manyEntries(t), "table.swollen"},
	} {
		_, err := Read(c.in)
		if got := keyOf(err); got != c.want {
			t.Errorf("%s: %q, not %q (%v)", c.name, got, c.want, err)
		}
	}
}

// TestLyingBomb: a part that says it is small and is not ends at the bound.
func TestLyingBomb(t *testing.T) {
	raw := bookOf(t, sheetXML(strings.Repeat(" ", 80<<20)), "")
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		if f.Name == "xl/worksheets/sheet1.xml" {
			var size [4]byte
			binary.LittleEndian.PutUint32(size[:], uint32(f.UncompressedSize64))
			lie := bytes.ReplaceAll(raw, size[:], []byte{0, 1, 0, 0})
			if _, err := Read(lie); keyOf(err) == "" {
				t.Errorf("%v", err)
			}
		}
	}
}

func zipOf(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, body := range parts {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(body)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func manyEntries(t testing.TB) []byte {
	parts := map[string]string{}
	for i := range maxEntries + 1 {
		parts["x"+strconv.Itoa(i)] = ""
	}
	return zipOf(t, parts)
}

func sheetXML(rows string) string {
	return `<worksheet><sheetData>` + rows + `</sheetData></worksheet>`
}

// bookOf is a workbook whose first sheet is hidden and whose second one is sheet.
func bookOf(t testing.TB, sheet, shared string) []byte {
	parts := map[string]string{
		"xl/workbook.xml":            `<workbook xmlns:r="r"><workbookPr date1904="1"/><sheets><sheet name="oculta" state="hidden" r:id="rId9"/><sheet name="Nómina" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml":   sheet,
	}
	if shared != "" {
		parts["xl/sharedStrings.xml"] = shared
	}
	return zipOf(t, parts)
}

func TestXLSX(t *testing.T) {
	got, err := Read(bookOf(t, sheetXML(`<row r="2"><c r="B2" t="s"><v>0</v></c><c r="D2" t="inlineStr"><is><r><t>Se</t></r><r><t>gundo</t></r></is></c></row>`+
		`<row r="4"><c r="B4" t="str"><f>CONCAT("a")</f><v>José</v></c><c r="C4"><v>1.1E+1</v></c><c r="D4"><v>44681</v></c></row>`),
		`<sst><si><r><t>Nom</t></r><r><t>bre</t></r><rPh><t>no</t></rPh></si></sst>`))
	if err != nil || cellsOf(got) != "2:|Nombre||Segundo\n4:|José|11|44681" || !got.Since {
		t.Errorf("%q %v", cellsOf(got), err)
	}
}

// TestRoundTrip: what is written is read again, and opens nothing.
func TestRoundTrip(t *testing.T) {
	rows := [][]string{{"Nombre", "Nota"}, {"Ñandú <b> & \"x\"", "=HYPERLINK(\"http://x\")"}, {"-1", "+52"}}
	book, err := WriteXLSX("Padrón", rows)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Read(book)
	if err != nil || len(got.Rows) != 3 || !slices.Equal(got.Rows[1].Cells, rows[1]) {
		t.Errorf("%q %v", cellsOf(got), err)
	}
	got, err = Read(WriteCSV(rows))
	if err != nil || got.Rows[1].Cells[1] != "'"+rows[1][1] || got.Rows[2].Cells[0] != "'-1" || got.Rows[2].Cells[1] != "'+52" {
		t.Errorf("%q %v", cellsOf(got), err)
	}
}

// TestLargeBook: a workbook of payroll has thousands of cells, in cells of their own or in
// texts that they share.
func TestLargeBook(t *testing.T) {
	var rows [][]string
	var shared, cells strings.Builder
	for i := range 500 {
		row := strconv.Itoa(i + 1)
		rows = append(rows, []string{"NÚÑEZ", "", row})
		shared.WriteString("<si><t>texto" + row + "</t></si>")
		cells.WriteString(`<row r="` + row + `"><c r="A` + row + `" t="s"><v>` + strconv.Itoa(i) + `</v></c><c r="B` + row + `"/><c r="C` + row + `"><v>7</v></c></row>`)
	}
	book, err := WriteXLSX("Nómina", rows)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"own": book, "shared": bookOf(t, sheetXML(cells.String()), "<sst>"+shared.String()+"</sst>")} {
		if got, err := Read(b); err != nil || len(got.Rows) != 500 || got.Rows[499].Number != 500 {
			t.Errorf("%s: %d rows, %v", name, len(got.Rows), err)
		}
	}
}

func TestDay(t *testing.T) {
	for _, c := range []struct {
		in    string
		since bool
		want  string
	}{
		{"16/03/2026", false, "2026-03-16"}, {"2026-03-16", false, "2026-03-16"}, {"16 de marzo de 2026", false, "2026-03-16"},
		{"46097", false, "2026-03-16"}, {"46097.5", false, "2026-03-16"}, {"44635", true, "2026-03-16"}, {"20260316", false, "2026-03-16"},
		{"2026-03-16T00:00:00", false, "2026-03-16"}, {"16/03/2026 08:30", false, "2026-03-16"},
		{"1", false, "1900-01-01"}, {"61", false, "1900-03-01"},
		{"31/02/2026", false, ""}, {"", false, ""}, {"0", false, ""}, {"999999", false, ""}, {"NaN", false, ""}, {"Inf", false, ""}, {"16/03/26", false, ""},
	} {
		got, ok := Table{Since: c.since}.Day(c.in)
		if got != c.want || ok != (c.want != "") {
			t.Errorf("%q: %q", c.in, got)
		}
	}
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte("a,b\n\"1\n\",2"))
	f.Add([]byte("\xFF\xFEa\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if table, err := readCSV(data); err == nil {
			withinBounds(t, table)
		} else if keyOf(err) == "" {
			t.Errorf("no sentence: %v", err)
		}
	})
}

func FuzzXLSX(f *testing.F) {
	f.Add(`<row r="1"><c r="A1"><v>1</v></c></row><row/>`, `<sst><si><t>a</t></si></sst>`)
	f.Add(`<row><c t="s"><v>0</v></c></row>`, `<sst><si/></sst>`)
	f.Fuzz(func(t *testing.T, sheet, shared string) {
		if table, err := Read(bookOf(t, sheetXML(sheet), shared)); err == nil {
			withinBounds(t, table)
		} else if keyOf(err) == "" {
			t.Errorf("no sentence: %v", err)
		}
	})
}

func withinBounds(t *testing.T, table Table) {
	t.Helper()
	Headings{"a": {"a"}, "b": {"b", "1"}}.Match(table, 1)
	last := 0
	for _, r := range table.Rows {
		if r.Number <= last || len(r.Cells) == 0 || len(r.Cells) > MaxColumns {
			t.Errorf("row %d after %d with %d cells", r.Number, last, len(r.Cells))
		}
		last = r.Number
		for _, cell := range r.Cells {
			table.Day(cell)
		}
	}
}
