package web

import (
	"errors"
	"net/http"
	"net/url"

	"declara/app/account"
	"declara/app/complain"
	"declara/app/complain/vault"
	"declara/app/errs"
	"declara/storage"
)

// keyRoutes are those of an official's own key to complaints.
func (s *Server) keyRoutes() []Route {
	get := func(path string, do Handler) Route {
		return Route{Method: "GET", Path: path, Roles: storage.CaseRoles, Do: do}
	}
	post := func(path string, do Handler) Route {
		return Route{Method: "POST", Path: path, Roles: storage.CaseRoles, Body: smallBody, Do: do}
	}
	return []Route{
		get("/cuenta/llave", s.keyPage),
		post("/cuenta/llave", s.keyMake),
		post("/cuenta/llave/abrir", s.keyUnlock),
		post("/cuenta/llave/cerrar", s.keyLock),
		post("/cuenta/llave/comprobar", s.keyCompare),
		post("/cuenta/llave/codigo", s.keyReissue),
		post("/cuenta/llave/recuperar", s.keyRecover),
		post("/cuenta/llave/otra", s.keyReplace),
		get("/cuenta/llave/entrega", s.handOverPage),
		post("/cuenta/llave/entrega", s.handOver),
		get("/cuenta/llave/entrega/:id", s.handOverAnnex),
	}
}

// unlocked is the opened key of who is signed in, or nil when it is not open in this
// session: the handler then sends her to askKey. The caller wipes it.
func (c *Ctx) unlocked() (*vault.Private, error) {
	if c.User() == nil {
		return nil, nil
	}
	token := c.cookie(c.s.sessionCookie())
	return c.s.complain.Opened(c.ctx, tenant, c.User().ID, account.SealedUnder(token), c.visit.Session.Vault)
}

// askKey sends who is signed in to open her key, and then back to a page.
func (c *Ctx) askKey(goOn string) error {
	return c.Redirect("/cuenta/llave?" + url.Values{"volver": {goOn}}.Encode())
}

// opening runs what needs the opened key and has nothing typed to lose, or sends who asks
// to open hers and then to a page.
func (c *Ctx) opening(goOn string, do func(complain.Hand) error) error {
	mine, err := c.unlocked()
	if err != nil {
		return err
	}
	if mine == nil {
		return c.askKey(goOn)
	}
	defer mine.Wipe()
	return do(complain.Hand{Tenant: tenant, User: c.User().ID, Key: mine})
}

// keepOpen keeps an opened key for the session, and wipes it here.
func (c *Ctx) keepOpen(mine *vault.Private) error {
	defer mine.Wipe()
	sealed, err := complain.SealOpen(tenant, c.User().ID, account.SealedUnder(c.cookie(c.s.sessionCookie())), mine)
	if err != nil {
		return err
	}
	return c.s.accounts.KeepSealed(c.ctx, tenant, c.visit.Hash, sealed)
}

// keyData is the data of the page "keys-own".
type keyData struct {
	Key     *complain.OwnKey // nil: none was made
	Open    bool             // in this session
	Old     bool             // it is locked under a password of before
	Lost    bool             // she says that she has neither password nor code
	Back    string           // where to go on once it is open
	Head    bool             // may look after the keys of the channel
	Apart   int              // of her cases, whose backup is not the escrow of today
	Make    answers          // of each form of the page
	Unlock  answers
	Compare answers
	Reissue answers
	Recover answers
	Replace answers
}

func (s *Server) keyPage(c *Ctx) error {
	return s.renderKey(c, http.StatusOK, keyData{Back: back(c.Query("volver")), Lost: c.Query("sin") != ""})
}

func (s *Server) renderKey(c *Ctx, status int, d keyData) error {
	own, err := s.complain.Key(c.ctx, tenant, c.User().ID)
	switch {
	case errors.Is(err, complain.ErrNoKey):
	case err != nil:
		return err
	default:
		d.Key = &own
	}
	mine, err := c.unlocked()
	if err != nil {
		return err
	}
	d.Open = mine != nil
	mine.Wipe()
	d.Head = c.Has(storage.RoleComptroller)
	if d.Apart, err = s.complain.Apart(c.ctx, tenant, c.User().ID); err != nil {
		return err
	}
	return c.Render(status, "keys-own", d)
}

// keyPassword verifies the password of a form, which is counted as everywhere; done means
// that the page was shown again.
func (s *Server) keyPassword(c *Ctx, name string, form *answers, d *keyData) (password string, done bool, err error) {
	if err := c.FormError(); err != nil {
		return "", true, err
	}
	password = c.Form().Get(name)
	err = s.accounts.VerifyPassword(c.ctx, tenant, c.User().ID, password)
	if err == nil {
		return password, false, nil
	}
	if !form.with(err, c.words, name) {
		return "", true, err
	}
	return "", true, s.renderKey(c, formStatus(err), *d)
}

