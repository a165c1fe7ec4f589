package declare

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"declara/app/errs"
	"declara/forms"
	"declara/i18n"
	"declara/pdf"
	pades "declara/pdf/sign"
	"declara/pdf/sign/efirma"
	"declara/storage"
)

// methodEFirma is a filing that who declares signed with her e.firma.
const methodEFirma = "efirma"

// EFirma is what signing with an e.firma needs beyond the store.
type EFirma struct {
	Judge Judge
	Stamp Stamp                      // nil: no time stamps
	Words *i18n.Bundle               // documents are in Spanish
	Check func(filing string) string // address of the page that checks a filing, for the code of its PDF
}

// Judge says whether the person with an RFC may sign with a certificate now. Its
// error, when it is one for people, is returned as it is.
type Judge func(ctx context.Context, tenant string, cer []byte, rfc string) (Verdict, error)

// Verdict is a certificate that may pades.
type Verdict struct {
	Certificate *x509.Certificate
	Name        string
	Serial      string
	Chain       []*x509.Certificate // its issuers, the nearest first
	Check       storage.Revocation  // what is known of its revocation
}

// Stamp gives an RFC 3161 time stamp over a digest. An error is no obstacle: the
// seal that follows gets its own, and the log has the hour.
type Stamp func(ctx context.Context, tenant string, digest [32]byte) ([]byte, error)

// Option sets what a Service has beyond the least.
type Option func(*Service)

// WithEFirma lets people sign with their e.firma.
func WithEFirma(e EFirma) Option { return func(s *Service) { s.efirma = &e } }

// How long what was prepared may be signed, and how much longer it is remembered
// so that who comes late is told so.
const (
	signWithin = 10 * time.Minute
	rememberUp = time.Hour
)

// drawers is how many documents are drawn for signing at once.
const drawers = 2

// What a person may be told about a signature that was begun.
var (
	errNoEFirma  = errs.New(errs.NotFound, "declare.efirma.error.off")
	errNoPending = errs.New(errs.NotFound, "declare.efirma.error.pending")
	errSpent     = errs.New(errs.Gone, "declare.efirma.error.spent")
	errTooLate   = errs.New(errs.Gone, "declare.efirma.error.late")
	errSignature = errs.New(errs.Invalid, "declare.efirma.refused.signature")
)

// Signing is a declaration that waits for its signature: what the browser signs,
// and by what it can tell that it is that declaration.
type Signing struct {
	ID             string
	Range          [4]int // /ByteRange of the PDF
	Attributes     []byte // signed attributes over the PDF, DER
	DataAttributes []byte // signed attributes over the document itself, DER
	Until          time.Time
}

// prepared is what is kept between the two phases, in the place of the draft: who
// prepares again puts it in the place of what was prepared before.
type prepared struct {
	Token  string             `json:"token"`
	Until  time.Time          `json:"until"`
	Spent  bool               `json:"spent,omitempty"` // it was tried; nothing else is left of it
	Stamp  string             `json:"stamp,omitempty"`
	At     time.Time          `json:"at,omitzero"`
	JSON   []byte             `json:"json,omitempty"`
	PDF    []byte             `json:"pdf,omitempty"` // pades.Prepared
	Cert   []byte             `json:"cert,omitempty"`
	Chain  [][]byte           `json:"chain,omitempty"`
	Attrs  []byte             `json:"attrs,omitempty"`
	Data   []byte             `json:"data,omitempty"`
	Check  storage.Revocation `json:"check,omitzero"`
	Serial string             `json:"serial,omitempty"`
}

// PrepareSignature makes a declaration ready to be signed with a certificate: it
// asks what File asks, judges the certificate, draws the document and keeps it for
// ten minutes. What was prepared before for the same draft is forgotten.
func (s *Service) PrepareSignature(ctx context.Context, who Who, id, stamp string, cer []byte) (Signing, error) {
	if s.efirma == nil {
		return Signing{}, errNoEFirma
	}
	var w Work
	var full []byte
	at := s.now().UTC().Truncate(time.Second)
	if err := s.view(ctx, who, func(t *txn) (err error) {
		if t.presented(id) {
			return ErrFiled
		}
		if w, err = t.open(id, sign); err != nil {
			return err
		}
		if w.Stamp() != stamp {
			return ErrChanged
		}
		full, _, err = t.documents(&w, at)
		return err
	}); err != nil {
		return Signing{}, err
	}
	v, err := s.efirma.Judge(ctx, who.Tenant, cer, w.Person.RFC)
	if err != nil {
		return Signing{}, err
	}
	p, err := s.prepare(ctx, w, full, at, v)
	if err != nil {
		return Signing{}, err
	}
	p.Stamp = stamp
	p.Token, p.Until = rand.Text(), s.now().Add(signWithin)
	if err := s.update(ctx, who, func(t *txn) error { return t.hold(id, p) }); err != nil {
		return Signing{}, err
	}
	var file pades.Prepared
	if err := file.UnmarshalBinary(p.PDF); err != nil {
		return Signing{}, fmt.Errorf("declare: prepared: %w", err)
	}
	return Signing{ID: p.Token, Range: file.Range, Attributes: p.Attrs, DataAttributes: p.Data, Until: p.Until}, nil
}

