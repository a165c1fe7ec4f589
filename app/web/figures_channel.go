package web

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"declara/app/complain"
)

// channelFacts is what anybody may know of the channel of complaints.
type channelFacts struct {
	complain.PublicChannel
	Checkpoint string // of the log
	Size       uint64
}

func (s *Server) channelNow(c *Ctx) (f channelFacts, err error) {
	if f.PublicChannel, err = s.complain.PublicChannel(c.ctx, tenant); err != nil {
		return f, err
	}
	text, tree, err := s.ledger.Checkpoint(c.ctx, tenant)
	f.Checkpoint, f.Size = text, tree.Size
	return f, err
}

func (s *Server) channelFactsPage(c *Ctx) error {
	f, err := s.channelNow(c)
	if err != nil {
		return err
	}
	return c.Render(http.StatusOK, "public-channel", f)
}

// channelFactsJSON is the same for programs. Keys are named by their fingerprint, people
// by their post alone.
func (s *Server) channelFactsJSON(c *Ctx) error {
	f, err := s.channelNow(c)
	if err != nil {
		return err
	}
	type reader struct {
		Post        string `json:"puesto"`
		Fingerprint string `json:"huella"`
	}
	list := func(all []complain.Reader) []reader {
		out := []reader{}
		for _, r := range all {
			out = append(out, reader{r.Post, r.Fingerprint})
		}
		return out
	}
	type term struct {
		Clock string `json:"plazo"`
		N     int    `json:"numero"`
		Unit  string `json:"unidad"`
	}
	terms := []term{}
	for _, t := range f.Terms {
		terms = append(terms, term{t.Clock, t.N, "DIAS_HABILES"})
	}
	outside := ""
	if f.External != nil {
		outside = f.External.Name
	}
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	return c.JSON(http.StatusOK, struct {
		Open       bool     `json:"abierto"`
		Readers    []reader `json:"quienLee"`
		Custodians []reader `json:"quienCustodiaIdentidades"`
		Holders    []reader `json:"titularesDelRespaldo"`
		External   string   `json:"autoridadExterna,omitempty"`
		Terms      []term   `json:"plazos"`
		Months     int      `json:"mesesDeIdentidadTrasConcluir"`
		Escrow     string   `json:"respaldoHechoEl,omitempty"`
		Drill      string   `json:"ultimoSimulacro,omitempty"`
		Checkpoint string   `json:"bitacora"`
	}{f.Open(), list(f.Office), list(f.Custodians), list(f.Holders), outside, terms, f.Months, f.Escrow, f.Drill, f.Checkpoint})
}
