package web

import (
	"net/http"
	"net/url"
	"strconv"

	"declara/app/complain"
	"declara/app/errs"
	"declara/storage"
)

// keepData is the data of the page "keys-keep".
type keepData struct {
	Form answers
	Head bool
	Me   string
	Dues []complain.Due
}

const keepPath = "/contraloria/llaves/plazos"

func (s *Server) keepPage(c *Ctx) error { return s.renderKeep(c, http.StatusOK, answers{}) }

func (s *Server) renderKeep(c *Ctx, status int, form answers) error {
	ch, err := s.complain.Channel(c.ctx, tenant, c.User().ID)
	if err != nil {
		return err
	}
	dues, err := s.complain.Dues(c.ctx, tenant, c.User().ID)
	if err != nil {
		return err
	}
	if form.Values == nil {
		form.Values = url.Values{"meses": {strconv.Itoa(ch.Keep)}}
	}
	return c.Render(status, "keys-keep", keepData{form, c.Has(storage.RoleComptroller), c.User().ID, dues})
}

func (s *Server) keepDo(c *Ctx, err error, field, flash string) error {
	if err == nil {
		c.Flash(flash)
		return c.Redirect(keepPath)
	}
	if errs.CodeOf(err) == errs.Gone {
		c.Flash("keys.delete.none")
		return c.Redirect(keepPath)
	}
	var form answers
	if field != "" {
		form.Values = c.Form()
	}
	if !form.with(err, c.words, field) {
		return err
	}
	return s.renderKeep(c, formStatus(err), form)
}

func (s *Server) keepSet(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	months, err := strconv.Atoi(c.Value("meses"))
	if err != nil {
		months = 0
	}
	return c.withKey(keepPath, func(h complain.Hand) error {
		return s.keepDo(c, s.complain.SetKeep(c.ctx, h, months), "meses", "keys.flash.keep")
	})
}

func (s *Server) deletePropose(c *Ctx) error {
	return c.opening(keepPath, func(h complain.Hand) error {
		return s.keepDo(c, s.complain.Propose(c.ctx, h, c.Value("caso")), "", "keys.flash.delete.proposed")
	})
}

func (s *Server) deleteWithdraw(c *Ctx) error {
	return s.keepDo(c, s.complain.Withdraw(c.ctx, tenant, c.User().ID, c.Value("caso")), "", "keys.flash.withdrawn")
}

func (s *Server) deleteConfirm(c *Ctx) error {
	return c.opening(keepPath, func(h complain.Hand) error {
		return s.keepDo(c, s.complain.Delete(c.ctx, h, c.Value("caso")), "", "keys.flash.deleted")
	})
}
