package efirma

import (
	"bytes"
	"crypto"
	"crypto/sha1" //nolint:gosec // names a certificate in RFC 6960; nothing rests on it
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"time"
)

// Answer is what a responder said of a certificate, checked.
type Answer struct {
	Good    bool
	Revoked time.Time // when it was, if not good
	Made    time.Time
	DER     []byte // as it came: evidence, since it cannot be had again for that instant
	Signer  *x509.Certificate
	Nonce   bool // it repeats that of the question
}

// How far the clocks of responder and server may differ, and how old an answer may
// be that does not say until when it holds.
const (
	skew  = 5 * time.Minute
	young = time.Hour
)

type certID struct {
	Hash       pkix.AlgorithmIdentifier
	NameHash   []byte
	IssuerHash []byte
	Serial     *big.Int
}

type ocspAnswer struct {
	Status asn1.Enumerated
	Bytes  struct {
		Type   asn1.ObjectIdentifier
		Answer []byte
	} `asn1:"explicit,tag:0,optional"`
}

type basicAnswer struct {
	Data         answerData
	Algorithm    pkix.AlgorithmIdentifier
	Signature    asn1.BitString
	Certificates []asn1.RawValue `asn1:"explicit,tag:0,optional"`
}

type answerData struct {
	Raw        asn1.RawContent
	Version    int `asn1:"explicit,tag:0,default:0,optional"`
	Responder  asn1.RawValue
	Made       time.Time `asn1:"generalized"`
	Answers    []singleAnswer
	Extensions []pkix.Extension `asn1:"explicit,tag:1,optional"`
}

type singleAnswer struct {
	ID         certID
	Good       asn1.Flag        `asn1:"tag:0,optional"`
	Revoked    revocation       `asn1:"tag:1,optional"`
	Unknown    asn1.Flag        `asn1:"tag:2,optional"`
	From       time.Time        `asn1:"generalized"`
	To         time.Time        `asn1:"generalized,explicit,tag:0,optional"`
	Extensions []pkix.Extension `asn1:"explicit,tag:1,optional"`
}

type revocation struct {
	At     time.Time       `asn1:"generalized"`
	Reason asn1.Enumerated `asn1:"explicit,tag:0,optional"`
}

var (
	oidBasic  = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 1}
	oidNonce  = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 2}
	oidSHA1   = asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}
	oidSHA256 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
)

// Most certificates that an answer may bring, and answers that it may have.
const maxParts = 16

// ReadAnswer checks an answer about a certificate of an issuer at an instant: that
// it is one, is about that certificate, is of that time, repeats the nonce if it
// has one, and is signed by who may. A revoked certificate is an Answer, not an
// error; one that the responder does not know is the error Unknown, whose Answer tells
// who said so.
func (t Trust) ReadAnswer(der []byte, x, issuer *x509.Certificate, at time.Time, nonce []byte) (Answer, error) {
	b, err := readBasic(der)
	if err != nil {
		return Answer{}, err
	}
	one := about(b.Data.Answers, x, issuer)
	if one == nil {
		return Answer{}, refuse(Elsewhere)
	}
	out := Answer{Made: b.Data.Made, DER: der}
	for _, e := range b.Data.Extensions {
		if !e.Id.Equal(oidNonce) {
			continue
		}
		if out.Nonce = sameNonce(e.Value, nonce); !out.Nonce && nonce != nil {
			return Answer{}, refuse(Nonce)
		}
	}
	if out.Signer = t.signer(b, issuer, at); out.Signer == nil {
		return Answer{}, refuse(Unentitled)
	}
	end := one.To
	if end.IsZero() {
		end = one.From.Add(young)
	}
	if one.From.After(at.Add(skew)) || end.Before(at.Add(-skew)) {
		return Answer{}, refuse(Stale)
	}
	switch {
	case bool(one.Good) && one.Revoked.At.IsZero() && !bool(one.Unknown):
		out.Good = true
	case !one.Revoked.At.IsZero():
		out.Revoked = one.Revoked.At
	default:
		return out, refuse(Unknown)
	}
	return out, nil
}

// readBasic reads the two layers of an answer. One that says that it is none, such
// as "try later", is Refused.
func readBasic(der []byte) (basicAnswer, error) {
	var outer ocspAnswer
	var b basicAnswer
	if rest, err := asn1.Unmarshal(der, &outer); err != nil || len(rest) > 0 {
		return b, &Refusal{Why: Garbled, Err: err}
	}
	if outer.Status != 0 {
		return b, refuse(Refused)
	}
	if !outer.Bytes.Type.Equal(oidBasic) {
		return b, refuse(Garbled)
	}
	if rest, err := asn1.Unmarshal(outer.Bytes.Answer, &b); err != nil || len(rest) > 0 {
		return b, &Refusal{Why: Garbled, Err: err}
	}
	if len(b.Data.Answers) > maxParts || len(b.Certificates) > maxParts {
		return b, refuse(Garbled)
	}
	return b, nil
}

