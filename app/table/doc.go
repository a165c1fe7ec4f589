// Package table reads lists that other systems write, CSV and XLSX, as they come, into
// rows of text; finds which column is what by its heading; reads the days in them; and
// writes lists that spreadsheets open and take for no formula. The roster comes in so
// from payroll (package payroll) and suppliers from purchasing (package suppliers).
//
// It knows nothing of what the lists are about, keeps nothing and writes no file. A
// list is hostile until proven otherwise: every size has a bound that holds before
// memory is taken, and what cannot be read is an error with a sentence that says how to
// mend it. No error holds a word of the list.
//
// The reader of XLSX is our own (xlsx.go). All that is wanted of a workbook is the
// text of one sheet; a library for the whole format brings formulas, charts and six
// modules, and its bound is on the whole archive rather than on what is read.
package table

import (
	"bytes"
	"strconv"
	"strings"

	"declara/app/errs"
)

// What a list may have. The biggest body that these serve has some thousands.
const (
	MaxFile    = 8 << 20 // bytes, as sent
	MaxRows    = 20_000
	MaxColumns = 200
	MaxCell    = 2_000    // bytes of one cell; what is longer is none of what we ask for
	maxText    = 16 << 20 // bytes of all cells
)

// Kinds of lists, as they are told to people.
const (
	CSV  = "CSV"
	XLSX = "XLSX"
)

// Row is a line of a list: the number that a spreadsheet shows beside it, and its
// cells without spaces around them.
type Row struct {
	Number int
	Cells  []string
}

// Cell is the one at a column, "" where there is none.
func (r Row) Cell(column int) string {
	if column < 0 || column >= len(r.Cells) {
		return ""
	}
	return r.Cells[column]
}

// Table is a list as it was read. Rows that are empty are left out.
type Table struct {
	Kind  string
	Since bool  // days that are numbers count from 1904
	Rows  []Row // the first one with text is usually the heading
}

var (
	errEmpty   = errs.New(errs.Invalid, "table.empty")
	errBig     = errs.New(errs.Invalid, "table.big", strconv.Itoa(MaxFile>>20))
	errOld     = errs.New(errs.Invalid, "table.old")
	errKind    = errs.New(errs.Invalid, "table.kind")
	errSheet   = errs.New(errs.Invalid, "table.sheet")
	errSwollen = errs.New(errs.Invalid, "table.swollen")
)

func errRows() error { return errs.New(errs.Invalid, "table.rows", strconv.Itoa(MaxRows)) }

func errColumns(row int) error {
	return errs.New(errs.Invalid, "table.columns", strconv.Itoa(row), strconv.Itoa(MaxColumns))
}

// errAt names a row, and a column where one is to blame.
func errAt(key string, row, column int) error {
	return errs.New(errs.Invalid, key, strconv.Itoa(row), ColumnName(column))
}

// ColumnName is what a spreadsheet calls a column: "A" for 0, "AA" for 26.
func ColumnName(column int) string {
	name := ""
	for column++; column > 0; column = (column - 1) / 26 {
		name = string(rune('A'+(column-1)%26)) + name
	}
	return name
}

// Read reads a list. What it is, its first bytes say, not its name.
func Read(data []byte) (Table, error) {
	switch {
	case len(data) > MaxFile:
		return Table{}, errBig
	case len(bytes.TrimSpace(data)) == 0:
		return Table{}, errEmpty
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return readXLSX(data)
	case bytes.HasPrefix(data, []byte("\xD0\xCF\x11\xE0")): // a workbook of before 2007, or one with a password
		return Table{}, errOld
	case bytes.HasPrefix(data, []byte("%PDF")), bytes.HasPrefix(data, []byte("PK")), bytes.HasPrefix(data, []byte("\x1F\x8B")), bytes.HasPrefix(data, []byte("{\\rtf")),
		bytes.HasPrefix(data, []byte("\x89PNG")), bytes.HasPrefix(data, []byte("\xFF\xD8\xFF")): // a photograph of the list
		return Table{}, errKind
	}
	return readCSV(data)
}

// rows gathers rows within the bounds.
type rows struct {
	all  []Row
	size int
}

// add takes a row, unless it is empty. A cell is where its place in cells says.
func (r *rows) add(number int, cells []string) error {
	last := -1
	for i, cell := range cells {
		cells[i] = strings.TrimSpace(strings.ReplaceAll(cell, "\u00a0", " "))
		if cells[i] == "" {
			continue
		}
		last = i
		if len(cells[i]) > MaxCell {
			return errAt("table.cell", number, i)
		}
		r.size += len(cells[i])
	}
	if last >= MaxColumns {
		return errColumns(number)
	}
	if last < 0 {
		return nil
	}
	if len(r.all) > MaxRows { // the heading is one more
		return errRows()
	}
	if r.size > maxText {
		return errSwollen
	}
	r.all = append(r.all, Row{number, cells[:last+1]})
	return nil
}

func (r *rows) table(kind string) (Table, error) {
	if len(r.all) < 2 {
		return Table{}, errEmpty
	}
	return Table{Kind: kind, Rows: r.all}, nil
}
