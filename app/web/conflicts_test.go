package web

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"declara/app/table"
	"declara/forms"
	"declara/storage"
)

const supplierHead = "RFC,Proveedor,Representantes legales,Número de contrato,Objeto del contrato,Monto,Fecha de inicio,Fecha de fin,Área contratante\n"

// sendList sends a file of suppliers as the form does.
func (o *official) sendList(file string, scope string) reply {
	o.Helper()
	kind, body := multipartOf(o.T, "@archivo", file, "alcance", scope)
	r := httptest.NewRequest("POST", suppliersPath, strings.NewReader(body))
	r.Host = "declara.example"
	for name, value := range map[string]string{"Content-Type": kind, "Sec-Fetch-Site": "same-origin", "Origin": "http://declara.example"} {
		r.Header.Set(name, value)
	}
	r.AddCookie(&http.Cookie{Name: "sesion", Value: o.cookie})
	o.now = o.now.Add(50 * time.Millisecond)
	resp, err := o.server.Test(r)
	if err != nil {
		o.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		o.Fatal(err)
	}
	return o.follow(reply{resp.StatusCode, resp.Header.Get("Location"), string(b), resp.Header, suppliersPath})
}

var (
	versionOf  = regexp.MustCompile(`name="version" value="([0-9a-f]+)"`)
	conflictAt = regexp.MustCompile(`href="(` + conflictsPath + `/[0-9a-f]{32})"`)
	listAt     = regexp.MustCompile(`action="(` + suppliersPath + `/[^/"]+)/olvidar"`)
)

// suppliersOf brings a list in and compares.
func (o *official) suppliersOf(rows string) {
	o.Helper()
	page := o.sendList(supplierHead+rows, "parte")
	if page.status != 200 || !strings.Contains(page.body, "Aplicar ") {
		o.Fatalf("%d %s", page.status, page.body)
	}
	at := listAt.FindStringSubmatch(page.body)[1]
	if a := o.send(at+"/aplicar", url.Values{"version": {versionOf.FindStringSubmatch(page.body)[1]}}); a.status != 200 || !strings.Contains(a.body, "Lista aplicada") {
		o.Fatalf("applied: %d %s", a.status, a.body)
	}
	if a := o.send(conflictsPath+"/comparar", url.Values{}); a.status != 200 || !strings.Contains(a.body, "Personas comparadas: 1") {
		o.Fatalf("compared: %d %s", a.status, a.body)
	}
}

// hers is the company, of those that an official declared, that a supplier is made of;
// with everything that she wrote, but for names and places that the roster has as well.
func hers(s *declareSite, f storage.Filing) (name string, private []string) {
	s.Helper()
	s.update(func(tx *storage.Txn) error {
		raw, err := tx.FullDocument(f.ID)
		if err != nil {
			return err
		}
		_, _, doc, err := forms.ParseResult(raw)
		if err != nil {
			return err
		}
		a, err := forms.Parse(doc.Form, doc.JSON)
		for _, x := range [][2]string{
			{"participacion.participacion", "nombreEmpresaSociedadAsociacion"}, {"representacion.representacion", "nombreRazonSocial"},
			{"clientesPrincipales.cliente", "clientePrincipal.nombreRazonSocial"}, {"beneficiosPrivados.beneficio", "otorgante.nombreRazonSocial"},
			{"adeudos.adeudo", "otorganteCredito.nombreInstitucion"},
		} {
			list := forms.Path(x[0])
			for _, id := range a.Items(list) {
				item := list.Join(id)
				if n := a.Get(item.Join(strings.Split(x[1], ".")...)); n != "" && name == "" && len(strings.Fields(n)) > 1 {
					name = n
				}
			}
		}
		p, err2 := tx.Person(f.Person)
		known := strings.Join([]string{"Municipio de Valle Encinos", name, p.Given, p.First, p.Second, p.Unit, p.Post}, "\n")
		for i := range doc.Form.Sections {
			for _, l := range forms.Lines(doc.Form, a, doc.Form.Sections[i].Key) {
				if l.Kind == forms.Answer && (l.Field.Kind == forms.Text || l.Field.Kind == forms.Money) && len(l.Raw[0]) > 5 && !strings.Contains(known, l.Raw[0]) {
					private = append(private, l.Raw[0])
				}
			}
		}
		return errors.Join(err, err2)
	})
	if len(private) < 40 {
		s.Fatalf("only %d marks", len(private))
	}
	if name == "" {
		s.Fatal("she declared no company")
	}
	return name, private
}

