package web

import (
	"encoding/csv"
	"fmt"
	"strings"
	"testing"
	"time"

	"declara/app/declare"
	"declara/forms"
	"declara/storage"
)

// enlist puts people on the roster, all of one unit but for a change.
func (x *site) enlist(n int, change func(i int, p *storage.Person)) {
	x.t.Helper()
	x.update(func(tx *storage.Txn) error {
		for i := range n {
			p := storage.Person{ID: fmt.Sprintf("persona%d", i), Given: "Ángela", First: "Núñez", Second: fmt.Sprint("Ruiz", i), RFC: fmt.Sprintf("NURA%09d", i), CURP: "PUFE040229MVZRCJA9",
				Email: "oficina@valleencinos.example", Unit: "Tesorería", Post: "Analista", Level: forms.Full, Entry: "2020-01-16", Created: x.clock}
			if change != nil {
				change(i, &p)
			}
			if err := tx.PutPerson(p); err != nil {
				return err
			}
		}
		return nil
	})
}

// TestCompliance: the list, its filters in the address, pages of fifty, a search
// that is not in the address, and the file.
func TestCompliance(t *testing.T) {
	x := newSite(t)
	x.enlist(120, func(i int, p *storage.Person) {
		if i == 7 {
			p.Given, p.Unit, p.Entry = "=HYPERLINK(1)", "Obras Públicas", "2026-03-07"
		}
		if i == 8 {
			p.Email = ""
		}
	})
	x.clock = x.clock.AddDate(0, 0, 4)
	b := x.as(storage.RoleComptroller)
	page := b.get("/contraloria/cumplimiento").is(200).says("Cumplimiento", "121 obligaciones", "Página 1 de 3", "Omisa", "Inicial", "/contraloria/cumplimiento?pagina=2", "Pendiente", "Quedan 23 días", "2 días de atraso")
	structure(t, page.body)
	if first := strings.Index(page.body, "/contraloria/personas/persona7/"); first < 0 || first > strings.Index(page.body, "/contraloria/personas/persona1/") {
		t.Error("the overdue one is not first")
	}
	b.get("/contraloria/cumplimiento?pagina=99").is(200).says("Página 3 de 3")
	b.get("/contraloria/cumplimiento?unidad=Obras+P%C3%BAblicas&estado=vencidas&tipo=inicial").is(200).says("1 obligación", "HYPERLINK")
	b.get("/contraloria/cumplimiento?estado=extemporanea").is(200).says("No hay nada con esos filtros")
	b.get("/contraloria/cumplimiento?estado=%3Cscript&anio=x&tipo=y&pagina=-1").is(200).says("121 obligaciones")
	b.post("/contraloria/cumplimiento", "q", "angela nunez ruiz8", "estado", "pendiente").leads("/contraloria/cumplimiento?estado=pendiente")
	b.get("/contraloria/cumplimiento?estado=pendiente").is(200).says("Ruiz8", "Ninguno: sin correo").hides("Ruiz9")
	b.post("/contraloria/cumplimiento", "q", "").leads("/contraloria/cumplimiento")

	file := b.get("/contraloria/cumplimiento.csv?estado=vencidas").is(200)
	text, ok := strings.CutPrefix(file.body, "\ufeff")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if !ok || err != nil || len(rows) != 2 || rows[1][0] != "'=HYPERLINK(1) Núñez Ruiz7" || rows[1][5] != "2026-05-06" {
		t.Errorf("%v %q", err, file.body)
	}
	if x.as(storage.RoleHR).get("/contraloria/cumplimiento").is(200); strings.Contains(x.log.String(), "Ruiz") {
		t.Error("a name is in the log")
	}
}

// TestPanel: the first day, a campaign under way, and the figures of its charts.
func TestPanel(t *testing.T) {
	x := newSite(t)
	x.update(func(tx *storage.Txn) error { return tx.DropPerson(x.persons[storage.RoleDeclarant]) })
	b := x.as(storage.RoleComptroller)
	structure(t, b.get("/contraloria").is(200).says("Carga tu padrón para empezar").body)
	x.enlist(40, func(i int, p *storage.Person) {
		if i < 10 {
			p.Unit = "Obras Públicas"
		}
	})
	x.update(func(tx *storage.Txn) error {
		for i := 5; i < 15; i++ {
			f := storage.Filing{ID: fmt.Sprintf("f%d", i), Person: fmt.Sprintf("persona%d", i), Type: forms.Modificacion, Year: 2026, Due: "2026-05-31", Filed: x.clock, Zone: "America/Mexico_City", Sent: fmt.Sprintf("s%d", i)}
			if err := tx.File(&f, []byte(`{"MARCADECLARADA":1}`), []byte("{}"), ""); err != nil {
				return err
			}
		}
		return nil
	})
	page := b.get("/contraloria").is(200).says("Faltan 27 días para el cierre", "10 <small>de 40", "25%", "Nadie está vencido", "5 presentadas, 0 en borrador, 5 sin empezar", "Ver los datos", `role="img"`, "4 de mayo de 2026")
	structure(t, page.body)
	page.hides("MARCADECLARADA")
	if strings.Index(page.body, ">Tesorería<") > strings.Index(page.body, ">Obras Públicas<") {
		t.Error("the worst unit is not first")
	}
	b.get("/contraloria/cumplimiento.csv").is(200).hides("MARCADECLARADA").says("Presentada en plazo")
	b.get("/contraloria/cumplimiento").is(200).hides("MARCADECLARADA")
}

// TestPanelExtended: a day that the body gave to everybody is when the campaign closes;
// the last agreement holds, and none takes a day of the law away.
func TestPanelExtended(t *testing.T) {
	x := newSite(t)
	x.enlist(3, nil)
	extend := func(due string) {
		t.Helper()
		if err := x.s.declare.Extend(t.Context(), tenant, "u", declare.Extension{Kind: declare.Modificacion, Year: 2026, Due: due, Agreement: "Acuerdo " + due}, ""); err != nil {
			t.Fatal(err)
		}
	}
	extend("2026-06-20")
	extend("2026-06-07")
	x.clock = time.Date(2026, 6, 4, 18, 0, 0, 0, time.UTC)
	b := x.as(storage.RoleComptroller)
	b.get("/contraloria").is(200).says("Faltan 3 días para el cierre", "7 de junio de 2026").hides("ya cerró")
	extend("2026-05-31")
	b.get("/contraloria").is(200).says("La campaña de 2026 ya cerró", "31 de mayo de 2026")
}
