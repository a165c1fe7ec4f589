package e2e

import (
	"context"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"declara/app"
	"declara/app/demo"
	"declara/forms"
	"declara/storage"
	"declara/storage/files"
)

// today is the day on which the demonstration plays, in May, when everybody owes a
// modificación.
const today = "2026-05-12"

// newDemo is the demonstration, being served, with its accounts by role. name is
// the address that it writes into acuses; "" is its own.
func newDemo(t *testing.T, officials int, name string) (*site, map[string]demo.Account) {
	t.Helper()
	return newDemoOn(t, today, officials, name)
}

// newDemoOn is newDemo on another day.
func newDemoOn(t *testing.T, day string, officials int, name string) (*site, map[string]demo.Account) {
	t.Helper()
	s := open(t, day)
	s.name = name
	report, err := app.Demo(context.Background(), s.db, files.Open(filepath.Join(s.dir, "evidence"), s.clock), demo.Options{Officials: officials, Seed: 11, Today: s.clock()})
	if err != nil {
		t.Fatal(err)
	}
	who := map[string]demo.Account{}
	for _, a := range report.Accounts {
		key := a.Role
		if a.Pending != nil {
			key += " " + *a.Pending
		}
		who[key] = a
	}
	return s.serve(), who
}

// shape is the address of a page without what differs from one thing to the next.
func shape(p *page) string {
	path := ids.ReplaceAllString(p.url.Path, "/_")
	if p.url.Query().Get("revisa") != "" {
		path += " with errors"
	}
	return path
}

var ids = regexp.MustCompile(`/(?:[0-9A-HJKMNP-TV-Z]{26}|n[0-9a-z]{8}|i[0-9]+|nuevo)\b`)

// checked looks for barriers on every kind of page that a tab comes to, once.
func checked(v *tab) map[string]bool {
	seen := map[string]bool{}
	v.look = func() {
		if k := shape(v.at); !seen[k] {
			seen[k] = true
			axe(v)
			narrow(v)
		}
	}
	return seen
}

// firstLink is the address of the first link of the page that has a part.
func firstLink(p *page, part string) string {
	for _, a := range p.root.all(func(n *node) bool { return n.tag == "a" }) {
		if href := a.attrs["href"]; strings.Contains(href, part) {
			return href
		}
	}
	return ""
}

