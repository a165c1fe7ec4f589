package web

import (
	"time"

	"github.com/gofiber/fiber/v2"
)

// asideSeconds is how long a browser holds the key of a form that was set aside.
const asideSeconds = 10 * 60

// cookieName is how a cookie is called: over https the prefix __Host- makes the
// browser refuse one that another host or an unencrypted page set.
func (s *Server) cookieName(name string) string {
	if s.secure {
		return "__Host-" + name
	}
	return name
}

func (s *Server) sessionCookie() string { return s.cookieName("sesion") }

// cookie is the value of a cookie of the request, or "".
func (c *Ctx) cookie(name string) string { return string(c.fc.Request().Header.Cookie(name)) }

// setCookie gives the browser a cookie that scripts cannot read and that other
// sites' forms do not bring. It dies with the browser when seconds is 0, and at
// once when it is negative.
func (c *Ctx) setCookie(name, value string, seconds int) {
	cookie := &fiber.Cookie{Name: name, Value: value, Path: "/", HTTPOnly: true, Secure: c.s.secure, SameSite: fiber.CookieSameSiteLaxMode}
	switch {
	case seconds > 0:
		cookie.MaxAge = seconds
	case seconds < 0:
		cookie.Expires = time.Unix(1, 0)
	default:
		cookie.SessionOnly = true
	}
	c.fc.Cookie(cookie)
}

// signIn gives the browser its session.
func (c *Ctx) signIn(token string) { c.setCookie(c.s.sessionCookie(), token, 0) }

// signOut takes it away.
func (c *Ctx) signOut() { c.setCookie(c.s.sessionCookie(), "", -1) }
