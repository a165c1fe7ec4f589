package pdf

import "strings"

// Where the columns of an answer stand, in points from the left of the sheet.
const (
	questionAt = textLeft + pad
	answerAt   = 272.0
	tagRoom    = 62.0 // what "No público" takes from the answer
	leading    = 12.0 // from line to line of an answer
	longAnswer = 7    // lines; a longer one is cut between lines
)

// The styles of the body.
var (
	questionStyle = style{regular, 8.8, soft}
	answerStyle   = style{regular, 9.6, dark}
	strongStyle   = style{bold, 9.6, dark}
	groupStyle    = style{title, 11, maya}
	innerStyle    = style{bold, 8.8, dark}
	chapterStyle  = style{title, 18, dark}
	officialStyle = style{regular, 8.4, soft}
	numeralStyle  = style{title, 27, maya}
	countStyle    = style{title, 12.5, maya}
	tagStyle      = style{regular, 7.2, soft}
)

// chapterRows are the rows of one section, its heading first, and before it the
// heading of its half when it is the first of it.
func chapterRows(w Words, all []chapter, i int) []row {
	c := all[i]
	var rows []row
	if i == 0 || all[i-1].part != c.part {
		rows = append(rows, partRow(w, c))
	}
	said := ""
	switch c.entries[0].kind {
	case none:
		said = oneLine(w.T("pdf.none"))
	case empty:
		said = oneLine(w.T("pdf.empty"))
	case withheld:
		said = oneLine(w.T("pdf.withheld"))
	}
	if said != "" {
		c.entries = c.entries[1:]
	}
	rows = append(rows, headRow(w, c, said))
	for j := 0; j < len(c.entries); {
		end := j
		for end < len(c.entries) && c.entries[end].item == c.entries[j].item {
			end++
		}
		if c.entries[j].item > 0 {
			rows = append(rows, itemRows(w, c, c.entries[j:end])...)
		} else {
			more := questionRows(w, c, c.entries[j:end], false)
			if j > 0 { // of the section again, not of the item above
				more[0].gap += 14
			}
			rows = append(rows, more...)
		}
		j = end
	}
	rows[len(rows)-1].keep = false // whatever it is, nothing of the section follows it
	for j := range rows {
		rows[j].chapter = i
	}
	return rows
}

// The heights up to which rows that belong together stay on one page.
const (
	shortItem   = 230.0
	shortGroup  = 170.0
	shortLedger = 340.0
)

// questionRows are the rows of questions and groups of them. A short group stays
// on one page with its heading, and there is some air behind it.
func questionRows(w Words, c chapter, entries []entry, inner bool) []row {
	var rows []row
	starts := make([]int, len(entries)+1)
	for j, e := range entries {
		starts[j] = len(rows)
		more := entryRows(w, c, e, inner)
		if j > 0 && e.depth < entries[j-1].depth && e.kind != heading {
			more[0].gap += 7
		}
		rows = append(rows, more...)
	}
	starts[len(entries)] = len(rows)
	for j, e := range entries {
		if e.kind != heading {
			continue
		}
		end := j + 1
		for end < len(entries) && entries[end].depth > e.depth {
			end++
		}
		together(rows[starts[j]:starts[end]], shortGroup)
	}
	if first, last, ok := account(entries); ok {
		together(rows[starts[first]:starts[last+1]], shortLedger)
		for j := max(first, last-4); j < last; j++ { // no sum without some of what it adds up
			rows[starts[j]].keep = true
		}
	}
	return rows
}

// partRow opens one half of the declaration.
func partRow(w Words, c chapter) row {
	words := oneLine(w.T("pdf.part." + c.partSlug()))
	return row{gap: 34, height: 24, keep: true, draw: func(s *sheet, y float64) {
		s.text(textLeft, y+13, style{title, 13, maya}, words)
		s.double(marginLeft, marginRight, y+20, maya)
	}}
}

