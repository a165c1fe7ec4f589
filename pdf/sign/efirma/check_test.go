package efirma_test

import (
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"strings"
	"testing"
	"time"

	"declara/pdf/sign/efirma"
	"declara/pdf/sign/efirma/efirmatest"
)

var now = time.Date(2026, 5, 11, 16, 0, 0, 0, time.UTC)

const (
	rfc  = "NUIG800101AB3"
	curp = "NUIG800101MVZXBD09"
	name = "MARÍA GUADALUPE NÚÑEZ IBÁÑEZ"
)

func person() efirmatest.Person { return efirmatest.Person{Name: name, RFC: rfc, CURP: curp} }

// why is the reason of an error, "" for none.
func why(t *testing.T, err error) efirma.Reason {
	t.Helper()
	if err == nil {
		return ""
	}
	r, ok := errors.AsType[*efirma.Refusal](err)
	if !ok {
		t.Fatalf("an error without a reason: %v", err)
	}
	return r.Why
}

func TestRead(t *testing.T) {
	a := efirmatest.New(t, now)
	p := a.Issue(t, person())
	c, err := efirma.Read(p.Cert.Raw)
	if err != nil {
		t.Fatal(err)
	}
	if c.Name != name || c.RFC != rfc || c.CURP != curp || c.Legal || c.Seal || len(c.Serial) != 20 || !strings.HasPrefix(c.Serial, "0100000000051234") {
		t.Errorf("read %q %q %q %q legal %v seal %v", c.Name, c.RFC, c.CURP, c.Serial, c.Legal, c.Seal)
	}
	firm := person()
	firm.RFC, firm.Of = "EMP010101AAA", rfc
	c, err = efirma.Read(a.Issue(t, firm).Cert.Raw)
	if err != nil || !c.Legal || c.RFC != "EMP010101AAA" || c.CURP != curp {
		t.Errorf("a legal person: %+v, %v", c, err)
	}
}

