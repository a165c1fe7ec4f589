package web

import (
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"declara/app/account"
	"declara/storage"
)

// TestSignIn: the pages to come in, with every cause of failure in the same words.
func TestSignIn(t *testing.T) {
	x := newSite(t)
	b := x.anybody()
	b.get("/entrar").is(200).says("Entrar", `autocomplete="username"`, `autocomplete="current-password"`, "/primera-vez", "/recuperar").hides("resumen-errores")
	var words string
	for _, try := range [][]string{
		{"usuario", "admin@valleencinos.example", "clave", "no es esta"},
		{"usuario", "nadie@valleencinos.example", "clave", testPassword},
		{"usuario", "", "clave", ""},
		{},
	} {
		a := b.post("/entrar", try...).is(401).says("<title>Error: Entrar").hides(testPassword, "no es esta")
		said := between(a.body, `<div class="resumen-errores"`, "</div>")
		if words == "" {
			words = said
		}
		if said == "" || said != words {
			t.Errorf("%v: %q, not %q", try, said, words)
		}
		if b.cookies["sesion"] != "" {
			t.Fatal("a wrong password signs in")
		}
	}
	b.post("/entrar", "usuario", "<script>@x.example", "clave", "x").is(401).hides("<script>@").says("&lt;script&gt;@x.example")
	for role, home := range map[storage.Role]string{
		storage.RoleAdmin: "/ajustes", storage.RoleComptroller: "/contraloria", storage.RoleHR: "/contraloria/personas",
		storage.RoleDeclarant: "/declaraciones", storage.RoleInvestigator: "/contraloria/casos", storage.RoleSubstantiator: "/contraloria/casos",
		storage.RoleCustodian: "/contraloria/identidades",
	} {
		x.anybody().enter(" " + strings.ToUpper(x.people[role].Login)).leads(home)
	}
}

// between is what stands between two texts, or "".
func between(s, from, to string) string {
	_, rest, ok := strings.Cut(s, from)
	if !ok {
		return ""
	}
	in, _, _ := strings.Cut(rest, to)
	return in
}

// TestSignInTurns: each sign-in is a session of its own, and the one that the
// browser had ends: nobody can plant one.
func TestSignInTurns(t *testing.T) {
	x := newSite(t)
	b := x.as(storage.RoleHR)
	planted := b.cookies["sesion"]
	b.get("/entrar").leads("/contraloria/personas")
	b.enter("admin@valleencinos.example").leads("/ajustes")
	if b.cookies["sesion"] == planted || len(b.cookies["sesion"]) != 43 {
		t.Errorf("the session is %q", b.cookies["sesion"])
	}
	old := x.anybody()
	old.cookies["sesion"] = planted
	old.get("/cuenta").leads("/entrar?volver=%2Fcuenta")
	token := b.cookies["sesion"]
	b.post("/salir").leads("/entrar?salida=1")
	if b.cookies["sesion"] != "" {
		t.Error("the cookie stays after leaving")
	}
	b.get("/entrar?salida=1").is(200).says("Cerraste tu sesión")
	old.cookies["sesion"] = token
	old.get("/ajustes").leads("/entrar?volver=%2Fajustes")
	old.post("/salir").leads("/entrar?salida=1")
}

func TestThrottlePage(t *testing.T) {
	x := newSite(t)
	b := x.anybody()
	for range 5 {
		b.post("/entrar", "usuario", "admin@valleencinos.example", "clave", "no es esta").is(401)
	}
	b.post("/entrar", "usuario", "admin@valleencinos.example", "clave", testPassword).is(429).says("Espera 1 min e", "no se bloquea", `value="admin@valleencinos.example"`)
	x.clock = x.clock.Add(time.Minute)
	b.enter("admin@valleencinos.example").leads("/ajustes")
}

