package web

import (
	"slices"
	"strings"

	"declara/app/declare"
	drawn "declara/app/web/view"
	"declara/forms"
)

// ledger draws a section of amounts (8 and 9): what the post pays, the lists of
// other incomes, what partner and dependants earn, and the running totals, which
// the server computes and the script keeps up.
func (c *Ctx) ledger(page *sectionPage, w declare.Work, sec *forms.Section, ask drawn.Ask) {
	v := ledgerView{}
	key := forms.Path(sec.Key)
	var own, family []string
	groups := map[string]*forms.Field{}
	seen := false
	for i := range sec.Fields {
		x := &sec.Fields[i]
		switch {
		case x.Kind == forms.Group:
			groups[x.Name], seen = x, true
		case x.Derive != "" || isRemarks(key.Join(x.Name)):
		case seen:
			family = append(family, x.Name)
		default:
			own = append(own, x.Name)
		}
	}
	only := func(names []string) func(forms.Path) bool {
		return func(p forms.Path) bool {
			return slices.ContainsFunc(names, func(n string) bool { return p == key.Join(n) })
		}
	}
	// Drawn as one sheet first, so that conditions see all the questions of the page.
	ask.Only = func(p forms.Path) bool { return only(own)(p) || only(family)(p) }
	sheet := ask.Questions()
	for _, q := range sheet.Questions {
		switch {
		case only(own)(q.Path):
			v.Own = append(v.Own, summed(q, "i"))
		default:
			v.Family = append(v.Family, summed(q, "b"))
		}
	}
	sheets := []drawn.Sheet{sheet}
	for i := range sec.Fields {
		if x := groups[sec.Fields[i].Name]; x != nil {
			l, rows := c.incomes(w, key.Join(x.Name), x, ask)
			v.Lists = append(v.Lists, l)
			if len(l.Rows) == 0 {
				v.Without = append(v.Without, l.Title)
			}
			sheets = append(sheets, rows...)
			v.When, v.Hidden = c.servedWhen(sec, sheet), !w.Form.Live(w.Kept.Draft.Answers, key.Join(x.Name))
		}
	}
	page.Tail = c.remarks(ask)
	c.sums(&v, w, sec)
	page.Ledger = &v
	page.Errors = slices.Clone(sheet.Errors)
	for _, s := range sheets[1:] {
		page.Errors = append(page.Errors, s.Errors...)
	}
	page.Errors = append(page.Errors, page.Tail.Errors...)
	page.Base = pageBase(append(sheets, page.Tail)...)
}

// servedWhen is the condition on the answer that opens section 9, as the first
// question below it has it.
func (c *Ctx) servedWhen(sec *forms.Section, s drawn.Sheet) string {
	for _, q := range s.Questions {
		if q.When != "" && q.Draw == "money" {
			return q.When
		}
	}
	return ""
}

// summed marks an amount as part of a running total.
func summed(q drawn.Question, key string) drawn.Question {
	if q.Draw == "money" {
		q.Sum = key
	}
	return q
}

// incomes is one list of incomes, each row with its amount to type.
func (c *Ctx) incomes(w declare.Work, group forms.Path, x *forms.Field, ask drawn.Ask) (listView, []drawn.Sheet) {
	var list forms.Path
	for i := range x.Of {
		if x.Of[i].Kind == forms.List {
			list = group.Join(x.Of[i].Name)
		}
	}
	v := c.listView(w, list, ask)
	v.Title = c.words.Question(w.Form.Key(group), w.Form.Type.Slug())
	v.Total = c.words.Money(amountOf(w.Kept.Draft.Answers, group.Join("remuneracionTotal")), "MXN")
	v.Sum = x.Name
	var sheets []drawn.Sheet
	for i := range v.Rows {
		row := ask
		row.At, row.Only = v.Rows[i].Item, func(p forms.Path) bool { return strings.HasSuffix(string(p), ".remuneracion") }
		s := row.Questions()
		for j := range s.Questions {
			s.Questions[j] = summed(s.Questions[j], x.Name)
			s.Questions[j].About, s.Questions[j].Hint = v.Rows[i].Title, ""
		}
		for j := range s.Errors { // every row asks the same: the summary says of which
			_, problem, _ := strings.Cut(s.Errors[j].Text, ": ")
			s.Errors[j].Text = v.Rows[i].Title + ": " + problem
		}
		v.Rows[i].Fresh, v.Rows[i].Before, v.Rows[i].Beside = s.Questions, "", true
		sheets = append(sheets, s)
	}
	return v, sheets
}

// amountOf is an amount as typed, 0 when it cannot be read.
func amountOf(a forms.Answers, p forms.Path) int64 {
	n, err := forms.ParseMoney(a.Get(p))
	if err != nil {
		return 0
	}
	return n
}

// sums are the running totals: I, II with its parts, A, B and C.
func (c *Ctx) sums(v *ledgerView, w declare.Work, sec *forms.Section) {
	a := w.Kept.Draft.Answers
	key := forms.Path(sec.Key)
	var others []string
	var parts []sumView
	for i := range sec.Fields {
		if x := &sec.Fields[i]; x.Kind == forms.Group {
			others = append(others, x.Name)
			parts = append(parts, sumView{c.words.T("declare.sum." + x.Name), c.words.Integer(amountOf(a, key.Join(x.Name, "remuneracionTotal"))), x.Name, "sub"})
		}
	}
	ii := strings.Join(others, " ")
	var own, b, first, other, total forms.Path
	for i := range sec.Fields {
		x := &sec.Fields[i]
		p := key.Join(x.Name)
		switch {
		case x.Kind != forms.Money:
		case x.Derive == "otherIncome":
			other = p
		case x.Derive == "incomeA":
			first = p
		case x.Derive == "incomeC":
			total = p
		case strings.HasSuffix(x.Name, "ParejaDependiente"):
			b = p
		default:
			own = p
		}
	}
	line := func(key string, p forms.Path, keys, class string) sumView {
		return sumView{c.words.T("declare.sum." + key), c.words.Integer(amountOf(a, p)), keys, class}
	}
	v.Sums = append(v.Sums, line("i", own, "i", ""), line("ii", other, ii, ""))
	v.Sums = append(v.Sums, parts...)
	v.Sums = append(v.Sums, line("a", first, "i "+ii, "suma"))
	all := "i " + ii
	if b != "" {
		v.Sums = append(v.Sums, line("b", b, "b", ""))
		all += " b"
	}
	v.Total = line("c", total, all, "total")
	if b == "" {
		v.Total.Label = c.words.T("declare.sum.total")
	}
	v.Total.Amount = c.words.Money(amountOf(a, total), "MXN")
	if was := amountOf(w.Kept.Draft.Before, first); was > 0 && a.Get(own) != "" {
		v.Change = c.change(amountOf(a, first), was)
	}
}

// change compares an amount with what it was.
func (c *Ctx) change(now, was int64) string {
	money := func(n int64) string { return c.words.Money(n, "MXN") }
	switch {
	case now > was:
		return c.words.T("declare.sum.up", money(now-was), money(was))
	case now < was:
		return c.words.T("declare.sum.down", money(was-now), money(was))
	}
	return c.words.T("declare.sum.same", money(was))
}
