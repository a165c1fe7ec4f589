package web

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"declara/app/campaign"
	"declara/app/declare"
	"declara/app/errs"
	"declara/app/wiring"
	"declara/storage"
)

// Reminding by hand, and what became of reminders. Lists and letters say who owes what
// and until when, and never a word of what was declared.

const (
	remindPath   = compliancePath + "/recordar"
	sendingsPath = "/contraloria/recordatorios"
)

// campaignRoutes are the campaign of the office.
func (s *Server) campaignRoutes() []Route {
	if s.campaign == nil {
		return nil
	}
	get := func(path string, do Handler) Route {
		return Route{Method: "GET", Path: path, Roles: headRoles, Do: do}
	}
	post := func(path string, body int, do Handler) Route {
		return Route{Method: "POST", Path: path, Roles: headRoles, Body: body, Do: do}
	}
	const matter = "/contraloria/personas/:id/requerimiento"
	return slices.Concat(s.campaignFiles(), []Route{
		get(remindPath, s.remindPage),
		post(remindPath, 512<<10, s.remind), // some thousands may be left out
		get(sendingsPath, s.sendingsPage),
		get(sendingsPath+"/:nombre", s.sendingPage),
		get(sendingsPath+"/:nombre/avisos.pdf", s.sendingPaper),

		{Method: "GET", Path: postPath, Roles: postRoles, Do: s.postPage},
		{Method: "POST", Path: postPath, Roles: postRoles, Body: smallBody, Do: s.postAgain},

		get(matter, s.matterPage),
		post(matter, smallBody, s.matterRequire),
		post(matter+"/:oficio/fechas", smallBody, s.matterServe),
		post(matter+"/:oficio/vista", smallBody, s.matterRefer),
		get(matter+"/:oficio/requerimiento.pdf", s.matterLetter),
		get(matter+"/:oficio/vista.pdf", s.matterReferral),

		get(extensionsPath, s.extensionsPage),
		post(extensionsPath, maxScan+64<<10, s.extend),
		post("/contraloria/personas/:id/aviso", smallBody, s.handIn),
		get(notesPath, s.notesPage),
	})
}

// remindData is the data of the page "campaign-remind".
type remindData struct {
	Problem string
	Plan    campaign.Plan
	complianceFilters
	Some   bool   // of one person, and so without filters
	Search string // words that narrow the list too
	pages
	People      []remindLine
	Others      []string // keys of who is left out on other pages
	Rest        []remindRest
	Filter      []option
	Action      string // address of the page with its filter
	Back        string
	ID          string
	Paper       bool
	Count       int // of reminders that go
	Told        int // of them, to who was reminded today already
	Down        bool
	OnPaper     string // address of the same with everybody on paper
	MailCount   int
	PaperCount  int
	Institution storage.Institution
}

// remindLine is one person of a plan.
type remindLine struct {
	Key, ID, Name, Unit, Title, Due, Way string
	Left                                 bool // left out
	Told                                 bool
}

// remindRest are duties that the filter shows and of which there is nothing to remind.
type remindRest struct{ Path, Words string }

// wanted are the duties that an address asks to remind of: those of a filter of the
// list, or one of one person.
type wanted struct {
	all    []campaign.Owed
	rest   map[declare.State]int // of which there is nothing to remind, by why
	ask    declare.Ask
	filter url.Values
	roll   *declare.Roll
}

func (s *Server) wanted(c *Ctx, v url.Values) (w wanted, err error) {
	if w.roll, err = s.declare.Roll(c.Context(), c.Tenant()); err != nil {
		return w, err
	}
	w.filter, w.rest = url.Values{}, map[declare.State]int{}
	for _, name := range []string{"anio", "unidad", "tipo", "estado", "persona", "obligacion", "medio"} {
		if x := v.Get(name); x != "" {
			w.filter.Set(name, x)
		}
	}
	w.ask = askOf(v, w.roll.Today)
	var lines []*declare.Line
	if person := v.Get("persona"); person != "" {
		for _, l := range w.roll.Lines {
			if l.Person == person && (v.Get("obligacion") == "" || l.Duty.Key == v.Get("obligacion")) {
				lines = append(lines, l)
			}
		}
	} else {
		w.ask.Text = c.visit.Session.Search
		lines = w.roll.Pick(w.ask)
	}
	lines = slices.DeleteFunc(slices.Clone(lines), func(l *declare.Line) bool {
		nothing := !l.State.Open() && !l.State.Unmet()
		if nothing {
			w.rest[l.State]++
		}
		return nothing
	})
	w.all = wiring.Owed(lines)
	return w, nil
}

func (s *Server) remindPage(c *Ctx) error {
	return s.remindAgain(c, http.StatusOK, c.Queries(), storage.NewID(c.Now()), nil)
}

