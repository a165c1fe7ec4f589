package web

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"declara/app/complain"
	"declara/storage"
)

// officers gives the people of the office keys, and opens them: a browser of each.
func (x *site) officers() (head, inquiry *browser) {
	x.t.Helper()
	head, inquiry = x.as(storage.RoleComptroller), x.as(storage.RoleInvestigator)
	for i, b := range []*browser{head, inquiry} {
		b.post("/cuenta/llave", "puesto", fmt.Sprint("Puesto ", i), "clave", testPassword).is(200)
	}
	id := x.people[storage.RoleInvestigator].ID
	own, err := x.s.complain.Key(x.t.Context(), tenant, id)
	if err != nil {
		x.t.Fatal(err)
	}
	head.post("/contraloria/llaves/reconocer", "quien", id, "huella", own.Fingerprint).leads("/contraloria/llaves")
	return head, inquiry
}

func (x *site) arrives() complain.Sent {
	x.t.Helper()
	sent, err := x.s.complain.Receive(x.t.Context(), tenant, complain.Answers{Route: complain.RouteTown, Faults: []string{"52"},
		What: "El inspector <b>Juan</b> me pidió quinientos pesos.", When: "ayer", Where: "mercado", Fears: true}, []complain.Upload{{Name: "recibo.txt", Bytes: []byte("recibo\n")}},
		complain.Way{Channel: complain.ChannelDesk})
	if err != nil {
		x.t.Fatal(err)
	}
	return sent
}

// send posts a form with a file.
func (b *browser) send(target string, file []byte, pairs ...string) result {
	b.x.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i < len(pairs); i += 2 {
		w.WriteField(pairs[i], pairs[i+1])
	}
	if file != nil {
		part, err := w.CreateFormFile("archivo", "C:\\firmado por Juan.pdf")
		if err != nil {
			b.x.t.Fatal(err)
		}
		part.Write(file)
	}
	w.Close()
	return b.do("POST", target, w.FormDataContentType(), body.String())
}

// blankPDF is a sheet without anything on it.
func blankPDF(n int) []byte {
	var b strings.Builder
	var at []int
	b.WriteString("%PDF-1.4\n")
	for i, o := range []string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", fmt.Sprintf("<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 %d]>>", 700+n)} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	x := b.Len()
	b.WriteString("xref\n0 4\n0000000000 65535 f \n")
	for _, o := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", x)
	return []byte(b.String())
}

var moved = regexp.MustCompile(`name="movidas" value="(\d+)"`)

// TestCasePages: the list shows who holds a wrap what she holds, and filters that make
// no sense are none.
func TestCasePages(t *testing.T) {
	x := newSite(t)
	head, inquiry := x.officers()
	sent := x.arrives()
	at := "/contraloria/casos/" + sent.ID
	structure(t, head.get("/contraloria/casos").is(200).says(sent.Folio, "Recibida", "Cobros y sobornos", "Nadie a cargo", "Falta el calendario", "Falta el día").body)
	structure(t, head.get("/contraloria/casos?vista=tablero").is(200).says(sent.Folio, "En investigación").body)
	head.get("/contraloria/casos?etapa=investigacion&estado=R0").is(200).says("Ningún caso es así")
	head.get("/contraloria/casos?etapa=%3Cb%3E&quien=" + strings.Repeat("x", 300)).is(200).says(sent.Folio)
	inquiry.get("/contraloria/casos").is(200).says("No tienes casos").hides(sent.Folio)
	inquiry.get(at).is(404)
	inquiry.get("/contraloria/casos/nada").is(404)
}

