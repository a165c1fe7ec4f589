package web

import (
	"slices"
	"strconv"

	"declara/app/complain"
)

// noticeWays are the ways of notification as radios; the one in which nobody is notified
// is of the page of a case only.
func noticeWays(c *Ctx, nobody bool) (all []hinted) {
	for _, w := range complain.NoticeWays {
		if nobody || w != complain.NoticeNobody {
			all = append(all, hinted{Key: w, Text: c.words.T("cases.notice.way." + w)})
		}
	}
	return all
}

// termForm is what of a form of a case is about its terms: what was notified, what was
// required and how long it may take.
func (s *Server) termForm(c *Ctx, h complain.Hand, id string) (flash, field string, err error) {
	number := func(name string) int {
		n, ok := sequence(c.Value(name))
		if !ok {
			return -1
		}
		return int(n)
	}
	switch c.Value("paso") {
	case "notificar":
		err = s.cases.Notify(c.ctx, h, id, number("movimiento"), c.Value("forma"), isoDay(c.Value("notificada")))
		return "cases.flash.notified", boxOf(err, "notificada", "cases.notice.error.way", "forma", "cases.notice.error.move", "movimiento"), err
	case "requerir":
		days, _ := strconv.Atoi(c.Value("dias"))
		act, _ := sequence(c.Value("oficio"))
		err = s.cases.Order(c.ctx, h, id, act, days, isoDay(c.Value("practicada")))
		return "cases.flash.ordered", boxOf(err, "practicada", "cases.order.error.days", "dias", "cases.order.error.act", "oficio"), err
	case "ampliar":
		err = s.cases.Extend(c.ctx, h, id, number("requerimiento"), c.Value("ampliacion"))
		return "cases.flash.extended", boxOf(err, "ampliacion", "cases.order.error.over", "requerimiento", "cases.order.error.twice", "requerimiento"), err
	case "contestado":
		return "cases.flash.answered", "", s.cases.Answered(c.ctx, h, id, number("requerimiento"))
	}
	return "", "", errForm
}

// boxOf is the box that a sentence belongs to: that of its key among pairs, or usual.
func boxOf(err error, usual string, pairs ...string) string {
	for i := 0; i+1 < len(pairs); i += 2 {
		if err != nil && keyOf(err) == pairs[i] {
			return pairs[i+1]
		}
	}
	return usual
}

// terms fills in what the page of a case says of its terms.
func (d *caseData) terms(c *Ctx) {
	d.Notices = noticeWays(c, true)
	for _, p := range d.Pending {
		text := c.words.T("cases.notice.of", c.words.T("cases.state."+p.To), c.words.DayShort(p.Day))
		if p.Summons {
			text = c.words.T("cases.notice.summons", c.words.DayShort(p.Day))
		}
		d.Notifying = append(d.Notifying, option{strconv.Itoa(p.Move), text})
	}
	for _, a := range d.Acts {
		if a.Kind == complain.ActOrder && !slices.ContainsFunc(d.Orders, func(x complain.OpenedOrder) bool { return int(x.Act) == a.Seq }) {
			d.Unordered = append(d.Unordered, option{seqText(a.Seq), c.words.T("cases.act.option", c.words.T("act."+a.Kind+".title"), c.words.DayShort(a.Day), a.Act.Hash[:8])})
		}
	}
	for _, x := range d.Orders {
		if x.Half > 0 {
			d.Extendable = append(d.Extendable, option{strconv.Itoa(x.N), c.words.T("cases.order.half", x.N+1, x.Half)})
		}
	}
}

// rulesChange keeps how the office counts.
func (s *Server) rulesChange(c *Ctx) error {
	number := func(name string) int {
		n, err := strconv.Atoi(c.Value(name))
		if err != nil {
			return -1
		}
		return n
	}
	err := s.cases.SetRules(c.ctx, tenant, c.User().ID, complain.Rules{Starts: number("inicia"), Boxes: number("buzones")})
	if err != nil {
		form := answers{Values: c.Form()}
		field := "inicia"
		if keyOf(err) == "cases.rules.error.boxes" {
			field = "buzones"
		}
		if !form.with(err, c.words, field) {
			return err
		}
		return s.renderCalendar(c, formStatus(err), c.Value("anio"), form)
	}
	c.Flash("cases.flash.rules")
	return c.Redirect(casesPath + "/calendario")
}

// rulesOf puts the rules in force into a form that nobody has filled in.
func (s *Server) rulesOf(c *Ctx, form *answers) error {
	r, err := s.cases.Rules(c.ctx, tenant)
	if err != nil {
		return err
	}
	for name, n := range map[string]int{"inicia": r.Starts, "buzones": r.Boxes} {
		if !form.Values.Has(name) {
			form.Values.Set(name, strconv.Itoa(n))
		}
	}
	return nil
}
