package web

import (
	"errors"
	"net/http"
	"net/url"

	"declara/app/account"
	"declara/app/declare"
	"declara/storage"
)

// The help desk: somebody comes, and is helped. Its pages say who must file and who has,
// print a code for who cannot come in and has shown who she is, and lead to what is typed
// for her while she sits there. Nothing on them was declared.

const helpPath = "/contraloria/mesa"

var helpRoles = []storage.Role{storage.RoleHelp}

func (s *Server) helpDeskRoutes() []Route {
	return []Route{
		{Method: "GET", Path: helpPath, Roles: helpRoles, Do: s.helpPage},
		{Method: "POST", Path: helpPath, Roles: helpRoles, Body: smallBody, Do: s.helpSearch},
		{Method: "GET", Path: helpPath + "/codigo", Roles: helpRoles, Do: s.codePage},
		{Method: "GET", Path: helpPath + "/:id", Roles: helpRoles, Do: s.helpPerson},
		{Method: "POST", Path: helpPath + "/:id/codigo", Roles: helpRoles, Body: smallBody, Do: s.helpCode},
	}
}

// onlyHelps reports whether who asks is of the help desk and not of the office.
func (c *Ctx) onlyHelps() bool {
	return c.Has(storage.RoleHelp) && !c.Has(storage.RoleComptroller)
}

// helpData is the data of the page "help-desk".
type helpData struct {
	Query string
	Found []helpLine
	More  int // how many more the words find
}

// helpLine is somebody of the roster, with how she comes in.
type helpLine struct {
	ID, Name, Post, Unit string
	Entry                status
}

func (s *Server) helpPage(c *Ctx) error {
	d := helpData{Query: c.visit.Session.Search}
	if d.Query != "" {
		found, total, err := s.accounts.OfficialsFrom(c.Context(), tenant, d.Query, 0, perPage)
		if err != nil {
			return err
		}
		d.More = total - len(found)
		for _, r := range found {
			d.Found = append(d.Found, helpLine{r.Person.ID, account.FullName(r.Person), r.Person.Post, r.Person.Unit, c.entryOf(r)})
		}
	}
	return c.Render(http.StatusOK, "help-desk", d)
}

// entryOf is whether somebody of the roster has come in already.
func (c *Ctx) entryOf(r account.Roster) status {
	switch {
	case r.Entered():
		return status{"ok", c.words.T("settings.people.entered")}
	case r.Code(c.Now()):
		return status{"en", c.words.T("settings.people.code")}
	}
	return status{"", c.words.T("settings.people.nocode")}
}

// helpSearch keeps what is looked for in the session, as the roster does: an address would
// put names into histories.
func (s *Server) helpSearch(c *Ctx) error {
	if err := s.accounts.Search(c.Context(), tenant, c.visit.Hash, c.Value("q")); err != nil {
		return err
	}
	return c.Redirect(helpPath)
}

// helpPersonData is the data of the page "help-person".
type helpPersonData struct {
	Form       answers
	ID, Name   string
	Post, Unit string
	Entry      status
	Codes      bool // a code can be printed: she only declares
	Proofs     []option
	Duties     []helpDuty
	Papers     []paperLine // that are being brought in
}

// helpDuty is what somebody owes, or filed.
type helpDuty struct {
	Title, Due string
	Paper      string // that it was received on paper
	Receive    string // address where it is received
	Standing   status
}

func (s *Server) helpPerson(c *Ctx) error { return s.helpShown(c, http.StatusOK, answers{}) }

func (s *Server) helpShown(c *Ctx, code int, form answers) error {
	r, err := s.accounts.Official(c.Context(), tenant, c.Param("id"))
	if err != nil {
		return err
	}
	m, err := s.declare.Mine(c.Context(), c.about())
	if err != nil {
		return err
	}
	d := helpPersonData{
		Form: form, ID: r.Person.ID, Name: account.FullName(r.Person), Post: r.Person.Post, Unit: r.Person.Unit, Entry: c.entryOf(r), Codes: account.OnlyDeclares(r.User),
		Proofs: c.proofs(),
	}
	for _, x := range m.Duties {
		v := helpDuty{
			Title: c.words.T("declare.title."+string(x.Kind), x.Year), Due: c.words.Day(x.Due),
			Standing: status{standingClasses[x.Standing], c.words.T("declare.standing." + x.Standing.String())},
		}
		switch {
		case x.Paper != "":
			v.Paper = c.words.T("onpaper.waits", c.words.Day(x.Paper))
		case x.Kind != declare.Aviso && (x.Standing == declare.Open || x.Standing == declare.Overdue || x.Standing == declare.Doubt):
			v.Receive = "/contraloria/personas/" + url.PathEscape(d.ID) + "/papel?" + url.Values{"obligacion": {x.Key}}.Encode()
		}
		d.Duties = append(d.Duties, v)
	}
	all, err := s.declare.Papers(c.Context(), c.Tenant())
	if err != nil {
		return err
	}
	for _, p := range all {
		if p.Person.ID == d.ID && p.Open() {
			d.Papers = append(d.Papers, c.paperLine(p))
		}
	}
	return c.Render(code, "help-person", d)
}

// proofs are what somebody may show, in words.
func (c *Ctx) proofs() (all []option) {
	for _, p := range storage.Proofs {
		all = append(all, option{p, c.words.T("help.proof." + p)})
	}
	return all
}

// helpCode prints a code for who has shown who she is.
func (s *Server) helpCode(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	code, u, err := s.accounts.IssueBeside(c.Context(), tenant, c.User(), c.Param("id"), c.Value("identificacion"))
	if err != nil {
		form := answers{Values: c.Form()}
		if !errors.Is(err, account.ErrProof) || !form.with(err, c.words, "identificacion") {
			return err
		}
		return s.helpShown(c, formStatus(err), form)
	}
	return c.showOnce(helpPath+"/codigo", c.codeOf(u, code, helpPath))
}
