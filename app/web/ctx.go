package web

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"declara/app/account"
	"declara/app/errs"
	"declara/i18n"
	"declara/storage"
)

// Ctx is one request and its answer. Every string that it gives out is a copy,
// so a handler may keep it; the Ctx itself ends with the handler. It is for one
// goroutine.
type Ctx struct {
	fc      *fiber.Ctx
	s       *Server
	route   *Route
	ctx     context.Context
	cancel  context.CancelFunc
	began   time.Time
	id      string // reference number
	method  string
	path    string
	words   *i18n.Printer
	visit   account.Visit
	form    url.Values // nil before it was asked for
	formErr error
	flash   *storage.Flash
	secret  bool    // the answer is never compressed
	cached  bool    // the answer says itself how long it may be kept
	beside  *beside // the paper that the form is filled in from
	turned  bool    // it has a turn to take in a file
}

// Context ends when the request has taken too long or the server stops. It is
// what services are given.
func (c *Ctx) Context() context.Context { return c.ctx }

// Param is a part of the path that the route names, unescaped.
func (c *Ctx) Param(name string) string {
	raw := c.fc.Params(name)
	if text, err := url.PathUnescape(raw); err == nil {
		return strings.Clone(text)
	}
	return strings.Clone(raw)
}

// Query is the first value of that name in the address, or "".
func (c *Ctx) Query(name string) string { return strings.Clone(c.fc.Query(name)) }

// Queries are all values of the address.
func (c *Ctx) Queries() url.Values {
	values, err := url.ParseQuery(string(c.fc.Request().URI().QueryString()))
	if err != nil {
		return url.Values{}
	}
	return values
}

// Header is a header of the request, or "".
func (c *Ctx) Header(name string) string { return strings.Clone(c.fc.Get(name)) }

// Body is a copy of the whole body, whose length is within the route's limit.
func (c *Ctx) Body() []byte { return append([]byte(nil), c.fc.Request().Body()...) }

// Method is GET, HEAD or POST.
func (c *Ctx) Method() string { return c.method }

// Path is that of the request, as it was sent, without the query.
func (c *Ctx) Path() string { return c.path }

// User is who is signed in, or nil.
func (c *Ctx) User() *storage.User { return c.visit.User }

// Has reports whether who is signed in has the role.
func (c *Ctx) Has(role storage.Role) bool {
	if c.visit.User != nil {
		for _, r := range c.visit.User.Roles {
			if r == role {
				return true
			}
		}
	}
	return false
}

// Words are the language of the person.
func (c *Ctx) Words() *i18n.Printer { return c.words }

// Institution is the public body; zero before set-up.
func (c *Ctx) Institution() storage.Institution { return c.visit.Institution }

// Tenant is the public body's key in the store.
func (c *Ctx) Tenant() string { return tenant }

// Now is the time, in UTC.
func (c *Ctx) Now() time.Time { return c.s.now().UTC() }

