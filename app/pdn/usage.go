package pdn

import (
	"sync"
	"time"
)

// Usage is what a client did since this process began. It is kept in memory, so
// that no request writes, and has nothing of what was asked or answered.
type Usage struct {
	Tokens   uint64    // issued
	Searches uint64    // answered
	Rows     uint64    // declarations sent, each as often as it was
	Bytes    uint64    // before compression
	Last     time.Time // zero when it did nothing
}

type usage struct {
	mu sync.Mutex
	of map[string]*Usage // by client id
}

func (u *usage) count(client string, at time.Time, add func(*Usage)) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.of == nil {
		u.of = map[string]*Usage{}
	}
	c := u.of[client]
	if c == nil {
		c = &Usage{}
		u.of[client] = c
	}
	c.Last = at
	add(c)
}

// Usage tells what a client did since this process began.
func (s *Service) Usage(client string) Usage {
	s.usage.mu.Lock()
	defer s.usage.mu.Unlock()
	if c := s.usage.of[client]; c != nil {
		return *c
	}
	return Usage{}
}

func (s *Service) issued(client string) {
	s.usage.count(client, s.now(), func(u *Usage) { u.Tokens++ })
	s.log.Info("pdn token", "client", client)
}

func (s *Service) served(client string, rows, bytes int, took time.Duration) {
	s.usage.count(client, s.now(), func(u *Usage) {
		u.Searches++
		u.Rows += uint64(rows)
		u.Bytes += uint64(bytes)
	})
	s.log.Info("pdn search", "client", client, "rows", rows, "bytes", bytes, "ms", float64(took.Microseconds())/1000)
}
