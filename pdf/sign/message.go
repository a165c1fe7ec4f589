package sign

import (
	"bytes"
	"crypto"
	"crypto/sha1" // what old time stamps name their certificate by; never of content
	"crypto/x509"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// message is a CMS SignedData that was read: one signer with signed attributes.
type message struct {
	content    oid    // what the content is
	inside     []byte // the content, nil when it lies elsewhere
	certs      []*x509.Certificate
	issuer     []byte // of the signer's certificate
	serial     *big.Int
	hash       crypto.Hash
	attributes []byte // as they were signed, with the tag of a set
	signed     map[string]cryptobyte.String
	algorithm  oid
	value      []byte // the signature
	token      []byte // a time stamp over it
}

const (
	maxMessage = 256 << 10
	maxCerts   = 12 // each may be tried as the issuer of each
)

var hashes = map[string]crypto.Hash{
	oidSHA256.String(): crypto.SHA256, oidSHA384.String(): crypto.SHA384, oidSHA512.String(): crypto.SHA512,
}

// readMessage reads a CMS in DER with nothing after it.
func readMessage(der []byte) (*message, error) {
	m := &message{signed: map[string]cryptobyte.String{}}
	if len(der) > maxMessage {
		return nil, fail(TooLarge)
	}
	in := cryptobyte.String(der)
	var all, wrapped, body, algorithms, inner, certs, list, signer cryptobyte.String
	var kind oid
	var version int
	var has bool
	ok := in.ReadASN1(&all, sequence) && in.Empty() &&
		all.ReadASN1ObjectIdentifier(&kind) && kind.Equal(oidSignedData) &&
		all.ReadASN1(&wrapped, tag0) && all.Empty() &&
		wrapped.ReadASN1(&body, sequence) && wrapped.Empty() &&
		body.ReadASN1Integer(&version) &&
		body.ReadASN1(&algorithms, set) &&
		body.ReadASN1(&inner, sequence) &&
		inner.ReadASN1ObjectIdentifier(&m.content) &&
		body.ReadOptionalASN1(&certs, &has, tag0) &&
		body.SkipOptionalASN1(tag1) &&
		body.ReadASN1(&list, set) && body.Empty() &&
		list.ReadASN1(&signer, sequence) && list.Empty() // exactly one
	if !ok {
		return nil, fail(BadFormat)
	}
	if !inner.Empty() {
		var octets, content cryptobyte.String
		if !inner.ReadASN1(&octets, tag0) || !inner.Empty() || !octets.ReadASN1(&content, casn1.OCTET_STRING) || !octets.Empty() {
			return nil, fail(BadFormat)
		}
		m.inside = content
	}
	if err := m.readCerts(certs); err != nil {
		return nil, err
	}
	if !m.readSigner(signer) {
		return nil, fail(BadFormat)
	}
	return m, nil
}

func (m *message) readCerts(in cryptobyte.String) error {
	for !in.Empty() {
		var der cryptobyte.String
		var tag casn1.Tag
		if !in.ReadAnyASN1Element(&der, &tag) || len(m.certs) == maxCerts {
			return fail(BadFormat)
		}
		if tag != sequence {
			continue // an attribute certificate, which proves nothing here
		}
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return fail(BadFormat)
		}
		if checkKey(c) != nil {
			continue // never to be verified with
		}
		m.certs = append(m.certs, c)
	}
	return nil
}

func (m *message) readSigner(in cryptobyte.String) bool {
	var sid, digest, attributes, algorithm cryptobyte.String
	var version int
	var id oid
	m.serial = new(big.Int)
	ok := in.ReadASN1Integer(&version) && version == 1 &&
		in.ReadASN1(&sid, sequence) &&
		sid.ReadASN1Element((*cryptobyte.String)(&m.issuer), sequence) &&
		sid.ReadASN1Integer(m.serial) && sid.Empty() &&
		in.ReadASN1(&digest, sequence) && digest.ReadASN1ObjectIdentifier(&id) &&
		in.ReadASN1Element(&attributes, tag0) &&
		in.ReadASN1(&algorithm, sequence) && algorithm.ReadASN1ObjectIdentifier(&m.algorithm) &&
		in.ReadASN1((*cryptobyte.String)(&m.value), casn1.OCTET_STRING)
	if !ok {
		return false
	}
	if m.hash, ok = hashes[id.String()]; !ok {
		return false
	}
	m.attributes = append([]byte{byte(set)}, attributes[1:]...)
	list := cryptobyte.String(m.attributes)
	if !list.ReadASN1(&attributes, set) || !readAttributes(attributes, m.signed) {
		return false
	}
	if in.Empty() {
		return true
	}
	var unsigned cryptobyte.String
	more := map[string]cryptobyte.String{}
	if !in.ReadASN1(&unsigned, tag1) || !in.Empty() || !readAttributes(unsigned, more) {
		return false
	}
	m.token = more[oidStamp.String()]
	return true
}

