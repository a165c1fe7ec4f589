package sign

import (
	"bytes"
	"cmp"
	"context"
	"crypto"
	"crypto/rand"
	_ "crypto/sha512" // of authorities that stamp with it
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// Stamper gives RFC 3161 time stamps.
type Stamper interface {
	// Stamp gives a checked token over a SHA-256, or a *Error with one of the Stamp
	// reasons.
	Stamp(ctx context.Context, digest [32]byte) (token []byte, err error)
}

// StampOptions are what an authority may want beside its address.
type StampOptions struct {
	User, Password string
	Timeout        time.Duration       // of one stamp; 0 is 5 s
	Between        []*x509.Certificate // issuers that its tokens lack
	Now            func() time.Time    // to refuse a stamp that is not of now; nil asks for none
	Rand           io.Reader           // of nonces; nil is crypto/rand
}

// NewStamper is a client of the authority at url. client may be nil. No redirection
// is followed: an authority would choose what is asked for in our network, and have
// the password sent in the clear.
func NewStamper(url string, client *http.Client, roots *x509.CertPool, o StampOptions) Stamper {
	var own http.Client
	if client != nil {
		own = *client
	}
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	o.Timeout = cmp.Or(o.Timeout, 5*time.Second)
	return &authority{url, &own, roots, o}
}

type authority struct {
	url    string
	client *http.Client
	roots  *x509.CertPool
	o      StampOptions
}

const (
	maxStamp = 64 << 10
	// near is how far from our clock a stamp may be.
	near = 5 * time.Minute
)

func (a *authority) Stamp(ctx context.Context, digest [32]byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, a.o.Timeout)
	defer cancel()
	nonce, err := rand.Int(a.o.Rand, new(big.Int).Lsh(big.NewInt(1), 63))
	if err != nil {
		return nil, &Error{Why: StampUnreachable, Err: err}
	}
	answer, err := a.ask(ctx, query(digest, nonce))
	if err != nil {
		return nil, err
	}
	token, err := readAnswer(answer)
	if err != nil {
		return nil, err
	}
	s, err := checkStamp(token, func(crypto.Hash) []byte { return digest[:] }, a.roots, a.o.Between)
	switch {
	case err != nil:
		return nil, err
	case s.hash != crypto.SHA256:
		return nil, fail(StampImprint)
	case s.nonce == nil || s.nonce.Cmp(nonce) != 0:
		return nil, fail(StampNonce)
	}
	if a.o.Now != nil {
		if off := a.o.Now().Sub(s.at).Abs(); off > near {
			return nil, fail(StampTime)
		}
	}
	return token, nil
}

// ask posts a query and gives the body of the answer.
func (a *authority) ask(ctx context.Context, query []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.url, bytes.NewReader(query))
	if err != nil {
		return nil, unreachable(err)
	}
	req.Header.Set("Content-Type", "application/timestamp-query")
	req.Header.Set("Accept", "application/timestamp-reply")
	if a.o.User != "" {
		req.SetBasicAuth(a.o.User, a.o.Password)
	}
	resp, err := a.client.Do(req)
	if err != nil {
		return nil, unreachable(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxStamp+1))
	switch {
	case err != nil:
		return nil, unreachable(err)
	case resp.StatusCode != http.StatusOK:
		return nil, fail(StampRefused)
	case len(body) > maxStamp:
		return nil, fail(StampFormat)
	}
	return body, nil
}

// unreachable leaves out the address, which may hold a password.
func unreachable(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	return &Error{Why: StampUnreachable, Err: err}
}

// query is a TimeStampReq that asks for the certificate too.
func query(digest [32]byte, nonce *big.Int) []byte {
	var b cryptobyte.Builder
	b.AddASN1(sequence, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(1)
		b.AddASN1(sequence, func(b *cryptobyte.Builder) {
			b.AddASN1(sequence, func(b *cryptobyte.Builder) {
				b.AddASN1ObjectIdentifier(oidSHA256)
				b.AddASN1NULL()
			})
			b.AddASN1OctetString(digest[:])
		})
		b.AddASN1BigInt(nonce)
		b.AddASN1Boolean(true)
	})
	return b.BytesOrPanic() // of our own parts
}

// readAnswer takes the token out of a TimeStampResp.
func readAnswer(der []byte) ([]byte, error) {
	in := cryptobyte.String(der)
	var all, status, token cryptobyte.String
	var code int
	if !in.ReadASN1(&all, sequence) || !in.Empty() || !all.ReadASN1(&status, sequence) || !status.ReadASN1Integer(&code) {
		return nil, fail(StampFormat)
	}
	if code != 0 && code != 1 { // granted, granted with changes
		return nil, fail(StampRefused)
	}
	if !all.ReadASN1Element(&token, sequence) || !all.Empty() {
		return nil, fail(StampFormat)
	}
	return token, nil
}