// headRow is the heading of a section: its numeral in the margin with the double
// rule, its plain title, and the official name above when that says more. said is
// the whole of a section that holds nothing: "Ninguno".
func headRow(w Words, c chapter, said string) row {
	over := c.official
	if strings.EqualFold(over, c.title) {
		over = ""
	}
	room := marginRight - textLeft
	edge := marginRight
	if c.private {
		edge -= tagStyle.width(privateWords(w)) + 15 + 8
	}
	if said != "" {
		room = edge - answerStyle.width(said) - 14 - textLeft
	} else {
		room = edge - textLeft
	}
	lines := chapterStyle.wrap(c.title, max(room, 150))
	above := officialStyle.wrap(over, marginRight-textLeft)
	height := max(12*float64(len(above))+21*float64(len(lines))+10, 32)
	return row{gap: 22, height: height + 5, keep: true, first: true, draw: func(s *sheet, y float64) {
		bottom := y + height
		s.right(numeralEdge, y+25, numeralStyle, c.number)
		s.upright(ruleAt, y+3, bottom, hair)
		at := y + 2
		for _, l := range above {
			at += 10
			s.text(textLeft, at, officialStyle, l)
		}
		if len(above) > 0 {
			at += 1.5
		}
		for _, l := range lines {
			at += 20.5
			s.text(textLeft, at, chapterStyle, l)
		}
		if c.private {
			s.tag(marginRight, at-1.5, privateWords(w))
		}
		if said != "" {
			s.right(edge, at, answerStyle, said)
		}
		s.line(textLeft, marginRight, bottom, 1.2, dark)
	}}
}

// itemRows are the rows of one item of a list.
func itemRows(w Words, c chapter, of []entry) []row {
	head := of[0]
	inner := head.private
	rows := []row{bandRow(w, c, head, "")}
	rows = append(rows, questionRows(w, c, of[1:], inner)...)
	again := bandRow(w, c, head, oneLine(w.T("pdf.continued")))
	mark := &repeated{height: again.height, draw: again.draw}
	for i := range rows {
		rows[i].item = mark
		rows[i].private = rows[i].private || head.private || c.private
	}
	together(rows, shortItem)
	return rows
}

// bandRow is the heading of an item: a band with its name, its number in the
// margin, and at the right what happened to it since the last declaration.
func bandRow(w Words, c chapter, e entry, after string) row {
	return row{gap: 9, height: 21, keep: true, private: e.private || c.private, draw: func(s *sheet, y float64) {
		s.fill(textLeft, y, marginRight-textLeft, 18, amate)
		if e.number != "" {
			s.right(numeralEdge, y+13.2, countStyle, e.number)
		}
		edge := marginRight - 6
		if e.private && !c.private {
			edge = s.tag(edge, y+12.4, privateWords(w)) - 8
		}
		if e.value != "" {
			edge -= questionStyle.width(e.value)
			s.text(edge, y+12.4, questionStyle, e.value)
			edge -= 10
		}
		name := e.label
		if after != "" {
			edge -= questionStyle.width(after)
			name = strongStyle.fit(name, edge-questionAt)
			s.text(questionAt+strongStyle.width(name)+5, y+12.4, questionStyle, after)
		}
		s.text(questionAt, y+12.4, strongStyle, strongStyle.fit(name, edge-questionAt))
	}}
}

// entryRows are the rows of one entry. inner says that the item that it is in is
// marked as a whole, so that the entry needs no tag of its own.
func entryRows(w Words, c chapter, e entry, inner bool) []row {
	private := e.private || c.private || inner
	tagged := e.private && !c.private && !inner
	var rows []row
	switch e.kind {
	case heading:
		rows = []row{groupRow(e)}
	case amount:
		rows = []row{amountRow(w, e, tagged)}
	case remark:
		rows = remarkRows(e)
	case prose:
		rows = proseRows(w, e, tagged)
	default:
		rows = answerRows(w, e, tagged)
	}
	for i := range rows {
		rows[i].private = private
	}
	return rows
}

// groupRow is the heading of questions that belong together.
func groupRow(e entry) row {
	x, st, gap, height := questionAt+indent(e), groupStyle, 9.0, 18.0
	if e.depth > 0 {
		st, gap, height = innerStyle, 5, 14
	}
	words := st.fit(e.label, marginRight-x)
	return row{gap: gap, height: height, keep: true, draw: func(s *sheet, y float64) {
		s.text(x, y+height-5.5, st, words)
	}}
}

