package web

import (
	"encoding/json"
	"errors"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"declara/app/verify"
	"declara/app/verify/evolution"
	"declara/forms"
	"declara/storage"
)

// sheetSite is a declareSite with a drawn declaration that Eva has.
func sheetSite(t *testing.T) (s *declareSite, o, office *official, at string) {
	t.Helper()
	s = newDeclareSite(t, "2026-05-14")
	o, f := filedOne(s)
	office = s.staff("Eva Solís", storage.RoleComptroller)
	office.send(drawsPath+"/sorteo", url.Values{"tipo": {"modificacion"}, "anio": {"2026"}, "estratos": {"ninguno"}, "tamano": {"95/5"}, "fuente": {"Sorteo Mayor 4010 de la Lotería Nacional"}, "dia": {"10/06/2026"}})
	s.set("2026-06-10 09:00:00")
	office.signIn()
	office.send(drawsPath+"/VER-2026-001/sortear", url.Values{"semilla": {"53817"}})
	at = drawsPath + "/VER-2026-001/declaracion/" + f.Folio
	var me string
	s.update(func(tx *storage.Txn) error {
		u, err := tx.UserByLogin(office.login)
		me = u.ID
		return err
	})
	office.send(at+"/asignar", url.Values{"quien": {me}})
	office.send(at+"/abrir", url.Values{"motivo": {""}})
	return s, o, office, at
}

