package outbox

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"declara/i18n"
	"declara/storage"
	"declara/storage/bolt"
)

const tenant = "1"

// box is an outbox over a real file with a clock that tests set.
type box struct {
	t      *testing.T
	db     *storage.DB
	now    time.Time
	writer *Writer
	log    bytes.Buffer
}

func newBox(t *testing.T) *box {
	t.Helper()
	store, err := bolt.Open(filepath.Join(t.TempDir(), "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	b := &box{t: t, db: storage.Open(store, storage.NewKeys()), now: time.Date(2026, 6, 1, 5, 59, 0, 0, time.UTC)}
	t.Cleanup(func() {
		if err := b.db.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := b.db.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.writer = NewWriter(i18n.Load(), func() time.Time { return b.now }, "https://declara.valle.example/", "no-responder@valle.example")
	b.update(func(tx *storage.Txn) error {
		return tx.PutInstitution(storage.Institution{Name: "Municipio de Valle Encinos", Office: "Contraloría", Phone: "951 000 0000",
			Hours: "lunes a viernes", Email: "contraloria@valle.example", SetUp: b.now})
	})
	return b
}

func (b *box) update(fn func(*storage.Txn) error) {
	b.t.Helper()
	if err := b.db.Update(b.t.Context(), tenant, fn); err != nil {
		b.t.Fatal(err)
	}
}

// mails are all rows, oldest first.
func (b *box) mails() (all []storage.Mail) {
	b.t.Helper()
	if err := b.db.View(b.t.Context(), tenant, func(tx *storage.Txn) error {
		all = nil
		return tx.Mails(func(m storage.Mail) error {
			all = append(all, m)
			return nil
		})
	}); err != nil {
		b.t.Fatal(err)
	}
	return all
}

func (b *box) recovery(to string) {
	b.t.Helper()
	b.update(func(tx *storage.Txn) error { return b.writer.Recovery(tx, to, "es", "/recuperar/abc") })
}

func (b *box) worker(c Config, holder string) *Worker {
	b.t.Helper()
	if c.Sender == "" {
		c.Sender = "no-responder@valle.example"
	}
	w, err := NewWorker(b.db, c, func() time.Time { return b.now }, slog.New(slog.NewTextHandler(&b.log, nil)), holder, 400*time.Millisecond)
	if err != nil {
		b.t.Fatal(err)
	}
	return w
}

func (b *box) once(w *Worker) {
	b.t.Helper()
	if err := w.Once(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
}

// server is an SMTP server in this process that does what tests tell it.
type server struct {
	config Config
	mu     sync.Mutex
	got    []delivery
	users  []string // who signed in
	refuse func(to string) error
	stall  time.Duration
	taken  func(n int) // called when so many letters are in, before the server says so
	srv    *smtp.Server
}

type delivery struct {
	from, to string
	data     []byte
}

func newServer(t *testing.T, security Security) *server {
	t.Helper()
	certificate, roots := certificate(t)
	s := &server{refuse: func(string) error { return nil }}
	s.srv = smtp.NewServer(s)
	s.srv.Domain = "localhost"
	s.srv.ReadTimeout, s.srv.WriteTimeout = 5*time.Second, 5*time.Second
	s.srv.ErrorLog = quiet{}
	if security != Plain {
		s.srv.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}}
	} else {
		s.srv.AllowInsecureAuth = true
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if security == TLS {
		ln = tls.NewListener(ln, s.srv.TLSConfig)
	}
	go s.srv.Serve(ln)
	t.Cleanup(func() { s.srv.Close() })
	s.config = Config{Host: "localhost", Port: ln.Addr().(*net.TCPAddr).Port, Security: security, Roots: &tls.Config{RootCAs: roots, ServerName: "localhost"}}
	return s
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// certificate is one for localhost that nobody else trusts.
func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

func (s *server) NewSession(c *smtp.Conn) (smtp.Session, error) { return &session{s: s}, nil }

func (s *server) deliveries() []delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]delivery(nil), s.got...)
}

type session struct {
	s        *server
	from, to string
}

func (x *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (x *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if password != "clave del relevo" {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "no"}
		}
		x.s.mu.Lock()
		defer x.s.mu.Unlock()
		x.s.users = append(x.s.users, user)
		return nil
	}), nil
}

