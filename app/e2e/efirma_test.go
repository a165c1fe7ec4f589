package e2e

import (
	"bytes"
	"context"
	"crypto/cipher"
	"crypto/des" //nolint:gosec // what the tax authority uses
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	devtools "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"declara/app/trust"
	"declara/forms"
	"declara/pdf/sign"
	"declara/pdf/sign/efirma/efirmatest"
	"declara/storage"
)

// secret is the password of the key files of these tests.
const secret = "12345678á"

// firm is an official with a declaration ready to sign, an e.firma on disk, and a
// site that accepts it.
type firm struct {
	*site
	*efirmatest.Authorities
	official
	walk  *walk
	pair  efirmatest.Pair
	trust *trust.Service
	ocsp  *efirmatest.Responder
	dir   string
	cer   string
	wire  *wire
}

// newFirm makes all of it. Everything that the browser sends goes through a wire
// that writes it down.
func newFirm(t *testing.T, seed int64) *firm {
	t.Helper()
	chrome(t)
	s := newSite(t, "2025-03-10")
	f := &firm{site: s, Authorities: efirmatest.New(t, s.clock()), dir: t.TempDir()}
	f.trust = trust.New(s.db, s.clock, nil)
	f.ocsp = f.NewResponder(s.clock)
	for _, p := range []efirmatest.Pair{f.Root, f.Issuer} {
		shown, err := f.trust.Look(trust.Authority, p.Cert.Raw)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.trust.Install(t.Context(), tenant, "admin", trust.Authority, p.Cert.Raw, shown[0].Hash); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.trust.SetOCSP(t.Context(), tenant, "admin", f.ocsp.Serve(t), false); err != nil {
		t.Fatal(err)
	}
	f.official = s.hire(seed, forms.Simplified, "2025-02-17")
	f.pair = f.Issue(t, efirmatest.Person{Name: strings.ToUpper(f.Name()), RFC: f.RFC, CURP: f.CURP})
	f.cer = f.put("firma.cer", f.pair.Cert.Raw)
	f.walk = ready(s, f.official)
	f.wire = newWire(t, s.base)
	s.base = f.wire.base
	return f
}

func (f *firm) put(name string, b []byte) string {
	f.Helper()
	path := filepath.Join(f.dir, name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		f.Fatal(err)
	}
	return path
}

// wire stands between a browser and the site and keeps every byte that is sent.
type wire struct {
	base string
	mu   sync.Mutex
	sent bytes.Buffer
}

func newWire(t *testing.T, site string) *wire {
	t.Helper()
	u, err := url.Parse(site)
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	w := &wire{base: "http://" + ln.Addr().String()}
	go func() {
		for {
			near, err := ln.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", u.Host)
			if err != nil {
				_ = near.Close()
				continue
			}
			go func() { _, _ = io.Copy(far, io.TeeReader(near, w)); _ = far.Close() }()
			go func() { _, _ = io.Copy(near, far); _ = near.Close() }()
		}
	}()
	return w
}

func (w *wire) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.sent.Write(b)
}

func (w *wire) all() []byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	return bytes.Clone(w.sent.Bytes())
}

// never fails when something that must stay in the browser was sent, in any of the
// ways in which it could be written.
func (w *wire) never(t *testing.T, what string, b []byte) {
	t.Helper()
	sent := w.all()
	if len(b) > 48 {
		b = b[len(b)/2 : len(b)/2+48]
	}
	latin := []byte{}
	for _, r := range string(b) {
		latin = append(latin, byte(r))
	}
	for name, form := range map[string][]byte{
		"as it is": b, "in hex": []byte(hex.EncodeToString(b)), "in a form": []byte(url.QueryEscape(string(b))), "in Latin-1": latin,
		"in base64": []byte(base64.StdEncoding.EncodeToString(b)), "in base64, 1 on": []byte(base64.StdEncoding.EncodeToString(b[1 : len(b)-len(b)%3-2+1])),
	} {
		if len(form) > 3 && bytes.Contains(sent, form) {
			t.Errorf("%s was sent, %s", what, name)
		}
	}
}

