package complain

import (
	"context"
	"errors"
	"slices"

	"declara/app/complain/vault"
	"declara/storage"
)

// atOnce is how many complaints one transaction changes.
const atOnce = 50

// Recovered is what two holders did, in numbers.
type Recovered struct {
	Cases      int // given to the official
	Identities int // given to the custodian
	Closed     int // sealed to other holders than these two, or to none
	Refused    int // the official may not read them: she is excluded, or has done in them what does not go with her role
}

// Recover opens, with the keys of two holders, all cases that nobody can open any more,
// and wraps them for a named official; identities likewise for a named custodian, "" for
// none. A case that somebody can open is not touched, and the escrow gives nothing to
// who is excluded from a case. That the holders came together is written in the audit
// trail before anything is opened, and in each case that they opened, where who
// complained reads it.
//
// The two holders vouch for the official by what they do, so her key need not wait.
func (s *Service) Recover(ctx context.Context, tenant, actor, one, other, official, custodian string) (done Recovered, err error) {
	a, err := holderKey(one)
	if err != nil {
		return done, err
	}
	defer a.Wipe()
	b, err := holderKey(other)
	if err != nil {
		return done, err
	}
	defer b.Wipe()
	r, err := s.gather(ctx, tenant, a, b)
	if err != nil {
		return done, err
	}
	defer r.wipe()
	var ids []string
	if err := s.channel(ctx, tenant, actor, "escrow.open", func(tx *storage.Txn, _ *storage.Channel) error {
		ids = nil
		for _, to := range []struct {
			user string
			pair Pair
		}{{official, PairCase}, {custodian, PairIdentity}} {
			if to.user == "" && to.pair == PairIdentity {
				continue
			}
			if err := r.trusted(tx, to.user, to.pair); err != nil {
				return err
			}
			if err := tx.Audit(storage.AuditEntry{At: s.now(), Actor: actor, Act: "escrow.give", About: to.user, Reason: string(to.pair)}); err != nil {
				return err
			}
		}
		return tx.Complaints(func(c storage.Complaint) error { ids = append(ids, c.ID); return nil })
	}); err != nil {
		return done, err
	}
	for some := range slices.Chunk(ids, atOnce) {
		var part Recovered
		if err := s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
			part = Recovered{}
			for _, id := range some {
				if err := s.recoverOne(tx, r, id, official, custodian, &part); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return done, err
		}
		done.Cases, done.Identities = done.Cases+part.Cases, done.Identities+part.Identities
		done.Closed, done.Refused = done.Closed+part.Closed, done.Refused+part.Refused
	}
	return done, nil
}

// trusted makes the key of who is named by the holders one that nobody need vouch for:
// by those of today. Who was a holder once opens what is still sealed to her, and names
// nobody new.
func (r escrows) trusted(tx *storage.Txn, user string, pair Pair) error {
	u, err := tx.User(user)
	if errors.Is(err, storage.ErrNotFound) || err == nil && (u.Disabled || !pair.allows(u.Roles)) {
		return ErrRole
	} else if err != nil {
		return err
	}
	k, err := tx.VaultKey(user)
	if errors.Is(err, storage.ErrNotFound) {
		return ErrKeyless
	} else if err != nil {
		return err
	}
	switch {
	case !k.Waiting:
		return nil
	case !r.today:
		return ErrWaiting
	}
	k.Waiting = false
	return tx.PutVaultKey(k, k.Version)
}

// escrows are those, of now and of before, that the two holders open together.
type escrows struct {
	all   []*vault.Recovery
	today bool // the one of today is among them
}

func (r escrows) wipe() {
	for _, one := range r.all {
		one.Wipe()
	}
}

// open opens what was sealed to one of them.
func (r escrows) open(c vault.Context, sealed []byte, want *vault.Public) (*vault.Private, error) {
	for _, one := range r.all {
		p, err := one.Open(c, sealed, want)
		if !errors.Is(err, vault.ErrOpen) {
			return p, err
		}
	}
	return nil, vault.ErrOpen
}

