package sign_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"sync"
	"testing"

	"declara/pdf/sign"
)

// TestTwoSignatures: both are valid at the end and lead to their own roots; the file
// after the first is a prefix of the file after the second.
func TestTwoSignatures(t *testing.T) {
	pdf, first := sealed(t, nil)
	rep, err := sign.Verify(pdf, keys().trust())
	if err != nil {
		t.Fatal(err)
	}
	if rep.Altered || rep.Why != "" || len(rep.Signatures) != 2 {
		t.Fatalf("altered %t, why %q, %d signatures: %+v", rep.Altered, rep.Why, len(rep.Signatures), rep.Signatures)
	}
	a, b := rep.Signatures[0], rep.Signatures[1]
	if !a.Valid || !b.Valid || a.Trusted != sign.AnchorSigner || b.Trusted != sign.AnchorSeal {
		t.Errorf("%+v\n%+v", a, b)
	}
	if a.Field != signerField || a.End != first || a.Whole || b.End != len(pdf) || !b.Whole {
		t.Errorf("ends %d %d of %d %d", a.End, b.End, first, len(pdf))
	}
	alone, err := sign.Verify(pdf[:a.End], keys().trust())
	if err != nil || len(alone.Signatures) != 1 || !alone.Signatures[0].Whole || !alone.Signatures[0].Valid || alone.Altered {
		t.Errorf("the file as it was first signed: %+v %v", alone, err)
	}
	if !a.Claimed.Equal(signerRequest().At) || b.Name != "Municipio de Valle Encinos" {
		t.Error(a.Claimed, b.Name)
	}
	if len(rep.Files) != 1 || !bytes.Equal(rep.Files[0].Data, declaration(t).Document.JSON) || rep.Files[0].Name != "declaración.json" {
		t.Error("the attached data is not what was attached")
	}
}

