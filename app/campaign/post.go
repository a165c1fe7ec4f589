package campaign

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"declara/storage"
)

// This file is the page about mail: what waits, what failed, and which addresses
// refuse letters.

// Owner is whose an address is.
type Owner struct {
	ID   string // of the person on the roster; "" for an account of the office
	Name string
}

// Refusal is an address that refuses letters, with whose it is.
type Refusal struct {
	storage.Bounce
	Owners []Owner
}

// Box is the outbox as the office sees it.
type Box struct {
	Waiting, Failed []storage.Mail // without their text; the oldest first
	Owners          map[string][]Owner
	Refused         []Refusal
	Sent            int       // in the last 24 hours
	Last            time.Time // when the last one was sent
	Down            bool      // the server does not answer
}

// Of is whose a letter is.
func (b *Box) Of(m storage.Mail) []Owner { return b.Owners[folded(m.To)] }

// Box reads it.
func (s *Service) Box(ctx context.Context, tenant string) (b Box, err error) {
	err = s.DB.View(ctx, tenant, func(tx *storage.Txn) error {
		b = Box{}
		day := s.Clock().Add(-24 * time.Hour)
		if err := tx.MailsOf(s.mails.at(tenant), func(m storage.Mail, _ bool) error {
			switch {
			case !m.Sent.IsZero():
				if m.Sent.After(day) {
					b.Sent++
				}
				if m.Sent.After(b.Last) {
					b.Last = m.Sent
				}
			case m.Dead:
				if m.Failed != needless {
					b.Failed = append(b.Failed, m)
				}
			default:
				b.Waiting = append(b.Waiting, m)
				b.Down = b.Down || m.Tries > 0 && m.Failed == "connection"
			}
			return nil
		}); err != nil {
			return err
		}
		for _, list := range [][]storage.Mail{b.Waiting, b.Failed} {
			slices.SortFunc(list, func(a, b storage.Mail) int { return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID)) })
		}
		var err error
		if b.Owners, err = s.owners(tx, tenant); err != nil {
			return err
		}
		err = tx.Bounces(func(x storage.Bounce) error {
			b.Refused = append(b.Refused, Refusal{x, b.Owners[folded(x.Address)]})
			return nil
		})
		slices.SortFunc(b.Refused, func(x, y Refusal) int { return cmp.Or(y.At.Compare(x.At), cmp.Compare(x.Address, y.Address)) })
		return err
	})
	return b, err
}

// folded is an address as it is compared.
func folded(address string) string { return strings.ToLower(strings.TrimSpace(address)) }

// owners are those who have each address.
func (s *Service) owners(tx *storage.Txn, tenant string) (map[string][]Owner, error) {
	all := map[string][]Owner{}
	names := map[string]string{}
	add := func(address string, o Owner) {
		if at := folded(address); at != "" && !slices.Contains(all[at], o) {
			all[at] = append(all[at], o)
		}
	}
	if err := tx.PeopleOf(s.people.at(tenant), func(p storage.Person, _ bool) error {
		names[p.ID] = strings.Join(strings.Fields(p.Given+" "+p.First+" "+p.Second), " ")
		add(p.Email, Owner{p.ID, names[p.ID]})
		return nil
	}); err != nil {
		return nil, err
	}
	err := tx.Users(func(u storage.User) error {
		add(u.Email, Owner{u.Person, cmp.Or(names[u.Person], u.Name)})
		return nil
	})
	return all, err
}
