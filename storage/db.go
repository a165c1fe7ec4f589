package storage

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Indexer makes the compact row of a public document that lists and searches keep
// in memory. It is called once, in the transaction that publishes, and may run
// again when that is retried. The row must hold nothing that is not public.
type Indexer func(public []byte) ([]byte, error)

// Option changes how a DB is opened.
type Option func(*DB)

// WithIndexer makes index rows with fn. Without one, rows are empty.
func WithIndexer(fn Indexer) Option { return func(db *DB) { db.index = fn } }

// DB is the records of all tenants. It is safe for concurrent use.
type DB struct {
	store   Store
	keys    *Keys
	index   Indexer
	history []migration
	zones   sync.Map // name to *time.Location

	institutions sync.Map // tenant to *institution

	mu    sync.Mutex
	ready bool
}

// Open keeps records in s, sealed with k. It reads nothing yet: the first
// transaction, or Prepare, checks the format and the keys.
func Open(s Store, k *Keys, opts ...Option) *DB {
	db := &DB{store: s, keys: k, history: migrations, index: func([]byte) ([]byte, error) { return nil, nil }}
	for _, o := range opts {
		o(db)
	}
	return db
}

// Close closes the store.
func (db *DB) Close() error { return db.store.Close() }

// Keys are the master keys, for the purposes of Keys.Sub.
func (db *DB) Keys() *Keys { return db.keys }

// View runs fn over one unchanging snapshot of a tenant. fn may run more than once.
func (db *DB) View(ctx context.Context, tenant string, fn func(*Txn) error) error {
	return db.run(ctx, tenant, db.store.View, fn)
}

// Update runs fn in one serializable transaction of a tenant and keeps all that it
// wrote, durably, when it returns nil, and nothing when it returns an error, which
// Update returns. fn may run more than once: it must have no effect but through
// the Txn, and start from nothing each time.
func (db *DB) Update(ctx context.Context, tenant string, fn func(*Txn) error) error {
	return db.run(ctx, tenant, db.store.Update, fn)
}

func (db *DB) run(ctx context.Context, tenant string, run func(context.Context, func(Tx) error) error, fn func(*Txn) error) error {
	if !ValidTenant(tenant) {
		return ErrTenant
	}
	if err := db.Prepare(ctx); err != nil {
		return err
	}
	return run(ctx, func(tx Tx) error { return db.with(tx, tenant, fn) })
}

// with runs fn over the keys of a tenant.
func (db *DB) with(tx Tx, tenant string, fn func(*Txn) error) error {
	x := &Txn{tx: tx, db: db, tenant: tenant}
	defer func() { x.tx = overTx{} }()
	return fn(x)
}

// Tenants lists the public bodies that were set up, in the order of their keys.
func (db *DB) Tenants(ctx context.Context) (all []string, err error) {
	if err := db.Prepare(ctx); err != nil {
		return nil, err
	}
	any, err := tenants(ctx, db.store)
	if err != nil {
		return nil, err
	}
	for _, t := range any {
		switch err := db.View(ctx, t, func(x *Txn) error { _, err := x.Institution(); return err }); {
		case err == nil:
			all = append(all, t)
		case !absent(err):
			return nil, err
		}
	}
	return all, nil
}

// EachTenant calls fn with every public body that was set up. What fails for one keeps
// none of the others waiting: the errors come back together.
func (db *DB) EachTenant(ctx context.Context, fn func(tenant string) error) error {
	all, err := db.Tenants(ctx)
	for _, t := range all {
		err = errors.Join(err, fn(t))
	}
	return err
}

// tenants lists those that have any record.
func tenants(ctx context.Context, s Store) (all []string, err error) {
	err = s.View(ctx, func(tx Tx) error {
		all = nil
		for from, to := tenantRange(""); ; {
			found := ""
			if err := tx.Scan(from, to, func(key string, _ []byte) bool {
				found = TenantOf(key)
				return false
			}); err != nil || found == "" {
				return err
			}
			all = append(all, found)
			_, from = tenantRange(found)
		}
	})
	return all, err
}

// Txn is one transaction over the records of one tenant: the repositories are its
// methods. It is valid only inside fn and only in fn's goroutine. The error of a
// method means that the transaction must end: return it.
type Txn struct {
	tx     Tx
	db     *DB
	tenant string
}

// Tenant is the public body that the transaction is about.
func (x *Txn) Tenant() string { return x.tenant }

func (x *Txn) key(k kind, parts ...string) string { return key(x.tenant, k, parts...) }

// zone is a place's time, from the institution's record.
func (db *DB) zone(name string) (*time.Location, error) {
	if z, ok := db.zones.Load(name); ok {
		return z.(*time.Location), nil
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("storage: zone: %w", err)
	}
	db.zones.Store(name, z)
	return z, nil
}

// overTx is the Tx of a transaction that is over.
type overTx struct{}

func (overTx) Get(string) ([]byte, error) { return nil, ErrDone }
func (overTx) Put(string, []byte) error   { return ErrDone }
func (overTx) Delete(string) error        { return ErrDone }
func (overTx) Scan(string, string, func(string, []byte) bool) error {
	return ErrDone
}

// absent reports whether err says that there is nothing.
func absent(err error) bool { return errors.Is(err, ErrNotFound) }
