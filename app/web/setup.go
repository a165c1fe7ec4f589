package web

import (
	"net/http"
	"net/url"
	"slices"

	"declara/app/account"
	"declara/app/errs"
	"declara/storage"
)

// The first run is a page a step, each saved when it is done, so that it can be left and
// returned to (journeys 2.6). Its token is in the address that the terminal printed and
// from then on in a cookie. From the account on, the administrator is signed in as well.
// When it ends its addresses are as if they had never been.
const (
	setupPath   = "/ajustes/inicio"
	setupCookie = "inicio"
	// logoBody is for a picture and what is around it.
	logoBody = 1<<20 + 64<<10
)

// setupRoutes are the first run, and the pages of the settings that change later what it
// asked for.
func (s *Server) setupRoutes() []Route {
	all := []Route{{Method: "GET", Path: setupPath, Before: true, Do: s.setupEnter}}
	for _, step := range []struct {
		name      string
		page, act func(*Ctx, *frame) error
		body      int
		later     bool // the settings have it too
	}{
		{account.StepInstitution, s.stepInstitution, s.stepInstitutionDo, smallBody, false},
		{account.StepLook, s.stepLook, s.stepLookDo, logoBody, true},
		{account.StepAdmin, s.stepAdmin, s.stepAdminDo, smallBody, false},
		{account.StepMail, s.stepMail, s.stepMailDo, smallBody, true},
		{account.StepCopy, s.stepCopy, s.stepCopyDo, smallBody, true},
		{account.StepRoster, s.stepRoster, s.stepRosterDo, smallBody, false},
		{account.StepReady, s.stepReady, s.stepReadyDo, smallBody, false},
	} {
		at := setupPath + "/" + step.name
		all = append(all, Route{Method: "GET", Path: at, Before: true, Do: s.firstRun(step.name, step.page)},
			Route{Method: "POST", Path: at, Before: true, Body: step.body, Do: s.firstRun(step.name, step.act)})
		if step.later {
			at = "/ajustes/" + step.name
			all = append(all, Route{Method: "GET", Path: at, Roles: settingsRoles, Do: setting(step.name, step.page)},
				Route{Method: "POST", Path: at, Body: step.body, Roles: settingsRoles, Do: setting(step.name, step.act)})
		}
	}
	return all
}

// frame is around a step: of the first run, or of the settings.
type frame struct {
	First bool
	Step  string
	N, Of int
	To    string // where its form goes
	Prev  string // the step before, "" for the first
	Steps []stepLink
	token string
	actor string
	run   account.FirstRun
}

// stepLink is a step in the list of all.
type stepLink struct {
	Path, Key  string
	Done, Here bool
}

// next is where a step leads that is done.
func (f *frame) next() string {
	if !f.First {
		return f.To
	}
	return f.Steps[min(f.N, len(f.Steps)-1)].Path
}

// setupEnter takes the token of the address into a cookie and leads to where the first run
// is.
func (s *Server) setupEnter(c *Ctx) error {
	token := c.Query("clave")
	if token == "" {
		token = c.cookie(s.cookieName(setupCookie))
	}
	run, err := s.accounts.Setup(c.ctx, tenant, token)
	if err != nil {
		return err
	}
	c.setCookie(s.cookieName(setupCookie), token, 0)
	for _, step := range account.Steps {
		if !run.Done(step) || step == account.StepReady {
			return c.Redirect(setupPath + "/" + step)
		}
	}
	return errs.New(errs.NotFound, "web.error.notfound")
}

// firstRun makes a handler of a step. Whoever has no token finds nothing; steps after the
// account are hers.
func (s *Server) firstRun(step string, do func(*Ctx, *frame) error) Handler {
	return func(c *Ctx) error {
		f := &frame{First: true, Step: step, To: setupPath + "/" + step, token: c.cookie(s.cookieName(setupCookie))}
		var err error
		if f.run, err = s.accounts.Setup(c.ctx, tenant, f.token); err != nil {
			return err
		}
		f.Of = len(account.Steps)
		for i, name := range account.Steps {
			f.Steps = append(f.Steps, stepLink{setupPath + "/" + name, "setup.step." + name, f.run.Done(name), name == step})
			if name == step {
				f.N = i + 1
			}
		}
		if f.N > 1 {
			f.Prev = f.Steps[f.N-2].Path
		}
		if f.N > 1 && !f.run.Done(account.StepInstitution) {
			return c.Redirect(f.Steps[0].Path)
		}
		if f.N > slices.Index(account.Steps, account.StepAdmin)+1 {
			if f.run.Admin == nil {
				return c.Redirect(setupPath + "/" + account.StepAdmin)
			}
			if c.User() == nil || c.User().ID != f.run.Admin.ID {
				return c.askToSignIn()
			}
		}
		if c.User() != nil {
			f.actor = c.User().ID
		}
		return do(c, f)
	}
}

// setting makes a handler of the same step in the settings.
func setting(step string, do func(*Ctx, *frame) error) Handler {
	return func(c *Ctx) error {
		return do(c, &frame{Step: step, To: "/ajustes/" + step, actor: c.User().ID})
	}
}

// putOff goes on without a step.
func (s *Server) putOff(c *Ctx, f *frame) error {
	if f.First {
		if err := s.accounts.PutOff(c.ctx, tenant, f.token, f.Step); err != nil {
			return err
		}
	}
	return c.Redirect(f.next())
}

