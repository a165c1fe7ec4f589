package web

import (
	"errors"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"declara/app/errs"
	"declara/app/pdn"
)

// tokenBody bounds a token request: five short members.
const tokenBody = 8 << 10

// pdnRoutes are what the Plataforma Digital Nacional calls (System 1). Its operator
// is given the address of the first and the third. They are free of the limit of
// requests: the platform sends the searches of a whole country from one address,
// each with a token of its own, and its downloader gives up at the first 429.
func (s *Server) pdnRoutes() []Route {
	return []Route{
		{Method: fiber.MethodPost, Path: "/oauth/token", Body: tokenBody, API: true, Free: true, Do: s.pdnToken},
		{Method: fiber.MethodPost, Path: "/oauth", Body: tokenBody, API: true, Free: true, Do: s.pdnToken},
		{Method: fiber.MethodPost, Path: "/v2/declaraciones", API: true, Free: true, Do: s.pdnSearch},
		{Method: fiber.MethodGet, Path: "/v2/openapi.json", Before: true, Do: s.pdnDescription},
	}
}

// pdnToken answers a token, or why not. Neither is kept by anybody on the way.
func (s *Server) pdnToken(c *Ctx) error {
	token, err := s.pdn.Token(c.Context(), tenant, c.IP(), c.Header(fiber.HeaderContentType), c.Header(fiber.HeaderAuthorization), c.Body())
	if err != nil {
		return c.pdnFail(err, `Basic realm="declara"`)
	}
	c.Secret()
	c.Set(fiber.HeaderPragma, "no-cache")
	return c.JSON(http.StatusOK, token)
}

// pdnSearch answers a page of declarations. It is written into the buffer that is
// sent, so that its declarations are copied once.
func (s *Server) pdnSearch(c *Ctx) error {
	res := c.fc.Response()
	page, err := s.pdn.Search(c.Context(), tenant, c.IP(), c.Header(fiber.HeaderAuthorization), c.fc.Request().Body(), res.SwapBody(nil)[:0])
	res.SwapBody(page)
	if err != nil {
		res.ResetBody()
		return c.pdnFail(err, `Bearer realm="declara"`)
	}
	c.noStore()
	res.Header.SetContentType("application/json; charset=utf-8")
	if accepts(c.Header(fiber.HeaderAcceptEncoding), "gzip") && len(page) > worthCompressing {
		res.SetBodyRaw(fasthttp.AppendGzipBytesLevel(nil, page, fasthttp.CompressBestSpeed))
		res.Header.SetContentEncoding("gzip")
	}
	c.fc.Vary(fiber.HeaderAcceptEncoding)
	return nil
}

// pdnFail answers with the code of the API. challenge says how to come back when
// who asks is not known.
func (c *Ctx) pdnFail(err error, challenge string) error {
	e, ok := errors.AsType[*pdn.Error](err)
	if !ok {
		return err
	}
	switch e.Err.Code {
	case errs.Unsigned:
		c.Set(fiber.HeaderWWWAuthenticate, challenge)
	case errs.TooMany:
		c.Set(fiber.HeaderRetryAfter, "60")
	}
	args := make([]any, len(e.Err.Args))
	for i, a := range e.Err.Args {
		args[i] = a
	}
	return c.JSON(statuses[e.Err.Code], apiError{Code: e.Code, Message: c.words.T(e.Err.Key, args...)})
}

// descriptionAge is how long the description of the API may be kept.
const descriptionAge = time.Hour

// pdnDescription answers with our own description of the API.
func (s *Server) pdnDescription(c *Ctx) error {
	text, tag := pdn.Description(c.words)
	if c.Cached(tag, descriptionAge) {
		return nil
	}
	return c.Send(http.StatusOK, "application/json; charset=utf-8", text)
}
