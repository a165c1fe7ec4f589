package complain

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"declara/app/complain/vault"
	"declara/app/errs"
	"declara/storage"
)

// Why a step of the escrow is refused.
var (
	errHolder     = errs.New(errs.Invalid, "keys.holder.bad")
	errHolderSame = errs.New(errs.Invalid, "keys.holder.same")
	errCeremony   = errs.New(errs.Gone, "keys.ceremony.none")
	errHolderKey  = errs.New(errs.Invalid, "keys.holder.wrong")
	errHolders    = errs.New(errs.Invalid, "keys.holders.wrong")
	errNoEscrow   = errs.New(errs.Invalid, "keys.escrow.none")
)

// holders is how many the escrow has; any two of them open it.
const holderCount = 3

func escrowAt(tenant string) vault.Context {
	return vault.Context{Tenant: tenant, Case: "escrow", Purpose: "escrow"}
}

// StartEscrow begins the ceremony of an escrow, with the names and posts of its three
// holders. What there is stays good until it ends.
func (s *Service) StartEscrow(ctx context.Context, h Hand, names, posts [holderCount]string) error {
	c := storage.Ceremony{}
	for i := range names {
		one := storage.Holder{ID: "respaldo-" + storage.RandomID()[:10], Name: line(names[i]), Post: line(posts[i])}
		for _, text := range []string{one.Name, one.Post} {
			if n := utf8.RuneCountInString(text); n < 3 || n > maxPost {
				return errHolder
			}
		}
		for _, other := range c.Holders {
			if strings.EqualFold(other.Name, one.Name) || strings.EqualFold(other.Post, one.Post) {
				return errHolderSame
			}
		}
		c.Holders = append(c.Holders, one)
	}
	return s.keyed(ctx, h, "escrow.begin", func(tx *storage.Txn, ch *storage.Channel) (err error) {
		c.Day, err = s.today(tx)
		ch.Ceremony = &c
		return err
	})
}

func line(text string) string { return strings.Join(strings.Fields(text), " ") }

// channel changes the record of the channel in one transaction with its entry of the
// audit trail.
func (s *Service) channel(ctx context.Context, tenant, actor, act string, change func(*storage.Txn, *storage.Channel) error) error {
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		ch, err := tx.Channel()
		if err != nil {
			return err
		}
		if err := change(tx, &ch); err != nil {
			return err
		}
		if err := tx.PutChannel(ch, ch.Version); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: s.now(), Actor: actor, Act: act})
	})
}

// keyed is channel for what only who has her key open may change.
func (s *Service) keyed(ctx context.Context, h Hand, act string, change func(*storage.Txn, *storage.Channel) error) error {
	return s.channel(ctx, h.Tenant, h.User, act, func(tx *storage.Txn, ch *storage.Channel) error {
		if _, err := h.opened(tx); err != nil {
			return err
		}
		return change(tx, ch)
	})
}

// StopEscrow ends a ceremony that was not finished.
func (s *Service) StopEscrow(ctx context.Context, tenant, actor string) error {
	return s.channel(ctx, tenant, actor, "escrow.stop", func(_ *storage.Txn, ch *storage.Channel) error {
		ch.Ceremony = nil
		return nil
	})
}

// Paper is what is printed for a holder, this once: the key is kept nowhere.
type Paper struct {
	Holder      storage.Holder
	Rows        []string
	Fingerprint string
}

// DrawHolder draws the key of a holder, from 0. Drawn again, the paper of before is
// worthless.
func (s *Service) DrawHolder(ctx context.Context, h Hand, i int) (p Paper, err error) {
	key, err := vault.NewHolderKey()
	if err != nil {
		return p, err
	}
	defer key.Wipe()
	text, err := key.Paper()
	if err != nil {
		return p, err
	}
	err = s.keyed(ctx, h, "escrow.print", func(_ *storage.Txn, ch *storage.Channel) error {
		if ch.Ceremony == nil || i < 0 || i >= len(ch.Ceremony.Holders) {
			return errCeremony
		}
		one := &ch.Ceremony.Holders[i]
		one.Public, one.Checked = key.Public().Bytes(), false
		p.Holder = *one
		return nil
	})
	if err != nil {
		return Paper{}, err
	}
	p.Rows, p.Fingerprint = strings.Split(text, "\n"), key.Public().Fingerprint()
	return p, nil
}

