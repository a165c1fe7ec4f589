package web

import (
	"cmp"

	"declara/app/complain"
)

// holdKinds are what a case may be kept from deletion for, as options.
func holdKinds(c *Ctx) (all []option) {
	for _, k := range complain.Holds {
		all = append(all, option{k, c.words.T("cases.hold.kind." + k)})
	}
	return all
}

// holdForm is what of a form of a case is about keeping it from deletion.
func (s *Server) holdForm(c *Ctx, h complain.Hand, id string) (flash, field string, err error) {
	if c.Value("paso") == "levantar" {
		n, ok := sequence(c.Value("suspension"))
		if !ok {
			return "", "", errForm
		}
		return "cases.flash.lifted", "levanta", s.cases.Lift(c.ctx, h, id, int(n), c.Value("levanta"))
	}
	err = s.cases.Hold(c.ctx, h, id, complain.HoldNote{Kind: c.Value("causa"), Authority: c.Value("autoridad"), Document: c.Value("documento"), Day: isoDay(c.Value("fechada"))}, c.Value("suspende"))
	field = boxOf(err, "suspende", "cases.hold.error.kind", "causa", "cases.hold.error.authority", "autoridad", "cases.hold.error.document", "documento", "cases.hold.error.day", "fechada")
	return "cases.flash.held", cmp.Or(field, "suspende"), err
}
