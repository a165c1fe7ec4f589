package campaign

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"declara/i18n"
	"declara/storage"
)

const (
	job      = "campaign" // name of the lease
	leaseFor = 5 * time.Minute
	lookEach = 10 * time.Minute
	batch    = 50 // letters of one transaction
)

// Run sends reminders, and tells the office, in all tenants until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	tick := time.NewTicker(lookEach)
	defer tick.Stop()
	for {
		if err := s.DB.EachTenant(ctx, func(t string) error { return s.Once(ctx, t) }); err != nil && ctx.Err() == nil {
			s.Log.Error("campaign", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Once does what is to be done now. Looking costs no write.
func (s *Service) Once(ctx context.Context, tenant string) error {
	early, ready := true, false
	if err := s.DB.View(ctx, tenant, func(tx *storage.Txn) error {
		body, at, err := s.local(tx)
		early, ready = at.Hour() < sendFrom, !body.SetUp.IsZero()
		return err
	}); errors.Is(err, storage.ErrNotFound) {
		return nil
	} else if err != nil || early || !ready {
		return err
	}
	all, err := s.Duties.List(ctx, tenant)
	if err != nil {
		return err
	}
	due, err := s.due(ctx, tenant, all)
	if err != nil {
		return err
	}
	morning, err := s.morningDue(ctx, tenant)
	if err != nil || len(due) == 0 && !morning {
		return err
	}
	held := false
	now := s.Clock()
	if err := s.DB.Update(ctx, tenant, func(tx *storage.Txn) (err error) {
		held, err = tx.TakeLease(job, s.Holder, now, now.Add(leaseFor))
		return err
	}); err != nil || !held {
		return err
	}
	_, err = s.send(ctx, tenant, due, "")
	return errors.Join(err, s.morning(ctx, tenant, all), s.giveBack(ctx, tenant))
}

// giveBack ends the lease, so that another process need not wait for its end.
func (s *Service) giveBack(ctx context.Context, tenant string) error {
	return s.DB.Update(context.WithoutCancel(ctx), tenant, func(tx *storage.Txn) error {
		_, err := tx.TakeLease(job, s.Holder, s.Clock(), s.Clock())
		return err
	})
}

// task is a reminder to be made.
type task struct {
	person, duty, occasion string
	paper                  bool // on paper, whatever address there is
	left                   bool // none is made: it is written down that she was left out
}

// due are the reminders of the calendar that were not made. Who has no address to
// which letters arrive is none of them: she is printed a letter by hand.
func (s *Service) due(ctx context.Context, tenant string, all []Owed) (out []task, err error) {
	err = s.DB.View(ctx, tenant, func(tx *storage.Txn) error {
		out = nil
		told := map[[4]string]bool{}
		if err := tx.FollowsOf(s.follows.at(tenant), func(f storage.Follow, _ bool) error {
			for _, n := range f.Notices {
				told[[4]string{f.Person, n.Duty, n.Occasion, n.Due}] = true
			}
			return nil
		}); err != nil {
			return err
		}
		var waiting []task
		for i := range all {
			if at := occasion(&all[i]); at != "" && !told[[4]string{all[i].Person, all[i].Duty, at, all[i].Due}] {
				waiting = append(waiting, task{person: all[i].Person, duty: all[i].Duty, occasion: at})
			}
		}
		if len(waiting) == 0 {
			return nil
		}
		where, err := s.addresses(tx, tenant)
		if err != nil {
			return err
		}
		for _, t := range waiting {
			if where[t.person].good() {
				out = append(out, t)
			}
		}
		return nil
	})
	return out, err
}

// address is where a person is written to.
type address struct {
	person  storage.Person
	mail    string // "" when there is none
	bounced bool   // and letters do not arrive there
	lang    string
}

func (a address) good() bool { return a.mail != "" && !a.bounced }

// addresses are those of everybody: that of the roster, or that of the account where
// the roster has none to which letters arrive.
func (s *Service) addresses(tx *storage.Txn, tenant string) (map[string]address, error) {
	users := map[string]storage.User{}
	if err := tx.Users(func(u storage.User) error {
		if u.Person != "" {
			users[u.Person] = storage.User{Email: u.Email, Lang: u.Lang}
		}
		return nil
	}); err != nil {
		return nil, err
	}
	all := map[string]address{}
	err := tx.PeopleOf(s.people.at(tenant), func(p storage.Person, _ bool) error {
		a, err := choose(tx, p, users[p.ID])
		all[p.ID] = a
		return err
	})
	return all, err
}

// addressOf is that of one person.
func addressOf(tx *storage.Txn, person string) (address, error) {
	p, err := tx.Person(person)
	if err != nil {
		return address{}, err
	}
	u, err := tx.UserByPerson(person)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return address{}, err
	}
	return choose(tx, p, u)
}

func choose(tx *storage.Txn, p storage.Person, u storage.User) (address, error) {
	a := address{person: p, lang: u.Lang}
	for _, mail := range []string{p.Email, u.Email} {
		if mail == "" {
			continue
		}
		_, err := tx.Bounce(mail)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return a, err
		}
		if a.mail, a.bounced = mail, err == nil; err != nil {
			return a, nil
		}
	}
	return a, nil
}

// sent counts what was made.
type sent struct{ Mail, Paper int }

// send makes reminders, some in each transaction. by is the user who asked for them, ""
// for the calendar.
func (s *Service) send(ctx context.Context, tenant string, tasks []task, by string) (n sent, err error) {
	for chunk := range slices.Chunk(tasks, batch) {
		var here sent
		if err := s.DB.Update(ctx, tenant, func(tx *storage.Txn) error {
			here = sent{}
			body, at, err := s.local(tx)
			if err != nil {
				return err
			}
			for _, t := range chunk {
				if err := s.remind(tx, body, at, t, by, &here); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return n, err
		}
		n.Mail, n.Paper = n.Mail+here.Mail, n.Paper+here.Paper
	}
	return n, nil
}

// remind makes one reminder, unless it was made or there is nothing to remind of.
func (s *Service) remind(tx *storage.Txn, body storage.Institution, at time.Time, t task, by string, n *sent) error {
	f, err := tx.Follow(t.person)
	if err != nil {
		return err
	}
	hand := strings.HasPrefix(t.occasion, byHand)
	if hand && (slices.ContainsFunc(f.Notices, func(n storage.Notice) bool { return n.Duty == t.duty && n.Occasion == t.occasion }) ||
		slices.ContainsFunc(f.Skips, func(k storage.Skip) bool { return k.Duty == t.duty && k.Occasion == t.occasion })) {
		return nil
	}
	if t.left {
		return skip(tx, f, t, SkipLeft, by, at)
	}
	o, err := s.owed(tx, t.person, t.duty)
	switch {
	case err != nil:
		return err
	case o == nil && hand:
		return skip(tx, f, t, SkipMet, by, at)
	case o == nil:
		return nil
	}
	if slices.ContainsFunc(f.Notices, func(n storage.Notice) bool {
		return n.Duty == t.duty && n.Occasion == t.occasion && n.Due == o.Due
	}) {
		return nil
	}
	where, err := addressOf(tx, t.person)
	if err != nil {
		return err
	}
	note := storage.Notice{Duty: t.duty, Occasion: t.occasion, Due: o.Due, By: by, At: at.UTC()}
	if where.good() && !t.paper {
		l, err := s.letter(body, o, where)
		if err != nil {
			return err
		}
		l.ID = storage.NewID(at)
		queued, err := s.Mail.Remind(tx, l)
		if err != nil {
			return err
		}
		if queued {
			note.Mail = l.ID
		}
	}
	switch {
	case note.Mail != "":
		n.Mail++
	case by == "":
		return nil // nobody is there to print it
	default:
		n.Paper++
	}
	f.Notices = append(slices.Clone(f.Notices), note)
	return tx.PutFollow(f)
}

// skip writes down that a sending by hand made no reminder of a duty. Of who is on the
// roster no more there is nothing to write to.
func skip(tx *storage.Txn, f storage.Follow, t task, why, by string, at time.Time) error {
	if _, err := tx.Person(t.person); errors.Is(err, storage.ErrNotFound) {
		return nil
	} else if err != nil {
		return err
	}
	f.Skips = append(slices.Clone(f.Skips), storage.Skip{Duty: t.duty, Occasion: t.occasion, Why: why, By: by, At: at.UTC()})
	return tx.PutFollow(f)
}

// owed is a duty as it is now, or nil when there is nothing to remind of.
func (s *Service) owed(tx *storage.Txn, person, duty string) (*Owed, error) {
	all, err := s.Duties.Of(tx, person)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].Duty == duty && (all[i].Open || all[i].Unmet) {
			return &all[i], nil
		}
	}
	return nil, nil
}

// letter is the reminder of a duty to an address. Before the last day it has it as a
// calendar.
func (s *Service) letter(body storage.Institution, o *Owed, where address) (l Letter, err error) {
	p := s.Words.Printer(where.lang)
	l = Letter{To: where.mail, Lang: p.Tag(), Person: o.Person, Duty: o.Duty, Title: Title(p, o), Why: why(p, o.Why, o.Args), Due: o.Due, Left: o.Left, Aviso: o.Kind == "aviso"}
	if o.Left >= 0 {
		l.Calendar, err = s.calendar(p, body, o)
	}
	return l, err
}

// Needless reports whether a letter that waits in the outbox has become needless: what
// it reminds of was filed, or is not owed any more.
func (s *Service) Needless(tx *storage.Txn, m storage.Mail) (bool, error) {
	if m.Duty == "" {
		return false, nil
	}
	o, err := s.owed(tx, m.Person, m.Duty)
	return o == nil && err == nil, err
}

// spanish words what goes on paper and into official letters.
func (s *Service) spanish() *i18n.Printer { return s.Words.Printer(i18n.Spanish) }