func (x *session) Mail(from string, _ *smtp.MailOptions) error { x.from = from; return nil }

func (x *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	time.Sleep(x.s.stall)
	x.to = to
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	return x.s.refuse(to)
}

func (x *session) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	x.s.mu.Lock()
	x.s.got = append(x.s.got, delivery{x.from, x.to, data})
	n := len(x.s.got)
	x.s.mu.Unlock()
	if x.s.taken != nil {
		x.s.taken(n)
	}
	return nil
}

func (x *session) Reset()        {}
func (x *session) Logout() error { return nil }

var (
	greylist = &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "persona@correo.example: try later"}
	unknown  = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "persona@correo.example: no such user"}
)

// text is the words of a message.
func text(t *testing.T, raw []byte) (*mail.Message, string) {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil {
		t.Fatal(err)
	}
	return m, strings.ReplaceAll(string(body), "\r\n", "\n")
}

// TestSend: what was queued is what arrives, byte for byte, over each kind of
// connection, signed in; and then its content is gone.
func TestSend(t *testing.T) {
	for _, security := range []Security{StartTLS, TLS, Plain} {
		t.Run(string(security), func(t *testing.T) {
			b, s := newBox(t), newServer(t, security)
			b.recovery("persona@correo.example")
			queued := b.mails()[0]
			if security != Plain {
				s.config.User, s.config.Password = "declara", "clave del relevo"
			}
			b.once(b.worker(s.config, "a"))
			got := s.deliveries()
			if len(got) != 1 || got[0].from != "no-responder@valle.example" || got[0].to != "persona@correo.example" {
				t.Fatalf("%+v; %s", got, b.log.String())
			}
			if !bytes.Equal(bytes.TrimSpace(got[0].data), bytes.TrimSpace(queued.Message)) {
				t.Errorf("sent:\n%s\nqueued:\n%s", got[0].data, queued.Message)
			}
			if security != Plain && (len(s.users) != 1 || s.users[0] != "declara") {
				t.Errorf("signed in: %v", s.users)
			}
			if m := b.mails()[0]; m.Message != nil || !m.Sent.Equal(b.now) || m.Tries != 1 || m.Failed != "" {
				t.Errorf("%+v", m)
			}
			b.once(b.worker(s.config, "a"))
			if len(s.deliveries()) != 1 {
				t.Error("it was sent twice")
			}
		})
	}
}

// TestTemporary: 451 waits and is sent later, with the same Message-ID; each wait
// is longer; after five days it is given up.
func TestTemporary(t *testing.T) {
	b, s := newBox(t), newServer(t, StartTLS)
	b.recovery("persona@correo.example")
	id, _ := text(t, b.mails()[0].Message)
	w := b.worker(s.config, "a")
	s.refuse = func(string) error { return greylist }
	b.once(w)
	if m := b.mails()[0]; m.Dead || m.Failed != "451 4.7.1" || !m.Next.Equal(b.now.Add(time.Minute)) || m.Message == nil {
		t.Errorf("%+v", m)
	}
	b.once(w)
	if m := b.mails()[0]; m.Tries != 1 {
		t.Error("it did not wait")
	}
	b.now = b.now.Add(time.Minute)
	b.once(w)
	if m := b.mails()[0]; !m.Next.Equal(b.now.Add(2 * time.Minute)) {
		t.Errorf("the second wait is %v", m.Next.Sub(b.now))
	}
	b.now = b.now.Add(2 * time.Minute)
	s.refuse = func(string) error { return nil }
	b.once(w)
	got := s.deliveries()
	if len(got) != 1 {
		t.Fatalf("%d arrived", len(got))
	}
	if m, _ := text(t, got[0].data); m.Header.Get("Message-ID") == "" || m.Header.Get("Message-ID") != id.Header.Get("Message-ID") {
		t.Errorf("Message-ID %s, queued as %s", m.Header.Get("Message-ID"), id.Header.Get("Message-ID"))
	}
	b.recovery("otra@correo.example")
	s.refuse = func(string) error { return greylist }
	for begin := b.now; b.now.Sub(begin) < 6*24*time.Hour; b.now = b.now.Add(longestWait) {
		b.once(w)
	}
	if m := b.mails()[1]; !m.Dead || m.Message != nil || m.Failed != "451 4.7.1" {
		t.Errorf("after five days: %+v", m)
	}
}

