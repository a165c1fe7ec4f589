package sign

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"slices"

	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
)

type oid = asn1.ObjectIdentifier

var (
	oidData        = oid{1, 2, 840, 113549, 1, 7, 1}
	oidSignedData  = oid{1, 2, 840, 113549, 1, 7, 2}
	oidContentType = oid{1, 2, 840, 113549, 1, 9, 3}
	oidDigest      = oid{1, 2, 840, 113549, 1, 9, 4}
	oidSigner      = oid{1, 2, 840, 113549, 1, 9, 16, 2, 12} // signingCertificate, SHA-1
	oidSignerV2    = oid{1, 2, 840, 113549, 1, 9, 16, 2, 47} // signingCertificateV2
	oidStamp       = oid{1, 2, 840, 113549, 1, 9, 16, 2, 14}
	oidStampInfo   = oid{1, 2, 840, 113549, 1, 9, 16, 1, 4}
	oidSHA256      = oid{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidSHA384      = oid{2, 16, 840, 1, 101, 3, 4, 2, 2}
	oidSHA512      = oid{2, 16, 840, 1, 101, 3, 4, 2, 3}
	oidRSA         = oid{1, 2, 840, 113549, 1, 1, 1}
	oidRSA256      = oid{1, 2, 840, 113549, 1, 1, 11}
	oidRSA384      = oid{1, 2, 840, 113549, 1, 1, 12}
	oidRSA512      = oid{1, 2, 840, 113549, 1, 1, 13}
	oidECDSA256    = oid{1, 2, 840, 10045, 4, 3, 2}
	oidECDSA384    = oid{1, 2, 840, 10045, 4, 3, 3}
	oidECDSA512    = oid{1, 2, 840, 10045, 4, 3, 4}
)

const (
	set      = casn1.SET
	sequence = casn1.SEQUENCE
)

// context tags of the syntax.
var (
	tag0 = casn1.Tag(0).ContextSpecific().Constructed()
	tag1 = casn1.Tag(1).ContextSpecific().Constructed()
	tag4 = casn1.Tag(4).ContextSpecific().Constructed()
)

// Attributes is what the key signs: the DER of a SET (0x31) of exactly contentType,
// messageDigest and signingCertificateV2 (ESSCertIDv2 with SHA-256, which is its
// default, and with issuer and serial). There is no signingTime: in PAdES the hour
// is that of the dictionary, or of a stamp.
func Attributes(digest [32]byte, cert *x509.Certificate) ([]byte, error) {
	hash := sha256.Sum256(cert.Raw)
	list := [][]byte{
		attribute(oidContentType, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(oidData) }),
		attribute(oidDigest, func(b *cryptobyte.Builder) { b.AddASN1OctetString(digest[:]) }),
		attribute(oidSignerV2, func(b *cryptobyte.Builder) {
			nest(b, func(b *cryptobyte.Builder) {
				b.AddASN1OctetString(hash[:])
				b.AddASN1(sequence, func(b *cryptobyte.Builder) {
					b.AddASN1(sequence, func(b *cryptobyte.Builder) {
						b.AddASN1(tag4, func(b *cryptobyte.Builder) { b.AddBytes(cert.RawIssuer) })
					})
					b.AddASN1BigInt(cert.SerialNumber)
				})
			}, sequence, sequence, sequence)
		}),
	}
	var b cryptobyte.Builder
	addSet(&b, set, list)
	return built(&b)
}

// nest opens one element within the other.
func nest(b *cryptobyte.Builder, inner func(*cryptobyte.Builder), tags ...casn1.Tag) {
	if len(tags) == 0 {
		inner(b)
		return
	}
	b.AddASN1(tags[0], func(b *cryptobyte.Builder) { nest(b, inner, tags[1:]...) })
}

func attribute(id oid, value func(*cryptobyte.Builder)) []byte {
	var b cryptobyte.Builder
	b.AddASN1(sequence, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(id)
		b.AddASN1(set, value)
	})
	return b.BytesOrPanic() // of our own parts
}

// addSet writes elements in the order that DER wants of a set.
func addSet(b *cryptobyte.Builder, tag casn1.Tag, list [][]byte) {
	list = slices.SortedFunc(slices.Values(list), bytes.Compare)
	b.AddASN1(tag, func(b *cryptobyte.Builder) {
		for _, e := range list {
			b.AddBytes(e)
		}
	})
}

func built(b *cryptobyte.Builder) ([]byte, error) {
	out, err := b.Bytes()
	if err != nil {
		return nil, &Error{Why: BadFormat, Err: err}
	}
	return out, nil
}