// TestSheetJourney: a figure, a document, a mark, a question that the declarant answers,
// and a certificate, which is what its page says; nothing of it is where it should not be.
func TestSheetJourney(t *testing.T) {
	s, o, office, at := sheetSite(t)
	bad := office.ask("POST", at+"/hoja/cifra", url.Values{"clase": {"gasto"}, "anio": {"2025"}, "importe": {"mucho"}, "concepto": {"MARCAGASTO de la casa"}})
	if bad.status != 422 || !strings.Contains(bad.body, "importe en pesos enteros") || !strings.Contains(bad.body, "de dónde sale la cifra") || !strings.Contains(bad.body, "MARCAGASTO") {
		t.Errorf("a bad figure: %d", bad.status)
	}
	page := office.send(at+"/hoja/cifra", url.Values{"clase": {"gasto"}, "anio": {"2025"}, "importe": {"180,000"}, "concepto": {"MARCAGASTO de la casa"}, "origen": {"ENIGH 2024"}})
	for _, has := range []string{"MARCAGASTO", "$180,000", "Fuente: ENIGH 2024", "0 de 21 secciones", `role="img"`} {
		if !strings.Contains(page.body, has) {
			t.Errorf("the sheet lacks %q", has)
		}
	}
	if strings.Contains(page.body, "style=") || strings.Contains(page.body, "et mal") {
		t.Error("a style of its own, or red")
	}
	office.send(at+"/hoja/documento", url.Values{"documento": {"Recibos de nómina"}})
	office.send(at+"/hoja/documento", url.Values{"cual": {"n1"}, "estado": {"coincide"}})
	if a := office.ask("POST", at+"/hoja/seccion/ingresos", url.Values{"marca": {"diferencia"}}); a.status != 422 || !strings.Contains(a.body, "qué hay que ver") {
		t.Errorf("a mark without a note: %d", a.status)
	}
	page = office.send(at+"/hoja/seccion/ingresos", url.Values{"marca": {"aclarar"}, "nota": {"MARCANOTA no coincide"}})
	if !strings.Contains(page.body, "1 de 21 secciones") || !strings.Contains(page.body, "MARCANOTA") || !strings.Contains(page.body, "Recibos de nómina") {
		t.Errorf("marked: %d", page.status)
	}
	if a := office.ask("GET", at+"/hoja/seccion/nada", nil); a.status != 404 {
		t.Errorf("no section: %d", a.status)
	}
	o.signIn()
	if a := o.open("/declaraciones/verificacion"); !strings.Contains(a.body, "no te ha preguntado nada") {
		t.Errorf("she is told before she is asked: %d", a.status)
	}
	if a := office.ask("POST", at+"/hoja/aclaracion", url.Values{"pregunta": {"¿?"}, "dias": {"90"}}); a.status != 422 || !strings.Contains(a.body, "de 1 a 30") || !strings.Contains(a.body, "Escribe la pregunta") {
		t.Errorf("a bad question: %d", a.status)
	}
	page = office.send(at+"/hoja/aclaracion", url.Values{"pregunta": {"¿De dónde salió el dinero del MARCATERRENO?"}, "dias": {"5"}})
	if !strings.Contains(page.body, "17 de junio de 2026") || !strings.Contains(page.body, "Hay una aclaración en plazo") {
		t.Errorf("asked: %d", page.status)
	}
	if a := o.open("/declaraciones"); !strings.Contains(a.body, "espera tu respuesta") {
		t.Errorf("her page does not say it: %d", a.status)
	}
	mine := o.open("/declaraciones/verificacion")
	if !strings.Contains(mine.body, "MARCATERRENO") || strings.Contains(mine.body, "MARCANOTA") {
		t.Errorf("what she sees: %d", mine.status)
	}
	answerAt := "/declaraciones/verificacion/VER-2026-001/" + at[strings.LastIndex(at, "/")+1:]
	if a := o.ask("POST", answerAt+"/respuesta", url.Values{"respuesta": {"no"}}); a.status != 422 || !strings.Contains(a.body, "Escribe tu respuesta") {
		t.Errorf("a short answer: %d", a.status)
	}
	stranger := s.official(9, forms.Full, "2020-01-16", "")
	if a := stranger.ask("POST", answerAt+"/respuesta", url.Values{"respuesta": {"Yo respondo por otra persona"}}); a.status != 404 {
		t.Errorf("a stranger answers: %d", a.status)
	}
	o.signIn()
	if a := o.send(answerAt+"/respuesta", url.Values{"respuesta": {"De un préstamo, MARCARESPUESTA"}}); !strings.Contains(a.body, "MARCARESPUESTA") {
		t.Errorf("answered: %d", a.status)
	}
	page = office.open(at + "/hoja")
	if !strings.Contains(page.body, "MARCARESPUESTA") || !strings.Contains(page.body, "1 sección con diferencia o por aclarar") {
		t.Errorf("the answer: %d", page.status)
	}
	page = office.send(at+"/hoja/cerrar", url.Values{"resultado": {"certificada"}, "hallazgo": {"El préstamo lo explica, MARCAMOTIVO"}})
	if !strings.Contains(page.body, "CER-2026-001") || strings.Contains(page.body, "MARCAMOTIVO") || !strings.Contains(page.body, "La terminó Eva Solís el") {
		t.Fatalf("closed: %d", page.status)
	}
	if a := office.open(at + "/conclusion"); a.status != 200 || strings.Contains(a.body, "MARCAMOTIVO") {
		t.Errorf("the way to the finding: %d", a.status)
	}
	if a := office.ask("POST", at+"/conclusion", url.Values{"motivo": {"ver"}}); a.status != 422 || strings.Contains(a.body, "MARCAMOTIVO") || !strings.Contains(a.body, "Escribe el número de expediente") || !strings.Contains(a.body, "Escribe el motivo") {
		t.Errorf("the finding without a ground: %d", a.status)
	}
	if a := office.ask("POST", at+"/conclusion", url.Values{"expediente": {"OIC/EV/3/2026"}, "motivo": {"Revisión de la titular, oficio 44"}}); a.status != 200 || !strings.Contains(a.body, "MARCAMOTIVO") || !strings.Contains(a.header.Get("Cache-Control"), "no-store") {
		t.Errorf("the finding: %d", a.status)
	}
	if a := o.open("/declaraciones/lecturas"); !strings.Contains(a.body, "Conclusión de la verificación VER-2026-001") || !strings.Contains(a.body, "OIC/EV/3/2026") || strings.Contains(a.body, "MARCAMOTIVO") {
		t.Errorf("the declarant is not told that the finding was read: %d", a.status)
	}
	cert := office.ask("GET", at+"/certificado.pdf", nil)
	hers := o.ask("GET", answerAt+"/certificado.pdf", nil)
	if cert.status != 200 || !strings.HasPrefix(cert.body, "%PDF") || hers.body != cert.body {
		t.Errorf("certificates: %d %d", cert.status, hers.status)
	}
	if a := stranger.ask("GET", answerAt+"/certificado.pdf", nil); a.status != 404 {
		t.Errorf("a stranger gets it: %d", a.status)
	}
	list := office.open(drawsPath + "/VER-2026-001")
	act := office.ask("GET", drawsPath+"/resultados/2026", nil)
	if act.status != 200 || !strings.HasPrefix(act.body, "%PDF") {
		t.Errorf("act: %d", act.status)
	}
	if a := office.ask("GET", drawsPath+"/resultados/2025", nil); a.status != 404 {
		t.Errorf("the act of no year: %d", a.status)
	}
	if a := o.open("/declaraciones/verificacion"); !strings.Contains(a.body, "CER-2026-001") || strings.Contains(a.body, "MARCAMOTIVO") {
		t.Errorf("her page at the end: %d", a.status)
	}
	var told strings.Builder
	told.WriteString(list.body + act.body + cert.body)
	s.update(func(tx *storage.Txn) error {
		return errors.Join(tx.AuditEntries(func(_ storage.AuditEntry, raw []byte) error { told.Write(raw); return nil }),
			tx.Mails(func(m storage.Mail) error { told.Write(m.Message); return nil }),
			tx.Leaves(func(_ storage.Leaf, record []byte) error { told.Write(record); return nil }))
	})
	for _, mark := range []string{"MARCA", "Recibos de n", o.person.CURP, o.person.RFC} {
		if strings.Contains(told.String(), mark) {
			t.Errorf("%q is where nobody should read it", mark)
		}
	}
}

