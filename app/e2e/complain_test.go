package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"declara/app/complain/vault"
	"declara/storage"
)

// channel opens the channel of complaints: a comptroller and a custodian with keys.
func (s *site) channel() {
	s.Helper()
	s.update(func(tx *storage.Txn) error {
		for _, role := range []storage.Role{storage.RoleComptroller, storage.RoleCustodian} {
			p, err := vault.NewPair()
			if err != nil {
				return err
			}
			id := "llave-" + string(role)
			if err := tx.PutUser(storage.User{ID: id, Login: id, Name: id, Roles: []storage.Role{role}}); err != nil {
				return err
			}
			if err := tx.PutVaultKey(storage.VaultKey{User: id, Public: p.Public().Bytes(), Post: "Titular de " + string(role)}, 0); err != nil {
				return err
			}
		}
		return nil
	})
}

var fourDigits = regexp.MustCompile(`<span>(\d{4})</span>`)

// TestComplaintInBrowser files a complaint and follows it without scripts, on a desk
// and on a phone, and looks at every page on the way.
func TestComplaintInBrowser(t *testing.T) {
	chrome(t)
	s := newSite(t, "2026-05-20")
	s.channel()
	photo := filepath.Join(t.TempDir(), "foto.txt")
	if err := os.WriteFile(photo, []byte("El recibo dice 500 pesos."), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, width := range []int64{1280, 360} {
		v := newTab(s, width, false)
		v.provoke("Loading the font", "422") // the browser checks what the style names, and asks for none of it
		n := 0
		look := func(want string) {
			t.Helper()
			if !strings.Contains(v.at.raw, want) {
				t.Errorf("%s lacks %q", v.at, want)
			}
			n++
			v.shot(fmt.Sprintf("denuncia-%02d", n))
			axe(v)
			narrow(v)
			v.dark(true)
			v.until(`document.getAnimations().length === 0`)
			axe(v)
			v.dark(false)
			v.until(`document.getAnimations().length === 0`)
			v.resize(width)
		}
		v.open("/denuncia")
		look("Denuncia sin miedo")
		v.press("paso", "inicio")
		look("¿De quién se trata?")
		v.fill(exactly(map[string]string{"quien": "contraloria"}))
		v.press("ir", "")
		look("Es sobre la contraloría")
		v.press("ir", "atras")
		v.fill(exactly(map[string]string{"quien": "otro"}))
		v.press("ir", "")
		look("Enviarla de todos modos")
		v.press("ir", "")
		v.fill(exactly(map[string]string{"que": "Soy la única que tiene llave. El director me pidió $500.\n\nNo di nada.", "cuando": "en mayo"}))
		look("¿Qué pasó?")
		v.press("ir", "faltas")
		look("¿Cuál se parece más?")
		v.press("", "")
		v.press("ir", "")
		look("¿Tienes pruebas?")
		v.press("ir", "subir")
		look("Elige un archivo primero")
		v.do(chromedp.SetUploadFiles(chromedp.CSS("#archivo"), []string{photo}))
		v.press("ir", "subir")
		look("foto.txt")
		v.press("ir", "")
		look("¿Quieres dar tu nombre?")
		v.press("ir", "deber")
		v.fill(exactly(map[string]string{"proteccion": "1"}))
		look("Si trabajas en el gobierno")
		v.press("ir", "")
		look("Para cuidarte hace falta tu nombre")
		v.press("ir", "")
		look("Soy la única que tiene llave")
		v.press("ir", "enviar")
		look("Guárdala ahora")
		var key []string
		for _, m := range fourDigits.FindAllStringSubmatch(v.at.raw, -1) {
			key = append(key, m[1])
		}
		if _, err := vault.ParseKey(strings.Join(key, " ")); err != nil {
			t.Fatalf("key of %d groups: %v", len(key), err)
		}
		v.press("ir", "papel")
		look(key[0])
		v.open("/denuncia/que-guardamos")
		look("Qué guardamos y qué no")
		v.open("/denuncia/clave")
		look("Escribe tu clave")
		v.fill(exactly(map[string]string{"clave": "1234 5678"}))
		v.press("", "")
		look("24 números")
		v.fill(exactly(map[string]string{"clave": strings.Join(key, "-")}))
		v.press("", "")
		look("La recibimos")
		v.fill(exactly(map[string]string{"mensaje": "Fue en la ventanilla 3"}))
		v.press("", "")
		look("Fue en la ventanilla 3")
		v.press("paso", "borrar")
		look("ya salimos")
	}
}

// TestComplaintByKeyboard writes and sends a complaint without a mouse and without
// scripts.
func TestComplaintByKeyboard(t *testing.T) {
	chrome(t)
	s := newSite(t, "2026-05-20")
	s.channel()
	for _, width := range []int64{1280, 360} {
		v := newTab(s, width, false)
		v.provoke("Loading the font")
		v.open("/denuncia")
		// walk goes on with Tab until the keyboard is on something, which can be seen.
		walk := func(name, value string) {
			t.Helper()
			for range 60 {
				v.do(chromedp.KeyEvent(kb.Tab))
				f := eval[focus](v, "("+focused+")({})")
				if !f.Seen || !f.Outline {
					t.Errorf("%d px, %s: the keyboard is on %s %s, seen %v, shown %v", width, v.at, f.Tag, f.Name+f.Value, f.Seen, f.Outline)
				}
				if f.Name == name && (f.Value == value || value == "*") {
					return
				}
			}
			t.Fatalf("%d px: the keyboard does not come to %s=%s on %s", width, name, value, v.at)
		}
		enter := func(name, value string) {
			t.Helper()
			walk(name, value)
			v.arrive(chromedp.KeyEvent(kb.Enter))
		}
		enter("paso", "inicio")
		walk("quien", "ayuntamiento")
		v.do(chromedp.KeyEvent(" "))
		enter("ir", "")
		walk("que", "")
		v.do(chromedp.KeyEvent("El director pidió dinero"))
		enter("ir", "")
		enter("ir", "")
		walk("modo", "anonima")
		enter("ir", "")
		enter("ir", "enviar")
		if len(fourDigits.FindAllString(v.at.raw, -1)) != 6 {
			t.Errorf("%d px: no key on %s", width, v.at)
		}
	}
}
