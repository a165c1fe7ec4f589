package web

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"declara/app/declare"
	"declara/storage"
)

// The office's list of who must file, and what became of it. It shows dates and
// states and never a word of what was declared (legal.md 1.3).

// panelRoutes are the panel and the list.
func (s *Server) panelRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/contraloria", Roles: reserveRoles, Do: s.panel},
		{Method: "GET", Path: "/contraloria/cumplimiento", Roles: rosterRoles, Do: s.complianceList},
		{Method: "POST", Path: "/contraloria/cumplimiento", Roles: rosterRoles, Body: smallBody, Do: s.complianceSearch},
		{Method: "GET", Path: "/contraloria/cumplimiento.csv", Roles: rosterRoles, Do: s.complianceCSV},
	}
}

// compliancePath is the list; a filter follows it.
const compliancePath = "/contraloria/cumplimiento"

// perPage is how many lines a page of the list has.
const perPage = 50

// stateClasses are the classes of the states of compliance.
var stateClasses = map[declare.State]string{
	declare.RequiredOver: "mal", declare.Omitted: "mal", declare.Required: "mal", declare.Unsure: "en", declare.Excused: "en", declare.Pending: "en",
	declare.Late: "ok", declare.InTime: "ok", declare.Exempt: "",
}

// kindsOwed are the types that the list can be filtered by.
var kindsOwed = []declare.Kind{declare.Inicial, declare.Modificacion, declare.Conclusion, declare.Aviso}

// complianceData is the data of the page "office-list".
type complianceData struct {
	Years, Units, Kinds, States []choice
	Query, Path, CSV, Clear     string
	Filter                      bool // something is asked for
	Total, Page, Pages          int
	Prev, Next                  string
	All                         []complianceLine
	Nobody                      bool // the roster is empty
	May                         bool // may rule and require
}

// complianceLine is one duty of one person.
type complianceLine struct {
	ID, Name, Unit, Post, Title, Due, Why, Left, Filed string
	State                                              status
	Notice                                             string
}

// askOf reads a filter from an address. What it does not understand filters
// nothing, so that an address never fails. Without a year it is this one.
func askOf(v url.Values, today string) declare.Ask {
	a := declare.Ask{Unit: v.Get("unidad")}
	a.Year, _ = strconv.Atoi(today[:4])
	if v.Get("anio") == "todos" {
		a.Year = 0
	} else if y, err := strconv.Atoi(v.Get("anio")); err == nil && y > 1900 && y < 2200 {
		a.Year = y
	}
	if k := declare.Kind(v.Get("tipo")); slices.Contains(kindsOwed, k) {
		a.Kind = k
	}
	if st := declare.State(v.Get("estado")); slices.Contains(declare.States, st) || slices.Contains(declare.Groups, st) {
		a.State = st
	}
	return a
}

