package web

import (
	"encoding/base64"
	"html/template"
	"net/http"
	"net/url"
	"time"

	"rsc.io/qr"

	"declara/app/account"
	"declara/app/errs"
	"declara/storage"
)

// staff is every role that shows a second factor, and accessRoles those that decide, two
// at a time, when somebody lost hers; the help desk may ask that they do.
var (
	staff       = signedIn[:len(signedIn)-1]
	accessRoles = []storage.Role{storage.RoleAdmin, storage.RoleComptroller}
	askingRoles = []storage.Role{storage.RoleAdmin, storage.RoleComptroller, storage.RoleHelp}
)

const (
	codePath   = "/entrar/codigo"
	enrolPath  = "/entrar/alta"
	sparesPath = "/cuenta/segundo/codigos"
	keptPath   = "/cuenta/segundo/guardados"
	accessPath = "/contraloria/accesos"
)

// secondRoutes are those of the second factor: at the door, in the account, and for who
// lost it.
func (s *Server) secondRoutes() []Route {
	return []Route{
		{Method: "GET", Path: codePath, During: true, Do: s.codeAsked},
		{Method: "POST", Path: codePath, During: true, Body: smallBody, Do: s.codeGiven},
		{Method: "GET", Path: enrolPath, During: true, Do: s.enrolPage},
		{Method: "POST", Path: enrolPath, During: true, Body: smallBody, Do: s.enrol},
		{Method: "GET", Path: "/cuenta/segundo", Roles: staff, Do: s.secondPage},
		{Method: "GET", Path: sparesPath, During: true, Roles: staff, Do: s.sparesPage},
		{Method: "POST", Path: sparesPath, Body: smallBody, Roles: staff, Do: s.sparesRenew},
		{Method: "POST", Path: keptPath, Body: smallBody, During: true, Roles: staff, Do: s.sparesKept},
		{Method: "GET", Path: "/cuenta/segundo/telefono", Roles: staff, Do: s.phonePage},
		{Method: "POST", Path: "/cuenta/segundo/telefono", Body: smallBody, Roles: staff, Do: s.phone},
		{Method: "POST", Path: "/cuenta/segundo/otro", Body: smallBody, Roles: staff, Do: s.phoneStart},
		{Method: "GET", Path: accessPath, Roles: askingRoles, Do: s.accessPage},
		{Method: "POST", Path: accessPath, Body: smallBody, Roles: askingRoles, Do: s.lostAsk},
		{Method: "POST", Path: accessPath + "/:id/quitar", Body: smallBody, Roles: accessRoles, Do: s.lostGrant},
		{Method: "POST", Path: accessPath + "/:id/dejar", Body: smallBody, Roles: askingRoles, Do: s.lostDrop},
		{Method: "POST", Path: accessPath + "/:id/dar", Body: smallBody, Roles: accessRoles[1:], Do: s.roleGrant},
		{Method: "POST", Path: accessPath + "/:id/negar", Body: smallBody, Roles: accessRoles, Do: s.roleDeny},
	}
}

// secondStep is the page that comes after the password.
func secondStep(u *storage.User, goOn string) string {
	path := codePath
	if u.Second == nil {
		path = enrolPath
	}
	if goOn == "" {
		return path
	}
	return path + "?" + url.Values{"volver": {goOn}}.Encode()
}

// secondData is the data of the pages "account-code" and "account-enrol".
type secondData struct {
	Form  answers
	Back  string // where to go on
	Login string
	*account.Enrolment
	Image template.URL // of Enrolment.URI
	Link  template.URL
	To    string // where the form goes
}

// halfway leads who is not between the password and that page to where she is.
func (s *Server) halfway(c *Ctx, enrolling bool) (away bool, err error) {
	switch u := c.visit.Half; {
	case c.User() != nil:
		return true, c.Redirect(s.inside(c, c.User(), ""))
	case u == nil:
		return true, c.Redirect("/entrar")
	case (u.Second == nil) != enrolling:
		return true, c.Redirect(secondStep(u, back(c.Query("volver"))))
	}
	return false, nil
}

func (s *Server) codeAsked(c *Ctx) error {
	if away, err := s.halfway(c, false); away {
		return err
	}
	return c.Render(http.StatusOK, "account-code", secondData{Back: back(c.Query("volver")), Login: c.visit.Half.Login})
}