// Zone is that of the institution, in which people are told hours and deadlines.
func (c *Ctx) Zone() *time.Location {
	zone, err := time.LoadLocation(c.visit.Institution.Zone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// IP is the address that the request came from, beyond the proxies that are
// trusted. It is for limits; it is not written down.
func (c *Ctx) IP() string { return c.s.clientIP(c.fc) }

// Base is the address of the site, without a slash at the end: the configured
// one, or what the request named.
func (c *Ctx) Base() string {
	if c.s.base != nil {
		return c.s.base.String()
	}
	scheme := "http"
	if c.s.secure {
		scheme = "https"
	}
	return scheme + "://" + strings.Clone(string(c.fc.Request().Host()))
}

// Redirect sends the browser to a page of this site (303), with the flash if one
// was set.
func (c *Ctx) Redirect(path string) error {
	if !local(path) {
		return fmt.Errorf("web: redirect to a foreign address")
	}
	if c.flash != nil && c.visit.User != nil {
		if err := c.s.accounts.Flash(c.ctx, tenant, c.visit.Hash, c.flash); err != nil {
			return err
		}
	}
	c.noStore()
	return c.fc.Redirect(path, fiber.StatusSeeOther)
}

// local reports whether a path is one of this site and cannot be read as another.
func local(path string) bool {
	return strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//") && !strings.ContainsAny(path, "\\\r\n\t")
}

// Flash is one sentence that the next page shows to who is signed in, after a
// Redirect. It is kept in the session, so without one it is not said.
func (c *Ctx) Flash(key string, args ...any) {
	words := make([]string, len(args))
	for i, a := range args {
		words[i] = fmt.Sprint(a)
	}
	c.flash = &storage.Flash{Key: key, Args: words}
}

// takeFlash is the sentence for this page, which is shown once.
func (c *Ctx) takeFlash() (string, error) {
	f := c.visit.Session.Flash
	if f == nil || c.visit.User == nil {
		return "", nil
	}
	if f.Key == "" {
		return "", c.s.accounts.Flash(c.ctx, tenant, c.visit.Hash, nil)
	}
	args := make([]any, len(f.Args))
	for i, a := range f.Args {
		args[i] = a
	}
	return c.words.T(f.Key, args...), c.s.accounts.Flash(c.ctx, tenant, c.visit.Hash, nil)
}

// JSON answers with v.
func (c *Ctx) JSON(status int, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("web: %w", err)
	}
	return c.Send(status, "application/json; charset=utf-8", b)
}

// Send answers with bytes, which are copied.
func (c *Ctx) Send(status int, contentType string, b []byte) error {
	if !c.cached {
		c.noStore()
	}
	c.fc.Set(fiber.HeaderContentType, contentType)
	c.fc.Status(status)
	c.fc.Response().SetBody(b)
	return nil
}

// Attachment answers with a file to be saved under a name.
func (c *Ctx) Attachment(name, contentType string, b []byte) error {
	c.attach(name)
	return c.Send(fiber.StatusOK, contentType, b)
}

func (c *Ctx) attach(name string) {
	c.fc.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": name}))
}

// Stream answers with what write gives, as it gives it: for exports too long to
// hold. write runs after the handler, under a context of its own, and must not
// use the Ctx. name is that of the file to save, "" to show it. An error after the
// first byte can only cut the answer short, which the browser reports.
func (c *Ctx) Stream(name, contentType string, write func(context.Context, io.Writer) error) error {
	if name != "" {
		c.attach(name)
	}
	if !c.cached {
		c.noStore()
	}
	c.fc.Set(fiber.HeaderContentType, contentType)
	s, id, pattern, most := c.s, c.id, c.route.Path, max(writeTimeout, c.route.Slow)
	c.fc.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		ctx, cancel := context.WithTimeout(s.life, most)
		defer cancel()
		err := write(ctx, w)
		if err == nil {
			err = w.Flush()
		}
		if err != nil {
			s.log.Warn("stream cut short", "id", id, "route", pattern, "error", err.Error())
			panic(errCut) // fasthttp closes the connection without the last chunk
		}
	})
	return nil
}

// errCut ends a stream so that its reader sees that something is missing.
var errCut = errs.New(errs.Internal, "web.error.internal")

// Cached lets who asked keep the answer for a time and ask with the tag whether it
// changed. It reports whether the copy they have is still good: the handler then
// returns nil at once. It must be called before anything is rendered. Pages for
// who is signed in are never kept.
func (c *Ctx) Cached(tag string, maxAge time.Duration) bool {
	if c.visit.User != nil {
		return false
	}
	c.cached = true
	tag = `W/"` + c.words.Name() + "-" + tag + `"`
	c.fc.Set(fiber.HeaderETag, tag)
	c.fc.Set(fiber.HeaderCacheControl, keep(maxAge))
	c.fc.Vary(fiber.HeaderAcceptLanguage, fiber.HeaderCookie)
	for _, have := range strings.Split(c.Header(fiber.HeaderIfNoneMatch), ",") {
		if strings.TrimSpace(have) == tag {
			c.fc.Status(fiber.StatusNotModified)
			return true
		}
	}
	return false
}

// keep is how long a cache may show an answer without asking. For no time it is
// no-cache and not max-age=0, with which a cache that cannot reach us may go on
// showing a declaration that was reserved since (RFC 9111 4.2.4).
func keep(maxAge time.Duration) string {
	if maxAge <= 0 {
		return "public, no-cache"
	}
	return fmt.Sprintf("public, max-age=%d", int(maxAge.Seconds()))
}

// noStore keeps an answer out of every cache.
func (c *Ctx) noStore() { c.fc.Set(fiber.HeaderCacheControl, "no-store") }

// Secret marks an answer that shows a code or a key: it is never compressed.
func (c *Ctx) Secret() { c.secret = true }

// Set sets a header of the answer.
func (c *Ctx) Set(name, value string) { c.fc.Set(name, value) }
