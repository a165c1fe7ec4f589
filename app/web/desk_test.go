package web

import (
	"bytes"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"declara/app/complain"
	"declara/storage"
)

// TestDesk: an official writes down what somebody tells; it is sealed at once, the sheet
// has the key on its second page alone, the key leads to the complaint, the typist
// without a key reads nothing of it, and nothing tells when it was.
func TestDesk(t *testing.T) {
	x := newSite(t)
	desk := x.as(storage.RoleInvestigator)
	desk.get("/contraloria/recepcion").is(200).says("nadie tiene llave").hides("<form method=\"post\" action=\"/contraloria/recepcion\"")
	x.channel()
	desk.get("/contraloria/recepcion").is(200).says("Recibir una denuncia", "Puesto de contraloria", "En persona")
	full := []string{"canal", "ventanilla", "quien", "ayuntamiento", "falta", "52", "que", "El inspector Zutano pidió dinero.", "cuando", "ayer", "modo", "confianza", "nombre", "Rosa Marca", "contacto", "951"}

	desk.post("/contraloria/recepcion", "que", "Se queda lo escrito.").is(422).says("Elige cómo llegó.", "Elige de quién se trata.", "Se queda lo escrito.")
	desk.post("/contraloria/recepcion", "canal", "web", "quien", "nadie").is(422)
	desk.post("/contraloria/recepcion", "canal", "papel", "quien", "nose", "que", " ").is(422).says("Escribe qué pasó")
	desk.upload("/contraloria/recepcion", "a.exe", []byte("MZ\x90\x00"), full...).is(422).says("El inspector Zutano")
	x.log.Reset()
	sheet := desk.upload("/contraloria/recepcion", "foto.jpg", picture(t, 3000), full...).is(200)
	if sheet.header.Get("Content-Type") != "application/pdf" || sheet.header.Get("Cache-Control") != "no-store" || !strings.HasPrefix(sheet.body, "%PDF") {
		t.Fatalf("%v\n%.200s", sheet.header, sheet.body)
	}
	if x.log.Len() > 0 {
		t.Errorf("the log tells of it: %s", x.log.String())
	}
	var figures bytes.Buffer
	x.s.metrics.write(&figures, "")
	if strings.Contains(figures.String(), "recepcion") {
		t.Error("the figures of the program count it")
	}
	var c storage.Complaint
	x.view(func(tx *storage.Txn) error {
		n := 0
		err := tx.Complaints(func(one storage.Complaint) error { n++; c = one; return nil })
		if n != 1 {
			t.Errorf("%d complaints", n)
		}
		return err
	})
	if c.Channel != complain.ChannelDesk || c.Category != complain.GroupMoney {
		t.Errorf("%s %s", c.Channel, c.Category)
	}
	if c.Case.Of(x.people[storage.RoleInvestigator].ID) != nil {
		t.Error("the typist has a wrap")
	}
	first, second := pageText(t, sheet.body, 1), pageText(t, sheet.body, 2)
	key := regexp.MustCompile(`(\d{4}\s+){5}\d{4}`).FindString(second)
	if key == "" || regexp.MustCompile(`\d{4}\s+\d{4}`).MatchString(first) || strings.Contains(strings.ToLower(second), "denuncia") || !strings.Contains(first, c.Folio) {
		t.Fatalf("first page:\n%s\nsecond page:\n%s", first, second)
	}
	x.anybody().post("/denuncia/clave", "paso", "entrar", "clave", key).is(200).says(c.Folio)
}

// TestDeskTwice: a form that is sent twice is one complaint, with the same sheet; a file
// that came with a form in which something was wrong is kept; the secret of a form is of no
// use to somebody else, and a form whose draft is over says that the file is gone.
func TestDeskTwice(t *testing.T) {
	x := newSite(t)
	x.channel()
	desk := x.as(storage.RoleInvestigator)
	token := regexp.MustCompile(`name="sello" value="([^"]+)"`)
	m := token.FindStringSubmatch(desk.get("/contraloria/recepcion").is(200).body)
	form := func(pairs ...string) []string { return append([]string{"sello", m[1], "modo", "anonima"}, pairs...) }
	photo := picture(t, 3000)
	wrong := desk.upload(deskPath, "foto.jpg", photo, form("que", "El inspector pidió dinero.")...).is(422).says("Elige cómo llegó.", "Elige de quién se trata.", "foto.jpg")
	if again := token.FindStringSubmatch(wrong.body); again == nil || again[1] != m[1] {
		t.Fatal("another form")
	}
	desk.upload(deskPath, "malo.exe", []byte("MZ\x90\x00"), form("ir", "subir", "hay", "1")...).is(422).says("es un programa", "foto.jpg")
	two := desk.upload(deskPath, "recibo.txt", []byte("500 pesos"), form("ir", "subir", "hay", "1")...).is(200).says("recibo.txt", "foto.jpg")
	out := regexp.MustCompile(`value="(quitar:\w+)"[^>]*>[^<]*<span class="oculto"> recibo`).FindStringSubmatch(two.body)
	desk.post(deskPath, form("ir", out[1], "hay", "1")...).is(200).says("foto.jpg").hides("recibo.txt")

	full := form("hay", "1", "canal", "ventanilla", "quien", "ayuntamiento", "que", "El inspector pidió dinero.")
	first := desk.post(deskPath, full...).is(200)
	second := desk.post(deskPath, full...).is(200)
	if !strings.HasPrefix(first.body, "%PDF") || pageText(t, first.body, 2) != pageText(t, second.body, 2) {
		t.Error("the second sheet is another")
	}
	count := func() (n, files int) {
		x.view(func(tx *storage.Txn) error {
			n, files = 0, 0
			return tx.Complaints(func(c storage.Complaint) error {
				n++
				parts, err := tx.Parts(c.ID)
				for _, p := range parts {
					if p.Kind == storage.PartFile {
						files++
					}
				}
				return err
			})
		})
		return n, files
	}
	if n, files := count(); n != 1 || files != 1 {
		t.Errorf("%d complaints with %d files", n, files)
	}
	x.as(storage.RoleComptroller).post(deskPath, full...).is(422).says("Elige otra vez el archivo")
	x.clock = x.clock.Add(25 * time.Hour)
	x.as(storage.RoleInvestigator).post(deskPath, full...).is(422).says("Elige otra vez el archivo", "El inspector pidió dinero.")
	if n, _ := count(); n != 1 {
		t.Errorf("%d complaints", n)
	}
}

// pageText is the text of one page of a PDF.
func pageText(t *testing.T, file string, page int) string {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("poppler is not installed")
	}
	n := string(rune('0' + page))
	cmd := exec.Command("pdftotext", "-layout", "-f", n, "-l", n, "-", "-")
	cmd.Stdin = strings.NewReader(file)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
