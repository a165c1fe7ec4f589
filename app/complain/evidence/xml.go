package evidence

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// xmlToken is a piece of XML, with its bytes as they were: writing the tokens of a
// document gives the document. encoding/xml reads well but cannot write what it read
// (it renames prefixes), and Office refuses such files.
type xmlToken struct {
	kind  xmlKind
	raw   []byte
	name  string // of an element, with its prefix
	attrs []xmlAttr
	empty bool // <a/>
}

type xmlAttr struct {
	name  string
	value string // as written, escapes and all
}

type xmlKind int

const (
	xmlText xmlKind = iota
	xmlOpen
	xmlClose
	xmlNote // comments, declarations, instructions
)

func (t *xmlToken) local() string { return afterColon(t.name) }

func afterColon(s string) string {
	if i := strings.IndexByte(s, ':'); i >= 0 {
		return s[i+1:]
	}
	return s
}

// readXML calls f with each token of b, in order, and refuses what is not well formed,
// what is not UTF-8, and any DOCTYPE: bombs are made of those.
func readXML(b []byte, f func(xmlToken)) error {
	damaged := refuse(Damaged)
	if !utf8.Valid(b) {
		return damaged
	}
	var open []string
	roots := 0
	for i := 0; i < len(b); {
		if b[i] != '<' {
			end := bytes.IndexByte(b[i:], '<')
			if end < 0 {
				end = len(b) - i
			}
			raw := b[i : i+end]
			if len(open) == 0 && len(bytes.Trim(raw, " \t\r\n\ufeff")) > 0 {
				return damaged
			}
			f(xmlToken{kind: xmlText, raw: raw})
			i += end
			continue
		}
		rest := b[i:]
		t := xmlToken{kind: xmlNote}
		var end int
		switch {
		case has(rest, 0, "<!--"):
			end = after(rest, 4, "-->")
		case has(rest, 0, "<![CDATA["):
			end, t.kind = after(rest, 9, "]]>"), xmlText
			if len(open) == 0 {
				return damaged
			}
		case has(rest, 0, "<?"):
			end = after(rest, 2, "?>")
		case has(rest, 0, "<!"):
			return refuse(Bomb) // DOCTYPE, which no Office document has
		case has(rest, 0, "</"):
			end, t.kind = after(rest, 2, ">"), xmlClose
			if end < 0 || len(open) == 0 {
				return damaged
			}
			t.name = strings.TrimRight(string(rest[2:end-1]), " \t\r\n")
			if open[len(open)-1] != t.name {
				return damaged
			}
			open = open[:len(open)-1]
		default:
			var ok bool
			if t, end, ok = readTag(rest); !ok {
				return damaged
			}
			if len(open) == 0 {
				if roots++; roots > 1 {
					return damaged
				}
			}
			if !t.empty {
				if open = append(open, t.name); len(open) > maxXMLDepth {
					return refuse(Complex)
				}
			}
		}
		if end < 0 {
			return damaged
		}
		t.raw = rest[:end]
		f(t)
		i += end
	}
	if len(open) > 0 || roots != 1 {
		return damaged
	}
	return nil
}

func after(b []byte, from int, s string) int {
	k := bytes.Index(b[from:], []byte(s))
	if k < 0 {
		return -1
	}
	return from + k + len(s)
}

func readTag(b []byte) (t xmlToken, end int, ok bool) {
	t.kind = xmlOpen
	i := 1
	name := func() string {
		from := i
		for i < len(b) && !strings.ContainsRune(" \t\r\n/>=<\"'&", rune(b[i])) {
			i++
		}
		return string(b[from:i])
	}
	space := func() {
		for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\r' || b[i] == '\n') {
			i++
		}
	}
	if t.name = name(); t.name == "" {
		return t, 0, false
	}
	for {
		space()
		switch {
		case i >= len(b):
			return t, 0, false
		case b[i] == '>':
			return t, i + 1, true
		case has(b, i, "/>"):
			t.empty = true
			return t, i + 2, true
		}
		a := xmlAttr{name: name()}
		space()
		if a.name == "" || i >= len(b) || b[i] != '=' || len(t.attrs) >= maxXMLAttrs {
			return t, 0, false
		}
		i++
		space()
		if i >= len(b) || b[i] != '"' && b[i] != '\'' {
			return t, 0, false
		}
		k := bytes.IndexByte(b[i+1:], b[i])
		if k < 0 {
			return t, 0, false
		}
		a.value = string(b[i+1 : i+1+k])
		if strings.ContainsRune(a.value, '<') {
			return t, 0, false
		}
		if b[i] == '\'' {
			a.value = strings.ReplaceAll(a.value, `"`, "&quot;")
		}
		i += k + 2
		t.attrs = append(t.attrs, a)
	}
}

// write gives an opening tag anew, after its attributes were changed.
func (t *xmlToken) write(out []byte) []byte {
	out = append(append(out, '<'), t.name...)
	for _, a := range t.attrs {
		out = append(append(append(out, ' '), a.name...), '=', '"')
		out = append(append(out, a.value...), '"')
	}
	if t.empty {
		out = append(out, '/')
	}
	return append(out, '>')
}

var xmlEntities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&apos;", "'", "&amp;", "&")

// unescape reads the five escapes of XML; others stay as they are, and are only compared.
func unescape(s string) string {
	if strings.IndexByte(s, '&') < 0 {
		return s
	}
	return xmlEntities.Replace(s)
}
