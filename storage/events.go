package storage

import (
	"errors"
	"slices"
	"time"
)

// LeafEvent is what happened to a complaint. Its leaf has no About, and its time is
// the beginning of a day: neither tells which complaint, nor when.
const LeafEvent = "event"

// Event is the commitment to something that happened to a complaint: received, moved,
// the identity opened. Its id is random and stands only within the sealed part that
// tells of it, so that the log and this record do not lead to the complaint. It waits
// for the end of its day, and then goes into the log with the others of that day in
// the order of their ids, which means nothing.
type Event struct {
	ID     string `json:"id"`   // RandomID
	Day    string `json:"day"`  // yyyy-mm-dd
	Hash   string `json:"hash"` // SHA-256 of what happened, hex
	Salt   string `json:"salt"` // of its commitment in the log, hex
	Logged bool   `json:"logged,omitempty"`
	Leaf   uint64 `json:"leaf"` // when Logged
}

// PutEvent keeps an event until its day is over. It sets Salt.
func (x *Txn) PutEvent(e *Event) error {
	if taken, err := x.has(kEvent, e.ID); err != nil {
		return err
	} else if taken {
		return ErrConflict
	}
	if _, err := e.at(); err != nil {
		return err
	}
	e.Salt, e.Logged, e.Leaf = x.salt(LeafEvent, e.ID), false, 0
	return errors.Join(put(x, e, kEvent, e.ID), x.putBytes([]byte(e.ID), kEventDue, e.Day, e.ID))
}

// Event reads an event.
func (x *Txn) Event(id string) (Event, error) { return get[Event](x, kEvent, id) }

// EventsDue counts the events of a day that are not in the log yet.
func (x *Txn) EventsDue(day string) (n int, err error) {
	err = x.scan(kEventDue, func(string, []byte) error { n++; return nil }, day)
	return n, err
}

// LogEvents puts the events of the days before a day, at most limit, at the end of the
// log, and tells how many.
func (x *Txn) LogEvents(before string, limit int) (int, error) {
	var ids []string
	if err := x.scan(kEventDue, func(key string, id []byte) error {
		_, _, parts, _ := parse(key)
		if len(parts) != 2 || parts[0] >= before || len(ids) == limit {
			return errStop
		}
		ids = append(ids, string(id))
		return nil
	}); err != nil {
		return 0, err
	}
	for _, id := range ids {
		e, err := x.Event(id)
		if err != nil {
			return 0, err
		}
		if e.Leaf, err = x.logLeaf(e.leaf()); err != nil {
			return 0, err
		}
		e.Logged = true
		if err := errors.Join(put(x, e, kEvent, e.ID), x.drop(kEventDue, e.Day, e.ID)); err != nil {
			return 0, err
		}
	}
	return len(ids), nil
}

func (e *Event) at() (time.Time, error) { return time.Parse(time.DateOnly, e.Day) }

// leaf is what the log says of an event.
func (e *Event) leaf() Leaf {
	at, _ := e.at() // checked when it was put
	return Leaf{N: e.Leaf, Kind: LeafEvent, Full: Commitment(e.Salt, e.Hash), At: at}
}

// logged are those that are in the log.
func logged(all []Event) []Event {
	return slices.DeleteFunc(slices.Clone(all), func(e Event) bool { return !e.Logged })
}
