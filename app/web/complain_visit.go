package web

import (
	"net/http"

	"declara/app/complain"
	"declara/app/errs"
	"declara/storage"
)

// visitPage is what who comes back with a key is shown.
type visitPage struct {
	Status  complain.Status
	Envio   string
	Typed   string // a message that was not sent
	Problem string
	Done    string
	Outside *storage.ExternalAuthority // whom she can take it to, when nobody does anything
	Weekday string                     // on which she wants to ask, 1 to 5
	Ask     string                     // the day of it, yyyy-mm-dd

	Name, Contact string // that were not taken

	Mark string // of a browser in which a complaint was over
}

// visitHome asks for the key, or shows the complaint to who gave it.
func (s *Server) visitHome(c *Ctx) error {
	token, says, _ := c.visiting()
	if token == "" {
		return s.askKey(c, http.StatusOK, visitPage{Problem: says})
	}
	return s.showVisit(c, token, visitPage{Done: says})
}

// askKey is the page with the box for the key. A message that was being written is on
// it, and goes on with the key.
func (s *Server) askKey(c *Ctx, status int, p visitPage) error {
	_, p.Mark = c.drafts()
	c.setCookie(s.visitCookie(), noVisit, 0)
	return c.Render(status, "complain-key", p)
}

// visitStep takes one form of who follows a complaint.
func (s *Server) visitStep(c *Ctx) error {
	h, err := c.handed()
	if err != nil {
		return err
	}
	token, _, keeps := c.visiting()
	switch {
	case h.Get("paso") == "borrar":
		c.forgetComplaint()
		return c.Render(http.StatusOK, "complain-left", nil)
	case token == "" && c.overHere(h):
		return s.askKey(c, http.StatusUnprocessableEntity, visitPage{Problem: "complain.error.visit"})
	case h.Get("paso") == "entrar":
		return s.enter(c, h, keeps)
	}
	page := visitPage{Typed: h.Get("mensaje"), Weekday: h.Get("dia")}
	switch h.Get("paso") {
	case "estado":
		if err = s.own(c, token); err == nil {
			return nil
		}
	case "historia":
		return s.history(c, token)
	case "escribir":
		err = s.complain.Write(c.ctx, tenant, token, h.Get("mensaje"), h.Get("envio"))
		page.Done = "complain.case.written"
	case "archivo":
		if h.name == "" {
			err = errs.New(errs.Invalid, "complain.error.nofile")
			break
		}
		err = c.hand(func() error {
			return s.complain.AddEvidence(c.ctx, tenant, token, complain.Upload{Name: h.name, Bytes: h.file, NoOriginal: h.Get("sin_original") != ""})
		})
		page.Done = "complain.case.added"
	case "nombre":
		page.Name, page.Contact = h.Get("nombre"), h.Get("contacto")
		err = s.complain.Reveal(c.ctx, tenant, token, complain.Identity{Mode: h.Get("modo"), Name: page.Name, Contact: page.Contact, Protect: h.Get("proteccion") != ""}, h.Get("envio"))
		page.Done = "complain.case.named"
	case "acuse", "constancia":
		var p complain.Proof
		if p, err = s.complain.Proof(c.ctx, tenant, token); err == nil {
			return s.proof(c, p, h.Get("paso") == "constancia")
		}
	}
	if errs.CodeOf(err) == errs.Unsigned {
		page.Problem, page.Done = keyOf(err), ""
		return s.askKey(c, http.StatusUnprocessableEntity, page)
	}
	if page.Problem, err = sayable(err); err != nil {
		return err
	}
	if page.Problem != "" {
		page.Done = ""
	} else if c.visitLead(token, page.Done) {
		return c.Redirect(visitPath)
	}
	return s.showVisit(c, token, page)
}

// enter takes a key. What a message says that was being written when the visit ended
// goes on with it.
func (s *Server) enter(c *Ctx, h handed, keeps bool) error {
	page := visitPage{Typed: h.Get("mensaje")}
	// Who has nothing in writing is led on, so that no form with a key stays behind.
	answer := func(status int, token string) error {
		if keeps && page.Typed == "" {
			if token != "" {
				c.setCookie(s.visitCookie(), token, 0)
				return c.Redirect(visitPath)
			}
			if c.visitLead(noVisit, page.Problem) {
				return c.Redirect(visitPath)
			}
		}
		if token != "" {
			return s.showVisit(c, token, page)
		}
		return s.askKey(c, status, page)
	}
	end, tired, busy := s.guesses.begin(c.IP(), complain.Locator(h.Get("clave")))
	if tired || busy {
		if page.Problem = "complain.error.busy"; tired {
			page.Problem = "complain.error.tries"
		}
		c.Set("Retry-After", "60")
		return answer(http.StatusTooManyRequests, "")
	}
	wrong := false
	defer func() { end(wrong) }()
	token, err := s.complain.Enter(c.ctx, tenant, h.Get("clave"))
	wrong = errs.CodeOf(err) == errs.NotFound
	if page.Problem, err = sayable(err); err != nil {
		return err
	}
	return answer(http.StatusUnprocessableEntity, token)
}

// showVisit shows the complaint of a token, and goes on with a fresh one.
func (s *Server) showVisit(c *Ctx, token string, page visitPage) (err error) {
	page.Status, err = s.complain.Look(c.ctx, tenant, token)
	if errs.CodeOf(err) == errs.Unsigned {
		page.Problem = keyOf(err)
		return s.askKey(c, http.StatusUnprocessableEntity, page)
	} else if err != nil {
		return err
	}
	c.setCookie(s.visitCookie(), page.Status.Token, 0)
	if page.Status.Buried {
		if page.Outside, err = s.complain.Outside(c.ctx, tenant); err != nil {
			return err
		}
	}
	page.Ask = askDay(page.Weekday, c.Now().In(c.Zone()), page.Status.Next)
	page.Envio = storage.RandomID()
	_, page.Mark = c.drafts()
	status := http.StatusOK
	if page.Problem != "" {
		status = http.StatusUnprocessableEntity
	}
	return c.Render(status, "complain-case", page)
}
