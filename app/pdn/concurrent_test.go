package pdn

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"declara/storage"
)

// Searches, filings and reserves at the same time: every page is whole, and what is
// never touched is always found. With -race it also shows that nothing is shared
// that should not be.
func TestSearchWhileEverythingChanges(t *testing.T) {
	w := newWorld(t)
	steady := w.file(40, w.person(1))
	hidden := w.person(2)
	w.file(5, hidden)
	busy := w.person(3)
	auth := w.token()
	stop := make(chan struct{})
	var changing, searching sync.WaitGroup
	fault := make(chan error, 16)
	run := func(fn func(i int) error) {
		changing.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				if err := fn(i); err != nil {
					fault <- err
					return
				}
			}
		})
	}
	docs := sampled()
	run(func(i int) error {
		return w.db.Update(context.Background(), tenant, func(tx *storage.Txn) error {
			_, err := fileOne(tx, w.now(), busy, docs[i%len(docs)])
			return err
		})
	})
	run(func(i int) error {
		return w.db.Update(context.Background(), tenant, func(tx *storage.Txn) error {
			var r *storage.Reserve
			if i%2 == 0 {
				r = &storage.Reserve{Agreement: "CT/1/2026", Until: "2030-01-01"}
			}
			return tx.SetReserve(hidden, r)
		})
	})
	for g := range 3 {
		searching.Go(func() {
			r := rand.New(rand.NewPCG(uint64(g), 9))
			for range 60 {
				body := []string{
					fmt.Sprintf(`{"page":%d,"pageSize":7}`, 1+r.IntN(6)),
					`{"pageSize":200,"sort":{"primerApellido":"asc","nombres":"desc"}}`,
					`{"pageSize":200,"query":{"datosEmpleoCargoComision":{"nombreEntePublico":"a"}},"sort":{"totalIngresosNetos":"desc"}}`,
					`{"pageSize":20,"query":{"nombres":"a","primerApellido":"e"}}`,
					fmt.Sprintf(`{"query":{"id":%q}}`, steady[r.IntN(len(steady))]),
				}[r.IntN(5)]
				if err := wholePage(w, auth, body); err != nil {
					fault <- err
					return
				}
			}
		})
	}
	searching.Wait()
	close(stop)
	changing.Wait()
	close(fault)
	for err := range fault {
		t.Error(err)
	}
	for _, id := range steady {
		if got := w.find(fmt.Sprintf(`{"query":{"id":%q}}`, id)); got.Pagination.TotalRows != 1 || len(got.Results) != 1 {
			t.Errorf("%s is lost", id)
		}
	}
}

// wholePage asks for a page and checks that it has as many rows as it says.
func wholePage(w *world, auth, body string) error {
	page, err := w.s.Search(context.Background(), tenant, "192.0.2.1", auth, []byte(body), nil)
	if err != nil {
		return fmt.Errorf("%s: %w", body, err)
	}
	var p reply
	if err := json.Unmarshal(page, &p); err != nil {
		return fmt.Errorf("%s: %w", body, err)
	}
	q := p.Pagination
	want := min(q.PageSize, max(0, q.TotalRows-int(q.Page-1)*q.PageSize))
	seen := map[string]bool{}
	for _, id := range p.ids() {
		seen[id] = true
	}
	if len(p.Results) != want || len(seen) != want {
		return fmt.Errorf("%s: %d rows, %d of them different, of %+v", body, len(p.Results), len(seen), q)
	}
	return nil
}
