package web

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"declara/app/errs"
	"declara/app/verify"
	"declara/app/verify/evolution"
	drawn "declara/app/web/view"
	"declara/forms"
	"declara/pdf"
	"declara/storage"
)

// The work sheet (package verify): the wealth over the years, what changed, the sections
// side by side, and what the verifier does about them. It is shown only to who opened
// the declarations today; to everybody else these addresses lead back to the way in.

// sheetData is the data of the page "verify-sheet".
type sheetData struct {
	Form         answers
	At           string // address of the task
	Number       string
	Folio        string
	Name, Post   string
	Title        string // "Modificación 2026"
	Since        string
	Mine         bool // who reads it works on it
	Open         bool
	Bars         []yearBars
	Said         string // of the chart
	Years        []yearView
	Last         *yearView
	Before       string // title of the declaration before
	Changes      []changeRow
	Same         int
	Sections     []sectionLine
	Progress     string
	Papers       []paperView
	PaperStates  []option
	Figures      []figureView
	FigureKinds  []option
	Currencies   []option
	YearOptions  []option
	Rounds       []roundView
	Ask          bool // a question can be asked
	Pending      bool // one waits
	Outcomes     []hinted
	Referred     bool
	Unresolved   int // sections marked with a difference, or to be asked about
	Verification storage.Verification
}

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

type sectionLine struct {
	No, Title, Path string
	Mark            status
	Note            string
	Changed         bool
}

type paperView struct {
	storage.AskedPaper
	Tag  status
	When string
}

type figureView struct{ ID, Year, Kind, Amount, Words, Source string }

type roundView struct {
	N                                            int
	Question, Asked, Due, Answer, Answered, Term string
	State                                        status
}

// shortTitle is what a declaration is in short: "Modificación 2026".
func (c *Ctx) shortTitle(p *verify.Part) string {
	return c.words.T("verify.type."+p.Filing.Type.Slug(), strconv.Itoa(p.Filing.Year))
}

// sheet reads the sheet, or says where it is opened.
func (s *Server) sheet(c *Ctx) (verify.Sheet, bool, error) {
	sh, err := s.draws.Sheet(c.Context(), c.Tenant(), *c.User(), c.Param("number"), c.Param("folio"))
	if errors.Is(err, verify.ErrUnopened) {
		c.Flash("sheet.flash.unopened")
		return sh, false, c.Redirect(c.taskPath())
	}
	return sh, err == nil, err
}

func (s *Server) sheetPage(c *Ctx) error { return s.sheetShown(c, http.StatusOK, answers{}) }

func (s *Server) sheetShown(c *Ctx, code int, form answers) error {
	sh, ok, err := s.sheet(c)
	if !ok {
		return err
	}
	f := sh.Drawn().Filing
	if form.Values == nil {
		form.Values = url.Values{"dias": {"5"}, "clase": {verify.FigureExpense}, "anio": {strconv.Itoa(f.Year - 1)}}
	}
	d := sheetData{
		Form: form, At: c.taskPath(), Number: sh.Draw, Folio: sh.Folio, Name: fullName(sh.Person), Post: sh.Person.Post,
		Title: c.shortTitle(sh.Drawn()), Since: strconv.Itoa(sh.Parts[0].Filing.Year),
		Mine: sh.Verifier == c.User().ID, Open: sh.State != storage.Verified, Referred: sh.Outcome == storage.Referred, Verification: sh.Verification,
	}
	for i := range sh.Years {
		d.Years = append(d.Years, c.yearView(&sh, &sh.Years[i]))
	}
	if n := len(d.Years); n > 0 {
		d.Last = &d.Years[n-1]
	}
	d.Bars, d.Said = c.yearBars(sh.Years)
	if b := sh.Before(); b != nil {
		d.Before = c.shortTitle(b)
	}
	changed := map[string]bool{}
	d.Changes, d.Same = c.changes(&sh, changed)
	c.sheetSections(&sh, &d, changed)
	c.sheetWork(&sh, &d)
	c.Secret()
	return c.Render(code, "verify-sheet", d)
}

