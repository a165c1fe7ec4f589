package complain

import (
	"context"
	"slices"
	"time"

	"declara/app/errs"
	"declara/storage"
)

// How somebody is notified.
const (
	NoticePersonal = "personal"
	NoticeBoard    = "estrados"
	NoticeNobody   = "nadie" // who complained is not known, so nobody can be
)

// NoticeWays are all of them.
var NoticeWays = []string{NoticePersonal, NoticeBoard, NoticeNobody}

// boardDays is how many business days a writ hangs before it takes effect.
const boardDays = 3

// What is wrong with a notification or a requirement.
var (
	errNoticeWay   = errs.New(errs.Invalid, "cases.notice.error.way")
	errNoticeDay   = errs.New(errs.Invalid, "cases.notice.error.day")
	errNoticeOff   = errs.New(errs.Invalid, "cases.notice.error.off")
	errNoticeMove  = errs.New(errs.Invalid, "cases.notice.error.move")
	errOrderAct    = errs.New(errs.Invalid, "cases.order.error.act")
	errOrderDays   = errs.New(errs.Invalid, "cases.order.error.days")
	errOrderOver   = errs.New(errs.Invalid, "cases.order.error.over")
	errOrderTwice  = errs.New(errs.Invalid, "cases.order.error.twice")
	errOrderClosed = errs.New(errs.Invalid, "cases.order.error.answered")
)

// Notice is the three dates of a notification that was made on a day (LGRA 187, 189): it
// takes effect on the next business day, and the term begins some business days after
// that (Rules.Starts).
func (k Calendar) Notice(way, served string, starts int) storage.ComplaintNotice {
	n := storage.ComplaintNotice{Way: way}
	if way == NoticeNobody {
		return n
	}
	wait := 1
	if way == NoticeBoard {
		wait = boardDays
	}
	n.Served, n.Effect = served, k.Add(served, wait)
	n.Starts = k.Add(n.Effect, starts)
	return n
}

// Within is the last day of a term of n business days whose first day is known.
func (k Calendar) Within(first string, n int) string { return k.Add(first, n-1) }

// notice is the notification of the move that brought a case where it is, or nil.
func notice(c *storage.Complaint) *storage.ComplaintNotice {
	if len(c.Moves) == 0 {
		return nil
	}
	return c.Moves[len(c.Moves)-1].Notice
}

// notifies reports whether who complained has to be notified of where her case is.
func notifies(c *storage.Complaint) bool {
	if len(c.Moves) == 0 {
		return true
	}
	m := c.Moves[len(c.Moves)-1]
	t := TransitionOf(m.From, m.To)
	return t == nil || t.Notify
}

// until is the last day on which who complained may challenge a decision that she was
// notified of, "" when she may not.
func (k Calendar) until(m *storage.ComplaintMove) string {
	if m.To != StateClassified || m.Motive != ClassMinor || m.Notice == nil || m.Notice.Starts == "" {
		return ""
	}
	for _, t := range StateOf(m.To).Clocks {
		if t.Clock == ClockChallenge {
			return k.Within(m.Notice.Starts, t.N)
		}
	}
	return ""
}

// served checks a day of notification: a business day, not before what is notified, and
// not to come.
func (k Calendar) served(way, day, from, today string) error {
	if !slices.Contains(NoticeWays, way) {
		return errNoticeWay
	}
	if way == NoticeNobody {
		return nil
	}
	at, err := time.Parse(time.DateOnly, day)
	switch {
	case err != nil || day < from || day > today:
		return errNoticeDay
	case !k.Business(at):
		return errNoticeOff
	}
	return nil
}

// Notify keeps that somebody was notified of a move of a case: who complained, or, of a
// summons, who is accused. The first is told the dates, and can prove them.
func (o *Office) Notify(ctx context.Context, h Hand, id string, move int, way, day string) error {
	return o.change(ctx, h, id, func(tx *storage.Txn, c *storage.Complaint, u *storage.User) error {
		if move < 0 || move >= len(c.Moves) {
			return errNoticeMove
		}
		m := &c.Moves[move]
		t := TransitionOf(m.From, m.To)
		if t == nil || !t.Notify && !t.Summons || m.Notice != nil || t.Summons && way == NoticeNobody {
			return errNoticeMove
		}
		if !slices.ContainsFunc(u.Roles, func(r storage.Role) bool { return slices.Contains(t.Roles, r) }) {
			return errNoWay
		}
		n, k, err := o.noticed(tx, way, day, m.Day)
		if err != nil {
			return err
		}
		m.Notice = &n
		if err := o.acted(tx, c); err != nil {
			return err
		}
		if t.Notify && way != NoticeNobody {
			told := map[string]string{"to": m.To, "way": way, "served": n.Served, "effect": n.Effect, "starts": n.Starts}
			if last := k.until(m); last != "" {
				told["until"] = last
			}
			if err := o.Happened(tx, id, EventNotified, told); err != nil {
				return err
			}
		}
		return tx.Audit(storage.AuditEntry{At: o.now(), Actor: h.User, Act: "case.notify", About: id})
	})
}

