package complain

import (
	"context"
	"errors"
	"slices"
	"time"
	"unicode/utf8"

	"declara/app/errs"
	"declara/storage"
)

// A complaint about the office itself ends, for the office, when the authority outside
// acknowledges that she has it. One person tells the day and the number of the
// acknowledgement, another confirms that she saw it; who complained reads both, and can
// ask the authority. From then on the terms of its end run.

var (
	errAckDay    = errs.New(errs.Invalid, "cases.ack.error.day")
	errAckNumber = errs.New(errs.Invalid, "cases.ack.error.number")
	errAckOther  = errs.New(errs.Invalid, "cases.ack.error.other")
	errAckGone   = errs.New(errs.Invalid, "cases.ack.error.gone")
)

// sealedCase is a complaint that only another authority reads, for who has her key open.
func sealedCase(tx *storage.Txn, h Hand, id string) (c storage.Complaint, err error) {
	if _, err := h.opened(tx); err != nil {
		return c, err
	}
	c, err = tx.Complaint(id)
	if errors.Is(err, storage.ErrNotFound) || err == nil && c.External == "" {
		return c, ErrNoCase
	}
	return c, err
}

// Acknowledge tells that the authority has a complaint. Told again before another person
// confirms it, it is corrected, and is of who told it last.
func (o *Office) Acknowledge(ctx context.Context, h Hand, id, day, number string) error {
	number = line(number)
	return o.db.Update(ctx, h.Tenant, func(tx *storage.Txn) error {
		c, err := sealedCase(tx, h, id)
		if err != nil {
			return err
		}
		today, err := o.today(tx)
		if err != nil {
			return err
		}
		if Ended(&c) {
			return errAckGone
		}
		var wrong []error
		if _, bad := time.Parse(time.DateOnly, day); bad != nil || day > today || day < c.Day {
			wrong = append(wrong, errAckDay)
		}
		if n := utf8.RuneCountInString(number); n < 2 || n > 60 {
			wrong = append(wrong, errAckNumber)
		}
		if wrong != nil {
			return errors.Join(wrong...)
		}
		c.Ack = &storage.ComplaintAck{Day: day, Number: number, By: h.User}
		return o.put(tx, &c, h, "sealed.ack")
	})
}

// Confirm is the second half, by another person, who says which acknowledgement she saw.
func (o *Office) Confirm(ctx context.Context, h Hand, id, number string) error {
	return o.db.Update(ctx, h.Tenant, func(tx *storage.Txn) error {
		c, err := sealedCase(tx, h, id)
		if err != nil {
			return err
		}
		switch {
		case c.Ack == nil || Ended(&c) || c.Ack.Number != number:
			return errAckGone
		case c.Ack.By == h.User:
			return errAckOther
		}
		today, err := o.today(tx)
		if err != nil {
			return err
		}
		ack := *c.Ack
		ack.Second = h.User
		c.Ack = &ack
		c.Moves = append(slices.Clone(c.Moves), storage.ComplaintMove{From: c.State, To: StateTurned, Day: today, By: ack.By})
		c.State, c.Since = StateTurned, today // not the day that was told: a term must not be over when it begins
		delete(c.Clocks, ClockNext)
		if err := o.put(tx, &c, h, "sealed.confirm"); err != nil {
			return err
		}
		return o.Happened(tx, id, EventAcknowledged, map[string]string{"authority": c.External, "on": ack.Day, "receipt": ack.Number})
	})
}
