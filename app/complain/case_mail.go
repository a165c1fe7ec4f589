package complain

import (
	"context"
	"errors"
	"sync"
	"time"

	"declara/storage"
)

// Reminder tells the office by mail that there is something to read, or that nothing was
// done for so long that a case counts as buried: nobody has to sign in for that to be
// noticed. It does so at two fixed hours, so that no letter tells when a complaint came
// in, and with the same words; whoever comes in between waits for the next.
type Reminder struct {
	db     *storage.DB
	now    func() time.Time
	post   func(tx *storage.Txn, to, lang string) error
	holder string // names this process among those that share the store

	mu   sync.Mutex
	done map[string]string // tenant → the last hour that was seen to
}

// NewReminder makes a Reminder that queues letters with post.
func NewReminder(db *storage.DB, now func() time.Time, post func(tx *storage.Txn, to, lang string) error) *Reminder {
	return &Reminder{db: db, now: now, post: post, holder: storage.RandomID(), done: map[string]string{}}
}

// One of the processes that share a store sends the letters of an hour. The lease ends
// before the next of them, so that any may send those.
const (
	letterJob   = "letters"
	letterLease = 6 * time.Hour
)

// letterHours are those of the institution's zone at which letters go.
var letterHours = [...]int{9, 16}

// slot is the last of those hours at a time, as a name that sorts.
func slot(at time.Time) string {
	for i := len(letterHours) - 1; i >= 0; i-- {
		if at.Hour() >= letterHours[i] {
			return time.Date(at.Year(), at.Month(), at.Day(), letterHours[i], 0, 0, 0, time.UTC).Format("2006-01-02T15")
		}
	}
	before := at.AddDate(0, 0, -1)
	return time.Date(before.Year(), before.Month(), before.Day(), letterHours[len(letterHours)-1], 0, 0, 0, time.UTC).Format("2006-01-02T15")
}

// Run is to be called every minute or so. The hour during which a program starts is
// seen to already: a letter after a start would tell of what came in meanwhile.
func (r *Reminder) Run(ctx context.Context, tenant string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var this string
	err := r.db.View(ctx, tenant, func(tx *storage.Txn) error {
		inst, err := tx.Institution()
		if err != nil {
			return err
		}
		zone, err := inst.Location()
		this = slot(r.now().In(zone))
		return err
	})
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	} else if err != nil {
		return err
	}
	last, began := r.done[tenant]
	if began && this <= last || !began {
		r.done[tenant] = max(this, last)
		return nil
	}
	if err := r.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		if held, err := tx.TakeLease(letterJob, r.holder, r.now(), r.now().Add(letterLease)); err != nil || !held {
			return err
		}
		return r.tell(tx, this[:len(time.DateOnly)])
	}); err != nil {
		return err
	}
	r.done[tenant] = this
	return nil
}

// tell queues one letter for each account that holds a case that nobody has read, or that
// is buried.
func (r *Reminder) tell(tx *storage.Txn, today string) error {
	var to []storage.User
	k, err := calendarOf(tx)
	if err != nil {
		return err
	}
	if err := tx.Users(func(u storage.User) error {
		if u.Disabled || u.Email == "" || !mayRead(u.Roles) {
			return nil
		}
		due := false
		err := tx.ComplaintsOf(u.ID, func(c storage.Complaint) error {
			due = due || c.Case.Of(u.ID) != nil && (c.State == StateReceived || k.Buried(&c, today))
			return nil
		})
		if due {
			to = append(to, u)
		}
		return err
	}); err != nil {
		return err
	}
	for _, u := range to {
		if err := r.post(tx, u.Email, u.Lang); err != nil {
			return err
		}
	}
	return nil
}
