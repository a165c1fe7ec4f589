package e2e

import (
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"declara/forms"
	"declara/storage"
)

// ready fills in all of the simplified inicial of an official, as a person without
// a script, up to the page on which it is signed.
func ready(s *site, o official) *walk {
	s.Helper()
	v := newPlain(s)
	signIn(v, o.login, password)
	w := begin(s, v, o, forms.Inicial, 0.2)
	w.fillIn()
	w.review()
	return w
}

// TestThreePresses presses "Firmar" three times as fast as a browser can: one
// declaration is filed, and the person ends on its acuse.
func TestThreePresses(t *testing.T) {
	for _, script := range []bool{true, false} {
		t.Run(map[bool]string{true: "with script", false: "without script"}[script], func(t *testing.T) {
			s := newSite(t, "2025-03-10")
			o := s.hire(81, forms.Simplified, "2025-02-17")
			v := newTab(s, 1280, script)
			w := ready(s, o)
			signIn(v, o.login, password)
			v.open(w.path("firmar"))
			v.fill(exactly(map[string]string{"contrasena": password}))
			v.find("", "")
			_ = eval[bool](v, `(b => { b.click(); b.click(); b.click(); return true })(document.querySelector('[data-e2e]'))`)
			v.until(`location.pathname === "` + w.path("acuse") + `" && document.readyState === "complete"`)
			if folio.FindString(v.read(200).root.words()) == "" {
				t.Errorf("no folio after signing: %s", v.now())
			}
			if p := v.open(w.path("firmar")); p.url.Path != w.path("acuse") { // as who thinks that nothing happened
				t.Errorf("signing again leads to %s", p)
			}
			if n := s.filings(o); n != 1 {
				t.Errorf("%d filings", n)
			}
		})
	}
}

// TestSignAtOnce sends the same signature from three connections at once.
func TestSignAtOnce(t *testing.T) {
	s := newSite(t, "2025-03-10")
	o := s.hire(82, forms.Simplified, "2025-02-17")
	w := ready(s, o)
	v := w.visitor.(*plain)
	v.open(w.path("firmar"))
	v.fill(exactly(map[string]string{"contrasena": password}))
	form := successful(v.at.button("", "").within("form"))
	folios := make([]string, 3)
	var all sync.WaitGroup
	for i := range folios {
		all.Go(func() {
			one := &plain{t: t, base: v.base, http: v.http}
			folios[i] = folio.FindString(one.post(w.path("firmar"), form).root.words())
		})
	}
	all.Wait()
	if folios[0] == "" || folios[0] != folios[1] || folios[1] != folios[2] {
		t.Errorf("folios %q", folios)
	}
	if n := s.filings(o); n != 1 {
		t.Errorf("%d filings", n)
	}
}

const mail = "datosGenerales.correoElectronico.personal"

// TestTwoTabs changes the same answer in two tabs: the second is shown both
// values, and nothing is lost whichever it takes.
func TestTwoTabs(t *testing.T) {
	s := newSite(t, "2025-03-10")
	o := s.hire(83, forms.Simplified, "2025-02-17")
	one := newTab(s, 1280, true)
	signIn(one, o.login, password)
	w := begin(s, one, o, forms.Inicial, 0)
	two := one.beside(s)
	two.provoke("409")
	here := w.path("s", "datosGenerales")
	one.open(here)
	two.open(here)
	one.fill(exactly(map[string]string{mail: "primera@correo.example"}))
	one.press("accion", "salir")
	two.fill(exactly(map[string]string{mail: "segunda@correo.example"}))
	two.press("accion", "salir")
	p := two.now()
	if p.status != 409 || !p.says("primera@correo.example") || !p.says("segunda@correo.example") {
		t.Fatalf("the second tab got %s: %.600s", p, p.root.first("main").words())
	}
	if got := s.work(o, w.id).Kept.Draft.Answers.Get(mail); got != "primera@correo.example" {
		t.Errorf("before anything is chosen the draft has %q", got)
	}
	axe(two)
	two.press("accion", "continuar")
	if got := s.work(o, w.id).Kept.Draft.Answers.Get(mail); got != "segunda@correo.example" {
		t.Errorf("after choosing what was typed the draft has %q", got)
	}
}

// TestSessionOver saves after the session ended: once the person has signed in
// again, all that she typed is there.
func TestSessionOver(t *testing.T) {
	for _, script := range []bool{true, false} {
		t.Run(map[bool]string{true: "with script", false: "without script"}[script], func(t *testing.T) {
			s := newSite(t, "2025-03-10")
			o := s.hire(84, forms.Simplified, "2025-02-17")
			v := newTab(s, 360, script)
			v.provoke("401")
			signIn(v, o.login, password)
			w := begin(s, v, o, forms.Inicial, 0)
			v.open(w.path("s", "datosGenerales"))
			const remark = "Texto largo, con \"comillas\", ñ y &lt;ángulos&gt;"
			v.fill(exactly(map[string]string{mail: "yo@correo.example", "datosGenerales.aclaracionesObservaciones": remark}))
			s.pass(45 * time.Minute)
			v.press("accion", "salir")
			if p := v.now(); p.url.Path != "/entrar" {
				t.Fatalf("saving after the session led to %s", p)
			}
			axe(v)
			v.fill(exactly(map[string]string{"usuario": o.login, "clave": password}))
			v.press("", "")
			if p := v.now(); p.url.Path != "/seguir" {
				t.Fatalf("signing in again led to %s", p)
			}
			axe(v)
			v.press("", "")
			a := s.work(o, w.id).Kept.Draft.Answers
			if a.Get(mail) != "yo@correo.example" || a.Get("datosGenerales.aclaracionesObservaciones") != remark {
				t.Errorf("the draft has %q and %q", a.Get(mail), a.Get("datosGenerales.aclaracionesObservaciones"))
			}
		})
	}
}

