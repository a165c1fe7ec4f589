package evidence

import (
	"bytes"
	"strconv"
)

// Objects of a PDF. A number keeps its spelling.
type (
	pdfName   string
	pdfNumber string
	pdfString []byte
	pdfArray  []any
	pdfDict   map[pdfName]any
	pdfRef    struct{ num, gen int }
	pdfStream struct {
		dict pdfDict
		raw  []byte
	}
	pdfWord string // true, false, null and operators
)

// pdfLexer reads objects from b at i. It never reads past b, and gives up where things
// are nested deeper than any writer does.
type pdfLexer struct {
	b []byte
	i int
}

func pdfSpace(c byte) bool {
	return c == 0 || c == 9 || c == 10 || c == 12 || c == 13 || c == 32
}

func pdfDelim(c byte) bool {
	switch c {
	case '(', ')', '<', '>', '[', ']', '{', '}', '/', '%':
		return true
	}
	return false
}

func (x *pdfLexer) space() {
	for x.i < len(x.b) {
		switch c := x.b[x.i]; {
		case pdfSpace(c):
			x.i++
		case c == '%':
			for x.i < len(x.b) && x.b[x.i] != '\n' && x.b[x.i] != '\r' {
				x.i++
			}
		default:
			return
		}
	}
}

// word reads a run of regular characters.
func (x *pdfLexer) word() string {
	from := x.i
	for x.i < len(x.b) && !pdfSpace(x.b[x.i]) && !pdfDelim(x.b[x.i]) {
		x.i++
	}
	return string(x.b[from:x.i])
}

// object reads one object; ok is false at the end and where there is none.
func (x *pdfLexer) object(depth int) (o any, ok bool) {
	x.space()
	if x.i >= len(x.b) || depth > maxPDFDepth {
		return nil, false
	}
	switch c := x.b[x.i]; c {
	case '/':
		x.i++
		return pdfName(unhash(x.word())), true
	case '(':
		return x.literal()
	case '[':
		x.i++
		out := pdfArray{}
		for {
			x.space()
			if x.i < len(x.b) && x.b[x.i] == ']' {
				x.i++
				return out, true
			}
			o, ok := x.object(depth + 1)
			if !ok {
				return nil, false
			}
			out = append(out, o)
		}
	case '<':
		if has(x.b, x.i, "<<") {
			return x.dict(depth)
		}
		return x.hex()
	case ')', '>', ']', '{', '}':
		return nil, false
	}
	w := x.word()
	if !pdfNumeric(w) {
		return pdfWord(w), true
	}
	if r, ok := x.ref(w); ok {
		return r, true
	}
	return pdfNumber(w), true
}

func (x *pdfLexer) dict(depth int) (any, bool) {
	x.i += 2
	out := pdfDict{}
	for {
		x.space()
		if has(x.b, x.i, ">>") {
			x.i += 2
			return out, true
		}
		k, ok := x.object(depth + 1)
		name, isName := k.(pdfName)
		if !ok || !isName {
			return nil, false
		}
		v, ok := x.object(depth + 1)
		if !ok {
			return nil, false
		}
		if v != pdfWord("null") {
			out[name] = v
		}
	}
}

// ref reads the rest of "12 0 R" once its first number is read.
func (x *pdfLexer) ref(first string) (pdfRef, bool) {
	num, err := strconv.Atoi(first)
	if err != nil || num < 0 {
		return pdfRef{}, false
	}
	y := pdfLexer{x.b, x.i}
	y.space()
	gen, err := strconv.Atoi(y.word())
	if err != nil || gen < 0 || gen > 65535 {
		return pdfRef{}, false
	}
	y.space()
	if y.word() != "R" {
		return pdfRef{}, false
	}
	x.i = y.i
	return pdfRef{num, gen}, true
}

func pdfNumeric(w string) bool {
	digits := 0
	for i := range len(w) {
		switch c := w[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c == '.' || (c == '-' || c == '+') && i == 0:
		default:
			return false
		}
	}
	return digits > 0 && len(w) < 40
}

func (x *pdfLexer) literal() (any, bool) {
	out := pdfString{}
	level := 0
	for ; x.i < len(x.b); x.i++ {
		switch c := x.b[x.i]; c {
		case '(':
			if level++; level > 1 {
				out = append(out, c)
			}
		case ')':
			if level--; level == 0 {
				x.i++
				return out, true
			}
			out = append(out, c)
		case '\\':
			if x.i++; x.i >= len(x.b) {
				return nil, false
			}
			out = x.escape(out)
		default:
			out = append(out, c)
		}
	}
	return nil, false
}

// escape adds what stands for itself after a backslash; x.i is left on its last byte.
func (x *pdfLexer) escape(out []byte) []byte {
	c := x.b[x.i]
	switch c {
	case 'n':
		return append(out, '\n')
	case 'r':
		return append(out, '\r')
	case 't':
		return append(out, '\t')
	case 'b':
		return append(out, '\b')
	case 'f':
		return append(out, '\f')
	case '\n':
		return out
	case '\r':
		if has(x.b, x.i+1, "\n") {
			x.i++
		}
		return out
	}
	if c < '0' || c > '7' {
		return append(out, c)
	}
	v := 0
	for n := 0; n < 3 && x.i < len(x.b) && x.b[x.i] >= '0' && x.b[x.i] <= '7'; n++ {
		v = v*8 + int(x.b[x.i]-'0')
		x.i++
	}
	x.i--
	return append(out, byte(v))
}

func (x *pdfLexer) hex() (any, bool) {
	end := bytes.IndexByte(x.b[x.i:], '>')
	if end < 0 {
		x.i = len(x.b)
		return nil, false
	}
	out := pdfString{}
	half, odd := 0, false
	digits := x.b[x.i+1 : x.i+end]
	x.i += end + 1
	for _, c := range digits {
		d, ok := hexDigit(c)
		if !ok {
			if pdfSpace(c) {
				continue
			}
			return nil, false
		}
		if odd = !odd; odd {
			half = d << 4
		} else {
			out = append(out, byte(half|d))
		}
	}
	if odd {
		out = append(out, byte(half))
	}
	return out, true
}

func hexDigit(c byte) (int, bool) {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0'), true
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10, true
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10, true
	}
	return 0, false
}

// unhash reads #20 in a name, under which forbidden keys could hide.
func unhash(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] == '#' {
			return string(unhashFrom([]byte(s)))
		}
	}
	return s
}

func unhashFrom(s []byte) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '#' && i+2 < len(s) {
			a, ok1 := hexDigit(s[i+1])
			b, ok2 := hexDigit(s[i+2])
			if ok1 && ok2 {
				out = append(out, byte(a<<4|b))
				i += 2
				continue
			}
		}
		out = append(out, s[i])
	}
	return out
}
