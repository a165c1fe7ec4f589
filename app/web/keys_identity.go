package web

import (
	"net/http"
	"strconv"

	"declara/app/complain"
	"declara/app/errs"
)

// custodyRoutes are those of who keeps identities.
func (s *Server) custodyRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/contraloria/identidades", Roles: custodyRoles, Do: s.custodyPage},
		{Method: "GET", Path: "/contraloria/identidades/:id", Roles: custodyRoles, Do: s.identityPage},
		{Method: "POST", Path: "/contraloria/identidades/:id", Roles: custodyRoles, Body: smallBody, Do: s.identityOpen},
		{Method: "POST", Path: "/contraloria/identidades/:id/original", Roles: custodyRoles, Body: smallBody, Do: s.originalOpen},
	}
}

// custodyData is the data of the page "keys-custody".
type custodyData struct{ Kept []complain.Kept }

func (s *Server) custodyPage(c *Ctx) error {
	all, err := s.complain.Kept(c.ctx, tenant, c.User().ID)
	if err != nil {
		return err
	}
	return c.Render(http.StatusOK, "keys-custody", custodyData{all})
}

// identityData is the data of the page "keys-identity".
type identityData struct {
	complain.Kept
	Form    answers
	Open    bool
	Grounds []roleChoice
	Who     *complain.Identity // what was just opened
}

func (s *Server) identityPage(c *Ctx) error {
	return s.renderIdentity(c, http.StatusOK, identityData{})
}

func (s *Server) renderIdentity(c *Ctx, status int, d identityData) (err error) {
	if d.Kept, err = s.complain.KeptOne(c.ctx, tenant, c.User().ID, c.Param("id")); err != nil {
		return err
	}
	mine, err := c.unlocked()
	if err != nil {
		return err
	}
	d.Open = mine != nil
	mine.Wipe()
	for _, g := range complain.Grounds {
		d.Grounds = append(d.Grounds, roleChoice{Key: g, Text: c.words.T("keys.ground." + g)})
	}
	c.Secret()
	return c.Render(status, "keys-identity", d)
}

// identityOpen shows who complained, in the answer to the form that gave the reason:
// whoever wants to see it again gives one again.
func (s *Server) identityOpen(c *Ctx) error {
	return s.openedFor(c, func(id string, g complain.Ground) error {
		mine, err := c.unlocked()
		if err != nil {
			return err
		}
		defer mine.Wipe()
		if mine == nil {
			return c.locked()
		}
		who, err := s.complain.RevealIdentity(c.ctx, tenant, c.User().ID, mine, id, g)
		if err != nil {
			return err
		}
		return s.renderIdentity(c, http.StatusOK, identityData{Who: &who})
	})
}

// originalOpen gives a file as it came. It is never shown: it may be what somebody made
// to harm who opens it.
func (s *Server) originalOpen(c *Ctx) error {
	return s.openedFor(c, func(id string, g complain.Ground) error {
		mine, err := c.unlocked()
		if err != nil {
			return err
		}
		defer mine.Wipe()
		if mine == nil {
			return c.locked()
		}
		part, err := strconv.ParseUint(c.Value("parte"), 10, 64)
		if err != nil {
			return errs.New(errs.NotFound, "web.error.notfound")
		}
		content, err := s.complain.RevealOriginal(c.ctx, tenant, c.User().ID, mine, id, part, g)
		if err != nil {
			return err
		}
		c.Secret()
		c.Set("Content-Security-Policy", "sandbox; default-src 'none'")
		return c.Attachment("original.bin", "application/octet-stream", content)
	})
}

// openedFor reads the reason of a form, and shows the page again when it is refused.
func (s *Server) openedFor(c *Ctx, open func(id string, g complain.Ground) error) error {
	if err := c.FormError(); err != nil {
		return err
	}
	err := open(c.Param("id"), complain.Ground{Kind: c.Value("motivo"), Words: c.Value("palabras")})
	if err == nil || errs.CodeOf(err) != errs.Invalid {
		return err
	}
	d := identityData{Form: answers{Values: c.Form()}}
	if !d.Form.with(err, c.words, "") {
		return err
	}
	return s.renderIdentity(c, formStatus(err), d)
}
