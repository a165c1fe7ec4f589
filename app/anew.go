package app

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"time"
)

// Run serves a program until ctx ends, as Serve does. When what it was made of changes,
// such as the mail server that somebody gave on a page, it is made again of the same
// configuration over the same store and sockets: whoever comes meanwhile waits for some
// milliseconds. ln and figures are the sockets, or around them.
func Run(ctx context.Context, c Config, a *App, ln, figures net.Listener, sockets ...*Socket) error {
	for {
		err := a.Serve(ctx, ln, figures)
		if errors.Is(err, ErrAnew) {
			err = nil
			for _, s := range sockets {
				err = errors.Join(err, s.open())
			}
			if err == nil {
				a, err = New(c)
			}
			if err == nil {
				continue
			}
		}
		for _, s := range sockets {
			err = errors.Join(err, s.TCPListener.Close())
		}
		return err
	}
}

// Socket is a listener whose Close ends Accept and no more, so that connections go on to
// arrive while the program is made again.
type Socket struct {
	*net.TCPListener
	over atomic.Bool
}

// Listen opens a socket.
func Listen(address string) (*Socket, error) {
	ln, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	return &Socket{TCPListener: ln.(*net.TCPListener)}, nil
}

// Accept waits for a connection.
func (s *Socket) Accept() (net.Conn, error) {
	conn, err := s.TCPListener.Accept()
	if err != nil && s.over.Load() {
		err = net.ErrClosed
	}
	return conn, err
}

// Close ends Accept.
func (s *Socket) Close() error {
	s.over.Store(true)
	return s.SetDeadline(time.Unix(1, 0))
}

func (s *Socket) open() error {
	s.over.Store(false)
	return s.SetDeadline(time.Time{})
}
