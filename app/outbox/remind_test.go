package outbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"declara/i18n"
	"declara/storage"
	"declara/storage/bolt"
)

// killDir tells this test binary to be the child of TestKilled: where its store is.
const killDir = "DECLARA_TEST_KILL_DIR"

// killedAt is when the child sends.
var killedAt = time.Date(2026, 6, 1, 6, 0, 0, 0, time.UTC)

func TestMain(m *testing.M) {
	if dir := os.Getenv(killDir); dir != "" {
		fmt.Fprintln(os.Stderr, "child:", sendFrom(dir, os.Getenv(killDir+"_PORT")))
		os.Exit(3)
	}
	os.Exit(m.Run())
}

// sendFrom sends what waits in the store of a folder, to a port of this machine.
func sendFrom(dir, port string) error {
	keys, err := storage.LoadKeys(filepath.Join(dir, "key"), false)
	if err != nil {
		return err
	}
	store, err := bolt.Open(filepath.Join(dir, "declara.db"))
	if err != nil {
		return err
	}
	c := Config{Host: "127.0.0.1", Security: Plain, Sender: "no-responder@valle.example"}
	if _, err := fmt.Sscan(port, &c.Port); err != nil {
		return err
	}
	w, err := NewWorker(storage.Open(store, keys), c, func() time.Time { return killedAt }, slog.New(slog.DiscardHandler), "child", 5*time.Second)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	return w.Once(ctx)
}

// TestKilled kills the process that sends, with SIGKILL, when the server has taken the
// second of three letters and the process does not know it yet. The first is not sent
// again. The second is, under the same Message-ID, and its record says that it may have
// arrived twice; the third is sent once.
func TestKilled(t *testing.T) {
	dir := t.TempDir()
	keys, err := storage.LoadKeys(filepath.Join(dir, "key"), true)
	if err != nil {
		t.Fatal(err)
	}
	with := func(fn func(*box)) {
		store, err := bolt.Open(filepath.Join(dir, "declara.db"))
		if err != nil {
			t.Fatal(err)
		}
		b := &box{t: t, db: storage.Open(store, keys), now: killedAt}
		b.writer = NewWriter(i18n.Load(), func() time.Time { return b.now }, "https://declara.valle.example", "no-responder@valle.example")
		defer b.db.Close()
		fn(b)
	}
	with(func(b *box) {
		if err := b.db.Prepare(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.update(func(tx *storage.Txn) error {
			return tx.PutInstitution(storage.Institution{Name: "Municipio", Office: "Contraloría", Email: "c@valle.example", SetUp: b.now})
		})
		for i := range 3 {
			b.now = killedAt.Add(time.Duration(i-3) * time.Second)
			b.recovery(fmt.Sprintf("p%d@correo.example", i))
		}
	})
	s := newServer(t, Plain)
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), killDir+"="+dir, fmt.Sprintf("%s_PORT=%d", killDir, s.config.Port))
	s.taken = func(n int) {
		if n == 2 {
			child.Process.Kill()
			child.Wait()
		}
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(30 * time.Second); len(s.deliveries()) < 2; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the child sends nothing")
		}
	}
	with(func(b *box) {
		b.now = killedAt.Add(leaseFor + time.Second)
		b.once(b.worker(s.config, "b"))
		count, ids := map[string]int{}, map[string]map[string]bool{}
		for _, d := range s.deliveries() {
			m, err := mail.ReadMessage(strings.NewReader(string(d.data)))
			if err != nil {
				t.Fatal(err)
			}
			if count[d.to]++; ids[d.to] == nil {
				ids[d.to] = map[string]bool{}
			}
			ids[d.to][m.Header.Get("Message-ID")] = true
		}
		for i, want := range []int{1, 2, 1} {
			if to := fmt.Sprintf("p%d@correo.example", i); count[to] != want || len(ids[to]) != 1 {
				t.Errorf("%s got %d letters of %d Message-IDs", to, count[to], len(ids[to]))
			}
		}
		for i, m := range b.mails() {
			if m.Sent.IsZero() || m.Again != []int{0, 1, 0}[i] || !m.Begun.IsZero() {
				t.Errorf("%d: %+v", i, m)
			}
		}
	})
}

// TestBounces: which refusals make an address one that letters do not reach, with the
// code and nothing of what the server said; a letter that arrives there clears it.
func TestBounces(t *testing.T) {
	for _, c := range []struct {
		answer *smtp.SMTPError
		want   string // code of the bounce, "" for none
		state  State
	}{
		{unknown, "550 5.1.1", Failed},
		{&smtp.SMTPError{Code: 550, EnhancedCode: smtp.NoEnhancedCode, Message: "no mailbox persona@correo.example"}, "550", Failed},
		{&smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "we do not like you"}, "", Failed},
		{&smtp.SMTPError{Code: 552, EnhancedCode: smtp.EnhancedCode{5, 2, 2}, Message: "full"}, "", Failed},
		{&smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 2, 1}, Message: "disabled"}, "550 5.2.1", Failed},
		{greylist, "", Retrying},
	} {
		b, s := newBox(t), newServer(t, StartTLS)
		w := b.worker(s.config, "a")
		b.update(func(tx *storage.Txn) error { return b.writer.Changed(tx, "Persona@correo.example", "es") })
		s.refuse = func(string) error { return c.answer }
		b.once(w)
		b.update(func(tx *storage.Txn) error {
			got, err := tx.Bounce("persona@correo.example")
			if got.Code != c.want || (err == nil) != (c.want != "") || strings.Contains(fmt.Sprint(got), "mailbox") {
				t.Errorf("%v: %+v %v", c.answer, got, err)
			}
			return nil
		})
		m := b.mails()[0]
		if StateOf(m) != c.state || m.Message == nil {
			t.Errorf("%v: %s %+v", c.answer, StateOf(m), m)
		}
		s.refuse = func(string) error { return nil }
		b.update(func(tx *storage.Txn) error {
			if ok, err := Again(tx, m.ID, b.now); !ok || err != nil {
				t.Errorf("%v: not tried again: %v", c.answer, err)
			}
			return nil
		})
		b.once(w)
		b.update(func(tx *storage.Txn) error {
			if _, err := tx.Bounce("persona@correo.example"); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("%v: a letter arrived, and the address is still refused", c.answer)
			}
			if ok, err := Again(tx, m.ID, b.now); ok || err != nil {
				t.Errorf("what was sent is sent again: %v", err)
			}
			return nil
		})
	}
}