// stepInstitution asks first for the state, since the list of towns and the proposed zone
// follow from it; then for the rest.
func (s *Server) stepInstitution(c *Ctx, f *frame) error {
	i := f.run.Institution
	values := institutionValues(i)
	if i.Order == "" {
		values.Set("orden", "MUNICIPAL_ALCALDIA")
		values.Set("ambito", "EJECUTIVO")
	}
	if state := c.Query("entidad"); state != "" && state != i.State {
		values.Set("entidad", state)
		values.Set("municipio", "")
		values.Set("zona", account.ZoneOf(state))
	}
	return s.renderSetupInstitution(c, f, http.StatusOK, answers{Values: values})
}

// setupInstitution is the data of the page "setup-institution".
type setupInstitution struct {
	institutionData
	Frame *frame
}

func (s *Server) renderSetupInstitution(c *Ctx, f *frame, status int, form answers) error {
	d := setupInstitution{institutionData{Form: form}, f}
	institutionChoices(c.words, &d.institutionData)
	return c.Render(status, "setup-institution", d)
}

func (s *Server) stepInstitutionDo(c *Ctx, f *frame) error {
	if err := c.FormError(); err != nil {
		return err
	}
	if err := s.accounts.SetupInstitution(c.ctx, tenant, f.token, institutionOf(c)); err != nil {
		form := answers{Values: c.Form()}
		if !form.with(err, c.words, "") {
			return err
		}
		return s.renderSetupInstitution(c, f, formStatus(err), form)
	}
	return c.Redirect(f.next())
}

// setupAdmin is the data of the page "setup-account".
type setupAdmin struct {
	Form  answers
	Frame *frame
	Ready bool // she is signed in with both factors
}

func (s *Server) stepAdmin(c *Ctx, f *frame) error {
	d := setupAdmin{Frame: f, Form: answers{Values: url.Values{}}}
	if a := f.run.Admin; a != nil {
		d.Form.Values = url.Values{"admin": {a.Name}, "login": {a.Login}}
		d.Ready = c.User() != nil && c.User().ID == a.ID
	}
	return c.Render(http.StatusOK, "setup-account", d)
}

func (s *Server) stepAdminDo(c *Ctx, f *frame) error {
	if err := c.FormError(); err != nil {
		return err
	}
	token, err := s.accounts.SetupAdmin(c.ctx, tenant, f.token, account.Admin{Name: c.Value("admin"), Email: c.Value("login"), Password: c.Form().Get("clave")})
	if err != nil {
		form := answers{Values: c.Form()}
		if !form.with(err, c.words, "") {
			return err
		}
		return c.Render(formStatus(err), "setup-account", setupAdmin{Form: form, Frame: f})
	}
	c.signIn(token)
	u := storage.User{}
	if f.run.Admin != nil {
		u = *f.run.Admin
	}
	return c.Redirect(secondStep(&u, f.next()))
}

// setupPage is the data of a step without questions of its own.
type setupPage struct {
	Frame *frame
	Form  answers
	Todo  []todo
}

// todo is a line of the list at the end.
type todo struct {
	Key  string
	Path string // where it is done
	Done bool
}

func (s *Server) stepRoster(c *Ctx, f *frame) error {
	return c.Render(http.StatusOK, "setup-roster", setupPage{Frame: f})
}

func (s *Server) stepRosterDo(c *Ctx, f *frame) error { return s.putOff(c, f) }

func (s *Server) stepReady(c *Ctx, f *frame) error {
	return s.renderReady(c, f, http.StatusOK, answers{})
}

func (s *Server) renderReady(c *Ctx, f *frame, status int, form answers) error {
	o := f.run.Options
	return c.Render(status, "setup-ready", setupPage{f, form, []todo{
		{"setup.todo.institution", setupPath + "/" + account.StepInstitution, true},
		{"setup.todo.account", setupPath + "/" + account.StepAdmin, true},
		{"setup.todo.mail", setupPath + "/" + account.StepMail, o.Relay != nil || s.mailFixed},
		{"setup.todo.copy", setupPath + "/" + account.StepCopy, o.Copy != nil},
		{"keysheet.todo", setupPath + "/" + account.StepCopy, s.onPaper(o)},
	}})
}

func (s *Server) stepReadyDo(c *Ctx, f *frame) error {
	if err := s.accounts.FinishSetup(c.ctx, tenant, f.token); err != nil {
		var form answers
		if !form.with(err, c.words, "") {
			return err
		}
		return s.renderReady(c, f, formStatus(err), form)
	}
	// The first complaint must not be what the seal is made for. What makes papers would
	// make it too, a little later.
	if err := s.seal.Ready(c.ctx, tenant); err != nil {
		s.log.Error("seal", "error", err.Error())
	}
	c.setCookie(s.cookieName(setupCookie), "", -1)
	c.Flash("setup.flash.ready")
	return c.Redirect("/ajustes/cuentas")
}

// menu is that of who is signed in; during the first run nothing of it is there yet.
func (c *Ctx) menu() menus {
	if c.visit.Institution.SetUp.IsZero() {
		return menus{}
	}
	return c.s.menuFor(c.visit.User, c.path)
}
