package docs

import (
	"fmt"
	"html"
	"path"
	"regexp"
	"strings"
)

// Doc is a document that was read: what pages show of it, and what tests hold
// against the program.
type Doc struct {
	Title  string
	HTML   string   // what follows the title
	Heads  []Head   // in order, without the title
	Links  []string // as written
	Images []string // as written
	Bold   []string // words of the screen
	Code   []string // what stands in the line as code
	Prose  []string // paragraphs and items without marks, to be measured
}

// Head is a heading.
type Head struct {
	Level int
	ID    string // "" when nothing links to it
	Words string
}

// Parse reads the part of Markdown that our documents use: headings with an anchor
// before them, paragraphs, lists of one level, tables, fenced code, and in the line
// bold, code, links and pictures. What else stands there is text. It is for our own
// documents: addresses are not judged.
func Parse(text []byte) Doc {
	d := Doc{}
	var out strings.Builder
	lines := strings.Split(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n")
	anchor, list, item := "", "", false
	endItem := func() {
		if item {
			out.WriteString("</li>\n")
		}
		item = false
	}
	endList := func() {
		endItem()
		if list != "" {
			fmt.Fprintf(&out, "</%s>\n", list)
		}
		list = ""
	}
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		inside := list != "" && strings.HasPrefix(line, "   ") // of the item above
		bare := strings.TrimSpace(line)
		kind, rest, start := listed(line)
		switch {
		case bare == "":
		case anchored.MatchString(bare):
			anchor = anchored.FindStringSubmatch(bare)[1]
		case strings.HasPrefix(line, "#"):
			endList()
			level := len(line) - len(strings.TrimLeft(line, "#"))
			words := strings.TrimSpace(line[level:])
			if level == 1 {
				d.Title = words
				break
			}
			d.Heads = append(d.Heads, Head{level, anchor, words})
			id := ""
			if anchor != "" {
				id = fmt.Sprintf(" id=%q", anchor)
			}
			fmt.Fprintf(&out, "<h%d%s>%s</h%d>\n", level, id, d.inline(words), level)
			anchor = ""
		case strings.HasPrefix(bare, "```"):
			if !inside {
				endList()
			}
			var code []string
			indent := line[:strings.Index(line, "`")]
			for i++; i < len(lines) && strings.TrimSpace(lines[i]) != "```"; i++ {
				code = append(code, strings.TrimPrefix(lines[i], indent))
			}
			fmt.Fprintf(&out, "<pre tabindex=\"0\"><code>%s</code></pre>\n", html.EscapeString(strings.Join(code, "\n")))
		case strings.HasPrefix(line, "|"):
			endList()
			var rows []string
			for ; i < len(lines) && strings.HasPrefix(lines[i], "|"); i++ {
				rows = append(rows, lines[i])
			}
			i--
			d.table(&out, rows)
		case kind != "" && !inside:
			if list != kind {
				endList()
				list = kind
				if start > 1 {
					fmt.Fprintf(&out, "<ol start=\"%d\">\n", start)
				} else {
					fmt.Fprintf(&out, "<%s>\n", kind)
				}
			}
			endItem()
			item = true
			d.Prose = append(d.Prose, unmarked(rest))
			out.WriteString("<li>" + d.inline(rest))
		default:
			if !inside {
				endList()
			}
			for i+1 < len(lines) && plainLine(lines[i+1]) && strings.HasPrefix(lines[i+1], "   ") == inside {
				i++
				bare += " " + strings.TrimSpace(lines[i])
			}
			if !picture.MatchString(bare) {
				d.Prose = append(d.Prose, unmarked(bare))
			}
			fmt.Fprintf(&out, "<p>%s</p>\n", d.inline(bare))
		}
	}
	endList()
	d.HTML = out.String()
	return d
}

var (
	anchored = regexp.MustCompile(`^<a id="([a-z0-9-]+)"></a>$`)
	numbered = regexp.MustCompile(`^([0-9]+)\. (.*)$`)
	rule     = regexp.MustCompile(`^[|\s:-]+$`)
	picture  = regexp.MustCompile(`!\[([^\]]*)\]\(([^)\s]+)\)`)
	marks    = regexp.MustCompile("`([^`]+)`|\\*\\*([^*]+)\\*\\*|!\\[([^\\]]*)\\]\\(([^)\\s]+)\\)|\\[([^\\]]+)\\]\\(([^)\\s]+)\\)")
)

