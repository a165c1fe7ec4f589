package e2e

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"declara/forms"
	"declara/storage"
)

// saved is true once the page says that the draft is saved.
const saved = `(e => e && e.className === "guardado " && /\d\d:\d\d/.test(e.textContent))(document.querySelector("[data-estado]"))`

// set types into one control, as a person who goes on typing.
func (v *tab) set(name, value string) {
	v.t.Helper()
	eval[bool](v, `(e => { e.focus(); e.value = `+quoted(value)+`; e.dispatchEvent(new Event("input", {bubbles: true})); return true })(document.getElementsByName(`+quoted(name)+`)[0])`)
}

func quoted(s string) string { return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"` }

// typing is an official with an open section of her inicial, in a browser.
func typing(t *testing.T, seed int64, level forms.Level, section string) (*site, official, *tab, *walk) {
	t.Helper()
	s := newSite(t, "2025-03-10")
	o := s.hire(seed, level, "2025-02-17")
	v := newTab(s, 1280, true)
	signIn(v, o.login, password)
	w := begin(s, v, o, forms.Inicial, 0)
	v.open(w.path("s", section))
	return s, o, v, w
}

// TestAutosave leaves the keyboard for two seconds: what was typed is in the store,
// the page says so, and pressing the button afterwards is no conflict with it.
func TestAutosave(t *testing.T) {
	s, o, v, w := typing(t, 91, forms.Simplified, "datosGenerales")
	draft := func() forms.Answers { return s.work(o, w.id).Kept.Draft.Answers }
	v.set(mail, "uno@")
	v.until(saved)
	if got := draft().Get(mail); got != "uno@" {
		t.Errorf("saved %q", got)
	}
	if s.work(o, w.id).Kept.Draft.Confirmed["datosGenerales"] {
		t.Error("saving by itself vouched for the section")
	}
	v.set(mail, "uno@correo.example")
	for end := time.Now().Add(wait); draft().Get(mail) != "uno@correo.example"; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) { // that it says "saving" in between is too short to be waited for
			t.Fatalf("saved %q", draft().Get(mail))
		}
	}
	v.until(saved)
	v.set(mail, "dos@correo.example")
	v.press("accion", "salir")
	if p := v.now(); p.status != 200 || p.url.Path != strings.TrimSuffix(w.path(), "/") || draft().Get(mail) != "dos@correo.example" {
		t.Errorf("after pressing: %s, %q", p, draft().Get(mail))
	}
}

// TestPressWhileSaving presses the button while the script is saving: the press
// waits for it, and does not clash with what the same page has just saved.
func TestPressWhileSaving(t *testing.T) {
	s, o, v, w := typing(t, 92, forms.Simplified, "datosGenerales")
	eval[bool](v, `(f => { window.fetch = (...a) => new Promise(r => setTimeout(r, 700)).then(() => f(...a)); return true })(window.fetch)`)
	v.set(mail, "antes@correo.example")
	v.until(`document.querySelector("[data-estado]").className === "guardado pend"`)
	v.set(mail, "despues@correo.example")
	v.find("accion", "salir")
	eval[bool](v, `(b => { b.click(); return true })(document.querySelector("[data-e2e]"))`)
	v.until(`location.pathname === "` + strings.TrimSuffix(w.path(), "/") + `"`)
	if got := s.work(o, w.id).Kept.Draft.Answers.Get(mail); got != "despues@correo.example" {
		t.Errorf("kept %q", got)
	}
}

// TestOffline cuts the line: the page says so and tries again, by itself and when
// the person asks, and keeps nothing in the browser.
func TestOffline(t *testing.T) {
	s, o, v, w := typing(t, 93, forms.Simplified, "datosGenerales")
	eval[bool](v, `(window.line = window.fetch, window.fetch = () => Promise.reject(new TypeError("cut")), true)`)
	v.set(mail, "tren@correo.example")
	v.until(`document.querySelector("[data-estado]").className === "guardado falla" && document.querySelector("[data-estado]").textContent.includes("5 s")`)
	if s.work(o, w.id).Kept.Draft.Answers.Get(mail) != "" {
		t.Error("saved without a line")
	}
	axe(v)
	eval[bool](v, `(document.querySelector("[data-reintenta]").click(), true)`)
	v.until(`document.querySelector("[data-estado]").textContent.includes("10 s")`)
	eval[bool](v, `(window.fetch = window.line, document.querySelector("[data-reintenta]").click(), true)`)
	v.until(saved)
	if got := s.work(o, w.id).Kept.Draft.Answers.Get(mail); got != "tren@correo.example" {
		t.Errorf("kept %q", got)
	}
	if n := eval[int](v, `localStorage.length + sessionStorage.length`); n != 0 {
		t.Errorf("%d things are kept in the browser", n)
	}
}

// TestSumsAsTyped types amounts: the totals follow, with separators, and are those
// of the server after saving.
func TestSumsAsTyped(t *testing.T) {
	s, o, v, w := typing(t, 94, forms.Full, "ingresos")
	const own, family = "ingresos.remuneracionMensualCargoPublico", "ingresos.ingresoMensualNetoParejaDependiente"
	v.set(own, "$ 21 400")
	v.set(family, "3600")
	total := `document.querySelector(".libro .total dd").textContent`
	v.until(total + ` === "$25,000"`)
	eval[bool](v, `(document.getElementsByName("`+own+`")[0].dispatchEvent(new Event("focusout", {bubbles: true})), true)`)
	if got := eval[string](v, `document.getElementsByName("`+own+`")[0].value`); got != "21,400" {
		t.Errorf("the amount is shown as %q", got)
	}
	v.press("accion", "salir")
	if got := s.work(o, w.id).Kept.Draft.Answers.Get("ingresos.totalIngresosMensualesNetos"); got != "25000" {
		t.Errorf("the server's total is %q", got)
	}
	v.open(w.path("s", "ingresos"))
	if got := eval[string](v, total); got != "$25,000" {
		t.Errorf("the total is shown as %q", got)
	}
}

