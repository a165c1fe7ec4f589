package complain

import (
	"context"
	"errors"
	"slices"

	"declara/storage"
)

// PublicChannel is what anybody may know of the channel, and needs to trust it: whose
// keys open what, by post and fingerprint, within what terms the office works, how long
// things stay, and when it was last tried that the backup opens. It tells nothing of any
// complaint, not even whether there is one: all of it is of people and settings.
type PublicChannel struct {
	Readers
	Terms  []Term // in the order of a case
	Months int    // that identities stay after the end
	Escrow string // day on which the backup was made; "" without one
	Drill  string // day of the last recovery drill; "" for none
}

// publicClocks are those that who complains waits for. All are of business days.
var publicClocks = []string{ClockWord, ClockReading, ClockAnalysis, ClockAnswer, ClockTurn, ClockProgress, ClockNotice, ClockAdmission, ClockSending}

// PublicChannel tells of the channel.
func (s *Service) PublicChannel(ctx context.Context, tenant string) (p PublicChannel, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
		p = PublicChannel{Months: KeepDefault}
		if p.Readers, err = readers(tx, RouteTown, nil); err != nil {
			return err
		}
		ch, err := tx.Channel()
		if errors.Is(err, storage.ErrNotFound) {
			return nil
		} else if err != nil {
			return err
		}
		p.External = ch.External
		if ch.Keep > 0 {
			p.Months = ch.Keep
		}
		if ch.Escrow != nil {
			p.Escrow = ch.Escrow.Day
			if len(ch.Escrow.Drills) > 0 {
				p.Drill = slices.Max(ch.Escrow.Drills)
			}
		}
		return nil
	})
	for _, state := range States {
		for _, t := range state.Clocks {
			known := slices.ContainsFunc(p.Terms, func(o Term) bool { return o.Clock == t.Clock })
			if slices.Contains(publicClocks, t.Clock) && t.Unit == BusinessDays && !known {
				p.Terms = append(p.Terms, t)
			}
		}
	}
	return p, err
}
