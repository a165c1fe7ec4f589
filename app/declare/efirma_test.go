package declare

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"declara/app/errs"
	"declara/app/trust"
	"declara/forms"
	"declara/i18n"
	pades "declara/pdf/sign"
	"declara/pdf/sign/efirma/efirmatest"
	"declara/storage"
)

// signer is an official with a whole draft and an e.firma, and the authorities and
// the responder behind it.
type signer struct {
	*world
	*efirmatest.Authorities
	ocsp  *efirmatest.Responder
	trust *trust.Service
	who   Who
	id    string
	rfc   string
	name  string
	pair  efirmatest.Pair
}

// newSigner prepares all but the signature. The responder answers as it should
// unless the test says otherwise.
func newSigner(t *testing.T, level forms.Level) *signer {
	t.Helper()
	s := &signer{world: newWorld(t, "2026-05-11")}
	s.Authorities = efirmatest.New(t, s.now)
	s.trust = trust.New(s.db, func() time.Time { return s.now }, nil)
	s.ocsp = s.NewResponder(func() time.Time { return s.now })
	for _, p := range []efirmatest.Pair{s.Root, s.Issuer} {
		shown, err := s.trust.Look(trust.Authority, p.Cert.Raw)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.trust.Install(s.ctx, tenant, "admin", trust.Authority, p.Cert.Raw, shown[0].Hash); err != nil {
			t.Fatal(err)
		}
	}
	s.policy(s.ocsp.Serve(t), false)
	s.sign(nil)
	who, p := s.hire(7, level, "2020-02-17", "")
	s.who, s.rfc, s.name = who, p.RFC, strings.ToUpper(p.Name())
	s.pair = s.Issue(t, efirmatest.Person{Name: s.name, RFC: p.RFC, CURP: p.CURP})
	s.id = s.begin(who, Modificacion)
	s.fill(who, s.id, p, 7)
	return s
}

// sign is the service with an e.firma, and time stamps when there are any.
func (s *signer) sign(stamp Stamp) {
	s.Service = New(s.db, func() time.Time { return s.now }, func(tx *storage.Txn, l Letter) error { return s.post(tx, l) },
		WithEFirma(EFirma{
			Words: i18n.Load(), Stamp: stamp, Check: func(id string) string { return "https://declara.example/verificar/" + id },
			Judge: func(ctx context.Context, tenant string, cer []byte, rfc string) (Verdict, error) {
				v, err := s.trust.Judge(ctx, tenant, cer, rfc)
				return Verdict{v.Certificate.X509, v.Certificate.Name, v.Certificate.Serial, v.Chain, v.Check}, err
			},
		}))
}

func (s *signer) policy(url string, strict bool) {
	s.Helper()
	if err := s.trust.SetOCSP(s.ctx, tenant, "admin", url, strict); err != nil {
		s.Fatal(err)
	}
}

func (s *signer) prepare() Signing {
	s.Helper()
	w := s.work(s.who, s.id)
	got, err := s.PrepareSignature(s.ctx, s.who, s.id, w.Stamp(), s.pair.Cert.Raw)
	if err != nil {
		s.Fatal(err)
	}
	return got
}

// both makes both signatures as the page does.
func (s *signer) both(with efirmatest.Pair, g Signing) Signatures {
	return Signatures{PDF: with.Sign(s.T, g.Attributes), Data: with.Sign(s.T, g.DataAttributes)}
}

func (s *signer) signed() (out storage.Signed) {
	s.Helper()
	if err := s.db.View(s.ctx, tenant, func(tx *storage.Txn) (err error) {
		out, err = tx.Signed(s.id)
		return err
	}); err != nil {
		s.Fatal(err)
	}
	return out
}

// said is the key of an error that a person may be told.
func said(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return string(e.Code) + " " + e.Key
	}
	if err != nil {
		return "internal: " + err.Error()
	}
	return ""
}

