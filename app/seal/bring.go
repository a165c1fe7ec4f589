package seal

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"slices"
	"time"

	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
	"software.sslmate.com/src/go-pkcs12"

	"declara/app/errs"
	"declara/pdf/sign"
)

// maxBring is the most that a file with a seal may be: a key and a few certificates.
const maxBring = 64 << 10

// leastRSA is the size of an RSA key that is still strong; what is above mostRSA no
// verifier takes, ours included.
const (
	leastRSA = 2048
	mostRSA  = 8192
)

// read takes a seal of its own out of what an administrator brought: a PKCS#12
// file with its password, or PEM with the certificate and the key, in one file or
// two. Every refusal is a sentence that says how to mend it; none holds a byte of
// the file.
func read(file, keyFile []byte, password string, now time.Time) (identity, error) {
	if len(file) == 0 {
		return identity{}, refused("seal.error.nothing")
	}
	if len(file) > maxBring || len(keyFile) > maxBring {
		return identity{}, refused("seal.error.large")
	}
	var id identity
	var err error
	if bytes.Contains(file, []byte("-----BEGIN ")) {
		id, err = readPEM(append(slices.Clip(file), append([]byte("\n"), keyFile...)...))
	} else {
		id, err = readPKCS12(file, password)
	}
	if err != nil {
		return identity{}, err
	}
	return id, id.usable(now)
}

func refused(key string, args ...string) error { return errs.New(errs.Invalid, key, args...) }

// readPKCS12 opens a .p12 or .pfx file. Old programs wrote them with RC2 or
// triple DES, which the library still opens; what it does not know is said as
// such, and not as a wrong password.
func readPKCS12(file []byte, password string) (id identity, err error) {
	defer func() {
		if recover() != nil { // a parser of somebody else's, over somebody else's file
			id, err = identity{}, refused("seal.error.unreadable")
		}
	}()
	if err := wholeDER(file); err != nil {
		return id, err
	}
	if slow(cryptobyte.String(file), 0) {
		return id, refused("seal.error.slow")
	}
	key, cert, chain, err := pkcs12.DecodeChain(file, password)
	if _, unknown := errors.AsType[pkcs12.NotImplementedError](err); unknown {
		return id, refused("seal.error.encryption")
	}
	switch {
	case errors.Is(err, pkcs12.ErrIncorrectPassword), errors.Is(err, pkcs12.ErrDecryption):
		return id, refused("seal.error.password")
	case err != nil && bytes.Contains([]byte(err.Error()), []byte("private key missing")):
		return id, refused("seal.error.key.missing")
	case err != nil && bytes.Contains([]byte(err.Error()), []byte("certificate missing")):
		return id, refused("seal.error.certificate.missing")
	case err != nil:
		return id, refused("seal.error.unreadable")
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return id, refused("seal.error.kind")
	}
	return identity{key: signer, cert: cert, chain: chain}, nil
}

// wholeDER refuses what is not one DER sequence before a library is asked.
func wholeDER(file []byte) error {
	var v asn1.RawValue
	if rest, err := asn1.Unmarshal(file, &v); err != nil || len(bytes.TrimSpace(rest)) > 0 || v.Tag != asn1.TagSequence {
		return refused("seal.error.unreadable")
	}
	return nil
}

// maxRounds is how often a password may be hashed: programs write some thousands, and
// the file says how often, two thousand million times included.
const maxRounds = 2_000_000

// slow reports whether a file asks for more rounds than that. A number of rounds is
// the only small number in one that is above it, certificates apart. What is
// encrypted is not seen, which takes who knows the password.
func slow(in cryptobyte.String, depth int) bool {
	for depth < 32 && !in.Empty() {
		var e, inner cryptobyte.String
		var tag casn1.Tag
		if !in.ReadAnyASN1Element(&e, &tag) {
			return false
		}
		whole := e
		if !e.ReadAnyASN1(&inner, &tag) {
			return false
		}
		switch {
		case tag == casn1.INTEGER:
			var n int64
			if whole.ReadASN1Integer(&n) && n > maxRounds {
				return true
			}
		case tag == casn1.OCTET_STRING && len(inner) > 0 && inner[0] == byte(casn1.SEQUENCE), tag&0x20 != 0:
			if _, err := x509.ParseCertificate(inner); err != nil && slow(inner, depth+1) {
				return true
			}
		}
	}
	return false
}

