package outbox

import (
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"declara/i18n"
	"declara/storage"
)

// Reminder is a letter about one declaration that is owed. It says which, until when
// and why, and nothing of what was or will be declared.
type Reminder struct {
	ID, To, Lang, Person, Duty string // ID is that of its record

	Title string // "Declaración de modificación 2026"
	Why   string // a sentence
	Due   string // last day, yyyy-mm-dd
	Left  int    // days until it, negative when it is past
	Aviso bool   // it is handed in at the office, and not filed here

	Calendar []byte // text/calendar, or nil
}

// Kind of the letters that remind.
const KindReminder = "reminder"

// Remind are the words of a reminder: what is sent, what is printed and what the office
// sees before it decides are these.
func (w *Writer) Remind(p *i18n.Printer, body storage.Institution, r Reminder) (subject string, paragraphs []string) {
	day, late := p.Day(r.Due), r.Left < 0
	kind := "before"
	switch {
	case late:
		kind = "late"
	case r.Left == 0:
		kind = "today"
	}
	subject = p.T("mail.reminder."+kind+".subject", r.Title, day)
	paragraphs = []string{p.T("mail.reminder."+kind+".1", r.Title, day, zone(p, body.Zone)), r.Why}
	switch {
	case r.Aviso:
		paragraphs = append(paragraphs, p.T("mail.reminder.aviso", body.Office, body.Address))
	case w.base == "": // on paper, before the site has an address
		paragraphs = append(paragraphs, p.T("mail.reminder.site", body.Name))
	default:
		paragraphs = append(paragraphs, p.T("mail.reminder.go", w.base+"/declaraciones"))
	}
	if late {
		paragraphs = append(paragraphs, p.T("mail.reminder.late.2"))
	}
	return subject, append(paragraphs, p.T("mail.reminder.done"), p.T("mail.foot", body.Office, body.Phone, body.Hours))
}

// zone is a zone as people of the institution call it, or else its city.
func zone(p *i18n.Printer, name string) string {
	if key := "account.zone." + name; p.Has(key) {
		name := p.T(key) // as it stands within a sentence
		first, n := utf8.DecodeRuneInString(name)
		return string(unicode.ToLower(first)) + name[n:]
	}
	_, city, ok := strings.Cut(name, "/")
	if !ok {
		return name
	}
	return strings.ReplaceAll(city, "_", " ")
}

// Reminder queues one. queued is false for an address that cannot be.
func (w *Writer) Reminder(tx *storage.Txn, r Reminder) (queued bool, err error) {
	body, err := tx.Institution()
	if err != nil {
		return false, err
	}
	p := w.words.Printer(r.Lang)
	subject, paragraphs := w.Remind(p, body, r)
	err = Queue(tx, Letter{
		ID: r.ID, To: r.To, Kind: KindReminder, From: w.from(body), Name: body.Name, Lang: p.Tag(), Subject: subject,
		Text: strings.Join(append(paragraphs, p.T("mail.noreply")), "\n\n") + "\n", Person: r.Person, Duty: r.Duty, Calendar: r.Calendar,
	}, w.now())
	if errors.Is(err, ErrAddress) {
		return false, nil
	}
	return err == nil, err
}

// Morning is what the office is told on a working day: numbers, and nobody's name.
type Morning struct {
	Day                                  string // yyyy-mm-dd
	Late, Bounced, Waiting, Ended, Paper int
}

// Digest tells somebody of the office how things are.
func (w *Writer) Digest(tx *storage.Txn, to, lang string, m Morning) error {
	p := w.words.Printer(lang)
	var lines []string
	for _, l := range []struct {
		key string
		n   int
	}{{"late", m.Late}, {"ended", m.Ended}, {"bounced", m.Bounced}, {"waiting", m.Waiting}, {"paper", m.Paper}} {
		if l.n > 0 {
			lines = append(lines, "- "+p.N("mail.digest.line."+l.key, l.n))
		}
	}
	return w.write(tx, "", to, lang, "digest", "/contraloria", p.Day(m.Day), strings.Join(lines, "\n"))
}

// from is the address that letters come from.
func (w *Writer) from(body storage.Institution) string {
	if w.sender != "" {
		return w.sender
	}
	return body.Email
}

// State is how far a letter is.
type State string

// The states of a letter.
const (
	Waiting  State = "espera"      // not tried yet
	Retrying State = "reintento"   // tried, and will be again
	Sent     State = "enviado"     //
	Failed   State = "fallo"       // given up
	Skipped  State = "innecesario" // its time was over before it went
)

// StateOf is how far a letter is.
func StateOf(m storage.Mail) State {
	switch {
	case !m.Sent.IsZero():
		return Sent
	case m.Dead && m.Failed == Needless:
		return Skipped
	case m.Dead:
		return Failed
	case m.Tries > 0 || m.Again > 0:
		return Retrying
	}
	return Waiting
}

// Again puts a letter that waits, or that was given up with its text kept, first in the
// queue. It reports whether there is anything to send.
func Again(tx *storage.Txn, id string, now time.Time) (bool, error) {
	m, err := tx.Mail(id)
	if errors.Is(err, storage.ErrNotFound) {
		return false, nil
	}
	if err != nil || !m.Sent.IsZero() || m.Message == nil {
		return false, err
	}
	if m.Dead {
		m.Dead, m.Tries, m.Created = false, 0, now
	}
	m.Next = now
	return true, tx.PutMail(m)
}