func signWith(t testing.TB, a authority, attributes []byte) []byte {
	t.Helper()
	sum := sha256.Sum256(attributes)
	value, err := a.key.Sign(rand.Reader, sum[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// TestTwoPhases: what is prepared is kept as bytes, signed elsewhere and put
// together later.
func TestTwoPhases(t *testing.T) {
	k := keys()
	p, err := sign.Prepare(one(), signerRequest())
	if err != nil {
		t.Fatal(err)
	}
	if p.Digest != sha256.Sum256(append(bytes.Clone(p.PDF[:p.Range[1]]), p.PDF[p.Range[2]:]...)) || p.Range[2]+p.Range[3] != len(p.PDF) {
		t.Error("range and digest are not of the file")
	}
	kept, err := p.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	var q sign.Prepared
	if err := q.UnmarshalBinary(kept); err != nil || q.Digest != p.Digest || q.Range != p.Range || !bytes.Equal(q.PDF, p.PDF) {
		t.Fatal("not what was kept", err)
	}
	for _, bad := range [][]byte{nil, kept[:15], kept[:100], append([]byte{0xFF}, kept[1:]...), make([]byte, 4000)} {
		if err := new(sign.Prepared).UnmarshalBinary(bad); err == nil {
			t.Error("took what was never kept")
		}
	}
	attrs, err := sign.Attributes(q.Digest, k.efirma.cert)
	if err != nil {
		t.Fatal(err)
	}
	again, err := sign.Attributes(q.Digest, k.efirma.cert)
	if err != nil || !bytes.Equal(attrs, again) || attrs[0] != 0x31 {
		t.Error("what is signed is not always the same", err)
	}
	value := signWith(t, k.efirma, attrs)
	if err := sign.Signed(k.efirma.cert, attrs, value); err != nil {
		t.Error(err)
	}
	value[7] ^= 1
	if err := sign.Signed(k.efirma.cert, attrs, value); !errors.Is(err, &sign.Error{Why: sign.BadValue}) {
		t.Error("a wrong signature passed", err)
	}
	value[7] ^= 1
	cms, err := sign.CMS(attrs, value, k.efirma.cert, []*x509.Certificate{k.ac.cert, k.arc.cert}, nil)
	if err != nil {
		t.Fatal(err)
	}
	pdf, err := q.Embed(cms)
	if err != nil {
		t.Fatal(err)
	}
	rep, err := sign.Verify(pdf, k.trust())
	if err != nil || rep.Altered || rep.Signatures[0].Trusted != sign.AnchorSigner {
		t.Errorf("%+v %v", rep, err)
	}
	if _, err := q.Embed(make([]byte, 20<<10)); !errors.Is(err, &sign.Error{Why: sign.TooLong}) {
		t.Error("a signature larger than its room:", err)
	}
}

// TestPrepareRefuses: a field that is not there or is signed already, a box that is
// none, a file that goes on.
func TestPrepareRefuses(t *testing.T) {
	pdf, first := sealed(t, nil)
	missing, noBox := sealRequest(), sealRequest()
	missing.Field, noBox.Box = "Otra", []byte("%PDF-1.7 none")
	pages := sealRequest()
	pages.Box = one()
	for name, c := range map[string]struct {
		pdf []byte
		r   sign.Request
		why sign.Reason
	}{
		"missing": {one(), missing, sign.NoField}, "signed": {pdf, sealRequest(), sign.NoField}, "twice": {pdf[:first], signerRequest(), sign.NoField},
		"no box": {one(), noBox, sign.BadBox}, "pages": {one(), pages, sign.BadBox}, "appended": {append(bytes.Clone(one()), "x"...), sealRequest(), sign.Appended},
		"no pdf": {[]byte("hello"), sealRequest(), sign.NotPDF},
	} {
		_, err := sign.Prepare(c.pdf, c.r)
		var e *sign.Error
		if !errors.As(err, &e) || e.Why != c.why {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestDetached: a signature over data that lies elsewhere.
func TestDetached(t *testing.T) {
	k := keys()
	data := []byte(`{"nombre":"Núñez"}`)
	st := stampServer(t, k.stamps).stamper(k)
	cms, err := sign.Detached(t.Context(), data, k.person(), st)
	if err != nil {
		t.Fatal(err)
	}
	got := sign.VerifyDetached(cms, data, k.trust())
	if !got.Valid || got.Trusted != sign.AnchorSigner || got.Stamped == nil {
		t.Errorf("%+v", got)
	}
	for i := range data {
		bad := bytes.Clone(data)
		bad[i] ^= 4
		if got := sign.VerifyDetached(cms, bad, k.trust()); got.Valid || got.Why != sign.BadDigest {
			t.Errorf("%+v", got)
		}
	}
	if cms, err = sign.Detached(t.Context(), data, k.person(), nil); err != nil {
		t.Fatal(err)
	}
	if got := sign.VerifyDetached(cms, data, k.trust()); !got.Valid || got.Trusted != "" {
		t.Errorf("without an hour: %+v", got)
	}
}

// TestKeys: short and strange keys are refused, P-384 is taken.
func TestKeys(t *testing.T) {
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Skip(err)
	}
	a := issue(nil, short, leaf("Corta", 11))
	if _, err := sign.Seal(t.Context(), one(), sealRequest(), sign.Key{Signer: a.key, Cert: a.cert}, nil); !errors.Is(err, &sign.Error{Why: sign.BadKey}) {
		t.Error(err)
	}
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b := issue(nil, edwards, leaf("Edwards", 12))
	if _, err := sign.Seal(t.Context(), one(), sealRequest(), sign.Key{Signer: b.key, Cert: b.cert}, nil); err == nil {
		t.Error("Ed25519 was taken")
	}
	curve, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := issue(nil, curve, leaf("P-384", 13))
	pdf, err := sign.Seal(t.Context(), one(), sealRequest(), sign.Key{Signer: c.key, Cert: c.cert}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if rep, err := sign.Verify(pdf, sign.Trust{Seals: c.pool()}); err != nil || rep.Signatures[0].Trusted != sign.AnchorSeal {
		t.Errorf("%+v %v", rep, err)
	}
}

// TestManyAtOnce signs from 200 goroutines; every file is sound and keeps the
// bytes that were signed.
func TestManyAtOnce(t *testing.T) {
	k := keys()
	n := 200
	if testing.Short() {
		n = 20
	}
	before := bytes.Clone(one())
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			key, r := k.sealer(), sealRequest()
			if i%2 == 0 {
				key, r = k.person(), signerRequest()
			}
			pdf, err := sign.Seal(t.Context(), one(), r, key, nil)
			if err != nil {
				t.Error(err)
				return
			}
			rep, err := sign.Verify(pdf, k.trust())
			if err != nil || rep.Altered || !rep.Signatures[0].Valid || rep.Signatures[0].Trusted == "" || !bytes.HasPrefix(pdf, before) {
				t.Errorf("%+v %v", rep, err)
			}
		})
	}
	wg.Wait()
	if !bytes.Equal(before, one()) {
		t.Error("the file that was signed changed")
	}
}