// TestCaseWork goes with a case through its page: two people, a conflict, a writ, and
// the one who leaves.
func TestCaseWork(t *testing.T) {
	x := newSite(t)
	head, inquiry := x.officers()
	sent := x.arrives()
	at := "/contraloria/casos/" + sent.ID
	structure(t, head.get(at).is(200).says("&lt;b&gt;Juan&lt;/b&gt; me pidió", "mercado", "Teme represalias", "recibo.txt").hides("<b>Juan").body)
	// Its file comes as an attachment with a name of ours.
	seq := regexp.MustCompile(at + `/anexo/(\d+)`).FindString(head.get(at).body)
	if got := head.get(seq).is(200); got.body != "recibo\n" || !strings.Contains(got.header.Get("Content-Disposition"), "anexo-1.txt") || got.header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(got.header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("%q %v", got.body, got.header)
	}
	inquiry.get(seq).is(404)
	head.get(at + "/anexo/9999").is(404)
	head.get(at + "/anexo/x").is(404)
	head.get(at + "/acto/1").is(404)

	head.post(at, "paso", "mensaje", "mensaje", " ").is(422).says(`id="f-mensaje-e"`)
	head.post(at, "paso", "mensaje", "mensaje", "¿Qué día?", "envio", "e1").leads(at)
	head.post(at, "paso", "mensaje", "mensaje", "¿Qué día?", "envio", "e1").leads(at)
	if n := strings.Count(head.get(at).body, "¿Qué día?"); n != 1 {
		t.Errorf("the message is there %d times", n)
	}
	head.post(at, "paso", "nota", "nota", "Pedir la bitácora", "envio", "n1").leads(at)
	head.post(at, "paso", "hechos", "fecha", "31/02/2026").is(422).says(`id="f-fecha-e"`, "31/02/2026")
	head.post(at, "paso", "hechos", "fecha", "9/3/2026", "grave", "1").leads(at)
	head.get(at).says("9 de marzo de 2033", `value="09/03/2026"`)
	head.post(at, "paso", "nada").is(422)

	structure(t, head.get(at+"/mover?a=R1").is(200).says("La estamos leyendo").body)
	head.get(at + "/mover?a=P5").leads(at)
	stale := moved.FindStringSubmatch(head.get(at + "/mover?a=R1").body)[1]
	head.post(at, "paso", "asignar", "a", x.people[storage.RoleInvestigator].ID).leads(at)
	inquiry.get(at).is(200).says("Persona contraloria lo tiene abierto", "Pedir la bitácora")
	head.get(at).says("Persona investigadora lo tiene abierto")
	head.send(at+"/mover", nil, "a", "R1", "movidas", stale).leads(at)
	inquiry.send(at+"/mover", blankPDF(0), "a", "R1", "movidas", stale, "razon", "Lo que escribí", "documento", "radicacion").is(409).says("Alguien movió el caso", "Lo que escribí", "En análisis")
	structure(t, inquiry.get(at).is(200).says("Acuerdo de radicación").body)

	// The opening wants its number and its signed sheet; the one that was kept serves.
	n := moved.FindStringSubmatch(inquiry.get(at+"/mover?a=I1").is(200).says("Acuerdo de radicación", "O usa uno que ya está").body)[1]
	structure(t, inquiry.send(at+"/mover", nil, "a", "I1", "movidas", n, "expediente", "OIC/7").is(422).says(`id="f-archivo-e"`, `value="OIC/7"`).body)
	inquiry.send(at+"/mover", []byte("no es un PDF"), "a", "I1", "movidas", n, "expediente", "OIC/7").is(422)
	act := regexp.MustCompile(`<option value="(\d+)">Acuerdo de radicación`).FindStringSubmatch(inquiry.get(at + "/mover?a=I1").body)[1]
	inquiry.send(at+"/mover", nil, "a", "I1", "movidas", n, "expediente", "OIC/7", "acto", act).leads(at)
	inquiry.get(at).says("Radicada", "OIC/7")

	// A writ is printed and not kept.
	structure(t, inquiry.get(at+"/escrito?tipo=requerimiento").is(200).says(`value="OIC/7"`, "Persona investigadora").body)
	inquiry.get(at + "/escrito?tipo=otro").is(404)
	structure(t, inquiry.post(at+"/escrito", "tipo", "requerimiento", "expediente", "OIC/7", "autoridad", "Tesorería", "dias", "99", "texto", "La nómina", "firma", "Iván").is(422).says(`id="f-dias-e"`, "La nómina").body)
	got := inquiry.post(at+"/escrito", "tipo", "requerimiento", "expediente", "OIC/7", "autoridad", "Tesorería", "dias", "10", "texto", "La nómina", "firma", "Iván").is(200)
	if !strings.HasPrefix(got.body, "%PDF-") || got.header.Get("Content-Type") != "application/pdf" {
		t.Errorf("%.30q", got.body)
	}
	inquiry.send(at+"/acto", nil, "tipo", "requerimiento").is(422).says(`id="f-archivo-e"`)
	inquiry.send(at+"/acto", blankPDF(3), "tipo", "requerimiento").leads(at)

	// The one who leaves.
	inquiry.post(at, "paso", "excusa", "excusa", "").is(422).says(`id="f-excusa-e"`)
	inquiry.post(at, "paso", "excusa", "excusa", "Es mi primo").leads("/contraloria/casos")
	inquiry.get(at).is(404)
	inquiry.get("/contraloria/casos").is(200).says("Te apartaste de 1 caso").hides(sent.Folio)
	head.get(at).is(200).says("1 persona no puede abrirlo", "Es mi primo").hides("investigadora lo tiene abierto")
	head.post(at, "paso", "asignar", "a", x.people[storage.RoleInvestigator].ID).is(422)
	head.post(at, "paso", "excusa", "excusa", "Yo también").is(422).says("Eres la última persona")

	structure(t, head.get("/contraloria/casos/cifras").is(200).says("abiertos").body)
	// What the office wrote and the case told is not in the log, nor in an address.
	for _, mark := range []string{"bitácora", "Juan", sent.Folio, "primo", "OIC/7"} {
		if strings.Contains(x.log.String(), mark) {
			t.Errorf("the log has %q", mark)
		}
	}
}