// hold puts what was prepared in the place of the draft.
func (t *txn) hold(id string, p prepared) error {
	raw, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("declare: prepared: %w", err)
	}
	if err := t.PutPending(storage.Pending{ID: id, User: t.person.ID, About: id, Data: raw, Expires: t.now.Add(rememberUp)}); err != nil {
		return fmt.Errorf("declare: prepared: %w", err)
	}
	return nil
}

// waiting reads what was prepared for a draft, under the name that it was given.
// What is another person's, or was never there, is "not found".
func (t *txn) waiting(id, token string) (prepared, error) {
	var p prepared
	kept, err := t.Pending(id, t.person.ID, t.now)
	switch {
	case missing(err):
		return p, errNoPending
	case err != nil:
		return p, fmt.Errorf("declare: prepared: %w", err)
	}
	if err := json.Unmarshal(kept.Data, &p); err != nil {
		return p, errors.New("declare: what was prepared cannot be read")
	}
	switch {
	case subtle.ConstantTimeCompare([]byte(p.Token), []byte(token)) != 1:
		return p, errNoPending
	case p.Spent:
		return p, errSpent
	case !t.now.Before(p.Until):
		return p, errTooLate
	}
	return p, nil
}

// Prepared are the two documents that wait for a signature: the PDF with its hole,
// and the document itself as it will be filed.
func (s *Service) Prepared(ctx context.Context, who Who, id, token string) (file, document []byte, err error) {
	var p prepared
	if err := s.view(ctx, who, func(t *txn) (err error) {
		p, err = t.waiting(id, token)
		return err
	}); err != nil {
		return nil, nil, err
	}
	var f pades.Prepared
	if err := f.UnmarshalBinary(p.PDF); err != nil {
		return nil, nil, fmt.Errorf("declare: prepared: %w", err)
	}
	return f.PDF, p.JSON, nil
}

// prepare draws a declaration and opens the hole for its signature.
func (s *Service) prepare(ctx context.Context, w Work, full []byte, at time.Time, v Verdict) (prepared, error) {
	select {
	case s.drawing <- struct{}{}:
		defer func() { <-s.drawing }()
	case <-ctx.Done():
		return prepared{}, ctx.Err()
	}
	finished, err := s.draw(w, full, at)
	if err != nil {
		return prepared{}, fmt.Errorf("declare: draw: %w", err)
	}
	words := s.efirma.Words.Printer(i18n.Spanish)
	local := at.In(w.Zone)
	var box bytes.Buffer
	if err := pdf.WriteBox(&box, pdf.Box{
		Place: pdf.CoverSigner, At: local, Lang: words.Tag(),
		Lines: []string{
			v.Name, words.T("declare.efirma.box.words"),
			words.T("declare.efirma.box.serial", v.Serial),
			words.T("declare.efirma.box.when", words.Day(local.Format(time.DateOnly)), local.Format("15:04:05")),
		},
	}); err != nil {
		return prepared{}, fmt.Errorf("declare: box: %w", err)
	}
	file, err := pades.Prepare(finished, pades.Request{
		Field: pdf.FieldSigner, At: local, Name: v.Name, Reason: words.T("declare.efirma.reason"), Box: box.Bytes(),
	})
	if err != nil {
		return prepared{}, fmt.Errorf("declare: prepare: %w", err)
	}
	out := prepared{At: at, JSON: full, Cert: v.Certificate.Raw, Check: v.Check, Serial: v.Serial}
	for _, c := range v.Chain {
		out.Chain = append(out.Chain, c.Raw)
	}
	if out.PDF, err = file.MarshalBinary(); err != nil {
		return prepared{}, fmt.Errorf("declare: prepared: %w", err)
	}
	if out.Attrs, err = pades.Attributes(file.Digest, v.Certificate); err != nil {
		return prepared{}, fmt.Errorf("declare: attributes: %w", err)
	}
	if out.Data, err = pades.Attributes(sha256.Sum256(full), v.Certificate); err != nil {
		return prepared{}, fmt.Errorf("declare: attributes: %w", err)
	}
	return out, nil
}

