package web

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"runtime/debug"
	"strings"

	"github.com/gofiber/fiber/v2"

	"declara/app/errs"
)

// handle makes a Fiber handler of a route. The order of what it does is the order
// of the package comment; nothing of it depends on the handler behaving well.
func (s *Server) handle(r *Route) fiber.Handler {
	return func(fc *fiber.Ctx) error {
		c := s.newCtx(fc, r)
		defer c.cancel()
		if bigBody(&fc.Request().Header, r) {
			defer s.uploads.leave()
		}
		if err := c.run(); err != nil {
			s.fail(c, err)
		}
		c.finish()
		return nil
	}
}

// run answers, or says what stopped it. A panic of a handler is an error like
// others, with its stack in the log.
func (c *Ctx) run() (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &panicError{value: p, stack: debug.Stack()}
		}
	}()
	c.s.setHeaders(c)
	if err := c.admit(); err != nil {
		return err
	}
	if done, err := c.identify(); done || err != nil {
		return err
	}
	return c.route.Do(c)
}

// panicError is what a handler panicked with.
type panicError struct {
	value any
	stack []byte
}

func (p *panicError) Error() string { return fmt.Sprintf("panic: %v", p.value) }

// admit refuses what no handler should see.
func (c *Ctx) admit() error {
	if !wellFormed(c.fc.Request().Header.RawHeaders()) {
		c.fc.Context().SetConnectionClose()
		return errs.New(errs.Invalid, "web.error.invalid")
	}
	if !c.route.Free && !c.route.Quiet && !c.s.rate.allow(c.IP()) {
		return errs.New(errs.TooMany, "web.error.rate")
	}
	body := len(c.fc.Request().Body())
	if c.method != fiber.MethodPost {
		if body > 0 {
			return errs.New(errs.Invalid, "web.error.invalid")
		}
		return nil
	}
	if body > c.route.limit() {
		return c.tooLarge(c.route.limit())
	}
	if c.Header(fiber.HeaderContentEncoding) != "" {
		return errs.New(errs.Invalid, "web.error.invalid") // a small body could become a huge one
	}
	return c.s.sameOrigin(c)
}

// wellFormed reports whether the lines of a header are what RFC 9112 lets a
// sender write, beyond what fasthttp sees to: a line that goes on in the next one,
// or a name with a space in it, is read differently by others on the way.
func wellFormed(raw []byte) bool {
	for len(raw) > 0 {
		var line []byte
		line, raw, _ = bytes.Cut(raw, []byte("\n"))
		if line = bytes.TrimSuffix(line, []byte("\r")); len(line) == 0 {
			continue
		}
		name, _, found := bytes.Cut(line, []byte(":"))
		if !found || len(name) == 0 || bytes.ContainsAny(name, " \t") {
			return false
		}
	}
	return true
}

// identify finds out who asks and whether they may. done means that the answer,
// such as the page to sign in at, is there already.
func (c *Ctx) identify() (done bool, err error) {
	if c.route.API {
		return false, nil
	}
	session := c.cookie(c.s.sessionCookie())
	if c.route.Quiet {
		session = ""
	}
	if c.visit, err = c.s.accounts.Visit(c.ctx, tenant, session); err != nil {
		return false, err
	}
	if c.visit.Institution.SetUp.IsZero() && !c.route.Before && !(c.route.During && c.cookie(c.s.cookieName(setupCookie)) != "") {
		return true, c.Render(fiber.StatusServiceUnavailable, "setup-pending", nil)
	}
	if c.route.Roles == nil {
		return false, nil
	}
	if c.visit.User == nil {
		return true, c.askToSignIn()
	}
	if !c.route.allows(c.visit.User.Roles) {
		return false, errs.New(errs.Forbidden, "web.error.forbidden")
	}
	return false, c.resumed()
}

// resumed forgets a form that waited, once it is sent again.
func (c *Ctx) resumed() error {
	name := c.s.cookieName("aparte")
	key := c.cookie(name)
	if !c.route.Resume || key == "" {
		return nil
	}
	c.setCookie(name, "", -1)
	_, _, _, err := c.s.accounts.TakeAside(c.ctx, tenant, c.visit.User.ID, key)
	return err
}

// askToSignIn sends who is not signed in to the page where that is done. A form
// that was on its way is kept for who sent it, when the route lets it wait.
func (c *Ctx) askToSignIn() error {
	if c.method != fiber.MethodPost && c.visit.Half != nil {
		return c.Redirect(secondStep(c.visit.Half, back(c.path)))
	}
	if c.method != fiber.MethodPost {
		back := url.Values{"volver": {c.path}}
		return c.Redirect("/entrar?" + back.Encode())
	}
	if c.Header("X-Autoguardado") != "" {
		return c.JSON(fiber.StatusUnauthorized, apiError{Code: string(errs.Unsigned), Message: c.words.T("web.error.unsigned")})
	}
	if !c.route.Resume || c.visit.Over == "" || !strings.HasPrefix(c.Header(fiber.HeaderContentType), fiber.MIMEApplicationForm) {
		return errs.New(errs.Unsigned, "web.error.unsigned")
	}
	key, err := c.s.accounts.SetAside(c.ctx, tenant, c.visit.Over, c.path, c.Body())
	if err != nil {
		return err
	}
	c.setCookie(c.s.cookieName("aparte"), key, asideSeconds)
	return c.Redirect("/entrar?sigue=1")
}

// newCtx begins a request.
func (s *Server) newCtx(fc *fiber.Ctx, r *Route) *Ctx {
	c := &Ctx{fc: fc, s: s, route: r, began: s.now(), id: reference(),
		method: strings.Clone(fc.Method()), path: strings.Clone(fc.Path())}
	c.ctx, c.cancel = context.WithTimeout(s.life, handleTimeout)
	c.words = s.words.Printer(s.words.Match(c.Header(fiber.HeaderAcceptLanguage), c.cookie(languageCookie)))
	return c
}

// finish compresses the answer and writes it down. Where the program is about to begin
// anew the connection ends with the answer: on one that it closed later the next form
// could be on its way.
func (c *Ctx) finish() {
	if c.s.leaving.Load() {
		c.fc.Context().SetConnectionClose()
	}
	if c.route.Quiet {
		return // its size and its time are nobody's business
	}
	c.compress()
	c.s.logged(c)
}
