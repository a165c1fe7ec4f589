package web

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"time"

	"declara/app/errs"
	"declara/app/trust"
	"declara/pdf/sign/efirma"
)

// trustBody is the most that the forms with certificates may carry.
const trustBody = 160 << 10

// trustRoutes are the settings of whom the e.firma is believed on.
func (s *Server) trustRoutes() []Route {
	post := func(path string, body int, do Handler) Route {
		return Route{Method: "POST", Path: path, Roles: settingsRoles, Body: body, Do: do}
	}
	return []Route{
		{Method: "GET", Path: "/ajustes/efirma", Roles: settingsRoles, Do: s.trustPage},
		post("/ajustes/efirma/revisar", trustBody, s.trustLook),
		post("/ajustes/efirma/instalar", trustBody, s.trustInstall),
		post("/ajustes/efirma/quitar", smallBody, s.trustRemove),
		post("/ajustes/efirma/ocsp", smallBody, s.trustOCSP),
		post("/ajustes/efirma/probar", trustBody, s.trustProbe),
	}
}

// trustData is the data of the page "settings-efirma".
type trustData struct {
	Form  answers
	State trust.State
	Zone  *time.Location
	Probe *trust.Probe
	Tried string // what came of the question, catalogue key
}

func (s *Server) trustPage(c *Ctx) error { return s.renderTrust(c, http.StatusOK, trustData{}) }

func (s *Server) renderTrust(c *Ctx, status int, d trustData) error {
	var err error
	if d.State, err = s.trust.State(c.ctx, tenant); err != nil {
		return err
	}
	d.Zone = c.Zone()
	if d.Form.Values == nil {
		d.Form.Values = url.Values{}
	}
	if _, typed := d.Form.Values["direccion"]; !typed {
		d.Form.Values["direccion"] = []string{d.State.URL}
		d.Form.Values["politica"] = []string{policyOf(d.State.Strict)}
	}
	return c.Render(status, "settings-efirma", d)
}

func policyOf(strict bool) string {
	if strict {
		return "exigir"
	}
	return "aceptar"
}

// again shows the page with what is wrong beside an answer.
func (s *Server) trustAgain(c *Ctx, err error, field string) error {
	d := trustData{Form: answers{Values: c.Form()}}
	if !d.Form.with(err, c.words, field) {
		return err
	}
	for i := range d.Form.Trouble {
		if d.Form.Trouble[i].Field == field {
			d.Form.Trouble[i].Text = c.said(err)
		}
	}
	return s.renderTrust(c, formStatus(err), d)
}

// lookData is the data of the page "settings-efirma-look".
type lookData struct {
	Kind  trust.Kind
	Found []found
	Zone  *time.Location
}

type found struct {
	trust.Installed
	Base64 string
}

// kindOf reads which kind a form is about.
func kindOf(c *Ctx) trust.Kind {
	if c.Value("tipo") == string(trust.Responder) {
		return trust.Responder
	}
	return trust.Authority
}

// trustLook shows what a file holds. Nothing is installed yet, and the file is not
// kept: the form that installs carries what was shown.
func (s *Server) trustLook(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	kind := kindOf(c)
	field := "autoridad"
	if kind == trust.Responder {
		field = "respondedor"
	}
	file, err := c.File(field)
	if err != nil {
		return err
	}
	if file == nil {
		return s.trustAgain(c, errs.New(errs.Invalid, "settings.efirma.error.nofile"), field)
	}
	all, err := s.trust.Look(kind, file)
	if err != nil {
		return s.trustAgain(c, err, field)
	}
	d := lookData{Kind: kind, Zone: c.Zone()}
	for _, i := range all {
		d.Found = append(d.Found, found{i, base64.StdEncoding.EncodeToString(i.DER)})
	}
	return c.Render(http.StatusOK, "settings-efirma-look", d)
}

// trustInstall installs what was shown and is ticked, each by its SHA-256.
func (s *Server) trustInstall(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	ticked := c.Form()["huella"]
	if len(ticked) == 0 {
		return s.trustAgain(c, errs.New(errs.Invalid, "settings.efirma.error.none"), "")
	}
	for _, hash := range ticked {
		der, err := base64.StdEncoding.DecodeString(c.Form().Get("der-" + hash))
		if err != nil {
			return errForm
		}
		if err := s.trust.Install(c.ctx, tenant, c.User().ID, kindOf(c), der, hash); err != nil {
			return s.trustAgain(c, err, "")
		}
	}
	c.Flash("settings.efirma.flash.installed")
	return c.Redirect("/ajustes/efirma")
}

func (s *Server) trustRemove(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	if err := s.trust.Remove(c.ctx, tenant, c.User().ID, kindOf(c), c.Value("huella")); err != nil {
		return err
	}
	c.Flash("settings.efirma.flash.removed")
	return c.Redirect("/ajustes/efirma")
}

func (s *Server) trustOCSP(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	if err := s.trust.SetOCSP(c.ctx, tenant, c.User().ID, c.Value("direccion"), c.Value("politica") == "exigir"); err != nil {
		return s.trustAgain(c, err, "direccion")
	}
	c.Flash("settings.efirma.flash.ocsp")
	return c.Redirect("/ajustes/efirma")
}

// trustProbe asks the responder, and the page tells what came of it. The
// certificate to ask about is not kept.
func (s *Server) trustProbe(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	file, err := c.File("cer")
	if err != nil {
		return err
	}
	p, err := s.trust.Probe(c.ctx, tenant, file)
	if err != nil {
		return s.trustAgain(c, err, "cer")
	}
	d := trustData{Probe: &p, Tried: "settings.efirma.probe." + string(p.Why)}
	switch {
	case p.OK && p.State == efirma.Revoked:
		d.Tried = "settings.efirma.probe.revoked"
	case p.OK && p.State == efirma.Good:
		d.Tried = "settings.efirma.probe.good"
	case p.OK:
		d.Tried = "settings.efirma.probe.ok"
	}
	return s.renderTrust(c, http.StatusOK, d)
}
