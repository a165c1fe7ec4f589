package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// server is the program that is measured, running.
type server struct {
	addr, metrics string
	process       *exec.Cmd
	ended         chan error
	started       started
}

// started is what starting took and what memory it took.
type started struct {
	listening time.Duration // until it takes connections
	answered  time.Duration // until the first search was answered
	footprint
	cpu time.Duration // processor time of all that
}

// footprint is the memory of the program.
type footprint struct {
	rss, anon, file int64 // resident: all, its own, pages of the database file
	heap            int64 // of Go, in use
}

// starts is how often the program is started: other programs of the machine stretch
// one start and not most of them.
const starts = 5

// startSome starts the program some times, one after the other, and leaves the last one
// running; what is told of its start is the median of all.
func startSome(ctx context.Context, bin, dir string) (*server, error) {
	var all []started
	for {
		s, err := start(ctx, bin, dir)
		if err != nil {
			return nil, err
		}
		if all = append(all, s.started); len(all) < starts {
			if err := s.stop(); err != nil {
				return nil, err
			}
			continue
		}
		slices.SortFunc(all, func(a, b started) int { return cmp.Compare(a.answered, b.answered) })
		s.started = all[len(all)/2]
		return s, nil
	}
}

// start runs the program on a folder and waits for its first answer.
func start(ctx context.Context, bin, dir string) (*server, error) {
	s := &server{ended: make(chan error, 1)}
	var err error
	if s.addr, err = freeAddress(); err != nil {
		return nil, err
	}
	if s.metrics, err = freeAddress(); err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	s.process = exec.CommandContext(ctx, bin, "serve", "--data", dir, "--listen", s.addr, "--metrics", s.metrics)
	s.process.Stderr = log
	s.process.Cancel = func() error { return s.process.Process.Signal(syscall.SIGTERM) }
	began := time.Now()
	if err := s.process.Start(); err != nil {
		return nil, err
	}
	go func() { s.ended <- s.process.Wait() }()
	if err := s.listens(began); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	c, err := dial(s.addr)
	if err != nil {
		return nil, errors.Join(err, s.stop())
	}
	defer c.close()
	if err := c.authorize(); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	if _, err := c.search(`{"page":1,"pageSize":10}`, ""); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	s.started.answered = time.Since(began)
	if s.started.footprint, err = s.memory(); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	if s.started.cpu, err = s.cpu(); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	return s, nil
}

// cpu is the processor time that the program has taken: other programs of the
// machine stretch the clock, and this much less.
func (s *server) cpu() (time.Duration, error) {
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", s.process.Process.Pid))
	if err != nil || len(threads) == 0 {
		return 0, errors.New("the kernel tells nothing of processor time")
	}
	var total time.Duration
	for _, name := range threads {
		raw, err := os.ReadFile(name)
		if err != nil {
			continue // that thread ended
		}
		first, _, _ := strings.Cut(string(raw), " ")
		n, err := strconv.ParseInt(first, 10, 64)
		if err != nil {
			return 0, err
		}
		total += time.Duration(n)
	}
	return total, nil
}

// Bounds of waiting for a program to have done what it does after its start.
const (
	lookEvery   = 250 * time.Millisecond
	quietBelow  = 15 * time.Millisecond // of processor time between two looks
	quietLooks  = 6                     // one after the other: it may have had no processor for a while
	longestWait = 2 * time.Minute
)

// quiet waits until the program does nothing of its own: the public search reads
// all documents after the start, in the background.
func (s *server) quiet(ctx context.Context) (time.Duration, error) {
	began := time.Now()
	before, err := s.cpu()
	for quiet := 0; err == nil && quiet < quietLooks && time.Since(began) < longestWait; {
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(lookEvery):
		}
		var now time.Duration
		if now, err = s.cpu(); now-before < quietBelow {
			quiet++
		} else {
			quiet = 0
		}
		before = now
	}
	return time.Since(began), err
}

// listens waits until the program takes connections.
func (s *server) listens(began time.Time) error {
	for time.Since(began) < 30*time.Second {
		select {
		case err := <-s.ended:
			s.ended <- err
			return fmt.Errorf("the program ended: %w", err)
		default:
		}
		c, err := net.Dial("tcp", s.addr)
		if err == nil {
			s.started.listening = time.Since(began)
			return c.Close()
		}
		time.Sleep(2 * time.Millisecond)
	}
	return errors.New("the program does not listen")
}

// stop ends the program and waits for it.
func (s *server) stop() error {
	if err := s.process.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	err := <-s.ended
	s.ended <- err
	return err
}

func freeAddress() (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return ln.Addr().String(), ln.Close()
}

// memory reads what the kernel and the program say of its memory.
func (s *server) memory() (f footprint, err error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.process.Process.Pid))
	if err != nil {
		return f, err
	}
	kernel := numbers(string(raw), ":")
	f.rss, f.anon, f.file = kernel["VmRSS"]<<10, kernel["RssAnon"]<<10, kernel["RssFile"]<<10
	res, err := http.Get("http://" + s.metrics + "/metrics")
	if err != nil {
		return f, err
	}
	defer res.Body.Close()
	raw, err = io.ReadAll(res.Body)
	f.heap = numbers(string(raw), " ")["go_memstats_heap_alloc_bytes"]
	return f, err
}

// numbers reads lines like "VmRSS:  1234 kB" or "go_goroutines 5".
func numbers(text, sep string) map[string]int64 {
	all := map[string]int64{}
	for line := range strings.Lines(text) {
		name, rest, _ := strings.Cut(line, sep)
		if fields := strings.Fields(rest); len(fields) > 0 {
			if n, err := strconv.ParseInt(fields[0], 10, 64); err == nil {
				all[name] = n
			}
		}
	}
	return all
}
