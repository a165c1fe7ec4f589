package web

import (
	"net/http"
	"net/url"

	"declara/app/account"
	"declara/storage"
)

// The reserve of what an official declares (package account, reserve.go): the agreement,
// its renewal and its end, and who is under one.

func (s *Server) reserveRoutes() []Route {
	const at = "/contraloria/personas/:id"
	return []Route{
		{Method: "GET", Path: "/contraloria/reservas", Roles: reserveRoles, Do: s.reservesPage},
		{Method: "GET", Path: at + "/reserva", Roles: reserveRoles, Do: s.reservePage},
		{Method: "POST", Path: at + "/reserva", Roles: reserveRoles, Body: smallBody, Do: s.personReserve},
		{Method: "POST", Path: at + "/publicar", Roles: reserveRoles, Body: smallBody, Do: s.personPublish},
	}
}

// reservesData is the data of the page "reserves".
type reservesData struct {
	All  []reserveLine
	Over int
}

type reserveLine struct {
	ID, Name, Post, Agreement, Until string
	State                            status
}

func (s *Server) reservesPage(c *Ctx) error {
	all, err := s.accounts.Reserves(c.Context(), tenant, c.today())
	if err != nil {
		return err
	}
	var d reservesData
	for _, x := range all {
		r := x.Person.Reserve
		l := reserveLine{x.Person.ID, account.FullName(x.Person), x.Person.Post, r.Agreement, c.words.Day(r.Until), c.reserveState(r)}
		if x.Over {
			d.Over++
		}
		d.All = append(d.All, l)
	}
	return c.Render(http.StatusOK, "reserves", d)
}

// reserveState is whether the term of an agreement runs.
func (c *Ctx) reserveState(r *storage.Reserve) status {
	if r.Until < c.today() {
		return status{"en", c.words.T("settings.reserve.over")}
	}
	return status{"ok", c.words.T("settings.reserve.runs")}
}

// reserveData is the data of the page "reserve".
type reserveData struct {
	Form        answers
	ID, Name    string
	Post        string
	Reserve     *storage.Reserve
	From, Until string
	State       status
	Over        bool
	Acts        []reserveAct
}

type reserveAct struct{ What, When, Who, Agreement, Ground, Term, Reason string }

func (s *Server) reservePage(c *Ctx) error {
	return s.reserveShown(c, http.StatusOK, answers{Values: url.Values{}})
}

func (s *Server) reserveShown(c *Ctx, code int, form answers) error {
	o, err := s.accounts.Official(c.Context(), tenant, c.Param("id"))
	if err != nil {
		return err
	}
	acts, err := s.accounts.ReserveActs(c.Context(), tenant, o.Person.ID)
	if err != nil {
		return err
	}
	d := reserveData{Form: form, ID: o.Person.ID, Name: account.FullName(o.Person), Post: o.Person.Post, Reserve: o.Person.Reserve}
	if r := d.Reserve; r != nil {
		d.State, d.Until, d.Over = c.reserveState(r), c.words.Day(r.Until), r.Until < c.today()
		if r.From != "" {
			d.From = c.words.Day(r.From)
		}
	}
	for _, a := range acts {
		d.Acts = append(d.Acts, reserveAct{
			What: c.words.T("settings.reserve.act." + a.Act), When: c.words.When(a.At.In(c.Zone())), Who: a.By,
			Agreement: a.Agreement, Ground: a.Ground, Term: c.words.Day(a.Until), Reason: a.Reason,
		})
	}
	return c.Render(code, "reserve", d)
}

// reserveDone answers a form of the page.
func (s *Server) reserveDone(c *Ctx, err error, flash string) error {
	if err != nil {
		form := answers{Values: c.Form()}
		if !form.with(err, c.words, "acuerdo") {
			return err
		}
		return s.reserveShown(c, formStatus(err), form)
	}
	c.Flash(flash)
	return c.Redirect("/contraloria/personas/" + c.Param("id") + "/reserva")
}

func (s *Server) personReserve(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	err := s.accounts.Reserve(c.Context(), tenant, c.User().ID, c.Param("id"), storage.Reserve{
		Agreement: c.Value("acuerdo"), Ground: c.Value("fundamento"), Until: c.Value("hasta"),
	}, c.Now().In(c.Zone()))
	return s.reserveDone(c, err, "account.flash.reserved")
}

func (s *Server) personPublish(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	return s.reserveDone(c, s.accounts.LiftReserve(c.Context(), tenant, c.User().ID, c.Param("id"), c.Value("motivo")), "account.flash.published")
}