// TestUnless: a letter whose time is over does not go, whatever it waited for, and the
// ones behind it do.
func TestUnless(t *testing.T) {
	b, s := newBox(t), newServer(t, StartTLS)
	w := b.worker(s.config, "a")
	w.Unless(func(_ *storage.Txn, m storage.Mail) (bool, error) { return m.Duty == "modificacion-2026", nil })
	for i, duty := range []string{"", "modificacion-2026", "inicial-2026-05-01"} {
		b.now = b.now.Add(time.Second)
		b.update(func(tx *storage.Txn) error {
			_, err := b.writer.Reminder(tx, Reminder{ID: fmt.Sprint("m", i), To: fmt.Sprintf("p%d@correo.example", i), Person: "p", Duty: duty, Title: "Declaración", Due: "2026-05-31"})
			return err
		})
	}
	b.once(w)
	if got := s.deliveries(); len(got) != 2 || got[0].to != "p0@correo.example" || got[1].to != "p2@correo.example" {
		t.Errorf("%+v", got)
	}
	if m := b.mails()[1]; StateOf(m) != Skipped || m.Message != nil || m.Tries != 0 {
		t.Errorf("%+v", m)
	}
}

// TestReminder: what it says before, on and after the last day, in both languages, and
// its calendar beside the text. It names nobody.
func TestReminder(t *testing.T) {
	b := newBox(t)
	calendar := []byte("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
	for _, c := range []struct {
		lang  string
		left  int
		aviso bool
		want  []string
	}{
		{"es", 7, false, []string{"Declaración de modificación 2026: vence el 31 de mayo de 2026", "hasta el 31 de mayo de 2026 a las 23:59 (hora del centro)", "Porque sí.", "https://declara.valle.example/declaraciones"}},
		{"es", 0, false, []string{"vence hoy"}},
		{"es", -1, false, []string{"venció el 31 de mayo de 2026", "Aún se recibe", "artículos 33 y 49"}},
		{"es", 3, true, []string{"se entrega en papel en Contraloría"}},
		{"en", 7, false, []string{"due on 31 May 2026", "file it here"}},
	} {
		b.update(func(tx *storage.Txn) error {
			i, err := tx.Institution()
			if err != nil {
				return err
			}
			i.Zone = "America/Mexico_City"
			if err := tx.PutInstitution(i); err != nil {
				return err
			}
			ok, err := b.writer.Reminder(tx, Reminder{ID: "m", To: "p@correo.example", Lang: c.lang, Person: "p", Duty: "d",
				Title: "Declaración de modificación 2026", Why: "Porque sí.", Due: "2026-05-31", Left: c.left, Aviso: c.aviso, Calendar: calendar})
			if !ok {
				t.Error("not queued")
			}
			return err
		})
		m := b.mails()[0]
		message, err := mail.ReadMessage(strings.NewReader(string(m.Message)))
		if err != nil {
			t.Fatal(err)
		}
		_, params, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
		if err != nil {
			t.Fatal(err)
		}
		subject, _ := new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject"))
		parts := multipart.NewReader(message.Body, params["boundary"])
		words, err := parts.NextPart()
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(words)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parts.NextPart()
		if err != nil || !strings.HasPrefix(file.Header.Get("Content-Type"), "text/calendar") || file.FileName() != "vencimiento.ics" {
			t.Errorf("no calendar: %v %v", err, file)
		}
		said := subject + "\n" + string(raw)
		for _, w := range c.want {
			if !strings.Contains(said, w) {
				t.Errorf("%+v lacks %q:\n%s", c, w, said)
			}
		}
		if strings.Contains(said, "mail.") || strings.Contains(said, "{") {
			t.Errorf("words are missing:\n%s", said)
		}
	}
	b.update(func(tx *storage.Txn) error {
		if ok, err := b.writer.Reminder(tx, Reminder{To: "nadie", Due: "2026-05-31"}); ok || err != nil {
			t.Errorf("queued to nobody: %v", err)
		}
		return b.writer.Digest(tx, "oic@valle.example", "es", Morning{Day: "2026-06-01", Late: 3, Bounced: 1})
	})
	all := slices.DeleteFunc(b.mails(), func(m storage.Mail) bool { return m.Kind != "digest" })
	if len(all) != 1 {
		t.Fatalf("%d digests", len(all))
	}
	if _, words := text(t, all[0].Message); !strings.Contains(words, "- 3 declaraciones vencieron") || !strings.Contains(words, "- 1 correo regresó") || strings.Contains(words, "esperan") {
		t.Errorf("%s", words)
	}
}
