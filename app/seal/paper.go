package seal

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"declara/app/errs"
	"declara/forms"
	"declara/pdf"
	"declara/pdf/sign"
	"declara/storage"
)

// errMaking says that too many papers are being made.
var errMaking = errs.New(errs.TooMany, "seal.error.making")

// Paper is a paper of a filing as it was kept for ever; it is made now if it has not
// been. Who may read it, the caller has checked.
func (s *Service) Paper(ctx context.Context, tenant, filing, kind string) ([]byte, storage.Paper, error) {
	if drawers[kind] == nil {
		return nil, storage.Paper{}, storage.ErrNotFound
	}
	b, p, err := s.kept(ctx, tenant, filing, kind)
	if !errors.Is(err, storage.ErrNotFound) {
		return b, p, err
	}
	select {
	case s.making <- struct{}{}:
		defer func() { <-s.making }()
	case <-ctx.Done():
		return nil, p, errMaking
	}
	// While this one waited, another may have made it.
	if b, p, err = s.kept(ctx, tenant, filing, kind); !errors.Is(err, storage.ErrNotFound) {
		return b, p, err
	}
	return s.make(ctx, tenant, filing, kind)
}

// Kept is a paper that was made; storage.ErrNotFound when it has not been. Who may read it,
// the caller has checked.
func (s *Service) Kept(ctx context.Context, tenant, filing, kind string) ([]byte, error) {
	b, _, err := s.kept(ctx, tenant, filing, kind)
	return b, err
}

func (s *Service) kept(ctx context.Context, tenant, filing, kind string) (b []byte, p storage.Paper, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
		b, p, err = tx.Paper(filing, kind)
		return err
	})
	return b, p, err
}

// source is all that a paper is made of.
type source struct {
	filing storage.Filing
	inst   storage.Institution
	doc    []byte // the full result document, or for the public paper the public one
	signed storage.Signed
	stamps storage.Stamps
}

// make makes a paper and keeps it. When somebody else kept one meanwhile, that one
// is the paper.
func (s *Service) make(ctx context.Context, tenant, filing, kind string) ([]byte, storage.Paper, error) {
	var src source
	if err := s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
		src, err = gather(tx, filing, kind)
		return err
	}); err != nil {
		return nil, storage.Paper{}, err
	}
	id, err := s.current(ctx, tenant)
	if err != nil {
		return nil, storage.Paper{}, err
	}
	b, err := s.finish(src, kind)
	if err != nil {
		return nil, storage.Paper{}, err
	}
	if b, err = s.seal(ctx, b, src, kind, id); err != nil {
		return nil, storage.Paper{}, err
	}
	now := s.now()
	var p storage.Paper
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) (err error) {
		p, err = tx.KeepPaper(filing, kind, b, now)
		return err
	})
	if err != nil {
		return nil, p, err
	}
	if p.Hash != storage.Digest(b) {
		return s.kept(ctx, tenant, filing, kind)
	}
	return b, p, nil
}

// gather reads what a paper is made of. The public paper has the public document
// and nothing else of the declaration.
func gather(tx *storage.Txn, filing, kind string) (src source, err error) {
	if src.filing, err = tx.Filing(filing); err != nil {
		return src, err
	}
	if src.inst, err = tx.Institution(); err != nil {
		return src, err
	}
	trust, err := tx.Trust()
	if err != nil {
		return src, err
	}
	src.stamps = trust.Stamps
	if kind == storage.PaperPublic {
		src.doc, err = tx.PublicVersion(filing)
		return src, err
	}
	if src.doc, err = tx.FullDocument(filing); err != nil {
		return src, err
	}
	src.signed, err = tx.Signed(filing)
	if errors.Is(err, storage.ErrNotFound) {
		src.signed, err = storage.Signed{}, nil
	}
	return src, err
}

// finish draws a paper and finishes it, all but the seal. What the declarant signed
// with her e.firma is that already.
func (s *Service) finish(src source, kind string) ([]byte, error) {
	if kind == storage.PaperFull && len(src.signed.PDF) > 0 {
		return src.signed.PDF, nil
	}
	in, err := s.declaration(src, kind)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := drawers[kind](&b, in); err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	info := sign.Info{Fields: []sign.Field{field(pdf.FieldSeal, places[kind])}}
	if kind != storage.PaperReceipt {
		info.Files = []sign.File{Attachment(src.doc, src.filing.Filed, s.words.T("seal.attached."+kind))}
	}
	return sign.Finish(b.Bytes(), info)
}

// Attachment is a filed document as it is attached to its paper: byte by byte what
// was hashed.
func Attachment(doc []byte, filed time.Time, describe string) sign.File {
	return sign.File{Name: "declaracion.json", Type: "application/json", Describe: describe, Data: doc, At: filed}
}

var drawers = map[string]func(io.Writer, pdf.Declaration) error{
	storage.PaperReceipt: pdf.Receipt, storage.PaperFull: pdf.Full, storage.PaperPublic: pdf.Public,
}

var places = map[string]pdf.Place{
	storage.PaperReceipt: pdf.ReceiptSeal, storage.PaperFull: pdf.CoverSeal, storage.PaperPublic: pdf.CoverSeal,
}

