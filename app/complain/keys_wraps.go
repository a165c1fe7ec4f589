package complain

import (
	"errors"
	"slices"

	"declara/app/complain/vault"
	"declara/app/errs"
	"declara/storage"
)

// Why a case is not given to somebody.
var (
	ErrExcluded = errs.New(errs.Invalid, "keys.give.excluded")
	ErrRole     = errs.New(errs.Invalid, "keys.give.role")
	ErrKeyless  = errs.New(errs.Invalid, "keys.give.nokey")
	ErrWaiting  = errs.New(errs.Invalid, "keys.give.waiting")
	ErrEarly    = errs.New(errs.Invalid, "keys.give.early")
)

// Pair says which of the two pairs of a complaint is meant.
type Pair string

// The pairs of a complaint. They are the purposes of the wraps.
const (
	PairCase     Pair = PurposeCase
	PairIdentity Pair = PurposeIdentity
)

func (p Pair) of(c *storage.Complaint) *storage.KeyPair {
	if p == PairIdentity {
		return &c.Identity
	}
	return &c.Case
}

func (p Pair) allows(roles []storage.Role) bool {
	if p == PairIdentity {
		return mayKeep(roles)
	}
	return mayRead(roles)
}

// Give wraps a pair of a complaint for one more official, with the opened private half
// of it. It is the one way by which a wrap comes after the complaint was sent, for
// assignment, hand-over and recovery alike, and goes through vault.Recipients: who is
// excluded, has not the role, is closed, or has no key that somebody vouched for gets
// none. It changes c, which the
// caller puts.
func Give(tx *storage.Txn, c *storage.Complaint, pair Pair, opened *vault.Private, to string) error {
	u, err := tx.User(to)
	if err != nil {
		return err
	}
	if u.Disabled {
		return ErrRole
	}
	if err := fits(c, pair, to, u.Roles); err != nil {
		return err
	}
	k, err := tx.VaultKey(to)
	if errors.Is(err, storage.ErrNotFound) {
		return ErrKeyless
	} else if err != nil {
		return err
	}
	if k.Waiting {
		return ErrWaiting
	}
	public, err := vault.ParsePublic(k.Public)
	if err != nil {
		return err
	}
	out, _, err := shut(tx, c.Excluded)
	if err != nil {
		return err
	}
	if among(out, to) {
		return ErrExcluded
	}
	r, err := vault.NewRecipients([]vault.Person{{ID: to, Key: public}}, out, nil)
	if err != nil {
		return err
	}
	w, err := r.Wrap(opened, At(tx.Tenant(), c.ID, string(pair), 0))
	if errors.Is(err, vault.ErrNobody) {
		return ErrExcluded
	} else if err != nil {
		return err
	}
	p := pair.of(c)
	p.Wraps = slices.DeleteFunc(p.Wraps, func(w storage.Wrap) bool { return w.User == to })
	for _, one := range w.People {
		p.Wraps = append(p.Wraps, storage.Wrap{User: one.Person, Key: one.To.String(), Sealed: one.Sealed})
	}
	return nil
}

// fits says why somebody with these roles may not hold a pair of a complaint, or nil. Who
// investigated it does not substantiate it, and who substantiates is given it with the
// report and not before (LGRA 115).
func fits(c *storage.Complaint, pair Pair, user string, roles []storage.Role) error {
	if !pair.allows(roles) || clash(c, &storage.User{ID: user, Roles: roles}) != nil {
		return ErrRole
	}
	has := func(r storage.Role) bool { return slices.Contains(roles, r) }
	if pair == PairCase && has(storage.RoleSubstantiator) && !has(storage.RoleComptroller) && !reported(c) {
		return ErrEarly
	}
	return nil
}

// Take deletes the wraps that a user has of a pair. It changes c, which the caller puts.
// What she has read stays read.
func Take(c *storage.Complaint, pair Pair, user string) {
	p := pair.of(c)
	p.Wraps = slices.DeleteFunc(p.Wraps, func(w storage.Wrap) bool { return w.User == user })
}

