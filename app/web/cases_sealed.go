package web

import (
	"net/http"

	"declara/app/complain"
	"declara/app/errs"
)

// sealedData is the data of the page "cases-sealed".
type sealedData struct {
	All  []complain.Sealed
	Form answers
	At   string // id of the complaint whose form was sent
	Me   string
}

const sealedPath = casesPath + "/sellados"

// sealedPage lists the complaints about the office itself, of which nobody here reads
// more than that they are to be carried to the authority outside.
func (s *Server) sealedPage(c *Ctx) error { return s.renderSealed(c, http.StatusOK, answers{}, "") }

func (s *Server) renderSealed(c *Ctx, status int, form answers, at string) error {
	all, err := s.cases.Sealed(c.ctx, tenant)
	if err != nil {
		return err
	}
	return c.Render(status, "cases-sealed", sealedData{all, form, at, c.User().ID})
}

// sealedChange tells that the authority has one, or confirms it.
func (s *Server) sealedChange(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	id := c.Value("caso")
	return c.withKey(sealedPath, func(h complain.Hand) error {
		var err error
		flash := "cases.flash.acked"
		switch c.Value("paso") {
		case "acuse":
			err = s.cases.Acknowledge(c.ctx, h, id, isoDay(c.Value("recibida")), c.Value("acuse"))
		case "confirmar":
			flash = "cases.flash.confirmed"
			err = s.cases.Confirm(c.ctx, h, id, c.Value("visto"))
		default:
			err = errForm
		}
		if err == nil {
			c.Flash(flash)
			return c.Redirect(sealedPath)
		}
		form := answers{Values: c.Form()}
		if errs.CodeOf(err) != errs.Invalid || !form.withAll(err, c.words, "acuse") {
			return err
		}
		return s.renderSealed(c, formStatus(err), form, id)
	})
}

func (s *Server) sealedFile(c *Ctx) error {
	seq, ok := sequence(c.Param("seq"))
	if !ok {
		return complain.ErrNoCase
	}
	d, err := s.cases.Carry(c.ctx, tenant, c.User().ID, c.Param("id"), seq)
	if err != nil {
		return err
	}
	c.Secret()
	return c.Attachment(d.Name, d.Type, d.Bytes)
}