// TestSheetReferral: the draft of the letter is only for who opened the sheet that day.
func TestSheetReferral(t *testing.T) {
	s, _, office, at := sheetSite(t)
	office.send(at+"/hoja/documento", url.Values{"documento": {"Recibos de nómina"}})
	if a := office.send(at+"/hoja/cerrar", url.Values{"resultado": {"turnada"}, "hallazgo": {"La diferencia no se aclaró en plazo"}}); !strings.Contains(a.body, "Turnar a investigación") {
		t.Errorf("referred: %d", a.status)
	}
	letter := office.ask("GET", at+"/turno.pdf", nil)
	if letter.status != 200 || !strings.HasPrefix(letter.body, "%PDF") {
		t.Errorf("the letter: %d", letter.status)
	}
	says(t, letter.body, "Oficio de turno a la autoridad investigadora", "VER-2026-001", "La diferencia no se aclaró en plazo", "Se anexa:", "huella SHA-256", "Documento: Recibos de nómina (Pedido)", "no prejuzga")
	says(t, office.ask("GET", drawsPath+"/resultados/2026", nil).body, "Acta de resultados de la verificación 2026", "turnada a la autoridad investigadora", "Turnadas", "no contiene datos")
	s.set("2026-06-11 09:00:00")
	office.signIn()
	if a := office.ask("GET", at+"/turno.pdf", nil); a.status != 303 {
		t.Errorf("the letter on another day: %d", a.status)
	}
	if a := office.ask("GET", at+"/certificado.pdf", nil); a.status != 404 {
		t.Errorf("a certificate: %d", a.status)
	}
}

// says fails when a PDF lacks a sentence.
func says(t *testing.T, doc string, want ...string) {
	t.Helper()
	path, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext is not installed (Debian: poppler-utils)")
	}
	cmd := exec.Command(path, "-", "-")
	cmd.Stdin = strings.NewReader(doc)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(string(out)), " ")
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("the PDF lacks %q:\n%s", w, text)
		}
	}
}

// TestSheetWords: every key of sheet.json is used, and every one that is used is there,
// also those that are put together.
func TestSheetWords(t *testing.T) {
	raw, err := os.ReadFile("../../i18n/es/sheet.json")
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]string{}
	if err := json.Unmarshal(raw, &words); err != nil {
		t.Fatal(err)
	}
	key := regexp.MustCompile(`"(sheet\.[a-z0-9_.]+)"`)
	named := map[string]bool{}
	for _, pattern := range []string{"verify*.go", "view/pages/verify-*.html", "view/parts/sheet.html", "../verify/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range key.FindAllStringSubmatch(string(b), -1) {
				named[m[1]] = true
			}
		}
	}
	for _, x := range []string{"certificada", "turnada", "concluida"} {
		named["sheet.outcome."+x], named["sheet.outcome."+x+".hint"], named["sheet.act.line."+x], named["sheet.act.count."+x] = true, true, true, true
	}
	named["sheet.act.line.pendiente"], named["sheet.act.count.pendiente"] = true, true
	for _, x := range verify.Marks {
		named["sheet.mark."+x] = true
	}
	for _, x := range verify.PaperStates {
		named["sheet.paper."+x] = true
	}
	for _, x := range verify.Figures {
		named["sheet.figure."+x] = true
	}
	for _, x := range []evolution.Kind{evolution.Salary, evolution.Business, evolution.Financial, evolution.Services, evolution.Sale, evolution.OtherPay, evolution.Family, evolution.Credit, evolution.Owed,
		evolution.Withdrawal, evolution.Gift, evolution.Unpaid, evolution.Entered, evolution.Purchase, evolution.Payment, evolution.Saving, evolution.Expense} {
		named["sheet.line."+string(x)] = true
	}
	for _, x := range []evolution.Code{evolution.NoOpening, evolution.Gap, evolution.Simplified, evolution.SimpleOpen, evolution.MidYear, evolution.NoPeriod, evolution.NoValue, evolution.NoDate, evolution.OldRow,
		evolution.LaterRow, evolution.Vanished, evolution.Repriced, evolution.SoldFor, evolution.Settled, evolution.Mixed, evolution.Shared, evolution.Unconverted} {
		named["sheet.note."+string(x)] = true
	}
	maps.DeleteFunc(named, func(k string, _ bool) bool { return strings.HasSuffix(k, ".") })
	for k := range named {
		if words[k] == "" && words[k+".one"] == "" {
			t.Errorf("%s has no words", k)
		}
	}
	for w := range words {
		if bare := strings.TrimSuffix(strings.TrimSuffix(w, ".one"), ".other"); !named[w] && !named[bare] {
			t.Errorf("%s is said by nobody", w)
		}
	}
}