// nameOf is the name that a declaration gives.
func nameOf(a forms.Answers) string {
	const at = "datosGenerales."
	return strings.Join(strings.Fields(a.Get(at+"nombre")+" "+a.Get(at+"primerApellido")+" "+a.Get(at+"segundoApellido")), " ")
}

// draw makes the full paper as it is before it is received: with the document
// attached, and a field for each of the two signatures.
func (s *Service) draw(w Work, full []byte, at time.Time) ([]byte, error) {
	_, meta, doc, err := forms.ParseResult(full)
	if err != nil {
		return nil, err
	}
	words := s.efirma.Words.Printer(i18n.Spanish)
	d := &w.Kept.Draft
	in := pdf.Declaration{
		Document: doc, ID: w.Kept.ID, Unsealed: true, Year: d.Year, Interest: w.Kept.Interest,
		Person: nameOf(d.Answers), Post: d.Answers.Get("datosEmpleoCargoComision.empleoCargoComision"),
		Institution: meta.Institucion, Office: w.Institution.Office, Initials: w.Institution.Initials,
		Filed: at, Zone: w.Zone, Due: w.Kept.Due, Method: methodEFirma, Hash: storage.Digest(full),
		CheckURL: s.efirma.Check(w.Kept.ID), Lang: words.Tag(), Words: words,
	}
	var b bytes.Buffer
	if err := pdf.Full(&b, in); err != nil {
		return nil, err
	}
	return pades.Finish(b.Bytes(), pades.Info{
		Files: []pades.File{{
			Name: "declaracion.json", Type: "application/json", Describe: words.T("declare.efirma.attached"), Data: full, At: at,
		}},
		Fields: []pades.Field{place(pdf.FieldSigner, pdf.CoverSigner), place(pdf.FieldSeal, pdf.CoverSeal)},
	})
}

func place(name string, p pdf.Place) pades.Field {
	return pades.Field{Name: name, Page: p.Page, X0: p.X0, Y0: p.Y0, X1: p.X1, Y1: p.Y1}
}

// Signatures are what the browser made: RSA over the two sets of attributes.
type Signatures struct{ PDF, Data []byte }

// CompleteSignature files what was prepared, with its signatures. It is one try:
// whatever comes of it, the same cannot be sent again. The declaration must still
// be what was signed, byte by byte; had anything changed since, the error is
// ErrChanged and nothing is filed. For a declaration that is filed already it is
// ErrFiled.
func (s *Service) CompleteSignature(ctx context.Context, who Who, id, token string, sigs Signatures) (storage.Filing, error) {
	if s.efirma == nil {
		return storage.Filing{}, errNoEFirma
	}
	p, err := s.take(ctx, who, id, token)
	if err != nil {
		return storage.Filing{}, err
	}
	signed, err := s.wrap(ctx, who, p, sigs)
	if err != nil {
		return storage.Filing{}, err
	}
	var out storage.Filing
	err = s.update(ctx, who, func(t *txn) error {
		if t.presented(id) {
			return ErrFiled
		}
		w, err := t.open(id, sign)
		if err != nil {
			return err
		}
		full, public, err := t.documents(&w, p.At)
		switch {
		case err != nil:
			return err
		case w.Stamp() != p.Stamp || !bytes.Equal(full, p.JSON):
			return ErrChanged
		}
		if out, err = t.seal(&w, methodEFirma, t.second(), s.db.Papers(who.Tenant, id, full, public)); err != nil {
			return err
		}
		signed := signed
		signed.Filing = out.ID
		if err := t.PutSigned(signed); err != nil {
			return fmt.Errorf("declare: signed: %w", err)
		}
		return s.letter(t, &w, out)
	})
	return out, err
}

// take spends what was prepared: afterwards it is remembered only as spent.
func (s *Service) take(ctx context.Context, who Who, id, token string) (prepared, error) {
	var p prepared
	var refused error
	err := s.update(ctx, who, func(t *txn) (err error) {
		if t.presented(id) {
			return ErrFiled
		}
		p, refused = t.waiting(id, token)
		if refused != nil {
			return nil
		}
		if _, err := t.TakePending(id, t.person.ID, t.now); err != nil {
			return fmt.Errorf("declare: prepared: %w", err)
		}
		return t.hold(id, prepared{Token: p.Token, Until: p.Until, Spent: true})
	})
	if err == nil {
		err = refused
	}
	return p, err
}

