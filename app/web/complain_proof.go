package web

import (
	"net/http"

	"declara/app/complain"
	"declara/app/seal"
	"declara/pdf"
)

// proof answers with the signed receipt of a complaint, under a name that tells
// nothing. duty is that of who had to complain, since she serves the public: anybody may
// have it, so that nothing here knows who does.
func (s *Server) proof(c *Ctx, p complain.Proof, duty bool) error {
	in := seal.Proof{Folio: p.Folio, Day: p.Day, Text: p.Receipt.Text, Duty: duty}
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
