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
	fileLeast   = 3 // after it, whatever the clock says: who ended it can be asked why
)

// ended are the states after which nothing more happens to a complaint, unless it is
// opened again.
var ended = []string{StateArchived, StateFirm, StateTurned, StateRejected}

// Ended reports whether a complaint is over.
func Ended(c *storage.Complaint) bool { return slices.Contains(ended, c.State) }

// fileUntil is the day from which a file may be deleted: a year after the fault
// prescribes, and some years after the complaint ended at the earliest. The day of the
// facts is what the office says; a day long past must not be a way to end a complaint
// and delete it on the same day. "" for a complaint that is not over, or is held.
func fileUntil(c *storage.Complaint) string {
	if !Ended(c) {
		return ""
	}
	end, err := time.Parse(time.DateOnly, c.Since)
	if err != nil {
		return ""
	}
	if day, err := time.Parse(time.DateOnly, c.Clocks[ClockPrescription]); err == nil {
		if day, end = day.AddDate(1, 0, 0), end.AddDate(fileLeast, 0, 0); day.Before(end) {
			day = end
		}
		return paused(c, day)
	}
	return paused(c, end.AddDate(fileYears, 0, 0))
}

// identityUntil is the day from which the identity of a complaint is erased, "" for one
// that is not over, or is held.
func identityUntil(c *storage.Complaint, months int) string {
	day, err := time.Parse(time.DateOnly, c.Since)
	if err != nil || !Ended(c) {
		return ""
	}
	if months == 0 {
		months = KeepDefault
	}
	return paused(c, day.AddDate(0, months, 0))
}

var (
	errKeep     = errs.New(errs.Invalid, "keys.keep.bad")
	errNotDue   = errs.New(errs.Invalid, "keys.delete.early")
	errSecond   = errs.New(errs.Invalid, "keys.delete.second")
	errProposed = errs.New(errs.Gone, "keys.delete.none")
)

// SetKeep says for how many months identities stay after the end.
func (s *Service) SetKeep(ctx context.Context, h Hand, months int) error {
	if months < 1 || months > KeepMost {
		return errKeep
	}
	return s.keyed(ctx, h, "complaint.keep", func(_ *storage.Txn, ch *storage.Channel) error {
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
		return tx.Complaints(func(c storage.Complaint) error {
			yes, err := s.identityDue(tx, &c)
			if yes {
				due = append(due, c.ID)
			}
			return err
		})
	}); err != nil {
		return 0, err
	}
	for _, id := range due {
		var names []string
		erased := false
		err := s.db.Update(ctx, tenant, func(tx *storage.Txn) (err error) {
			names, erased, err = s.eraseIdentity(tx, id)
			return err
		})
		if err == nil {
			err = s.files.Remove(names...)
		}
		if err != nil {
			return n, err
		}
		if erased {
			n++
		}
	}
	return n, nil
}

// identityDue reports whether the identity of a complaint is to be erased now.
func (s *Service) identityDue(tx *storage.Txn, c *storage.Complaint) (bool, error) {
	ch, err := tx.Channel()
	if err != nil {
		return false, err
	}
	today, err := s.today(tx)
	until := identityUntil(c, ch.Keep)
	return until != "" && until <= today && len(c.Identity.Public) > 0, err
}

// eraseIdentity erases that of a complaint, unless it is not due any more: somebody may
// have opened the case again since it was looked at.
func (s *Service) eraseIdentity(tx *storage.Txn, id string) (names []string, erased bool, err error) {
	c, err := tx.Complaint(id)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, false, nil
	} else if err != nil {
		return nil, false, err
	}
	if due, err := s.identityDue(tx, &c); err != nil || !due {
		return nil, false, err
	}
	parts, err := tx.Parts(id)
	if err != nil {
		return nil, false, err
	}
	for _, p := range parts {
		var gone []string
		switch {
		case p.Kind == storage.PartIdentity, p.Kind == storage.PartExport && c.External != "" && p.Day <= c.Since: // what the authority has names her, too
			gone, err = tx.DeletePart(id, p.Seq)
		default:
			gone, err = tx.DropFiles(id, p.Seq, func(f storage.EvidenceFile) bool { return f.Original })
		}
		if err != nil {
			return nil, false, err
		}
		names = append(names, gone...)
	}
	c.Identity = storage.KeyPair{}
	if err := tx.PutComplaint(c, c.Version); err != nil {
		return nil, false, err
	}
	if err := s.Happened(tx, id, EventDeleted, map[string]string{"what": "identidad"}); err != nil {
		return nil, false, err
	}
	if err := tx.Audit(storage.AuditEntry{At: s.now(), Act: "identity.erase", About: id}); err != nil {
		return nil, false, err
	}
	return names, true, s.shredded(tx)
}

// shredded notes that the store is to be compacted, and copies of before are to end.
func (s *Service) shredded(tx *storage.Txn) error {
	ch, err := tx.Channel()
	if err != nil {
		return err
	}
	day, err := s.today(tx)
	if err != nil {
		return err
	}
	ch.Shred(day)
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