// Sweep forgets what was prepared for a signature that never came.
func (s *Service) Sweep(ctx context.Context, tenant string) error {
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		_, err := tx.SweepPending(s.now(), sweepAtOnce)
		return err
	})
}

// sweepAtOnce is the most that is forgotten in one transaction.
const sweepAtOnce = 500

// presented reports whether the person has filed the declaration with that id.
func (t *txn) presented(id string) bool {
	_, err := t.mine(id)
	return err == nil
}

// wrap checks the signatures and makes of them what is kept: the signed PDF and
// the signature of the document. Our own verifier has the last word.
func (s *Service) wrap(ctx context.Context, who Who, p prepared, sigs Signatures) (storage.Signed, error) {
	cert, err := x509.ParseCertificate(p.Cert)
	if err != nil {
		return storage.Signed{}, fmt.Errorf("declare: certificate: %w", err)
	}
	var chain []*x509.Certificate
	roots := x509.NewCertPool()
	for _, der := range p.Chain {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return storage.Signed{}, fmt.Errorf("declare: certificate: %w", err)
		}
		if !bytes.Equal(c.RawIssuer, c.RawSubject) { // the root is the reader's to have
			chain = append(chain, c)
		}
		roots.AddCert(c)
	}
	for _, x := range []struct{ text, signature []byte }{{p.Attrs, sigs.PDF}, {p.Data, sigs.Data}} {
		if err := efirma.CheckSignature(cert, x.text, x.signature); err != nil {
			return storage.Signed{}, errSignature
		}
	}
	var file pades.Prepared
	if err := file.UnmarshalBinary(p.PDF); err != nil {
		return storage.Signed{}, fmt.Errorf("declare: prepared: %w", err)
	}
	out := storage.Signed{Cert: p.Cert, Chain: p.Chain, Checks: []storage.Revocation{p.Check}}
	trust := pades.Trust{Signers: roots, At: func(pades.Signature) time.Time { return p.At }}
	paper := func(token []byte) ([]byte, error) {
		return signedPaper(file, p.Attrs, sigs.PDF, cert, chain, token, trust)
	}
	token := s.stamp(ctx, who, sigs.PDF)
	if out.PDF, err = paper(token); err != nil && token != nil {
		out.PDF, err = paper(nil) // a stamp is no obstacle, whatever it is
	}
	if err != nil {
		return storage.Signed{}, err
	}
	if out.JSON, err = pades.CMS(p.Data, sigs.Data, cert, chain, nil); err != nil {
		return storage.Signed{}, fmt.Errorf("declare: signature: %w", err)
	}
	if data := pades.VerifyDetached(out.JSON, p.JSON, trust); !data.Valid || data.Trusted != pades.AnchorSigner {
		return storage.Signed{}, fmt.Errorf("declare: our own verifier refuses the signature of the document: %s", data.Why)
	}
	return out, nil
}

// signedPaper puts a signature into the hole of a paper, with a time stamp unless
// token is nil.
func signedPaper(file pades.Prepared, attrs, signature []byte, cert *x509.Certificate, chain []*x509.Certificate, token []byte, trust pades.Trust) ([]byte, error) {
	cms, err := pades.CMS(attrs, signature, cert, chain, token)
	if err != nil {
		return nil, fmt.Errorf("declare: signature: %w", err)
	}
	out, err := file.Embed(cms)
	if err != nil {
		return nil, fmt.Errorf("declare: signature: %w", err)
	}
	report, err := pades.Verify(out, trust)
	switch {
	case err != nil:
		return nil, fmt.Errorf("declare: verify: %w", err)
	case report.Altered || len(report.Signatures) != 1 || report.Signatures[0].Trusted != pades.AnchorSigner || !report.Signatures[0].Whole:
		return nil, fmt.Errorf("declare: our own verifier refuses the signed document: %s", report.Why)
	}
	return out, nil
}

// stamp asks for a time stamp over a signature; nil without one.
func (s *Service) stamp(ctx context.Context, who Who, signature []byte) []byte {
	if s.efirma.Stamp == nil {
		return nil
	}
	token, err := s.efirma.Stamp(ctx, who.Tenant, sha256.Sum256(signature))
	if err != nil || len(token) == 0 {
		return nil
	}
	return token
}
