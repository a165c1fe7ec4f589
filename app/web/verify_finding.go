package web

import (
	"net/http"

	"declara/app/ground"
	"declara/app/verify"
)

// What a verification found is read as a whole declaration is (reading.go): the answer to
// the form is the text itself, which has no address of its own.

// findingData is the data of the pages "verify-finding-open" and "verify-finding".
type findingData struct {
	Form                              answers
	At                                string // of the work
	Number, Folio, Name, Outcome, End string
	Read                              readLine
	Text                              string
}

func (c *Ctx) finding(t verify.Task) findingData {
	return findingData{
		At: c.taskPath(), Number: t.Draw, Folio: t.Folio, Name: fullName(t.Person), Outcome: c.words.T("sheet.outcome." + string(t.Outcome)),
		End: c.words.T("sheet.finding.by", t.Name, c.words.When(t.Closed.In(c.Zone()))),
	}
}

// findingOf is how who declared is told that it was read.
func (c *Ctx) findingOf(draw, title string) string {
	return c.words.T("sheet.finding.read", draw, title)
}

func (s *Server) findingOpen(c *Ctx) error { return s.findingForm(c, http.StatusOK, answers{}) }

func (s *Server) findingForm(c *Ctx, code int, form answers) error {
	t, err := s.draws.ToRead(c.Context(), c.Tenant(), *c.User(), c.Param("number"), c.Param("folio"))
	if err != nil {
		return err
	}
	d := c.finding(t)
	d.Form = form
	return c.Render(code, "verify-finding-open", d)
}

// findingRead writes down that it is read, and shows it.
func (s *Server) findingRead(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	f, err := s.draws.ReadFinding(c.Context(), c.Tenant(), *c.User(), c.Param("number"), c.Param("folio"), ground.Ground{File: c.Value("expediente"), Reason: c.Value("motivo")})
	if form := c.groundTrouble(err); len(form.Trouble) > 0 {
		return s.findingForm(c, formStatus(err), form)
	} else if err != nil {
		return err
	}
	d := c.finding(f.Task)
	d.Text = f.Text
	d.Read = readLine{When: c.words.When(f.Read.At.In(c.Zone())), Name: f.Read.Name, File: f.Read.File, Reason: f.Read.Reason, Leaf: int(f.Read.Leaf)}
	c.Secret()
	return c.Render(http.StatusOK, "verify-finding", d)
}
