package web

import (
	"bytes"
	"strings"

	"declara/app/verify"
	"declara/app/verify/evolution"
	"declara/pdf"
)

// sheetReferral is the draft of the letter that hands a verification to the
// investigating authority, with the arithmetic of each year that has a difference and
// the list of what it rests on. It is printed, signed by hand, and not kept.
func (s *Server) sheetReferral(c *Ctx) error {
	sh, ok, err := s.sheet(c)
	if !ok {
		return err
	}
	inst, w := c.Institution(), c.words
	in := pdf.Act{
		Words: w, Lang: w.Tag(), Institution: inst.Name, Office: inst.Office, Initials: inst.Initials, Address: inst.Address,
		Title: w.T("sheet.referral.title"), To: w.T("sheet.referral.to"), Day: c.today(),
		Marks:  [][2]string{{w.T("verify.fact.number"), sh.Draw}, {w.T("pdf.folio"), sh.Folio}, {w.T("sheet.referral.person"), fullName(sh.Person)}, {w.T("sheet.referral.post"), sh.Person.Post}},
		Before: []string{w.T("sheet.referral.says", sh.Draw)}, Signer: c.User().Name, Post: w.T("sheet.referral.signer"),
		After: []string{w.T("sheet.referral.after")},
	}
	if sh.Finding != "" {
		in.Body = append(in.Body, w.T("sheet.referral.finding", sh.Finding))
	}
	for i := range sh.Years {
		in.Body = append(in.Body, c.referralYear(&sh, &sh.Years[i])...)
	}
	in.Body = append(in.Body, w.T("sheet.referral.evidence"))
	for _, p := range sh.Parts {
		in.Body = append(in.Body, w.T("sheet.referral.filing", c.title("declare.title.", p.Filing.Type, p.Filing.Interest, p.Filing.Year), p.Filing.Folio, p.Filing.Hash))
	}
	for _, p := range sh.Papers {
		in.Body = append(in.Body, w.T("sheet.referral.paper", p.What, w.T("sheet.paper."+p.State)))
	}
	for _, r := range sh.Rounds {
		answered := w.T("sheet.referral.silent")
		if r.Answer != "" {
			answered = w.T("sheet.referral.answered", w.When(r.Answered.In(sh.Zone)))
		}
		in.Body = append(in.Body, w.T("sheet.referral.round", w.When(r.Asked.In(sh.Zone)), answered))
	}
	var out bytes.Buffer
	if err := pdf.WriteAct(&out, in); err != nil {
		return err
	}
	c.Secret()
	return c.Attachment(sh.Draw+"-"+sh.Folio+"-turno.pdf", "application/pdf", out.Bytes())
}

// referralYear is the arithmetic of a year that has something to clarify, line by line.
func (c *Ctx) referralYear(sh *verify.Sheet, y *evolution.Year) (out []string) {
	w := c.words
	v := c.yearView(sh, y)
	for _, s := range v.Sums {
		if !s.Clarify {
			continue
		}
		out = append(out, w.T("sheet.referral.year", v.Name, s.Difference))
		for _, side := range []struct {
			key   string
			lines []lineView
			total string
		}{{"sheet.resources", s.From, s.Resources}, {"sheet.uses", s.To, s.Uses}} {
			for _, l := range side.lines {
				out = append(out, strings.TrimSpace(w.T("sheet.referral.line", w.T(side.key), l.Label, l.Amount)+" "+l.More))
			}
			out = append(out, w.T("sheet.referral.total", w.T(side.key), side.total))
		}
	}
	if len(out) > 0 {
		for _, n := range v.Notes {
			out = append(out, n.Text)
		}
	}
	return out
}
