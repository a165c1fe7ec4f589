package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestKeysInBrowser walks through the pages of keys, at a desk and without script on a
// phone: an official makes hers, another waits for it to be vouched for, the escrow is
// made, exercised and used, and who keeps identities has nothing to open yet.
func TestKeysInBrowser(t *testing.T) {
	chrome(t)
	for _, width := range []int64{1280, 360} {
		s, who := newDemo(t, 4, "")
		script := width > 1000
		head, other := newTab(s, width, script), newTab(s, width, script)
		signIn(head, who["contraloria"].Username, who["contraloria"].Password)
		signIn(other, who["custodia"].Username, who["custodia"].Password)
		look := func(v *tab) {
			t.Helper()
			axe(v)
			narrow(v)
			name := strings.Trim(strings.ReplaceAll(v.at.url.Path, "/", "-"), "-")
			v.shot("keys" + strings.Repeat("-phone", 1-min(1, int(width/1000))) + "-" + name)
		}
		press := func(v *tab, action string) {
			t.Helper()
			v.arrive(chromedp.Click(chromedp.CSS(`form[action="` + action + `"] button:not([type=button])`)))
		}
		for _, v := range []*tab{head, other} {
			p := who["contraloria"].Password
			if v == other {
				p = who["custodia"].Password
			}
			v.open("/cuenta/llave")
			look(v)
			v.provoke("422")
			press(v, "/cuenta/llave")
			look(v)
			v.open("/cuenta/llave")
			v.set("puesto", "Titular del Órgano Interno de Control")
			v.set("clave", p)
			press(v, "/cuenta/llave")
			look(v)
			v.open("/cuenta/llave")
			look(v)
		}
		head.open("/contraloria/llaves")
		look(head)
		press(head, "/contraloria/llaves/reconocer")
		head.open("/cuenta/llave/entrega")
		look(head)
		other.open("/contraloria/identidades")
		look(other)

		head.open("/contraloria/llaves/respaldo")
		look(head)
		for name, value := range map[string]string{"nombre1": "Sara Ríos Luna", "puesto1": "Sindicatura", "nombre2": "Eloy Paz Mora", "puesto2": "Auditoría del Estado", "nombre3": "Nora Luz Gil", "puesto3": "Secretaría del ayuntamiento"} {
			head.set(name, value)
		}
		press(head, "/contraloria/llaves/respaldo")
		var papers []string
		for range 3 {
			press(head, "/contraloria/llaves/respaldo/imprimir")
			look(head)
			papers = append(papers, eval[string](head, `[...document.querySelectorAll('.filas-llave li')].map(e => e.textContent).join(' ')`))
			head.open("/contraloria/llaves/respaldo")
			look(head)
			head.set("llave", papers[len(papers)-1])
			press(head, "/contraloria/llaves/respaldo/comprobar")
		}
		look(head)
		head.open("/contraloria/llaves/simulacro")
		head.set("uno", papers[0])
		head.set("dos", papers[2])
		look(head)
		press(head, "/contraloria/llaves/simulacro")
		if !head.at.says("El respaldo funciona") {
			t.Errorf("%s", head.at)
		}
		for _, path := range []string{"/contraloria/llaves/recuperar", "/contraloria/llaves/autoridad", "/contraloria/llaves/plazos"} {
			head.open(path)
			look(head)
		}
		head.open("/contraloria/llaves/autoridad")
		for name, value := range map[string]string{"nombre": "Auditoría Superior del Estado", "contacto": "Calle 5 núm. 10, 951 000 0000", "clave": "age1lvyvwawkr0mcnnnncaghunadrqkmuf9e6507x9y920xxpp866cnql7dp2z"} {
			head.set(name, value)
		}
		press(head, "/contraloria/llaves/autoridad")
		look(head)
	}
}
