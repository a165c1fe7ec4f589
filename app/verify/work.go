package verify

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"declara/app/errs"
	"declara/storage"
)

const leastFinding, mostFinding = 10, 2000 // characters

// What the office may be told about the work on one declaration.
var (
	ErrVerifier = errs.New(errs.Invalid, "verify.error.verifier")
	ErrFinding  = errs.New(errs.Invalid, "verify.error.finding")
	errNotYours = errs.New(errs.Forbidden, "verify.error.notyours")
	errClosed   = errs.New(errs.Conflict, "verify.error.closed")
)

// Task is the work on one declaration, with who is on it. It has no content of it.
type Task struct {
	storage.Verification
	Person storage.Person
	Name   string // of the verifier, or ""
	Void   bool   // its draw does not count
}

// Task reads the work on a declaration that was drawn.
func (s *Service) Task(ctx context.Context, tenant, number, folio string) (out Task, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		v, d, err := task(tx, number, folio)
		if err != nil {
			return err
		}
		out = Task{Verification: v, Void: d.Void != ""}
		if out.Person, err = tx.Person(v.Person); err != nil {
			return fmt.Errorf("verify: person: %w", err)
		}
		if v.Verifier != "" {
			if u, err := tx.User(v.Verifier); err == nil {
				out.Name = u.Name
			}
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

// Verifiers are those who can be given a declaration.
func (s *Service) Verifiers(ctx context.Context, tenant string) (all []storage.User, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		return tx.Users(func(u storage.User) error {
			if may(u) && !u.Disabled {
				all = append(all, u)
			}
			return nil
		})
	})
	return all, err
}

// Assign gives a declaration to a verifier of the office.
func (s *Service) Assign(ctx context.Context, tenant string, by storage.User, number, folio, to string) error {
	return s.change(ctx, tenant, by, number, folio, "verification.assign", func(tx *storage.Txn, v *storage.Verification, _ time.Time) error {
		u, err := tx.User(to)
		if errors.Is(err, storage.ErrNotFound) || err == nil && (!may(u) || u.Disabled || u.Person == v.Person) {
			return ErrVerifier
		}
		v.Verifier = to
		return err
	})
}

// Filing is the declaration that a verifier may open. Nobody but she may: who else of
// the office needs it gives a ground of her own.
func (s *Service) Filing(ctx context.Context, tenant string, by storage.User, number, folio string) (id string, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		v, d, err := task(tx, number, folio)
		switch {
		case err != nil:
			return err
		case !may(by) || v.Verifier != by.ID:
			return errNotYours
		case v.State == storage.Verified || d.Void != "":
			return errClosed
		}
		id = v.Filing
		return nil
	})
	return id, err
}

// Begin writes down that the verifier has read the declaration.
func (s *Service) Begin(ctx context.Context, tenant string, by storage.User, number, folio string) error {
	return s.change(ctx, tenant, by, number, folio, "verification.begin", func(_ *storage.Txn, v *storage.Verification, _ time.Time) error {
		if v.Verifier != by.ID {
			return errNotYours
		}
		if v.State == storage.ToVerify {
			v.State = storage.Verifying
		}
		return nil
	})
}

// Close ends the work on a declaration, with the verifier's own words.
func (s *Service) Close(ctx context.Context, tenant string, by storage.User, number, folio, finding string) error {
	if finding = strings.TrimSpace(strings.ReplaceAll(finding, "\r\n", "\n")); !between(finding, leastFinding, mostFinding) {
		return ErrFinding
	}
	return s.change(ctx, tenant, by, number, folio, "verification.close", func(_ *storage.Txn, v *storage.Verification, now time.Time) error {
		if v.Verifier != by.ID {
			return errNotYours
		}
		v.State, v.Finding, v.Closed = storage.Verified, finding, now
		return nil
	})
}

// change alters the work on a declaration that is not closed, with its entry of the
// audit trail, which has no words of anybody.
func (s *Service) change(ctx context.Context, tenant string, by storage.User, number, folio, act string, fn func(*storage.Txn, *storage.Verification, time.Time) error) error {
	if !may(by) {
		return errMayNot
	}
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		v, d, err := task(tx, number, folio)
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