// addressOf is where a filter is found; this year is not written down.
func addressOf(path string, a declare.Ask, today string, page int) string {
	v := url.Values{}
	if year, _ := strconv.Atoi(today[:4]); a.Year == 0 {
		v.Set("anio", "todos")
	} else if a.Year != year {
		v.Set("anio", strconv.Itoa(a.Year))
	}
	for name, value := range map[string]string{"unidad": a.Unit, "tipo": string(a.Kind), "estado": string(a.State)} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if page > 1 {
		v.Set("pagina", strconv.Itoa(page))
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

func (s *Server) complianceList(c *Ctx) error {
	roll, err := s.declare.Roll(c.Context(), c.Tenant())
	if err != nil {
		return err
	}
	a := askOf(c.Queries(), roll.Today)
	a.Text = c.visit.Session.Search
	lines := roll.Pick(a)
	d := complianceData{
		Query: a.Text, Path: addressOf(compliancePath, a, roll.Today, 1), CSV: addressOf(compliancePath+".csv", a, roll.Today, 1), Clear: compliancePath,
		Total: len(lines), Pages: max(1, (len(lines)+perPage-1)/perPage), Nobody: roll.People == 0, May: c.Has(storage.RoleComptroller),
	}
	d.Filter = d.Path != compliancePath || d.Query != ""
	d.Page, _ = strconv.Atoi(c.Query("pagina"))
	d.Page = min(max(1, d.Page), d.Pages)
	if d.Page > 1 {
		d.Prev = addressOf(compliancePath, a, roll.Today, d.Page-1)
	}
	if d.Page < d.Pages {
		d.Next = addressOf(compliancePath, a, roll.Today, d.Page+1)
	}
	c.complianceFilters(&d, roll, a)
	for _, l := range lines[(d.Page-1)*perPage : min(d.Page*perPage, len(lines))] {
		d.All = append(d.All, c.complianceLine(l))
	}
	return c.Render(http.StatusOK, "office-list", d)
}

// complianceFilters fills the choices of the filters.
func (c *Ctx) complianceFilters(d *complianceData, roll *declare.Roll, a declare.Ask) {
	for _, y := range roll.Years() {
		d.Years = append(d.Years, choice{strconv.Itoa(y), strconv.Itoa(y), y == a.Year})
	}
	d.Years = append(d.Years, choice{"todos", c.words.T("office.year.all"), a.Year == 0})
	for _, u := range roll.Units() {
		d.Units = append(d.Units, choice{u, u, u == a.Unit})
	}
	for _, k := range kindsOwed {
		d.Kinds = append(d.Kinds, choice{string(k), c.words.T("office.kind." + string(k)), k == a.Kind})
	}
	for _, st := range append(slices.Clone(declare.Groups), declare.States...) {
		d.States = append(d.States, choice{string(st), c.words.T("office.state." + string(st)), st == a.State})
	}
}

// complianceLine is a line in words.
func (c *Ctx) complianceLine(l *declare.Line) complianceLine {
	v := complianceLine{
		ID: l.Person, Name: l.Name, Unit: l.Unit, Post: l.Post, Title: c.words.T("declare.title."+string(l.Duty.Kind), l.Duty.Year),
		Due: c.words.DayShort(l.Duty.Due), Why: c.reason(l.Duty.Reason), State: status{stateClasses[l.State], c.words.T("office.state." + string(l.State))},
	}
	switch {
	case l.Filed != "":
		v.Left = c.words.T("office.filed", c.words.DayShort(l.Filed))
	case l.Until != "":
		v.Left = c.words.T("office.until", c.words.DayShort(l.Until))
	case l.State.Unmet():
		v.Left = c.words.N("office.late", -l.Duty.Left)
	case l.State.Open() && l.Duty.Left == 0:
		v.Left = c.words.T("office.today")
	case l.State.Open():
		v.Left = c.words.N("office.left", l.Duty.Left)
	}
	v.Notice = c.notice(l)
	return v
}

// notice tells of the last reminder.
func (c *Ctx) notice(l *declare.Line) string {
	switch {
	case l.Notices > 0:
		return c.words.T("office.notice", c.words.Integer(int64(l.Notices)), c.words.DayShort(l.Last.At.In(c.Zone()).Format("2006-01-02")))
	case !l.Mail:
		return c.words.T("office.notice.nomail")
	}
	return c.words.T("office.notice.none")
}

// complianceSearch keeps what is looked for in the session, as the roster does: an
// address would put names into histories. The filter stays in the address.
func (s *Server) complianceSearch(c *Ctx) error {
	if err := s.accounts.Search(c.Context(), tenant, c.visit.Hash, c.Value("q")); err != nil {
		return err
	}
	v := c.Form()
	return c.Redirect(addressOf(compliancePath, askOf(v, c.today()), c.today(), 1))
}

// today is the day in the institution's zone.
func (c *Ctx) today() string { return c.Now().In(c.Zone()).Format("2006-01-02") }

// complianceCSV is the whole of what a filter shows, for a spreadsheet: with the mark
// that tells it the letters are UTF-8, and no cell that it would take for a formula.
func (s *Server) complianceCSV(c *Ctx) error {
	roll, err := s.declare.Roll(c.Context(), c.Tenant())
	if err != nil {
		return err
	}
	a := askOf(c.Queries(), roll.Today)
	a.Text = c.visit.Session.Search
	var out strings.Builder
	out.WriteString("\ufeff")
	w := csv.NewWriter(&out)
	w.UseCRLF = true
	row := func(cells ...string) {
		for i := range cells {
			cells[i] = unformula(strings.Join(strings.Fields(cells[i]), " "))
		}
		_ = w.Write(cells) // a strings.Builder takes all
	}
	var head []string
	for _, key := range []string{"person", "unit", "post", "duty", "why", "due", "state", "filed", "notices", "last"} {
		head = append(head, c.words.T("office.col."+key))
	}
	row(head...)
	for _, l := range roll.Pick(a) {
		last := ""
		if l.Notices > 0 {
			last = l.Last.At.In(c.Zone()).Format("2006-01-02")
		}
		row(l.Name, l.Unit, l.Post, c.words.T("declare.title."+string(l.Duty.Kind), l.Duty.Year), c.reason(l.Duty.Reason), l.Duty.Due,
			c.words.T("office.state."+string(l.State)), l.Filed, strconv.Itoa(l.Notices), last)
	}
	w.Flush()
	return c.Attachment(c.words.T("office.file")+"-"+roll.Today+".csv", "text/csv; charset=utf-8", []byte(out.String()))
}
