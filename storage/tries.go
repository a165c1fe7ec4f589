package storage

import "time"

// Tries counts attempts at something that may be guessed, in a window of time.
type Tries struct {
	Count int       `json:"count"`
	Since time.Time `json:"since"`
	Last  time.Time `json:"last"`
}

// Tries reads the counter of a subject, such as a login from a network, of which
// only a keyed hash is kept. A subject without one has the zero value.
func (x *Txn) Tries(subject string) (Tries, error) {
	n, err := get[Tries](x, kTries, x.blind(kTries, subject))
	if absent(err) {
		err = nil
	}
	return n, err
}

// PutTries keeps it; the zero value forgets the subject.
func (x *Txn) PutTries(subject string, n Tries) error {
	if n == (Tries{}) {
		return x.drop(kTries, x.blind(kTries, subject))
	}
	return put(x, n, kTries, x.blind(kTries, subject))
}

// SweepTries forgets at most limit counters whose last attempt was before a time,
// and tells how many.
func (x *Txn) SweepTries(before time.Time, limit int) (int, error) {
	return sweep(x, kTries, limit, func(n Tries) bool { return n.Last.Before(before) },
		func(id string) error { return x.drop(kTries, id) })
}