// readAttributes reads attributes of one value each; one said twice is refused.
func readAttributes(in cryptobyte.String, into map[string]cryptobyte.String) bool {
	for !in.Empty() {
		var a, values, value cryptobyte.String
		var id oid
		var tag casn1.Tag
		if !in.ReadASN1(&a, sequence) || !a.ReadASN1ObjectIdentifier(&id) || !a.ReadASN1(&values, set) || !a.Empty() ||
			!values.ReadAnyASN1Element(&value, &tag) || !values.Empty() {
			return false
		}
		if _, twice := into[id.String()]; twice {
			return false
		}
		into[id.String()] = value
	}
	return true
}

// check judges a message whose content has the given digest: content type and
// digest that were signed, the certificate that they name, and the signature.
func (m *message) check(kind oid, digest func(crypto.Hash) []byte) (*x509.Certificate, error) {
	var said oid
	t := m.signed[oidContentType.String()]
	if !t.ReadASN1ObjectIdentifier(&said) || !t.Empty() || !said.Equal(kind) || !m.content.Equal(kind) {
		return nil, fail(BadFormat)
	}
	var sum cryptobyte.String
	d := m.signed[oidDigest.String()]
	if !d.ReadASN1(&sum, casn1.OCTET_STRING) || !d.Empty() {
		return nil, fail(BadFormat)
	}
	if !bytes.Equal(sum, digest(m.hash)) {
		return nil, fail(BadDigest)
	}
	cert := m.signer()
	switch {
	case m.signed[oidSignerV2.String()] == nil && m.signed[oidSigner.String()] == nil:
		return nil, fail(BadFormat) // not of the CAdES profile: any certificate of that key would fit
	case cert == nil || !m.named(cert, kind):
		return nil, fail(BadSigner)
	}
	if !m.fits(cert) {
		return cert, fail(BadKey)
	}
	return cert, checkValue(cert, m.hash, m.attributes, m.value)
}

// signer is the certificate with the issuer and serial of the signer.
func (m *message) signer() *x509.Certificate {
	for _, c := range m.certs {
		if bytes.Equal(c.RawIssuer, m.issuer) && c.SerialNumber.Cmp(m.serial) == 0 {
			return c
		}
	}
	return nil
}

// named reports whether the signed attributes name this certificate by its hash.
// Only a time stamp may name it by SHA-1, as RFC 3161 did.
func (m *message) named(cert *x509.Certificate, kind oid) bool {
	value, v2 := m.signed[oidSignerV2.String()]
	if !v2 {
		value = m.signed[oidSigner.String()]
		if !kind.Equal(oidStampInfo) {
			return false
		}
	}
	var outer, list, first, said cryptobyte.String
	if !value.ReadASN1(&outer, sequence) || !outer.ReadASN1(&list, sequence) || !list.ReadASN1(&first, sequence) {
		return false
	}
	hash := crypto.SHA1
	if v2 {
		hash = crypto.SHA256
		if first.PeekASN1Tag(sequence) {
			var algorithm cryptobyte.String
			var id oid
			var ok bool
			if !first.ReadASN1(&algorithm, sequence) || !algorithm.ReadASN1ObjectIdentifier(&id) {
				return false
			}
			if hash, ok = hashes[id.String()]; !ok {
				return false
			}
		}
	}
	if !first.ReadASN1(&said, casn1.OCTET_STRING) {
		return false
	}
	if hash == crypto.SHA1 {
		sum := sha1.Sum(cert.Raw)
		return bytes.Equal(said, sum[:])
	}
	h := hash.New()
	h.Write(cert.Raw)
	return bytes.Equal(said, h.Sum(nil))
}

// fits reports whether the algorithm of the signature is of the kind of the key and
// of the digest.
func (m *message) fits(cert *x509.Certificate) bool {
	var allowed []oid
	switch cert.PublicKeyAlgorithm {
	case x509.RSA:
		allowed = []oid{oidRSA, map[crypto.Hash]oid{crypto.SHA256: oidRSA256, crypto.SHA384: oidRSA384, crypto.SHA512: oidRSA512}[m.hash]}
	case x509.ECDSA:
		allowed = []oid{map[crypto.Hash]oid{crypto.SHA256: oidECDSA256, crypto.SHA384: oidECDSA384, crypto.SHA512: oidECDSA512}[m.hash]}
	}
	for _, a := range allowed {
		if a.Equal(m.algorithm) {
			return true
		}
	}
	return false
}

// hashOf gives the digests of parts that follow each other, each computed once.
func hashOf(parts ...[]byte) func(crypto.Hash) []byte {
	known := map[crypto.Hash][]byte{}
	return func(h crypto.Hash) []byte {
		if known[h] == nil {
			w := h.New()
			for _, p := range parts {
				w.Write(p)
			}
			known[h] = w.Sum(nil)
		}
		return known[h]
	}
}
