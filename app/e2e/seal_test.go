package e2e

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"declara/forms"
	"declara/storage"
)

// fetch downloads what anybody may.
func (s *site) fetch(path string) []byte {
	s.Helper()
	res, err := http.Get(s.base + path)
	if err != nil {
		s.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		s.Fatalf("%s: %d %v", path, res.StatusCode, err)
	}
	return b
}

// TestVerifyInBrowser: a citizen checks the file that she downloaded, first without
// sending it, then with all its signatures; and one that was changed.
func TestVerifyInBrowser(t *testing.T) {
	chrome(t)
	s := newSite(t, "2026-05-20")
	ids := s.publish(7, forms.Full, 2025, 2026)
	paper := s.fetch("/publico/declaraciones/" + ids[1] + ".pdf")
	if again := s.fetch("/publico/declaraciones/" + ids[1] + ".pdf"); !bytes.Equal(paper, again) {
		t.Error("another file the second time")
	}
	dir := t.TempDir()
	file := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	changed := bytes.Clone(paper)
	changed[len(changed)/3] ^= 1
	good, bad, text := file("buena.pdf", paper), file("mala.pdf", changed), file("texto.pdf", []byte("hola"))
	for _, width := range []int64{1280, 360} {
		v := newTab(s, width, true)
		look := func(want string) {
			t.Helper()
			if !strings.Contains(v.at.raw, want) {
				t.Errorf("%s lacks %q", v.at, want)
			}
			axe(v)
			narrow(v)
		}
		v.open("/verificar")
		look("Comprobar sin enviarlo")
		v.do(chromedp.SetUploadFiles(chromedp.CSS("#archivo"), []string{good}))
		v.arrive(chromedp.Click(chromedp.CSS("button[data-solo-huella]")))
		if q := v.at.url.Query().Get("q"); q != storage.Digest(paper) {
			t.Errorf("asked for %q", q)
		}
		look("Ese archivo salió de aquí")
		for _, c := range []struct{ file, want string }{{good, "Sí: es de aquí y nadie lo cambió"}, {bad, "Este archivo fue cambiado"}, {text, "No pudimos leer el archivo"}} {
			v.do(chromedp.SetUploadFiles(chromedp.CSS("#archivo"), []string{c.file}))
			v.arrive(chromedp.Click(chromedp.CSS("form[data-huella] button:not([type])")))
			look(c.want)
		}
		v.open("/verificar/sello")
		look("El sello de la institución")
	}
	v := newTab(s, 360, false)
	v.open("/verificar")
	v.do(chromedp.SetUploadFiles(chromedp.CSS("#archivo"), []string{good}))
	v.arrive(chromedp.Click(chromedp.CSS("form[data-huella] button:not([type])")))
	if !strings.Contains(v.at.raw, "Sí: es de aquí") {
		t.Errorf("without script: %s", v.at)
	}
	axe(v)
}

// TestSealSettingsInBrowser looks at the settings of seal, time stamps and witnesses.
func TestSealSettingsInBrowser(t *testing.T) {
	chrome(t)
	s, who := newDemo(t, 4, "")
	for _, width := range []int64{1280, 360} {
		v := newTab(s, width, true)
		signIn(v, who["admin"].Username, who["admin"].Password)
		for _, name := range []string{"", "/tiempo", "/testigos"} {
			v.open("/ajustes/sello" + name)
			axe(v)
			narrow(v)
		}
		v.open("/ajustes/sello")
		v.provoke("422")
		v.arrive(chromedp.Click(chromedp.CSS(`form[action="/ajustes/sello/traer"] button.boton`)))
		axe(v)
	}
}
