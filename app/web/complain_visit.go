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
}

// visitHome asks for the key, or shows the complaint to who gave it.
func (s *Server) visitHome(c *Ctx) error {
	token := c.cookie(s.visitCookie())
	if token == "" {
		return s.askKey(c, http.StatusOK, visitPage{})
	}
	return s.showVisit(c, token, visitPage{})
}

// askKey is the page with the box for the key. A message that was being written is on
// it, and goes on with the key.
func (s *Server) askKey(c *Ctx, status int, p visitPage) error {
	return c.Render(status, "complain-key", p)
}

// visitStep takes one form of who follows a complaint.
func (s *Server) visitStep(c *Ctx) error {
	h, err := c.handed()
	if err != nil {
		return err
	}
	token := c.cookie(s.visitCookie())
	switch h.Get("paso") {
	case "entrar":
		return s.enter(c, h)
	case "borrar":
		c.forgetComplaint()
		return c.Render(http.StatusOK, "complain-left", nil)
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
		err = s.complain.Reveal(c.ctx, tenant, token, complain.Identity{Mode: h.Get("modo"), Name: page.Name, Contact: page.Contact}, h.Get("envio"))
		page.Done = "complain.case.named"
	case "acuse":
		var p complain.Proof
		if p, err = s.complain.Proof(c.ctx, tenant, token); err == nil {
			return s.proof(c, p)
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
	} else {
		page.Typed, page.Name, page.Contact = "", "", ""
	}
	return s.showVisit(c, token, page)
}

// enter takes a key. What a message says that was being written when the visit ended
// is sent with it.
func (s *Server) enter(c *Ctx, h handed) error {
	page := visitPage{Typed: h.Get("mensaje")}
	end, tired, busy := s.guesses.begin(c.IP(), complain.Locator(h.Get("clave")))
	if tired || busy {
		if page.Problem = "complain.error.busy"; tired {
			page.Problem = "complain.error.tries"
		}
		c.Set("Retry-After", "60")
		return s.askKey(c, http.StatusTooManyRequests, page)
	}
	wrong := false
	defer func() { end(wrong) }()
	token, err := s.complain.Enter(c.ctx, tenant, h.Get("clave"))
	wrong = errs.CodeOf(err) == errs.NotFound
	if page.Problem, err = sayable(err); err != nil {
		return err
	}
	if page.Problem != "" {
		return s.askKey(c, http.StatusUnprocessableEntity, page)
	}
	return s.showVisit(c, token, page)
}

// showVisit shows the complaint of a token, and goes on with a fresh one.
func (s *Server) showVisit(c *Ctx, token string, page visitPage) (err error) {
	page.Status, err = s.complain.Look(c.ctx, tenant, token)
	if errs.CodeOf(err) == errs.Unsigned {
		c.setCookie(s.visitCookie(), "", -1)
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
	status := http.StatusOK
	if page.Problem != "" {
		status = http.StatusUnprocessableEntity
	}
	return c.Render(status, "complain-case", page)
}
