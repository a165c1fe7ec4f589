package e2e

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"declara/forms"
	"declara/pdf"
	"declara/storage"
)

// officer is somebody of the office with an account.
func (s *site) officer(login, name string) storage.User {
	s.Helper()
	hash, err := s.accounts.Hash(context.Background(), password)
	if err != nil {
		s.Fatal(err)
	}
	u := storage.User{
		ID: storage.NewID(s.clock()), Login: login, Name: name, Email: login, Roles: []storage.Role{storage.RoleComptroller}, Password: hash,
		Created: s.clock().AddDate(-1, 0, 0), Changed: s.clock().AddDate(-1, 0, 0),
	}
	s.update(func(tx *storage.Txn) error { return tx.PutUser(u) })
	return u
}

// scanned is a paper as a scanner gives it.
func scanned(s *site) []byte {
	s.Helper()
	var b bytes.Buffer
	if err := pdf.WriteLetters(&b, pdf.Letters{
		Lang: "es-MX", Title: "Escaneo", Institution: "Municipio de Valle Encinos", At: s.clock(),
		All: []pdf.PaperLetter{{Subject: "Declaración en papel", Body: []string{"Llenada a mano y firmada."}}},
	}); err != nil {
		s.Fatal(err)
	}
	return b.Bytes()
}

// hand sends the form of the page with a file.
func hand(v visitor, path string, file []byte, fields map[string]string) {
	switch v := v.(type) {
	case *plain:
		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		for name, value := range fields {
			w.WriteField(name, value)
		}
		part, err := w.CreateFormFile("archivo", "papel.pdf")
		if err != nil {
			v.fail("%v", err)
		}
		part.Write(file)
		w.Close()
		req, err := http.NewRequest("POST", v.base+path, &body)
		if err != nil {
			v.fail("%v", err)
		}
		req.Header.Set("Content-Type", w.FormDataContentType())
		v.send(req)
	case *tab:
		name := filepath.Join(v.t.TempDir(), "papel.pdf")
		if err := os.WriteFile(name, file, 0o600); err != nil {
			v.fail("%v", err)
		}
		v.fill(exactly(fields))
		v.do(chromedp.SetUploadFiles(chromedp.CSS("#f-archivo"), []string{name}))
		v.arrive(chromedp.Click(chromedp.CSS(`form[enctype] button`)))
	}
}

// TestOnPaperJourney brings a declaration on paper in, as Chromium does and as a browser
// without scripts does: received by one, typed into the form by another, compared and
// filed by the first, and told to the declarant. In Chromium each page is looked at for
// barriers, on a desk and on a phone.
func TestOnPaperJourney(t *testing.T) {
	for name, visit := range map[string]func(s *site) visitor{
		"plain": func(s *site) visitor { return newPlain(s) },
		"chromium": func(s *site) visitor {
			chrome(s.T)
			return newTab(s, 1280, true)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, "2025-03-10")
			o := s.hire(91, forms.Simplified, "2025-02-17")
			rosa, ines := s.officer("rosa@valleencinos.example", "Rosa Pérez"), s.officer("ines@valleencinos.example", "Inés Cruz")
			look := func(v visitor, name string, says ...string) {
				t.Helper()
				for _, text := range says {
					if !v.now().says(text) {
						t.Errorf("%s: %s lacks %q", name, v.now(), text)
					}
				}
				if tab, ok := v.(*tab); ok {
					tab.shot("onpaper-" + name)
					axe(tab)
					narrow(tab)
					axe(tab)
					tab.shot("onpaper-" + name)
					tab.resize(1280)
				}
			}
			duty := s.duty(o, forms.Inicial)
			desk, typist, declarant := visit(s), visit(s), visit(s)
			signIn(desk, rosa.Login, password)
			at := "/contraloria/personas/" + o.who.Person + "/papel"
			desk.open("/contraloria/personas/" + o.who.Person + "/obligaciones")
			look(desk, "duties", "Recibir en papel")
			desk.open(at + "?obligacion=" + duty.Key)
			look(desk, "new", "Recibe la declaración en papel")
			hand(desk, at, scanned(s), map[string]string{"obligacion": duty.Key, "recibido": "07/03/2025"})
			paper := desk.now().url.Path
			if desk.now().status != 200 || !strings.HasPrefix(paper, at+"/") {
				t.Fatalf("receiving led to %s: %s", desk.now(), desk.now().errors())
			}
			look(desk, "received", "Recepción registrada con el folio VE-P-2025-0001", "Tomar para capturar")
			desk.open("/contraloria/papel")
			look(desk, "queue", "VE-P-2025-0001", "Por capturar")

			signIn(typist, ines.Login, password)
			typist.open(paper)
			press(typist, "/tomar")
			parts := strings.Split(typist.now().url.Path, "/")
			if len(parts) < 3 || parts[1] != "declaraciones" {
				t.Fatalf("taking it led to %s", typist.now())
			}
			look(typist, "hub", "Capturas la declaración en papel de")
			hers := o
			hers.who.By = ines.ID
			w := &walk{site: s, visitor: typist, who: hers, id: parts[2], ids: map[forms.Path]map[string]string{}}
			work := s.work(hers, w.id)
			w.form, w.before, w.target = work.Form, work.Kept.Draft.Answers, s.invented(hers, work, 0.2)
			w.fillIn()
			typist.open(w.path("s", "datosGenerales"))
			look(typist, "section", "Escribe lo que dice el papel", "Abrir el papel en otra ventana")
			typist.open(w.path("revisar"))
			for range 60 {
				if left := typist.now().values("correcto"); len(left) > 0 {
					typist.press("correcto", left[0])
				}
			}
			look(typist, "review", "Terminar la captura")
			press(typist, "/lista")
			look(typist, "typed", "Captura terminada", "Tú la capturaste")

			signIn(declarant, o.login, password)
			declarant.open("/declaraciones")
			look(declarant, "mine", "Ya está capturada", "Comparar y firmar")

			desk.open(paper + "/cotejar")
			look(desk, "compare", "Lo capturado", "Firma el cotejo")
			desk.fill(exactly(map[string]string{"nota": "El segundo apellido está abreviado en el papel.", "contrasena": password}))
			press(desk, "/cotejar")
			look(desk, "filed", "Ya está presentada, con la fecha del papel")

			declarant.open("/declaraciones/" + w.id + "/acuse")
			look(declarant, "acuse", "La contraloría la recibió en papel el 7 de marzo de 2025", "El segundo apellido está abreviado", "Rosa Pérez")
			declarant.open("/declaraciones/lecturas")
			look(declarant, "reads", "Inés Cruz", "Rosa Pérez", "Cotejo de la captura")
			w.compare(folio.FindString(declarant.open("/declaraciones/" + w.id + "/acuse").root.words()))
		})
	}
}

