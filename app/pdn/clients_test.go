package pdn

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"declara/app/errs"
	"declara/storage"
)

// codeAs is what the API says to a token request with these secrets from an address.
func (w *world) codeAs(secret, pass, network string) string {
	w.t.Helper()
	body := "grant_type=password&username=" + username + "&password=" + pass + "&client_id=" + clientID + "&client_secret=" + secret
	_, err := w.s.Token(context.Background(), tenant, network, formType, "", []byte(body))
	return codeOf(err)
}

func codeOf(err error) string {
	if e, ok := err.(*Error); ok {
		return e.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func (w *world) change(fn func(*storage.Client)) {
	w.update(func(tx *storage.Txn) error {
		c, err := tx.Client(clientID)
		if err != nil {
			return err
		}
		fn(&c)
		return tx.PutClient(c)
	})
}

// Both pairs of secrets hold while they overlap, never mixed, and no token of the pair
// of before outlives it.
func TestOverlap(t *testing.T) {
	w := newWorld(t)
	const newSecret, newPassword = "new-secret", "new-password"
	end := w.now().Add(40 * time.Minute)
	w.change(func(c *storage.Client) {
		c.Former = &storage.Former{Secret: c.Secret, Password: c.Password, Until: end}
		c.Secret, c.Password = hex.EncodeToString(digest(newSecret)), hex.EncodeToString(digest(newPassword))
	})
	for _, c := range []struct{ secret, password, code string }{
		{clientSecret, password, ""}, {newSecret, newPassword, ""},
		{clientSecret, newPassword, codeUnknown}, {newSecret, password, codeUnknown}, {"", "", codeMissing},
	} {
		if got := w.codeAs(c.secret, c.password, "192.0.2.1"); got != c.code {
			t.Errorf("%s with %s: %q", c.secret, c.password, got)
		}
	}
	k, err := w.s.Token(context.Background(), tenant, "", formType, "", []byte(tokenForm()))
	if err != nil || k.ExpiresIn != 40*60 {
		t.Fatalf("%+v %v", k, err)
	}
	w.pass(40 * time.Minute)
	if _, err := w.s.Search(context.Background(), tenant, "", "Bearer "+k.AccessToken, []byte(`{}`), nil); errs.CodeOf(err) != errs.Unsigned {
		t.Errorf("a token of the pair of before: %v", err)
	}
	if w.codeAs(clientSecret, password, "") != codeUnknown || w.codeAs(newSecret, newPassword, "") != "" {
		t.Error("after the overlap")
	}
}

// The end of a client, and the addresses that it may ask from, hold for tokens and for
// searches; who lacks the secrets does not learn of them.
func TestTermsOfClients(t *testing.T) {
	w := newWorld(t)
	auth := w.token()
	w.change(func(c *storage.Client) {
		c.Networks, c.Until = "203.0.113.0/24\n2001:db8::/32", w.now().Add(30*time.Minute)
	})
	for network, want := range map[string]string{
		"203.0.113.9": "", "::ffff:203.0.113.9": "", "2001:db8:1::7": "", "192.0.2.1": codeNetwork, "": codeNetwork, "x": codeNetwork,
	} {
		if got := w.codeAs(clientSecret, password, network); got != want {
			t.Errorf("token from %q: %q", network, got)
		}
		_, err := w.s.Search(context.Background(), tenant, network, auth, []byte(`{}`), nil)
		if got := codeOf(err); got != want {
			t.Errorf("search from %q: %q", network, got)
		}
	}
	if got := w.codeAs("no", password, "192.0.2.1"); got != codeUnknown {
		t.Errorf("who guesses learns of the list: %q", got)
	}
	w.pass(30 * time.Minute)
	if got := w.codeAs(clientSecret, password, "203.0.113.9"); got != codeExpired {
		t.Errorf("after its end: %q", got)
	}
}

// What a client did is known by day and hour in the institution's zone, with refusals by
// reason, the questions of the last search without what they ask, and after a restart.
func TestDays(t *testing.T) {
	w := newWorld(t)
	w.file(3, w.person(1))
	w.find(`{"page":1,"pageSize":2,"query":{"nombres":"Zanahoria","bienesInmuebles":{"formaAdquisicion":"CSN","valorAdquisicion":{"min":1}},"totalIngresosNetos":{"min":2}}}`)
	if _, err := w.s.Search(context.Background(), tenant, "192.0.2.1", w.token(), []byte(`{"page":-1}`), nil); err == nil {
		t.Fatal("a bad page")
	}
	w.codeAs("no", password, "192.0.2.9")
	w.s.Search(context.Background(), tenant, "192.0.2.9", "Bearer x", []byte(`{}`), nil)
	w.pass(20 * time.Hour) // 12:00 UTC is 6:00 there; 08:00 of the next day is 2:00
	w.find(`{}`)
	for range 2 { // read twice: nothing is counted again
		days, err := w.s.Days(context.Background(), tenant, clientID)
		if err != nil || len(days) != 2 || days[0].Day != "2026-05-21" || days[1].Day != "2026-05-20" {
			t.Fatalf("%+v %v", days, err)
		}
		if h := days[1].Hours[6]; h.Searches != 1 || h.Tokens != 2 || h.Faults != 2 {
			t.Errorf("%+v", h)
		}
		if h := days[0].Hours[2]; h.Searches != 1 || h.Rows != 3 {
			t.Errorf("%+v", h)
		}
		if days[1].Faults[codeUnknown] != 1 || days[1].Faults[codeQuery] != 1 {
			t.Errorf("%v", days[1].Faults)
		}
		if last := days[1].Last; last == nil || last.Size != 2 || !slices.Equal(last.By, []string{"nombres", "formaAdquisicion", "valorAdquisicion", "totalIngresosNetos"}) && !slices.Equal(last.By, []string{"nombres", "valorAdquisicion", "formaAdquisicion", "totalIngresosNetos"}) {
			t.Errorf("%+v", last)
		}
		b, err := json.Marshal(days)
		if err != nil || strings.Contains(string(b), "Zanahoria") {
			t.Error("the log has what was asked")
		}
	}
	none, err := New(w.db, w.now, nil).Days(context.Background(), tenant, "")
	if err != nil || len(none) != 1 || none[0].Faults[codeToken] != 1 {
		t.Errorf("who named nobody: %+v %v", none, err)
	}
	w.pass(500 * 24 * time.Hour)
	w.find(`{}`)
	if days, err := w.s.Days(context.Background(), tenant, clientID); err != nil || len(days) != 1 {
		t.Errorf("%d days are kept, %v", len(days), err)
	}
	if c, err := w.db.Check(context.Background()); err != nil || len(c.Faults) > 0 {
		t.Error(c.Faults, err)
	}
}

// A pass lets who tries a connection out ask as the client, but not as one that is
// switched off.
func TestPass(t *testing.T) {
	w := newWorld(t)
	k, err := w.s.Pass(context.Background(), tenant, clientID)
	if err != nil || k.ExpiresIn != 60 {
		t.Fatalf("%+v %v", k, err)
	}
	if _, err := w.s.Search(context.Background(), tenant, "", "Bearer "+k.AccessToken, []byte(`{}`), nil); err != nil {
		t.Error(err)
	}
	w.change(func(c *storage.Client) { c.Disabled = true })
	if _, err := w.s.Pass(context.Background(), tenant, clientID); errs.CodeOf(err) != errs.Unsigned {
		t.Error(err)
	}
}