// remindAgain shows what would be sent. Filter and page are in the address; who is left
// out is in the form, also from page to page.
func (s *Server) remindAgain(c *Ctx, status int, v url.Values, id string, problem error) error {
	w, err := s.wanted(c, v)
	if err != nil {
		return err
	}
	d := remindData{ID: id, Paper: v.Get("medio") == "papel", Filter: fields(w.filter), Institution: c.Institution(), Back: compliancePath, Search: w.ask.Text, Some: v.Get("persona") != ""}
	if d.Plan, err = s.campaign.Plan(c.Context(), c.Tenant(), w.all, v["sin"], d.Paper); err != nil {
		return err
	}
	back, onPaper := url.Values{}, url.Values{}
	for name, x := range w.filter {
		onPaper[name] = x
		if name != "medio" && name != "persona" && name != "obligacion" {
			back[name] = x
		}
	}
	if len(back) > 0 {
		d.Back += "?" + back.Encode()
	}
	onPaper.Set("medio", "papel")
	d.OnPaper = remindPath + "?" + onPaper.Encode()
	at := func(page int) string {
		here := maps.Clone(w.filter)
		if page > 1 {
			here.Set("pagina", strconv.Itoa(page))
		}
		if len(here) == 0 {
			return remindPath
		}
		return remindPath + "?" + here.Encode()
	}
	d.Action = at(1)
	if problem != nil {
		d.Problem = c.said(problem)
	}
	shown := slices.Concat(d.Plan.Mail, d.Plan.Paper)
	d.pages = c.pages(len(shown), at)
	for i, a := range shown {
		here := i >= d.from && i < d.to
		switch {
		case a.Left && !here:
			d.Others = append(d.Others, a.Key())
		case a.Left:
		case i < len(d.Plan.Mail):
			d.MailCount++
		default:
			d.PaperCount++
		}
		if a.Told && !a.Left {
			d.Told++
		}
		if here {
			d.People = append(d.People, c.remindLine(a, i < len(d.Plan.Mail), d.Paper))
		}
	}
	d.Count = d.MailCount + d.PaperCount
	d.complianceFilters = c.complianceFilters(w.roll, w.ask)
	for _, st := range declare.States {
		if n := w.rest[st]; n > 0 {
			only := w.ask
			only.State = st
			d.Rest = append(d.Rest, remindRest{addressOf(compliancePath, only, w.roll.Today, 1), c.words.N("campaign.remind.rest", n, c.words.T("office.state."+string(st)))})
		}
	}
	if !s.mail {
		d.Down = true
	} else if box, err := s.campaign.Box(c.Context(), c.Tenant()); err != nil {
		return err
	} else {
		d.Down = box.Down
	}
	return c.Render(status, "campaign-remind", d)
}

// remindLine is a person of a plan in words.
func (c *Ctx) remindLine(a campaign.Addressee, mail, paper bool) remindLine {
	way := "nomail"
	switch {
	case mail:
		way = "mail"
	case a.Bounced:
		way = "bounced"
	case paper:
		way = "paper"
	}
	return remindLine{
		Key: a.Key(), ID: a.Person, Name: a.Name, Unit: a.Unit, Title: c.words.T("declare.title."+a.Kind, a.Year), Due: c.words.DayShort(a.Due),
		Way: c.words.T("campaign.way." + way), Left: a.Left, Told: a.Told,
	}
}

func (s *Server) remind(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	v := c.Form()
	if v.Has("ver") { // another page of the same
		return s.remindAgain(c, http.StatusOK, v, c.Value("envio"), nil)
	}
	w, err := s.wanted(c, v)
	if err != nil {
		return err
	}
	name, err := s.campaign.Send(c.Context(), c.Tenant(), c.User().ID, c.Value("envio"), c.Value("visto"), w.all, v["sin"], c.Value("medio") == "papel")
	switch errs.CodeOf(err) {
	case "":
		return c.Redirect(sendingsPath + "/" + name)
	case errs.Invalid, errs.Conflict:
		return s.remindAgain(c, 422, v, storage.NewID(c.Now()), err)
	}
	return err
}

// sendingLine is a group of reminders in a list.
type sendingLine struct {
	campaign.Sending
	Path, What, On, Who string
}

// sendingLines are groups of reminders in words.
func (s *Server) sendingLines(c *Ctx, all []campaign.Sending) (lines []sendingLine, err error) {
	for _, x := range all {
		who, err := s.nameOf(c, x.By)
		if err != nil {
			return nil, err
		}
		lines = append(lines, sendingLine{x, sendingsPath + "/" + x.Name, c.words.T("campaign.occasion." + x.Occasion), c.words.Day(x.Day), who})
	}
	return lines, nil
}

func (s *Server) sendingsPage(c *Ctx) error {
	all, err := s.campaign.Sendings(c.Context(), c.Tenant())
	if err != nil {
		return err
	}
	roll, err := s.declare.Roll(c.Context(), c.Tenant())
	if err != nil {
		return err
	}
	var d struct {
		pages
		All       []sendingLine
		Coming    []string
		CSV, XLSX string
	}
	d.pages = c.pages(len(all), func(page int) string { return sendingsPath + "?pagina=" + strconv.Itoa(page) })
	d.CSV, d.XLSX = sendingsPath+".csv", sendingsPath+".xlsx"
	if d.All, err = s.sendingLines(c, all[d.from:d.to]); err != nil {
		return err
	}
	for _, x := range campaign.Ahead(wiring.Owed(roll.Lines), roll.Today, 60) {
		d.Coming = append(d.Coming, c.coming(x))
	}
	return c.Render(http.StatusOK, "campaign-sendings", d)
}

