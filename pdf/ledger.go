package pdf

import (
	"slices"
	"strings"

	"declara/forms"
)

// sums says what a derived amount of the table adds up; an amount that is not
// derived is what the person declared.
var sums = map[string]sum{"groupTotal": part, "incomeA": subtotal, "incomeC": total}

// ledger reads the lines of sections 8 and 9. A group and its total become one
// line, as in a book of accounts; so does each income with what it comes from.
func (r *reader) ledger(lines []forms.Line) []entry {
	var out []entry
	for i := 0; i < len(lines); i++ {
		l := lines[i]
		switch {
		case l.Kind == forms.Heading && i+1 < len(lines) && lines[i+1].Kind == forms.Answer && lines[i+1].Field.Derive == "groupTotal":
			e := r.amount(lines[i+1])
			e.label = r.question(l)
			out = append(out, e)
			i++
		case l.Kind == forms.Item:
			n := 1
			for i+n < len(lines) && lines[i+n].Depth > l.Depth {
				n++
			}
			out = append(out, r.income(lines[i:i+n])...)
			i += n - 1
		case l.Kind == forms.Answer && l.Field.Kind == forms.Money:
			out = append(out, r.amount(l))
		default:
			out = append(out, r.entries(lines[i:i+1])...)
		}
	}
	if first, last, ok := account(out); ok && r.kind == public && sameTotal(out[first:last+1]) {
		out = slices.Insert(out, last+1, entry{kind: remark, value: oneLine(r.words.T("pdf.total.published"))})
	}
	return out
}

// sameTotal reports whether the total is no more than the declarant's own income:
// then it says nothing about that of the family (decision 9), and the page says so.
func sameTotal(entries []entry) bool {
	var a, c string
	for _, e := range entries {
		switch e.sum {
		case subtotal:
			a = e.value
		case total:
			c = e.value
		}
	}
	return a != "" && a == c
}

// amount is a line with an amount of its own or a sum.
func (r *reader) amount(l forms.Line) entry {
	return entry{kind: amount, sum: sums[l.Field.Derive], label: r.question(l), private: l.Private,
		value: clip(forms.Show(r.words, r.answers, l), 30)}
}

// income is one item of the ledger: its amount, named by its other answers.
func (r *reader) income(of []forms.Line) []entry {
	e := entry{kind: amount, sum: detail, private: of[0].Private}
	var names []string
	for _, l := range of[1:] {
		switch {
		case l.Kind != forms.Answer:
		case l.Field.Kind == forms.Money && e.value == "":
			e.value = r.amount(l).value
		case l.Field.Kind == forms.YesNo:
			names = append(names, r.question(l)+": "+oneLine(forms.Show(r.words, r.answers, l)))
		default:
			names = append(names, oneLine(forms.Show(r.words, r.answers, l)))
		}
	}
	if len(names) == 0 {
		names = []string{r.question(of[0])}
	}
	e.label = strings.Join(names, " · ")
	return []entry{e}
}

// account finds the lines of the ledger among entries: its first and its last.
func account(entries []entry) (first, last int, ok bool) {
	for j, e := range entries {
		if e.kind != amount {
			continue
		}
		if !ok {
			first, ok = j, true
		}
		last = j
	}
	return first, last, ok
}

// How the lines of the ledger look, by what they add up. As in a book of
// accounts, what is added up stands in a column further in, so that each column
// can be added by itself.
var ledgerLooks = [...]struct {
	style        style
	indent       float64
	column       float64 // right edge
	above, below float64 // room for rules
}{
	own:      {style: style{regular, 9.8, dark}, column: marginRight},
	detail:   {style: style{regular, 8.8, soft}, column: marginRight - 150, indent: 26},
	part:     {style: style{regular, 9.2, dark}, column: marginRight - 76, indent: 13},
	subtotal: {style: style{bold, 9.8, dark}, column: marginRight, above: 5},
	total:    {style: style{bold, 11.6, dark}, column: marginRight, above: 7, below: 8},
}

// amountRow is one line of the ledger: what it is, dots, how much. A sum has a
// rule above it; the total has the accountant's double rule below.
func amountRow(w Words, e entry, tagged bool) row {
	look := ledgerLooks[e.sum]
	st := look.style
	x := questionAt + look.indent
	wide := st.width(e.value)
	tagWide := 0.0
	if tagged {
		tagWide = tagStyle.width(privateWords(w)) + 20
	}
	lines := st.wrap(e.label, max(look.column-x-wide-24-tagWide, 90))
	if len(lines) == 0 {
		lines = []string{""}
	}
	step := st.size + 2.4
	height := look.above + step*float64(len(lines)) + 4.2 + look.below
	return row{height: height, keep: e.sum == part, draw: func(s *sheet, y float64) {
		if look.above > 0 {
			s.line(questionAt, marginRight, y+look.above-3, 0.8, dark)
		}
		base := y + look.above + st.size + 0.6
		for i, l := range lines {
			s.text(x, base+step*float64(i), st, l)
		}
		base += step * float64(len(lines)-1)
		from := x + st.width(lines[len(lines)-1]) + 5
		if tagged {
			s.tag(from+tagWide-5, base, privateWords(w))
			from += tagWide
		}
		if look.above == 0 {
			s.leader(from, look.column-wide-5, base)
		}
		s.right(look.column, base, st, e.value)
		if look.below > 0 {
			s.double(questionAt, marginRight, base+5.5, dark)
		}
	}}
}
