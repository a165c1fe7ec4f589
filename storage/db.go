package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// DB is a Store with its key: what the services work with. It is safe for
// concurrent use.
type DB struct {
	store Store
	keys  *Keys
	row   Indexer
}

// Indexer makes the compact index row of a public result document, once, when it
// is published. The row is public.
type Indexer func(public []byte) ([]byte, error)

// Option changes how Open opens.
type Option func(*DB)

// WithIndexer sets what makes the rows of PublicRows; without it they are empty.
func WithIndexer(row Indexer) Option { return func(db *DB) { db.row = row } }

// Open joins a store and its key. It does not touch the store: see Prepare.
func Open(s Store, k *Keys, options ...Option) *DB {
	db := &DB{store: s, keys: k, row: func([]byte) ([]byte, error) { return nil, nil }}
	for _, o := range options {
		o(db)
	}
	return db
}

// Close closes the store.
func (db *DB) Close() error { return db.store.Close() }

// Keys is the key of this installation, for services that derive their own.
func (db *DB) Keys() *Keys { return db.keys }

// View runs fn over one unchanging snapshot of a tenant.
func (db *DB) View(ctx context.Context, tenant string, fn func(*Txn) error) error {
	if !name(tenant) {
		return ErrTenant
	}
	return db.store.View(ctx, func(tx Tx) error { return fn(db.txn(tx, tenant)) })
}

// Update runs fn in one transaction of a tenant; what it wrote is durable once
// Update returned nil. fn may run more than once.
func (db *DB) Update(ctx context.Context, tenant string, fn func(*Txn) error) error {
	if !name(tenant) {
		return ErrTenant
	}
	return db.store.Update(ctx, func(tx Tx) error { return fn(db.txn(tx, tenant)) })
}

// Tenants lists the public bodies that have an institution record.
func (db *DB) Tenants(ctx context.Context) (all []string, err error) {
	err = db.store.View(ctx, func(tx Tx) error {
		all = nil
		for from := tenants; ; {
			var next string
			if err := tx.Scan(from, end(tenants), func(key string, _ []byte) bool {
				next, _, _ = strings.Cut(key[len(tenants):], "/")
				return false
			}); err != nil || next == "" {
				return err
			}
			if _, err := tx.Get(tenants + next + "/" + kindInstitution); err == nil {
				all = append(all, next)
			} else if !errors.Is(err, ErrNotFound) {
				return err
			}
			from = end(tenants + next + "/")
		}
	})
	return all, err
}

// Txn is a transaction of one tenant with typed records. Sealed records are
// sealed and opened here and nowhere else.
type Txn struct {
	tx     Tx
	db     *DB
	tenant string
	prefix string
}

func (db *DB) txn(tx Tx, tenant string) *Txn {
	return &Txn{tx: tx, db: db, tenant: tenant, prefix: tenants + tenant + "/"}
}

// Tenant is whose transaction it is.
func (t *Txn) Tenant() string { return t.tenant }

// get reads a record in clear.
func (t *Txn) get(key string, v any) error {
	b, err := t.tx.Get(key)
	if err != nil {
		return err
	}
	return decode(key, b, v)
}

// put writes a record in clear.
func (t *Txn) put(key string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("storage: %s: %w", kindOf(key), err)
	}
	return t.tx.Put(key, b)
}

// getSealed reads a sealed record.
func (t *Txn) getSealed(key string, v any) error {
	b, err := t.openAt(key)
	if err != nil {
		return err
	}
	return decode(key, b, v)
}

func (t *Txn) openAt(key string) ([]byte, error) {
	b, err := t.tx.Get(key)
	if err != nil {
		return nil, err
	}
	return t.db.keys.open(key, b)
}

// putSealed writes a sealed record.
func (t *Txn) putSealed(key string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("storage: %s: %w", kindOf(key), err)
	}
	return t.tx.Put(key, t.db.keys.seal(key, b))
}

func decode(key string, b []byte, v any) error {
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("storage: %s: record cannot be read: %w", kindOf(key), err)
	}
	return nil
}

// scan walks the keys of a kind below some parts, in order, with what follows
// the prefix. An error of fn ends the walk and is returned.
func (t *Txn) scan(fn func(rest string, value []byte) error, kind string, parts ...string) error {
	prefix := t.key(kind, append(parts, "")...)
	var inner error
	err := t.tx.Scan(prefix, end(prefix), func(key string, value []byte) bool {
		inner = fn(key[len(prefix):], value)
		return inner == nil
	})
	return errors.Join(err, inner)
}

// each decodes every sealed record of a kind.
func each[T any](t *Txn, kind string, fn func(T) error) error {
	prefix := t.key(kind, "")
	return t.scan(func(rest string, value []byte) error {
		b, err := t.db.keys.open(prefix+rest, value)
		if err != nil {
			return err
		}
		var v T
		if err := decode(prefix, b, &v); err != nil {
			return err
		}
		return fn(v)
	}, kind)
}

// next counts a counter up and returns its new value; the first is 1.
func (t *Txn) next(counter string) (uint64, error) {
	n, err := t.count(counter)
	if err != nil {
		return 0, err
	}
	return n + 1, t.tx.Put(t.key(kindCount, counter), []byte(number(n+1)))
}

func (t *Txn) count(counter string) (n uint64, err error) {
	b, err := t.tx.Get(t.key(kindCount, counter))
	if errors.Is(err, ErrNotFound) {
		return 0, nil
	} else if err != nil {
		return 0, err
	}
	if _, err := fmt.Sscanf(string(b), "%x", &n); err != nil {
		return 0, fmt.Errorf("storage: counter cannot be read: %w", err)
	}
	return n, nil
}

// absent reports whether nothing is kept at a key.
func (t *Txn) absent(key string) (bool, error) {
	_, err := t.tx.Get(key)
	if errors.Is(err, ErrNotFound) {
		return true, nil
	}
	return false, err
}
