package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"declara/app/table"
	"declara/forms"
	"declara/storage"
)

// TestConnectionsInBrowser: who runs the system makes a connection, tries it out as the
// national platform would, holds it to terms and changes its keys; the office compares
// what is public with the standard, fills the template of the PNT in and sets a day off:
// wide and with scripts, narrow, dark and without.
func TestConnectionsInBrowser(t *testing.T) {
	s := newSite(t, "2026-05-14")
	o := s.hire(7, forms.Full, "2020-01-16")
	s.filed(o)
	login := s.office("Eva Solís Ramírez")
	const admin = "sistemas@valleencinos.example"
	s.update(func(tx *storage.Txn) error {
		u, err := tx.UserByLogin(login)
		if err != nil {
			return err
		}
		u.ID, u.Login, u.Email, u.Name, u.Roles = storage.NewID(s.clock()), admin, admin, "Ada Ruiz Peña", []storage.Role{storage.RoleAdmin}
		return tx.PutUser(u)
	})
	template := filepath.Join(t.TempDir(), "plantilla.csv")
	if err := os.WriteFile(template, table.WriteCSV([][]string{{"49080"}, {"Ejercicio", "Nombre(s)", "Primer apellido", "Sexo (catálogo)", "Modalidad de la Declaración Patrimonial (catálogo)", "Hipervínculo a la versión pública", "Fecha de actualización"}}), 0o600); err != nil {
		t.Fatal(err)
	}
	for n, with := range []struct {
		width  int64
		script bool
		dark   bool
	}{{1280, true, false}, {360, false, true}} {
		v := newTab(s, with.width, with.script)
		v.dark(with.dark)
		look := func(name string, says ...string) {
			t.Helper()
			v.seen("connect-"+name, says...)
		}
		press := func(form string) {
			t.Helper()
			v.arrive(chromedp.Click(chromedp.CSS(form + ` button:not([type=button])`)))
		}
		signIn(v, admin, password)
		v.open("/ajustes/conexiones")
		name := "Plataforma Digital Nacional " + []string{"uno", "dos"}[n]
		v.fill(exactly(map[string]string{"nombre": name}))
		press(`form[action="/ajustes/conexiones"]`)
		look("keys", "client_secret")
		v.open("/ajustes/conexiones")
		look("list", "Aún no consulta")
		mine := v.at.root.all(func(n *node) bool { return n.tag == "a" && n.words() == name })
		if len(mine) != 1 {
			t.Fatalf("%d links to %s", len(mine), name)
		}
		to := mine[0].attrs["href"]
		v.open(to)
		look("one", "Cambiar las claves", "Aún no hay solicitudes")
		press(`form[action$="/probar"]`)
		look("tried", "Declaraciones en total: 1", "Una declaración por su identificador", "Última consulta")
		v.open(to + "/datos")
		look("sheet", "Se entrega aparte", "/v2/declaraciones")

		v = newTab(s, with.width, with.script)
		v.dark(with.dark)
		signIn(v, login, password)
		v.open("/contraloria/publicacion")
		press(`form[method="post"][action="/contraloria/publicacion"]`)
		look("standard", "Todo cumple el estándar")
		v.open("/contraloria/publicacion/pnt")
		look("pnt", "Plantilla vacía")
		v.do(chromedp.SetUploadFiles(chromedp.CSS("#f-archivo"), []string{template}))
		v.arrive(chromedp.Click(chromedp.CSS(`button[value="revisar"]`)))
		look("pnt-columns", "Sexo (catálogo)")
	}
}
