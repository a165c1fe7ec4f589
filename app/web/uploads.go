package web

import (
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// Bodies above readBody are held in memory while they arrive, before any handler
// runs, so only so many are let in at once, and each has uploadTime to arrive.
const (
	bigBodies  = 8
	uploadTime = 60 * time.Second
)

// uploads counts the big bodies that are arriving. A connection that breaks while
// its body arrives tells nobody, so its place is free again after uploadTime, when
// it would have been cut anyway.
type uploads struct {
	now   func() time.Time
	mu    sync.Mutex
	begun []time.Time
}

// enter takes a place; false when there is none.
func (u *uploads) enter() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	now := u.now()
	for len(u.begun) > 0 && now.Sub(u.begun[0]) > uploadTime {
		u.begun = u.begun[1:]
	}
	if len(u.begun) >= bigBodies {
		return false
	}
	u.begun = append(u.begun, now)
	return true
}

// leave gives a place back.
func (u *uploads) leave() {
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.begun) > 0 {
		u.begun = u.begun[1:]
	}
}

// bigBody reports whether a body needs a place among the big ones: it is announced as
// such, or not announced at all, on a route that takes such bodies.
func bigBody(h *fasthttp.RequestHeader, r *Route) bool {
	n := h.ContentLength()
	return r != nil && r.limit() > readBody && (n > readBody && n <= r.limit() || n < 0)
}

// crowded reports whether a body was refused for want of a place, and not for its
// size.
func (s *Server) crowded(fc *fiber.Ctx) bool {
	h := &fc.Request().Header
	return h.ContentLength() > 0 && bigBody(h, s.find(string(h.Method()), string(h.RequestURI())))
}
