package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// benchmarks runs those of some packages whose names match, on so many processors, shows
// what they print, and gives what each found, by unit. A span of 0 is once.
func benchmarks(ctx context.Context, show io.Writer, which string, span time.Duration, processors int, packages ...string) (map[string]map[string]float64, error) {
	var out bytes.Buffer
	long := span.String()
	if span == 0 {
		long = "1x"
	}
	cmd := exec.CommandContext(ctx, "go", append([]string{"test", "-cpu", strconv.Itoa(processors), "-run", "^$", "-timeout", "30m", "-bench", which, "-benchtime", long}, packages...)...)
	cmd.Stdout, cmd.Stderr = io.MultiWriter(show, &out), os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("benchmarks: %w", err)
	}
	return readBenchmarks(out.String()), nil
}

// readBenchmarks reads lines like "BenchmarkFile/64-2  10  5 ns/op  0.8 File:rawBatch".
// Of two with one name the first counts.
func readBenchmarks(text string) map[string]map[string]float64 {
	found := map[string]map[string]float64{}
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		name := strings.TrimPrefix(fields[0], "Benchmark")
		if i := strings.LastIndexByte(name, '-'); i > 0 {
			name = name[:i]
		}
		if found[name] != nil {
			continue
		}
		units := map[string]float64{}
		for i := 2; i+1 < len(fields); i += 2 {
			if n, err := strconv.ParseFloat(fields[i], 64); err == nil {
				units[fields[i+1]] = n
			}
		}
		found[name] = units
	}
	return found
}