// sheetSections lists the sections with their marks.
func (c *Ctx) sheetSections(sh *verify.Sheet, d *sheetData, changed map[string]bool) {
	form := sh.Drawn().Form
	for i := range form.Sections {
		sec := &form.Sections[i]
		l := sectionLine{No: sectionLabel(sec), Title: c.words.T("section." + sec.Key), Path: sheetSectionPath(d.At, sec.Key), Mark: status{"", c.words.T("sheet.mark.none")}, Changed: changed[sec.Key]}
		if m, ok := sh.Checks[sec.Key]; ok {
			l.Mark, l.Note = c.mark(m.Mark), m.Note
			if m.Mark != verify.MarkOK {
				d.Unresolved++
			}
		}
		d.Sections = append(d.Sections, l)
	}
	d.Progress = c.words.T("sheet.progress.of", c.words.Integer(int64(len(sh.Checks))), c.words.Integer(int64(len(form.Sections))))
}

var markClasses = map[string]string{verify.MarkOK: "ok", verify.MarkDifference: "en", verify.MarkAsk: "nuevo"}

func (c *Ctx) mark(m string) status { return status{markClasses[m], c.words.T("sheet.mark." + m)} }

var paperClasses = map[string]string{verify.PaperAsked: "", verify.PaperAgrees: "ok", verify.PaperNot: "en", verify.PaperSilent: "en"}

// sheetWork fills what the verifier enters and asks.
func (c *Ctx) sheetWork(sh *verify.Sheet, d *sheetData) {
	for _, p := range sh.Papers {
		d.Papers = append(d.Papers, paperView{p, status{paperClasses[p.State], c.words.T("sheet.paper." + p.State)}, c.words.When(p.At.In(sh.Zone))})
	}
	for _, x := range verify.PaperStates {
		d.PaperStates = append(d.PaperStates, option{x, c.words.T("sheet.paper." + x)})
	}
	for _, x := range verify.Figures {
		d.FigureKinds = append(d.FigureKinds, option{x, c.words.T("sheet.figure." + x)})
	}
	for _, e := range forms.Currencies.Entries {
		if e.Key != evolution.Peso {
			d.Currencies = append(d.Currencies, option{e.Key, e.Key + " · " + c.words.Option(forms.Currencies.Name, e.Key, e.Text)})
		}
	}
	for _, y := range sh.Years {
		if y.Name > 0 {
			d.YearOptions = append(d.YearOptions, option{strconv.Itoa(y.Name), strconv.Itoa(y.Name)})
		}
	}
	for _, e := range sh.Entries {
		kind := verify.FigureResource
		if e.Use {
			kind = verify.FigureExpense
		}
		d.Figures = append(d.Figures, figureView{e.ID, strconv.Itoa(e.Year), c.words.T("sheet.figure." + kind), c.words.Money(e.Amount, evolution.Peso), e.Words, e.Source})
	}
	for _, r := range sh.Rates {
		d.Figures = append(d.Figures, figureView{strconv.Itoa(r.Year) + r.Currency, strconv.Itoa(r.Year), c.words.T("sheet.figure.cambio"), c.words.T("sheet.rate.is", r.Currency, rateText(r.Rate)), "", r.Source})
	}
	today := c.today()
	for i, r := range sh.Rounds {
		d.Rounds = append(d.Rounds, c.roundView(i, r, sh.Zone, today))
	}
	n := len(sh.Rounds)
	d.Pending = n > 0 && sh.Rounds[n-1].Answer == "" && today <= sh.Rounds[n-1].Due
	d.Ask = d.Mine && d.Open && !d.Pending
	for _, o := range verify.Outcomes {
		d.Outcomes = append(d.Outcomes, hinted{string(o), c.words.T("sheet.outcome." + string(o)), c.words.T("sheet.outcome." + string(o) + ".hint")})
	}
}

