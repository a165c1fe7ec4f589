package seal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"declara/pdf"
	"declara/pdf/sign"
	"declara/storage"
)

// KindCertificate is the kind of a certificate of a verification (Known.Kind).
const KindCertificate = "certificado"

// Certificate is the paper of a certificate of a verification as it was kept for ever;
// it is made now if it has not been. Who may read it, the caller has checked.
func (s *Service) Certificate(ctx context.Context, tenant, number string) ([]byte, error) {
	b, err := s.certificate(ctx, tenant, number)
	if !errors.Is(err, storage.ErrNotFound) {
		return b, err
	}
	select {
	case s.making <- struct{}{}:
		defer func() { <-s.making }()
	case <-ctx.Done():
		return nil, errMaking
	}
	id, err := s.current(ctx, tenant)
	if err != nil {
		return nil, err
	}
	var c storage.Certification
	var inst storage.Institution
	var stamps storage.Stamps
	if err := s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
		if c, err = tx.Certification(number); err != nil {
			return err
		}
		trust, err := tx.Trust()
		if err != nil {
			return err
		}
		stamps = trust.Stamps
		inst, err = tx.Institution()
		return err
	}); err != nil {
		return nil, err
	}
	if b, err = s.certified(ctx, c, inst, stamps, id); err != nil {
		return nil, err
	}
	now := s.now()
	if err := s.db.Update(ctx, tenant, func(tx *storage.Txn) (err error) {
		c, err = tx.KeepCertification(number, b, now)
		return err
	}); err != nil {
		return nil, err
	}
	if c.Paper != storage.Digest(b) { // somebody else kept one meanwhile
		return s.certificate(ctx, tenant, number)
	}
	return b, nil
}

func (s *Service) certificate(ctx context.Context, tenant, number string) (b []byte, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		b, err = tx.CertificationPaper(number)
		return err
	})
	return b, err
}

// certified draws a certificate and seals it.
func (s *Service) certified(ctx context.Context, c storage.Certification, inst storage.Institution, stamps storage.Stamps, id identity) ([]byte, error) {
	zone, err := inst.Location()
	if err != nil {
		return nil, fmt.Errorf("seal: zone: %w", err)
	}
	w := s.words
	issued := c.Issued.In(zone)
	check := *s.base.Load()
	if check != "" {
		check += "/verificar/archivo"
	}
	var b, box bytes.Buffer
	if err := pdf.WriteCertificate(&b, pdf.Certificate{
		Words: w, Lang: w.Tag(), Institution: inst.Name, Office: inst.Office, Initials: inst.Initials, Address: inst.Address,
		Day: issued.Format(time.DateOnly), Number: c.Number, Name: c.Name, Post: c.Post, Hash: c.Hash, Leaf: c.Leaf, CheckURL: check,
		Facts: [][2]string{
			{w.T("seal.certificate.declaration"), w.T("verify.type."+c.Type, strconv.Itoa(c.Year))}, {w.T("pdf.folio"), c.Folio},
			{w.T("seal.certificate.draw"), c.Draw}, {w.T("seal.certificate.issued"), w.Day(issued.Format(time.DateOnly))}, {w.T("seal.certificate.verifier"), c.Verifier},
		},
	}); err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	doc, err := sign.Finish(b.Bytes(), sign.Info{Fields: []sign.Field{field(pdf.FieldSeal, pdf.CertificateSeal)}})
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	now := s.now().In(zone)
	if err := pdf.WriteBox(&box, pdf.Box{
		Place: pdf.CertificateSeal, Initials: inst.Initials, At: now, Lang: w.Tag(),
		Lines: []string{id.cert.Subject.CommonName, c.Number, w.Day(issued.Format(time.DateOnly)), w.T("seal.box.leaf", c.Leaf)},
	}); err != nil {
		return nil, fmt.Errorf("seal: box: %w", err)
	}
	r := sign.Request{Field: pdf.FieldSeal, At: now, Name: id.cert.Subject.CommonName, Reason: w.T("seal.reason.certificate", c.Number), Box: box.Bytes()}
	out, err := s.stamped(ctx, doc, r, sign.Key{Signer: id.key, Cert: id.cert, Chain: id.between()}, stamps)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return out, nil
}

// certificateOf finds the certificate that a file is, nil when it is none.
func certificateOf(tx *storage.Txn, hash string) (*Known, error) {
	c, err := tx.CertificationByHash(hash)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	inst, err := tx.Institution()
	if err != nil {
		return nil, err
	}
	zone, err := inst.Location()
	if err != nil {
		return nil, err
	}
	return &Known{Kind: KindCertificate, Folio: c.Number, Kept: c.Kept.In(zone), Zone: zone, Leaf: c.PaperLeaf}, nil
}
