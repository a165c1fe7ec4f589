package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// Below this an answer fits a packet anyway.
const worthCompressing = 1024

// compress sends a text with gzip when the browser takes it and the size may be
// known (see the package comment on BREACH).
func (c *Ctx) compress() {
	res := c.fc.Response()
	if c.secret || res.IsBodyStream() || len(res.Body()) < worthCompressing || len(res.Header.ContentEncoding()) > 0 {
		return
	}
	if kind := string(res.Header.ContentType()); !strings.HasPrefix(kind, "text/") && !strings.HasPrefix(kind, "application/json") {
		return
	}
	c.fc.Vary(fiber.HeaderAcceptEncoding)
	if !accepts(c.Header(fiber.HeaderAcceptEncoding), "gzip") || !c.sizeMayBeKnown() {
		return
	}
	res.SetBodyRaw(fasthttp.AppendGzipBytesLevel(nil, res.Body(), fasthttp.CompressDefaultCompression))
	res.Header.SetContentEncoding("gzip")
}

// sizeMayBeKnown reports whether nobody learns from the size of the answer: it is
// the same for anybody, or the request began on our own pages.
func (c *Ctx) sizeMayBeKnown() bool {
	if c.visit.User == nil {
		return true
	}
	site := c.Header("Sec-Fetch-Site")
	return site == "same-origin" || site == "none"
}

// accepts reports whether an Accept-Encoding header takes a coding.
func accepts(header, coding string) bool {
	for _, part := range strings.Split(header, ",") {
		name, weight, weighed := strings.Cut(strings.TrimSpace(part), ";")
		if !strings.EqualFold(strings.TrimSpace(name), coding) {
			continue
		}
		q := strings.ReplaceAll(weight, " ", "")
		return !weighed || q != "q=0" && !strings.HasPrefix(q, "q=0.000") && q != "q=0.0" && q != "q=0.00"
	}
	return false
}