// TestSignWithEFirma files with an e.firma: what was shown is what is kept, both
// signatures hold for a stranger, and the filing is like any other.
func TestSignWithEFirma(t *testing.T) {
	s := newSigner(t, forms.Full)
	g := s.prepare()
	file, document, err := s.Prepared(s.ctx, s.who, s.id, g.ID)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(file, []byte("VE-2026-")) {
		t.Error("the document has a folio before it was received")
	}
	s.now = s.now.Add(3 * time.Minute)
	f, err := s.CompleteSignature(s.ctx, s.who, s.id, g.ID, s.both(s.pair, g))
	if err != nil {
		t.Fatal(err)
	}
	if f.Method != methodEFirma || f.Folio != "VE-2026-000001" || !f.Filed.Equal(s.now.Truncate(time.Second)) || f.Late || f.Hash != storage.Digest(document) || len(s.posts) != 1 {
		t.Errorf("%+v", f)
	}
	kept := s.signed()
	if !bytes.Equal(kept.PDF[:g.Range[1]], file[:g.Range[1]]) || !bytes.Equal(kept.PDF[g.Range[2]:], file[g.Range[2]:]) || len(kept.PDF) != len(file) {
		t.Error("what was signed is not what was shown")
	}
	if len(kept.Checks) != 1 || kept.Checks[0].State != "good" || len(kept.Checks[0].Answer) == 0 || !bytes.Equal(kept.Cert, s.pair.Cert.Raw) || len(kept.Chain) != 2 {
		t.Errorf("evidence: %+v", kept.Checks)
	}
	roots := x509.NewCertPool()
	roots.AddCert(s.Root.Cert)
	stranger := pades.Trust{Signers: roots, At: func(pades.Signature) time.Time { return f.Filed }}
	report, err := pades.Verify(kept.PDF, stranger)
	if err != nil || report.Altered || len(report.Signatures) != 1 || report.Signatures[0].Trusted != pades.AnchorSigner || report.Signatures[0].Cert == nil || !report.Signatures[0].Cert.Equal(s.pair.Cert) {
		t.Errorf("a stranger reads: %+v, %v", report, err)
	}
	if len(report.Files) != 1 || !bytes.Equal(report.Files[0].Data, document) {
		t.Error("the document is not attached to its paper")
	}
	if d := pades.VerifyDetached(kept.JSON, document, stranger); !d.Valid || d.Trusted != pades.AnchorSigner {
		t.Errorf("the signature of the document: %+v", d)
	}
	if d := pades.VerifyDetached(kept.JSON, append(bytes.Clone(document), ' '), stranger); d.Valid {
		t.Error("the signature holds for another document")
	}
	// Sending it again, or another way, leads to what is filed.
	if _, err := s.CompleteSignature(s.ctx, s.who, s.id, g.ID, s.both(s.pair, g)); !errors.Is(err, ErrFiled) {
		t.Errorf("replay: %v", err)
	}
	if _, err := s.PrepareSignature(s.ctx, s.who, s.id, "x", s.pair.Cert.Raw); !errors.Is(err, ErrFiled) {
		t.Errorf("prepare again: %v", err)
	}
	again, err := s.File(s.ctx, s.who, s.id, Seal{Verify: right})
	if err != nil || again.Folio != f.Folio {
		t.Errorf("with the password, too: %v", err)
	}
	s.sound()
}

// sound checks the whole store.
func (s *signer) sound() {
	s.Helper()
	report, err := s.db.Check(s.ctx)
	if err != nil || len(report.Faults) > 0 {
		s.Errorf("the store: %v %v", report.Faults, err)
	}
}

// TestPDFSigSaysValid is another reader's opinion of the signed paper.
func TestPDFSigSaysValid(t *testing.T) {
	if _, err := exec.LookPath("pdfsig"); err != nil {
		t.Skip("no pdfsig")
	}
	s := newSigner(t, forms.Simplified)
	g := s.prepare()
	if _, err := s.CompleteSignature(s.ctx, s.who, s.id, g.ID, s.both(s.pair, g)); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "firmado.pdf")
	if err := os.WriteFile(name, s.signed().PDF, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("pdfsig", "-nocert", name).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "Signature is Valid") || !strings.Contains(string(out), "Total document signed") {
		t.Errorf("pdfsig: %v\n%s", err, out)
	}
}

