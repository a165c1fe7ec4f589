package trust

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"declara/pdf/sign/efirma"
	"declara/storage"
)

// Worker asks again about the certificates of filings that were accepted while
// nobody answered. What it learns is written beside the filing, which stands
// whatever that is.
type Worker struct {
	s      *Service
	log    *slog.Logger
	holder string
}

// NewWorker makes the worker; holder is a name that no other process has.
func NewWorker(s *Service, log *slog.Logger, holder string) *Worker { return &Worker{s, log, holder} }

const (
	job      = "revocation"
	every    = 5 * time.Minute
	leaseFor = 4 * time.Minute
	atOnce   = 20 // filings a round
)

// Run works until ctx ends.
func (w *Worker) Run(ctx context.Context) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		err := w.s.db.EachTenant(ctx, func(t string) error { return w.Round(ctx, t) })
		if err != nil && ctx.Err() == nil {
			w.log.Error("revocation", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// Round asks about some filings of a tenant. It ends at the first question without
// an answer, since the next ones would have none either.
func (w *Worker) Round(ctx context.Context, tenant string) error {
	now := w.s.now()
	var due []string
	var held bool
	err := w.s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
		due, err = tx.UncheckedSignatures("", 1)
		return err
	})
	if err != nil || len(due) == 0 {
		return err
	}
	if err := w.s.db.Update(ctx, tenant, func(tx *storage.Txn) (err error) {
		held, err = tx.TakeLease(job, w.holder, now, now.Add(leaseFor))
		return err
	}); err != nil || !held {
		return err
	}
	after := ""
	for range atOnce {
		if err := w.s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
			due, err = tx.UncheckedSignatures(after, 1)
			return err
		}); err != nil || len(due) == 0 {
			return err
		}
		after = due[0]
		if on, err := w.again(ctx, tenant, after); err != nil || !on {
			return err
		}
	}
	return nil
}

// again asks about the certificate of one filing. on is false when it is no use to
// ask about others now.
func (w *Worker) again(ctx context.Context, tenant, filing string) (on bool, err error) {
	var signed storage.Signed
	var kept storage.Trust
	if err := w.s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
		if signed, err = tx.Signed(filing); err != nil {
			return err
		}
		kept, err = tx.Trust()
		return err
	}); err != nil {
		return false, fmt.Errorf("trust: %w", err)
	}
	t, err := believed(kept)
	if err != nil {
		return false, err
	}
	cert, err := x509.ParseCertificate(signed.Cert)
	if err != nil || len(signed.Chain) == 0 {
		return false, errors.New("trust: a certificate of a filing cannot be read")
	}
	issuer, err := x509.ParseCertificate(signed.Chain[0])
	if err != nil {
		return false, errors.New("trust: an issuer of a filing cannot be read")
	}
	now := w.s.now()
	r := storage.Revocation{State: string(efirma.Expired), At: now.UTC(), Final: true}
	if now.Before(cert.NotAfter) {
		a, err := t.Ask(ctx, efirma.Responder{URL: kept.OCSP.URL, Client: w.s.client}, cert, issuer, now)
		if err != nil {
			return reason(err) == efirma.Unknown, nil
		}
		r = checked(a, nil, now)
	}
	if r.State == string(efirma.Revoked) {
		w.log.Warn("a certificate that signed a filing was revoked", "filing", filing)
	}
	return true, w.s.db.Update(ctx, tenant, func(tx *storage.Txn) error { return tx.AddRevocation(filing, r) })
}
