package efirma_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"declara/pdf/sign/efirma"
	"declara/pdf/sign/efirma/efirmatest"
)

func pemOf(p efirmatest.Pair) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.Cert.Raw})
}

func TestAsk(t *testing.T) {
	a := efirmatest.New(t, now)
	p := a.Issue(t, person())
	taxpayer := a.Issue(t, efirmatest.Person{Name: "OTRO", RFC: "OIOX800101AB3", CURP: "OIOX800101HVZXBD09", Slot: 1})
	old := a.Issue(t, efirmatest.Person{Name: "OCSP VIEJO", RFC: "OIOX800101AB3", OCSP: true, From: now.AddDate(-3, 0, 0), To: now.AddDate(-1, 0, 0), Slot: 2})
	byRoot := a.Issue(t, efirmatest.Person{Name: "OCSP DE LA RAÍZ", RFC: "OIOX800101AB3", OCSP: true, By: &a.Root, Slot: 3})
	plain := efirma.Trust{Authorities: []*x509.Certificate{a.Root.Cert, a.Issuer.Cert}}
	pinned, pinnedTaxpayer, pinnedOld := plain, plain, plain
	pinned.Responders = []*x509.Certificate{byRoot.Cert}
	pinnedTaxpayer.Responders = []*x509.Certificate{taxpayer.Cert}
	pinnedOld.Responders = []*x509.Certificate{old.Cert}
	revoked := now.Add(-48 * time.Hour)
	cases := map[string]struct {
		trust  efirma.Trust
		set    func(*efirmatest.Responder)
		want   efirma.Reason
		signer efirmatest.Pair
	}{
		"named by the issuer":      {plain, nil, "", a.Responder},
		"the issuer itself":        {plain, func(r *efirmatest.Responder) { r.Signer, r.Embed = a.Issuer, false }, "", a.Issuer},
		"pinned":                   {pinned, func(r *efirmatest.Responder) { r.Signer = byRoot }, "", byRoot},
		"pinned, not sent":         {pinned, func(r *efirmatest.Responder) { r.Signer, r.Embed = byRoot, false }, "", byRoot},
		"no nonce":                 {plain, func(r *efirmatest.Responder) { r.NoNonce = true }, "", a.Responder},
		"of the root, not pinned":  {plain, func(r *efirmatest.Responder) { r.Signer = byRoot }, efirma.Unentitled, efirmatest.Pair{}},
		"another taxpayer's":       {plain, func(r *efirmatest.Responder) { r.Signer = taxpayer }, efirma.Unentitled, efirmatest.Pair{}},
		"the taxpayer's own":       {plain, func(r *efirmatest.Responder) { r.Signer = p }, efirma.Unentitled, efirmatest.Pair{}},
		"a taxpayer's, pinned":     {pinnedTaxpayer, func(r *efirmatest.Responder) { r.Signer = taxpayer }, efirma.Unentitled, efirmatest.Pair{}},
		"a responder out of date":  {plain, func(r *efirmatest.Responder) { r.Signer = old }, efirma.Unentitled, efirmatest.Pair{}},
		"out of date, pinned":      {pinnedOld, func(r *efirmatest.Responder) { r.Signer = old }, efirma.Unentitled, efirmatest.Pair{}},
		"named but not sent":       {plain, func(r *efirmatest.Responder) { r.Embed = false }, efirma.Unentitled, efirmatest.Pair{}},
		"old":                      {plain, func(r *efirmatest.Responder) { r.Age = 10 * time.Minute }, efirma.Stale, efirmatest.Pair{}},
		"of tomorrow":              {plain, func(r *efirmatest.Responder) { r.Age = -24 * time.Hour }, efirma.Stale, efirmatest.Pair{}},
		"another nonce":            {plain, func(r *efirmatest.Responder) { r.BadNonce = true }, efirma.Nonce, efirmatest.Pair{}},
		"of another certificate":   {plain, func(r *efirmatest.Responder) { r.Serial = taxpayer.Cert.SerialNumber }, efirma.Elsewhere, efirmatest.Pair{}},
		"it does not know":         {plain, func(r *efirmatest.Responder) { r.Unknown = true }, efirma.Unknown, efirmatest.Pair{}},
		"it asks to try later":     {plain, func(r *efirmatest.Responder) { r.Status = 3 }, efirma.Refused, efirmatest.Pair{}},
		"revoked is an answer too": {plain, func(r *efirmatest.Responder) { r.Revoked = revoked }, "", a.Responder},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r := a.NewResponder(func() time.Time { return now })
			if c.set != nil {
				c.set(r)
			}
			got, err := c.trust.Ask(t.Context(), efirma.Responder{URL: r.Serve(t)}, p.Cert, a.Issuer.Cert, now)
			if why(t, err) != c.want {
				t.Fatalf("%v, want %q", err, c.want)
			}
			if err != nil {
				return
			}
			if !got.Signer.Equal(c.signer.Cert) || len(got.DER) == 0 || got.Good == !r.Revoked.IsZero() || !got.Revoked.Equal(r.Revoked) || got.Nonce == r.NoNonce {
				t.Errorf("%+v", got)
			}
		})
	}
}

