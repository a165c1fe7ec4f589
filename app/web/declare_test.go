package web

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"declara/forms"
	"declara/storage"
)

// declareOccasions are the six declarations: the day, and the dates of the roster.
var declareOccasions = []struct {
	t                forms.Type
	key              string
	today, in, leave string
}{
	{forms.Inicial, "inicial-2026-03-03", "2026-04-01", "2026-03-03", ""},
	{forms.Modificacion, "modificacion-2026", "2026-05-14", "2020-01-16", ""},
	{forms.Conclusion, "conclusion-2026-08-15", "2026-09-02", "2020-01-16", "2026-08-15"},
}

// TestDeclareWithoutScript types each of the six declarations through the pages,
// as a browser without a script does, signs it and reads its acuse.
func TestDeclareWithoutScript(t *testing.T) {
	for _, c := range declareOccasions {
		for _, level := range forms.AllLevels {
			t.Run(c.t.Slug()+"-"+level.Slug(), func(t *testing.T) {
				s := newDeclareSite(t, c.today)
				o := s.official(7, level, c.in, c.leave)
				home := o.open("/declaraciones")
				if home.status != 200 || !strings.Contains(home.body, c.key) {
					t.Fatalf("%d\n%s", home.status, home.body)
				}
				id := o.begin(c.key)
				d := o.sample(id, 11, false)
				o.fill(id, d)
				for _, page := range []string{"", "/revisar", "/vista-publica", "/firmar"} {
					if a := o.open(draftPath(id) + page); a.status != 200 || a.path != draftPath(id)+page {
						t.Fatalf("%s: %d %s\n%s", page, a.status, a.path, summaryOf(a.body))
					}
				}
				acuse := o.sign(id)
				if acuse.status != 200 || acuse.path != draftPath(id, "acuse") || !strings.Contains(acuse.body, "VE-2026-000001") {
					t.Fatalf("%d %s\n%s", acuse.status, acuse.path, acuse.body)
				}
			})
		}
	}
}

// declareAddresses are the addresses of a declaration, with what a form that is
// sent to them may carry.
func declareAddresses(id string) map[string][]string {
	at := func(p ...string) string { return draftPath(id, p...) }
	return map[string][]string{
		"GET": {
			at(), at("aplica"), at("intereses"), at("descartar"), at("s", "vehiculos"), at("s", "vehiculos", "vehiculo", "nuevo", "1"),
			at("s", "vehiculos", "vehiculo", "i1", "quitar"), at("revisar"), at("vista-publica"), at("firmar"), at("acuse"),
			at("acuse", "codigo.png"), at("pdf", "acuse"), at("pdf", "completa"), at("pdf", "publica"), at("nota"),
			at("borrador"), at("borrador.json"),
		},
		"POST": {
			at("aplica"), at("intereses"), at("descartar"), at("s", "vehiculos"), at("s", "vehiculos", "vehiculo", "nuevo", "1"),
			at("s", "vehiculos", "vehiculo", "i1", "quitar"), at("revisar"), at("firmar"), at("nota"),
			at("borrador"), at("borrador", "traer"),
		},
	}
}

// TestDeclareAddressesAreAll holds the list above to the table of routes.
func TestDeclareAddressesAreAll(t *testing.T) {
	s := newDeclareSite(t, "2026-05-14")
	for _, r := range s.server.declareRoutes() {
		if !strings.HasPrefix(r.Path, "/declaraciones/:id") {
			continue
		}
		found := false
		for _, a := range declareAddresses("X")[r.Method] {
			found = found || r.matches(a)
		}
		if !found {
			t.Errorf("%s %s is tested by nobody", r.Method, r.Path)
		}
		if r.Roles == nil {
			t.Errorf("%s %s is open to anybody", r.Method, r.Path)
		}
	}
}

// TestDeclareSomebodyElse opens every address of a declaration as another person,
// while it is a draft and once it is filed: each is "not found", in the words of
// an id that nobody has, and nothing of it is on the page.
func TestDeclareSomebodyElse(t *testing.T) {
	s := newDeclareSite(t, "2026-05-14")
	ana := s.official(7, forms.Full, "2020-01-16", "")
	eva := s.official(9, forms.Full, "2020-01-16", "")
	id := ana.begin("modificacion-2026")
	d := ana.sample(id, 11, false)
	ana.put(id, d)
	secret := d.Answers.Get("datosGenerales.correoElectronico.personal")
	probe := func(state string) {
		for method, all := range declareAddresses(id) {
			for _, path := range all {
				var form url.Values
				if method == "POST" {
					form = url.Values{"accion": {"continuar"}, "version": {"1"}, "contrasena": {declarePassword}, "texto": {"x"}, "envio": {"e"}}
				}
				got := eva.ask(method, path, form)
				nobody := eva.ask(method, strings.Replace(path, id, "01JZZZZZZZZZZZZZZZZZZZZZZZ", 1), form)
				if got.status != 404 || nobody.status != 404 || strings.Contains(got.body, secret) || strings.Contains(got.body, ana.person.CURP) {
					t.Errorf("%s, %s %s: %d, for nobody's %d", state, method, path, got.status, nobody.status)
				}
			}
		}
	}
	probe("draft")
	if a := ana.sign(id); a.path != draftPath(id, "acuse") {
		t.Fatalf("%d %s", a.status, a.path)
	}
	probe("filed")
	eva.cookie = ""
	for method, all := range declareAddresses(id) {
		for _, path := range all {
			var form url.Values
			if method == "POST" {
				form = url.Values{"accion": {"continuar"}}
			}
			if a := eva.ask(method, path, form); a.status == 200 {
				t.Errorf("%s %s without a session: %d", method, path, a.status)
			}
		}
	}
}

