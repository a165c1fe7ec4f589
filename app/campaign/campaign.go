// Package campaign is what the office does so that people declare in time, and about
// those who do not: it reminds, requires in writing, and tells the investigating
// authority. What is owed, and whether it still is, package declare says, through the
// functions of Duties; letters go out through package outbox, which keeps them.
//
// # Rules that the package holds
//
//   - No letter goes to who has filed. It is asked when a letter is made, in the same
//     transaction, and once more when the outbox gives it to the server (Needless).
//   - A reminder is a notice in the person's record and a row of the outbox, written in
//     one transaction. A notice of the same duty, last day and occasion is never written twice:
//     a process that ends in the middle, two processes at once or a second press of a
//     button leave each person with one letter.
//   - The four reminders of the calendar (when.go) go from eight in the morning of the
//     institution on. One whose day was missed goes later, but never in place of the
//     next one. Nobody can opt out: the duty is of the law.
//   - A mail is a reminder and never a notification (legal.md 2). A requirement is a
//     letter that somebody signs and serves; here are its number and its three dates.
//   - The system drafts and counts days. It takes no step by itself (legal.md 1.4).
//   - Letters and lists have nothing that was declared.
//
// Days are of the institution's zone, the clock is a parameter, and the package knows
// nothing of HTTP.
package campaign

import (
	"context"
	"fmt"
	"log/slog"
	"time"
	"unicode"
	"unicode/utf8"

	"declara/app/errs"
	"declara/i18n"
	"declara/storage"
)

// Owed is a duty that is not met, of one person.
type Owed struct {
	Person, Name, Post, Unit string
	Duty, Kind               string // as package declare names them
	Year                     int
	Due, Legal               string // last day, and that by law
	Left                     int    // days until Due; negative when it is past
	Why                      string // catalogue key of the reason
	Args                     []string
	Unmet                    bool // past its last day
	Open                     bool // can be filed in time
	Late                     bool // the term of its requirement is over
	Letter                   storage.Requirement
	Until                    string // last day of that term
}

// Key names an Owed in forms: "<person>/<duty>".
func (o *Owed) Key() string { return o.Person + "/" + o.Duty }

// Requires reports whether a requirement is about the last day that the duty has now: one of
// before it, which an extension moved since, requires nothing.
func (o *Owed) Requires(r storage.Requirement) bool { return o.Unmet && r.Day > o.Due }

// Duties is what package declare knows.
type Duties struct {
	List func(ctx context.Context, tenant string) ([]Owed, error)          // everybody's
	Of   func(tx *storage.Txn, person string) ([]Owed, error)              // one person's, as the transaction sees it
	Add  func(tx *storage.Txn, day string, n int) (last string, err error) // n business days after a day
}

// Letter is a reminder, for package outbox to word and queue.
type Letter struct {
	ID, To, Lang, Person, Duty string
	Title, Why, Due            string
	Left                       int
	Aviso                      bool
	Calendar                   []byte
}

// Morning is what the office is told on a working day.
type Morning struct {
	Day                                  string
	Late, Bounced, Waiting, Ended, Paper int
}

// Mail is what package outbox does.
type Mail struct {
	Words  func(p *i18n.Printer, body storage.Institution, l Letter) (subject string, paragraphs []string)
	Remind func(tx *storage.Txn, l Letter) (queued bool, err error)
	Tell   func(tx *storage.Txn, to, lang string, m Morning) error
}

// Config is what a Service is made of.
type Config struct {
	DB     *storage.DB
	Words  *i18n.Bundle
	Clock  func() time.Time
	Log    *slog.Logger
	Holder string // names this process among those that share the store
	Base   string // address of the site
	Duties Duties
	Mail   Mail
}

// Service is the campaigns of all tenants. It is safe for concurrent use.
type Service struct {
	Config
	people  memos[storage.Person]
	follows memos[storage.Follow]
	mails   memos[storage.Mail]
}

// New makes the service.
func New(c Config) *Service {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{Config: c}
}

// What somebody of the office is told. Those of one form are joined.
var (
	errNobody    = errs.New(errs.Invalid, "campaign.error.nobody")
	errChanged   = errs.New(errs.Conflict, "campaign.error.changed")
	errLeft      = errs.New(errs.Conflict, "campaign.error.left")
	errOccasion  = errs.New(errs.Invalid, "campaign.error.occasion")
	errNotFound  = errs.New(errs.NotFound, "web.error.notfound")
	errNotOwed   = errs.New(errs.Conflict, "campaign.error.notowed")
	errReferred  = errs.New(errs.Conflict, "campaign.error.referred")
	ErrNumber    = errs.New(errs.Invalid, "campaign.error.number")
	ErrTaken     = errs.New(errs.Invalid, "campaign.error.taken")
	ErrDay       = errs.New(errs.Invalid, "campaign.error.day")
	ErrServed    = errs.New(errs.Invalid, "campaign.error.served")
	ErrEffect    = errs.New(errs.Invalid, "campaign.error.effect")
	ErrStarts    = errs.New(errs.Invalid, "campaign.error.starts")
	ErrNotServed = errs.New(errs.Conflict, "campaign.error.notserved")
	ErrTooEarly  = errs.New(errs.Conflict, "campaign.error.tooearly")
)

// local is the institution, its zone and the time there.
func (s *Service) local(tx *storage.Txn) (storage.Institution, time.Time, error) {
	body, err := tx.Institution()
	if err != nil {
		return body, time.Time{}, err
	}
	zone, err := body.Location()
	if err != nil {
		return body, time.Time{}, fmt.Errorf("campaign: zone: %w", err)
	}
	return body, s.Clock().In(zone), nil
}

// Title is a duty as people are told of it.
func Title(p *i18n.Printer, o *Owed) string { return p.T("declare.title."+o.Kind, o.Year) }

// within is a title as it stands within a sentence.
func within(title string) string {
	first, n := utf8.DecodeRuneInString(title)
	return string(unicode.ToLower(first)) + title[n:]
}

// why is the reason of a duty in a sentence; key is its catalogue key, which tells
// whether the person or the office is told.
func why(p *i18n.Printer, key string, args []string) string {
	words := make([]any, len(args))
	for i, a := range args {
		if _, err := time.Parse(time.DateOnly, a); err == nil {
			a = p.Day(a)
		}
		words[i] = a
	}
	return p.T(key, words...)
}
