package storage

import (
	"errors"
	"time"
)

// Lease is the right of one process to do a job that only one may do.
type Lease struct {
	Holder string    `json:"holder"`
	Until  time.Time `json:"until"`
}

// TakeLease gives the job of that name to holder until a time, when nobody else
// holds it now. held is false when somebody does.
func (t *Txn) TakeLease(job, holder string, now, until time.Time) (held bool, err error) {
	at := t.key(kindLease, job)
	var l Lease
	if err := t.get(at, &l); err != nil && !errors.Is(err, ErrNotFound) {
		return false, err
	}
	if l.Holder != "" && l.Holder != holder && now.Before(l.Until) {
		return false, nil
	}
	return true, t.put(at, Lease{Holder: holder, Until: until})
}

// Tries counts attempts at something that may be guessed, in a window of time.
type Tries struct {
	Count int       `json:"count"`
	Since time.Time `json:"since"`
	Last  time.Time `json:"last"`
}

// Tries reads the counter of a subject, such as a login from a network, which is
// kept only as a keyed hash. A subject without one has the zero value.
func (t *Txn) Tries(subject string) (n Tries, err error) {
	err = t.get(t.key(kindTries, t.db.keys.index(kindTries, subject)), &n)
	if errors.Is(err, ErrNotFound) {
		return Tries{}, nil
	}
	return n, err
}

// PutTries keeps it; the zero value forgets the subject.
func (t *Txn) PutTries(subject string, n Tries) error {
	at := t.key(kindTries, t.db.keys.index(kindTries, subject))
	if n == (Tries{}) {
		return t.tx.Delete(at)
	}
	return t.put(at, n)
}
