// Package efirmatest makes, at test time, certificates in the profile of the tax
// authority of Mexico, key files as it hands them out, and a responder that
// answers about them. Everybody in it is invented; nothing of it is kept.
package efirmatest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"sync"
	"testing"
	"time"
)

// Pair is a certificate with its key.
type Pair struct {
	Cert *x509.Certificate
	Key  *rsa.PrivateKey
}

// Sign makes the signature of a text as a browser does.
func (p Pair) Sign(tb testing.TB, text []byte) []byte {
	tb.Helper()
	h := crypto.SHA256.New()
	h.Write(text)
	s, err := rsa.SignPKCS1v15(rand.Reader, p.Key, crypto.SHA256, h.Sum(nil))
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// Authorities are a root, one below it that issues to taxpayers, and its
// responder.
type Authorities struct {
	Root, Issuer, Responder Pair
	now                     time.Time
	serials                 int64
}

// New makes authorities that are in date for some years around now.
func New(tb testing.TB, now time.Time) *Authorities { tb.Helper(); return authorities(tb, now, 0) }

// Strangers makes authorities with the same names and other keys.
func Strangers(tb testing.TB, now time.Time) *Authorities {
	tb.Helper()
	return authorities(tb, now, 3)
}

func authorities(tb testing.TB, now time.Time, slot int) *Authorities {
	tb.Helper()
	a := &Authorities{now: now, serials: 512345670}
	a.Root = issue(tb, spec{subject: plain("Autoridad Certificadora Raíz de Prueba"), ca: true, serial: big.NewInt(1), key: key(tb, slot, 2048), from: now.AddDate(-8, 0, 0), to: now.AddDate(12, 0, 0)}, nil)
	a.Issuer = issue(tb, spec{subject: plain("A.C. de Prueba"), ca: true, serial: big.NewInt(2), key: key(tb, slot+1, 2048), from: now.AddDate(-6, 0, 0), to: now.AddDate(6, 0, 0)}, &a.Root)
	a.Responder = issue(tb, spec{subject: plain("OCSP de Prueba"), serial: big.NewInt(3), key: key(tb, slot+2, 2048), from: now.AddDate(-1, 0, 0), to: now.AddDate(1, 0, 0), ocsp: true, usage: x509.KeyUsageDigitalSignature}, &a.Issuer)
	return a
}

// Person is whom a certificate is issued to, and how it differs from an ordinary
// e.firma of today.
type Person struct {
	Name, RFC, CURP string
	From, To        time.Time               // zero: issued a year ago, for four years
	Invoices        bool                    // a CSD
	Of              string                  // RFC of the representative: a legal person
	Bits            int                     // of the key; 0 is 2048
	Digest          x509.SignatureAlgorithm // 0 is SHA-256 with RSA
	By              *Pair                   // issuer; nil is that of the authorities
	CA              bool                    //
	OCSP            bool                    // with the purpose of answering
	NoSign          bool                    // not for signing
	Slot            int                     // people in different slots have different keys
}

// Issue makes a certificate and its key.
func (a *Authorities) Issue(tb testing.TB, p Person) Pair {
	tb.Helper()
	a.serials++
	bits := p.Bits
	if bits == 0 {
		bits = 2048
	}
	s := spec{
		serial: new(big.Int).SetBytes(fmt.Appendf(nil, "%020d", 1000000000000000000+a.serials)),
		key:    key(tb, 10+p.Slot, bits), from: p.From, to: p.To, ca: p.CA, ocsp: p.OCSP, digest: p.Digest,
		usage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment | x509.KeyUsageDataEncipherment | x509.KeyUsageKeyAgreement,
		mail:  !p.Invoices,
	}
	if p.NoSign {
		s.usage = x509.KeyUsageDataEncipherment
	}
	if s.from.IsZero() {
		s.from = a.now.AddDate(-1, 0, 0)
	}
	if s.to.IsZero() {
		s.to = s.from.AddDate(4, 0, 0)
	}
	rfc, curp := p.RFC, p.CURP
	if p.Of != "" {
		rfc, curp = p.RFC+" / "+p.Of, " / "+p.CURP
	}
	s.subject = pkix.RDNSequence{
		attribute(p.Name, 2, 5, 4, 3), attribute(p.Name, 2, 5, 4, 41), attribute(p.Name, 2, 5, 4, 10),
		attribute("MX", 2, 5, 4, 6), attribute(rfc, 2, 5, 4, 45), attribute(curp, 2, 5, 4, 5),
	}
	if p.Invoices {
		s.usage = x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment
		s.subject = append(s.subject, attribute("Matriz", 2, 5, 4, 11))
	}
	by := &a.Issuer
	if p.By != nil {
		by = p.By
	}
	return issue(tb, s, by)
}

// attribute is one of a subject, as PrintableString where it fits, else
// UTF8String, as the tax authority writes it.
func attribute(value string, oid ...int) pkix.RelativeDistinguishedNameSET {
	return pkix.RelativeDistinguishedNameSET{{Type: oid, Value: value}}
}

func plain(name string) pkix.RDNSequence {
	return pkix.RDNSequence{attribute(name, 2, 5, 4, 3), attribute("MX", 2, 5, 4, 6)}
}

// spec is one certificate.
type spec struct {
	subject        pkix.RDNSequence
	serial         *big.Int
	key            *rsa.PrivateKey
	from, to       time.Time
	ca, ocsp, mail bool
	usage          x509.KeyUsage
	digest         x509.SignatureAlgorithm
}

func issue(tb testing.TB, s spec, by *Pair) Pair {
	tb.Helper()
	raw, err := asn1.Marshal(s.subject)
	if err != nil {
		tb.Fatal(err)
	}
	t := &x509.Certificate{
		SerialNumber: s.serial, RawSubject: raw, NotBefore: s.from, NotAfter: s.to, KeyUsage: s.usage,
		BasicConstraintsValid: true, IsCA: s.ca, SignatureAlgorithm: s.digest,
	}
	if s.ca {
		t.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign | x509.KeyUsageDigitalSignature
	}
	if s.ocsp {
		t.ExtKeyUsage = append(t.ExtKeyUsage, x509.ExtKeyUsageOCSPSigning)
	}
	if s.mail && !s.ca {
		t.ExtKeyUsage = append(t.ExtKeyUsage, x509.ExtKeyUsageEmailProtection, x509.ExtKeyUsageClientAuth)
	}
	parent, signer := t, s.key
	if by != nil {
		parent, signer = by.Cert, by.Key
	}
	der, err := x509.CreateCertificate(rand.Reader, t, parent, s.key.Public(), signer)
	if err != nil {
		tb.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		tb.Fatal(err)
	}
	return Pair{cert, s.key}
}

// keys are made once a process, since each takes a good part of a second.
var keys = struct {
	sync.Mutex
	made map[[2]int]*rsa.PrivateKey
}{made: map[[2]int]*rsa.PrivateKey{}}

func key(tb testing.TB, slot, bits int) *rsa.PrivateKey {
	tb.Helper()
	keys.Lock()
	defer keys.Unlock()
	at := [2]int{slot, bits}
	if keys.made[at] == nil {
		k, err := rsa.GenerateKey(rand.Reader, bits)
		if err != nil {
			tb.Fatal(err)
		}
		keys.made[at] = k
	}
	return keys.made[at]
}