// checkKey accepts RSA of 2048 to 8192 bits with an exponent that is in use (larger
// ones are made to keep a verifier busy) and the curves P-256, P-384 and P-521.
func checkKey(cert *x509.Certificate) error {
	switch key := cert.PublicKey.(type) {
	case *rsa.PublicKey:
		if n := key.N.BitLen(); n >= 2048 && n <= 8192 && key.E <= 1<<16+1 {
			return nil
		}
	case *ecdsa.PublicKey:
		if n := key.Curve.Params().BitSize; n >= 256 {
			return nil
		}
	}
	return fail(BadKey)
}

// Signed checks that signature is one of cert's key over attributes: RSA PKCS#1
// v1.5 or ECDSA, with SHA-256.
func Signed(cert *x509.Certificate, attributes, signature []byte) error {
	if err := checkKey(cert); err != nil {
		return err
	}
	return checkValue(cert, crypto.SHA256, attributes, signature)
}

func checkValue(cert *x509.Certificate, hash crypto.Hash, signed, signature []byte) error {
	h := hash.New()
	h.Write(signed)
	sum := h.Sum(nil)
	ok := false
	switch key := cert.PublicKey.(type) {
	case *rsa.PublicKey:
		ok = rsa.VerifyPKCS1v15(key, hash, sum, signature) == nil
	case *ecdsa.PublicKey:
		ok = ecdsa.VerifyASN1(key, sum, signature)
	}
	if !ok {
		return fail(BadValue)
	}
	return nil
}

// CMS wraps attributes and their signature: a detached SignedData with cert, the
// chain without its root, and the time stamp over the signature if token is not nil.
func CMS(attributes, signature []byte, cert *x509.Certificate, chain []*x509.Certificate, token []byte) ([]byte, error) {
	if err := checkKey(cert); err != nil {
		return nil, err
	}
	if len(attributes) < 2 || attributes[0] != byte(set) {
		return nil, fail(BadFormat)
	}
	certs := [][]byte{cert.Raw}
	for _, c := range chain {
		if !bytes.Equal(c.RawIssuer, c.RawSubject) && !c.Equal(cert) {
			certs = append(certs, c.Raw)
		}
	}
	var b cryptobyte.Builder
	b.AddASN1(sequence, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(oidSignedData)
		nest(b, func(b *cryptobyte.Builder) {
			b.AddASN1Int64(1)
			nest(b, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(oidSHA256) }, set, sequence)
			b.AddASN1(sequence, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(oidData) })
			addSet(b, tag0, certs)
			nest(b, func(b *cryptobyte.Builder) { addSigner(b, attributes, signature, cert, token) }, set, sequence)
		}, tag0, sequence)
	})
	return built(&b)
}

// addSigner writes what stands in a SignerInfo.
func addSigner(b *cryptobyte.Builder, attributes, signature []byte, cert *x509.Certificate, token []byte) {
	b.AddASN1Int64(1)
	b.AddASN1(sequence, func(b *cryptobyte.Builder) {
		b.AddBytes(cert.RawIssuer)
		b.AddASN1BigInt(cert.SerialNumber)
	})
	b.AddASN1(sequence, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(oidSHA256) })
	b.AddBytes([]byte{byte(tag0)}) // what was signed bears the tag of a set, here that of the field
	b.AddBytes(attributes[1:])
	b.AddASN1(sequence, func(b *cryptobyte.Builder) {
		if _, ok := cert.PublicKey.(*rsa.PublicKey); ok {
			b.AddASN1ObjectIdentifier(oidRSA)
			b.AddASN1NULL()
		} else {
			b.AddASN1ObjectIdentifier(oidECDSA256)
		}
	})
	b.AddASN1OctetString(signature)
	if token != nil {
		addSet(b, tag1, [][]byte{attribute(oidStamp, func(b *cryptobyte.Builder) { b.AddBytes(token) })})
	}
}

// Key is who signs in one call: the institution's seal. The private key may be in
// a hardware module.
type Key struct {
	Signer crypto.Signer // RSA of 2048 bits or more, or P-256, P-384, P-521
	Cert   *x509.Certificate
	Chain  []*x509.Certificate // issuers; a root among them is left out
}

// cms signs a digest, and has the signature stamped unless st is nil.
func (k Key) cms(ctx context.Context, digest [32]byte, st Stamper) ([]byte, error) {
	attributes, err := Attributes(digest, k.Cert)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(attributes)
	signature, err := k.Signer.Sign(rand.Reader, sum[:], crypto.SHA256)
	if err != nil {
		return nil, &Error{Why: BadKey, Err: err}
	}
	if err := Signed(k.Cert, attributes, signature); err != nil {
		return nil, err // the key is not the certificate's
	}
	var token []byte
	if st != nil {
		if token, err = st.Stamp(ctx, sha256.Sum256(signature)); err != nil {
			return nil, err
		}
	}
	return CMS(attributes, signature, k.Cert, k.Chain, token)
}
