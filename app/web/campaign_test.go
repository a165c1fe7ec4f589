package web

import (
	"archive/zip"
	"bytes"
	"fmt"
	"html"
	"io"
	"mime/multipart"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"declara/forms"
	"declara/storage"
)

// hiddenValue is the value of a hidden answer of a page.
func hiddenValue(t *testing.T, body, name string) string {
	t.Helper()
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(body)
	if m == nil {
		t.Fatalf("no %s in the page", name)
	}
	return html.UnescapeString(m[1])
}

// mailsOf are the letters of a kind in the outbox.
func (x *site) mailsOf(kind string) (all []storage.Mail) {
	x.t.Helper()
	x.update(func(tx *storage.Txn) error {
		all = nil
		return tx.Mails(func(m storage.Mail) error {
			if m.Kind == kind {
				all = append(all, m)
			}
			return nil
		})
	})
	return all
}

// letterWords are the words of a PDF.
func letterWords(t *testing.T, file string) string {
	t.Helper()
	cmd := exec.Command("pdftotext", "-layout", "-", "-")
	cmd.Stdin = strings.NewReader(file)
	out, err := cmd.Output()
	if err != nil {
		t.Skipf("no pdftotext: %v", err)
	}
	return strings.Join(strings.Fields(string(out)), " ")
}

// TestRemind walks through a sending by hand: the letter as it goes, who gets it how,
// some left out, a second press, what became of it, and what is printed.
func TestRemind(t *testing.T) {
	x := newSite(t)
	x.enlist(6, func(i int, p *storage.Person) {
		p.Given = "Persona" + fmt.Sprint(i)
		if i == 1 {
			p.Email = ""
		}
		if i == 2 {
			p.Email = "rota@valle.example"
		}
	})
	x.update(func(tx *storage.Txn) error {
		f := storage.Filing{ID: "f5", Person: "persona5", Type: forms.Modificacion, Year: 2026, Due: "2026-05-31", Filed: x.clock, Zone: "America/Mexico_City", Sent: "s5"}
		if err := tx.File(&f, []byte(`{"MARCADECLARADA":1}`), []byte("{}"), ""); err != nil {
			return err
		}
		return tx.PutBounce(storage.Bounce{Address: "rota@valle.example", Code: "550 5.1.1", Kind: "reminder", At: x.clock})
	})
	b := x.as(storage.RoleComptroller)
	b.get(compliancePath).is(200).says("/contraloria/cumplimiento/recordar", "Recordar", "Porque trabajó en el servicio público").hides("Porque trabajaste")
	page := b.get(remindPath+"?unidad=Tesorer%C3%ADa&tipo=modificacion").is(200).
		says("Recordar 5 declaraciones", "vence el 31 de mayo de 2026", "https://declara.example/declaraciones", "En papel: no tiene correo", "su correo rechaza", "Persona1", "Enviar 5 recordatorios").
		hides("Persona5", "MARCADECLARADA")
	structure(t, page.body)
	send := func(pairs ...string) result {
		return b.post(remindPath, append([]string{"unidad", "Tesorería", "tipo", "modificacion", "envio", hiddenValue(t, page.body, "envio"), "visto", hiddenValue(t, page.body, "visto")}, pairs...)...)
	}
	// Somebody files meanwhile: what is sent is what was shown.
	x.update(func(tx *storage.Txn) error {
		f := storage.Filing{ID: "f4", Person: "persona4", Type: forms.Modificacion, Year: 2026, Due: "2026-05-31", Filed: x.clock, Zone: "America/Mexico_City", Sent: "s4"}
		return tx.File(&f, []byte("{}"), []byte("{}"), "")
	})
	again := send("sin", "persona3/modificacion-2026").is(422).says("La lista cambió", "Recordar 3 declaraciones")
	if !regexp.MustCompile(`value="persona3/modificacion-2026" checked`).MatchString(again.body) {
		t.Error("who was left out is in again")
	}
	page = again
	if len(x.mailsOf("reminder")) != 0 {
		t.Fatal("something was sent")
	}
	name := sendingsPath + "/m-" + hiddenValue(t, page.body, "envio") + ".2026-05-04"
	for range 3 {
		send("sin", "persona3/modificacion-2026").leads(name)
	}
	if n := len(x.mailsOf("reminder")); n != 1 {
		t.Errorf("%d letters", n)
	}
	seen := b.get(name).is(200).says("Recordatorio a mano", "Persona0", "En espera", "En papel", "Imprimir avisos", "Se dejó fuera al enviar", "Persona3").hides("Persona4")
	structure(t, seen.body)
	file := b.get(name + "/avisos.pdf").is(200)
	if words := letterWords(t, file.body); !strings.Contains(words, "Persona1") || !strings.Contains(words, "Persona2") || strings.Contains(words, "Persona0") {
		t.Errorf("%s", words)
	}
	structure(t, b.get(sendingsPath).is(200).says("Recordatorio a mano", "Próximos avisos", "Persona contraloria").body)
	b.get(sendingsPath + "/m-no.2026-05-04").is(404)
	send("sin", "persona0/modificacion-2026", "sin", "persona1/modificacion-2026", "sin", "persona2/modificacion-2026", "sin", "persona3/modificacion-2026").is(422).says("No queda nadie")
	b.get(remindPath+"?persona=persona1&obligacion=modificacion-2026").is(200).says("Recordar 1 declaración", "Preparar 1 aviso para imprimir", "Hoy ya se le recordó")
	b.get(remindPath + "?estado=faltan&medio=papel").is(200).says("Preparar")
	b.get(remindPath + "?estado=exento").is(200).says("No hay a quién")
	b.get(compliancePath + "?estado=pendiente").is(200).says("1.º, 4 may 2026")
	if log := x.log.String(); strings.Contains(log, "Persona1") || strings.Contains(log, "valle.example") {
		t.Errorf("the log names people: %s", log)
	}
}

