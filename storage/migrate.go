package storage

import (
	"context"
	"fmt"
	"strconv"
)

// migration changes the records of one tenant to a newer format. It runs in one
// transaction a tenant, with the note that it was done.
type migration struct {
	name string
	run  func(x *Txn) error
}

// migrations lead from the first format to the present one: a store of format n
// has had the first n-1. Formats are numbered from 1. An entry, once released, is
// never changed or taken out.
var migrations []migration

// proof is sealed in each new store, to tell the right key file from another.
const proof = "declara"

// Prepare checks that this version knows the format of the store and that the keys
// are those that it was sealed with, begins an empty store, and brings an older one
// up to date. Each transaction asks it first; a server asks it at start, to say in
// words what is wrong.
func (db *DB) Prepare(ctx context.Context) error {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.ready {
		return nil
	}
	format, err := db.begin(ctx)
	if err != nil {
		return err
	}
	for ; format < db.format(); format++ {
		if err := db.migrate(ctx, format); err != nil {
			return fmt.Errorf("storage: migration %q: %w", db.history[format-1].name, err)
		}
	}
	db.ready = true
	return nil
}

// format is the one that this version writes.
func (db *DB) format() int { return len(db.history) + 1 }

// begin reads the format of the store, and writes it in an empty one.
func (db *DB) begin(ctx context.Context) (format int, err error) {
	err = db.store.View(ctx, func(tx Tx) error {
		format, err = db.readFormat(tx)
		return err
	})
	if !absent(err) {
		return format, err
	}
	err = db.store.Update(ctx, func(tx Tx) error {
		if format, err = db.readFormat(tx); !absent(err) {
			return err
		}
		format = db.format()
		if err := tx.Put(keyProof, db.keys.seal("proof", keyProof, []byte(proof))); err != nil {
			return err
		}
		return tx.Put(keyFormat, []byte(strconv.Itoa(format)))
	})
	return format, err
}

// readFormat reads the format and tries the keys.
func (db *DB) readFormat(tx Tx) (int, error) {
	raw, err := tx.Get(keyFormat)
	if err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(string(raw))
	if err != nil || n < 1 {
		return 0, fmt.Errorf("storage: the format of the data cannot be read")
	}
	if n > db.format() {
		return 0, fmt.Errorf("storage: the data has format %d and this version knows %d: use the version of declara that wrote it, or a newer one", n, db.format())
	}
	sealed, err := tx.Get(keyProof)
	if err != nil {
		return 0, err
	}
	_, err = db.keys.open("proof", keyProof, sealed)
	return n, err
}

// migrate brings all tenants from a format to the next. What was done is noted a
// tenant, so that it goes on where it stopped.
func (db *DB) migrate(ctx context.Context, format int) error {
	all, err := tenants(ctx, db.store)
	if err != nil {
		return err
	}
	next := strconv.Itoa(format + 1)
	for _, tenant := range all {
		if err := db.store.Update(ctx, func(tx Tx) error {
			return db.with(tx, tenant, func(x *Txn) error {
				done, err := x.getBytes(kFormat)
				if err != nil && !absent(err) {
					return err
				}
				if string(done) == next {
					return nil
				}
				if err := db.history[format-1].run(x); err != nil {
					return err
				}
				return x.putBytes([]byte(next), kFormat)
			})
		}); err != nil {
			return err
		}
	}
	return db.store.Update(ctx, func(tx Tx) error { return tx.Put(keyFormat, []byte(next)) })
}
