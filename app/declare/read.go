package declare

import (
	"context"
	"fmt"
	"slices"
	"time"

	"declara/app/errs"
	"declara/app/ground"
	"declara/forms"
	"declara/storage"
)

// This file is how the office reads a whole declaration (LGRA 29 to 31): with a ground,
// which is the number of a file and a reason; one at a time; and never unseen. That it
// was read is written down in the transaction that hands it out, in the audit trail and
// in the log, and the declarant sees it on her pages.

var errMayNotRead = errs.New(errs.Forbidden, "web.error.forbidden")

// Opened is a declaration that is handed to the office, with what was written down of
// it.
type Opened struct {
	Filing   storage.Filing
	Person   storage.Person
	Document forms.Document
	Notes    []storage.Note
	Read     storage.Read
	Zone     *time.Location
}

// Open hands a whole declaration to somebody of the office. Each time is a reading of
// its own: who comes back gives her ground again.
func (s *Service) Open(ctx context.Context, tenant string, by storage.User, id string, g ground.Ground) (Opened, error) {
	if !slices.Contains(by.Roles, storage.RoleComptroller) {
		return Opened{}, errMayNotRead
	}
	g, err := g.Check()
	if err != nil {
		return Opened{}, err
	}
	var out Opened
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		f, err := tx.Filing(id)
		if missing(err) {
			return errNotFound
		} else if err != nil {
			return fmt.Errorf("declare: filing: %w", err)
		}
		return s.with(tx, Who{Tenant: tenant, Person: f.Person}, func(t *txn) error {
			r := storage.Read{
				ID: storage.NewID(t.now), Filing: f.ID, User: by.ID, Name: by.Name, Role: storage.RoleComptroller,
				File: g.File, Reason: g.Reason, At: t.now.UTC().Truncate(time.Second),
			}
			if err := t.LogRead(&r); err != nil {
				return fmt.Errorf("declare: reading: %w", err)
			}
			if err := t.Audit(storage.AuditEntry{At: t.now, Actor: by.ID, Act: "declaration.read", About: f.ID, Reason: g.File + ": " + g.Reason}); err != nil {
				return fmt.Errorf("declare: audit: %w", err)
			}
			doc, err := t.document(f.ID)
			if err != nil {
				return err
			}
			notes, err := t.NotesOf(f.ID)
			if err != nil {
				return fmt.Errorf("declare: notes: %w", err)
			}
			out = Opened{Filing: f, Person: t.person, Document: doc, Notes: notes, Read: r, Zone: t.zone}
			return nil
		})
	})
	return out, err
}

// History is what a person filed and who read it. It has no content of a declaration.
type History struct {
	Person  storage.Person
	Filings []storage.Filing // newest first
	Reads   []storage.Read   // newest first
	Zone    *time.Location
}

// History reads it, for the person and for the office.
func (s *Service) History(ctx context.Context, who Who) (History, error) {
	var out History
	err := s.view(ctx, who, func(t *txn) (err error) {
		out = History{Person: t.person, Zone: t.zone}
		if out.Filings, err = t.FilingsOf(t.person.ID); err != nil {
			return fmt.Errorf("declare: filings: %w", err)
		}
		if out.Reads, err = t.ReadsOf(t.person.ID); err != nil {
			return fmt.Errorf("declare: readings: %w", err)
		}
		return nil
	})
	return out, err
}

// ToOpen is the filing that somebody of the office is about to read, without its
// content.
func (s *Service) ToOpen(ctx context.Context, tenant, id string) (f storage.Filing, p storage.Person, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		if f, err = tx.Filing(id); missing(err) {
			return errNotFound
		} else if err != nil {
			return fmt.Errorf("declare: filing: %w", err)
		}
		p, err = tx.Person(f.Person)
		return err
	})
	return f, p, err
}
