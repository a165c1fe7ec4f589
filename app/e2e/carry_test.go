package e2e

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"declara/forms"
)

// TestDraftGoesAlong takes a draft with everything in it from one municipality to
// another, in Chromium, at a desk with scripts and on a telephone without: the file,
// what it would change, and the sections that then wait to be gone over.
func TestDraftGoesAlong(t *testing.T) {
	home := newSite(t, "2025-03-10")
	o := home.hire(86, forms.Full, "2025-02-17")
	v := newPlain(home)
	signIn(v, o.login, password)
	w := begin(home, v, o, forms.Inicial, 0.8)
	w.fillIn()
	const office = forms.Path("datosEmpleoCargoComision") // that place suggests its own
	const before = "datosGenerales.telefono.celularPersonal"
	file := filepath.Join(t.TempDir(), "borrador.json")
	v.open(w.path("borrador"))
	res, err := v.http.Get(v.base + w.path("borrador.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var raw bytes.Buffer
	if _, err := raw.ReadFrom(res.Body); err != nil || res.StatusCode != 200 || !bytes.Contains(raw.Bytes(), []byte(o.CURP)) {
		t.Fatalf("the file: %d, %v", res.StatusCode, err)
	}
	if err := os.WriteFile(file, raw.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, at := range []struct {
		width  int64
		script bool
	}{{1280, true}, {360, false}} {
		there := newSite(t, "2025-03-10")
		her := there.hire(86, forms.Full, "2025-02-17")
		b := newTab(there, at.width, at.script)
		signIn(b, her.login, password)
		next := begin(there, b, her, forms.Inicial, 0)
		b.open(next.path("s", "datosGenerales"))
		b.fill(exactly(map[string]string{before: "9510001122"}))
		b.press("accion", "salir")
		b.open(next.path("borrador"))
		b.seen("borrador", "Nada protege este archivo")
		b.provoke("422")
		b.arrive(chromedp.Click(chromedp.CSS("form[enctype] .boton")))
		b.seen("borrador-falta", "Elige el archivo de tu borrador.")
		b.do(chromedp.SetUploadFiles(chromedp.CSS("#f-archivo"), []string{file}))
		b.arrive(chromedp.Click(chromedp.CSS("form[enctype] .boton")))
		b.seen("borrador-cambia", "Lo que cambiaría en tu borrador", "9510001122", "no dicen lo mismo")
		b.arrive(chromedp.Click(chromedp.CSS(`form[action$="/traer"] .boton`)))
		if p := b.now(); p.url.Path != strings.TrimSuffix(next.path(), "/") || !p.says("Trajimos tu copia") {
			t.Fatalf("%d px: after bringing it: %s", at.width, p)
		}
		b.seen("borrador-traido")
		was, is := home.work(o, w.id).Kept.Draft, there.work(her, next.id).Kept.Draft
		for p, values := range was.Answers {
			if _, given := was.Given[p]; given || p == before || p.Under(office) {
				continue
			}
			if got := is.Answers[p]; strings.Join(got, " ") != strings.Join(values, " ") {
				t.Errorf("%d px: %s is %q, and was %q", at.width, p, got, values)
			}
		}
		if got := is.Answers.Get(before); got != "9510001122" {
			t.Errorf("%d px: what she had typed became %q", at.width, got)
		}
		if b.open(next.path("firmar")).url.Path == next.path("firmar") {
			t.Errorf("%d px: it can be signed without going over it", at.width)
		}
	}
}
