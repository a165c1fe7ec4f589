package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"declara/storage"
)

// TestRolesInBrowser works a morning as the help desk, who verifies and who works for
// transparency do; at a desk, and on a phone without scripts: the desk prints a code and
// opens no case, who verifies opens her person and no other, and transparency looks after
// what is public and reads nothing else.
func TestRolesInBrowser(t *testing.T) {
	chrome(t)
	for _, width := range []int64{1280, 360} {
		s, who := newDemo(t, 8, "")
		in := func(role string) *tab {
			v := newTab(s, width, width > 1000)
			v.dark(width < 1000)
			signIn(v, who[role].Username, who[role].Password)
			v.provoke("403", "404", "422")
			return v
		}
		click := func(v *tab, css string) { t.Helper(); v.arrive(chromedp.Click(chromedp.CSS(css))) }
		shut := func(v *tab, status int, paths ...string) {
			t.Helper()
			for _, path := range paths {
				if p := v.open(path); p.status != status {
					t.Errorf("%s, not %d", p, status)
				}
			}
		}
		var person storage.Person
		var drawn, other storage.Verification
		s.view(func(tx *storage.Txn) error {
			if err := tx.VerificationsIn("VER-2026-001", func(x storage.Verification) error {
				if x.Verifier != "" && x.State != storage.Verified {
					drawn = x
				} else if x.Verifier == "" {
					other = x
				}
				return nil
			}); err != nil {
				return err
			}
			u, err := tx.UserByLogin(who["declarante "].Username)
			if err == nil {
				person, err = tx.Person(u.Person)
			}
			return err
		})
		task := func(x storage.Verification) string {
			return "/contraloria/verificacion/" + x.Draw + "/declaracion/" + x.Folio
		}

		v := in("mesa")
		v.seen("desk", "Busca a la persona", "nadie lee una declaración presentada")
		v.set("q", person.First)
		click(v, "form[role=search] button")
		v.seen("desk-found", person.Given)
		click(v, `main a[href="/contraloria/mesa/`+person.ID+`"]`)
		v.seen("desk-person", "Qué debe presentar", "Con qué se identificó")
		click(v, `form[action$="/codigo"] button`)
		v.seen("desk-error", "Elige con qué se identificó")
		v.fill(exactly(map[string]string{"identificacion": "ine"}))
		click(v, `form[action$="/codigo"] button`)
		v.seen("desk-code", person.CURP)
		v.open("/contraloria/cumplimiento")
		v.seen("desk-list", "Cumplimiento")
		if strings.Contains(v.at.raw, "cumplimiento.csv") {
			t.Error("the desk takes the list out")
		}
		v.open("/contraloria/recepcion")
		v.seen("desk-complaint", "Recibir una denuncia")
		shut(v, 403, "/contraloria/casos", "/contraloria/buzones", "/contraloria/personas/"+person.ID, "/contraloria/personas/"+person.ID+"/declaraciones")

		v = in("verificadora")
		v.seen("given-list", "Tus verificaciones", drawn.Folio)
		click(v, `main a[href="`+task(drawn)+`"]`)
		v.seen("given-task", "Abrir la hoja")
		click(v, `form[action$="/abrir"] button`)
		v.seen("given-sheet", "Evolución patrimonial")
		shut(v, 404, task(other))
		shut(v, 403, "/contraloria/verificacion", "/contraloria/conflictos", "/contraloria/casos", "/contraloria/personas")

		v = in("transparencia")
		v.seen("secrecy", "A quién reservas")
		v.open("/contraloria/publicacion")
		v.seen("secrecy-public")
		v.open("/contraloria/publicacion/pnt")
		v.seen("secrecy-pnt")
		shut(v, 403, "/contraloria/personas/"+person.ID+"/declaraciones", "/contraloria/personas/"+person.ID, "/contraloria/casos", "/contraloria")
	}
}