// stamped is what a token says.
type stamped struct {
	hash  crypto.Hash
	at    time.Time
	nonce *big.Int // nil without one
	cert  *x509.Certificate
	chain []*x509.Certificate
}

var oidKeyUsages = oid{2, 5, 29, 37}

// checkStamp checks a token over what digest gives: imprint, signature, that its
// certificate is for stamps alone, and its chain at the stamp's own time.
// What is sound but for the chain comes with the error StampSigner.
func checkStamp(token []byte, digest func(crypto.Hash) []byte, roots *x509.CertPool, between []*x509.Certificate) (*stamped, error) {
	m, err := readMessage(token)
	if err != nil || m.inside == nil {
		return nil, fail(StampFormat)
	}
	s, imprint, ok := readInfo(m.inside)
	if !ok {
		return nil, fail(StampFormat)
	}
	if !bytes.Equal(imprint, digest(s.hash)) {
		return nil, fail(StampImprint)
	}
	if s.cert, err = m.check(oidStampInfo, hashOf(m.inside)); err != nil {
		if s.cert == nil {
			return nil, fail(StampSigner)
		}
		return nil, fail(StampValue)
	}
	if !stampsOnly(s.cert) {
		return nil, fail(StampSigner)
	}
	if s.chain = chain(s.cert, roots, s.at, m.certs, between); s.chain == nil {
		return s, fail(StampSigner)
	}
	return s, nil
}

// readInfo reads a TSTInfo.
func readInfo(der []byte) (*stamped, []byte, bool) {
	in := cryptobyte.String(der)
	var info, imprint, algorithm, sum, serial cryptobyte.String
	var version int
	var policy, id oid
	s := &stamped{}
	ok := in.ReadASN1(&info, sequence) && in.Empty() &&
		info.ReadASN1Integer(&version) && version == 1 &&
		info.ReadASN1ObjectIdentifier(&policy) &&
		info.ReadASN1(&imprint, sequence) &&
		imprint.ReadASN1(&algorithm, sequence) && algorithm.ReadASN1ObjectIdentifier(&id) &&
		imprint.ReadASN1(&sum, casn1.OCTET_STRING) && imprint.Empty() &&
		info.ReadASN1(&serial, casn1.INTEGER) &&
		readTime(&info, &s.at) &&
		info.SkipOptionalASN1(sequence) && // accuracy
		info.SkipOptionalASN1(casn1.BOOLEAN) // ordering
	if !ok {
		return nil, nil, false
	}
	if s.hash, ok = hashes[id.String()]; !ok {
		return nil, nil, false
	}
	if info.PeekASN1Tag(casn1.INTEGER) {
		s.nonce = new(big.Int)
		if !info.ReadASN1Integer(s.nonce) {
			return nil, nil, false
		}
	}
	return s, sum, true
}

// readTime reads a GeneralizedTime, with or without parts of a second.
func readTime(in *cryptobyte.String, out *time.Time) bool {
	var b cryptobyte.String
	if !in.ReadASN1(&b, casn1.GeneralizedTime) || len(b) > 32 {
		return false
	}
	t, err := time.Parse("20060102150405Z0700", string(b)) // takes a fraction too
	*out = t
	return err == nil
}

// stampsOnly reports whether a certificate's one purpose, marked critical, is to
// stamp.
func stampsOnly(c *x509.Certificate) bool {
	if len(c.ExtKeyUsage) != 1 || c.ExtKeyUsage[0] != x509.ExtKeyUsageTimeStamping || len(c.UnknownExtKeyUsage) > 0 {
		return false
	}
	for _, e := range c.Extensions {
		if e.Id.Equal(oidKeyUsages) {
			return e.Critical
		}
	}
	return false
}

// chain is the way from a certificate to one of the roots at an instant, or nil.
func chain(cert *x509.Certificate, roots *x509.CertPool, at time.Time, between ...[]*x509.Certificate) []*x509.Certificate {
	if roots == nil || at.IsZero() { // a zero instant would be that of the machine
		return nil
	}
	pool := x509.NewCertPool()
	for _, list := range between {
		for _, c := range list {
			pool.AddCert(c)
		}
	}
	ways, err := cert.Verify(x509.VerifyOptions{Roots: roots, Intermediates: pool, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	if err != nil || len(ways) == 0 {
		return nil
	}
	return ways[0]
}
