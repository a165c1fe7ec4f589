package web

import (
	"net/http"

	"declara/app/account"
	"declara/storage"
)

// clientsData is the data of the page "settings-clients".
type clientsData struct {
	Form    answers
	Clients []storage.Client
	Base    string // address of the site
}

func (s *Server) clientsPage(c *Ctx) error { return s.renderClients(c, http.StatusOK, answers{}) }

func (s *Server) renderClients(c *Ctx, status int, form answers) error {
	all, err := s.accounts.Clients(c.Context(), tenant)
	if err != nil {
		return err
	}
	return c.Render(status, "settings-clients", clientsData{form, all, c.Base()})
}

// clientSecret is the data of the page "settings-client-secret", shown once.
type clientSecret struct {
	Name string
	account.Credentials
	Base string
}

const secretPath = "/ajustes/conexiones/clave"

func (s *Server) clientSecretPage(c *Ctx) error {
	return once[clientSecret](c, "settings-client-secret")
}

func (s *Server) clientNew(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	client, given, err := s.accounts.AddClient(c.Context(), tenant, c.User().ID, c.Value("nombre"))
	if err != nil {
		form := answers{Values: c.Form()}
		if !form.with(err, c.Words(), "") {
			return err
		}
		return s.renderClients(c, formStatus(err), form)
	}
	return c.showOnce(secretPath, clientSecret{client.Name, given, c.Base()})
}

func (s *Server) clientRotate(c *Ctx) error {
	client, given, err := s.accounts.RotateClient(c.Context(), tenant, c.User().ID, c.Param("id"))
	if err != nil {
		return err
	}
	return c.showOnce(secretPath, clientSecret{client.Name, given, c.Base()})
}

func (s *Server) clientSuspend(c *Ctx) error { return s.suspend(c, true, "account.flash.suspended") }

func (s *Server) clientResume(c *Ctx) error { return s.suspend(c, false, "account.flash.resumed") }

func (s *Server) suspend(c *Ctx, stop bool, flash string) error {
	if err := s.accounts.SuspendClient(c.Context(), tenant, c.User().ID, c.Param("id"), stop); err != nil {
		return err
	}
	c.Flash(flash)
	return c.Redirect("/ajustes/conexiones")
}