// choose gives the page its files, and types the password of the key.
func (v *tab) choose(cer, key, typed string) {
	v.t.Helper()
	v.do(chromedp.SetUploadFiles(chromedp.CSS("#ef-cer"), []string{cer}), chromedp.SetUploadFiles(chromedp.CSS("#ef-llave"), []string{key}))
	v.type_("#ef-clave", typed)
}

// type_ writes into a box, in the place of what is there.
func (v *tab) type_(box, text string) {
	v.t.Helper()
	raw, err := json.Marshal([]string{box, text})
	if err != nil {
		v.fail("%v", err)
	}
	eval[bool](v, `((s, x) => { const e = document.querySelector(s); e.value = x; e.dispatchEvent(new Event("input", {bubbles: true})); return true })(...`+string(raw)+`)`)
}

const (
	shownReady = `!document.querySelector("[data-listo]").hidden`
	idle       = `!document.querySelector("[data-efirma] [aria-busy=true]")`
	trouble    = `[...document.querySelectorAll("[data-efirma] .msj-error:not([hidden]), [data-falla]:not([hidden])")].map(e => e.textContent).join("|")`
)

// tap presses a button of the e.firma and waits until it has done its work.
func (v *tab) tap(button string) {
	v.t.Helper()
	v.do(chromedp.Click(chromedp.CSS(button)))
	v.until(idle)
}

// TestSignInTheBrowser signs with an e.firma as a person does, on a desk and on a
// phone, with the key files that there are. Neither key nor password leaves.
func TestSignInTheBrowser(t *testing.T) {
	for i, c := range []struct {
		width int64
		lock  string
	}{{1280, "3des"}, {360, "aes256-sha256"}} {
		t.Run(fmt.Sprintf("%s at %d", c.lock, c.width), func(t *testing.T) {
			f := newFirm(t, int64(301+i))
			file := f.pair.KeyFile(t, []byte(secret), efirmatest.Locks[c.lock])
			v := newTab(f.site, c.width, true)
			signIn(v, f.login, password)
			v.open(f.walk.path("firmar"))
			axe(v)
			narrow(v)
			v.choose(f.cer, f.put("firma.key", file), secret)
			v.until(`document.querySelector("[data-quien]").textContent.includes("` + f.RFC + `")`)
			v.tap("[data-prepara]")
			if got := eval[string](v, trouble); got != "" || !eval[bool](v, shownReady) {
				t.Fatalf("not ready to sign: %q", got)
			}
			if eval[string](v, `document.querySelector("#ef-clave").value`) != "" {
				t.Error("the password stays on the page")
			}
			axe(v)
			narrow(v)
			v.dark(true)
			v.until(`document.getAnimations().length === 0`)
			axe(v)
			v.dark(false)
			v.until(`document.getAnimations().length === 0`)
			v.shot("efirma-" + c.lock)
			pdf := eval[string](v, `fetch(document.querySelector("[data-pdf]").href).then(r => r.text()).then(x => x.slice(0, 5))`)
			if pdf != "%PDF-" {
				t.Errorf("the document to be signed begins with %q", pdf)
			}
			v.do(chromedp.Click(chromedp.CSS("[data-firma]")))
			v.until(`location.pathname === "` + f.walk.path("acuse") + `" && document.readyState === "complete"`)
			p := v.read(200)
			if !p.says("Firmaste con tu e.firma") || p.says("no comprobada") {
				t.Errorf("the acuse: %s", p.root.words())
			}
			axe(v)
			f.kept(t)
			f.sealed(t)
			f.wire.never(t, "the password", []byte(secret))
			f.wire.never(t, "the key file", file)
			f.wire.never(t, "the private exponent", f.pair.Key.D.Bytes())
			f.wire.never(t, "a prime", f.pair.Key.Primes[0].Bytes())
			if !bytes.Contains(f.wire.all(), []byte(base64.StdEncoding.EncodeToString(f.pair.Cert.Raw)[:200])) {
				t.Error("the wire heard nothing")
			}
		})
	}
}

