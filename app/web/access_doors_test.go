package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"declara/app/account"
	"declara/forms"
	"declara/storage"
)

// TestNoRouteIsSkipped holds what TestAccess leaves out: routes that ask for credentials
// of their own, and those that give no session a thought, are for anybody. A role in the
// row of one would be asked by nobody.
func TestNoRouteIsSkipped(t *testing.T) {
	x := newSite(t)
	for _, r := range x.s.table {
		key := r.Method + " " + r.Path
		if (r.API || r.Quiet || r.Path == "/salir") && (r.Roles != nil || access[key] != "*") {
			t.Errorf("%s asks nobody who she is, and is for %q", key, access[key])
		}
		if r.Roles != nil && len(r.Roles) == 0 {
			t.Errorf("%s is for nobody", key)
		}
	}
	if got := len(x.s.table); got != len(access) {
		t.Errorf("%d routes, %d rows", got, len(access))
	}
	x.anybody().post("/salir").is(http.StatusSeeOther)
	for _, role := range signedIn {
		b := x.as(role)
		b.post("/salir").is(http.StatusSeeOther)
		if a := b.get("/cuenta"); a.status != http.StatusSeeOther {
			t.Errorf("%s is still in: %d", role, a.status)
		}
	}
}

// TestHalfDoors asks for every route that is for somebody with what is nearly a session:
// half of one, one that is over, one of an account that was closed, of another public
// body, of somebody who may nothing. Nobody comes in, and nothing is written by a post.
func TestHalfDoors(t *testing.T) {
	x := newSite(t)
	ctx := t.Context()
	visitor := func(token string) *browser {
		b := x.anybody()
		b.cookies[x.s.sessionCookie()] = token
		return b
	}
	// somebody is another account with a role, as far as account makes her.
	somebody := func(name string, role storage.Role, change func(*storage.User)) storage.User {
		t.Helper()
		u := x.people[role]
		u.ID, u.Login, u.Person = storage.NewID(x.clock), name+string(role)+"@valleencinos.example", ""
		u.Created, u.Changed = x.clock, x.clock
		if change != nil {
			change(&u)
		}
		x.update(func(tx *storage.Txn) error { return tx.PutUser(u) })
		return u
	}
	signIn := func(tenant, login string) string {
		t.Helper()
		token, _, err := x.s.accounts.SignIn(ctx, tenant, login, testPassword, "")
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	if err := x.db.Update(ctx, "2", func(tx *storage.Txn) error {
		u := x.people[storage.RoleComptroller]
		return tx.PutUser(u)
	}); err != nil {
		t.Fatal(err)
	}
	var out, over = map[string]*browser{"a token that nobody gave": visitor(strings.Repeat("A", 43)), "of another body": nil}, map[string]*browser{}
	half := signIn("2", x.people[storage.RoleComptroller].Login)
	v, err := x.s.accounts.Visit(ctx, "2", half)
	if err != nil {
		t.Fatal(err)
	}
	e, err := x.s.accounts.GiveCode(ctx, "2", v.Hash, account.CodeOf(testPhone, x.clock), "")
	if err != nil {
		t.Fatal(err)
	}
	out["of another body"] = visitor(e.Token)
	for _, role := range signedIn {
		old := somebody("vieja.", role, nil)
		over["over, "+string(role)] = visitor(sessionOf(t, x.s, old.Login, testPassword, ""))
	}
	x.clock = x.clock.Add(13 * time.Hour)
	for _, role := range signedIn {
		closed, changed := somebody("cerrada.", role, nil), somebody("cambiada.", role, nil)
		out["closed, "+string(role)] = visitor(sessionOf(t, x.s, closed.Login, testPassword, ""))
		out["password changed, "+string(role)] = visitor(sessionOf(t, x.s, changed.Login, testPassword, ""))
		x.update(func(tx *storage.Txn) error {
			closed.Disabled, changed.Changed = true, x.clock.Add(time.Second)
			if err := tx.PutUser(closed); err != nil {
				return err
			}
			return tx.PutUser(changed)
		})
		if role == storage.RoleDeclarant {
			continue
		}
		with := somebody("mitad.", role, nil)
		without := somebody("sin.", role, func(u *storage.User) { u.Second = nil })
		out["half, "+string(role)] = visitor(signIn(tenant, with.Login))
		out["half without a telephone, "+string(role)] = visitor(signIn(tenant, without.Login))
	}
	nobody := somebody("nada.", storage.RoleHR, nil)
	may := visitor(sessionOf(t, x.s, nobody.Login, testPassword, ""))
	x.update(func(tx *storage.Txn) error {
		u, err := tx.User(nobody.ID)
		if err != nil {
			return err
		}
		u.Roles = nil
		return tx.PutUser(u)
	})
	asked := 0
	for _, r := range x.s.table {
		if r.Roles == nil {
			continue
		}
		ask := func(b *browser) result {
			asked++
			session := b.cookies[x.s.sessionCookie()]
			defer func() { b.cookies = map[string]string{x.s.sessionCookie(): session} }()
			if r.Method == http.MethodGet {
				return b.get(example(r.Path))
			}
			return b.post(example(r.Path), "a", "b")
		}
		for name, b := range out {
			a := ask(b)
			away := a.status == http.StatusSeeOther && strings.HasPrefix(a.header.Get("Location"), "/entrar")
			if r.Method == http.MethodGet && !away || r.Method == http.MethodPost && a.status != http.StatusUnauthorized {
				t.Errorf("%s as %s: %d %s", a.what, name, a.status, a.header.Get("Location"))
			}
		}
		for name, b := range over {
			a := ask(b)
			away := a.status == http.StatusSeeOther && strings.HasPrefix(a.header.Get("Location"), "/entrar")
			if !away && (r.Method == http.MethodGet || a.status != http.StatusUnauthorized) {
				t.Errorf("%s as %s: %d %s", a.what, name, a.status, a.header.Get("Location"))
			}
		}
		if a := ask(may); a.status != http.StatusForbidden && !(a.status == http.StatusSeeOther && strings.HasPrefix(a.header.Get("Location"), "/entrar")) && a.status != http.StatusUnauthorized {
			t.Errorf("%s as somebody who may nothing: %d", a.what, a.status)
		}
	}
	t.Logf("%d requests", asked)
}

// TestOfficeIsNoDeclarant: somebody of the office, who may type what came on paper in the
// form of declarants, finds nobody's own draft or filing there.
func TestOfficeIsNoDeclarant(t *testing.T) {
	s := newDeclareSite(t, "2026-05-04")
	owner := s.official(1, forms.Full, "2026-03-16", "")
	draft := owner.begin("inicial-2026-03-16")
	for _, role := range []storage.Role{storage.RoleComptroller, storage.RoleHR, storage.RoleInvestigator} {
		office := s.official(2+int64(slices.Index(signedIn, role)), forms.Full, "2020-03-16", "")
		if err := s.db.Update(t.Context(), tenant, func(tx *storage.Txn) error {
			u, err := tx.UserByPerson(office.who.Person)
			if err != nil {
				return err
			}
			u.Roles = []storage.Role{role, storage.RoleDeclarant}
			u.Second = &storage.Second{Secret: testPhone, Since: s.now}
			return tx.PutUser(u)
		}); err != nil {
			t.Fatal(err)
		}
		for _, r := range s.server.table {
			if !strings.HasPrefix(r.Path, "/declaraciones/:id") {
				continue
			}
			target := strings.Replace(example(strings.Replace(r.Path, ":id", "DRAFT", 1)), "DRAFT", draft, 1)
			var form url.Values
			if r.Method == http.MethodPost {
				form = url.Values{"clave": {declarePassword}, "envio": {"X"}}
			}
			a := office.ask(r.Method, target, form)
			if a.status != http.StatusNotFound {
				t.Errorf("%s %s as %s: %d %q", r.Method, target, role, a.status, a.location)
			}
			if strings.Contains(a.body, owner.person.RFC) || strings.Contains(a.body, owner.person.CURP) {
				t.Error(fmt.Sprint(target, " tells of its owner to ", role))
			}
		}
	}
}
