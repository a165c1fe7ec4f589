package campaign

import (
	"context"
	"slices"
	"time"

	"declara/storage"
)

// tellFrom is the hour of a working morning at which the office is told how things are.
const tellFrom = 9

// morningDue reports whether the office is to be told now.
func (s *Service) morningDue(ctx context.Context, tenant string) (due bool, err error) {
	err = s.DB.View(ctx, tenant, func(tx *storage.Txn) error {
		_, due, _, err = s.isMorning(tx)
		return err
	})
	return due, err
}

// isMorning tells the day, whether the office is to be told of it, and up to which day
// it was told last.
func (s *Service) isMorning(tx *storage.Txn) (day string, due bool, last string, err error) {
	_, at, err := s.local(tx)
	if err != nil {
		return "", false, "", err
	}
	m, err := tx.Morning()
	if err != nil {
		return "", false, "", err
	}
	day = at.Format(time.DateOnly)
	if at.Hour() < tellFrom || m.Day >= day {
		return day, false, m.Day, nil
	}
	working, err := s.Duties.Add(tx, at.AddDate(0, 0, -1).Format(time.DateOnly), 1)
	return day, working == day, m.Day, err
}

// morning tells the comptroller's office what became late, what came back and what
// waits since it was told last: numbers, and nobody's name. When there is nothing, no
// letter goes.
func (s *Service) morning(ctx context.Context, tenant string, all []Owed) error {
	return s.DB.Update(ctx, tenant, func(tx *storage.Txn) error {
		day, due, last, err := s.isMorning(tx)
		if err != nil || !due {
			return err
		}
		now := s.Clock()
		if err := tx.PutMorning(storage.Morning{Day: day, At: now.UTC()}); err != nil {
			return err
		}
		m := Morning{Day: day}
		if err := s.count(tx, tenant, all, last, &m); err != nil {
			return err
		}
		if m == (Morning{Day: day}) {
			return nil
		}
		var to []storage.User
		if err := tx.Users(func(u storage.User) error {
			if !u.Disabled && u.Email != "" && slices.Contains(u.Roles, storage.RoleComptroller) {
				to = append(to, u)
			}
			return nil
		}); err != nil {
			return err
		}
		for _, u := range to {
			if err := s.Mail.Tell(tx, u.Email, u.Lang, m); err != nil {
				return err
			}
		}
		return nil
	})
}

// count fills what is told. last is the day that was told before; the first time only
// what fell due yesterday is news.
func (s *Service) count(tx *storage.Txn, tenant string, all []Owed, last string, m *Morning) error {
	today, err := time.Parse(time.DateOnly, m.Day)
	if err != nil {
		return err
	}
	if last == "" {
		last = today.AddDate(0, 0, -1).Format(time.DateOnly)
	}
	where, err := s.addresses(tx, tenant)
	if err != nil {
		return err
	}
	paper := map[string]bool{}
	for i := range all {
		o := &all[i]
		if o.Unmet && o.Due >= last && o.Due < m.Day {
			m.Late++
		}
		if o.Late && o.Letter.Referred == "" && o.Until >= last && o.Until < m.Day {
			m.Ended++
		}
		if (o.Unmet || o.Open) && occasion(o) != "" && !where[o.Person].good() {
			paper[o.Person] = true
		}
	}
	m.Paper = len(paper)
	body, _, err := s.local(tx)
	if err != nil {
		return err
	}
	zone, err := body.Location()
	if err != nil {
		return err
	}
	if err := tx.Bounces(func(b storage.Bounce) error {
		if b.At.In(zone).Format(time.DateOnly) >= last {
			m.Bounced++
		}
		return nil
	}); err != nil {
		return err
	}
	return tx.MailsOf(s.mails.at(tenant), func(x storage.Mail, _ bool) error {
		if x.Sent.IsZero() && !x.Dead && x.Tries > 0 {
			m.Waiting++
		}
		return nil
	})
}

// Sweep forgets addresses that refuse letters and that nobody has any more.
func (s *Service) Sweep(ctx context.Context, tenant string) error {
	return s.DB.Update(ctx, tenant, func(tx *storage.Txn) error {
		var refused []storage.Bounce
		if err := tx.Bounces(func(b storage.Bounce) error { refused = append(refused, b); return nil }); err != nil || len(refused) == 0 {
			return err
		}
		owners, err := s.owners(tx, tenant)
		if err != nil {
			return err
		}
		for _, b := range refused {
			if len(owners[folded(b.Address)]) == 0 {
				if err := tx.DropBounce(b.Address); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
