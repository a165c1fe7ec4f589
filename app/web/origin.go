package web

import (
	"net/url"
	"strings"

	"declara/app/errs"
)

// sameOrigin refuses a request that changes something and that another site made
// the browser send. It is the rule of net/http.CrossOriginProtection, with no
// exceptions: browsers say with Sec-Fetch-Site where a request began; older ones
// send Origin, which has to be this site; who sends neither is no browser, and
// has no cookie that another site could make use of. Nothing is kept, so it
// works on several machines. docs/decisions/0004-no-csrf-tokens.md has the why.
func (s *Server) sameOrigin(c *Ctx) error {
	switch c.Header("Sec-Fetch-Site") {
	case "same-origin", "none":
		return nil
	case "":
	default:
		return errs.New(errs.Forbidden, "web.error.origin")
	}
	origin := c.Header("Origin")
	if origin == "" {
		return nil
	}
	from, err := url.Parse(origin)
	if err == nil && from.Host != "" {
		if strings.EqualFold(from.Host, string(c.fc.Request().Host())) {
			return nil
		}
		if s.base != nil && strings.EqualFold(from.Host, s.base.Host) && from.Scheme == s.base.Scheme {
			return nil
		}
	}
	return errs.New(errs.Forbidden, "web.error.origin")
}
