package web

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"path"
	"strings"
	"time"
)

// letters are Crockford's: none can be taken for another over the telephone.
const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// reference is the number of a request, short enough to dictate: "E-7F3K-22M9".
func reference() string {
	var b [8]byte
	rand.Read(b[:])
	for i := range b {
		b[i] = letters[b[i]&31]
	}
	return "E-" + string(b[:4]) + "-" + string(b[4:])
}

// logged writes one line about a request: what was asked for as the route's
// pattern, so that no id, token or query is written, and never who asked.
func (s *Server) logged(c *Ctx) {
	if c.route.Silent {
		return
	}
	took := s.now().Sub(c.began)
	status := c.fc.Response().StatusCode()
	s.metrics.add(c.method, c.route.Path, status, took)
	s.log.Info("request", "id", c.id, "method", c.method, "route", c.route.Path,
		"status", status, "ms", float64(took.Microseconds())/1000)
}

// bare is an error of which nothing may be told: what a panic says may quote what came in,
// so of one there is its type and where it was, without what the functions were given.
func bare(err error) string {
	p, ok := errors.AsType[*panicError](err)
	if !ok {
		return err.Error()
	}
	where := []string{fmt.Sprintf("panic of %T at", p.value)}
	for line := range strings.Lines(string(p.stack)) {
		if file, rest, ok := strings.Cut(strings.TrimSpace(line), ".go:"); ok && len(where) < 12 {
			number, _, _ := strings.Cut(rest, " ")
			where = append(where, path.Base(file)+".go:"+number)
		}
	}
	return strings.Join(where, " ")
}

// faulty writes down an error that is ours and that the person is told nothing of.
// Of a page of who complains it is said that something failed, and in which hour.
func (s *Server) faulty(c *Ctx, err error) {
	if c.route.Quiet || c.route.Silent {
		r := slog.NewRecord(c.began.UTC().Truncate(time.Hour), slog.LevelError, "failed", 0)
		r.AddAttrs(slog.String("method", c.method), slog.String("route", c.route.Path), slog.String("error", bare(err)))
		s.log.Handler().Handle(context.Background(), r)
		return
	}
	args := []any{"id", c.id, "method", c.method, "route", c.route.Path, "error", err.Error()}
	if p, ok := errors.AsType[*panicError](err); ok {
		args = append(args, "stack", string(p.stack))
	}
	s.log.Error("failed", args...)
}
