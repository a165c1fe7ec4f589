package storage

import (
	"errors"
	"time"
)

// Posts set aside are bounded in number, since whoever holds a cookie of a session
// that is over can send as many as she likes: the oldest of a person, or of all,
// makes room.
const (
	AsidesEach  = 8   // tabs that a person has left open
	AsidesInAll = 500 // of a tenant
)

// Aside is a form post that came after its session had ended. It waits, sealed,
// for its person to sign in again.
type Aside struct {
	User    string    `json:"user"`
	Path    string    `json:"path"`
	Form    []byte    `json:"form"` // urlencoded
	Expires time.Time `json:"expires"`
}

// age is where a post stands in the order in which posts end.
func (a *Aside) age() string { return number(uint64(a.Expires.UnixMilli())) }

// PutAside keeps a post under the hash of a cookie made for it.
func (x *Txn) PutAside(hash string, a Aside) error {
	if err := put(x, a, kAside, hash); err != nil {
		return err
	}
	if err := x.putBytes([]byte(a.User), kAsideAge, a.age(), hash); err != nil {
		return err
	}
	return x.boundAsides(a.User)
}

// boundAsides makes room for what a user has just put.
func (x *Txn) boundAsides(user string) error {
	var all, theirs []string // oldest first
	if err := x.scan(kAsideAge, func(key string, of []byte) error {
		all = append(all, last(key))
		if string(of) == user {
			theirs = append(theirs, last(key))
		}
		return nil
	}); err != nil {
		return err
	}
	var oldest string // one was put, so one at most is too many
	switch {
	case len(theirs) > AsidesEach:
		oldest = theirs[0]
	case len(all) > AsidesInAll:
		oldest = all[0]
	default:
		return nil
	}
	_, err := x.TakeAside(oldest)
	return err
}

// TakeAside reads it once: it is gone afterwards. Whether it came in time, the
// caller checks.
func (x *Txn) TakeAside(hash string) (Aside, error) {
	a, err := get[Aside](x, kAside, hash)
	if err != nil {
		return a, err
	}
	return a, x.dropAside(hash, &a)
}

func (x *Txn) dropAside(hash string, a *Aside) error {
	return errors.Join(x.drop(kAside, hash), x.drop(kAsideAge, a.age(), hash))
}

// SweepAsides forgets at most limit posts that nobody took in time, and tells how
// many.
func (x *Txn) SweepAsides(now time.Time, limit int) (int, error) {
	var gone []string
	if err := x.scan(kAsideAge, func(key string, _ []byte) error {
		_, _, parts, ok := parse(key)
		if !ok {
			return errUnreadable(kAsideAge)
		}
		if parts[0] >= number(uint64(now.UnixMilli())) || len(gone) == limit {
			return errStop
		}
		gone = append(gone, parts[1])
		return nil
	}); err != nil {
		return 0, err
	}
	for _, hash := range gone {
		if _, err := x.TakeAside(hash); err != nil {
			return 0, err
		}
	}
	return len(gone), nil
}
