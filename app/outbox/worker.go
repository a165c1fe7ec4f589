package outbox

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/textproto"
	"regexp"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"declara/storage"
)

// Security says how the connection to the server is protected.
type Security string

// The ways to protect it.
const (
	StartTLS Security = "starttls" // the server must offer STARTTLS; the default
	TLS      Security = "tls"      // TLS from the first byte, usually at port 465
	Plain    Security = "none"     // nothing: for a relay on this machine only
)

// Config is the server that mail is given to.
type Config struct {
	Host     string
	Port     int    // 0 is the usual one of Security
	User     string // "" does not sign in
	Password string
	Sender   string      // address that letters come from
	Security Security    // "" is StartTLS
	Roots    *tls.Config // for tests with a certificate of their own; nil is the system's
}

// How the worker goes about it.
const (
	pollEvery   = 15 * time.Second
	batch       = 20
	leaseFor    = 5 * time.Minute
	firstWait   = time.Minute
	longestWait = 6 * time.Hour
	giveUp      = 5 * 24 * time.Hour
	keepFor     = 30 * 24 * time.Hour // what was sent or given up, without its content
	sweepAtOnce = 200
	job         = "outbox"
)

// DefaultTimeout bounds each exchange with the server.
const DefaultTimeout = 30 * time.Second

// Worker sends what waits. Make it with NewWorker.
type Worker struct {
	db      *storage.DB
	now     func() time.Time
	log     *slog.Logger
	holder  string
	sender  string
	client  *gomail.Client
	timeout time.Duration
	over    func(*storage.Txn, storage.Mail) (bool, error) // nil: no letter is
}

// Unless sets what is asked before a letter goes out: whether its time is over, as
// when she whom it reminds has filed since. It is called in the transaction that writes
// down the try, and before Run.
func (w *Worker) Unless(over func(tx *storage.Txn, m storage.Mail) (bool, error)) { w.over = over }

// NewWorker checks a configuration and makes a worker of it. holder names this
// process among those that share the store. timeout 0 is DefaultTimeout.
func NewWorker(db *storage.DB, c Config, now func() time.Time, log *slog.Logger, holder string, timeout time.Duration) (*Worker, error) {
	if timeout == 0 {
		timeout = DefaultTimeout
	}
	if c.Host == "" || c.Sender == "" {
		return nil, errors.New("outbox: a mail server needs a host and a sender")
	}
	options := []gomail.Option{gomail.WithTimeout(timeout)}
	switch c.Security {
	case "", StartTLS:
		options = append(options, gomail.WithTLSPortPolicy(gomail.TLSMandatory))
	case TLS:
		options = append(options, gomail.WithSSLPort(false))
	case Plain:
		options = append(options, gomail.WithTLSPortPolicy(gomail.NoTLS))
	default:
		return nil, fmt.Errorf("outbox: security %q is none of starttls, tls, none", c.Security)
	}
	if c.Port != 0 {
		options = append(options, gomail.WithPort(c.Port))
	}
	if c.Roots != nil {
		options = append(options, gomail.WithTLSConfig(c.Roots))
	}
	if c.User != "" {
		options = append(options, gomail.WithUsername(c.User), gomail.WithPassword(c.Password), gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover))
	}
	client, err := gomail.NewClient(c.Host, options...)
	if err != nil {
		return nil, fmt.Errorf("outbox: %w", err)
	}
	return &Worker{db: db, now: now, log: log, holder: holder, sender: c.Sender, client: client, timeout: timeout}, nil
}

