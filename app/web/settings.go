package web

import (
	"net/http"
	"net/url"

	"declara/app/account"
	"declara/forms"
	"declara/i18n"
	"declara/storage"
)

// Who heads the office, who keeps the roster, and who has something to set (legal.md 6).
var (
	headRoles     = []storage.Role{storage.RoleComptroller}
	rosterRoles   = []storage.Role{storage.RoleComptroller, storage.RoleHR}
	stateRoles    = []storage.Role{storage.RoleComptroller, storage.RoleHR, storage.RoleHelp} // see who has filed
	settingsRoles = []storage.Role{storage.RoleAdmin}
)

// settingsRoutes are those of the institution, its people and its readers.
func (s *Server) settingsRoutes() []Route {
	get := func(path string, roles []storage.Role, do Handler) Route {
		return Route{Method: "GET", Path: path, Roles: roles, Do: do}
	}
	post := func(path string, roles []storage.Role, do Handler) Route {
		return Route{Method: "POST", Path: path, Roles: roles, Body: smallBody, Do: do}
	}
	return []Route{
		get("/ajustes", settingsRoles, s.institutionPage),
		post("/ajustes", settingsRoles, s.institution),

		get("/ajustes/cuentas", settingsRoles, s.staffPage),
		get("/ajustes/cuentas/nueva", settingsRoles, s.staffNewPage),
		post("/ajustes/cuentas/nueva", settingsRoles, s.staffNew),
		get("/ajustes/cuentas/codigo", settingsRoles, s.codePage),
		get("/ajustes/cuentas/:id", settingsRoles, s.staffOnePage),
		post("/ajustes/cuentas/:id", settingsRoles, s.staffRoles),
		post("/ajustes/cuentas/:id/codigo", settingsRoles, s.staffCode),
		post("/ajustes/cuentas/:id/cerrar", settingsRoles, s.staffClose),
		post("/ajustes/cuentas/:id/abrir", settingsRoles, s.staffReopen),

		get("/contraloria/personas", rosterRoles, s.peoplePage),
		post("/contraloria/personas", rosterRoles, s.peopleSearch),
		get("/contraloria/personas/nueva", rosterRoles, s.personNewPage),
		post("/contraloria/personas/nueva", rosterRoles, s.personNew),
		get("/contraloria/personas/codigo", rosterRoles, s.codePage),
		get("/contraloria/personas/:id", rosterRoles, s.personPage),
		post("/contraloria/personas/:id", rosterRoles, s.personEdit),
		post("/contraloria/personas/:id/codigo", rosterRoles, s.personCode),
	}
}

// institutionData is the data of the page "settings", and part of "setup-institution".
type institutionData struct {
	Form    answers
	Orders  []option
	Offices []option // branches of government
	States  []option
	Towns   []option // of the chosen state; empty until there is one
	Zones   []option
	Mail    bool
	Waiting int // letters that wait to be sent
	Dead    int // letters that were given up

	Server []string // what whoever looks after the server has to see to
}

// institutionChoices fills in what can be chosen, given the state.
func institutionChoices(words *i18n.Printer, d *institutionData) {
	state := d.Form.Value("entidad")
	for _, e := range forms.Government.Options("") {
		d.Orders = append(d.Orders, option{e.Key, words.T("account.order." + e.Key)})
	}
	for _, e := range forms.Branch.Options("") {
		d.Offices = append(d.Offices, option{e.Key, words.T("account.branch." + e.Key)})
	}
	for _, e := range forms.States.Options("") {
		d.States = append(d.States, option{e.Key, e.Text})
	}
	for _, e := range forms.Municipalities.Options(state) {
		d.Towns = append(d.Towns, option{e.Key, e.Text})
	}
	for _, z := range account.Zones {
		d.Zones = append(d.Zones, option{z, words.T("account.zone." + z)})
	}
	if d.Form.Value("zona") == "" && state != "" {
		d.Form.Values.Set("zona", account.ZoneOf(state))
	}
}

// institutionOf reads the institution of a form.
func institutionOf(c *Ctx) storage.Institution {
	return storage.Institution{
		Name: c.Value("nombre"), Office: c.Value("oficina"), Initials: c.Value("siglas"), Order: c.Value("orden"), Branch: c.Value("ambito"),
		State: c.Value("entidad"), Town: c.Value("municipio"), Zone: c.Value("zona"), Address: c.Value("domicilio"),
		Phone: c.Value("telefono"), Hours: c.Value("horario"), Email: c.Value("correo"), TotalAsDeclared: c.Value("totales") == "declarado",
		Networks: c.Value("redes"),
	}
}

// institutionValues are the answers of a form about the institution.
func institutionValues(i storage.Institution) url.Values {
	values := url.Values{
		"nombre": {i.Name}, "oficina": {i.Office}, "siglas": {i.Initials}, "orden": {i.Order}, "ambito": {i.Branch},
		"entidad": {i.State}, "municipio": {i.Town}, "zona": {i.Zone}, "domicilio": {i.Address},
		"telefono": {i.Phone}, "horario": {i.Hours}, "correo": {i.Email}, "totales": {"publicado"}, "redes": {i.Networks},
	}
	if i.TotalAsDeclared {
		values.Set("totales", "declarado")
	}
	return values
}

func (s *Server) institutionPage(c *Ctx) error {
	i := c.Institution()
	values := institutionValues(i)
	if state := c.Query("entidad"); state != "" && state != i.State {
		values.Set("entidad", state)
		values.Set("municipio", "")
		values.Set("zona", account.ZoneOf(state))
	}
	return s.renderInstitution(c, http.StatusOK, answers{Values: values})
}

func (s *Server) renderInstitution(c *Ctx, status int, form answers) error {
	d := institutionData{Form: form, Mail: s.mail}
	institutionChoices(c.Words(), &d)
	err := s.db.View(c.Context(), tenant, func(tx *storage.Txn) error {
		o, err := tx.Options()
		if err != nil {
			return err
		}
		d.Server = s.serverTroubles(c, o)
		d.Waiting, d.Dead = 0, 0
		return tx.Mails(func(m storage.Mail) error {
			switch {
			case m.Dead:
				d.Dead++
			case m.Sent.IsZero():
				d.Waiting++
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	return c.Render(status, "settings", d)
}

func (s *Server) institution(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	if err := s.accounts.SetInstitution(c.Context(), tenant, c.User().ID, institutionOf(c)); err != nil {
		form := answers{Values: c.Form()}
		if !form.with(err, c.Words(), "") {
			return err
		}
		return s.renderInstitution(c, formStatus(err), form)
	}
	c.Flash("account.flash.saved")
	return c.Redirect("/ajustes")
}
