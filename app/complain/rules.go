package complain

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"declara/app/errs"
	"declara/storage"
)

// Rules are what the office decides where the law leaves it open, or lawyers differ.
type Rules struct {
	Starts int `json:"starts"` // business days from when a notification takes effect to the first of its term
	Boxes  int `json:"boxes"`  // natural days within which each box for paper is opened
}

// DefaultRules are those of an office that decided nothing: a term begins on the day on
// which its notification counts as made (LGRA 187), and boxes are opened every week.
var DefaultRules = Rules{Starts: 1, Boxes: 7}

// What is wrong with rules.
var (
	errRulesStarts = errs.New(errs.Invalid, "cases.rules.error.starts")
	errRulesBoxes  = errs.New(errs.Invalid, "cases.rules.error.boxes")
)

func rulesOf(tx *storage.Txn) (r Rules, err error) {
	ch, err := tx.Channel()
	if err != nil {
		return r, err
	}
	r = DefaultRules
	if len(ch.Settings) > 0 {
		if err := json.Unmarshal(ch.Settings, &r); err != nil {
			return r, fmt.Errorf("complain: rules: %w", err)
		}
	}
	return r, nil
}

// Rules reads them.
func (o *Office) Rules(ctx context.Context, tenant string) (r Rules, err error) {
	err = o.db.View(ctx, tenant, func(tx *storage.Txn) (err error) { r, err = rulesOf(tx); return err })
	return r, err
}

// SetRules changes them. What was counted by the old ones stays as it was told.
func (o *Office) SetRules(ctx context.Context, tenant, user string, r Rules) error {
	switch {
	case r.Starts < 0 || r.Starts > 3:
		return errRulesStarts
	case r.Boxes < 1 || r.Boxes > 90:
		return errRulesBoxes
	}
	err := o.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		ch, err := tx.Channel()
		if err != nil {
			return err
		}
		ch.Settings = encode(r)
		if err := tx.PutChannel(ch, ch.Version); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: o.now(), Actor: user, Act: "rules.set"})
	})
	if errors.Is(err, storage.ErrConflict) {
		return errMeanwhileSet
	}
	return err
}
