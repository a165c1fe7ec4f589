package app

import (
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"declara/app/account"
	"declara/app/outbox"
	"declara/storage"
	"declara/storage/bolt"
	"declara/storage/files"
)

// relay is an SMTP server in this process that keeps what it is given.
type relay struct {
	mu  sync.Mutex
	got []letter
}

type letter struct{ to, text string }

type relaySession struct {
	r  *relay
	to string
}

func (r *relay) NewSession(*smtp.Conn) (smtp.Session, error)      { return &relaySession{r: r}, nil }
func (x *relaySession) Mail(string, *smtp.MailOptions) error      { return nil }
func (x *relaySession) Rcpt(to string, _ *smtp.RcptOptions) error { x.to = to; return nil }
func (x *relaySession) Reset()                                    {}
func (x *relaySession) Logout() error                             { return nil }
func (x *relaySession) Data(in io.Reader) error {
	b, err := io.ReadAll(in)
	x.r.mu.Lock()
	defer x.r.mu.Unlock()
	x.r.got = append(x.r.got, letter{x.to, string(b)})
	return err
}

// newRelay starts one and tells how to reach it.
func newRelay(t *testing.T) (*relay, *outbox.Config) {
	r := &relay{}
	srv := smtp.NewServer(r)
	srv.Domain = "localhost"
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go srv.Serve(ln)
	t.Cleanup(func() { srv.Close() })
	return r, &outbox.Config{Host: "localhost", Port: ln.Addr().(*net.TCPAddr).Port, Security: outbox.Plain, Sender: "declara@valleencinos.example"}
}

// TestChangedEmailIsTold: when the address of an account changes, the address of
// before hears of it, since whoever took the account over would change it first.
// The letter names neither address and gives no link that works.
func TestChangedEmailIsTold(t *testing.T) {
	r, config := newRelay(t)
	s, err := bolt.Open(filepath.Join(t.TempDir(), "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	db := storage.Open(s, storage.NewKeys())
	t.Cleanup(func() { db.Close() })
	now := time.Date(2026, 5, 14, 18, 0, 0, 0, time.UTC)
	cost := account.Cost{Memory: 8, Time: 1, Threads: 1}
	a, err := New(Config{DB: db, Clock: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler), BaseURL: "https://declara.example", PasswordCost: &cost, Mail: config,
		Evidence: files.Open(t.TempDir(), func() time.Time { return now })})
	if err != nil {
		t.Fatal(err)
	}
	u := storage.User{ID: storage.NewID(now), Login: "ana", Name: "Ana", Email: "antes@correo.example", Lang: "es-MX", Roles: []storage.Role{storage.RoleDeclarant}, Created: now}
	if err := db.Update(t.Context(), tenant, func(tx *storage.Txn) error {
		if err := tx.PutInstitution(storage.Institution{Name: "Municipio de Valle Encinos", Office: "Órgano Interno de Control", Phone: "951 000 0000", Email: "oic@valleencinos.example", Zone: "America/Mexico_City", SetUp: now}); err != nil {
			return err
		}
		return tx.PutUser(u)
	}); err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{"antes@correo.example", "despues@correo.example"} { // the first is no change
		if err := a.accounts.SetEmail(t.Context(), tenant, u.ID, to); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.mail.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(r.got) != 1 {
		t.Fatalf("%d letters went out: %v", len(r.got), r.got)
	}
	l := r.got[0]
	if l.to != "antes@correo.example" || strings.Contains(l.text, "despues@") || strings.Contains(l.text, "/recuperar") {
		t.Errorf("to %s:\n%s", l.to, l.text)
	}
	if !strings.Contains(l.text, "951 000 0000") {
		t.Errorf("it does not say whom to call:\n%s", l.text)
	}
}