// TestPost: what waits and what failed, in words; whose it is only to the comptroller,
// and never of letters about complaints; another try.
func TestPost(t *testing.T) {
	x := newSite(t)
	x.enlist(2, func(i int, p *storage.Person) {
		p.Given, p.Email = fmt.Sprint("Persona", i), fmt.Sprintf("p%d@valle.example", i)
	})
	at := x.clock
	x.update(func(tx *storage.Txn) error {
		for _, m := range []storage.Mail{
			{ID: "m1", To: "p0@valle.example", Kind: "reminder", Person: "persona0", Duty: "modificacion-2026", Message: []byte("MARCADELTEXTO"), Created: at, Next: at.AddDate(0, 0, 1), Tries: 3, Failed: "451 4.7.1", Again: 1},
			{ID: "m2", To: "p1@valle.example", Kind: "reminder", Person: "persona1", Duty: "modificacion-2026", Message: []byte("x"), Created: at, Next: at, Tries: 1, Failed: "550 5.1.1", Dead: true},
			{ID: "m3", To: "p1@valle.example", Kind: "unread", Message: []byte("x"), Created: at, Next: at.AddDate(0, 0, 1), Tries: 1, Failed: "connection"},
		} {
			if err := tx.PutMail(m); err != nil {
				return err
			}
		}
		return tx.PutBounce(storage.Bounce{Address: "p1@valle.example", Code: "550 5.1.1", Kind: "reminder", At: at})
	})
	b := x.as(storage.RoleComptroller)
	page := b.get(postPath).is(200).says("El servidor pidió esperar (451 4.7.1)", "La dirección no existe (550 5.1.1)", "Persona0", "p1@valle.example", "Mensaje del sistema", "pudo llegar repetido", "no responde").hides("MARCADELTEXTO")
	structure(t, page.body)
	structure(t, x.as(storage.RoleAdmin).get(postPath).is(200).says("La dirección no existe").hides("Persona0", "valle.example<", "persona1").body)
	x.as(storage.RoleHR).get(postPath).is(403)
	b.post(postPath, "mensaje", "m2").leads(postPath)
	b.post(postPath).leads(postPath)
	b.post(postPath, "mensaje", "none").leads(postPath)
	b.get(postPath).says("ya no se puede")
	x.update(func(tx *storage.Txn) error {
		for _, id := range []string{"m1", "m2", "m3"} {
			if m, err := tx.Mail(id); err != nil || m.Dead || m.Next.After(x.clock) {
				t.Errorf("%s is not tried again: %v %+v", id, err, m.Next)
			}
		}
		return nil
	})
	b.get("/contraloria").is(200).says("Imprimir avisos", "Último respaldo: ninguno", "PDN: nadie está conectado")
	x.update(func(tx *storage.Txn) error { return tx.PutClient(storage.Client{ID: "sesna"}) })
	b.get("/contraloria").is(200).says("PDN: todavía nadie consulta")
	x.update(func(tx *storage.Txn) error {
		return tx.PutClientDay(storage.ClientDay{Client: "sesna", Day: "2026-05-03", Last: &storage.ClientAsk{At: time.Date(2026, 5, 3, 15, 30, 0, 0, time.UTC)}})
	})
	b.get("/contraloria").is(200).says("PDN: última consulta, 3 de mayo de 2026, 09:30 h")
}

