package web

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"declara/forms"
	"declara/forms/sample"
	"declara/storage"
)

var declarations = flag.Int("declarations", 2000, "public declarations in the benchmarks of the public pages")

// fillPublic files many declarations: those of a few samples under many names, four
// years to a person.
func fillPublic(b *testing.B, s *publicSite, n int) (ids []string) {
	b.Helper()
	type kept struct {
		full, public forms.Document
		as           sample.Person
	}
	var samples []kept
	f := forms.Lookup(forms.Modificacion, forms.Full)
	for seed := range int64(24) {
		p := sample.Official(seed)
		d, err := sample.Draft(f, seed, sample.Options{Person: p, Year: 2026, Event: "2024-03-03", Today: "2026-05-14", Wealth: 0.7})
		s.must(err)
		full, err := forms.Compile(f, d)
		s.must(err)
		public, err := full.Public(forms.PublicOptions{})
		s.must(err)
		samples = append(samples, kept{full, public, p})
	}
	m := forms.Metadata{Institucion: "Municipio de Valle Encinos", Tipo: forms.Modificacion, DeclaracionCompleta: true}
	for at := 0; at < n; at += 500 {
		s.update(func(tx *storage.Txn) error {
			for i := at; i < min(at+500, n); i++ {
				k, p := samples[i/4%len(samples)], sample.Official(int64(i/4))
				rename := strings.NewReplacer(
					`"nombre":"`+k.as.Given+`","primerApellido":"`+k.as.First, `"nombre":"`+p.Given+`","primerApellido":"`+p.First)
				filed := time.Date(2023+i%4, 5, 1, 18, 0, i/4, 0, time.UTC)
				g := storage.Filing{
					ID: storage.NewID(filed), Person: fmt.Sprintf("01P%023d", i/4), Type: forms.Modificacion, Level: forms.Full, Edition: f.Edition,
					Year: 2023 + i%4, Filed: filed, Zone: "America/Mexico_City", Sent: fmt.Sprintf("01S%023d", i),
				}
				m.Actualizacion = filed
				doc := forms.Document{Form: f, JSON: []byte(rename.Replace(string(k.public.JSON)))}
				ids = append(ids, g.ID)
				if err := tx.File(&g, []byte(g.ID), forms.Result(g.ID, m, doc), ""); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return ids
}

// BenchmarkPublic measures the public pages over -declarations of them, in the
// handler: without the network.
func BenchmarkPublic(b *testing.B) {
	s := newPublicSite(b)
	ids := fillPublic(b, s, *declarations)
	before := heap()
	began := time.Now()
	_, count, err := s.server.publish.Version(b.Context(), tenant)
	s.must(err)
	built := time.Since(began)
	b.Logf("index of %d declarations: %v, %.1f MB", count, built.Round(time.Millisecond), float64(heap()-before)/(1<<20))
	page := func(path string) func(*testing.B) {
		return func(b *testing.B) {
			for b.Loop() {
				s.now = s.now.Add(time.Second)
				r := httptest.NewRequest("GET", path, nil)
				r.Header.Set("Accept-Encoding", "gzip")
				res, err := s.server.Test(r)
				s.must(err)
				_, err = io.Copy(io.Discard, res.Body)
				s.must(err)
				if res.StatusCode != 200 {
					b.Fatalf("%s: %d", path, res.StatusCode)
				}
			}
		}
	}
	id := ids[len(ids)/2]
	b.Run("front page", page("/"))
	b.Run("search by name", page("/publico?q=hernandez+garcia"))
	b.Run("search of everybody", page("/publico"))
	b.Run("search misspelt", page("/publico?q=ernandes"))
	b.Run("declaration", page("/publico/declaraciones/"+id))
	b.Run("declaration json", page("/publico/declaraciones/"+id+".json"))
	b.Run("declaration pdf", page("/publico/declaraciones/"+id+".pdf"))
	b.Run("comparison", page("/publico/comparar?a="+id))
	b.Run("verification by hash", page("/verificar?q="+strings.Repeat("ab", 32)))
	for _, file := range []bulk{bulkCSV, bulkJSONL} {
		b.Run("bulk "+file.ext, func(b *testing.B) {
			for b.Loop() {
				low := heap()
				w := &watched{}
				s.must(file.write(context.Background(), s.server.publish, w, "https://declara.example", uint64(len(ids))))
				b.ReportMetric(float64(w.n)/(1<<20), "MB")
				b.ReportMetric(float64(max(w.most, low)-low)/(1<<20), "MB-held")
			}
		})
	}
}

// watched counts what is written and looks at the memory now and then.
type watched struct {
	n    int
	most uint64
	next int
}

func (w *watched) Write(b []byte) (int, error) {
	if w.n += len(b); w.n >= w.next {
		w.next += 16 << 20
		w.most = max(w.most, heap())
	}
	return len(b), nil
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestBulkMemory: a file is sent while it is read, in pieces that do not grow with
// it, and ends with its reader.
func TestBulkMemory(t *testing.T) {
	town := newPublicTown(t)
	for range 12 {
		town.file(filing{person: town.raul, typ: forms.Modificacion, year: 2026, as: raul, seed: 11})
	}
	seq, _, err := town.server.publish.Version(t.Context(), tenant)
	town.must(err)
	for _, file := range []bulk{bulkCSV, bulkJSONL} {
		total, largest := 0, 0
		town.must(file.write(t.Context(), town.server.publish, writer(func(b []byte) (int, error) {
			total += len(b)
			largest = max(largest, len(b))
			return len(b), nil
		}), "https://declara.example", seq))
		if largest > total/2+1 && largest > 4096 {
			t.Errorf("%s: %d bytes, %d of them at once", file.ext, total, largest)
		}
		n := 0
		gone := errors.New("the reader is gone")
		err := file.write(t.Context(), town.server.publish, writer(func(b []byte) (int, error) {
			if n++; n > 1 {
				return 0, gone
			}
			return len(b), nil
		}), "", seq)
		if !errors.Is(err, gone) || n > 3 {
			t.Errorf("%s: %v, after %d pieces", file.ext, err, n)
		}
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(b []byte) (int, error) { return w(b) }
