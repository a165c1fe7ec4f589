package seal

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"declara/forms"
	"declara/pdf"
	"declara/pdf/sign"
	"declara/storage"
)

// signer is an official with an e.firma and the authority that issued it.
type signer struct {
	id     identity
	issuer identity
}

func newSigner(t testing.TB) signer {
	t.Helper()
	key := func() *rsa.PrivateKey {
		k, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	top, own := key(), key()
	root, err := issue(&x509.Certificate{Subject: pkix.Name{CommonName: "AC de prueba"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, NotBefore: noon.AddDate(-1, 0, 0), NotAfter: noon.AddDate(8, 0, 0)}, nil, &top.PublicKey, top)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := issue(&x509.Certificate{
		Subject: pkix.Name{CommonName: "MARÍA GUADALUPE NÚÑEZ IBÁÑEZ", ExtraNames: []pkix.AttributeTypeAndValue{
			{Type: oidRFC, Value: "NUIG800101AB3"}, {Type: []int{2, 5, 4, 5}, Value: "NUIG800101MVZXBD09"}}},
		KeyUsage:  x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment | x509.KeyUsageDataEncipherment | x509.KeyUsageKeyAgreement,
		NotBefore: noon.AddDate(-1, 0, 0), NotAfter: noon.AddDate(3, 0, 0), BasicConstraintsValid: true,
	}, root, &own.PublicKey, top)
	if err != nil {
		t.Fatal(err)
	}
	return signer{identity{own, cert, []*x509.Certificate{root}}, identity{top, root, nil}}
}

// answer is what the authority says of the certificate.
func (s signer) answer(t testing.TB, status int, at time.Time) []byte {
	t.Helper()
	b, err := ocsp.CreateResponse(s.issuer.cert, s.issuer.cert, ocsp.Response{
		Status: status, SerialNumber: s.id.cert.SerialNumber, ThisUpdate: at, NextUpdate: at.Add(time.Minute), RevokedAt: at.Add(-time.Hour), IssuerHash: crypto.SHA256,
	}, s.issuer.key)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// fileSigned files a declaration that was signed before it had a folio.
func (w *world) fileSigned(s signer, checks ...storage.Revocation) storage.Filing {
	w.Helper()
	f := w.file(func(f *storage.Filing) { f.Method = "efirma" })
	var doc []byte
	w.must(w.db.View(w.Context(), town, func(tx *storage.Txn) (err error) {
		doc, err = tx.FullDocument(f.ID)
		return err
	}))
	_, _, d, err := forms.ParseResult(doc)
	w.must(err)
	var b, box bytes.Buffer
	w.must(pdf.Full(&b, pdf.Declaration{Document: d, Unsealed: true, ID: f.ID, Year: 2026, Person: "María Núñez", Institution: "Municipio de Valle Encinos",
		Initials: "VE", Filed: f.Filed, Zone: zone(f), Method: "efirma", CheckURL: "https://declara.example/verificar/" + f.ID, Lang: "es-MX", Words: w.s.words}))
	finished, err := sign.Finish(b.Bytes(), sign.Info{
		Files:  []sign.File{Attachment(doc, f.Filed, "Declaración")},
		Fields: []sign.Field{field(pdf.FieldSigner, pdf.CoverSigner), field(pdf.FieldSeal, pdf.CoverSeal)},
	})
	w.must(err)
	w.must(pdf.WriteBox(&box, pdf.Box{Place: pdf.CoverSigner, Lines: []string{"María Núñez"}, At: f.Filed, Lang: "es-MX"}))
	signed, err := sign.Seal(w.Context(), finished, sign.Request{Field: pdf.FieldSigner, At: f.Filed, Name: "María Núñez", Box: box.Bytes()}, sign.Key{Signer: s.id.key, Cert: s.id.cert}, nil)
	w.must(err)
	w.update(func(tx *storage.Txn) error {
		t, err := tx.Trust()
		if err != nil {
			return err
		}
		t.Roots = []storage.Certificate{{DER: s.issuer.cert.Raw}}
		if err := tx.PutTrust(t); err != nil {
			return err
		}
		return tx.PutSigned(storage.Signed{Filing: f.ID, PDF: signed, Cert: s.id.cert.Raw, Chain: raw(s.id.chain), Checks: checks})
	})
	return f
}

// TestSecondSignature: the seal follows the declarant's signature, both hold, and the
// evidence about her certificate is in the file.
func TestSecondSignature(t *testing.T) {
	w := newWorld(t)
	s := newSigner(t)
	f := w.fileSigned(s, storage.Revocation{State: "good", Answer: s.answer(t, ocsp.Good, noon), At: noon})
	b := w.paper(f, storage.PaperFull)
	got := w.inspect(b)
	if got.Verdict() != Sound || got.Paper == nil || got.Document == nil {
		t.Fatalf("%s %+v", got.Verdict(), got.Report)
	}
	sigs := got.Report.Signatures
	if len(sigs) != 2 || sigs[0].Trusted != sign.AnchorSigner || sigs[1].Trusted != sign.AnchorSeal || sigs[0].Revocation != sign.Good || sigs[0].After != "" {
		t.Errorf("%+v", sigs)
	}
	told := fmt.Sprint(Sentences(w.words.Printer("es"), got, zone(f)))
	for _, want := range []string{"Firma de MARÍA GUADALUPE NÚÑEZ IBÁÑEZ, con e.firma", "no estaba revocado", "solo se agregaron otras firmas"} {
		if !strings.Contains(told, want) {
			t.Errorf("lacks %q: %s", want, told)
		}
	}
	dir := t.TempDir()
	if keep := os.Getenv("PAPERS"); keep != "" {
		dir = keep
	}
	name := filepath.Join(dir, "efirma.pdf")
	w.must(os.WriteFile(name, b, 0o600))
	second(t, name)
	if n, err := w.s.Check(t.Context(), town, func(fault string) { t.Error(fault) }); n != 1 || err != nil {
		t.Error(n, err)
	}
	var signed storage.Signed
	w.must(w.db.View(t.Context(), town, func(tx *storage.Txn) (err error) {
		signed, err = tx.Signed(f.ID)
		return err
	}))
	if !bytes.HasPrefix(b, signed.PDF) {
		t.Error("what she signed is not the beginning of what was kept")
	}
	// What she signed, without the seal, is still her declaration.
	if got := w.inspect(signed.PDF); got.Verdict() != Sound || got.Paper != nil || got.Document == nil {
		t.Errorf("%s %+v", got.Verdict(), got.Report)
	}
	// Without the evidence the paper is made all the same, and says what is not known.
	g := w.fileSigned(s)
	got = w.inspect(w.paper(g, storage.PaperFull))
	if got.Verdict() != Sound || got.Report.Signatures[0].Revocation != sign.Unchecked {
		t.Errorf("%s %+v", got.Verdict(), got.Report.Signatures)
	}
	// What is learnt later counts, although the paper stays what it is.
	w.update(func(tx *storage.Txn) error {
		return tx.AddRevocation(g.ID, storage.Revocation{State: "revoked", Answer: s.answer(t, ocsp.Revoked, noon), At: noon})
	})
	if got := w.inspect(w.paper(g, storage.PaperFull)); got.Verdict() != Revoked {
		t.Errorf("%s %+v", got.Verdict(), got.Report.Signatures)
	}
}
