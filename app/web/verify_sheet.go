package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"declara/app/verify"
	"declara/app/verify/evolution"
	"declara/forms"
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