// TestPrepareRefuses: who may not sign with that certificate, or may not sign at
// all, is told why, each in its own words.
func TestPrepareRefuses(t *testing.T) {
	s := newSigner(t, forms.Simplified)
	mine := efirmatest.Person{Name: s.name, RFC: s.rfc, CURP: "NUIG800101MVZXBD09"}
	with := func(change func(*efirmatest.Person)) []byte {
		p := mine
		change(&p)
		return s.Issue(t, p).Cert.Raw
	}
	stamp := func() string { w := s.work(s.who, s.id); return w.Stamp() }
	for what, c := range map[string]struct {
		cer  []byte
		want string
	}{
		"a CSD":            {with(func(p *efirmatest.Person) { p.Invoices = true }), "invoices"},
		"another RFC":      {with(func(p *efirmatest.Person) { p.RFC = "OIOX800101AB3" }), "other"},
		"a legal person":   {with(func(p *efirmatest.Person) { p.RFC, p.Of = "EMP010101AAA", s.rfc }), "legal"},
		"expired":          {with(func(p *efirmatest.Person) { p.From, p.To = s.now.AddDate(-5, 0, 0), s.now.Add(-time.Second) }), "expired"},
		"not yet valid":    {with(func(p *efirmatest.Person) { p.From = s.now.Add(time.Hour) }), "early"},
		"a weak key":       {with(func(p *efirmatest.Person) { p.Bits = 1024 }), "weak"},
		"an unknown chain": {efirmatest.Strangers(t, s.now).Issue(t, mine).Cert.Raw, "stranger"},
		"not one":          {[]byte("hola"), "unreadable"},
		"nothing":          {nil, "unreadable"},
	} {
		if _, err := s.PrepareSignature(s.ctx, s.who, s.id, stamp(), c.cer); said(err) != "invalid declare.efirma.refused."+c.want {
			t.Errorf("%s: %v", what, err)
		}
	}
	s.ocsp.Revoked = s.now.Add(-time.Hour)
	if _, err := s.PrepareSignature(s.ctx, s.who, s.id, stamp(), s.pair.Cert.Raw); said(err) != "invalid declare.efirma.refused.revoked" {
		t.Errorf("revoked: %v", err)
	}
	s.ocsp.Revoked = time.Time{}
	if _, err := s.PrepareSignature(s.ctx, s.who, s.id, "another", s.pair.Cert.Raw); !errors.Is(err, ErrChanged) {
		t.Errorf("another stamp: %v", err)
	}
	other, _ := s.hire(8, forms.Simplified, "2020-02-17", "")
	if _, err := s.PrepareSignature(s.ctx, other, s.id, stamp(), s.pair.Cert.Raw); !errors.Is(err, errNotFound) {
		t.Errorf("another person's draft: %v", err)
	}
	plain := New(s.db, func() time.Time { return s.now }, nil)
	if _, err := plain.PrepareSignature(s.ctx, s.who, s.id, stamp(), s.pair.Cert.Raw); !errors.Is(err, errNoEFirma) {
		t.Errorf("a service without e.firma: %v", err)
	}
	// A draft that is not whole cannot be signed this way either.
	half := s.work(s.who, s.id)
	sec := half.Form.Sections[0].Key
	if _, err := s.Save(s.ctx, s.who, s.id, Edit{Section: sec, Version: half.Kept.Versions[sec], Now: forms.Answers{"datosGenerales.correoElectronico.personal": {"no es un correo"}}}, true); err != nil {
		t.Fatal(err)
	}
	if _, err := s.PrepareSignature(s.ctx, s.who, s.id, stamp(), s.pair.Cert.Raw); !errors.Is(err, ErrNotReady) {
		t.Errorf("not ready: %v", err)
	}
}

