package web

import (
	"net/http"
	"net/url"
	"time"

	"declara/app/account"
	"declara/i18n"
	"declara/storage"
)

// codeData is the data of the page "settings-code", which is printed and handed
// over: what a person needs to come in the first time.
type codeData struct {
	Name, Login, Code string
	Until             string // day, yyyy-mm-dd
	Address           string // of the page where it is used
	Back              string // where the list is
}

func (c *Ctx) codeOf(u storage.User, code, back string) codeData {
	until := u.Code.Expires.In(c.Zone()).Format(time.DateOnly)
	return codeData{Name: u.Name, Login: u.Login, Code: code, Until: until, Address: c.Base() + "/primera-vez", Back: back}
}

// codePage shows a code once.
func (s *Server) codePage(c *Ctx) error { return once[codeData](c, "settings-code") }

// staffData is the data of the page "settings-staff".
type staffData struct{ Accounts []storage.User }

func (s *Server) staffPage(c *Ctx) error {
	all, err := s.accounts.Accounts(c.Context(), tenant)
	if err != nil {
		return err
	}
	return c.Render(http.StatusOK, "settings-staff", staffData{all})
}

// staffOneData is the data of the pages "settings-staff-new" and "settings-staff-one".
type staffOneData struct {
	Form  answers
	Roles []roleChoice
	User  storage.User
	Self  bool // it is the account of who asks
}

// roleChoice is a role with what it may do, in words.
type roleChoice struct{ Key, Text, Hint string }

func roleChoices(words *i18n.Printer, roles []storage.Role) []roleChoice {
	var all []roleChoice
	for _, r := range roles {
		all = append(all, roleChoice{string(r), words.T("account.role." + string(r)), words.T("account.role." + string(r) + ".hint")})
	}
	return all
}

// rolesOf reads the roles of a form.
func rolesOf(c *Ctx) []storage.Role {
	var roles []storage.Role
	for _, r := range c.Form()["roles"] {
		roles = append(roles, storage.Role(r))
	}
	return roles
}

func (s *Server) staffNewPage(c *Ctx) error {
	return c.Render(http.StatusOK, "settings-staff-new", staffOneData{Roles: roleChoices(c.Words(), account.StaffRoles)})
}

func (s *Server) staffNew(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	u, code, err := s.accounts.AddStaff(c.Context(), tenant, c.User().ID,
		account.Staff{Name: c.Value("nombre"), Email: c.Value("correo"), Roles: rolesOf(c)})
	if err != nil {
		form := answers{Values: c.Form()}
		if !form.with(err, c.Words(), "") {
			return err
		}
		return c.Render(formStatus(err), "settings-staff-new", staffOneData{Form: form, Roles: roleChoices(c.Words(), account.StaffRoles)})
	}
	return c.showOnce("/ajustes/cuentas/codigo", c.codeOf(u, code, "/ajustes/cuentas"))
}

func (s *Server) staffOnePage(c *Ctx) error {
	u, err := s.accounts.Account(c.Context(), tenant, c.Param("id"))
	if err != nil {
		return err
	}
	roles := url.Values{}
	for _, r := range u.Roles {
		roles.Add("roles", string(r))
	}
	if u.Waiting != nil { // to save the page is not to take back what was asked
		for _, r := range u.Waiting.Roles {
			roles.Add("roles", string(r))
		}
	}
	return s.renderStaffOne(c, http.StatusOK, u, answers{Values: roles})
}

func (s *Server) renderStaffOne(c *Ctx, status int, u storage.User, form answers) error {
	return c.Render(status, "settings-staff-one", staffOneData{Form: form, Roles: roleChoices(c.Words(), account.StaffRoles), User: u, Self: u.ID == c.User().ID})
}

// changeStaff runs a change of an account and shows what it refuses.
func (s *Server) changeStaff(c *Ctx, flash string, change func(id string) error) error {
	id := c.Param("id")
	if err := change(id); err != nil {
		form := answers{Values: c.Form()}
		if !form.with(err, c.Words(), "") {
			return err
		}
		u, e := s.accounts.Account(c.Context(), tenant, id)
		if e != nil {
			return e
		}
		return s.renderStaffOne(c, formStatus(err), u, form)
	}
	c.Flash(flash)
	return c.Redirect("/ajustes/cuentas")
}

func (s *Server) staffRoles(c *Ctx) error {
	return s.changeStaff(c, "account.flash.saved", func(id string) error {
		return s.accounts.SetRoles(c.Context(), tenant, c.User().ID, id, rolesOf(c))
	})
}

func (s *Server) staffClose(c *Ctx) error {
	return s.changeStaff(c, "account.flash.closed", func(id string) error {
		return s.accounts.Close(c.Context(), tenant, c.User().ID, id)
	})
}

func (s *Server) staffReopen(c *Ctx) error {
	return s.changeStaff(c, "account.flash.reopened", func(id string) error {
		return s.accounts.Reopen(c.Context(), tenant, c.User().ID, id)
	})
}

func (s *Server) staffCode(c *Ctx) error {
	code, u, err := s.accounts.IssueCode(c.Context(), tenant, c.User().ID, c.Param("id"))
	if err != nil {
		return err
	}
	return c.showOnce("/ajustes/cuentas/codigo", c.codeOf(u, code, "/ajustes/cuentas"))
}
