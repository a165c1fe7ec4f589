package web

import (
	"net/http"
	"strings"
	"time"

	"declara/app/errs"
)

// homeRoutes are the pages that tell what this site is.
func (s *Server) homeRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/", Do: s.plainPage("home")},
		{Method: "GET", Path: "/ayuda", Do: s.plainPage("help")},
		{Method: "GET", Path: "/acerca", Do: s.about},
		{Method: "GET", Path: "/acerca/licencias/:name", Do: s.licence},
		{Method: "GET", Path: "/privacidad", Do: s.plainPage("privacy")},
		{Method: "GET", Path: "/accesibilidad", Do: s.plainPage("access")},
		{Method: "GET", Path: "/robots.txt", API: true, Before: true, Do: s.robots},
	}
}

// plainPage is a page of words alone: it changes with the program and with the
// institution's own data.
func (s *Server) plainPage(name string) Handler {
	return func(c *Ctx) error {
		if c.Cached(c.edition(), 0) {
			return nil
		}
		return c.Render(http.StatusOK, name, nil)
	}
}

// part is a program that this one is made with.
type part struct{ Name, Licence string }

// parts are the free programs inside, with their licences.
var parts = []part{
	{"Go", "BSD 3-Clause"},
	{"Fiber, fasthttp", "MIT"},
	{"bbolt", "MIT"},
	{"pgx", "MIT"},
	{"gofpdf", "MIT"},
	{"validator", "MIT"},
	{"go-mail", "MIT"},
	{"qr", "BSD 3-Clause"},
	{"brotli, compress", "MIT, BSD 3-Clause"},
}

func (s *Server) about(c *Ctx) error {
	if c.Cached(c.edition(), 0) {
		return nil
	}
	return c.Render(http.StatusOK, "about", struct {
		Version string
		Parts   []part
		Fonts   []string
	}{s.version, parts, []string{"Asap", "Faustina"}})
}

// licence is the text that must travel with a font.
func (s *Server) licence(c *Ctx) error {
	name := c.Param("name")
	if name != "Asap" && name != "Faustina" {
		return errs.New(errs.NotFound, "web.error.notfound")
	}
	b, err := staticFiles.ReadFile("static/fonts/OFL-" + name + ".txt")
	if err != nil {
		return err
	}
	if c.Cached(c.edition(), 24*time.Hour) {
		return nil
	}
	return c.Send(http.StatusOK, "text/plain; charset=utf-8", b)
}

// robots asks programs to keep to the pages that last and to the files made for
// them. Who is signed in, and searches, which have no end, are not for them.
func (s *Server) robots(c *Ctx) error {
	c.cached = true
	c.Set("Cache-Control", "public, max-age=86400")
	return c.Send(http.StatusOK, "text/plain; charset=utf-8", []byte(strings.Join([]string{
		"User-agent: *",
		"Disallow: /publico?",
		"Disallow: /publico/comparar",
		"Disallow: /publico/datos.csv",
		"Disallow: /publico/datos.jsonl",
		"Disallow: /verificar",
		"Disallow: /idioma/",
		"Disallow: /entrar",
		"Disallow: /cuenta",
		"Disallow: /declaraciones",
		"Disallow: /contraloria",
		"Disallow: /ajustes",
		"",
	}, "\n")))
}
