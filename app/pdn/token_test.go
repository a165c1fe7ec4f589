package pdn

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"declara/app/errs"
	"declara/storage"
)

func basicOf(id, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(id+":"+secret))
}

// Each row of clients.md 1: what the published clients send, how they damage it,
// and what must be refused, with which code.
func TestTokenRequests(t *testing.T) {
	w := newWorld(t)
	// The secret of this client has what the published clients cannot send unharmed.
	const hard = `S p+á&ñ=50%25"{}|;/?:@#$,ü`
	w.update(func(tx *storage.Txn) error {
		c, err := tx.Client(clientID)
		if err != nil {
			return err
		}
		c.ID, c.Secret, c.Password = "hard", storage.Digest([]byte(hard)), storage.Digest([]byte(hard))
		return tx.PutClient(c)
	})
	// decodeURI(encodeURIComponent) leaves only these escaped.
	halfDecoded := func(s string) string {
		return regexp.MustCompile(`%[0-9A-F]{2}(%[0-9A-F]{2})*`).ReplaceAllStringFunc(strings.ReplaceAll(url.QueryEscape(s), "+", "%20"), func(e string) string {
			plain, err := url.QueryUnescape(e)
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			for _, r := range plain {
				if strings.ContainsRune(";/?:@&=+$,#", r) {
					b.WriteString(url.QueryEscape(string(r)))
				} else {
					b.WriteRune(r)
				}
			}
			return b.String()
		})
	}
	const good = "grant_type=password&username=" + username + "&password=" + password
	const both = good + "&client_id=" + clientID + "&client_secret=" + clientSecret
	inHeader := basicOf(clientID, clientSecret)
	jsonBody := func(o map[string]any) string {
		b, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	full := map[string]any{"grant_type": "password", "username": username, "password": password, "client_id": clientID, "client_secret": clientSecret}
	for _, c := range []struct {
		name, kind, auth, body string
		code                   string // empty: a token
	}{
		{name: "gateway and bulk: credentials twice", kind: formType, auth: inHeader, body: both},
		{name: "with a scope", kind: formType, auth: inHeader, body: both + "&scope=read"},
		{name: "with an empty scope", kind: formType, auth: inHeader, body: both + "&scope="},
		{name: "with a charset", kind: formType + "; charset=UTF-8", auth: inHeader, body: both},
		{name: "without a content type", auth: inHeader, body: both},
		{name: "in the body alone", kind: formType, body: both},
		{name: "in the header alone", kind: formType, auth: inHeader, body: good},
		{name: "scheme in small letters", kind: formType, auth: strings.Replace(inHeader, "Basic", "basic", 1), body: good},
		{name: "JSON", kind: "application/json;charset=UTF-8", body: jsonBody(full)},
		{name: "JSON and header", kind: "application/json", auth: inHeader, body: jsonBody(full)},
		{name: "properly encoded", kind: formType, body: strings.ReplaceAll(both, "-", "%2D")},
		{name: "another order, other members", kind: formType, body: "x=1&client_secret=" + clientSecret + "&&client_id=" + clientID + "&" + good},
		{name: "a broken header beside a good body", kind: formType, auth: "Basic !!!", body: both},
		{name: "the header of a token beside a good body", kind: formType, auth: "Bearer undefined", body: both},
		{name: "body damaged on the way, header not", kind: formType, auth: basicOf("hard", hard), body: good[:strings.Index(good, "&password")] + "&password=" + url.QueryEscape(hard) + "&client_id=hard&client_secret=" + halfDecoded(hard)},
		{name: "half decoded, but for the percent sign", kind: formType, auth: basicOf("hard", hard), body: "grant_type=password&username=" + username + "&password=" + strings.ReplaceAll(halfDecoded(hard), "50%25", "50%2525") + "&client_id=hard&client_secret=x"},

		{name: "wrong password", kind: formType, auth: inHeader, body: strings.Replace(both, password, "no", 1), code: codeUnknown},
		{name: "wrong user", kind: formType, auth: inHeader, body: strings.Replace(both, username, "no", 1), code: codeUnknown},
		{name: "wrong secret, both", kind: formType, auth: basicOf(clientID, "no"), body: good + "&client_id=" + clientID + "&client_secret=no", code: codeUnknown},
		{name: "unknown client", kind: formType, body: good + "&client_id=nobody&client_secret=" + clientSecret, code: codeUnknown},
		{name: "a client id that is no key", kind: formType, body: good + "&client_id=..%2Fuser&client_secret=x", code: codeUnknown},
		{name: "empty client id, header of nobody", kind: formType, auth: basicOf("", ""), body: good, code: codeUnknown},
		{name: "no secret", kind: formType, body: good + "&client_id=" + clientID, code: codeMissing},
		{name: "no client", kind: formType, body: good, code: codeMissing},
		{name: "no user", kind: formType, auth: inHeader, body: "grant_type=password&password=" + password, code: codeMissing},
		{name: "no password", kind: formType, auth: inHeader, body: "grant_type=password&username=" + username, code: codeMissing},
		{name: "no grant type", kind: formType, auth: inHeader, body: "username=a&password=b", code: codeNoGrant},
		{name: "empty body", kind: formType, auth: inHeader, code: codeNoGrant},
		{name: "refresh", kind: formType, auth: inHeader, body: "grant_type=refresh_token&refresh_token=x", code: codeRefresh},
		{name: "client credentials", kind: formType, auth: inHeader, body: "grant_type=client_credentials", code: codeGrant},
		{name: "not JSON", kind: "application/json", body: both, code: codeUnreadable},
		{name: "JSON null", kind: "application/json", body: "null", code: codeUnreadable},
		{name: "JSON list", kind: "application/json", body: "[]", code: codeUnreadable},
		{name: "JSON with numbers", kind: "application/json", body: jsonBody(map[string]any{"grant_type": "password", "username": 5, "password": true, "client_id": nil}), code: codeMissing},
		{name: "raw bytes", kind: formType, body: "\xff\xfe%%%=%zz&grant_type=%", code: codeGrant},
	} {
		k, err := w.s.Token(context.Background(), tenant, "192.0.2.1", c.kind, c.auth, []byte(c.body))
		if c.code == "" {
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
			} else if k.TokenType != "Bearer" || k.ExpiresIn != 3600 || !regexp.MustCompile(`^[A-Za-z0-9_-]{60,}$`).MatchString(k.AccessToken) {
				t.Errorf("%s: %+v", c.name, k)
			}
			continue
		}
		e, ok := errors.AsType[*Error](err)
		if !ok || e.Code != c.code || k != (Token{}) {
			t.Errorf("%s: %v, want %s", c.name, err, c.code)
			continue
		}
		if kind := errs.CodeOf(err); kind != errs.Unsigned && c.code != codeUnreadable {
			t.Errorf("%s: kind %s", c.name, kind)
		}
	}
}

