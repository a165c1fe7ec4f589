package main

import (
	"maps"
	"testing"
	"time"
)

// TestFlat: a search whose declarations are longer or shorter in the large store is as
// flat as its search is; one that takes twice as long is not.
func TestFlat(t *testing.T) {
	// of is a cell in which a page costs 40 µs and a nanosecond a byte, and some more.
	of := func(query string, size int, length float64, more time.Duration) cell {
		cpu := 40*time.Microsecond + time.Duration(length) + more
		pages := 1 / cpu.Seconds()
		r := rate{pages: pages, bytes: pages * length, rows: float64(size), cpu: cpu}
		return cell{query: query, size: size, one: r, eight: r}
	}
	store := func(length float64, more time.Duration) *measured {
		return &measured{cells: []cell{
			of("by income", 10, length, more), of("everything", 10, 50_000, 0),
			of("by income", 200, 20*length, more), of("everything", 200, 1_000_000, 0),
		}}
	}
	for name, c := range map[string]struct {
		length float64
		more   time.Duration
		met    bool
	}{
		"the same":    {40_000, 0, true},
		"shorter":     {10_000, 0, true},
		"longer":      {200_000, 0, true},
		"dearer":      {40_000, 80 * time.Microsecond, false},
		"both":        {10_000, 60 * time.Microsecond, false},
		"hardly more": {40_000, 10 * time.Microsecond, true},
	} {
		for what, cost := range map[string]func(rate) float64{
			"time":      func(r rate) float64 { return 1 / r.pages },
			"processor": func(r rate) float64 { return r.cpu.Seconds() },
		} {
			if v := flat(what, store(40_000, 0), store(c.length, c.more), cost); v.met != c.met {
				t.Errorf("%s, %s: %+v", name, what, v)
			}
		}
	}
}

func TestReadBenchmarks(t *testing.T) {
	got := readBenchmarks(`goos: linux
BenchmarkFile/64-2         	       8	 703620928 ns/op	       228.3 File-cpu-µs	         0.7821 File:rawBatch
BenchmarkFull-2   	     100	  9000000 ns/op	   8500000 cpu-ns/op	 4096 B/op
BenchmarkPublic   	     100	  1 ns/op
BenchmarkPublic   	     100	  2 ns/op
PASS
ok  	declara/pdf	1.0s
`)
	for name, want := range map[string]map[string]float64{
		"File/64": {"ns/op": 703620928, "File-cpu-µs": 228.3, "File:rawBatch": 0.7821},
		"Full":    {"ns/op": 9000000, "cpu-ns/op": 8500000, "B/op": 4096},
		"Public":  {"ns/op": 1},
	} {
		if !maps.Equal(got[name], want) {
			t.Errorf("%s: %v", name, got[name])
		}
	}
	if len(got) != 3 {
		t.Errorf("%v", got)
	}
}
