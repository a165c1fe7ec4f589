package declare

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"declara/forms"
	pades "declara/pdf/sign"
)

// TestStampedSignature signs with a time stamp of an authority that is OpenSSL: the
// signature carries it, it fits in the paper, and a stranger reads its hour.
func TestStampedSignature(t *testing.T) {
	url, root := stampAuthority(t)
	roots := x509.NewCertPool()
	roots.AddCert(root)
	stamper := pades.NewStamper(url, nil, roots, pades.StampOptions{})
	s := newSigner(t, forms.Simplified)
	s.sign(func(ctx context.Context, _ string, digest [32]byte) ([]byte, error) {
		return stamper.Stamp(ctx, digest)
	})
	g := s.prepare()
	f, err := s.CompleteSignature(s.ctx, s.who, s.id, g.ID, s.both(s.pair, g))
	if err != nil {
		t.Fatal(err)
	}
	signers := x509.NewCertPool()
	signers.AddCert(s.Root.Cert)
	report, err := pades.Verify(s.signed().PDF, pades.Trust{Signers: signers, Stamps: roots, At: func(pades.Signature) time.Time { return f.Filed }})
	if err != nil || len(report.Signatures) != 1 || !report.Signatures[0].Valid || report.Signatures[0].Stamped == nil {
		t.Fatalf("%+v, %v", report, err)
	}
	if time.Since(*report.Signatures[0].Stamped).Abs() > time.Hour {
		t.Errorf("stamped at %v", report.Signatures[0].Stamped)
	}
}

// stampAuthority is `openssl ts` behind an address, and its root.
func stampAuthority(t *testing.T) (url string, root *x509.Certificate) {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("no openssl")
	}
	dir, now := t.TempDir(), time.Now()
	issue := func(c, parent *x509.Certificate, key, by *ecdsa.PrivateKey) *x509.Certificate {
		c.NotBefore, c.NotAfter = now.AddDate(-2, 0, 0), now.AddDate(9, 0, 0)
		if parent == nil {
			parent = c
		}
		der, err := x509.CreateCertificate(rand.Reader, c, parent, key.Public(), by)
		if err != nil {
			t.Fatal(err)
		}
		out, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	var keys [2]*ecdsa.PrivateKey
	for i := range keys {
		var err error
		if keys[i], err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
			t.Fatal(err)
		}
	}
	usage, err := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 8}})
	if err != nil {
		t.Fatal(err)
	}
	root = issue(&x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Raíz"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}, nil, keys[0], keys[0])
	leaf := issue(&x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "Sellos de tiempo"}, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: true, Value: usage}}}, root, keys[1], keys[0])
	key, err := x509.MarshalPKCS8PrivateKey(keys[1])
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{
		"tsa.pem": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leaf.Raw}),
		"key.pem": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}), "serial": []byte("01\n"),
		"c.cnf": []byte("[tsa]\ndefault_tsa=t\n[t]\nserial=serial\nsigner_cert=tsa.pem\nsigner_key=key.pem\nsigner_digest=sha256\ndigests=sha256\ndefault_policy=1.2.3.4\ness_cert_id_alg=sha256\n"),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query, err := io.ReadAll(r.Body)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, "q"), query, 0o600)
		}
		cmd := exec.Command("openssl", "ts", "-reply", "-config", "c.cnf", "-queryfile", "q", "-out", "r")
		cmd.Dir = dir
		if said, failed := cmd.CombinedOutput(); err != nil || failed != nil {
			t.Errorf("openssl ts: %v %v %s", err, failed, said)
			return
		}
		answer, err := os.ReadFile(filepath.Join(dir, "r"))
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "application/timestamp-reply")
		_, _ = w.Write(answer)
	}))
	t.Cleanup(server.Close)
	return server.URL, root
}
