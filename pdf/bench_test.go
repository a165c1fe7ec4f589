package pdf

import (
	"bytes"
	"io"
	"syscall"
	"testing"
	"time"

	"declara/forms"
	"declara/forms/sample"
)

func benchmark(b *testing.B, write func(io.Writer, Declaration) error, in Declaration) {
	b.Helper()
	var out bytes.Buffer
	if err := write(&out, in); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	busy := processor(b)
	for b.Loop() {
		out.Reset()
		if err := write(&out, in); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(processor(b)-busy)/float64(b.N), "cpu-ns/op")
	b.ReportMetric(float64(out.Len())/1024, "KB")
	b.ReportMetric(float64(pages(out.Bytes())), "pages")
}

// processor is the processor time of this process until now.
func processor(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// rich is a declaration with most of its sections filled.
func rich(b *testing.B) (full, public forms.Document) {
	b.Helper()
	return example(b, forms.Modificacion, forms.Full, 3, sample.Options{Wealth: 0.9})
}

func BenchmarkFull(b *testing.B) {
	d, _ := rich(b)
	benchmark(b, Full, filing(b, d))
}

// BenchmarkFullExtreme is the longest that package sample makes.
func BenchmarkFullExtreme(b *testing.B) {
	d, _ := example(b, forms.Conclusion, forms.Full, 7, sample.Options{Extremes: true, Wealth: 1})
	benchmark(b, Full, filing(b, d))
}

func BenchmarkPublic(b *testing.B) {
	_, d := rich(b)
	benchmark(b, Public, filing(b, d))
}

func BenchmarkReceipt(b *testing.B) {
	d, _ := rich(b)
	benchmark(b, Receipt, filing(b, d))
}

// BenchmarkLent has a name with a saltillo, so that the lent faces are read too.
func BenchmarkLent(b *testing.B) {
	d, _ := rich(b)
	in := filing(b, d)
	in.Person = "Xóchitl Tlajcuilo\uA78C Ibarra"
	benchmark(b, Full, in)
}
