package table

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"

	"declara/app/errs"
)

// Template is a list that somebody else made, whose headings are there and whose rows are
// to be filled in. All else of it stays as it is.
type Template struct {
	Table
	Texts []string // texts of the workbook, those of its hidden lists among them
	data  []byte
	part  string // of the sheet
}

// ReadTemplate reads a template, as Read does a list.
func ReadTemplate(data []byte) (Template, error) {
	t := Template{data: data}
	var err error
	if t.Table, err = Read(data); err != nil || t.Kind != XLSX {
		return t, err
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return t, errBroken
	}
	b := book{parts: map[string]*zip.File{}}
	for _, f := range z.File {
		b.parts[f.Name] = f
	}
	if t.part, _, err = b.first(); err != nil {
		return t, err
	}
	err = b.strings()
	t.Texts = b.shared
	return t, err
}

// Fill is the template with rows below its heading, which is the row with that number.
// A cell of figures alone is a number; every other one is text and never a formula.
func (t Template) Fill(heading int, rows [][]string) ([]byte, error) {
	if t.Kind == CSV {
		all := make([][]string, 0, len(t.Rows)+len(rows))
		next := 1
		for _, r := range t.Rows {
			for ; next < r.Number; next++ {
				all = append(all, nil)
			}
			all = append(all, r.Cells)
			next++
		}
		return WriteCSV(append(all, rows...)), nil
	}
	z, err := zip.NewReader(bytes.NewReader(t.data), int64(len(t.data)))
	if err != nil {
		return nil, errBroken
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range z.File {
		if f.Name != t.part {
			if err := w.Copy(f); err != nil {
				return nil, errBroken
			}
			continue
		}
		sheet, err := wholePart(f)
		if err != nil {
			return nil, err
		}
		from, to, prefix, err := below(sheet, heading)
		if err != nil {
			return nil, err
		}
		in, err := w.Create(f.Name)
		if err != nil {
			return nil, err
		}
		for _, b := range [][]byte{sheet[:from], filled(heading+1, rows, prefix), sheet[to:]} {
			if _, err := in.Write(b); err != nil {
				return nil, err
			}
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// wholePart is the bytes of a part, within the bounds that it was read with.
func wholePart(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, errBroken
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, maxText+1))
	switch {
	case err != nil:
		return nil, errBroken
	case len(b) > maxText:
		return nil, errSwollen
	}
	return b, nil
}

// below is the stretch of a sheet between the end of a row and the end of its rows, and
// the prefix that its elements have.
func below(sheet []byte, row int) (from, to int, prefix string, err error) {
	d := xml.NewDecoder(bytes.NewReader(sheet))
	number, from, to := 0, -1, -1
	for {
		before := int(d.InputOffset())
		t, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return 0, 0, "", errBroken
		}
		switch t := t.(type) {
		case xml.StartElement:
			if t.Name.Local == "row" {
				number++
				if n, err := strconv.Atoi(attr(t, "r")); err == nil {
					number = n
				}
			}
		case xml.EndElement:
			switch {
			case t.Name.Local == "row" && number == row:
				from = int(d.InputOffset())
			case t.Name.Local == "sheetData":
				to = before
				if t.Name.Space != "" {
					prefix = t.Name.Space + ":"
				}
			}
		}
	}
	if from < 0 || to < from {
		return 0, 0, "", errs.New(errs.Invalid, "table.broken")
	}
	return from, to, prefix, nil
}

func filled(first int, rows [][]string, p string) []byte {
	var b bytes.Buffer
	for i, row := range rows {
		n := strconv.Itoa(first + i)
		b.WriteString("<" + p + `row r="` + n + `">`)
		for j, cell := range row {
			at := ColumnName(j) + n
			switch {
			case cell == "":
			case figures(cell):
				b.WriteString("<" + p + `c r="` + at + `"><` + p + "v>" + cell + "</" + p + "v></" + p + "c>")
			default:
				b.WriteString("<" + p + `c r="` + at + `" t="inlineStr"><` + p + "is><" + p + `t xml:space="preserve">` + escape(cell) + "</" + p + "t></" + p + "is></" + p + "c>")
			}
		}
		b.WriteString("</" + p + "row>")
	}
	return b.Bytes()
}

// figures reports whether a cell is a number that loses nothing as one.
func figures(s string) bool {
	return len(s) < 10 && strings.Trim(s, "0123456789") == "" && (s == "0" || s[0] != '0')
}
