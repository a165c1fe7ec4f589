package complain

import (
	"context"
	"errors"
	"sync"
	"time"

	"declara/storage"
)

// Reminder tells the office by mail that there is something to read. It does so at two
// fixed hours, so that no letter tells when a complaint came in, and says nothing of
// it; whoever comes in between waits for the next.
type Reminder struct {
	db   *storage.DB
	now  func() time.Time
	post func(tx *storage.Txn, to, lang string) error

	mu   sync.Mutex
	done map[string]string // tenant → the last hour that was seen to
}

// NewReminder makes a Reminder that queues letters with post.
func NewReminder(db *storage.DB, now func() time.Time, post func(tx *storage.Txn, to, lang string) error) *Reminder {
	return &Reminder{db: db, now: now, post: post, done: map[string]string{}}
}

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
	if err := r.db.Update(ctx, tenant, r.tell); err != nil {
		return err
	}
	r.done[tenant] = this
	return nil
}

// tell queues one letter for each account that holds a case that nobody has read.
func (r *Reminder) tell(tx *storage.Txn) error {
	var to []storage.User
	if err := tx.Users(func(u storage.User) error {
		if u.Disabled || u.Email == "" || !mayRead(u.Roles) {
			return nil
		}
		unread := false
		err := tx.ComplaintsOf(u.ID, func(c storage.Complaint) error {
			unread = unread || c.State == StateReceived && c.Case.Of(u.ID) != nil
			return nil
		})
		if unread {
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
