package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"declara/app/campaign"
	"declara/storage"
)

// campaign lives through the last reminders: one goes by the calendar the day after each
// declaration fell due, an address refuses, some are reminded by hand and on paper, and
// up to three are required: one whose term is over, one whose term runs, and one whose
// letter was not served yet.
func (f *filler) campaign(ctx context.Context) error {
	if f.Campaign == nil {
		return nil
	}
	var head storage.User
	if err := f.DB.View(ctx, tenant, func(tx *storage.Txn) (err error) {
		head, err = tx.UserByLogin(string(storage.RoleComptroller) + "@valleencinos.example")
		return err
	}); err != nil {
		return fmt.Errorf("demo: campaign: %w", err)
	}
	today := f.o.Today.In(f.zone)
	f.clock.now = f.o.Today
	all, err := f.Campaign.Duties.List(ctx, tenant)
	if err != nil {
		return fmt.Errorf("demo: campaign: %w", err)
	}
	late := slices.DeleteFunc(all, func(o campaign.Owed) bool { return !o.Unmet })
	slices.SortFunc(late, func(a, b campaign.Owed) int { return a.Left - b.Left }) // the longest due first
	days := map[string]bool{}
	for _, o := range late {
		if due, err := time.ParseInLocation(time.DateOnly, o.Due, f.zone); err == nil && due.After(today.AddDate(-1, 0, 0)) {
			days[due.AddDate(0, 0, 1).Format(time.DateOnly)] = true
		}
	}
	for day := range days {
		at, err := time.ParseInLocation(time.DateOnly, day, f.zone)
		if err != nil {
			return err
		}
		if f.clock.now = at.Add(8*time.Hour + 12*time.Minute); f.clock.now.After(f.o.Today) {
			continue
		}
		if err := f.Campaign.Once(ctx, tenant); err != nil {
			return fmt.Errorf("demo: reminders: %w", err)
		}
	}
	if err := f.byHand(ctx, head, late, today.AddDate(0, 0, -6)); err != nil {
		return fmt.Errorf("demo: reminders: %w", err)
	}
	if err := f.delivered(ctx); err != nil {
		return fmt.Errorf("demo: mail: %w", err)
	}
	if err := f.required(ctx, head, late, today); err != nil {
		return fmt.Errorf("demo: requirements: %w", err)
	}
	f.clock.now = f.o.Today
	return nil
}

// byHand reminds those who are late, some days ago; who has no mail is printed a letter.
func (f *filler) byHand(ctx context.Context, head storage.User, late []campaign.Owed, at time.Time) error {
	f.clock.now = at
	var then []campaign.Owed
	all, err := f.Campaign.Duties.List(ctx, tenant)
	if err != nil {
		return err
	}
	for _, o := range all {
		if slices.ContainsFunc(late, func(x campaign.Owed) bool { return x.Key() == o.Key() }) && o.Unmet && len(then) < 8 {
			then = append(then, o)
		}
	}
	if len(then) == 0 {
		return nil
	}
	if err := f.update(ctx, func(tx *storage.Txn) error { // one has no mail at all
		p, err := tx.Person(then[0].Person)
		if err != nil {
			return err
		}
		u, err := tx.UserByPerson(p.ID)
		if err != nil {
			return err
		}
		if u.Password != "" || len(then) < 2 {
			return nil // somebody whom demo.json tells of
		}
		p.Email, u.Email = "", ""
		return errors.Join(tx.PutPerson(p), tx.PutUser(u))
	}); err != nil {
		return err
	}
	plan, err := f.Campaign.Plan(ctx, tenant, then, nil, false)
	if err != nil {
		return err
	}
	_, err = f.Campaign.Send(ctx, tenant, head.ID, storage.NewID(at), plan.Digest, then, nil, false)
	return err
}

// delivered has the letters of the story arrive, but one that an address refused.
func (f *filler) delivered(ctx context.Context) error {
	return f.update(ctx, func(tx *storage.Txn) error {
		var all []storage.Mail
		if err := tx.Mails(func(m storage.Mail) error {
			if m.Kind == "reminder" || m.Kind == "digest" {
				all = append(all, m)
			}
			return nil
		}); err != nil {
			return err
		}
		refused := ""
		for _, m := range all {
			if refused == "" && m.Kind == "reminder" && m.Created.After(f.o.Today.AddDate(0, 0, -10)) {
				refused = m.To
			}
		}
		for _, m := range all {
			m.Tries = 1
			if m.To == refused && m.Created.After(f.o.Today.AddDate(0, 0, -10)) {
				m.Dead, m.Failed = true, "550 5.1.1"
				if err := tx.PutBounce(storage.Bounce{Address: m.To, Code: m.Failed, Kind: m.Kind, At: m.Created.Add(time.Minute)}); err != nil {
					return err
				}
			} else {
				m.Sent, m.Message = m.Created.Add(time.Minute), nil
			}
			if err := tx.PutMail(m); err != nil {
				return err
			}
		}
		return nil
	})
}

// required are the letters of requirement, each served as long ago as it needs.
func (f *filler) required(ctx context.Context, head storage.User, late []campaign.Owed, today time.Time) error {
	n := 0
	for _, served := range []int{48, 11, -1} { // days ago; -1 is not at all
		for len(late) > 0 {
			o := late[0]
			late = late[1:]
			wrote := today.AddDate(0, 0, -max(served, 0)-2)
			if due, err := time.ParseInLocation(time.DateOnly, o.Due, f.zone); err != nil || !due.Before(wrote.AddDate(0, 0, -1)) {
				continue
			}
			n++
			f.clock.now = wrote
			id, err := f.Campaign.Require(ctx, tenant, head.ID, o.Person, o.Duty, "OIC/"+strconv.Itoa(110+n)+"/"+strconv.Itoa(wrote.Year()), wrote.Format(time.DateOnly))
			if err != nil {
				return err
			}
			if served >= 0 {
				f.clock.now = wrote.AddDate(0, 0, 2)
				if err := f.Campaign.Serve(ctx, tenant, head.ID, o.Person, id, campaign.Dates{Served: f.clock.now.Format(time.DateOnly)}); err != nil {
					return err
				}
			}
			break
		}
	}
	return nil
}