// TestPermanent: 550 ends one letter, at once, and the others arrive.
func TestPermanent(t *testing.T) {
	b, s := newBox(t), newServer(t, StartTLS)
	for _, to := range []string{"buena@correo.example", "persona@correo.example", "otra@correo.example"} {
		b.now = b.now.Add(time.Second)
		b.recovery(to)
	}
	s.refuse = func(to string) error {
		if strings.HasPrefix(to, "persona") {
			return unknown
		}
		return nil
	}
	b.once(b.worker(s.config, "a"))
	if got := s.deliveries(); len(got) != 2 {
		t.Errorf("%d arrived", len(got))
	}
	if m := b.mails()[1]; !m.Dead || m.Failed != "550 5.1.1" || m.Message != nil {
		t.Errorf("%+v", m)
	}
	if said := b.log.String(); strings.Contains(said, "correo.example") || strings.Contains(said, "recuperar") {
		t.Errorf("the log tells of a person: %s", said)
	}
}

// TestServerFaults: nobody there, one that does not answer in time, one without
// STARTTLS, one that refuses the password or would take it in clear: everything waits, nothing is lost.
func TestServerFaults(t *testing.T) {
	dead, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := dead.Addr().(*net.TCPAddr).Port
	dead.Close()
	mute, err := net.Listen("tcp", "127.0.0.1:0") // accepts and says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer mute.Close()
	open := newServer(t, Plain)
	slow := newServer(t, StartTLS)
	slow.stall = 900 * time.Millisecond
	locked := newServer(t, StartTLS)
	locked.config.User, locked.config.Password = "declara", "otra clave"
	noTLS := open.config
	noTLS.Security = StartTLS
	bare := open.config
	bare.User, bare.Password = "declara", "clave del relevo"
	for name, c := range map[string]Config{
		"clear":    bare, // the password is not sent over it
		"dead":     {Host: "localhost", Port: port, Security: Plain},
		"mute":     {Host: "localhost", Port: mute.Addr().(*net.TCPAddr).Port, Security: Plain},
		"slow":     slow.config,
		"no TLS":   noTLS,
		"password": locked.config,
	} {
		t.Run(name, func(t *testing.T) {
			b := newBox(t)
			b.recovery("persona@correo.example")
			begin := time.Now()
			b.once(b.worker(c, "a"))
			if took := time.Since(begin); took > 3*time.Second {
				t.Errorf("it took %v", took)
			}
			if m := b.mails()[0]; m.Dead || m.Tries != 1 || m.Failed == "" || m.Message == nil || !m.Next.After(b.now) {
				t.Errorf("%+v", m)
			}
		})
	}
	if len(open.deliveries()) != 0 || len(open.users) != 0 {
		t.Error("a letter or a password went over a connection without TLS")
	}
}