// kept checks what the filing left in the store.
func (f *firm) kept(t *testing.T) {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AddCert(f.Root.Cert)
	f.view(func(tx *storage.Txn) error {
		filing, err := tx.Filing(f.walk.id)
		if err != nil {
			return err
		}
		if filing.Method != "efirma" {
			t.Errorf("the filing says %q", filing.Method)
		}
		kept, err := tx.Signed(filing.ID)
		if err != nil {
			return err
		}
		believe := sign.Trust{Signers: roots, At: func(sign.Signature) time.Time { return filing.Filed }}
		report, err := sign.Verify(kept.PDF, believe)
		if err != nil || report.Altered || len(report.Signatures) != 1 || report.Signatures[0].Trusted != sign.AnchorSigner {
			t.Errorf("the signed paper: %+v %v", report, err)
		}
		document, err := tx.FullDocument(filing.ID)
		if err != nil {
			return err
		}
		if d := sign.VerifyDetached(kept.JSON, document, believe); !d.Valid {
			t.Errorf("the signed document: %+v", d)
		}
		return nil
	})
}

// sealed downloads the whole declaration: the institution's seal follows the
// signature, both hold, the answer about the certificate is in the file, and what
// is attached is what was filed.
func (f *firm) sealed(t *testing.T) {
	t.Helper()
	v := newPlain(f.site)
	signIn(v, f.login, password)
	resp, err := v.http.Get(v.base + f.walk.path("pdf", "completa"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	file, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != 200 {
		t.Fatalf("the paper: %d %v", resp.StatusCode, err)
	}
	if *shots != "" {
		if err := os.WriteFile(filepath.Join(*shots, "completa.pdf"), file, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	roots := x509.NewCertPool()
	roots.AddCert(f.Root.Cert)
	report, err := sign.Verify(file, sign.Trust{Signers: roots, At: func(sign.Signature) time.Time { return f.clock() }})
	if err != nil || report.Altered || len(report.Signatures) != 2 || !report.Signatures[0].Valid || !report.Signatures[1].Valid {
		t.Fatalf("the sealed paper: %+v %v", report, err)
	}
	if first := report.Signatures[0]; first.Trusted != sign.AnchorSigner || !first.Cert.Equal(f.pair.Cert) || len(report.Evidence.OCSPs) != 1 {
		t.Errorf("the declarant's: %+v, %d answers", first, len(report.Evidence.OCSPs))
	}
	f.view(func(tx *storage.Txn) error {
		document, err := tx.FullDocument(f.walk.id)
		if err == nil && (len(report.Files) != 1 || !bytes.Equal(report.Files[0].Data, document)) {
			t.Error("what is attached is not what was filed")
		}
		return err
	})
	if _, err := exec.LookPath("pdfsig"); err != nil {
		t.Log("no pdfsig: its opinion is left out")
		return
	}
	said, err := exec.Command("pdfsig", "-nocert", f.put("completa.pdf", file)).CombinedOutput()
	if err != nil || strings.Count(string(said), "Signature is Valid") != 2 {
		t.Errorf("pdfsig: %v\n%s", err, said)
	}
}

// TestMistakesInTheBrowser: each mistake is told at its place, nothing that was
// chosen is lost, and in the end it is signed.
func TestMistakesInTheBrowser(t *testing.T) {
	f := newFirm(t, 311)
	key := f.put("buena.key", f.pair.KeyFile(t, []byte(secret), efirmatest.Locks["3des"]))
	stranger := f.Issue(t, efirmatest.Person{Name: "OTRA PERSONA", RFC: "OIOX800101AB3", CURP: "OIOX800101HVZXBD09", Slot: 1})
	foreign := f.put("ajena.key", stranger.KeyFile(t, []byte(secret), efirmatest.Locks["3des"]))
	csd := f.Issue(t, efirmatest.Person{Name: "X", RFC: f.RFC, Invoices: true})
	v := newTab(f.site, 1280, true)
	v.provoke("422", "410")
	signIn(v, f.login, password)
	v.open(f.walk.path("firmar"))
	v.tap("[data-prepara]")
	for _, c := range []struct{ what, cer, key, typed, says string }{
		{"a text as certificate", f.put("nota.cer", []byte("hola")), key, secret, "no es un certificado"},
		{"no password", f.cer, key, "", "Escribe la contraseña"},
		{"a wrong password", f.cer, key, "87654321", "no es la contraseña"},
		{"a certificate as key", f.cer, f.cer, secret, "no es una llave privada"},
		{"somebody else's key", f.cer, foreign, secret, "no es la de ese certificado"},
		{"somebody else's e.firma", f.put("ajena.cer", stranger.Cert.Raw), foreign, secret, "no es el tuyo"},
		{"a CSD", f.put("sello.cer", csd.Cert.Raw), key, secret, "facturas"},
	} {
		v.choose(c.cer, c.key, c.typed)
		v.tap("[data-prepara]")
		if got := eval[string](v, trouble); !strings.Contains(got, c.says) {
			t.Errorf("%s: the page says %q", c.what, got)
		}
		if eval[bool](v, shownReady) {
			t.Errorf("%s: it can be signed", c.what)
		}
		if n := eval[int](v, `document.querySelector("#ef-cer").files.length + document.querySelector("#ef-llave").files.length`); n != 2 {
			t.Errorf("%s: %d files stay chosen", c.what, n)
		}
		if c.says == "no es la contraseña" && eval[string](v, `document.querySelector("#ef-clave").value`) != c.typed {
			t.Errorf("%s: what was typed is gone", c.what)
		}
		axe(v)
	}
	if !eval[bool](v, `document.querySelector("#ef-cer").getAttribute("aria-invalid") === "true" && document.querySelector("#ef-cer-e").textContent.includes("facturas")`) {
		t.Error("what is wrong with the certificate does not stand at it")
	}
	v.shot("efirma-errores")
	f.ocsp.Lock()
	f.ocsp.Revoked = f.clock().Add(-time.Hour)
	f.ocsp.Unlock()
	v.choose(f.cer, key, secret)
	v.tap("[data-prepara]")
	if got := eval[string](v, trouble); !strings.Contains(got, "revocó tu certificado el 10 de marzo de 2025") {
		t.Errorf("revoked: the page says %q", got)
	}
	f.ocsp.Lock()
	f.ocsp.Revoked = time.Time{}
	f.ocsp.Unlock()
	v.tap("[data-prepara]") // the key is still open: nothing is typed again
	if !eval[bool](v, shownReady) {
		t.Fatalf("not ready: %q", eval[string](v, trouble))
	}
	f.pass(11 * time.Minute)
	v.tap("[data-firma]")
	if got := eval[string](v, trouble); !strings.Contains(got, "10 minutos") || eval[bool](v, shownReady) {
		t.Errorf("eleven minutes later: the page says %q", got)
	}
	axe(v)
	v.tap("[data-prepara]")
	v.do(chromedp.Click(chromedp.CSS("[data-firma]")))
	v.until(`location.pathname === "` + f.walk.path("acuse") + `" && document.readyState === "complete"`)
	f.kept(t)
}

// TestChangedMeanwhile changes the draft in another tab between both phases: nothing
// is filed, and the page leads to what there is to look at.
func TestChangedMeanwhile(t *testing.T) {
	f := newFirm(t, 315)
	key := f.put("buena.key", f.pair.KeyFile(t, []byte(secret), efirmatest.Locks["3des"]))
	v := newTab(f.site, 360, true)
	v.provoke("409")
	signIn(v, f.login, password)
	v.open(f.walk.path("firmar"))
	v.choose(f.cer, key, secret)
	v.tap("[data-prepara]")
	beside := newPlain(f.site)
	signIn(beside, f.login, password)
	beside.open(f.walk.path("s", "datosGenerales"))
	beside.fill(exactly(map[string]string{mail: "otro@correo.example"}))
	beside.press("accion", "continuar")
	v.tap("[data-firma]")
	if got := eval[string](v, trouble); !strings.Contains(got, "cambió") || eval[bool](v, `document.querySelector("[data-revisa]").hidden`) {
		t.Errorf("the page says %q", got)
	}
	axe(v)
	narrow(v)
	if n := f.filings(f.official); n != 0 {
		t.Errorf("%d filings", n)
	}
}

// TestSettingsOfTheEFirma installs authorities as an administrator does, at a desk
// and on a phone: what is shown is compared before it counts.
func TestSettingsOfTheEFirma(t *testing.T) {
	for _, width := range []int64{1280, 360} {
		s := newSite(t, "2025-03-10")
		a := efirmatest.New(t, s.clock())
		f := &firm{site: s, Authorities: a, dir: t.TempDir()}
		r := a.NewResponder(s.clock)
		r.Unknown = true
		admin := s.staff(storage.RoleAdmin)
		v := newTab(s, width, true)
		v.provoke("422")
		signIn(v, admin, password)
		look := func(field, file string) {
			t.Helper()
			v.do(chromedp.SetUploadFiles(chromedp.CSS("#f-"+field), []string{file}))
			v.arrive(chromedp.Click(chromedp.CSS("form:has(#f-" + field + ") button")))
		}
		if p := v.open("/ajustes/efirma"); !p.says("Aún no se acepta la e.firma") {
			t.Errorf("empty: %s", p)
		}
		axe(v)
		narrow(v)
		look("autoridad", f.put("x.cer", []byte("x")))
		if !v.now().says("no es un certificado") {
			t.Errorf("not a certificate: %s", v.now())
		}
		axe(v)
		both := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.Root.Cert.Raw}), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.Issuer.Cert.Raw})...)
		look("autoridad", f.put("acs.pem", both))
		if !v.now().says("A.C. de Prueba") || !v.now().says("Compara antes de instalar") {
			t.Errorf("what the file holds: %s", v.now())
		}
		axe(v)
		narrow(v)
		v.shot("efirma-compara")
		eval[bool](v, `(document.querySelectorAll("[name=huella]").forEach(e => e.click()), true)`)
		v.arrive(chromedp.Click(chromedp.CSS("main form .boton")))
		v.type_("#f-direccion", r.Serve(t))
		v.arrive(chromedp.Click(chromedp.CSS("form:has(#f-direccion) .boton")))
		v.arrive(chromedp.Click(chromedp.CSS("form:has(#f-cer) .boton")))
		if !v.now().says("no conoce el número inventado") || !v.now().says("OCSP de Prueba") {
			t.Errorf("the test: %s", v.now().root.words())
		}
		axe(v)
		narrow(v)
		v.shot("efirma-ajustes")
		eval[bool](v, `(document.querySelector("details.mas").open = true)`)
		axe(v)
		v.shot("efirma-ajustes-abierto")
	}
}

