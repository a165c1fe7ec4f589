package seal

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"slices"
	"time"

	"declara/app/errs"
	"declara/forms"
	"declara/pdf/sign"
	"declara/pdf/sign/efirma"
	"declara/storage"
)

// MaxFile is the largest file that is inspected.
const MaxFile = 12 << 20

// Findings are all that is known of a file that somebody brought. Nothing of the
// file itself is in them but who signed it.
type Findings struct {
	Hash   string      // SHA-256 of the file, hex
	Broken sign.Reason // why it cannot be read; empty for a file that can
	Report sign.Report
	Marks  []Mark // what this institution adds to each signature of the report

	Asked    bool   // the log was asked, here or in a proof that came with it
	Paper    *Known // this very file is in the log
	Document *Known // the declaration attached to it is in the log
	Begins   *Known // what our seal covers of it is a paper in the log; others added to it
	LogKey   string // key of the log that was believed because a proof carries it

	Complaint string // folio of the complaint whose receipt it is, by its seal; such papers are in no log
}

// Known is something that the log has.
type Known struct {
	Kind  string // of a paper; "" for a declaration
	Folio string
	ID    string // of the public version; "" while there is none
	Filed time.Time
	Kept  time.Time // of a paper
	Zone  *time.Location
	Leaf  uint64
}

// Mark is what this institution knows of a signature.
type Mark struct {
	Retired time.Time // the seal was out of use before it signed
	Filed   bool      // what it covers is, byte by byte, what was filed with it
}

// Verdict is what the findings come to.
type Verdict string

// The verdicts.
const (
	Sound      Verdict = "sound"      // ours, as it was, and in the log if that was asked
	Altered    Verdict = "altered"    // it was changed after it was signed
	Unsigned   Verdict = "unsigned"   // a PDF without any signature
	Foreign    Verdict = "foreign"    // signed, but by nobody that we know
	Revoked    Verdict = "revoked"    // by a certificate that was revoked before
	Unlogged   Verdict = "unlogged"   // ours by its signatures, but the log does not have it
	Other      Verdict = "other"      // so too, but for the declaration that is attached
	Unreadable Verdict = "unreadable" // no PDF, or none that can be read
)

// Verdict weighs the findings, the worst first.
func (f *Findings) Verdict() Verdict {
	switch {
	case f.Broken != "":
		return Unreadable
	case f.Report.Altered:
		return Altered
	case len(f.Report.Signatures) == 0:
		return Unsigned
	case slices.ContainsFunc(f.Report.Signatures, func(s sign.Signature) bool { return s.Revocation == sign.Revoked }):
		return Revoked
	case !f.ours():
		return Foreign
	case !f.Asked, f.Paper != nil, f.Begins != nil, f.Complaint != "", slices.ContainsFunc(f.Marks, func(m Mark) bool { return m.Filed }):
		return Sound
	case f.Document != nil:
		return Other // the pages around it are on the word of whoever had the seal's key
	}
	return Unlogged
}

// ours reports whether the institution sealed the file, or has the very paper that
// was signed with an e.firma and filed. An e.firma and a document of ours that is
// attached are not enough: whoever has both draws any pages around it.
func (f *Findings) ours() bool {
	for i, s := range f.Report.Signatures {
		if s.Valid && s.Trusted == sign.AnchorSeal && f.Marks[i].Retired.IsZero() {
			return true
		}
		if s.Valid && s.Trusted == sign.AnchorSigner && f.Marks[i].Filed {
			return true
		}
	}
	return false
}

// ErrBusy says that too many files are being inspected.
var ErrBusy = errs.New(errs.TooMany, "seal.error.busy")

