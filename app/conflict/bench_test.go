package conflict

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"declara/forms"
	"declara/forms/sample"
	"declara/storage"
)

// BenchmarkCompare compares 6,000 officials, each with a whole declaration, with 10,000
// suppliers: what follows when a list of suppliers is applied in a big body.
func BenchmarkCompare(b *testing.B) {
	w := newWorld(b)
	f := forms.Lookup(forms.Modificacion, forms.Full)
	var docs [][]byte
	for seed := range int64(40) {
		o := sample.Official(seed)
		d, err := sample.Draft(f, seed, sample.Options{Person: o, Year: 2026, Today: "2026-05-20", Wealth: 0.6})
		if err != nil {
			b.Fatal(err)
		}
		doc, err := forms.Compile(f, d)
		if err != nil {
			b.Fatal(err)
		}
		docs = append(docs, forms.Result("x", forms.Metadata{Tipo: forms.Modificacion, DeclaracionCompleta: true}, doc))
	}
	for from := 0; from < 6000; from += 500 {
		w.update(func(tx *storage.Txn) error {
			for n := from; n < from+500; n++ {
				id := fmt.Sprintf("p%05d", n)
				o := sample.Official(int64(n))
				if err := tx.PutPerson(storage.Person{ID: id, Given: o.Given, First: o.First, Second: o.Second, RFC: fmt.Sprintf("PUFE800229%03d", n%1000) + id, CURP: o.CURP, Unit: o.Unit}); err != nil {
					return err
				}
				again := storage.Filing{ID: "d" + id, Person: id, Type: forms.Modificacion, Year: 2026, Filed: w.now, Zone: "America/Mexico_City", Sent: id}
				if err := tx.File(&again, docs[n%len(docs)], []byte("{}"), ""); err != nil {
					return err
				}
			}
			return nil
		})
	}
	words := []string{"Constructora", "Comercial", "Servicios", "Grupo", "Transportes", "Papelería", "Consultores", "Norte", "Sur", "Valle", "Sierra", "Roble", "Encino", "Martínez", "Ramírez", "Integrales", "Industrial", "Azul", "Luna", "Fénix"}
	var rows strings.Builder
	for n := range 10_000 {
		fmt.Fprintf(&rows, ",%s %s %s %s %d SA de CV,,,C-%d,Cosas,1000,2026-01-01,2026-12-31,Obras,\n", words[n%20], words[n/20%20], words[n/400%20], words[(n+7)%20], n/20, n)
	}
	began := time.Now()
	w.bring(rows.String(), false)
	b.Logf("a list of 10,000 suppliers: %v", time.Since(began).Round(time.Millisecond))
	b.ReportAllocs()
	for b.Loop() {
		if ran, err := w.service.Compare(b.Context(), tenant, true); err != nil || ran.Compared != 6000 {
			b.Fatal(ran, err)
		}
	}
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.HeapAlloc)/1e6, "MB-held")
	began = time.Now()
	if _, err := w.service.Compare(b.Context(), tenant, false); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(time.Since(began).Microseconds())/1000, "ms-nothing")
}
