package web

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"declara/app/table"
	"declara/storage"
)

// sendTemplate sends a template of the PNT as the form does, and answers with what came,
// file or page.
func (o *official) sendTemplate(file, step string, more ...string) (*http.Response, string) {
	o.Helper()
	kind, body := multipartOf(o.T, append([]string{"@archivo", file, "paso", step, "anio", "2026", "trimestre", "2", "area", "Contraloría", "integrante", "Funcionario"}, more...)...)
	r := httptest.NewRequest("POST", publicationPath+"/pnt", strings.NewReader(body))
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
	return resp, string(b)
}

// TestPublicationPages: what is public is compared with the standard, what is wrong is
// told where, why and how to mend it, and comes as a list; nothing private is in either.
func TestPublicationPages(t *testing.T) {
	s := newDeclareSite(t, "2026-05-14")
	o, f := filedOne(s)
	office := s.staff("Eva Solís", storage.RoleComptroller)
	structure(t, office.open(publicationPath).body)
	if a := office.open(publicationPath); !strings.Contains(a.body, "Aún no se compara") || !strings.Contains(a.body, "Falta 1 cambio") {
		t.Error("before")
	}
	a := office.send(publicationPath, nil)
	if a.status != 200 || !strings.Contains(a.body, "Todo cumple el estándar") || !strings.Contains(a.body, "Se comparó 1 declaración") {
		t.Fatalf("%d %s", a.status, a.body)
	}
	// One comes in that is not right: its public document has what must not be there.
	s.update(func(tx *storage.Txn) error {
		doc, err := tx.PublicDocument(f.ID)
		if err != nil {
			return err
		}
		var v map[string]any
		if err := json.Unmarshal(doc, &v); err != nil {
			return err
		}
		general := v["declaracion"].(map[string]any)["situacionPatrimonial"].(map[string]any)["datosGenerales"].(map[string]any)
		general["curp"] = "MARCACURP"
		delete(general, "nombre")
		if doc, err = json.Marshal(v); err != nil {
			return err
		}
		x := storage.Filing{ID: "MALA", Person: f.Person, Type: f.Type, Year: 2025, Filed: s.now, Zone: f.Zone, Method: storage.MethodImported, Sent: "x", Imported: &storage.Imported{From: "sesna", ID: "1", At: s.now}}
		return tx.File(&x, doc, doc, "")
	})
	a = office.send(publicationPath, nil)
	structure(t, a.body)
	for _, want := range []string{"1 declaración por corregir", "VE-IMP-2026-", "CURP", "Es un dato que no debe ser público", "Reserva la declaración hoy", "nota aclaratoria", "Importada"} {
		if !strings.Contains(a.body, want) {
			t.Errorf("not told: %s", want)
		}
	}
	if a := office.open(publicationPath + "?falla=required&pagina=9"); !strings.Contains(a.body, "VE-IMP-2026-") {
		t.Error("a filter hides it")
	}
	csv := office.open(publicationPath + "/renglones.csv").body
	if !strings.Contains(csv, "datosGenerales.curp") || strings.Contains(csv, "MARCACURP") || strings.Contains(a.body, "MARCACURP") {
		t.Error("the list")
	}
	if a := o.open(publicationPath); a.status != 403 {
		t.Errorf("an official: %d", a.status)
	}
}

// TestPNTPages: the template is filled in, its columns are told, and a bad one is
// answered with a sentence and what was typed.
func TestPNTPages(t *testing.T) {
	s := newDeclareSite(t, "2026-05-14")
	_, f := filedOne(s)
	office := s.staff("Eva Solís", storage.RoleComptroller)
	structure(t, office.open(publicationPath+"/pnt").body)
	heads := []string{"Ejercicio", "Nombre(s)", "Primer apellido", "Sexo (catálogo)", "Modalidad de la Declaración Patrimonial (catálogo)", "Hipervínculo a la versión pública", "Fecha de actualización"}
	template := string(table.WriteCSV([][]string{{"49080"}, heads}))
	resp, body := office.sendTemplate(template, "llenar")
	if resp.StatusCode != 200 || !strings.Contains(resp.Header.Get("Content-Disposition"), "pnt-declaraciones.csv") || !strings.Contains(body, "/publico/declaraciones/"+f.ID) || !strings.Contains(body, "Modificación") {
		t.Errorf("%d %q", resp.StatusCode, body)
	}
	resp, body = office.sendTemplate(template, "revisar")
	if resp.StatusCode != 200 || !strings.Contains(body, "Llenamos 6 columnas") || !strings.Contains(body, "Sexo (catálogo)") || !strings.Contains(body, "1 declaración de ese trimestre") {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
	structure(t, body)
	for file, want := range map[string]string{"": "Elige la plantilla", "%PDF-1.4": "no es una lista", "a,b\n1,2\n": "No encontramos los títulos"} {
		if resp, body := office.sendTemplate(file, "llenar"); resp.StatusCode != 422 || !strings.Contains(body, want) || !strings.Contains(body, `value="Funcionario"`) {
			t.Errorf("%q: %d", file, resp.StatusCode)
		}
	}
	if resp, body := office.sendTemplate(template, "llenar", "trimestre", "9"); resp.StatusCode != 200 || body == "" { // the first one counts
		t.Errorf("%d", resp.StatusCode)
	}
}
