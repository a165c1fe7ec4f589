package campaign

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"declara/i18n"
	"declara/pdf"
	"declara/storage"
)

// This file is what is printed: the reminders of those without e-mail, the requirement
// and the letter to the investigating authority. They are in Spanish, which is the
// language of acts.

// sheet is a file of letters with the head of the institution.
func (s *Service) sheet(p *i18n.Printer, body storage.Institution, title, draft string, at time.Time) pdf.Letters {
	return pdf.Letters{Lang: p.Tag(), Title: title, Institution: body.Name, Office: body.Office, Initials: body.Initials, Address: body.Address, At: at, Draft: draft}
}

// Printed are the letters of a sending that go on paper, by area and name: those of who
// has filed since are left out. n is how many there are.
func (s *Service) Printed(ctx context.Context, tenant, name string) (file []byte, n int, err error) {
	all, err := s.Sending(ctx, tenant, name)
	if err != nil {
		return nil, 0, err
	}
	var letters pdf.Letters
	err = s.DB.View(ctx, tenant, func(tx *storage.Txn) error {
		body, at, err := s.local(tx)
		if err != nil {
			return err
		}
		p := s.spanish()
		letters = s.sheet(p, body, p.T("campaign.paper.title"), "", at)
		for _, t := range all {
			if t.Notice.Mail != "" || t.Skipped != "" {
				continue
			}
			o, err := s.owed(tx, t.Person, t.Duty)
			if err != nil {
				return err
			}
			if o == nil {
				continue
			}
			l, err := s.letter(body, o, address{lang: i18n.Spanish})
			if err != nil {
				return err
			}
			subject, text := s.Mail.Words(p, body, l)
			letters.All = append(letters.All, pdf.PaperLetter{To: []string{o.Name, o.Post, o.Unit}, Refs: []string{p.Day(at.Format(time.DateOnly))}, Subject: subject, Body: text})
		}
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	order := collate.New(language.Spanish, collate.IgnoreCase)
	slices.SortStableFunc(letters.All, func(a, b pdf.PaperLetter) int {
		return cmp.Or(order.CompareString(a.To[2], b.To[2]), order.CompareString(a.To[0], b.To[0]))
	})
	return drawn(letters)
}

func drawn(letters pdf.Letters) ([]byte, int, error) {
	var out bytes.Buffer
	err := pdf.WriteLetters(&out, letters)
	return out.Bytes(), len(letters.All), err
}

// Requirement is the letter of one, to be printed, signed and served. It can be drawn
// again as long as it requires something.
func (s *Service) Requirement(ctx context.Context, tenant, person, id string) ([]byte, error) {
	may := func(o *Owed, r storage.Requirement) error {
		if !o.Requires(r) {
			return errNotOwed
		}
		return nil
	}
	return s.official(ctx, tenant, person, id, may, func(p *i18n.Printer, body storage.Institution, o Owed, r storage.Requirement) (pdf.PaperLetter, string) {
		kind := o.Kind
		if kind == "inicial" || kind == "modificacion" {
			kind = "post"
		}
		l := pdf.PaperLetter{
			To: []string{o.Name, o.Post, o.Unit}, Refs: []string{p.T("campaign.letter.number", r.Number), p.Day(r.Day)},
			Subject: p.T("campaign.letter.require.subject", within(Title(p, &o))),
			Body: []string{
				p.T("campaign.letter.require.1", within(Title(p, &o)), p.Day(o.Due)),
				why(p, o.Why, o.Args),
				p.T("campaign.letter.require.2", s.where(p, body), body.Office, body.Address, body.Hours),
				p.T("campaign.letter.require.3"),
				p.T("campaign.letter.consequence." + kind),
				p.T("campaign.letter.require.4"),
			},
		}
		return l, p.T("campaign.letter.require.title")
	})
}

// where is the address at which people declare, in words as long as the site has none.
func (s *Service) where(p *i18n.Printer, body storage.Institution) string {
	if s.Base == "" {
		return p.T("campaign.letter.site", body.Name)
	}
	return s.Base + "/declaraciones"
}

// Referral is the draft of the letter that tells the investigating authority, once the
// term of the requirement is over, and not before: it says so.
func (s *Service) Referral(ctx context.Context, tenant, person, id string) ([]byte, error) {
	may := func(o *Owed, r storage.Requirement) error {
		switch {
		case r.Starts == "":
			return ErrNotServed
		case !o.Late || !o.Requires(r):
			return ErrTooEarly
		}
		return nil
	}
	return s.official(ctx, tenant, person, id, may, func(p *i18n.Printer, body storage.Institution, o Owed, r storage.Requirement) (pdf.PaperLetter, string) {
		kind := o.Kind
		if kind == "inicial" || kind == "modificacion" {
			kind = "post"
		}
		number, day := p.T("campaign.letter.blank"), p.T("campaign.letter.blank")
		if r.Letter != "" {
			number = r.Letter
		}
		if r.Referred != "" {
			day = p.Day(r.Referred)
		}
		l := pdf.PaperLetter{
			To:      []string{p.T("campaign.letter.authority"), body.Office, body.Name},
			Refs:    []string{p.T("campaign.letter.number", number), day},
			Subject: p.T("campaign.letter.refer.subject", within(Title(p, &o))),
			Body: []string{
				p.T("campaign.letter.refer.1", o.Name, o.Post, o.Unit, within(Title(p, &o)), p.Day(o.Due)),
				p.T("campaign.letter.refer.2", r.Number, p.Day(r.Day), p.Day(r.Served), p.Day(r.Effect), p.Day(r.Starts)),
				p.T("campaign.letter.refer.3", p.Day(o.Until)),
				p.T("campaign.letter.refer." + kind),
				p.T("campaign.letter.refer.4"),
			},
		}
		return l, p.T("campaign.letter.refer.title")
	})
}

// official draws one letter about a requirement, with the place to sign it. Once it is
// met there is nothing to require or to tell; may is what else has to be.
func (s *Service) official(ctx context.Context, tenant, person, id string, may func(*Owed, storage.Requirement) error, fn func(*i18n.Printer, storage.Institution, Owed, storage.Requirement) (pdf.PaperLetter, string)) ([]byte, error) {
	var letters pdf.Letters
	err := s.DB.View(ctx, tenant, func(tx *storage.Txn) error {
		body, at, err := s.local(tx)
		if err != nil {
			return err
		}
		f, err := tx.Follow(person)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(f.Requirements, func(r storage.Requirement) bool { return r.ID == id })
		if i < 0 {
			return errNotFound
		}
		r := f.Requirements[i]
		o, err := s.owed(tx, person, r.Duty)
		if err != nil {
			return err
		}
		if o == nil {
			return errNotOwed
		}
		if err := may(o, r); err != nil {
			return err
		}
		p := s.spanish()
		l, title := fn(p, body, *o, r)
		l.Sign = []string{p.T("campaign.letter.signs"), body.Office, body.Name}
		letters = s.sheet(p, body, title, p.T("campaign.letter.draft"), at)
		letters.All = []pdf.PaperLetter{l}
		return nil
	})
	if err != nil {
		return nil, err
	}
	file, _, err := drawn(letters)
	return file, err
}
