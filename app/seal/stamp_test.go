package seal

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"declara/app/errs"
	"declara/pdf/sign"
	"declara/storage"
)

// authority is a time stamp authority: openssl behind a real HTTP server.
type authority struct {
	*httptest.Server
	root  []byte // PEM
	asked atomic.Int64
	mode  atomic.Value // "", "slow", "down", "nonsense", "refuse"
}

func newTSA(t testing.TB) *authority {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("openssl is not installed")
	}
	dir := t.TempDir()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	rootKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	root, err := issue(&x509.Certificate{Subject: pkix.Name{CommonName: "Raíz del PSC"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(20, 0, 0)}, nil, &rootKey.PublicKey, rootKey)
	if err != nil {
		t.Fatal(err)
	}
	usage, err := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 8}})
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := issue(&x509.Certificate{Subject: pkix.Name{CommonName: "Sellos de tiempo del PSC"}, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: true, Value: usage}},
		NotBefore:       now.AddDate(-1, 0, 0), NotAfter: now.AddDate(20, 0, 0)}, root, &key.PublicKey, rootKey)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{
		"tsa.pem": asPEM([]*x509.Certificate{leaf}), "key.pem": keyPEM(t, key), "serial": []byte("01\n"),
		"c.cnf": []byte("[tsa]\ndefault_tsa=t\n[t]\nserial=serial\nsigner_cert=tsa.pem\nsigner_key=key.pem\nsigner_digest=sha256\ndigests=sha256\ndefault_policy=1.2.3.4\nordering=no\ness_cert_id_chain=no\ness_cert_id_alg=sha256\n"),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	a := &authority{root: asPEM([]*x509.Certificate{root})}
	a.mode.Store("")
	a.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.asked.Add(1)
		switch a.mode.Load() {
		case "slow":
			select {
			case <-r.Context().Done():
			case <-time.After(8 * time.Second):
			}
			return
		case "down":
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		case "nonsense":
			io.WriteString(w, "<html>hola</html>")
			return
		case "refuse":
			w.Header().Set("Content-Type", "application/timestamp-reply")
			w.Write([]byte{0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x02})
			return
		}
		q, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		file, err := os.CreateTemp(dir, "q")
		if err != nil {
			return
		}
		file.Write(q)
		file.Close()
		cmd := exec.Command("openssl", "ts", "-reply", "-config", "c.cnf", "-queryfile", file.Name(), "-out", file.Name()+".r")
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("openssl ts: %v %s", err, out)
			return
		}
		b, err := os.ReadFile(file.Name() + ".r")
		if err != nil {
			return
		}
		w.Header().Set("Content-Type", "application/timestamp-reply")
		w.Write(b)
	}))
	t.Cleanup(a.Close)
	return a
}

// TestStamps: a paper is stamped when the authority answers; when it does not, the
// paper is kept with its seal alone, soon, and stays that.
func TestStamps(t *testing.T) {
	tsa := newTSA(t)
	w := newWorld(t)
	w.now = time.Now().UTC().Truncate(time.Second)
	set := func(a Authority) error { return w.s.SetStamps(t.Context(), town, "admin", a) }
	w.must(set(Authority{URL: tsa.URL, Roots: tsa.root}))
	if why, err := w.s.TryStamps(t.Context(), town); why != "" || err != nil {
		t.Fatal(why, err)
	}
	f := w.file()
	got := w.inspect(w.paper(f, storage.PaperReceipt))
	if got.Verdict() != Sound || got.Report.Signatures[0].Stamped == nil {
		t.Errorf("%s %+v", got.Verdict(), got.Report.Signatures)
	}
	told := Sentences(w.words.Printer("es"), got, zone(f))
	if text := told.Signs[0].Lines[1].Text; !strings.Contains(text, "según el sello de tiempo de Sellos de tiempo del PSC") {
		t.Error(text)
	}
	for mode, want := range map[string]sign.Reason{"down": sign.StampUnreachable, "nonsense": sign.StampFormat, "refuse": sign.StampRefused} {
		tsa.mode.Store(mode)
		if why, err := w.s.TryStamps(t.Context(), town); err != nil || why == "" {
			t.Errorf("%s: %q %v", mode, why, err)
		} else if why != want {
			t.Logf("%s is %s", mode, why)
		}
		w.s.stamps.set(time.Time{})
		g := w.file()
		got := w.inspect(w.paper(g, storage.PaperReceipt))
		if got.Verdict() != Sound || got.Report.Signatures[0].Stamped != nil {
			t.Errorf("%s: %s", mode, got.Verdict())
		}
		asked := tsa.asked.Load()
		w.paper(g, storage.PaperPublic)
		if tsa.asked.Load() != asked {
			t.Errorf("%s: an authority that does not answer is asked for every paper", mode)
		}
	}
	tsa.mode.Store("")
	w.later(stampRest + time.Second)
	g := w.file()
	if got := w.inspect(w.paper(g, storage.PaperReceipt)); got.Report.Signatures[0].Stamped == nil {
		t.Error("an authority that answers again is not asked again")
	}
	for name, a := range map[string]Authority{
		"seal.error.stamps.url": {URL: "ftp://x"}, "seal.error.roots": {URL: tsa.URL, Roots: []byte("hola")},
	} {
		err := set(a)
		if e, ok := errors.AsType[*errs.Error](err); !ok || e.Key != name {
			t.Error(name, err)
		}
	}
	other := newTSA(t)
	w.must(set(Authority{URL: other.URL, Roots: other.root}))
	if got := w.inspect(w.paper(f, storage.PaperReceipt)); got.Report.Signatures[0].Stamped == nil {
		t.Error("the stamp of an authority of before is no longer believed")
	}
	w.later(time.Second)
	if got := w.inspect(w.paper(w.file(), storage.PaperReceipt)); got.Report.Signatures[0].Stamped == nil {
		t.Error("the new authority does not stamp")
	}
	w.must(set(Authority{}))
	if _, err := w.s.TryStamps(t.Context(), town); err == nil {
		t.Error("an authority that is not there was tried")
	}
}

// TestSlowStamps: an authority that hangs holds one paper up for some seconds, and
// no other.
func TestSlowStamps(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for a time-out")
	}
	tsa := newTSA(t)
	w := newWorld(t)
	w.must(w.s.SetStamps(t.Context(), town, "admin", Authority{URL: tsa.URL, Roots: tsa.root}))
	tsa.mode.Store("slow")
	f := w.file()
	for _, kind := range storage.PaperKinds {
		if got := w.inspect(w.paper(f, kind)); got.Verdict() != Sound {
			t.Error(got.Verdict())
		}
	}
	if n := tsa.asked.Load(); n != 1 {
		t.Errorf("asked %d times", n)
	}
}
