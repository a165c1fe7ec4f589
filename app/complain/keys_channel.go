package complain

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"declara/app/complain/vault"
	"declara/app/errs"
	"declara/storage"
)

// drillEvery is how many months after an exercise of the escrow the next is due.
const drillEvery = 12

// Channel is what who looks after the keys of the channel sees: no case.
type Channel struct {
	Keys     []ChannelKey
	Escrow   *Escrow
	Ceremony *storage.Ceremony
	External *External
	Proposed *External
	Keep     int // months
	Takes    bool
}

// ChannelKey is the key of an official.
type ChannelKey struct {
	User, Name, Post, Fingerprint, Day string
	Roles                              []storage.Role
	Waiting, Compared, Closed          bool
	Mine                               bool
}

// Escrow is how the escrow stands.
type Escrow struct {
	Names, Posts []string
	Fingerprint  string
	Day          string
	Drill        string // day of the last exercise, "" for never
	Due          bool   // another is due
}

// External is the authority that reads complaints about the office.
type External struct {
	storage.ExternalAuthority
	Fingerprint string
	Quantum     bool // what is sealed to it withstands a quantum computer
}

// Channel tells how the keys of the channel stand, to a user.
func (s *Service) Channel(ctx context.Context, tenant, user string) (out Channel, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		out = Channel{}
		ch, err := tx.Channel()
		if err != nil {
			return err
		}
		today, err := s.today(tx)
		if err != nil {
			return err
		}
		if err := tx.VaultKeys(func(k storage.VaultKey) error {
			u, err := tx.User(k.User)
			if errors.Is(err, storage.ErrNotFound) {
				return nil
			} else if err != nil {
				return err
			}
			f, err := fingerprint(k.Public)
			out.Keys = append(out.Keys, ChannelKey{u.ID, u.Name, k.Post, f, k.Day, u.Roles, k.Waiting, k.Compared, u.Disabled, u.ID == user})
			return err
		}); err != nil {
			return err
		}
		slices.SortFunc(out.Keys, func(a, b ChannelKey) int { return cmp.Or(cmp.Compare(a.Post, b.Post), cmp.Compare(a.User, b.User)) })
		if out.Escrow, err = escrowOf(ch, today); err != nil {
			return err
		}
		out.Ceremony, out.Keep = ch.Ceremony, cmp.Or(ch.Keep, KeepDefault)
		if out.External, err = externalOf(ch.External); err != nil {
			return err
		}
		if out.Proposed, err = externalOf(ch.Proposed); err != nil {
			return err
		}
		r, err := readers(tx, RouteTown, nil)
		out.Takes = r.Open()
		return err
	})
	return out, err
}

func escrowOf(ch storage.Channel, today string) (*Escrow, error) {
	if ch.Escrow == nil {
		return nil, nil
	}
	e, err := vault.ParseEscrow(ch.Escrow.Record)
	if err != nil {
		return nil, err
	}
	out := &Escrow{Names: ch.Escrow.Names, Posts: ch.Escrow.Posts, Fingerprint: e.Public().Fingerprint(), Day: ch.Escrow.Day}
	from := ch.Escrow.Day
	if n := len(ch.Escrow.Drills); n > 0 {
		out.Drill = ch.Escrow.Drills[n-1]
		from = out.Drill
	}
	day, err := time.Parse(time.DateOnly, from)
	out.Due = err == nil && (out.Drill == "" || day.AddDate(0, drillEvery, 0).Format(time.DateOnly) <= today)
	return out, nil
}

func externalOf(a *storage.ExternalAuthority) (*External, error) {
	if a == nil {
		return nil, nil
	}
	out := &External{ExternalAuthority: *a}
	if a.Recipient == "" {
		return out, nil
	}
	to, err := vault.ParseAuthority(a.Recipient)
	if err != nil {
		return nil, err
	}
	out.Fingerprint, out.Quantum = RecipientFingerprint(to), to.Quantum()
	return out, nil
}

// RecipientFingerprint is the key of another authority as people compare it: 128 bits of
// the SHA-256 of its text, in groups, as that of any key here.
func RecipientFingerprint(a vault.Authority) string {
	sum := sha256.Sum256([]byte(a.String()))
	text := strings.ToUpper(hex.EncodeToString(sum[:16]))
	var groups []string
	for g := range slices.Chunk([]byte(text), 4) {
		groups = append(groups, string(g))
	}
	return strings.Join(groups, " ")
}

var (
	errExternalName = errs.New(errs.Invalid, "keys.external.name.bad")
	errExternalKey  = errs.New(errs.Invalid, "keys.external.key.bad")
	errExternalHow  = errs.New(errs.Invalid, "keys.external.contact.bad")
	errNoExternal   = errs.New(errs.Gone, "keys.external.nothing")
	errOtherPerson  = errs.New(errs.Invalid, "keys.external.other")
	errExternalShut = errs.New(errs.Invalid, "keys.external.shut")
)

// ProposeExternal is the first half of naming the authority outside that reads complaints
// about the office itself; one without a recipient stands for nobody. It takes two
// persons, since it is just the office, or who runs the machine, whose key must not get
// there alone. One of the two has her key to complaints open, as soon as anybody has one:
// accounts alone are what who makes them has as many of as she likes.
func (s *Service) ProposeExternal(ctx context.Context, h Hand, a storage.ExternalAuthority) error {
	a.Name, a.Contact, a.Recipient, a.By = line(a.Name), plain(a.Contact), strings.TrimSpace(a.Recipient), h.User
	if a.Name != "" || a.Contact != "" || a.Recipient != "" {
		if n := utf8.RuneCountInString(a.Name); n < 3 || n > 160 {
			return errExternalName
		}
		if n := utf8.RuneCountInString(a.Contact); n < 5 || n > 400 {
			return errExternalHow
		}
		to, err := vault.ParseAuthority(a.Recipient)
		if err != nil {
			return errExternalKey
		}
		a.Recipient = to.String()
	}
	return s.channel(ctx, h.Tenant, h.User, "external.propose", func(tx *storage.Txn, ch *storage.Channel) (err error) {
		if a.Keyed, err = h.hasOpen(tx); err != nil {
			return err
		}
		a.Day, err = s.today(tx)
		ch.Proposed = &a
		return err
	})
}

// ConfirmExternal is the second half, by another person. fingerprint is that of the page
// she read, "" for nobody.
func (s *Service) ConfirmExternal(ctx context.Context, h Hand, fingerprint string) error {
	return s.channel(ctx, h.Tenant, h.User, "external.confirm", func(tx *storage.Txn, ch *storage.Channel) error {
		p, err := externalOf(ch.Proposed)
		switch {
		case err != nil:
			return err
		case p == nil:
			return errNoExternal
		case p.By == h.User:
			return errOtherPerson
		case p.Fingerprint != fingerprint:
			return errMeanwhile
		}
		if open, err := h.hasOpen(tx); err != nil {
			return err
		} else if some, err := anyKey(tx); err != nil {
			return err
		} else if some && !open && !p.Keyed {
			return errExternalShut
		}
		ch.External, ch.Proposed = &p.ExternalAuthority, nil
		if p.Recipient == "" {
			ch.External = nil
			return nil
		}
		ch.External.Day, err = s.today(tx)
		return err
	})
}

// DropExternal takes a proposal back, whoever made it.
func (s *Service) DropExternal(ctx context.Context, tenant, actor string) error {
	return s.channel(ctx, tenant, actor, "external.withdraw", func(_ *storage.Txn, ch *storage.Channel) error {
		ch.Proposed = nil
		return nil
	})
}
