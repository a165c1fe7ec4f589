package pdf

import (
	"strings"

	"declara/forms"
)

// room is the place for an answer on a form of paper.
type room struct {
	height float64
	draw   func(s *sheet, y float64)
}

// mostBoxes is how many options are printed as boxes; longer lists are answered
// in words.
const mostBoxes = 24

// cells are the answers of fixed length, by the rule that fixes it.
var cells = []struct {
	rule string
	n    int
}{
	{"curp", 18}, {"rfcbody", 10}, {"homoclave", 3}, {"rfccompany", 12}, {"rfc", 13}, {"rfcperson", 13}, {"cp", 5},
}

// room is where the answer to f is written: boxes to tick, cells for letters, a
// line. It ends at right.
func (b *blank) room(f *forms.Field, right float64) room {
	switch f.Kind {
	case forms.YesNo:
		return boxes([]string{oneLine(b.words.Yes(true)), oneLine(b.words.Yes(false))}, right)
	case forms.Choice, forms.Choices:
		if f.From.By == "" && len(f.From.Entries) <= mostBoxes {
			var words []string
			for _, e := range f.From.Entries {
				word := b.value(f, e.Key)
				if e.Key == f.From.Other && e.Key != "" {
					word += " " + strings.Repeat("_", 16) // to say which
				}
				words = append(words, word)
			}
			return boxes(words, right)
		}
	case forms.Date:
		return comb([]int{2, 2, 4}, oneLine(b.words.T("pdf.blank.date")))
	case forms.Money:
		return line(right, "$", oneLine(b.words.T("pdf.blank.pesos")))
	case forms.Percent:
		return line(answerAt+90, "", "%")
	case forms.Paragraph:
		return room{height: 58, draw: func(s *sheet, y float64) {
			for i := range 3 {
				s.line(answerAt, right, y+18+18*float64(i), 0.5, border)
			}
		}}
	}
	for _, c := range cells {
		if strings.Contains(","+f.Rules+",", ","+c.rule+",") {
			return comb([]int{c.n}, "")
		}
	}
	return line(right, "", "")
}

// line is a line to write on, between words.
func line(right float64, before, after string) room {
	return room{height: 22, draw: func(s *sheet, y float64) {
		x := answerAt
		if before != "" {
			s.text(x, y+15, answerStyle, before)
			x += answerStyle.width(before) + 5
		}
		if after != "" {
			right -= tinyStyle.width(after)
			s.text(right, y+15, tinyStyle, after)
			right -= 5
		}
		s.line(x, right, y+17, 0.5, border)
	}}
}

// comb are groups of cells for one letter each.
func comb(groups []int, after string) room {
	const cell, tall = 12.6, 15.0
	return room{height: 22, draw: func(s *sheet, y float64) {
		x := answerAt
		for i, n := range groups {
			if i > 0 {
				x += 7
			}
			for range n {
				s.frame(x, y+3, cell, tall, 0.5, border)
				x += cell
			}
		}
		s.text(x+8, y+13, tinyStyle, after)
	}}
}

// The box to tick and the step from one line of boxes to the next.
const (
	tick     = 7.4
	tickStep = 14.0
)

// columnsOf is in how many columns options stand: the most, up to three, in which
// few of them need two lines.
func columnsOf(words []string, width float64) int {
	for columns := 3; columns > 1; columns-- {
		wide := 0
		for _, w := range words {
			if questionStyle.width(w) > width/float64(columns)-tick-8 {
				wide++
			}
		}
		if wide*5 <= len(words) {
			return columns
		}
	}
	return 1
}

