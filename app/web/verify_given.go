package web

import (
	"net/http"

	"declara/storage"
)

// What somebody has to verify: the way in of who does that and nothing else.

const givenPath = "/contraloria/encargos"

// verifiers work on what they were given. The office is among them: it reads the work, and
// does it itself where it has nobody for it.
var verifiers = []storage.Role{storage.RoleComptroller, storage.RoleVerifier}

// givenLine is a declaration that somebody has to verify.
type givenLine struct {
	Path, Name, Post, Folio, Draw string
	State                         status
}

func (s *Server) givenPage(c *Ctx) error {
	all, err := s.draws.Given(c.Context(), c.Tenant(), *c.User())
	if err != nil {
		return err
	}
	var lines []givenLine
	for _, t := range all {
		l := givenLine{Path: drawsPath + "/" + t.Draw + "/declaracion/" + t.Folio, Name: fullName(t.Person), Post: t.Person.Post, Folio: t.Folio, Draw: t.Draw, State: c.verification(t.State)}
		if t.Void {
			l.State = status{"", c.words.T("verify.state.void")}
		}
		lines = append(lines, l)
	}
	return c.Render(http.StatusOK, "verify-given", lines)
}

// draws reports whether who asks is of the office, and not only one who verifies.
func (c *Ctx) draws() bool { return c.Has(storage.RoleComptroller) }