// Inspect looks at a file with what this institution trusts and has in its log. It
// reads no more than MaxFile, keeps nothing, and few run at once.
func (s *Service) Inspect(ctx context.Context, tenant string, file []byte) (Findings, error) {
	if len(file) > MaxFile {
		return Findings{Broken: sign.TooLarge}, nil
	}
	select {
	case s.reading <- struct{}{}:
		defer func() { <-s.reading }()
	case <-ctx.Done():
		return Findings{}, ErrBusy
	}
	var k knowledge
	hash := storage.Digest(file)
	if err := s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
		k, err = know(tx, hash)
		return err
	}); err != nil {
		return Findings{}, err
	}
	f := look(file, hash, k.trust(), k.seals)
	f.Asked, f.Paper, f.Complaint = true, k.paper, s.complaint(f.Report)
	if err := s.db.View(ctx, tenant, func(tx *storage.Txn) error { return f.begins(tx, file) }); err != nil {
		return Findings{}, err
	}
	for _, a := range f.Report.Files {
		if f.Document != nil {
			break
		}
		if err := s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
			var filing string
			if f.Document, filing, err = attached(tx, a.Data); err == nil && f.Document != nil {
				err = f.filed(tx, filing, file)
			}
			return err
		}); err != nil {
			return Findings{}, err
		}
	}
	return f, nil
}

// Look inspects a file with certificates alone, without the institution's store:
// what a stranger can do. Nothing asks the log.
func Look(file []byte, t sign.Trust) Findings {
	return look(file, storage.Digest(file), t, nil)
}

// look verifies a file and marks the signatures of seals that were out of use.
func look(file []byte, hash string, t sign.Trust, seals []storage.SealKey) Findings {
	f := Findings{Hash: hash}
	var err error
	if f.Report, err = sign.Verify(file, t); err != nil {
		f.Broken = sign.Damaged
		if e, ok := errors.AsType[*sign.Error](err); ok {
			f.Broken = e.Why
		}
		f.Report = sign.Report{}
		return f
	}
	for _, sig := range f.Report.Signatures {
		var m Mark
		at := sig.Claimed
		if sig.Stamped != nil {
			at = *sig.Stamped
		}
		for _, k := range seals {
			if sig.Trusted == sign.AnchorSeal && sig.Cert != nil && string(k.Chain[0]) == string(sig.Cert.Raw) && !k.Retired.IsZero() && at.After(k.Retired.Add(grace)) {
				m.Retired = k.Retired
			}
		}
		f.Marks = append(f.Marks, m)
	}
	return f
}

// grace is how long after it was retired a seal may still finish a paper that was
// being made.
const grace = 5 * time.Minute

// knowledge is what the store has that helps to judge a file.
type knowledge struct {
	seals  []storage.SealKey // those for papers
	t      storage.Trust
	paper  *Known
	filing string               // of the paper
	checks []storage.Revocation // what was learnt about the declarant's certificate
}

func know(tx *storage.Txn, hash string) (k knowledge, err error) {
	all, err := tx.Seals()
	if err != nil {
		return k, err
	}
	for _, s := range all {
		if s.Use == storage.SealPapers && len(s.Chain) > 0 {
			k.seals = append(k.seals, s)
		}
	}
	if k.t, err = tx.Trust(); err != nil {
		return k, err
	}
	k.paper, k.filing, err = paperOf(tx, hash)
	if err != nil || k.paper == nil || k.paper.Kind != storage.PaperFull {
		return k, err
	}
	signed, err := tx.Signed(k.filing)
	if errors.Is(err, storage.ErrNotFound) {
		return k, nil
	}
	k.checks = signed.Checks
	return k, err
}

// paperOf finds the paper that a file is. The public paper of a reserved declaration
// is as unknown as its document (publish.Service.Check).
func paperOf(tx *storage.Txn, hash string) (*Known, string, error) {
	p, err := tx.PaperByHash(hash)
	if errors.Is(err, storage.ErrNotFound) {
		k, err := certificateOf(tx, hash)
		return k, "", err
	} else if err != nil {
		return nil, "", err
	}
	f, err := tx.Filing(p.Filing)
	if err != nil || p.Kind == storage.PaperPublic && f.Reserved {
		return nil, "", err
	}
	k := known(f)
	k.Kind, k.Kept, k.Leaf = p.Kind, p.Kept.In(k.Zone), p.Leaf
	return k, f.ID, nil
}

func known(f storage.Filing) *Known {
	k := &Known{Folio: f.Folio, Filed: f.Filed.In(zone(f)), Zone: zone(f), Leaf: f.Leaf}
	if !f.Reserved {
		k.ID = f.ID
	}
	return k
}

