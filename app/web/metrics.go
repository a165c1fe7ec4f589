package web

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"time"

	"declara/storage"
)

// metrics counts requests by route pattern and status. It knows nothing of who
// asked or for what.
type metrics struct {
	mu       sync.Mutex
	requests map[requestKind]int64
	took     map[string]*timing // by route
}

type requestKind struct {
	method, route string
	status        int
}

// timing is how long the answers of a route took: how many up to each bound.
type timing struct {
	within [len(bounds)]int64
	count  int64
	sum    float64
}

// bounds of the histogram, in seconds.
var bounds = [...]float64{0.005, 0.02, 0.1, 0.5, 2, 10}

func (m *metrics) add(method, route string, status int, took time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.requests == nil {
		m.requests, m.took = map[requestKind]int64{}, map[string]*timing{}
	}
	m.requests[requestKind{method, route, status}]++
	t := m.took[route]
	if t == nil {
		t = &timing{}
		m.took[route] = t
	}
	for i, bound := range bounds {
		if took.Seconds() <= bound {
			t.within[i]++
		}
	}
	t.count++
	t.sum += took.Seconds()
}

// write gives everything in the text format of Prometheus.
func (m *metrics) write(w io.Writer, version string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	fmt.Fprintf(w, "# TYPE declara_build_info gauge\ndeclara_build_info{version=%q} 1\n", version)
	fmt.Fprint(w, "# TYPE declara_requests_total counter\n")
	lines := make([]string, 0, len(m.requests))
	for k, n := range m.requests {
		lines = append(lines, fmt.Sprintf("declara_requests_total{method=%q,route=%q,status=\"%d\"} %d\n", k.method, k.route, k.status, n))
	}
	slices.Sort(lines)
	for _, line := range lines {
		fmt.Fprint(w, line)
	}
	fmt.Fprint(w, "# TYPE declara_request_seconds histogram\n")
	for _, route := range slices.Sorted(maps.Keys(m.took)) {
		t := m.took[route]
		for i, bound := range bounds {
			fmt.Fprintf(w, "declara_request_seconds_bucket{route=%q,le=%q} %d\n", route, strconv.FormatFloat(bound, 'g', -1, 64), t.within[i])
		}
		fmt.Fprintf(w, "declara_request_seconds_bucket{route=%q,le=\"+Inf\"} %d\n", route, t.count)
		fmt.Fprintf(w, "declara_request_seconds_sum{route=%q} %g\ndeclara_request_seconds_count{route=%q} %d\n", route, t.sum, route, t.count)
	}
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	fmt.Fprintf(w, "# TYPE go_goroutines gauge\ngo_goroutines %d\n", runtime.NumGoroutine())
	fmt.Fprintf(w, "# TYPE go_memstats_heap_alloc_bytes gauge\ngo_memstats_heap_alloc_bytes %d\n", mem.HeapAlloc)
}

// writeServer gives what whoever looks after the server watches: whether it can read its
// data, how much is free, and how old the last sound copy is.
func (s *Server) writeServer(ctx context.Context, w io.Writer) {
	var o storage.Options
	var last time.Time
	ready := 1
	if err := s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
		if o, err = tx.Options(); err != nil {
			return err
		}
		last, err = tx.Backup()
		return err
	}); err != nil {
		ready = 0
	}
	fmt.Fprintf(w, "# TYPE declara_ready gauge\ndeclara_ready %d\n", ready)
	if s.copies == nil || ready == 0 {
		return
	}
	fmt.Fprint(w, "# TYPE declara_disk_free_bytes gauge\n")
	rooms := s.copies.Rooms(o)
	for _, r := range rooms {
		fmt.Fprintf(w, "declara_disk_free_bytes{disk=%q} %d\n", r.What, r.Free)
	}
	fmt.Fprint(w, "# TYPE declara_disk_needed_bytes gauge\n")
	for _, r := range rooms {
		fmt.Fprintf(w, "declara_disk_needed_bytes{disk=%q} %d\n", r.What, r.Need)
	}
	failed := 0
	if plan, _ := s.copies.Plan(o); plan != nil && o.Tried.Why != "" {
		failed = 1
	}
	fmt.Fprintf(w, "# TYPE declara_daily_copy_failed gauge\ndeclara_daily_copy_failed %d\n", failed)
	if !last.IsZero() {
		fmt.Fprintf(w, "# TYPE declara_last_copy_timestamp_seconds gauge\ndeclara_last_copy_timestamp_seconds %d\n", last.Unix())
	}
}

// ServeMetrics answers /metrics on a listener of its own, which an operator keeps
// from the public, until ctx ends.
func (s *Server) ServeMetrics(ctx context.Context, ln net.Listener) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		s.metrics.write(w, s.version)
		s.writeServer(r.Context(), w)
	})
	server := &http.Server{Handler: mux, ReadTimeout: readTimeout, WriteTimeout: writeTimeout}
	stopped := context.AfterFunc(ctx, func() { server.Close() })
	defer stopped()
	if err := server.Serve(ln); ctx.Err() == nil {
		return fmt.Errorf("web: metrics: %w", err)
	}
	return nil
}
