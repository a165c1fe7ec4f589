package declare

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"declara/app/errs"
	"declara/app/ground"
	"declara/forms"
	"declara/storage"
)

// This file is how a whole declaration goes to an authority that asks for it (LGRA 28):
// by official document, and after it was opened here for a ground. A delivery is a
// reading like any other: it is in the log, and the declarant is told.

// What may be wrong with a delivery; several may be at once.
var (
	ErrAuthority = errs.New(errs.Invalid, "delivery.error.authority")
	ErrDocument  = errs.New(errs.Invalid, "delivery.error.document")
	ErrDay       = errs.New(errs.Invalid, "delivery.error.day")
	ErrGround    = errs.New(errs.Invalid, "delivery.error.ground")
)

var errUnopened = errs.New(errs.Conflict, "delivery.error.unopened")

// Delivering is a delivery as somebody of the office asks for it.
type Delivering struct {
	Filing, Opening                  string    // Opening is the id of the reading that opened it
	Since                            time.Time // when her session began: what she opened before does not count
	Authority, Document, Day, Ground string
}

// Delivered is a delivery that was written down.
type Delivered struct {
	Filing storage.Filing
	Person storage.Person
	Read   storage.Read
	Zone   *time.Location
}

// check reads it as it was typed.
func (d Delivering) check(today string) (storage.Delivery, string, error) {
	line := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	out := storage.Delivery{Opening: d.Opening, Authority: line(d.Authority), Ground: line(d.Ground)}
	document := line(d.Document)
	var wrong []error
	if !ground.Fits(out.Authority, 5, 200) {
		wrong = append(wrong, ErrAuthority)
	}
	if !ground.Fits(document, 3, 60) {
		wrong = append(wrong, ErrDocument)
	}
	var err error
	if out.Day, err = forms.ParseDate(strings.TrimSpace(d.Day)); err != nil || out.Day == "" || out.Day > today {
		wrong = append(wrong, ErrDay)
	}
	if !ground.Fits(out.Ground, 3, 200) {
		wrong = append(wrong, ErrGround)
	}
	return out, document, errors.Join(wrong...)
}

// MayDeliver tells what would stop a delivery, and writes nothing.
func (s *Service) MayDeliver(ctx context.Context, tenant string, by storage.User, d Delivering) (f storage.Filing, p storage.Person, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		return s.delivering(tx, tenant, by, d, func(t *txn, filing storage.Filing, _ []storage.Read) error {
			f, p = filing, t.person
			_, _, err := d.check(t.today)
			return err
		})
	})
	return f, p, err
}

// Deliver writes a delivery down. say puts it in words, for the declarant. The same
// delivery of the same opening, sent again, is the one that was written.
func (s *Service) Deliver(ctx context.Context, tenant string, by storage.User, d Delivering, say func(document string, d storage.Delivery) string) (out Delivered, err error) {
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		return s.delivering(tx, tenant, by, d, func(t *txn, f storage.Filing, reads []storage.Read) error {
			what, document, err := d.check(t.today)
			if err != nil {
				return err
			}
			out = Delivered{Filing: f, Person: t.person, Zone: t.zone}
			for _, r := range reads {
				if r.Delivery != nil && r.Filing == f.ID && *r.Delivery == what && r.File == document {
					out.Read = r
					return nil
				}
			}
			out.Read = storage.Read{
				ID: storage.NewID(t.now), Filing: f.ID, User: by.ID, Name: by.Name, Role: storage.RoleComptroller,
				File: document, Reason: say(document, what), Delivery: &what, At: t.now.UTC().Truncate(time.Second),
			}
			if err := t.LogRead(&out.Read); err != nil {
				return fmt.Errorf("declare: delivery: %w", err)
			}
			if err := t.Audit(storage.AuditEntry{At: t.now, Actor: by.ID, Act: "declaration.deliver", About: f.ID, Reason: document + ": " + out.Read.Reason}); err != nil {
				return fmt.Errorf("declare: audit: %w", err)
			}
			return nil
		})
	})
	return out, err
}

// delivering runs fn when the declaration was opened by who delivers it, in her session.
func (s *Service) delivering(tx *storage.Txn, tenant string, by storage.User, d Delivering, fn func(*txn, storage.Filing, []storage.Read) error) error {
	return s.readsOf(tx, tenant, by, d.Filing, func(t *txn, f storage.Filing, reads []storage.Read) error {
		if !slices.ContainsFunc(reads, func(r storage.Read) bool {
			return r.ID == d.Opening && r.Delivery == nil && hers(r, by, f, d.Since)
		}) {
			return errUnopened
		}
		return fn(t, f, reads)
	})
}

func (s *Service) readsOf(tx *storage.Txn, tenant string, by storage.User, filing string, fn func(*txn, storage.Filing, []storage.Read) error) error {
	if !slices.Contains(by.Roles, storage.RoleComptroller) {
		return errMayNotRead
	}
	f, err := tx.Filing(filing)
	if missing(err) {
		return errNotFound
	} else if err != nil {
		return fmt.Errorf("declare: filing: %w", err)
	}
	return s.with(tx, Who{Tenant: tenant, Person: f.Person}, func(t *txn) error {
		reads, err := t.ReadsOf(f.Person)
		if err != nil {
			return fmt.Errorf("declare: readings: %w", err)
		}
		return fn(t, f, reads)
	})
}

// hers reports whether a reading is of that declaration, whole, by that user, since then.
func hers(r storage.Read, by storage.User, f storage.Filing, since time.Time) bool {
	return r.Filing == f.ID && r.Finding == "" && r.User == by.ID && r.Role == storage.RoleComptroller && !r.At.Before(since.Truncate(time.Second))
}

// Delivery is one that a user wrote down since a time; nobody else is shown it.
func (s *Service) Delivery(ctx context.Context, tenant string, by storage.User, filing, id string, since time.Time) (out Delivered, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		return s.readsOf(tx, tenant, by, filing, func(t *txn, f storage.Filing, reads []storage.Read) error {
			i := slices.IndexFunc(reads, func(r storage.Read) bool { return r.ID == id && r.Delivery != nil && hers(r, by, f, since) })
			if i < 0 {
				return errNotFound
			}
			out = Delivered{Filing: f, Person: t.person, Read: reads[i], Zone: t.zone}
			return nil
		})
	})
	return out, err
}
