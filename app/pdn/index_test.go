package pdn

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// corpus is an index and what it should hold.
type corpus struct {
	t    fataler
	x    *index
	docs map[string]any
	r    *rand.Rand
	n    int
}

// fataler is a test, of rapid or not.
type fataler interface {
	Fatal(...any)
	Fatalf(string, ...any)
}

func newCorpus(t fataler, seed uint64) *corpus {
	return &corpus{t: t, x: newIndex(), docs: map[string]any{}, r: rand.New(rand.NewPCG(seed, 1))}
}

func (c *corpus) add() {
	// Ids come mostly, and not always, in their order.
	c.n++
	id := fmt.Sprintf("%04dX%d", c.n-c.r.IntN(10), c.n)
	c.put(id)
}

func (c *corpus) put(id string) {
	b, err := json.Marshal(invent(c.r, id))
	if err != nil {
		c.t.Fatal(err)
	}
	row, err := Row(b)
	if err != nil {
		c.t.Fatal(err)
	}
	if err := c.x.add(id, row); err != nil {
		c.t.Fatal(err)
	}
	var doc any
	if err := json.Unmarshal(b, &doc); err != nil {
		c.t.Fatal(err)
	}
	c.docs[id] = doc
}

// drop takes a declaration out; back publishes it again, with other contents.
func (c *corpus) drop(back bool) {
	if len(c.docs) == 0 {
		return
	}
	id := slices.Sorted(maps.Keys(c.docs))[c.r.IntN(len(c.docs))]
	c.x.remove(id)
	delete(c.docs, id)
	if back {
		c.put(id)
	}
}

// holds compares one answer of the index with the oracle's.
func (c *corpus) holds(body string) {
	q, err := parse([]byte(body))
	if err != nil {
		c.t.Fatalf("%s: %v", body, err)
	}
	want := brute(c.docs, body)
	total := len(want)
	want = want[min(q.skip(), int64(total)):]
	want = want[:min(q.size, len(want))]
	ids, n := c.x.page(q)
	if n != total || !slices.Equal(ids, want) && len(ids)+len(want) > 0 {
		c.t.Fatalf("%s\ngot  %d %v\nwant %d %v", body, n, ids, total, want)
	}
}

// Every query and sort, alone and together, on an index that grows and shrinks,
// answers what looking at every document answers.
func TestIndexAgainstOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newCorpus(t, rapid.Uint64().Draw(t, "seed"))
		for range rapid.IntRange(0, 90).Draw(t, "first") {
			c.add()
		}
		c.x.settle()
		for range 12 {
			switch rapid.IntRange(0, 5).Draw(t, "do") {
			case 0:
				for range rapid.IntRange(1, 40).Draw(t, "more") {
					c.add()
				}
			case 1:
				c.drop(false)
			case 2:
				c.drop(true)
			}
			c.x.settle()
			q := search(t)
			for _, size := range []int{1, 7, 200} {
				c.holds(pageBody(q, rapid.IntRange(1, 8).Draw(t, "page"), size))
			}
		}
	})
}

// Each single filter and sort of the OAS, both directions, over all pages.
func TestIndexEachAlone(t *testing.T) {
	for seed := range uint64(10) {
		c := newCorpus(t, seed)
		for range 70 {
			c.add()
		}
		c.x.settle()
		for _, by := range fixedOrder {
			for _, dir := range []string{"asc", "desc"} {
				body := object{"sort": nested(by, dir)}
				for page := 1; page <= 4; page++ {
					c.holds(pageBody(body, page, 30))
				}
			}
		}
		for _, filter := range []string{
			`"nombres":"maria"`, `"primerApellido":"pena"`, `"primerApellido":"PEÑA"`, `"segundoApellido":"ga"`,
			`"escolaridadNivel":"LIC"`, `"totalIngresosNetos":{"min":7}`, `"totalIngresosNetos":{"max":7}`, `"totalIngresosNetos":{"min":7,"max":20}`,
			`"datosEmpleoCargoComision":{"nombreEntePublico":"municip"}`, `"datosEmpleoCargoComision":{"entidadFederativa":"20"}`,
			`"datosEmpleoCargoComision":{"municipioAlcaldia":"067"}`, `"datosEmpleoCargoComision":{"empleoCargoComision":"policia"}`,
			`"datosEmpleoCargoComision":{"nivelOrdenGobierno":"ESTATAL"}`, `"datosEmpleoCargoComision":{"nivelEmpleoCargoComision":"c4"}`,
			`"bienesInmuebles":{"superficieConstruccion":{"min":5}}`, `"bienesInmuebles":{"superficieTerreno":{"max":9}}`,
			`"bienesInmuebles":{"valorAdquisicion":{"min":5,"max":9}}`, `"bienesInmuebles":{"formaAdquisicion":"CSN"}`,
			`"bienesInmuebles":{"formaAdquisicion":"CSN","valorAdquisicion":{"min":15},"superficieTerreno":{"min":3,"max":25}}`,
			`"bienesInmuebles":{"valorAdquisicion":{"min":5,"max":0}}`, `"bienesInmuebles":{"valorAdquisicion":{"min":0,"max":0}}`,
			`"bienesInmuebles":{"valorAdquisicion":{"min":9,"max":5}}`, `"id":"0001X1"`, `"id":"0001X1","nombres":"nobody"`,
		} {
			for page := 1; page <= 3; page++ {
				c.holds(fmt.Sprintf(`{"page":%d,"pageSize":25,"query":{%s}}`, page, filter))
			}
		}
	}
}

// nested puts a value at a path of one or two names.
func nested(path string, v any) object {
	o := object{}
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '.' {
			o[path[:i]] = object{path[i+1:]: v}
			return o
		}
	}
	o[path] = v
	return o
}
