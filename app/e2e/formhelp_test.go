package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"declara/forms"
)

// TestHelpOfTheForm opens the help of a section and of the questions of a house with
// the keyboard, at a desk and on a telephone, with scripts and without: it is closed
// until somebody opens it, and open it raises no barrier.
func TestHelpOfTheForm(t *testing.T) {
	s := newSite(t, "2025-03-10")
	o := s.hire(85, forms.Full, "2025-02-17")
	plain := newPlain(s)
	signIn(plain, o.login, password)
	w := begin(s, plain, o, forms.Inicial, 0.8)
	house := w.path("s", "bienesInmuebles", "bienInmueble", "nuevo", "1")
	for _, at := range []struct {
		width  int64
		script bool
	}{{1280, true}, {360, false}} {
		v := newTab(s, at.width, at.script)
		signIn(v, o.login, password)
		for name, path := range map[string]string{"section": w.path("s", "bienesInmuebles"), "house": house} {
			v.open(path)
			if n := eval[int](v, `document.querySelectorAll('main details.mas[open]').length`); n > 0 {
				t.Errorf("%s: %d helps are open before anybody asks", path, n)
			}
			eval[bool](v, `(document.querySelector('main details.mas > summary').focus(), true)`)
			v.do(chromedp.KeyEvent(kb.Enter))
			if !eval[bool](v, `document.querySelector('main details.mas').open && document.querySelector('main details.mas > div').checkVisibility()`) {
				t.Errorf("%s: the keyboard does not open the help", path)
			}
			eval[bool](v, `(document.querySelectorAll('main details.mas').forEach(d => d.open = true), true)`)
			v.read(200)
			v.seen("ayuda-" + name)
		}
		if !strings.Contains(v.at.root.words(), "Por ejemplo:") {
			t.Errorf("%d px: no example", at.width)
		}
	}
}
