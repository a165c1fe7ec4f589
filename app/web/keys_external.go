package web

import (
	"net/http"

	"declara/app/complain"
	"declara/app/errs"
	"declara/storage"
)

func (s *Server) externalPage(c *Ctx) error { return s.renderExternal(c, http.StatusOK, answers{}) }

// externalData is the data of the page "keys-external".
type externalData struct {
	channelData
	Mine bool // who asks made the proposal
	Head bool // may see the rest of the keys
}

func (s *Server) renderExternal(c *Ctx, status int, form answers) error {
	ch, err := s.complain.Channel(c.ctx, tenant, c.User().ID)
	if err != nil {
		return err
	}
	d := externalData{channelData: channelData{ch, form}, Head: c.Has(storage.RoleComptroller)}
	d.Mine = ch.Proposed != nil && ch.Proposed.By == c.User().ID
	return c.Render(status, "keys-external", d)
}

func (s *Server) externalDo(c *Ctx, err error, field, flash string) error {
	if err == nil {
		c.Flash(flash)
		return c.Redirect("/contraloria/llaves/autoridad")
	}
	if errs.CodeOf(err) == errs.Gone {
		return c.Redirect("/contraloria/llaves/autoridad")
	}
	form := answers{Values: c.Form()}
	if !form.with(err, c.words, field) {
		return err
	}
	return s.renderExternal(c, formStatus(err), form)
}

func (s *Server) externalPropose(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	a := storage.ExternalAuthority{Name: c.Value("nombre"), Contact: c.Value("contacto"), Recipient: c.Value("clave")}
	if c.Value("ninguna") != "" {
		a = storage.ExternalAuthority{}
	}
	return c.mayBeOpen(func(h complain.Hand) error {
		return s.externalDo(c, s.complain.ProposeExternal(c.ctx, h, a), "", "keys.flash.proposed")
	})
}

func (s *Server) externalConfirm(c *Ctx) error {
	return c.mayBeOpen(func(h complain.Hand) error {
		return s.externalDo(c, s.complain.ConfirmExternal(c.ctx, h, c.Value("huella")), "", "keys.flash.confirmed")
	})
}

// mayBeOpen runs what somebody does with her key open, or without one: who runs the
// machine has none.
func (c *Ctx) mayBeOpen(do func(complain.Hand) error) error {
	mine, err := c.unlocked()
	if err != nil {
		return err
	}
	defer mine.Wipe()
	return do(complain.Hand{Tenant: tenant, User: c.User().ID, Key: mine})
}

func (s *Server) externalDrop(c *Ctx) error {
	return s.externalDo(c, s.complain.DropExternal(c.ctx, tenant, c.User().ID), "", "keys.flash.withdrawn")
}
