package web

import (
	"bytes"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"declara/app/errs"
)

// Most values that a form may have; the longest section has far fewer.
const maxValues = 5000

// errForm is a body that cannot be read as a form.
var errForm = errs.New(errs.Invalid, "web.error.invalid")

// Form is the body read as a form, once. A body that cannot be read so gives an
// empty form, and FormError tells.
func (c *Ctx) Form() url.Values {
	if c.form == nil {
		if c.form, c.formErr = parseForm(c.Header("Content-Type"), c.Body()); c.formErr != nil {
			c.form = url.Values{}
		}
	}
	return c.form
}

// FormError is why the body cannot be read as a form, or nil.
func (c *Ctx) FormError() error {
	c.Form()
	return c.formErr
}

// Value is the first value of that name in the form, without spaces around it.
func (c *Ctx) Value(name string) string { return strings.TrimSpace(c.Form().Get(name)) }

// parseForm reads urlencoded and multipart bodies. Files in a multipart body are
// passed over.
func parseForm(contentType string, body []byte) (url.Values, error) {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return nil, errForm
	}
	var values url.Values
	switch kind {
	case "application/x-www-form-urlencoded":
		if bytes.Count(body, []byte("&")) >= maxValues {
			return nil, errForm
		}
		values, err = url.ParseQuery(string(body))
	case "multipart/form-data":
		values, err = parseMultipart(body, params["boundary"])
	default:
		return nil, errForm
	}
	if err != nil || !readable(values) {
		return nil, errForm
	}
	return values, nil
}

func parseMultipart(body []byte, boundary string) (url.Values, error) {
	values := url.Values{}
	r := multipart.NewReader(bytes.NewReader(body), boundary)
	for n := 0; ; n++ {
		part, err := r.NextPart()
		if err == io.EOF { // one that is wrapped is a body cut short
			return values, nil
		}
		if err != nil || n == maxValues {
			return nil, errForm
		}
		if part.FileName() != "" {
			continue
		}
		text, err := io.ReadAll(part)
		if err != nil {
			return nil, errForm
		}
		values.Add(part.FormName(), string(text))
	}
}

// readable reports whether all of a form is text.
func readable(values url.Values) bool {
	for name, all := range values {
		if !utf8.ValidString(name) {
			return false
		}
		for _, v := range all {
			if !utf8.ValidString(v) || strings.ContainsRune(v, 0) {
				return false
			}
		}
	}
	return true
}

// fields are the names and values of a form, by name, for hidden inputs.
func fields(values url.Values) []option {
	var all []option
	for _, name := range slices.Sorted(maps.Keys(values)) {
		for _, v := range values[name] {
			all = append(all, option{name, v})
		}
	}
	return all
}