// TestFirstTimePage: from the printed code to the first page, and every mistake on
// the way in words beside its box.
func TestFirstTimePage(t *testing.T) {
	x := newSite(t)
	hr := x.as(storage.RoleHR)
	id := x.persons[storage.RoleDeclarant]
	hr.post("/contraloria/personas/" + id + "/codigo").leads("/contraloria/personas/codigo")
	code := regexp.MustCompile(`[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}`).FindString(hr.get("/contraloria/personas/codigo").body)
	login := x.people[storage.RoleDeclarant].Login
	const password = "el farol verde canta solo"
	form := func(change ...string) []string {
		v := []string{"usuario", login, "codigo", code, "correo", "maria@correo.example", "correo2", "Maria@correo.example", "clave", password}
		for i := 0; i < len(change); i += 2 {
			for j := 0; j < len(v); j += 2 {
				if v[j] == change[i] {
					v[j+1] = change[i+1]
				}
			}
		}
		return v
	}
	b := x.anybody()
	b.get("/primera-vez").is(200).says(`autocomplete="one-time-code"`, `autocomplete="new-password"`)
	for _, c := range []struct {
		change []string
		status int
		says   string
	}{
		{[]string{"correo2", "otra@correo.example"}, 422, `id="f-correo2-e"`},
		{[]string{"correo", "maria", "correo2", "maria"}, 422, `id="f-correo-e"`},
		{[]string{"clave", "corta"}, 422, `id="f-clave-e"`},
		{[]string{"clave", "contraseña2026"}, 422, "de las primeras que alguien probaría"},
		{[]string{"codigo", "0000-0000-0000"}, 401, "no coinciden, o el código ya venció"},
		{[]string{"usuario", "nadie@x.example"}, 401, "no coinciden, o el código ya venció"},
	} {
		a := b.post("/primera-vez", form(c.change...)...).is(c.status).says(c.says, "resumen-errores", "Error:").hides(password, "corta\"")
		structure(t, a.body)
	}
	b.post("/primera-vez", form("codigo", strings.ToLower(strings.ReplaceAll(code, "-", " ")))...).leads("/declaraciones")
	b.get("/cuenta").is(200).says("maria@correo.example")
	x.anybody().post("/primera-vez", form()...).is(401)
}

// TestRecoverPage: the same page for every login; the link of the letter works
// once, for an hour.
func TestRecoverPage(t *testing.T) {
	x := newSite(t)
	var pages []string
	for _, login := range []string{"enlace@valleencinos.example", "nadie@valleencinos.example"} {
		b := x.anybody()
		b.post("/recuperar", "usuario", login).leads("/recuperar?enviada=1")
		pages = append(pages, b.get("/recuperar?enviada=1").is(200).says("Si la cuenta existe").body)
	}
	if pages[0] != pages[1] {
		t.Error("the pages differ")
	}
	x.anybody().post("/recuperar", "usuario", " ").is(422)
	if len(x.letters) != 1 || x.letters[0].Kind != account.LetterRecovery || x.letters[0].To != "enlace@correo.example" {
		t.Fatalf("%+v", x.letters)
	}
	link := x.letters[0].Path
	b := x.anybody()
	structure(t, b.get(link).is(200).body)
	b.post(link, "clave", "corta").is(422).says(`id="f-clave-e"`)
	b.post(link, "clave", "el farol verde canta solo").leads(codePath)
	b.post(codePath, "codigo", phoneCode(t, x.s, x.people[storage.RoleHR].Login)).leads("/contraloria/personas")
	b.get("/cuenta").is(200)
	b.get(link).is(410).says("ya no sirve", "/recuperar")
	b.post(link, "clave", "otras cinco palabras sin nombre").is(410)
	x.anybody().get("/recuperar/nada").is(410)
	none := newSite(t, func(c *Config) { c.Mail = false })
	none.anybody().get("/recuperar").is(200).says("aún no envía correos")
}

// TestAccountPage: password, e-mail and other sessions, each with its own box for
// the present password.
func TestAccountPage(t *testing.T) {
	x := newSite(t)
	b, other := x.as(storage.RoleHR), x.as(storage.RoleHR)
	structure(t, b.get("/cuenta").is(200).says("enlace@correo.example", "Enlace de recursos humanos").body)
	b.post("/cuenta/contrasena", "actual", "no es esta", "clave", "el farol verde canta solo").is(422).says(`id="f-actual-e"`)
	b.post("/cuenta/contrasena", "actual", testPassword, "clave", "corta").is(422).says(`id="f-clave-e"`)
	b.post("/cuenta/correo", "correo", "otra@correo.example", "actual2", "no es esta").is(422).says(`id="f-actual2-e"`, `value="otra@correo.example"`)
	b.post("/cuenta/correo", "correo", "otra", "actual2", testPassword).is(422).says(`id="f-correo-e"`)
	b.post("/cuenta/correo", "correo", "otra@correo.example", "actual2", testPassword).leads("/cuenta")
	b.get("/cuenta").is(200).says("otra@correo.example", "Cambiaste tu correo", `role="status"`)
	b.get("/cuenta").is(200).hides("Cambiaste tu correo")
	b.post("/cuenta/sesiones").leads("/cuenta")
	other.get("/cuenta").leads("/entrar?volver=%2Fcuenta")
	before := b.cookies["sesion"]
	x.clock = x.clock.Add(time.Second)
	b.post("/cuenta/contrasena", "actual", testPassword, "clave", "el farol verde canta solo").leads("/cuenta")
	if b.cookies["sesion"] == before {
		t.Error("the session is the one of before")
	}
	b.get("/cuenta").is(200).says("Cambiaste tu contraseña")
	other.cookies["sesion"] = before
	other.get("/cuenta").leads("/entrar?volver=%2Fcuenta")
}

