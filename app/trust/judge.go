package trust

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"declara/app/errs"
	"declara/pdf/sign/efirma"
	"declara/storage"
)

// Verdict is a certificate that may sign, and what is known of its revocation.
type Verdict struct {
	Certificate efirma.Certificate
	Chain       []*x509.Certificate // its issuers, the nearest first
	Check       storage.Revocation
}

// Judge says whether the person with that RFC may sign with a certificate now. Each
// reason against it is an error with its own words. Without an answer about
// revocation the policy decides.
func (s *Service) Judge(ctx context.Context, tenant string, cer []byte, rfc string) (Verdict, error) {
	c, err := efirma.Read(cer)
	if err != nil {
		return Verdict{}, Refused(err)
	}
	var kept storage.Trust
	if err := s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
		kept, err = tx.Trust()
		return err
	}); err != nil {
		return Verdict{}, fmt.Errorf("trust: %w", err)
	}
	t, err := believed(kept)
	if err != nil {
		return Verdict{}, err
	}
	now := s.now()
	chain, err := t.Check(c, rfc, now)
	if err != nil {
		return Verdict{}, Refused(err)
	}
	v := Verdict{Certificate: c, Chain: chain[1:]}
	answer, err := t.Ask(ctx, efirma.Responder{URL: kept.OCSP.URL, Client: s.client}, c.X509, chain[1], now)
	v.Check = checked(answer, err, now)
	switch {
	case err == nil && !answer.Good:
		return Verdict{}, Refused(&efirma.Refusal{Why: efirma.Revoked, At: answer.Revoked})
	case err != nil && kept.OCSP.Strict:
		return Verdict{}, Refused(&efirma.Refusal{Why: efirma.Unanswered, Err: err})
	}
	return v, nil
}

// checked is what is written down of a question about revocation.
func checked(a efirma.Answer, err error, at time.Time) storage.Revocation {
	if err != nil {
		return storage.Revocation{State: string(reason(err)), At: at.UTC()}
	}
	r := storage.Revocation{State: string(efirma.Good), Answer: a.DER, At: at.UTC(), Final: true}
	if !a.Good {
		r.State = string(efirma.Revoked)
	}
	return r
}

// believed is the record as package efirma takes it.
func believed(kept storage.Trust) (efirma.Trust, error) {
	var t efirma.Trust
	for _, x := range []struct {
		from []storage.Certificate
		to   *[]*x509.Certificate
	}{{kept.Roots, &t.Authorities}, {kept.Issuers, &t.Authorities}, {kept.OCSP.Responders, &t.Responders}} {
		for _, c := range x.from {
			cert, err := x509.ParseCertificate(c.DER)
			if err != nil {
				return t, fmt.Errorf("trust: an installed certificate cannot be read: %w", err)
			}
			*x.to = append(*x.to, cert)
		}
	}
	return t, nil
}

// Refused is a refusal of package efirma in words: a key for each reason, with the
// day that some name. An error of another kind stays what it is.
func Refused(err error) error {
	r, ok := errors.AsType[*efirma.Refusal](err)
	if !ok {
		return err
	}
	out := errs.New(errs.Invalid, "declare.efirma.refused."+string(r.Why))
	if !r.At.IsZero() {
		out.Args = []string{r.At.UTC().Format(time.DateOnly)}
	}
	return out
}

// reason is why package efirma refused; "" for another error.
func reason(err error) efirma.Reason {
	if r, ok := errors.AsType[*efirma.Refusal](err); ok {
		return r.Why
	}
	return ""
}