// Run sends what waits, in all tenants, until ctx ends.
func (w *Worker) Run(ctx context.Context) error {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		if err := w.Once(ctx); err != nil && ctx.Err() == nil {
			w.log.Error("outbox", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Once sends what waits now, once.
func (w *Worker) Once(ctx context.Context) error {
	return w.db.EachTenant(ctx, func(tenant string) error { return w.tenant(ctx, tenant) })
}

// tenant sends a batch of one tenant, when there is something to send and no other
// process is at it. Looking costs no write.
func (w *Worker) tenant(ctx context.Context, tenant string) error {
	var due []storage.Mail
	now := w.now()
	if err := w.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
		due, err = tx.DueMail(now, batch)
		return err
	}); err != nil || len(due) == 0 {
		return err
	}
	held := false
	if err := w.db.Update(ctx, tenant, func(tx *storage.Txn) (err error) {
		if held, err = tx.TakeLease(job, w.holder, now, now.Add(leaseFor)); err != nil || !held {
			return err
		}
		if due, err = tx.DueMail(now, batch); err != nil {
			return err
		}
		_, err = tx.SweepMail(now.Add(-keepFor), sweepAtOnce)
		return err
	}); err != nil || !held {
		return err
	}
	defer w.giveBack(ctx, tenant)
	return w.send(ctx, tenant, due)
}

// giveBack ends the lease, so that another process need not wait for its end.
func (w *Worker) giveBack(ctx context.Context, tenant string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), w.timeout)
	defer cancel()
	now := w.now()
	if err := w.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		_, err := tx.TakeLease(job, w.holder, now, now)
		return err
	}); err != nil {
		w.log.Error("outbox: lease", "error", err.Error())
	}
}

// send gives letters to the server over one connection. When there is none, all of
// them wait.
func (w *Worker) send(ctx context.Context, tenant string, due []storage.Mail) error {
	conn, err := w.client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		for _, m := range due {
			if err := w.note(ctx, tenant, m, outcome{words: answer(err)}); err != nil {
				return err
			}
		}
		return nil
	}
	defer func() {
		if err := w.client.CloseWithSMTPClient(conn); err != nil {
			w.log.Debug("outbox: goodbye", "error", err.Error())
		}
	}()
	var last *told
	for i := range due {
		if ctx.Err() == nil && last != nil {
			if err := conn.Reset(); err != nil {
				break // the connection is gone; what is left is due the next time
			}
		}
		goes, err := w.turn(ctx, tenant, last, &due[i])
		if last = nil; err != nil || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		if goes {
			last = &told{due[i], w.deliver(conn, due[i])}
		}
	}
	if last != nil {
		return w.note(ctx, tenant, last.m, last.o)
	}
	return nil
}

// told is a letter with what became of it.
type told struct {
	m storage.Mail
	o outcome
}

// turn writes down, in one transaction, what became of the last letter and that the
// next one is being given to the server. It is not, when its time is over.
func (w *Worker) turn(ctx context.Context, tenant string, last *told, next *storage.Mail) (goes bool, err error) {
	err = w.db.Update(context.WithoutCancel(ctx), tenant, func(tx *storage.Txn) error {
		goes = false
		if last != nil {
			if err := w.write(tx, last.m, last.o); err != nil {
				return err
			}
		}
		if ctx.Err() != nil {
			return nil
		}
		kept, err := tx.Mail(next.ID)
		if err != nil {
			return err
		}
		if w.over != nil {
			over, err := w.over(tx, kept)
			if err != nil {
				return err
			}
			if over {
				kept.Dead, kept.Failed, kept.Message = true, Needless, nil
				return tx.PutMail(kept)
			}
		}
		if !kept.Begun.IsZero() {
			kept.Again++
		}
		goes, kept.Begun = true, w.now()
		return tx.PutMail(kept)
	})
	if last != nil && !last.o.sent {
		w.warn(last.m, last.o)
	}
	return goes, err
}

// Needless is the answer of a letter that was not sent since its time was over.
const Needless = "needless"

// outcome is what became of one letter. Words are the server's code and nothing
// of what it said, which may repeat an address.
type outcome struct {
	sent, over, bounced bool
	words               string
}

// deliver sends one letter. A refusal of the address or of the letter is for good
// when the server says so; one of the sender is ours to mend, so it waits.
func (w *Worker) deliver(conn *smtp.Client, m storage.Mail) outcome {
	if err := conn.UpdateDeadline(w.timeout); err != nil {
		return outcome{words: answer(err)}
	}
	if err := conn.Mail(w.sender); err != nil {
		return outcome{words: answer(err)}
	}
	if err := conn.Rcpt(m.To); err != nil {
		words := answer(err)
		return outcome{over: lasting(err), bounced: lasting(err) && nobody(words), words: words}
	}
	data, err := conn.Data()
	if err != nil {
		return outcome{over: lasting(err), words: answer(err)}
	}
	if _, err := data.Write(m.Message); err != nil {
		return outcome{words: answer(err)}
	}
	if err := data.Close(); err != nil {
		return outcome{over: lasting(err), words: answer(err)}
	}
	return outcome{sent: true}
}

// lasting reports whether a server's answer will be the same tomorrow.
func lasting(err error) bool {
	e, ok := errors.AsType[*textproto.Error](err)
	return ok && e.Code >= 500
}

// answer is the code of a server's answer, with the enhanced one of RFC 3463 when it
// has one, or that there was none.
func answer(err error) string {
	e, ok := errors.AsType[*textproto.Error](err)
	if !ok {
		return "connection"
	}
	if m := enhanced.FindString(e.Msg); m != "" {
		return strconv.Itoa(e.Code) + " " + m
	}
	return strconv.Itoa(e.Code)
}

var enhanced = regexp.MustCompile(`^[245]\.[0-9]{1,3}\.[0-9]{1,3}\b`)

// nobody reports whether an answer to an address says that letters never arrive there:
// that it does not exist, or takes no more. One about us, about a full box or about the
// road says nothing of the address.
func nobody(words string) bool {
	code, more, has := strings.Cut(words, " ")
	if !has {
		return code == "550" || code == "551" || code == "553"
	}
	return more == "5.2.1" || strings.HasPrefix(more, "5.1.") && more != "5.1.7" && more != "5.1.8"
}

// note writes down what became of a letter.
func (w *Worker) note(ctx context.Context, tenant string, m storage.Mail, o outcome) error {
	if !o.sent {
		w.warn(m, o)
	}
	return w.db.Update(context.WithoutCancel(ctx), tenant, func(tx *storage.Txn) error { return w.write(tx, m, o) })
}

func (w *Worker) warn(m storage.Mail, o outcome) {
	w.log.Warn("mail not sent", "kind", m.Kind, "answer", o.words, "over", o.over)
}

// write is note within a transaction.
func (w *Worker) write(tx *storage.Txn, m storage.Mail, o outcome) error {
	now := w.now()
	kept, err := tx.Mail(m.ID)
	if err != nil {
		return err
	}
	kept.Tries++
	kept.Begun = time.Time{}
	switch {
	case o.sent:
		kept.Sent, kept.Failed, kept.Message = now, "", nil
		if err := tx.DropBounce(kept.To); err != nil {
			return err
		}
	case o.over || now.Sub(kept.Created) > giveUp:
		kept.Dead, kept.Failed = true, o.words
		if secret[kept.Kind] {
			kept.Message = nil
		}
	default:
		kept.Failed, kept.Next = o.words, now.Add(wait(kept.Tries))
	}
	if o.bounced {
		if err := tx.PutBounce(storage.Bounce{Address: kept.To, Code: o.words, Kind: kept.Kind, At: now}); err != nil {
			return err
		}
	}
	return tx.PutMail(kept)
}

// secret are the kinds of letters that open something.
var secret = map[string]bool{"recovery": true, "invitation": true}

// wait is how long a letter rests after so many tries.
func wait(tries int) time.Duration {
	if tries > 10 {
		return longestWait
	}
	return min(longestWait, firstWait<<(tries-1))
}