// TestConflictPages: suppliers come in, a coincidence is listed without what was
// declared, read for a ground, decided, exported and written a letter about.
func TestConflictPages(t *testing.T) {
	s := newDeclareSite(t, "2026-05-14")
	o, f := filedOne(s)
	name, private := hers(s, f)
	office := s.staff("Eva Solís", storage.RoleComptroller)
	if a := office.open(conflictsPath); a.status != 200 || !strings.Contains(a.body, "Faltan los proveedores") {
		t.Errorf("empty: %d", a.status)
	}
	structure(t, office.open(suppliersPath).body)

	// What is wrong stops all of it, with row and column.
	bad := office.sendList(supplierHead+"COS98,Luna,,1,,,,,\n,=1+1,,2,,,,,\n", "parte")
	structure(t, bad.body)
	for _, want := range []string{"Hay 2 datos por corregir", "Renglón 2, columna A: el RFC no tiene forma de RFC", "Renglón 3, columna B: la celda es una fórmula"} {
		if !strings.Contains(bad.body, want) {
			t.Errorf("not told: %s", want)
		}
	}
	if strings.Contains(bad.body, "/aplicar") {
		t.Error("a list with errors can be applied")
	}
	for file, want := range map[string]string{"": "Elige el archivo", "%PDF-1.4": "no es una lista", "a,b\n1,2\n": "No encontramos la columna", `{"a":1}`: "no es de contrataciones abiertas", "{\"releases\":[{": "roto en el renglón 1"} {
		if a := office.sendList(file, "todo"); a.status != 422 || !strings.Contains(a.body, want) || !strings.Contains(a.body, `value="todo" checked`) {
			t.Errorf("%q: %d, without %q", file, a.status, want)
		}
	}

	office.suppliersOf("," + strings.ReplaceAll(name, ",", " ") + ",Ana Soto Ríos,OP-1,Bacheo,100000,2026-02-01,2026-12-31," + o.person.Unit + "\n")
	list := office.open(conflictsPath)
	structure(t, list.body)
	for _, want := range []string{o.person.Name(), "Contrato vigente", "Contrato de su misma área", "Sin revisar", "1 coincidencia"} {
		if !strings.Contains(list.body, want) {
			t.Errorf("the list lacks %q", want)
		}
	}
	at := conflictAt.FindStringSubmatch(list.body)[1]
	for _, query := range []string{"?estado=abiertas", "?vigente=si&misma=si", "?unidad=" + url.QueryEscape(o.person.Unit), "?estado=nada&pagina=99"} {
		if a := office.open(conflictsPath + query); !strings.Contains(a.body, at) {
			t.Errorf("%s hides it", query)
		}
	}
	if a := office.open(conflictsPath + "?estado=sin"); strings.Contains(a.body, at) || !strings.Contains(a.body, "Quita alguno") {
		t.Error("a filter filters nothing")
	}
	page := office.open(at)
	structure(t, page.body)
	kinds := []string{"Tiene parte en una empresa", "Representa o lo representan", "Su cliente principal", "Le dio un beneficio", "Le debe dinero", "Lo que se declaró"}
	quiet := func(what, body string) {
		t.Helper()
		for _, x := range append(append([]string{o.person.CURP, o.person.RFC, "MARCANOTA"}, kinds...), private...) {
			if len(x) > 3 && strings.Contains(body, x) {
				t.Errorf("%s tells %q", what, x)
			}
		}
	}
	quiet("the list", list.body)
	quiet("the page", page.body)

	// Both sides, for a ground, told to the declarant.
	for _, v := range []url.Values{{}, {"expediente": {"OIC/7"}, "motivo": {"ver"}}, {"motivo": {"Revisión de conflicto de interés"}}} {
		if a := office.ask("POST", at+"/evidencia", v); a.status != 422 || strings.Contains(a.body, "Lo que se declaró") {
			t.Errorf("%v: %d", v, a.status)
		}
	}
	both := office.ask("POST", at+"/evidencia", url.Values{"expediente": {"OIC/7/2026"}, "motivo": {"Revisión de conflicto de interés"}})
	structure(t, both.body)
	if both.status != 200 || both.header.Get("Cache-Control") != "no-store" || !strings.Contains(both.body, "Lo que se declaró") || !strings.Contains(both.body, "nombre idéntico") || !strings.Contains(both.body, "OP-1") {
		t.Errorf("both sides: %d %s", both.status, both.body)
	}
	o.signIn()
	if a := o.open("/declaraciones/lecturas"); !strings.Contains(a.body, "OIC/7/2026") || !strings.Contains(a.body, "Eva Solís") {
		t.Errorf("she is not told: %d", a.status)
	}

	// A decision needs both answers, and stays typed.
	version := versionOf.FindStringSubmatch(page.body)[1]
	a := office.ask("POST", at+"/decidir", url.Values{"version": {version}, "razon": {"no MARCA"}})
	if a.status != 422 || !strings.Contains(a.body, "Elige una decisión") || !strings.Contains(a.body, "Escribe el motivo") || !strings.Contains(a.body, "no MARCA") {
		t.Errorf("undecided: %d", a.status)
	}
	if a := office.ask("POST", at+"/decidir", url.Values{"version": {"otra"}, "decision": {"sin"}, "razon": {"No es la misma empresa"}}); a.status != 409 {
		t.Errorf("on other facts: %d", a.status)
	}
	if a := office.ask("GET", at+"/excusa.pdf", nil); a.status != 404 {
		t.Errorf("a letter before: %d", a.status)
	}
	done := office.send(at+"/decidir", url.Values{"version": {version}, "decision": {"excusa"}, "razon": {"MARCARAZON tiene una parte de la empresa"}})
	if done.status != 200 || !strings.Contains(done.body, "MARCARAZON") || !strings.Contains(done.body, "Cartas de excusa") {
		t.Errorf("decided: %d", done.status)
	}
	for _, letter := range []string{"/excusa.pdf", "/respuesta.pdf"} {
		if a := office.ask("GET", at+letter, nil); a.status != 200 || !strings.HasPrefix(a.body, "%PDF-") || a.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d", letter, a.status)
		}
	}
	if a := office.ask("GET", at+"/otra.pdf", nil); a.status != 404 {
		t.Errorf("no such letter: %d", a.status)
	}

	// The export has who decided what, and neither why nor in what they coincide.
	export := office.ask("GET", conflictsPath+"/decisiones.csv", nil)
	got, err := table.Read([]byte(export.body))
	if err != nil || len(got.Rows) != 2 || got.Rows[1].Cells[0] != o.person.Name() || !slices.Contains(got.Rows[1].Cells, "Hay que excusarse") || !slices.Contains(got.Rows[1].Cells, "Eva Solís") {
		t.Errorf("%q %v", export.body, err)
	}
	quiet("the export", export.body)
	quiet("the page of what was decided", done.body)
	if strings.Contains(export.body, "MARCARAZON") {
		t.Error("the export tells why")
	}
	book := office.ask("GET", conflictsPath+"/decisiones.xlsx", nil)
	again, err := table.Read([]byte(book.body))
	if err != nil || len(again.Rows) != 2 {
		t.Fatal(err)
	}
	quiet("the workbook", strings.Join(again.Rows[1].Cells, "\n"))
	s.update(func(tx *storage.Txn) error {
		waiting, err := tx.DueMail(s.now.AddDate(1, 0, 0), 99)
		for _, m := range waiting {
			if strings.Contains(string(m.Message), name) || strings.Contains(strings.ToLower(string(m.Message)), "conflicto") {
				t.Error("a message tells")
			}
		}
		if err != nil {
			return err
		}
		return tx.AuditEntries(func(_ storage.AuditEntry, raw []byte) error {
			for _, private := range []string{"MARCARAZON", name, o.person.CURP} {
				if strings.Contains(string(raw), private) {
					t.Errorf("the audit trail tells %q", private)
				}
			}
			return nil
		})
	})

	// Nobody else, and not the declarant.
	other := s.official(9, forms.Full, "2020-01-16", "")
	for _, x := range []*official{o, other, s.staff("Alguien", storage.RoleAdmin), s.staff("Alguien", storage.RoleHR), s.staff("Alguien", storage.RoleInvestigator)} {
		for _, path := range []string{conflictsPath, at, at + "/excusa.pdf", conflictsPath + "/decisiones.csv", suppliersPath} {
			if a := x.ask("GET", path, nil); a.status != 403 {
				t.Errorf("%s: %d", path, a.status)
			}
		}
	}
	if a := office.ask("GET", conflictsPath+"/nada", nil); a.status != 404 {
		t.Errorf("none: %d", a.status)
	}
}