// rateText is a rate as people write it.
func rateText(n int64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%d.%04d", n/10000, n%10000), "0"), ".")
}

// roundView is a question in words, for either side.
func (c *Ctx) roundView(i int, r storage.Round, zone *time.Location, today string) roundView {
	v := roundView{N: i + 1, Question: r.Question, Asked: c.words.When(r.Asked.In(zone)), Due: c.words.Day(r.Due), Answer: r.Answer, Term: c.words.N("sheet.term", r.Days)}
	switch {
	case r.Answer != "" && r.Late:
		v.State = status{"en", c.words.T("sheet.round.late")}
	case r.Answer != "":
		v.State = status{"ok", c.words.T("sheet.round.answered")}
	case today > r.Due:
		v.State = status{"en", c.words.T("sheet.round.over")}
	default:
		v.State = status{"nuevo", c.words.T("sheet.round.waits")}
	}
	if r.Answer != "" {
		v.Answered = c.words.When(r.Answered.In(zone))
	}
	return v
}

func sheetSectionPath(at, section string) string { return at + "/hoja/seccion/" + section }

// rowID is the anchor of a row on the page of its section.
func rowID(p forms.Path) string { return "r-" + strings.ReplaceAll(string(p), ".", "-") }

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

// sectionData is the data of the page "verify-section".
type sectionData struct {
	Form                 answers
	At, Number, Folio    string
	Name, No, Key, Title string
	Before, Now          string // titles of the two
	Rows                 []sideRow
	NoneNow, NoneBefore  bool
	Notes                []noteView
	MarkOptions          []hinted
	Mine                 bool
	Prev, Next           string
}

// sideRow is a line of the two declarations.
type sideRow struct {
	ID          string
	Head        bool
	Depth       int
	Label       string
	Before, Now string
	Changed     bool
	Private     bool
}

func (s *Server) sheetSection(c *Ctx) error {
	return s.sheetSectionShown(c, http.StatusOK, answers{})
}

func (s *Server) sheetSectionShown(c *Ctx, code int, form answers) error {
	sh, ok, err := s.sheet(c)
	if !ok {
		return err
	}
	sec := sh.Section(c.Param("section"))
	if sec == nil {
		return errs.New(errs.NotFound, "web.error.notfound")
	}
	if m, there := sh.Checks[sec.Key]; there && form.Values == nil {
		form.Values = url.Values{"marca": {m.Mark}, "nota": {m.Note}}
	}
	now := sh.Drawn()
	d := sectionData{
		Form: form, At: c.taskPath(), Number: sh.Draw, Folio: sh.Folio, Name: fullName(sh.Person), No: sectionLabel(sec), Key: sec.Key, Title: c.words.T("section." + sec.Key),
		Now: c.shortTitle(now), Mine: sh.Verifier == c.User().ID && sh.State != storage.Verified,
	}
	var aligned forms.Answers
	var was *forms.Form
	if b := sh.Before(); b != nil {
		d.Before = c.shortTitle(b)
		aligned, was = forms.Align(now.Form, b.Answers, now.Answers), b.Form
	}
	c.sideBySide(&d, now.Form, now.Answers, was, aligned)
	for _, p := range sh.Parts {
		for _, n := range p.Notes {
			if n.Section == "" || n.Section == sec.Key {
				d.Notes = append(d.Notes, noteView{When: c.words.When(n.Filed.In(sh.Zone)), Text: n.Text, Section: p.Filing.Folio})
			}
		}
	}
	for _, m := range verify.Marks {
		d.MarkOptions = append(d.MarkOptions, hinted{Key: m, Text: c.words.T("sheet.mark." + m)})
	}
	i := slices.IndexFunc(now.Form.Sections, func(x forms.Section) bool { return x.Key == sec.Key })
	if i > 0 {
		d.Prev = sheetSectionPath(d.At, now.Form.Sections[i-1].Key)
	}
	if i+1 < len(now.Form.Sections) {
		d.Next = sheetSectionPath(d.At, now.Form.Sections[i+1].Key)
	}
	c.Secret()
	return c.Render(code, "verify-section", d)
}

