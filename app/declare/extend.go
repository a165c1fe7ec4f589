package declare

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"declara/app/errs"
	"declara/forms"
	"declara/storage"
)

// This file is what the body decides for everybody, and what the office receives on
// paper: a general extension by an agreement, and the aviso of a change of body, for
// which the standard has no format (Norma 4ª).

// What may be wrong with an extension. All that is is told at once.
var (
	ErrExtensionKind      = errs.New(errs.Invalid, "declare.error.extension.kind")
	ErrExtensionYear      = errs.New(errs.Invalid, "declare.error.extension.year")
	ErrExtensionDue       = errs.New(errs.Invalid, "declare.error.extension.due")
	ErrExtensionEarly     = errs.New(errs.Invalid, "declare.error.extension.early")
	ErrExtensionAgreement = errs.New(errs.Invalid, "declare.error.extension.agreement")
	ErrExtensionHash      = errs.New(errs.Invalid, "declare.error.extension.hash")

	errHanded    = errs.New(errs.Conflict, "declare.error.handed")
	errHandedDay = errs.New(errs.Invalid, "declare.error.handed.day")
)

// maxAgreement is the most characters of the name of an agreement.
const maxAgreement = 120

// Extend writes down that everybody has until a day for one kind of declaration of one
// year. scan is the SHA-256 of the agreement's scan in hex, or "". What is wrong is
// joined: errors.Is tells which.
func (s *Service) Extend(ctx context.Context, tenant, by string, e Extension, scan string) error {
	e.Agreement = strings.TrimSpace(e.Agreement)
	var wrong []error
	if !slices.Contains([]Kind{Inicial, Modificacion, Conclusion, Aviso}, e.Kind) {
		wrong = append(wrong, ErrExtensionKind)
	}
	if e.Year < 2000 || e.Year > 2199 {
		wrong = append(wrong, ErrExtensionYear)
	}
	due, err := forms.ParseDate(e.Due)
	switch {
	case err != nil:
		wrong = append(wrong, ErrExtensionDue)
	case e.Kind == Modificacion && due < date(e.Year, time.May, 31).String():
		wrong = append(wrong, ErrExtensionEarly)
	}
	if n := utf8.RuneCountInString(e.Agreement); n == 0 || n > maxAgreement || controls(e.Agreement) {
		wrong = append(wrong, ErrExtensionAgreement)
	}
	if raw, err := hex.DecodeString(scan); scan != "" && (err != nil || len(raw) != 32) {
		wrong = append(wrong, ErrExtensionHash)
	}
	if len(wrong) > 0 {
		return errors.Join(wrong...)
	}
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		now := s.now()
		kept := storage.Extension{ID: storage.NewID(now), Kind: string(e.Kind), Year: e.Year, Due: due, Agreement: e.Agreement, Hash: scan, By: by, At: now}
		all, err := extensions(tx)
		if err != nil {
			return err
		}
		for _, old := range slices.Backward(all) {
			if old.Kind == kept.Kind && old.Year == kept.Year {
				if old.Due == kept.Due && old.Agreement == kept.Agreement && old.Hash == kept.Hash {
					return nil // the same press again
				}
				break
			}
		}
		if err := tx.PutExtension(kept); err != nil {
			return fmt.Errorf("declare: extension: %w", err)
		}
		return tx.Audit(storage.AuditEntry{At: now, Actor: by, Act: "duty.extend", About: fmt.Sprintf("%s-%d", e.Kind, e.Year), Reason: kept.Due + ": " + kept.Agreement})
	})
}

// Extensions are all that were given, the oldest first.
func (s *Service) Extensions(ctx context.Context, tenant string) (all []storage.Extension, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		all, err = extensions(tx)
		return err
	})
	return all, err
}

func extensions(tx *storage.Txn) (all []storage.Extension, err error) {
	if err = tx.Extensions(func(e storage.Extension) error { all = append(all, e); return nil }); err != nil {
		return nil, fmt.Errorf("declare: extensions: %w", err)
	}
	return all, nil
}

// HandIn writes down that the office received the aviso of a person on a day, which is
// neither before her change nor to come.
func (s *Service) HandIn(ctx context.Context, who Who, by, duty, on string) error {
	on, err := forms.ParseDate(on)
	if err != nil {
		return errDay
	}
	return s.update(ctx, who, func(t *txn) error {
		o, err := t.all()
		if err != nil {
			return err
		}
		d := o.duty(duty)
		switch {
		case d == nil || d.Kind != Aviso || d.Standing == Filed:
			return errHanded
		case on < d.Event || on > t.today:
			return errHandedDay
		}
		f, err := t.Follow(t.person.ID)
		if err != nil {
			return err
		}
		f.Handed = append(slices.Clone(f.Handed), storage.Handed{Duty: duty, Day: on, By: by, At: t.now})
		if err := t.PutFollow(f); err != nil {
			return fmt.Errorf("declare: follow: %w", err)
		}
		return t.Audit(storage.AuditEntry{At: t.now, Actor: by, Act: "duty.handed", About: t.person.ID, Reason: duty})
	})
}

// Owed are the duties of a person in a transaction of somebody else's: whether one is
// still unmet is asked there, so that no letter goes to who has filed since.
func (s *Service) Owed(tx *storage.Txn, person string) (duties []Duty, today string, err error) {
	err = s.with(tx, Who{Person: person}, func(t *txn) error {
		o, err := t.all()
		duties, today = o.duties, t.today
		return err
	})
	return duties, today, err
}
