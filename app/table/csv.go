package table

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"

	"declara/app/errs"
)

var errBytes = errs.New(errs.Invalid, "table.bytes")

// readCSV reads lines of cells whatever the system wrote them with: encoding/csv
// stops at a quote within a cell and counts lines in its own way, and the person is
// to be told the row that her spreadsheet shows.
func readCSV(data []byte) (Table, error) {
	text, err := decode(data)
	if err != nil {
		return Table{}, err
	}
	if line, rest, ok := strings.Cut(text, "\n"); ok && len(line) < 8 && strings.HasPrefix(line, "sep=") { // Excel's own
		text = "\n" + rest
	}
	out := rows{}
	s := splitter{text: text, by: separator(text), row: 1}
	for !s.over() {
		number := s.row
		cells, err := s.line()
		if err != nil {
			return Table{}, err
		}
		if err := out.add(number, cells); err != nil {
			return Table{}, err
		}
	}
	return out.table(CSV)
}

// decode is the text of bytes in one of the encodings that payroll systems write:
// with a mark, UTF-8 or UTF-16; without, UTF-8 where it is that, UTF-16 where every
// other byte is nought, and else that of Windows, of DOS or of old Macs.
func decode(data []byte) (string, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xEF\xBB\xBF")):
		data = data[3:]
	case bytes.HasPrefix(data, []byte("\xFF\xFE")):
		return wide(data[2:], binary.LittleEndian)
	case bytes.HasPrefix(data, []byte("\xFE\xFF")):
		return wide(data[2:], binary.BigEndian)
	case len(data) > 3 && data[1] == 0 && data[3] == 0:
		return wide(data, binary.LittleEndian)
	case len(data) > 3 && data[0] == 0 && data[2] == 0:
		return wide(data, binary.BigEndian)
	}
	if bytes.IndexByte(data, 0) >= 0 {
		return "", errBytes
	}
	if utf8.Valid(data) {
		return string(data), nil
	}
	return single(data).String(string(data))
}

// single is the encoding of one byte a letter in which the bytes beyond ASCII are letters
// of Spanish more often than in the others; Windows-1252 when that tells nothing. Nothing
// else does: each of the three gives every byte some meaning.
func single(data []byte) *encoding.Decoder {
	var count [256]int
	for _, c := range data {
		count[c]++
	}
	best, most := charmap.Windows1252, -1
	for _, m := range []*charmap.Charmap{charmap.Windows1252, charmap.CodePage850, charmap.Macintosh} {
		n := 0
		for c := 0x80; c < len(count); c++ {
			if strings.ContainsRune("áéíóúüñÁÉÍÓÚÜÑ", m.DecodeByte(byte(c))) {
				n += count[c]
			}
		}
		if n > most {
			best, most = m, n
		}
	}
	return best.NewDecoder()
}

func wide(data []byte, order binary.ByteOrder) (string, error) {
	if len(data)%2 != 0 {
		return "", errBytes
	}
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	text := string(utf16.Decode(units))
	if strings.ContainsRune(text, 0) {
		return "", errBytes
	}
	return text, nil
}

// separator is what stands between cells: whichever of the three the first line
// with text has most of, outside quotes.
func separator(text string) byte {
	count := map[byte]int{}
	quoted, any := false, false
	for i := 0; i < len(text) && i < 64<<10; i++ {
		switch c := text[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == ',', c == ';', c == '\t':
			count[c]++
		case c == '\n' || c == '\r':
			if any {
				i = len(text)
			}
		case c != ' ':
			any = true
		}
	}
	best := byte(',')
	for _, c := range []byte{';', '\t'} {
		if count[c] > count[best] {
			best = c
		}
	}
	return best
}

// splitter walks through the lines of a text.
type splitter struct {
	text string
	by   byte
	at   int
	row  int // as a spreadsheet counts: a line break within quotes begins no row
}

func (s *splitter) over() bool { return s.at >= len(s.text) }

// line is the cells up to the next end of line outside quotes.
func (s *splitter) line() ([]string, error) {
	var cells []string
	for {
		cell, more, err := s.cell(len(cells))
		if err != nil {
			return nil, err
		}
		cells = append(cells, cell)
		if len(cells) > 4*MaxColumns { // empty ones at the end are forgiven, but not without end
			return nil, errColumns(s.row)
		}
		if !more {
			s.row++
			return cells, nil
		}
	}
}

// cell reads one cell and what ends it; more when another follows on the line.
func (s *splitter) cell(column int) (cell string, more bool, err error) {
	for s.at < len(s.text) && s.text[s.at] == ' ' {
		s.at++
	}
	var b strings.Builder
	if s.at < len(s.text) && s.text[s.at] == '"' {
		if err := s.quoted(&b, column); err != nil {
			return "", false, err
		}
	}
	from := s.at
	for ; s.at < len(s.text); s.at++ {
		switch s.text[s.at] {
		case s.by:
			b.WriteString(s.text[from:s.at])
			s.at++
			return b.String(), true, nil
		case '\r', '\n':
			b.WriteString(s.text[from:s.at])
			if s.text[s.at] == '\r' && s.at+1 < len(s.text) && s.text[s.at+1] == '\n' {
				s.at++
			}
			s.at++
			return b.String(), false, nil
		}
	}
	b.WriteString(s.text[from:])
	return b.String(), false, nil
}

// quoted reads what is within quotes; two of them are one.
func (s *splitter) quoted(b *strings.Builder, column int) error {
	for s.at++; s.at < len(s.text); s.at++ {
		if s.text[s.at] != '"' {
			b.WriteByte(s.text[s.at])
			continue
		}
		s.at++
		if s.at == len(s.text) || s.text[s.at] != '"' {
			return nil
		}
		b.WriteByte('"')
	}
	return errAt("table.quote", s.row, column)
}
