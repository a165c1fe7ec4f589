package web

import (
	"errors"
	"net/url"
	"slices"

	"declara/app/declare"
	"declara/app/errs"
	"declara/forms"
	"declara/storage"
)

// The office's page about what one person owes: why, and what the office decided
// about it. It shows dates and states, and never a word of what was declared.

// officeRoutes are those of the office about duties.
func (s *Server) officeRoutes() []Route {
	const at = "/contraloria/personas/:id/obligaciones"
	return []Route{
		{Method: "GET", Path: at, Roles: rosterRoles, Do: s.dutiesPage},
		{Method: "POST", Path: at, Roles: []storage.Role{storage.RoleComptroller}, Do: s.dutyRule},
		{Method: "POST", Path: "/contraloria/personas/:id/servicio", Roles: rosterRoles, Do: s.serviceAdd},
		{Method: "POST", Path: "/contraloria/personas/:id/servicio/quitar", Roles: rosterRoles, Do: s.serviceRemove},
	}
}

type dutiesData struct {
	Person   storage.Person
	Name     string
	Duties   []officeDuty
	Services []storage.Spell
	Orders   []choiceOf
	May      bool // may rule
	Problem  string
	At       string            // the form that the problem is of: a duty's key, or "servicio"
	Typed    map[string]string // what was typed, when it is shown again
}

// officeDuty is a duty as the office sees it.
type officeDuty struct {
	Key, Title, Due, Why, Ruled string
	RuledBy, RuledOn            string
	Aviso                       bool   // it is handed in on paper
	Paper                       string // that it was received on paper
	Require                     string // address of what was required, and can be
	Standing                    status
	Open                        bool // can be ruled on
}

// standingClasses are the classes of the states of a duty.
var standingClasses = map[declare.Standing]string{
	declare.Overdue: "mal", declare.Open: "en", declare.Doubt: "en", declare.Waiting: "", declare.Filed: "ok", declare.Lifted: "",
}

func (c *Ctx) about() declare.Who { return declare.Who{Tenant: c.Tenant(), Person: c.Param("id")} }

func (s *Server) dutiesPage(c *Ctx) error { return s.dutiesAgain(c, 200, "", "") }

func (s *Server) dutiesAgain(c *Ctx, code int, problem, at string) error {
	m, err := s.declare.Mine(c.Context(), c.about())
	if err != nil {
		return err
	}
	d := dutiesData{Person: m.Person, Name: fullName(m.Person), Services: m.Person.Others, May: c.Has(storage.RoleComptroller), Problem: problem, At: at, Typed: map[string]string{}}
	if problem != "" {
		for name, v := range c.Form() {
			d.Typed[name] = v[0]
		}
	}
	for _, x := range m.Duties {
		d.Duties = append(d.Duties, officeDuty{
			Key: x.Key, Title: c.words.T("declare.title."+string(x.Kind), x.Year), Due: c.words.T("declare.home.until", c.words.Day(x.Due)), Why: c.officeReason(x.Reason) + c.moved(x), Ruled: x.Ruled,
			Standing: status{standingClasses[x.Standing], c.words.T("declare.standing." + x.Standing.String())}, Open: x.Standing != declare.Filed,
			Aviso: s.campaign != nil && x.Kind == declare.Aviso && x.Standing != declare.Filed,
		})
		last := &d.Duties[len(d.Duties)-1]
		if x.Due < c.today() {
			last.Due = c.words.T("declare.home.was", c.words.Day(x.Due))
		}
		if x.Paper != "" {
			last.Paper = c.words.T("onpaper.waits", c.words.Day(x.Paper))
		}
		if x.Ruled != "" {
			if last.RuledBy, err = s.nameOf(c, x.Ruler); err != nil {
				return err
			}
			last.RuledOn = c.words.Day(x.RuledOn)
		}
		if d.May && s.campaign != nil && x.Standing == declare.Overdue {
			last.Require = "/contraloria/personas/" + url.PathEscape(m.Person.ID) + "/requerimiento?" + url.Values{"obligacion": {x.Key}}.Encode()
		}
	}
	for _, e := range forms.Government.Options("") {
		d.Orders = append(d.Orders, choiceOf{e.Key, c.words.Option(forms.Government.Name, e.Key, e.Text), d.Typed["orden"] == e.Key})
	}
	return c.Render(code, "declare-duties", d)
}

// refused shows the page again with what is wrong, and lets other errors through.
func (s *Server) refused(c *Ctx, err error, at string) error {
	if _, ok := errors.AsType[*errs.Error](err); ok && slices.Contains([]errs.Code{errs.Invalid, errs.Conflict}, errs.CodeOf(err)) {
		return s.dutiesAgain(c, 422, c.said(err), at)
	}
	return err
}

func (c *Ctx) dutiesPath() string { return "/contraloria/personas/" + c.Param("id") + "/obligaciones" }

// dutyRule writes down what the office decided about a duty.
func (s *Server) dutyRule(c *Ctx) error {
	r := declare.Ruling{Duty: c.Value("obligacion"), Lifted: c.Value("decision") == "sinefecto", Due: c.Value("fecha"), Reason: c.Value("motivo")}
	if err := s.declare.Rule(c.Context(), c.about(), c.User().ID, r); err != nil {
		return s.refused(c, err, r.Duty)
	}
	c.Flash("declare.flash.ruled")
	return c.Redirect(c.dutiesPath())
}

func (c *Ctx) spell() declare.Spell {
	return declare.Spell{Body: c.Value("ente"), Order: c.Value("orden"), Entry: c.Value("ingreso"), Exit: c.Value("egreso"), Leave: c.Value("licencia") != ""}
}

func (s *Server) serviceAdd(c *Ctx) error {
	if err := s.declare.AddService(c.Context(), c.about(), c.User().ID, c.spell()); err != nil {
		return s.refused(c, err, "servicio")
	}
	c.Flash("declare.flash.service")
	return c.Redirect(c.dutiesPath())
}

func (s *Server) serviceRemove(c *Ctx) error {
	if err := s.declare.RemoveService(c.Context(), c.about(), c.User().ID, c.spell()); err != nil {
		return s.refused(c, err, "servicio")
	}
	return c.Redirect(c.dutiesPath())
}
