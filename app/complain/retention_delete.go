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

// Dues are the complaints of a user whose file may be deleted, the oldest first: of those
// that she holds a wrap of, and for the head of those that only another authority reads,
// which nobody here holds. Who was excluded from one must neither learn of it nor have a
// hand in its end.
func (s *Service) Dues(ctx context.Context, tenant, user string) (all []Due, err error) {
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
		u, err := tx.User(user)
		if err != nil {
			return err
		}
		return tx.Complaints(func(c storage.Complaint) error {
			until := fileUntil(&c)
			if c.Case.Of(user) == nil && !outsideHead(&c, u.Roles) || until == "" || until > today {
				return nil
			}
			d := Due{ID: c.ID, Folio: c.Folio, State: c.State, Since: until}
			if i := proposal(ch, &c); i >= 0 {
				d.By, d.Day = ch.Deletions[i].By, ch.Deletions[i].Day
			}
			all = append(all, d)
			return nil
		})
	})
	slices.SortFunc(all, func(a, b Due) int { return cmp.Or(cmp.Compare(a.Since, b.Since), cmp.Compare(a.Folio, b.Folio)) })
	return all, err
}

// proposal is where that of a complaint stands; -1 for none. One that was made before the
// file could be deleted is none: the case was opened again since, and ended again.
func proposal(ch storage.Channel, c *storage.Complaint) int {
	return slices.IndexFunc(ch.Deletions, func(d storage.Deletion) bool { return d.Complaint == c.ID && d.Day >= fileUntil(c) })
}

// Propose is the first half of deleting a file. Nothing is deleted by it.
func (s *Service) Propose(ctx context.Context, h Hand, id string) error {
	return s.db.Update(ctx, h.Tenant, func(tx *storage.Txn) error {
		c, err := s.deletable(tx, h, id)
		if err != nil {
			return err
		}
		ch, err := tx.Channel()
		if err != nil || proposal(ch, &c) >= 0 {
			return err
		}
		day, err := s.today(tx)
		if err != nil {
			return err
		}
		ch.Deletions = slices.DeleteFunc(ch.Deletions, func(d storage.Deletion) bool { return d.Complaint == id })
		ch.Deletions = append(ch.Deletions, storage.Deletion{Complaint: id, By: h.User, Day: day})
		if err := tx.PutChannel(ch, ch.Version); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: s.now(), Actor: h.User, Act: "complaint.delete.propose", About: id})
	})
}

// Withdraw takes a proposal back, whoever of those who hold the case made it.
func (s *Service) Withdraw(ctx context.Context, tenant, actor, id string) error {
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		c, err := tx.Complaint(id)
		if errors.Is(err, storage.ErrNotFound) {
			return errProposed
		} else if err != nil {
			return err
		}
		u, err := tx.User(actor)
		if err != nil {
			return err
		}
		if c.Case.Of(actor) == nil && !outsideHead(&c, u.Roles) {
			return errProposed
		}
		ch, err := tx.Channel()
		if err != nil {
			return err
		}
		i := proposal(ch, &c)
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

// deletable is a complaint whose file who asks may delete: she holds it, with her key
// open, and its time has come.
func (s *Service) deletable(tx *storage.Txn, h Hand, id string) (c storage.Complaint, err error) {
	u, err := h.opened(tx)
	if err != nil {
		return c, err
	}
	c, err = tx.Complaint(id)
	if errors.Is(err, storage.ErrNotFound) || err == nil && c.Case.Of(h.User) == nil && !outsideHead(&c, u.Roles) {
		return c, errProposed
	} else if err != nil {
		return c, err
	}
	today, err := s.today(tx)
	if err != nil {
		return c, err
	}
	if Held(&c) {
		return c, errHeld
	}
	if until := fileUntil(&c); until == "" || until > today {
		return c, errNotDue
	}
	return c, nil
}

// outsideHead reports whether a complaint is one that only another authority reads, and
// these roles are those of the head, who had it carried to her.
func outsideHead(c *storage.Complaint, roles []storage.Role) bool {
	return c.External != "" && slices.Contains(roles, storage.RoleComptroller)
}

// Delete is the second half, by another person than the one who proposed it: the
// complaint, its parts, wraps and files are gone. That it was there stays in the log, as
// commitments that lead to nobody, and in the audit trail.
func (s *Service) Delete(ctx context.Context, h Hand, id string) error {
	var names []string
	if err := s.db.Update(ctx, h.Tenant, func(tx *storage.Txn) error {
		c, err := s.deletable(tx, h, id)
		if err != nil {
			return err
		}
		ch, err := tx.Channel()
		if err != nil {
			return err
		}
		i := proposal(ch, &c)
		switch {
		case i < 0:
			return errProposed
		case ch.Deletions[i].By == h.User:
			return errSecond
		}
		by := ch.Deletions[i].By
		ch.Deletions = slices.Delete(ch.Deletions, i, i+1)
		day, err := s.today(tx)
		if err != nil {
			return err
		}
		ch.Shred(day)
		if err := tx.PutChannel(ch, ch.Version); err != nil {
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
		return tx.Audit(storage.AuditEntry{At: s.now(), Actor: h.User, Act: "complaint.delete", About: id, Reason: by})
	}); err != nil {
		return err
	}
	return s.files.Remove(names...)
}
