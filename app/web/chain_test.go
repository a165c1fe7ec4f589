package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"declara/app/errs"
	"declara/storage"
)

// with adds routes to a site, for handlers that only tests have.
func (x *site) with(routes ...Route) *site {
	for i := range routes {
		r := &routes[i]
		x.s.app.Add(r.Method, r.Path, x.s.handle(r))
	}
	return x
}

// TestHeaders: what every page carries, and who may keep it.
func TestHeaders(t *testing.T) {
	x := newSite(t)
	signed := x.as(storage.RoleAdmin)
	for target, b := range map[string]*browser{"/entrar": x.anybody(), "/ajustes": signed, "/nada": x.anybody(), "/cuenta": x.anybody(), "/healthz": x.anybody()} {
		h := b.get(target).header
		for name, want := range map[string]string{
			"Content-Security-Policy":    policy,
			"X-Content-Type-Options":     "nosniff",
			"Referrer-Policy":            "same-origin",
			"X-Frame-Options":            "DENY",
			"Cross-Origin-Opener-Policy": "same-origin",
			"Cache-Control":              "no-store",
			"Strict-Transport-Security":  "",
			"Server":                     "",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q", target, name, got)
			}
		}
		if !referenceShape.MatchString(h.Get("X-Request-Id")) {
			t.Errorf("%s: number %q", target, h.Get("X-Request-Id"))
		}
	}
	for _, forbidden := range []string{"unsafe", "*", "http:", "https:"} {
		if strings.Contains(policy, forbidden) {
			t.Errorf("the policy has %s", forbidden)
		}
	}
	secure := newSite(t, func(c *Config) { c.Secure = true })
	a := secure.anybody().enter("admin@valleencinos.example").leads("/ajustes")
	if got := a.header.Get("Strict-Transport-Security"); got != "max-age=31536000" {
		t.Errorf("HSTS is %q", got)
	}
	if got := a.header.Get("Set-Cookie"); !strings.HasPrefix(got, "__Host-sesion=") || !strings.Contains(got, "secure") || !strings.Contains(got, "HttpOnly") || !strings.Contains(got, "SameSite=Lax") || !strings.Contains(got, "path=/") || strings.Contains(strings.ToLower(got), "domain") || strings.Contains(strings.ToLower(got), "expires") {
		t.Errorf("the cookie is %q", got)
	}
}

var referenceShape = regexp.MustCompile(`^E-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$`)

