package web

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"pgregory.net/rapid"

	"declara/app/complain"
	"declara/app/complain/figures"
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
	anybody.get("/publico/denuncias.csv").is(http.StatusOK).says("2026-v1-COBROS_Y_SOBORNOS,Municipio de Valle Encinos,2026-01-01,2026-12-31,ANIO,TODOS,COBROS_Y_SOBORNOS,TODOS,TODOS,TODOS,denuncias,30,,false")
	anybody.get("/publico/denuncias.json?limit=2&offset=1").is(http.StatusOK).says(`"total":20,"limit":2,"offset":1`, `"clave":"MUN"`)
	anybody.get("/publico/denuncias.json?offset=999").is(http.StatusOK).says(`"results":[]`)
	anybody.get("/publico/denuncias.json?limit=-1").is(http.StatusBadRequest).says("«limit»")
	anybody.get("/v1/denuncias?limit=3&grupoConducta=NO_SE").is(http.StatusOK).says(`"total":1,"limit":3,"offset":0`, `"suprimido":true`)
	anybody.get("/v1/denuncias").is(http.StatusOK).says(`"total":20,"limit":10,"offset":0`)
	anybody.get("/v1/denuncias?area=Obras").is(http.StatusBadRequest).says(`"code":"e_8001"`, "«area»")

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

// TestFiguresSearch: the envelope of System 1, with a token, without one and with one that
// is none: it is open data.
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
	for _, token := range []string{auth, "", "Bearer x", "Basic " + auth} {
		header := map[string]string{"Content-Type": jsonType, "Authorization": token}
		status, raw, err := p.post("/v1/denuncias", header, `{"page":1,"pageSize":10,"sort":{"periodo":"desc"},"query":{"ejercicio":2026,"clasificacion":{"grupoConducta":"COBROS_Y_SOBORNOS"}}}`)
		var page apiPage
		if err != nil || status != http.StatusOK || json.Unmarshal(raw, &page) != nil || page.Pagination.TotalRows != 1 || page.Results[0].ID != "2026-v1-COBROS_Y_SOBORNOS" {
			t.Fatalf("with %q: %d %v\n%s", token, status, err, raw)
		}
		if !strings.Contains(string(raw), `"conteo":{"valor":30,"metodo":"SUPRESION_5","suprimido":false}`) {
			t.Errorf("%s", raw)
		}
	}
	header := map[string]string{"Content-Type": jsonType}
	for body, want := range map[string]string{
		`[]`: `"code":"e_8001"`, `{"page":0}`: `«page»`, `{"query":{"area":"Obras"}}`: `«query.area»`, `{"query":{"entePublico":{"clave":[]}}}`: `«query.entePublico.clave»`,
	} {
		if status, raw, _ := p.post("/v1/denuncias", header, body); status != http.StatusBadRequest || !strings.Contains(string(raw), want) {
			t.Errorf("%s: %d %s", body, status, raw)
		}
	}
	if status, raw, _ := p.post("/v1/denuncias", header, `{"query":{"entePublico":{"clave":"20999"}}}`); status != http.StatusOK || !strings.Contains(string(raw), `"totalRows":0`) {
		t.Errorf("of another body: %d %s", status, raw)
	}
}

// TestChannelFacts: by post and fingerprint, and neither names nor ids of anybody.
func TestChannelFacts(t *testing.T) {
	x := newSite(t)
	anybody := x.anybody()
	anybody.get("/publico/denuncias/canal").is(http.StatusOK).says("aún no recibe denuncias", "Nadie todavía.", "Aún no se ha probado.")
	keys := x.channel()
	x.update(func(tx *storage.Txn) error {
		ch, err := tx.Channel()
		if err != nil {
			return err
		}
		ch.Keep, ch.External = 18, &storage.ExternalAuthority{Name: "Auditoría Superior del Estado", Contact: "951 111 1111"}
		return tx.PutChannel(ch, ch.Version)
	})
	x.came(3, "2026-05-04", complain.GroupMoney)
	page := anybody.get("/publico/denuncias/canal").is(http.StatusOK).says("Puesto de contraloria", "18 meses", "Auditoría Superior del Estado", "951 111 1111", "Leer la denuncia", `href="/publico/denuncias/canal.json"`)
	raw := anybody.get("/publico/denuncias/canal.json").is(http.StatusOK).says(`"abierto":true`, `{"plazo":"lectura","numero":5,"unidad":"DIAS_HABILES"}`, `"mesesDeIdentidadTrasConcluir":18`)
	for role, key := range keys {
		page.says(key.Public().Fingerprint())
		raw.says(key.Public().Fingerprint())
		if u := x.people[role]; u.ID != "" && len(u.ID) > 6 {
			page.hides(u.ID, u.Login)
			raw.hides(u.ID, u.Login)
		}
	}
	anybody.get("/publico/denuncias").is(http.StatusOK).says(`href="/publico/denuncias/canal"`)
}

