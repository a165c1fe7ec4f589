package e2e

import (
	"testing"

	"declara/forms"
)

// TestDrawInBrowser: the office prepares a draw before June, is warned, waits for its
// seed, draws and gives what was drawn to a verifier: wide, light and with scripts, and
// narrow, dark and without.
func TestDrawInBrowser(t *testing.T) {
	const at = "/contraloria/verificacion"
	s := newSite(t, "2026-05-14")
	o := s.hire(7, forms.Full, "2020-01-16")
	f := s.filed(o)
	login := s.office("Eva Solís Ramírez")
	look := func(v *tab) {
		axe(v)
		narrow(v)
	}
	number := "VER-2026-001"
	for _, with := range []struct {
		width  int64
		script bool
		dark   bool
	}{{1280, true, false}, {360, false, true}} {
		s.setDay("2026-05-14")
		v := newTab(s, with.width, with.script)
		v.dark(with.dark)
		signIn(v, login, password)
		v.open(at)
		look(v)
		v.open(at + "/sorteo")
		if p := v.now(); !p.says("El plazo sigue abierto") {
			t.Errorf("no warning: %s", p)
		}
		v.provoke("422")
		v.fill(exactly(map[string]string{"fuente": "lotería", "dia": "10/06/2026"}))
		v.press("", "")
		if p := v.now(); p.status != 422 || !p.says("Di de dónde saldrá la semilla") {
			t.Errorf("without a source: %s", p)
		}
		look(v)
		v.fill(exactly(map[string]string{"fuente": "Sorteo Mayor 4010 de la Lotería Nacional, primer premio", "dia": "10/06/2026"}))
		v.press("", "")
		if p := v.now(); !p.says("Vuelve el 10 de junio de 2026") {
			t.Fatalf("not frozen: %s", p)
		}
		look(v)
		s.setDay("2026-06-10")
		signIn(v, login, password)
		v.open(at + "/" + number)
		v.fill(exactly(map[string]string{"semilla": "53 817"}))
		v.press("", "")
		if p := v.now(); !p.says(f.Folio) || !p.says("Misma lista") {
			t.Fatalf("not drawn: %s", p)
		}
		look(v)
		task := at + "/" + number + "/declaracion/" + f.Folio
		v.open(link(v.now(), task))
		look(v)
		v.press("", "") // whoever is first in the list: there is one
		if p := v.now(); !p.says("La verifica Eva Solís Ramírez") {
			t.Fatalf("not assigned: %s", p)
		}
		look(v)
		v.open(at)
		look(v)
		number = "VER-2026-002"
	}
}
