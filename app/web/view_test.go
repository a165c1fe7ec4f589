package web

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// TestPagesParse: every page parses in every language, so that one which is parsed
// when it is first asked for cannot fail, whoever asks at the same time.
func TestPagesParse(t *testing.T) {
	x := newSite(t)
	files, err := viewFiles.ReadDir("view/pages")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range x.s.words.Languages() {
		l := x.s.views[name]
		if len(l) != len(files) {
			t.Errorf("%s: %d pages of %d", name, len(l), len(files))
		}
		var asking sync.WaitGroup
		for page, parsed := range l {
			for range 2 {
				asking.Go(func() {
					tmpl, err := parsed()
					if err != nil {
						t.Errorf("%s: %v", name, err)
						return
					}
					again, _ := parsed()
					if again != tmpl || tmpl.Lookup("title") == nil || tmpl.Lookup(layoutOf(page)) == nil || strings.Contains(page, ".") {
						t.Errorf("%s: page %s is not whole", name, page)
					}
				})
			}
		}
		asking.Wait()
	}
}

// TestLayoutsAreApart: pages are parsed with every layout, so a block that two of
// them name would be the last one's on all pages.
func TestLayoutsAreApart(t *testing.T) {
	block := regexp.MustCompile(`{{-?\s*(?:block|define) "([^"]+)"`)
	of := map[string]string{}
	files, err := filepath.Glob("view/layout*.html")
	if err != nil || len(files) < 2 {
		t.Fatalf("%d layouts: %v", len(files), err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range block.FindAllStringSubmatch(string(raw), -1) {
			if other, ok := of[m[1]]; ok && other != file {
				t.Errorf("%s and %s both have a block %q", other, file, m[1])
			}
			of[m[1]] = file
		}
	}
	x := newSite(t)
	for path, link := range map[string]string{"/": "/entrar", "/verificar": "/entrar", "/denuncia": "/denuncia/clave", "/denuncia/clave": "/denuncia"} {
		head := between(x.anybody().get(path).is(200).body, `<div class="cabeza-acc">`, "</div>")
		if !strings.Contains(head, `href="`+link+`"`) {
			t.Errorf("%s: the head of the page leads to %q, not to %s", path, head, link)
		}
	}
}

// TestSummaryNames: each line of a summary of errors says which answer it is about.
func TestSummaryNames(t *testing.T) {
	const page = `<div class="resumen-errores"><ul><li><a href="#f-nombre">Escribe este dato.</a></li><li><a href="#f-permisos">Elige al menos una.</a></li><li><a href="#f-otro">Sola.</a></li></ul></div>` +
		`<label for="f-nombre">Nombre o raz&oacute;n <span class="opc">(opcional)</span></label><fieldset class="campo" id="f-permisos" aria-invalid="true">
  <legend>¿Qué puede hacer?</legend>`
	got := string(labelled([]byte(page)))
	for _, line := range []string{`#f-nombre">Nombre o raz&oacute;n: Escribe este dato.<`, `#f-permisos">¿Qué puede hacer? Elige al menos una.<`, `#f-otro">Sola.<`} {
		if !strings.Contains(got, line) {
			t.Errorf("no %s in %s", line, got)
		}
	}
	if whole := strings.Replace(page, "resumen-errores", "hoja", 1); string(labelled([]byte(whole))) != whole {
		t.Error("a page without a summary changed")
	}
}
