package web

import (
	"net/http"

	"declara/app/declare"
	"declara/storage"
)

// The work on one declaration that was drawn: who verifies it, the way to its content,
// and its end. The content is read as everywhere (reading.go): for a ground, of which
// the number of the draw is the file, and told to the declarant.

func (s *Server) verifyWorkRoutes() []Route {
	const at = drawsPath + "/:number/declaracion/:folio"
	post := func(path string, do Handler) Route {
		return Route{Method: "POST", Path: at + path, Roles: readers, Body: smallBody, Do: do}
	}
	return []Route{
		{Method: "GET", Path: at, Roles: readers, Do: s.taskPage},
		post("/asignar", s.taskAssign),
		post("/abrir", s.taskOpen),
		post("/cerrar", s.taskClose),
	}
}

// taskData is the data of the page "verify-task".
type taskData struct {
	Form      answers
	Number    string
	Folio     string
	Name      string
	Post      string
	State     status
	Verifier  string
	Verifiers []option
	Mine      bool
	Open      bool // not closed, of a draw that counts
	Finding   string
}

// verificationClasses are the classes of the states.
var verificationClasses = map[storage.VerificationState]string{storage.ToVerify: "", storage.Verifying: "en", storage.Verified: "ok"}

func (c *Ctx) verification(v storage.VerificationState) status {
	return status{verificationClasses[v], c.words.T("verify.work." + string(v))}
}

func (s *Server) taskPage(c *Ctx) error { return s.taskShown(c, http.StatusOK, answers{}) }

func (s *Server) taskShown(c *Ctx, code int, form answers) error {
	t, err := s.draws.Task(c.Context(), c.Tenant(), c.Param("number"), c.Param("folio"))
	if err != nil {
		return err
	}
	all, err := s.draws.Verifiers(c.Context(), c.Tenant())
	if err != nil {
		return err
	}
	d := taskData{
		Form: form, Number: t.Draw, Folio: t.Folio, Name: fullName(t.Person), Post: t.Person.Post, State: c.verification(t.State),
		Verifier: t.Name, Mine: t.Verifier == c.User().ID, Open: t.State != storage.Verified && !t.Void, Finding: t.Finding,
	}
	for _, u := range all {
		d.Verifiers = append(d.Verifiers, option{u.ID, u.Name})
	}
	return c.Render(code, "verify-task", d)
}

func (c *Ctx) taskPath() string {
	return drawsPath + "/" + c.Param("number") + "/declaracion/" + c.Param("folio")
}

func (s *Server) taskAssign(c *Ctx) error {
	return s.taskDone(c, s.draws.Assign(c.Context(), c.Tenant(), *c.User(), c.Param("number"), c.Param("folio"), c.Value("quien")), "quien", "verify.flash.assigned")
}

func (s *Server) taskClose(c *Ctx) error {
	return s.taskDone(c, s.draws.Close(c.Context(), c.Tenant(), *c.User(), c.Param("number"), c.Param("folio"), c.Value("hallazgo")), "hallazgo", "verify.flash.closed")
}

// taskDone answers a form of the page.
func (s *Server) taskDone(c *Ctx, err error, field, flash string) error {
	if err != nil {
		form := answers{Values: c.Form()}
		if !form.with(err, c.words, field) {
			return err
		}
		return s.taskShown(c, formStatus(err), form)
	}
	c.Flash(flash)
	return c.Redirect(c.taskPath())
}

// taskOpen shows the declaration to its verifier, for the reason that she gives.
func (s *Server) taskOpen(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	filing, err := s.draws.Filing(c.Context(), c.Tenant(), *c.User(), c.Param("number"), c.Param("folio"))
	if err != nil {
		return err
	}
	opened, err := s.openFor(c, filing, declare.Ground{File: c.Param("number"), Reason: c.Value("motivo")}, s.taskShown)
	if err != nil || !opened {
		return err
	}
	return s.draws.Begin(c.Context(), c.Tenant(), *c.User(), c.Param("number"), c.Param("folio"))
}
