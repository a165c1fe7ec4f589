package sign

import (
	"bytes"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
)

// The values of a PDF. null is nil, a boolean is a bool, a whole number an int.
type (
	name  string // without its slash
	real  string // a number with a point, as it is written
	dict  map[name]any
	array []any
	ref   struct{ num, gen int }
	// text is a string, and where it stands with its brackets when it was read.
	text struct {
		b        []byte
		from, to int
	}
	stream struct {
		dict dict
		raw  []byte // as in the file, packed
	}
)

// Bounds of what is read. A file of package pdf is far below all of them.
const (
	maxDepth   = 64
	maxObjects = 50_000
	maxTables  = 64
	// valueCost is what a value counts beside its bytes: a dictionary of one key takes
	// three hundred bytes of memory and eight of the file.
	valueCost = 64
)

// parser reads values at a place of a file. left is the work that may still be
// done on the whole file, in bytes: each byte may be read some times, not endlessly.
type parser struct {
	b    []byte
	pos  int
	left *int
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func isDelimiter(c byte) bool {
	switch c {
	case '(', ')', '<', '>', '[', ']', '{', '}', '/', '%':
		return true
	}
	return false
}

// skip passes blanks and comments. They are work too: an object that a megabyte of
// comment stands before may be asked for a thousand times.
func (p *parser) skip() {
	from := p.pos
	defer func() { *p.left -= p.pos - from }()
	for p.pos < len(p.b) {
		switch c := p.b[p.pos]; {
		case isSpace(c):
			p.pos++
		case c == '%':
			for p.pos < len(p.b) && p.b[p.pos] != '\n' && p.b[p.pos] != '\r' {
				p.pos++
			}
		default:
			return
		}
	}
}

// word takes what stands up to a blank or a delimiter, which may be nothing.
func (p *parser) word() string {
	p.skip()
	from := p.pos
	for p.pos < len(p.b) && !isSpace(p.b[p.pos]) && !isDelimiter(p.b[p.pos]) {
		p.pos++
	}
	return string(p.b[from:p.pos])
}

// take passes s if it stands here.
func (p *parser) take(s string) bool {
	p.skip()
	if len(p.b)-p.pos < len(s) || string(p.b[p.pos:p.pos+len(s)]) != s {
		return false
	}
	p.pos += len(s)
	return true
}

// integer takes a whole number that is not negative.
func (p *parser) integer() (int, bool) {
	back := p.pos
	if n, ok := whole(p.word()); ok {
		return n, true
	}
	p.pos = back
	return 0, false
}

// whole reads up to ten digits.
func whole(w string) (int, bool) {
	if w == "" || len(w) > 10 {
		return 0, false
	}
	n := 0
	for i := range len(w) {
		if w[i] < '0' || w[i] > '9' {
			return 0, false
		}
		n = 10*n + int(w[i]-'0')
	}
	return n, true
}

// value takes any value but a stream. Every call takes at least one byte or fails.
func (p *parser) value(depth int) (any, error) {
	if depth > maxDepth {
		return nil, fail(TooLarge)
	}
	p.skip()
	from := p.pos
	v, err := p.token(depth)
	if err != nil {
		return nil, err
	}
	if *p.left -= p.pos - from + valueCost; *p.left < 0 {
		return nil, fail(TooLarge)
	}
	if p.pos == from {
		return nil, fail(Damaged)
	}
	return v, nil
}

func (p *parser) token(depth int) (any, error) {
	if p.pos >= len(p.b) {
		return nil, fail(Damaged)
	}
	switch p.b[p.pos] {
	case '/':
		return p.name()
	case '(':
		return p.literal()
	case '[':
		return p.array(depth)
	case '<':
		if bytes.HasPrefix(p.b[p.pos:], []byte("<<")) {
			return p.dict(depth)
		}
		return p.hex()
	}
	return p.plain()
}

// plain takes a number, a reference or a keyword.
func (p *parser) plain() (any, error) {
	w := p.word()
	switch w {
	case "true", "false":
		return w == "true", nil
	case "null":
		return nil, nil
	}
	if n, ok := whole(w); ok {
		back := p.pos
		if gen, ok := p.integer(); ok && p.word() == "R" {
			return ref{n, gen}, nil
		}
		p.pos = back
		return n, nil
	}
	if len(w) > 32 {
		return nil, fail(Damaged)
	}
	if n, err := strconv.Atoi(w); err == nil {
		return n, nil
	}
	for i := range len(w) {
		if c := w[i]; (c < '0' || c > '9') && c != '.' && c != '-' && c != '+' {
			return nil, fail(Damaged)
		}
	}
	if _, err := strconv.ParseFloat(w, 64); err != nil {
		return nil, fail(Damaged)
	}
	return real(w), nil
}

func (p *parser) name() (any, error) {
	p.pos++
	from := p.pos
	for p.pos < len(p.b) && !isSpace(p.b[p.pos]) && !isDelimiter(p.b[p.pos]) {
		p.pos++
	}
	raw := p.b[from:p.pos]
	if !bytes.Contains(raw, []byte("#")) {
		return name(raw), nil
	}
	var out []byte
	for i := 0; i < len(raw); i++ {
		if raw[i] == '#' && i+2 < len(raw) {
			if c, err := hex.DecodeString(string(raw[i+1 : i+3])); err == nil {
				out = append(out, c[0])
				i += 2
				continue
			}
		}
		out = append(out, raw[i])
	}
	return name(out), nil
}

func (p *parser) array(depth int) (any, error) {
	p.pos++
	out := array{}
	for !p.take("]") {
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// dict refuses a key said twice: readers would choose differently.
func (p *parser) dict(depth int) (any, error) {
	p.pos += 2
	out := dict{}
	for !p.take(">>") {
		k, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		key, ok := k.(name)
		if _, twice := out[key]; !ok || twice {
			return nil, fail(Damaged)
		}
		if out[key], err = p.value(depth + 1); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (p *parser) hex() (any, error) {
	from := p.pos
	n := bytes.IndexByte(p.b[from:], '>')
	if n < 0 {
		return nil, fail(Damaged)
	}
	p.pos = from + n + 1
	digits := p.b[from+1 : from+n]
	if slices.ContainsFunc(digits, isSpace) {
		digits = slices.DeleteFunc(bytes.Clone(digits), isSpace)
	}
	if len(digits)%2 != 0 {
		digits = append(bytes.Clone(digits), '0')
	}
	out := make([]byte, len(digits)/2)
	if _, err := hex.Decode(out, digits); err != nil {
		return nil, fail(Damaged)
	}
	return text{out, from, p.pos}, nil
}

var escaped = map[byte]byte{'n': '\n', 'r': '\r', 't': '\t', 'b': '\b', 'f': '\f'}

func (p *parser) literal() (any, error) {
	from := p.pos
	open := 0
	out := []byte{}
	for p.pos < len(p.b) {
		c := p.b[p.pos]
		p.pos++
		switch c {
		case '(':
			if open++; open > 1 {
				out = append(out, c)
			}
		case ')':
			if open--; open == 0 {
				return text{out, from, p.pos}, nil
			}
			out = append(out, c)
		case '\\':
			out = p.escape(out)
		default:
			out = append(out, c)
		}
	}
	return nil, fail(Damaged)
}

// escape takes what follows a backslash.
func (p *parser) escape(out []byte) []byte {
	if p.pos >= len(p.b) {
		return out
	}
	c := p.b[p.pos]
	p.pos++
	if e, ok := escaped[c]; ok {
		return append(out, e)
	}
	switch {
	case c == '\r' && p.pos < len(p.b) && p.b[p.pos] == '\n':
		p.pos++
		return out
	case c == '\n', c == '\r':
		return out
	case c < '0' || c > '7':
		return append(out, c)
	}
	n := int(c - '0')
	for range 2 {
		if p.pos >= len(p.b) || p.b[p.pos] < '0' || p.b[p.pos] > '7' {
			break
		}
		n = 8*n + int(p.b[p.pos]-'0')
		p.pos++
	}
	return append(out, byte(n))
}

// write appends a value as a PDF has it, the keys of a dictionary sorted.
func write(out []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(out, "null"...)
	case bool:
		return strconv.AppendBool(out, v)
	case int:
		return strconv.AppendInt(out, int64(v), 10)
	case real:
		return append(out, v...)
	case name:
		return writeName(out, v)
	case text:
		return writeText(out, v.b)
	case ref:
		out = strconv.AppendInt(out, int64(v.num), 10)
		out = strconv.AppendInt(append(out, ' '), int64(v.gen), 10)
		return append(out, " R"...)
	case array:
		out = append(out, '[')
		for i, e := range v {
			if i > 0 {
				out = append(out, ' ')
			}
			out = write(out, e)
		}
		return append(out, ']')
	case dict:
		out = append(out, "<<"...)
		for _, k := range slices.Sorted(maps.Keys(v)) {
			out = append(writeName(append(out, '\n'), k), ' ')
			out = write(out, v[k])
		}
		return append(out, "\n>>"...)
	case stream:
		v.dict["Length"] = len(v.raw)
		out = append(write(out, v.dict), "\nstream\n"...)
		return append(append(out, v.raw...), "\nendstream"...)
	}
	panic("sign: a value of another kind") // ours alone are written
}

func writeName(out []byte, n name) []byte {
	out = append(out, '/')
	for i := range len(n) {
		if c := n[i]; c <= ' ' || c > '~' || c == '#' || isDelimiter(c) {
			out = append(out, '#', "0123456789ABCDEF"[c>>4], "0123456789ABCDEF"[c&15])
		} else {
			out = append(out, c)
		}
	}
	return out
}

// writeText writes what is plain between parentheses and the rest in hexadecimal,
// so that there is nothing to escape.
func writeText(out, b []byte) []byte {
	if !bytes.ContainsFunc(b, func(r rune) bool { return r < ' ' || r > '~' || r == '(' || r == ')' || r == '\\' }) {
		return append(append(append(out, '('), b...), ')')
	}
	out = append(out, '<')
	out = hex.AppendEncode(out, b)
	return append(out, '>')
}

// same compares values without where they stand.
func same(a, b any) bool {
	switch a := a.(type) {
	case text:
		b, ok := b.(text)
		return ok && bytes.Equal(a.b, b.b)
	case array:
		b, ok := b.(array)
		return ok && slices.EqualFunc(a, b, same)
	case dict:
		b, ok := b.(dict)
		return ok && maps.EqualFunc(a, b, same)
	case stream:
		b, ok := b.(stream)
		return ok && same(a.dict, b.dict) && bytes.Equal(a.raw, b.raw)
	}
	switch b.(type) {
	case text, array, dict, stream:
		return false
	}
	return a == b
}
