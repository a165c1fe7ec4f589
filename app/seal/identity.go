package seal

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"math/big"
	"strings"
	"time"
)

// How long what we make ourselves lasts. An authority outlives the seals that it
// makes; a seal is to be renewed while most of the documents that it sealed are
// still looked at.
const (
	authorityYears = 30
	sealYears      = 10
	// remindBefore is how long before its end an administrator is told that a
	// seal should be changed.
	remindBefore = 180 * 24 * time.Hour
	// slack lets a clock that is behind ours believe a fresh certificate, and one that
	// is first used by a receipt of a complaint, which tells of the day alone, be good at
	// the beginning of that day wherever it is.
	slack = 24 * time.Hour
)

// documentSigning is id-kp-documentSigning (RFC 9336).
var documentSigning = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 36}

// identity is what seals: a key, its certificate and those above it. The key is a
// crypto.Signer and nothing more is asked of it, so it may live in a hardware
// module.
type identity struct {
	key   crypto.Signer
	cert  *x509.Certificate
	chain []*x509.Certificate // issuers, nearest first
}

// midnight is the day of a moment. Certificates tell no hour: the first one may be made
// because somebody just complained.
func midnight(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// newAuthority makes the institution's own authority.
func newAuthority(name string, now time.Time) (identity, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return identity{}, fmt.Errorf("seal: authority: %w", err)
	}
	name = commonName(name)
	cert, err := issue(&x509.Certificate{
		Subject:  pkix.Name{CommonName: commonName("Autoridad de sello, " + name), Organization: []string{name}, Country: []string{"MX"}},
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, BasicConstraintsValid: true, IsCA: true, MaxPathLenZero: true,
		NotBefore: midnight(now.Add(-slack)), NotAfter: midnight(now.AddDate(authorityYears, 0, 0)),
	}, nil, &key.PublicKey, key)
	return identity{key: key, cert: cert}, err
}

// newSeal makes a seal under an authority.
func newSeal(name string, authority identity, now time.Time) (identity, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return identity{}, fmt.Errorf("seal: key: %w", err)
	}
	name = commonName(name)
	until := midnight(now.AddDate(sealYears, 0, 0))
	if until.After(authority.cert.NotAfter) {
		until = authority.cert.NotAfter
	}
	cert, err := issue(&x509.Certificate{
		Subject:  pkix.Name{CommonName: name, Organization: []string{name}, Country: []string{"MX"}},
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment, BasicConstraintsValid: true,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection}, UnknownExtKeyUsage: []asn1.ObjectIdentifier{documentSigning},
		NotBefore: midnight(now.Add(-slack)), NotAfter: until,
	}, authority.cert, &key.PublicKey, authority.key)
	return identity{key: key, cert: cert, chain: []*x509.Certificate{authority.cert}}, err
}

// issue signs a certificate; without a parent it is its own.
func issue(t, parent *x509.Certificate, public crypto.PublicKey, by crypto.Signer) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, fmt.Errorf("seal: serial: %w", err)
	}
	t.SerialNumber = serial.Add(serial, big.NewInt(1))
	if parent == nil {
		parent = t
	}
	der, err := x509.CreateCertificate(rand.Reader, t, parent, public, by)
	if err != nil {
		return nil, fmt.Errorf("seal: certificate: %w", err)
	}
	return x509.ParseCertificate(der)
}

// commonName is a name as a certificate takes it: one line of at most 64 letters
// (RFC 5280, ub-common-name).
func commonName(name string) string {
	letters := []rune(strings.Join(strings.Fields(name), " "))
	return strings.TrimSpace(string(letters[:min(64, len(letters))]))
}

// Fingerprint is the SHA-256 of a certificate, hex: what a person compares.
func Fingerprint(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	return hex.EncodeToString(sum[:])
}

// asPEM writes certificates one after the other.
func asPEM(certs []*x509.Certificate) []byte {
	var out []byte
	for _, c := range certs {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	return out
}

// raw are the DER bytes of certificates.
func raw(certs []*x509.Certificate) [][]byte {
	out := make([][]byte, len(certs))
	for i, c := range certs {
		out[i] = c.Raw
	}
	return out
}
