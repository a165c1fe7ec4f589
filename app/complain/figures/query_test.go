package figures

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
)

// someRows are two years: one with figures, and one that is a band.
func someRows(t testing.TB) []Row {
	t.Helper()
	stages := withParts([]int{13, 20}, 12, 8)
	stages.Parts = append(stages.Parts, Part{Of: "A", Name: ByMotive, Counts: table("", 2, 11).Counts})
	took := make([]int, 20)
	big, err := Freeze(Plan(2026, nil)[0], Counts{Total: 33, Tables: []Table{table(ByGroup, 10, 20, 3), table(ByChannel, 33, 0), stages},
		Days: []Days{{Ending, map[string][]int{"B": took}}}})
	if err != nil {
		t.Fatal(err)
	}
	small, err := Freeze(Plan(2025, nil)[0], Counts{Total: 1, Tables: []Table{table(ByGroup, 1)}})
	if err != nil {
		t.Fatal(err)
	}
	b := Body{Name: "Valle Encinos"}
	b.State.Key, b.Town.Key = "20", "067"
	return append(Rows(big, 1, "2027-01-01", "", b), Rows(small, 1, "2026-01-01", "", b)...)
}

func TestQuery(t *testing.T) {
	rows := someRows(t)
	for _, c := range []struct {
		body  string
		total int
		first string
		next  bool
	}{
		{`{}`, 11, "2026-v1-TODOS", true},
		{`{"page":2,"pageSize":4}`, 11, "2026-v1-A", true},
		{`{"page":3,"pageSize":4}`, 11, "2026-v1-A", false},
		{`{"page":9223372036854775807}`, 11, "", false},
		{`{"pageSize":0,"sort":{"periodo":"asc"}}`, 11, "2025-v1-TODOS", true},
		{`{"query":{"ejercicio":2026,"canal":""}}`, 10, "2026-v1-TODOS", false},
		{`{"query":{"tipoFalta":"a"}}`, 1, "2026-v1-A", false},
		{`{"query":{"clasificacion":{"tipoFalta":"TODOS"},"etapa":"B"}}`, 1, "2026-v1-B", false},
		{`{"query":{"clasificacion":{"grupoConducta":"b"}}}`, 1, "2026-v1-B", false},
		{`{"query":{"entePublico":{"clave":"20067"}},"nada":[1]}`, 11, "2026-v1-TODOS", true},
		{`{"query":{"entePublico":{"clave":"20068"}}}`, 0, "", false},
		{`{"query":"","sort":null}`, 11, "2026-v1-TODOS", true},
	} {
		q, err := ParseQuery([]byte(c.body))
		if err != nil {
			t.Errorf("%s: %v", c.body, err)
			continue
		}
		a := q.Search(rows)
		first := ""
		if len(a.Results) > 0 {
			first = a.Results[0].ID
		}
		if a.Pagination.TotalRows != c.total || first != c.first || a.Pagination.HasNextPage != c.next {
			t.Errorf("%s: %+v, first %q", c.body, a.Pagination, first)
		}
	}
	for body, member := range map[string]string{
		``: "", `[]`: "", `{"page":0}`: "page", `{"page":"a"}`: "page", `{"pageSize":"x"}`: "pageSize", `{"sort":{"periodo":"up"}}`: "sort.periodo",
		`{"query":[]}`: "query", `{"query":{"canal":[]}}`: "query.canal", `{"query":{"periodo":4}}`: "query.periodo",
		`{"query":{"nada":1}}`: "query.nada", `{"query":{"periodo":{"canal":"web"}}}`: "query.periodo.canal", `{"query":{"periodo":{"periodo":{}}}}`: "query.periodo.periodo",
	} {
		_, err := ParseQuery([]byte(body))
		if e, ok := errors.AsType[*QueryError](err); !ok || e.Member != member {
			t.Errorf("%s: %v", body, err)
		}
	}
}

func TestParams(t *testing.T) {
	rows := someRows(t)
	for address, want := range map[string]string{
		"": "10 0 11", "limit=2&offset=9": "2 9 11", "limit=900": "200 0 11", "limit=&ejercicio=2025": "10 0 1", "tipoFalta=A&canal=TODOS": "10 0 1",
		"periodo.granularidad=ANIO&canal=A": "10 0 1", "limit=0": "limit", "limit=x": "limit", "offset=-1": "offset", "nada=1": "nada", "entePublico=x": "entePublico",
	} {
		params, err := url.ParseQuery(address)
		if err != nil {
			t.Fatal(err)
		}
		q, offset, err := ParseParams(params)
		got := fmt.Sprint(q.Limit(), offset, len(q.Find(rows)))
		if e, ok := errors.AsType[*QueryError](err); ok {
			got = e.Member
		}
		if got != want {
			t.Errorf("%q: %s, want %s", address, got, want)
		}
	}
}

func TestRows(t *testing.T) {
	b, err := json.Marshal(someRows(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`{"id":"2026-v1-C","fechaActualizacion":"2027-01-01","version":1,"entePublico":{"nombre":"Valle Encinos"`,
		`"etapa":"TODOS","conteo":{"valor":null,"metodo":"SUPRESION_5","suprimido":true}}`,
		`"conteo":{"valor":null,"rango":"0–9","metodo":"SUPRESION_5","suprimido":false}}`,
		`"conteo":{"valor":33,"metodo":"SUPRESION_5","suprimido":false},"tiempos":{"base":"≥10","diasMedianaConclusion":0}}`,
		`"etapa":"A","conteo":{"valor":13,"metodo":"SUPRESION_5","suprimido":false},"motivoCierre":{"A":null,"B":null}}`,
		`"clasificacion":{"tipoFalta":"A","grupoConducta":"TODOS"},"etapa":"B","conteo":{"valor":12,`,
	} {
		if !strings.Contains(string(b), want) {
			t.Errorf("no %s in\n%s", want, b)
		}
	}
}

func FuzzQuery(f *testing.F) {
	f.Add([]byte(`{"page":1,"pageSize":10,"sort":{"periodo":"desc"},"query":{"ejercicio":2026}}`))
	rows := someRows(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		if q, err := ParseQuery(body); err == nil {
			if a := q.Search(rows); len(a.Results) > a.Pagination.PageSize {
				t.Fatal("more than a page")
			}
		}
	})
}
