package web

import (
	"errors"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"declara/app/errs"
	"declara/storage"
)

// statuses of the codes.
var statuses = map[errs.Code]int{
	errs.Invalid:   http.StatusBadRequest,
	errs.Unsigned:  http.StatusUnauthorized,
	errs.Forbidden: http.StatusForbidden,
	errs.NotFound:  http.StatusNotFound,
	errs.Conflict:  http.StatusConflict,
	errs.Gone:      http.StatusGone,
	errs.TooLarge:  http.StatusRequestEntityTooLarge,
	errs.TooMany:   http.StatusTooManyRequests,
	errs.Internal:  http.StatusInternalServerError,
}

// apiError is an error as programs read it.
type apiError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// failure is the data of the page "error".
type failure struct {
	Status int
	Head   string // catalogue keys
	Words  string // what went wrong, in the person's language
	Ref    string
	Ours   bool // our fault
	SignIn bool // signing in would help
}

// fail answers with an error. What is not an errs.Error is ours: it is written
// down under the reference number, and the person reads that number and no more.
func (s *Server) fail(c *Ctx, err error) {
	err = known(err)
	code := errs.CodeOf(err)
	status := statuses[code]
	if status == 0 {
		code, status = errs.Internal, http.StatusInternalServerError
	}
	key, args := "web.error.internal", []any{}
	if e, ok := errors.AsType[*errs.Error](err); ok && status != http.StatusInternalServerError {
		key = e.Key
		for _, a := range e.Args {
			args = append(args, a)
		}
	} else {
		s.faulty(c, err)
	}
	c.fc.Response().ResetBody()
	c.fc.Response().Header.Del(fiber.HeaderContentEncoding)
	c.fc.Response().Header.Del(fiber.HeaderContentDisposition)
	c.fc.Response().Header.Del(fiber.HeaderETag)
	c.cached = false
	if status == http.StatusTooManyRequests {
		c.Set(fiber.HeaderRetryAfter, "60")
	}
	words := c.words.T(key, args...)
	if c.route.API {
		err = c.JSON(status, apiError{Code: string(code), Message: words})
	} else {
		page := "error"
		if c.route.Quiet {
			page = "complain-error"
		}
		err = c.Render(status, page, failure{
			Status: status, Head: "web.error.head." + string(code), Words: words, Ref: c.id,
			Ours: status >= 500, SignIn: status == http.StatusUnauthorized,
		})
	}
	if err != nil {
		s.faulty(c, err)
		c.fc.Status(status)
		c.fc.Response().SetBodyString(c.words.T("web.error.internal") + " " + c.id)
	}
}

// known gives errors of storage that reached a handler their meaning for a person.
func known(err error) error {
	if errs.CodeOf(err) != errs.Internal {
		return err
	}
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return &errs.Error{Code: errs.NotFound, Key: "web.error.notfound", Err: err}
	case errors.Is(err, storage.ErrConflict):
		return &errs.Error{Code: errs.Conflict, Key: "web.error.conflict", Err: err}
	}
	return err
}

// nowhere stands for the route of a request that has none.
var nowhere = Route{Path: "-", Before: true}

// outside answers what never reached a handler of ours: addresses that do not
// exist, and requests that could not be read. It is Fiber's error handler.
func (s *Server) outside(fc *fiber.Ctx, err error) error {
	route := nowhere
	path := string(fc.Request().URI().Path())
	route.API = strings.HasPrefix(path, "/v2/") || strings.HasPrefix(path, "/oauth")
	if r := s.find(string(fc.Request().Header.Method()), path); r != nil && r.Quiet {
		route.Quiet = true
	}
	c := s.newCtx(fc, &route)
	defer c.cancel()
	s.setHeaders(c)
	status := http.StatusInternalServerError
	if e, ok := errors.AsType[*fiber.Error](err); ok {
		status = e.Code
	}
	switch status {
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		if _, err = c.identify(); err == nil {
			err = errs.New(errs.NotFound, "web.error.notfound")
		}
	case http.StatusRequestEntityTooLarge:
		linger(fc.Context().Conn())
		if s.crowded(fc) {
			err = errUploads
			break
		}
		err = c.tooLarge(maxBody)
	case http.StatusBadRequest, http.StatusRequestTimeout, http.StatusRequestHeaderFieldsTooLarge:
		err = errs.New(errs.Invalid, "web.error.invalid")
	}
	s.fail(c, err)
	c.finish()
	return nil
}

// tooLarge says what a body is allowed to be. Of who complains it can only be a file that
// is, and she is told where what she wrote is.
func (c *Ctx) tooLarge(most int) error {
	if c.route.Quiet {
		return errs.New(errs.TooLarge, "complain.error.large")
	}
	return errs.New(errs.TooLarge, "web.error.toolarge", c.words.Integer(int64(most/1024)))
}

// keyOf is the catalogue key of an error that a person may be told of, or "".
func keyOf(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e.Key
	}
	return ""
}
