package web

import (
	"cmp"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"declara/app/declare"
	"declara/app/wiring"
	"declara/i18n"
	"declara/storage"
)

// The panel: how the campaign of May goes, unit by unit, against last year, and who
// is overdue. Its figures are counted from the list of compliance and nothing else.

// panelData is the data of the page "office-panel".
type panelData struct {
	Lowered      int    // steps to the simplified format that wait
	Today        string // spelled out
	Head, Lead   string
	Campaign     bool // there is a campaign to show
	Year         int
	Done         tally
	Percent      string
	Before       string // of last year on the same day
	Overdue      int    // of every kind
	Units        []unitLine
	More         []unitLine // those after the first
	Pace         *pace
	Late         []complianceLine
	Missing      int
	Coincidences int // with suppliers, that nobody has decided about
	Nobody       bool
	Links        map[string]string // to the list, by what is counted
	Mail         string
	MailDown     bool
	Begin        []todo // what the office has to do before its channel takes complaints safely
	Backup       string
	Server       []string // what whoever looks after the server has to see to
	PDN          string
	Next         []string // reminders to come
	Remindable   int      // people's duties that can be reminded of
	Can          bool     // reminders are sent here
	Draw         *drawCard
	Stages       []stageCard // of the cases of who looks
}

// tally counts the people of a campaign by what they have done.
type tally struct{ Filed, Drafted, None, All int }

func (t *tally) add(l *declare.Line) {
	if l.State == declare.Exempt || l.State == declare.Unsure {
		return // not owed, or not known to be
	}
	t.All++
	switch {
	case l.Filed != "":
		t.Filed++
	case l.Duty.Draft != "":
		t.Drafted++
	default:
		t.None++
	}
}

// share is the part of the whole that has filed.
func (t tally) share() float64 {
	if t.All == 0 {
		return 0
	}
	return float64(t.Filed) / float64(t.All)
}

// unitLine is the compliance of one unit, with the shapes of its bar.
type unitLine struct {
	Name, Path, Percent string
	tally
}

// bar is a rectangle of a chart of 100 by 10.
type bar struct{ Class, X, Width string }

// bars are the shapes of a tally, with a gap between them.
func (t tally) Bars() []bar {
	var all []bar
	x := 0.0
	for i, n := range []int{t.Filed, t.Drafted, t.None} {
		if n == 0 {
			continue
		}
		w := float64(n) / float64(t.All) * 100
		gap := 0.0
		if len(all) > 0 {
			gap = min(0.6, w/2)
		}
		all = append(all, bar{"b" + strconv.Itoa(i+1), number1(x + gap), number1(w - gap)})
		x += w
	}
	return all
}

func number1(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }

// unitsShown is how many units stand open on the panel.
const unitsShown = 12

// lateShown is how many overdue duties the panel names.
const lateShown = 10

func (s *Server) panel(c *Ctx) error {
	roll, err := s.declare.Roll(c.Context(), c.Tenant())
	if err != nil {
		return err
	}
	d := panelData{Today: c.words.Day(roll.Today), Nobody: roll.People == 0, Links: map[string]string{}}
	today, err := time.Parse("2006-01-02", roll.Today)
	if err != nil {
		return err
	}
	opens := may(today.Year(), 1)
	closes, err := s.closes(c, today.Year())
	if err != nil {
		return err
	}
	d.Year = today.Year()
	if today.Before(opens) {
		d.Year--
	}
	d.headline(c.words, today, opens, closes)
	d.campaign(c, roll, today)
	overdue := roll.Pick(declare.Ask{State: declare.Overdues})
	d.Overdue = len(overdue)
	for _, l := range overdue[:min(lateShown, len(overdue))] {
		v := c.complianceLine(l)
		if s.campaign != nil {
			c.actions(&v, l)
		}
		d.Late = append(d.Late, v)
	}
	d.Can = s.campaign != nil
	if c.Has(storage.RoleComptroller) {
		waits, err := s.accounts.Lowerings(c.Context(), c.Tenant())
		if err != nil {
			return err
		}
		d.Lowered = len(waits)
	}
	if err := s.cards(c, &d, wiring.Owed(roll.Lines), roll.Today); err != nil {
		return err
	}
	d.Missing = len(roll.Pick(declare.Ask{State: declare.Missing}))
	if d.Begin, err = s.begin(c); err != nil {
		return err
	}
	if err := s.panelMail(c, &d); err != nil {
		return err
	}
	if d.Coincidences, _, err = s.conflicts.Waiting(c.Context(), c.Tenant(), *c.User()); err != nil {
		return err
	}
	return c.Render(http.StatusOK, "office-panel", d)
}

