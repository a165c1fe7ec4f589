package complain

import (
	"context"
	"errors"
	"slices"

	"declara/app/complain/vault"
	"declara/storage"
)

// Reader is somebody who will be able to open a complaint, as its sender is told:
// by post and by the fingerprint of a key, which stands on paper too.
type Reader struct {
	User        string
	Post        string
	Fingerprint string
}

// Readers is who will be able to open a complaint.
type Readers struct {
	Office     []Reader                   // the facts
	Custodians []Reader                   // who sent it, and originals
	Holders    []Reader                   // of whom two together could open all of it
	External   *storage.ExternalAuthority // she alone, when the office is accused

	may, keepers vault.Recipients
	authority    vault.Authority
	out          []string // who is left out, of those that there are
}

// Open reports whether anybody could open it. When not, it is not taken.
func (r Readers) Open() bool { return len(r.Office) > 0 || r.External != nil }

// TakesNames reports whether who sends it may give her name, and leave originals:
// whether there is somebody who keeps identities.
func (r Readers) TakesNames() bool { return len(r.Custodians) > 0 || r.External != nil }

// Readers tells who would be able to open a complaint with that route, of which some
// users are excluded.
func (s *Service) Readers(ctx context.Context, tenant, route string, exclude []string) (r Readers, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
		out, err := whoIs(tx, exclude)
		if err != nil {
			return err
		}
		r, err = readers(tx, route, out)
		r.out = out
		return err
	})
	return r, err
}

// readers builds the recipients. Who is excluded is not filtered out of them
// afterwards: vault.Recipients cannot be built with her in it.
//
// When the office is accused and an authority outside is named, the complaint is for
// her alone, unless its sender picked the persons of the office who must not read it.
// A holder of the escrow whom she leaves out does not change to whom it goes.
func readers(tx *storage.Txn, route string, exclude []string) (r Readers, err error) {
	ch, err := tx.Channel()
	if err != nil {
		return r, err
	}
	var escrow *vault.Escrow
	if ch.Escrow != nil {
		if escrow, err = vault.ParseEscrow(ch.Escrow.Record); err != nil {
			return r, err
		}
	}
	out, _, err := shut(tx, exclude)
	if err != nil {
		return r, err
	}
	inside := false // somebody of the office is left out
	for _, id := range exclude {
		inside = inside || !holder(ch, escrow, id)
	}
	if route == RouteOffice && !inside {
		return external(ch, escrow, out)
	}
	var may, keep []vault.Person
	posts := map[string]string{}
	if err := tx.VaultKeys(func(k storage.VaultKey) error {
		u, err := tx.User(k.User)
		if errors.Is(err, storage.ErrNotFound) || err == nil && (u.Disabled || k.Waiting || !MayHold(u.Roles)) {
			return nil
		} else if err != nil {
			return err
		}
		pub, err := vault.ParsePublic(k.Public)
		if err != nil {
			return err
		}
		posts[k.User] = k.Post
		if slices.Contains(u.Roles, storage.RoleComptroller) {
			may = append(may, vault.Person{ID: k.User, Key: pub})
		}
		if slices.Contains(u.Roles, storage.RoleCustodian) {
			keep = append(keep, vault.Person{ID: k.User, Key: pub})
		}
		return nil
	}); err != nil {
		return r, err
	}
	if r.may, err = vault.NewRecipients(may, out, escrow); err != nil {
		return r, err
	}
	if r.keepers, err = vault.NewRecipients(keep, out, escrow); err != nil {
		return r, err
	}
	r.Office, r.Custodians = told(r.may.Persons(), posts), told(r.keepers.Persons(), posts)
	r.Holders = holders(r.may, ch, escrow)
	return r, nil
}

// holds reports whether somebody is a holder of the escrow.
func holds(escrow *vault.Escrow, id string) bool {
	return escrow != nil && slices.ContainsFunc(escrow.Holders(), func(p vault.Person) bool { return p.ID == id })
}

// holder reports whether an id is that of a holder of this escrow, or of one before.
func holder(ch storage.Channel, escrow *vault.Escrow, id string) bool {
	return holds(escrow, id) || slices.ContainsFunc(ch.Persons, func(p storage.KnownPerson) bool { return p.Holder && p.ID == id })
}

// external is the readers of a complaint about the office itself.
func external(ch storage.Channel, escrow *vault.Escrow, out []vault.Person) (r Readers, err error) {
	if ch.External == nil {
		return r, nil
	}
	if r.authority, err = vault.ParseAuthority(ch.External.Recipient); err != nil {
		return r, err
	}
	r.External = ch.External
	if r.may, err = vault.NewRecipients(nil, out, escrow); err == nil {
		r.keepers = r.may
		r.Holders = holders(r.may, ch, escrow)
	}
	return r, err
}

func told(people []vault.Person, posts map[string]string) (all []Reader) {
	for _, p := range people {
		all = append(all, Reader{p.ID, posts[p.ID], p.Key.Fingerprint()})
	}
	return all
}

// holders are those of whom two together could open it: three, two, or nobody.
func holders(r vault.Recipients, ch storage.Channel, escrow *vault.Escrow) []Reader {
	posts := map[string]string{}
	if escrow != nil {
		for i, h := range escrow.Holders() {
			if i < len(ch.Escrow.Posts) {
				posts[h.ID] = ch.Escrow.Posts[i]
			}
		}
	}
	return told(r.Holders(), posts)
}

// whoIs are the excluded who are somebody here, each once: a form may say anything, and
// what the record keeps is for those who give a case on (Give).
func whoIs(tx *storage.Txn, exclude []string) (all []string, err error) {
	ch, err := tx.Channel()
	if err != nil {
		return nil, err
	}
	var escrow *vault.Escrow
	if ch.Escrow != nil {
		if escrow, err = vault.ParseEscrow(ch.Escrow.Record); err != nil {
			return nil, err
		}
	}
	for _, id := range exclude {
		if slices.Contains(all, id) {
			continue
		}
		is := holder(ch, escrow, id) // of before, too: a ceremony may end while somebody writes
		if !is {
			_, err := tx.User(id)
			if err != nil && !errors.Is(err, storage.ErrNotFound) {
				return nil, err
			}
			is = err == nil
		}
		if is {
			all = append(all, id)
		}
	}
	return all, nil
}

// wrapped is a pair as it is kept, wrapped for its recipients.
func wrapped(r vault.Recipients, p *vault.Private, c vault.Context) (storage.KeyPair, error) {
	k := storage.KeyPair{Public: p.Public().Bytes()}
	if e := r.Escrow(); e != nil {
		k.EscrowOf = e.Public().ID().String()
	}
	if len(r.Persons()) == 0 {
		var err error
		if k.Escrow, err = r.WrapEscrow(p, c); errors.Is(err, vault.ErrNobody) {
			err = nil
		}
		return k, err
	}
	w, err := r.Wrap(p, c)
	if err != nil {
		return k, err
	}
	k.Escrow = w.Escrow
	for _, one := range w.People {
		k.Wraps = append(k.Wraps, storage.Wrap{User: one.Person, Key: one.To.String(), Sealed: one.Sealed})
	}
	return k, nil
}