// TestClosedKey: what was written while the key is closed is on the page, to be sent
// again.
func TestClosedKey(t *testing.T) {
	x := newSite(t)
	head, _ := x.officers()
	at := "/contraloria/casos/" + x.arrives().ID
	head.post("/cuenta/llave/cerrar").is(303)
	head.get(at).leads("/cuenta/llave?" + url.Values{"volver": {at}}.Encode())
	page := head.post(at, "paso", "nota", "nota", "No se pierde").is(409).says(`value="No se pierde"`, `action="`+at+`"`)
	structure(t, page.body)
	structure(t, head.send(at+"/acto", blankPDF(0), "tipo", "otro").is(409).says("Elige otra vez el archivo").body)
	head.post("/cuenta/llave/abrir", "abre", testPassword, "volver", at).leads(at)
	head.post(at, "paso", "nota", "nota", "No se pierde").leads(at)
	head.get(at).says("No se pierde")
}

// TestCaseSettings: days off, and other authorities.
func TestCaseSettings(t *testing.T) {
	x := newSite(t)
	head, inquiry := x.as(storage.RoleComptroller), x.as(storage.RoleInvestigator)
	const days, others = "/contraloria/casos/calendario", "/contraloria/casos/autoridades"
	structure(t, head.get(days).is(200).says("No hay calendario de 2026", "Empezar 2026").body)
	head.post(days, "paso", "agregar", "anio", "2026", "desde", "15/5/2026", "nombre", "Feria", "fuente", "Acuerdo").is(422).says("Primero empieza")
	head.post(days, "paso", "empezar", "anio", "2026").leads(days + "?anio=2026")
	structure(t, head.get(days+"?anio=2026").is(200).says("16 de marzo de 2026", "Ley Federal del Trabajo").body)
	structure(t, head.post(days, "paso", "agregar", "anio", "2026", "desde", "mayo", "nombre", "Feria", "fuente", "Acuerdo").is(422).says(`id="f-desde-e"`, `value="Feria"`).body)
	head.post(days, "paso", "agregar", "anio", "2026", "desde", "20/7/2026", "hasta", "31/7/2026", "nombre", "Vacaciones", "fuente", "Acuerdo 3").leads(days + "?anio=2026")
	inquiry.get(days).is(200).says("20 de julio de 2026 al 31 de julio de 2026").hides("Agregar días")
	head.post(days, "paso", "quitar", "anio", "2026", "desde", "2026-07-20", "hasta", "2026-07-31").leads(days + "?anio=2026")
	head.get(days).hides("20 de julio de 2026 al 31 de julio de 2026", "Acuerdo 3")
	structure(t, head.get(others).is(200).says("Aún no hay ninguna").body)
	head.post(others, "paso", "guardar", "nombre", "Auditoría", "contacto", "Calle 1").is(409).says(`value="Auditoría"`) // who has a password has not the key
	head.keyed(t, nil)
	structure(t, head.post(others, "paso", "guardar", "nombre", "Secretaría", "llave", "age1no").is(422).says(`id="f-llave-e"`, `value="age1no"`).body)
	head.post(others, "paso", "guardar", "nombre", "Auditoría", "contacto", "Calle 1").leads(others)
	structure(t, head.get(others).is(200).says("Auditoría", "En papel").body)
	head.post(others, "paso", "quitar", "nombre", "Auditoría").leads(others)
	head.post(others, "paso", "x").is(400)
}