// TestCompleteRefuses: what was prepared is signed by its person, in time, once,
// with its key, and unchanged; or not at all.
func TestCompleteRefuses(t *testing.T) {
	s := newSigner(t, forms.Simplified)
	other, _ := s.hire(8, forms.Simplified, "2020-02-17", "")
	thief := s.Issue(t, efirmatest.Person{Name: s.name, RFC: s.rfc, CURP: "NUIG800101MVZXBD09", Slot: 4})
	complete := func(who Who, id, token string, sigs Signatures) string {
		t.Helper()
		_, err := s.CompleteSignature(s.ctx, who, id, token, sigs)
		return said(err)
	}
	g := s.prepare()
	good := s.both(s.pair, g)
	if got := complete(other, s.id, g.ID, good); got != "notfound declare.efirma.error.pending" {
		t.Errorf("another person, with the id: %s", got)
	}
	theirs := s.begin(other, Modificacion)
	if got := complete(other, theirs, g.ID, good); got != "notfound declare.efirma.error.pending" {
		t.Errorf("another person, for her own draft: %s", got)
	}
	if _, _, err := s.Prepared(s.ctx, other, s.id, g.ID); said(err) != "notfound declare.efirma.error.pending" {
		t.Errorf("another person reads: %v", err)
	}
	if got := complete(s.who, s.id, "inventada", good); got != "notfound declare.efirma.error.pending" {
		t.Errorf("an invented id: %s", got)
	}
	for what, wrong := range map[string]func(right, thief Signatures) Signatures{
		"another key":       func(_, thief Signatures) Signatures { return thief },
		"signatures turned": func(right, _ Signatures) Signatures { return Signatures{right.Data, right.PDF} },
		"the data unsigned": func(right, _ Signatures) Signatures { return Signatures{right.PDF, nil} },
		"of another time":   func(_, _ Signatures) Signatures { return good },
		"nothing":           func(_, _ Signatures) Signatures { return Signatures{} },
	} {
		s.now = s.now.Add(time.Second)
		g := s.prepare()
		if got := complete(s.who, s.id, g.ID, wrong(s.both(s.pair, g), s.both(thief, g))); got != "invalid declare.efirma.refused.signature" {
			t.Errorf("%s: %s", what, got)
		}
		if got := complete(s.who, s.id, g.ID, s.both(s.pair, g)); got != "gone declare.efirma.error.spent" {
			t.Errorf("%s, then right: %s", what, got)
		}
		if _, _, err := s.Prepared(s.ctx, s.who, s.id, g.ID); said(err) != "gone declare.efirma.error.spent" {
			t.Errorf("%s: still there: %v", what, err)
		}
	}
	first := s.prepare()
	second := s.prepare()
	if got := complete(s.who, s.id, first.ID, s.both(s.pair, first)); got != "notfound declare.efirma.error.pending" {
		t.Errorf("one that was prepared again since: %s", got)
	}
	s.now = s.now.Add(signWithin)
	if got := complete(s.who, s.id, second.ID, s.both(s.pair, second)); got != "gone declare.efirma.error.late" {
		t.Errorf("ten minutes later: %s", got)
	}
	s.now = s.now.Add(rememberUp)
	if err := s.Sweep(s.ctx, tenant); err != nil {
		t.Fatal(err)
	}
	if got := complete(s.who, s.id, second.ID, s.both(s.pair, second)); got != "notfound declare.efirma.error.pending" {
		t.Errorf("an hour later: %s", got)
	}
	third := s.prepare()
	w := s.work(s.who, s.id)
	sec := "datosGenerales"
	if _, err := s.Save(s.ctx, s.who, s.id, Edit{Section: sec, Version: w.Kept.Versions[sec], Now: forms.Answers{"datosGenerales.correoElectronico.personal": {"otro@correo.example"}}}, true); err != nil {
		t.Fatal(err)
	}
	if got := complete(s.who, s.id, third.ID, s.both(s.pair, third)); got != said(ErrChanged) {
		t.Errorf("changed since: %s", got)
	}
	fourth := s.prepare()
	s.update(func(tx *storage.Txn) error {
		p, err := tx.Person(s.who.Person)
		p.Post = "Otro cargo"
		if err == nil {
			err = tx.PutPerson(p)
		}
		return err
	})
	if got := complete(s.who, s.id, fourth.ID, s.both(s.pair, fourth)); got != said(ErrChanged) && got != said(ErrNotReady) {
		t.Errorf("the roster changed since: %s", got)
	}
	if n := s.filed(); n != 0 {
		t.Errorf("%d filings after all of that", n)
	}
	s.sound()
}

func (s *signer) filed() (n int) {
	s.Helper()
	if err := s.db.View(s.ctx, tenant, func(tx *storage.Txn) error {
		return tx.Filings(func(storage.Filing) error { n++; return nil })
	}); err != nil {
		s.Fatal(err)
	}
	return n
}

