// Package trust holds whom the e.firma of an official is believed on: the
// authorities that an administrator installed, the responders that she pinned, the
// address where revocation is asked for, and what happens without an answer.
//
// Nothing is believed until somebody looked at it: a file is read and shown first
// (Look), and installed only by the SHA-256 that was shown (Install). The program
// ships no certificate and asks no store of the operating system. What is taken
// out is no longer believed from then on; what was signed before keeps the chain it
// was accepted with (storage.Signed).
//
// Judge answers, for package declare, whether a certificate may sign a declaration
// now. It is the only place where a person waits for somebody else's server: five
// seconds at most, and without an answer the policy decides. The default accepts
// and marks; a Worker asks again until there is an answer (again.go). A deadline is
// not lost to a server that is down.
package trust

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"time"

	"declara/app/errs"
	"declara/pdf/sign/efirma"
	"declara/storage"
)

// Service is the trust of all tenants. It is safe for concurrent use.
type Service struct {
	db     *storage.DB
	now    func() time.Time
	client *http.Client
}

// New makes the service. client reaches responders; nil is efirma.NewClient.
func New(db *storage.DB, now func() time.Time, client *http.Client) *Service {
	if client == nil {
		client = efirma.NewClient()
	}
	return &Service{db, now, client}
}

// Kind is what a certificate is installed as.
type Kind string

// The kinds.
const (
	Authority Kind = "authority" // may issue certificates of people
	Responder Kind = "responder" // may answer about revocation
)

// Installed is a certificate as an administrator looks at it.
type Installed struct {
	Kind     Kind
	Name     string
	Issuer   string
	Hash     string // SHA-256 of the certificate, hex
	From, To time.Time
	Added    time.Time // zero for one that is only looked at
	Root     bool      // its own issuer
	Ended    bool      // no longer in date
	DER      []byte
}

// State is all that is decided.
type State struct {
	Authorities []Installed
	Responders  []Installed
	URL         string
	Strict      bool
}

// Ready reports whether anybody's certificate can be accepted at all.
func (s State) Ready() bool { return len(s.Authorities) > 0 }

// What an administrator may be told.
var (
	errFile    = errs.New(errs.Invalid, "settings.efirma.error.file")
	errPerson  = errs.New(errs.Invalid, "settings.efirma.error.person")
	errWeak    = errs.New(errs.Invalid, "settings.efirma.error.weak")
	errPurpose = errs.New(errs.Invalid, "settings.efirma.error.purpose")
	errURL     = errs.New(errs.Invalid, "settings.efirma.error.url")
	errMany    = errs.New(errs.Invalid, "settings.efirma.error.many")
	errOther   = errs.New(errs.Conflict, "settings.efirma.error.other")
	errGone    = errs.New(errs.NotFound, "settings.efirma.error.gone")
)

// most certificates of a kind that a tenant may have.
const most = 64

// State reads what is decided.
func (s *Service) State(ctx context.Context, tenant string) (State, error) {
	var out State
	err := s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		t, err := tx.Trust()
		if err != nil {
			return fmt.Errorf("trust: %w", err)
		}
		out.URL, out.Strict = t.OCSP.URL, t.OCSP.Strict
		for _, c := range slices.Concat(t.Roots, t.Issuers) {
			i, err := s.installed(Authority, c)
			if err != nil {
				return err
			}
			out.Authorities = append(out.Authorities, i)
		}
		for _, c := range t.OCSP.Responders {
			i, err := s.installed(Responder, c)
			if err != nil {
				return err
			}
			out.Responders = append(out.Responders, i)
		}
		return nil
	})
	return out, err
}

func (s *Service) installed(k Kind, c storage.Certificate) (Installed, error) {
	x, err := x509.ParseCertificate(c.DER)
	if err != nil {
		return Installed{}, fmt.Errorf("trust: an installed certificate cannot be read: %w", err)
	}
	i := s.shown(k, x)
	i.Added = c.Added
	return i, nil
}

func (s *Service) shown(k Kind, x *x509.Certificate) Installed {
	return Installed{
		Kind: k, Name: called(x), Issuer: x.Issuer.CommonName, Hash: hashOf(x.Raw), From: x.NotBefore, To: x.NotAfter,
		Root: string(x.RawIssuer) == string(x.RawSubject), Ended: s.now().After(x.NotAfter), DER: x.Raw,
	}
}

