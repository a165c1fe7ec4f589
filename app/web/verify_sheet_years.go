package web

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"declara/app/verify"
	"declara/app/verify/evolution"
	drawn "declara/app/web/view"
	"declara/forms"
)

// yearBars are the two columns of a year in the chart of 10 by 100.
type yearBars struct {
	Name                string
	Known               bool
	Resources, Uses     string // in thousands
	RY, RH, UY, UH      string
	ResourcesN, UsesN   string // whole
	Difference, Comment string
}

// yearView is the arithmetic of a year in words.
type yearView struct {
	Name             string
	Key              int
	Computed         bool
	Missing          bool
	Began, Ended     []wealthRow
	BeganAt, EndedAt string
	Sums             []wealthSum
	Notes            []yearNote
}

type wealthRow struct{ What, Amount string }

// wealthSum is a year in one currency: its lines, and what they come to.
type wealthSum struct {
	Currency        string
	From, To        []lineView
	Resources, Uses string
	Difference      string
	Clarify         bool // uses are more than resources
	Foreign         bool
}

// lineView is one figure, with the row that it comes from.
type lineView struct {
	Label, Amount, More, Path string
}

type yearNote struct{ Text, Path string }

type changeRow struct {
	Section, Path, Title string
	Before, Now          string
	Tag                  status
}

// rateText is a rate as people write it.
func rateText(n int64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%d.%04d", n/10000, n%10000), "0"), ".")
}

// asking reads a declaration as its pages do.
func (c *Ctx) asking(p *verify.Part) drawn.Ask {
	return drawn.Ask{Form: p.Form, Draft: &forms.Draft{Type: p.Statement.Type, Answers: p.Answers}, Words: c.words}
}

// called is what the row at a path is called, "" when it is no item of a list.
func called(ask drawn.Ask, p forms.Path) string {
	for up := p; strings.Contains(string(up), "."); up = up[:strings.LastIndexByte(string(up), '.')] {
		x, ok := ask.Form.Field(up)
		if ok && x.Kind == forms.List && !strings.HasSuffix(string(up), "."+x.Name) {
			return ask.Called(up)
		}
	}
	return ""
}

// yearView is the arithmetic of a year in words.
func (c *Ctx) yearView(sh *verify.Sheet, y *evolution.Year) yearView {
	v := yearView{Name: strconv.Itoa(y.Name), Key: y.Name, Computed: y.Computed, Missing: y.Missing}
	if y.Until != "" {
		v.Name = c.words.T("sheet.year.until", y.Name, c.words.Day(y.Until))
	}
	if y.Missing {
		return v
	}
	part := &sh.Parts[y.Closing]
	ask := c.asking(part)
	now := y.Closing == len(sh.Parts)-1
	at := func(p forms.Path) string {
		if !now || p == "" {
			return ""
		}
		return sheetSectionPath(c.taskPath(), p.Section()) + "#" + rowID(p)
	}
	v.Began, v.BeganAt = c.wealth(y.Began)
	v.Ended, v.EndedAt = c.wealth(y.Ended)
	for _, sum := range y.Sums {
		s := wealthSum{Currency: sum.Currency, Resources: c.words.Money(sum.Resources, sum.Currency), Uses: c.words.Money(sum.Uses, sum.Currency), Clarify: sum.Difference > 0, Foreign: sum.Currency != evolution.Peso}
		s.Difference = c.words.Money(max(sum.Difference, -sum.Difference), sum.Currency)
		v.Sums = append(v.Sums, s)
	}
	if len(v.Sums) == 0 {
		v.Sums = []wealthSum{{Currency: evolution.Peso}}
	}
	for _, l := range y.Lines {
		i := slices.IndexFunc(v.Sums, func(s wealthSum) bool { return s.Currency == l.Currency })
		if i < 0 {
			i = 0
		}
		line := c.lineView(ask, l)
		line.Path = at(l.Path)
		if l.Use {
			v.Sums[i].To = append(v.Sums[i].To, line)
		} else {
			v.Sums[i].From = append(v.Sums[i].From, line)
		}
	}
	for _, n := range y.Notes {
		v.Notes = append(v.Notes, c.yearNote(sh, y, ask, n, at(n.Path)))
	}
	return v
}