func field(name string, p pdf.Place) sign.Field {
	return sign.Field{Name: name, Page: p.Page, X0: p.X0, Y0: p.Y0, X1: p.X1, Y1: p.Y1}
}

// declaration is what package pdf draws. The institution is called what it was
// called when the declaration was filed.
func (s *Service) declaration(src source, kind string) (pdf.Declaration, error) {
	_, meta, doc, err := forms.ParseResult(src.doc)
	if err != nil {
		return pdf.Declaration{}, fmt.Errorf("seal: %w", err)
	}
	answers, err := forms.Parse(doc.Form, doc.JSON)
	if err != nil {
		return pdf.Declaration{}, fmt.Errorf("seal: %w", err)
	}
	f := src.filing
	in := pdf.Declaration{
		Document: doc, Folio: f.Folio, ID: f.ID, Year: f.Year, Interest: f.Interest,
		Person:      strings.Join(strings.Fields(answers.Get("datosGenerales.nombre")+" "+answers.Get("datosGenerales.primerApellido")+" "+answers.Get("datosGenerales.segundoApellido")), " "),
		Post:        answers.Get("datosEmpleoCargoComision.empleoCargoComision"),
		Institution: meta.Institucion, Office: src.inst.Office, Initials: initials(f),
		Filed: f.Filed, Zone: zone(f), Due: f.Due, Late: f.Late, Method: f.Method, Received: f.Received, Scan: f.Scan,
		PublicHash: f.Public, CheckURL: s.address(f, kind), Lang: s.words.Tag(), Words: s.words,
	}
	if kind != storage.PaperPublic {
		in.Hash, in.Leaf = f.Hash, &f.Leaf
	}
	return in, nil
}

// address is where the code of a paper leads. The public paper names the
// declaration as its page does.
func (s *Service) address(f storage.Filing, kind string) string {
	base := *s.base.Load()
	if base == "" {
		return ""
	}
	if kind == storage.PaperPublic {
		return base + "/verificar/" + f.ID
	}
	return base + "/verificar/" + f.Folio
}

// initials are those of the institution when the declaration was filed: its folio
// begins with them.
func initials(f storage.Filing) string {
	before, _, _ := strings.Cut(f.Folio, "-")
	return before
}

func zone(f storage.Filing) *time.Location {
	if z, err := time.LoadLocation(f.Zone); err == nil {
		return z
	}
	return time.UTC
}

// seal seals a finished paper: with a time stamp when there is an authority and it
// answers, and with the evidence about the declarant's certificate when there is
// any.
func (s *Service) seal(ctx context.Context, b []byte, src source, kind string, id identity) ([]byte, error) {
	f, now, place := src.filing, s.now(), places[kind]
	filed := f.Filed.In(zone(f))
	var box bytes.Buffer
	if err := pdf.WriteBox(&box, pdf.Box{
		Place: place, Initials: initials(f), At: now.In(zone(f)), Lang: s.words.Tag(),
		Lines: []string{
			id.cert.Subject.CommonName, s.words.T("seal.box.folio", f.Folio),
			s.words.T("seal.box.received", s.words.Day(filed.Format(time.DateOnly)), filed.Format("15:04:05")),
			s.words.T("seal.box.leaf", f.Leaf),
		},
	}); err != nil {
		return nil, fmt.Errorf("seal: box: %w", err)
	}
	r := sign.Request{Field: pdf.FieldSeal, At: now.In(zone(f)), Name: id.cert.Subject.CommonName, Reason: s.words.T("seal.reason", f.Folio), Box: box.Bytes()}
	key := sign.Key{Signer: id.key, Cert: id.cert, Chain: id.between()}
	out, err := s.stamped(ctx, b, r, key, src.stamps)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	var answers [][]byte
	if kind == storage.PaperFull {
		for _, c := range src.signed.Checks {
			if len(c.Answer) > 0 {
				answers = append(answers, c.Answer)
			}
		}
	}
	if len(answers) == 0 {
		return out, nil
	}
	return sign.AddRevocation(out, append([][]byte{src.signed.Cert}, src.signed.Chain...), answers, nil)
}

// stamped seals with a time stamp, or without one when the authority gives none:
// once, and then it is left alone for a while.
func (s *Service) stamped(ctx context.Context, b []byte, r sign.Request, key sign.Key, t storage.Stamps) ([]byte, error) {
	if st := s.stamper(t); st != nil && !s.stamps.open(s.now()) {
		out, err := sign.Seal(ctx, b, r, key, st)
		if err == nil {
			s.stamps.set(time.Time{})
			return out, nil
		}
		why, ok := errors.AsType[*sign.Error](err)
		if !ok || !strings.HasPrefix(string(why.Why), "stamp_") {
			return nil, err
		}
		s.stamps.set(s.now().Add(stampRest))
		s.log.Warn("no time stamp", "why", string(why.Why))
	}
	return sign.Seal(ctx, b, r, key, nil)
}

// between are the issuers that a signature carries: all but the root.
func (id identity) between() (out []*x509.Certificate) {
	for _, c := range id.chain {
		if string(c.RawIssuer) != string(c.RawSubject) {
			out = append(out, c)
		}
	}
	return out
}
