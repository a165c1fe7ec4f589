package complain

import (
	"context"
	"errors"
	"slices"
	"time"

	"declara/app/errs"
	"declara/storage"
)

// How long things stay. The identity and the originals go early and the file late
// (complaints.md 2.11).
const (
	KeepDefault = 12 // months after the end
	KeepMost    = 60
	fileYears   = 8 // after the day of the last move, without a clock: seven of prescription, the longest, and one
)

// ended are the states after which nothing more happens to a complaint, unless it is
// opened again.
var ended = []string{StateArchived, StateFirm, StateTurned, StateRejected}

// Ended reports whether a complaint is over.
func Ended(c *storage.Complaint) bool { return slices.Contains(ended, c.State) }

// fileUntil is the day from which a file may be deleted: a year after the fault
// prescribes. "" for a complaint that is not over.
func fileUntil(c *storage.Complaint) string {
	if !Ended(c) {
		return ""
	}
	if day, err := time.Parse(time.DateOnly, c.Clocks[ClockPrescription]); err == nil {
		return day.AddDate(1, 0, 0).Format(time.DateOnly)
	}
	day, err := time.Parse(time.DateOnly, c.Since)
	if err != nil {
		return ""
	}
	return day.AddDate(fileYears, 0, 0).Format(time.DateOnly)
}

// identityUntil is the day from which the identity of a complaint is erased, "" for one
// that is not over.
func identityUntil(c *storage.Complaint, months int) string {
	day, err := time.Parse(time.DateOnly, c.Since)
	if err != nil || !Ended(c) {
		return ""
	}
	if months == 0 {
		months = KeepDefault
	}
	return day.AddDate(0, months, 0).Format(time.DateOnly)
}

var (
	errKeep     = errs.New(errs.Invalid, "keys.keep.bad")
	errNotDue   = errs.New(errs.Invalid, "keys.delete.early")
	errSecond   = errs.New(errs.Invalid, "keys.delete.second")
	errProposed = errs.New(errs.Gone, "keys.delete.none")
)

// SetKeep says for how many months identities stay after the end.
func (s *Service) SetKeep(ctx context.Context, tenant, actor string, months int) error {
	if months < 1 || months > KeepMost {
		return errKeep
	}
	return s.channel(ctx, tenant, actor, "complaint.keep", func(_ *storage.Txn, ch *storage.Channel) error {
		ch.Keep = months
		return nil
	})
}

// EraseIdentities erases the identities and originals whose time is over, and tells how
// many: the parts and files, and all wraps and the escrow of the pair that they were
// sealed to. What is left of them in old pages of the store and in backups opens for
// nobody who has not a private key and one of those wraps; the store is compacted
// afterwards (Shred). Who complained reads that it was done.
func (s *Service) EraseIdentities(ctx context.Context, tenant string) (n int, err error) {
	var due []string
	if err := s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		due = nil
		ch, err := tx.Channel()
		if err != nil {
			return err
		}
		today, err := s.today(tx)
		if err != nil {
			return err
		}
		return tx.Complaints(func(c storage.Complaint) error {
			if until := identityUntil(&c, ch.Keep); until != "" && until <= today && len(c.Identity.Public) > 0 {
				due = append(due, c.ID)
			}
			return nil
		})
	}); err != nil {
		return 0, err
	}
	for _, id := range due {
		var names []string
		err := s.db.Update(ctx, tenant, func(tx *storage.Txn) (err error) {
			names, err = s.eraseIdentity(tx, id)
			return err
		})
		if err == nil {
			err = s.files.Remove(names...)
		}
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func (s *Service) eraseIdentity(tx *storage.Txn, id string) (names []string, err error) {
	c, err := tx.Complaint(id)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	parts, err := tx.Parts(id)
	if err != nil {
		return nil, err
	}
	for _, p := range parts {
		var gone []string
		if p.Kind == storage.PartIdentity {
			gone, err = tx.DeletePart(id, p.Seq)
		} else {
			gone, err = tx.DropFiles(id, p.Seq, func(f storage.EvidenceFile) bool { return f.Original })
		}
		if err != nil {
			return nil, err
		}
		names = append(names, gone...)
	}
	c.Identity = storage.KeyPair{}
	if err := tx.PutComplaint(c, c.Version); err != nil {
		return nil, err
	}
	if err := s.Happened(tx, id, EventDeleted, map[string]string{"what": "identidad"}); err != nil {
		return nil, err
	}
	if err := tx.Audit(storage.AuditEntry{At: s.now(), Act: "identity.erase", About: id}); err != nil {
		return nil, err
	}
	return names, shredded(tx)
}

// shredded notes that the store is to be compacted.
func shredded(tx *storage.Txn) error {
	ch, err := tx.Channel()
	if err != nil || ch.Shredded {
		return err
	}
	ch.Shredded = true
	return tx.PutChannel(ch, ch.Version)
}

// Shred compacts the store when something was deleted for good since the last time, so
// that nothing of it is left in pages that are not used any more.
func (s *Service) Shred(ctx context.Context, tenant string) error {
	due := false
	if err := s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		ch, err := tx.Channel()
		due = ch.Shredded
		return err
	}); err != nil || !due {
		return err
	}
	if err := s.db.Compact(ctx); errors.Is(err, storage.ErrNoCompact) {
		return nil // the engine's own work
	} else if err != nil {
		return err
	}
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		ch, err := tx.Channel()
		if err != nil || !ch.Shredded {
			return err
		}
		ch.Shredded = false
		return tx.PutChannel(ch, ch.Version)
	})
}
