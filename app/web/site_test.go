package web

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"declara/app/account"
	"declara/app/complain"
	"declara/app/complain/vault"
	"declara/app/declare"
	"declara/app/outbox"
	"declara/app/pdn"
	"declara/app/seal"
	"declara/app/trust"
	"declara/app/wiring"
	"declara/forms"
	"declara/i18n"
	"declara/storage"
	"declara/storage/bolt"
	"declara/storage/files"
)

// site is the whole site over a real file, with a clock that tests set, people of
// every role, and a count of what is written to the store.
type site struct {
	t       testing.TB
	s       *Server
	db      *storage.DB
	dir     string // of the store and of what lies beside it
	writes  atomic.Int64
	clock   time.Time
	log     bytes.Buffer
	letters []account.Letter
	people  map[storage.Role]storage.User
	persons map[storage.Role]string // ids on the roster
}

// counted counts the transactions that write.
type counted struct {
	*bolt.Store
	writes *atomic.Int64
}

func (c counted) Update(ctx context.Context, fn func(storage.Tx) error) error {
	c.writes.Add(1)
	return c.Store.Update(ctx, fn)
}

const testPassword = "tres nubes lentas caminan"

// testPhone is the secret of everybody's telephone.
var testPhone = []byte("12345678901234567890")

// testCost is a price that tests can pay often.
var testCost = account.Cost{Memory: 64, Time: 1, Threads: 1}

// newSite is a site that is set up; change may alter its configuration.
func newSite(t testing.TB, change ...func(*Config)) *site {
	t.Helper()
	x := blankSite(t, change...)
	x.update(func(tx *storage.Txn) error {
		return tx.PutInstitution(storage.Institution{
			Name: "Municipio de Valle Encinos", Office: "Órgano Interno de Control", Initials: "VE", Order: "MUNICIPAL_ALCALDIA", Branch: "EJECUTIVO",
			State: "20", Town: "067", Zone: "America/Mexico_City", Address: "Portal Hidalgo 3", Phone: "951 000 0000",
			Hours: "lunes a viernes de 9 a 15 h", Email: "contraloria@valleencinos.example", SetUp: x.clock,
		})
	})
	hash, err := x.s.accounts.Hash(t.Context(), testPassword)
	if err != nil {
		t.Fatal(err)
	}
	x.people, x.persons = map[storage.Role]storage.User{}, map[storage.Role]string{}
	x.update(func(tx *storage.Txn) error {
		for _, role := range signedIn {
			u := storage.User{ID: storage.NewID(x.clock), Login: string(role) + "@valleencinos.example", Name: "Persona " + string(role),
				Email: string(role) + "@correo.example", Roles: []storage.Role{role}, Password: hash, Created: x.clock, Changed: x.clock}
			if account.NeedsSecond(&u) {
				u.Second = &storage.Second{Secret: testPhone, Since: x.clock}
			}
			if role == storage.RoleDeclarant {
				p := storage.Person{ID: storage.NewID(x.clock), Given: "María", First: "López", Second: "Ruiz", CURP: "PUFE040229MVZRCJA9", RFC: "PUFE040229AB1",
					Post: "Jefa de departamento", Unit: "Tesorería", Grade: "11", Level: forms.Full, Entry: "2026-03-16", Created: x.clock}
				if err := tx.PutPerson(p); err != nil {
					return err
				}
				u.Person, x.persons[role] = p.ID, p.ID
			}
			if err := tx.PutUser(u); err != nil {
				return err
			}
			x.people[role] = u
		}
		return nil
	})
	return x
}

