// Package errs holds the errors that a person may be told. Anything else is
// internal: the page shows a reference number and the log has the text.
package errs

import "errors"

// Code is what kind of thing went wrong; app/web turns it into a status.
type Code string

// The codes.
const (
	Invalid   Code = "invalid"   // 400: the request cannot be read as what it should be
	Unsigned  Code = "unsigned"  // 401: nobody is signed in
	Forbidden Code = "forbidden" // 403: signed in, and may not
	NotFound  Code = "notfound"  // 404: there is none, or none for this person
	Conflict  Code = "conflict"  // 409: it changed meanwhile
	Gone      Code = "gone"      // 410: it was there and is over
	TooLarge  Code = "toolarge"  // 413
	TooMany   Code = "toomany"   // 429
	Internal  Code = "internal"  // 500
)

// Error is an error in words that a person may read: Key is looked up in the
// catalogue of the person's language and Args fill it.
type Error struct {
	Code Code
	Key  string
	Args []string
	Err  error // cause, for the log only
}

// New makes an Error.
func New(code Code, key string, args ...string) *Error {
	return &Error{Code: code, Key: key, Args: args}
}

func (e *Error) Error() string {
	s := string(e.Code) + ": " + e.Key
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// CodeOf is the code of the first Error in err's chain, Internal when there is
// none, and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return Internal
}