// TestQuestionsCome answers what brings up other questions, without leaving the
// page: a group, an option's text, and the municipalities of a state.
func TestQuestionsCome(t *testing.T) {
	_, _, v, _ := typing(t, 95, forms.Simplified, "domicilioDeclarante")
	shown := func(name string) string {
		return `(e => !e.closest("[hidden]"))(document.getElementsByName("domicilioDeclarante.` + name + `")[0])`
	}
	if eval[bool](v, shown("domicilioMexico.calle")) {
		t.Error("the address is asked before its country")
	}
	eval[bool](v, `(document.querySelector("[name='domicilioDeclarante.lugar'][value=MX]").click(), true)`)
	v.until(shown("domicilioMexico.calle") + ` && !` + shown("domicilioExtranjero.calle"))
	v.set("domicilioDeclarante.domicilioMexico.entidadFederativa", "20")
	v.until(`document.getElementsByName("domicilioDeclarante.domicilioMexico.municipioAlcaldia")[0].options.length === 571`)
	v.set("domicilioDeclarante.domicilioMexico.entidadFederativa", "06")
	v.until(`document.getElementsByName("domicilioDeclarante.domicilioMexico.municipioAlcaldia")[0].options.length === 11`)
	eval[bool](v, `(document.querySelector("[name='domicilioDeclarante.lugar'][value=EX]").click(), true)`)
	v.until(shown("domicilioExtranjero.calle") + ` && !` + shown("domicilioMexico.calle"))
}

// TestRareDeclarePages looks for barriers where an ordinary journey does not pass:
// pages with errors, with rows to confirm, that ask before something is removed.
func TestRareDeclarePages(t *testing.T) {
	s := newSite(t, "2025-03-10")
	o := s.hire(96, forms.Full, "2025-02-17")
	v := newPlain(s)
	signIn(v, o.login, password)
	w := begin(s, v, o, forms.Inicial, 0.8)
	first := w.id
	w.file()
	s.setDay("2026-05-11")
	b := newTab(s, 1280, true)
	signIn(b, o.login, password)
	next := begin(s, b, o, forms.Modificacion, 0.8)
	a := s.work(o, next.id).Kept.Draft.Answers
	pages := []string{
		"/declaraciones", "/declaraciones/intereses", "/declaraciones/no-es-correcto", next.path("aplica"), next.path("intereses"),
		next.path("revisar"), next.path("s", "datosGenerales") + "?revisa=1", next.path("s", "ingresos") + "?revisa=1",
		next.path("s", "datosEmpleoCargoComision") + "?revisa=1", "/declaraciones/" + first + "/acuse", "/declaraciones/" + first + "/nota",
	}
	for i := range next.form.Sections {
		sec := &next.form.Sections[i]
		if sec.List == "" {
			continue
		}
		pages = append(pages, next.path("s", sec.Key)+"?revisa=1", next.path("s", sec.Key, sec.List, "nuevo", "1"))
		if items := a.Items(forms.Path(sec.Key).Join(sec.List)); len(items) > 0 {
			pages = append(pages, next.path("s", sec.Key, sec.List, items[0], "quitar"))
		}
	}
	for _, page := range pages {
		if p := b.open(page); p.status != 200 {
			t.Errorf("%s: %s", page, p)
			continue
		}
		axe(b)
		narrow(b)
	}
	b.dark(true)
	for _, page := range pages[:8] {
		b.open(page)
		axe(b)
	}
	// A declaration whose draft is gone from under the page, and a note without words.
	b.dark(false)
	b.provoke("404", "422")
	if p := b.open(next.path("s", "nada")); p.status != 404 {
		t.Errorf("a section that there is not: %s", p)
	}
	axe(b)
	b.open("/declaraciones/" + first + "/nota")
	b.press("", "")
	if p := b.now(); p.status != 422 {
		t.Errorf("a note without words: %s", p)
	}
	axe(b)
	narrow(b)
}

// TestLateIsAccepted files after the last day: said before signing, marked after.
func TestLateIsAccepted(t *testing.T) {
	s := newSite(t, "2025-03-10")
	o := s.hire(97, forms.Simplified, "2025-02-17")
	w := ready(s, o)
	s.setDay("2025-04-30")
	v := w.visitor.(*plain)
	signIn(v, o.login, password)
	if p := v.open(w.path("firmar")); !p.says("extemporánea") {
		t.Errorf("before signing: %s", p)
	}
	v.fill(exactly(map[string]string{"contrasena": password}))
	v.press("", "")
	if p := v.now(); p.url.Path != w.path("acuse") || !p.says("Extemporánea") {
		t.Errorf("after signing: %s", p)
	}
	s.view(func(tx *storage.Txn) error {
		f, err := tx.Filing(w.id)
		if err == nil && !f.Late {
			t.Error("the filing is not marked late")
		}
		return err
	})
	if p := v.post("/declaraciones/nueva", url.Values{"deber": {"inicial-2025-02-17"}}); p.url.Path != w.path("acuse") {
		t.Errorf("beginning it again: %s", p)
	}
}
