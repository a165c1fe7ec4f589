package publish

import "declara/forms"

// ledger reads a section of amounts as the page adds them up: what the post pays,
// the other incomes with their parts, and the sum. Sources without income are left
// out. What is no amount comes back as answers.
func (r reading) ledger(lines []forms.Line) (entered []Entered, answers []Block) {
	income := forms.Path("")
	var rest []Said
	for i := 0; i < len(lines); i++ {
		l := lines[i]
		switch {
		case l.Kind == forms.Heading && l.Depth == 0:
			end := i + 1
			for end < len(lines) && lines[end].Depth > 0 {
				end++
			}
			entered = append(entered, r.source(lines[i:end])...)
			i = end - 1
		case l.Kind != forms.Answer:
		case l.Field.Kind != forms.Money:
			rest = append(rest, r.said(l, 0))
		case l.Field.ShowAs != "" && r.a.Get(l.Path) == r.a.Get(income):
			// C is published as A (decision 9): the same figure twice says nothing
		default:
			e := Entered{Label: ask(r.w, r.f, l.Path), Amount: forms.Show(r.w, r.a, l)}
			switch l.Field.Derive {
			case "incomeA":
				income, e.Class = l.Path, "total"
			case "incomeC":
				e.Class = "suma"
			}
			entered = append(entered, e)
		}
	}
	return entered, blocks(rest)
}

// source reads one kind of income: its sum, and each of its items below.
func (r reading) source(lines []forms.Line) []Entered {
	sum := Entered{Label: ask(r.w, r.f, lines[0].Path), Class: "sub"}
	var items []Entered
	for i, l := range lines {
		switch {
		case l.Kind == forms.Answer && l.Field.Derive == "groupTotal":
			sum.Amount = forms.Show(r.w, r.a, l)
		case l.Kind == forms.Item:
			end := i + 1
			for end < len(lines) && lines[end].Depth > l.Depth {
				end++
			}
			row, _ := r.row(lines[i:end])
			items = append(items, Entered{row.Title, row.Amount, "sub sub2"})
		}
	}
	if len(items) == 0 {
		return nil
	}
	return append([]Entered{sum}, items...)
}
