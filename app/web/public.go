package web

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"declara/app/publish"
	"declara/app/seal"
	"declara/forms"
)

// publicRoutes are what anybody may look up. Addresses of a declaration last: its
// page, and the same for programs with an extension. Nothing here needs a session
// or reads anything but public versions (package publish).
func (s *Server) publicRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/publico", Do: s.publicSearch},
		{Method: "GET", Path: "/publico/comparar", Do: s.publicCompare},
		{Method: "GET", Path: "/publico/datos", Do: s.publicData},
		{Method: "GET", Path: "/publico/datos.csv", API: true, Slow: bulkTime, Do: s.publicBulk(bulkCSV)},
		{Method: "GET", Path: "/publico/datos.jsonl", API: true, Slow: bulkTime, Do: s.publicBulk(bulkJSONL)},
		{Method: "GET", Path: "/publico/declaraciones/:id.json", API: true, Do: s.publicJSON},
		{Method: "GET", Path: "/publico/declaraciones/:id.csv", API: true, Do: s.publicCSV},
		{Method: "GET", Path: "/publico/declaraciones/:id.pdf", Do: s.publicPDF},
		{Method: "GET", Path: "/publico/declaraciones/:id", Do: s.publicPage},
		{Method: "GET", Path: "/verificar", Do: s.verify},
		{Method: "GET", Path: "/verificar/archivo", Do: s.verify}, // where another language is chosen after a file was sent
		{Method: "POST", Path: "/verificar/archivo", Body: seal.MaxFile + 4<<10, Do: s.verifyFile},
		{Method: "GET", Path: "/verificar/sello", Do: s.sealPage},
		{Method: "GET", Path: "/verificar/sello.pem", Do: s.sealPEM},
		{Method: "GET", Path: "/verificar/:mark", Do: s.verify},
	}
}

// edition stands for everything that a public page shows besides declarations:
// the program's words and the institution's data.
func (c *Ctx) edition() string {
	b, err := json.Marshal(c.visit.Institution)
	if err != nil {
		return reference() // never the same: nothing is kept
	}
	sum := sha256.Sum256(append(b, c.s.version...))
	return hex.EncodeToString(sum[:6])
}

// fresh is Cached for a page about declarations: it changes when anything public
// does. A copy is asked about each time, so that what is reserved is gone at once.
func (c *Ctx) fresh() (good bool, err error) {
	seq, _, err := c.s.publish.Version(c.ctx, tenant)
	if err != nil {
		return false, err
	}
	return c.Cached(c.edition()+"-"+strconv.FormatUint(seq, 10), 0), nil
}

// exact is Cached for a file whose bytes are the same for everybody: the tag is
// strong, so the packed file has another, and other sites may read it.
func (c *Ctx) exact(tag string) bool {
	c.cached = true
	c.fc.Vary(fiber.HeaderAcceptEncoding)
	if c.packed() {
		tag += "-gzip"
	}
	tag = `"` + tag + `"`
	c.Set(fiber.HeaderETag, tag)
	c.Set(fiber.HeaderCacheControl, "public, no-cache")
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	c.Set("Cross-Origin-Resource-Policy", "cross-origin")
	c.Set("X-Robots-Tag", "noindex")
	for _, have := range strings.Split(c.Header(fiber.HeaderIfNoneMatch), ",") {
		if have = strings.TrimSpace(have); have == tag || have == "*" {
			c.fc.Status(http.StatusNotModified)
			return true
		}
	}
	return false
}

// packed reports whether the browser takes a packed file.
func (c *Ctx) packed() bool { return accepts(c.Header(fiber.HeaderAcceptEncoding), "gzip") }

// declared names a declaration: "Modificación 2026".
func (c *Ctx) declared(t forms.Type, interest bool, year int) string {
	return c.words.T("public.name."+slugOf(t, interest), strconv.Itoa(year))
}

// slugOf is the type as addresses and catalogue keys have it.
func slugOf(t forms.Type, interest bool) string {
	if interest {
		return interestSlug
	}
	return t.Slug()
}

// interestSlug stands beside the slugs of types for updates of interests, which
// have the type of the declaration that they update.
const interestSlug = "interes"

// publicAddress is the lasting address of a declaration.
func publicAddress(id string) string { return "/publico/declaraciones/" + id }

// publicJSON is the public result document, byte by byte as it was hashed.
func (s *Server) publicJSON(c *Ctx) error {
	p, err := s.publish.Find(c.ctx, tenant, c.Param("id"))
	if err != nil {
		return err
	}
	if c.exact(p.Hash) {
		return nil
	}
	return c.Send(http.StatusOK, "application/json; charset=utf-8", p.Doc)
}

// publicCSV is the line of the bulk table for one declaration, with its head.
func (s *Server) publicCSV(c *Ctx) error {
	p, err := s.publish.Find(c.ctx, tenant, c.Param("id"))
	if err != nil {
		return err
	}
	var out strings.Builder
	t, err := publish.NewTable(&out, c.Base())
	if err != nil {
		return err
	}
	if err := t.Add(p); err != nil {
		return err
	}
	if err := t.Flush(); err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(out.String()))
	if c.exact(hex.EncodeToString(sum[:16])) {
		return nil
	}
	c.attach(fileName(p, "csv"))
	return c.Send(http.StatusOK, "text/csv; charset=utf-8", []byte(out.String()))
}

// fileName names a download by what it is, without anybody's name.
func fileName(p publish.Published, ext string) string {
	return fmt.Sprintf("declaracion-%s-%d-%s.%s", slugOf(p.Type, p.Interest), p.Year, strings.ToLower(p.ID[len(p.ID)-6:]), ext)
}

// location is a zone by name; UTC when it is not known.
func location(zone string) *time.Location {
	loc, err := time.LoadLocation(zone)
	if err != nil || zone == "" {
		return time.UTC
	}
	return loc
}
