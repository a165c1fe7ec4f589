package web

import (
	"net/http"

	"declara/app/complain"
	"declara/app/seal"
	"declara/pdf"
)

// proof answers with the signed receipt of a complaint, under a name that tells
// nothing.
func (s *Server) proof(c *Ctx, p complain.Proof) error {
	in := seal.Proof{Folio: p.Folio, Day: p.Day, Text: p.Receipt.Text}
	for _, f := range p.Receipt.Files {
		in.Files = append(in.Files, pdf.ProofFile{Original: f.Original, Working: f.Working})
	}
	b, err := s.seal.Proof(c.ctx, tenant, in)
	if err != nil {
		return err
	}
	c.Set("Content-Disposition", `attachment; filename="documento.pdf"`)
	return c.Send(http.StatusOK, "application/pdf", b)
}
