package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"declara/app/account"
	"declara/app/errs"
	"declara/storage"
)

// smallBody is enough for a form of a few short answers.
const smallBody = 8 << 10

// accountRoutes are those by which people come in and look after their account.
func (s *Server) accountRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/entrar", During: true, Do: s.signInPage},
		{Method: "POST", Path: "/entrar", During: true, Body: smallBody, Do: s.signIn},
		{Method: "GET", Path: "/primera-vez", Do: s.firstPage},
		{Method: "POST", Path: "/primera-vez", Body: smallBody, Do: s.first},
		{Method: "GET", Path: "/recuperar", Do: s.recoverPage},
		{Method: "POST", Path: "/recuperar", Body: smallBody, Do: s.recover},
		{Method: "GET", Path: "/recuperar/:token", Do: s.resetPage},
		{Method: "POST", Path: "/recuperar/:token", Body: smallBody, Do: s.reset},
		{Method: "POST", Path: "/salir", During: true, Body: smallBody, Do: s.signOut},
		{Method: "POST", Path: "/sesion", Body: smallBody, Roles: signedIn, Do: s.stay},
		{Method: "GET", Path: "/seguir", Roles: signedIn, Do: s.resume},
		{Method: "GET", Path: "/cuenta", Roles: signedIn, Do: s.accountPage},
		{Method: "POST", Path: "/cuenta/contrasena", Body: smallBody, Roles: signedIn, Do: s.changePassword},
		{Method: "POST", Path: "/cuenta/correo", Body: smallBody, Roles: signedIn, Do: s.changeEmail},
		{Method: "POST", Path: "/cuenta/sesiones", Body: smallBody, Roles: signedIn, Do: s.endSessions},
	}
}

// home is where a person goes after signing in.
func (s *Server) home(u *storage.User) string {
	for _, e := range menu {
		for _, r := range e.Roles {
			if account.Has(u, r) && s.find("GET", e.Path) != nil {
				return e.Path
			}
		}
	}
	return "/cuenta"
}

// signInData is the data of the page "account-signin".
type signInData struct {
	Form    answers
	Back    string // where to go on
	Resumes bool   // a form waits
	Left    bool   // just signed out
}

func (s *Server) signInPage(c *Ctx) error {
	if c.User() != nil {
		return c.Redirect(s.inside(c, c.User(), ""))
	}
	if c.visit.Half != nil {
		return c.Redirect(secondStep(c.visit.Half, back(c.Query("volver"))))
	}
	return c.Render(http.StatusOK, "account-signin", signInData{
		Back: back(c.Query("volver")), Resumes: c.cookie(s.cookieName("aparte")) != "" && c.Query("sigue") != "", Left: c.Query("salida") != "",
	})
}

// back is a page of this site to return to, or "".
func back(path string) string {
	if !local(path) || len(path) > 512 || strings.HasPrefix(path, "/entrar") || strings.HasPrefix(path, "/salir") {
		return ""
	}
	return path
}

func (s *Server) signIn(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	login, goOn := c.Value("usuario"), back(c.Value("volver"))
	token, user, err := s.accounts.SignIn(c.Context(), tenant, login, c.Form().Get("clave"), c.IP())
	if err != nil {
		form := answers{Values: url.Values{"usuario": {login}}}
		if !form.with(err, c.Words(), "") {
			return err
		}
		return c.Render(formStatus(err), "account-signin", signInData{Form: form, Back: goOn, Resumes: c.Value("sigue") != ""})
	}
	return s.entered(c, token, &user, goOn)
}

// entered gives the browser its new session, ends the one it had, and goes on: to the
// second factor, for who has to show one, or in.
func (s *Server) entered(c *Ctx, token string, user *storage.User, goOn string) error {
	if c.visit.Hash != "" {
		if err := s.accounts.SignOut(c.Context(), tenant, c.visit.Hash); err != nil {
			return err
		}
	}
	c.signIn(token)
	c.visit = account.Visit{Institution: c.visit.Institution}
	if account.NeedsSecond(user) {
		return c.Redirect(secondStep(user, goOn))
	}
	return c.Redirect(s.inside(c, user, goOn))
}

