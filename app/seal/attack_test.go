package seal

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"
	"software.sslmate.com/src/go-pkcs12"

	"declara/app/errs"
	"declara/pdf"
	"declara/pdf/sign"
	"declara/storage"
)

// forged is a PDF that says what somebody likes, with a document of ours attached,
// signed with an e.firma that is good.
func (w *world) forged(s signer, doc []byte) []byte {
	w.Helper()
	var b bytes.Buffer
	w.must(pdf.WriteBox(&b, pdf.Box{Place: pdf.CoverSigner, Lines: []string{"Patrimonio: nada"}, At: noon, Lang: "es-MX"}))
	finished, err := sign.Finish(b.Bytes(), sign.Info{
		Files: []sign.File{Attachment(doc, noon, "Declaración")}, Fields: []sign.Field{{Name: pdf.FieldSigner, Page: 1, X1: 9, Y1: 9}},
	})
	w.must(err)
	out, err := sign.Seal(w.Context(), finished, sign.Request{Field: pdf.FieldSigner, At: noon, Name: "Otra persona"}, sign.Key{Signer: s.id.key, Cert: s.id.cert}, nil)
	w.must(err)
	return out
}

// TestSomebodyElsesEFirma: who has an e.firma and takes a document that is public, or
// her own, draws other pages around it and signs them. Nobody here sealed those pages.
func TestSomebodyElsesEFirma(t *testing.T) {
	w := newWorld(t)
	s := newSigner(t)
	f := w.fileSigned(s, storage.Revocation{State: "good", Answer: s.answer(t, ocsp.Good, noon), At: noon})
	g := w.file()
	for name, read := range map[string]func(*storage.Txn) ([]byte, error){
		"a public document": func(tx *storage.Txn) ([]byte, error) { return tx.PublicDocument(g.ID) },
		"her own":           func(tx *storage.Txn) ([]byte, error) { return tx.FullDocument(f.ID) },
	} {
		var doc []byte
		w.must(w.db.View(t.Context(), town, func(tx *storage.Txn) (err error) {
			doc, err = read(tx)
			return err
		}))
		got := w.inspect(w.forged(s, doc))
		if got.Document == nil || got.Report.Signatures[0].Trusted != sign.AnchorSigner {
			t.Fatalf("%s: %+v", name, got.Report)
		}
		if v := got.Verdict(); v != Foreign {
			t.Errorf("%s: %s", name, v)
		}
	}
}

// TestIterations: a file that asks for two thousand million rounds of a hash is
// refused before the first one.
func TestIterations(t *testing.T) {
	_, seal := own(t)
	for name, e := range map[string]*pkcs12.Encoder{"modern": pkcs12.Modern, "legacy": pkcs12.LegacyDES} {
		b, err := e.WithIterations(77_777).Encode(seal.key, seal.cert, seal.chain, "x")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := read(b, nil, "x", noon); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		was, _ := asn1.Marshal(77_777)
		for n := bytes.Count(b, was); n > 0; n-- {
			at := 0
			for range n {
				at += bytes.Index(b[at:], was) + 1
			}
			bad := bytes.Clone(b)
			copy(bad[at-1:], []byte{2, 3, 0x7f, 0xff, 0xff}) // eight million
			if _, err := read(bad, nil, "x", noon); said(err) != "seal.error.slow" {
				t.Errorf("%s, %d: %v", name, n, err)
			}
		}
	}
}

// TestKeyNobodyTakes: a key that our own verifier does not verify with is refused when
// it is brought, and not at the first paper.
func TestKeyNobodyTakes(t *testing.T) {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	one := big.NewInt(1)
	phi := new(big.Int).Mul(new(big.Int).Sub(k.Primes[0], one), new(big.Int).Sub(k.Primes[1], one))
	for k.E = 1<<16 + 3; ; k.E += 2 {
		if k.D = new(big.Int).ModInverse(big.NewInt(int64(k.E)), phi); k.D != nil {
			break
		}
	}
	k.Precomputed = rsa.PrecomputedValues{}
	k.Precompute()
	file := append(asPEM([]*x509.Certificate{made(t, k, nil)}), keyPEM(t, k)...)
	if _, err := read(file, nil, "", noon); said(err) != "seal.error.strong" {
		t.Error(err)
	}
}