// TestFiguresDescribed: every answer is what our own description says.
func TestFiguresDescribed(t *testing.T) {
	x := newAPI(t)
	x.worked(25, "2026-05-04", complain.GroupMoney, "no_grave")
	x.worked(3, "2026-05-04", complain.GroupAbuse, "grave")
	x.came(14, "2026-05-04", complain.GroupRecords)
	x.clock = time.Date(2027, 1, 1, 18, 0, 0, 0, time.UTC)
	x.freeze()
	for _, lang := range []string{"es", "en"} {
		b := x.anybody()
		b.header.Set("Accept-Language", lang)
		doc, err := openapi3.NewLoader().LoadFromData([]byte(b.get("/v1/openapi.json").is(http.StatusOK).body))
		if err != nil {
			t.Fatal(err)
		}
		if err := doc.Validate(t.Context()); err != nil {
			t.Fatal(err)
		}
		for name, body := range map[string]string{
			"lista":     b.get("/v1/denuncias?limit=200").is(http.StatusOK).body,
			"respuesta": b.do("POST", "/v1/denuncias", jsonType, `{"pageSize":200}`).is(http.StatusOK).body,
			"error":     b.do("POST", "/v1/denuncias", jsonType, `{"query":{"x":1}}`).is(http.StatusBadRequest).body,
		} {
			var v any
			if err := json.Unmarshal([]byte(body), &v); err != nil {
				t.Fatal(err)
			}
			if err := doc.Components.Schemas[name].Value.VisitJSON(v); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if name != "error" && (!strings.Contains(body, `"tipoFalta":"NO_GRAVE"`) || !strings.Contains(body, `"tiempos":{"base":"≥10"`)) {
				t.Errorf("%s: %s", name, body)
			}
		}
	}
	x.anybody().get("/publico/denuncias").is(http.StatusOK).says("Cómo se calificó la falta", "Cuánto tardamos", "La investigación se abrió en 4 días.")
}

// worked puts complaints into the store that were classified.
func (x *site) worked(n int, day, category, class string) {
	x.t.Helper()
	x.update(func(tx *storage.Txn) error {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			return err
		}
		later := func(days int) string { return at.AddDate(0, 0, days).Format(time.DateOnly) }
		for range n {
			id := storage.RandomID()
			if err := tx.PutComplaint(storage.Complaint{ID: id, Folio: "DEN-" + id[:8], Locator: id[8:14], Day: day, Category: category, Channel: complain.ChannelDesk,
				State: "I3", Moves: []storage.ComplaintMove{{To: "R0", Day: day}, {From: "R0", To: "R1", Day: later(1)}, {From: "R1", To: "I1", Day: later(4)},
					{From: "I1", To: "I2", Day: later(5)}, {From: "I2", To: "I3", Day: later(40), Motive: class}}}, 0); err != nil {
				return err
			}
		}
		return nil
	})
}

