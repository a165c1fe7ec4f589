package web

import (
	"crypto/tls"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// A body that is too large is refused while it still arrives. Whoever closes a connection
// that has unread bytes resets it, and the other side loses the answer with it: a citizen
// with a large video would see a broken page and no words, and a proxy would say 502. So
// such a connection is closed for writing first, and what still comes is thrown away for a
// while.
const (
	lingerFor  = 5 * time.Second
	lingerMost = 512 // connections at once; beyond, they are reset
)

// lingering is a listener whose connections can be told to linger.
type lingering struct {
	net.Listener
	now *atomic.Int32
}

func newLingering(ln net.Listener) lingering { return lingering{ln, new(atomic.Int32)} }

func (l lingering) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if tcp, ok := conn.(*net.TCPConn); ok && err == nil {
		return &lingerer{TCPConn: tcp, now: l.now}, nil
	}
	return conn, err
}

// lingerer is a connection that lingers when it is closed, if it was told to.
type lingerer struct {
	*net.TCPConn
	now    *atomic.Int32
	told   atomic.Bool
	closed sync.Once
	err    error
}

// linger tells the connection of a request to.
func linger(conn net.Conn) {
	if t, ok := conn.(*tls.Conn); ok {
		conn = t.NetConn()
	}
	if l, ok := conn.(*lingerer); ok {
		l.told.Store(true)
	}
}

func (l *lingerer) Close() error {
	l.closed.Do(func() {
		if !l.told.Load() || l.now.Add(1) > lingerMost || l.CloseWrite() != nil {
			l.err = l.TCPConn.Close()
			if l.told.Load() {
				l.now.Add(-1)
			}
			return
		}
		go func() {
			defer l.now.Add(-1)
			over := time.AfterFunc(lingerFor, func() { l.TCPConn.Close() })
			io.Copy(io.Discard, l.TCPConn)
			over.Stop()
			l.TCPConn.Close()
		}()
	})
	return l.err
}
