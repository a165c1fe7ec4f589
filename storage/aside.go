package storage

import "time"

// Aside is a form post that came after its session had ended. It waits, sealed,
// for its person to sign in again.
type Aside struct {
	User    string    `json:"user"`
	Path    string    `json:"path"`
	Form    []byte    `json:"form"` // urlencoded
	Expires time.Time `json:"expires"`
}

// PutAside keeps a post under the hash of a cookie made for it.
func (x *Txn) PutAside(hash string, a Aside) error { return put(x, a, kAside, hash) }

// TakeAside reads it once: it is gone afterwards. Whether it came in time, the
// caller checks.
func (x *Txn) TakeAside(hash string) (Aside, error) {
	a, err := get[Aside](x, kAside, hash)
	if err != nil {
		return a, err
	}
	return a, x.drop(kAside, hash)
}

// SweepAsides forgets at most limit posts that nobody took in time, and tells how
// many.
func (x *Txn) SweepAsides(now time.Time, limit int) (int, error) {
	return sweep(x, kAside, limit, func(a Aside) bool { return a.Expires.Before(now) },
		func(hash string) error { return x.drop(kAside, hash) })
}