// TestIdle: a page tells the script how long the session lasts, which is never
// more than it does; the button of the warning makes it longer.
func TestIdle(t *testing.T) {
	x := newSite(t)
	b := x.as(storage.RoleAdmin)
	b.get("/ajustes").says(`data-sesion="600"`, `<dialog id="sesion"`)
	x.as(storage.RoleDeclarant).get("/declaraciones").says(`data-sesion="1500"`)
	x.anybody().get("/entrar").hides("data-sesion", "<dialog")
	for range 6 {
		x.clock = x.clock.Add(10 * time.Minute)
		b.post("/sesion").is(204)
	}
	x.clock = x.clock.Add(15*time.Minute + time.Second)
	b.post("/sesion").is(401)
	b.get("/ajustes").leads("/entrar?volver=%2Fajustes")
}

// TestResume: what was sent after the session had ended is not lost: its person
// signs in, sees a button, and sends it again, once. Nobody else does.
func TestResume(t *testing.T) {
	var saved []string
	x := newSite(t)
	x.with(Route{Method: "POST", Path: "/p/guarda", Roles: signedIn, Resume: true, Do: func(c *Ctx) error {
		saved = append(saved, c.Form().Encode())
		return c.Redirect("/cuenta")
	}}, Route{Method: "POST", Path: "/p/otra", Roles: signedIn, Do: func(c *Ctx) error { return c.Redirect("/cuenta") }})
	typed := url.Values{"monto": {"473,520"}, "aclaraciones": {"línea 1\r\nlínea 2 \"<b>\" & más"}, "marca": {"a", "b"}}
	b := x.as(storage.RoleDeclarant)
	expired := func() *browser {
		x.clock = x.clock.Add(31 * time.Minute)
		b.do("POST", "/p/guarda", "application/x-www-form-urlencoded", typed.Encode()).leads("/entrar?sigue=1")
		return b
	}
	expired().get("/entrar?sigue=1").is(200).says("Tu sesión terminó", "espera 10 minutos")
	b.post("/entrar", "usuario", "declarante@valleencinos.example", "clave", "mala", "sigue", "1").is(401).says("espera 10 minutos")
	b.enter("declarante@valleencinos.example").leads("/seguir")
	b.get("/seguir").is(200)
	page := b.get("/seguir").is(200).says("Seguimos donde estabas", `action="/p/guarda"`)
	structure(t, page.body)
	again := url.Values{}
	for _, m := range regexp.MustCompile(`(?s)<input type="hidden" name="([^"]*)" value="([^"]*)">`).FindAllStringSubmatch(page.body, -1) {
		again.Add(html.UnescapeString(m[1]), html.UnescapeString(m[2]))
	}
	if again.Encode() != typed.Encode() {
		t.Errorf("the page has\n%s, not\n%s", again.Encode(), typed.Encode())
	}
	b.do("POST", "/p/guarda", "application/x-www-form-urlencoded", again.Encode()).leads("/cuenta")
	if len(saved) != 1 || saved[0] != typed.Encode() {
		t.Errorf("saved: %v", saved)
	}
	b.get("/seguir").leads("/declaraciones")

	expired()
	b.enter("enlace@valleencinos.example").leads("/seguir")
	b.get("/seguir").leads("/contraloria/personas")
	b.get("/contraloria/personas").says("Ya no había nada por enviar").hides("473")

	b = x.as(storage.RoleDeclarant)
	expired()
	x.clock = x.clock.Add(11 * time.Minute)
	b.enter("declarante@valleencinos.example").leads("/seguir")
	b.get("/seguir").leads("/declaraciones")

	b = x.as(storage.RoleDeclarant)
	x.clock = x.clock.Add(31 * time.Minute)
	b.post("/p/otra", "a", "b").is(401).says("Entra para seguir") // nothing of value
	b.header.Set("X-Autoguardado", "1")
	if a := b.post("/p/guarda", "a", "b").is(401); !strings.HasPrefix(a.header.Get("Content-Type"), "application/json") || b.cookies["aparte"] != "" {
		t.Errorf("the script's own save: %s", a.body)
	}
	x.anybody().post("/p/guarda", "a", "b").is(401) // no session ever: whose would it be
	if len(saved) != 1 {
		t.Errorf("saved: %v", saved)
	}
}
