package complain

import (
	"context"
	"encoding/hex"
	"errors"
	"slices"

	"declara/app/complain/vault"
	"declara/app/errs"
	"declara/storage"
)

var errSelf = errs.New(errs.Invalid, "keys.hand.self")

// Successor is somebody who could be handed cases.
type Successor struct {
	User, Name, Post string
	Fingerprint      string
	Custodian        bool // keeps identities too
	Reads            bool // reads cases
}

// Successors are the accounts that a user could hand her cases to: others, open, with a
// role in cases and a key that nobody need vouch for.
func (s *Service) Successors(ctx context.Context, tenant, user string) (all []Successor, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		all = nil
		return tx.VaultKeys(func(k storage.VaultKey) error {
			u, err := tx.User(k.User)
			if errors.Is(err, storage.ErrNotFound) || err == nil && (u.Disabled || k.Waiting || k.User == user || !MayHold(u.Roles)) {
				return nil
			} else if err != nil {
				return err
			}
			f, err := fingerprint(k.Public)
			if err != nil {
				return err
			}
			all = append(all, Successor{u.ID, u.Name, k.Post, f, mayKeep(u.Roles), mayRead(u.Roles)})
			return nil
		})
	})
	return all, err
}

// HandOver gives the cases that a user can open, and the identities that she keeps, to
// her successor; keep leaves her own wraps where they are. Her key is open. What the
// successor may not read, since she is excluded from it or has not the role, stays with
// who gave. Nothing that nobody else could open is ever taken from her.
func (s *Service) HandOver(ctx context.Context, tenant, from string, mine *vault.Private, to string, keep bool) (h storage.HandOver, err error) {
	if from == to {
		return h, errSelf
	}
	var ids []string
	if err := s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		ids = nil
		u, err := tx.User(to)
		if errors.Is(err, storage.ErrNotFound) || err == nil && (u.Disabled || !MayHold(u.Roles)) {
			return ErrRole
		} else if err != nil {
			return err
		}
		h = storage.HandOver{ID: storage.RandomID(), From: from, To: to, Kept: keep}
		if err := handOverKeys(tx, &h); err != nil {
			return err
		}
		return tx.ComplaintsOf(from, func(c storage.Complaint) error { ids = append(ids, c.ID); return nil })
	}); err != nil {
		return h, err
	}
	for some := range slices.Chunk(ids, atOnce) {
		var part storage.HandOver
		if err := s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
			part = storage.HandOver{}
			for _, id := range some {
				if err := s.telling(tx, id, func() error { return handOne(tx, id, from, mine, to, keep, &part) }); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return h, err
		}
		h.Cases, h.Identities, h.Left = h.Cases+part.Cases, h.Identities+part.Identities, h.Left+part.Left
	}
	err = s.channel(ctx, tenant, from, "key.handover", func(tx *storage.Txn, ch *storage.Channel) error {
		tree, err := tx.Tree()
		if err != nil {
			return err
		}
		h.LogSize, h.LogRoot = tree.Size, hex.EncodeToString(tree.Root[:])
		if ch.Escrow != nil && len(ch.Escrow.Drills) > 0 {
			h.Drill = ch.Escrow.Drills[len(ch.Escrow.Drills)-1]
		}
		if h.Day, err = s.today(tx); err != nil {
			return err
		}
		ch.HandOvers = append(ch.HandOvers, h)
		return tx.Audit(storage.AuditEntry{At: s.now(), Actor: from, Act: "key.handover.to", About: to, Reason: h.ID})
	})
	return h, err
}

// handOverKeys fills in posts and fingerprints.
func handOverKeys(tx *storage.Txn, h *storage.HandOver) error {
	for _, side := range []struct {
		user            string
		post, printed   *string
		mustBeVouchedBy bool
	}{{h.From, &h.FromPost, &h.FromKey, false}, {h.To, &h.ToPost, &h.ToKey, true}} {
		k, err := tx.VaultKey(side.user)
		if errors.Is(err, storage.ErrNotFound) {
			return ErrKeyless
		} else if err != nil {
			return err
		}
		if side.mustBeVouchedBy && k.Waiting {
			return ErrWaiting
		}
		*side.post = k.Post
		if *side.printed, err = fingerprint(k.Public); err != nil {
			return err
		}
	}
	return nil
}

// handOne gives one complaint.
func handOne(tx *storage.Txn, id, from string, mine *vault.Private, to string, keep bool, done *storage.HandOver) error {
	c, err := tx.Complaint(id)
	if errors.Is(err, storage.ErrNotFound) {
		return nil // deleted meanwhile
	} else if err != nil {
		return err
	}
	for pair, n := range map[Pair]*int{PairCase: &done.Cases, PairIdentity: &done.Identities} {
		if pair.of(&c).Of(from) == nil {
			continue
		}
		private, err := OpenPair(tx.Tenant(), &c, pair, from, mine)
		if err != nil {
			return err
		}
		err = Give(tx, &c, pair, private, to)
		private.Wipe()
		switch {
		case err == nil:
			*n++
		case errors.Is(err, ErrExcluded) || errors.Is(err, ErrRole) || errors.Is(err, ErrEarly):
			done.Left++
			continue
		default:
			return err
		}
		if keep {
			continue
		}
		Take(&c, pair, from)
		if i := slices.Index(c.Assigned, from); i >= 0 && pair == PairCase {
			c.Assigned = slices.Delete(c.Assigned, i, i+1)
			if !slices.Contains(c.Assigned, to) {
				c.Assigned = append(c.Assigned, to)
			}
		}
	}
	return tx.PutComplaint(c, c.Version)
}

// HandOvers are the hand-overs in which a user gave or took, the last one first.
func (s *Service) HandOvers(ctx context.Context, tenant, user string) (all []storage.HandOver, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		ch, err := tx.Channel()
		all = nil
		for _, h := range slices.Backward(ch.HandOvers) {
			if h.From == user || h.To == user {
				all = append(all, h)
			}
		}
		return err
	})
	return all, err
}
