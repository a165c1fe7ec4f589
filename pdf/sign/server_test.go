package sign_test

import (
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"encoding/asn1"

	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"

	"declara/pdf/sign"
)

// timeServer is an authority of time stamps (RFC 3161) on loopback, which can be
// made to answer wrongly.
type timeServer struct {
	*httptest.Server
	who    authority
	at     time.Time
	status int                                  // of the answer; 0 is granted
	lie    func(imprint []byte, nonce *big.Int) // changes what it stamps
	spoil  func(token []byte)
}

func stampServer(t testing.TB, who authority) *timeServer {
	t.Helper()
	s := &timeServer{who: who, at: filedAt.Add(3 * time.Second)}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *timeServer) stamper(k *pki) sign.Stamper {
	return sign.NewStamper(s.URL, s.Client(), k.stampRoot.pool(), sign.StampOptions{Timeout: 5 * time.Second})
}

type messageImprint struct {
	Algorithm struct {
		ID   asn1.ObjectIdentifier
		None asn1.RawValue `asn1:"optional"`
	}
	Hash []byte
}

type timeRequest struct {
	Version int
	Imprint messageImprint
	Nonce   *big.Int `asn1:"optional"`
	Certs   bool     `asn1:"optional"`
}

func (s *timeServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var q timeRequest
	if err == nil {
		_, err = asn1.Unmarshal(body, &q)
	}
	if err != nil || r.Header.Get("Content-Type") != "application/timestamp-query" {
		http.Error(w, "no query", http.StatusBadRequest)
		return
	}
	if s.lie != nil {
		s.lie(q.Imprint.Hash, q.Nonce)
	}
	w.Header().Set("Content-Type", "application/timestamp-reply")
	var b cryptobyte.Builder
	b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1Int64(int64(s.status)) })
		if s.status < 2 {
			token := token(s.who, s.at, q.Imprint.Hash, q.Nonce)
			if s.spoil != nil {
				s.spoil(token)
			}
			b.AddBytes(token)
		}
	})
	_, _ = w.Write(b.BytesOrPanic())
}

// token stamps a hash: written here without the package under test.
func token(who authority, at time.Time, hash []byte, nonce *big.Int) []byte {
	sha := asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	info := build(func(b *cryptobyte.Builder) {
		b.AddASN1Int64(1)
		b.AddASN1ObjectIdentifier(asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 4146, 2, 3})
		b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(sha) })
			b.AddASN1OctetString(hash)
		})
		b.AddASN1Int64(at.Unix())
		b.AddASN1GeneralizedTime(at.UTC())
		b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1Int64(1) }) // accuracy
		if nonce != nil {
			b.AddASN1BigInt(nonce)
		}
	})
	kind := asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
	sum, certSum := sha256.Sum256(info), sha256.Sum256(who.cert.Raw)
	attribute := func(b *cryptobyte.Builder, id asn1.ObjectIdentifier, f func(*cryptobyte.Builder)) {
		b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(id)
			b.AddASN1(casn1.SET, f)
		})
	}
	var attrs cryptobyte.Builder
	attrs.AddASN1(casn1.SET, func(b *cryptobyte.Builder) {
		attribute(b, asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(kind) })
		attribute(b, asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}, func(b *cryptobyte.Builder) { b.AddASN1OctetString(sum[:]) })
		attribute(b, asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}, func(b *cryptobyte.Builder) {
			b.AddBytes(build(func(b *cryptobyte.Builder) {
				b.AddBytes(build(func(b *cryptobyte.Builder) {
					b.AddBytes(build(func(b *cryptobyte.Builder) { b.AddASN1OctetString(certSum[:]) }))
				}))
			}))
		})
	})
	signed := attrs.BytesOrPanic()
	digest := sha256.Sum256(signed)
	value, err := who.key.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		panic(err)
	}
	zero := casn1.Tag(0).ContextSpecific().Constructed()
	return build(func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2})
		b.AddASN1(zero, func(b *cryptobyte.Builder) {
			b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1Int64(3)
				b.AddASN1(casn1.SET, func(b *cryptobyte.Builder) {
					b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(sha) })
				})
				b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddASN1ObjectIdentifier(kind)
					b.AddASN1(zero, func(b *cryptobyte.Builder) { b.AddASN1OctetString(info) })
				})
				b.AddASN1(zero, func(b *cryptobyte.Builder) { b.AddBytes(who.cert.Raw) })
				b.AddASN1(casn1.SET, func(b *cryptobyte.Builder) { stampSigner(b, who.cert, sha, signed, value) })
			})
		})
	})
}

func stampSigner(b *cryptobyte.Builder, cert *x509.Certificate, sha asn1.ObjectIdentifier, signed, value []byte) {
	b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(1)
		b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddBytes(cert.RawIssuer)
			b.AddASN1BigInt(cert.SerialNumber)
		})
		b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(sha) })
		b.AddBytes(append([]byte{0xA0}, signed[1:]...))
		b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2})
		})
		b.AddASN1OctetString(value)
	})
}

// build is a sequence.
func build(f func(*cryptobyte.Builder)) []byte {
	var b cryptobyte.Builder
	b.AddASN1(casn1.SEQUENCE, f)
	return b.BytesOrPanic()
}
