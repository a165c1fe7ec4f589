package e2e

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"declara/app/complain"
	"declara/app/complain/vault"
	"declara/storage"
	"declara/storage/files"
)

// TestComplaintEndsInBrowser looks at the pages on which somebody is left out, on which a
// case is held, and on which a complaint about the office ends and is read by who sent
// it; and at one that nobody moved.
func TestComplaintEndsInBrowser(t *testing.T) {
	chrome(t)
	for _, width := range []int64{1280, 360} {
		s, who := newDemo(t, 4, "")
		look := func(v *tab, name string, says ...string) {
			t.Helper()
			v.seen("end-"+name, says...)
		}
		press := func(v *tab, form string) {
			t.Helper()
			v.arrive(chromedp.Click(chromedp.CSS(form + ` button:not([type=button])`)))
		}
		head, inquiry := newTab(s, width, width > 1000), newTab(s, width, width > 1000)
		for i, v := range []*tab{head, inquiry} {
			role := []string{"contraloria", "investigadora"}[i]
			signIn(v, who[role].Username, who[role].Password)
			v.open("/cuenta/llave")
			v.set("puesto", "Titular de "+role)
			v.set("clave", who[role].Password)
			press(v, `form[action="/cuenta/llave"]`)
		}
		head.open("/contraloria/llaves")
		vouch(head, press)
		received, err := complain.New(complain.Config{DB: s.db, Files: files.Open(filepath.Join(s.dir, "evidence"), s.clock), Clock: s.clock, Cost: vault.Params{Memory: 64, Time: 1, Threads: 1}})
		if err != nil {
			t.Fatal(err)
		}
		receive := func(a complain.Answers) complain.Sent {
			t.Helper()
			sent, err := received.Receive(context.Background(), tenant, a, nil, complain.Way{Channel: complain.ChannelDesk})
			if err != nil {
				t.Fatal(err)
			}
			return sent
		}
		own := receive(complain.Answers{Route: complain.RouteTown, Faults: []string{"52"}, What: "El inspector de mercados me pidió quinientos pesos."})
		at := "/contraloria/casos/" + own.ID

		// Held.
		head.open(at)
		eval[bool](head, `(document.querySelectorAll('details').forEach(d => d.open = true), true)`)
		look(head, "case", "Suspender plazos de baja")
		head.open(at)
		eval[bool](head, `(document.querySelector('details:has([value=suspender])').open = true)`)
		head.provoke("422")
		head.set("documento", "Amparo 12/2026, auto de suspensión")
		press(head, `form:has([value=suspender])`)
		look(head, "hold-wrong", "Escribe qué autoridad")
		for name, value := range map[string]string{"autoridad": "Juzgado Segundo de Distrito en el Estado", "fechada": "1/1/2026", "suspende": "Lo notificó el juzgado."} {
			head.set(name, value)
		}
		press(head, `form:has([value=suspender])`)
		eval[bool](head, `(document.querySelector('details:has([value=levantar])').open = true)`)
		look(head, "held", "Nada de este caso se borra", "Juzgado Segundo")

		// Left out by who complains.
		her := newTab(s, width, false)
		her.provoke("Loading the font", "422")
		her.open("/denuncia")
		her.press("paso", "inicio")
		her.fill(exactly(map[string]string{"quien": "ayuntamiento"}))
		her.press("ir", "")
		her.fill(exactly(map[string]string{"que": "La obra de la calle Hidalgo se pagó dos veces."}))
		her.press("ir", "")
		her.press("ir", "")
		her.press("ir", "")
		her.press("ir", "fuera")
		look(her, "out", "Titular de contraloria")
		her.press("ir", "")
		look(her, "review")

		// About the office itself.
		s.update(func(tx *storage.Txn) error {
			ch, err := tx.Channel()
			if err != nil {
				return err
			}
			ch.External = &storage.ExternalAuthority{Name: "Auditoría Superior del Estado", Recipient: "age1lvyvwawkr0mcnnnncaghunadrqkmuf9e6507x9y920xxpp866cnql7dp2z", Contact: "Calle 5 núm. 10, centro", Day: "2026-01-04"}
			return tx.PutChannel(ch, ch.Version)
		})
		office := receive(complain.Answers{Route: complain.RouteOffice, What: "La contraloría pidió dinero."})
		head.open("/contraloria/casos/sellados")
		look(head, "sealed", office.Folio)
		eval[bool](head, `(document.querySelector('details:has([value=acuse])').open = true)`)
		head.set("recibida", "mañana")
		press(head, `form:has([value=acuse])`)
		look(head, "sealed-wrong", "Escribe el día en que la recibió")
		head.set("recibida", office.Day)
		head.set("acuse", "ASE/OP/118/2026")
		press(head, `form:has([value=acuse])`)
		look(head, "sealed-told", "Falta que otra persona")
		inquiry.open("/contraloria/casos/sellados")
		look(inquiry, "sealed-confirm", "Confirmar que vi el acuse")
		press(inquiry, `form:has([value=confirmar])`)
		look(inquiry, "sealed-over", "Dos personas lo confirmaron")

		enter := func(key string) {
			t.Helper()
			her.open("/denuncia/clave")
			her.fill(exactly(map[string]string{"clave": strings.ReplaceAll(key, " ", "-")}))
			her.press("", "")
		}
		enter(office.Key)
		look(her, "hers", "La autoridad acusó que la recibió", "ASE/OP/118/2026")
		her.press("paso", "borrar")
		s.setDay(s.clock().AddDate(0, 0, 130).Format("2006-01-02"))
		enter(own.Key)
		look(her, "buried", "Nadie ha hecho nada", "Bajar el archivo cerrado")
	}
}
