package storage

import "time"

// Lease is the right of one process to do a job that only one may do.
type Lease struct {
	Holder string    `json:"holder"`
	Until  time.Time `json:"until"`
}

// TakeLease gives the job of that name to holder until a time, or lets her keep
// it; held is false when somebody else has it at now. Until = now gives it back.
// Clocks of two machines may differ, so what is done under a lease must bear to be
// done twice.
func (x *Txn) TakeLease(job, holder string, now, until time.Time) (held bool, err error) {
	l, err := get[Lease](x, kLease, job)
	if err != nil && !absent(err) {
		return false, err
	}
	if l.Holder != holder && l.Until.After(now) {
		return false, nil
	}
	return true, put(x, Lease{holder, until}, kLease, job)
}