// inside is where somebody goes who has come in: to the form that waits, to the page
// that was asked for, or home.
func (s *Server) inside(c *Ctx, user *storage.User, goOn string) string {
	switch {
	case c.cookie(s.cookieName("aparte")) != "":
		return "/seguir"
	case goOn != "":
		return goOn
	case c.Institution().SetUp.IsZero():
		return setupPath
	}
	return s.home(user)
}

// signOut ends the session, if there still is one.
func (s *Server) signOut(c *Ctx) error {
	if c.visit.Hash != "" {
		if err := s.accounts.SignOut(c.Context(), tenant, c.visit.Hash); err != nil {
			return err
		}
	}
	c.signOut()
	return c.Redirect("/entrar?salida=1")
}

// stay notes that somebody is there who does not send anything: the button of the
// warning before a session ends.
func (s *Server) stay(c *Ctx) error {
	if err := s.accounts.Touch(c.Context(), tenant, &c.visit); err != nil {
		return err
	}
	return c.Send(http.StatusNoContent, "text/plain; charset=utf-8", nil)
}

// resumeData is the data of the page "account-resume".
type resumeData struct {
	Path   string
	Fields []option // name and value of each hidden field, in the order of names
}

// resume shows what waited while its person signed in again, with a button that
// sends it. Sending takes it; until then the page can be opened again.
func (s *Server) resume(c *Ctx) error {
	path, form, ok, err := s.accounts.LookAside(c.Context(), tenant, c.User().ID, c.cookie(s.cookieName("aparte")))
	if err != nil {
		return err
	}
	values, bad := url.ParseQuery(string(form))
	if !ok || bad != nil || !readable(values) {
		c.setCookie(s.cookieName("aparte"), "", -1)
		c.Flash("account.resume.none")
		return c.Redirect(s.home(c.User()))
	}
	return c.Render(http.StatusOK, "account-resume", resumeData{path, fields(values)})
}

// firstData is the data of the page "account-first".
type firstData struct{ Form answers }

func (s *Server) firstPage(c *Ctx) error {
	return c.Render(http.StatusOK, "account-first", firstData{})
}

func (s *Server) first(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	in := account.First{
		Login: c.Value("usuario"), Code: c.Value("codigo"), Email: c.Value("correo"),
		Password: c.Form().Get("clave"), Lang: c.Words().Name(), IP: c.IP(),
	}
	form := answers{Values: url.Values{"usuario": {in.Login}, "codigo": {in.Code}, "correo": {in.Email}, "correo2": {c.Value("correo2")}}}
	if !strings.EqualFold(in.Email, c.Value("correo2")) {
		form.Trouble = append(form.Trouble, trouble{"correo2", c.Words().T("account.problem.email2")})
		return c.Render(http.StatusUnprocessableEntity, "account-first", firstData{form})
	}
	token, user, err := s.accounts.FirstTime(c.Context(), tenant, in)
	if err != nil {
		if !form.with(err, c.Words(), passwordField(err)) {
			return err
		}
		return c.Render(formStatus(err), "account-first", firstData{form})
	}
	return s.entered(c, token, &user, "")
}

// passwordField is where a sentence about a password belongs: beside it. What is
// wrong with the rest belongs to no field, since it does not say which.
func passwordField(err error) string {
	if errs.CodeOf(err) == errs.Invalid {
		return "clave"
	}
	return ""
}

// recoverData is the data of the page "account-recover".
type recoverData struct {
	Form answers
	Sent bool
	Mail bool // letters can be sent at all
}

func (s *Server) recoverPage(c *Ctx) error {
	return c.Render(http.StatusOK, "account-recover", recoverData{Mail: s.mail, Sent: c.Query("enviada") != ""})
}

