package complain

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"declara/storage"
)

// Due is a complaint whose file may be deleted.
type Due struct {
	ID, Folio, State string
	Since            string // it may be
	By               string // user who proposed it, "" for none
	Day              string // of the proposal
}

// Dues are the complaints whose file may be deleted, the oldest first.
func (s *Service) Dues(ctx context.Context, tenant string) (all []Due, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		all = nil
		ch, err := tx.Channel()
		if err != nil {
			return err
		}
		today, err := s.today(tx)
		if err != nil {
			return err
		}
		return tx.Complaints(func(c storage.Complaint) error {
			until := fileUntil(&c)
			if until == "" || until > today {
				return nil
			}
			d := Due{ID: c.ID, Folio: c.Folio, State: c.State, Since: until}
			if i := proposal(ch, c.ID); i >= 0 {
				d.By, d.Day = ch.Deletions[i].By, ch.Deletions[i].Day
			}
			all = append(all, d)
			return nil
		})
	})
	slices.SortFunc(all, func(a, b Due) int { return cmp.Or(cmp.Compare(a.Since, b.Since), cmp.Compare(a.Folio, b.Folio)) })
	return all, err
}

func proposal(ch storage.Channel, id string) int {
	return slices.IndexFunc(ch.Deletions, func(d storage.Deletion) bool { return d.Complaint == id })
}

// Propose is the first half of deleting a file. Nothing is deleted by it.
func (s *Service) Propose(ctx context.Context, tenant, actor, id string) error {
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		if err := s.deletable(tx, id); err != nil {
			return err
		}
		ch, err := tx.Channel()
		if err != nil || proposal(ch, id) >= 0 {
			return err
		}
		day, err := s.today(tx)
		if err != nil {
			return err
		}
		ch.Deletions = append(ch.Deletions, storage.Deletion{Complaint: id, By: actor, Day: day})
		if err := tx.PutChannel(ch, ch.Version); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: s.now(), Actor: actor, Act: "complaint.delete.propose", About: id})
	})
}

// Withdraw takes a proposal back, whoever made it.
func (s *Service) Withdraw(ctx context.Context, tenant, actor, id string) error {
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		ch, err := tx.Channel()
		if err != nil {
			return err
		}
		i := proposal(ch, id)
		if i < 0 {
			return nil
		}
		ch.Deletions = slices.Delete(ch.Deletions, i, i+1)
		if err := tx.PutChannel(ch, ch.Version); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: s.now(), Actor: actor, Act: "complaint.delete.withdraw", About: id})
	})
}

// deletable says why a file cannot be deleted yet, or nil.
func (s *Service) deletable(tx *storage.Txn, id string) error {
	c, err := tx.Complaint(id)
	if err != nil {
		return err
	}
	today, err := s.today(tx)
	if err != nil {
		return err
	}
	if until := fileUntil(&c); until == "" || until > today {
		return errNotDue
	}
	return nil
}

// Delete is the second half, by another person than the one who proposed it: the
// complaint, its parts, wraps and files are gone. That it was there stays in the log, as
// commitments that lead to nobody, and in the audit trail.
func (s *Service) Delete(ctx context.Context, tenant, actor, id string) error {
	var names []string
	if err := s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		if err := s.deletable(tx, id); errors.Is(err, storage.ErrNotFound) {
			return errProposed
		} else if err != nil {
			return err
		}
		ch, err := tx.Channel()
		if err != nil {
			return err
		}
		i := proposal(ch, id)
		switch {
		case i < 0:
			return errProposed
		case ch.Deletions[i].By == actor:
			return errSecond
		}
		by := ch.Deletions[i].By
		ch.Deletions = slices.Delete(ch.Deletions, i, i+1)
		ch.Shredded = true
		if err := tx.PutChannel(ch, ch.Version); err != nil {
			return err
		}
		day, err := s.today(tx)
		if err != nil {
			return err
		}
		// The event has no part to stand in any more; its commitment says that on that
		// day something was deleted.
		e := Event{ID: storage.RandomID(), Kind: EventDeleted, Day: day, Data: map[string]string{"what": "expediente"}}
		if err := tx.PutEvent(&storage.Event{ID: e.ID, Day: day, Hash: digest(encode(e))}); err != nil {
			return err
		}
		if names, err = tx.DeleteComplaint(id); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: s.now(), Actor: actor, Act: "complaint.delete", About: id, Reason: by})
	}); err != nil {
		return err
	}
	return s.files.Remove(names...)
}
