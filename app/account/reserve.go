package account

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"declara/app/errs"
	"declara/forms"
	"declara/storage"
)

// The reserve of all that an official declares (Norma 20ª). It is agreed in writing by
// the transparency committee, with a legal ground and for a term, and it may be renewed.
// Whatever was done about it stays. When its term is over nothing becomes public: that
// is a person's decision, as the reserve was.

// reserveYears is the longest that an agreement may last (LGTAIP; Norma 20ª).
const reserveYears = 5

// errReserveSelf keeps an official from hiding what she declares.
var errReserveSelf = errs.New(errs.Invalid, "account.problem.ownreserve")

// What was done about a reserve (storage.ReserveAct.Act).
const (
	Reserved = "reserva"
	Renewed  = "renueva"
	Lifted   = "levanta"
)

// Reserve keeps all declarations of an official from the public, or renews that. The day
// is typed as people type days; today is that of the institution's zone. Only who works
// for the committee may.
func (s *Service) Reserve(ctx context.Context, tenant string, actor *storage.User, person string, r storage.Reserve, today time.Time) error {
	r.Agreement, r.Ground, r.From = tidy(r.Agreement), tidy(r.Ground), today.Format(time.DateOnly)
	var problems Problems
	if r.Agreement == "" || utf8.RuneCountInString(r.Agreement) > 200 {
		problems = append(problems, Problem{Field: "acuerdo", Key: "account.problem.agreement"})
	}
	if n := utf8.RuneCountInString(r.Ground); n < 10 || n > 500 {
		problems = append(problems, Problem{Field: "fundamento", Key: "account.problem.ground"})
	}
	day, err := forms.ParseDate(r.Until)
	if err != nil {
		problems = append(problems, Problem{Field: "hasta", Key: "problem.required.date"})
	} else if day <= r.From || day > today.AddDate(reserveYears, 0, 0).Format(time.DateOnly) {
		problems = append(problems, Problem{Field: "hasta", Key: "account.problem.until"})
	}
	if len(problems) > 0 {
		return problems
	}
	r.Until = day
	return s.setReserve(ctx, tenant, actor, person, &r, "")
}

// LiftReserve publishes the declarations of an official again, for a reason.
func (s *Service) LiftReserve(ctx context.Context, tenant string, actor *storage.User, person, reason string) error {
	reason = tidy(reason)
	if n := utf8.RuneCountInString(reason); n < 10 || n > 500 {
		return Problems{{Field: "motivo", Key: "account.problem.lift"}}
	}
	return s.setReserve(ctx, tenant, actor, person, nil, reason)
}

// setReserve writes down what is done about a reserve; the store withdraws or publishes
// in the same transaction.
func (s *Service) setReserve(ctx context.Context, tenant string, actor *storage.User, person string, r *storage.Reserve, reason string) error {
	if !Has(actor, storage.RoleTransparency) {
		return errs.New(errs.Forbidden, "web.error.forbidden")
	}
	now := s.now()
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		p, err := tx.Person(person)
		if err != nil {
			return err
		}
		if r == nil && p.Reserve == nil {
			return nil // the same press again
		}
		if self, err := tx.Self(*actor, person); err != nil {
			return err
		} else if self && r != nil {
			return errReserveSelf
		}
		if r != nil && p.Reserve != nil && *r == *p.Reserve {
			return nil
		}
		act := storage.ReserveAct{Act: Reserved, Reason: reason, By: actor.ID, At: now.UTC()}
		name, about := "person.reserve", reason
		switch {
		case r == nil:
			act.Act, act.Reserve, name = Lifted, *p.Reserve, "person.publish"
		case p.Reserve != nil:
			act.Act, act.Reserve, name, about = Renewed, *r, "person.renew", r.Agreement
		default:
			act.Reserve, about = *r, r.Agreement
		}
		p.Reserve, p.Secrecy = r, append(slices.Clone(p.Secrecy), act)
		if err := tx.PutPerson(p); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: now, Actor: actor.ID, Act: name, About: person, Reason: about})
	})
}

// Secret is an official whose declarations are reserved.
type Secret struct {
	Person storage.Person
	Over   bool // the term of the agreement is over, and somebody has to decide
}

// Reserves are the officials whose declarations are reserved, the term that ends first at
// the top. today is a day (yyyy-mm-dd) in the institution's zone.
func (s *Service) Reserves(ctx context.Context, tenant, today string) (all []Secret, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		all = nil
		return tx.People(func(p storage.Person) error {
			if p.Reserve != nil {
				all = append(all, Secret{p, p.Reserve.Until < today})
			}
			return nil
		})
	})
	slices.SortStableFunc(all, func(a, b Secret) int {
		return cmp.Or(strings.Compare(a.Person.Reserve.Until, b.Person.Reserve.Until), strings.Compare(byName(a.Person), byName(b.Person)))
	})
	return all, err
}

// ReserveActs is what was done about the reserve of an official, with who did it; the
// last one first.
func (s *Service) ReserveActs(ctx context.Context, tenant, person string) (all []storage.ReserveAct, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		p, err := tx.Person(person)
		if err != nil {
			return err
		}
		all = slices.Clone(p.Secrecy)
		slices.Reverse(all)
		for i := range all {
			if u, err := tx.User(all[i].By); err == nil {
				all[i].By = u.Name
			}
		}
		return nil
	})
	return all, err
}
