package pdn

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"declara/app/errs"
)

// Bodies that must be refused, with the member that the words name.
func TestRefusedQueries(t *testing.T) {
	for body, member := range map[string]string{
		``: "", ` `: "", `{`: "", `null`: "", `[]`: "", `"x"`: "", `5`: "", `{}}`: "", `{"page":1,}`: "", `{'page':1}`: "", `{"page":NaN}`: "", "\ufeff{}": "",
		`{"query":{"nombres":"` + "\x00" + `"}}`: "", // a raw control character
		`{"query":[]}`:                           "query", `{"query":5}`: "query", `{"query":"x"}`: "query", `{"query":true}`: "query",
		`{"sort":[]}`: "sort", `{"sort":"asc"}`: "sort",
		`{"query":{"id":5}}`:                                                     "query.id",
		`{"query":{"nombres":5}}`:                                                "query.nombres",
		`{"query":{"nombres":["a"]}}`:                                            "query.nombres",
		`{"query":{"primerApellido":{"$ne":1}}}`:                                 "query.primerApellido",
		`{"query":{"segundoApellido":false}}`:                                    "query.segundoApellido",
		`{"query":{"escolaridadNivel":"LICENCIATURA"}}`:                          "query.escolaridadNivel",
		`{"query":{"escolaridadNivel":7}}`:                                       "query.escolaridadNivel",
		`{"query":{"datosEmpleoCargoComision":[]}}`:                              "query.datosEmpleoCargoComision",
		`{"query":{"datosEmpleoCargoComision":{"entidadFederativa":"001"}}}`:     "query.datosEmpleoCargoComision.entidadFederativa",
		`{"query":{"datosEmpleoCargoComision":{"municipioAlcaldia":"0011"}}}`:    "query.datosEmpleoCargoComision.municipioAlcaldia",
		`{"query":{"datosEmpleoCargoComision":{"nombreEntePublico":{}}}}`:        "query.datosEmpleoCargoComision.nombreEntePublico",
		`{"query":{"bienesInmuebles":{"superficieTerreno":5}}}`:                  "query.bienesInmuebles.superficieTerreno",
		`{"query":{"bienesInmuebles":{"superficieTerreno":{"min":"ten"}}}}`:      "query.bienesInmuebles.superficieTerreno.min",
		`{"query":{"bienesInmuebles":{"valorAdquisicion":{"min":1,"max":[2]}}}}`: "query.bienesInmuebles.valorAdquisicion.max",
		`{"query":{"bienesInmuebles":{"valorAdquisicion":{"min":"NaN"}}}}`:       "query.bienesInmuebles.valorAdquisicion.min",
		`{"query":{"bienesInmuebles":{"valorAdquisicion":{"min":""}}}}`:          "query.bienesInmuebles.valorAdquisicion.min",
		`{"query":{"totalIngresosNetos":{"min":true}}}`:                          "query.totalIngresosNetos.min",
		`{"sort":{"nombres":"ASC"}}`:                                             "sort.nombres",
		`{"sort":{"nombres":"up"}}`:                                              "sort.nombres",
		`{"sort":{"nombres":1}}`:                                                 "sort.nombres",
		`{"sort":{"datosEmpleoCargoComision":"asc"}}`:                            "sort.datosEmpleoCargoComision",
		`{"sort":{"bienesInmuebles":{"formaAdquisicion":"descending"}}}`:         "sort.bienesInmuebles.formaAdquisicion",
		`{"page":0}`:      "page",
		`{"pageSize":[]}`: "pageSize",
		`{"x":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + `}`:       "",
		`{"query":` + strings.Repeat(`{"query":`, 20000) + strings.Repeat("}", 20001): "",
	} {
		_, err := parse([]byte(body))
		e, ok := errors.AsType[*Error](err)
		if !ok || e.Code != codeQuery || e.Err.Code != errs.Invalid {
			t.Errorf("%.80s: %v", body, err)
			continue
		}
		if got := strings.Join(e.Err.Args, ""); got != member {
			t.Errorf("%.80s: names %q, want %q", body, got, member)
		}
	}
}

// Bodies that ask nothing: blank, "all" of a select, unknown names.
func TestQueriesWithoutConditions(t *testing.T) {
	for _, body := range []string{
		`{}`, ` { } `, `{"query":{}}`, `{"query":null,"sort":null}`, `{"query":"","sort":""}`,
		`{"query":{"institucionDependencia":"x","rfcSolicitante":"GOAP780710RH7","Nombres":"case counts","_id":{"$gt":""}}}`,
		`{"query":{"id":"","nombres":"","primerApellido":"  ","segundoApellido":null}}`,
		`{"query":{"escolaridadNivel":0,"datosEmpleoCargoComision":{"nivelOrdenGobierno":"0","entidadFederativa":0,"municipioAlcaldia":""},"bienesInmuebles":{"formaAdquisicion":"0"}}}`,
		`{"query":{"escolaridadNivel":0.0,"bienesInmuebles":{"superficieTerreno":{},"valorAdquisicion":{"min":null}},"totalIngresosNetos":null}}`,
		`{"query":{"datosEmpleoCargoComision":{},"bienesInmuebles":{},"totalIngresosNetos":{}},"sort":{"bienesInmuebles":{},"nombres":"","x":"y"}}`,
		`{"query":{"datosEmpleoCargoComision":"","bienesInmuebles":"","totalIngresosNetos":""}}`,
		`{"unknown":[{"deep":[1,2,{"er":null}]}]}`,
	} {
		q, err := parse([]byte(body))
		if err != nil {
			t.Errorf("%s: %v", body, err)
		} else if q.conditions != (conditions{}) || q.nothing || q.id != "" || len(q.sort) > 0 || q.page != 1 || q.size != 10 {
			t.Errorf("%s: %+v", body, q)
		}
	}
}

func TestBounds(t *testing.T) {
	for in, want := range map[string]bounds{
		`{}`:                            {},
		`{"min":null,"max":null}`:       {},
		`{"min":5}`:                     {true, 5, highest},
		`{"max":5}`:                     {true, lowest, 5},
		`{"min":5,"max":7}`:             {true, 5, 7},
		`{"min":"5","max":" 7 "}`:       {true, 5, 7},
		`{"min":10.5,"max":12.5}`:       {true, 11, 12},
		`{"min":-0.5,"max":-0.5}`:       {true, 0, -1}, // no whole number inside
		`{"min":5,"max":0}`:             {true, 5, highest},
		`{"min":0.5,"max":0}`:           {true, 1, highest},
		`{"min":5,"max":0.0}`:           {true, 5, highest},
		`{"min":0,"max":0}`:             {true, 0, 0},
		`{"min":-5,"max":0}`:            {true, -5, 0},
		`{"max":0}`:                     {true, lowest, 0},
		`{"min":7,"max":5}`:             {true, 7, 5},
		`{"min":1e400}`:                 {true, highest, highest},
		`{"max":-1e400}`:                {true, lowest, lowest},
		`{"min":-1e400,"max":1e400}`:    {true, lowest, highest},
		`{"min":1e-400}`:                {true, 0, highest},
		`{"min":123456789012345678901}`: {true, highest, highest},
		`{"min":9007199254740991}`:      {true, 1<<53 - 1, highest},
	} {
		q, err := parse(fmt.Appendf(nil, `{"query":{"totalIngresosNetos":%s}}`, in))
		if err != nil || q.income != want {
			t.Errorf("%s: %+v %v, want %+v", in, q, err, want)
		}
	}
}

// With an id the rest of the query is left out, even what could not be read; page
// and sort still hold.
func TestIDAlone(t *testing.T) {
	q, err := parse([]byte(`{"query":{"id":" 01J ","nombres":5,"escolaridadNivel":"LICENCIATURA"}}`))
	if err != nil || q.id != "01J" || q.conditions != (conditions{}) {
		t.Errorf("%+v %v", q, err)
	}
	if _, err := parse([]byte(`{"page":0,"query":{"id":"01J"}}`)); err == nil {
		t.Error("page 0 was taken beside an id")
	}
	if _, err := parse([]byte(`{"sort":{"nombres":"up"},"query":{"id":"01J"}}`)); err == nil {
		t.Error("a wrong direction was taken beside an id")
	}
}

// Sort keys apply in one order, whatever the order in which they are written.
func TestSortOrder(t *testing.T) {
	q, err := parse([]byte(`{"sort":{"bienesInmuebles":{"valorAdquisicion":"asc"},"datosEmpleoCargoComision":{"municipioAlcaldia":"desc"},"totalIngresosNetos":"desc","escolaridadNivel":"asc","nombres":"asc"}}`))
	if err != nil {
		t.Fatal(err)
	}
	want := sorting{{colText + textGiven, false}, {colStudyLeast, false}, {colIncome, true}, {colKey + keyTown, true}, {leastOf(estatePrice), false}}
	if q.sort.name() != want.name() {
		t.Errorf("%v, want %v", q.sort, want)
	}
}

// A text that is only marks, or longer than anything published, finds nothing
// instead of everything.
func TestTextsThatFindNothing(t *testing.T) {
	for _, s := range []string{"´", "\u200b", "\u0301\u0301", strings.Repeat("a", longestText+1)} {
		q, err := parse(fmt.Appendf(nil, `{"query":{"nombres":%q}}`, s))
		if err != nil || !q.nothing {
			t.Errorf("%.20q: %+v %v", s, q, err)
		}
	}
	q := &query{page: math.MaxInt64 / 2, size: largestSize}
	if q.skip() != math.MaxInt64 {
		t.Errorf("skip overflows: %d", q.skip())
	}
}

// Whatever is sent, it is answered or refused; what is answered is within bounds.
func FuzzQuery(f *testing.F) {
	for _, body := range []string{
		`{"page":1,"pageSize":10}`, `{"pageSize":200,"page":1}`, `{"page":1,"pageSize":1,"query":{}}`,
		`{"query":{"nombres":"a","datosEmpleoCargoComision":{"entidadFederativa":"01"},"bienesInmuebles":{"valorAdquisicion":{"min":1,"max":0},"formaAdquisicion":"CSN"}}}`,
		`{"sort":{"nombres":"asc","bienesInmuebles":{"superficieTerreno":"desc"}}}`, `{"page":1e400}`, `{"query":{"totalIngresosNetos":{"min":1e999,"max":-1e999}}}`,
		`{"query":{"nombres":"[(\\.*\u202e\ud83c\udfe0"}}`, `{"page":"9e18"}`,
	} {
		f.Add(body)
	}
	c := newCorpus(f, 7)
	for range 60 {
		c.add()
	}
	c.x.settle()
	f.Fuzz(func(t *testing.T, body string) {
		q, err := parse([]byte(body))
		if err != nil {
			if e, ok := errors.AsType[*Error](err); !ok || e.Code != codeQuery {
				t.Fatalf("%q: %v", body, err)
			}
			return
		}
		ids, total := c.x.page(q)
		if q.page < 1 || q.size < 1 || q.size > largestSize || len(ids) > q.size || len(ids) > total || total > len(c.docs) {
			t.Fatalf("%q: page %d of %d: %d of %d", body, q.page, q.size, len(ids), total)
		}
		seen := map[string]bool{}
		for q.page = 1; q.skip() < int64(total); q.page++ {
			ids, again := c.x.page(q)
			if again != total {
				t.Fatalf("%q: %d, and then %d", body, total, again)
			}
			for _, id := range ids {
				seen[id] = true
			}
		}
		if len(seen) != total {
			t.Fatalf("%q: its pages have %d of %d", body, len(seen), total)
		}
	})
}
