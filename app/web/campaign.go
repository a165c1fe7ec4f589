package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

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
		return Route{Method: "GET", Path: path, Roles: reserveRoles, Do: do}
	}
	post := func(path string, body int, do Handler) Route {
		return Route{Method: "POST", Path: path, Roles: reserveRoles, Body: body, Do: do}
	}
	const matter = "/contraloria/personas/:id/requerimiento"
	return []Route{
		get(remindPath, s.remindPage),
		post(remindPath, 128<<10, s.remind),
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
	}
}

// listed is how many people of a sending stand on a page to be left out; the list of
// compliance narrows longer ones.
const listed = 400

// remindData is the data of the page "campaign-remind".
type remindData struct {
	Problem     string
	Plan        campaign.Plan
	People      []remindLine
	More        int // that are not shown
	Filter      []option
	Back        string
	ID          string
	Paper       bool
	Count       int
	Told        int // who were reminded today already
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

// wanted are the duties that an address asks to remind of: those of a filter of the
// list, or one of one person.
func (s *Server) wanted(c *Ctx, v url.Values) (all []campaign.Owed, filter url.Values, err error) {
	roll, err := s.declare.Roll(c.Context(), c.Tenant())
	if err != nil {
		return nil, nil, err
	}
	filter = url.Values{}
	for _, name := range []string{"anio", "unidad", "tipo", "estado", "persona", "obligacion", "medio"} {
		if x := v.Get(name); x != "" {
			filter.Set(name, x)
		}
	}
	a := askOf(v, roll.Today)
	if person := v.Get("persona"); person != "" {
		for _, l := range roll.Lines {
			if l.Person == person && (v.Get("obligacion") == "" || l.Duty.Key == v.Get("obligacion")) {
				all = append(all, wiring.Owed([]*declare.Line{l})...)
			}
		}
	} else {
		a.Text = c.visit.Session.Search
		all = wiring.Owed(roll.Pick(a))
	}
	return slices.DeleteFunc(all, func(o campaign.Owed) bool { return !o.Open && !o.Unmet }), filter, nil
}

func (s *Server) remindPage(c *Ctx) error {
	return s.remindAgain(c, http.StatusOK, c.Queries(), storage.NewID(c.Now()), nil)
}

func (s *Server) remindAgain(c *Ctx, status int, v url.Values, id string, problem error) error {
	all, filter, err := s.wanted(c, v)
	if err != nil {
		return err
	}
	d := remindData{ID: id, Paper: v.Get("medio") == "papel", Filter: fields(filter), Institution: c.Institution(), Back: compliancePath}
	if d.Plan, err = s.campaign.Plan(c.Context(), c.Tenant(), all, d.Paper); err != nil {
		return err
	}
	back, onPaper := url.Values{}, url.Values{}
	for name, x := range filter {
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
	d.MailCount, d.PaperCount = len(d.Plan.Mail), len(d.Plan.Paper)
	d.Count = d.MailCount + d.PaperCount
	if problem != nil {
		d.Problem = c.said(problem)
	}
	for i, a := range slices.Concat(d.Plan.Mail, d.Plan.Paper) {
		if a.Told {
			d.Told++
		}
		if i >= listed {
			d.More++
			continue
		}
		way := "mail"
		switch {
		case i < d.MailCount:
		case a.Bounced:
			way = "bounced"
		case d.Paper:
			way = "paper"
		default:
			way = "nomail"
		}
		d.People = append(d.People, remindLine{
			Key: a.Key(), ID: a.Person, Name: a.Name, Unit: a.Unit, Title: c.words.T("declare.title."+a.Kind, a.Year), Due: c.words.DayShort(a.Due),
			Way: c.words.T("campaign.way." + way), Left: slices.Contains(v["sin"], a.Key()), Told: a.Told,
		})
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

func (s *Server) remind(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	v := c.Form()
	all, _, err := s.wanted(c, v)
	if err != nil {
		return err
	}
	name, err := s.campaign.Send(c.Context(), c.Tenant(), c.User().ID, c.Value("envio"), c.Value("visto"), all, v["sin"], c.Value("medio") == "papel")
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
		All  []sendingLine
		Next []string
		More bool
	}
	for _, x := range all[:min(len(all), 200)] {
		who, err := s.nameOf(c, x.By)
		if err != nil {
			return err
		}
		d.All = append(d.All, sendingLine{x, sendingsPath + "/" + x.Name, c.words.T("campaign.occasion." + x.Occasion), c.words.Day(x.Day), who})
	}
	d.More = len(all) > len(d.All)
	for _, x := range campaign.Ahead(wiring.Owed(roll.Lines), roll.Today, 60) {
		d.Next = append(d.Next, c.coming(x))
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
var mailStates = map[string]string{"espera": "", "reintento": "en", "enviado": "ok", "fallo": "mal", "innecesario": "", "papel": "", "borrado": ""}

// sendingPage tells what became of each reminder of one sending.
func (s *Server) sendingPage(c *Ctx) error {
	name := c.Param("nombre")
	all, err := s.campaign.Sending(c.Context(), c.Tenant(), name)
	if err != nil {
		return err
	}
	roll, err := s.declare.Roll(c.Context(), c.Tenant())
	if err != nil {
		return err
	}
	people := map[string]*declare.Line{}
	for _, l := range roll.Lines {
		people[l.Person] = l
		people[l.Person+"/"+l.Duty.Key] = l
	}
	type row struct {
		ID, Name, Unit, Title, Note string
		State                       status
	}
	var d struct {
		What, On, Who, Paper      string
		Rows                      []row
		Sent, Waiting, Bad, Print int
		Page, Pages               int
		Prev, Next                string
	}
	occasion, day, _ := strings.Cut(name, ".")
	if strings.HasPrefix(occasion, "m-") {
		occasion = "m"
	}
	d.What, d.On = c.words.T("campaign.occasion."+occasion), c.words.Day(day)
	if d.Who, err = s.nameOf(c, all[0].Notice.By); err != nil {
		return err
	}
	var rows []row
	for _, t := range all {
		r := row{ID: t.Person}
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
		state := letterState(t)
		r.State = status{mailStates[state], c.words.T("campaign.mail." + state)}
		switch state {
		case "papel":
			d.Print++
		case "enviado", "borrado":
			d.Sent++
		case "fallo":
			d.Bad++
			r.Note = c.whyFailed(t.Mail.Failed)
		case "espera", "reintento":
			d.Waiting++
		}
		if t.Mail.Again > 0 {
			r.Note = c.words.T("campaign.mail.twice")
		}
		rows = append(rows, r)
	}
	if d.Print > 0 {
		d.Paper = sendingsPath + "/" + url.PathEscape(name) + "/avisos.pdf"
	}
	d.Pages = max(1, (len(rows)+perPage-1)/perPage)
	d.Page, _ = strconv.Atoi(c.Query("pagina"))
	d.Page = min(max(1, d.Page), d.Pages)
	at := func(n int) string { return sendingsPath + "/" + url.PathEscape(name) + "?pagina=" + strconv.Itoa(n) }
	if d.Page > 1 {
		d.Prev = at(d.Page - 1)
	}
	if d.Page < d.Pages {
		d.Next = at(d.Page + 1)
	}
	d.Rows = rows[(d.Page-1)*perPage : min(d.Page*perPage, len(rows))]
	return c.Render(http.StatusOK, "campaign-sending", d)
}

func (s *Server) sendingPaper(c *Ctx) error {
	file, _, err := s.campaign.Printed(c.Context(), c.Tenant(), c.Param("nombre"))
	if err != nil {
		return err
	}
	return c.Attachment(c.words.T("campaign.file.notices")+".pdf", "application/pdf", file)
}