// indent is how far the questions of a group inside another one move right.
func indent(e entry) float64 { return 9 * float64(min(e.depth, 3)) }

// remarkRows are words of ours below what they are about.
func remarkRows(e entry) []row {
	lines := questionStyle.wrap(e.value, marginRight-questionAt)
	return []row{{height: 11.5*float64(len(lines)) + 6, draw: func(s *sheet, y float64) {
		for i, l := range lines {
			s.text(questionAt, y+10+11.5*float64(i), questionStyle, l)
		}
	}}}
}

// answerRows are the question at the left and the answer at the right. An answer
// of many lines is cut between lines, never with fewer than three on a page.
func answerRows(w Words, e entry, tagged bool) []row {
	x := questionAt + indent(e)
	room := marginRight - answerAt
	if tagged {
		room -= tagRoom
	}
	asked := questionStyle.wrap(e.label, answerAt-10-x)
	lines := answerStyle.wrap(e.value, room)
	first := lines
	if len(lines) > longAnswer {
		first = lines[:3]
	}
	height := max(11*float64(len(asked)), leading*float64(len(first))) + 4.8
	rows := []row{{height: height, draw: func(s *sheet, y float64) {
		for i, l := range asked {
			s.text(x, y+10.8+11*float64(i), questionStyle, l)
		}
		s.lines(answerAt, y+10.8, first)
		if tagged {
			s.tag(marginRight, y+10.6, privateWords(w))
		}
		if len(first) == len(lines) {
			s.line(textLeft, marginRight, y+height-0.6, 0.5, hair)
		}
	}}}
	return append(rows, restRows(answerAt, lines[len(first):])...)
}

// proseRows are a question above an answer that takes the whole width.
func proseRows(w Words, e entry, tagged bool) []row {
	x := questionAt + indent(e)
	room := marginRight - x
	if tagged {
		room -= tagRoom
	}
	asked := questionStyle.wrap(e.label, room)
	lines := answerStyle.wrap(e.value, marginRight-x)
	first := lines
	if len(lines) > longAnswer {
		first = lines[:3]
	}
	top := 11 * float64(len(asked))
	height := top + leading*float64(len(first)) + 4.8
	rows := []row{{gap: 2, height: height, draw: func(s *sheet, y float64) {
		for i, l := range asked {
			s.text(x, y+10.8+11*float64(i), questionStyle, l)
		}
		if tagged {
			s.tag(marginRight, y+10.6, privateWords(w))
		}
		s.lines(x, y+top+10.8, first)
		if len(first) == len(lines) {
			s.line(textLeft, marginRight, y+height-0.6, 0.5, hair)
		}
	}}}
	return append(rows, restRows(x, lines[len(first):])...)
}

// restRows are the lines of a long answer that follow its first ones: one a row,
// the last three together.
func restRows(x float64, lines []string) []row {
	var rows []row
	for len(lines) > 0 {
		n := 1
		if len(lines) <= 3 {
			n = len(lines)
		}
		part := lines[:n]
		lines = lines[n:]
		height, end := leading*float64(n), len(lines) == 0
		if end {
			height += 4.8
		}
		rows = append(rows, row{height: height, draw: func(s *sheet, y float64) {
			s.lines(x, y+6, part)
			if end {
				s.line(textLeft, marginRight, y+height-0.6, 0.5, hair)
			}
		}})
	}
	return rows
}

// lines draws lines of an answer, the first with its baseline at y.
func (s *sheet) lines(x, y float64, lines []string) {
	for i, l := range lines {
		s.text(x, y+leading*float64(i), answerStyle, l)
	}
}

// tag draws small framed words that end at x, with the square lock of the pages,
// and gives where it begins.
func (s *sheet) tag(x, y float64, words string) float64 {
	w := tagStyle.width(words) + 15
	x -= w
	s.frame(x, y-8, w, 10.6, 0.5, faint)
	s.fill(x+4, y-3.6, 4.6, 3.6, border)
	s.frame(x+5, y-5.4, 2.6, 2.4, 0.6, border)
	s.text(x+11, y-0.2, tagStyle, words)
	return x
}

func privateWords(w Words) string { return oneLine(w.T("pdf.private")) }
