// Package staged keeps a list that was read from a file between the page that reads it
// and the one that applies it: sealed, for a day, so many of a kind at once. What is in
// it, and what applying it does, is of who makes the Kind: the roster (package account)
// and the suppliers (package conflict).
package staged

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"declara/storage"
)

// For is how long a list waits, and then how long it can be taken back.
const For = 24 * time.Hour

// most is how many may wait at once in a body.
const most = 20

// Kind is lists of one kind, as the store keeps them.
type Kind struct {
	Get  func(*storage.Txn, string) (storage.Import, error)
	Each func(*storage.Txn, func(storage.Import) error) error
	Put  func(*storage.Txn, storage.Import) error

	Many error // told when too many wait
	Over error // told of one whose day is over, or that was applied
	None error // told of one that is not there; nil leaves the store's error
}

// New is a list with what was read, before it is kept.
func New(user string, now time.Time, read any) (storage.Import, error) {
	data, err := json.Marshal(read)
	if err != nil {
		return storage.Import{}, fmt.Errorf("staged: %w", err)
	}
	return storage.Import{ID: storage.NewID(now), User: user, Created: now, Expires: now.Add(For), Data: data}, nil
}

// Keep keeps a new list, unless too many wait.
func (k Kind) Keep(tx *storage.Txn, i storage.Import) error {
	waiting := 0
	if err := k.Each(tx, func(o storage.Import) error {
		if i.Created.Before(o.Expires) {
			waiting++
		}
		return nil
	}); err != nil {
		return err
	}
	if waiting >= most {
		return k.Many
	}
	return k.Put(tx, i)
}

// Live reads a list whose day is not over.
func (k Kind) Live(tx *storage.Txn, now time.Time, id string) (storage.Import, error) {
	i, err := k.Get(tx, id)
	switch {
	case errors.Is(err, storage.ErrNotFound) && k.None != nil:
		return i, k.None
	case err == nil && !now.Before(i.Expires):
		return i, k.Over
	}
	return i, err
}

// Waiting reads a list that was not applied, and what was read into the other.
func (k Kind) Waiting(tx *storage.Txn, now time.Time, id string, read any) (storage.Import, error) {
	i, err := k.Live(tx, now, id)
	switch {
	case err != nil:
		return i, err
	case !i.Applied.IsZero():
		return i, k.Over
	}
	if err := json.Unmarshal(i.Data, read); err != nil {
		return i, errors.New("staged: a list cannot be read")
	}
	return i, nil
}
