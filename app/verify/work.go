package verify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"declara/app/errs"
	"declara/storage"
)

// What the office may be told about the work on one declaration.
var (
	ErrVerifier = errs.New(errs.Invalid, "verify.error.verifier")
	ErrHandWhy  = errs.New(errs.Invalid, "verify.error.handwhy")
	errNotYours = errs.New(errs.Forbidden, "verify.error.notyours")
	errClosed   = errs.New(errs.Conflict, "verify.error.closed")
)

// Task is the work on one declaration, with who is on it. It has no content of it.
type Task struct {
	storage.Verification
	Person   storage.Person
	Name     string // of the verifier, or ""
	Void     bool   // its draw does not count
	Barred   bool   // who asks may never have it or read it: it is her own, or she excused herself
	Hands    []Handed
	Sections int // that are looked at
}

// Handed is a step of who has had it, with names.
type Handed struct {
	storage.Hand
	Name, ByName string
}

// Task reads the work on a declaration that was drawn, for who asks, without what tells
// of what was declared.
func (s *Service) Task(ctx context.Context, tenant string, by storage.User, number, folio string) (Task, error) {
	t, err := s.task(ctx, tenant, by, number, folio)
	t.Verification = sealed(t.Verification)
	return t, err
}

func (s *Service) task(ctx context.Context, tenant string, by storage.User, number, folio string) (out Task, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		v, d, err := task(tx, number, folio)
		if err == nil && !sees(by, v) {
			err = errNotFound
		}
		if err != nil {
			return err
		}
		out = Task{Verification: v, Void: d.Void != "", Sections: len(v.Checks)}
		switch err := barred(tx, by, v); {
		case errors.Is(err, errNotYours):
			out.Barred = true
		case err != nil:
			return err
		}
		if out.Person, err = tx.Person(v.Person); err != nil {
			return fmt.Errorf("verify: person: %w", err)
		}
		name := func(id string) string {
			u, err := tx.User(id)
			if err != nil {
				return ""
			}
			return u.Name
		}
		if v.Verifier != "" {
			out.Name = name(v.Verifier)
		}
		for _, h := range v.Hands {
			out.Hands = append(out.Hands, Handed{h, name(h.User), name(h.By)})
		}
		return nil
	})
	return out, err
}

// Tasks is the work on every declaration of a draw, by folio.
func (s *Service) Tasks(ctx context.Context, tenant, number string) (all map[string]storage.Verification, err error) {
	all = map[string]storage.Verification{}
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		return tx.VerificationsIn(number, func(v storage.Verification) error { all[v.Folio] = v; return nil })
	})
	return all, err
}

// Given are the declarations that somebody has to verify, with what is left to do at the
// top, without what tells of what was declared.
func (s *Service) Given(ctx context.Context, tenant string, by storage.User) (all []Task, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		all = nil
		draws, err := tx.Draws()
		if err != nil {
			return fmt.Errorf("verify: draws: %w", err)
		}
		for _, d := range draws {
			if err := tx.VerificationsIn(d.Number, func(v storage.Verification) error {
				if v.Verifier != by.ID {
					return nil
				}
				p, err := tx.Person(v.Person)
				if err != nil {
					return fmt.Errorf("verify: person: %w", err)
				}
				all = append(all, Task{Verification: sealed(v), Person: p, Void: d.Void != "", Sections: len(v.Checks)})
				return nil
			}); err != nil {
				return err
			}
		}
		return nil
	})
	over := func(t Task) int {
		if t.State == storage.Verified || t.Void {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(all, func(a, b Task) int { return over(a) - over(b) })
	return all, err
}

// Verifiers are those who can be given a declaration: whose work it is, and not excused
// from it, nor its declarant. Where there is nobody, it is those of the office.
func (s *Service) Verifiers(ctx context.Context, tenant string, v storage.Verification) (all []storage.User, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error { all, err = verifiers(tx, v); return err })
	return all, err
}

func verifiers(tx *storage.Txn, v storage.Verification) ([]storage.User, error) {
	var theirs, office []storage.User
	err := tx.Users(func(u storage.User) error {
		if u.Disabled || !may(u) && !verifies(u) {
			return nil
		}
		switch err := barred(tx, u, v); {
		case errors.Is(err, errNotYours):
			return nil
		case err != nil:
			return err
		case verifies(u):
			theirs = append(theirs, u)
		default:
			office = append(office, u)
		}
		return nil
	})
	if len(theirs) == 0 {
		theirs = office
	}
	return theirs, err
}