// TestErrors: each error has its status, words of its own and a reference, and
// tells nothing of what went wrong inside.
func TestErrors(t *testing.T) {
	const inside = "pq: relation «secretos» LOAM850312QX0"
	fail := func(err error) Handler { return func(*Ctx) error { return err } }
	x := newSite(t).with(
		Route{Method: "GET", Path: "/p/400", Do: fail(errs.New(errs.Invalid, "web.error.invalid"))},
		Route{Method: "GET", Path: "/p/401", Do: fail(errs.New(errs.Unsigned, "web.error.unsigned"))},
		Route{Method: "GET", Path: "/p/403", Do: fail(errs.New(errs.Forbidden, "web.error.forbidden"))},
		Route{Method: "GET", Path: "/p/404", Do: fail(fmt.Errorf("%s: %w", inside, storage.ErrNotFound))},
		Route{Method: "GET", Path: "/p/409", Do: fail(fmt.Errorf("%s: %w", inside, storage.ErrConflict))},
		Route{Method: "GET", Path: "/p/410", Do: fail(&errs.Error{Code: errs.Gone, Key: "account.link.over", Err: errors.New(inside)})},
		Route{Method: "GET", Path: "/p/413", Do: fail(errs.New(errs.TooLarge, "web.error.toolarge", "64"))},
		Route{Method: "GET", Path: "/p/429", Do: fail(errs.New(errs.TooMany, "web.error.rate"))},
		Route{Method: "GET", Path: "/p/500", Do: fail(errors.New(inside))},
		Route{Method: "GET", Path: "/p/500/boom", Do: func(*Ctx) error { panic(inside) }},
		Route{Method: "GET", Path: "/p/500/half", Do: func(c *Ctx) error {
			c.Set("Content-Disposition", "attachment")
			_ = c.Send(200, "application/pdf", []byte("half a file"))
			return errors.New(inside)
		}},
		Route{Method: "GET", Path: "/p/500/page", Do: func(c *Ctx) error { return c.Render(200, "no such page", nil) }},
		Route{Method: "GET", Path: "/p/500/code", Do: fail(errs.New("whatever", "web.error.invalid"))},
		Route{Method: "GET", Path: "/v2/p/500", API: true, Do: fail(errors.New(inside))},
		Route{Method: "GET", Path: "/v2/p/404", API: true, Do: fail(errs.New(errs.NotFound, "web.error.notfound"))},
	)
	heads := map[string]bool{}
	for _, status := range []string{"400", "401", "403", "404", "409", "410", "413", "429", "500", "500/boom", "500/half", "500/page", "500/code"} {
		x.log.Reset()
		a := x.as(storage.RoleDeclarant).get("/p/" + status)
		want := 0
		fmt.Sscanf(status, "%d", &want)
		ref := a.header.Get("X-Request-Id")
		a.is(want).says(ref, "<h1>", "951 000 0000", "a salvo").hides("pq:", "LOAM", "half a file", "goroutine", ".go:", "panic")
		if got := a.header.Get("Content-Type"); got != "text/html; charset=utf-8" || a.header.Get("Content-Disposition") != "" {
			t.Errorf("%s is sent as %q", status, got)
		}
		structure(t, a.body)
		if want < 500 {
			heads[a.body[strings.Index(a.body, "<h1>"):strings.Index(a.body, "</h1>")]] = true
			if strings.Contains(x.log.String(), `"level":"ERROR"`) {
				t.Errorf("%s is logged as a fault: %s", status, x.log.String())
			}
		} else if said := x.log.String(); !strings.Contains(said, `"level":"ERROR"`) || !strings.Contains(said, ref) {
			t.Errorf("%s left no trace under %s: %s", status, ref, said)
		}
		if status == "500/boom" && !strings.Contains(x.log.String(), "chain_test.go") {
			t.Error("the log of a panic has no stack")
		}
	}
	if len(heads) != 8 {
		t.Errorf("8 errors have %d headings", len(heads))
	}
	var e apiError
	for target, want := range map[string]int{"/v2/p/500": 500, "/v2/p/404": 404, "/v2/nothing": 404, "/oauth/nothing": 404} {
		a := x.anybody().get(target).is(want).hides("pq:", "<")
		if err := json.Unmarshal([]byte(a.body), &e); err != nil || e.Code == "" || e.Message == "" || a.header.Get("Content-Type") != "application/json; charset=utf-8" {
			t.Errorf("%s: %s", target, a.body)
		}
	}
	b := x.anybody()
	b.header.Set("Accept-Language", "en")
	b.get("/nothing").is(404).says(`lang="en"`, "There is nothing here")
	b.do("DELETE", "/ajustes", "", "").is(404)
	b.do("GET", "/entrar", "text/plain", "a body").is(400)
}

// TestDeadline: a handler that waits for ever is told to stop.
func TestDeadline(t *testing.T) {
	x := newSite(t)
	x.with(Route{Method: "GET", Path: "/p/wait", Do: func(c *Ctx) error {
		if at, ok := c.Context().Deadline(); !ok || time.Until(at) > handleTimeout {
			t.Error("the context has no deadline")
		}
		x.s.stop()
		<-c.Context().Done()
		return c.Context().Err()
	}})
	x.anybody().get("/p/wait").is(500)
}

