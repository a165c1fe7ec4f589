package web

import (
	"net/http"
	"net/url"

	"declara/app/account"
	"declara/storage"
)

// The reserve of what an official declares (package account, reserve.go): the agreement,
// its renewal and its end, and who is under one. Who works for the transparency committee
// writes it down, and finds people by name and post; the control body sees it.

const reservesPath = "/contraloria/reservas"

var (
	transparencyRoles = []storage.Role{storage.RoleTransparency}
	reserveReaders    = []storage.Role{storage.RoleComptroller, storage.RoleTransparency}
)

func (s *Server) reserveRoutes() []Route {
	const at = "/contraloria/personas/:id"
	return []Route{
		{Method: "GET", Path: reservesPath, Roles: reserveReaders, Do: s.reservesPage},
		{Method: "POST", Path: reservesPath, Roles: transparencyRoles, Body: smallBody, Do: s.reservesSearch},
		{Method: "GET", Path: at + "/reserva", Roles: reserveReaders, Do: s.reservePage},
		{Method: "POST", Path: at + "/reserva", Roles: transparencyRoles, Body: smallBody, Do: s.personReserve},
		{Method: "POST", Path: at + "/publicar", Roles: transparencyRoles, Body: smallBody, Do: s.personPublish},
	}
}

// reservesData is the data of the page "reserves".
type reservesData struct {
	All   []reserveLine
	Over  int
	May   bool // who looks writes them down
	Roll  bool // who looks has the roster
	Query string
	Found []foundLine // whom the words that are looked for find
	More  int         // how many more they find
}

type reserveLine struct {
	ID, Name, Post, Agreement, Until string
	State                            status
}

// foundLine is a person as anybody knows her.
type foundLine struct {
	ID, Name, Post, Unit string
	Reserved             bool
}

func (s *Server) reservesPage(c *Ctx) error {
	all, err := s.accounts.Reserves(c.Context(), tenant, c.today())
	if err != nil {
		return err
	}
	d := reservesData{May: c.Has(storage.RoleTransparency), Roll: c.Has(storage.RoleComptroller)}
	if d.May {
		d.Query = c.visit.Session.Search
	}
	if d.Query != "" {
		found, total, err := s.accounts.OfficialsFrom(c.Context(), tenant, d.Query, 0, perPage)
		if err != nil {
			return err
		}
		d.More = total - len(found)
		for _, r := range found {
			d.Found = append(d.Found, foundLine{r.Person.ID, account.FullName(r.Person), r.Person.Post, r.Person.Unit, r.Person.Reserve != nil})
		}
	}
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

// reservesSearch keeps what is looked for in the session, as the roster does: an address
// would put names into histories.
func (s *Server) reservesSearch(c *Ctx) error {
	if err := s.accounts.Search(c.Context(), tenant, c.visit.Hash, c.Value("q")); err != nil {
		return err
	}
	return c.Redirect(reservesPath)
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
	May         bool   // who looks writes it down
	Back        string // where she came from, and how that is called
	BackText    string
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
	d := reserveData{Form: form, ID: o.Person.ID, Name: account.FullName(o.Person), Post: o.Person.Post, Reserve: o.Person.Reserve, May: c.Has(storage.RoleTransparency)}
	d.Back, d.BackText = reservesPath, c.words.T("settings.reserve.all")
	if c.Has(storage.RoleComptroller) {
		d.Back, d.BackText = peoplePath+"/"+url.PathEscape(d.ID), d.Name
	}
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
	err := s.accounts.Reserve(c.Context(), tenant, c.User(), c.Param("id"), storage.Reserve{
		Agreement: c.Value("acuerdo"), Ground: c.Value("fundamento"), Until: c.Value("hasta"),
	}, c.Now().In(c.Zone()))
	return s.reserveDone(c, err, "account.flash.reserved")
}

func (s *Server) personPublish(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	return s.reserveDone(c, s.accounts.LiftReserve(c.Context(), tenant, c.User(), c.Param("id"), c.Value("motivo")), "account.flash.published")
}