// A token opens nothing once its time, its client or its secrets are over, nor in
// another tenant, nor with a byte changed; and it tells nothing.
func TestTokenLife(t *testing.T) {
	w := newWorld(t)
	w.file(1, w.person(1))
	ask := func(auth string) error {
		_, err := w.s.Search(context.Background(), tenant, "192.0.2.1", auth, []byte(`{}`), nil)
		return err
	}
	refusedFor := func(why, auth string) {
		t.Helper()
		if e, ok := errors.AsType[*Error](ask(auth)); !ok || e.Code != codeToken || e.Err.Code != errs.Unsigned {
			t.Errorf("%s: %v", why, e)
		}
	}
	auth := w.token()
	text := strings.TrimPrefix(auth, "Bearer ")
	for _, good := range []string{auth, "bearer " + text, "BEARER  " + text, " Bearer " + text + " "} {
		if err := ask(good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for _, bad := range []string{"", "Bearer", "Bearer ", "Bearer undefined", "undefined " + text, "Basic " + text, text, "Bearer " + text[1:], "Bearer " + text + "AAAA", "Bearer \xff\xfe"} {
		refusedFor("a bad header", bad)
	}
	for i := range text {
		changed := []byte(text)
		changed[i] = map[bool]byte{true: 'B', false: 'A'}[changed[i] == 'A']
		if i == len(text)-1 {
			continue // its last bits may be padding
		}
		refusedFor("a changed token", "Bearer "+string(changed))
	}
	if raw, err := base64.RawURLEncoding.DecodeString(text); err != nil || strings.Contains(string(raw), clientID) {
		t.Errorf("the token tells its client: %v", err)
	}
	if _, err := w.s.open("2", auth); err == nil {
		t.Error("the token opens another tenant")
	}
	other := newWorld(t)
	if _, err := other.s.open(tenant, auth); err == nil {
		t.Error("the token opens another installation")
	}

	w.pass(Lifetime - time.Second)
	if err := ask(auth); err != nil {
		t.Errorf("a second before its end: %v", err)
	}
	w.pass(time.Second)
	refusedFor("its end", auth)

	auth = w.token()
	change := func(fn func(*storage.Client)) {
		w.update(func(tx *storage.Txn) error {
			c, err := tx.Client(clientID)
			if err != nil {
				return err
			}
			fn(&c)
			return tx.PutClient(c)
		})
	}
	change(func(c *storage.Client) { c.Disabled = true })
	refusedFor("a client that is switched off", auth)
	if _, err := w.s.Token(context.Background(), tenant, "", formType, "", []byte(tokenForm())); errs.CodeOf(err) != errs.Unsigned {
		t.Errorf("a client that is switched off got a token: %v", err)
	}
	change(func(c *storage.Client) { c.Disabled = false })
	if err := ask(auth); err != nil {
		t.Errorf("switched on again: %v", err)
	}
	change(func(c *storage.Client) { c.Gen++ })
	refusedFor("a client with new secrets", auth)
	if err := ask(w.token()); err != nil {
		t.Errorf("a token made since: %v", err)
	}
	refusedFor("a client that is gone", "Bearer "+w.s.token(tenant, grant{"nobody", 1, uint32(w.now().Add(time.Hour).Unix())}))
}

// Who guesses is told to wait; whoever has the right credentials never is, not even
// from the same network in the same second.
func TestThrottle(t *testing.T) {
	w := newWorld(t)
	wrong := func(network string) errs.Code {
		_, err := w.s.Token(context.Background(), tenant, network, formType, "", []byte(strings.Replace(tokenForm(), password, "no", 1)))
		return errs.CodeOf(err)
	}
	refusals := 0
	for range 100 {
		if wrong("192.0.2.9") == errs.TooMany {
			refusals++
		}
		w.token() // from 192.0.2.1
		if _, err := w.s.Token(context.Background(), tenant, "192.0.2.9", formType, "", []byte(tokenForm())); err != nil {
			t.Fatalf("right credentials beside wrong ones: %v", err)
		}
	}
	if refusals < 60 || refusals > 80 {
		t.Errorf("%d of 100 wrong requests were told to wait", refusals)
	}
	if wrong("192.0.2.10") != errs.Unsigned {
		t.Error("another network has to wait")
	}
	w.pass(2 * wrongBurst * wrongEvery)
	if wrong("192.0.2.9") != errs.Unsigned {
		t.Error("nothing is forgiven")
	}
	for i := range mostWatched + 10 {
		w.s.fails.allow(string(rune(i)) + "x")
	}
	if len(w.s.fails.of) > mostWatched {
		t.Errorf("%d networks are remembered", len(w.s.fails.of))
	}
	w.pass(time.Hour)
	w.s.fails.allow("y")
	if len(w.s.fails.of) > mostWatched {
		t.Errorf("%d networks are remembered", len(w.s.fails.of))
	}
}

// Hundreds of tokens in the same second, as bulk asks for them.
func TestManyTokensAtOnce(t *testing.T) {
	w := newWorld(t)
	done := make(chan error)
	for range 5 {
		go func() {
			for range 100 {
				if _, err := w.s.Token(context.Background(), tenant, "192.0.2.1", formType, basicOf(clientID, clientSecret), []byte(tokenForm())); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range 5 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if u := w.s.Usage(clientID); u.Tokens != 500 {
		t.Errorf("%d tokens were counted", u.Tokens)
	}
}

// A form can always be read, and what was encoded comes back.
func FuzzForm(f *testing.F) {
	f.Add("grant_type=password&username=a b&password=50%&client_id=ñ", "p%41x")
	f.Add("%", "%%%4")
	f.Add("=&=&&a=%zz+", "\xff")
	f.Fuzz(func(t *testing.T, body, value string) {
		form(body).get("grant_type")
		if got := form("x=1&" + body + "&v=" + url.QueryEscape(value)).get("v"); got != value && !strings.Contains("&"+body, "&v") && !strings.Contains(body, "%76") {
			t.Errorf("%q became %q", value, got)
		}
		r, err := readRequest("application/json", []byte(body))
		if err == nil && !json.Valid([]byte(body)) {
			t.Errorf("%q was read as JSON: %+v", body, r)
		}
	})
}
