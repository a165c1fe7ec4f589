package table

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"

	"declara/app/errs"
)

// What a workbook may have, before anything of it is expanded and while it is.
const (
	maxEntries  = 1_000
	maxExpanded = 96 << 20 // bytes of one part
	maxRatio    = 200      // expanded to packed; XML of a sheet is at 10 to 30
	smallPart   = 1 << 20  // below this the ratio does not matter
	maxDepth    = 64
)

var errBroken = errs.New(errs.Invalid, "table.broken")

// readXLSX reads the first sheet of a workbook: values as they were computed, never
// a formula.
func readXLSX(data []byte) (Table, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return Table{}, errBroken
	}
	if len(z.File) > maxEntries {
		return Table{}, errSwollen
	}
	b := book{parts: map[string]*zip.File{}}
	for _, f := range z.File {
		if _, twice := b.parts[f.Name]; twice {
			return Table{}, errBroken
		}
		b.parts[f.Name] = f
	}
	if b.parts["xl/workbook.xml"] == nil {
		if b.parts["mimetype"] != nil || b.parts["word/document.xml"] != nil {
			return Table{}, errKind
		}
		return Table{}, errSheet
	}
	sheet, since, err := b.first()
	if err != nil {
		return Table{}, err
	}
	if err := b.strings(); err != nil {
		return Table{}, err
	}
	out := rows{}
	if err := b.sheet(sheet, &out); err != nil {
		return Table{}, err
	}
	t, err := out.table(XLSX)
	t.Since = since
	return t, err
}

// book is a workbook that is being read.
type book struct {
	parts  map[string]*zip.File
	shared []string
}

// walk calls start with every element of a part, within the bounds. start may read the
// element from the decoder, to its end, and says whether it did.
func (b *book) walk(name string, start func(*xml.Decoder, xml.StartElement) (read bool, err error)) error {
	f := b.parts[name]
	if f == nil {
		return errSheet
	}
	if f.UncompressedSize64 > maxExpanded || f.UncompressedSize64 > smallPart && f.UncompressedSize64 > maxRatio*max(1, f.CompressedSize64) {
		return errSwollen
	}
	r, err := f.Open()
	if err != nil {
		return errBroken
	}
	defer r.Close()
	// What is announced may be a lie, so the stream has the bounds too.
	limit := int64(min(maxExpanded, max(smallPart, maxRatio*f.CompressedSize64)))
	d := xml.NewDecoder(&bounded{r: r, left: limit})
	depth := 0
	for {
		t, err := d.Token()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, errSwollen):
			return errSwollen
		case err != nil:
			return errBroken
		}
		switch t := t.(type) {
		case xml.StartElement:
			if depth++; depth > maxDepth {
				return errBroken
			}
			read, err := start(d, t)
			if err != nil {
				return err
			}
			if read {
				depth--
			}
		case xml.EndElement:
			depth--
		case xml.Directive: // a DOCTYPE, which no workbook has
			return errBroken
		}
	}
}

// bounded ends a stream that is longer than it may be.
type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errSwollen
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.r.Read(p)
	b.left -= int64(n)
	return n, err
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// first is the part of the first sheet that is shown, and whether days count from
// 1904.
func (b *book) first() (part string, since bool, err error) {
	id := ""
	if err := b.walk("xl/workbook.xml", func(_ *xml.Decoder, e xml.StartElement) (bool, error) {
		switch e.Name.Local {
		case "workbookPr":
			since = attr(e, "date1904") == "1" || attr(e, "date1904") == "true"
		case "sheet":
			if state := attr(e, "state"); id == "" && state != "hidden" && state != "veryHidden" {
				id = attr(e, "id")
			}
		}
		return false, nil
	}); err != nil {
		return "", false, err
	}
	if err := b.walk("xl/_rels/workbook.xml.rels", func(_ *xml.Decoder, e xml.StartElement) (bool, error) {
		if e.Name.Local == "Relationship" && attr(e, "Id") == id {
			part = attr(e, "Target")
		}
		return false, nil
	}); err != nil {
		return "", false, err
	}
	if part == "" {
		return "", false, errSheet
	}
	if rest, ok := strings.CutPrefix(part, "/"); ok {
		return rest, since, nil
	}
	return path.Join("xl", part), since, nil
}

// strings reads the texts that cells share. A workbook may have none.
func (b *book) strings() error {
	const name = "xl/sharedStrings.xml"
	if b.parts[name] == nil {
		return nil
	}
	size := 0
	return b.walk(name, func(d *xml.Decoder, e xml.StartElement) (bool, error) {
		if e.Name.Local != "si" {
			return false, nil
		}
		text, err := textOf(d)
		if err != nil {
			return false, err
		}
		if size += len(text) + 16; size > maxText {
			return false, errSwollen
		}
		b.shared = append(b.shared, text)
		return true, nil
	})
}

