package complain

import (
	"context"
	"crypto/rand"
	"time"

	"declara/storage"
)

// Each event of a complaint is a leaf of the public log at the end of its day. Their number
// would tell anybody whether somebody complained that day, or the office moved a case: in
// a small town most days have none. So every day has a step of leaves at least, and a busy
// one the next step: what is missing is filled up with commitments to nothing, which nobody
// can tell from the others.

// padLeast is the first step. Each next one is twice the one before.
const padLeast = 8

// padMost is how many days are filled up at once after a long stop.
const padMost = 370

// step is how many leaves a day with n events has.
func step(n int) int {
	s := padLeast
	for s < n {
		s *= 2
	}
	return s
}

// padEvents fills up the days that are over, since the first key to complaints was made.
// One transaction is one day, so that a long stop is no long transaction.
func (s *Service) padEvents(ctx context.Context, tenant string) error {
	for range padMost {
		more := false
		if err := s.db.Update(ctx, tenant, func(tx *storage.Txn) (err error) { more, err = s.padDay(tx); return err }); err != nil || !more {
			return err
		}
	}
	return nil
}

// padDay fills up the first day that was not, and tells whether there may be another.
func (s *Service) padDay(tx *storage.Txn) (more bool, err error) {
	ch, err := tx.Channel()
	if err != nil {
		return false, err
	}
	now, err := s.today(tx)
	if err != nil {
		return false, err
	}
	today, err := time.Parse(time.DateOnly, now)
	if err != nil {
		return false, err
	}
	yesterday := today.AddDate(0, 0, -1)
	last, err := time.Parse(time.DateOnly, ch.Padded)
	switch {
	case err != nil: // never yet
		if some, err := anyKey(tx); err != nil || !some {
			return false, err
		}
		ch.Padded = yesterday.Format(time.DateOnly)
		return false, tx.PutChannel(ch, ch.Version)
	case !last.Before(yesterday):
		return false, nil
	case last.Before(today.AddDate(0, 0, -padMost)):
		last = today.AddDate(0, 0, -padMost)
	}
	day := last.AddDate(0, 0, 1).Format(time.DateOnly)
	n, err := tx.EventsDue(day)
	if err != nil {
		return false, err
	}
	for range step(n) - n {
		var nothing [32]byte
		rand.Read(nothing[:])
		if err := tx.PutEvent(&storage.Event{ID: storage.RandomID(), Day: day, Hash: digest(nothing[:])}); err != nil {
			return false, err
		}
	}
	ch.Padded = day
	return true, tx.PutChannel(ch, ch.Version)
}