// TestReadingWritesNothing: a hundred pages, signed in or not, change nothing in
// the store; a sentence that is shown once is the one exception.
func TestReadingWritesNothing(t *testing.T) {
	x := newSite(t)
	anybody, admin, enlace, declarant := x.anybody(), x.as(storage.RoleAdmin), x.as(storage.RoleHR), x.as(storage.RoleDeclarant)
	begin := x.writes.Load()
	for range 25 {
		anybody.get("/entrar").is(200)
		admin.get("/ajustes").is(200)
		enlace.get("/contraloria/personas").is(200)
		declarant.get("/declaraciones").is(200)
	}
	if n := x.writes.Load() - begin; n != 0 {
		t.Errorf("100 pages made %d transactions that write", n)
	}
	x.clock = x.clock.Add(5 * time.Minute)
	for range 20 {
		admin.get("/ajustes").is(200)
	}
	if n := x.writes.Load() - begin; n != 1 {
		t.Errorf("after five minutes %d writes, not one", n)
	}
}

// TestLogTellsNobody: what people do leaves no name, login, password, token, code
// or address with an id in the log.
func TestLogTellsNobody(t *testing.T) {
	x := newSite(t)
	b := x.anybody()
	b.get("/recuperar/TOKENSECRETO0123456789?x=SECRETO")
	b.post("/entrar", "usuario", "admin@valleencinos.example", "clave", "SECRETO mala")
	b.post("/entrar", "usuario", "admin@valleencinos.example", "clave", testPassword)
	b.get("/ajustes/cuentas/" + x.people[storage.RoleHR].ID + "?q=SECRETO")
	e := x.as(storage.RoleHR)
	e.get("/contraloria/personas?q=SECRETO")
	e.post("/contraloria/personas", "q", "SECRETO").leads("/contraloria/personas")
	e.get("/contraloria/personas/" + x.persons[storage.RoleDeclarant])
	e.post("/contraloria/personas/" + x.persons[storage.RoleDeclarant] + "/codigo").leads("/contraloria/personas/codigo")
	code := regexp.MustCompile(`[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}`).FindString(e.get("/contraloria/personas/codigo").is(200).body)
	said := x.log.String()
	for _, secret := range []string{"SECRETO", "valleencinos", testPassword, x.people[storage.RoleHR].ID, x.persons[storage.RoleDeclarant], "PUFE", "María", "López",
		code, b.cookies["sesion"], "0.0.0.0", "?"} {
		if secret == "" || strings.Contains(said, secret) {
			t.Errorf("the log has %q", secret)
		}
	}
	if strings.Count(said, "\n") < 8 {
		t.Errorf("the log is short: %s", said)
	}
}

// TestOrigin is the rule of net/http.CrossOriginProtection.
func TestOrigin(t *testing.T) {
	x := newSite(t, func(c *Config) { c.BaseURL = "https://declara.valle.example" })
	for _, c := range []struct {
		site, origin string
		ok           bool
	}{
		{"same-origin", "", true},
		{"none", "", true},
		{"same-origin", "https://otro.example", true}, // the browser knows better
		{"cross-site", "", false},
		{"same-site", "", false},
		{"cross-site", "http://example.com", false},
		{"nonsense", "", false},
		{"", "", true}, // no browser
		{"", "http://example.com", true},
		{"", "https://example.com", true},
		{"", "https://EXAMPLE.com", true},
		{"", "https://declara.valle.example", true}, // a proxy that changes Host
		{"", "http://declara.valle.example", false},
		{"", "https://otro.example", false},
		{"", "https://example.com.otro.example", false},
		{"", "https://example.com:8443", false},
		{"", "null", false},
		{"", "%zz", false},
		{"", "example.com", false},
	} {
		b := x.anybody()
		if c.site != "" {
			b.header.Set("Sec-Fetch-Site", c.site)
		}
		if c.origin != "" {
			b.header.Set("Origin", c.origin)
		}
		a := b.post("/salir")
		if ok := a.status == http.StatusSeeOther; ok != c.ok {
			t.Errorf("%+v: %d", c, a.status)
		}
		b.get("/entrar").is(200) // reading is never refused
	}
}