// CheckHolder is the paper of a holder typed back. With the third, the escrow is made,
// which complete tells, and what who made it can open is sealed to it.
func (s *Service) CheckHolder(ctx context.Context, h Hand, i int, typed string) (complete bool, err error) {
	key, err := holderKey(typed)
	if err != nil {
		return false, err
	}
	defer key.Wipe()
	err = s.keyed(ctx, h, "escrow.check", func(tx *storage.Txn, ch *storage.Channel) error {
		complete = false
		if ch.Ceremony == nil || i < 0 || i >= len(ch.Ceremony.Holders) {
			return errCeremony
		}
		one := &ch.Ceremony.Holders[i]
		if !slices.Equal(one.Public, key.Public().Bytes()) {
			return errHolderKey
		}
		one.Checked = true
		complete = !slices.ContainsFunc(ch.Ceremony.Holders, func(h storage.Holder) bool { return !h.Checked })
		if !complete {
			return nil
		}
		day, err := s.today(tx)
		if err != nil {
			return err
		}
		return conclude(tx.Tenant(), day, ch)
	})
	if err != nil || !complete {
		return false, err
	}
	return true, s.sealAnew(ctx, h.Tenant, h.User, h.Key)
}

// conclude makes the escrow of a ceremony whose papers were all typed back. The one of
// before is kept as long as a case is sealed to it (escrow_anew.go).
func conclude(tenant, day string, ch *storage.Channel) error {
	var people [holderCount]vault.Person
	made := storage.EscrowKey{Day: day}
	for i, h := range ch.Ceremony.Holders {
		public, err := vault.ParsePublic(h.Public)
		if err != nil {
			return err
		}
		people[i] = vault.Person{ID: h.ID, Key: public}
		remember(ch, storage.KnownPerson{ID: h.ID, Name: h.Name, Post: h.Post, Holder: true})
		made.Posts, made.Names = append(made.Posts, h.Post), append(made.Names, h.Name)
	}
	e, err := vault.NewEscrow(escrowAt(tenant), people)
	if err != nil {
		return err
	}
	made.Record = e.Bytes()
	if ch.Escrow != nil {
		ch.Escrows = append(ch.Escrows, *ch.Escrow)
	}
	ch.Escrow, ch.Ceremony = &made, nil
	return nil
}

// holderKey reads a printed key. What is wrong with it is said by row.
func holderKey(typed string) (vault.HolderKey, error) {
	key, err := vault.ParseHolderKey(typed)
	if row, ok := errors.AsType[vault.RowError](err); ok {
		return key, errs.New(errs.Invalid, "keys.holder.row", string(rune('0'+int(row))))
	}
	if err != nil {
		return key, errs.New(errs.Invalid, "keys.holder.form")
	}
	return key, nil
}

// Drill is the yearly exercise: two holders type their keys, and the escrow opens a test
// text the way it would open a case. Nothing else is opened.
func (s *Service) Drill(ctx context.Context, tenant, actor, one, other string) error {
	a, err := holderKey(one)
	if err != nil {
		return err
	}
	defer a.Wipe()
	b, err := holderKey(other)
	if err != nil {
		return err
	}
	defer b.Wipe()
	return s.channel(ctx, tenant, actor, "escrow.drill", func(tx *storage.Txn, ch *storage.Channel) error {
		if ch.Escrow == nil {
			return errNoEscrow
		}
		e, err := vault.ParseEscrow(ch.Escrow.Record)
		if err != nil {
			return err
		}
		// Drill wipes the keys, and this may run again.
		first, second, err := copies(a, b)
		if err != nil {
			return err
		}
		if err := e.Drill(escrowAt(tenant), first, second); errors.Is(err, vault.ErrHolders) || errors.Is(err, vault.ErrOpen) {
			return errHolders
		} else if err != nil {
			return err
		}
		day, err := s.today(tx)
		if err != nil {
			return err
		}
		ch.Escrow.Drills = append(ch.Escrow.Drills, day)
		return nil
	})
}

// copies are the keys of two holders once more, for what wipes those that it is given.
func copies(a, b vault.HolderKey) (x, y vault.HolderKey, err error) {
	for _, of := range []struct {
		from vault.HolderKey
		to   *vault.HolderKey
	}{{a, &x}, {b, &y}} {
		text, err := of.from.Paper()
		if err != nil {
			return x, y, err
		}
		if *of.to, err = vault.ParseHolderKey(text); err != nil {
			return x, y, err
		}
	}
	return x, y, nil
}