func (s *Service) gather(ctx context.Context, tenant string, a, b vault.HolderKey) (r escrows, err error) {
	var ch storage.Channel
	if err := s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) { ch, err = tx.Channel(); return err }); err != nil {
		return r, err
	}
	if ch.Escrow == nil {
		return r, errNoEscrow
	}
	for i, k := range append([]storage.EscrowKey{*ch.Escrow}, ch.Escrows...) {
		e, err := vault.ParseEscrow(k.Record)
		if err != nil {
			return r, err
		}
		first, second, err := copies(a, b)
		if err != nil {
			return r, err
		}
		one, err := e.Recover(escrowAt(tenant), first, second)
		switch {
		case err == nil:
			r.all, r.today = append(r.all, one), r.today || i == 0
		case errors.Is(err, vault.ErrHolders) || errors.Is(err, vault.ErrOpen): // they are not of this one
			first.Wipe()
			second.Wipe()
		default:
			return r, err
		}
	}
	if len(r.all) == 0 {
		return r, errHolders
	}
	return r, nil
}

// recoverOne gives the pairs of a complaint that nobody can open to the two named, and
// tells who complained. One that only another authority reads is not touched.
func (s *Service) recoverOne(tx *storage.Txn, r escrows, id, official, custodian string, done *Recovered) error {
	c, err := tx.Complaint(id)
	if errors.Is(err, storage.ErrNotFound) || err == nil && c.External != "" {
		return nil
	} else if err != nil {
		return err
	}
	told := map[string]string{}
	for _, want := range []struct {
		pair Pair
		to   string
		n    *int
	}{{PairCase, official, &done.Cases}, {PairIdentity, custodian, &done.Identities}} {
		given, err := s.recoverPair(tx, r, &c, want.pair, want.to, done)
		if err != nil {
			return err
		}
		if !given {
			continue
		}
		*want.n++
		k, err := tx.VaultKey(want.to)
		if err != nil {
			return err
		}
		told[map[Pair]string{PairCase: "post", PairIdentity: "custodian"}[want.pair]] = k.Post
	}
	if len(told) == 0 {
		return nil
	}
	if err := tx.PutComplaint(c, c.Version); err != nil {
		return err
	}
	return s.Happened(tx, id, EventRecovered, told)
}

func (s *Service) recoverPair(tx *storage.Txn, r escrows, c *storage.Complaint, pair Pair, to string, done *Recovered) (given bool, err error) {
	p := pair.of(c)
	if to == "" || len(p.Public) == 0 {
		return false, nil
	}
	if alive, err := Alive(tx, c, pair); alive || err != nil {
		return false, err
	}
	public, err := vault.ParsePublic(p.Public)
	if err != nil {
		return false, err
	}
	if len(p.Escrow) == 0 {
		done.Closed++
		return false, nil
	}
	private, err := r.open(At(tx.Tenant(), c.ID, string(pair), 0), p.Escrow, public)
	if errors.Is(err, vault.ErrOpen) {
		done.Closed++
		return false, nil
	} else if err != nil {
		return false, err
	}
	defer private.Wipe()
	switch err := Give(tx, c, pair, private, to); {
	case errors.Is(err, ErrExcluded), errors.Is(err, ErrRole), errors.Is(err, ErrEarly):
		done.Refused++
		return false, nil
	case err != nil:
		return false, err
	}
	ch, err := tx.Channel()
	if err != nil {
		return false, err
	}
	if err := escrowAnew(tx, &ch, c, pair, private); err != nil {
		return false, err
	}
	p.Wraps = slices.DeleteFunc(p.Wraps, func(w storage.Wrap) bool {
		ok, e := alive(tx, w, pair)
		err = errors.Join(err, e)
		return e == nil && !ok
	})
	return true, err
}