// about is the part of an answer that is about a certificate: number and issuer,
// since numbers repeat among issuers.
func about(all []singleAnswer, x, issuer *x509.Certificate) *singleAnswer {
	for i := range all {
		id := &all[i].ID
		h := crypto.SHA1
		switch {
		case id.Hash.Algorithm.Equal(oidSHA256):
			h = crypto.SHA256
		case !id.Hash.Algorithm.Equal(oidSHA1):
			continue
		}
		want, err := identify(h, x, issuer)
		if err == nil && id.Serial.Cmp(x.SerialNumber) == 0 &&
			bytes.Equal(id.NameHash, want.NameHash) && bytes.Equal(id.IssuerHash, want.IssuerHash) {
			return &all[i]
		}
	}
	return nil
}

// identify names a certificate as requests and answers do.
func identify(h crypto.Hash, x, issuer *x509.Certificate) (certID, error) {
	var key struct {
		Algorithm pkix.AlgorithmIdentifier
		Key       asn1.BitString
	}
	if _, err := asn1.Unmarshal(issuer.RawSubjectPublicKeyInfo, &key); err != nil {
		return certID{}, &Refusal{Why: Garbled, Err: err}
	}
	sum := func(b []byte) []byte {
		d := h.New()
		d.Write(b)
		return d.Sum(nil)
	}
	oid := oidSHA1
	if h == crypto.SHA256 {
		oid = oidSHA256
	}
	return certID{
		Hash:     pkix.AlgorithmIdentifier{Algorithm: oid, Parameters: asn1.NullRawValue},
		NameHash: sum(issuer.RawSubject), IssuerHash: sum(key.Key.RightAlign()), Serial: x.SerialNumber,
	}, nil
}

// signer is who signed an answer, if it may: the issuer, a pinned responder, or
// one that the issuer named for it, each in date at that instant.
func (t Trust) signer(b basicAnswer, issuer *x509.Certificate, at time.Time) *x509.Certificate {
	algorithm, ok := signatures[b.Algorithm.Algorithm.String()]
	if !ok {
		return nil
	}
	signed := func(by *x509.Certificate) bool {
		return !at.Before(by.NotBefore) && !at.After(by.NotAfter) && !weakKey(by) &&
			by.CheckSignature(algorithm, b.Data.Raw, b.Signature.RightAlign()) == nil
	}
	if signed(issuer) {
		return issuer
	}
	for _, p := range t.Responders {
		if canAnswer(p) && signed(p) {
			return p
		}
	}
	for _, raw := range b.Certificates {
		named, err := x509.ParseCertificate(raw.FullBytes)
		if err == nil && delegated(named, issuer) && signed(named) {
			return named
		}
	}
	return nil
}

// delegated reports whether an issuer named a certificate for answering. The
// purpose must stand in it by its name: "any" is not enough (RFC 6960, 4.2.2.2).
func delegated(x, issuer *x509.Certificate) bool {
	if x.KeyUsage != 0 && x.KeyUsage&x509.KeyUsageDigitalSignature == 0 || !sound(x.SignatureAlgorithm) {
		return false
	}
	for _, u := range x.ExtKeyUsage {
		if u == x509.ExtKeyUsageOCSPSigning {
			return bytes.Equal(x.RawIssuer, issuer.RawSubject) && x.CheckSignatureFrom(issuer) == nil
		}
	}
	return false
}

// signatures are those that an answer may have. SHA-1 is not among them.
var signatures = map[string]x509.SignatureAlgorithm{
	"1.2.840.113549.1.1.11": x509.SHA256WithRSA,
	"1.2.840.113549.1.1.12": x509.SHA384WithRSA,
	"1.2.840.113549.1.1.13": x509.SHA512WithRSA,
	"1.2.840.10045.4.3.2":   x509.ECDSAWithSHA256,
	"1.2.840.10045.4.3.3":   x509.ECDSAWithSHA384,
	"1.2.840.10045.4.3.4":   x509.ECDSAWithSHA512,
}

// sameNonce compares the nonce of an answer, which some responders wrap in an
// OCTET STRING and others do not.
func sameNonce(value, nonce []byte) bool {
	var inner []byte
	if rest, err := asn1.Unmarshal(value, &inner); err == nil && len(rest) == 0 && bytes.Equal(inner, nonce) {
		return true
	}
	return bytes.Equal(value, nonce)
}

var _ = sha1.Size // links the digest that identify asks crypto for
