package web

import (
	"net/http"

	"declara/app/verify"
)

// A declarant's page of what the office asks about a declaration that it verifies, and
// of her certificate.

func (s *Server) verifyMineRoutes() []Route {
	const at = verify.MinePath
	return []Route{
		{Method: "GET", Path: at, Roles: declarants, Do: s.askedPage},
		{Method: "POST", Path: at + "/:number/:folio/respuesta", Roles: declarants, Resume: true, Do: s.askedAnswer},
		{Method: "GET", Path: at + "/:number/:folio/certificado.pdf", Roles: declarants, Do: s.askedCertificate},
	}
}

// askedData is the data of the page "verify-asked".
type askedData struct {
	Form answers
	All  []askedView
}

// askedView is the verification of one of her declarations.
type askedView struct {
	Title, Draw, Folio string
	State              status
	Rounds             []roundView
	Open, Late, Closed bool
	Certificate        string
	Note               string // address of the nota aclaratoria
}

func (s *Server) askedPage(c *Ctx) error { return s.askedShown(c, http.StatusOK, answers{}) }

func (s *Server) askedShown(c *Ctx, code int, form answers) error {
	all, err := s.draws.Mine(c.Context(), c.Tenant(), c.User().Person)
	if err != nil {
		return err
	}
	d := askedData{Form: form}
	for _, a := range all {
		f := a.Filing
		v := askedView{
			Title: c.title("declare.title.", f.Type, f.Interest, f.Year), Draw: a.Draw, Folio: a.Folio, Open: a.Open, Late: a.Late, Closed: a.Closed,
			Certificate: a.Certificate, Note: draftPath(f.ID, "nota"),
		}
		switch {
		case a.Certificate != "":
			v.State = status{"ok", c.words.T("sheet.mine.certified")}
		case a.Closed:
			v.State = status{"", c.words.T("sheet.mine.closed")}
		case a.Open:
			v.State = status{"en", c.words.T("sheet.mine.open")}
		default:
			v.State = status{"", c.words.T("sheet.mine.answered")}
		}
		for i, r := range a.Rounds {
			v.Rounds = append(v.Rounds, c.roundView(i, r, c.Zone(), c.today()))
		}
		d.All = append(d.All, v)
	}
	c.Secret()
	return c.Render(code, "verify-asked", d)
}

func (s *Server) askedAnswer(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	err := s.draws.Answer(c.Context(), c.Tenant(), c.User().Person, c.Param("number"), c.Param("folio"), c.Value("respuesta"))
	return c.workDone(err, s.askedShown, "sheet.flash.answered", verify.MinePath)
}

func (s *Server) askedCertificate(c *Ctx) error {
	return s.sendCertificate(c, c.Param("number"), c.Param("folio"))
}