// barred refuses who may never have a verification or read it: it is of her own
// declaration, whichever account she has, or she excused herself.
func barred(tx *storage.Txn, u storage.User, v storage.Verification) error {
	self, err := tx.Self(u, v.Person)
	if err == nil && (self || excused(u, v)) {
		err = errNotYours
	}
	return err
}

func excused(u storage.User, v storage.Verification) bool {
	return slices.ContainsFunc(v.Hands, func(h storage.Hand) bool { return h.Excused && h.User == u.ID })
}

// Assign gives a declaration to a verifier of the office. Who takes it from another says
// why.
func (s *Service) Assign(ctx context.Context, tenant string, by storage.User, number, folio, to, why string) error {
	if !may(by) {
		return errMayNot
	}
	return s.change(ctx, tenant, by, number, folio, "verification.assign", func(tx *storage.Txn, v *storage.Verification, now time.Time) error {
		can, err := verifiers(tx, *v)
		if err != nil {
			return err
		}
		var wrong []error
		if (to == "" || v.Verifier != to) && !slices.ContainsFunc(can, func(u storage.User) bool { return u.ID == to }) {
			wrong = append(wrong, ErrVerifier)
		}
		if v.Verifier == to {
			return errors.Join(wrong...) // the same press again
		}
		if why = words(why); v.Verifier != "" && !between(why, leastWhy, mostWhy) {
			wrong = append(wrong, ErrHandWhy)
		}
		if len(wrong) > 0 {
			return errors.Join(wrong...)
		}
		if v.Verifier == "" {
			why = ""
		}
		v.Verifier = to
		v.Hands = append(v.Hands, storage.Hand{User: to, Why: why, By: by.ID, At: now})
		return nil
	})
}

// Excuse gives a declaration up for good: it is of her unit or of her family, or there is
// another cause that she tells.
func (s *Service) Excuse(ctx context.Context, tenant string, by storage.User, number, folio, why string) error {
	if why = words(why); !between(why, leastWhy, mostWhy) {
		return ErrHandWhy
	}
	return s.change(ctx, tenant, by, number, folio, "verification.excuse", func(_ *storage.Txn, v *storage.Verification, now time.Time) error {
		if v.Verifier != by.ID {
			return errNotYours
		}
		v.Verifier = ""
		v.Hands = append(v.Hands, storage.Hand{User: by.ID, Excused: true, Why: why, By: by.ID, At: now})
		return nil
	})
}

// mine is change of what only the verifier may alter.
func (s *Service) mine(ctx context.Context, tenant string, by storage.User, number, folio, act string, fn func(*storage.Txn, *storage.Verification, time.Time) error) error {
	return s.change(ctx, tenant, by, number, folio, act, func(tx *storage.Txn, v *storage.Verification, now time.Time) error {
		if v.Verifier != by.ID {
			return errNotYours
		}
		if err := barred(tx, by, *v); err != nil {
			return err
		}
		return fn(tx, v, now)
	})
}

// change alters the work on a declaration that is not closed, with its entry of the
// audit trail, which has no words of anybody.
func (s *Service) change(ctx context.Context, tenant string, by storage.User, number, folio, act string, fn func(*storage.Txn, *storage.Verification, time.Time) error) error {
	if !may(by) && !verifies(by) {
		return errMayNot
	}
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		v, d, err := task(tx, number, folio)
		if err == nil && !sees(by, v) {
			err = errNotFound
		}
		if err != nil {
			return err
		}
		if v.State == storage.Verified || d.Void != "" {
			return errClosed
		}
		now, _, err := s.today(tx)
		if err != nil {
			return err
		}
		now = now.UTC().Truncate(time.Second)
		if err := fn(tx, &v, now); err != nil {
			return err
		}
		v.Changed = now
		if err := tx.PutVerification(v); err != nil {
			return fmt.Errorf("verify: work: %w", err)
		}
		return audit(tx, now, by, act, number+"/"+folio, v.Verifier)
	})
}

func task(tx *storage.Txn, number, folio string) (v storage.Verification, d storage.Draw, err error) {
	f, err := tx.FilingByFolio(folio)
	if err == nil && f.Folio == folio {
		v, err = tx.Verification(number, f.ID)
	} else if err == nil {
		err = storage.ErrNotFound
	}
	if err == nil {
		d, err = tx.Draw(number)
	}
	if errors.Is(err, storage.ErrNotFound) {
		return v, d, errNotFound
	} else if err != nil {
		return v, d, fmt.Errorf("verify: work: %w", err)
	}
	return v, d, nil
}

// words are a sentence as it is kept: on one line.
func words(s string) string { return strings.Join(strings.Fields(s), " ") }

// text is a text of more than one line as it is kept.
func text(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }
