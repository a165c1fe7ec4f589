package outbox

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/mail"
	"net/textproto"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"declara/storage"
)

// Trouble is what a test of a mail server ran into, as a key of the catalogue with what
// it names. Said is the server's own answer, for who has to read it to its owner.
type Trouble struct {
	Key  string
	Args []string
	Said string

	silent bool // nothing greeted as a mail server does
	inside bool // and what was tried lies in a network that only we reach
}

func (t *Trouble) Error() string { return "outbox: " + t.Key }

// Try gives one letter to a server, now, and tells what went wrong in words that help to
// mend it. It leaves nothing in the outbox.
func Try(ctx context.Context, c Config, l Letter, now time.Time, timeout time.Duration) error {
	message, err := render(l, now)
	if err != nil {
		return &Trouble{Key: "relay.fail.address"}
	}
	if c.Host == "" || c.Sender == "" {
		return &Trouble{Key: "relay.fail.host"}
	}
	at, inside, err := knock(ctx, c, timeout)
	if err != nil {
		t := explain(err, c, "")
		t.silent, t.inside = true, inside
		return t
	}
	w, err := NewWorker(nil, c.at(at), func() time.Time { return now }, nil, "", timeout)
	if err != nil {
		return &Trouble{Key: "relay.fail.host"}
	}
	conn, err := w.client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		t := explain(err, c, "")
		t.silent, t.inside = !greeted(err, c.Security), inside
		return t
	}
	defer func() { _ = w.client.CloseWithSMTPClient(conn) }() // it was told what there was to tell
	if err := conn.Mail(c.Sender); err != nil {
		return explain(err, c, "sender")
	}
	if err := conn.Rcpt(l.To); err != nil {
		return explain(err, c, "to")
	}
	data, err := conn.Data()
	if err == nil {
		if _, err = data.Write(message); err == nil {
			err = data.Close()
		}
	}
	if err != nil {
		return explain(err, c, "")
	}
	return nil
}

// explain names what an error of an exchange means. during is what was being said.
func explain(err error, c Config, during string) *Trouble {
	say := func(key string, args ...string) *Trouble { return &Trouble{Key: "relay.fail." + key, Args: args} }
	if e, ok := errors.AsType[*textproto.Error](err); ok {
		t := answered(e, c, during)
		t.Said = strconv.Itoa(e.Code) + " " + oneLine(e.Msg)
		return t
	}
	if e, ok := errors.AsType[x509.HostnameError](err); ok {
		return say("name", c.Host, strings.Join(e.Certificate.DNSNames, ", "))
	}
	if e, ok := errors.AsType[x509.CertificateInvalidError](err); ok && e.Reason == x509.Expired {
		return say("expired", c.Host)
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return say("authority", c.Host)
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return say("plain")
	}
	if e, ok := errors.AsType[*net.DNSError](err); ok && !e.IsTimeout {
		return say("dns", c.Host)
	}
	if e, ok := errors.AsType[net.Error](err); ok && e.Timeout() || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) {
		return say("time", c.Host)
	}
	switch text := err.Error(); {
	case errors.Is(err, syscall.ECONNREFUSED):
		return say("refused", c.Host, strconv.Itoa(c.Port))
	case strings.Contains(text, "STARTTLS"):
		return say("starttls")
	case strings.Contains(text, "auth"):
		return say("noauth")
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET):
		return say("closed", c.Host)
	}
	return say("other", c.Host)
}

// answered names what a server's refusal means.
func answered(e *textproto.Error, c Config, during string) *Trouble {
	key := "other"
	switch {
	case e.Code == 535 || e.Code == 534:
		key = "password"
	case e.Code == 530:
		key = "must"
	case during == "sender" && e.Code >= 500:
		key = "sender"
	case during == "to" && e.Code >= 500:
		key = "to"
	case e.Code == 450 || e.Code == 451:
		key = "later"
	case e.Code == 421 || e.Code == 452 || e.Code == 454:
		key = "busy"
	}
	args := map[string][]string{"sender": {c.Sender}, "other": {c.Host}}[key]
	return &Trouble{Key: "relay.fail." + key, Args: args}
}

// FromRelay is the server that the institution gave on its pages.
func FromRelay(r storage.Relay) Config {
	return Config{Host: r.Host, Port: r.Port, User: r.User, Password: r.Password, Sender: r.Sender, Security: Security(r.Security)}
}

// Address reports whether a text is an address that a letter can go to or come from.
func Address(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && len(s) <= 254 && !strings.ContainsAny(s, "\r\n")
}
