package web

import (
	"bytes"
	"os/exec"
	"regexp"
	"strings"
	"testing"

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