// readPEM reads certificates and one key. The certificate of the seal is the one
// that the key belongs to, wherever it stands.
func readPEM(file []byte) (identity, error) {
	var certs []*x509.Certificate
	var key crypto.Signer
	for {
		var b *pem.Block
		if b, file = pem.Decode(file); b == nil {
			break
		}
		switch {
		case b.Type == "CERTIFICATE" && len(certs) < 16:
			c, err := x509.ParseCertificate(b.Bytes)
			if err != nil {
				return identity{}, refused("seal.error.unreadable")
			}
			certs = append(certs, c)
		case b.Type == "ENCRYPTED PRIVATE KEY", b.Headers["DEK-Info"] != "":
			return identity{}, refused("seal.error.key.encrypted")
		case b.Type == "PRIVATE KEY", b.Type == "EC PRIVATE KEY", b.Type == "RSA PRIVATE KEY":
			k, err := parseKey(b)
			if err != nil {
				return identity{}, err
			}
			key = k
		}
	}
	switch {
	case len(certs) == 0:
		return identity{}, refused("seal.error.certificate.missing")
	case key == nil:
		return identity{}, refused("seal.error.key.missing")
	}
	for i, c := range certs {
		if belongs(key, c) {
			return identity{key, c, slices.Delete(certs, i, i+1)}, nil
		}
	}
	return identity{}, refused("seal.error.key.other")
}

func parseKey(b *pem.Block) (crypto.Signer, error) {
	var k any
	var err error
	switch b.Type {
	case "EC PRIVATE KEY":
		k, err = x509.ParseECPrivateKey(b.Bytes)
	case "RSA PRIVATE KEY":
		k, err = x509.ParsePKCS1PrivateKey(b.Bytes)
	default:
		k, err = x509.ParsePKCS8PrivateKey(b.Bytes)
	}
	if err != nil {
		return nil, refused("seal.error.unreadable")
	}
	if signer, ok := k.(crypto.Signer); ok {
		return signer, nil
	}
	return nil, refused("seal.error.kind")
}

// belongs reports whether a key is that of a certificate.
func belongs(key crypto.Signer, c *x509.Certificate) bool {
	public, ok := key.Public().(interface{ Equal(crypto.PublicKey) bool })
	return ok && public.Equal(c.PublicKey)
}

// Of a certificate of SAT for invoices: the RFC, which every one of SAT has, and
// the name of a branch, which only those for invoices have.
var (
	oidRFC  = asn1.ObjectIdentifier{2, 5, 4, 45}
	oidUnit = asn1.ObjectIdentifier{2, 5, 4, 11}
)

// usable checks that a seal may be used from now on.
func (id identity) usable(now time.Time) error {
	c := id.cert
	if !belongs(id.key, c) {
		return refused("seal.error.key.other")
	}
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		if key.N.BitLen() < leastRSA {
			return refused("seal.error.weak")
		}
		if key.N.BitLen() > mostRSA {
			return refused("seal.error.strong")
		}
	case *ecdsa.PublicKey:
		if key.Curve != elliptic.P256() && key.Curve != elliptic.P384() && key.Curve != elliptic.P521() {
			return refused("seal.error.kind")
		}
	default:
		return refused("seal.error.kind")
	}
	switch {
	case now.After(c.NotAfter):
		return refused("seal.error.expired", c.NotAfter.Format(time.DateOnly))
	case now.Before(c.NotBefore):
		return refused("seal.error.early", c.NotBefore.Format(time.DateOnly))
	case c.IsCA:
		return refused("seal.error.authority")
	case c.KeyUsage != 0 && c.KeyUsage&(x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment) == 0:
		return refused("seal.error.usage")
	case named(c, oidRFC) && named(c, oidUnit):
		return refused("seal.error.invoices")
	}
	return id.tryOut()
}

// named reports whether the subject of a certificate has an attribute.
func named(c *x509.Certificate, oid asn1.ObjectIdentifier) bool {
	for _, a := range c.Subject.Names {
		if a.Type.Equal(oid) {
			return true
		}
	}
	return false
}

// tryOut signs something with the key and verifies it as papers are verified: a
// module that is locked, a key that only looks right, or one that our own verifier
// does not take, is found now and not at a filing.
func (id identity) tryOut() error {
	something := []byte("declara: a key is tried out")
	digest := sha256.Sum256(something)
	signature, err := id.key.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		return refused("seal.error.signs")
	}
	switch err := sign.Signed(id.cert, something, signature); {
	case errors.Is(err, &sign.Error{Why: sign.BadKey}):
		return refused("seal.error.strong")
	case err != nil:
		return refused("seal.error.signs")
	}
	return nil
}