// TestDeclareFiledAddresses opens the pages of a draft once it is filed: each
// leads to the acuse, and nothing that is sent to them changes a thing.
func TestDeclareFiledAddresses(t *testing.T) {
	s := newDeclareSite(t, "2026-05-14")
	o := s.official(7, forms.Simplified, "2020-01-16", "")
	id := o.begin("modificacion-2026")
	o.put(id, o.sample(id, 11, false))
	first := o.sign(id)
	for range 2 { // the button again, and the button after going back
		if a := o.send(draftPath(id, "firmar"), url.Values{"sello": {"x"}, "contrasena": {declarePassword}}); a.path != draftPath(id, "acuse") {
			t.Errorf("signed again: %d %s", a.status, a.path)
		}
	}
	for _, page := range []string{"", "/aplica", "/s/ingresos", "/s/experienciaLaboral/experiencia/nuevo/1", "/revisar", "/vista-publica", "/firmar", "/borrador", "/borrador.json"} {
		a := o.open(draftPath(id) + page)
		if a.path != draftPath(id, "acuse") || !strings.Contains(a.body, "ya está firmada") {
			t.Errorf("%s: %d %s", page, a.status, a.path)
		}
	}
	auto := o.ask("POST", sectionPath(id, "ingresos"), url.Values{"version": {"1"}}, autosaved, "1")
	if auto.status != 410 {
		t.Errorf("an autosave of a filed draft: %d %s", auto.status, auto.body)
	}
	if again := o.open(draftPath(id, "acuse")); !strings.Contains(again.body, "VE-2026-000001") || len(first.body) == 0 {
		t.Error("the acuse is gone")
	}
	if a := o.open("/declaraciones/nueva?deber=modificacion-2026"); a.status != 404 {
		t.Errorf("a filed duty can be begun: %d", a.status)
	}
}

// TestDeclareReplays sends the same post three times, as three clicks and a
// reloaded page do.
func TestDeclareReplays(t *testing.T) {
	s := newDeclareSite(t, "2026-05-14")
	o := s.official(7, forms.Full, "2020-01-16", "")
	id := o.begin("modificacion-2026")
	for range 2 {
		if again := o.begin("modificacion-2026"); again != id {
			t.Errorf("a second draft: %s", again)
		}
	}
	page := o.open(itemPath(id, "vehiculos.vehiculo.nuevo", "1"))
	form := page.read()
	v := form.values()
	form.typeIn(v, forms.Answers{}) // nothing yet
	for name := range form.controls {
		if strings.HasSuffix(name, ".marca") {
			v.Set(name, "Nissan")
		}
	}
	v.Set("accion", "continuar")
	for range 3 {
		o.send(form.action, v)
	}
	if got := o.work(id).Items("vehiculos.vehiculo"); len(got) != 1 {
		t.Errorf("three presses added %d vehicles", len(got))
	}
	v = o.open(itemPath(id, "vehiculos.vehiculo."+forms.Path(o.work(id).Items("vehiculos.vehiculo")[0]), "2")).read().values()
	for name := range v {
		if strings.HasSuffix(name, ".transmisor") {
			v.Set("accion", "fila:"+name)
		}
	}
	if v.Get("accion") == "" {
		t.Fatal("the page has no list of sellers")
	}
	item := itemPath(id, "vehiculos.vehiculo."+forms.Path(o.work(id).Items("vehiculos.vehiculo")[0]), "2")
	for range 3 {
		o.send(item, v)
	}
	sellers := forms.Path(strings.TrimPrefix(v.Get("accion"), "fila:"))
	if got := o.work(id).Items(sellers); len(got) != 1 {
		t.Errorf("three presses added %d rows", len(got))
	}
}

// work is what is kept of a draft.
func (o *official) work(id string) forms.Answers {
	o.Helper()
	w, err := o.server.declare.Draft(context.Background(), o.who, id)
	if err != nil {
		o.Fatal(err)
	}
	return w.Kept.Draft.Answers
}

// TestDeclareAsItCame sends every page of a complete draft back as it came: no
// answer changes, whatever its spelling on the page.
func TestDeclareAsItCame(t *testing.T) {
	s := newDeclareSite(t, "2026-05-14")
	o := s.official(7, forms.Full, "2020-01-16", "")
	id := o.begin("modificacion-2026")
	d := o.sample(id, 13, false)
	o.put(id, d)
	before := o.work(id)
	f := forms.Lookup(d.Type, d.Level)
	for i := range f.Sections {
		sec := &f.Sections[i]
		page := o.open(sectionPath(id, sec.Key)).read()
		v := page.values()
		v.Set("accion", "salir")
		o.send(page.action, v)
		for _, list := range lists(f, sec) {
			for _, item := range before.Items(list) {
				for _, step := range []string{"1", "2", "3"} {
					a := o.open(itemPath(id, list.Join(item), step))
					if a.status == 404 {
						continue
					}
					page := a.read()
					v := page.values()
					v.Set("accion", "salir")
					o.send(page.action, v)
				}
			}
		}
	}
	after := o.work(id)
	for p := range before {
		if !slices.Equal(before[p], after[p]) {
			t.Errorf("%s: %q became %q", p, before[p], after[p])
		}
	}
	for p := range after {
		if len(before[p]) == 0 {
			t.Errorf("%s appeared: %q", p, after[p])
		}
	}
}

