package web

import (
	"bytes"
	"strings"
	"testing"

	"declara/storage"
)

// TestOnPaper: the office receives a paper, one types it in at the very addresses of the
// form, another compares and files it. Nobody but who types reaches the draft, and
// nobody of the office is shown what is not hers to see.
func TestOnPaper(t *testing.T) {
	x := newSite(t)
	person := x.people[storage.RoleDeclarant].Person
	c := x.as(storage.RoleComptroller)
	at := "/contraloria/personas/" + person + "/papel"
	form := c.get(at).is(200).says("Recibe la declaración en papel")
	duty := between(form.body, `<option value="`, `"`)
	c.send(at, []byte("MZ programa"), "obligacion", duty, "recibido", "mañana").is(422).says("Escribe la fecha del papel", "Elige un PDF o una foto JPEG", `value="mañana"`)
	a := c.send(at, blankPDF(7), "obligacion", duty, "recibido", x.clock.Format("02/01/2006"))
	one := a.is(303).header.Get("Location")
	if !strings.HasPrefix(one, at+"/") {
		t.Fatalf("leads to %q", one)
	}
	c.get(one).is(200).says("Recepción registrada con el folio", "Tomar para capturar")
	if scan := c.get(one + "/escaneo").is(200); !bytes.HasPrefix([]byte(scan.body), []byte("%PDF")) || scan.header.Get("Cache-Control") != "no-store" {
		t.Error("the scan is no PDF, or is kept")
	}
	if r := c.get(one + "/recibo.pdf").is(200); !strings.HasPrefix(r.body, "%PDF") {
		t.Error("no receipt")
	}
	if r := c.get("/contraloria/personas/" + person + "/formato.pdf?obligacion=" + duty).is(200); !strings.HasPrefix(r.body, "%PDF") {
		t.Error("no format")
	}
	c.get(papersPath).is(200).says("Por capturar", "VE-P-")
	d := x.as(storage.RoleDeclarant)
	d.get("/declaraciones").is(200).says("La contraloría la va a capturar")
	draft := c.post(one + "/tomar").is(303).header.Get("Location")
	c.get(draft).is(200).says("Capturas la declaración en papel de")
	d.get(draft).is(404)
	c.post(one + "/lista").leads(draft + "/revisar")
	c.get(draft + "/firmar").is(403)
	section := draft + "/s/datosGenerales"
	c.get(section).is(200).says("Capturas la declaración en papel de", "<iframe")
	c.post(section, "datosGenerales.correoElectronico.personal", "persona@correo.example", "accion", "salir").is(303)
	c.get(section).is(200).says("persona@correo.example").hides("Tipo de operación")
	c.get(one + "/cotejar").is(403)
	c.post(one+"/cerrar", "motivo", "no").is(422).says("Escribe el motivo")
	for _, other := range []storage.Role{storage.RoleHR, storage.RoleAdmin, storage.RoleInvestigator} {
		b := x.as(other)
		b.get(one).is(403)
		b.get(draft).is(403)
		b.get(one + "/escaneo").is(403)
	}
	c.post(one+"/cerrar", "motivo", "Se registró dos veces").leads(one)
	c.get(one).is(200).says("Cerrada sin presentar", "Se registró dos veces")
	c.get(one + "/escaneo").is(409)
	c.get(draft).is(404)
}

// TestOnPaperOperation: where a modificación is typed, the operation of each item and of
// the post is asked as the paper has it.
func TestOnPaperOperation(t *testing.T) {
	x := newSite(t)
	x.enlist(1, nil)
	c := x.as(storage.RoleComptroller)
	const at = "/contraloria/personas/persona0/papel"
	one := c.send(at, blankPDF(7), "obligacion", "modificacion-2026", "recibido", x.clock.Format("02/01/2006")).is(303).header.Get("Location")
	draft := c.post(one + "/tomar").is(303).header.Get("Location")
	post := draft + "/s/datosEmpleoCargoComision"
	structure(t, c.get(post).is(200).says("Tipo de operación, como está en el papel", `value="SIN_CAMBIOS"><b>`).body)
	c.post(post, "datosEmpleoCargoComision.tipoOperacion", "SIN_CAMBIOS", "accion", "salir").is(303)
	c.get(post).is(200).says(`value="SIN_CAMBIOS" checked`)
	structure(t, c.get(draft+"/s/datosCurricularesDeclarante/escolaridad/nuevo/1").is(200).says("Tipo de operación, como está en el papel").body)
}

// TestGiftsAreUnderKey: the list of the office tells nothing of a gift, its file holds no
// formula, and nobody else reads one.
func TestGiftsAreUnderKey(t *testing.T) {
	x := newSite(t)
	d, c := x.as(storage.RoleDeclarant), x.as(storage.RoleComptroller)
	day := x.clock.Format("02/01/2006")
	d.post("/declaraciones/obsequios", "envio", "1", "que", "=MARCAREGALO()", "quien", "MARCAQUIEN", "valor", "1500", "recibido", day, "entrega", "MARCATIENE").is(303)
	page := d.get("/declaraciones/obsequios").is(200).says("MARCAREGALO")
	receipt := between(page.body, `href="/declaraciones/obsequios/`, `/recibo.pdf"`)
	d.get("/declaraciones/obsequios/" + receipt + "/recibo.pdf").is(200)
	c.get(giftsPath).is(200).says("VE-R-").hides("MARCA")
	c.get(giftsPath+"/"+receipt).is(200).says("MARCAREGALO", "MARCAQUIEN")
	c.get(giftsPath + "/" + receipt + "/oficio.pdf").is(200)
	c.post(giftsPath+"/"+receipt, "autoridad", "", "numero", "", "fecha", "x").is(422).says("Escribe el nombre de la autoridad", "Escribe el número del oficio", "Escribe la fecha del oficio")
	if file := c.get(giftsPath + ".csv").is(200); strings.Contains(file.body, ",=MARCA") || !strings.Contains(file.body, "MARCAREGALO") {
		t.Error("the file has a formula, or lacks the gift")
	}
	for _, other := range []storage.Role{storage.RoleHR, storage.RoleAdmin, storage.RoleInvestigator} {
		x.as(other).get(giftsPath + "/" + receipt).is(403)
	}
	if strings.Contains(x.log.String(), "MARCA") {
		t.Error("the log tells of a gift")
	}
}