func (s *Server) recover(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	login := c.Value("usuario")
	if login == "" {
		form := answers{Trouble: []trouble{{"usuario", c.Words().T("problem.required.text")}}}
		return c.Render(http.StatusUnprocessableEntity, "account-recover", recoverData{Form: form, Mail: s.mail})
	}
	if err := s.accounts.Recover(c.Context(), tenant, login, c.IP()); err != nil {
		form := answers{Values: url.Values{"usuario": {login}}}
		if !form.with(err, c.Words(), "") {
			return err
		}
		return c.Render(formStatus(err), "account-recover", recoverData{Form: form, Mail: s.mail})
	}
	return c.Redirect("/recuperar?enviada=1")
}

// resetData is the data of the page "account-reset".
type resetData struct {
	Form answers
	Over bool // the link does not hold any more
}

func (s *Server) resetPage(c *Ctx) error {
	holds, err := s.accounts.LinkHolds(c.Context(), tenant, c.Param("token"))
	if err != nil {
		return err
	}
	if !holds {
		return c.Render(http.StatusGone, "account-reset", resetData{Over: true})
	}
	return c.Render(http.StatusOK, "account-reset", resetData{})
}

func (s *Server) reset(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	token, user, err := s.accounts.Reset(c.Context(), tenant, c.Param("token"), c.Form().Get("clave"), c.IP())
	if errs.CodeOf(err) == errs.Gone {
		return c.Render(http.StatusGone, "account-reset", resetData{Over: true})
	}
	if err != nil {
		var form answers
		if !form.with(err, c.Words(), "clave") {
			return err
		}
		return c.Render(formStatus(err), "account-reset", resetData{Form: form})
	}
	return s.entered(c, token, &user, "")
}

// accountData is the data of the page "account".
type accountData struct {
	User     storage.User
	Home     *entry  // way back, for who has no menu
	Second   bool    // she shows a second factor
	Password answers // of each form of the page
	Email    answers
}

func (s *Server) accountPage(c *Ctx) error {
	return s.renderAccount(c, http.StatusOK, answers{}, answers{Values: url.Values{"correo": {c.User().Email}}})
}

func (s *Server) renderAccount(c *Ctx, status int, password, email answers) error {
	d := accountData{User: *c.User(), Second: account.NeedsSecond(c.User()), Password: password, Email: email}
	if account.OnlyDeclares(d.User) && s.find("GET", menu[0].Path) != nil {
		d.Home = &menu[0]
	}
	return c.Render(status, "account", d)
}

func (s *Server) changePassword(c *Ctx) error {
	token, err := s.accounts.ChangePassword(c.Context(), tenant, c.User().ID, c.Form().Get("actual"), c.Form().Get("clave"))
	if err != nil {
		field := "clave"
		if errors.Is(err, account.ErrPassword) || account.IsWait(err) {
			field = "actual"
		}
		var form answers
		if !form.with(err, c.Words(), field) {
			return err
		}
		return s.renderAccount(c, formStatus(err), form, answers{Values: url.Values{"correo": {c.User().Email}}})
	}
	c.signIn(token)
	if c.visit, err = s.accounts.Visit(c.Context(), tenant, token); err != nil {
		return err
	}
	c.Flash("account.flash.password")
	return c.Redirect("/cuenta")
}

func (s *Server) changeEmail(c *Ctx) error {
	email := c.Value("correo")
	form := answers{Values: url.Values{"correo": {email}}}
	err := s.accounts.VerifyPassword(c.Context(), tenant, c.User().ID, c.Form().Get("actual2"))
	field := "actual2"
	if err == nil {
		field = "correo"
		err = s.accounts.SetEmail(c.Context(), tenant, c.User().ID, email)
	}
	if err != nil {
		if !form.with(err, c.Words(), field) {
			return err
		}
		return s.renderAccount(c, formStatus(err), answers{}, form)
	}
	c.Flash("account.flash.email")
	return c.Redirect("/cuenta")
}

func (s *Server) endSessions(c *Ctx) error {
	if err := s.accounts.EndOthers(c.Context(), tenant, c.User().ID, c.visit.Hash); err != nil {
		return err
	}
	c.Flash("account.flash.sessions")
	return c.Redirect("/cuenta")
}
