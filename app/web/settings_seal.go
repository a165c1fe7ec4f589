package web

import (
	"net/http"
	"net/url"
	"strings"

	"declara/app/seal"
	"declara/storage"
)

// sealBody is the most that the forms with certificates may carry.
const sealBody = 160 << 10

// sealRoutes are the settings of the seal, of time stamps and of the log's witnesses.
func (s *Server) sealRoutes() []Route {
	get := func(path string, do Handler) Route {
		return Route{Method: "GET", Path: path, Roles: settingsRoles, Do: do}
	}
	post := func(path string, body int, do Handler) Route {
		return Route{Method: "POST", Path: path, Roles: settingsRoles, Body: body, Do: do}
	}
	return []Route{
		get("/ajustes/sello", s.settingsSeal),
		post("/ajustes/sello/traer", sealBody, s.settingsSealBring),
		post("/ajustes/sello/cambiar", smallBody, s.settingsSealRotate),
		get("/ajustes/sello/tiempo", s.settingsStamps),
		post("/ajustes/sello/tiempo", sealBody, s.settingsStampsSet),
		post("/ajustes/sello/tiempo/probar", smallBody, s.settingsStampsTry),
		get("/ajustes/sello/testigos", s.settingsWitnesses),
		post("/ajustes/sello/testigos", smallBody, s.settingsWitnessesSet),
	}
}

func (s *Server) settingsSeal(c *Ctx) error { return s.renderSeal(c, http.StatusOK, answers{}) }

func (s *Server) renderSeal(c *Ctx, status int, form answers) error {
	all, authority, err := s.seal.Seals(c.ctx, tenant)
	if err != nil {
		return err
	}
	data := sealsData{Seals: all, Zone: c.Zone(), Form: form}
	if authority != nil {
		data.Authority = seal.Fingerprint(authority)
	}
	if s.base == nil {
		data.Base = s.seal.Base()
	}
	return c.Render(status, "settings-seal", data)
}

func (s *Server) settingsSealBring(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	file, err := c.File("sello")
	if err != nil {
		return err
	}
	key, err := c.File("llave")
	if err != nil {
		return err
	}
	if err := s.seal.Bring(c.ctx, tenant, c.User().ID, c.Value("id"), file, key, c.Form().Get("clave")); err != nil {
		form := answers{Values: url.Values{}}
		if !form.with(err, c.words, "sello") {
			return err
		}
		return s.renderSeal(c, formStatus(err), form)
	}
	c.Flash("seal.flash.brought")
	return c.Redirect("/ajustes/sello")
}

func (s *Server) settingsSealRotate(c *Ctx) error {
	if err := s.seal.Rotate(c.ctx, tenant, c.User().ID, c.Value("id")); err != nil {
		var form answers
		if !form.with(err, c.words, "") {
			return err
		}
		return s.renderSeal(c, formStatus(err), form)
	}
	c.Flash("seal.flash.rotated")
	return c.Redirect("/ajustes/sello")
}

// stampsData is the data of the page "settings-stamps".
type stampsData struct {
	Form     answers
	On       bool // an authority is configured
	Password bool // one is kept
	Roots    []seal.Installed
	Tried    bool
	Works    bool
	Why      string // why the authority gave no stamp: catalogue key
}

func (s *Server) settingsStamps(c *Ctx) error {
	return s.renderStamps(c, http.StatusOK, stampsData{})
}

func (s *Server) renderStamps(c *Ctx, status int, d stampsData) error {
	t, err := s.seal.Trust(c.ctx, tenant)
	if err != nil {
		return err
	}
	if d.Form.Values == nil {
		d.Form.Values = url.Values{"direccion": {t.Stamps.URL}, "usuario": {t.Stamps.User}}
	}
	d.On, d.Password, d.Roots = t.Stamps.URL != "", t.Stamps.Password != "", seal.Describe(t.Stamps.Roots)
	return c.Render(status, "settings-stamps", d)
}

func (s *Server) settingsStampsSet(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	var roots []byte
	if strings.HasPrefix(c.Header("Content-Type"), "multipart/") {
		var err error
		if roots, err = c.File("raices"); err != nil {
			return err
		}
	}
	err := s.seal.SetStamps(c.ctx, tenant, c.User().ID, seal.Authority{
		URL: c.Value("direccion"), User: c.Value("usuario"), Password: c.Form().Get("clave"), Forget: c.Value("olvidar") != "", Roots: roots,
	})
	if err != nil {
		d := stampsData{Form: answers{Values: c.Form()}}
		if !d.Form.with(err, c.words, "") {
			return err
		}
		return s.renderStamps(c, formStatus(err), d)
	}
	c.Flash("seal.flash.stamps")
	return c.Redirect("/ajustes/sello/tiempo")
}

// settingsStampsTry asks the authority for a stamp over nothing in particular. The
// answer is the page itself: there is nothing to repeat by reloading it.
func (s *Server) settingsStampsTry(c *Ctx) error {
	why, err := s.seal.TryStamps(c.ctx, tenant)
	d := stampsData{Tried: true, Works: why == "" && err == nil}
	if err != nil && !d.Form.with(err, c.words, "") {
		return err
	}
	if why != "" {
		d.Why = "seal.why." + string(why)
	}
	return s.renderStamps(c, http.StatusOK, d)
}

// witnessesData is the data of the page "settings-witnesses".
type witnessesData struct {
	Form   answers
	Folder string
	Mail   bool // there is a mail server
}

func (s *Server) settingsWitnesses(c *Ctx) error {
	t, err := s.seal.Trust(c.ctx, tenant)
	if err != nil {
		return err
	}
	return s.renderWitnesses(c, http.StatusOK, answers{Values: url.Values{"correos": {strings.Join(t.Witnesses.Mail, "\n")}}}, t)
}

func (s *Server) renderWitnesses(c *Ctx, status int, form answers, t storage.Trust) error {
	return c.Render(status, "settings-witnesses", witnessesData{form, t.Witnesses.Folder, s.mail})
}

func (s *Server) settingsWitnessesSet(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	addresses := strings.FieldsFunc(c.Form().Get("correos"), func(r rune) bool { return strings.ContainsRune("\r\n,; \t", r) })
	if err := s.seal.SetWitnesses(c.ctx, tenant, c.User().ID, addresses); err != nil {
		form := answers{Values: c.Form()}
		if !form.with(err, c.words, "correos") {
			return err
		}
		t, failed := s.seal.Trust(c.ctx, tenant)
		if failed != nil {
			return failed
		}
		return s.renderWitnesses(c, formStatus(err), form, t)
	}
	c.Flash("seal.flash.witnesses")
	return c.Redirect("/ajustes/sello/testigos")
}