func (s *Server) codeGiven(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	if away, err := s.halfway(c, false); away {
		return err
	}
	goOn := back(c.Value("volver"))
	e, err := s.accounts.GiveCode(c.ctx, tenant, c.visit.Hash, c.Value("codigo"), c.IP())
	if err != nil {
		var form answers
		if !form.with(err, c.words, "codigo") {
			return err
		}
		return c.Render(formStatus(err), "account-code", secondData{Form: form, Back: goOn, Login: c.visit.Half.Login})
	}
	if err := c.came(e); err != nil {
		return err
	}
	if e.Spare {
		c.Flash("second.flash.spare", len(e.User.Second.Spare))
	}
	return c.Redirect(s.inside(c, &e.User, goOn))
}

// came gives the browser the session of who showed both factors.
func (c *Ctx) came(e account.Entry) (err error) {
	c.signIn(e.Token)
	c.visit, err = c.s.accounts.Visit(c.ctx, tenant, e.Token)
	return err
}

func (s *Server) enrolPage(c *Ctx) error {
	if away, err := s.halfway(c, true); away {
		return err
	}
	return s.renderEnrol(c, http.StatusOK, secondData{Back: back(c.Query("volver")), Login: c.visit.Half.Login, To: enrolPath})
}

// renderEnrol shows what a telephone is set up with.
func (s *Server) renderEnrol(c *Ctx, status int, d secondData) (err error) {
	if d.Enrolment, err = s.accounts.Enrolment(c.ctx, tenant, c.visit.Hash); err != nil {
		return err
	}
	if d.Enrolment == nil {
		return errs.New(errs.NotFound, "web.error.notfound")
	}
	code, err := qr.Encode(d.URI, qr.M)
	if err != nil {
		return fault("code", err)
	}
	code.Scale = 4
	d.Image = template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(code.PNG()))
	d.Link = template.URL(d.URI)
	c.Secret()
	return c.Render(status, "account-enrol", d)
}

func (s *Server) enrol(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	if away, err := s.halfway(c, true); away {
		return err
	}
	d := secondData{Back: back(c.Value("volver")), Login: c.visit.Half.Login, To: enrolPath}
	e, codes, err := s.accounts.Enrol(c.ctx, tenant, c.visit.Hash, c.Value("codigo"), c.IP())
	if err != nil {
		if !d.Form.with(err, c.words, "codigo") {
			return err
		}
		return s.renderEnrol(c, formStatus(err), d)
	}
	if err := c.came(e); err != nil {
		return err
	}
	return c.showSpares(codes, s.inside(c, &e.User, d.Back))
}

// sparesData is the data of the page "account-spares", which is printed.
type sparesData struct {
	Codes       []string
	Login, Site string
	Day         string // yyyy-mm-dd
	Next        string // where to go on
	Form        answers
}

func (c *Ctx) showSpares(codes []string, next string) error {
	return c.showOnce(sparesPath, sparesData{codes, c.User().Login, c.Base(), c.Now().In(c.Zone()).Format(time.DateOnly), next, answers{}})
}

// sparesKept asks one of the codes back, so that nobody goes on whose paper is empty. They
// are not shown again: whoever has none makes others.
func (s *Server) sparesKept(c *Ctx) error {
	next := back(c.Value("volver"))
	if next == "" {
		next = "/cuenta/segundo"
	}
	if err := s.accounts.KeepSpares(c.ctx, tenant, c.User().ID, c.Value("codigo")); err != nil {
		d := sparesData{Next: next}
		if !d.Form.with(err, c.words, "codigo") {
			return err
		}
		return c.Render(formStatus(err), "account-spares", &d)
	}
	c.Flash("second.kept.flash")
	return c.Redirect(next)
}

func (s *Server) sparesPage(c *Ctx) error { return once[sparesData](c, "account-spares") }

// manageData is the data of the page "account-second".
type manageData struct {
	Form  answers
	Since string // yyyy-mm-dd
	Left  int
	Few   bool
	Kept  bool // she showed that she has them
}

func (s *Server) secondPage(c *Ctx) error { return s.renderSecond(c, http.StatusOK, answers{}) }

func (s *Server) renderSecond(c *Ctx, status int, form answers) error {
	x := c.User().Second
	return c.Render(status, "account-second", manageData{form, x.Since.In(c.Zone()).Format(time.DateOnly), len(x.Spare), len(x.Spare) < 4, x.Kept})
}

func (s *Server) sparesRenew(c *Ctx) error {
	codes, err := s.accounts.RenewSpares(c.ctx, tenant, c.User().ID, c.Form().Get("clave"))
	if err != nil {
		var form answers
		if !form.with(err, c.words, "clave") {
			return err
		}
		return s.renderSecond(c, formStatus(err), form)
	}
	return c.showSpares(codes, "/cuenta/segundo")
}

func (s *Server) phoneStart(c *Ctx) error {
	if err := s.accounts.StartReplacing(c.ctx, tenant, c.visit.Hash); err != nil {
		return err
	}
	return c.Redirect("/cuenta/segundo/telefono")
}

