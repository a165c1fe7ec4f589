package web

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"declara/app/complain"
	"declara/storage"
)

// came puts complaints into the store as if they had come in on a day.
func (x *site) came(n int, day, category string) {
	x.t.Helper()
	x.update(func(tx *storage.Txn) error {
		for range n {
			id := storage.RandomID()
			if err := tx.PutComplaint(storage.Complaint{ID: id, Folio: "DEN-" + id[:8], Locator: id[8:14], Day: day, Category: category,
				Channel: complain.ChannelWeb, State: "R0", Moves: []storage.ComplaintMove{{To: "R0", Day: day}}}, 0); err != nil {
				return err
			}
		}
		return nil
	})
}

func (x *site) freeze() {
	x.t.Helper()
	if err := x.s.figures().Freeze(context.Background(), tenant); err != nil {
		x.t.Fatal(err)
	}
}

func TestFigures(t *testing.T) {
	x := newAPI(t)
	x.came(30, "2026-05-04", complain.GroupMoney)
	x.came(12, "2026-05-04", complain.GroupAbuse)
	x.came(7, "2026-05-04", complain.GroupRecords)
	x.came(3, "2026-05-04", complain.GroupInterest)
	x.freeze()
	anybody := x.anybody()
	for _, path := range []string{"/publico/denuncias", "/publico/denuncias.csv", "/publico/denuncias.json"} {
		anybody.get(path).is(http.StatusOK).hides("Llegaron", "DEN-", "2026-") // an open period shows nothing
	}
	x.clock = time.Date(2027, 1, 1, 18, 0, 0, 0, time.UTC)
	x.freeze()
	page := anybody.get("/publico/denuncias").is(http.StatusOK)
	page.says("Año 2026", "Llegaron 52 denuncias.", "Cobros indebidos y sobornos", ">30<", ">12<", "reservado", "<svg").hides("DEN-", ">3<", ">7<", "2027-01")
	if strings.Count(page.body, "<svg") > strings.Count(page.body, `class="der"`) {
		t.Error("there are drawings without their figures")
	}
	anybody.get("/publico/denuncias?periodo=2025").is(http.StatusNotFound)
	anybody.get("/publico/denuncias?periodo=%3Cscript%3E").is(http.StatusNotFound).hides("<script>")
	anybody.get("/publico/denuncias.csv").is(http.StatusOK).says("2026-v1-COBROS_Y_SOBORNOS,Municipio de Valle Encinos,2026-01-01,2026-12-31,ANIO,TODOS,COBROS_Y_SOBORNOS,TODOS,30,,false")
	anybody.get("/publico/denuncias.json?limit=2&offset=1").is(http.StatusOK).says(`"total":20,"limit":2,"offset":1`, `"clave":"MUN"`)
	anybody.get("/publico/denuncias.json?limit=-1&offset=999").is(http.StatusOK).says(`"results":[]`)

	// The office corrects, with a note and never by a few.
	office := x.as(storage.RoleComptroller)
	office.get("/contraloria/cifras").is(http.StatusOK).says("Año 2026", "Corrige un periodo")
	office.post("/contraloria/cifras", "periodo", "2026", "nota", "").is(422).says("Escribe en una nota")
	x.came(1, "2026-05-05", complain.GroupMoney)
	office.post("/contraloria/cifras", "periodo", "2026", "nota", "-1 faltaban").is(422).says("delataría a alguien", "-1 faltaban")
	x.came(4, "2026-05-05", complain.GroupMoney)
	office.post("/contraloria/cifras", "periodo", "2026", "nota", "-1 faltaban").leads("/contraloria/cifras")
	anybody.get("/publico/denuncias").says("Llegaron 57 denuncias.", "Versión corregida número 2.", "Versión 1, del", "Llegaron 52 denuncias.")
	anybody.get("/publico/denuncias.csv").says("2026-v2-TODOS", "'-1 faltaban").hides("2026-v1")
}

func TestFiguresSearch(t *testing.T) {
	x := newAPI(t)
	x.came(30, "2026-05-04", complain.GroupMoney)
	x.clock = time.Date(2027, 1, 1, 18, 0, 0, 0, time.UTC)
	x.freeze()
	p := x.newProgram(false)
	auth, err := p.token()
	if err != nil {
		t.Fatal(err)
	}
	header := map[string]string{"Content-Type": jsonType, "Authorization": auth}
	status, raw, err := p.post("/v1/denuncias", header, `{"page":1,"pageSize":10,"sort":{"periodo":"desc"},"query":{"ejercicio":2026,"clasificacion":{"grupoConducta":"COBROS_Y_SOBORNOS"}}}`)
	var page apiPage
	if err != nil || status != http.StatusOK || json.Unmarshal(raw, &page) != nil || page.Pagination.TotalRows != 1 || page.Results[0].ID != "2026-v1-COBROS_Y_SOBORNOS" {
		t.Fatalf("%d %v\n%s", status, err, raw)
	}
	if !strings.Contains(string(raw), `"conteo":{"valor":30,"metodo":"SUPRESION_5","suprimido":false}`) {
		t.Errorf("%s", raw)
	}
	for body, want := range map[string]string{`[]`: `"code":"e_8001"`, `{"page":0}`: `«page»`} {
		if status, raw, _ := p.post("/v1/denuncias", header, body); status != http.StatusBadRequest || !strings.Contains(string(raw), want) {
			t.Errorf("%s: %d %s", body, status, raw)
		}
	}
	for _, bad := range []string{"", "Bearer x", "Basic " + auth} {
		if status, raw, _ := p.post("/v1/denuncias", map[string]string{"Content-Type": jsonType, "Authorization": bad}, `{}`); status != http.StatusUnauthorized || !strings.Contains(string(raw), "e_701") {
			t.Errorf("with %q: %d %s", bad, status, raw)
		}
	}
	x.update(func(tx *storage.Txn) error {
		c, err := tx.Client(apiID)
		if err != nil {
			return err
		}
		c.Disabled = true
		return tx.PutClient(c)
	})
	if status, _, _ := p.post("/v1/denuncias", header, `{}`); status != http.StatusUnauthorized {
		t.Errorf("a client that was switched off: %d", status)
	}
}
