package pdn

import "declara/app/errs"

// Error is what the API tells a client that it cannot answer: a code of its own
// beside the kind and the words, which are in the errs.Error that it wraps. Codes
// are those of the platform's reference server where it has one for the case.
type Error struct {
	Code string
	Err  *errs.Error
}

// The codes.
const (
	codeMissing    = "e_4001" // a member of the token request is missing
	codeNoGrant    = "e_4002" // grant_type is missing
	codeGrant      = "e_4003" // grant_type is another than password
	codeUnknown    = "e_4004" // client, user or secret are wrong, or the client is switched off
	codeRefresh    = "e_4008" // refresh_token: there are none
	codeUnreadable = "e_4009" // the token request cannot be read
	codeTries      = "e_4010" // too many wrong requests
	codeExpired    = "e_4011" // the time of the client is over
	codeNetwork    = "e_4012" // it asks from an address that is not on its list
	codeToken      = "e_701"  // the token is missing, wrong, over or revoked
	codeQuery      = "e_8001" // the search cannot be read
)

func fault(code string, kind errs.Code, key string, args ...string) *Error {
	return &Error{Code: code, Err: errs.New(kind, key, args...)}
}

func (e *Error) Error() string { return e.Code + ": " + e.Err.Error() }

func (e *Error) Unwrap() error { return e.Err }