// TestDeclareHostile types what people never type: it is kept, shown again as
// text, and told to be wrong; what is too big is refused in words, and nothing of
// the draft is lost.
func TestDeclareHostile(t *testing.T) {
	s := newDeclareSite(t, "2026-05-14")
	o := s.official(7, forms.Full, "2020-01-16", "")
	id := o.begin("modificacion-2026")
	path := sectionPath(id, "datosGenerales")
	const mail, phone, say = "datosGenerales.correoElectronico.personal", "datosGenerales.telefono.casa", "datosGenerales.aclaracionesObservaciones"
	for name, text := range map[string]string{
		"markup":   `"><script>alert(1)</script><b>`,
		"template": `{{.}}`,
		"emoji":    "👩🏽‍⚖️ ñandú",
		"rtl":      "abc\u202edef",
		"control":  "a\x01\x1bb",
		"long":     strings.Repeat("á", 3000),
		"newlines": "uno\r\ndos\n\ntres",
	} {
		page := o.open(path).read()
		v := page.values()
		v.Set(say, text)
		v.Set(mail, text)
		v.Set("accion", "continuar")
		a := o.send(page.action, v)
		if a.status != 200 || !strings.HasPrefix(a.path, path) {
			t.Errorf("%s: %d %s", name, a.status, a.path)
		}
		if strings.Contains(a.body, "<script>alert") {
			t.Errorf("%s came back as markup", name)
		}
		if got, want := o.work(id).Get(say), strings.ReplaceAll(text, "\r\n", "\n"); got != want {
			t.Errorf("%s: kept as %.60q", name, got)
		}
		if shown := o.open(path).read().controls[say]; len(shown) != 1 || shown[0].value != strings.ReplaceAll(text, "\r\n", "\n") {
			t.Errorf("%s: shown as %.60q", name, fmt.Sprint(shown))
		}
	}
	big := url.Values{"accion": {"continuar"}, "version": {"99"}, phone: {strings.Repeat("9", 1<<20)}}
	if a := o.ask("POST", path, big); a.status != 413 {
		t.Errorf("1 MB: %d", a.status)
	}
	r := httptest.NewRequest("POST", path, strings.NewReader("x="+strings.Repeat("9", 10<<20)))
	r.AddCookie(&http.Cookie{Name: "sesion", Value: o.cookie})
	if _, err := s.server.Test(r); err == nil {
		t.Error("10 MB were read")
	}
	for _, body := range []string{"%zz=1", strings.Repeat("a=1&", 6000), "version=\xff\xfe", "base={"} {
		r := o.raw(path, "application/x-www-form-urlencoded", body)
		if r.status >= 500 || r.status == 200 {
			t.Errorf("%.20q: %d", body, r.status)
		}
	}
	if a := o.raw(path, "text/plain", "x=1"); a.status >= 500 {
		t.Errorf("plain text: %d", a.status)
	}
	if a := o.work(id); a.Get(say) == "" || a.Get(phone) != "" {
		t.Errorf("after all that: %.40q %.40q", a.Get(say), a.Get(phone))
	}
}

// raw posts a body as it is.
func (o *official) raw(path, kind, body string) reply {
	o.Helper()
	r := httptest.NewRequest("POST", path, strings.NewReader(body))
	r.Host = "declara.example"
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.AddCookie(&http.Cookie{Name: "sesion", Value: o.cookie})
	resp, err := o.server.Test(r)
	if err != nil {
		o.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		o.Fatal(err)
	}
	return reply{status: resp.StatusCode, body: string(b), location: resp.Header.Get("Location"), path: path}
}

// TestDeclareConflict saves the same section from two tabs: the second sees both
// values, and either choice ends with what was chosen and nothing lost.
func TestDeclareConflict(t *testing.T) {
	s := newDeclareSite(t, "2026-05-14")
	o := s.official(7, forms.Full, "2020-01-16", "")
	id := o.begin("modificacion-2026")
	path := sectionPath(id, "datosGenerales")
	const mail, home, mobile = "datosGenerales.correoElectronico.personal", "datosGenerales.telefono.casa", "datosGenerales.telefono.celularPersonal"
	one, two := o.open(path).read().values(), o.open(path).read().values()
	one.Set(mail, "uno@correo.example")
	one.Set(home, "9510000001")
	one.Set("accion", "salir")
	o.send(path, one)
	two.Set(mail, "dos@correo.example")
	two.Set(mobile, "9510000002")
	auto := maps.Clone(two)
	if a := o.ask("POST", path, auto, autosaved, "1"); a.status != 409 || !strings.Contains(a.body, "otra pestaña") {
		t.Errorf("autosave: %d %s", a.status, a.body)
	}
	two.Set("accion", "continuar")
	a := o.send(path, two)
	if a.status != 409 || !strings.Contains(a.body, "uno@correo.example") || !strings.Contains(a.body, "dos@correo.example") {
		t.Fatalf("%d\n%s", a.status, a.body)
	}
	if got := o.work(id); got.Get(mail) != "uno@correo.example" || got.Get(home) != "9510000001" || got.Get(mobile) != "9510000002" {
		t.Errorf("what did not clash: %q %q %q", got.Get(mail), got.Get(home), got.Get(mobile))
	}
	use := a.read()
	v := use.values()
	v.Set("accion", "continuar")
	if b := o.send(use.action, v); b.status != 200 {
		t.Errorf("using what was typed: %d", b.status)
	}
	if got := o.work(id).Get(mail); got != "dos@correo.example" {
		t.Errorf("after choosing: %q", got)
	}
}

