package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"time"
)

// The goals, at the largest size.
const (
	goalTen    = 4000.0 // pages of 10 a second with eight connections
	goalTwo    = 250.0  // pages of 200
	goalFlat   = 1.5    // how much dearer a page may be than at the smallest size
	goalStart  = 300 * time.Millisecond
	goalMemory = 256 << 20
	goalFile   = 0.8       // filings, to as many Batches of bbolt with the same bytes
	goalBurst  = 300 << 20 // while a burst of complaints comes in
	goalSlip   = 200 * time.Millisecond
	goalCases  = 10.0                  // seconds, to open a thousand
	goalTells  = 0.1                   // how far from one half the share of wrong keys may be that take longer than one of no complaint
	goalPaper  = 50 * time.Millisecond // of processor, the full version of a declaration, signed and sealed too
)

// verdict is one goal and what was found.
type verdict struct {
	what, found, goal string
	met               bool
}

func printVerdicts(all []verdict) {
	fmt.Printf("\n== goals\n")
	for _, v := range all {
		word := "met   "
		if !v.met {
			word = "MISSED"
		}
		fmt.Printf("%s %-50s %-42s goal %s\n", word, v.what, v.found, v.goal)
	}
}

// pageGoals compares the largest size with the smallest one, and with what was
// promised.
func pageGoals(small, large *measured) (all []verdict) {
	for _, goal := range []struct {
		size  int
		pages float64
	}{{10, goalTen}, {200, goalTwo}} {
		var rates []float64
		for _, c := range large.cells {
			if c.size == goal.size && c.full() {
				rates = append(rates, c.eight.pages)
			}
		}
		if len(rates) == 0 {
			continue
		}
		slices.Sort(rates)
		all = append(all, verdict{
			fmt.Sprintf("full pages of %d a second, slowest of %d searches", goal.size, len(rates)),
			fmt.Sprintf("%.0f (median %.0f)", rates[0], rates[len(rates)/2]), fmt.Sprintf("%.0f", goal.pages), rates[0] >= goal.pages,
		})
	}
	if small == large {
		return all
	}
	return append(all,
		flat("time", small, large, func(r rate) float64 { return 1 / r.pages }),
		flat("processor", small, large, func(r rate) float64 { return r.cpu.Seconds() }))
}

// flat compares what full pages of 10 cost. The declarations that stand on them are
// not the same ones in two stores and differ in length, so the cost in the small store
// is that of a page as long as the one in the large store: the price of a byte is told
// by pages of 200 beside those of 10.
func flat(what string, small, large *measured, cost func(rate) float64) verdict {
	price := small.byteCost(cost)
	type ratio struct {
		query string
		of    float64
	}
	var ratios []ratio
	for i, c := range large.cells {
		was := small.cells[i]
		if c.size == 10 && c.full() && was.full() {
			as := cost(was.eight) + price*(c.eight.length()-was.eight.length())
			ratios = append(ratios, ratio{c.query, cost(c.eight) / as})
		}
	}
	v := verdict{what: fmt.Sprintf("%s of full pages of 10, %d to %d", what, large.declarations, small.declarations), goal: fmt.Sprintf("%.1f", goalFlat)}
	if len(ratios) == 0 {
		v.found = "no page is full in both"
		return v
	}
	slices.SortFunc(ratios, func(a, b ratio) int { return cmp.Compare(a.of, b.of) })
	worst := ratios[len(ratios)-1]
	v.found = fmt.Sprintf("%.2f %s (median %.2f)", worst.of, worst.query, ratios[len(ratios)/2].of)
	v.met = worst.of <= goalFlat
	return v
}

// byteCost is what a byte of a page costs: the median of what pages of 200 cost more
// than pages of 10, for each byte that they have more.
func (m *measured) byteCost(cost func(rate) float64) float64 {
	var prices []float64
	for _, c := range m.cells {
		for _, long := range m.cells {
			if c.size == 10 && long.size == 200 && c.query == long.query && c.full() && long.full() {
				prices = append(prices, (cost(long.eight)-cost(c.eight))/(long.eight.length()-c.eight.length()))
			}
		}
	}
	if len(prices) == 0 {
		return 0
	}
	slices.Sort(prices)
	return prices[len(prices)/2]
}

// startGoals are those of the start with the largest store.
func startGoals(m *measured) []verdict {
	s := m.server.started
	return []verdict{
		{
			fmt.Sprintf("start to first answer, median of %d", starts),
			fmt.Sprintf("%v (processor %v)", s.answered.Round(time.Millisecond), s.cpu.Round(time.Millisecond)),
			goalStart.String(), s.answered <= goalStart,
		},
		{"memory at the first answer", bytesText(s.rss), bytesText(goalMemory), s.rss <= goalMemory},
	}
}

// fileRounds is how much longer filing is measured: a round of it is most of a second.
const fileRounds = 5

// workGoals are those of filing and drawing, which benchmarks measure.
func workGoals(ctx context.Context, span time.Duration) ([]verdict, error) {
	fmt.Printf("\n== filing against bbolt alone, PDF, forms\n")
	found, err := benchmarks(ctx, os.Stdout, ".", fileRounds*span, runtime.NumCPU(), "./storage/bolt")
	if err != nil {
		return nil, err
	}
	// On one processor: the collector of Go marks on any other that stands idle, and that
	// counts as time of the processor, though nobody waited for it.
	drawn, err := benchmarks(ctx, os.Stdout, ".", span, 1, "./pdf", "./pdf/sign", "./forms")
	if err != nil {
		return nil, err
	}
	var all []verdict
	for _, writers := range []string{"1", "8", "64"} {
		ratio, ok := found["File/"+writers]["File:rawBatch"]
		all = append(all, verdict{
			"filings to Batch of bbolt, writers at once: " + writers, fmt.Sprintf("%.2f", ratio), fmt.Sprintf("%.1f", goalFile), ok && ratio >= goalFile,
		})
	}
	for _, p := range []struct {
		what       string
		benchmarks []string
	}{
		{"processor of a full PDF", []string{"Full"}},
		{"processor of one drawn, signed, sealed and verified", []string{"SealedDeclaration", "Verify"}},
	} {
		var paper time.Duration
		met := true
		for _, b := range p.benchmarks {
			cpu, ok := drawn[b]["cpu-ns/op"]
			paper += time.Duration(cpu)
			met = met && ok
		}
		all = append(all, verdict{p.what, paper.Round(100 * time.Microsecond).String(), goalPaper.String(), met && paper <= goalPaper})
	}
	return all, nil
}
