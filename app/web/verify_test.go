package web

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"declara/app/verify/draw"
	"declara/forms"
	"declara/storage"
)

// TestDrawPages: the office freezes a universe, waits, draws, and has file and act; a
// mistake loses nothing that was typed, and nobody else sees any of it.
func TestDrawPages(t *testing.T) {
	s := newDeclareSite(t, "2026-05-14")
	o, f := filedOne(s)
	office := s.staff("Eva Solís", storage.RoleComptroller)
	if a := office.open(drawsPath); a.status != 200 || !strings.Contains(a.body, "No hay sorteos") {
		t.Errorf("%d", a.status)
	}
	if a := office.open(drawsPath + "/sorteo"); a.status != 200 || !strings.Contains(a.body, "El plazo sigue abierto") || !strings.Contains(a.body, "95/5: 1 de 1") {
		t.Errorf("%d, or no warning before June", a.status)
	}
	form := func(change ...string) url.Values {
		v := url.Values{"tipo": {"modificacion"}, "anio": {"2026"}, "estratos": {"nivel"}, "tamano": {"95/5"}, "fuente": {"Sorteo Mayor 4010 de la Lotería Nacional"}, "dia": {"10/06/2026"}}
		for i := 0; i < len(change); i += 2 {
			v.Set(change[i], change[i+1])
		}
		return v
	}
	for _, x := range [][3]string{
		{"anio", "2025", "Nadie ha presentado"}, {"anio", "x", "cuatro cifras"}, {"tipo", "x", "Elige el tipo"}, {"fuente", "corto", "de dónde saldrá"},
		{"dia", "14/05/2026", "posterior a hoy"}, {"dia", "luego", "posterior a hoy"}, {"tamano", "propio", "cuántas se sortean"}, {"estratos", "x", "cómo repartir"},
	} {
		a := office.ask("POST", drawsPath+"/sorteo", form(x[0], x[1]))
		if a.status != 422 || !strings.Contains(a.body, x[2]) || x[0] != "fuente" && !strings.Contains(a.body, "Sorteo Mayor 4010") {
			t.Errorf("%v: %d", x, a.status)
		}
	}
	page := office.send(drawsPath+"/sorteo", form())
	at := drawsPath + "/VER-2026-001"
	if page.status != 200 || !strings.Contains(page.body, "Vuelve el 10 de junio de 2026") || strings.Contains(page.body, "/sortear") {
		t.Fatalf("frozen: %d", page.status)
	}
	if a := office.ask("GET", at+"/acta.pdf", nil); a.status != 404 {
		t.Errorf("an act without a draw: %d", a.status)
	}
	if a := office.ask("POST", at+"/sortear", url.Values{"semilla": {"53817"}}); a.status != 422 || !strings.Contains(a.body, "Todavía no llega") {
		t.Errorf("before its day: %d", a.status)
	}
	s.set("2026-06-10 00:00:01")
	office.signIn()
	if a := office.ask("POST", at+"/sortear", url.Values{"semilla": {" "}}); a.status != 422 {
		t.Errorf("no seed: %d", a.status)
	}
	page = office.send(at+"/sortear", url.Values{"semilla": {"53 817"}})
	for _, has := range []string{f.Folio, "Misma lista", "Completo: 1 de 1", "acta.pdf", "declara draw --seed"} {
		if !strings.Contains(page.body, has) {
			t.Errorf("the page lacks %q", has)
		}
	}
	if a := office.ask("POST", at+"/sortear", url.Values{"semilla": {"1"}}); a.status != 409 {
		t.Errorf("a second seed: %d", a.status)
	}
	file := office.ask("GET", at+"/universo.txt", nil)
	u, err := draw.Read([]byte(file.body))
	if err != nil || len(u.Rows) != 1 {
		t.Fatalf("%v", err)
	}
	if d, err := draw.Draw(u, "53 817", 1); err != nil || d.Folios[0] != f.Folio {
		t.Errorf("%v %v", d, err)
	}
	act := office.ask("GET", at+"/acta.pdf", nil)
	if act.status != 200 || !strings.HasPrefix(act.body, "%PDF") {
		t.Errorf("act: %d", act.status)
	}
	var said strings.Builder
	said.WriteString(page.body + file.body + act.body)
	s.update(func(tx *storage.Txn) error {
		said.WriteString("")
		return errors.Join(tx.AuditEntries(func(_ storage.AuditEntry, raw []byte) error { said.Write(raw); return nil }),
			tx.Mails(func(m storage.Mail) error { said.Write(m.Message); return nil }),
			tx.Leaves(func(_ storage.Leaf, record []byte) error { said.Write(record); return nil }))
	})
	for _, private := range []string{o.person.RFC, o.person.CURP, o.person.First, "MARCANOTA"} {
		if strings.Contains(said.String(), private) {
			t.Errorf("something tells %q", private)
		}
	}
	if a := office.ask("POST", at+"/anular", url.Values{"motivo": {"corto"}}); a.status != 422 {
		t.Errorf("no reason: %d", a.status)
	}
	if a := office.send(at+"/anular", url.Values{"motivo": {"Se capturó mal el número premiado"}}); a.status != 200 || !strings.Contains(a.body, "Anulado") {
		t.Errorf("void: %d", a.status)
	}
	if a := office.ask("GET", drawsPath+"/VER-2026-009", nil); a.status != 404 {
		t.Errorf("none: %d", a.status)
	}
	other := s.official(9, forms.Full, "2020-01-16", "")
	for _, x := range []*official{other, s.staff("Alguien", storage.RoleAdmin), s.staff("Alguien", storage.RoleHR), s.staff("Alguien", storage.RoleInvestigator)} {
		for _, path := range []string{drawsPath, at, at + "/universo.txt", at + "/acta.pdf"} {
			if a := x.ask("GET", path, nil); a.status != 403 || strings.Contains(a.body, f.Folio) {
				t.Errorf("%s: %d", path, a.status)
			}
		}
	}
}

