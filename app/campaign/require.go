package campaign

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"declara/forms"
	"declara/storage"
)

// This file is the requirement of LGRA 33: a letter that the office signs and serves,
// with its three dates, and after its 30 natural days the letter that tells the
// investigating authority. The system drafts both and takes neither step.

// maxNumber is the most characters of the number of a letter.
const maxNumber = 60

// numberOf is the number of a letter as the office writes it.
func numberOf(text string) (string, bool) {
	text = strings.Join(strings.Fields(text), " ")
	n := utf8.RuneCountInString(text)
	return text, n > 0 && n <= maxNumber && !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// Require writes down the letter that requires a declaration which is past its last
// day. What is wrong with the form is joined.
func (s *Service) Require(ctx context.Context, tenant, by, person, duty, number, day string) (id string, err error) {
	err = s.DB.Update(ctx, tenant, func(tx *storage.Txn) error {
		_, at, err := s.local(tx)
		if err != nil {
			return err
		}
		o, err := s.owed(tx, person, duty)
		if err != nil {
			return err
		}
		if o == nil || !o.Unmet {
			return errNotOwed
		}
		f, err := tx.Follow(person)
		if err != nil {
			return err
		}
		number, ok := numberOf(number)
		var wrong []error
		switch {
		case !ok:
			wrong = append(wrong, ErrNumber)
		case slices.ContainsFunc(f.Requirements, func(r storage.Requirement) bool { return r.Number == number && r.Duty == duty }):
			wrong = append(wrong, ErrTaken)
		}
		on, err := forms.ParseDate(day)
		if err != nil || on <= o.Due || on > at.Format(time.DateOnly) {
			wrong = append(wrong, ErrDay)
		}
		if len(wrong) > 0 {
			return errors.Join(wrong...)
		}
		r := storage.Requirement{ID: storage.NewID(at), Duty: duty, Number: number, Day: on, By: by, At: at.UTC()}
		f.Requirements = append(slices.Clone(f.Requirements), r)
		id = r.ID
		return s.keep(tx, f, by, "duty.require", duty+": "+number, at)
	})
	return id, err
}

func (s *Service) keep(tx *storage.Txn, f storage.Follow, by, act, reason string, at time.Time) error {
	if err := tx.PutFollow(f); err != nil {
		return fmt.Errorf("campaign: follow: %w", err)
	}
	return tx.Audit(storage.AuditEntry{At: at.UTC(), Actor: by, Act: act, About: f.Person, Reason: reason})
}

// Dates are the three of a personal notification, as people type them.
type Dates struct {
	Served string // practicada
	Effect string // surte efectos; "" is the next business day (LGRA 187)
	Starts string // inicia el cómputo; "" is the business day after that (LGRA 189)
}

// Serve writes down when a requirement was served. The second and the third date
// follow from the first by the office's calendar, and may be others.
func (s *Service) Serve(ctx context.Context, tenant, by, person, id string, d Dates) error {
	return s.change(ctx, tenant, person, id, func(tx *storage.Txn, f storage.Follow, r *storage.Requirement, at time.Time) error {
		if r.Referred != "" {
			return errReferred
		}
		var wrong []error
		var err error
		if r.Served, err = forms.ParseDate(d.Served); err != nil || r.Served < r.Day || r.Served > at.Format(time.DateOnly) {
			return ErrServed
		}
		if r.Effect, err = s.dayOr(tx, d.Effect, r.Served); err != nil || r.Effect < r.Served {
			wrong = append(wrong, ErrEffect)
			r.Effect = r.Served
		}
		if r.Starts, err = s.dayOr(tx, d.Starts, r.Effect); err != nil || r.Starts < r.Effect {
			wrong = append(wrong, ErrStarts)
		}
		if len(wrong) > 0 {
			return errors.Join(wrong...)
		}
		return s.keep(tx, f, by, "duty.served", r.Number+": "+r.Served+", "+r.Effect+", "+r.Starts, at)
	})
}

// dayOr is a day as typed, or the business day after another.
func (s *Service) dayOr(tx *storage.Txn, typed, after string) (string, error) {
	if strings.TrimSpace(typed) == "" {
		return s.Duties.Add(tx, after, 1)
	}
	return forms.ParseDate(typed)
}

// Refer writes down that the investigating authority was told of an omission, which is
// after the term of the requirement.
func (s *Service) Refer(ctx context.Context, tenant, by, person, id, number, day string) error {
	return s.change(ctx, tenant, person, id, func(tx *storage.Txn, f storage.Follow, r *storage.Requirement, at time.Time) error {
		if r.Starts == "" {
			return ErrNotServed
		}
		o, err := s.owed(tx, person, r.Duty)
		if err != nil {
			return err
		}
		if o == nil {
			return errNotOwed
		}
		if !o.Late || !o.Requires(*r) {
			return ErrTooEarly
		}
		if r.Referred != "" {
			on, err := forms.ParseDate(day)
			if same, ok := numberOf(number); ok && err == nil && same == r.Letter && on == r.Referred {
				return nil // the same press again
			}
			return errReferred
		}
		var wrong []error
		var ok bool
		if r.Letter, ok = numberOf(number); !ok {
			wrong = append(wrong, ErrNumber)
		}
		if r.Referred, err = forms.ParseDate(day); err != nil || r.Referred <= o.Until || r.Referred > at.Format(time.DateOnly) {
			wrong = append(wrong, ErrDay)
		}
		if len(wrong) > 0 {
			return errors.Join(wrong...)
		}
		return s.keep(tx, f, by, "duty.refer", r.Duty+": "+r.Letter, at)
	})
}

// change is what Serve and Refer share: they change a requirement of a person, in f.
func (s *Service) change(ctx context.Context, tenant, person, id string, fn func(tx *storage.Txn, f storage.Follow, r *storage.Requirement, at time.Time) error) error {
	return s.DB.Update(ctx, tenant, func(tx *storage.Txn) error {
		_, at, err := s.local(tx)
		if err != nil {
			return err
		}
		f, err := tx.Follow(person)
		if err != nil {
			return err
		}
		f.Requirements = slices.Clone(f.Requirements)
		for i := range f.Requirements {
			if f.Requirements[i].ID == id {
				return fn(tx, f, &f.Requirements[i], at)
			}
		}
		return errNotFound
	})
}

// Matter is all there is about one duty of one person.
type Matter struct {
	Person  storage.Person
	Owed    *Owed // nil when it is met, or not owed
	Notices []storage.Notice
	Letters []storage.Requirement // the oldest first
}

// Matter reads it. A duty that nothing is known of is not found.
func (s *Service) Matter(ctx context.Context, tenant, person, duty string) (m Matter, err error) {
	err = s.DB.View(ctx, tenant, func(tx *storage.Txn) error {
		m = Matter{}
		var err error
		if m.Person, err = tx.Person(person); errors.Is(err, storage.ErrNotFound) {
			return errNotFound
		} else if err != nil {
			return err
		}
		if m.Owed, err = s.owed(tx, person, duty); err != nil {
			return err
		}
		f, err := tx.Follow(person)
		if err != nil {
			return err
		}
		for _, n := range f.Notices {
			if n.Duty == duty {
				m.Notices = append(m.Notices, n)
			}
		}
		for _, r := range f.Requirements {
			if r.Duty == duty {
				m.Letters = append(m.Letters, r)
			}
		}
		if m.Owed == nil && len(m.Notices)+len(m.Letters) == 0 {
			return errNotFound
		}
		return nil
	})
	return m, err
}
