package e2e

import (
	"strings"
	"testing"

	"declara/app/docs"
)

// TestManualInBrowser looks at every page of the manual for barriers, at a desk and on a
// small phone, in light and dark, and follows the link that leads there from a page.
func TestManualInBrowser(t *testing.T) {
	chrome(t)
	s := newSite(t, "2026-05-14")
	login := s.office("Eva Solís Ramírez")
	v := newTab(s, 1280, true)
	signIn(v, login, password)
	v.open("/contraloria/cumplimiento")
	if p := v.open(firstLink(v.now(), "/ayuda/manual/")); p.status != 200 || !p.says("Cómo encuentras a quien falta") || p.url.Fragment != "lista" {
		t.Fatalf("%s#%s", p, p.url.Fragment)
	}
	paths := []string{"/ayuda/manual"}
	for n, page := range docs.Pages {
		paths = append(paths, "/ayuda/manual/"+[]string{page.Spanish, page.English}[n%2])
	}
	for n, path := range paths {
		v.dark(n%2 == 1)
		if p := v.open(path); p.status != 200 {
			t.Fatalf("%s: %s", path, p)
		}
		axe(v)
		v.shot("manual" + strings.ReplaceAll(path, "/", "-"))
		narrow(v)
		axe(v)
		v.shot("manual" + strings.ReplaceAll(path, "/", "-"))
		v.resize(1280)
	}
}
