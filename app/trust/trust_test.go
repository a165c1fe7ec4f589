package trust

import (
	"context"
	"encoding/pem"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"declara/app/errs"
	"declara/forms"
	"declara/pdf/sign/efirma"
	"declara/pdf/sign/efirma/efirmatest"
	"declara/storage"
	"declara/storage/bolt"
)

const (
	tenant = "1"
	rfc    = "NUIG800101AB3"
	curp   = "NUIG800101MVZXBD09"
	name   = "MARÍA GUADALUPE NÚÑEZ IBÁÑEZ"
)

// world is a tenant whose administrator installed the authorities of the test.
type world struct {
	*testing.T
	*Service
	*efirmatest.Authorities
	db  *storage.DB
	now time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	store, err := bolt.Open(filepath.Join(t.TempDir(), "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, db: storage.Open(store, storage.NewKeys()), now: time.Date(2026, 5, 11, 16, 0, 0, 0, time.UTC)}
	t.Cleanup(func() {
		if err := w.db.Close(); err != nil {
			t.Error(err)
		}
	})
	w.Authorities = efirmatest.New(t, w.now)
	w.Service = New(w.db, func() time.Time { return w.now }, nil)
	return w
}

func (w *world) install(k Kind, p efirmatest.Pair) {
	w.Helper()
	shown, err := w.Look(k, p.Cert.Raw)
	if err != nil {
		w.Fatal(err)
	}
	if err := w.Install(w.Context(), tenant, "admin", k, p.Cert.Raw, shown[0].Hash); err != nil {
		w.Fatal(err)
	}
}

func (w *world) ocsp(url string, strict bool) {
	w.Helper()
	if err := w.SetOCSP(w.Context(), tenant, "admin", url, strict); err != nil {
		w.Fatal(err)
	}
}

func (w *world) state() State {
	w.Helper()
	s, err := w.State(w.Context(), tenant)
	if err != nil {
		w.Fatal(err)
	}
	return s
}

func key(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e.Key
	}
	return ""
}

// TestInstall looks, installs by what was shown, and takes out again.
func TestInstall(t *testing.T) {
	w := newWorld(t)
	if w.state().Ready() {
		t.Error("somebody is believed before anything was installed")
	}
	w.install(Authority, w.Root)
	w.install(Authority, w.Issuer)
	w.install(Authority, w.Issuer)
	w.install(Responder, w.Authorities.Responder)
	s := w.state()
	if len(s.Authorities) != 2 || len(s.Responders) != 1 || !s.Authorities[0].Root || s.Authorities[1].Root || s.Authorities[1].Name != "A.C. de Prueba" || s.Authorities[0].Ended {
		t.Fatalf("%+v", s)
	}
	person := w.Issue(t, efirmatest.Person{Name: name, RFC: rfc, CURP: curp})
	for what, c := range map[string]struct {
		kind Kind
		file []byte
		want string
	}{
		"a person's":             {Authority, person.Cert.Raw, "settings.efirma.error.person"},
		"a person's, to answer":  {Responder, person.Cert.Raw, "settings.efirma.error.purpose"},
		"not a certificate":      {Authority, []byte("x"), "settings.efirma.error.file"},
		"not one, to answer":     {Responder, nil, "settings.efirma.error.file"},
		"a short key":            {Authority, w.Issue(t, efirmatest.Person{Name: "CORTA", CA: true, Bits: 1024}).Cert.Raw, "settings.efirma.error.weak"},
		"an endless file":        {Authority, make([]byte, efirma.MaxAuthorities+1), "settings.efirma.error.file"},
		"a key in PEM among ACs": {Authority, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte{1}}), "settings.efirma.error.file"},
	} {
		if _, err := w.Look(c.kind, c.file); key(err) != c.want {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := w.Install(t.Context(), tenant, "admin", Authority, w.Issuer.Cert.Raw, s.Authorities[0].Hash); key(err) != "settings.efirma.error.other" {
		t.Errorf("another than was shown: %v", err)
	}
	for _, bad := range []string{"ftp://x", "cfdi.sat.gob.mx", "http://u:p@x/"} {
		if err := w.SetOCSP(t.Context(), tenant, "admin", bad, false); key(err) != "settings.efirma.error.url" {
			t.Errorf("%s: %v", bad, err)
		}
	}
	if err := w.Remove(t.Context(), tenant, "admin", Authority, s.Authorities[0].Hash); err != nil {
		t.Error(err)
	}
	if err := w.Remove(t.Context(), tenant, "admin", Authority, s.Authorities[0].Hash); key(err) != "settings.efirma.error.gone" {
		t.Errorf("twice: %v", err)
	}
	if err := w.Remove(t.Context(), tenant, "admin", Responder, s.Responders[0].Hash); err != nil || len(w.state().Responders) != 0 || len(w.state().Authorities) != 1 {
		t.Errorf("%v, %+v", err, w.state())
	}
}

// TestJudge goes through every answer that a person may get to her certificate.
func TestJudge(t *testing.T) {
	w := newWorld(t)
	r := w.NewResponder(func() time.Time { return w.now })
	url := r.Serve(t)
	judge := func(p efirmatest.Pair) (Verdict, error) { return w.Judge(t.Context(), tenant, p.Cert.Raw, rfc) }
	mine := efirmatest.Person{Name: name, RFC: rfc, CURP: curp}
	good := w.Issue(t, mine)
	if _, err := judge(good); key(err) != "declare.efirma.refused.noanchors" {
		t.Errorf("nothing installed: %v", err)
	}
	w.install(Authority, w.Root)
	w.install(Authority, w.Issuer)
	v, err := judge(good)
	if err != nil || v.Check.State != "noaddress" || v.Check.Final || v.Certificate.Name != name || len(v.Chain) != 2 || v.Check.Answer != nil {
		t.Errorf("no responder configured: %+v, %v", v.Check, err)
	}
	w.ocsp(url, false)
	if v, err = judge(good); err != nil || v.Check.State != "good" || !v.Check.Final || len(v.Check.Answer) == 0 {
		t.Errorf("good: %+v, %v", v.Check, err)
	}
	for what, c := range map[string]struct {
		set    func(*efirmatest.Responder)
		strict string
		loose  string // state, when it is accepted
	}{
		"tries later": {func(r *efirmatest.Responder) { r.Status = 3 }, "declare.efirma.refused.unanswered", "refused"},
		"unknown":     {func(r *efirmatest.Responder) { r.Unknown = true }, "declare.efirma.refused.unanswered", "unknown"},
		"forged": {func(r *efirmatest.Responder) {
			r.Signer = w.Issue(t, efirmatest.Person{Name: "OTRO", RFC: "OIOX800101AB3", Slot: 1})
		}, "declare.efirma.refused.unanswered", "unentitled"},
		"old":     {func(r *efirmatest.Responder) { r.Age = time.Hour }, "declare.efirma.refused.unanswered", "stale"},
		"revoked": {func(r *efirmatest.Responder) { r.Revoked = w.now.Add(-time.Hour) }, "declare.efirma.refused.revoked", ""},
	} {
		r := w.NewResponder(func() time.Time { return w.now })
		c.set(r)
		url := r.Serve(t)
		w.ocsp(url, true)
		if _, err := judge(good); key(err) != c.strict {
			t.Errorf("%s, strict: %v", what, err)
		}
		w.ocsp(url, false)
		v, err := judge(good)
		if c.loose == "" {
			if e, ok := errors.AsType[*errs.Error](err); !ok || e.Key != c.strict || len(e.Args) != 1 || e.Args[0] != "2026-05-11" {
				t.Errorf("%s: %v", what, err)
			}
		} else if err != nil || v.Check.State != c.loose || v.Check.Final || v.Check.Answer != nil {
			t.Errorf("%s: %+v, %v", what, v.Check, err)
		}
	}
	csd := mine
	csd.Invoices = true
	if _, err := judge(w.Issue(t, csd)); key(err) != "declare.efirma.refused.invoices" {
		t.Errorf("a CSD: %v", err)
	}
	if _, err := w.Judge(t.Context(), tenant, []byte("hola"), rfc); key(err) != "declare.efirma.refused.unreadable" {
		t.Errorf("not a certificate: %v", err)
	}
}

// TestProbe tells an administrator what is wrong before anybody signs.
func TestProbe(t *testing.T) {
	w := newWorld(t)
	probe := func(cer []byte) Probe {
		t.Helper()
		p, err := w.Probe(t.Context(), tenant, cer)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	if p := probe(nil); p.OK || p.Why != efirma.NoAnchors {
		t.Errorf("nothing installed: %+v", p)
	}
	w.install(Authority, w.Root)
	w.install(Authority, w.Issuer)
	if p := probe(nil); p.OK || p.Why != efirma.NoAddress || p.About != "A.C. de Prueba" {
		t.Errorf("no address: %+v", p)
	}
	r := w.NewResponder(func() time.Time { return w.now })
	r.Unknown = true
	w.ocsp(r.Serve(t), false)
	if p := probe(nil); !p.OK || p.Signer != "OCSP de Prueba" || p.State != "" || p.Pinned || !p.Nonce {
		t.Errorf("a number that nobody has: %+v", p)
	}
	r.Unknown = false
	mine := w.Issue(t, efirmatest.Person{Name: name, RFC: rfc, CURP: curp})
	if p := probe(mine.Cert.Raw); !p.OK || p.State != efirma.Good {
		t.Errorf("a good one: %+v", p)
	}
	r.Revoked = w.now.Add(-time.Hour)
	if p := probe(mine.Cert.Raw); !p.OK || p.State != efirma.Revoked || p.Revoked.IsZero() {
		t.Errorf("a revoked one: %+v", p)
	}
	w.install(Responder, w.Authorities.Responder)
	if p := probe(mine.Cert.Raw); !p.Pinned {
		t.Errorf("pinned: %+v", p)
	}
	r.Signer = mine
	if p := probe(mine.Cert.Raw); p.OK || p.Why != efirma.Unentitled {
		t.Errorf("forged: %+v", p)
	}
	if _, err := w.Probe(t.Context(), tenant, []byte("x")); key(err) != "declare.efirma.refused.unreadable" {
		t.Errorf("not a certificate: %v", err)
	}
}

// TestAgain accepts a filing while the responder is down, and learns of the
// certificate when it is back.
func TestAgain(t *testing.T) {
	w := newWorld(t)
	w.install(Authority, w.Root)
	w.install(Authority, w.Issuer)
	r := w.NewResponder(func() time.Time { return w.now })
	r.Status = 3
	w.ocsp(r.Serve(t), false)
	mine := w.Issue(t, efirmatest.Person{Name: name, RFC: rfc, CURP: curp})
	one, two := w.filed(mine), w.filed(mine)
	var log strings.Builder
	worker := NewWorker(w.Service, slog.New(slog.NewTextHandler(&log, nil)), "a")
	round := func() {
		t.Helper()
		if err := worker.Round(t.Context(), tenant); err != nil {
			t.Fatal(err)
		}
	}
	round()
	if r.Asked != 1 || w.last(one).Final || w.last(two).Final {
		t.Errorf("a responder that is down was asked %d times", r.Asked)
	}
	r.Status, r.Unknown = 0, true
	if round(); r.Asked != 3 || w.last(one).Final {
		t.Errorf("one that knows none was asked %d times", r.Asked-1)
	}
	r.Unknown = false
	if round(); w.last(one).State != "good" || w.last(two).State != "good" || len(w.last(one).Answer) == 0 {
		t.Errorf("%+v %+v", w.last(one), w.last(two))
	}
	asked := r.Asked
	if round(); r.Asked != asked {
		t.Error("it asks again although it knows")
	}
	late := w.filed(mine)
	r.Revoked = w.now.Add(-time.Hour)
	if round(); w.last(late).State != "revoked" || !strings.Contains(log.String(), "revoked") || strings.Contains(log.String(), rfc) {
		t.Errorf("%+v\n%s", w.last(late), log.String())
	}
	r.Status = 3
	old := w.filed(mine)
	w.now = w.now.AddDate(4, 0, 0)
	if round(); w.last(old).State != "expired" || !w.last(old).Final {
		t.Errorf("%+v", w.last(old))
	}
	if err := w.db.View(t.Context(), tenant, func(tx *storage.Txn) error {
		due, err := tx.UncheckedSignatures("", 9)
		if len(due) > 0 {
			t.Errorf("%d still to ask about", len(due))
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// filed keeps a filing whose certificate nobody could be asked about.
func (w *world) filed(p efirmatest.Pair) string {
	w.Helper()
	w.now = w.now.Add(time.Second)
	id := storage.NewID(w.now)
	if err := w.db.Update(context.Background(), tenant, func(tx *storage.Txn) error {
		if err := tx.PutInstitution(storage.Institution{Name: "Municipio", Initials: "VE", Zone: "America/Mexico_City", SetUp: w.now}); err != nil {
			return err
		}
		f := storage.Filing{ID: id, Person: "p", Type: forms.Inicial, Filed: w.now, Zone: "America/Mexico_City", Method: "efirma", Sent: id, Reserved: true}
		if err := tx.File(&f, []byte("{}"), []byte("{}"), ""); err != nil {
			return err
		}
		return tx.PutSigned(storage.Signed{
			Filing: id, PDF: []byte("x"), Cert: p.Cert.Raw, Chain: [][]byte{w.Issuer.Cert.Raw, w.Root.Cert.Raw},
			Checks: []storage.Revocation{{State: "unreachable", At: w.now}},
		})
	}); err != nil {
		w.Fatal(err)
	}
	return id
}

// last is what was learnt last of the certificate of a filing.
func (w *world) last(id string) (r storage.Revocation) {
	w.Helper()
	if err := w.db.View(context.Background(), tenant, func(tx *storage.Txn) error {
		s, err := tx.Signed(id)
		if err == nil {
			r = s.Checks[len(s.Checks)-1]
		}
		return err
	}); err != nil {
		w.Fatal(err)
	}
	return r
}