// textOf is the text within an element whose start was read, up to its end: that of
// t elements, without how Japanese is read aloud (rPh).
func textOf(d *xml.Decoder) (string, error) {
	var out strings.Builder
	var open []string
	for {
		t, err := d.Token()
		if errors.Is(err, errSwollen) {
			return "", errSwollen
		} else if err != nil {
			return "", errBroken
		}
		switch t := t.(type) {
		case xml.StartElement:
			if open = append(open, t.Name.Local); len(open) > maxDepth {
				return "", errBroken
			}
		case xml.EndElement:
			if len(open) == 0 {
				return out.String(), nil
			}
			open = open[:len(open)-1]
		case xml.CharData:
			if n := len(open); n > 0 && open[n-1] == "t" && !(n > 1 && open[n-2] == "rPh") && out.Len() <= MaxCell {
				out.Write(t)
			}
		}
	}
}

// sheet reads the rows of a sheet.
func (b *book) sheet(name string, out *rows) error {
	number := 0
	var cells []string
	flush := func() error {
		if cells == nil {
			return nil
		}
		err := out.add(number, cells)
		cells = nil
		return err
	}
	if err := b.walk(name, func(d *xml.Decoder, e xml.StartElement) (bool, error) {
		switch e.Name.Local {
		case "row":
			if err := flush(); err != nil {
				return false, err
			}
			number++
			if r := attr(e, "r"); r != "" {
				n, err := strconv.Atoi(r)
				if err != nil || n < number || n > 1<<20 {
					return false, errBroken
				}
				number = n
			}
		case "c":
			column := len(cells)
			if r := attr(e, "r"); r != "" {
				column = columnOf(r)
			}
			if column < len(cells) {
				return false, errBroken
			}
			text, err := b.cell(d, attr(e, "t"), number, column)
			if err != nil || text == "" {
				return true, err
			}
			if column >= MaxColumns {
				return false, errColumns(number)
			}
			for len(cells) < column {
				cells = append(cells, "")
			}
			cells = append(cells, text)
			return true, nil
		}
		return false, nil
	}); err != nil {
		return err
	}
	return flush()
}

// columnOf is the column of a place such as "AB12"; -1 when it is none.
func columnOf(place string) int {
	n := 0
	for i := 0; i < len(place) && place[i] >= 'A' && place[i] <= 'Z' && i < 4; i++ {
		n = n*26 + int(place[i]-'A') + 1
	}
	return n - 1
}

// rawCell is what a c element holds: a value, or a text of its own.
type rawCell struct{ value, inline string }

// cell is the value of a cell whose start was read, as text.
func (b *book) cell(d *xml.Decoder, kind string, row, column int) (string, error) {
	var raw rawCell
	if err := raw.read(d); err != nil {
		return "", err
	}
	switch kind {
	case "s":
		n, err := strconv.Atoi(strings.TrimSpace(raw.value))
		if err != nil || n < 0 || n >= len(b.shared) {
			return "", errBroken
		}
		return b.shared[n], nil
	case "inlineStr":
		return raw.inline, nil
	case "e":
		return "", errAt("table.formula", row, column)
	case "str", "b", "d":
		return raw.value, nil
	}
	return plainNumber(raw.value), nil
}

// read reads on to the end of the element that was begun.
func (raw *rawCell) read(d *xml.Decoder) error {
	depth, in := 0, [maxDepth]string{}
	for {
		t, err := d.Token()
		if errors.Is(err, errSwollen) {
			return errSwollen
		} else if err != nil {
			return errBroken
		}
		switch t := t.(type) {
		case xml.StartElement:
			if depth == maxDepth {
				return errBroken
			}
			in[depth] = t.Name.Local
			depth++
		case xml.EndElement:
			if depth == 0 {
				return nil
			}
			depth--
		case xml.CharData:
			switch {
			case depth == 1 && in[0] == "v" && len(raw.value) <= MaxCell:
				raw.value += string(t)
			case depth > 1 && in[0] == "is" && in[depth-1] == "t" && in[depth-2] != "rPh" && len(raw.inline) <= MaxCell:
				raw.inline += string(t)
			}
		}
	}
}

// plainNumber is a number without the exponent and the noise that a spreadsheet
// writes: 1.1E+1 is 11.
func plainNumber(s string) string {
	s = strings.TrimSpace(s)
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || v != v || v > 1e15 || v < -1e15 {
		return s
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}
