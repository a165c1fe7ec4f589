package outbox

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/netip"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Whoever has the session of an administrator, rightly or not, names a host and a port
// here, and this server goes there. It stands where she does not: beside the database,
// behind the firewall. If each failure were told to her she would learn from it what
// listens where in that network. What listens where mail servers do is told in full,
// since that is what the test is for. Of any other port of a network that only we reach,
// all that comes before the greeting of a mail server is one sentence (Trouble.Covered),
// which whoever shows it says after the same time. How often one may ask is bounded too,
// and each time is in the audit trail (package account).

// mailPorts are those that mail servers listen at.
var mailPorts = []int{25, 465, 587, 2525}

// Covered is what is told of a trouble to who typed the server's name, and whether more
// is known that is not told.
func (t *Trouble) Covered(c Config) (told *Trouble, covered bool) {
	if !t.silent || !t.inside || slices.Contains(mailPorts, c.port()) {
		return t, false
	}
	return &Trouble{Key: "relay.fail.inside", Args: []string{c.Host, strconv.Itoa(c.port())}}, true
}

// port is where the server is reached.
func (c Config) port() int {
	usual := 587
	switch c.Security {
	case TLS:
		usual = 465
	case Plain:
		usual = 25
	}
	return cmp.Or(c.Port, usual)
}

// at is the same server by the address that its name had when it was looked up, so that
// a name that changes under our hands leads nowhere else.
func (c Config) at(address netip.Addr) Config {
	t := &tls.Config{MinVersion: tls.VersionTLS12}
	if c.Roots != nil {
		t = c.Roots.Clone()
	}
	t.ServerName = cmp.Or(t.ServerName, c.Host)
	c.Host, c.Roots = address.String(), t
	return c
}

// knock finds the address of a server at which something answers. inside is whether it,
// or one that did not answer, lies in a network that only we reach.
func knock(ctx context.Context, c Config, timeout time.Duration) (at netip.Addr, inside bool, err error) {
	ctx, stop := context.WithTimeout(ctx, timeout)
	defer stop()
	all, err := net.DefaultResolver.LookupNetIP(ctx, "ip", c.Host)
	if err != nil {
		return at, false, err
	}
	var d net.Dialer
	for i, a := range all {
		a = a.Unmap()
		inside = inside || within(a)
		share, done := context.WithTimeout(ctx, timeout/time.Duration(len(all)-i+1))
		if i == len(all)-1 {
			share, done = ctx, func() {}
		}
		conn, dialed := d.DialContext(share, "tcp", net.JoinHostPort(a.String(), strconv.Itoa(c.port())))
		done()
		if dialed == nil {
			return a, within(a), conn.Close()
		}
		err = dialed
	}
	return at, inside, err
}

// shared are addresses that providers give to what is behind them (RFC 6598).
var shared = netip.MustParsePrefix("100.64.0.0/10")

// within reports whether an address is of a network that is not everybody's.
func within(a netip.Addr) bool {
	return !a.IsGlobalUnicast() || a.IsPrivate() || shared.Contains(a)
}

// greeted reports whether an error came from somebody who had greeted as mail servers do.
func greeted(err error, s Security) bool {
	if _, ok := errors.AsType[*textproto.Error](err); ok {
		return true
	}
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	_, invalid := errors.AsType[x509.CertificateInvalidError](err)
	_, other := errors.AsType[x509.HostnameError](err)
	_, plain := errors.AsType[tls.RecordHeaderError](err)
	if unknown || invalid || other || plain {
		return s != TLS
	}
	text := err.Error()
	return strings.Contains(text, "STARTTLS") || strings.Contains(text, "auth")
}