// TestServerCannotHaveAnythingElseSigned turns what the server sends, as one that
// was taken over would: the page signs nothing and says so.
func TestServerCannotHaveAnythingElseSigned(t *testing.T) {
	f := newFirm(t, 321)
	key := f.put("buena.key", f.pair.KeyFile(t, []byte(secret), efirmatest.Locks["3des"]))
	v := newTab(f.site, 1280, true)
	signIn(v, f.login, password)
	for what, turn := range map[string]string{
		"another range":              `j.range[1] -= 2; j.range[3] += 0`,
		"the hole wider":             `j.range[1] -= 1`,
		"attributes of other data":   `j.attributes = j.dataAttributes`,
		"data attributes of the PDF": `j.dataAttributes = j.attributes`,
		"another digest":             `{ const b = atob(j.attributes).split(""); const i = atob(j.attributes).indexOf("\x04\x20") + 5; b[i] = String.fromCharCode(b[i].charCodeAt(0) ^ 1); j.attributes = btoa(b.join("")) }`,
		"anything at all":            `j.attributes = btoa("lo que sea")`,
		"a fourth attribute":         `{ const b = atob(j.attributes); const n = b.length - 4 + 2; j.attributes = btoa("1\x82" + String.fromCharCode(n >> 8, n & 255) + b.slice(4) + "0\x00") }`,
	} {
		v.open(f.walk.path("firmar"))
		eval[bool](v, `(real => { window.fetch = (u, o) => real(u, o).then(r => !String(u).endsWith("/preparar") ? r : r.json().then(j => { `+turn+`; return new Response(JSON.stringify(j), {status: 200}) })); return true })(window.fetch)`)
		v.choose(f.cer, key, secret)
		v.tap("[data-prepara]")
		if got := eval[string](v, trouble); !strings.Contains(got, "no se firmó nada") || eval[bool](v, shownReady) {
			t.Errorf("%s: the page says %q", what, got)
		}
	}
	if n := f.filings(f.official); n != 0 {
		t.Errorf("%d filings", n)
	}
}

