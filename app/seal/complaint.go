package seal

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"declara/pdf"
	"declara/pdf/sign"
	"declara/storage"
)

// Proof is what the receipt of a complaint proves.
type Proof struct {
	Folio string
	Day   string // yyyy-mm-dd
	Text  string // SHA-256, hex
	Files []pdf.ProofFile
	Duty  bool // it says of what use it is to who had to complain
}

// complaint is the folio of the complaint whose receipt a file is, or "": the seal says
// it, in what it covers, and it seals nothing else under those words. A receipt is in
// no log, where it would tell that there was a complaint.
func (s *Service) complaint(r sign.Report) string {
	words := s.words.T("seal.reason.complaint", "")
	for _, sig := range r.Signatures {
		if folio, ok := strings.CutPrefix(sig.Cause, words); ok && sig.Valid && sig.Trusted == sign.AnchorSeal {
			return folio
		}
	}
	return ""
}

// Proof makes the receipt of a complaint and seals it. Nothing of it is kept, and
// nothing in it tells when it was made: its dates, and that of the seal, are the
// midnight of the day on which the complaint came in, and there is no time stamp, whose
// authority would know the minute at which somebody asked.
func (s *Service) Proof(ctx context.Context, tenant string, p Proof) ([]byte, error) {
	id, err := s.current(ctx, tenant)
	if err != nil {
		return nil, err
	}
	var inst storage.Institution
	if err := s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
		inst, err = tx.Institution()
		return err
	}); err != nil {
		return nil, err
	}
	zone, err := inst.Location()
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	day, err := time.ParseInLocation(time.DateOnly, p.Day, zone)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	var b bytes.Buffer
	if err := pdf.Prove(&b, pdf.Proof{
		Folio: p.Folio, Text: p.Text, Files: p.Files, Duty: p.Duty, Day: day, Institution: inst.Name, Office: inst.Office, Initials: inst.Initials,
		CheckURL: *s.base.Load() + "/verificar/archivo", Lang: s.words.Tag(), Words: s.words,
	}); err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	finished, err := sign.Finish(b.Bytes(), sign.Info{Fields: []sign.Field{field(pdf.FieldSeal, pdf.ProofSeal)}})
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	at := day
	if from := id.cert.NotBefore; at.Before(from) {
		at = from.In(zone) // a seal of the same day: when it was made is no secret
	}
	var box bytes.Buffer
	if err := pdf.WriteBox(&box, pdf.Box{
		Place: pdf.ProofSeal, Initials: inst.Initials, At: at, Lang: s.words.Tag(),
		Lines: []string{id.cert.Subject.CommonName, s.words.T("seal.box.folio", p.Folio), s.words.Day(p.Day)},
	}); err != nil {
		return nil, fmt.Errorf("seal: box: %w", err)
	}
	r := sign.Request{Field: pdf.FieldSeal, At: at, Name: id.cert.Subject.CommonName, Reason: s.words.T("seal.reason.complaint", p.Folio), Box: box.Bytes()}
	out, err := sign.Seal(ctx, finished, r, sign.Key{Signer: id.key, Cert: id.cert, Chain: id.between()}, nil)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return out, nil
}
