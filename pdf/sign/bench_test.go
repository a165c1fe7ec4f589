package sign_test

import (
	"bytes"
	"syscall"
	"testing"
	"time"

	"declara/pdf"
	"declara/pdf/sign"
)

func BenchmarkRender(b *testing.B) {
	d := declaration(b)
	measure(b, func() {
		drawn(b, d)
	})
}

func BenchmarkFinish(b *testing.B) {
	d := declaration(b)
	pdf := drawn(b, d)
	measure(b, func() {
		if _, err := sign.Finish(pdf, paper(d)); err != nil {
			b.Fatal(err)
		}
	})
}

func BenchmarkBox(b *testing.B) {
	measure(b, func() {
		var out bytes.Buffer
		if err := pdf.WriteBox(&out, pdf.Box{Place: sealPlace, Initials: "VE", Lines: []string{"Municipio de Valle Encinos", "Folio"}, At: filedAt, Lang: "es-MX"}); err != nil {
			b.Fatal(err)
		}
	})
}

func BenchmarkPrepare(b *testing.B) {
	measure(b, func() {
		if _, err := sign.Prepare(one(), sealRequest()); err != nil {
			b.Fatal(err)
		}
	})
}

func BenchmarkSealRSA(b *testing.B)  { benchmarkSeal(b, signerRequest(), keys().person(), nil) }
func BenchmarkSealP256(b *testing.B) { benchmarkSeal(b, sealRequest(), keys().sealer(), nil) }

// BenchmarkSealStamped has an authority on loopback, in the same process.
func BenchmarkSealStamped(b *testing.B) {
	k := keys()
	benchmarkSeal(b, sealRequest(), k.sealer(), stampServer(b, k.stamps).stamper(k))
}

func benchmarkSeal(b *testing.B, r sign.Request, k sign.Key, st sign.Stamper) {
	b.Helper()
	measure(b, func() {
		if _, err := sign.Seal(b.Context(), one(), r, k, st); err != nil {
			b.Fatal(err)
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	k := keys()
	pdf, _ := sealed(b, stampServer(b, k.stamps).stamper(k))
	measure(b, func() {
		if rep, err := sign.Verify(pdf, k.trust()); err != nil || rep.Altered {
			b.Fatal(rep, err)
		}
	})
}

// BenchmarkSealedDeclaration is all of it: a full declaration drawn, finished with
// its data attached, signed with an e.firma and sealed, both boxes drawn.
func BenchmarkSealedDeclaration(b *testing.B) {
	d := declaration(b)
	d.Post = "Directora de Obras Públicas"
	benchmarkSealed(b, d)
}

// BenchmarkSealedLent has a post with a saltillo: the faces that Asap borrows from
// are four times as large.
func BenchmarkSealedLent(b *testing.B) { benchmarkSealed(b, declaration(b)) }

func benchmarkSealed(b *testing.B, d pdf.Declaration) {
	b.Helper()
	k := keys()
	size := 0
	measure(b, func() {
		file := finished(b, d)
		signer, seal := signerRequest(), sealRequest()
		signer.Box = box(b, signerPlace, "", official, "Firmó con e.firma", "14 de mayo de 2026, 10:42:05 h")
		seal.Box = box(b, sealPlace, "VE", "Municipio de Valle Encinos", "Folio VE-2026-000123", "14 de mayo de 2026, 10:42:07 h")
		file, err := sign.Seal(b.Context(), file, signer, k.person(), nil)
		if err != nil {
			b.Fatal(err)
		}
		if file, err = sign.Seal(b.Context(), file, seal, k.sealer(), nil); err != nil {
			b.Fatal(err)
		}
		size = len(file)
	})
	b.ReportMetric(float64(size)/1024, "KB")
}

// measure runs f and reports its memory and its time on the processor.
func measure(b *testing.B, f func()) {
	b.Helper()
	b.ReportAllocs()
	n := 0
	began := processorTime(b)
	for b.Loop() {
		f()
		n++
	}
	b.ReportMetric(float64(processorTime(b)-began)/float64(n), "cpu-ns/op")
}

// processorTime is what this process has used of the processor.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
