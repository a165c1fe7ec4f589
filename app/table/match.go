package table

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"declara/forms"
)

// Field is something that is wanted of a row.
type Field string

// Fold is a heading or a name as it is compared: small letters and figures, without
// accents, one space between words.
func Fold(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFKD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteRune(unicode.ToLower(r))
		default:
			gap = true
		}
	}
	return b.String()
}

// Columns says which column holds each field; one that is absent has none.
type Columns map[Field]int

// At is the column of a field, -1 for none.
func (c Columns) At(f Field) int {
	if n, ok := c[f]; ok {
		return n
	}
	return -1
}

// Lacking are those of some fields that have no column.
func (c Columns) Lacking(needed []Field) (out []Field) {
	for _, f := range needed {
		if c.At(f) < 0 {
			out = append(out, f)
		}
	}
	return out
}

// Headings are what is written above the column of each field, folded; where two columns
// could be one field, the earlier heading wins.
type Headings map[Field][]string

// Match finds the heading among the first rows, which may follow a title, and the
// columns by it. head is the place in Rows; -1 when none has least of the fields.
func (h Headings) Match(t Table, least int) (head int, c Columns) {
	head = -1
	for i, row := range t.Rows[:min(15, len(t.Rows))] {
		if found := h.row(row); len(found) > len(c) {
			head, c = i, found
		}
	}
	if len(c) < least {
		return -1, Columns{}
	}
	return head, c
}

func (h Headings) row(row Row) Columns {
	c := Columns{}
	rank := map[Field]int{}
	for column, cell := range row.Cells {
		text := Fold(cell)
		for f, words := range h {
			at := slices.Index(words, text)
			if at < 0 {
				continue
			}
			if was, taken := rank[f]; !taken || at < was {
				rank[f], c[f] = at, column
			}
		}
	}
	return c
}

// Days of a spreadsheet that are numbers: from 1900 to 2100.
const (
	firstSerial = 1
	lastSerial  = 73_415
	since1904   = 1_462 // days between the two beginnings
)

// Day reads a day as payroll systems write it: as forms.ParseDate, with an hour
// after it that is passed over, as a number of a spreadsheet, or as eight digits.
func (t Table) Day(s string) (iso string, ok bool) {
	s = strings.TrimSpace(s)
	if v, err := strconv.ParseFloat(s, 64); err == nil {
		if len(s) == 8 && !strings.Contains(s, ".") {
			iso, err := forms.ParseDate(s[:4] + "-" + s[4:6] + "-" + s[6:])
			return iso, err == nil
		}
		n := int(v)
		if t.Since {
			n += since1904
		}
		if v != v || n < firstSerial || n > lastSerial {
			return "", false
		}
		return serial(n), true
	}
	for _, at := range []string{"T", " "} { // 2026-05-01T00:00:00, 01/05/2026 00:00
		if day, hour, cut := strings.Cut(s, at); cut && strings.Contains(hour, ":") && !strings.Contains(day, ":") {
			s = day
		}
	}
	iso, err := forms.ParseDate(s)
	return iso, err == nil
}
