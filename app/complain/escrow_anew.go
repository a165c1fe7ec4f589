package complain

import (
	"context"
	"errors"
	"slices"

	"declara/app/complain/vault"
	"declara/storage"
)

// An escrow is made anew when a holder leaves, or a paper may have been seen. From then
// on the papers of before must open nothing, so cases do not wait for a hand-over:
// whoever ends the ceremony seals to the new one what she can open, and everybody else
// does when she next opens her key. An escrow of before to which nothing is sealed any
// more is forgotten. A case of which nobody can tell any more who was left out is sealed
// to no new escrow and keeps what it has; how many those are the office reads (Apart).

// sealAnew seals to the escrow of today all that a user can open with her key and that
// is sealed to none, or to one of before.
func (s *Service) sealAnew(ctx context.Context, tenant, user string, mine *vault.Private) error {
	var ids []string
	old := false
	if err := s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		ids = nil
		ch, err := tx.Channel()
		if err != nil || ch.Escrow == nil {
			return err
		}
		e, err := vault.ParseEscrow(ch.Escrow.Record)
		if err != nil {
			return err
		}
		old = len(ch.Escrows) > 0
		today := e.Public().ID().String()
		return tx.ComplaintsOf(user, func(c storage.Complaint) error {
			if c.Case.Of(user) != nil && c.Case.EscrowOf != today || c.Identity.Of(user) != nil && c.Identity.EscrowOf != today {
				ids = append(ids, c.ID)
			}
			return nil
		})
	}); err != nil {
		return err
	}
	for some := range slices.Chunk(ids, atOnce) {
		if err := s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
			ch, err := tx.Channel()
			if err != nil {
				return err
			}
			for _, id := range some {
				if err := anewOne(tx, &ch, id, user, mine); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	if !old {
		return nil
	}
	return s.db.Update(ctx, tenant, retire)
}

func anewOne(tx *storage.Txn, ch *storage.Channel, id, user string, mine *vault.Private) error {
	c, err := tx.Complaint(id)
	if errors.Is(err, storage.ErrNotFound) {
		return nil // deleted meanwhile
	} else if err != nil {
		return err
	}
	for _, pair := range []Pair{PairCase, PairIdentity} {
		if pair.of(&c).Of(user) == nil {
			continue
		}
		private, err := OpenPair(tx.Tenant(), &c, pair, user, mine)
		if err != nil {
			return err
		}
		err = escrowAnew(tx, ch, &c, pair, private)
		private.Wipe()
		if err != nil {
			return err
		}
	}
	return tx.PutComplaint(c, c.Version)
}

// escrowAnew seals a pair to the escrow of today, without the holders who are excluded.
func escrowAnew(tx *storage.Txn, ch *storage.Channel, c *storage.Complaint, pair Pair, private *vault.Private) error {
	if ch.Escrow == nil {
		return nil
	}
	e, err := vault.ParseEscrow(ch.Escrow.Record)
	if err != nil {
		return err
	}
	p, today := pair.of(c), e.Public().ID().String()
	if p.EscrowOf == today {
		return nil
	}
	out, sure, err := shut(tx, c.Excluded)
	if err != nil {
		return err
	}
	if !sure { // she could be any of the holders: what there is stays
		return nil
	}
	r, err := vault.NewRecipients(nil, out, e)
	if err != nil {
		return err
	}
	sealed, err := r.WrapEscrow(private, At(tx.Tenant(), c.ID, string(pair), 0))
	if err != nil && !errors.Is(err, vault.ErrNobody) {
		return err
	}
	p.Escrow, p.EscrowOf = sealed, today // nil when too few holders are left: those of before must not open it either
	return nil
}

// Apart is how many of the cases that a user can open have another backup than the
// escrow of today, or none.
func (s *Service) Apart(ctx context.Context, tenant, user string) (n int, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) { n, err = apart(tx, user); return err })
	return n, err
}

func apart(tx *storage.Txn, user string) (n int, err error) {
	ch, err := tx.Channel()
	if err != nil || ch.Escrow == nil {
		return 0, err
	}
	e, err := vault.ParseEscrow(ch.Escrow.Record)
	if err != nil {
		return 0, err
	}
	today := e.Public().ID().String()
	err = tx.ComplaintsOf(user, func(c storage.Complaint) error {
		for _, pair := range []Pair{PairCase, PairIdentity} {
			if k := pair.of(&c); k.Of(user) != nil && (k.EscrowOf != today || len(k.Escrow) == 0) {
				n++
				break
			}
		}
		return nil
	})
	return n, err
}

// retire forgets the escrows of before to which nothing is sealed.
func retire(tx *storage.Txn) error {
	ch, err := tx.Channel()
	if err != nil || len(ch.Escrows) == 0 {
		return err
	}
	used := map[string]bool{}
	if err := tx.Complaints(func(c storage.Complaint) error {
		used[c.Case.EscrowOf], used[c.Identity.EscrowOf] = true, true
		return nil
	}); err != nil {
		return err
	}
	var left []storage.EscrowKey
	for _, k := range ch.Escrows {
		e, err := vault.ParseEscrow(k.Record)
		if err != nil {
			return err
		}
		if used[e.Public().ID().String()] {
			left = append(left, k)
		}
	}
	if len(left) == len(ch.Escrows) {
		return nil
	}
	ch.Escrows = left
	return tx.PutChannel(ch, ch.Version)
}