// sideBySide joins the lines of a section in two declarations by their paths: those of
// the later one in their order, then those that are only in the earlier one.
func (c *Ctx) sideBySide(d *sectionData, f *forms.Form, a forms.Answers, was *forms.Form, b forms.Answers) {
	old := map[forms.Path]string{}
	var earlier []forms.Line
	if was != nil {
		earlier = forms.Lines(was, b, d.Key)
		for _, l := range earlier {
			old[l.Path] = forms.Show(c.words, b, l)
			d.NoneBefore = d.NoneBefore || l.Kind == forms.NoneDeclared
		}
	}
	seen := map[forms.Path]bool{}
	add := func(form *forms.Form, l forms.Line, before, now string) {
		r := sideRow{ID: rowID(l.Path), Depth: min(l.Depth, 3), Private: l.Private, Before: before, Now: now, Label: c.words.Question(form.Key(l.Path), form.Type.Slug())}
		switch l.Kind {
		case forms.Item:
			r.Head, r.Label = true, r.Label+" "+c.words.Integer(int64(l.Index))
		case forms.Answer:
			r.Changed = was != nil && before != now
		default:
			r.Head = true
		}
		d.Rows = append(d.Rows, r)
	}
	for _, l := range forms.Lines(f, a, d.Key) {
		seen[l.Path] = true
		if l.Kind == forms.NoneDeclared {
			d.NoneNow = true
			continue
		}
		add(f, l, old[l.Path], forms.Show(c.words, a, l))
	}
	for _, l := range earlier {
		if !seen[l.Path] && l.Kind != forms.NoneDeclared {
			add(was, l, old[l.Path], "")
		}
	}
}

func (s *Server) sheetCheck(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	err := s.draws.Check(c.Context(), c.Tenant(), *c.User(), c.Param("number"), c.Param("folio"), c.Param("section"), c.Value("marca"), c.Value("nota"))
	return c.workDone(err, s.sheetSectionShown, "sheet.flash.checked", c.taskPath()+"/hoja#secciones")
}

// sheetPaper asks for a document, or writes down what became of one.
func (s *Server) sheetPaper(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	var err error
	if id := c.Value("cual"); id != "" {
		err = s.draws.MarkPaper(c.Context(), c.Tenant(), *c.User(), c.Param("number"), c.Param("folio"), id, c.Value("estado"))
	} else {
		err = s.draws.AskPaper(c.Context(), c.Tenant(), *c.User(), c.Param("number"), c.Param("folio"), c.Value("documento"))
	}
	return c.workDone(err, s.sheetShown, "sheet.flash.kept", c.taskPath()+"/hoja#documentos")
}

// sheetFigure enters a figure, or takes one out.
func (s *Server) sheetFigure(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	var err error
	if id := c.Value("quitar"); id != "" {
		err = s.draws.RemoveFigure(c.Context(), c.Tenant(), *c.User(), c.Param("number"), c.Param("folio"), id)
	} else {
		err = s.draws.AddFigure(c.Context(), c.Tenant(), *c.User(), c.Param("number"), c.Param("folio"), verify.Figure{
			Kind: c.Value("clase"), Year: c.Value("anio"), Amount: c.Value("importe"), Currency: c.Value("moneda"), Words: c.Value("concepto"), Source: c.Value("origen"),
		})
	}
	return c.workDone(err, s.sheetShown, "sheet.flash.kept", c.taskPath()+"/hoja#cifras")
}

func (s *Server) sheetAsk(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	err := s.draws.Ask(c.Context(), c.Tenant(), *c.User(), c.Param("number"), c.Param("folio"), c.Value("pregunta"), c.Value("dias"))
	return c.workDone(err, s.sheetShown, "sheet.flash.asked", c.taskPath()+"/hoja#aclaraciones")
}