func (s *Server) phonePage(c *Ctx) error { return s.renderPhone(c, http.StatusOK, answers{}) }

func (s *Server) renderPhone(c *Ctx, status int, form answers) error {
	if c.visit.Session.Secret == nil {
		return c.Redirect("/cuenta/segundo")
	}
	return s.renderEnrol(c, status, secondData{Form: form, Login: c.User().Login, To: "/cuenta/segundo/telefono"})
}

func (s *Server) phone(c *Ctx) error {
	codes, err := s.accounts.Replace(c.ctx, tenant, c.User().ID, c.visit.Hash, c.Form().Get("clave"), c.Value("codigo"))
	if err != nil {
		field := "codigo"
		if err == account.ErrPassword || account.IsWait(err) {
			field = "clave"
		}
		var form answers
		if !form.with(err, c.words, field) {
			return err
		}
		return s.renderPhone(c, formStatus(err), form)
	}
	return c.showSpares(codes, "/cuenta/segundo")
}

// accessRow is an account in the list of who comes in.
type accessRow struct {
	storage.User
	Open *storage.Lost // a request about it that can be granted
	By   string        // name of who made it
	Day  string        // yyyy-mm-dd
	Mine bool          // who looks cannot grant it: it was asked from where she stands, or is about her
	Drop bool          // who looks may end it
	Gets []roleChoice  // the roles that wait to be granted
	Can  bool          // who looks can grant them
}

// accessData is the data of the page "settings-access".
type accessData struct {
	Form answers
	Rows []accessRow
	Who  []option // accounts about which a request can be made
}

func (s *Server) accessPage(c *Ctx) error { return s.renderAccess(c, http.StatusOK, answers{}) }

func (s *Server) renderAccess(c *Ctx, status int, form answers) error {
	all, err := s.accounts.Keyholders(c.ctx, tenant)
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, u := range all {
		names[u.ID] = u.Name
	}
	d := accessData{Form: form}
	head := c.Has(storage.RoleAdmin) || c.Has(storage.RoleComptroller)
	for _, u := range all {
		row := accessRow{User: u, Open: s.accounts.LostOpen(&u)}
		if row.Open != nil {
			row.By, row.Day = names[row.Open.By], row.Open.At.In(c.Zone()).Format(time.DateOnly)
			row.Mine = u.ID == c.User().ID || !account.GrantsLost(c.User(), row.Open)
			row.Drop = head || row.Open.By == c.User().ID
		} else if u.Second != nil && u.ID != c.User().ID {
			d.Who = append(d.Who, option{u.ID, u.Name})
		}
		if w := u.Waiting; w != nil && head {
			row.Gets, row.By, row.Day = roleChoices(c.words, w.Roles), names[w.By], w.At.In(c.Zone()).Format(time.DateOnly)
			row.Can = c.Has(storage.RoleComptroller) && u.ID != c.User().ID && w.By != c.User().ID
		}
		d.Rows = append(d.Rows, row)
	}
	return c.Render(status, "settings-access", d)
}

// lostDo shows what was done about a second factor, or why not.
func (s *Server) lostDo(c *Ctx, err error, flash string) error {
	if err == nil {
		c.Flash(flash)
		return c.Redirect(accessPath)
	}
	form := answers{Values: c.Form()}
	if errs.CodeOf(err) == errs.Gone {
		form.Trouble = []trouble{{"", c.said(err)}}
		return s.renderAccess(c, http.StatusGone, form)
	}
	if !form.with(err, c.words, "") {
		return err
	}
	return s.renderAccess(c, formStatus(err), form)
}

func (s *Server) lostAsk(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	return s.lostDo(c, s.accounts.AskLost(c.ctx, tenant, c.User(), c.Value("cuenta"), c.Value("motivo")), "second.flash.asked")
}

func (s *Server) lostGrant(c *Ctx) error {
	return s.lostDo(c, s.accounts.GrantLost(c.ctx, tenant, c.User(), c.Param("id")), "second.flash.granted")
}

func (s *Server) lostDrop(c *Ctx) error {
	return s.lostDo(c, s.accounts.DropLost(c.ctx, tenant, c.User(), c.Param("id")), "second.flash.dropped")
}

func (s *Server) roleGrant(c *Ctx) error {
	return s.lostDo(c, s.accounts.Grant(c.ctx, tenant, c.User(), c.Param("id")), "second.flash.given")
}

func (s *Server) roleDeny(c *Ctx) error {
	return s.lostDo(c, s.accounts.Deny(c.ctx, tenant, c.User(), c.Param("id")), "second.flash.denied")
}