// TestLease: of two processes one sends; when the first dies, the second takes over.
func TestLease(t *testing.T) {
	b, s := newBox(t), newServer(t, StartTLS)
	b.recovery("persona@correo.example")
	b.update(func(tx *storage.Txn) error {
		_, err := tx.TakeLease(job, "dead", b.now, b.now.Add(leaseFor))
		return err
	})
	w := b.worker(s.config, "alive")
	b.once(w)
	if len(s.deliveries()) != 0 {
		t.Error("two processes sent at once")
	}
	b.now = b.now.Add(leaseFor)
	b.once(w)
	if len(s.deliveries()) != 1 {
		t.Error("the lease of a dead process holds for ever")
	}
	b.now = b.now.Add(time.Second)
	b.recovery("otra@correo.example")
	b.once(b.worker(s.config, "another"))
	if len(s.deliveries()) != 2 {
		t.Error("the lease was not given back")
	}
}

// TestLetters: what each letter says, in both languages, and that none has room
// for what was declared.
func TestLetters(t *testing.T) {
	b := newBox(t)
	zone, err := time.LoadLocation("America/Mexico_City")
	if err != nil {
		t.Skip("this machine has no zones")
	}
	for _, lang := range []string{"es", "en", ""} {
		b.update(func(tx *storage.Txn) error {
			return errors.Join(
				b.writer.Recovery(tx, "a@correo.example", lang, "/recuperar/T0K3N"),
				b.writer.Unused(tx, "a@correo.example", lang, "/primera-vez"),
				b.writer.Changed(tx, "a@correo.example", lang),
				b.writer.Factor(tx, "a@correo.example", lang),
				b.writer.Spare(tx, "a@correo.example", lang),
				b.writer.Receipt(tx, "", "a@correo.example", lang, "VE-2026-000123", b.now, zone, "/declaraciones/X/acuse"),
			)
		})
		seen := map[string]string{}
		for _, m := range b.mails() {
			message, words := text(t, m.Message)
			subject, err := new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject"))
			if err != nil || subject == "" || strings.Contains(subject+words, "mail.") || strings.Contains(words, "{") {
				t.Errorf("%s: %q, %v:\n%s", lang, subject, err, words)
			}
			if !strings.Contains(words, "951 000 0000") || message.Header.Get("Auto-Submitted") != "auto-generated" || message.Header.Get("Date") == "" {
				t.Errorf("%s %s: %v\n%s", lang, m.Kind, message.Header, words)
			}
			seen[m.Kind] = subject + "\n" + words
		}
		for kind, want := range map[string]string{
			"recovery": "https://declara.valle.example/recuperar/T0K3N", "unused": "https://declara.valle.example/primera-vez",
			"changed": "https://declara.valle.example/recuperar", "factor": "https://declara.valle.example/recuperar", "spare": "https://declara.valle.example/recuperar", "receipt": "https://declara.valle.example/declaraciones/X/acuse",
		} {
			if !strings.Contains(seen[kind], want) {
				t.Errorf("%s %s lacks %s:\n%s", lang, kind, want, seen[kind])
			}
		}
		day := "31 de mayo de 2026, 23:59"
		if lang == "en" {
			day = "31 May 2026, 23:59"
		}
		if !strings.Contains(seen["receipt"], day) || !strings.Contains(seen["receipt"], "VE-2026-000123") {
			t.Errorf("receipt:\n%s", seen["receipt"])
		}
		b.update(func(tx *storage.Txn) error {
			for _, m := range b.mails() {
				if err := tx.DeleteMail(m.ID); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

// TestWitness: the letter to a witness has the checkpoint as it was signed, in one piece.
func TestWitness(t *testing.T) {
	b := newBox(t)
	const checkpoint = "declara/log/0123456789abcdef\n412\ntExC9/+NHuXoKVJUOTadz/J3PdrTPKPnZCOtKMOvzuE=\n\n— declara/log/0123456789abcdef Az3grnmrIUEDFqHzAElIQCPNoRFRAAdFo47fooyWKqJrrcKdVpJ9k3WTcDYRTVBtLUSNJZZmPI1EFiXFJt6hSj1n0w4=\n"
	b.update(func(tx *storage.Txn) error {
		return b.writer.Witness(tx, "testigo@correo.example", "2026-05-14", checkpoint)
	})
	all := b.mails()
	if len(all) != 1 || all[0].Kind != "witness" || all[0].To != "testigo@correo.example" {
		t.Fatalf("queued %+v", all)
	}
	message, words := text(t, all[0].Message)
	subject, err := new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject"))
	if err != nil || !strings.Contains(subject, "14 de mayo de 2026") {
		t.Errorf("subject %q: %v", subject, err)
	}
	words = strings.ReplaceAll(words, "\r\n", "\n")
	if !strings.Contains(words, "\n\n"+checkpoint+"\n") || !strings.Contains(words, "https://declara.valle.example/verificar/registro") {
		t.Errorf("the letter is\n%s", words)
	}
}

// TestInjection: nothing that a person typed begins a header or reaches a second
// address; an address that cannot be is no letter and no error of the cause.
func TestInjection(t *testing.T) {
	b := newBox(t)
	for _, to := range []string{
		"", "nadie", "a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example", "Ana <a@b.example>", "a@b.example\n", "<a@b.example>", "a@b.example\x00",
	} {
		b.update(func(tx *storage.Txn) error {
			if err := Queue(tx, Letter{To: to, From: "x@valle.example", Subject: "s", Text: "t"}, b.now); err != ErrAddress {
				t.Errorf("%q: %v", to, err)
			}
			return b.writer.Recovery(tx, to, "es", "/recuperar/x")
		})
	}
	if n := len(b.mails()); n != 0 {
		t.Fatalf("%d letters", n)
	}
	b.update(func(tx *storage.Txn) error {
		return Queue(tx, Letter{To: "a@b.example", From: "x@valle.example", Name: "Valle\r\nBcc: c@d.example", Subject: "Hola\r\nBcc: c@d.example\r\n\r\ncuerpo", Text: "texto\r\n.\r\nMAIL FROM:<x>\r\n", Lang: "es-MX"}, b.now)
	})
	m, words := text(t, b.mails()[0].Message)
	if len(m.Header["Bcc"]) != 0 || len(m.Header["Subject"]) != 1 || !strings.Contains(words, "MAIL FROM") {
		t.Errorf("%v\n%s", m.Header, words)
	}
	s := newServer(t, StartTLS)
	b.once(b.worker(s.config, "a"))
	got := s.deliveries()
	if len(got) != 1 || !strings.Contains(string(got[0].data), "MAIL FROM") {
		t.Fatalf("a dot alone in a line ended the letter: %+v", got)
	}
}

// TestUndone: a letter of a change that did not happen is not sent.
func TestUndone(t *testing.T) {
	b := newBox(t)
	boom := errors.New("undone")
	err := b.db.Update(t.Context(), tenant, func(tx *storage.Txn) error {
		if err := b.writer.Changed(tx, "a@correo.example", "es"); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) || len(b.mails()) != 0 {
		t.Errorf("%v, %d letters", err, len(b.mails()))
	}
}

func TestConfig(t *testing.T) {
	b := newBox(t)
	for name, c := range map[string]Config{
		"no host":   {Sender: "x@valle.example"},
		"no sender": {Host: "localhost"},
		"security":  {Host: "localhost", Sender: "x@valle.example", Security: "whatever"},
		"port":      {Host: "localhost", Sender: "x@valle.example", Port: 70000},
	} {
		if _, err := NewWorker(b.db, c, func() time.Time { return b.now }, slog.New(slog.DiscardHandler), "a", 0); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

// TestSweep: rows of what was sent go after a month.
func TestSweep(t *testing.T) {
	b, s := newBox(t), newServer(t, StartTLS)
	w := b.worker(s.config, "a")
	b.recovery("a@correo.example")
	b.once(w)
	b.now = b.now.Add(keepFor + time.Hour)
	b.recovery("b@correo.example")
	b.once(w)
	if all := b.mails(); len(all) != 1 || all[0].To != "b@correo.example" {
		t.Errorf("%d rows", len(all))
	}
}
