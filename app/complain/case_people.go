package complain

import (
	"context"
	"errors"
	"slices"

	"declara/app/complain/vault"
	"declara/storage"
)

// Who can be given a case, and who leaves it. Each is a wrap that is made or deleted:
// there is no list beside them that a page would have to be filtered by.

// Candidates are those who could be given a case: with a key and a role, and neither
// excluded from it nor holding it.
func (o *Office) Candidates(ctx context.Context, h Hand, id string) (all []Holder, err error) {
	err = o.db.View(ctx, h.Tenant, func(tx *storage.Txn) error {
		all = nil
		c, err := o.holdCase(tx, id, h.User)
		if err != nil {
			return err
		}
		out, _, err := shut(tx, c.Excluded)
		if err != nil {
			return err
		}
		return tx.VaultKeys(func(k storage.VaultKey) error {
			u, err := tx.User(k.User)
			if errors.Is(err, storage.ErrNotFound) {
				return nil
			} else if err != nil {
				return err
			}
			if !u.Disabled && !k.Waiting && c.Case.Of(u.ID) == nil && !among(out, u.ID) && fits(&c, PairCase, u.ID, u.Roles) == nil {
				all = append(all, Holder{User: u.ID, Name: u.Name, Post: k.Post, Roles: u.Roles})
			}
			return nil
		})
	})
	return all, err
}

// Keepers are those who keep the identity of a case and do not read it: who holds it may
// recuse them.
func (o *Office) Keepers(ctx context.Context, h Hand, id string) (all []Holder, err error) {
	err = o.db.View(ctx, h.Tenant, func(tx *storage.Txn) error {
		all = nil
		c, err := o.holdCase(tx, id, h.User)
		if err != nil {
			return err
		}
		for _, w := range c.Identity.Wraps {
			if c.Case.Of(w.User) != nil {
				continue
			}
			one, err := holderOf(tx, w.User)
			if err != nil {
				return err
			}
			all = append(all, one)
		}
		return nil
	})
	return all, err
}

// clash says that who investigated a case cannot be given it to substantiate, nor the
// other way round.
func clash(c *storage.Complaint, u *storage.User) error {
	done := sides(c, u.ID)
	if slices.Contains(u.Roles, storage.RoleSubstantiator) && slices.Contains(done, Investigates) ||
		slices.Contains(u.Roles, storage.RoleInvestigator) && slices.Contains(done, Substantiate) {
		return errSide
	}
	return nil
}

// Assign puts a case in somebody's charge. When she holds no wrap yet, one is made with
// the key of who assigns: the head, or, to who substantiates it, who investigates.
func (o *Office) Assign(ctx context.Context, h Hand, id, to string) error {
	return o.change(ctx, h, id, func(tx *storage.Txn, c *storage.Complaint, u *storage.User) error {
		next, err := tx.User(to)
		if errors.Is(err, storage.ErrNotFound) || err == nil && next.Disabled {
			return ErrRole
		} else if err != nil {
			return err
		}
		if !slices.Contains(u.Roles, storage.RoleComptroller) && !(slices.Contains(u.Roles, storage.RoleInvestigator) && slices.Contains(next.Roles, storage.RoleSubstantiator)) {
			return errHead
		}
		if err := clash(c, &next); err != nil {
			return err
		}
		if err := o.give(tx, c, h, to); err != nil {
			return err
		}
		if !slices.Contains(c.Assigned, to) {
			c.Assigned = append(c.Assigned, to)
		}
		return o.put(tx, c, h, "case.assign")
	})
}

// give makes a wrap for somebody, unless she has one.
func (o *Office) give(tx *storage.Txn, c *storage.Complaint, h Hand, to string) error {
	if w := c.Case.Of(to); w != nil {
		return nil
	}
	opened, err := OpenPair(h.Tenant, c, PairCase, h.User, h.Key)
	if errors.Is(err, vault.ErrOpen) || errors.Is(err, storage.ErrNotFound) {
		return ErrNoCase
	} else if err != nil {
		return err
	}
	defer opened.Wipe()
	return Give(tx, c, PairCase, opened, to)
}

// put keeps a case and tells the trail who did what, without why: reasons are in the
// case.
func (o *Office) put(tx *storage.Txn, c *storage.Complaint, h Hand, act string) error {
	if err := tx.PutComplaint(*c, c.Version); err != nil {
		return err
	}
	return tx.Audit(storage.AuditEntry{At: o.now(), Actor: h.User, Act: act, About: c.ID})
}

// Release takes a case from somebody who is in charge of it: the head's to do. Her wrap
// is deleted unless she is of the head herself.
func (o *Office) Release(ctx context.Context, h Hand, id, user string) error {
	return o.change(ctx, h, id, func(tx *storage.Txn, c *storage.Complaint, u *storage.User) error {
		if !slices.Contains(u.Roles, storage.RoleComptroller) {
			return errHead
		}
		c.Assigned = slices.DeleteFunc(c.Assigned, func(a string) bool { return a == user })
		who, err := tx.User(user)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return err
		}
		if user != h.User && !slices.Contains(who.Roles, storage.RoleComptroller) {
			Take(c, PairCase, user)
		}
		if err := openable(tx, c); err != nil {
			return err
		}
		return o.put(tx, c, h, "case.release")
	})
}

