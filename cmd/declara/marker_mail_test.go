package main

import (
	"bufio"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"declara/app/complain"
	"declara/app/outbox"
	"declara/i18n"
	"declara/storage"
)

// letterbox is a mail server that keeps all that it is told.
type letterbox struct {
	address string

	mu    sync.Mutex
	heard []byte
	n     int
}

func openLetterbox(t *testing.T) *letterbox {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	b := &letterbox{address: ln.Addr().String()}
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go b.talk(c)
		}
	}()
	return b
}

func (b *letterbox) talk(c net.Conn) {
	defer c.Close()
	say := func(s string) { c.Write([]byte(s + "\r\n")) }
	say("220 ready")
	body := false
	for in := bufio.NewScanner(c); in.Scan(); {
		b.mu.Lock()
		b.heard = append(append(b.heard, in.Bytes()...), '\n')
		b.mu.Unlock()
		switch verb := strings.ToUpper(in.Text()); {
		case body && in.Text() == ".":
			body = false
			b.mu.Lock()
			b.n++
			b.mu.Unlock()
			say("250 kept")
		case body:
		case strings.HasPrefix(verb, "DATA"):
			body = true
			say("354 go on")
		case strings.HasPrefix(verb, "QUIT"):
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func (b *letterbox) all() []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.heard)
}

// waits until so many letters have come.
func (b *letterbox) waits(t *testing.T, n int) {
	t.Helper()
	for range 600 {
		b.mu.Lock()
		enough := b.n >= n
		b.mu.Unlock()
		if enough {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("no letter came: %s", b.all())
}

// letter queues what goes to the office at nine, so that the program sends it when it
// starts.
func (w *markedWorld) letter() {
	w.Helper()
	letters := outbox.NewWriter(i18n.Load(), time.Now, "http://127.0.0.1", "denuncias@valleencinos.example")
	w.with(func(db *storage.DB) error {
		at := time.Now().Truncate(24 * time.Hour)
		r := complain.NewReminder(db, func() time.Time { return at }, letters.Unread)
		for range 2 {
			if err := r.Run(w.Context(), "1"); err != nil {
				return err
			}
			at = at.AddDate(0, 0, 1)
		}
		return nil
	})
}

// excluded looks that who was left out has no key of any complaint.
func (w *markedWorld) excluded(user string) {
	w.Helper()
	w.with(func(db *storage.DB) error {
		return db.View(w.Context(), "1", func(tx *storage.Txn) error {
			n := 0
			err := tx.ComplaintsOf(user, func(storage.Complaint) error { n++; return nil })
			if n > 0 {
				w.Errorf("%s opens %d", user, n)
			}
			return err
		})
	})
}
