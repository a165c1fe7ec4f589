package storage

import (
	"fmt"
	"slices"
	"time"
)

// Signed is what a declarant signed with her e.firma, kept in the transaction of the
// filing. Sealed at rest. It is never changed, but for Checks.
type Signed struct {
	Filing string       `json:"filing"`
	PDF    []byte       `json:"pdf"`            // the paper PaperFull with her signature, before the seal
	JSON   []byte       `json:"json,omitempty"` // CMS, detached, of the full document
	Cert   []byte       `json:"cert"`           // her certificate, DER
	Chain  [][]byte     `json:"chain"`          // its issuers, DER, the nearest first
	Checks []Revocation `json:"checks"`
}

// Revocation is what was learnt at one time about whether a certificate was revoked.
type Revocation struct {
	State  string    `json:"state"`            // as package efirma names it
	Answer []byte    `json:"answer,omitempty"` // OCSP response, DER
	At     time.Time `json:"at"`
	Final  bool      `json:"final,omitempty"` // nothing more is to be asked
}

// PutSigned keeps what was signed for a filing, which must be there. A second one is
// ErrConflict.
func (x *Txn) PutSigned(s Signed) error {
	for _, k := range []struct {
		kind kind
		want bool
		err  error
	}{{kFiling, true, ErrNotFound}, {kSigned, false, ErrConflict}} {
		if there, err := x.has(k.kind, s.Filing); err != nil {
			return err
		} else if there != k.want {
			return k.err
		}
	}
	if !s.settled() {
		if err := x.putBytes([]byte(s.Filing), kSignedDue, s.Filing); err != nil {
			return err
		}
	}
	return put(x, s, kSigned, s.Filing)
}

// settled reports whether nothing more is to be asked about a certificate.
func (s *Signed) settled() bool {
	return slices.ContainsFunc(s.Checks, func(r Revocation) bool { return r.Final })
}

// UncheckedSignatures are at most limit filings, the oldest ids first and after a
// given one, about whose certificate there is still something to ask.
func (x *Txn) UncheckedSignatures(after string, limit int) (filings []string, err error) {
	err = x.scan(kSignedDue, func(_ string, id []byte) error {
		if len(filings) == limit {
			return errStop
		}
		if string(id) > after {
			filings = append(filings, string(id))
		}
		return nil
	})
	return filings, err
}

// Signed reads what was signed for a filing; ErrNotFound for one without e.firma.
func (x *Txn) Signed(filing string) (Signed, error) { return get[Signed](x, kSigned, filing) }

// AddRevocation writes down what was learnt later about the certificate of a filing.
func (x *Txn) AddRevocation(filing string, r Revocation) error {
	s, err := x.Signed(filing)
	if err != nil {
		return fmt.Errorf("storage: revocation: %w", err)
	}
	s.Checks = append(s.Checks, r)
	if r.Final {
		if err := x.drop(kSignedDue, filing); err != nil {
			return err
		}
	}
	return put(x, s, kSigned, filing)
}
