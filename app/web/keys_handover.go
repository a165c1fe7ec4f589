package web

import (
	"bytes"
	"net/http"
	"net/url"

	"declara/app/errs"
	"declara/pdf"
	"declara/storage"
)

// handOverData is the data of the page "keys-handover".
type handOverData struct {
	Form       answers
	Open       bool
	Successors []roleChoice
	Done       []storage.HandOver
	Me         string
}

func (s *Server) handOverPage(c *Ctx) error { return s.renderHandOver(c, http.StatusOK, answers{}) }

func (s *Server) renderHandOver(c *Ctx, status int, form answers) error {
	d := handOverData{Form: form, Me: c.User().ID}
	mine, err := c.unlocked()
	if err != nil {
		return err
	}
	d.Open = mine != nil
	mine.Wipe()
	all, err := s.complain.Successors(c.ctx, tenant, d.Me)
	if err != nil {
		return err
	}
	for _, x := range all {
		d.Successors = append(d.Successors, roleChoice{x.User, x.Post + " · " + x.Name, c.words.T("keys.hand.print", x.Fingerprint)})
	}
	if d.Done, err = s.complain.HandOvers(c.ctx, tenant, d.Me); err != nil {
		return err
	}
	return c.Render(status, "keys-handover", d)
}

func (s *Server) handOver(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	form := answers{Values: url.Values{"quien": {c.Value("quien")}, "conservo": {c.Value("conservo")}}}
	mine, err := c.unlocked()
	if err != nil {
		return err
	}
	defer mine.Wipe()
	if mine == nil {
		return c.askKey("/cuenta/llave/entrega")
	}
	if c.Value("quien") == "" {
		err = errs.New(errs.Invalid, "keys.hand.who")
	} else {
		_, err = s.complain.HandOver(c.ctx, tenant, c.User().ID, mine, c.Value("quien"), c.Value("conservo") != "")
	}
	if err != nil {
		if !form.with(err, c.words, "quien") {
			return err
		}
		return s.renderHandOver(c, formStatus(err), form)
	}
	c.Flash("keys.flash.handed")
	return c.Redirect("/cuenta/llave/entrega")
}

// handOverAnnex is the sheet that both sign.
func (s *Server) handOverAnnex(c *Ctx) error {
	all, err := s.complain.HandOvers(c.ctx, tenant, c.User().ID)
	if err != nil {
		return err
	}
	for _, h := range all {
		if h.ID == c.Param("id") {
			return s.writeAnnex(c, h)
		}
	}
	return errs.New(errs.NotFound, "web.error.notfound")
}

func (s *Server) writeAnnex(c *Ctx, h storage.HandOver) error {
	i := c.Institution()
	in := pdf.HandOver{
		Words: c.words, Lang: c.words.Tag(), Institution: i.Name, Office: i.Office, Initials: i.Initials, Address: i.Address,
		Day: h.Day, Cases: h.Cases, Identities: h.Identities, Left: h.Left, Apart: h.Apart, Held: h.Held, Kept: h.Kept, LogSize: h.LogSize, LogRoot: h.LogRoot, Drill: h.Drill,
		From: pdf.Party{Post: h.FromPost, Key: h.FromKey}, To: pdf.Party{Post: h.ToPost, Key: h.ToKey},
	}
	for _, side := range []struct {
		user string
		name *string
	}{{h.From, &in.From.Name}, {h.To, &in.To.Name}} {
		u, err := s.accounts.Account(c.ctx, tenant, side.user)
		if err != nil {
			return err
		}
		*side.name = u.Name
	}
	var out bytes.Buffer
	if err := pdf.WriteHandOver(&out, in); err != nil {
		return err
	}
	return c.Attachment("anexo-llaves.pdf", "application/pdf", out.Bytes())
}
