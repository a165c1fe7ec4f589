package complain

import (
	"context"
	"slices"
	"strings"
	"time"

	"declara/storage"
)

// What a day that was fixed is of.
const (
	MovedClarification = "aclaracion"    // answer to a question of a verification
	MovedRequirement   = "requerimiento" // effect, or beginning of the term, of a requirement that was served
)

// FixedDay is a day that was fixed by the calendar as it was, and would be another by the
// calendar of today. It does not move by itself: it was told to somebody. Terms of cases
// are not here, since they are counted each time that they are shown.
type FixedDay struct {
	What     string
	Number   string // of the draw and the folio, or of the letter
	Was, Now string // yyyy-mm-dd
}

// FixedDays tells which days that are still to come, or began to run within sixty days, the
// calendar of today would set otherwise. Somebody may have written one down by hand.
func (o *Office) FixedDays(ctx context.Context, tenant string) (all []FixedDay, err error) {
	err = o.db.View(ctx, tenant, func(tx *storage.Txn) error {
		all = nil
		k, err := calendarOf(tx)
		if err != nil {
			return err
		}
		inst, err := tx.Institution()
		if err != nil {
			return err
		}
		zone, err := inst.Location()
		if err != nil {
			return err
		}
		now := o.now().In(zone)
		today, since := now.Format(time.DateOnly), now.AddDate(0, 0, -60).Format(time.DateOnly)
		add := func(what, number, was, is string) {
			if was != is {
				all = append(all, FixedDay{what, number, was, is})
			}
		}
		draws, err := tx.Draws()
		if err != nil {
			return err
		}
		for _, d := range draws {
			if err := tx.VerificationsIn(d.Number, func(v storage.Verification) error {
				for _, r := range v.Rounds {
					if r.Answer == "" && r.Due >= today {
						add(MovedClarification, d.Number+" "+v.Folio, r.Due, k.Add(r.Asked.In(zone).Format(time.DateOnly), r.Days))
					}
				}
				return nil
			}); err != nil {
				return err
			}
		}
		return tx.FollowsOf(&storage.Memo[storage.Follow]{}, func(f storage.Follow, _ bool) error {
			for _, r := range f.Requirements {
				if r.Served == "" || r.Referred != "" || r.Starts < since {
					continue
				}
				add(MovedRequirement, r.Number, r.Effect, k.Add(r.Served, 1))
				add(MovedRequirement, r.Number, r.Starts, k.Add(r.Effect, 1))
			}
			return nil
		})
	})
	slices.SortStableFunc(all, func(a, b FixedDay) int { return strings.Compare(a.Was+a.Number, b.Was+b.Number) })
	return all, err
}

// HolidayKinds are why no term runs on a day: the law, what the body agreed, its
// holidays, or that it had to close.
var HolidayKinds = []string{"ley", "acuerdo", "vacaciones", "suspension"}