// TestDeclareRemovedElsewhere saves a row that another tab removed.
func TestDeclareRemovedElsewhere(t *testing.T) {
	s := newDeclareSite(t, "2026-05-14")
	o := s.official(7, forms.Full, "2020-01-16", "")
	id := o.begin("modificacion-2026")
	o.put(id, o.sample(id, 13, true))
	item := forms.Path("vehiculos.vehiculo").Join(o.work(id).Items("vehiculos.vehiculo")[0])
	stale := o.open(itemPath(id, item, "1")).read()
	o.send(itemPath(id, item, "quitar"), url.Values{})
	v := stale.values()
	v.Set(string(item.Join("marca")), "Marca de aquí")
	v.Set("accion", "continuar")
	a := o.send(stale.action, v)
	if a.status != 409 || !strings.Contains(a.body, "Marca de aquí") {
		t.Fatalf("%d\n%s", a.status, a.body)
	}
	back := a.read()
	v = back.values()
	v.Set("accion", "salir")
	o.send(back.action, v)
	if got := o.work(id).Get(item.Join("marca")); got != "Marca de aquí" {
		t.Errorf("after bringing it back: %q", got)
	}
	if got := o.open(itemPath(id, "vehiculos.vehiculo.nadie", "1")); got.path != sectionPath(id, "vehiculos") {
		t.Errorf("an item that never was: %s", got.path)
	}
}

// TestDeclareAutosave saves as the script does: what is wrong is kept, nothing is
// vouched for, and the answer carries what the next save starts from.
func TestDeclareAutosave(t *testing.T) {
	s := newDeclareSite(t, "2026-05-14")
	o := s.official(7, forms.Full, "2020-01-16", "")
	id := o.begin("modificacion-2026")
	path := sectionPath(id, "datosGenerales")
	v := o.open(path).read().values()
	const mail = "datosGenerales.correoElectronico.personal"
	version := v.Get("version")
	for _, text := range []string{"ana", "ana@", "ana@correo.example"} {
		v.Set(mail, text)
		a := o.ask("POST", path, v, autosaved, "1")
		if a.status != 200 {
			t.Fatalf("%q: %d %s", text, a.status, a.body)
		}
		got := a.decoded(t)
		next := fmt.Sprint(got["version"])
		if next == version || got["hora"] != "12:00" {
			t.Errorf("%q: %v", text, got)
		}
		version = next
		v.Set("version", version)
		v.Set("base", got["base"].(string))
		if o.work(id).Get(mail) != text {
			t.Errorf("%q was not kept", text)
		}
	}
	w, err := s.server.declare.Draft(context.Background(), o.who, id)
	if err != nil || w.Kept.Draft.Confirmed["datosGenerales"] {
		t.Errorf("an autosave vouched for the section: %v", err)
	}
	item := itemPath(id, "vehiculos.vehiculo.nuevo", "1")
	page := o.open(item).read()
	v = page.values()
	for name := range page.controls {
		if strings.HasSuffix(name, ".marca") {
			v.Set(name, "VW")
		}
	}
	a := o.ask("POST", item, v, autosaved, "1").decoded(t)
	items := o.work(id).Items("vehiculos.vehiculo")
	if len(items) != 1 || a["ruta"] != itemPath(id, forms.Path("vehiculos.vehiculo").Join(items[0]), "1") {
		t.Errorf("a new row: %v %v", items, a)
	}
}

// TestDeclareSessionOver lets the session end while a person types: what she sends
// then waits for her, and after she signed in again it is all there.
func TestDeclareSessionOver(t *testing.T) {
	s := newDeclareSite(t, "2026-05-14")
	o := s.official(7, forms.Full, "2020-01-16", "")
	id := o.begin("modificacion-2026")
	path := sectionPath(id, "datosGenerales")
	v := o.open(path).read().values()
	const mail, say = "datosGenerales.correoElectronico.personal", "datosGenerales.aclaracionesObservaciones"
	typed := map[string]string{mail: "ana+prueba@correo.example", say: "Línea 1 & <dos>\nLínea “tres” 100% ñ \U0001F600"}
	for name, text := range typed {
		v.Set(name, text)
	}
	v.Set("accion", "salir")
	o.now = o.now.Add(31 * time.Minute)
	if a := o.ask("POST", path, v, autosaved, "1"); a.status != 401 || o.work(id).Get(mail) != "" {
		t.Errorf("autosave after the session: %d", a.status)
	}
	a := o.ask("POST", path, v)
	aside := a.header.Get("Set-Cookie")
	if a.status != 303 || !strings.HasPrefix(a.location, "/entrar") || !strings.HasPrefix(aside, "aparte=") {
		t.Fatalf("%d %s %q", a.status, a.location, aside)
	}
	o.signIn()
	name, rest, _ := strings.Cut(aside, "=")
	value, _, _ := strings.Cut(rest, ";")
	resume := o.ask("GET", "/seguir", nil, "Cookie", name+"="+value)
	if resume.status != 200 {
		t.Fatalf("%d %s\n%s", resume.status, resume.location, resume.body)
	}
	kept := resume.read()
	if b := o.send(kept.action, kept.values()); b.status != 200 {
		t.Fatalf("%d", b.status)
	}
	for p, want := range typed {
		if got := o.work(id).Get(forms.Path(p)); got != want {
			t.Errorf("%s: %q", p, got)
		}
	}
}