// TestConflictOwn: who works in the office neither finds nor opens what is about herself.
func TestConflictOwn(t *testing.T) {
	s := newDeclareSite(t, "2026-05-14")
	o, f := filedOne(s)
	name, _ := hers(s, f)
	s.update(func(tx *storage.Txn) error {
		u, err := tx.UserByPerson(o.who.Person)
		if err != nil {
			return err
		}
		u.Roles = append(u.Roles, storage.RoleComptroller)
		return tx.PutUser(u)
	})
	other := s.staff("Eva Solís", storage.RoleComptroller)
	other.suppliersOf("," + strings.ReplaceAll(name, ",", " ") + ",,OP-1,Bacheo,1,2026-02-01,2026-12-31,Obras\n")
	at := conflictAt.FindStringSubmatch(other.open(conflictsPath).body)[1]
	o.signIn()
	if a := o.open(conflictsPath); a.status != 200 || strings.Contains(a.body, at) {
		t.Errorf("listed: %d", a.status)
	}
	for _, path := range []string{at, at + "/excusa.pdf"} {
		if a := o.ask("GET", path, nil); a.status != 404 {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	ground := url.Values{"expediente": {"OIC/7"}, "motivo": {"Revisión de conflicto de interés"}, "decision": {"sin"}, "razon": {"No es la misma empresa"}, "version": {"x"}}
	for _, path := range []string{"/evidencia", "/decidir"} {
		if a := o.ask("POST", at+path, ground); a.status != 404 {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}

// TestSupplierUndo: a list can be taken back, once.
func TestSupplierUndo(t *testing.T) {
	s := newDeclareSite(t, "2026-05-14")
	office := s.staff("Eva Solís", storage.RoleComptroller)
	page := office.sendList(`{"releases":[{"ocid":"o","awards":[{"id":"A-100001","suppliers":[{"name":"Luna Nueva SA de CV"}],"value":{"amount":7}}]}]}`, "parte")
	if !strings.Contains(page.body, "OCDS") || !strings.Contains(page.body, "1 publicación") || !strings.Contains(page.body, "1 contrato nuevo") {
		t.Fatalf("%s", page.body)
	}
	at := listAt.FindStringSubmatch(page.body)[1]
	if a := office.send(at+"/aplicar", url.Values{"version": {"0"}}); !strings.Contains(a.body, "No se aplicó nada") {
		t.Errorf("another difference: %d", a.status)
	}
	applied := office.send(at+"/aplicar", url.Values{"version": {versionOf.FindStringSubmatch(page.body)[1]}})
	structure(t, applied.body)
	if a := office.open(suppliersPath); !strings.Contains(a.body, "Luna Nueva SA de CV") {
		t.Errorf("not there: %d", a.status)
	}
	if a := office.send(at+"/deshacer", url.Values{}); a.status != 200 || strings.Contains(a.body, "Luna Nueva SA de CV") {
		t.Errorf("undone: %d", a.status)
	}
	if a := office.ask("POST", at+"/deshacer", url.Values{}); a.status != 410 {
		t.Errorf("twice: %d", a.status)
	}
	structure(t, office.open(at).body)
	forget := listAt.FindStringSubmatch(office.sendList(supplierHead+",Sol Viejo,,,,,,,\n", "todo").body)[1]
	if a := office.send(forget+"/olvidar", url.Values{}); a.status != 200 {
		t.Errorf("forgotten: %d", a.status)
	}
	for _, name := range []string{"csv", "xlsx"} {
		if a := office.ask("GET", suppliersPath+"/plantilla."+name, nil); a.status != 200 {
			t.Errorf("%s: %d", name, a.status)
		}
	}
}