// closes is the last day of a year's campaign: the last one of May, or that which the body
// gave to everybody.
func (s *Server) closes(c *Ctx, year int) (time.Time, error) {
	closes := may(year, 31)
	given, err := s.declare.Extensions(c.Context(), c.Tenant())
	for _, e := range given {
		if day, err := time.Parse("2006-01-02", e.Due); err == nil && e.Kind == string(declare.Modificacion) && e.Year == year {
			if closes = may(year, 31); day.After(closes) {
				closes = day
			}
		}
	}
	return closes, err
}

// begin is what only the control body can do, and nobody of the first run could: the keys
// with which complaints are read, and their backup.
func (s *Server) begin(c *Ctx) (all []todo, err error) {
	ch, err := s.complain.PublicChannel(c.Context(), c.Tenant())
	if err != nil {
		return nil, err
	}
	switch {
	case len(ch.Office) == 0:
		all = append(all, todo{Key: "office.begin.key", Path: "/cuenta/llave"})
	case ch.Escrow == "":
		all = append(all, todo{Key: "office.begin.escrow", Path: "/contraloria/llaves"})
	}
	return all, nil
}

// may is a day of May.
func may(year, day int) time.Time { return time.Date(year, time.May, day, 0, 0, 0, 0, time.UTC) }

// headline says where in the year of the campaign the day is.
func (d *panelData) headline(p *i18n.Printer, today, opens, closes time.Time) {
	left := func(to time.Time) int { return int(to.Sub(today).Hours() / 24) }
	year := strconv.Itoa(today.Year())
	switch {
	case today.Before(opens):
		d.Head, d.Lead = p.N("office.panel.before", left(opens)), p.T("office.panel.before.lead", year)
	case today.Equal(closes):
		d.Head, d.Lead = p.T("office.panel.last"), p.T("office.panel.lead", p.Day(closes.Format("2006-01-02")))
	case today.Before(closes):
		d.Head, d.Lead = p.N("office.panel.left", left(closes)), p.T("office.panel.lead", p.Day(closes.Format("2006-01-02")))
	default:
		d.Head, d.Lead = p.T("office.panel.after", year), p.T("office.panel.after.lead", p.Day(closes.Format("2006-01-02")))
	}
}

// campaign counts the modificaciones of the year, whole and by unit.
func (d *panelData) campaign(c *Ctx, roll *declare.Roll, today time.Time) {
	units := map[string]*tally{}
	now, then := map[string]int{}, map[string]int{}
	for _, l := range roll.Lines {
		switch {
		case l.Duty.Kind != declare.Modificacion:
		case l.Duty.Year == d.Year:
			d.Done.add(l)
			if units[l.Unit] == nil {
				units[l.Unit] = &tally{}
			}
			units[l.Unit].add(l)
			now[l.Filed]++
		case l.Duty.Year == d.Year-1:
			then[l.Filed]++
		}
	}
	d.Campaign = d.Done.All > 0
	d.Percent = c.words.Percent(100 * d.Done.share())
	ask := func(a declare.Ask) string { return addressOf(compliancePath, a, roll.Today, 1) }
	of := declare.Ask{Year: d.Year, Kind: declare.Modificacion}
	for _, st := range []declare.State{declare.Drafted, declare.Untouched} {
		of.State = st
		d.Links[string(st)] = ask(of)
	}
	d.Links["vencidas"] = ask(declare.Ask{State: declare.Overdues})
	d.Links["csv"] = addressOf(compliancePath+".csv", declare.Ask{State: declare.Missing}, roll.Today, 1)
	var all []unitLine
	for name, t := range units {
		if t.All > 0 {
			all = append(all, unitLine{cmp.Or(name, c.words.T("office.unit.none")), ask(declare.Ask{Year: d.Year, Kind: declare.Modificacion, Unit: name}), c.words.Percent(100 * t.share()), *t})
		}
	}
	slices.SortFunc(all, func(a, b unitLine) int {
		return cmp.Or(cmp.Compare(a.share(), b.share()), cmp.Compare(b.All-b.Filed, a.All-a.Filed), cmp.Compare(a.Name, b.Name))
	})
	d.Units = all[:min(unitsShown, len(all))]
	d.More = all[len(d.Units):]
	if d.Campaign {
		d.Pace = paceOf(c.words, d.Year, today, now, then)
		if d.Pace.Last {
			d.Before = c.words.T("office.panel.lastyear", c.words.Integer(int64(d.Pace.Then)))
		}
	}
}

