package e2e

import (
	"fmt"
	"testing"

	"declara/forms"
)

// TestFileInBrowser files in Chromium: a full inicial, and a simplified
// modificación whose rows were copied from the year before, each at the width of
// a desk and of a phone, with scripts and without. Those with scripts look for
// barriers on every kind of page on the way.
func TestFileInBrowser(t *testing.T) {
	for n, c := range []struct {
		kind   forms.Type
		level  forms.Level
		width  int64
		script bool
	}{
		{forms.Inicial, forms.Full, 1280, true},
		{forms.Inicial, forms.Full, 360, false},
		{forms.Modificacion, forms.Simplified, 1280, false},
		{forms.Modificacion, forms.Simplified, 360, true},
	} {
		with := "without script"
		if c.script {
			with = "with script"
		}
		t.Run(fmt.Sprintf("%s %s %d px %s", c.kind.Slug(), c.level.Slug(), c.width, with), func(t *testing.T) {
			s := newSite(t, "2025-03-10")
			o := s.hire(int64(61+n), c.level, "2025-02-17")
			v := newTab(s, c.width, c.script)
			if c.kind == forms.Modificacion {
				p := newPlain(s)
				signIn(p, o.login, password)
				begin(s, p, o, forms.Inicial, 0.5).file()
				s.setDay("2026-05-12")
			}
			if c.script {
				seen := checked(v)
				defer func() { t.Logf("%d kinds of pages looked at", len(seen)) }()
			}
			signIn(v, o.login, password)
			w := begin(s, v, o, c.kind, 0.35)
			no := w.file()
			t.Logf("%s after %d presses of \"Guardar\"", no, w.pages)
		})
	}
}