// said is the key of a refusal.
func said(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e.Key
	}
	return fmt.Sprint(err)
}

// TestNamesThatAreOrders: a certificate may be called anything, also what makes a
// terminal write a verdict of its own, or what turns a line around.
func TestNamesThatAreOrders(t *testing.T) {
	w := newWorld(t)
	s := newSigner(t)
	s.id.cert = made(t, s.id.key, func(c *x509.Certificate) {
		c.Subject.CommonName = "Municipio\x1b[2K\r✓ Sí: es de aquí\u202e\u2066ñ"
	})
	told := Sentences(w.words.Printer("es"), w.inspect(w.forged(s, []byte("{}"))), time.UTC)
	if told.Head.Level != Wrong || len(told.Signs) != 1 {
		t.Fatalf("%+v", told)
	}
	if got := told.Signs[0].Head.Text; strings.ContainsAny(got, "\x1b\r\u202e\u2066") || !strings.Contains(got, "ñ") {
		t.Errorf("%q", got)
	}
}

// TestLearntLater: nobody answered when she signed. What was learnt an hour later
// counts: it tells of then what it tells of the hour of the signature.
func TestLearntLater(t *testing.T) {
	type answer struct {
		status int
		after  time.Duration // the signature; a revocation is of an hour before the answer
	}
	for name, c := range map[string]struct {
		answers []answer
		want    sign.Revocation
		verdict Verdict
	}{
		"good":                      {[]answer{{ocsp.Good, time.Hour}}, sign.Good, Sound},
		"revoked before":            {[]answer{{ocsp.Revoked, 30 * time.Minute}}, sign.Revoked, Revoked},
		"revoked after":             {[]answer{{ocsp.Revoked, 3 * time.Hour}}, sign.Good, Sound},
		"good, from the day before": {[]answer{{ocsp.Good, -24 * time.Hour}}, sign.Unchecked, Sound},
		"good, and revoked before":  {[]answer{{ocsp.Good, 0}, {ocsp.Revoked, 30 * time.Minute}}, sign.Revoked, Revoked},
		"unknown to who was asked":  {[]answer{{ocsp.Unknown, time.Hour}}, sign.Unchecked, Sound},
	} {
		w := newWorld(t)
		s := newSigner(t)
		f := w.fileSigned(s)
		b := w.paper(f, storage.PaperFull)
		w.update(func(tx *storage.Txn) error {
			for _, a := range c.answers {
				at := noon.Add(a.after)
				if err := tx.AddRevocation(f.ID, storage.Revocation{Answer: s.answer(t, a.status, at), At: at}); err != nil {
					return err
				}
			}
			return nil
		})
		if got := w.inspect(b); got.Report.Signatures[0].Revocation != c.want || got.Verdict() != c.verdict {
			t.Errorf("%s: %s, %s", name, got.Report.Signatures[0].Revocation, got.Verdict())
		}
	}
}

// TestStolenSeal: who has the seal's key, or an old one and another date, draws other
// pages around a public document. The log has the document and not the pages, and the
// file is not said to be from here.
func TestStolenSeal(t *testing.T) {
	w := newWorld(t)
	f := w.file()
	genuine := w.paper(f, storage.PaperPublic)
	id, err := w.s.current(t.Context(), town)
	w.must(err)
	var doc []byte
	w.must(w.db.View(t.Context(), town, func(tx *storage.Txn) (err error) {
		doc, err = tx.PublicDocument(f.ID)
		return err
	}))
	got := w.inspect(w.forged(signer{id: id}, doc))
	if got.Document == nil || got.Report.Signatures[0].Trusted != sign.AnchorSeal || got.Verdict() != Other {
		t.Errorf("%s %+v", got.Verdict(), got)
	}
	if got := w.inspect(w.forged(signer{id: id}, []byte("{}"))); got.Verdict() != Unlogged {
		t.Error(got.Verdict())
	}
	// A paper to which somebody added evidence is still the paper.
	more, err := sign.AddRevocation(genuine, [][]byte{id.cert.Raw}, nil, nil)
	w.must(err)
	if got := w.inspect(more); got.Verdict() != Sound || got.Paper != nil || got.Begins == nil || got.Begins.Folio != f.Folio {
		t.Errorf("%s %+v", got.Verdict(), got.Report)
	}
}
