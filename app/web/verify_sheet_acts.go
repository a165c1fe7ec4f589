package web

import (
	"declara/app/verify"
	"declara/storage"
)

// sheetPaper asks for a document, or writes down what became of one.
func (s *Server) sheetPaper(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	var err error
	if id := c.Value("cual"); id != "" {
		err = s.draws.MarkPaper(c.Context(), c.Tenant(), *c.User(), c.Param("number"), c.Param("folio"), id, c.Value("estado"))
	} else {
		err = s.draws.AskPaper(c.Context(), c.Tenant(), *c.User(), c.Param("number"), c.Param("folio"), c.Value("documento"))
	}
	return c.workDone(err, s.sheetShown, "sheet.flash.kept", c.taskPath()+"/hoja#documentos")
}

// sheetFigure enters a figure, or takes one out.
func (s *Server) sheetFigure(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	var err error
	if id := c.Value("quitar"); id != "" {
		err = s.draws.RemoveFigure(c.Context(), c.Tenant(), *c.User(), c.Param("number"), c.Param("folio"), id)
	} else {
		err = s.draws.AddFigure(c.Context(), c.Tenant(), *c.User(), c.Param("number"), c.Param("folio"), verify.Figure{
			Kind: c.Value("clase"), Year: c.Value("anio"), Amount: c.Value("importe"), Currency: c.Value("moneda"), Words: c.Value("concepto"), Source: c.Value("origen"),
		})
	}
	return c.workDone(err, s.sheetShown, "sheet.flash.kept", c.taskPath()+"/hoja#cifras")
}

func (s *Server) sheetAsk(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	err := s.draws.Ask(c.Context(), c.Tenant(), *c.User(), c.Param("number"), c.Param("folio"), c.Value("pregunta"), c.Value("dias"))
	return c.workDone(err, s.sheetShown, "sheet.flash.asked", c.taskPath()+"/hoja#aclaraciones")
}

func (s *Server) sheetClose(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	err := s.draws.Close(c.Context(), c.Tenant(), *c.User(), c.Param("number"), c.Param("folio"), storage.VerificationOutcome(c.Value("resultado")), c.Value("hallazgo"))
	return c.workDone(err, s.sheetShown, "verify.flash.closed", c.taskPath())
}
