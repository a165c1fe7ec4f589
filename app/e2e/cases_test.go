package e2e

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"declara/app/complain"
	"declara/app/complain/vault"
	"declara/storage/files"
)

// TestCasesInBrowser works a case through the pages, at a desk and without script on a
// phone, with two people at once, and looks at each page for barriers.
func TestCasesInBrowser(t *testing.T) {
	chrome(t)
	for _, width := range []int64{1280, 360} {
		s, who := newDemo(t, 4, "")
		script := width > 1000
		head, inquiry := newTab(s, width, script), newTab(s, width, script)
		look := func(v *tab, name string, says ...string) {
			t.Helper()
			v.seen("cases-"+name, says...)
		}
		press := func(v *tab, form string) {
			t.Helper()
			v.arrive(chromedp.Click(chromedp.CSS(form + ` button:not([type=button])`)))
		}
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
		var at string
		for _, what := range []string{
			"El inspector de mercados me pidió quinientos pesos para no cerrar mi puesto.\nMe dijo que volvería el lunes y que no le contara a nadie. Vi que hizo lo mismo con otros dos locales.",
			"En la obra de la calle Hidalgo usan la maquinaria del municipio en un terreno privado, todos los domingos.",
		} {
			sent, err := received.Receive(context.Background(), tenant, complain.Answers{Route: complain.RouteTown, Faults: []string{"52"}, What: what, When: "El 9 de marzo, a mediodía", Where: "Mercado municipal, pasillo 3", Fears: true},
				[]complain.Upload{{Name: "recibo.txt", Bytes: []byte(what)}}, complain.Way{Channel: complain.ChannelDesk})
			if err != nil {
				t.Fatal(err)
			}
			at = "/contraloria/casos/" + sent.ID
		}
		head.open("/contraloria/casos/calendario") // which the demo has
		look(head, "calendar", "Natalicio de Benito Juárez")
		head.provoke("422")
		head.set("desde", "ayer")
		press(head, `form:has([value=agregar])`)
		look(head, "calendar-wrong", "Escribe el día así")
		head.open("/contraloria/casos/autoridades")
		head.set("nombre", "Secretaría de Anticorrupción del Estado")
		head.set("contacto", "Calle 5 núm. 10, 951 000 0000")
		head.set("llave", "age1lvyvwawkr0mcnnnncaghunadrqkmuf9e6507x9y920xxpp866cnql7dp2z")
		press(head, `form:has([value=guardar])`)
		look(head, "authorities", "Con llave")
		head.open("/contraloria/casos")
		look(head, "list", "Nadie a cargo", "2 casos")
		head.open("/contraloria/casos?vista=tablero")
		look(head, "board", "En procedimiento")
		head.open("/contraloria/casos?etapa=concluidas")
		look(head, "none", "Ningún caso es así")
		head.open(at)
		look(head, "case", "maquinaria", "Teme represalias")
		head.open(at + "/mover?a=R1")
		look(head, "move", "La estamos leyendo")
		press(head, `form[action$="/mover"]`)
		head.open(at)
		eval[bool](head, `(document.querySelectorAll('details').forEach(d => d.open = true), true)`)
		look(head, "case-open")
		head.open(at)
		eval[bool](head, `(document.querySelector('details:has([value=asignar])').open = true)`)
		press(head, `form:has([value=asignar])`)
		inquiry.open(at)
		look(inquiry, "two", "lo tiene abierto")
		inquiry.set("mensaje", "Gracias por escribir. ¿Recuerdas las placas de la máquina?")
		press(inquiry, `form:has([value=mensaje])`)
		inquiry.set("fecha", "9/3/2026")
		press(inquiry, `form:has([value=hechos])`)
		inquiry.open(at + "/mover?a=R3")
		look(inquiry, "turn", "Secretaría de Anticorrupción")
		inquiry.open(at + "/mover?a=I1")
		inquiry.provoke("422")
		press(inquiry, `form[action$="/mover"]`)
		look(inquiry, "move-wrong", "Escribe el número")
		inquiry.set("expediente", "OIC/INV/7/2026")
		sheet := filepath.Join(t.TempDir(), "acuerdo.pdf")
		if err := os.WriteFile(sheet, []byte(onePage), 0o600); err != nil {
			t.Fatal(err)
		}
		inquiry.do(chromedp.SetUploadFiles(chromedp.CSS(`input[type=file]`), []string{sheet}))
		press(inquiry, `form[action$="/mover"]`)
		look(inquiry, "opened", "OIC/INV/7/2026", "Acuerdo de radicación", "9 de marzo de 2029")
		inquiry.open(at + "/declaracion")
		look(inquiry, "declaration", "Esa persona no se entera")
		inquiry.set("q", who["declarante "].Name)
		inquiry.arrive(chromedp.Click(chromedp.CSS(`button[value=buscar]`)))
		look(inquiry, "declaration-found", "¿Cuál declaración?", "OIC/INV/7/2026")
		inquiry.provoke("422")
		inquiry.arrive(chromedp.Click(chromedp.CSS(`button[value=agregar]`)))
		look(inquiry, "declaration-wrong", "Elige una declaración")
		press(head, `form:has([value=parecidas])`)
		look(head, "alike", "De los casos que abre tu llave")
		inquiry.open(at + "/escrito?tipo=requerimiento")
		look(inquiry, "writ", "Texto propio de este caso")
		head.open("/contraloria/casos/cifras")
		look(head, "pace", "prescriben en 90 días")
		head.open("/contraloria/casos?quien=nadie")
		look(head, "filtered", "1 caso")
	}
}

// vouch says of every key that waits that it is its owner's.
func vouch(v *tab, press func(*tab, string)) {
	v.t.Helper()
	for strings.Contains(v.at.raw, "/contraloria/llaves/reconocer") {
		press(v, `form[action="/contraloria/llaves/reconocer"]`)
	}
}

// onePage is a scan with nothing on it.
const onePage = "%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>\nendobj\n" +
	"xref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000055 00000 n \n0000000108 00000 n \ntrailer\n<</Size 4/Root 1 0 R>>\nstartxref\n176\n%%EOF\n"