// TestRequirement: from the omission to the investigating authority, by the pages alone.
func TestRequirement(t *testing.T) {
	x := newSite(t)
	x.enlist(1, func(_ int, p *storage.Person) { p.Entry, p.Given = "2026-03-05", "Javier" }) // inicial until 4 May
	b := x.as(storage.RoleComptroller)
	const duty, at = "inicial-2026-03-05", "/contraloria/personas/persona0/requerimiento"
	here := at + "?obligacion=" + duty
	b.get(here).is(200).says("puede presentarla en tiempo hasta el 4 de mayo de 2026").hides("Escribir el oficio")
	x.clock = x.clock.AddDate(0, 0, 4) // Friday 8 May
	b = x.as(storage.RoleComptroller)
	b.get(compliancePath+"?estado=omiso").is(200).says("Requerir", here[:len(at)])
	structure(t, b.get(here).is(200).says("Requiérela por escrito", "Escribir el oficio", "Porque entró el 5 de marzo de 2026").body)
	bad := b.post(at, "obligacion", duty, "numero", "", "fecha", "31/02/2026").is(422).says("Escribe el número del oficio", "Escribe una fecha posterior", "31/02/2026")
	structure(t, bad.body)
	b.post(at, "obligacion", duty, "numero", "OIC/7/2026", "fecha", "08/05/2026").leads(here)
	page := b.get(here).is(200).says("El oficio quedó escrito", "Firma el oficio OIC/7/2026")
	id := regexp.MustCompile(at + `/([^/"]+)/requerimiento.pdf`).FindStringSubmatch(page.body)[1]
	if words := letterWords(t, b.get(at+"/"+id+"/requerimiento.pdf").is(200).body); !strings.Contains(words, "Javier") || !strings.Contains(words, "Portal Hidalgo") || !strings.Contains(words, "OIC/7/2026") {
		t.Errorf("%s", words)
	}
	structure(t, b.post(at+"/"+id+"/fechas", "obligacion", duty, "practicada-"+id, "07/05/2026").is(422).says("ni antes del oficio").body)
	b.post(at+"/"+id+"/fechas", "obligacion", duty, "practicada-"+id, "08/05/2026").leads(here)
	b.get(here).says("11 de mayo de 2026", "12 de mayo de 2026", "Acaba el 11 de junio de 2026")
	b.get(compliancePath+"?estado=requerido").is(200).says("Javier", "Término: 11 jun 2026", "Ver requerimiento")
	b.post(at+"/"+id+"/vista", "obligacion", duty, "numero-"+id, "1", "fecha-"+id, "1").is(422).says("no se ha acabado")
	x.clock = x.clock.AddDate(0, 0, 36)
	b = x.as(storage.RoleComptroller)
	structure(t, b.get(here).is(200).says("Da vista a la autoridad investigadora", "vista.pdf").body)
	if words := letterWords(t, b.get(at+"/"+id+"/vista.pdf").is(200).body); !strings.Contains(words, "Autoridad investigadora") || !strings.Contains(words, "11 de junio de 2026") {
		t.Errorf("%s", words)
	}
	b.post(at+"/"+id+"/vista", "obligacion", duty, "numero-"+id, "OIC/9/2026", "fecha-"+id, "12/06/2026").leads(here)
	b.get(here).is(200).says("Se dio vista el 12 de junio de 2026")
	rows := b.get(compliancePath+".csv?estado=requerido_vencido").is(200).says("OIC/7/2026", "2026-05-08", "2026-06-11")
	if n := strings.Count(rows.body, "\r\n"); n != 2 {
		t.Errorf("%d lines", n)
	}
	b.get("/contraloria/personas/persona0/requerimiento?obligacion=nada").is(404)
	b.get(at + "/nada/vista.pdf").is(404)
}