// TestScriptAlone checks the parts of the script by themselves, against Go and
// against keys that OpenSSL made.
func TestScriptAlone(t *testing.T) {
	f := newFirm(t, 331)
	v := newTab(f.site, 1280, true)
	signIn(v, f.login, password)
	p := v.open(f.walk.path("firmar"))
	src := regexp.MustCompile(`/static/efirma\.[0-9a-f]+\.js`).FindString(p.raw)
	if src == "" {
		t.Fatal("the page has no script for the e.firma")
	}
	run := func(args any, body string) string {
		t.Helper()
		raw, err := json.Marshal(args)
		if err != nil {
			t.Fatal(err)
		}
		return eval[string](v, `import("`+src+`").then(async m => { const a = `+string(raw)+`; try { return String(await (async () => { `+body+` })()) } catch (e) { return "! " + (e.code || e) } })`)
	}
	open := func(file []byte, typed string) string {
		t.Helper()
		return run([]any{file, typed, f.pair.Cert.Raw}, `const k = await m.openKey(m.bytes(a[0]), a[1]); await m.pair(k, m.readCertificate(m.bytes(a[2]))); return k.extractable + " " + k.usages`)
	}
	for name, lock := range efirmatest.Locks {
		if got := open(f.pair.KeyFile(t, []byte(secret), lock), secret); got != "false sign" {
			t.Errorf("%s: %s", name, got)
		}
		if got := open(f.pair.KeyFile(t, []byte(secret), lock), "otra"); got != "! clave" {
			t.Errorf("%s, wrong password: %s", name, got)
		}
	}
	latin := []byte("contrase\xf1a")
	if got := open(f.pair.KeyFile(t, latin, efirmatest.Locks["3des"]), "contraseña"); got != "false sign" {
		t.Errorf("a password in Latin-1: %s", got)
	}
	if got := open(f.pair.KeyFile(t, []byte(secret), efirmatest.Lock{Cipher: "aes192", PRF: "sha256", Rounds: 2048}), secret); got != "! cifrado" && got != "false sign" {
		t.Errorf("AES-192, which this browser may lack: %s", got)
	}
	if got := open(f.pair.KeyFile(t, []byte(secret), efirmatest.Lock{Cipher: "3des", Rounds: 5_000_001}), secret); got != "! cifrado" {
		t.Errorf("endless rounds: %s", got)
	}
	for name, file := range f.openssl(t) {
		want := "false sign"
		if strings.HasPrefix(name, "old") {
			want = "! vieja"
		} else if strings.HasPrefix(name, "bare") {
			want = "! llave"
		}
		if got := open(file, secret); got != want {
			t.Errorf("made by openssl, %s: %s, want %s", name, got, want)
		}
	}
	for range 20 {
		k, iv, text := make([]byte, 24), make([]byte, 8), make([]byte, 64)
		for _, b := range [][]byte{k, iv, text} {
			rand.Read(b)
		}
		text[62], text[63] = 2, 2
		c, err := des.NewTripleDESCipher(k)
		if err != nil {
			t.Fatal(err)
		}
		locked := make([]byte, 64)
		cipher.NewCBCEncrypter(c, iv).CryptBlocks(locked, text)
		if got := run([]any{k, iv, locked}, `return m.base64(m.des3(m.bytes(a[0]), m.bytes(a[1]), m.bytes(a[2])))`); got != base64.StdEncoding.EncodeToString(text[:62]) {
			t.Fatalf("3DES: %s", got)
		}
	}
	for name, attributes := range f.attributes(t) {
		want := "ok"
		if name != "exactly three" {
			want = "! otracosa"
		}
		digest := sha256.Sum256([]byte("documento"))
		if got := run([]any{attributes, digest[:], f.pair.Cert.Raw}, `await m.checkAttributes(m.bytes(a[0]), m.bytes(a[1]), m.bytes(a[2])); return "ok"`); got != want {
			t.Errorf("attributes, %s: %s", name, got)
		}
	}
	// Files cut short or turned are refused; none of them hangs or is taken.
	file := f.pair.KeyFile(t, []byte(secret), efirmatest.Locks["3des"])
	if got := run([]any{file, f.pair.Cert.Raw}, `
		const file = m.bytes(a[0]), cer = m.bytes(a[1]); let bad = 0;
		for (let n = 0; n < file.length; n += 7) { try { m.lock(file.slice(0, n)); bad++ } catch (e) { if (!e.code) throw e } }
		for (let n = 0; n < cer.length; n += 7) { try { m.readCertificate(cer.slice(0, n)); bad++ } catch (e) { if (e.code !== "certificado") throw e } }
		for (let n = 0; n < 90; n++) { const x = file.slice(); x[n] ^= 255; try { m.lock(x) } catch (e) { if (!e.code) throw e } }
		return bad`); got != "0" {
		t.Errorf("%s files that are cut are taken", got)
	}
	got := run([]any{f.pair.Cert.Raw}, `const c = m.readCertificate(m.bytes(a[0])); return [c.name, c.rfc, c.begin.toISOString(), c.end.toISOString()].join("|")`)
	c := f.pair.Cert
	if want := strings.Join([]string{strings.ToUpper(f.Name()), f.RFC, c.NotBefore.UTC().Format("2006-01-02T15:04:05.000Z"), c.NotAfter.UTC().Format("2006-01-02T15:04:05.000Z")}, "|"); got != want {
		t.Errorf("the certificate says %q, want %q", got, want)
	}
}

