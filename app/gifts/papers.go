package gifts

import (
	"bytes"
	"strings"
	"time"

	"declara/i18n"
	"declara/pdf"
	"declara/storage"
)

// This file is what is printed, in Spanish, which is the language of acts.

// Receipt is what proves to an official that she reported a gift.
func Receipt(p *i18n.Printer, body storage.Institution, g Line, zone *time.Location) ([]byte, error) {
	at := g.At.In(zone)
	return drawn(p, body, p.T("gifts.receipt.title"), "", at, pdf.PaperLetter{
		To: official(g), Refs: []string{p.T("gifts.receipt.folio", g.Folio), p.Day(at.Format(time.DateOnly))},
		Subject: p.T("gifts.receipt.subject"),
		Body: []string{
			p.T("gifts.receipt.1", g.Folio, p.Day(at.Format(time.DateOnly)), at.Format("15:04")), told(p, g), kept(p, g), p.T("gifts.receipt.2", body.Office),
		},
		Sign: []string{p.T("gifts.signs"), body.Office, body.Name},
	})
}

// Letter is the draft of the letter by which a gift is put at the disposal of the
// authority that keeps such goods. What is not known yet stays blank.
func Letter(p *i18n.Printer, body storage.Institution, g Line, now time.Time) ([]byte, error) {
	blank := p.T("gifts.letter.blank")
	to, number, day := blank, blank, blank
	if g.Over != nil {
		to, number, day = g.Over.Authority, g.Over.Number, p.Day(g.Over.Day)
	}
	o := official(g)
	return drawn(p, body, p.T("gifts.letter.title"), p.T("gifts.letter.draft"), now, pdf.PaperLetter{
		To: []string{to}, Refs: []string{p.T("gifts.letter.number", number), day},
		Subject: p.T("gifts.letter.subject"),
		Body: []string{
			p.T("gifts.letter.1", o[0], o[1], o[2], p.Day(g.At.Format(time.DateOnly)), g.Folio), told(p, g), kept(p, g), p.T("gifts.letter.2"), p.T("gifts.letter.3"),
		},
		Sign: []string{p.T("gifts.signs"), body.Office, body.Name},
	})
}

func official(g Line) []string {
	return []string{strings.Join(strings.Fields(g.Official.Given+" "+g.Official.First+" "+g.Official.Second), " "), g.Official.Post, g.Official.Unit}
}

func told(p *i18n.Printer, g Line) string {
	return p.T("gifts.paper.what", g.What, p.Day(g.Received), g.Giver, p.Money(g.Value, "MXN"))
}

func kept(p *i18n.Printer, g Line) string {
	if g.Delivered == "" {
		return p.T("gifts.paper.has", g.Keeper)
	}
	return p.T("gifts.paper.delivered", g.Keeper, p.Day(g.Delivered))
}

func drawn(p *i18n.Printer, body storage.Institution, title, draft string, at time.Time, l pdf.PaperLetter) ([]byte, error) {
	var out bytes.Buffer
	err := pdf.WriteLetters(&out, pdf.Letters{
		Lang: p.Tag(), Title: title, Institution: body.Name, Office: body.Office, Initials: body.Initials, Address: body.Address, At: at, Draft: draft,
		All: []pdf.PaperLetter{l},
	})
	return out.Bytes(), err
}