// TestExtensionPage: what is wrong is named all at once with what was typed; the scan is
// known by its hash; the list and the person's page tell of the agreement.
func TestExtensionPage(t *testing.T) {
	x := newSite(t)
	x.enlist(1, nil)
	b := x.as(storage.RoleComptroller)
	structure(t, b.get(extensionsPath).is(200).says("Dar una prórroga").body)
	structure(t, b.post(extensionsPath, "tipo", "x", "anio", "dos mil", "fecha", "mañana", "acuerdo", "").is(422).
		says("Elige qué declaración", "Escribe el año", "Escribe la nueva fecha", "Escribe el número o el nombre", "dos mil", "mañana").body)
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	for name, v := range map[string]string{"tipo": "modificacion", "anio": "2026", "fecha": "15/06/2026", "acuerdo": "=OIC/4/2026"} {
		if err := w.WriteField(name, v); err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("escaneo", "acuerdo.pdf")
	if err != nil {
		t.Fatal(err)
	}
	part.Write([]byte("%PDF-escaneo"))
	w.Close()
	b.do("POST", extensionsPath, w.FormDataContentType(), form.String()).leads(extensionsPath)
	structure(t, b.get(extensionsPath).is(200).says("Vigente", "15 de junio de 2026", "OIC/4/2026", storage.Digest([]byte("%PDF-escaneo")), "Persona contraloria").body)
	x.clock = x.clock.AddDate(0, 0, 28) // 1 June
	b = x.as(storage.RoleComptroller)
	b.get(compliancePath).is(200).says("Justificada", "El acuerdo =OIC/4/2026 dio más tiempo: por ley vencía el 31 de mayo de 2026")
	b.get("/contraloria/personas/persona0/obligaciones").is(200).says("dio más tiempo")
	// One person's, with who decided it and when.
	b.post("/contraloria/personas/persona0/obligaciones", "obligacion", "modificacion-2026", "decision", "sinefecto", "motivo", "Incapacidad permanente").leads("/contraloria/personas/persona0/obligaciones")
	b.get("/contraloria/personas/persona0/obligaciones").is(200).says("Incapacidad permanente", "Lo decidió Persona contraloria, el 1 de junio de 2026")
}

// TestExports: the same rows in both formats, and no cell that is a formula.
func TestExports(t *testing.T) {
	x := newSite(t)
	x.enlist(3, func(i int, p *storage.Person) {
		if i == 1 {
			p.Given, p.Unit, p.Post = "=cmd|' /C calc'!A0", "+1", "@SUM(A1)"
		}
	})
	b := x.as(storage.RoleHR)
	file := b.get(compliancePath + ".xlsx").is(200)
	z, err := zip.NewReader(strings.NewReader(file.body), int64(len(file.body)))
	if err != nil {
		t.Fatal(err)
	}
	r, err := z.Open("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	sheet, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	text := html.UnescapeString(string(sheet))
	if !strings.Contains(text, "'=cmd|") || !strings.Contains(text, "'+1") || !strings.Contains(text, "'@SUM") || strings.Contains(text, "<f>") || strings.Count(text, "<row") != 5 {
		t.Errorf("%s", text)
	}
	b.get(compliancePath+".csv").is(200).says("'=cmd|").hides("\n=cmd", ",=cmd")
}

// TestAvisoAndNotes: the aviso comes in on paper and is in the list as presented; notes
// are told of without what they say.
func TestAvisoAndNotes(t *testing.T) {
	x := newSite(t)
	x.enlist(1, func(_ int, p *storage.Person) {
		p.Entry = "2026-04-01"
		p.Others = []storage.Spell{{Body: "Ayuntamiento de al lado", Order: "MUNICIPAL_ALCALDIA", Entry: "2020-01-01", Exit: "2026-03-20"}}
	})
	b := x.as(storage.RoleComptroller)
	const at = "/contraloria/personas/persona0/obligaciones"
	structure(t, b.get(at).is(200).says("Aviso por cambio", "venía de Ayuntamiento de al lado", "Recibir el aviso").body)
	b.post("/contraloria/personas/persona0/aviso", "obligacion", "aviso-2026-04-01", "recibido", "31/12/2026").is(422).says("a más tardar hoy", "31/12/2026")
	b.post("/contraloria/personas/persona0/aviso", "obligacion", "aviso-2026-04-01", "recibido", "30/04/2026").leads(at)
	b.get(compliancePath+"?tipo=aviso").is(200).says("Presentada el 30 abr 2026", "Presentada en plazo")
	b.get(at).is(200).hides("Recibir el aviso")

	structure(t, b.get(notesPath).is(200).says("Nadie ha agregado notas").body)
	x.update(func(tx *storage.Txn) error {
		f := storage.Filing{ID: "f0", Person: "persona0", Type: forms.Modificacion, Year: 2026, Due: "2026-05-31", Filed: x.clock, Zone: "America/Mexico_City", Sent: "s0"}
		if err := tx.File(&f, []byte("{}"), []byte("{}"), ""); err != nil {
			return err
		}
		return tx.PutNote(&storage.Note{ID: "n0", Filing: "f0", Section: "vehiculos", Text: "MARCADELANOTA", Filed: x.clock})
	})
	structure(t, b.get(notesPath).is(200).says("Ruiz0", "VE-2026-000001", "4 de mayo de 2026").hides("MARCADELANOTA", "vehiculos").body)
}

// TestLateList: who filed after the last day is in a list of her own, with by how much.
func TestLateList(t *testing.T) {
	x := newSite(t)
	x.enlist(2, func(i int, p *storage.Person) { p.Entry, p.Given = "2026-02-20", fmt.Sprint("Persona", i) }) // until 21 April
	x.update(func(tx *storage.Txn) error {
		f := storage.Filing{ID: "f0", Person: "persona0", Type: forms.Inicial, Year: 2026, Event: "2026-02-20", Due: "2026-04-21", Late: true, Filed: x.clock, Zone: "America/Mexico_City", Sent: "s0"}
		i, err := tx.Institution()
		if err != nil {
			return err
		}
		i.SetUp = x.clock.AddDate(-1, 0, 0)
		if err := tx.PutInstitution(i); err != nil {
			return err
		}
		return tx.File(&f, []byte("{}"), []byte("{}"), "")
	})
	b := x.as(storage.RoleComptroller)
	b.get(compliancePath+"?estado=extemporanea").is(200).says("Persona0", "13 días tarde", "Extemporánea").hides("Persona1")
	b.get(compliancePath + ".csv?estado=extemporanea").is(200).says("2026-05-04,13,")
	b.get(compliancePath+"?"+url.Values{"estado": {"omiso"}}.Encode()).is(200).says("Persona1", "13 días de atraso").hides("Persona0")
}

// TestCampaignMarkers: what somebody declared is in no page, list, file or letter of the
// campaign, nor in the log.
func TestCampaignMarkers(t *testing.T) {
	x := newSite(t)
	x.enlist(3, func(i int, p *storage.Person) {
		if i == 1 {
			p.Entry, p.Email = "2026-02-20", ""
		}
	})
	x.update(func(tx *storage.Txn) error {
		i, err := tx.Institution()
		if err != nil {
			return err
		}
		i.SetUp = x.clock.AddDate(-1, 0, 0)
		if err := tx.PutInstitution(i); err != nil {
			return err
		}
		for _, f := range []storage.Filing{
			{ID: "f0", Person: "persona0", Type: forms.Modificacion, Year: 2026, Due: "2026-05-31", Filed: x.clock, Zone: "America/Mexico_City", Sent: "s0"},
			{ID: "f1", Person: "persona1", Type: forms.Modificacion, Year: 2025, Due: "2025-05-31", Filed: x.clock, Zone: "America/Mexico_City", Sent: "s1"},
		} {
			if err := tx.File(&f, []byte(`{"MARCADECLARADA":1}`), []byte(`{"MARCADECLARADA":2}`), ""); err != nil {
				return err
			}
			if err := tx.PutNote(&storage.Note{ID: "n" + f.ID, Filing: f.ID, Text: "MARCADECLARADA", Filed: x.clock}); err != nil {
				return err
			}
		}
		d := storage.Draft{ID: "d2", Person: "persona2", Due: "2026-05-31", Draft: forms.Draft{Type: forms.Modificacion, Level: forms.Full, Year: 2026, Answers: forms.Answers{}}, Created: x.clock, Saved: x.clock}
		d.Draft.Answers["datosGenerales.nombre"] = []string{"MARCADECLARADA"}
		_, err = tx.PutDraft(d, "datosGenerales", 0)
		return err
	})
	b := x.as(storage.RoleComptroller)
	page := b.get(remindPath + "?anio=todos").is(200)
	b.post(remindPath, "anio", "todos", "envio", hiddenValue(t, page.body, "envio"), "visto", hiddenValue(t, page.body, "visto")).is(303)
	at := sendingsPath + "/m-" + hiddenValue(t, page.body, "envio") + ".2026-05-04"
	for _, path := range []string{"/contraloria", compliancePath + "?anio=todos", compliancePath + ".csv?anio=todos", compliancePath + ".xlsx?anio=todos", remindPath + "?anio=todos", sendingsPath, at, postPath, notesPath, extensionsPath,
		"/contraloria/personas/persona1/requerimiento?obligacion=inicial-2026-02-20"} {
		b.get(path).is(200).hides("MARCADECLARADA")
	}
	if words := letterWords(t, b.get(at+"/avisos.pdf").is(200).body); strings.Contains(words, "MARCADECLARADA") {
		t.Errorf("%s", words)
	}
	for _, m := range x.mailsOf("reminder") {
		if bytes.Contains(m.Message, []byte("MARCADECLARADA")) || bytes.Contains(m.Message, []byte("Ángela")) {
			t.Errorf("%s", m.Message)
		}
	}
	if len(x.mailsOf("reminder")) == 0 || strings.Contains(x.log.String(), "MARCADECLARADA") {
		t.Error("no letter, or the log has it")
	}
}