// openable reports as an error that nobody could open a case any more.
func openable(tx *storage.Txn, c *storage.Complaint) error {
	ok, err := Alive(tx, c, PairCase)
	if err == nil && !ok {
		return errLast
	}
	return err
}

// Excuse is somebody leaving a case because she has an interest in it (excusa): her own
// copies are deleted, and she can never be given another. Whoever is the last gives it
// on to somebody else in the same act.
func (o *Office) Excuse(ctx context.Context, h Hand, id, reason, successor string) error {
	err := o.change(ctx, h, id, func(tx *storage.Txn, c *storage.Complaint, u *storage.User) error {
		reason = plain(reason)
		if err := written(reason, errReason); err != nil {
			return err
		}
		if successor != "" && successor != h.User {
			next, err := tx.User(successor)
			if errors.Is(err, storage.ErrNotFound) {
				return ErrRole
			} else if err != nil {
				return err
			}
			if err := clash(c, &next); err != nil {
				return err
			}
			if err := o.give(tx, c, h, successor); err != nil {
				return err
			}
			if !slices.Contains(c.Assigned, successor) {
				c.Assigned = append(c.Assigned, successor)
			}
		}
		return o.leave(tx, c, h, h.User, reason, "case.excuse")
	})
	if err == nil {
		o.left(id, h.User)
	}
	return err
}

// Recuse is the head taking a case from somebody whom a party has challenged
// (recusación), or the identity from who keeps it.
func (o *Office) Recuse(ctx context.Context, h Hand, id, user, reason string) error {
	err := o.change(ctx, h, id, func(tx *storage.Txn, c *storage.Complaint, u *storage.User) error {
		reason = plain(reason)
		switch {
		case !slices.Contains(u.Roles, storage.RoleComptroller):
			return errHead
		case c.Case.Of(user) == nil && c.Identity.Of(user) == nil:
			return ErrRole
		}
		if err := written(reason, errReason); err != nil {
			return err
		}
		return o.leave(tx, c, h, user, reason, "case.recuse")
	})
	if err == nil {
		o.left(id, user)
	}
	return err
}

// leave excludes somebody, and keeps why as a note of the case. The identity, too, must
// be left to somebody: to who keeps it, or to the escrow.
func (o *Office) leave(tx *storage.Txn, c *storage.Complaint, h Hand, user, reason, act string) error {
	kept, err := learnable(tx, c)
	if err != nil {
		return err
	}
	if err := Exclude(tx, c, user); err != nil {
		return err
	}
	if err := o.sealedAgain(tx, c, h); err != nil {
		return err
	}
	if still, err := learnable(tx, c); err != nil {
		return err
	} else if kept && !still {
		return errLast
	}
	if !slices.Contains(c.Recused, user) {
		c.Recused = append(c.Recused, user)
	}
	if err := openable(tx, c); err != nil {
		return err
	}
	if err := o.put(tx, c, h, act); err != nil {
		return err
	}
	_, err = o.Append(tx, c.ID, NewPart{Kind: storage.PartNote, From: storage.FromOffice, Text: encode(Note{Text: reason, By: h.User, About: act})})
	return err
}

// learnable reports whether anybody could learn who complained: who keeps it, or holders
// of an escrow.
func learnable(tx *storage.Txn, c *storage.Complaint) (bool, error) {
	if len(c.Identity.Escrow) > 0 {
		return true, nil
	}
	return Alive(tx, c, PairIdentity)
}

// sealedAgain seals a case to the escrow without who was just excluded, when she may be
// one of its holders, with the wrap of who excludes her.
func (o *Office) sealedAgain(tx *storage.Txn, c *storage.Complaint, h Hand) error {
	if c.Case.EscrowOf != "" || c.Case.Of(h.User) == nil {
		return nil
	}
	ch, err := tx.Channel()
	if err != nil || ch.Escrow == nil {
		return err
	}
	opened, err := OpenPair(h.Tenant, c, PairCase, h.User, h.Key)
	if errors.Is(err, vault.ErrOpen) || errors.Is(err, storage.ErrNotFound) {
		return ErrNoCase
	} else if err != nil {
		return err
	}
	defer opened.Wipe()
	return escrowAnew(tx, &ch, c, PairCase, opened)
}

// Left is how many cases a user has left. It is a number and no more: which they are,
// or how they go on, she is not told. Cases that she was never given are not counted,
// since that would tell her that there is one about her.
func (o *Office) Left(ctx context.Context, tenant, user string) (n int, err error) {
	err = o.db.View(ctx, tenant, func(tx *storage.Txn) error {
		n = 0
		return tx.Complaints(func(c storage.Complaint) error {
			if slices.Contains(c.Recused, user) {
				n++
			}
			return nil
		})
	})
	return n, err
}