// attributes are sets of signed attributes over a document, one of them right.
func (f *firm) attributes(t *testing.T) map[string][]byte {
	t.Helper()
	der := func(text string, cert *x509.Certificate) []byte {
		b, err := sign.Attributes(sha256.Sum256([]byte(text)), cert)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	right := der("documento", f.pair.Cert)
	var parts []asn1.RawValue
	if rest, err := asn1.UnmarshalWithParams(right, &parts, "set"); err != nil || len(rest) > 0 || len(parts) != 3 {
		t.Fatalf("%d attributes: %v", len(parts), err)
	}
	set := func(parts ...asn1.RawValue) []byte {
		var inner []byte
		for _, p := range parts {
			inner = append(inner, p.FullBytes...)
		}
		b, err := asn1.Marshal(asn1.RawValue{Tag: asn1.TagSet, IsCompound: true, Bytes: inner})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	more, err := asn1.Marshal(struct {
		ID     asn1.ObjectIdentifier
		Values []time.Time `asn1:"set"`
	}{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 5}, []time.Time{f.clock().UTC()}})
	if err != nil {
		t.Fatal(err)
	}
	other := f.Issue(t, efirmatest.Person{Name: "OTRA", RFC: f.RFC})
	return map[string][]byte{
		"exactly three": right, "rebuilt but short": set(parts[0], parts[1]), "one of them twice": set(parts[0], parts[1], parts[1]),
		"a fourth": set(parts[0], parts[1], parts[2], asn1.RawValue{FullBytes: more}), "one of another kind": set(parts[0], parts[1], asn1.RawValue{FullBytes: more}),
		"of another document": der("otro", f.pair.Cert), "of another certificate": der("documento", other.Cert), "with more behind": append(bytes.Clone(right), 0),
		"as they stand in a signature": append([]byte{0xa0}, right[1:]...), "empty": {0x31, 0}, "nothing": {},
	}
}

// openssl makes key files with OpenSSL, when there is one.
func (f *firm) openssl(t *testing.T) map[string][]byte {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Log("no openssl: its keys are left out")
		return nil
	}
	der, err := x509.MarshalPKCS8PrivateKey(f.pair.Key)
	if err != nil {
		t.Fatal(err)
	}
	in := f.put("n.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	out := map[string][]byte{"bare": der}
	for name, args := range map[string][]string{
		"3des":        {"-v2", "des3", "-v2prf", "hmacWithSHA1", "-iter", "2048"},
		"aes-256":     {"-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA256"},
		"aes-128-512": {"-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA512"},
		"old 3des":    {"-v1", "PBE-SHA1-3DES"},
	} {
		file := filepath.Join(f.dir, "o.key")
		args = append([]string{"pkcs8", "-topk8", "-in", in, "-outform", "DER", "-out", file, "-passout", "pass:" + secret}, args...)
		if said, err := exec.CommandContext(context.Background(), "openssl", args...).CombinedOutput(); err != nil {
			t.Fatalf("openssl: %v\n%s", err, said)
		}
		if out[name], err = os.ReadFile(file); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// TestInsecureContext: over plain http to another name there is no WebCrypto, and
// the page says what to do. Without a script it says so, too.
func TestInsecureContext(t *testing.T) {
	f := newFirm(t, 341)
	v := newTab(f.site, 360, true)
	signIn(v, f.login, password)
	v.open(f.walk.path("firmar"))
	if eval[bool](v, `!document.querySelector("[data-sin]").hidden || !document.querySelector("[data-inseguro]").hidden || document.querySelector("[data-con]").hidden`) {
		t.Error("on a loopback address the e.firma is not offered")
	}
	if eval[bool](v, `[...document.querySelectorAll("[data-efirma] input")].some(e => e.closest("form") || e.name)`) {
		t.Error("an input of the e.firma is in a form, or would be sent")
	}
	bare := newTab(f.site, 360, true)
	call(bare, devtools.AddScriptToEvaluateOnNewDocument, devtools.AddScriptToEvaluateOnNewDocumentParams{
		Source: `Object.defineProperty(window, "isSecureContext", {value: false})`,
	})
	signIn(bare, f.login, password)
	bare.open(f.walk.path("firmar"))
	bare.until(`!document.querySelector("[data-inseguro]").hidden && document.querySelector("[data-con]").hidden && document.querySelector("[data-sin]").hidden`)
	axe(bare)
	narrow(bare)
	plain := newTab(f.site, 360, false)
	signIn(plain, f.login, password)
	p := plain.open(f.walk.path("firmar"))
	if !p.says("activa JavaScript") {
		t.Errorf("without a script: %s", p)
	}
	axe(plain)
	narrow(plain)
}

// staff is somebody of the office with an account, who signs in with what is given
// back.
func (s *site) staff(role storage.Role) string {
	s.Helper()
	hash, err := s.accounts.Hash(context.Background(), password)
	if err != nil {
		s.Fatal(err)
	}
	login := string(role) + "@valleencinos.example"
	s.update(func(tx *storage.Txn) error {
		return tx.PutUser(storage.User{
			ID: storage.NewID(s.clock()), Login: login, Name: "Rosa Cruz", Email: login, Roles: []storage.Role{role}, Password: hash,
			Created: s.clock().AddDate(-1, 0, 0), Changed: s.clock().AddDate(-1, 0, 0),
		})
	})
	return login
}

// shot writes a picture for who looks at the pages: -shots FOLDER.
func (v *tab) shot(name string) {
	v.t.Helper()
	if *shots == "" {
		return
	}
	png, err := chromedp.Run(v.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		v.fail("%s: %v", name, err)
	}
	if err := os.WriteFile(filepath.Join(*shots, fmt.Sprintf("%s-%d.png", name, v.width)), png, 0o600); err != nil {
		v.fail("%v", err)
	}
}