// TestCannotFile tries to file what may not be filed, by the pages and by requests
// that no page sends.
func TestCannotFile(t *testing.T) {
	s := newSite(t, "2025-03-10")
	o := s.hire(85, forms.Simplified, "2025-02-17")
	v := newPlain(s)
	signIn(v, o.login, password)
	w := begin(s, v, o, forms.Inicial, 0.5)
	refused := func(what string, filed int) {
		t.Helper()
		for _, page := range []string{"firmar", "vista-publica"} {
			if p := v.open(w.path(page)); p.url.Path != w.path("revisar") {
				t.Errorf("%s: %s led to %s", what, page, p)
			}
		}
		if strings.Contains(v.open(w.path("revisar")).raw, w.path("firmar")) {
			t.Errorf("%s: the review offers to sign", what)
		}
		now := s.work(o, w.id)
		for _, seal := range []string{now.Stamp(), ""} {
			p := v.post(w.path("firmar"), url.Values{"sello": {seal}, "contrasena": {password}})
			if p.url.Path == w.path("acuse") || p.status >= 500 {
				t.Errorf("%s: a forged signature led to %s", what, p)
			}
		}
		if n := s.filings(o); n != filed {
			t.Fatalf("%s: %d filings", what, n)
		}
	}
	refused("nothing answered", 0)
	w.section(&w.form.Sections[0])
	refused("one section answered", 0)
	w.fillIn()

	w.visitor.open(w.path("firmar"))
	now := s.work(o, w.id)
	p := v.post(w.path("firmar"), url.Values{"sello": {now.Stamp()}, "contrasena": {"otra cosa"}})
	if p.status < 400 || p.status >= 500 || p.errors() == "" || s.filings(o) != 0 {
		t.Errorf("a wrong password led to %s", p)
	}
	p = v.post(w.path("firmar"), url.Values{"sello": {"un sello viejo"}, "contrasena": {password}})
	if p.status != 409 || s.filings(o) != 0 {
		t.Errorf("the signature of another state of the draft led to %s", p)
	}
	w.review()
	w.sign()

	// The next year: every section in turn is not confirmed, all the rest is done.
	s.setDay("2026-05-12")
	signIn(v, o.login, password)
	w = begin(s, v, o, forms.Modificacion, 0.5)
	refused("just begun, with what was copied", 1)
	for i := range w.form.Sections {
		key := forms.Path(w.form.Sections[i].Key)
		s.update(func(tx *storage.Txn) error {
			kept, err := tx.Draft(w.id)
			if err != nil {
				return err
			}
			kept.Draft = *w.target
			kept.Draft.Confirmed = map[forms.Path]bool{}
			for p := range w.target.Confirmed {
				kept.Draft.Confirmed[p] = p != key
			}
			_, err = tx.PutDraft(kept, "", 0)
			return err
		})
		refused(string(key)+" not confirmed", 1)
	}
}

// TestSomebodyElse asks for every page of a draft and of a filing of another
// person: none of them is there.
func TestSomebodyElse(t *testing.T) {
	s := newSite(t, "2025-03-10")
	owner, other := s.hire(86, forms.Simplified, "2025-02-17"), s.hire(87, forms.Simplified, "2025-02-17")
	w := ready(s, owner)
	v := newPlain(s)
	signIn(v, other.login, password)
	try := func(state string, paths ...string) {
		t.Helper()
		for _, path := range paths {
			path = strings.TrimSuffix(w.path(path), "/")
			if p := v.open(path); p.status != 404 || p.says(owner.Given) {
				t.Errorf("%s: GET %s: %s", state, path, p)
			}
			if p := v.post(path, url.Values{"accion": {"continuar"}, "contrasena": {password}, mail: {"x@y.example"}}); p.status != 404 && p.status != 405 {
				t.Errorf("%s: POST %s: %s", state, path, p)
			}
		}
	}
	pages := []string{"", "aplica", "revisar", "vista-publica", "firmar", "s/datosGenerales", "s/datosCurricularesDeclarante/escolaridad/nuevo/1"}
	try("draft", pages...)
	w.sign()
	try("filing", slices.Concat(pages, []string{"acuse", "acuse/codigo.png", "pdf/acuse", "pdf/completa", "pdf/publica", "nota"})...)
	if n := s.filings(owner); n != 1 {
		t.Errorf("%d filings", n)
	}
}
