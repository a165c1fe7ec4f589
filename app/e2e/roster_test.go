package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"declara/storage"
)

// payroll is a list with a new official, one without e-mail, and one whose RFC is wrong.
const payroll = "Nombre(s),Primer apellido,Segundo apellido,RFC,CURP,Puesto,Nivel,Área,Fecha de ingreso,Fecha de baja,Correo\n" +
	"Raúl,Ñandú,Ruiz,PUFE800229M93,PUFE800229HDFRCJ08,Analista,7,Tesorería,16/04/2026,,\n" +
	"Begoña,Núñez,Paz,NUPB800229J19,NUPB800229MOCXXG06,Directora,15,Obras Públicas,02/05/2026,,begona@valleencinos.example\n" +
	"Equis,Mala,Fila,XX,XX,Auxiliar,3,Obras Públicas,31/02/2026,,\n"

// TestRosterJourney brings a list of payroll to the roster and takes it back, as Chromium
// does and as a browser without scripts does; in Chromium each page is looked at for
// barriers, on a desk and on a phone.
func TestRosterJourney(t *testing.T) {
	for name, visit := range map[string]func(s *site) visitor{
		"plain": func(s *site) visitor { return newPlain(s) },
		"chromium": func(s *site) visitor {
			chrome(s.T)
			return newTab(s, 1280, true)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, who := newDemo(t, 8, "")
			v := visit(s)
			look := func(name string, says ...string) {
				t.Helper()
				for _, text := range says {
					if !v.now().says(text) {
						t.Errorf("%s: %s lacks %q", name, v.now(), text)
					}
				}
				if tab, ok := v.(*tab); ok {
					axe(tab)
					narrow(tab)
					axe(tab)
					tab.shot("roster-" + name)
					tab.resize(1280)
					tab.shot("roster-" + name)
				}
			}
			signIn(v, who["enlace"].Username, who["enlace"].Password)
			v.open("/contraloria/padron")
			look("start", "Actualizar con la nómina")
			switch v := v.(type) {
			case *plain:
				hand(v, "/contraloria/padron", []byte(payroll), map[string]string{"alcance": "parte"})
			case *tab:
				file := filepath.Join(t.TempDir(), "nomina.csv")
				if err := os.WriteFile(file, []byte(payroll), 0o600); err != nil {
					t.Fatal(err)
				}
				v.do(chromedp.SetUploadFiles(chromedp.CSS(`input[type=file]`), []string{file}))
				v.press("", "")
			}
			at := v.now().url.Path
			if v.now().status != 200 || !strings.HasPrefix(at, "/contraloria/padron/") {
				t.Fatalf("the list led to %s: %s", v.now(), v.now().errors())
			}
			look("preview", "Raúl Ñandú Ruiz", "Nuevas", "Con errores")
			posts := "/contraloria/puestos?lista=" + strings.TrimPrefix(at, "/contraloria/padron/")
			v.open(posts)
			look("posts")
			v.fill(func(name string) ([]string, bool) {
				switch {
				case strings.HasPrefix(name, "p-"):
					return []string{"completa"}, true
				case name == "acuerdo":
					return []string{"Catálogo 2026"}, true
				}
				return nil, false
			})
			press(v, "/contraloria/puestos")
			v.open(at)
			look("decided", "Aplicar")
			press(v, "/aplicar")
			look("applied", "Lista aplicada")
			there := func() (n int) {
				s.view(func(tx *storage.Txn) error {
					n = 0
					return tx.People(func(p storage.Person) error {
						if p.RFC == "PUFE800229M93" || p.RFC == "NUPB800229J19" {
							n++
						}
						return nil
					})
				})
				return n
			}
			if there() != 2 {
				t.Errorf("%d of 2 are on the roster", there())
			}
			v.open("/contraloria/invitaciones")
			look("invitations", "En papel")
			v.open(at)
			press(v, "/deshacer")
			if there() != 0 {
				t.Errorf("%d stayed on the roster", there())
			}
			look("undone")
		})
	}
}