// codeShown is the data of the page "keys-code": a code that is on this page alone.
type codeShown struct {
	Code, Fingerprint string
	Day               string
	Form              answers
}

// showCode shows a code, in the answer to the form that made it. It is kept nowhere, so
// reloading cannot show it again.
func (s *Server) showCode(c *Ctx, code string) error {
	own, err := s.complain.Key(c.ctx, tenant, c.User().ID)
	if err != nil {
		return err
	}
	c.Secret()
	return c.Render(http.StatusOK, "keys-code", codeShown{Code: code, Fingerprint: own.Fingerprint, Day: own.Day})
}

func (s *Server) keyMake(c *Ctx) error {
	d := keyData{Make: answers{Values: url.Values{"puesto": {c.Value("puesto")}}}}
	password, done, err := s.keyPassword(c, "clave", &d.Make, &d)
	if done {
		return err
	}
	code, mine, err := s.complain.MakeKey(c.ctx, tenant, c.User().ID, password, c.Value("puesto"))
	if err != nil {
		if !d.Make.with(err, c.words, "puesto") {
			return err
		}
		return s.renderKey(c, formStatus(err), d)
	}
	if err := c.keepOpen(mine); err != nil {
		return err
	}
	return s.showCode(c, code)
}

func (s *Server) keyUnlock(c *Ctx) error {
	d := keyData{Back: back(c.Value("volver"))}
	password, done, err := s.keyPassword(c, "abre", &d.Unlock, &d)
	if done {
		return err
	}
	mine, err := s.complain.UnlockKey(c.ctx, tenant, c.User().ID, password)
	if err != nil {
		d.Old = errors.Is(err, complain.ErrOldLock)
		return s.keyRefused(c, err, &d.Unlock, "abre", &d)
	}
	if err := c.keepOpen(mine); err != nil {
		return err
	}
	c.Flash("keys.flash.open")
	if d.Back == "" {
		d.Back = "/cuenta/llave"
	}
	return c.Redirect(d.Back)
}

// keyRefused shows the page again with what an error tells about a form of it.
func (s *Server) keyRefused(c *Ctx, err error, form *answers, field string, d *keyData) error {
	if errors.Is(err, complain.ErrNoKey) {
		return c.Redirect("/cuenta/llave")
	}
	if !form.with(err, c.words, field) {
		return err
	}
	return s.renderKey(c, formStatus(err), *d)
}

func (s *Server) keyLock(c *Ctx) error {
	if err := s.accounts.KeepSealed(c.ctx, tenant, c.visit.Hash, nil); err != nil {
		return err
	}
	c.Flash("keys.flash.closed")
	return c.Redirect("/cuenta/llave")
}

func (s *Server) keyCompare(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	if err := s.complain.CompareCode(c.ctx, tenant, c.User().ID, c.Value("codigo")); err != nil {
		var d keyData
		return s.keyRefused(c, err, &d.Compare, "codigo", &d)
	}
	c.Flash("keys.flash.compared")
	return c.Redirect("/cuenta/llave")
}

func (s *Server) keyReissue(c *Ctx) error {
	var d keyData
	password, done, err := s.keyPassword(c, "reimprime", &d.Reissue, &d)
	if done {
		return err
	}
	code, err := s.complain.ReissueCode(c.ctx, tenant, c.User().ID, password)
	if err != nil {
		d.Old = errors.Is(err, complain.ErrOldLock)
		return s.keyRefused(c, err, &d.Reissue, "reimprime", &d)
	}
	return s.showCode(c, code)
}

func (s *Server) keyRecover(c *Ctx) error {
	d := keyData{Old: true}
	password, done, err := s.keyPassword(c, "recupera", &d.Recover, &d)
	if done {
		return err
	}
	code, mine, err := s.complain.RecoverKey(c.ctx, tenant, c.User().ID, c.Value("impreso"), password)
	if err != nil {
		return s.keyRefused(c, err, &d.Recover, "impreso", &d)
	}
	if err := c.keepOpen(mine); err != nil {
		return err
	}
	return s.showCode(c, code)
}

func (s *Server) keyReplace(c *Ctx) error {
	d := keyData{Lost: true}
	if c.Value("entiendo") == "" {
		err := errs.New(errs.Invalid, "keys.replace.tick")
		return s.keyRefused(c, err, &d.Replace, "entiendo", &d)
	}
	password, done, err := s.keyPassword(c, "reemplaza", &d.Replace, &d)
	if done {
		return err
	}
	code, mine, err := s.complain.ReplaceKey(c.ctx, tenant, c.User().ID, password)
	if err != nil {
		return s.keyRefused(c, err, &d.Replace, "reemplaza", &d)
	}
	if err := c.keepOpen(mine); err != nil {
		return err
	}
	return s.showCode(c, code)
}
