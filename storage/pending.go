package storage

import "time"

// Pending is a signature that was begun and waits for the browser: what is to be
// signed, and what goes with it. Sealed at rest.
type Pending struct {
	ID      string    `json:"id"`
	User    string    `json:"user"`
	About   string    `json:"about"` // draft that is signed
	Data    []byte    `json:"data"`  // the service's own
	Expires time.Time `json:"expires"`
}

// PutPending keeps what waits for a signature.
func (x *Txn) PutPending(p Pending) error { return put(x, p, kPending, p.ID) }

// Pending reads what waits for a signature of that user; ErrNotFound when it is not
// there, is another's, or is too old.
func (x *Txn) Pending(id, user string, now time.Time) (Pending, error) {
	p, err := get[Pending](x, kPending, id)
	if err == nil && (p.User != user || !now.Before(p.Expires)) {
		return Pending{}, ErrNotFound
	}
	return p, err
}

// TakePending reads it once: it is gone afterwards, when the transaction is kept. So
// that a wrong signature is one try and no more, the caller keeps the transaction and
// tells the person what was wrong after it. It is ErrNotFound as Pending is, and what
// belongs to another user stays hers.
func (x *Txn) TakePending(id, user string, now time.Time) (Pending, error) {
	p, err := x.Pending(id, user, now)
	if err != nil {
		return p, err
	}
	return p, x.drop(kPending, id)
}

// SweepPending forgets at most limit that were too old at a time, and tells how many.
func (x *Txn) SweepPending(now time.Time, limit int) (int, error) {
	return sweep(x, kPending, limit, func(p Pending) bool { return !now.Before(p.Expires) },
		func(id string) error { return x.drop(kPending, id) })
}
