package trust

import (
	"context"
	"crypto/x509"
	"fmt"
	"math/big"
	"time"

	"declara/pdf/sign/efirma"
	"declara/storage"
)

// Probe is what came of asking the configured responder, to be read before the day
// on which people sign.
type Probe struct {
	OK      bool
	Why     efirma.Reason // when not OK
	About   string        // authority that was asked about
	Signer  string        // who signed the answer
	Pinned  bool          // it signs because it was pinned
	State   efirma.Reason // of the certificate that was brought; "" when none was
	Nonce   bool          // it repeats the nonce: its answers cannot be kept and shown again
	Revoked time.Time     //
}

// invented is a number that no certificate has: an honest responder does not know
// it, and says so under its signature.
var invented = new(big.Int).SetBytes([]byte("99999999999999999999"))

// Probe asks the responder. cer is a certificate to ask about, or nil: then a number
// is asked about that nobody has, for the newest authority that issues to people.
func (s *Service) Probe(ctx context.Context, tenant string, cer []byte) (Probe, error) {
	var kept storage.Trust
	if err := s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
		kept, err = tx.Trust()
		return err
	}); err != nil {
		return Probe{}, fmt.Errorf("trust: %w", err)
	}
	t, err := believed(kept)
	if err != nil {
		return Probe{}, err
	}
	now := s.now()
	asked, issuer := &x509.Certificate{SerialNumber: invented}, newest(t.Authorities)
	if cer != nil {
		c, err := efirma.Read(cer)
		if err != nil {
			return Probe{}, Refused(err)
		}
		chain, err := t.Check(c, c.RFC, now)
		if err != nil {
			return Probe{}, Refused(err)
		}
		asked, issuer = c.X509, chain[1]
	}
	if issuer == nil {
		return Probe{Why: efirma.NoAnchors}, nil
	}
	a, err := t.Ask(ctx, efirma.Responder{URL: kept.OCSP.URL, Client: s.client}, asked, issuer, now)
	p := Probe{About: called(issuer), Why: reason(err)}
	switch {
	case err == nil:
		p.OK, p.Signer, p.Nonce, p.Revoked = true, called(a.Signer), a.Nonce, a.Revoked
		if p.State = efirma.Good; !a.Good {
			p.State = efirma.Revoked
		}
	case p.Why == "":
		return Probe{}, err
	case cer == nil && p.Why == efirma.Unknown:
		p.OK, p.Why, p.Signer, p.Nonce = true, "", called(a.Signer), a.Nonce
	}
	for _, r := range t.Responders {
		p.Pinned = p.Pinned || a.Signer != nil && r.Equal(a.Signer)
	}
	return p, nil
}

// newest is the authority that was issued last, of those that are below another;
// or else any.
func newest(all []*x509.Certificate) *x509.Certificate {
	var best *x509.Certificate
	for _, a := range all {
		root := string(a.RawIssuer) == string(a.RawSubject)
		switch {
		case best == nil, string(best.RawIssuer) == string(best.RawSubject) && !root:
			best = a
		case !root && a.NotBefore.After(best.NotBefore):
			best = a
		}
	}
	return best
}