// called is the name of an authority: the common one, or else its whole subject.
func called(x *x509.Certificate) string {
	if x.Subject.CommonName != "" {
		return x.Subject.CommonName
	}
	return x.Subject.String()
}

func hashOf(der []byte) string {
	sum := sha256.Sum256(der)
	return hex.EncodeToString(sum[:])
}

// Look reads a file before anything of it is installed.
func (s *Service) Look(k Kind, file []byte) ([]Installed, error) {
	var all []*x509.Certificate
	var err error
	if k == Responder {
		var one *x509.Certificate
		one, err = efirma.ReadResponder(file)
		all = []*x509.Certificate{one}
	} else {
		all, err = efirma.ReadAuthorities(file)
	}
	if err != nil {
		return nil, ofFile(err)
	}
	out := make([]Installed, len(all))
	for i, x := range all {
		out[i] = s.shown(k, x)
	}
	return out, nil
}

func ofFile(err error) error {
	switch reason(err) {
	case efirma.Authority:
		return errPerson
	case efirma.Weak:
		return errWeak
	case efirma.Purpose:
		return errPurpose
	}
	return errFile
}

// Install installs the certificate with a SHA-256 that was shown before; der is
// the certificate itself. One that is installed already stays as it is.
func (s *Service) Install(ctx context.Context, tenant, actor string, k Kind, der []byte, hash string) error {
	shown, err := s.Look(k, der)
	if err != nil {
		return err
	}
	if len(shown) != 1 || shown[0].Hash != hash {
		return errOther
	}
	return s.change(ctx, tenant, actor, "trust.install", hash, func(t *storage.Trust) error {
		list := listOf(t, k, shown[0].Root)
		if slices.ContainsFunc(*list, func(c storage.Certificate) bool { return hashOf(c.DER) == hash }) {
			return nil
		}
		if len(*list) >= most {
			return errMany
		}
		*list = append(*list, storage.Certificate{DER: shown[0].DER, Added: s.now().UTC(), By: actor})
		return nil
	})
}

// listOf is where a certificate is kept.
func listOf(t *storage.Trust, k Kind, root bool) *[]storage.Certificate {
	switch {
	case k == Responder:
		return &t.OCSP.Responders
	case root:
		return &t.Roots
	}
	return &t.Issuers
}

// Remove takes a certificate out.
func (s *Service) Remove(ctx context.Context, tenant, actor string, k Kind, hash string) error {
	return s.change(ctx, tenant, actor, "trust.remove", hash, func(t *storage.Trust) error {
		found := false
		is := func(c storage.Certificate) bool {
			same := hashOf(c.DER) == hash
			found = found || same
			return same
		}
		if k == Responder {
			t.OCSP.Responders = slices.DeleteFunc(t.OCSP.Responders, is)
		} else {
			t.Roots, t.Issuers = slices.DeleteFunc(t.Roots, is), slices.DeleteFunc(t.Issuers, is)
		}
		if !found {
			return errGone
		}
		return nil
	})
}

// SetOCSP says where revocation is asked for ("": nowhere) and what happens without
// an answer.
func (s *Service) SetOCSP(ctx context.Context, tenant, actor, url string, strict bool) error {
	if url != "" && !efirma.ValidURL(url) {
		return errURL
	}
	return s.change(ctx, tenant, actor, "trust.ocsp", "", func(t *storage.Trust) error {
		t.OCSP.URL, t.OCSP.Strict = url, strict
		return nil
	})
}

// change changes the record and writes down who did.
func (s *Service) change(ctx context.Context, tenant, actor, act, about string, fn func(*storage.Trust) error) error {
	now := s.now()
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		t, err := tx.Trust()
		if err != nil {
			return fmt.Errorf("trust: %w", err)
		}
		if err := fn(&t); err != nil {
			return err
		}
		if err := tx.PutTrust(t); err != nil {
			return fmt.Errorf("trust: %w", err)
		}
		return tx.Audit(storage.AuditEntry{At: now, Actor: actor, Act: act, About: about})
	})
}
