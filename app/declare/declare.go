// Package declare is the life of a declaration, from the day it is owed to its
// acuse: what a person owes and until when (duty.go), the draft that is filled in
// over many visits, the filing, and the notes that may follow it.
//
// # Rules that the package holds
//
//   - A person reads and changes what is hers. Whatever belongs to somebody else
//     is "not found", in the same words as what does not exist.
//   - A draft never loses characters. Answers are kept as typed, right or wrong;
//     two tabs that touch different answers are merged, and two that touch the
//     same one end in a Clash that carries both values (merge.go).
//   - Type, level and dates come from the roster. The person never chooses them,
//     and what human resources gave cannot be typed over (given.go).
//   - What was copied from last year counts for nothing until it is confirmed
//     (Norma 16ª asks for the situation of today): forms.Ready says so, and File
//     asks it inside the transaction.
//   - Filing is one transaction: document, hash, folio, log leaf, public version,
//     index rows and the row of the receipt mail. The PDF is drawn later, from the
//     stored bytes, so that no fault of it or of the mail undoes a filing.
//   - With an e.firma there are two phases (efirma.go): what is signed is drawn and
//     kept for ten minutes, and is filed only if the draft is still that, byte by
//     byte. The key stays in the browser; the filing's own transaction keeps what
//     was signed. No server of others can stop a filing but by saying that the
//     certificate is revoked.
//   - A draft and the filing it becomes have one id, so that every address of the
//     draft leads to the acuse afterwards, and signing twice finds the first.
//   - What is filed is never edited or deleted (LGRA 33, decision 8).
//
// Deadlines are days in the institution's zone. The clock is a parameter. The
// package knows nothing of HTTP.
package declare

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
	_ "time/tzdata" // deadlines are in local time, also on machines without zoneinfo

	"declara/app/errs"
	"declara/forms"
	"declara/storage"
)

// Who is the person on whose behalf a call is made: an official of a tenant. The
// caller has checked that she is signed in.
type Who struct {
	Tenant string
	Person string // storage.Person.ID
	By     string // user of the office who types what she handed in on paper; "" is herself
}

// Letter is the mail that follows a filing. It never carries content of the
// declaration: only what the acuse says and where to find it.
type Letter struct {
	ID          string // for storage.Mail.ID, so that the acuse can tell what became of it
	To          string // the personal e-mail of section 1
	Person      storage.Person
	Institution storage.Institution
	Filing      storage.Filing
}

// Post writes the row of a letter in the transaction that caused it. It must do
// nothing but through tx, which may run more than once.
type Post func(tx *storage.Txn, l Letter) error

// Service is the declarations of all tenants. It is safe for concurrent use.
type Service struct {
	db   *storage.DB
	now  func() time.Time
	post Post

	clean   Cleaner       // of scans of paper; nil: none is received
	efirma  *EFirma       // nil: nobody signs with one
	drawing chan struct{} // one place a document that is drawn for signing
	rolls   sync.Map      // tenant to *rolls
}

// New makes the service. now is the clock; post puts the receipt mail in the
// outbox.
func New(db *storage.DB, now func() time.Time, post Post, options ...Option) *Service {
	s := &Service{db: db, now: now, post: post, drawing: make(chan struct{}, drawers)}
	for _, o := range options {
		o(s)
	}
	return s
}

// Work is a draft as it stands now: with the roster's present data, its totals
// computed, and the day in the institution's zone.
type Work struct {
	Kept        storage.Draft // the record; Kept.Draft is what is filled in
	Form        *forms.Form
	Person      storage.Person
	Institution storage.Institution
	Zone        *time.Location
	scan        string // hash of the scan that it is filed from
	had         int    // size of the answers when the draft was opened
}

// What a person may be told. All of them have words in declare.json.
var (
	errNotFound = errs.New(errs.NotFound, "declare.error.notfound")
	errNotOwed  = errs.New(errs.Conflict, "declare.error.notowed")
	errSection  = errs.New(errs.NotFound, "declare.error.section")
	errLocked   = errs.New(errs.Conflict, "declare.error.locked")
	errNoteText = errs.New(errs.Invalid, "declare.error.notetext")
)

// ErrNotReady says that something still stops the filing; the review tells what.
var ErrNotReady = errs.New(errs.Conflict, "declare.error.notready")

// view runs fn over a snapshot of the person's tenant.
func (s *Service) view(ctx context.Context, who Who, fn func(*txn) error) error {
	return s.db.View(ctx, who.Tenant, func(tx *storage.Txn) error { return s.with(tx, who, fn) })
}

// update runs fn in a transaction of the person's tenant; fn may run twice.
func (s *Service) update(ctx context.Context, who Who, fn func(*txn) error) error {
	return s.db.Update(ctx, who.Tenant, func(tx *storage.Txn) error { return s.with(tx, who, fn) })
}

// txn is a transaction with what every call needs: the institution, the person
// and the day.
type txn struct {
	*storage.Txn
	inst   storage.Institution
	person storage.Person
	zone   *time.Location
	now    time.Time
	today  string
	by     string // Who.By
}

func (s *Service) with(tx *storage.Txn, who Who, fn func(*txn) error) error {
	inst, err := tx.Institution()
	if err != nil {
		return fmt.Errorf("declare: institution: %w", err)
	}
	zone, err := inst.Location()
	if err != nil {
		return fmt.Errorf("declare: zone: %w", err)
	}
	person, err := tx.Person(who.Person)
	if errors.Is(err, storage.ErrNotFound) {
		return errNotFound
	} else if err != nil {
		return fmt.Errorf("declare: person: %w", err)
	}
	now := s.now()
	return fn(&txn{tx, inst, person, zone, now, dayIn(now, zone).String(), who.By})
}
