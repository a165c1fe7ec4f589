package verify

import (
	"context"
	"fmt"
	"time"

	"declara/app/errs"
	"declara/app/ground"
	"declara/storage"
)

// What the verifier found tells of what was declared, so that it is read as a
// declaration is: with the number of a file and a reason, one at a time, written down in
// the transaction that hands it out, and told to the declarant. Not even who wrote it
// comes back to it otherwise.

var errOpen = errs.New(errs.NotFound, "verify.error.open")

// Finding is how a verification ended, in the words of who closed it.
type Finding struct {
	Task Task
	Text string
	Read storage.Read
}

// ToRead is the work on a declaration whose finding somebody of the office is about to
// read. It has none of it.
func (s *Service) ToRead(ctx context.Context, tenant string, by storage.User, number, folio string) (Task, error) {
	if !may(by) {
		return Task{}, errMayNot
	}
	t, err := s.Task(ctx, tenant, by, number, folio)
	switch {
	case err != nil:
		return Task{}, err
	case t.Barred:
		return Task{}, errNotYours
	case t.State != storage.Verified:
		return Task{}, errOpen
	}
	return t, nil
}

// ReadFinding hands the finding of a verification that is closed to somebody of the
// office who may have the declaration. Each time is a reading of its own.
func (s *Service) ReadFinding(ctx context.Context, tenant string, by storage.User, number, folio string, g ground.Ground) (out Finding, err error) {
	if out.Task, err = s.ToRead(ctx, tenant, by, number, folio); err != nil {
		return Finding{}, err
	}
	if g, err = g.Check(); err != nil {
		return Finding{}, err
	}
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		v, _, err := task(tx, number, folio)
		if err != nil {
			return err
		}
		if err := barred(tx, by, v); err != nil {
			return err
		}
		now := s.now().UTC().Truncate(time.Second)
		out.Text = v.Finding
		out.Read = storage.Read{
			ID: storage.NewID(now), Filing: v.Filing, Finding: v.Draw, User: by.ID, Name: by.Name, Role: storage.RoleComptroller,
			File: g.File, Reason: g.Reason, At: now,
		}
		if err := tx.LogRead(&out.Read); err != nil {
			return fmt.Errorf("verify: reading: %w", err)
		}
		return audit(tx, now, by, "verification.read", number+"/"+folio, g.File+": "+g.Reason)
	})
	return out, err
}

// sealed takes out of a verification what tells of its declaration.
func sealed(v storage.Verification) storage.Verification {
	v.Checks, v.Papers, v.Entries, v.Rates, v.Rounds, v.Finding = nil, nil, nil, nil, nil, ""
	return v
}
