package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"

	"declara/forms"
	"declara/storage"
)

// pictures is where the documentation has its pictures.
const pictures = "../docs/img"

// TestScreenshots writes the pictures of the documentation, from the
// demonstration: everybody on them is invented.
func TestScreenshots(t *testing.T) {
	if !*screenshots {
		t.Skip("only with -screenshots")
	}
	chrome(t)
	if err := os.MkdirAll(pictures, 0o755); err != nil {
		t.Fatal(err)
	}
	s, who := newDemo(t, 12, "https://declaraciones.valleencinos.example")
	desk, phone := newTab(s, 1280, true), newTab(s, 360, true)

	half := who["declarante MODIFICACIÓN"]
	signIn(desk, half.Username, half.Password)
	at := "/declaraciones/" + draftOf(s, half)
	f := forms.Lookup(forms.Modificacion, forms.Full)
	for i := range 7 { // what was copied of these is confirmed as it is
		desk.open(at + "/s/" + f.Sections[i].Key)
		if slices.Contains(desk.now().values("accion"), "todas") {
			desk.press("accion", "todas")
		}
		desk.press("accion", "continuar")
	}
	desk.open(at + "/s/ingresos")
	desk.fill(exactly(map[string]string{"ingresos.remuneracionAnualCargoPublico": "437,520"}))
	desk.shoot("declaracion.png")

	signIn(phone, half.Username, half.Password)
	phone.open(at)
	phone.shoot("telefono.png")

	done := newTab(s, 1280, true)
	nobody := who["declarante "]
	signIn(done, nobody.Username, nobody.Password)
	done.open(firstLink(done.now(), "/acuse"))
	done.shoot("acuse.png")

	var shown string
	s.view(func(tx *storage.Txn) error {
		u, err := tx.UserByLogin(nobody.Username)
		if err != nil {
			return err
		}
		all, err := tx.FilingsOf(u.Person)
		for _, f := range all {
			if f.Type == forms.Modificacion && f.Year == s.clock().Year() {
				shown = f.ID
			}
		}
		return err
	})
	citizen := newTab(s, 1280, true)
	if p := citizen.open("/publico/declaraciones/" + shown); p.status != 200 {
		t.Fatalf("public page: %s", p)
	}
	citizen.shoot("publico.png")
}

// shoot writes what the window shows.
func (v *tab) shoot(name string) {
	v.t.Helper()
	eval[bool](v, `document.fonts.ready.then(() => { scrollTo(0, 0); document.activeElement.blur(); return true })`)
	png, err := chromedp.Run(v.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		v.fail("%s: %v", name, err)
	}
	if err := os.WriteFile(filepath.Join(pictures, name), png, 0o644); err != nil {
		v.fail("%v", err)
	}
}
