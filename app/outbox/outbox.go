// Package outbox sends mail without ever holding up what caused it.
//
// A letter is written whole, with its Message-ID and its date, in the transaction
// of the change it tells of (Queue): what was promised is what is sent, and a
// change that is undone sends nothing. A Worker sends what waits, under a lease,
// so that one process of many does. An answer that may pass (a refused
// connection, 4xx) makes it wait longer and longer, up to five days; one that will
// not (5xx for the address or the letter) ends it. Neither is ever told to who
// caused the letter: a declaration is filed whether its mail arrives or not.
//
// Before a letter is given to the server it is written down that it is: a process
// that ends in the middle leaves that record, and the next try counts one of which
// nobody knows how it ended (storage.Mail.Again). A letter sent twice has one
// Message-ID, by which mail servers drop the second.
//
// An address that a server refuses for good is a Bounce until somebody changes it or a
// letter arrives there; campaigns print their letters instead. A refusal that is about
// us and not about the address (5.7.x) is none.
//
// A letter is emptied once it was sent. One that was given up is kept as long as its
// row, so that it can be tried again, unless there is a secret in it. Letters say where
// to look and never what was declared; the store seals them all the same.
package outbox

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"declara/storage"
)

// Letter is what is to be sent, in words.
type Letter struct {
	ID      string // of its record; "" gives it a new one
	To      string
	Kind    string // as in storage.Mail
	From    string // address of the sender
	Name    string // of the sender: the institution
	Subject string
	Text    string // paragraphs, with an empty line between them
	Lang    string // BCP 47

	Person, Duty string // whom it reminds of what
	Calendar     []byte // a text/calendar to attach, or nil
}

// ErrAddress is an address to which nothing can be sent, or from which.
var ErrAddress = errors.New("outbox: not an address")

// Queue puts a letter in the outbox of the transaction. One with an address that
// cannot be is ErrAddress, and nothing is queued.
func Queue(tx *storage.Txn, l Letter, now time.Time) error {
	message, err := render(l, now)
	if err != nil {
		return err
	}
	return tx.PutMail(storage.Mail{ID: cmp.Or(l.ID, storage.NewID(now)), To: l.To, Kind: l.Kind, Person: l.Person, Duty: l.Duty, Message: message, Created: now, Next: now})
}

// render is a letter as it goes over the wire.
func render(l Letter, now time.Time) ([]byte, error) {
	to, err := mail.ParseAddress(l.To)
	if err != nil || to.Address != l.To || strings.ContainsAny(l.To, "\r\n") {
		return nil, ErrAddress
	}
	m := gomail.NewMsg(gomail.WithEncoding(gomail.EncodingQP))
	if err := m.FromFormat(oneLine(l.Name), l.From); err != nil {
		return nil, ErrAddress
	}
	if err := m.To(l.To); err != nil {
		return nil, ErrAddress
	}
	_, host, _ := strings.Cut(l.From, "@")
	m.SetMessageIDWithValue(strings.ToLower(rand.Text()) + "@" + host)
	m.SetDateWithValue(now)
	m.Subject(oneLine(l.Subject))
	m.SetUserAgent("declara")
	m.SetGenHeader(gomail.HeaderContentLang, l.Lang)
	m.SetGenHeader("Auto-Submitted", "auto-generated") // holiday notices do not answer it
	m.SetBodyString(gomail.TypeTextPlain, l.Text)
	if l.Calendar != nil {
		if err := m.AttachReader("vencimiento.ics", bytes.NewReader(l.Calendar), gomail.WithFileContentType("text/calendar; charset=utf-8; method=PUBLISH")); err != nil {
			return nil, fmt.Errorf("outbox: %w", err)
		}
	}
	var out bytes.Buffer
	if _, err := m.WriteTo(&out); err != nil {
		return nil, fmt.Errorf("outbox: %w", err)
	}
	return out.Bytes(), nil
}

// oneLine is a text for a header: whatever would begin another one is a space.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\u0085' || r == '\u2028' || r == '\u2029' }), " ")
}
