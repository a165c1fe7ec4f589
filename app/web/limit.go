package web

import (
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
)

// How many requests one network may make: so many at once, and so many a second
// after that. An office with all its officials behind one address stays below.
const (
	burst       = 300
	perSecond   = 50
	maxNetworks = 100_000
)

// limiter is a bucket of tokens a network, in memory. Assets are not counted.
type limiter struct {
	now func() time.Time
	mu  sync.Mutex
	of  map[netip.Prefix]bucket
}

type bucket struct {
	tokens float64
	at     time.Time
}

func newLimiter(now func() time.Time) *limiter {
	return &limiter{now: now, of: map[netip.Prefix]bucket{}}
}

// allow takes a token of the network of an address. Loopback has no limit: it is
// a proxy that was not named as trusted, and then everybody's.
func (l *limiter) allow(ip string) bool {
	addr, err := netip.ParseAddr(ip)
	if err != nil || addr.IsLoopback() {
		return true
	}
	network := networkOf(addr)
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	b, known := l.of[network]
	if !known {
		if len(l.of) >= maxNetworks {
			l.forget(now)
		}
		b = bucket{tokens: burst, at: now}
	}
	b.tokens = min(burst, b.tokens+now.Sub(b.at).Seconds()*perSecond)
	b.at = now
	ok := b.tokens >= 1
	if ok {
		b.tokens--
	}
	l.of[network] = b
	return ok
}

// forget drops the networks whose bucket is full again, or all when none is.
func (l *limiter) forget(now time.Time) {
	for network, b := range l.of {
		if b.tokens+now.Sub(b.at).Seconds()*perSecond >= burst {
			delete(l.of, network)
		}
	}
	if len(l.of) >= maxNetworks {
		clear(l.of)
	}
}

// networkOf is what one subscriber has: an address of IPv4, a /64 of IPv6.
func networkOf(addr netip.Addr) netip.Prefix {
	addr = addr.Unmap().WithZone("")
	bits := 64
	if addr.Is4() {
		bits = 32
	}
	p, _ := addr.Prefix(bits)
	return p
}

// prefixes reads addresses and CIDR ranges.
func prefixes(list []string) ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, text := range list {
		text = strings.TrimSpace(text)
		if p, err := netip.ParsePrefix(text); err == nil {
			all = append(all, p)
			continue
		}
		a, err := netip.ParseAddr(text)
		if err != nil {
			return nil, fmt.Errorf("web: %q is no address and no range of a proxy", text)
		}
		all = append(all, netip.PrefixFrom(a, a.BitLen()))
	}
	return all, nil
}

// clientIP is the nearest address that is not one of our proxies. What stands
// farther left in X-Forwarded-For was written by the client.
func (s *Server) clientIP(fc *fiber.Ctx) string {
	addr, ok := netip.AddrFromSlice(fc.Context().RemoteIP())
	if !ok {
		return ""
	}
	addr = addr.Unmap()
	if !s.trusted(addr) {
		return addr.String()
	}
	var hops []string
	for _, line := range fc.Request().Header.PeekAll(fiber.HeaderXForwardedFor) {
		hops = append(hops, strings.Split(string(line), ",")...)
	}
	for i := len(hops) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		addr = hop.Unmap()
		if !s.trusted(addr) {
			break
		}
	}
	return addr.String()
}

func (s *Server) trusted(addr netip.Addr) bool {
	for _, p := range s.proxies {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}
