package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"declara/app/account"
	"declara/forms"
	"declara/storage"
)

// peopleData is the data of the page "people".
type peopleData struct {
	Query string
	All   []personLine
	Total int
	Page  int
	Pages int
	Over  int  // reserves whose term is over
	May   bool // who asks may reserve
}

// Previous and Next are the pages around the one that is shown.
func (d peopleData) Previous() int { return d.Page - 1 }
func (d peopleData) Next() int     { return d.Page + 1 }

// personLine is one line of the roster.
type personLine struct {
	storage.Person
	Name    string
	Entered bool // has signed in
	Code    bool // a code waits to be used
}

// mostPages bounds what an address may ask for.
const mostPages = 10_000

func (s *Server) peoplePage(c *Ctx) error {
	d := peopleData{Query: c.visit.Session.Search}
	n, _ := strconv.Atoi(c.Query("pagina"))
	d.Page = min(max(n, 1), mostPages)
	all, total, err := s.accounts.OfficialsFrom(c.Context(), tenant, d.Query, (d.Page-1)*perPage, perPage)
	if err != nil {
		return err
	}
	d.Total, d.Pages = total, max(1, (total+perPage-1)/perPage)
	if d.Page > d.Pages {
		return c.Redirect("/contraloria/personas")
	}
	for _, r := range all {
		d.All = append(d.All, personLine{r.Person, account.FullName(r.Person), r.Entered(), r.Code(c.Now())})
	}
	if d.May = c.Has(storage.RoleComptroller); d.May {
		kept, err := s.accounts.Reserves(c.Context(), tenant, c.today())
		if err != nil {
			return err
		}
		for _, x := range kept {
			if x.Over {
				d.Over++
			}
		}
	}
	return c.Render(http.StatusOK, "people", d)
}

// peopleSearch keeps what is looked for in the session, where the list finds it
// until it is looked for otherwise: an address would put names into histories.
func (s *Server) peopleSearch(c *Ctx) error {
	if err := s.accounts.Search(c.Context(), tenant, c.visit.Hash, c.Value("q")); err != nil {
		return err
	}
	return c.Redirect("/contraloria/personas")
}

// personData is the data of the pages "person-new" and "person".
type personData struct {
	Form    answers
	Person  storage.Person
	User    storage.User
	Name    string
	Code    bool // a code waits to be used
	Codes   bool // who asks may issue one
	Secrecy bool // who asks may reserve
}

func (s *Server) personNewPage(c *Ctx) error {
	return c.Render(http.StatusOK, "person-new", personData{Form: answers{Values: url.Values{"formato": {forms.Full.Slug()}}}})
}

// officialOf reads the roster's form.
func officialOf(c *Ctx) account.Official {
	o := account.Official{
		Given: c.Value("nombre"), First: c.Value("primerApellido"), Second: c.Value("segundoApellido"),
		CURP: c.Value("curp"), RFC: c.Value("rfc"), Post: c.Value("cargo"), Unit: c.Value("unidad"), Grade: c.Value("nivel"),
		Duties: c.Value("funcion"), Email: c.Value("correo"), Phone: c.Value("telefono"), Fees: c.Value("honorarios") != "",
		Entry: c.Value("ingreso"), Exit: c.Value("egreso"), Leave: c.Value("licencia") != "", Level: forms.Full,
	}
	if c.Value("formato") == forms.Simplified.Slug() {
		o.Level = forms.Simplified
	}
	return o
}

func (s *Server) personNew(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	p, code, err := s.accounts.AddOfficial(c.Context(), tenant, c.User().ID, officialOf(c))
	if err != nil {
		form := answers{Values: c.Form()}
		if !form.with(err, c.Words(), "") {
			return err
		}
		return c.Render(formStatus(err), "person-new", personData{Form: form})
	}
	r, err := s.accounts.Official(c.Context(), tenant, p.ID)
	if err != nil {
		return err
	}
	return c.showOnce("/contraloria/personas/codigo", c.codeOf(r.User, code, "/contraloria/personas"))
}

func (s *Server) personPage(c *Ctx) error {
	r, err := s.accounts.Official(c.Context(), tenant, c.Param("id"))
	if err != nil {
		return err
	}
	return s.renderPerson(c, http.StatusOK, r, nil)
}

// renderPerson shows a person of the roster; form is what was typed, when it is shown
// again, and nil for what is kept.
func (s *Server) renderPerson(c *Ctx, status int, r account.Roster, form *answers) error {
	d := personData{
		Person: r.Person, User: r.User, Name: account.FullName(r.Person), Code: r.Code(c.Now()),
		Codes: account.OnlyDeclares(r.User), Secrecy: c.Has(storage.RoleComptroller),
	}
	if form == nil {
		form = &answers{Values: officialValues(c, r.Person)}
	}
	d.Form = *form
	return c.Render(status, "person", d)
}

// officialValues are the answers of the roster's form for a person.
func officialValues(c *Ctx, p storage.Person) url.Values {
	v := url.Values{
		"nombre": {p.Given}, "primerApellido": {p.First}, "segundoApellido": {p.Second}, "curp": {p.CURP}, "rfc": {p.RFC},
		"cargo": {p.Post}, "unidad": {p.Unit}, "nivel": {p.Grade}, "funcion": {p.Duties}, "correo": {p.Email}, "telefono": {p.Phone},
		"formato": {p.Level.Slug()}, "ingreso": {typed(p.Entry)}, "egreso": {typed(p.Exit)},
	}
	if p.Fees {
		v.Set("honorarios", "1")
	}
	if p.Leave {
		v.Set("licencia", "1")
	}
	return v
}

// typed is a day as people type it: "31/05/2026".
func typed(iso string) string {
	parts := strings.Split(iso, "-")
	if len(parts) != 3 {
		return iso
	}
	slices.Reverse(parts)
	return strings.Join(parts, "/")
}

func (s *Server) personEdit(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	id := c.Param("id")
	if _, err := s.accounts.EditOfficial(c.Context(), tenant, c.User().ID, id, officialOf(c)); err != nil {
		form := answers{Values: c.Form()}
		if !form.with(err, c.Words(), "") {
			return err
		}
		r, e := s.accounts.Official(c.Context(), tenant, id)
		if e != nil {
			return e
		}
		return s.renderPerson(c, formStatus(err), r, &form)
	}
	c.Flash("account.flash.saved")
	return c.Redirect("/contraloria/personas/" + id)
}

func (s *Server) personCode(c *Ctx) error {
	code, u, err := s.accounts.IssueOfficialCode(c.Context(), tenant, c.User().ID, c.Param("id"))
	if err != nil {
		return err
	}
	return c.showOnce("/contraloria/personas/codigo", c.codeOf(u, code, "/contraloria/personas"))
}