// TestFiguresNeverFew reads the page, the table and the API of random years, cut finer
// or coarser, with corrections: they say the same, and none says a figure from 1 to 4,
// nor does the difference of two versions, or of a total and what is published of it.
func TestFiguresNeverFew(t *testing.T) {
	checks := flag.Lookup("rapid.checks").Value.String()
	flag.Set("rapid.checks", "6") // each is a store of its own
	defer flag.Set("rapid.checks", checks)
	rapid.Check(t, func(r *rapid.T) {
		x := newAPI(t)
		units := map[string]bool{}
		for year := 2026; year < 2029; year++ {
			for month := range 12 {
				day := fmt.Sprintf("%d-%02d-%02d", year, month+1, rapid.IntRange(1, 28).Draw(r, "day"))
				for _, group := range []string{complain.GroupMoney, complain.GroupAbuse, complain.GroupRecords} {
					x.came(rapid.SampledFrom([]int{0, 1, 2, 9}).Draw(r, "came"), day, group)
					x.worked(rapid.SampledFrom([]int{0, 0, 3, 7, 30}).Draw(r, "worked"), day, group, rapid.SampledFrom(complain.Classes).Draw(r, "class"))
				}
			}
			x.clock = time.Date(year+1, 1, 1, 18, 0, 0, 0, time.UTC)
			x.freeze()
			for range rapid.IntRange(0, 2).Draw(r, "corrections") {
				x.came(rapid.IntRange(0, 9).Draw(r, "late"), fmt.Sprintf("%d-03-05", year), complain.GroupMoney)
				all, err := x.s.figures().All(t.Context(), tenant)
				if err != nil {
					r.Fatal(err)
				}
				period := rapid.SampledFrom(all).Draw(r, "period").ID
				if err := x.s.figures().Correct(t.Context(), tenant, "ana", period, "nota"); err != nil && keyOf(err) != "figures.error.small" {
					r.Fatal(err)
				}
			}
		}
		b := x.anybody()
		var api struct{ Results []figures.Row }
		if err := json.Unmarshal([]byte(b.get("/publico/denuncias.json").is(200).body), &api); err != nil {
			r.Fatal(err)
		}
		told := map[string]string{} // figures of the API by id
		few := func(where string, n *int) {
			if n != nil && *n > 0 && *n < figures.Least {
				r.Fatalf("%s: %d", where, *n)
			}
			told[where] = "reservado"
			if n != nil {
				told[where] = strconv.Itoa(*n)
			}
		}
		for _, row := range api.Results {
			units[row.Period.Unit] = true
			if row.Count.Band == "" {
				few(row.ID, row.Count.N)
			}
			for motive, n := range row.Motive {
				few(row.ID+"-"+motive, n)
			}
			for name, days := range row.Times {
				if n, ok := days.(float64); ok {
					told[row.ID+"-"+name] = strconv.Itoa(int(n))
				}
			}
		}
		table, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.get("/publico/denuncias.csv").is(200).body, "\ufeff"))).ReadAll()
		if err != nil {
			r.Fatal(err)
		}
		for _, line := range table[1:] {
			value := line[11]
			if line[13] == "true" {
				value = "reservado"
			}
			if line[12] == "" && value != told[line[0]] {
				r.Fatalf("the table says %q of %s, and the API %q", value, line[0], told[line[0]])
			}
			delete(told, line[0])
		}
		if len(told) > 0 {
			r.Fatalf("not in the table: %v", told)
		}
		for _, unit := range slices.Sorted(maps.Keys(units)) {
			for _, row := range api.Results {
				if row.Period.Unit != unit || row.Kind.Group != figures.All || row.Channel != figures.All || row.Stage != figures.All {
					continue
				}
				id, _, _ := strings.Cut(row.ID, "-v")
				page := b.get("/publico/denuncias?periodo=" + id).is(200)
				for _, m := range regexp.MustCompile(`<td class="der">([1-4])</td>`).FindAllStringSubmatch(page.body, -1) {
					r.Fatalf("the page of %s has a %s", id, m[1])
				}
			}
		}
		all, err := x.s.figures().All(t.Context(), tenant)
		if err != nil {
			r.Fatal(err)
		}
		for _, p := range all {
			for _, q := range all {
				if p.ID == q.ID && p.Band == "" && q.Band == "" {
					if d := p.Total - q.Total; d != 0 && -figures.Least < d && d < figures.Least {
						r.Fatalf("%s: versions differ by %d", p.ID, d)
					}
				}
			}
		}
	})
}