// blankSite is a site over an empty store.
func blankSite(t testing.TB, change ...func(*Config)) *site {
	t.Helper()
	dir := t.TempDir()
	store, err := bolt.Open(filepath.Join(dir, "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	x := &site{dir: dir, t: t, clock: time.Date(2026, 5, 4, 16, 42, 0, 0, time.UTC)}
	x.db = storage.Open(counted{store, &x.writes}, storage.NewKeys())
	t.Cleanup(func() {
		if err := x.db.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := x.db.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return x.clock }
	log := slog.New(slog.NewJSONHandler(&x.log, nil))
	complaints, err := complain.New(complain.Config{DB: x.db, Files: files.Open(filepath.Join(dir, "evidence"), now), Clock: now,
		Cost: vault.Params{Memory: 64, Time: 1, Threads: 1}, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	accounts := account.New(x.db, now, func(_ *storage.Txn, l account.Letter) error {
		x.letters = append(x.letters, l)
		return nil
	}, account.WithCost(testCost), account.WithKeys(account.Keys{Reseal: complaints.Reseal, Roles: complaints.GuardRoles}))
	c := Config{Complain: complaints, DB: x.db, Bundle: i18n.Load(i18n.WithLog(log)), Clock: now, Accounts: accounts,
		Declare: declare.New(x.db, now, func(*storage.Txn, declare.Letter) error { return nil }, declare.WithScans(complaints.CleanScan)),
		PDN:     pdn.New(x.db, now, log), Mail: true, Log: log, Version: "test",
		Trust: trust.New(x.db, now, nil), Seal: seal.New(seal.Config{DB: x.db, Words: i18n.Load(), Clock: now, Log: log, Base: "https://declara.example"})}
	c.Campaign = wiring.Campaign(x.db, i18n.Load(), now, log, "a", "https://declara.example", c.Declare, outbox.NewWriter(i18n.Load(), now, "https://declara.example", "no@valle.example"))
	for _, f := range change {
		f(&c)
	}
	if x.s, err = New(c); err != nil {
		t.Fatal(err)
	}
	return x
}

func (x *site) update(fn func(*storage.Txn) error) {
	x.t.Helper()
	if err := x.db.Update(context.Background(), tenant, fn); err != nil {
		x.t.Fatal(err)
	}
}

// browser is somebody who looks at the site: it keeps cookies, as browsers do.
type browser struct {
	x       *site
	cookies map[string]string
	header  http.Header // sent with each request
	still   bool        // does not go where the pages of who follows a complaint lead
}

// anybody is a browser that is not signed in.
func (x *site) anybody() *browser {
	return &browser{x: x, cookies: map[string]string{}, header: http.Header{}}
}

// as is a browser that the person of a role has signed in with.
func (x *site) as(role storage.Role) *browser {
	x.t.Helper()
	b := x.anybody()
	b.cookies[x.s.sessionCookie()] = sessionOf(x.t, x.s, x.people[role].Login, testPassword, "")
	return b
}

// sessionOf is the session of somebody who showed her password and, if she has to, a
// code of her telephone. All tests of pages come in here or through browser.enter.
func sessionOf(t testing.TB, s *Server, login, password, ip string) string {
	t.Helper()
	ctx := context.Background()
	token, u, err := s.accounts.SignIn(ctx, tenant, login, password, ip)
	if err != nil {
		t.Fatal(err)
	}
	if !account.NeedsSecond(&u) {
		return token
	}
	code := phoneCode(t, s, login)
	v, err := s.accounts.Visit(ctx, tenant, token)
	if err != nil {
		t.Fatal(err)
	}
	e, err := s.accounts.GiveCode(ctx, tenant, v.Hash, code, ip)
	if err != nil {
		t.Fatal(err)
	}
	return e.Token
}

// phoneCode is what the telephone of somebody of staff shows, which is made testPhone if
// she has none; "" for who only declares. The codes of before are forgotten: whoever comes
// in twice need not wait for the next.
func phoneCode(t testing.TB, s *Server, login string) (code string) {
	t.Helper()
	if err := s.db.Update(context.Background(), tenant, func(tx *storage.Txn) error {
		u, err := tx.UserByLogin(account.Fold(login))
		if err != nil || !account.NeedsSecond(&u) {
			return err
		}
		if u.Second == nil {
			u.Second = &storage.Second{Since: s.now()}
		}
		u.Second.Secret, u.Second.Step = testPhone, 0
		code = account.CodeOf(testPhone, s.now())
		return tx.PutUser(u)
	}); err != nil {
		t.Fatal(err)
	}
	return code
}

// enrol sets a telephone up after the first sign-in, and goes on to the recovery codes.
func (b *browser) enrol() result {
	b.x.t.Helper()
	secret, err := account.ReadSecret(between(b.get(enrolPath).is(200).body, "data-clave>", "<"))
	if err != nil || len(secret) == 0 {
		b.x.t.Fatalf("no secret to set up: %v", err)
	}
	b.post(enrolPath, "codigo", account.CodeOf(secret, b.x.clock)).leads(sparesPath)
	return b.get(sparesPath).is(200)
}

// enter comes in by the front door: with the password, whatever else the form has, and a
// code when the account asks for one. The result is the last answer.
func (b *browser) enter(login string, pairs ...string) result {
	b.x.t.Helper()
	code := phoneCode(b.x.t, b.x.s, login)
	a := b.post("/entrar", append([]string{"usuario", login, "clave", testPassword}, pairs...)...)
	to := a.header.Get("Location")
	if !strings.HasPrefix(to, codePath) {
		return a
	}
	at, err := url.Parse(to)
	if err != nil {
		b.x.t.Fatal(err)
	}
	return b.post(codePath, "codigo", code, "volver", at.Query().Get("volver"))
}

// result is what came back.
type result struct {
	t      testing.TB
	what   string
	status int
	header http.Header
	body   string
	last   bool // the connection ends with it
}

func (b *browser) do(method, target string, contentType, body string) result {
	b.x.t.Helper()
	b.x.clock = b.x.clock.Add(50 * time.Millisecond) // people are slower than the rate limit
	req := httptest.NewRequest(method, target, strings.NewReader(body))
	for name, values := range b.header {
		req.Header[name] = values
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	for name, value := range b.cookies {
		req.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	res, err := b.x.s.Test(req)
	if err != nil {
		b.x.t.Fatalf("%s %s: %v", method, target, err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		b.x.t.Fatal(err)
	}
	for _, c := range res.Cookies() {
		if c.MaxAge < 0 || !c.Expires.IsZero() && c.Expires.Before(time.Unix(2, 0)) {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c.Value
		}
	}
	if to := res.Header.Get("Location"); to == visitPath && !b.still {
		return b.get(to)
	}
	return result{b.x.t, method + " " + target, res.StatusCode, res.Header, string(raw), res.Close}
}

func (b *browser) get(target string) result {
	b.x.t.Helper()
	return b.do("GET", target, "", "")
}

// post sends a form: names and values by turns.
func (b *browser) post(target string, pairs ...string) result {
	b.x.t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return b.do("POST", target, "application/x-www-form-urlencoded", form.Encode())
}

// is checks the status.
func (a result) is(status int) result {
	a.t.Helper()
	if a.status != status {
		a.t.Errorf("%s: %d, not %d\n%.600s", a.what, a.status, status, a.body)
	}
	return a
}

// leads checks that the result is a redirect to a page.
func (a result) leads(to string) result {
	a.t.Helper()
	if got := a.header.Get("Location"); a.status != 303 || got != to {
		a.t.Errorf("%s: %d to %q, not to %q\n%.600s", a.what, a.status, got, to, a.body)
	}
	return a
}

// says checks that the result has all of some texts in it.
func (a result) says(texts ...string) result {
	a.t.Helper()
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			a.t.Errorf("%s: lacks %q\n%.1500s", a.what, text, a.body)
		}
	}
	return a
}

// hides checks that the result has none of some texts in it.
func (a result) hides(texts ...string) result {
	a.t.Helper()
	for _, text := range texts {
		if strings.Contains(a.body, text) {
			a.t.Errorf("%s: has %q", a.what, text)
		}
	}
	return a
}
