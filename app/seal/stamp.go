package seal

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"net/http"
	"sync"
	"time"

	"declara/pdf/sign"
	"declara/storage"
)

// How a time stamp authority is treated: what a stamp may take, and how long one
// that did not answer is left alone, so that papers do not wait for it one by one.
const (
	stampTime = 5 * time.Second
	stampRest = 2 * time.Minute
)

// breaker remembers when an authority did not answer.
type breaker struct {
	mu    sync.Mutex
	until time.Time
}

func (b *breaker) open(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return now.Before(b.until)
}

// set lets the authority rest until a time; the zero time ends that.
func (b *breaker) set(until time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.until = until
}

// stamper is a client of the configured authority; nil when there is none.
func (s *Service) stamper(t storage.Stamps) sign.Stamper {
	if t.URL == "" {
		return nil
	}
	client := s.http
	if client == nil {
		client = &http.Client{Timeout: stampTime}
	}
	roots, between := pools(t.Roots)
	return sign.NewStamper(t.URL, client, roots, sign.StampOptions{User: t.User, Password: t.Password, Timeout: stampTime, Between: between, Now: s.now})
}

// pools parts certificates that were installed into roots, which are their own
// issuers, and those in between. When none is its own issuer, all are trusted.
func pools(certs []storage.Certificate) (roots *x509.CertPool, between []*x509.Certificate) {
	roots = x509.NewCertPool()
	any := false
	for _, k := range certs {
		c, err := x509.ParseCertificate(k.DER)
		if err != nil {
			continue
		}
		if string(c.RawIssuer) == string(c.RawSubject) {
			roots.AddCert(c)
			any = true
		} else {
			between = append(between, c)
		}
	}
	if !any {
		for _, c := range between {
			roots.AddCert(c)
		}
	}
	return roots, between
}

// Stamp asks the configured authority to stamp a digest; nil without an authority.
// It is how the log's checkpoints and signatures of e.firma get their hour. An
// authority that just did not answer is left alone, with the reason of before.
func (s *Service) Stamp(ctx context.Context, tenant string, digest [sha256.Size]byte) ([]byte, error) {
	t, err := s.Trust(ctx, tenant)
	if err != nil {
		return nil, err
	}
	st := s.stamper(t.Stamps)
	if st == nil {
		return nil, nil
	}
	if s.stamps.open(s.now()) {
		return nil, &sign.Error{Why: sign.StampUnreachable}
	}
	token, err := st.Stamp(ctx, digest)
	if err != nil {
		s.stamps.set(s.now().Add(stampRest))
		return nil, err
	}
	s.stamps.set(time.Time{})
	return token, nil
}
