package efirma_test

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"declara/pdf/sign/efirma"
	"declara/pdf/sign/efirma/efirmatest"
)

// TestOpenSSLAnswers asks a responder of OpenSSL, whose reading of a question and
// whose answers are not ours.
func TestOpenSSLAnswers(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("no openssl")
	}
	now := time.Now() // OpenSSL has no other clock
	a := efirmatest.New(t, now)
	good, bad := a.Issue(t, person()), a.Issue(t, person())
	dir := t.TempDir()
	put := func(name string, b []byte) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	key, err := x509.MarshalPKCS8PrivateKey(a.Responder.Key)
	if err != nil {
		t.Fatal(err)
	}
	line := func(state, revoked string, p efirmatest.Pair) string {
		return fmt.Sprintf("%s\t%s\t%s\t%X\tunknown\t/CN=X\n", state, p.Cert.NotAfter.UTC().Format("060102150405Z"), revoked, p.Cert.SerialNumber)
	}
	gone := now.Add(-time.Hour).UTC().Truncate(time.Second)
	args := []string{
		"ocsp", "-index", put("index.txt", []byte(line("V", "", good)+line("R", gone.Format("060102150405Z"), bad))),
		"-CA", put("ac.pem", pemOf(a.Issuer)), "-rsigner", put("ocsp.pem", pemOf(a.Responder)),
		"-rkey", put("ocsp.key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})), "-nmin", "1",
		"-reqin", filepath.Join(dir, "question.der"), "-respout", filepath.Join(dir, "answer.der"),
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		question, err := io.ReadAll(r.Body)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, "question.der"), question, 0o600)
		}
		if err == nil {
			err = exec.Command("openssl", args...).Run()
		}
		answer, failed := os.ReadFile(filepath.Join(dir, "answer.der"))
		if err != nil || failed != nil {
			http.Error(w, fmt.Sprint(err, failed), http.StatusInternalServerError)
			return
		}
		_, _ = w.Write(answer)
	}))
	t.Cleanup(server.Close)
	trust := efirma.Trust{Authorities: []*x509.Certificate{a.Root.Cert, a.Issuer.Cert}}
	got, err := trust.Ask(t.Context(), efirma.Responder{URL: server.URL}, good.Cert, a.Issuer.Cert, time.Now())
	if err != nil || !got.Good || !got.Nonce || !got.Signer.Equal(a.Responder.Cert) {
		t.Errorf("a good one: %+v, %v", got, err)
	}
	got, err = trust.Ask(t.Context(), efirma.Responder{URL: server.URL}, bad.Cert, a.Issuer.Cert, time.Now())
	if err != nil || got.Good || !got.Revoked.Equal(gone) {
		t.Errorf("a revoked one: %+v, %v", got, err)
	}
	stranger := a.Issue(t, person())
	if _, err := trust.Ask(t.Context(), efirma.Responder{URL: server.URL}, stranger.Cert, a.Issuer.Cert, time.Now()); why(t, err) != efirma.Unknown {
		t.Errorf("one that it does not know: %v", err)
	}
}

// TestOpenSSLCertificate reads and checks a certificate that OpenSSL made in the
// profile of the tax authority: strings, order and serial number as it writes them.
func TestOpenSSLCertificate(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("no openssl")
	}
	now := time.Now()
	a := efirmatest.New(t, now)
	dir := t.TempDir()
	put := func(name string, b []byte) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	run := func(args ...string) {
		t.Helper()
		if said, err := exec.Command("openssl", args...).CombinedOutput(); err != nil {
			t.Fatalf("openssl %s: %v\n%s", args[0], err, said)
		}
	}
	key, err := x509.MarshalPKCS8PrivateKey(a.Issuer.Key)
	if err != nil {
		t.Fatal(err)
	}
	config := put("c.cnf", []byte(`[req]
prompt=no
utf8=yes
string_mask=MASK:0x2002
distinguished_name=dn
[dn]
CN=MARÍA GUADALUPE NÚÑEZ IBÁÑEZ
name=MARÍA GUADALUPE NÚÑEZ IBÁÑEZ
O=MARÍA GUADALUPE NÚÑEZ IBÁÑEZ
C=MX
emailAddress=mn@ejemplo.invalid
x500UniqueIdentifier=NUIG800101AB3
serialNumber=NUIG800101MVZXBD09
[efirma]
basicConstraints=critical,CA:FALSE
keyUsage=digitalSignature,nonRepudiation,dataEncipherment,keyAgreement
nsCertType=client,email
extendedKeyUsage=emailProtection,clientAuth
`))
	request, cer := filepath.Join(dir, "n.csr"), filepath.Join(dir, "n.cer")
	run("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", filepath.Join(dir, "n.key"), "-out", request, "-config", config, "-sha256")
	run("x509", "-req", "-in", request, "-CA", put("ac.pem", pemOf(a.Issuer)), "-CAkey", put("ac.key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})),
		"-set_serial", fmt.Sprintf("0x%x", "00001000000512345678"), "-days", "1460", "-sha256", "-extfile", config, "-extensions", "efirma", "-outform", "DER", "-out", cer)
	file, err := os.ReadFile(cer)
	if err != nil {
		t.Fatal(err)
	}
	c, err := efirma.Read(file)
	if err != nil || c.Name != name || c.RFC != rfc || c.CURP != curp || c.Serial != "00001000000512345678" || c.Legal || c.Seal {
		t.Errorf("read %+v, %v", c, err)
	}
	trust := efirma.Trust{Authorities: []*x509.Certificate{a.Root.Cert, a.Issuer.Cert}}
	if _, err := trust.Check(c, rfc, time.Now().Add(time.Minute)); err != nil {
		t.Error(err)
	}
}