// Exclude puts a user among those who must not open a complaint, as when she excuses
// herself or is recused, and deletes the wraps of all accounts that may be hers. Where she
// may be a holder of the escrow that a pair is sealed to, it is sealed to none until
// somebody who can open it seals it again, without her. It changes c, which the caller
// puts. From then on nothing in this package gives her one.
func Exclude(tx *storage.Txn, c *storage.Complaint, user string) error {
	if !slices.Contains(c.Excluded, user) {
		c.Excluded = append(c.Excluded, user)
	}
	out, _, err := shut(tx, []string{user})
	if err != nil {
		return err
	}
	ch, err := tx.Channel()
	if err != nil {
		return err
	}
	for _, p := range out {
		Take(c, PairCase, p.ID)
		Take(c, PairIdentity, p.ID)
		c.Assigned = slices.DeleteFunc(c.Assigned, func(a string) bool { return a == p.ID })
	}
	for _, pair := range []Pair{PairCase, PairIdentity} {
		k := pair.of(c)
		if her, err := holdsOne(&ch, k.EscrowOf, out); err != nil {
			return err
		} else if her {
			k.Escrow, k.EscrowOf = nil, ""
		}
	}
	return nil
}

// holdsOne reports whether one of some persons is a holder of an escrow, or whether who
// its holders are is not known any more.
func holdsOne(ch *storage.Channel, escrow string, people []vault.Person) (bool, error) {
	if escrow == "" {
		return false, nil
	}
	for _, k := range append(slices.Clone(ch.Escrows), now(ch)...) {
		e, err := vault.ParseEscrow(k.Record)
		if err != nil {
			return false, err
		}
		if e.Public().ID().String() == escrow {
			return slices.ContainsFunc(people, func(p vault.Person) bool { return holds(e, p.ID) }), nil
		}
	}
	return true, nil
}

// now is the escrow of today, or none.
func now(ch *storage.Channel) []storage.EscrowKey {
	if ch.Escrow == nil {
		return nil
	}
	return []storage.EscrowKey{*ch.Escrow}
}

// OpenPair opens a pair of a complaint with a user's own key, to be given on. The caller
// wipes it. ErrNotFound: she holds no wrap of it.
func OpenPair(tenant string, c *storage.Complaint, pair Pair, user string, mine *vault.Private) (*vault.Private, error) {
	return unwrap(tenant, c.ID, string(pair), *pair.of(c), user, mine)
}

// Alive reports whether there is anybody who could open a pair of a complaint today: an
// account that is open, has the role, and still has the key that it is wrapped to.
func Alive(tx *storage.Txn, c *storage.Complaint, pair Pair) (bool, error) {
	for _, w := range pair.of(c).Wraps {
		ok, err := alive(tx, w, pair)
		if ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

func alive(tx *storage.Txn, w storage.Wrap, pair Pair) (bool, error) {
	u, err := tx.User(w.User)
	if errors.Is(err, storage.ErrNotFound) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	k, err := tx.VaultKey(w.User)
	if errors.Is(err, storage.ErrNotFound) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	public, err := vault.ParsePublic(k.Public)
	if err != nil {
		return false, err
	}
	return !u.Disabled && pair.allows(u.Roles) && public.ID().String() == w.Key, nil
}

// onlyHers reports whether there is anything that a user holds and that nobody else could
// open, nor the holders of the escrow.
func onlyHers(tx *storage.Txn, user string) (only bool, err error) {
	err = tx.ComplaintsOf(user, func(c storage.Complaint) error {
		for _, pair := range []Pair{PairCase, PairIdentity} {
			p := pair.of(&c)
			if p.Of(user) == nil || len(p.Escrow) > 0 {
				continue
			}
			others := c
			Take(&others, pair, user)
			ok, err := Alive(tx, &others, pair)
			if err != nil {
				return err
			}
			only = only || !ok
		}
		return nil
	})
	return only, err
}

// dropAll deletes all wraps of a user.
func dropAll(tx *storage.Txn, user string) error {
	var all []storage.Complaint
	if err := tx.ComplaintsOf(user, func(c storage.Complaint) error { all = append(all, c); return nil }); err != nil {
		return err
	}
	for _, c := range all {
		Take(&c, PairCase, user)
		Take(&c, PairIdentity, user)
		if err := tx.PutComplaint(c, c.Version); err != nil {
			return err
		}
	}
	return nil
}
