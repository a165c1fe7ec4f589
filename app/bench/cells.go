package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"declara/forms"
)

// query is a kind of search; its conditions are drawn anew for each page, so that
// nothing can be answered from what was asked before.
type query struct {
	name string
	draw func(*rand.Rand) string // members of the body beside page and pageSize
	more string                  // headers
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// piece is a part of a text, from the beginning of a word, as people type.
func piece(r *rand.Rand, s string) string {
	words := strings.Fields(s)
	w := []rune(pick(r, words))
	return string(w[:max(1, min(len(w), 3+r.IntN(5)))])
}

func between(r *rand.Rand, most int64) string {
	lo := r.Int64N(most)
	return fmt.Sprintf(`{"min":%d,"max":%d}`, lo, lo+1+r.Int64N(most/4))
}

const post, estate = `"datosEmpleoCargoComision":{`, `"bienesInmuebles":{`

func where(members string) string { return `,"query":{` + members + `}` }

// queries are every filter of the OAS, alone, some together, and every order.
func queries(ids []string) []query {
	all := []query{
		{name: "everything", draw: func(*rand.Rand) string { return "" }},
		{name: "everything, gzip", draw: func(*rand.Rand) string { return "" }, more: "Accept-Encoding: gzip\r\n"},
		{name: "id", draw: func(r *rand.Rand) string { return where(`"id":"` + pick(r, ids) + `"`) }},
		{name: "nombres", draw: func(r *rand.Rand) string { return where(fmt.Sprintf(`"nombres":%q`, piece(r, givenName(r)))) }},
		{name: "primerApellido", draw: func(r *rand.Rand) string { return where(fmt.Sprintf(`"primerApellido":%q`, piece(r, surname(r)))) }},
		{name: "segundoApellido", draw: func(r *rand.Rand) string { return where(fmt.Sprintf(`"segundoApellido":%q`, piece(r, surname(r)))) }},
		{name: "one letter", draw: func(r *rand.Rand) string { return where(fmt.Sprintf(`"nombres":%q`, string(rune('a'+r.IntN(20))))) }},
		{name: "escolaridadNivel", draw: func(r *rand.Rand) string {
			return where(`"escolaridadNivel":"` + pick(r, forms.SchoolLevel.Entries).Key + `"`)
		}},
		{name: "nombreEntePublico", draw: func(r *rand.Rand) string {
			return where(fmt.Sprintf(post+`"nombreEntePublico":%q}`, "municipio de "+string([]rune(pick(r, towns).Text)[:1])))
		}},
		{name: "entidadFederativa", draw: func(*rand.Rand) string { return where(post + `"entidadFederativa":"` + state + `"}`) }},
		{name: "municipioAlcaldia", draw: func(r *rand.Rand) string {
			return where(post + `"municipioAlcaldia":"` + pick(r, towns).Key + `"}`)
		}},
		{name: "empleoCargoComision", draw: func(r *rand.Rand) string {
			return where(fmt.Sprintf(post+`"empleoCargoComision":%q}`, pick(r, []string{"director", "jefe", "aux", "poli", "super", "obras", "regis", "técnic", "promo"})))
		}},
		{name: "nivelEmpleo", draw: func(r *rand.Rand) string {
			return where(fmt.Sprintf(post+`"nivelEmpleoCargoComision":"%c%d"}`, 'A'+rune(r.IntN(5)), 1+r.IntN(4)))
		}},
		{name: "nivelOrdenGobierno", draw: func(r *rand.Rand) string {
			return where(post + `"nivelOrdenGobierno":"` + pick(r, forms.Government.Entries).Key + `"}`)
		}},
		{name: "totalIngresosNetos", draw: func(r *rand.Rand) string { return where(`"totalIngresosNetos":` + between(r, 300_000)) }},
		{name: "superficieConstruccion", draw: func(r *rand.Rand) string { return where(estate + `"superficieConstruccion":` + between(r, 300) + `}`) }},
		{name: "superficieTerreno", draw: func(r *rand.Rand) string { return where(estate + `"superficieTerreno":` + between(r, 500) + `}`) }},
		{name: "valorAdquisicion", draw: func(r *rand.Rand) string { return where(estate + `"valorAdquisicion":` + between(r, 2_000_000) + `}`) }},
		{name: "valor, open", draw: func(r *rand.Rand) string {
			return where(fmt.Sprintf(estate+`"valorAdquisicion":{"min":%d,"max":0}}`, 1+r.Int64N(1_000_000)))
		}},
		{name: "formaAdquisicion", draw: func(r *rand.Rand) string {
			return where(estate + `"formaAdquisicion":"` + pick(r, forms.Acquisition.Entries).Key + `"}`)
		}},
		{name: "forma and valor", draw: func(r *rand.Rand) string {
			return where(estate + `"formaAdquisicion":"CPV","valorAdquisicion":` + between(r, 2_000_000) + `}`)
		}},
		{name: "name and surname", draw: func(r *rand.Rand) string {
			return where(fmt.Sprintf(`"nombres":%q,"primerApellido":%q`, piece(r, givenName(r)), piece(r, surname(r))))
		}},
		{name: "studies and order", draw: func(r *rand.Rand) string {
			return where(`"escolaridadNivel":"LIC",` + post + `"nivelOrdenGobierno":"` + pick(r, forms.Government.Entries).Key + `"}`)
		}},
		{name: "surname by income", draw: func(r *rand.Rand) string {
			return where(fmt.Sprintf(`"primerApellido":%q`, piece(r, surname(r)))) + `,"sort":{"totalIngresosNetos":"desc"}`
		}},
	}
	for _, by := range []string{
		"nombres", "primerApellido", "segundoApellido", "escolaridadNivel", "totalIngresosNetos",
		post + "nombreEntePublico", post + "entidadFederativa", post + "municipioAlcaldia", post + "empleoCargoComision",
		post + "nivelEmpleoCargoComision", post + "nivelOrdenGobierno",
		estate + "superficieConstruccion", estate + "superficieTerreno", estate + "formaAdquisicion", estate + "valorAdquisicion",
	} {
		name := by[strings.LastIndex(by, "{")+1:]
		in := strings.TrimSuffix(by, name)
		all = append(all, query{name: "by " + name, draw: func(r *rand.Rand) string {
			return `,"sort":{` + in + `"` + name + `":"` + pick(r, []string{"asc", "desc"}) + `"` + strings.Repeat("}", 1+strings.Count(in, "{"))
		}})
	}
	return append(all, query{name: "by surnames and name", draw: func(r *rand.Rand) string {
		return `,"sort":{"primerApellido":"asc","segundoApellido":"asc","nombres":"` + pick(r, []string{"asc", "desc"}) + `"}`
	}})
}

// cell is one kind of search, one size of page, at one size of the store.
type cell struct {
	query      string
	size       int
	one, eight rate // with one connection and with eight
}

// pages is how many of the first pages are asked for.
const pages = 5

// measure asks every kind of search of every program, one program after the other
// before the next kind, and keeps the best of what was found so far.
func measure(ctx context.Context, all []*measured, span time.Duration) error {
	for _, m := range all {
		tokens, err := m.server.tokenRate(ctx, 8, 2*span)
		if err != nil {
			return err
		}
		m.tokens = max(m.tokens, tokens)
	}
	n := 0
	for _, size := range []int{10, 200} {
		for q := range all[0].queries {
			for _, m := range all {
				c, err := m.cell(ctx, m.queries[q], size, span)
				if err != nil {
					return err
				}
				if n == len(m.cells) {
					m.cells = append(m.cells, c)
				} else {
					m.cells[n].one = better(m.cells[n].one, c.one)
					m.cells[n].eight = better(m.cells[n].eight, c.eight)
				}
			}
			n++
		}
	}
	return nil
}

func (m *measured) cell(ctx context.Context, q query, size int, span time.Duration) (c cell, err error) {
	c.query, c.size = q.name, size
	ask := func(c *client, r *rand.Rand) ([]byte, error) {
		return c.search(fmt.Sprintf(`{"page":%d,"pageSize":%d%s}`, 1+r.IntN(pages), size, q.draw(r)), q.more)
	}
	if c.one, err = m.server.press(ctx, 1, span, ask); err == nil {
		c.eight, err = m.server.press(ctx, 8, span, ask)
	}
	if err != nil {
		return c, fmt.Errorf("%s: %w", q.name, err)
	}
	return c, nil
}

// better is the one of two in which more was answered, with the lesser processor time
// of both.
func better(a, b rate) rate {
	best := a
	if b.pages > a.pages {
		best = b
	}
	best.cpu = min(a.cpu, b.cpu)
	return best
}

// ids are some of the declarations.
func (s *server) ids() ([]string, error) {
	c, err := dial(s.addr)
	if err != nil {
		return nil, err
	}
	defer c.close()
	if err := c.authorize(); err != nil {
		return nil, err
	}
	page, err := c.search(`{"pageSize":200}`, "")
	if err != nil {
		return nil, err
	}
	var ids []string
	for rest := string(page); ; {
		_, after, found := strings.Cut(rest, `{"id":"`)
		if !found {
			return ids, nil
		}
		id, tail, _ := strings.Cut(after, `"`)
		ids, rest = append(ids, id), tail
	}
}

func printCells(all []cell) {
	fmt.Printf("%-4s %-25s %5s | %8s %8s %7s | %8s %8s %7s %5s | %8s\n", "size", "search", "rows", "p50 c=1", "p99 c=1", "pages/s", "p50 c=8", "p99 c=8", "pages/s", "MB/s", "processor")
	for _, c := range all {
		fmt.Printf("%-4d %-25s %5.1f | %8s %8s %7.0f | %8s %8s %7.0f %5.0f | %8s\n", c.size, c.query, c.eight.rows,
			short(c.one.p50), short(c.one.p99), c.one.pages, short(c.eight.p50), short(c.eight.p99), c.eight.pages, c.eight.bytes/1e6, short(c.eight.cpu))
	}
}

func short(d time.Duration) string {
	if d < time.Millisecond {
		return fmt.Sprintf("%d µs", d.Microseconds())
	}
	return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
}

// fullEnough is the part of the rows that were asked for which makes a page full.
const fullEnough = 0.95

// full reports whether the pages had nearly all the rows that were asked for: other
// pages cost less, whatever the size of the store.
func (c cell) full() bool { return c.eight.rows >= fullEnough*float64(c.size) }