// boxes are options to tick, in as many columns as fit.
func boxes(words []string, right float64) room {
	columns := columnsOf(words, right-answerAt)
	wide := (right - answerAt) / float64(columns)
	type box struct {
		lines []string
		x, y  float64
	}
	var all []box
	y, tallest := 0.0, 0
	for i, w := range words {
		if i%columns == 0 && i > 0 {
			y += tickStep + 10*float64(tallest-1)
			tallest = 0
		}
		lines := questionStyle.wrap(w, wide-tick-8)
		tallest = max(tallest, len(lines))
		all = append(all, box{lines, answerAt + wide*float64(i%columns), y})
	}
	return room{height: y + tickStep + 10*float64(max(tallest, 1)-1) + 5, draw: func(s *sheet, y float64) {
		for _, b := range all {
			s.frame(b.x, y+b.y+4.8, tick, tick, 0.7, dark)
			for i, l := range b.lines {
				s.text(b.x+tick+5, y+b.y+11.6+10*float64(i), questionStyle, l)
			}
		}
	}}
}

// blankDetails is how many lines a list of the ledger has on paper.
const blankDetails = 3

// ledger are the questions of sections 8 and 9 as lines of account with room for
// the amounts.
func (b *blank) ledger(c chapter, fields []forms.Field, at forms.Path) []row {
	var rows []row
	for i := range fields {
		f := &fields[i]
		if computed(f) {
			continue
		}
		e := entry{label: b.question(f, at), sum: sums[f.Derive], private: f.Show != forms.Public}
		var more []row
		switch f.Kind {
		case forms.Money:
			more = []row{amountRoom(b.words, e, e.private && !c.private)}
		case forms.Group:
			e.sum = part
			more = []row{amountRoom(b.words, e, false)}
			for j := range f.Of {
				if f.Of[j].Kind == forms.List {
					more = append(more, b.details(&f.Of[j], at.Join(f.Name))...)
				}
			}
		case forms.List:
			more = b.details(f, at)
		default:
			more = []row{b.ask(f, e, at, b.mark(f, c.private))}
		}
		for j := range more {
			more[j].private = c.private || e.private
		}
		rows = append(rows, more...)
	}
	return rows
}

// details are lines for what a part adds up, below what to write on them.
func (b *blank) details(f *forms.Field, at forms.Path) []row {
	var names []string
	for i := range f.Of {
		if x := &f.Of[i]; x.Kind != forms.Money && !computed(x) {
			names = append(names, b.question(x, at.Join(f.Name, paperItem)))
		}
	}
	words := strings.Join(names, " · ")
	rows := []row{{height: 13, keep: true, draw: func(s *sheet, y float64) {
		s.text(questionAt+26, y+9, tinyStyle, tinyStyle.fit(words, 240))
	}}}
	for i := range blankDetails {
		r := amountRoom(b.words, entry{sum: detail}, false)
		r.keep = i < blankDetails-1
		rows = append(rows, r)
	}
	return rows
}

// amountRoom is a line of account with room for its amount.
func amountRoom(w Words, e entry, tagged bool) row {
	const wide = 70.0
	look := ledgerLooks[e.sum]
	st, x := look.style, questionAt+look.indent
	to := look.column - wide - 8
	tagWide := 0.0
	if tagged {
		tagWide = tagStyle.width(privateWords(w)) + 20
	}
	lines := st.wrap(e.label, max(to-x-tagWide-10, 90))
	height := look.above + 11*float64(max(len(lines), 1)) + 10 + look.below
	return row{height: height, keep: e.sum == part, draw: func(s *sheet, y float64) {
		if look.above > 0 {
			s.line(questionAt, marginRight, y+look.above-2, 0.8, dark)
		}
		base := y + height - look.below - 5
		for i, l := range lines {
			s.text(x, base-11*float64(len(lines)-1-i), st, l)
		}
		from := x
		if len(lines) > 0 {
			from += st.width(lines[len(lines)-1]) + 5
		}
		if tagged {
			s.tag(from+tagWide-5, base, privateWords(w))
			from += tagWide
		}
		if len(lines) > 0 && look.above == 0 {
			s.leader(from, to-3, base)
		} else if len(lines) == 0 {
			s.line(x, to-6, base+2, 0.5, border)
		}
		s.text(look.column-wide, base, st, "$")
		s.line(look.column-wide+8, look.column, base+2, 0.5, border)
		if look.below > 0 {
			s.double(questionAt, marginRight, base+6, dark)
		}
	}}
}