// TestRate: so many at once, so many a second after, each network by itself, and
// none for a proxy on this machine that nobody named.
func TestRate(t *testing.T) {
	now := time.Unix(0, 0)
	l := newLimiter(func() time.Time { return now })
	spend := func(ip string) (n int) {
		for l.allow(ip) && n < 10_000 {
			n++
		}
		return n
	}
	if n := spend("203.0.113.1"); n != burst {
		t.Errorf("%d at once", n)
	}
	if n := spend("2001:db8:1:2::1") + spend("2001:db8:1:2:ffff::2"); n != burst {
		t.Errorf("a /64 has %d", n)
	}
	if n := spend("203.0.113.2"); n != burst {
		t.Errorf("another network has %d", n)
	}
	now = now.Add(2 * time.Second)
	if n := spend("203.0.113.1"); n != 2*perSecond {
		t.Errorf("%d after two seconds", n)
	}
	now = now.Add(time.Hour)
	if n := spend("203.0.113.1"); n != burst {
		t.Errorf("%d after an hour", n)
	}
	for _, ip := range []string{"127.0.0.1", "::1", "", "nowhere"} {
		if n := spend(ip); n != 10_000 {
			t.Errorf("%q is stopped after %d", ip, n)
		}
	}
	for i := range maxNetworks + 10 {
		l.allow(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}).String())
	}
	if len(l.of) > maxNetworks {
		t.Errorf("%d networks are kept", len(l.of))
	}
}

// TestRatePage: who asks too fast is told so in words, and when to come back.
func TestRatePage(t *testing.T) {
	x := newSite(t)
	b := x.anybody()
	begin := x.clock
	for range burst {
		b.get("/healthz")
		x.clock = begin
	}
	a := b.get("/entrar").is(http.StatusTooManyRequests).says("Espera un momento")
	if a.header.Get("Retry-After") == "" {
		t.Error("it does not say when to come back")
	}
	b.get("/static/" + strings.TrimPrefix(x.s.assets.address["regla.css"], assetPrefix)).is(200)
}

// TestClientIP: only what our own proxies wrote counts.
func TestClientIP(t *testing.T) {
	var seen string
	tell := Route{Method: "GET", Path: "/p/ip", Do: func(c *Ctx) error {
		seen = c.IP()
		return c.Send(200, "text/plain", nil)
	}}
	for _, c := range []struct {
		trusted   []string
		forwarded []string
		want      string
	}{
		{nil, nil, "0.0.0.0"},
		{nil, []string{"203.0.113.9"}, "0.0.0.0"},
		{[]string{"0.0.0.0"}, []string{"203.0.113.9"}, "203.0.113.9"},
		{[]string{"0.0.0.0"}, []string{"198.51.100.1, 203.0.113.9"}, "203.0.113.9"},
		{[]string{"0.0.0.0", "203.0.113.0/24"}, []string{"198.51.100.1, 203.0.113.9"}, "198.51.100.1"},
		{[]string{"0.0.0.0"}, []string{"198.51.100.1", "203.0.113.9"}, "203.0.113.9"},
		{[]string{"0.0.0.0"}, []string{"nonsense"}, "0.0.0.0"},
		{[]string{"0.0.0.0"}, []string{"nonsense, 203.0.113.9"}, "203.0.113.9"},
		{[]string{"0.0.0.0"}, nil, "0.0.0.0"},
	} {
		x := newSite(t, func(cfg *Config) { cfg.TrustedProxies = c.trusted }).with(tell)
		b := x.anybody()
		if c.forwarded != nil {
			b.header["X-Forwarded-For"] = c.forwarded
		}
		b.get("/p/ip").is(200)
		if seen != c.want {
			t.Errorf("%+v: %s", c, seen)
		}
	}
	x := newSite(t)
	if _, err := New(Config{DB: x.db, Bundle: x.s.words, Clock: time.Now, TrustedProxies: []string{"proxy.example"}}); err == nil {
		t.Error("a proxy without an address was taken")
	}
}

// TestRedirect: no address of ours leads to another site.
func TestRedirect(t *testing.T) {
	x := newSite(t)
	for _, to := range []string{"//otro.example", "https://otro.example", "/\\otro.example", "\\\\otro", "javascript:alert(1)", "", "otro", "/a\r\nSet-Cookie: x=1", "/\t/otro.example"} {
		if local(to) {
			t.Errorf("%q is local", to)
		}
		x.anybody().get("/idioma/en?a=" + url.QueryEscape(to)).leads("/")
		x.anybody().enter("admin@valleencinos.example", "volver", to).leads("/ajustes")
	}
	x.anybody().enter("admin@valleencinos.example", "volver", "/ajustes/conexiones?x=1").leads("/ajustes/conexiones?x=1")
}