func TestReadRefuses(t *testing.T) {
	a := efirmatest.New(t, now)
	p := a.Issue(t, person())
	for name, file := range map[string][]byte{
		"nothing": nil, "text": []byte("hola"), "cut": p.Cert.Raw[:300], "more": append(append([]byte{}, p.Cert.Raw...), 0),
		"a key": p.KeyFile(t, []byte("12345678a"), efirmatest.Locks["3des"]), "long": make([]byte, efirma.MaxFile+1),
	} {
		if _, err := efirma.Read(file); why(t, err) != efirma.Unreadable {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCheck(t *testing.T) {
	a := efirmatest.New(t, now)
	others := efirmatest.Strangers(t, now)
	trust := efirma.Trust{Authorities: []*x509.Certificate{a.Root.Cert, a.Issuer.Cert}}
	taxpayer := a.Issue(t, efirmatest.Person{Name: "OTRO", RFC: "OIOX800101AB3", CURP: "OIOX800101HVZXBD09", Slot: 1})
	with := func(change func(*efirmatest.Person)) efirmatest.Pair {
		p := person()
		change(&p)
		return a.Issue(t, p)
	}
	cases := map[string]struct {
		pair efirmatest.Pair
		want efirma.Reason
	}{
		"good":            {a.Issue(t, person()), ""},
		"a CSD":           {with(func(p *efirmatest.Person) { p.Invoices = true }), efirma.Invoices},
		"legal person":    {with(func(p *efirmatest.Person) { p.RFC, p.Of = "EMP010101AAA", rfc }), efirma.Legal},
		"legal, long RFC": {with(func(p *efirmatest.Person) { p.Of = rfc }), efirma.Legal},
		"other RFC":       {with(func(p *efirmatest.Person) { p.RFC = "NUIG800101AB4" }), efirma.Other},
		"no RFC":          {with(func(p *efirmatest.Person) { p.RFC = "x" }), efirma.Unnamed},
		"expired":         {with(func(p *efirmatest.Person) { p.From, p.To = now.AddDate(-5, 0, 0), now.AddDate(-1, 0, 0) }), efirma.Expired},
		"not yet":         {with(func(p *efirmatest.Person) { p.From = now.Add(time.Hour) }), efirma.Early},
		"weak key":        {with(func(p *efirmatest.Person) { p.Bits = 1024 }), efirma.Weak},
		"weak digest":     {with(func(p *efirmatest.Person) { p.Digest = x509.SHA1WithRSA }), efirma.Weak},
		"not for signing": {with(func(p *efirmatest.Person) { p.NoSign = true }), efirma.Purpose},
		"an authority":    {with(func(p *efirmatest.Person) { p.CA = true }), efirma.Authority},
		"unknown chain":   {others.Issue(t, person()), efirma.Stranger},
		"by a taxpayer":   {with(func(p *efirmatest.Person) { p.By = &taxpayer }), efirma.Stranger},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			cert, err := efirma.Read(c.pair.Cert.Raw)
			if err != nil {
				t.Fatal(err)
			}
			chain, err := trust.Check(cert, rfc, now)
			if why(t, err) != c.want {
				t.Fatalf("%v, want %q", err, c.want)
			}
			if err == nil && (len(chain) != 3 || !chain[1].Equal(a.Issuer.Cert) || !chain[2].Equal(a.Root.Cert)) {
				t.Errorf("a chain of %d", len(chain))
			}
		})
	}
	cert, err := efirma.Read(a.Issue(t, person()).Cert.Raw)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (efirma.Trust{}).Check(cert, rfc, now); why(t, err) != efirma.NoAnchors {
		t.Errorf("without authorities: %v", err)
	}
	only := efirma.Trust{Authorities: []*x509.Certificate{a.Issuer.Cert}}
	if chain, err := only.Check(cert, rfc, now); err != nil || len(chain) != 2 {
		t.Errorf("with the issuer alone: %v", err)
	}
	root := efirma.Trust{Authorities: []*x509.Certificate{a.Root.Cert}}
	if _, err := root.Check(cert, rfc, now); why(t, err) != efirma.Stranger {
		t.Errorf("with the root alone, whose issuer is not at hand: %v", err)
	}
	if _, err := trust.Check(cert, rfc, now.AddDate(10, 0, 0)); why(t, err) != efirma.Expired {
		t.Errorf("ten years later: %v", err)
	}
}

// TestExponent: a key that package sign does not sign with is refused before anything
// is drawn, and not when the signature comes.
func TestExponent(t *testing.T) {
	a := efirmatest.New(t, now)
	cert, err := efirma.Read(a.Issue(t, person()).Cert.Raw)
	if err != nil {
		t.Fatal(err)
	}
	cert.X509.PublicKey.(*rsa.PublicKey).E = 1<<16 + 3
	trust := efirma.Trust{Authorities: []*x509.Certificate{a.Root.Cert, a.Issuer.Cert}}
	if _, err := trust.Check(cert, rfc, now); why(t, err) != efirma.Weak {
		t.Error(err)
	}
}

func TestCheckSignature(t *testing.T) {
	a := efirmatest.New(t, now)
	p, q := a.Issue(t, person()), a.Issue(t, efirmatest.Person{Name: name, RFC: rfc, CURP: curp, Slot: 2})
	text := []byte("lo que se firma")
	s := p.Sign(t, text)
	if err := efirma.CheckSignature(p.Cert, text, s); err != nil {
		t.Error(err)
	}
	for name, err := range map[string]error{
		"other text": efirma.CheckSignature(p.Cert, []byte("otra cosa"), s), "other key": efirma.CheckSignature(q.Cert, text, s),
		"short": efirma.CheckSignature(p.Cert, text, s[1:]), "none": efirma.CheckSignature(p.Cert, text, nil),
	} {
		if why(t, err) != efirma.Signature {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReadAuthorities(t *testing.T) {
	a := efirmatest.New(t, now)
	both := append(pemOf(a.Root), pemOf(a.Issuer)...)
	if all, err := efirma.ReadAuthorities(both); err != nil || len(all) != 2 {
		t.Errorf("two in PEM: %d, %v", len(all), err)
	}
	if all, err := efirma.ReadAuthorities(a.Issuer.Cert.Raw); err != nil || len(all) != 1 {
		t.Errorf("one in DER: %d, %v", len(all), err)
	}
	if _, err := efirma.ReadAuthorities(append(both, pemOf(a.Issue(t, person()))...)); why(t, err) != efirma.Authority {
		t.Errorf("a person among them: %v", err)
	}
	if _, err := efirma.ReadAuthorities([]byte("-----BEGIN")); why(t, err) != efirma.Unreadable {
		t.Errorf("not a certificate: %v", err)
	}
	if _, err := efirma.ReadResponder(a.Responder.Cert.Raw); err != nil {
		t.Errorf("a responder: %v", err)
	}
	if _, err := efirma.ReadResponder(a.Issue(t, person()).Cert.Raw); why(t, err) != efirma.Purpose {
		t.Errorf("a person as a responder: %v", err)
	}
}

// FuzzRead reads anything without a panic, and keeps what it says in bounds.
func FuzzRead(f *testing.F) {
	a := efirmatest.New(f, now)
	f.Add(a.Issue(f, person()).Cert.Raw)
	f.Add([]byte("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"))
	trust := efirma.Trust{Authorities: []*x509.Certificate{a.Root.Cert, a.Issuer.Cert}}
	f.Fuzz(func(t *testing.T, file []byte) {
		c, err := efirma.Read(file)
		if err != nil {
			return
		}
		if _, err := trust.Check(c, rfc, now); err == nil && c.RFC != rfc {
			t.Error("accepted for another")
		}
	})
}
