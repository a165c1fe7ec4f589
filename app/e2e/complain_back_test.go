package e2e

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"declara/app/complain"
)

// TestComplaintBack: the browser's own way back, and a look at what it kept, tell who sits
// down after her nothing of what was written; and a page that was sent again is the same
// complaint.
func TestComplaintBack(t *testing.T) {
	chrome(t)
	s := newSite(t, "2026-05-20")
	s.channel()
	v := newTab(s, 360, false)
	v.provoke("Loading the font", "ERR_CACHE_MISS", "Failed to load resource")
	const told = "El director me pidió quinientos pesos"
	v.open("/denuncia")
	v.press("paso", "inicio")
	v.fill(exactly(map[string]string{"quien": "ayuntamiento"}))
	v.press("ir", "")
	v.fill(exactly(map[string]string{"que": told}))
	v.press("ir", "")
	v.press("ir", "")
	v.press("ir", "")
	v.press("ir", "enviar")
	groups := fourDigits.FindAllString(v.at.raw, -1)
	if len(groups) != 6 {
		t.Fatalf("no key on %s", v.at)
	}
	v.press("ir", "papel")
	seen := func(when string) {
		t.Helper()
		body := eval[string](v, `document.body ? document.body.innerText + [...document.querySelectorAll("input,textarea")].map(e => e.value).join(" ") : ""`)
		for _, secret := range append([]string{told}, strings.NewReplacer("<span>", "", "</span>", "").Replace(groups[5])) {
			if strings.Contains(body, secret) {
				t.Errorf("%s: the browser shows %q", when, secret)
			}
		}
	}
	v.open("/accesibilidad") // she goes, and somebody else sits down
	asked := 0
	for range 6 {
		_, err := chromedp.RunResponse(v.ctx, chromedp.NavigateBack())
		switch {
		case err == nil:
		case strings.Contains(err.Error(), "ERR_CACHE_MISS"): // it has nothing, and asks whether to send the form again
			asked++
		default:
			t.Fatal(err)
		}
		seen("back")
	}
	if asked == 0 {
		t.Error("the browser kept the answers to forms")
	}

	// She follows it, writes, and leaves: no form is left that somebody could send again.
	v.open("/denuncia/clave")
	v.fill(exactly(map[string]string{"clave": strings.NewReplacer("<span>", "", "</span>", "").Replace(strings.Join(groups, " "))}))
	v.press("", "")
	v.fill(exactly(map[string]string{"mensaje": told}))
	v.press("", "")
	if !strings.Contains(v.at.raw, told) {
		t.Fatalf("no message on %s", v.at)
	}
	v.press("paso", "borrar")
	for range 3 {
		if _, err := chromedp.RunResponse(v.ctx, chromedp.NavigateBack()); err != nil {
			t.Errorf("the browser kept a form: %v", err)
		}
		seen("back after she left")
	}
}

// TestComplaintTooLarge: a film of a telephone, far above what is taken, is answered with
// a sentence, and what was written stays.
func TestComplaintTooLarge(t *testing.T) {
	chrome(t)
	s := newSite(t, "2026-05-20")
	s.channel()
	film := filepath.Join(t.TempDir(), "film.mp4")
	for _, size := range []int{complain.MaxBytes + 1<<20, 60 << 20} {
		if err := os.WriteFile(film, bytes.Repeat([]byte("abcdefgh"), size/8), 0o600); err != nil {
			t.Fatal(err)
		}
		v := newTab(s, 360, false)
		v.provoke("Loading the font", "413", "422")
		v.open("/denuncia")
		v.press("paso", "inicio")
		v.fill(exactly(map[string]string{"quien": "ayuntamiento"}))
		v.press("ir", "")
		v.fill(exactly(map[string]string{"que": "El director pidió dinero"}))
		v.press("ir", "")
		v.do(chromedp.SetUploadFiles(chromedp.CSS("#archivo"), []string{film}))
		v.press("ir", "subir")
		if !strings.Contains(v.at.raw, "10 MB") {
			t.Errorf("%d MB: %.1500s", size>>20, v.at.raw)
		}
	}
}
