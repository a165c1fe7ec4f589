package conflict

import (
	"bytes"
	"time"

	"declara/i18n"
	"declara/pdf"
	"declara/storage"
)

// Letters of an excuse (LGRA 58): the draft that the official signs for her superior, and
// the draft of what the superior answers in writing. They are in Spanish, which is the
// language of acts, and have nothing of a declaration: what the interest is, the official
// writes in herself.

// Whose draft a letter is.
const (
	ForOfficial = "excusa"
	ForSuperior = "respuesta"
)

// lettersMost is how many contracts a letter names.
const lettersMost = 12

// Draft writes the draft of a letter about a coincidence in which the official has to be
// excused. at is now, in the zone of the institution.
func Draft(p *i18n.Printer, body storage.Institution, r *Row, whose string, at time.Time) ([]byte, error) {
	var out bytes.Buffer
	err := pdf.WriteLetters(&out, drafted(p, body, r, whose, at))
	return out.Bytes(), err
}

func drafted(p *i18n.Printer, body storage.Institution, r *Row, whose string, at time.Time) pdf.Letters {
	blank := p.T("conflict.letter.blank")
	name := fullName(r.Who)
	l := pdf.PaperLetter{Refs: []string{p.T("conflict.letter.number", blank), p.Day(at.Format(time.DateOnly))}, Subject: p.T("conflict.letter." + whose + ".subject")}
	matters := contracts(p, r)
	if whose == ForSuperior {
		l.To = []string{name, r.Who.Post, r.Who.Unit}
		l.Body = append([]string{p.T("conflict.letter.respuesta.1", r.Sells.Name)}, matters...)
		l.Body = append(l.Body, p.T("conflict.letter.respuesta.2"), p.T("conflict.letter.respuesta.3"), p.T("conflict.letter.respuesta.4", blank), p.T("conflict.letter.respuesta.5", body.Office))
		l.Sign = []string{blank, p.T("conflict.letter.superior")}
	} else {
		l.To = []string{blank, p.T("conflict.letter.superior"), r.Who.Unit}
		l.Body = append([]string{p.T("conflict.letter.excusa.1", name, r.Who.Post, r.Who.Unit, r.Sells.Name)}, matters...)
		l.Body = append(l.Body, p.T("conflict.letter.excusa.2", blank), p.T("conflict.letter.excusa.3"), p.T("conflict.letter.excusa.4"), p.T("conflict.letter.excusa.5", body.Office))
		l.Sign = []string{name, r.Who.Post}
	}
	return pdf.Letters{Lang: p.Tag(), Title: p.T("conflict.letter.title"), Institution: body.Name, Office: body.Office, Initials: body.Initials, Address: body.Address,
		At: at, Draft: p.T("conflict.letter.draft"), All: []pdf.PaperLetter{l}}
}

// contracts are the matters from which the official is excused, one a line.
func contracts(p *i18n.Printer, r *Row) (lines []string) {
	for i, c := range r.Sells.Contracts {
		if i == lettersMost {
			return append(lines, p.T("conflict.letter.more", p.Integer(int64(len(r.Sells.Contracts)-i))))
		}
		what := c.Title
		if c.Number != "" {
			what = p.T("conflict.letter.contract", c.Number, what)
		}
		lines = append(lines, "• "+what)
	}
	return lines
}