// press presses the button of the form whose address ends in a text.
func press(v visitor, action string) {
	switch v := v.(type) {
	case *plain:
		for _, f := range v.at.root.all(func(n *node) bool { return n.tag == "form" && strings.HasSuffix(n.attrs["action"], action) }) {
			v.post(f.attrs["action"], successful(f))
			return
		}
		v.fail("%s has no form of %s", v.at, action)
	case *tab:
		v.arrive(chromedp.Click(chromedp.CSS(`form[action$="` + action + `"] button:not([type=button])`)))
	}
}

// TestGiftsJourney reports a gift and hands it over.
func TestGiftsJourney(t *testing.T) {
	for name, visit := range map[string]func(s *site) visitor{
		"plain": func(s *site) visitor { return newPlain(s) },
		"chromium": func(s *site) visitor {
			chrome(s.T)
			v := newTab(s, 1280, true)
			v.provoke("422")
			return v
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, "2025-03-10")
			o := s.hire(91, forms.Simplified, "2025-02-17")
			rosa := s.officer("rosa@valleencinos.example", "Rosa Pérez")
			look := func(v visitor, name string, says ...string) {
				t.Helper()
				for _, text := range says {
					if !v.now().says(text) {
						t.Errorf("%s: %s lacks %q", name, v.now(), text)
					}
				}
				if tab, ok := v.(*tab); ok {
					tab.shot("gifts-" + name)
					axe(tab)
					narrow(tab)
					axe(tab)
					tab.shot("gifts-" + name)
					tab.resize(1280)
				}
			}
			v, desk := visit(s), visit(s)
			signIn(v, o.login, password)
			v.open("/declaraciones/obsequios")
			v.fill(exactly(map[string]string{"que": "Canasta MARCAREGALO", "valor": "mucho"}))
			press(v, "/obsequios")
			if p := v.now(); p.status != 422 || !strings.Contains(p.errors(), "valor en pesos") || !strings.Contains(p.errors(), "quién te lo dio") {
				t.Fatalf("%s: %s", p, p.errors())
			}
			look(v, "wrong")
			v.fill(exactly(map[string]string{"quien": "Proveedora X", "valor": "1,500", "recibido": "07/03/2025", "entrega": "Lo tengo yo"}))
			press(v, "/obsequios")
			look(v, "reported", "Aviso registrado con el folio VE-R-2025-0001", "Canasta MARCAREGALO")
			signIn(desk, rosa.Login, password)
			desk.open("/contraloria/obsequios")
			look(desk, "list", "VE-R-2025-0001", "Por entregar")
			if desk.now().says("MARCAREGALO") {
				t.Error("the list tells what was given")
			}
			one := hrefs(desk.now(), "/contraloria/obsequios/")
			if len(one) != 1 {
				t.Fatalf("the list leads to %v", one)
			}
			desk.open(one[0])
			look(desk, "one", "Canasta MARCAREGALO", "$1,500")
			desk.fill(exactly(map[string]string{"autoridad": "Autoridad estatal", "numero": "OIC/12/2025", "fecha": "10/03/2025"}))
			press(desk, one[0])
			look(desk, "over", "Quedó a disposición de Autoridad estatal")
		})
	}
}
