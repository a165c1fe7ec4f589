package efirmatest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509/pkix"
	"encoding/asn1"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// Responder answers about certificates of one issuer. Its fields may be changed
// between requests, under its lock.
type Responder struct {
	sync.Mutex
	Now      func() time.Time
	Signer   Pair      // who signs the answers
	Embed    bool      // whether its certificate comes with them
	Revoked  time.Time // when all were revoked; zero: they are good
	Unknown  bool      // it knows none
	Status   int       // of the whole answer: 3 is "try later"
	Age      time.Duration
	NoNonce  bool // it repeats none
	BadNonce bool
	Serial   *big.Int // of which it tells instead
	Asked    int
	issuer   Pair
}

// NewResponder makes a responder that does all as it should.
func (a *Authorities) NewResponder(now func() time.Time) *Responder {
	return &Responder{Now: now, Signer: a.Responder, Embed: true, issuer: a.Issuer}
}

// Serve puts it on a loopback address until the test ends.
func (r *Responder) Serve(tb testing.TB) string {
	s := httptest.NewServer(r)
	tb.Cleanup(s.Close)
	return s.URL
}

type certID struct {
	Hash       pkix.AlgorithmIdentifier
	NameHash   []byte
	IssuerHash []byte
	Serial     *big.Int
}

func (r *Responder) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	raw, err := io.ReadAll(req.Body)
	var q struct {
		TBS struct {
			Questions  []struct{ ID certID }
			Extensions []pkix.Extension `asn1:"explicit,tag:2,optional"`
		}
	}
	if err == nil {
		_, err = asn1.Unmarshal(raw, &q)
	}
	if err != nil || len(q.TBS.Questions) != 1 || req.Header.Get("Content-Type") != "application/ocsp-request" {
		http.Error(w, "not a question", http.StatusBadRequest)
		return
	}
	answer, err := r.answer(q.TBS.Questions[0].ID, q.TBS.Extensions)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/ocsp-response")
	_, _ = w.Write(answer)
}

func (r *Responder) answer(id certID, nonce []pkix.Extension) ([]byte, error) {
	r.Lock()
	defer r.Unlock()
	r.Asked++
	type bytesOf struct {
		Type asn1.ObjectIdentifier
		Raw  []byte
	}
	if r.Status != 0 {
		return asn1.Marshal(struct{ Status asn1.Enumerated }{asn1.Enumerated(r.Status)})
	}
	if r.Serial != nil {
		id.Serial = r.Serial
	}
	at := r.Now().UTC().Truncate(time.Second).Add(-r.Age)
	state := asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, Bytes: []byte{}}
	switch {
	case r.Unknown:
		state.Tag = 2
	case !r.Revoked.IsZero():
		when, err := asn1.MarshalWithParams(r.Revoked.UTC().Truncate(time.Second), "generalized")
		if err != nil {
			return nil, err
		}
		state = asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 1, IsCompound: true, Bytes: when}
	}
	switch {
	case r.NoNonce:
		nonce = nil
	case r.BadNonce:
		nonce = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 2}, Value: []byte{4, 2, 1, 2}}}
	}
	type single struct {
		ID    certID
		State asn1.RawValue
		From  time.Time `asn1:"generalized"`
		To    time.Time `asn1:"generalized,explicit,tag:0"`
	}
	type data struct {
		Responder  asn1.RawValue
		Made       time.Time `asn1:"generalized"`
		Answers    []single
		Extensions []pkix.Extension `asn1:"explicit,tag:1,optional,omitempty"`
	}
	tbs, err := asn1.Marshal(data{
		Responder: asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 1, IsCompound: true, Bytes: r.Signer.Cert.RawSubject},
		Made:      at, Answers: []single{{id, state, at, at.Add(time.Minute)}}, Extensions: nonce,
	})
	if err != nil {
		return nil, err
	}
	h := crypto.SHA256.New()
	h.Write(tbs)
	signature, err := rsa.SignPKCS1v15(rand.Reader, r.Signer.Key, crypto.SHA256, h.Sum(nil))
	if err != nil {
		return nil, err
	}
	basic := struct {
		Data         asn1.RawValue
		Algorithm    pkix.AlgorithmIdentifier
		Signature    asn1.BitString
		Certificates []asn1.RawValue `asn1:"explicit,tag:0,optional,omitempty"`
	}{
		asn1.RawValue{FullBytes: tbs}, pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}, Parameters: asn1.NullRawValue},
		asn1.BitString{Bytes: signature, BitLength: 8 * len(signature)}, nil,
	}
	if r.Embed {
		basic.Certificates = []asn1.RawValue{{FullBytes: r.Signer.Cert.Raw}}
	}
	inner, err := asn1.Marshal(basic)
	if err != nil {
		return nil, err
	}
	return asn1.Marshal(struct {
		Status asn1.Enumerated
		Bytes  bytesOf `asn1:"explicit,tag:0"`
	}{0, bytesOf{asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 1}, inner}})
}
