package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"declara/app/declare"
	"declara/storage"
)

// The office's list of who must file, and what became of it. It shows dates and
// states and never a word of what was declared (legal.md 1.3).

// panelRoutes are the panel and the list.
func (s *Server) panelRoutes() []Route {
	return append([]Route{
		{Method: "GET", Path: "/contraloria", Roles: headRoles, Do: s.panel},
		{Method: "GET", Path: "/contraloria/cumplimiento", Roles: stateRoles, Do: s.complianceList},
		{Method: "POST", Path: "/contraloria/cumplimiento", Roles: stateRoles, Body: smallBody, Do: s.complianceSearch},
	}, listRoutes("/contraloria/cumplimiento", rosterRoles, s.complianceSheet)...)
}

// compliancePath is the list; a filter follows it.
const compliancePath = "/contraloria/cumplimiento"

// stateClasses are the classes of the states of compliance.
var stateClasses = map[declare.State]string{
	declare.RequiredOver: "mal", declare.Omitted: "mal", declare.Required: "mal", declare.Unsure: "en", declare.Capture: "en", declare.Excused: "en", declare.Pending: "en",
	declare.Late: "ok", declare.InTime: "ok", declare.Exempt: "",
}

// kindsOwed are the types that the list can be filtered by.
var kindsOwed = []declare.Kind{declare.Inicial, declare.Modificacion, declare.Conclusion, declare.Aviso}

// complianceData is the data of the page "office-list".
type complianceData struct {
	complianceFilters
	Query, Path, CSV, XLSX string
	Clear, Remind          string
	Views                  []viewLink
	Filter                 bool // something is asked for
	pages
	All    []complianceLine
	Nobody bool // the roster is empty
	May    bool // may rule and require
	Files  bool // may take the list out
	Acts   bool // something may be done about some of the lines
}

// viewLink is a list by itself: those who omitted, those who were late.
type viewLink struct {
	Path, Words string
	Here        bool
}

// complianceLine is one duty of one person.
type complianceLine struct {
	ID, Name, Unit, Post, Title, Due, Why, Left, Filed string
	About                                              string // address of the person's page
	State                                              status
	Notice                                             string
	Require, RequireWords, Recall                      string // addresses of what may be done
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
		Query: a.Text, Path: addressOf(compliancePath, a, roll.Today, 1), CSV: addressOf(compliancePath+".csv", a, roll.Today, 1), XLSX: addressOf(compliancePath+".xlsx", a, roll.Today, 1), Clear: compliancePath,
		pages:  c.pages(len(lines), func(page int) string { return addressOf(compliancePath, a, roll.Today, page) }),
		Nobody: roll.People == 0, May: c.Has(storage.RoleComptroller), Files: slices.ContainsFunc(rosterRoles, c.Has),
	}
	d.Filter = d.Path != compliancePath || d.Query != ""
	d.complianceFilters = c.complianceFilters(roll, a)
	for _, l := range lines[d.from:d.to] {
		v := c.complianceLine(l)
		if v.About = helpPath + "/" + url.PathEscape(l.Person); d.Files {
			v.About = peoplePath + "/" + url.PathEscape(l.Person) + "/obligaciones"
		}
		if d.May && s.campaign != nil {
			c.actions(&v, l)
		}
		d.Acts = d.Acts || v.Recall != ""
		d.All = append(d.All, v)
	}
	for _, st := range []declare.State{"", declare.Missing, declare.Omitted, declare.Required, declare.RequiredOver, declare.Late, declare.Excused} {
		words := "office.view.all"
		if st != "" {
			words = "office.view." + string(st)
		}
		d.Views = append(d.Views, viewLink{addressOf(compliancePath, declare.Ask{Year: a.Year, State: st}, roll.Today, 1), c.words.T(words), a.State == st})
	}
	if d.May && s.campaign != nil && slices.ContainsFunc(lines, func(l *declare.Line) bool { return l.State.Unmet() || l.State.Open() }) {
		d.Remind = addressOf(remindPath, a, roll.Today, 1)
	}
	return c.Render(http.StatusOK, "office-list", d)
}