// listed says which list a line is an item of, what it says and its number.
func listed(line string) (kind, rest string, number int) {
	if rest, ok := strings.CutPrefix(line, "- "); ok {
		return "ul", rest, 0
	}
	if m := numbered.FindStringSubmatch(line); m != nil {
		_, _ = fmt.Sscan(m[1], &number)
		return "ol", m[2], number
	}
	return "", "", 0
}

// plainLine reports whether a line goes on with the paragraph before it.
func plainLine(line string) bool {
	bare := strings.TrimSpace(line)
	kind, _, _ := listed(line)
	return bare != "" && kind == "" && !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "|") &&
		!strings.HasPrefix(bare, "```") && !anchored.MatchString(bare)
}

// unmarked is a line as it is read aloud.
func unmarked(s string) string {
	return marks.ReplaceAllString(s, "$1$2$5")
}

// inline is a line with its marks as HTML; it notes what it met.
func (d *Doc) inline(s string) string {
	var b strings.Builder
	for {
		at := marks.FindStringSubmatchIndex(s)
		if at == nil {
			b.WriteString(html.EscapeString(s))
			return b.String()
		}
		part := func(n int) string {
			if at[2*n] < 0 {
				return ""
			}
			return s[at[2*n]:at[2*n+1]]
		}
		b.WriteString(html.EscapeString(s[:at[0]]))
		switch {
		case at[2] >= 0:
			d.Code = append(d.Code, part(1))
			b.WriteString("<code>" + html.EscapeString(part(1)) + "</code>")
		case at[4] >= 0:
			d.Bold = append(d.Bold, part(2))
			b.WriteString("<b>" + html.EscapeString(part(2)) + "</b>")
		case at[8] >= 0:
			d.Images = append(d.Images, part(4))
			fmt.Fprintf(&b, `<img src="%s" alt="%s" loading="lazy">`, html.EscapeString(Address(part(4))), html.EscapeString(part(3)))
		default:
			d.Links = append(d.Links, part(6))
			fmt.Fprintf(&b, `<a href="%s">%s</a>`, html.EscapeString(Address(part(6))), html.EscapeString(part(5)))
		}
		s = s[at[1]:]
	}
}

// table writes the rows of a table, whose first is its head.
func (d *Doc) table(out *strings.Builder, rows []string) {
	out.WriteString("<div class=\"rueda\" tabindex=\"0\"><table class=\"tabla\">\n")
	for n, row := range rows {
		if n == 1 && rule.MatchString(row) {
			continue
		}
		cell := "td"
		if n == 0 {
			cell = "th"
			out.WriteString("<thead>")
		}
		out.WriteString("<tr>")
		for _, words := range strings.Split(strings.Trim(strings.TrimSpace(row), "|"), "|") {
			words = d.inline(strings.TrimSpace(words))
			if tag := cell; tag == "th" && words == "" {
				out.WriteString("<td></td>")
			} else {
				fmt.Fprintf(out, "<%s>%s</%s>", tag, words, tag)
			}
		}
		out.WriteString("</tr>")
		if n == 0 {
			out.WriteString("</thead>\n<tbody>")
		}
		out.WriteString("\n")
	}
	out.WriteString("</tbody></table></div>\n")
}

// Address is where the site serves what a document links to as a file beside it.
func Address(link string) string {
	file, anchor, _ := strings.Cut(link, "#")
	if anchor != "" {
		anchor = "#" + anchor
	}
	name := strings.TrimSuffix(path.Base(file), ".md")
	switch {
	case strings.Contains(link, "://"), file == "":
		return link
	case strings.HasPrefix(file, "../decisions/"):
		return "/ayuda/decisiones/" + name
	case strings.HasPrefix(file, "../img/"):
		return "/ayuda/imagenes/" + path.Base(file)
	}
	return "/ayuda/manual/" + name + anchor
}