// TestDeclareCannotSkip tries to sign a declaration that lacks one thing, by the
// page and by a request that skips it, for every section of every declaration.
func TestDeclareCannotSkip(t *testing.T) {
	for _, c := range declareOccasions {
		for _, level := range forms.AllLevels {
			t.Run(c.t.Slug()+"-"+level.Slug(), func(t *testing.T) {
				s := newDeclareSite(t, c.today)
				o := s.official(7, level, c.in, c.leave)
				id := o.begin(c.key)
				o.put(id, o.sample(id, 11, false))
				f := forms.Lookup(c.t, level)
				for i := range f.Sections {
					sec := &f.Sections[i]
					var kept storage.Draft
					s.update(func(tx *storage.Txn) (err error) {
						if kept, err = tx.Draft(id); err != nil {
							return err
						}
						spoiled := kept
						spoiled.Draft.Confirmed = maps.Clone(kept.Draft.Confirmed)
						delete(spoiled.Draft.Confirmed, forms.Path(sec.Key))
						_, err = tx.PutDraft(spoiled, "", 0)
						return err
					})
					for _, page := range []string{"firmar", "vista-publica"} {
						if a := o.open(draftPath(id, page)); a.path != draftPath(id, "revisar") {
							t.Errorf("%s: %s opens %s", sec.Key, page, a.path)
						}
					}
					w, err := s.server.declare.Draft(context.Background(), o.who, id)
					if err != nil {
						t.Fatal(err)
					}
					a := o.send(draftPath(id, "firmar"), url.Values{"sello": {w.Stamp()}, "contrasena": {declarePassword}})
					if a.path != draftPath(id, "revisar") || !strings.Contains(a.body, sectionPath(id, sec.Key)) {
						t.Fatalf("%s: a request signed it: %d %s", sec.Key, a.status, a.path)
					}
					s.update(func(tx *storage.Txn) error { _, err := tx.PutDraft(kept, "", 0); return err })
				}
			})
		}
	}
}

// TestDeclareSign signs with a wrong password, with a draft that another tab
// changed, late, and then for good.
func TestDeclareSign(t *testing.T) {
	s := newDeclareSite(t, "2026-05-14")
	o := s.official(7, forms.Simplified, "2020-01-16", "")
	id := o.begin("modificacion-2026")
	o.put(id, o.sample(id, 11, false))
	s.set("2026-06-02 09:00:00")
	o.signIn()
	page := o.open(draftPath(id, "firmar"))
	if !strings.Contains(page.body, "extemporánea") || !strings.Contains(page.body, "Venció hace 2 días") {
		t.Errorf("the page does not say that it is late:\n%s", page.body)
	}
	v := page.read().values()
	v.Set("contrasena", "no es esta")
	a := o.send(draftPath(id, "firmar"), v)
	if a.status < 400 || a.status >= 500 || !strings.Contains(a.body, "msj-error") || !strings.Contains(a.body, "<title>Error:") {
		t.Errorf("a wrong password: %d\n%s", a.status, summaryOf(a.body))
	}
	section := o.open(sectionPath(id, "ingresos")).read()
	changed := section.values()
	changed.Set("ingresos.remuneracionAnualCargoPublico", "123456")
	changed.Set("accion", "continuar")
	o.send(section.action, changed)
	v.Set("contrasena", declarePassword)
	if a := o.send(draftPath(id, "firmar"), v); a.status != 409 || !strings.Contains(a.body, "cambió en otra pestaña") {
		t.Errorf("changed in another tab: %d\n%s", a.status, a.body)
	}
	acuse := o.sign(id)
	if acuse.path != draftPath(id, "acuse") || !strings.Contains(acuse.body, "Extemporánea") || !strings.Contains(acuse.body, "hora del centro") ||
		!strings.Contains(acuse.body, "/verificar/VE-2026-000001") {
		t.Errorf("%d %s\n%s", acuse.status, acuse.path, acuse.body)
	}
	for which, start := range map[string]string{"pdf/acuse": "%PDF-", "pdf/completa": "%PDF-", "pdf/publica": "%PDF-", "acuse/codigo.png": "\x89PNG"} {
		if a := o.open(draftPath(id, which)); a.status != 200 || !strings.HasPrefix(a.body, start) || a.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %.20q", which, a.status, a.body)
		}
	}
	if a := o.open(draftPath(id, "pdf", "otra")); a.status != 404 {
		t.Errorf("a document that there is not: %d", a.status)
	}
}

