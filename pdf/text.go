package pdf

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// style is how a text looks.
type style struct {
	face face
	size float64 // points
	ink  ink
}

// run is a stretch of text that one face draws.
type run struct {
	face  face
	text  string
	width int // thousandths of the size
}

// letter takes the first letter of s with its loose accents, and says which face
// draws all of it: a letter and its accents are never drawn by two faces.
func letter(s string, f face) (size int, by face, width int) {
	table := widths()
	r, size := utf8.DecodeRuneInString(s)
	by, width = f, 0
	w, ok := table[f][drawn(r)]
	end := size
	for end < len(s) && s[end] >= 0xCC { // U+0300 and above begin with 0xCC or more
		m, n := utf8.DecodeRuneInString(s[end:])
		if !unicode.Is(unicode.M, m) {
			break
		}
		mw, has := table[f][m]
		w, ok, end = w+mw, ok && has, end+n
	}
	if ok {
		return end, by, w
	}
	by = lender[f]
	for _, r := range s[:end] {
		w, ok := table[by][drawn(r)]
		if !ok {
			w = table[by][unknown]
		}
		width += w
	}
	return end, by, width
}

// drawn is the character whose glyph is used for r.
func drawn(r rune) rune {
	if r == nbsp {
		return ' '
	}
	return r
}

// runs cuts clean text into stretches of one face.
func (st style) runs(s string) []run {
	var out []run
	start := 0
	for i := 0; i < len(s); {
		n, by, w := letter(s[i:], st.face)
		if k := len(out); k == 0 || out[k-1].face != by {
			out = append(out, run{face: by})
			start = i
		}
		k := len(out) - 1
		out[k].text, out[k].width = s[start:i+n], out[k].width+w
		i += n
	}
	return out
}

// width is how wide clean text is, in points.
func (st style) width(s string) float64 {
	total := 0
	for i := 0; i < len(s); {
		n, _, w := letter(s[i:], st.face)
		total += w
		i += n
	}
	return float64(total) * st.size / 1000
}

// wrap breaks clean text into lines no wider than max points: at spaces and
// after hyphens and slashes; inside a word only when the word alone is too wide.
// Two empty lines or more become one. The time it takes grows with the text only.
func (st style) wrap(s string, max float64) []string {
	limit := int(max * 1000 / st.size)
	var lines []string
	for part := range strings.SplitSeq(s, "\n") {
		part = strings.Trim(part, " ")
		if part == "" {
			if k := len(lines); k > 0 && lines[k-1] != "" {
				lines = append(lines, "")
			}
			continue
		}
		lines = st.wrapPart(lines, part, limit)
	}
	if k := len(lines); k > 0 && lines[k-1] == "" {
		lines = lines[:k-1]
	}
	return lines
}

func (st style) wrapPart(lines []string, s string, limit int) []string {
	start, width := 0, 0 // of the line being filled
	cut, after := 0, 0   // where it may end, and the width up to there
	for i := 0; i < len(s); {
		n, _, w := letter(s[i:], st.face)
		space := n == 1 && s[i] == ' '
		for width+w > limit && i > start && !space {
			if cut <= start {
				cut, after = i, width
			}
			lines = append(lines, strings.TrimRight(s[start:cut], " "))
			start, width = cut, width-after
			after = 0
		}
		if space && i == start { // a line does not begin with a space
			start = i + n
		} else {
			width += w
		}
		i += n
		if space || n == 1 && (s[i-1] == '-' || s[i-1] == '/') {
			cut, after = i, width
		}
	}
	return append(lines, strings.TrimRight(s[start:], " "))
}

// fit shortens clean text of one line to max points, with an ellipsis.
func (st style) fit(s string, max float64) string {
	if st.width(s) <= max {
		return s
	}
	room := int((max - st.width("…")) * 1000 / st.size)
	i, used := 0, 0
	for i < len(s) {
		n, _, w := letter(s[i:], st.face)
		if used += w; used > room {
			break
		}
		i += n
	}
	return strings.TrimRight(s[:i], " ") + "…"
}
