package seal

import (
	"slices"
	"strings"
	"testing"
	"time"

	"declara/pdf"
)

// BenchmarkProof is the receipt of a complaint with the most files, sealed. It tells the
// slowest of twenty too: somebody waits for each.
func BenchmarkProof(b *testing.B) {
	w := newWorld(b)
	p := Proof{Folio: "DEN-ABCDEFGH", Day: "2026-05-14", Text: strings.Repeat("a", 64)}
	for range 12 {
		p.Files = append(p.Files, pdf.ProofFile{Original: strings.Repeat("b", 64), Working: strings.Repeat("c", 64)})
	}
	w.must(w.s.Ready(b.Context(), town))
	var took []time.Duration
	began := processor(b)
	for b.Loop() {
		at := time.Now()
		_, err := w.s.Proof(b.Context(), town, p)
		w.must(err)
		took = append(took, time.Since(at))
	}
	b.ReportMetric(float64(processor(b)-began)/float64(b.N), "cpu-ns/op")
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*19/20]), "p95-ns")
}
