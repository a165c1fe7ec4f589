package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"declara/storage"
)

// TestSheetInBrowser works on the sheet of the demo: a section is marked, a figure
// entered, a second question asked and answered, and the certificate given; at a desk
// with scripts and light, and on a phone without them and dark. Each page is looked at
// for barriers.
func TestSheetInBrowser(t *testing.T) {
	chrome(t)
	for _, width := range []int64{1280, 360} {
		s, who := newDemo(t, 8, "")
		script := width > 1000
		v := newTab(s, width, script)
		v.dark(!script)
		look := func(name string, says ...string) {
			t.Helper()
			v.seen("sheet-"+name, says...)
		}
		press := func(form string) {
			t.Helper()
			v.arrive(chromedp.Click(chromedp.CSS(form + ` button`)))
		}
		var task storage.Verification
		var declarant storage.User
		s.update(func(tx *storage.Txn) error {
			return tx.VerificationsIn("VER-2026-001", func(x storage.Verification) error {
				if len(x.Rounds) == 0 {
					return nil
				}
				task = x
				return nil
			})
		})
		s.update(func(tx *storage.Txn) (err error) {
			if declarant, err = tx.UserByPerson(task.Person); err != nil {
				return err
			}
			declarant.Password, err = s.accounts.Hash(t.Context(), password)
			declarant.Changed = s.clock().AddDate(0, 0, -1)
			if err != nil {
				return err
			}
			return tx.PutUser(declarant)
		})
		at := "/contraloria/verificacion/" + task.Draw + "/declaracion/" + task.Folio
		signIn(v, who["verificadora"].Username, who["verificadora"].Password)
		look("given", "Tus verificaciones", task.Folio)
		v.arrive(chromedp.Click(chromedp.CSS(`main a[href="` + at + `"]`)))
		look("task", "La verifica", "Abrir la hoja")
		v.open(at + "/hoja")
		if v.at.url.Path != at {
			t.Errorf("the sheet is open before it was opened: %s", v.at)
		}
		press(`form[action$="/abrir"]`)
		look("sheet", "Evolución patrimonial", "Diferencia por aclarar", "No es una falta", "Mi madre me prestó", "Qué cambió")
		v.open(at + "/hoja/seccion/bienesInmuebles")
		look("section", "740,000", "Tu revisión de esta sección")
		v.provoke("422")
		v.set("nota", "")
		v.arrive(chromedp.Click(chromedp.CSS(`form[action$="/bienesInmuebles"] button`)))
		if v.at.status != 422 {
			t.Errorf("a mark without a note: %s", v.at)
		}
		look("section-error")
		v.set("nota", "El contrato y la transferencia lo explican")
		press(`form[action$="/bienesInmuebles"]`)
		v.set("pregunta", "¿Tu madre declaró ese préstamo ante el SAT?")
		press(`form[action$="/aclaracion"]`)
		look("asked", "En plazo", "Hay una aclaración en plazo")

		office := v
		v = newTab(s, width, script)
		v.dark(!script)
		signIn(v, declarant.Login, password)
		v.open("/declaraciones")
		look("home", "La contraloría espera tu respuesta")
		v.open("/declaraciones/verificacion")
		look("mine", "¿Tu madre declaró ese préstamo", "Aclaración 2")
		v.set("respuesta", "Sí, en su declaración anual. Entregué copia en la ventanilla.")
		press(`form[action$="/respuesta"]`)
		look("answered", "Respondida")
		v.open("/declaraciones/lecturas")
		look("reads", task.Draw)

		v = office
		v.open(at + "/hoja")
		v.do(chromedp.Click(chromedp.CSS(`input[name=resultado][value=certificada]`)))
		v.set("hallazgo", "El préstamo de la madre explica la compra del terreno.")
		press(`form[action$="/cerrar"]`)
		look("closed", "Sin anomalías", "Bajar la certificación")
		v = newTab(s, width, script)
		v.dark(!script)
		signIn(v, who["contraloria"].Username, who["contraloria"].Password)
		v.open("/contraloria/verificacion/" + task.Draw)
		look("draw", "Acta de resultados 2025")
		if strings.Contains(v.at.raw, "madre") {
			t.Error("the list tells what was answered")
		}
	}
}

// TestReserveInBrowser reserves what somebody declared, is told what is wrong first,
// renews and lifts it; at a desk, and on a phone without scripts.
func TestReserveInBrowser(t *testing.T) {
	chrome(t)
	for _, width := range []int64{1280, 360} {
		s, who := newDemo(t, 4, "")
		v := newTab(s, width, width > 1000)
		v.dark(width < 1000)
		look := func(name string, says ...string) {
			t.Helper()
			v.seen("reserve-"+name, says...)
		}
		signIn(v, who["transparencia"].Username, who["transparencia"].Password)
		var person storage.Person
		s.view(func(tx *storage.Txn) error {
			return tx.People(func(p storage.Person) error { person = p; return nil })
		})
		at := "/contraloria/personas/" + person.ID + "/reserva"
		look("empty", "No hay reservas")
		v.set("q", person.First)
		v.arrive(chromedp.Click(chromedp.CSS(`form[role=search] button`)))
		look("found", person.Given)
		v.arrive(chromedp.Click(chromedp.CSS(`main a[href="` + at + `"]`)))
		look("none", "Nada todavía")
		v.provoke("422")
		v.set("acuerdo", "CT/4/2026")
		v.arrive(chromedp.Click(chromedp.CSS(`form[action$="/reserva"] button`)))
		look("error", "Escribe la ley y el artículo")
		v.set("fundamento", "LGTAIP, artículo 113, fracción V")
		v.set("hasta", "14/05/2028")
		v.arrive(chromedp.Click(chromedp.CSS(`form[action$="/reserva"] button`)))
		look("kept", "CT/4/2026", "Vigente", "Se reservó")
		v.open("/contraloria/reservas")
		look("list", "CT/4/2026")
		v.open(at)
		v.set("motivo", "Terminó el riesgo, acuerdo CT/9/2026")
		v.arrive(chromedp.Click(chromedp.CSS(`form[action$="/publicar"] button`)))
		look("lifted", "Se levantó", "Terminó el riesgo")
	}
}
