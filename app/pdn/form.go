package pdn

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"declara/app/errs"
)

// request is what a token request says.
type request struct {
	grantType, username, password, clientID, clientSecret string
}

// readRequest reads the body of a token request: a form, or JSON when it says so.
// Scope is not looked at: there is one, and everybody has it.
func readRequest(contentType string, body []byte) (request, error) {
	get := form(string(body)).get
	if mediaType(contentType) == "application/json" {
		var all members
		if json.Unmarshal(body, &all) != nil || all == nil {
			return request{}, fault(codeUnreadable, errs.Invalid, "pdn.error.unreadable")
		}
		get = func(name string) string { return str(all[name]) }
	}
	return request{get("grant_type"), get("username"), get("password"), get("client_id"), get("client_secret")}, nil
}

func mediaType(contentType string) string {
	t, _, _ := strings.Cut(contentType, ";")
	return strings.ToLower(strings.TrimSpace(t))
}

// complete reports what is missing before anything is compared.
func (r request) complete(authorization string) error {
	_, _, inHeader := basic(authorization)
	switch {
	case r.grantType == "":
		return fault(codeNoGrant, errs.Unsigned, "pdn.error.grant.none")
	case r.grantType == "refresh_token":
		return fault(codeRefresh, errs.Unsigned, "pdn.error.grant.refresh")
	case r.grantType != "password":
		return fault(codeGrant, errs.Unsigned, "pdn.error.grant")
	case r.username == "":
		return fault(codeMissing, errs.Unsigned, "pdn.error.missing", "username")
	case r.password == "":
		return fault(codeMissing, errs.Unsigned, "pdn.error.missing", "password")
	case r.clientID == "" && !inHeader:
		return fault(codeMissing, errs.Unsigned, "pdn.error.missing", "client_id")
	case r.clientSecret == "" && !inHeader:
		return fault(codeMissing, errs.Unsigned, "pdn.error.missing", "client_secret")
	}
	return nil
}

// basic reads an Authorization header of that scheme. The published clients do
// not encode the pair first, as RFC 6749 asks, so it is taken as it is.
func basic(authorization string) (id, secret string, ok bool) {
	scheme, text, _ := strings.Cut(strings.TrimSpace(authorization), " ")
	if !strings.EqualFold(scheme, "Basic") {
		return "", "", false
	}
	pair, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil {
		return "", "", false
	}
	return strings.Cut(string(pair), ":")
}

// form is the body of a form as the published clients send it: they undo most of
// the encoding again, so a space, a letter with an accent or a percent sign may
// stand there as it is. It can always be read.
type form string

// get is the first value of that name, or "".
func (f form) get(name string) string {
	for pair := range strings.SplitSeq(string(f), "&") {
		if n, value, _ := strings.Cut(pair, "="); unescape(n) == name {
			return unescape(value)
		}
	}
	return ""
}

// unescape undoes %XX and +. A percent sign without two hex digits behind it is
// one.
func unescape(s string) string {
	if !strings.ContainsAny(s, "%+") {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '+':
			out = append(out, ' ')
		case c == '%' && i+2 < len(s) && hexDigit(s[i+1]) >= 0 && hexDigit(s[i+2]) >= 0:
			out = append(out, byte(hexDigit(s[i+1])<<4|hexDigit(s[i+2])))
			i += 2
		default:
			out = append(out, c)
		}
	}
	return string(out)
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