// TestPagesAreAccessible looks for barriers, sideways scrolling and complaints of
// the browser on the pages of everybody.
func TestPagesAreAccessible(t *testing.T) {
	chrome(t)
	s, who := newDemo(t, 6, "")

	t.Run("anybody", func(t *testing.T) {
		s := s.in(t)
		v := newTab(s, 1280, true)
		seen := checked(v)
		v.provoke("/no/existe")
		for _, path := range []string{"/entrar", "/primera-vez", "/recuperar", "/no/existe"} {
			v.open(path)
		}
		var shown string
		s.view(func(tx *storage.Txn) error {
			return tx.Filings(func(f storage.Filing) error {
				if f.Type == forms.Modificacion && shown == "" {
					shown = f.ID
				}
				return nil
			})
		})
		if p := v.open("/publico/declaraciones/" + shown); p.status != 200 {
			t.Errorf("a filed modificación is not public: %s", p)
		}
		v.open("/entrar")
		v.provoke("400", "401", "403", "422")
		v.press("", "")
		v.fill(exactly(map[string]string{"usuario": "nadie", "clave": "nada de nada"}))
		v.press("", "")
		v.dark(true)
		for _, path := range []string{"/", "/entrar", "/publico", "/publico/declaraciones/" + shown} {
			v.open(path)
			axe(v)
		}
		t.Logf("%d kinds of pages", len(seen))
	})

	t.Run("declarant", func(t *testing.T) {
		s := s.in(t)
		v := newTab(s, 1280, true)
		seen := checked(v)
		a := who["declarante MODIFICACIÓN"]
		signIn(v, a.Username, a.Password)
		id := draftOf(s, a)
		at := "/declaraciones/" + id
		pages := []string{"/declaraciones", "/declaraciones/no-es-correcto", "/cuenta", at, at + "/aplica", at + "/intereses", at + "/revisar"}
		for _, path := range pages {
			v.open(path)
		}
		var work []string
		f := forms.Lookup(forms.Modificacion, forms.Full)
		for i := range f.Sections {
			work = append(work, at+"/s/"+f.Sections[i].Key)
		}
		for _, path := range work {
			v.open(path)
			if to := firstLink(v.now(), "/quitar"); to != "" {
				v.open(to)
			}
		}
		for _, key := range []string{"datosGenerales", "ingresos", "actividadAnual", "bienesInmuebles"} {
			if f.Section(key) == nil {
				continue
			}
			v.open(at + "/s/" + key)
			v.press("accion", "continuar") // with its errors
		}
		v.dark(true)
		for _, path := range []string{"/declaraciones", at, at + "/s/datosGenerales", at + "/revisar"} {
			v.open(path)
			axe(v)
		}
		t.Logf("%d kinds of pages", len(seen))
	})

	t.Run("declarant who begins", func(t *testing.T) {
		s := s.in(t)
		v := newTab(s, 360, true)
		seen := checked(v)
		a := who["declarante INICIAL"]
		signIn(v, a.Username, a.Password)
		v.open(firstLink(v.now(), "/declaraciones/nueva"))
		v.press("", "")
		b := who["declarante "]
		w := newTab(s, 1280, true)
		more := checked(w)
		signIn(w, b.Username, b.Password)
		w.open(firstLink(w.now(), "/acuse"))
		w.open(firstLink(w.now(), "/nota"))
		w.open("/declaraciones/intereses")
		t.Logf("%d kinds of pages", len(seen)+len(more))
	})

	for role, pages := range map[string][]string{
		"admin":          {"/cuenta", "/ajustes", "/ajustes/cuentas", "/ajustes/cuentas/nueva", "/ajustes/conexiones"},
		"contraloria":    {"/contraloria/personas"},
		"enlace":         {"/contraloria/personas", "/contraloria/personas/nueva"},
		"investigadora":  {"/cuenta"},
		"substanciadora": {"/cuenta"},
		"verificadora":   {"/cuenta"},
		"mesa":           {"/cuenta"},
		"transparencia":  {"/contraloria/reservas"},
	} {
		t.Run(role, func(t *testing.T) {
			s := s.in(t)
			v := newTab(s, 1280, true)
			seen := checked(v)
			a := who[role]
			signIn(v, a.Username, a.Password)
			for _, menu := range v.now().root.all(func(n *node) bool { return n.tag == "nav" }) {
				for _, link := range menu.all(func(n *node) bool { return n.tag == "a" }) {
					pages = append(pages, link.attrs["href"])
				}
			}
			// A page of the menu may have one of its own part, whose pages are looked at too.
			for n := 0; n < len(pages); n++ {
				p := v.open(pages[n])
				if p.status != 200 {
					t.Errorf("%s: %s", role, p)
				}
				for _, menu := range p.root.all(func(n *node) bool { return n.tag == "nav" }) {
					for _, link := range menu.all(func(n *node) bool { return n.tag == "a" }) {
						if to := link.attrs["href"]; strings.HasPrefix(to, "/") && !strings.Contains(to, "?") && !slices.Contains(pages, to) {
							pages = append(pages, to)
						}
					}
				}
			}
			for _, part := range []string{"/contraloria/personas/", "/ajustes/cuentas/"} {
				for _, path := range pages {
					if !strings.HasPrefix(part, path+"/") {
						continue
					}
					v.open(path)
					if to := firstLink(v.now(), part); to != "" {
						v.open(to)
					}
				}
			}
			t.Logf("%d kinds of pages", len(seen))
		})
	}
}

// TestSetUpIsAccessible goes through the set-up of an empty installation.
func TestSetUpIsAccessible(t *testing.T) {
	chrome(t)
	s := open(t, today)
	s.serve()
	v := newTab(s, 1280, true)
	checked(v)
	v.provoke("503", "403", "404", "401", "422", "400")
	v.open("/")
	to, err := s.program.SetupPath(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if p := v.open(to); p.status != 200 {
		t.Fatalf("set-up: %s", p)
	}
	v.press("", "") // with its errors
}

// in is the same program in a subtest.
func (s *site) in(t *testing.T) *site {
	return &site{T: t, db: s.db, declare: s.declare, accounts: s.accounts, zone: s.zone, base: s.base, log: s.log, program: s.program, today: s.clock()}
}

// draftOf is the draft that an account of the demonstration has begun.
func draftOf(s *site, a demo.Account) string {
	s.Helper()
	id := ""
	s.view(func(tx *storage.Txn) error {
		u, err := tx.UserByLogin(a.Username)
		if err != nil {
			return err
		}
		all, err := tx.DraftsOf(u.Person)
		if len(all) > 0 {
			id = all[0].ID
		}
		return err
	})
	if id == "" {
		s.Fatalf("%s has no draft", a.Username)
	}
	return id
}