// TestDrawWork: only the verifier to whom a drawn declaration was given reads it here,
// for a reason, and the declarant sees the number of the draw; what is closed stays.
func TestDrawWork(t *testing.T) {
	s := newDeclareSite(t, "2026-05-14")
	o, f := filedOne(s)
	office := s.staff("Eva Solís", storage.RoleComptroller)
	office.send(drawsPath+"/sorteo", url.Values{"tipo": {"modificacion"}, "anio": {"2026"}, "estratos": {"ninguno"}, "tamano": {"95/5"}, "fuente": {"Sorteo Mayor 4010 de la Lotería Nacional"}, "dia": {"10/06/2026"}})
	s.set("2026-06-10 09:00:00")
	office.signIn()
	page := office.send(drawsPath+"/VER-2026-001/sortear", url.Values{"semilla": {"53817"}})
	at := drawsPath + "/VER-2026-001/declaracion/" + f.Folio
	if !strings.Contains(page.body, `href="`+at+`"`) || !strings.Contains(page.body, "Por revisar") {
		t.Fatalf("no way to it: %d", page.status)
	}
	var me, hers string
	s.update(func(tx *storage.Txn) error {
		u, err := tx.UserByLogin(office.login)
		me = u.ID
		d, err2 := tx.UserByPerson(o.who.Person)
		hers = d.ID
		return errors.Join(err, err2)
	})
	for _, to := range []string{"", "x", hers} {
		if a := office.ask("POST", at+"/asignar", url.Values{"quien": {to}}); a.status != 422 {
			t.Errorf("given to %q: %d", to, a.status)
		}
	}
	if a := office.send(at+"/asignar", url.Values{"quien": {me}}); a.status != 200 || !strings.Contains(a.body, "La verifica Eva Solís") {
		t.Errorf("assigned: %d", a.status)
	}
	if a := office.ask("GET", at+"/hoja", nil); a.status != 303 || a.header.Get("Location") != at {
		t.Errorf("the sheet before it was opened: %d", a.status)
	}
	if a := office.send(at+"/abrir", url.Values{"motivo": {""}}); a.status != 200 || !strings.Contains(a.body, "Evolución patrimonial") || a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("opened: %d", a.status)
	}
	if a := office.open(at); !strings.Contains(a.body, "En revisión") || strings.Contains(a.body, o.person.CURP) {
		t.Errorf("the page of the work: %d", a.status)
	}
	if a := office.open(at + "/hoja/seccion/datosGenerales"); !strings.Contains(a.body, o.person.CURP) {
		t.Errorf("a section: %d", a.status)
	}
	one, two := s.staff("Ana Paz", storage.RoleVerifier), s.staff("Bea Paz", storage.RoleTransparency, storage.RoleVerifier)
	for _, path := range []string{drawsPath, drawsPath + "/VER-2026-001", drawsPath + "/VER-2026-001/universo.txt", at + "/conclusion", peoplePath, casesPath, conflictsPath, "/contraloria/personas/" + o.who.Person + "/declaraciones", openPath(f.ID)} {
		if a := one.ask("GET", path, nil); a.status != 403 {
			t.Errorf("who verifies gets %s: %d", path, a.status)
		}
	}
	if a := one.ask("POST", at+"/asignar", url.Values{"quien": {me}, "porque": {"Me toca a mí, oficio 3"}}); a.status != 403 {
		t.Errorf("who verifies assigns: %d", a.status)
	}
	var ana string
	s.update(func(tx *storage.Txn) error { u, err := tx.UserByLogin(one.login); ana = u.ID; return err })
	if a := office.send(at+"/asignar", url.Values{"quien": {ana}, "porque": {"Pasa a quien verifica"}}); a.status != 200 || !strings.Contains(a.body, "La verifica Ana Paz") {
		t.Errorf("given to who verifies: %d", a.status)
	}
	if a := one.open(givenPath); a.status != 200 || !strings.Contains(a.body, `href="`+at+`"`) || !strings.Contains(a.body, o.person.First) || strings.Contains(a.body, o.person.CURP) {
		t.Errorf("her list: %d", a.status)
	} else {
		structure(t, a.body)
	}
	if a := two.open(givenPath); strings.Contains(a.body, f.Folio) || !strings.Contains(a.body, "No tienes nada por verificar") {
		t.Errorf("the list of another: %d", a.status)
	}
	for _, path := range []string{"", "/hoja", "/hoja/seccion/datosGenerales", "/certificado.pdf", "/turno.pdf"} {
		if a := two.ask("GET", at+path, nil); a.status != 404 || strings.Contains(a.body, o.person.First) {
			t.Errorf("another who verifies gets %s: %d", path, a.status)
		}
	}
	if a := two.ask("POST", at+"/abrir", url.Values{"motivo": {"Quiero verla, oficio 4"}}); a.status != 404 {
		t.Errorf("another who verifies opens it: %d", a.status)
	}
	if a := one.open(at); a.status != 200 || strings.Contains(a.body, "/asignar") || strings.Contains(a.body, `href="`+drawsPath+`/VER-2026-001"`) {
		t.Errorf("her page leads elsewhere: %d", a.status)
	}
	if a := one.send(at+"/abrir", url.Values{}); a.status != 200 || !strings.Contains(a.body, "Evolución patrimonial") {
		t.Errorf("she opens it: %d", a.status)
	}
	if a := one.send(at+"/excusa", url.Values{"porque": {"Es de mi familia cercana"}}); a.status != 200 || !strings.Contains(a.body, "No tienes nada por verificar") {
		t.Errorf("she excuses herself: %d", a.status)
	}
	if a := one.ask("GET", at+"/hoja", nil); a.status != 404 {
		t.Errorf("she reads what she gave up: %d", a.status)
	}
	s.update(func(tx *storage.Txn) error { // the office has nobody for it any more
		for _, x := range []*official{one, two} {
			u, err := tx.UserByLogin(x.login)
			if err != nil {
				return err
			}
			u.Disabled = true
			if err := tx.PutUser(u); err != nil {
				return err
			}
		}
		return nil
	})
	office.send(at+"/asignar", url.Values{"quien": {me}})
	other := s.staff("Luz Ruiz", storage.RoleHR, storage.RoleComptroller)
	if a := other.ask("POST", at+"/abrir", url.Values{"motivo": {"ver"}}); a.status != 422 || strings.Contains(a.body, o.person.CURP) {
		t.Errorf("another without a reason: %d", a.status)
	}
	o.signIn()
	if a := o.open("/declaraciones/lecturas"); !strings.Contains(a.body, "VER-2026-001") || !strings.Contains(a.body, "Eva Solís") {
		t.Errorf("she is not told: %d", a.status)
	}
	if a := office.ask("POST", at+"/hoja/cerrar", url.Values{"hallazgo": {"x"}}); a.status != 422 || !strings.Contains(a.body, "Escribe qué encontraste") || !strings.Contains(a.body, "Elige cómo termina") {
		t.Errorf("closed without words: %d", a.status)
	}
	if a := office.send(at+"/hoja/cerrar", url.Values{"resultado": {"concluida"}, "hallazgo": {"Los saldos coinciden con MARCAHALLAZGO"}}); a.status != 200 || !strings.Contains(a.body, "Cerrada") || strings.Contains(a.body, "MARCAHALLAZGO") {
		t.Errorf("closed: %d", a.status)
	}
	for _, path := range []string{"/abrir", "/hoja/cerrar", "/asignar", "/hoja/aclaracion", "/hoja/cifra", "/hoja/documento", "/hoja/seccion/ingresos", "/excusa"} {
		form := url.Values{"resultado": {"concluida"}, "hallazgo": {"Otra cosa distinta"}, "quien": {me}, "porque": {"Otra cosa distinta"}, "pregunta": {"Otra cosa distinta"}, "dias": {"5"}, "documento": {"Recibos"},
			"marca": {"ok"}, "clase": {"gasto"}, "anio": {"2025"}, "importe": {"5"}, "concepto": {"casa"}, "origen": {"ENIGH"}}
		if a := office.ask("POST", at+path, form); a.status != 409 {
			t.Errorf("%s of a closed one: %d", path, a.status)
		}
	}
	if a := office.ask("GET", at+"/hoja", nil); a.status != 409 || strings.Contains(a.body, o.person.CURP) {
		t.Errorf("the sheet of a closed one: %d", a.status)
	}
	s.update(func(tx *storage.Txn) error {
		return tx.AuditEntries(func(_ storage.AuditEntry, raw []byte) error {
			for _, private := range []string{"MARCAHALLAZGO", o.person.CURP, o.person.First} {
				if strings.Contains(string(raw), private) {
					t.Errorf("the audit trail tells %q", private)
				}
			}
			return nil
		})
	})
	if a := office.ask("GET", drawsPath+"/VER-2026-001/declaracion/VE-2026-000099", nil); a.status != 404 {
		t.Errorf("one that is not there: %d", a.status)
	}
}
