package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestBoxesInBrowser opens a box for paper at a desk and on a phone without script, and
// looks at the pages of the register for barriers; and at a complaint that was notified
// of, and one that nobody moved.
func TestBoxesInBrowser(t *testing.T) {
	chrome(t)
	for _, width := range []int64{1280, 360} {
		s, who := newDemo(t, 4, "")
		head := newTab(s, width, width > 1000)
		look := func(name string, says ...string) {
			t.Helper()
			for _, text := range says {
				if !head.at.says(text) {
					t.Errorf("%s lacks %q", head.at, text)
				}
			}
			axe(head)
			narrow(head)
			head.shot("boxes-" + name)
		}
		press := func(form string) {
			t.Helper()
			head.arrive(chromedp.Click(chromedp.CSS(form + ` button:not([type=button])`)))
		}
		signIn(head, who["contraloria"].Username, who["contraloria"].Password)
		head.open("/contraloria/buzones")
		look("none", "No hay buzones")
		head.set("numero", "7")
		head.set("lugar", "Mercado municipal, puerta norte")
		press(`form:has([value=agregar])`)
		look("list", "Buzón 7", "Nunca se ha abierto")
		at := head.at.raw[strings.Index(head.at.raw, `/contraloria/buzones/`):]
		at = at[:strings.IndexByte(at, '"')]
		head.open(at)
		head.provoke("422")
		press(`form[enctype]`)
		look("wrong", "Escribe cuántos papeles")
		for name, value := range map[string]string{"papeles": "2", "testigo1": "Ana Paz Ruiz", "puesto1": "Regidora", "testigo2": "Beto Luna Gil", "puesto2": "Comité ciudadano"} {
			head.set(name, value)
		}
		press(`form[enctype]`)
		look("opened", "2 papeles", "Acta para firmar")
	}
}
