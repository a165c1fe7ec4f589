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
//
// What was given is counted in the transaction that gives it, so that one which is stopped
// midway, and begun again, ends with an annex about all of it.
func (s *Service) HandOver(ctx context.Context, tenant, from string, mine *vault.Private, to string, keep bool) (h storage.HandOver, err error) {
	if from == to {
		return h, errSelf
	}
	id := ""
	if err := s.channel(ctx, tenant, from, "key.handover.begin", func(tx *storage.Txn, ch *storage.Channel) (err error) {
		id, err = s.beginHandOver(tx, ch, from, to, keep)
		return err
	}); err != nil {
		return h, err
	}
	seen := map[string]bool{}
	for { // until there is none that came in meanwhile
		var ids []string
		if err := s.db.View(ctx, tenant, func(tx *storage.Txn) error {
			ids = nil
			return tx.ComplaintsOf(from, func(c storage.Complaint) error {
				if !seen[c.ID] {
					ids = append(ids, c.ID)
				}
				return nil
			})
		}); err != nil {
			return h, err
		}
		if len(ids) == 0 {
			break
		}
		for some := range slices.Chunk(ids, atOnce) {
			if err := s.db.Update(ctx, tenant, func(tx *storage.Txn) error { return s.handSome(tx, some, id, from, mine, to, keep) }); err != nil {
				return h, err
			}
			for _, id := range some {
				seen[id] = true
			}
		}
	}
	err = s.channel(ctx, tenant, from, "key.handover", func(tx *storage.Txn, ch *storage.Channel) error {
		i := slices.IndexFunc(ch.HandOvers, func(h storage.HandOver) bool { return h.ID == id })
		if i < 0 {
			return storage.ErrConflict
		}
		if err := s.endHandOver(tx, ch, i); err != nil {
			return err
		}
		h = ch.HandOvers[i]
		return tx.Audit(storage.AuditEntry{At: s.now(), Actor: from, Act: "key.handover.to", About: to, Reason: h.ID})
	})
	return h, err
}

// beginHandOver makes the record of a hand-over, or finds the one that was stopped midway.
// Another one that she did not end is ended here: what it gave stays given.
func (s *Service) beginHandOver(tx *storage.Txn, ch *storage.Channel, from, to string, keep bool) (id string, err error) {
	u, err := tx.User(to)
	if errors.Is(err, storage.ErrNotFound) || err == nil && (u.Disabled || !MayHold(u.Roles)) {
		return "", ErrRole
	} else if err != nil {
		return "", err
	}
	h := storage.HandOver{ID: storage.RandomID(), From: from, To: to, Kept: keep}
	if err := handOverKeys(tx, &h); err != nil {
		return "", err
	}
	for i, old := range ch.HandOvers {
		switch {
		case old.Day != "" || old.From != from:
		case old.To == to && old.Kept == keep && old.FromKey == h.FromKey && old.ToKey == h.ToKey:
			id = old.ID
		default:
			if err := s.endHandOver(tx, ch, i); err != nil {
				return "", err
			}
		}
	}
	if id == "" {
		id = h.ID
		ch.HandOvers = append(ch.HandOvers, h)
	}
	return id, nil
}

// endHandOver fills in what is known at the end: what was not given, the state of the log,
// and the backups.
func (s *Service) endHandOver(tx *storage.Txn, ch *storage.Channel, i int) error {
	h := &ch.HandOvers[i]
	tree, err := tx.Tree()
	if err != nil {
		return err
	}
	h.LogSize, h.LogRoot = tree.Size, hex.EncodeToString(tree.Root[:])
	if ch.Escrow != nil && len(ch.Escrow.Drills) > 0 {
		h.Drill = ch.Escrow.Drills[len(ch.Escrow.Drills)-1]
	}
	if err := tx.ComplaintsOf(h.From, func(c storage.Complaint) error {
		for _, pair := range []Pair{PairCase, PairIdentity} {
			if pair.of(&c).Of(h.From) != nil && pair.of(&c).Of(h.To) == nil {
				h.Left++
			}
		}
		return nil
	}); err != nil {
		return err
	}
	if h.Apart, err = apart(tx, h.To); err != nil {
		return err
	}
	if err := tx.ComplaintsOf(h.To, func(c storage.Complaint) error {
		if Held(&c) {
			h.Held++
		}
		return nil
	}); err != nil {
		return err
	}
	h.Day, err = s.today(tx)
	return err
}

// handSome gives some complaints and counts them in the record of the hand-over.
func (s *Service) handSome(tx *storage.Txn, ids []string, hand, from string, mine *vault.Private, to string, keep bool) error {
	var done storage.HandOver
	for _, id := range ids {
		if err := s.telling(tx, id, func() error { return handOne(tx, id, from, mine, to, keep, &done) }); err != nil {
			return err
		}
	}
	ch, err := tx.Channel()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(ch.HandOvers, func(h storage.HandOver) bool { return h.ID == hand && h.Day == "" })
	if i < 0 {
		return storage.ErrConflict // ended meanwhile, by another one of hers
	}
	ch.HandOvers[i].Cases += done.Cases
	ch.HandOvers[i].Identities += done.Identities
	return tx.PutChannel(ch, ch.Version)
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
		if keep && pair.of(&c).Of(to) != nil {
			continue // she can open it already, or was given it before this was stopped
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
			continue // it stays
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
			if h.Day != "" && (h.From == user || h.To == user) {
				all = append(all, h)
			}
		}
		return err
	})
	return all, err
}
