package complain

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"declara/app/errs"
	"declara/storage"
)

// A case about which something is pending elsewhere is not erased nor deleted, whatever
// its terms say: its clocks of deletion stand still until the hold is lifted, and then go
// on from where they were.

// What a hold is for.
const (
	HoldAmparo    = "amparo"
	HoldChallenge = "impugnacion"
	HoldOrder     = "orden"
)

// Holds are all of them.
var Holds = []string{HoldAmparo, HoldChallenge, HoldOrder}

// The acts, as notes and the trail have them.
const (
	actHold = "case.hold"
	actLift = "case.lift"
)

// HoldNote is what a hold rests on. It is sealed with the case.
type HoldNote struct {
	Kind      string `json:"kind"`
	Authority string `json:"authority"`
	Document  string `json:"document"`
	Day       string `json:"day"` // of the document, yyyy-mm-dd
}

// OpenedHold is a hold on the page of a case.
type OpenedHold struct {
	storage.ComplaintHold
	On HoldNote // what it rests on
	N  int      // where it stands
}

// Why a hold is not set or lifted.
var (
	errHoldKind      = errs.New(errs.Invalid, "cases.hold.error.kind")
	errHoldAuthority = errs.New(errs.Invalid, "cases.hold.error.authority")
	errHoldDocument  = errs.New(errs.Invalid, "cases.hold.error.document")
	errHoldDay       = errs.New(errs.Invalid, "cases.hold.error.day")
	errHoldGone      = errs.New(errs.Invalid, "cases.hold.error.gone")
	errHoldLift      = errs.New(errs.Forbidden, "cases.hold.error.lift")
	errHeld          = errs.New(errs.Invalid, "keys.delete.held")
)

// lifters are who may lift a hold: who answers for the office, and who has the procedure.
var lifters = []storage.Role{storage.RoleComptroller, storage.RoleSubstantiator}

// MayLift reports whether somebody with these roles may lift a hold.
func MayLift(roles []storage.Role) bool {
	return slices.ContainsFunc(roles, func(r storage.Role) bool { return slices.Contains(lifters, r) })
}

// Hold keeps a case from being erased and deleted: whoever works in it may say so, with
// the authority, the document and its day, and why.
func (o *Office) Hold(ctx context.Context, h Hand, id string, n HoldNote, reason string) error {
	n.Authority, n.Document, reason = line(n.Authority), line(n.Document), plain(reason)
	return o.change(ctx, h, id, func(tx *storage.Txn, c *storage.Complaint, _ *storage.User) error {
		today, err := o.today(tx)
		if err != nil {
			return err
		}
		if err := errors.Join(n.check(today), written(reason, errReason)); err != nil {
			return err
		}
		p, err := o.Append(tx, id, NewPart{Kind: storage.PartNote, From: storage.FromOffice, Text: encode(Note{Text: reason, By: h.User, About: actHold, Hold: &n})})
		if err != nil {
			return err
		}
		c.Holds = append(c.Holds, storage.ComplaintHold{Kind: n.Kind, From: today, By: h.User, Part: p.Seq})
		return o.put(tx, c, h, actHold)
	})
}

// check tells all that is wrong at once.
func (n HoldNote) check(today string) error {
	var all []error
	wrong := func(is bool, err error) {
		if is {
			all = append(all, err)
		}
	}
	length := func(s string) bool { l := utf8.RuneCountInString(s); return l < 3 || l > 160 }
	_, bad := time.Parse(time.DateOnly, n.Day)
	wrong(!slices.Contains(Holds, n.Kind), errHoldKind)
	wrong(length(n.Authority), errHoldAuthority)
	wrong(length(n.Document), errHoldDocument)
	wrong(bad != nil || n.Day > today, errHoldDay)
	return errors.Join(all...)
}

// Lift ends a hold, from 0, for a reason.
func (o *Office) Lift(ctx context.Context, h Hand, id string, n int, reason string) error {
	reason = plain(reason)
	return o.change(ctx, h, id, func(tx *storage.Txn, c *storage.Complaint, u *storage.User) error {
		switch {
		case !MayLift(u.Roles):
			return errHoldLift
		case n < 0 || n >= len(c.Holds) || c.Holds[n].Lifted != "":
			return errHoldGone
		}
		if err := written(reason, errReason); err != nil {
			return err
		}
		today, err := o.today(tx)
		if err != nil {
			return err
		}
		c.Holds[n].Lifted, c.Holds[n].Lifter = today, h.User
		if _, err := o.Append(tx, id, NewPart{Kind: storage.PartNote, From: storage.FromOffice, Text: encode(Note{Text: reason, By: h.User, About: actLift})}); err != nil {
			return err
		}
		return o.put(tx, c, h, actLift)
	})
}

// Held reports whether a complaint is kept from being erased and deleted.
func Held(c *storage.Complaint) bool {
	return slices.ContainsFunc(c.Holds, func(h storage.ComplaintHold) bool { return h.Lifted == "" })
}

// stood is for how many days the clocks of deletion stood still since the end.
func stood(c *storage.Complaint) (days int) {
	all := slices.Clone(c.Holds)
	slices.SortFunc(all, func(a, b storage.ComplaintHold) int { return strings.Compare(a.From, b.From) })
	from := c.Since
	for _, h := range all {
		begin, end := max(from, h.From), h.Lifted
		if end <= begin {
			continue
		}
		a, errA := time.Parse(time.DateOnly, begin)
		b, errB := time.Parse(time.DateOnly, end)
		if errA == nil && errB == nil {
			days += int(b.Sub(a).Hours() / 24)
		}
		from = end
	}
	return days
}

// paused is a day of deletion with the days on which its clock stood still; "" while it
// does.
func paused(c *storage.Complaint, day time.Time) string {
	if Held(c) {
		return ""
	}
	return day.AddDate(0, 0, stood(c)).Format(time.DateOnly)
}

// openedHolds puts the holds of a case with what they rest on.
func openedHolds(c *storage.Complaint, notes map[uint64]HoldNote) (all []OpenedHold) {
	for i, h := range c.Holds {
		all = append(all, OpenedHold{h, notes[h.Part], i})
	}
	return all
}