// TestForgedAnswer is the hole of the usual library: an answer signed with the
// e.firma of another taxpayer. It takes it; this package does not.
func TestForgedAnswer(t *testing.T) {
	a := efirmatest.New(t, now)
	p := a.Issue(t, person())
	rogue := a.Issue(t, efirmatest.Person{Name: "OTRO", RFC: "OIOX800101AB3", CURP: "OIOX800101HVZXBD09", Slot: 1})
	forged, err := ocsp.CreateResponse(a.Issuer.Cert, rogue.Cert, ocsp.Response{
		Status: ocsp.Good, SerialNumber: p.Cert.SerialNumber, ThisUpdate: now, NextUpdate: now.Add(time.Minute), Certificate: rogue.Cert,
	}, rogue.Key)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ocsp.ParseResponseForCert(forged, p.Cert, a.Issuer.Cert); err != nil {
		t.Logf("the library refuses it now, too: %v", err)
	}
	trust := efirma.Trust{Authorities: []*x509.Certificate{a.Root.Cert, a.Issuer.Cert}}
	if _, err := trust.ReadAnswer(forged, p.Cert, a.Issuer.Cert, now, nil); why(t, err) != efirma.Unentitled {
		t.Errorf("a forged answer: %v", err)
	}
	honest, err := ocsp.CreateResponse(a.Issuer.Cert, a.Responder.Cert, ocsp.Response{
		Status: ocsp.Revoked, SerialNumber: p.Cert.SerialNumber, ThisUpdate: now, NextUpdate: now.Add(time.Minute), RevokedAt: now.Add(-time.Hour), Certificate: a.Responder.Cert,
	}, a.Responder.Key)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := trust.ReadAnswer(honest, p.Cert, a.Issuer.Cert, now, nil); err != nil || got.Good || !got.Revoked.Equal(now.Add(-time.Hour)) {
		t.Errorf("the library's answer: %+v, %v", got, err)
	}
	// Another hand turns "revoked" to "good": the signature no longer holds.
	for i := range honest {
		bad := bytes.Clone(honest)
		bad[i] ^= 1
		if got, err := trust.ReadAnswer(bad, p.Cert, a.Issuer.Cert, now, nil); err == nil && got.Good {
			t.Fatalf("byte %d turned, and the certificate is good", i)
		}
	}
}

func TestAskWithoutAnswer(t *testing.T) {
	a := efirmatest.New(t, now)
	p := a.Issue(t, person())
	trust := efirma.Trust{Authorities: []*x509.Certificate{a.Root.Cert, a.Issuer.Cert}}
	ask := func(url string) efirma.Reason {
		_, err := trust.Ask(t.Context(), efirma.Responder{URL: url, Client: efirma.NewClient()}, p.Cert, a.Issuer.Cert, now)
		return why(t, err)
	}
	serve := func(status int, body []byte) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = w.Write(body)
		}))
		t.Cleanup(s.Close)
		return s.URL
	}
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	t.Cleanup(secure.Close)
	for name, c := range map[string]struct {
		url  string
		want efirma.Reason
	}{
		"none configured": {"", efirma.NoAddress}, "nobody there": {closed.URL, efirma.Unreachable},
		"a page":                {serve(200, []byte("<html>mantenimiento</html>")), efirma.Garbled},
		"nothing":               {serve(200, nil), efirma.Garbled},
		"endless":               {serve(200, make([]byte, 1<<20)), efirma.Garbled},
		"an error":              {serve(503, nil), efirma.Refused},
		"elsewhere":             {serve(302, nil), efirma.Refused},
		"another encryption":    {secure.URL, efirma.Handshake},
		"not an address at all": {"http://\x7f", efirma.NoAddress},
	} {
		if got := ask(c.url); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestValidURL(t *testing.T) {
	for address, want := range map[string]bool{
		"https://cfdi.sat.gob.mx/edofiel": true, "http://127.0.0.1:8089": true, "": false, "cfdi.sat.gob.mx": false,
		"file:///etc/passwd": false, "http://u:p@host/": false, "ldap://x": false,
	} {
		if efirma.ValidURL(address) != want {
			t.Errorf("%q", address)
		}
	}
}

// FuzzReadAnswer reads anything without a panic, and believes nobody without a key.
func FuzzReadAnswer(f *testing.F) {
	a := efirmatest.New(f, now)
	p := a.Issue(f, person())
	good, err := ocsp.CreateResponse(a.Issuer.Cert, a.Responder.Cert, ocsp.Response{
		Status: ocsp.Revoked, SerialNumber: p.Cert.SerialNumber, ThisUpdate: now, NextUpdate: now.Add(time.Minute), RevokedAt: now, Certificate: a.Responder.Cert,
	}, a.Responder.Key)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	trust := efirma.Trust{Authorities: []*x509.Certificate{a.Root.Cert, a.Issuer.Cert}}
	f.Fuzz(func(t *testing.T, der []byte) {
		if got, err := trust.ReadAnswer(der, p.Cert, a.Issuer.Cert, now, nil); err == nil && got.Good {
			t.Error("a revoked certificate is good")
		}
	})
}