// noticed counts the dates of a notification by the rules of the office.
func (o *Office) noticed(tx *storage.Txn, way, day, from string) (n storage.ComplaintNotice, k Calendar, err error) {
	if k, err = calendarOf(tx); err != nil {
		return n, k, err
	}
	today, err := o.today(tx)
	if err != nil {
		return n, k, err
	}
	r, err := rulesOf(tx)
	if err != nil {
		return n, k, err
	}
	if err := k.served(way, day, from, today); err != nil {
		return n, k, err
	}
	return k.Notice(way, day, r.Starts), k, nil
}

// Pending is a notification that is still to be made.
type Pending struct {
	Move    int
	To, Day string
	Summons bool
}

// pending are those of a case, the oldest first.
func pending(c *storage.Complaint) (all []Pending) {
	for i, m := range c.Moves {
		if t := TransitionOf(m.From, m.To); t != nil && (t.Notify || t.Summons) && m.Notice == nil {
			all = append(all, Pending{i, m.To, m.Day, t.Summons})
		}
	}
	return all
}

// Order writes down that a requirement, whose signed writ is in the case, was notified on
// a day, and how many business days whom it was sent to has (LGRA 96).
func (o *Office) Order(ctx context.Context, h Hand, id string, act uint64, days int, day string) error {
	return o.change(ctx, h, id, func(tx *storage.Txn, c *storage.Complaint, _ *storage.User) error {
		p, err := tx.Part(id, act)
		if err != nil || p.Kind != storage.PartAct || slices.ContainsFunc(c.Orders, func(x storage.ComplaintOrder) bool { return x.Act == act }) {
			return errOrderAct
		}
		if days < orderLeast || days > orderMost {
			return errOrderDays
		}
		n, _, err := o.noticed(tx, NoticePersonal, day, c.Day)
		if err != nil {
			return err
		}
		c.Orders = append(c.Orders, storage.ComplaintOrder{Act: act, Days: days, Notice: n})
		return o.acted(tx, c)
	})
}

// The business days that a requirement may give.
const (
	orderLeast = 5
	orderMost  = 15
)

// Extend gives whoever was required half as many days more, rounded down: once, before
// they are over, for a reason, which stays in the case.
func (o *Office) Extend(ctx context.Context, h Hand, id string, order int, reason string) error {
	reason = plain(reason)
	if err := written(reason, errReason); err != nil {
		return err
	}
	return o.order(ctx, h, id, order, func(tx *storage.Txn, c *storage.Complaint, x *storage.ComplaintOrder, k Calendar, today string) error {
		switch {
		case x.More != 0:
			return errOrderTwice
		case today > k.ends(x):
			return errOrderOver
		}
		x.More = x.Days / 2
		if err := o.acted(tx, c); err != nil {
			return err
		}
		_, err := o.Append(tx, id, NewPart{Kind: storage.PartNote, From: storage.FromOffice, Text: encode(Note{Text: reason, By: h.User, About: AboutExtension})})
		return err
	})
}

// AboutExtension marks the notes that tell why a requirement was extended.
const AboutExtension = "case.extend"

// Answered writes down that what was required came in.
func (o *Office) Answered(ctx context.Context, h Hand, id string, order int) error {
	return o.order(ctx, h, id, order, func(tx *storage.Txn, c *storage.Complaint, x *storage.ComplaintOrder, _ Calendar, today string) error {
		x.Answered = today
		return o.acted(tx, c)
	})
}

// order changes one requirement of a case that was not answered yet.
func (o *Office) order(ctx context.Context, h Hand, id string, n int, fn func(*storage.Txn, *storage.Complaint, *storage.ComplaintOrder, Calendar, string) error) error {
	return o.change(ctx, h, id, func(tx *storage.Txn, c *storage.Complaint, _ *storage.User) error {
		if n < 0 || n >= len(c.Orders) {
			return errOrderAct
		}
		k, err := calendarOf(tx)
		if err != nil {
			return err
		}
		today, err := o.today(tx)
		if err != nil {
			return err
		}
		if c.Orders[n].Answered != "" {
			return errOrderClosed
		}
		return fn(tx, c, &c.Orders[n], k, today)
	})
}

// ends is the last day of a requirement.
func (k Calendar) ends(x *storage.ComplaintOrder) string {
	return k.Within(x.Notice.Starts, x.Days+x.More)
}

// orders are the clocks of the requirements of a case that were not answered.
func (k Calendar) orders(c *storage.Complaint, today string) (all []Clock) {
	for i := range c.Orders {
		if x := &c.Orders[i]; x.Answered == "" {
			clock := k.clock(ClockOrder, k.ends(x), BusinessDays, today)
			clock.N = i + 1
			all = append(all, clock)
		}
	}
	return all
}

// OpenedOrder is a requirement as the page of its case shows it.
type OpenedOrder struct {
	storage.ComplaintOrder
	N    int // in the case, from 0
	Ends string
	Half int  // days that it can still be extended by; 0 for none
	Late bool // the term is over and nothing came
}

// openedOrders are those of a case.
func (k Calendar) openedOrders(c *storage.Complaint, today string) (all []OpenedOrder) {
	for i := range c.Orders {
		x := OpenedOrder{ComplaintOrder: c.Orders[i], N: i, Ends: k.ends(&c.Orders[i])}
		if x.Answered == "" {
			if x.Late = today > x.Ends; !x.Late && x.More == 0 {
				x.Half = x.Days / 2
			}
		}
		all = append(all, x)
	}
	return all
}