// TestOutagesDoNotStopAFiling: neither the responder nor a time stamp authority can
// make anybody miss a deadline; an administrator who wants an answer gets one.
func TestOutagesDoNotStopAFiling(t *testing.T) {
	s := newSigner(t, forms.Simplified)
	s.sign(func(context.Context, string, [32]byte) ([]byte, error) { return nil, errors.New("no answer") })
	s.policy("http://127.0.0.1:1/", true)
	w := s.work(s.who, s.id)
	if _, err := s.PrepareSignature(s.ctx, s.who, s.id, w.Stamp(), s.pair.Cert.Raw); said(err) != "invalid declare.efirma.refused.unanswered" {
		t.Errorf("strict: %v", err)
	}
	s.policy("http://127.0.0.1:1/", false)
	g := s.prepare()
	f, err := s.CompleteSignature(s.ctx, s.who, s.id, g.ID, s.both(s.pair, g))
	if err != nil || f.Folio == "" {
		t.Fatalf("both are down: %v", err)
	}
	if c := s.signed().Checks; len(c) != 1 || c[0].State != "unreachable" || c[0].Final {
		t.Errorf("marked as %+v", c)
	}
	s.sound()
}

// TestStampAsked: a time stamp authority is asked for a stamp over the signature; a
// stamp that is none is found out by our own verifier and nothing is lost.
func TestStampAsked(t *testing.T) {
	s := newSigner(t, forms.Simplified)
	var asked [32]byte
	s.sign(func(_ context.Context, _ string, digest [32]byte) ([]byte, error) {
		asked = digest
		return nil, errors.New("late")
	})
	g := s.prepare()
	sigs := s.both(s.pair, g)
	if _, err := s.CompleteSignature(s.ctx, s.who, s.id, g.ID, sigs); err != nil {
		t.Fatal(err)
	}
	if asked != sha256.Sum256(sigs.PDF) {
		t.Error("the stamp was asked for something else")
	}
}

// TestUselessStamp: what is no stamp, or one that has no room in the paper, is left
// out; the filing goes on.
func TestUselessStamp(t *testing.T) {
	for what, token := range map[string][]byte{"no stamp": []byte("lo que sea"), "too large": append([]byte{0x30, 0x82, 0x40, 0}, make([]byte, 0x4000)...)} {
		s := newSigner(t, forms.Simplified)
		s.sign(func(context.Context, string, [32]byte) ([]byte, error) { return token, nil })
		g := s.prepare()
		if _, err := s.CompleteSignature(s.ctx, s.who, s.id, g.ID, s.both(s.pair, g)); err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		s.sound()
	}
}

// TestOneOfMany sends the same signatures from everywhere at once, with the password
// among them: there is one filing, and nobody is told anything else.
func TestOneOfMany(t *testing.T) {
	s := newSigner(t, forms.Simplified)
	w := s.work(s.who, s.id)
	g := s.prepare()
	sigs := s.both(s.pair, g)
	var wait sync.WaitGroup
	var mu sync.Mutex
	folios, said := map[string]bool{}, map[string]int{}
	for i := range 8 {
		wait.Go(func() {
			f, err := storage.Filing{}, error(nil)
			if i == 4 {
				f, err = s.File(s.ctx, s.who, s.id, Seal{Stamp: w.Stamp(), Verify: right})
			} else {
				f, err = s.CompleteSignature(s.ctx, s.who, s.id, g.ID, sigs)
			}
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				folios[f.Folio] = true
			} else {
				said[err.Error()]++
			}
		})
	}
	wait.Wait()
	if n := s.filed(); n != 1 || len(folios) != 1 {
		t.Errorf("%d filings, %v", n, folios)
	}
	for err := range said {
		if err != ErrFiled.Error() && err != errSpent.Error() && err != errNoPending.Error() {
			t.Errorf("somebody was told %q", err)
		}
	}
	s.sound()
}

// TestLateIsWhenItIsReceived: prepared on the last day, sent after midnight.
func TestLateIsWhenItIsReceived(t *testing.T) {
	s := newSigner(t, forms.Simplified)
	s.set("2026-05-31 23:58:00")
	g := s.prepare()
	s.set("2026-06-01 00:01:00")
	f, err := s.CompleteSignature(s.ctx, s.who, s.id, g.ID, s.both(s.pair, g))
	if err != nil || !f.Late {
		t.Errorf("late %v, %v", f.Late, err)
	}
}
