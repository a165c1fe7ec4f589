package web

import (
	"net/http"

	"declara/app/complain"
)

// sealedPage lists the complaints about the office itself, of which nobody here reads
// more than that they are to be carried to the authority outside.
func (s *Server) sealedPage(c *Ctx) error {
	all, err := s.cases.Sealed(c.ctx, tenant)
	if err != nil {
		return err
	}
	return c.Render(http.StatusOK, "cases-sealed", all)
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