// TestDeclareMailIsNotTheFiling shows each state of the receipt mail: the acuse
// says it, and never that the declaration is not filed.
func TestDeclareMailIsNotTheFiling(t *testing.T) {
	s := newDeclareSite(t, "2026-05-14")
	s.server.mail = true
	o := s.official(7, forms.Simplified, "2020-01-16", "")
	id := o.begin("modificacion-2026")
	o.put(id, o.sample(id, 11, false))
	o.sign(id)
	for want, change := range map[string]func(*storage.Mail){
		"sale en unos minutos": func(m *storage.Mail) {},
		"lo intentamos otra":   func(m *storage.Mail) { m.Tries = 2 },
		"Te enviamos el acuse": func(m *storage.Mail) { m.Sent = s.now },
		"descarga el acuse":    func(m *storage.Mail) { m.Dead = true },
	} {
		s.update(func(tx *storage.Txn) error {
			m := storage.Mail{ID: id, To: "maria@correo.example", Kind: "receipt"}
			change(&m)
			return tx.PutMail(m)
		})
		a := o.open(draftPath(id, "acuse"))
		if a.status != 200 || !strings.Contains(a.body, want) || strings.Contains(a.body, "maria@correo.example") {
			t.Errorf("%q: %d", want, a.status)
		}
	}
	s.update(func(tx *storage.Txn) error {
		return tx.PutMail(storage.Mail{ID: id, To: "maria@correo.example", Kind: "receipt"})
	})
	s.server.mail = false
	if a := o.open(draftPath(id, "acuse")); !strings.Contains(a.body, "Aún no salen correos") || strings.Contains(a.body, "unos minutos") {
		t.Error("a mail is promised where none goes out")
	}
	s.update(func(tx *storage.Txn) error { return tx.DeleteMail(id) })
	if a := o.open(draftPath(id, "acuse")); !strings.Contains(a.body, "No enviamos correo") {
		t.Error("without a mail")
	}
}

// TestDeclareNotes adds a nota aclaratoria through its page, three times with one
// envio, and with texts that are refused.
func TestDeclareNotes(t *testing.T) {
	s := newDeclareSite(t, "2026-05-14")
	o := s.official(7, forms.Simplified, "2020-01-16", "")
	id := o.begin("modificacion-2026")
	if a := o.open(draftPath(id, "nota")); a.status != 404 {
		t.Errorf("a note on a draft: %d", a.status)
	}
	o.put(id, o.sample(id, 11, false))
	o.sign(id)
	page := o.open(draftPath(id, "nota")).read()
	v := page.values()
	if a := o.send(page.action, v); a.status != 422 || !strings.Contains(a.body, "<title>Error:") {
		t.Errorf("an empty note: %d", a.status)
	}
	v.Set("texto", strings.Repeat("x", 4001))
	if a := o.send(page.action, v); a.status != 422 || !strings.Contains(a.body, strings.Repeat("x", 4001)) {
		t.Errorf("a long note: %d", a.status)
	}
	v.Set("texto", "Faltó un ingreso <de> $3,000.")
	v.Set("seccion", "ingresos")
	for range 3 {
		if a := o.send(page.action, v); a.path != draftPath(id, "acuse") || strings.Count(a.body, "Faltó un ingreso &lt;de&gt; $3,000.") != 1 {
			t.Fatalf("%d %s\n%s", a.status, a.path, a.body)
		}
	}
}

// TestDeclareCalendar reads the calendar file of a duty.
func TestDeclareCalendar(t *testing.T) {
	s := newDeclareSite(t, "2026-05-14")
	o := s.official(7, forms.Full, "2020-01-16", "")
	a := o.open("/declaraciones/calendario/modificacion-2026.ics")
	if a.status != 200 || !strings.HasPrefix(a.header.Get("Content-Type"), "text/calendar") {
		t.Fatalf("%d %s", a.status, a.header.Get("Content-Type"))
	}
	for _, line := range []string{"BEGIN:VCALENDAR", "DTSTART:20260601T050000Z", "DTEND:20260601T055959Z", "TRIGGER:-P15D", "TRIGGER:-P3D",
		"UID:modificacion-2026." + o.who.Person + "@declara", "END:VCALENDAR"} {
		if !strings.Contains(a.body, line+"\r\n") {
			t.Errorf("no %q in\n%s", line, a.body)
		}
	}
	for _, line := range strings.Split(strings.TrimSuffix(a.body, "\r\n"), "\r\n") {
		if len(line) > 75 || !utf8.ValidString(line) {
			t.Errorf("%d bytes: %q", len(line), line)
		}
	}
	for _, none := range []string{"modificacion-2019.ics", "modificacion-2026", "x.ics", "..ics"} {
		if a := o.open("/declaraciones/calendario/" + none); a.status != 404 {
			t.Errorf("%s: %d", none, a.status)
		}
	}
}

// TestDeclareDeepLinks opens addresses that lead nowhere.
func TestDeclareDeepLinks(t *testing.T) {
	s := newDeclareSite(t, "2026-05-14")
	o := s.official(7, forms.Simplified, "2020-01-16", "")
	id := o.begin("modificacion-2026")
	for path, want := range map[string]int{
		"/s/vehiculos": 404, "/s/nada": 404, "/s/ingresos/nada/nuevo/1": 404, "/s/ingresos/actividadFinanciera/nuevo/1": 404,
		"/s/ingresos/actividadFinanciera.actividades/nuevo/2": 404, "/s/ingresos/actividadFinanciera.actividades/nuevo/x": 404,
		"/s/ingresos/actividadFinanciera.actividades/nuevo/1": 200, "/s/experienciaLaboral/ninguno/nuevo/1": 404, "/nada": 404,
		"/acuse": 200, "/vista-publica": 200, "/firmar": 200, "/descartar": 200, "/intereses": 200,
	} {
		if a := o.open(draftPath(id) + path); a.status != want {
			t.Errorf("%s: %d, want %d", path, a.status, want)
		}
	}
	if a := o.open("/catalogos/municipios/20"); a.status != 200 || !strings.Contains(a.body, `["067","Oaxaca de Ju`) {
		t.Errorf("municipalities: %d %.200s", a.status, a.body)
	}
	for _, none := range []string{"municipios/99", "paises/MX", "nada/1"} {
		if a := o.open("/catalogos/" + none); a.status != 404 {
			t.Errorf("%s: %d", none, a.status)
		}
	}
}

