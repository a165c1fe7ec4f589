package pdn

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"
)

// invented is an index of n declarations with as many distinct names as a state
// has, and what its searches are like.
func invented(n int) *index {
	r := rand.New(rand.NewPCG(uint64(n), 3))
	syllables := []string{"ma", "ri", "lu", "pe", "ña", "go", "ez", "ra", "to", "sán", "cha", "vé", "il", "or", "un"}
	name := func(few int) string {
		s := ""
		for k := r.IntN(few); k >= 0; k /= 15 {
			s += syllables[k%15]
			if k == 0 {
				break
			}
		}
		return s
	}
	x := newIndex()
	for i := range n {
		e := entry{keys: [keyCount]string{someOrder[min(2, r.IntN(9))], "20", fmt.Sprintf("%03d", 1+r.IntN(570))}}
		e.texts = [textCount]string{name(8000) + " " + name(600), name(5000), name(5000), "Municipio de " + name(570), "Jefe de " + name(900), fmt.Sprint("N", r.IntN(60))}
		e.studies = []string{someLevel[r.IntN(8)]}
		e.income = number{true, int64(r.IntN(900_000))}
		for range r.IntN(3) {
			e.estates = append(e.estates, estate{number{true, int64(r.IntN(900))}, number{true, int64(r.IntN(2000))}, number{true, int64(r.IntN(5_000_000))}, someHow[r.IntN(4)]})
		}
		if err := x.add(fmt.Sprintf("01J%023d", i), e.append(nil)); err != nil {
			panic(err)
		}
	}
	x.settle()
	return x
}

// cpu is the processor time of this process so far, which a busy machine does not
// stretch as it does the clock.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

var benchQueries = []struct{ name, body string }{
	{"all", `{"page":%d}`},
	{"given-syllable", `{"page":%d,"query":{"nombres":"sancha"}}`},
	{"given-letter", `{"page":%d,"query":{"nombres":"a"}}`},
	{"first", `{"page":%d,"query":{"primerApellido":"goez"}}`},
	{"first-sorted", `{"page":%d,"query":{"primerApellido":"go"},"sort":{"nombres":"desc"}}`},
	{"town", `{"page":%d,"query":{"datosEmpleoCargoComision":{"municipioAlcaldia":"067"}}}`},
	{"order", `{"page":%d,"query":{"datosEmpleoCargoComision":{"nivelOrdenGobierno":"MUNICIPAL_ALCALDIA","entidadFederativa":"20"}}}`},
	{"level-order-given", `{"page":%d,"query":{"escolaridadNivel":"LIC","nombres":"ma","datosEmpleoCargoComision":{"nivelOrdenGobierno":"MUNICIPAL_ALCALDIA"}}}`},
	{"two-dense", `{"page":%d,"query":{"nombres":"a","primerApellido":"a"}}`},
	{"income", `{"page":%d,"query":{"totalIngresosNetos":{"min":100000,"max":400000}}}`},
	{"price-range", `{"page":%d,"query":{"bienesInmuebles":{"valorAdquisicion":{"min":100000,"max":400000}}}}`},
	{"price-range-dense", `{"page":%d,"query":{"bienesInmuebles":{"valorAdquisicion":{"min":1,"max":4999990}}}}`},
	{"how", `{"page":%d,"query":{"bienesInmuebles":{"formaAdquisicion":"CSN"}}}`},
	{"sort-given", `{"page":%d,"sort":{"nombres":"asc"}}`},
	{"sort-three", `{"page":%d,"sort":{"primerApellido":"asc","segundoApellido":"asc","nombres":"desc"}}`},
}

// BenchmarkPage is what finding the ids of a page costs, without reading the
// documents: the first page, and deep ones.
func BenchmarkPage(b *testing.B) {
	for _, n := range []int{1_000, 100_000} {
		x := invented(n)
		for _, q := range benchQueries {
			b.Run(fmt.Sprintf("%s/%d", q.name, n), func(b *testing.B) {
				i := 0
				before := cpu()
				for b.Loop() {
					p, err := parse(fmt.Appendf(nil, q.body, 1+i%5))
					if err != nil {
						b.Fatal(err)
					}
					x.page(p)
					i++
				}
				b.ReportMetric(float64(cpu()-before)/float64(b.N), "cpu-ns/op")
			})
		}
	}
}

// BenchmarkLoad is reading the rows of 100,000 declarations into an index.
func BenchmarkLoad(b *testing.B) {
	from := invented(100_000)
	var rows [][]byte
	r := rand.New(rand.NewPCG(5, 5))
	for i := range from.ids {
		e := entry{keys: [keyCount]string{"ESTATAL", "20", fmt.Sprintf("%03d", r.IntN(570))}, studies: []string{"LIC"}, income: number{true, int64(r.IntN(500_000))}}
		for t := range e.texts {
			e.texts[t] = from.words[t].all[from.cols[t].codes[i]]
		}
		rows = append(rows, e.append(nil))
	}
	ids := slices.Clone(from.ids)
	from = nil
	runtime.GC()
	for b.Loop() {
		x := newIndex()
		for i, row := range rows {
			if err := x.add(ids[i], row); err != nil {
				b.Fatal(err)
			}
		}
		x.settle()
	}
}
