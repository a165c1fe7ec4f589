package draw

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxRows is the most that a universe has.
const MaxRows = 200_000

const (
	maxFile = 64 << 20 // bytes of a file
	maxText = 300      // bytes of a value
)

// Universe is the frozen list that a draw chooses from. It names nobody: folio, level
// and unit are all that a draw needs.
type Universe struct {
	Number string // of the draw: "VER-2027-001"
	Period string // what was declared: "MODIFICACION 2027"
	Frozen string // RFC 3339, UTC
	Strata Strata
	Rows   []Row // by folio
}

// Row is one declaration.
type Row struct{ Folio, Level, Unit string }

func (r Row) stratum(s Strata) string {
	switch s {
	case ByLevel:
		return r.Level
	case ByUnit:
		return r.Unit
	}
	return ""
}

const universeTitle = "declara universe 1"

// Text is the file of a universe, whose SHA-256 is the universe's. Lines end in a
// newline, and the values of a row are parted by a tab:
//
//	declara universe 1
//	<number of the draw>
//	<period>
//	<time of freezing>
//	<strata: ninguno | nivel | unidad>
//	<how many rows>
//	<folio> TAB <level> TAB <unit>
func (u Universe) Text() []byte {
	var b strings.Builder
	b.Grow(120 + 60*len(u.Rows))
	for _, line := range []string{universeTitle, u.Number, u.Period, u.Frozen, string(u.Strata), strconv.Itoa(len(u.Rows))} {
		b.WriteString(line)
		b.WriteByte('\n')
	}
	for _, r := range u.Rows {
		fmt.Fprintf(&b, "%s\t%s\t%s\n", r.Folio, r.Level, r.Unit)
	}
	return []byte(b.String())
}

// Hash is the SHA-256 of Text, in hex.
func (u Universe) Hash() string {
	sum := sha256.Sum256(u.Text())
	return hex.EncodeToString(sum[:])
}

// FileError is what is wrong with the file of a universe. It never holds what the file
// says.
type FileError struct {
	Line int // from 1
	Why  string
}

func (e *FileError) Error() string {
	return fmt.Sprintf("draw: the file of the universe, line %d: %s", e.Line, e.Why)
}

// ErrFile means that a file is too large to be a universe.
var ErrFile = errors.New("draw: the file is larger than a universe can be")

// Read takes the file of a universe apart. Only what Text made is one: whatever is read
// gives the same bytes, and with them the same hash.
func Read(file []byte) (Universe, error) {
	if len(file) > maxFile {
		return Universe{}, ErrFile
	}
	if !utf8.Valid(file) {
		return Universe{}, &FileError{1, "it is not in UTF-8"}
	}
	lines := strings.Split(string(file), "\n")
	if lines[0] != universeTitle {
		return Universe{}, &FileError{1, "it does not begin with «" + universeTitle + "»"}
	}
	if len(lines) < 7 || lines[len(lines)-1] != "" {
		return Universe{}, &FileError{len(lines), "it is cut short"}
	}
	u := Universe{Number: lines[1], Period: lines[2], Frozen: lines[3], Strata: Strata(lines[4])}
	rows := lines[6 : len(lines)-1]
	for i, head := range lines[1:4] {
		if !fit(head) {
			return Universe{}, &FileError{i + 2, "it is empty, too long or has characters that cannot be"}
		}
	}
	switch n, err := strconv.Atoi(lines[5]); {
	case !u.Strata.Valid():
		return Universe{}, &FileError{5, "the strata are none of ninguno, nivel, unidad"}
	case err != nil || n != len(rows) || strconv.Itoa(n) != lines[5]:
		return Universe{}, &FileError{6, "it is not the number of rows that follow"}
	case n > MaxRows:
		return Universe{}, ErrFile
	}
	u.Rows = make([]Row, 0, len(rows))
	for i, line := range rows {
		at := i + 7
		v := strings.Split(line, "\t")
		if len(v) != 3 {
			return Universe{}, &FileError{at, "it has not three values parted by tabs"}
		}
		for _, x := range v {
			if !fit(x) {
				return Universe{}, &FileError{at, "a value is empty, too long or has characters that cannot be"}
			}
		}
		if i > 0 && v[0] <= u.Rows[i-1].Folio {
			return Universe{}, &FileError{at, "the folios are not in order, or one is there twice"}
		}
		u.Rows = append(u.Rows, Row{v[0], v[1], v[2]})
	}
	return u, nil
}

// New makes a universe of rows in any order. Values that a file cannot hold are made
// fit, since a unit is what a person typed: blanks are single, the rest is cut, and an
// empty one is a dash.
func New(number, period, frozen string, s Strata, rows []Row) Universe {
	u := Universe{Number: number, Period: period, Frozen: frozen, Strata: s, Rows: slices.Clone(rows)}
	for i := range u.Rows {
		r := &u.Rows[i]
		r.Level, r.Unit = made(r.Level), made(r.Unit)
	}
	slices.SortFunc(u.Rows, func(a, b Row) int { return strings.Compare(a.Folio, b.Folio) })
	return u
}

func fit(s string) bool {
	return s != "" && len(s) <= maxText && strings.TrimSpace(s) == s && !strings.ContainsFunc(s, unicode.IsControl)
}

func made(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	s = strings.Join(strings.Fields(s), " ")
	for len(s) > maxText {
		_, size := utf8.DecodeLastRuneInString(s)
		s = strings.TrimSpace(s[:len(s)-size])
	}
	if s == "" {
		return "-"
	}
	return s
}