// TestDeclareAnotherYear confirms, changes and marks as gone what was copied, by
// the pages.
func TestDeclareAnotherYear(t *testing.T) {
	s := newDeclareSite(t, "2026-04-01")
	o := s.official(7, forms.Full, "2026-03-03", "")
	first := o.begin("inicial-2026-03-03")
	o.put(first, o.sample(first, 13, true))
	if a := o.sign(first); a.status != 200 {
		t.Fatal(summaryOf(a.body))
	}
	s.set("2027-05-10 09:00:00")
	o.signIn()
	id := o.begin("modificacion-2027")
	list := forms.Path("vehiculos.vehiculo")
	items := o.work(id).Items(list)
	if len(items) < 3 {
		t.Fatalf("only %d vehicles were copied", len(items))
	}
	path := sectionPath(id, "vehiculos")
	page := o.open(path)
	if n := strings.Count(page.body, "Por confirmar"); n != len(items) {
		t.Errorf("%d rows wait, of %d", n, len(items))
	}
	press := func(act string) reply {
		v := o.open(path).read().values()
		v.Set("accion", act)
		return o.send(path, v)
	}
	if a := press("ninguno"); a.status != 409 {
		t.Errorf("denying what was declared: %d", a.status)
	}
	if a := press("continuar"); !strings.Contains(a.path, "revisa=1") || !strings.Contains(a.body, "Confirma, cambia o quita") {
		t.Errorf("going on with rows that wait: %s", a.path)
	}
	press("confirmar:vehiculo." + items[0])
	gone := itemPath(id, list.Join(items[1]), "quitar")
	if a := o.send(gone, url.Values{}); a.status != 422 {
		t.Errorf("gone without a reason: %d", a.status)
	}
	if a := o.send(gone, url.Values{"motivo": {forms.Removal.Other}}); a.status != 422 {
		t.Errorf("gone for another reason, not told: %d", a.status)
	}
	for range 2 {
		if a := o.send(gone, url.Values{"motivo": {forms.Removal.Entries[0].Key}}); a.path != path {
			t.Errorf("gone: %d %s", a.status, a.path)
		}
	}
	press("todas")
	a := o.work(id)
	if a.Get(list.Join(items[0], "tipoOperacion")) != "SIN_CAMBIOS" || a.Get(list.Join(items[1], "tipoOperacion")) != "BAJA" {
		t.Errorf("operations: %v %v", a.Get(list.Join(items[0], "tipoOperacion")), a.Get(list.Join(items[1], "tipoOperacion")))
	}
	if b := press("continuar"); strings.HasPrefix(b.path, path) {
		t.Errorf("the section is not ready: %s\n%s", b.path, summaryOf(b.body))
	}
	press("restaurar:vehiculo." + items[1])
	if got := o.work(id).Get(list.Join(items[1], "motivoBaja")); got != "" {
		t.Errorf("restored, with the reason %q", got)
	}
}

// TestDeclareInterests confirms the interests together, and updates them later.
func TestDeclareInterests(t *testing.T) {
	s := newDeclareSite(t, "2026-05-14")
	o := s.official(7, forms.Full, "2020-01-16", "")
	id := o.begin("modificacion-2026")
	path := draftPath(id, "intereses")
	page := o.open(path).read()
	if len(page.controls) != 7 {
		t.Fatalf("%d questions", len(page.controls))
	}
	v := url.Values{}
	for name := range page.controls {
		v.Set(name, forms.Yes)
	}
	v.Del("apoyos")
	if a := o.send(path, v); !strings.Contains(a.path, "revisa=1") || !strings.Contains(a.body, "Te falta responder") {
		t.Errorf("six of seven: %s", a.path)
	}
	v.Set("apoyos", forms.No)
	if a := o.send(path, v); a.path != sectionPath(id, "apoyos") {
		t.Errorf("one to declare leads to %s", a.path)
	}
	hub := o.open(draftPath(id))
	if n := strings.Count(hub.body, `et ok`); n != 6 {
		t.Errorf("%d sections are ready, of 6", n)
	}
	if a := o.open("/declaraciones"); strings.Contains(a.body, "/declaraciones/intereses") {
		t.Error("an update is offered before anything was filed")
	}
	if a := o.send("/declaraciones/intereses", url.Values{}); a.status != 409 {
		t.Errorf("an update of nothing: %d", a.status)
	}
	o.put(id, o.sample(id, 11, false))
	o.sign(id)
	update := o.send("/declaraciones/intereses", url.Values{})
	if update.status != 200 || !strings.Contains(update.body, "Actualiza tus intereses") {
		t.Fatalf("%d\n%s", update.status, update.body)
	}
	if a := o.open(update.path + "/s/ingresos"); a.path != update.path {
		t.Errorf("the income of an update opens: %s", a.path)
	}
	if a := o.send(update.path+"/descartar", url.Values{}); a.path != "/declaraciones" {
		t.Errorf("discard: %s", a.path)
	}
	if a := o.open(update.path); a.status != 404 {
		t.Errorf("after discarding: %d", a.status)
	}
}