// coming is a reminder to come in words.
func (c *Ctx) coming(x campaign.Coming) string {
	return c.words.N("campaign.coming", x.People, c.words.Day(x.Day), c.words.T("campaign.occasion."+x.Occasion))
}

// nameOf is the name of an account of the office; "" for the system.
func (s *Server) nameOf(c *Ctx, user string) (name string, err error) {
	if user == "" {
		return c.words.T("campaign.system"), nil
	}
	err = s.db.View(c.Context(), c.Tenant(), func(tx *storage.Txn) error {
		u, err := tx.User(user)
		if errors.Is(err, storage.ErrNotFound) {
			return nil
		}
		name = u.Name
		return err
	})
	return name, err
}

// mailStates are the classes of the states of letters.
var mailStates = map[string]string{"espera": "", "reintento": "en", "enviado": "ok", "fallo": "mal", "innecesario": "", "papel": "", "borrado": "", "fuera": ""}

// toldLine is a reminder of one person, with what became of it.
type toldLine struct {
	ID, Name, Unit, Title, Note string
	At                          time.Time
	Kind                        string // a key of mailStates
	State                       status
}

// toldLines are reminders in words, of a list of compliance as it is now.
func (c *Ctx) toldLines(all []campaign.Told, roll *declare.Roll) (lines []toldLine) {
	people := map[string]*declare.Line{}
	for _, l := range roll.Lines {
		people[l.Person] = l
		people[l.Person+"/"+l.Duty.Key] = l
	}
	for _, t := range all {
		r := toldLine{ID: t.Person, At: t.Notice.At, Kind: letterState(t)}
		l := people[t.Person+"/"+t.Duty]
		if l != nil {
			r.Title = c.words.T("declare.title."+string(l.Duty.Kind), l.Duty.Year)
		} else {
			l = people[t.Person]
		}
		if l != nil {
			r.Name, r.Unit = l.Name, l.Unit
		} else {
			r.Name = c.words.T("campaign.gone")
		}
		if t.Skipped == campaign.SkipLeft {
			r.Kind = "fuera"
		} else if t.Skipped != "" {
			r.Kind = "innecesario"
		}
		r.State = status{mailStates[r.Kind], c.words.T("campaign.mail." + r.Kind)}
		switch {
		case t.Mail.Again > 0:
			r.Note = c.words.T("campaign.mail.twice")
		case r.Kind == "fallo":
			r.Note = c.whyFailed(t.Mail.Failed)
		}
		lines = append(lines, r)
	}
	return lines
}

// sending is what became of the reminders of one sending.
func (s *Server) sending(c *Ctx) (lines []toldLine, what, by string, err error) {
	all, err := s.campaign.Sending(c.Context(), c.Tenant(), c.Param("nombre"))
	if err != nil {
		return nil, "", "", err
	}
	roll, err := s.declare.Roll(c.Context(), c.Tenant())
	if err != nil {
		return nil, "", "", err
	}
	occasion, _, _ := strings.Cut(c.Param("nombre"), ".")
	if strings.HasPrefix(occasion, "m-") {
		occasion = "m"
	}
	return c.toldLines(all, roll), c.words.T("campaign.occasion." + occasion), all[0].Notice.By, nil
}

func (s *Server) sendingPage(c *Ctx) error {
	name := c.Param("nombre")
	lines, what, by, err := s.sending(c)
	if err != nil {
		return err
	}
	var d struct {
		pages
		What, On, Who, Paper      string
		CSV, XLSX                 string
		Rows                      []toldLine
		Sent, Waiting, Bad, Print int
		Skipped                   int
	}
	_, day, _ := strings.Cut(name, ".")
	d.What, d.On = what, c.words.Day(day)
	if d.Who, err = s.nameOf(c, by); err != nil {
		return err
	}
	for _, r := range lines {
		switch r.Kind {
		case "papel":
			d.Print++
		case "enviado", "borrado":
			d.Sent++
		case "fallo":
			d.Bad++
		case "espera", "reintento":
			d.Waiting++
		case "fuera", "innecesario":
			d.Skipped++
		}
	}
	here := sendingsPath + "/" + url.PathEscape(name)
	if d.Print > 0 {
		d.Paper = here + "/avisos.pdf"
	}
	d.CSV, d.XLSX = here+"/lista.csv", here+"/lista.xlsx"
	d.pages = c.pages(len(lines), func(page int) string { return here + "?pagina=" + strconv.Itoa(page) })
	d.Rows = lines[d.from:d.to]
	return c.Render(http.StatusOK, "campaign-sending", d)
}

func (s *Server) sendingPaper(c *Ctx) error {
	file, _, err := s.campaign.Printed(c.Context(), c.Tenant(), c.Param("nombre"))
	if err != nil {
		return err
	}
	return c.Attachment(c.words.T("campaign.file.notices")+".pdf", "application/pdf", file)
}
