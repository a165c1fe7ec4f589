package efirma

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Responder is where the state of certificates is asked for.
type Responder struct {
	URL    string // http or https: the answer is signed, so the way to it need not be
	Client *http.Client
}

// askTimeout is the longest that a person who signs waits for a responder.
const askTimeout = 5 * time.Second

// maxAnswer is the most that is read of an answer.
const maxAnswer = 64 << 10

// NewClient makes a client for responders. It offers the old key exchanges of RSA
// too, since the responder of the tax authority has been seen with nothing newer
// that Go speaks; what is protected is the signed answer, not the way. It follows
// no redirections.
func NewClient() *http.Client {
	suites := []uint16{
		tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
		tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
		tls.TLS_RSA_WITH_AES_256_GCM_SHA384, tls.TLS_RSA_WITH_AES_128_GCM_SHA256,
		tls.TLS_RSA_WITH_AES_256_CBC_SHA, tls.TLS_RSA_WITH_AES_128_CBC_SHA,
	}
	return &http.Client{
		Timeout: askTimeout,
		Transport: &http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12, CipherSuites: suites},
			TLSHandshakeTimeout: askTimeout, MaxIdleConns: 4, IdleConnTimeout: time.Minute,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Ask asks about a certificate of an issuer and checks the answer (Trust.ReadAnswer).
func (t Trust) Ask(ctx context.Context, r Responder, x, issuer *x509.Certificate, now time.Time) (Answer, error) {
	if r.URL == "" {
		return Answer{}, refuse(NoAddress)
	}
	nonce := make([]byte, 32)
	rand.Read(nonce)
	question, err := ask(x, issuer, nonce)
	if err != nil {
		return Answer{}, err
	}
	raw, err := r.post(ctx, question)
	if err != nil {
		return Answer{}, err
	}
	return t.ReadAnswer(raw, x, issuer, now, nonce)
}

// ask writes a question (RFC 6960, 4.1; nonce by RFC 9654).
func ask(x, issuer *x509.Certificate, nonce []byte) ([]byte, error) {
	id, err := identify(crypto.SHA1, x, issuer)
	if err != nil {
		return nil, err
	}
	wrapped, err := asn1.Marshal(nonce)
	if err != nil {
		return nil, &Refusal{Why: Garbled, Err: err}
	}
	type single struct{ ID certID }
	var q struct {
		TBS struct {
			Questions  []single
			Extensions []pkix.Extension `asn1:"explicit,tag:2"`
		}
	}
	q.TBS.Questions = []single{{id}}
	q.TBS.Extensions = []pkix.Extension{{Id: oidNonce, Value: wrapped}}
	return asn1.Marshal(q)
}

// post sends a question and reads what comes. An error names no address.
func (r Responder) post(ctx context.Context, question []byte) ([]byte, error) {
	ctx, stop := context.WithTimeout(ctx, askTimeout)
	defer stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.URL, bytes.NewReader(question))
	if err != nil {
		return nil, refuse(NoAddress)
	}
	req.Header.Set("Content-Type", "application/ocsp-request")
	req.Header.Set("Accept", "application/ocsp-response")
	client := r.Client
	if client == nil {
		client = NewClient()
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, unreachable(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return nil, refuse(Refused)
	}
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, unreachable(err)
	case len(raw) > maxAnswer:
		return nil, refuse(Garbled)
	}
	return raw, nil
}

// unreachable tells a server with another encryption from one that is not there,
// since the first is mended with a proxy and the second by waiting.
func unreachable(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err
	}
	why := Unreachable
	if _, ok := errors.AsType[tls.AlertError](err); ok || strings.Contains(err.Error(), "tls: ") || strings.Contains(err.Error(), "x509: ") {
		why = Handshake
	}
	return &Refusal{Why: why}
}

// ValidURL reports whether an address could be that of a responder.
func ValidURL(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil && u.Fragment == "" && len(address) <= 300
}