// TestSealedPages: of a complaint about the office itself the office has files to
// carry, and nothing else.
func TestSealedPages(t *testing.T) {
	x := newSite(t)
	head, inquiry := x.officers()
	x.update(func(tx *storage.Txn) error {
		ch, err := tx.Channel()
		if err != nil {
			return err
		}
		ch.External = &storage.ExternalAuthority{Name: "Auditoría Superior", Recipient: "age1lvyvwawkr0mcnnnncaghunadrqkmuf9e6507x9y920xxpp866cnql7dp2z", Contact: "Calle 5", Day: "2026-05-04"}
		return tx.PutChannel(ch, ch.Version)
	})
	const at = "/contraloria/casos/sellados"
	structure(t, head.get(at).is(200).says("No hay ninguna").body)
	sent, err := x.s.complain.Receive(t.Context(), tenant, complain.Answers{Route: complain.RouteOffice, What: "La contraloría pidió dinero."}, nil, complain.Way{Channel: complain.ChannelDesk})
	if err != nil {
		t.Fatal(err)
	}
	head.get("/contraloria/casos").is(200).hides(sent.Folio)
	head.get("/contraloria/casos/" + sent.ID).is(404)
	page := head.get(at).is(200).says(sent.Folio, "Auditoría Superior").hides("dinero")
	structure(t, page.body)
	file := head.get(regexp.MustCompile(at + `/\w+/\d+`).FindString(page.body)).is(200)
	if !strings.HasPrefix(file.body, "age-encryption.org/v1") || !strings.Contains(file.header.Get("Content-Disposition"), ".tar.age") {
		t.Errorf("%.40q", file.body)
	}
	structure(t, head.post(at, "paso", "acuse", "caso", sent.ID, "recibida", "ayer", "acuse", "AS/1").is(422).says(`id="f-recibida-e"`, `value="ayer"`, `value="AS/1"`).body)
	structure(t, head.post(at, "paso", "acuse", "caso", sent.ID, "recibida", "", "acuse", "").is(422).says(`id="f-acuse-e"`, `id="f-recibida-e"`).body)
	head.post(at, "paso", "acuse", "caso", sent.ID, "recibida", sent.Day, "acuse", "AS/1").leads(at)
	head.get(at).says("acuse AS/1", "Falta que otra persona").hides(`value="confirmar"`)
	head.post(at, "paso", "confirmar", "caso", sent.ID, "visto", "AS/1").is(422)
	structure(t, inquiry.get(at).is(200).says(`value="confirmar"`).body)
	inquiry.post(at, "paso", "confirmar", "caso", sent.ID, "visto", "AS/1").leads(at)
	head.get(at).says("Dos personas lo confirmaron").hides("Anotar que la autoridad")
	head.post(at, "paso", "otro", "caso", sent.ID).is(422)
	x.anybody().post("/denuncia/clave", "paso", "entrar", "clave", sent.Key).is(200).says("La autoridad acusó que la recibió", "Su acuse: AS/1")
	own := x.arrives()
	head.post(at, "paso", "acuse", "caso", own.ID, "recibida", sent.Day, "acuse", "AS/1").is(404)
	head.get(at + "/" + own.ID + "/0").is(404)
	head.get(at + "/" + sent.ID + "/999").is(404)
	head.get(at + "/" + sent.ID + "/x").is(404)
}
