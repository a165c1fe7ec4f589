package sesna

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Bounds of a dump.
const (
	maxRecord = 8 << 20 // bytes of one record; a whole declaration has some 100 KB
	maxDepth  = 48
)

// Broken says where a dump cannot be read, and why, in words that are a catalogue key.
type Broken struct {
	Line int
	Key  string
}

func (b *Broken) Error() string { return fmt.Sprintf("line %d: %s", b.Line, b.Key) }

// Split calls fn with each record of a dump, one after the other or in a list, with the
// line on which it begins. Nothing but records is kept in memory, and one at a time.
func Split(r io.Reader, fn func(line int, record []byte) error) error {
	s := splitter{r: bufio.NewReaderSize(r, 64<<10), line: 1}
	if err := s.known(); err != nil {
		return err
	}
	listed := false
	for {
		c, err := s.next()
		switch {
		case errors.Is(err, io.EOF):
			if listed {
				return &Broken{s.line, "sesna.broken.end"}
			}
			return nil
		case err != nil:
			return err
		case c == '[' && !listed && s.seen == 0:
			listed = true
		case c == ']' && listed:
			if _, err := s.next(); !errors.Is(err, io.EOF) {
				return &Broken{s.line, "sesna.broken.after"}
			}
			return nil
		case c == ',':
		case c == '{':
			line := s.line
			record, err := s.record()
			if err != nil {
				return err
			}
			if s.seen++; !utf8.Valid(record) {
				return &Broken{line, "sesna.broken.letters"} // what was filed is not read with other letters
			}
			if err := fn(line, record); err != nil {
				return err
			}
		default:
			return &Broken{s.line, "sesna.broken.record"}
		}
	}
}

type splitter struct {
	r    *bufio.Reader
	line int
	seen int
}

// known refuses what its first bytes say is no text.
func (s *splitter) known() error {
	head, _ := s.r.Peek(8)
	switch {
	case bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")):
		s.r.Discard(3)
	case bytes.HasPrefix(head, []byte("\x1F\x8B")), bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return &Broken{1, "sesna.broken.packed"}
	case bytes.HasPrefix(head, []byte("\xFF\xFE")), bytes.HasPrefix(head, []byte("\xFE\xFF")):
		return &Broken{1, "sesna.broken.utf16"}
	case bytes.IndexByte(head, 0) >= 0:
		return &Broken{1, "sesna.broken.bson"}
	}
	return nil
}

// next is the next byte that is no space.
func (s *splitter) next() (byte, error) {
	for {
		c, err := s.r.ReadByte()
		if err != nil {
			return 0, err
		}
		switch c {
		case '\n':
			s.line++
		case ' ', '\t', '\r':
		default:
			return c, nil
		}
	}
}

// record reads on from the brace that begins one to the one that ends it.
func (s *splitter) record() ([]byte, error) {
	began := s.line
	b := []byte{'{'}
	depth, quoted, escaped := 1, false, false
	for depth > 0 {
		c, err := s.r.ReadByte()
		if errors.Is(err, io.EOF) {
			return nil, &Broken{began, "sesna.broken.cut"}
		} else if err != nil {
			return nil, err
		}
		if b = append(b, c); len(b) > maxRecord {
			return nil, &Broken{began, "sesna.broken.large"}
		}
		if c == '\n' {
			if quoted {
				return nil, &Broken{s.line, "sesna.broken.quote"}
			}
			s.line++
		}
		switch {
		case escaped:
			escaped = false
		case quoted && c == '\\':
			escaped = true
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return nil, &Broken{s.line, "sesna.broken.deep"}
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return b, nil
}

// Read is a record with its numbers and instants as JSON has them: what mongoexport
// wraps is unwrapped, nothing that is null or blank is left, and texts are NFC.
func Read(line int, record []byte) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(record))
	d.UseNumber()
	var v map[string]any
	if d.Decode(&v) != nil {
		return nil, &Broken{line, "sesna.broken.record"}
	}
	plain, _ := unwrap(v).(map[string]any)
	return plain, nil
}

// unwrap undoes MongoDB Extended JSON, of both its editions.
func unwrap(v any) any {
	switch v := v.(type) {
	case string:
		if s := norm.NFC.String(v); s != "" {
			return s
		}
		return nil
	case []any:
		out := make([]any, 0, len(v))
		for _, x := range v {
			if x = unwrap(x); x != nil {
				out = append(out, x)
			}
		}
		return out
	case map[string]any:
		if len(v) == 1 {
			for key, x := range v {
				if len(key) > 1 && key[0] == '$' {
					return wrapped(key, unwrap(x))
				}
			}
		}
		out := make(map[string]any, len(v))
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if x := unwrap(v[key]); x != nil {
				out[key] = x
			}
		}
		return out
	}
	return v
}

// instant is a time of a dump.
type instant struct{ time.Time }

func wrapped(key string, v any) any {
	text, _ := v.(string)
	switch key {
	case "$oid", "$symbol", "$uuid":
		return v
	case "$numberInt", "$numberLong", "$numberDouble", "$numberDecimal":
		if n, ok := v.(json.Number); ok {
			return n
		}
		if _, err := strconv.ParseFloat(text, 64); err == nil && json.Valid([]byte(text)) {
			return json.Number(text)
		}
	case "$date":
		if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
			return instant{t}
		}
		if t, err := time.Parse("2006-01-02T15:04:05.999Z0700", text); err == nil {
			return instant{t}
		}
		if n, ok := v.(json.Number); ok {
			if ms, err := n.Int64(); err == nil && ms > -1<<46 && ms < 1<<46 {
				return instant{time.UnixMilli(ms).UTC()}
			}
		}
	}
	return nil
}
