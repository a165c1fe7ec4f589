package web

import (
	"bytes"
	"context"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"runtime"
	"strings"

	"github.com/gofiber/fiber/v2"

	"declara/app/complain"
	"declara/app/errs"
)

// Pages of who complains. They have one address, /denuncia, and another for who comes
// back with a key, so that the history of a browser tells no more than that; each step
// is a form that is sent to it and answered with the next page, and sending it again
// does no harm. They have no script, no drawing and no font, their answers are never
// compressed, and nothing about them is written down (Route.Quiet).
//
// Referrer-Policy stays "same-origin" here too: other sites are told nothing, and with
// "no-referrer" an old browser would send its forms with "Origin: null", which is
// refused (origin.go). The frightened person with the old telephone comes first.

// handingIn is how many files are taken in at once: each is in memory a few times.
const handingIn = 2

// complainBody is the most that a form of a complaint carries: a file and a text.
const complainBody = complain.MaxBytes + 512<<10

const (
	complainPath = "/denuncia"
	visitPath    = complainPath + "/clave"
)

func (s *Server) complainRoutes() []Route {
	return []Route{
		{Method: "GET", Path: complainPath, Quiet: true, Do: s.complainHome},
		{Method: "POST", Path: complainPath, Quiet: true, Body: complainBody, Slow: uploadTime, Do: s.complainStep},
		{Method: "GET", Path: visitPath, Quiet: true, Do: s.visitHome},
		{Method: "POST", Path: visitPath, Quiet: true, Body: complainBody, Slow: uploadTime, Do: s.visitStep},
		{Method: "GET", Path: complainPath + "/que-guardamos", Quiet: true, Do: s.complainKept},
		{Method: "GET", Path: complainPath + "/salir", Quiet: true, Do: s.complainLeave},
	}
}

// handed is a form that was sent, with the file in it.
type handed struct {
	url.Values
	name string // of the file
	file []byte // nil when there is none
}

// handed reads a form from the body as it lies in memory: no part of an upload is ever
// in a temporary file. Who sends a big one waits here for her turn.
func (c *Ctx) handed() (handed, error) {
	body := c.fc.Request().Body()
	if len(body) > readBody {
		if err := c.turn(); err != nil {
			return handed{}, err
		}
	}
	return readHanded(c.Header(fiber.HeaderContentType), body)
}

func readHanded(contentType string, body []byte) (h handed, err error) {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil || kind != "multipart/form-data" {
		h.Values, err = parseForm(contentType, body)
		return h, err
	}
	h.Values = url.Values{}
	r := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for range maxValues {
		part, err := r.NextPart()
		if err == io.EOF { // one that is wrapped is a body cut short
			if !readable(h.Values) {
				return h, errForm
			}
			return h, nil
		}
		if err != nil {
			return h, errForm
		}
		var b bytes.Buffer
		if part.FileName() != "" {
			b.Grow(len(body))
		}
		if _, err := b.ReadFrom(part); err != nil {
			return h, errForm
		}
		switch {
		case part.FileName() != "":
			h.name, h.file = strings.ToValidUTF8(part.FileName(), ""), b.Bytes()
		case part.FormName() != "archivo": // no file was chosen
			h.Add(part.FormName(), b.String())
		}
	}
	return h, errForm
}

// hand takes in a file, when it is its turn.
func (c *Ctx) hand(fn func() error) error {
	if err := c.turn(); err != nil {
		return err
	}
	return fn()
}

// turn waits for one of the turns to take in a file, which lasts as long as the request.
// What a big one leaves is collected before the next: otherwise the collector, which
// waits until the heap has doubled, would keep the memory of several.
func (c *Ctx) turn() error {
	if c.turned {
		return nil
	}
	select {
	case c.s.evidence <- struct{}{}:
	case <-c.ctx.Done():
		return c.ctx.Err()
	}
	c.turned = true
	big, turns := len(c.fc.Request().Body()) > readBody, c.s.evidence
	context.AfterFunc(c.ctx, func() {
		if big {
			runtime.GC()
		}
		<-turns
	})
	return nil
}

// sayable is the sentence of an error that a person may be told of, by its key, and the
// error itself when it is ours.
func sayable(err error) (string, error) {
	switch errs.CodeOf(err) {
	case "", errs.Internal:
		return "", err
	}
	return keyOf(err), nil
}

// complainKept tells what is kept and what is not.
func (s *Server) complainKept(c *Ctx) error { return c.Render(http.StatusOK, "complain-kept", nil) }
