package seal

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"declara/app/errs"
)

var noon = time.Date(2026, 5, 14, 18, 0, 0, 0, time.UTC)

// own is an authority and a seal as set-up makes them.
func own(t testing.TB) (authority, seal identity) {
	t.Helper()
	authority, err := newAuthority("Municipio de Valle Encinos", noon)
	if err != nil {
		t.Fatal(err)
	}
	if seal, err = newSeal("Municipio de Valle Encinos", authority, noon); err != nil {
		t.Fatal(err)
	}
	return authority, seal
}

// TestOwnSeal: what set-up makes is usable, hangs from its authority and may not
// itself make certificates.
func TestOwnSeal(t *testing.T) {
	authority, seal := own(t)
	if err := seal.usable(noon); err != nil {
		t.Error(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(authority.cert)
	if _, err := seal.cert.Verify(x509.VerifyOptions{Roots: roots, CurrentTime: noon.AddDate(9, 0, 0), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection}}); err != nil {
		t.Error(err)
	}
	if seal.cert.IsCA || !authority.cert.IsCA || !authority.cert.MaxPathLenZero {
		t.Error("who may make certificates")
	}
	if got := seal.cert.Subject.String(); got != "CN=Municipio de Valle Encinos,O=Municipio de Valle Encinos,C=MX" {
		t.Error(got)
	}
	long, err := newAuthority("Órgano Interno de Control del Ayuntamiento Constitucional de San Bartolo Coyotepec y sus Agencias", noon)
	if err != nil || len([]rune(long.cert.Subject.CommonName)) > 64 {
		t.Error(err, long.cert.Subject)
	}
}

func keyPEM(t testing.TB, key any) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

// made is a certificate with changes, under its own key.
func made(t testing.TB, key crypto.Signer, change func(*x509.Certificate)) *x509.Certificate {
	t.Helper()
	c := &x509.Certificate{Subject: pkix.Name{CommonName: "Sello"}, NotBefore: noon.Add(-time.Hour), NotAfter: noon.AddDate(1, 0, 0), BasicConstraintsValid: true}
	if change != nil {
		change(c)
	}
	out, err := issue(c, nil, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestRead: what may be brought is taken, and what may not has a sentence of its own.
func TestRead(t *testing.T) {
	authority, seal := own(t)
	_, other := own(t)
	p12 := func(e *pkcs12.Encoder, password string) []byte {
		b, err := e.Encode(seal.key, seal.cert, seal.chain, password)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	certs := asPEM([]*x509.Certificate{authority.cert, seal.cert})
	with := func(change func(*x509.Certificate)) []byte {
		return append(asPEM([]*x509.Certificate{made(t, seal.key, change)}), keyPEM(t, seal.key)...)
	}
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	old, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	trust, err := pkcs12.Modern.EncodeTrustStore([]*x509.Certificate{seal.cert}, "x")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		file, key []byte
		password  string
		want      string
	}{
		"modern":         {p12(pkcs12.Modern, "clave ñ"), nil, "clave ñ", ""},
		"legacy 3DES":    {p12(pkcs12.LegacyDES, "x"), nil, "x", ""},
		"legacy RC2":     {p12(pkcs12.LegacyRC2, "x"), nil, "x", ""},
		"no password":    {p12(pkcs12.Passwordless, ""), nil, "", ""},
		"wrong password": {p12(pkcs12.Modern, "x"), nil, "y", "seal.error.password"},
		"PEM, two files": {certs, keyPEM(t, seal.key), "", ""},
		"PEM, one file":  {append(keyPEM(t, seal.key), certs...), nil, "", ""},
		"no key":         {certs, nil, "", "seal.error.key.missing"},
		"no certificate": {keyPEM(t, seal.key), nil, "", "seal.error.certificate.missing"},
		"only trust":     {trust, nil, "x", "seal.error.key.missing"},
		"another key":    {certs, keyPEM(t, other.key), "", "seal.error.key.other"},
		"encrypted key":  {certs, []byte("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"), "", "seal.error.key.encrypted"},
		"old encryption": {certs, []byte("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: DES-EDE3-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n"), "", "seal.error.key.encrypted"},
		"nothing":        {nil, nil, "", "seal.error.nothing"},
		"a photograph":   {[]byte("\x89PNG\r\n\x1a\n"), nil, "", "seal.error.unreadable"},
		"DER of nothing": {[]byte{0x30, 0}, nil, "", "seal.error.unreadable"},
		"cut":            {p12(pkcs12.Modern, "x")[:300], nil, "x", "seal.error.unreadable"},
		"huge":           {make([]byte, maxBring+1), nil, "", "seal.error.large"},
		"expired":        {with(func(c *x509.Certificate) { c.NotBefore, c.NotAfter = noon.AddDate(-2, 0, 0), noon.AddDate(-1, 0, 0) }), nil, "", "seal.error.expired"},
		"of tomorrow":    {with(func(c *x509.Certificate) { c.NotBefore = noon.AddDate(0, 0, 1) }), nil, "", "seal.error.early"},
		"an authority":   {with(func(c *x509.Certificate) { c.IsCA = true }), nil, "", "seal.error.authority"},
		"for encryption": {with(func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment }), nil, "", "seal.error.usage"},
		"for invoices": {with(func(c *x509.Certificate) {
			c.Subject.OrganizationalUnit = []string{"Matriz"}
			c.Subject.ExtraNames = []pkix.AttributeTypeAndValue{{Type: oidRFC, Value: "EMP010101AAA"}}
		}), nil, "", "seal.error.invoices"},
		"RSA of 1024": {append(asPEM([]*x509.Certificate{made(t, small, nil)}), keyPEM(t, small)...), nil, "", "seal.error.weak"},
		"Ed25519":     {append(asPEM([]*x509.Certificate{made(t, edwards, nil)}), keyPEM(t, edwards)...), nil, "", "seal.error.kind"},
		"P-224":       {append(asPEM([]*x509.Certificate{made(t, old, nil)}), keyPEM(t, old)...), nil, "", "seal.error.kind"},
	} {
		id, err := read(c.file, c.key, c.password, noon)
		got := ""
		if e, ok := errors.AsType[*errs.Error](err); ok {
			got = e.Key
		} else if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s: %q, not %q", name, got, c.want)
		}
		if err == nil && !id.cert.Equal(seal.cert) {
			t.Errorf("%s: another certificate", name)
		}
	}
}

// TestReadOpenSSL: the files that people have, made by the program that makes them.
func TestReadOpenSSL(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("openssl is not installed")
	}
	dir := t.TempDir()
	_, seal := own(t)
	files := map[string][]byte{"c.pem": asPEM([]*x509.Certificate{seal.cert}), "k.pem": keyPEM(t, seal.key), "ca.pem": asPEM(seal.chain)}
	for name, b := range files {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, more := range map[string][]string{
		"now": nil, "3DES": {"-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-3DES", "-macalg", "sha1"}, "AES-128": {"-certpbe", "AES-128-CBC", "-keypbe", "AES-128-CBC"},
	} {
		out := filepath.Join(dir, "o.p12")
		cmd := exec.Command("openssl", append([]string{"pkcs12", "-export", "-in", "c.pem", "-inkey", "k.pem", "-certfile", "ca.pem", "-passout", "pass:clave", "-out", out}, more...)...)
		cmd.Dir = dir
		if b, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v %s", name, err, b)
		}
		b, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := read(b, nil, "clave", noon); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := read(b, nil, "otra", noon); err == nil {
			t.Errorf("%s: opens with any password", name)
		}
	}
}

// FuzzRead: whatever is brought, the answer is a sentence.
func FuzzRead(f *testing.F) {
	_, seal := own(f)
	b, err := pkcs12.Modern.WithIterations(1).Encode(seal.key, seal.cert, seal.chain, "x")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b, []byte(nil), "x")
	f.Add(asPEM(seal.chain), keyPEM(f, seal.key), "")
	f.Add([]byte{0x30, 0x03, 2, 1, 3}, []byte(nil), "")
	f.Fuzz(func(t *testing.T, file, key []byte, password string) {
		if _, err := read(file, key, password, noon); err != nil && errs.CodeOf(err) != errs.Invalid {
			t.Fatal(err)
		}
	})
}