// TestDeclareApplies proposes by "¿Qué te aplica?" and changes its mind.
func TestDeclareApplies(t *testing.T) {
	s := newDeclareSite(t, "2026-05-14")
	o := s.official(7, forms.Full, "2020-01-16", "")
	id := o.begin("modificacion-2026")
	path := draftPath(id, "aplica")
	o.send(path, url.Values{"vehiculos": {forms.No}, "adeudos": {forms.Yes}, "ingresos": {forms.No}, "nada": {forms.No}, "inversiones": {"x"}})
	a := o.work(id)
	if a.Get("vehiculos.ninguno") != forms.Yes || a.Get("adeudos.ninguno") != forms.No || a.Get("inversiones.ninguno") != "" || a.Get("ingresos.ninguno") != "" {
		t.Errorf("proposed: %q %q %q", a.Get("vehiculos.ninguno"), a.Get("adeudos.ninguno"), a.Get("inversiones.ninguno"))
	}
	if hub := o.open(draftPath(id)); !strings.Contains(hub.body, "0 de 21") || !strings.Contains(hub.body, "Propuesto: ninguno") {
		t.Error("what was proposed counts as done, or does not show")
	}
	o.send(path, url.Values{"vehiculos": {forms.Yes}})
	if got := o.work(id).Get("vehiculos.ninguno"); got != forms.No {
		t.Errorf("taken back: %q", got)
	}
}

// TestDeclareOffice lets the office look at what a person owes and decide: its
// reason reaches her, what is wrong comes back with what was typed, and who only
// keeps the roster cannot rule.
func TestDeclareOffice(t *testing.T) {
	s := newDeclareSite(t, "2026-06-14")
	o := s.official(7, forms.Full, "2020-01-16", "")
	staff := func(role storage.Role) *official {
		hash, err := s.server.accounts.Hash(context.Background(), declarePassword)
		if err != nil {
			t.Fatal(err)
		}
		x := &official{declareSite: s, login: string(role) + "@valleencinos.example"}
		s.update(func(tx *storage.Txn) error {
			return tx.PutUser(storage.User{ID: storage.NewID(s.now), Login: x.login, Name: "Personal", Email: x.login, Roles: []storage.Role{role},
				Password: hash, Created: s.now.Add(-time.Hour), Changed: s.now.Add(-time.Hour)})
		})
		x.signIn()
		return x
	}
	office, roster := staff(storage.RoleComptroller), staff(storage.RoleHR)
	path := "/contraloria/personas/" + o.who.Person
	page := office.open(path + "/obligaciones")
	if page.status != 200 || !strings.Contains(page.body, "modificacion-2026") || !strings.Contains(page.body, "Vencida") {
		t.Fatalf("%d\n%s", page.status, page.body)
	}
	if a := o.open(path + "/obligaciones"); a.status != 403 {
		t.Errorf("an official opens the office's page: %d", a.status)
	}
	rule := url.Values{"obligacion": {"modificacion-2026"}, "decision": {"sinefecto"}, "motivo": {""}, "fecha": {"32/1/2026"}}
	if a := office.send(path+"/obligaciones", rule); a.status != 422 || !strings.Contains(a.body, "Escribe el motivo") || !strings.Contains(a.body, "32/1/2026") {
		t.Errorf("without a reason: %d", a.status)
	}
	rule.Set("motivo", "Incapacidad médica, oficio 12")
	if a := office.send(path+"/obligaciones", rule); a.status != 422 {
		t.Errorf("with a day that is none: %d", a.status)
	}
	rule.Del("fecha")
	if a := roster.ask("POST", path+"/obligaciones", rule); a.status != 403 {
		t.Errorf("who keeps the roster ruled: %d", a.status)
	}
	if a := office.send(path+"/obligaciones", rule); a.status != 200 || !strings.Contains(a.body, "Sin efecto") || !strings.Contains(a.body, "Incapacidad médica, oficio 12") {
		t.Errorf("%d", a.status)
	}
	if a := o.open("/declaraciones"); strings.Contains(a.body, "modificacion-2026") {
		t.Error("she still owes it")
	}
	rule = url.Values{"obligacion": {"modificacion-2026"}, "decision": {"exigible"}, "motivo": {"Falla del sistema el 31 de mayo"}, "fecha": {"30/06/2026"}}
	office.send(path+"/obligaciones", rule)
	if a := o.open("/declaraciones"); !strings.Contains(a.body, "30 de junio de 2026") || !strings.Contains(a.body, "Falla del sistema el 31 de mayo") {
		t.Error("the new last day or its reason is not on her page")
	}
	service := url.Values{"ente": {"Gobierno del Estado"}, "orden": {"ESTATAL"}, "ingreso": {"1/2/2018"}, "egreso": {"10/1/2020"}}
	if a := roster.send(path+"/servicio", service); a.status != 200 || !strings.Contains(a.body, "Gobierno del Estado") {
		t.Errorf("service: %d", a.status)
	}
	if a := roster.send(path+"/servicio", url.Values{"ente": {"X"}, "ingreso": {"1/2/2018"}}); a.status != 422 {
		t.Errorf("service without an order: %d", a.status)
	}
	service.Set("ingreso", "2018-02-01")
	service.Set("egreso", "2020-01-10")
	if a := roster.send(path+"/servicio/quitar", service); strings.Contains(a.body, "Gobierno del Estado") {
		t.Error("service taken back is still there")
	}
	if a := office.open("/contraloria/personas/01JZZZZZZZZZZZZZZZZZZZZZZZ/obligaciones"); a.status != 404 {
		t.Errorf("nobody: %d", a.status)
	}
}
