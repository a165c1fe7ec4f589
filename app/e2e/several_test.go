package e2e

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"declara/app/complain/vault"
	"declara/forms"
	"declara/storage"
	"declara/storage/postgres"
	"declara/storage/postgres/pgtest"
)

// TestTwoProgramsOverOneStore is a state that runs two programs over one PostgreSQL,
// behind something that sends each request to the other one: a declaration, a complaint
// that is written, a client of the API and the end of a session go from one to the other
// unseen.
func TestTwoProgramsOverOneStore(t *testing.T) {
	server, err := pgtest.Start(os.Getenv(pgtest.Variable), "fsync=off")
	if errors.Is(err, pgtest.ErrNone) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Stop() })
	keys, dir := storage.NewKeys(), t.TempDir()
	program := func() *site {
		store, err := postgres.Open(t.Context(), server.Main())
		if err != nil {
			t.Fatal(err)
		}
		return openOver(t, "2026-05-12", dir, storage.Open(store, keys))
	}
	s := program().found().serve()
	s.channel()
	other := program().serve()
	balanced := &turns{hosts: []string{strings.TrimPrefix(s.base, "http://"), strings.TrimPrefix(other.base, "http://")}}
	visit := func() *plain {
		v := newPlain(s)
		v.http.Transport = balanced
		return v
	}
	says := func(v *plain, texts ...string) {
		t.Helper()
		for _, text := range texts {
			if p := v.now(); p.status != 200 || !strings.Contains(p.raw, text) {
				t.Errorf("%s lacks %q", p, text)
			}
		}
	}

	t.Run("declaration", func(t *testing.T) {
		o := s.hire(41, forms.Simplified, "2026-04-16")
		v := visit()
		signIn(v, o.login, password)
		begin(s, v, o, forms.Inicial, 0.3).file()
		for range 2 {
			v.open("/publico")
			says(v, o.Name())
		}
	})
	t.Run("complaint", func(t *testing.T) {
		v := visit()
		v.open("/denuncia")
		v.press("paso", "inicio")
		v.fill(exactly(map[string]string{"quien": "otro"}))
		v.press("ir", "")
		if strings.Contains(v.now().raw, "Enviarla de todos modos") {
			v.press("ir", "")
		}
		v.fill(exactly(map[string]string{"que": "El director me pidió $500.", "cuando": "en mayo"}))
		for range 3 { // files, name, review
			v.press("ir", "")
		}
		v.press("ir", "enviar")
		var key []string
		for _, m := range fourDigits.FindAllStringSubmatch(v.now().raw, -1) {
			key = append(key, m[1])
		}
		if _, err := vault.ParseKey(strings.Join(key, " ")); err != nil {
			t.Fatalf("%s: key of %d groups: %v", v.now(), len(key), err)
		}
		// What opens a complaint is sealed under a key that one process has in its memory
		// and no other knows (package complain): whoever follows one stays with a program.
		v.http.Transport = nil
		v.open("/denuncia/clave")
		v.fill(exactly(map[string]string{"clave": strings.Join(key, " ")}))
		v.press("", "")
		says(v, "La recibimos")
		for n := range 2 {
			v.fill(exactly(map[string]string{"mensaje": fmt.Sprint("Fue en la ventanilla ", n)}))
			v.press("", "")
			says(v, fmt.Sprint("Fue en la ventanilla ", n))
		}
	})
	t.Run("client", func(t *testing.T) {
		const admin = "ada@valleencinos.example"
		hash, err := s.accounts.Hash(t.Context(), password)
		if err != nil {
			t.Fatal(err)
		}
		s.update(func(tx *storage.Txn) error {
			return tx.PutUser(storage.User{ID: storage.NewID(s.clock()), Login: admin, Email: admin, Name: "Ada Ruiz Peña", Password: hash, Roles: []storage.Role{storage.RoleAdmin}, Created: s.clock()})
		})
		v := visit()
		signIn(v, admin, password)
		v.open("/ajustes/conexiones")
		v.fill(exactly(map[string]string{"nombre": "Plataforma Digital Nacional"}))
		v.press("", "")
		given := url.Values{"grant_type": {"password"}}
		for _, row := range v.now().root.all(func(n *node) bool { return n.tag == "dl" }) {
			for _, pair := range row.all(func(n *node) bool { return n.tag == "div" }) {
				given.Set(pair.first("dt").words(), pair.first("dd").words())
			}
		}
		token := func(want int) {
			t.Helper()
			for range 2 {
				res, err := (&http.Client{Transport: balanced}).PostForm(s.base+"/oauth/token", given)
				if err != nil {
					t.Fatal(err)
				}
				res.Body.Close()
				if res.StatusCode != want {
					t.Errorf("token: %d, not %d", res.StatusCode, want)
				}
			}
		}
		token(200)
		var at string
		for _, a := range v.open("/ajustes/conexiones").root.all(func(n *node) bool { return n.tag == "a" && n.words() == "Plataforma Digital Nacional" }) {
			at = a.attrs["href"]
		}
		v.post(at+"/revocar", url.Values{"seguro": {"si"}})
		token(401)
		v.post("/salir", nil)
		for range 2 {
			if p := v.open("/ajustes/conexiones"); p.url.Path != "/entrar" {
				t.Errorf("signed out: %s", p)
			}
		}
	})
}

// turns sends each request to the next of several programs, as what balances load does.
type turns struct {
	hosts []string
	n     atomic.Int64
}

func (r *turns) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.URL.Host = r.hosts[int(r.n.Add(1))%len(r.hosts)]
	return http.DefaultTransport.RoundTrip(req)
}
