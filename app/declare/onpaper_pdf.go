package declare

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"declara/forms"
	"declara/i18n"
	"declara/pdf"
	"declara/storage"
)

// PaperReceipt is what the office prints and signs for who hands in a declaration on
// paper. It has nothing that was declared.
func PaperReceipt(p *i18n.Printer, body storage.Institution, r Received, title string, zone *time.Location) ([]byte, error) {
	name := strings.Join(strings.Fields(r.Person.Given+" "+r.Person.First+" "+r.Person.Second), " ")
	at := r.Act.At.In(zone)
	letters := pdf.Letters{
		Lang: p.Tag(), Title: p.T("onpaper.receipt.title"), Institution: body.Name, Office: body.Office, Initials: body.Initials, Address: body.Address, At: at,
		All: []pdf.PaperLetter{{
			To: []string{name, r.Person.Post, r.Person.Unit}, Refs: []string{p.T("onpaper.receipt.folio", r.Folio), p.Day(at.Format(time.DateOnly))},
			Subject: p.T("onpaper.receipt.subject", title),
			Body: []string{
				p.T("onpaper.receipt.1", title, p.Day(r.Received)),
				p.T("onpaper.receipt.2"),
				p.T("onpaper.receipt.3", r.Scan.Hash),
				p.T("onpaper.receipt.4", body.Office),
			},
			Sign: []string{r.Act.Name, body.Office, body.Name},
		}},
	}
	var out bytes.Buffer
	err := pdf.WriteLetters(&out, letters)
	return out.Bytes(), err
}

// Blank is the format to fill in by hand, for a duty of the person: her post decides
// which (Normas 11ª, 12ª).
func (s *Service) Blank(ctx context.Context, who Who, duty string, words pdf.Words) ([]byte, error) {
	var in pdf.Declaration
	err := s.view(ctx, who, func(t *txn) error {
		o, err := t.all()
		if err != nil {
			return err
		}
		d := o.duty(duty)
		if d == nil || d.Kind == Aviso {
			return errNotOwed
		}
		in = pdf.Declaration{
			Document: forms.Document{Form: forms.Lookup(d.Kind.Type(), d.Level)}, Year: d.Year,
			Institution: t.inst.Name, Office: t.inst.Office, Initials: t.inst.Initials, Zone: t.zone, Lang: "es-MX", Words: words,
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := pdf.Blank(&out, in); err != nil {
		return nil, fmt.Errorf("declare: format: %w", err)
	}
	return out.Bytes(), nil
}
