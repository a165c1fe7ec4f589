package e2e

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"declara/forms"
	"declara/storage"
)

// TestConflictsInBrowser: the office brings suppliers in, corrects what is wrong, sees
// that somebody coincides, reads both sides for a ground and decides: wide, light and
// with scripts, and narrow, dark and without.
func TestConflictsInBrowser(t *testing.T) {
	const at = "/contraloria/conflictos"
	s := newSite(t, "2026-05-14")
	o := s.hire(7, forms.Full, "2020-01-16")
	f := s.filed(o)
	login := s.office("Eva Solís Ramírez")
	var rows [][]string
	s.view(func(tx *storage.Txn) error {
		raw, err := tx.FullDocument(f.ID)
		if err != nil {
			return err
		}
		_, _, doc, err := forms.ParseResult(raw)
		if err != nil {
			return err
		}
		a, err := forms.Parse(doc.Form, doc.JSON)
		for _, x := range [][2]string{{"participacion.participacion", "nombreEmpresaSociedadAsociacion"}, {"representacion.representacion", "nombreRazonSocial"}, {"adeudos.adeudo", "otorganteCredito.nombreInstitucion"}} {
			for _, id := range a.Items(forms.Path(x[0])) {
				if n := a.Get(forms.Path(x[0]).Join(id).Join(strings.Split(x[1], ".")...)); len(strings.Fields(n)) > 1 && rows == nil {
					rows = append(rows, []string{"", n, "Ana Soto Ríos", "OP-2026-001", "Rehabilitación de banquetas del centro histórico", "1,260,000", "2026-02-01", "2026-12-31", o.unit(s)})
				}
			}
		}
		return err
	})
	if rows == nil {
		t.Fatal("nothing that a supplier could be made of")
	}
	dir := t.TempDir()
	list := func(name string, rows [][]string) string {
		var b strings.Builder
		w := csv.NewWriter(&b)
		w.WriteAll(append([][]string{{"RFC", "Proveedor", "Representantes legales", "Número de contrato", "Objeto del contrato", "Monto", "Fecha de inicio", "Fecha de fin", "Área contratante"}}, rows...))
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	bad := list("mal.csv", [][]string{{"COS98", "Luna Nueva", "", "1", "", "mucho", "", "", ""}})
	for n, with := range []struct {
		width  int64
		script bool
		dark   bool
	}{{1280, true, false}, {360, false, true}} {
		other := []string{"Ferretería El Clavo Dorado SA de CV", "Llantera Cuatro Caminos SA de CV"}[n]
		good := list("bien.csv", append(rows, []string{"", other, "", "G-1", "Compra menor", "12,000", "2026-01-01", "2026-02-01", "Recursos Materiales"}))
		v := newTab(s, with.width, with.script)
		v.dark(with.dark)
		look := func(name string, says ...string) {
			t.Helper()
			v.seen("conflict-"+name, says...)
		}
		bring := func(file string) {
			t.Helper()
			v.open(at + "/proveedores")
			v.do(chromedp.SetUploadFiles(chromedp.CSS("#f-archivo"), []string{file}))
			v.arrive(chromedp.Click(chromedp.CSS(`form[enctype] button`)))
		}
		press := func(form string) {
			t.Helper()
			v.arrive(chromedp.Click(chromedp.CSS(form + ` button:not([type=button])`)))
		}
		signIn(v, login, password)
		v.open(at)
		look("empty", "Conflictos de interés")
		bring(bad)
		look("wrong", "Renglón 2, columna A", "Renglón 2, columna F")
		bring(good)
		look("diff", "Nuevos", other)
		press(`form[action$="/aplicar"]`)
		look("applied", "Lista aplicada")
		v.open(at)
		press(`form[action$="/comparar"]`)
		look("list", o.Name(), "Contrato vigente", "Contrato de su misma área")
		v.open(at + "/proveedores")
		look("suppliers", other)
		v.open(at)
		var to string
		for _, a := range v.at.root.all(func(n *node) bool { return n.tag == "a" }) {
			if href := a.attrs["href"]; strings.HasPrefix(href, at+"/") && len(href) == len(at)+33 {
				to = href
			}
		}
		v.open(to)
		look("one", "Algo de su declaración coincide")
		if v.at.says(o.RFC) || v.at.says("Lo que se declaró") {
			t.Error("the page tells what was declared")
		}
		v.set("expediente", "OIC/CI/007/2026")
		v.set("motivo", "Revisión de conflicto de interés con proveedores")
		press(`form[action$="/evidencia"]`)
		look("evidence", "Lo que se declaró", "OP-2026-001", "OIC/CI/007/2026")
		v.provoke("422")
		press(`form[action$="/decidir"]`)
		look("undecided", "Elige una decisión", "Escribe el motivo")
		v.fill(exactly(map[string]string{"decision": "excusa", "razon": "Tiene parte en la empresa y su área la contrata. Vuelta " + []string{"uno", "dos"}[n]}))
		press(`form[action$="/decidir"]`)
		look("decided", "Cartas de excusa", "Hay que excusarse")
	}
}

// unit is where an official works.
func (o official) unit(s *site) (unit string) {
	s.view(func(tx *storage.Txn) error {
		return tx.People(func(p storage.Person) error {
			if p.RFC == o.RFC {
				unit = p.Unit
			}
			return nil
		})
	})
	return unit
}