func (s *Server) sheetClose(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	err := s.draws.Close(c.Context(), c.Tenant(), *c.User(), c.Param("number"), c.Param("folio"), storage.VerificationOutcome(c.Value("resultado")), c.Value("hallazgo"))
	return c.workDone(err, s.sheetShown, "verify.flash.closed", c.taskPath())
}

// sheetReferral is the draft of the letter that hands a verification to the
// investigating authority, with the arithmetic of each year that has a difference and
// the list of what it rests on. It is printed, signed by hand, and not kept.
func (s *Server) sheetReferral(c *Ctx) error {
	sh, ok, err := s.sheet(c)
	if !ok {
		return err
	}
	inst, w := c.Institution(), c.words
	in := pdf.Act{
		Words: w, Lang: w.Tag(), Institution: inst.Name, Office: inst.Office, Initials: inst.Initials, Address: inst.Address,
		Title: w.T("sheet.referral.title"), To: w.T("sheet.referral.to"), Day: c.today(),
		Marks:  [][2]string{{w.T("verify.fact.number"), sh.Draw}, {w.T("pdf.folio"), sh.Folio}, {w.T("sheet.referral.person"), fullName(sh.Person)}, {w.T("sheet.referral.post"), sh.Person.Post}},
		Before: []string{w.T("sheet.referral.says", sh.Draw)}, Signer: c.User().Name, Post: w.T("sheet.referral.signer"),
		After: []string{w.T("sheet.referral.after")},
	}
	if sh.Finding != "" {
		in.Body = append(in.Body, w.T("sheet.referral.finding", sh.Finding))
	}
	for i := range sh.Years {
		in.Body = append(in.Body, c.referralYear(&sh, &sh.Years[i])...)
	}
	in.Body = append(in.Body, w.T("sheet.referral.evidence"))
	for _, p := range sh.Parts {
		in.Body = append(in.Body, w.T("sheet.referral.filing", c.title("declare.title.", p.Filing.Type, p.Filing.Interest, p.Filing.Year), p.Filing.Folio, p.Filing.Hash))
	}
	for _, p := range sh.Papers {
		in.Body = append(in.Body, w.T("sheet.referral.paper", p.What, w.T("sheet.paper."+p.State)))
	}
	for _, r := range sh.Rounds {
		answered := w.T("sheet.referral.silent")
		if r.Answer != "" {
			answered = w.T("sheet.referral.answered", w.When(r.Answered.In(sh.Zone)))
		}
		in.Body = append(in.Body, w.T("sheet.referral.round", w.When(r.Asked.In(sh.Zone)), answered))
	}
	var out bytes.Buffer
	if err := pdf.WriteAct(&out, in); err != nil {
		return err
	}
	c.Secret()
	return c.Attachment(sh.Draw+"-"+sh.Folio+"-turno.pdf", "application/pdf", out.Bytes())
}

// referralYear is the arithmetic of a year that has something to clarify, line by line.
func (c *Ctx) referralYear(sh *verify.Sheet, y *evolution.Year) (out []string) {
	w := c.words
	v := c.yearView(sh, y)
	for _, s := range v.Sums {
		if !s.Clarify {
			continue
		}
		out = append(out, w.T("sheet.referral.year", v.Name, s.Difference))
		for _, side := range []struct {
			key   string
			lines []lineView
			total string
		}{{"sheet.resources", s.From, s.Resources}, {"sheet.uses", s.To, s.Uses}} {
			for _, l := range side.lines {
				out = append(out, strings.TrimSpace(w.T("sheet.referral.line", w.T(side.key), l.Label, l.Amount)+" "+l.More))
			}
			out = append(out, w.T("sheet.referral.total", w.T(side.key), side.total))
		}
	}
	if len(out) > 0 {
		for _, n := range v.Notes {
			out = append(out, n.Text)
		}
	}
	return out
}