// pace is the chart of filings of May, this year and the one before, with its
// figures.
type pace struct {
	Year, Then, Now, End int
	Last                 bool     // there is a year before
	Ahead                int      // of last year on the same day
	Line, Area, Dots     string   // paths, in a square of 100
	X, Y                 string   // where today is, percent and points
	At                   int      // day of May that the chart has reached
	Steps                []string // the scale, from the top
	Rows                 []paceRow
}

// paceRow is a line of the figures of the chart.
type paceRow struct {
	Day       string
	Now, Then string
}

// plot is the height of the chart in points; its labels need it.
const plot = 208

// paceOf draws the chart. now and then are filings by day; what was filed before May
// counts from its first day on, and after May not at all.
func paceOf(p *i18n.Printer, year int, today time.Time, now, then map[string]int) *pace {
	c := &pace{Year: year, At: 31}
	if today.Before(may(year, 31)) {
		c.At = today.Day()
	}
	a, b := sums(now, year), sums(then, year-1)
	c.Now, c.Then, c.End, c.Last = a[c.At], b[c.At], b[31], b[31] > 0
	c.Ahead = c.Now - c.Then
	top := scale(max(a[c.At], b[31], 4))
	for i := 4; i >= 0; i-- {
		c.Steps = append(c.Steps, p.Integer(int64(top*i/4)))
	}
	path := func(of [32]int, last int) string {
		var out strings.Builder
		for day := 1; day <= last; day++ {
			out.WriteString(fmt.Sprintf("%c%.2f %.2f", "ML"[min(1, day-1)], across(day), 100-100*float64(of[day])/float64(top)))
		}
		return out.String()
	}
	c.Line = path(a, c.At)
	c.Area = c.Line + fmt.Sprintf("L%.2f 100L0 100Z", across(c.At))
	if c.Last {
		c.Dots = path(b, 31)
	}
	c.X, c.Y = fmt.Sprintf("%.2f", across(c.At)), number1(plot*(1-float64(c.Now)/float64(top)))
	for day := 1; day <= 31; day++ {
		if day != c.At && day != 31 && (day-1)%7 != 0 {
			continue
		}
		r := paceRow{Day: p.Day(may(year, day).Format("2006-01-02")), Then: p.Integer(int64(b[day]))}
		if day <= c.At {
			r.Now = p.Integer(int64(a[day]))
		}
		c.Rows = append(c.Rows, r)
	}
	return c
}

// Behind is how many less than last year on the same day.
func (c *pace) Behind() int { return -c.Ahead }

// LastYear is the year that it is compared with.
func (c *pace) LastYear() int { return c.Year - 1 }

// Anchor is how the label of today stands, so that it is never cut off.
func (c *pace) Anchor() string {
	switch {
	case c.At <= 4:
		return "start"
	case c.At >= 28:
		return "end"
	}
	return "middle"
}

// across is where a day of May is, of 100.
func across(day int) float64 { return float64(day-1) / 30 * 100 }

// sums are the filings up to each day of a May.
func sums(of map[string]int, year int) (all [32]int) {
	for at, n := range of {
		on, err := time.Parse("2006-01-02", at)
		if err != nil || on.After(may(year, 31)) {
			continue
		}
		from := 1
		if !on.Before(may(year, 1)) {
			from = on.Day()
		}
		for day := from; day <= 31; day++ {
			all[day] += n
		}
	}
	return all
}

// scale is the top of an axis with four steps that are whole.
func scale(most int) int {
	step := math.Pow(10, math.Floor(math.Log10(float64(most))))
	for _, f := range []float64{0.4, 1, 2, 4, 8, 10} {
		if top := int(math.Ceil(f*step/4)) * 4; top >= most {
			return top
		}
	}
	return int(step * 10)
}

// panelMail tells whether mail goes out, by what became of the letters that wait.
func (s *Server) panelMail(c *Ctx, d *panelData) error {
	if !s.mail {
		d.Mail = c.words.T("office.mail.off")
		return nil
	}
	d.Mail = c.words.T("office.mail.works")
	return s.db.View(c.Context(), c.Tenant(), func(tx *storage.Txn) error {
		waiting, err := tx.DueMail(c.Now().Add(24*time.Hour), 20)
		if err != nil {
			return err
		}
		for _, m := range waiting {
			if m.Tries > 0 && m.Failed == "connection" {
				d.MailDown, d.Mail = true, c.words.T("office.mail.down")
			}
		}
		return nil
	})
}
