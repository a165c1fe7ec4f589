// Package wiring makes the joints between services that know nothing of each other,
// where the program and the tests of its pages need the same.
package wiring

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"declara/app/campaign"
	"declara/app/complain"
	"declara/app/declare"
	"declara/app/outbox"
	"declara/i18n"
	"declara/storage"
)

// Campaign joins the campaigns to what is owed, to the outbox and to the calendar of
// business days.
func Campaign(db *storage.DB, words *i18n.Bundle, clock func() time.Time, log *slog.Logger, holder, base string, duties *declare.Service, letters *outbox.Writer) *campaign.Service {
	reminder := func(l campaign.Letter) outbox.Reminder {
		return outbox.Reminder{ID: l.ID, To: l.To, Lang: l.Lang, Person: l.Person, Duty: l.Duty, Title: l.Title, Why: l.Why, Due: l.Due, Left: l.Left, Aviso: l.Aviso, Calendar: l.Calendar}
	}
	return campaign.New(campaign.Config{
		DB: db, Words: words, Clock: clock, Log: log, Holder: holder, Base: strings.TrimRight(base, "/"),
		Duties: campaign.Duties{
			List: func(ctx context.Context, tenant string) ([]campaign.Owed, error) {
				roll, err := duties.Roll(ctx, tenant)
				if err != nil {
					return nil, err
				}
				return Owed(roll.Pick(declare.Ask{State: declare.Missing})), nil
			},
			Of:  func(tx *storage.Txn, person string) ([]campaign.Owed, error) { return owedBy(tx, duties, person) },
			Add: addBusiness,
		},
		Mail: campaign.Mail{
			Words: func(p *i18n.Printer, body storage.Institution, l campaign.Letter) (string, []string) {
				return letters.Remind(p, body, reminder(l))
			},
			Remind: func(tx *storage.Txn, l campaign.Letter) (bool, error) { return letters.Reminder(tx, reminder(l)) },
			Tell: func(tx *storage.Txn, to, lang string, m campaign.Morning) error {
				return letters.Digest(tx, to, lang, outbox.Morning(m))
			},
		},
	})
}

// Owed are lines of the list of compliance as the campaigns see them.
func Owed(lines []*declare.Line) []campaign.Owed {
	all := make([]campaign.Owed, 0, len(lines))
	for _, l := range lines {
		o := owed(l.Duty, l.State)
		o.Person, o.Name, o.Post, o.Unit, o.Letter, o.Until = l.Person, l.Name, l.Post, l.Unit, l.Letter, l.Until
		all = append(all, o)
	}
	return all
}

func owed(d declare.Duty, st declare.State) campaign.Owed {
	return campaign.Owed{
		Duty: d.Key, Kind: string(d.Kind), Year: d.Year, Due: d.Due, Legal: d.Legal, Left: d.Left, Why: d.Reason.Key, Args: d.Reason.Args,
		Unmet: st.Unmet(), Open: st.Open(), Late: st == declare.RequiredOver,
	}
}

// owedBy are the duties of a person that are not met, as a transaction sees them.
func owedBy(tx *storage.Txn, duties *declare.Service, person string) ([]campaign.Owed, error) {
	p, err := tx.Person(person)
	if err != nil {
		return nil, err
	}
	f, err := tx.Follow(person)
	if err != nil {
		return nil, err
	}
	hers, today, err := duties.Owed(tx, person)
	if err != nil {
		return nil, err
	}
	var all []campaign.Owed
	for _, d := range hers {
		st := declare.StateOf(d, d.Handed, f.Requirements, today)
		if !st.Unmet() && !st.Open() {
			continue
		}
		o := owed(d, st)
		o.Person, o.Name, o.Post, o.Unit = p.ID, strings.Join(strings.Fields(p.Given+" "+p.First+" "+p.Second), " "), p.Post, p.Unit
		o.Until = declare.Until(d, f.Requirements)
		for _, r := range f.Requirements {
			if r.Duty == d.Key {
				o.Letter = r
			}
		}
		all = append(all, o)
	}
	return all, nil
}

// addBusiness counts business days by the calendar of the office.
func addBusiness(tx *storage.Txn, day string, n int) (string, error) {
	var years []storage.Calendar
	if err := tx.Calendars(func(y storage.Calendar) error { years = append(years, y); return nil }); err != nil {
		return "", err
	}
	return complain.NewCalendar(years...).Add(day, n), nil
}
