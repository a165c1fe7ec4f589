package web

import (
	"cmp"

	"declara/app/complain"
	"declara/i18n"
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
	return "cases.flash.held", "suspende", err
}

// boxes are where a sentence stands that tells what is wrong with one of several answers.
var boxes = map[string]string{
	"cases.hold.error.kind": "causa", "cases.hold.error.authority": "autoridad", "cases.hold.error.document": "documento", "cases.hold.error.day": "fechada",
	"cases.ack.error.day": "recibida",
}

// withAll puts all that is wrong into a form, each at its box, or at the usual one.
func (a *answers) withAll(err error, words *i18n.Printer, usual string) bool {
	for _, one := range apart(err) {
		if !a.with(one, words, cmp.Or(boxes[keyOf(one)], usual)) {
			return false
		}
	}
	return true
}
