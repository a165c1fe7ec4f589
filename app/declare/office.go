package declare

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"declara/app/errs"
	"declara/forms"
	"declara/storage"
)

// This file is what the office does about duties: it rules on one, with a reason,
// and writes down service elsewhere, on which they rest (Norma 4ª). Each act is one
// transaction with its entry of the audit trail. The caller has checked who may.

const (
	maxReason = 300 // characters of the reason of a ruling
	maxBody   = 200 // characters of the name of a body
	maxSpells = 40
)

var (
	errReason = errs.New(errs.Invalid, "declare.error.reason")
	errDay    = errs.New(errs.Invalid, "declare.error.day")
	errBody   = errs.New(errs.Invalid, "declare.error.body")
	errSpells = errs.New(errs.Invalid, "declare.error.spells")
)

// Rule writes down what the office decided about a duty of a person: that it is
// not owed, that it is, or another last day. It takes the place of an earlier
// ruling on the same duty. by is the user who decides; the reason is shown to the
// person.
func (s *Service) Rule(ctx context.Context, who Who, by string, r Ruling) error {
	r.Reason = strings.TrimSpace(r.Reason)
	if n := utf8.RuneCountInString(r.Reason); n == 0 || n > maxReason || controls(r.Reason) {
		return errReason
	}
	if r.Due != "" {
		due, err := forms.ParseDate(r.Due)
		if err != nil {
			return errDay
		}
		r.Due = due
	}
	return s.update(ctx, who, func(t *txn) error {
		o, err := t.all()
		if err != nil {
			return err
		}
		if d := o.duty(r.Duty); d == nil || d.Standing == Filed {
			return errNotOwed
		}
		p := t.person
		p.Rulings = slices.DeleteFunc(slices.Clone(p.Rulings), func(old storage.Ruling) bool { return old.Duty == r.Duty })
		p.Rulings = append(p.Rulings, storage.Ruling{Duty: r.Duty, Lifted: r.Lifted, Due: r.Due, Reason: r.Reason, By: by, At: t.now})
		return t.keep(p, by, "duty.rule", r.Duty+": "+r.Reason)
	})
}

// AddService writes down a time of public service of a person that her present
// post does not tell: an earlier one here, or one in another body right before or
// after. Days may be typed as people do.
func (s *Service) AddService(ctx context.Context, who Who, by string, sp Spell) error {
	entry, err := forms.ParseDate(sp.Entry)
	if err != nil {
		return errDay
	}
	exit := ""
	if sp.Exit != "" {
		if exit, err = forms.ParseDate(sp.Exit); err != nil || exit < entry {
			return errDay
		}
	}
	sp.Entry, sp.Exit, sp.Body = entry, exit, strings.TrimSpace(sp.Body)
	if utf8.RuneCountInString(sp.Body) > maxBody || controls(sp.Body) || sp.Body != "" && !forms.Government.Has(sp.Order) {
		return errBody
	}
	if sp.Body == "" {
		sp.Order = ""
	}
	return s.update(ctx, who, func(t *txn) error {
		p := t.person
		if len(p.Others) >= maxSpells {
			return errSpells
		}
		if slices.Contains(p.Others, storage.Spell(sp)) {
			return nil // the same press again
		}
		p.Others = append(slices.Clone(p.Others), storage.Spell(sp))
		return t.keep(p, by, "service.add", sp.Entry)
	})
}

// RemoveService takes back a time of service that was written down by mistake.
func (s *Service) RemoveService(ctx context.Context, who Who, by string, sp Spell) error {
	return s.update(ctx, who, func(t *txn) error {
		p := t.person
		kept := slices.DeleteFunc(slices.Clone(p.Others), func(o storage.Spell) bool { return o == storage.Spell(sp) })
		if len(kept) == len(p.Others) {
			return nil
		}
		p.Others = kept
		return t.keep(p, by, "service.remove", sp.Entry)
	})
}

// keep saves a person with the entry of the audit trail.
func (t *txn) keep(p storage.Person, by, act, reason string) error {
	if err := t.PutPerson(p); err != nil {
		return fmt.Errorf("declare: person: %w", err)
	}
	if err := t.Audit(storage.AuditEntry{At: t.now, Actor: by, Act: act, About: p.ID, Reason: reason}); err != nil {
		return fmt.Errorf("declare: audit: %w", err)
	}
	return nil
}