// complianceFilters are what each filter of the list can be.
type complianceFilters struct {
	Years, Units, Kinds, States []choice
}

func (c *Ctx) complianceFilters(roll *declare.Roll, a declare.Ask) (d complianceFilters) {
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
	return d
}

// complianceLine is a line in words.
func (c *Ctx) complianceLine(l *declare.Line) complianceLine {
	v := complianceLine{
		ID: l.Person, Name: l.Name, Unit: l.Unit, Post: l.Post, Title: c.words.T("declare.title."+string(l.Duty.Kind), l.Duty.Year),
		Due: c.words.DayShort(l.Duty.Due), Why: c.officeReason(l.Duty.Reason) + c.moved(l.Duty), State: status{stateClasses[l.State], c.words.T("office.state." + string(l.State))},
	}
	switch {
	case l.State == declare.Late:
		v.Left = c.words.N("office.filed.late", daysLate(l), c.words.DayShort(l.Filed))
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

// actions are what the office may do about a line.
func (c *Ctx) actions(v *complianceLine, l *declare.Line) {
	about := url.Values{"obligacion": {l.Duty.Key}}
	if l.State.Unmet() {
		v.Require = "/contraloria/personas/" + url.PathEscape(l.Person) + "/requerimiento?" + about.Encode()
		v.RequireWords = c.words.T("office.act." + string(l.State))
	}
	if l.State.Unmet() || l.State.Open() {
		about.Set("persona", l.Person)
		v.Recall = remindPath + "?" + about.Encode()
	}
}

// daysLate is by how many days a filing came after its last day.
func daysLate(l *declare.Line) int {
	filed, err := time.Parse(time.DateOnly, l.Filed)
	due, lost := time.Parse(time.DateOnly, l.Duty.Due)
	if err != nil || lost != nil {
		return 0
	}
	return int(filed.Sub(due).Hours() / 24)
}

// officeReason is why a duty is owed, as it is told to the office: of the person, and
// not to her.
func (c *Ctx) officeReason(r declare.Reason) string {
	r.Key = "office.reason." + strings.TrimPrefix(r.Key, "declare.reason.")
	return c.reason(r)
}

// moved tells of the agreement by which everybody was given more time.
func (c *Ctx) moved(d declare.Duty) string {
	if d.Agreement == "" {
		return ""
	}
	return " " + c.words.T("office.extended", d.Agreement, c.words.Day(d.Legal))
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

// complianceSheet is the whole of what a filter shows.
func (s *Server) complianceSheet(c *Ctx) (listFile, error) {
	roll, err := s.declare.Roll(c.Context(), c.Tenant())
	if err != nil {
		return listFile{}, err
	}
	a := askOf(c.Queries(), roll.Today)
	a.Text = c.visit.Session.Search
	rows := [][]string{c.heads("office.col.", "person", "unit", "post", "duty", "why", "due", "state", "filed", "days", "notices", "last", "letter", "served", "until")}
	for _, l := range roll.Pick(a) {
		last, late := "", ""
		if l.Notices > 0 {
			last = l.Last.At.In(c.Zone()).Format("2006-01-02")
		}
		switch {
		case l.State == declare.Late:
			late = strconv.Itoa(daysLate(l))
		case l.State.Unmet():
			late = strconv.Itoa(-l.Duty.Left)
		}
		rows = append(rows, []string{l.Name, l.Unit, l.Post, c.words.T("declare.title."+string(l.Duty.Kind), l.Duty.Year), c.officeReason(l.Duty.Reason) + c.moved(l.Duty), l.Duty.Due,
			c.words.T("office.state." + string(l.State)), l.Filed, late, strconv.Itoa(l.Notices), last, l.Letter.Number, l.Letter.Served, l.Until})
	}
	return listFile{c.words.T("office.file") + "-" + roll.Today, c.words.T("office.list.head"), rows}, nil
}
