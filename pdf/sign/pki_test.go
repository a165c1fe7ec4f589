package sign_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"strings"
	"sync"
	"testing"

	"declara/pdf/sign"
)

// authority is a certificate with its key.
type authority struct {
	cert *x509.Certificate
	key  crypto.Signer
}

func (a authority) pool() *x509.CertPool {
	p := x509.NewCertPool()
	p.AddCert(a.cert)
	return p
}

// pki are all the certificates of the tests: root and AC as the tax authority has
// them, an e.firma in its shape, the institution's own CA and seal, an authority of
// time stamps.
type pki struct {
	arc, ac, efirma, efirmaCDP authority
	ca, seal                   authority
	stampRoot, stamps          authority
}

var keys = sync.OnceValue(func() *pki {
	p := &pki{}
	p.arc = issue(nil, rsaKey(), caOf("AGENCIA REGISTRADORA CENTRAL", 1))
	p.ac = issue(&p.arc, rsaKey(), caOf("AUTORIDAD CERTIFICADORA", 2))
	person := rsaKey()
	p.efirma = issue(&p.ac, person, taxpayer("00001000000512345678"))
	withPoint := taxpayer("00001000000512345679")
	withPoint.CRLDistributionPoints = []string{"http://127.0.0.1:1/c.crl"} // what pdfsig wants to say "Trusted"
	p.efirmaCDP = issue(&p.ac, person, withPoint)
	p.ca = issue(nil, ecKey(), caOf("Autoridad de sellos del Municipio de Valle Encinos", 3))
	seal := leaf("Sello del Municipio de Valle Encinos", 4)
	seal.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection}
	seal.CRLDistributionPoints = withPoint.CRLDistributionPoints
	p.seal = issue(&p.ca, ecKey(), seal)
	p.stampRoot = issue(nil, ecKey(), caOf("Raíz de sellos de tiempo", 5))
	p.stamps = issue(&p.stampRoot, ecKey(), stampLeaf(6))
	return p
})

func (p *pki) person() sign.Key {
	return sign.Key{Signer: p.efirma.key, Cert: p.efirma.cert, Chain: []*x509.Certificate{p.ac.cert, p.arc.cert}}
}

func (p *pki) sealer() sign.Key {
	return sign.Key{Signer: p.seal.key, Cert: p.seal.cert, Chain: []*x509.Certificate{p.ca.cert}}
}

func (p *pki) trust() sign.Trust {
	return sign.Trust{Seals: p.ca.pool(), Signers: p.arc.pool(), Stamps: p.stampRoot.pool()}
}

func rsaKey() crypto.Signer {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
}

func ecKey() crypto.Signer {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	return k
}

// issue makes a certificate; without an issuer it signs itself.
func issue(by *authority, key crypto.Signer, template *x509.Certificate) authority {
	template.NotBefore, template.NotAfter = filedAt.AddDate(-1, 0, 0), filedAt.AddDate(40, 0, 0) // programs of others look at the machine's clock
	parent, signer := template, key
	if by != nil {
		parent, signer = by.cert, by.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		panic(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return authority{cert, key}
}

func caOf(called string, serial int64) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: called, Country: []string{"MX"}},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign | x509.KeyUsageDigitalSignature,
	}
}

func leaf(called string, serial int64) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: called, Country: []string{"MX"}},
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
	}
}

func stampLeaf(serial int64) *x509.Certificate {
	t := leaf("Sellos de tiempo", serial)
	t.KeyUsage = x509.KeyUsageDigitalSignature
	value, err := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 8}})
	if err != nil {
		panic(err)
	}
	t.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: true, Value: value}}
	return t
}

// taxpayer is an e.firma as the tax authority shapes it: the serial is twenty
// digits in ASCII, the subject has its own order and kinds of string.
func taxpayer(serial string) *x509.Certificate {
	upper := strings.ToUpper(official)
	t := leaf("", 0)
	t.SerialNumber = new(big.Int).SetBytes([]byte(serial))
	t.KeyUsage |= x509.KeyUsageDataEncipherment | x509.KeyUsageKeyAgreement
	t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection, x509.ExtKeyUsageClientAuth}
	type rdn struct {
		id    asn1.ObjectIdentifier
		value string
	}
	var name pkix.RDNSequence
	for _, r := range []rdn{
		{asn1.ObjectIdentifier{2, 5, 4, 3}, upper}, {asn1.ObjectIdentifier{2, 5, 4, 41}, upper}, {asn1.ObjectIdentifier{2, 5, 4, 10}, upper},
		{asn1.ObjectIdentifier{2, 5, 4, 6}, "MX"}, {asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 1}, "mn@ejemplo.invalid"},
		{asn1.ObjectIdentifier{2, 5, 4, 45}, "NUIG800101AB3"}, {asn1.ObjectIdentifier{2, 5, 4, 5}, "NUIG800101MVZXBD09"},
	} {
		name = append(name, pkix.RelativeDistinguishedNameSET{{Type: r.id, Value: r.value}})
	}
	raw, err := asn1.Marshal(name)
	if err != nil {
		panic(err)
	}
	t.RawSubject = raw
	return t
}

// sealed is a declaration with both signatures, and its length after the first.
func sealed(t testing.TB, st sign.Stamper) (pdf []byte, first int) {
	t.Helper()
	k := keys()
	one, err := sign.Seal(t.Context(), one(), signerRequest(), k.person(), st)
	if err != nil {
		t.Fatal(err)
	}
	two, err := sign.Seal(t.Context(), one, sealRequest(), k.sealer(), st)
	if err != nil {
		t.Fatal(err)
	}
	return two, len(one)
}

func pemKey(t testing.TB, key crypto.Signer) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}