func TestLanguage(t *testing.T) {
	x := newSite(t)
	b := x.anybody()
	b.get("/entrar").says(`<html lang="es-MX"`, `href="/idioma/en?a=%2fentrar"`, `lang="en"`, "English")
	b.get("/idioma/en?a=%2Fentrar").leads("/entrar")
	b.get("/entrar").says(`<html lang="en"`, "Sign in", "Español").hides("Entrar<", "Contraseña")
	b.header.Set("Accept-Language", "es-MX")
	b.get("/entrar").says(`<html lang="en"`)
	b.get("/idioma/xx?a=%2Fentrar").leads("/entrar")
	b.get("/entrar").says(`<html lang="en"`)
}

// TestHealth: both answer before anything is set up; only one needs the store.
func TestHealth(t *testing.T) {
	x := blankSite(t)
	x.anybody().get("/healthz").is(200)
	x.anybody().get("/readyz").is(200)
	x.anybody().get("/entrar").is(503).says("aún no está listo").hides("<form method=\"post\"")
}

// TestForms: what a body must be to be read as a form.
func TestForms(t *testing.T) {
	const urlencoded = "application/x-www-form-urlencoded"
	many := strings.Repeat("a=1&", maxValues)
	part := "--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nuno\r\n--X\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f.txt\"\r\n\r\ndos\r\n--X--\r\n"
	for _, c := range []struct{ contentType, body, want string }{
		{urlencoded, "a=uno&b=dos", "uno"},
		{urlencoded + "; charset=utf-8", "a=%C3%B1", "ñ"},
		{urlencoded, "", ""},
		{"multipart/form-data; boundary=X", part, "uno"},
		{"multipart/form-data; boundary=Y", part, "error"},
		{"multipart/form-data", part, "error"},
		{urlencoded, "a=%ff", "error"},
		{urlencoded, "a=%00", "error"},
		{urlencoded, "a=%zz", "error"},
		{urlencoded, "a;b=1", "error"},
		{urlencoded, many, "error"},
		{"text/plain", "a=1", "error"},
		{"application/json", `{"a":1}`, "error"},
		{"", "a=1", "error"},
	} {
		v, err := parseForm(c.contentType, []byte(c.body))
		got := v.Get("a")
		if err != nil {
			got = "error"
		}
		if got != c.want || len(v["f"]) != 0 {
			t.Errorf("%s %.60q: %q, not %q", c.contentType, c.body, got, c.want)
		}
	}
}

// TestBodies: a body that says it is compressed is not unpacked, and one that is no
// form is refused in words.
func TestBodies(t *testing.T) {
	x := newSite(t)
	b := x.anybody()
	b.header.Set("Content-Encoding", "gzip")
	b.post("/entrar", "usuario", "x").is(400)
	b.header.Del("Content-Encoding")
	b.do("POST", "/entrar", "application/json", `{}`).is(400).says("<h1>")
}

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		pattern, path string
		want          bool
	}{
		{"/", "/", true},
		{"/a", "/a", true},
		{"/a", "/a/", false},
		{"/a/:id", "/a/x", true},
		{"/a/:id", "/a", false},
		{"/a/:id/b", "/a/x/b", true},
		{"/a/:id/b", "/a/x/c", false},
		{"/a/:id", "/a/x/y", false},
		{"/a/:id.json", "/a/x.json", true},
	} {
		if got := (&Route{Path: c.pattern}).matches(c.path); got != c.want {
			t.Errorf("%s matches %s: %v", c.pattern, c.path, got)
		}
	}
}

// TestBaseURL: only an http address is one.
func TestBaseURL(t *testing.T) {
	x := newSite(t)
	for _, bad := range []string{"declara.example", "ftp://declara.example", "https://", ":"} {
		if _, err := New(Config{DB: x.db, Bundle: x.s.words, Clock: time.Now, BaseURL: bad}); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}