// attached finds the declaration that is attached to a file: it says which one it is,
// and its hash says whether it is that one.
func attached(tx *storage.Txn, doc []byte) (k *Known, filing string, err error) {
	id, _, _, err := forms.ParseResult(doc)
	if err != nil {
		return nil, "", nil
	}
	f, err := tx.Filing(id)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, "", nil
	} else if err != nil {
		return nil, "", err
	}
	switch hash := storage.Digest(doc); {
	case hash == f.Hash, hash == f.Public && !f.Reserved:
		return known(f), f.ID, nil
	}
	return nil, "", nil
}

// begins finds the paper that a file was before others added to it.
func (f *Findings) begins(tx *storage.Txn, file []byte) (err error) {
	for _, s := range f.Report.Signatures {
		if f.Paper == nil && f.Begins == nil && s.Valid && !s.Whole && s.Trusted == sign.AnchorSeal {
			if f.Begins, _, err = paperOf(tx, storage.Digest(file[:s.End])); err != nil {
				return err
			}
		}
	}
	return nil
}

// filed marks the signature that covers what was signed for a filing and nothing
// else.
func (f *Findings) filed(tx *storage.Txn, filing string, file []byte) error {
	signed, err := tx.Signed(filing)
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	} else if err != nil {
		return err
	}
	for i, s := range f.Report.Signatures {
		f.Marks[i].Filed = bytes.Equal(file[:s.End], signed.PDF)
	}
	return nil
}

// PaperByHash tells which paper of ours has a SHA-256; nil when none has.
func (s *Service) PaperByHash(ctx context.Context, tenant, hash string) (k *Known, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
		k, _, err = paperOf(tx, hash)
		return err
	})
	return k, err
}

// trust is whom a file of this institution may have been signed by. A seal that was
// brought counts by its own certificate: whoever issued it issues others too.
func (k knowledge) trust() sign.Trust {
	t := sign.Trust{Seals: x509.NewCertPool(), Signers: x509.NewCertPool()}
	for _, s := range k.seals {
		if c, err := x509.ParseCertificate(s.Chain[0]); err == nil {
			t.Seals.AddCert(c)
		}
	}
	own := efirma.Trust{}
	for _, list := range [][]storage.Certificate{k.t.Roots, k.t.Issuers} {
		for _, r := range list {
			if c, err := x509.ParseCertificate(r.DER); err == nil {
				t.Signers.AddCert(c)
				own.Authorities = append(own.Authorities, c)
			}
		}
	}
	for _, r := range k.t.OCSP.Responders {
		if c, err := x509.ParseCertificate(r.DER); err == nil {
			own.Responders = append(own.Responders, c)
		}
	}
	var between []*x509.Certificate
	t.Stamps, between = pools(k.t.Stamps.Roots)
	t.Between = between
	if k.paper != nil {
		kept := k.paper.Kept
		t.At = func(s sign.Signature) time.Time {
			if s.Claimed.IsZero() {
				return kept
			}
			return s.Claimed
		}
	}
	t.Revocation = revocation(own, k.checks)
	return t
}

// revocation judges the answers of responders that are in a file, which must be of the
// hour of the signature, and those that were kept beside it, each of which counts at the
// hour that it was given: what was in force later was in force before, and what was
// revoked was so from an hour on. One that says revoked outweighs any number of others.
func revocation(own efirma.Trust, checks []storage.Revocation) func(cert, issuer *x509.Certificate, at time.Time, e sign.Evidence) sign.Revocation {
	return func(cert, issuer *x509.Certificate, at time.Time, e sign.Evidence) sign.Revocation {
		out := sign.Unchecked
		count := func(der []byte, given time.Time) {
			a, err := own.ReadAnswer(der, cert, issuer, given, nil)
			switch {
			case err != nil:
			case !a.Good && !a.Revoked.After(at):
				out = sign.Revoked
			case out == sign.Unchecked:
				out = sign.Good
			}
		}
		for _, der := range e.OCSPs {
			count(der, at)
		}
		for _, c := range checks {
			if len(c.Answer) > 0 && !c.At.Before(at.Add(-before)) {
				count(c.Answer, c.At)
			}
		}
		return out
	}
}

// before is how long before a signature somebody may have been asked about its
// certificate: it is asked about when the document is prepared.
const before = 15 * time.Minute
