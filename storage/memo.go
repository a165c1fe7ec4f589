package storage

import (
	"bytes"
	"sync"
)

// Memo remembers what was read of the records of one kind, for lists over all of
// them: opening and parsing six thousand takes a second of two busy cores, and
// looking which have changed a few milliseconds. A record is told from what it was
// by the end of its sealed value, which is the tag of a cipher under a random
// nonce, so that what another process wrote is seen as well. It never answers for a
// snapshot that it was not asked about. The zero Memo is empty; it is safe for
// concurrent use, and is one tenant's.
type Memo[T any] struct {
	mu   sync.Mutex
	kept map[string]remembered[T]
}

type remembered[T any] struct {
	mark [markSize]byte
	v    T
}

const markSize = 16

// remember calls fn with every record of a kind that is sealed, opening those that
// are not remembered. It tells whether any is new, changed or gone since the last
// time. slim takes from a record what no list needs.
func remember[T any](x *Txn, k kind, m *Memo[T], slim func(*T), fn func(v T, fresh bool) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kept == nil {
		m.kept = map[string]remembered[T]{}
	}
	scan := x.tx.Scan
	if w, ok := x.tx.(Walker); ok {
		scan = w.Walk
	}
	seen := map[string]struct{}{}
	from, to := below(x.tenant, k)
	err := through(scan, from, to, func(key string, raw []byte) error {
		if len(raw) < markSize {
			return errUnreadable(k)
		}
		seen[key] = struct{}{}
		mark := [markSize]byte(raw[len(raw)-markSize:])
		if r, ok := m.kept[key]; ok && r.mark == mark {
			return fn(r.v, false)
		}
		r := remembered[T]{mark: mark}
		if err := decode(x, k, key, bytes.Clone(raw), &r.v); err != nil {
			return err
		}
		if slim != nil {
			slim(&r.v)
		}
		m.kept[key] = r
		return fn(r.v, true)
	})
	if err != nil || len(seen) == len(m.kept) {
		return err
	}
	for key := range m.kept {
		if _, there := seen[key]; !there {
			delete(m.kept, key)
		}
	}
	return nil
}

// PeopleOf, FilingsFor and FollowsOf are People, Filings and Follows by way of a
// Memo. fn must change nothing of what it is given.
func (x *Txn) PeopleOf(m *Memo[Person], fn func(v Person, fresh bool) error) error {
	return remember(x, kPerson, m, nil, fn)
}

// FilingsFor gives filings without what only their receipts need.
func (x *Txn) FilingsFor(m *Memo[Filing], fn func(v Filing, fresh bool) error) error {
	return remember(x, kFiling, m, func(f *Filing) {
		*f = Filing{ID: f.ID, Person: f.Person, Type: f.Type, Year: f.Year, Event: f.Event, Due: f.Due, Filed: f.Filed, Received: f.Received, Interest: f.Interest}
	}, fn)
}

// FollowsOf gives what the office did about each person.
func (x *Txn) FollowsOf(m *Memo[Follow], fn func(v Follow, fresh bool) error) error {
	return remember(x, kFollow, m, nil, fn)
}

// MailsOf gives messages without their text: of one that is kept an empty one is left,
// so that it can be told from one that is gone.
func (x *Txn) MailsOf(m *Memo[Mail], fn func(v Mail, fresh bool) error) error {
	return remember(x, kMail, m, func(v *Mail) {
		if v.Message != nil {
			v.Message = []byte{}
		}
	}, fn)
}
