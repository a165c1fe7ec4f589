package web

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"

	"declara/app/errs"
)

// File is the file that a form sent under a name; nil when none was chosen. It is
// read from the body in memory: no part of an upload is ever in a temporary file.
func (c *Ctx) File(name string) ([]byte, error) {
	kind, params, err := mime.ParseMediaType(c.Header("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		return nil, errForm
	}
	body := c.fc.Request().Body() // not copied: it may be large, and lasts as long as the handler
	r := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for n := 0; n < maxValues; n++ {
		part, err := r.NextPart()
		if err == io.EOF { // one that is wrapped is a body cut short
			return nil, nil
		}
		if err != nil {
			return nil, errForm
		}
		if part.FormName() != name || part.FileName() == "" {
			continue
		}
		var out bytes.Buffer
		out.Grow(len(body))
		if _, err := out.ReadFrom(part); err != nil {
			return nil, errForm
		}
		return out.Bytes(), nil
	}
	return nil, errForm
}

// errUploads says that too much is being sent at once.
var errUploads = errs.New(errs.TooMany, "seal.error.busy")