func (c *Ctx) wealth(w evolution.Wealth) (rows []wealthRow, day string) {
	if w.Day == "" {
		return nil, ""
	}
	for _, x := range []struct {
		key string
		all []evolution.Amount
	}{{"sheet.assets", w.Assets}, {"sheet.debts", w.Debts}} {
		for _, a := range x.all {
			rows = append(rows, wealthRow{c.words.T(x.key), c.words.Money(a.Value, a.Currency)})
		}
		if len(x.all) == 0 {
			rows = append(rows, wealthRow{c.words.T(x.key), c.words.Money(0, evolution.Peso)})
		}
	}
	return rows, c.words.Day(w.Day)
}

// lineView is a line of the arithmetic in words.
func (c *Ctx) lineView(ask drawn.Ask, l evolution.Line) lineView {
	v := lineView{Label: c.words.T("sheet.line." + string(l.Kind)), Amount: c.words.Money(l.Value, l.Currency)}
	var more []string
	switch {
	case l.ID != "":
		v.Label = l.Words
		more = append(more, c.words.T("sheet.more.source", l.Source))
	default:
		if name := called(ask, l.Path); name != "" {
			v.Label += ": " + name
		}
	}
	if l.Kind == evolution.Saving || l.Kind == evolution.Withdrawal || l.Kind == evolution.Owed || l.Kind == evolution.Payment {
		currency := l.Currency
		if l.Was.Currency != "" {
			currency = l.Was.Currency
		}
		more = append(more, c.words.T("sheet.more.balance", c.words.Money(l.From, currency), c.words.Money(l.To, currency)))
	}
	if l.Was.Currency != "" {
		more = append(more, c.words.T("sheet.more.was", c.words.Money(l.Was.Value, l.Was.Currency)))
	}
	if len(l.Owners) > 0 {
		var who []string
		for _, key := range l.Owners {
			who = append(who, c.words.Option(forms.Owner.Name, key, key))
		}
		more = append(more, c.words.T("sheet.more.owners", strings.Join(who, ", ")))
	}
	if l.Share > 0 {
		more = append(more, c.words.T("sheet.more.share", l.Share))
	}
	v.More = strings.Join(more, " ")
	return v
}

// yearNote is a note in words: what it is of, and what of it.
func (c *Ctx) yearNote(sh *verify.Sheet, y *evolution.Year, ask drawn.Ask, n evolution.Note, path string) yearNote {
	name := called(ask, n.Path)
	if n.Code == evolution.Vanished {
		b := &sh.Parts[y.Opening]
		before := c.asking(b)
		before.Draft = &forms.Draft{Answers: forms.Align(ask.Form, b.Answers, ask.Draft.Answers)}
		before.Form = b.Form
		name, path = called(before, n.Path), ""
	}
	if name == "" && n.Path != "" {
		name = c.words.T("section." + n.Path.Section())
	}
	day, amount := "", n.Before.Currency
	if n.Day != "" {
		day = c.words.Day(n.Day)
	}
	if n.Code == evolution.Vanished || n.Code == evolution.Repriced {
		amount = c.words.Money(n.Before.Value, n.Before.Currency)
	}
	return yearNote{c.words.T("sheet.note."+string(n.Code), name, day, amount), path}
}

