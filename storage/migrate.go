package storage

import (
	"context"
	"errors"
	"fmt"
	"strconv"
)

// migrations bring the layout of keys and records from one format to the next,
// each in a transaction of its own. They are never changed or taken out; the
// format of a store is how many of them it has had.
var migrations = []func(Tx) error{
	func(Tx) error { return nil }, // 1: the first layout
}

// Format is the layout that this program reads and writes.
var Format = len(migrations)

// Prepare makes a store ready for this program: it brings its format up to date
// and makes sure that the key file is the one that its records are sealed with.
// It refuses a store of a newer program, in words that an operator can act on.
func (db *DB) Prepare(ctx context.Context) error {
	for {
		done := false
		err := db.store.Update(ctx, func(tx Tx) error {
			done = false
			at, err := formatOf(tx)
			if err != nil {
				return err
			}
			switch {
			case at > Format:
				return fmt.Errorf("this store has format %d and this program knows up to %d: use a newer declara", at, Format)
			case at == Format:
				done = true
				return db.proveKey(tx)
			}
			if err := migrations[at](tx); err != nil {
				return fmt.Errorf("migration %d: %w", at+1, err)
			}
			return tx.Put(metaFormat, []byte(strconv.Itoa(at+1)))
		})
		if err != nil || done {
			return err
		}
	}
}

func formatOf(tx Tx) (int, error) {
	b, err := tx.Get(metaFormat)
	if errors.Is(err, ErrNotFound) {
		return 0, nil
	} else if err != nil {
		return 0, err
	}
	at, err := strconv.Atoi(string(b))
	if err != nil || at < 0 {
		return 0, errors.New("storage: the format of this store cannot be read")
	}
	return at, nil
}

// ErrWrongKey means that the records were sealed with another key file.
var ErrWrongKey = errors.New("this is not the key file that the store was made with")

// proveKey seals a known value on first use and opens it ever after.
func (db *DB) proveKey(tx Tx) error {
	b, err := tx.Get(metaKey)
	if errors.Is(err, ErrNotFound) {
		return tx.Put(metaKey, db.keys.seal(metaKey, []byte("declara")))
	} else if err != nil {
		return err
	}
	if _, err := db.keys.open(metaKey, b); err != nil {
		return ErrWrongKey
	}
	return nil
}
