// Command bench measures what declara promises about speed: the API of the
// Plataforma Digital Nacional over loopback HTTP, at three sizes, by every filter
// and every order, the start and the memory of the program, filing, PDFs, forms and
// complaints.
// At the end it tells of each goal whether it was met.
//
// It fills throw-away folders with invented declarations, starts bin/declara on
// each as an operator would, and asks as the platform's clients ask, so that what it
// prints is of the whole program: HTTP, tokens, index, store. Client and server
// share the machine, as do other programs that run at the time: compare the figures
// of one run with each other, not with those of another day.
//
//	go run ./app/bench              about twelve minutes
//	go run ./app/bench -quick       about six, rougher
//	go run ./app/bench -complaints  about six, of complaints alone
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// options are how much is measured.
type options struct {
	bin    string
	sizes  []int
	cell   time.Duration // how long each figure is measured in a round
	rounds int
	work   time.Duration // how long each benchmark of filing, PDF and forms runs
	quick  bool
	only   bool // complaints alone
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	o := options{work: time.Second}
	sizes := flag.String("sizes", "1000,10000,100000", "how many declarations, each `size` on a program of its own")
	flag.StringVar(&o.bin, "bin", "bin/declara", "the program that is measured: `make build` makes it")
	flag.DurationVar(&o.cell, "cell", 100*time.Millisecond, "how long each figure is measured in a round")
	flag.IntVar(&o.rounds, "rounds", 2, "how often everything is measured; the best counts")
	flag.BoolVar(&o.quick, "quick", false, "one short round")
	flag.BoolVar(&o.only, "complaints", false, "only what is measured of complaints")
	flag.Parse()
	for _, s := range strings.Split(*sizes, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(s))
		if err != nil || n < 1 {
			fmt.Fprintf(os.Stderr, "bench: %q is no number of declarations\n", s)
			os.Exit(2)
		}
		o.sizes = append(o.sizes, n)
	}
	if o.quick {
		o.cell, o.rounds, o.work = 40*time.Millisecond, 1, 300*time.Millisecond
	}
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run fills a folder a size, starts a program on each, and measures them by turns,
// so that what else the machine does at the time falls on all of them.
func run(ctx context.Context, o options) error {
	bin, err := filepath.Abs(o.bin)
	if err != nil {
		return err
	}
	if _, err := os.Stat(bin); err != nil {
		return fmt.Errorf("%s is not there: run make build first", o.bin)
	}
	dir, err := os.MkdirTemp("", "declara-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	fmt.Printf("declara on %s/%s, %d processors, %s; each figure is the best of %d rounds of %v\n\n",
		runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version(), o.rounds, o.cell)
	began := time.Now()
	templates, err := newTemplates()
	if err != nil {
		return err
	}
	if o.only {
		complaints, err := complaintGoals(ctx, bin, dir, o)
		printVerdicts(complaints)
		return err
	}
	var all []*measured
	for _, n := range o.sizes {
		m, err := prepare(ctx, bin, filepath.Join(dir, strconv.Itoa(n)), n, templates)
		if err != nil {
			return err
		}
		defer m.server.stop()
		all = append(all, m)
	}
	for range o.rounds {
		if err := measure(ctx, all, o.cell); err != nil {
			return err
		}
	}
	for _, m := range all {
		memory, err := m.server.memory()
		if err != nil {
			return err
		}
		fmt.Printf("\n== %d declarations: tokens %.0f/s with 8 connections; memory after all this %s (own %s, heap %s, of the file %s)\n",
			m.declarations, m.tokens, bytesText(memory.rss), bytesText(memory.anon), bytesText(memory.heap), bytesText(memory.file))
		printCells(m.cells)
	}
	small, large := all[0], all[len(all)-1]
	goals := append(startGoals(large), pageGoals(small, large)...)
	for _, m := range all {
		if err := m.server.stop(); err != nil { // what is measured now needs the machine
			return err
		}
	}
	more, err := workGoals(ctx, o.work)
	if err != nil {
		return err
	}
	complaints, err := complaintGoals(ctx, bin, dir, o)
	if err != nil {
		return err
	}
	printVerdicts(slices.Concat(goals, more, complaints))
	fmt.Printf("\nmeasured in %v\n", time.Since(began).Round(time.Second))
	return nil
}

// measured is what was found at one size.
type measured struct {
	declarations int
	server       *server
	queries      []query
	tokens       float64 // a second, with eight connections
	cells        []cell
}

// prepare fills a folder and starts the program on it.
func prepare(ctx context.Context, bin, dir string, n int, templates []template) (*measured, error) {
	began := time.Now()
	size, err := fill(ctx, dir, n, templates)
	if err != nil {
		return nil, fmt.Errorf("filling with %d declarations: %w", n, err)
	}
	fmt.Printf("%d declarations, %s of public documents, filed in %v\n", n, bytesText(size), time.Since(began).Round(100*time.Millisecond))
	m := &measured{declarations: n}
	if m.server, err = startSome(ctx, bin, dir); err != nil {
		return nil, err
	}
	s := m.server.started
	fmt.Printf("  start to first answer, median of %d, %v (processor %v), of which from listening to the answer %v; memory %s (own %s, heap %s, of the file %s)\n",
		starts, s.answered.Round(time.Millisecond), s.cpu.Round(time.Millisecond), (s.answered - s.listening).Round(time.Millisecond),
		bytesText(s.rss), bytesText(s.anon), bytesText(s.heap), bytesText(s.file))
	waited, err := m.server.quiet(ctx)
	if err != nil {
		return nil, err
	}
	memory, err := m.server.memory()
	if err != nil {
		return nil, err
	}
	fmt.Printf("  quiet %v later; memory then %s (own %s, heap %s, of the file %s)\n", waited.Round(100*time.Millisecond),
		bytesText(memory.rss), bytesText(memory.anon), bytesText(memory.heap), bytesText(memory.file))
	ids, err := m.server.ids()
	m.queries = queries(ids)
	return m, err
}

// bytesText is a number of bytes for people.
func bytesText(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.0f MB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%.0f KB", float64(n)/(1<<10))
}