// yearBars are the columns of the chart, in pesos, and what they say.
func (c *Ctx) yearBars(years []evolution.Year) (all []yearBars, said string) {
	var most int64 = 1
	for i := range years {
		s := years[i].Sum(evolution.Peso)
		most = max(most, s.Resources, s.Uses)
	}
	var words []string
	for i := range years {
		y := &years[i]
		b := yearBars{Name: strconv.Itoa(y.Name), Known: y.Computed}
		s := y.Sum(evolution.Peso)
		b.ResourcesN, b.UsesN = c.words.Money(s.Resources, evolution.Peso), c.words.Money(s.Uses, evolution.Peso)
		b.Resources, b.Uses = c.words.Integer((s.Resources+500)/1000), c.words.Integer((s.Uses+500)/1000)
		b.RY, b.RH = chartColumn(s.Resources, most)
		b.UY, b.UH = chartColumn(s.Uses, most)
		b.Difference = c.words.Money(max(s.Difference, -s.Difference), evolution.Peso)
		switch {
		case y.Missing:
			b.Comment = c.words.T("sheet.year.missing")
		case !y.Computed:
			b.Comment = c.words.T("sheet.year.unknown")
		case s.Difference > 0:
			b.Comment = c.words.T("sheet.year.clarify")
		default:
			b.Comment = c.words.T("sheet.year.covered")
		}
		if y.Computed {
			words = append(words, c.words.T("sheet.chart.year", b.Name, b.ResourcesN, b.UsesN))
		} else {
			words = append(words, b.Name+": "+b.Comment)
		}
		all = append(all, b)
	}
	return all, strings.Join(words, " ")
}

// chartColumn is the place and height of a column in a chart of 100.
func chartColumn(n, most int64) (y, height string) {
	h := float64(n) * 96 / float64(most)
	return strconv.FormatFloat(100-h, 'f', 1, 64), strconv.FormatFloat(h, 'f', 1, 64)
}

// changes are what is new, gone or changed since the declaration before, and in how
// many sections nothing is.
func (c *Ctx) changes(sh *verify.Sheet, changed map[string]bool) (rows []changeRow, same int) {
	before, now := sh.Before(), sh.Drawn()
	if before == nil {
		return nil, 0
	}
	aligned := forms.Align(now.Form, before.Answers, now.Answers)
	ask, was := c.asking(now), c.asking(before)
	was.Draft = &forms.Draft{Answers: aligned}
	others := map[string]int{}
	items := map[forms.Path]bool{}
	for _, x := range forms.Diff(now.Form, aligned, now.Answers) {
		f, ok := now.Form.Field(x.Path)
		if !ok || f.Derive == "percentChange" {
			continue
		}
		sec := now.Form.Section(x.Section)
		list := forms.Path(sec.Key).Join(sec.List)
		if sec.List == "" || !x.Path.Under(list) {
			others[x.Section]++
			continue
		}
		rest := string(x.Path[min(len(x.Path), len(list)+1):])
		id, _, _ := strings.Cut(rest, ".")
		item := list.Join(id)
		if id == "" || item != x.Path || x.Kind == forms.Same || items[item] {
			continue
		}
		items[item] = true
		r := changeRow{Section: sectionLabel(sec) + ". " + c.words.T("section."+sec.Key), Path: sheetSectionPath(c.taskPath(), sec.Key) + "#" + rowID(item), Title: ask.Called(item)}
		r.Now, _ = ask.Amount(item)
		r.Before, _ = was.Amount(item)
		switch x.Kind {
		case forms.Added:
			r.Tag, r.Before = status{"nuevo", c.words.T("sheet.change.new")}, ""
		case forms.Gone:
			r.Tag, r.Now = status{"", c.words.T("sheet.change.gone")}, ""
			if now.Answers.Get(item.Join("tipoOperacion")) == "" {
				r.Title = was.Called(item)
			}
		default:
			r.Tag = status{"en", c.words.T("sheet.change.changed")}
		}
		changed[x.Section] = true
		rows = append(rows, r)
	}
	for i := range now.Form.Sections {
		sec := &now.Form.Sections[i]
		if n := others[sec.Key]; n > 0 {
			changed[sec.Key] = true
			rows = append(rows, changeRow{Section: sectionLabel(sec) + ". " + c.words.T("section."+sec.Key), Path: sheetSectionPath(c.taskPath(), sec.Key), Title: c.words.N("sheet.change.answers", n), Tag: status{"en", c.words.T("sheet.change.changed")}})
		}
		if !changed[sec.Key] {
			same++
		}
	}
	return rows, same
}
