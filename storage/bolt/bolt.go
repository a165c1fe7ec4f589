package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"declara/storage"
)

// How the file is opened; the package comment says why.
const (
	lockWait = time.Second
	mmapSize = 16 << 30 // bytes of address space, not of memory
	maxSize  = 64 << 30 // bytes that the file may grow to
)

// bucket holds every key.
var bucket = []byte("declara")

// Store is a storage.Store in one file. It is safe for concurrent use by one
// process.
type Store struct {
	file  *file
	group group
}

// file is the open file. Compact puts another in its place, which it does only when no
// transaction runs.
type file struct {
	swap sync.RWMutex
	path string
	db   *bbolt.DB
}

func (f *file) view(fn func(*bbolt.Tx) error) error {
	f.swap.RLock()
	defer f.swap.RUnlock()
	return f.db.View(fn)
}

func (f *file) update(fn func(*bbolt.Tx) error) error {
	f.swap.RLock()
	defer f.swap.RUnlock()
	return f.db.Update(fn)
}

var _ storage.Store = (*Store)(nil)

func options(readOnly bool) *bbolt.Options {
	return &bbolt.Options{
		Timeout: lockWait, FreelistType: bbolt.FreelistMapType, InitialMmapSize: mmapSize,
		MaxSize: maxSize, ReadOnly: readOnly,
	}
}

// Open opens the file at path, and makes it, of mode 0600, when there is none.
func Open(path string) (*Store, error) {
	if err := initialize(path); err != nil {
		return nil, err
	}
	db, err := openFile(path, false)
	if err != nil {
		return nil, err
	}
	if err := sweep(path); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return newStore(path, db), nil
}

func newStore(path string, db *bbolt.DB) *Store {
	f := &file{path: path, db: db}
	return &Store{file: f, group: group{file: f}}
}

// openFile opens a store that is there.
func openFile(path string, readOnly bool) (*bbolt.DB, error) {
	if info, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("bolt: %w", err)
	} else if info.Size() == 0 { // which bbolt would take for a new one
		return nil, fmt.Errorf("bolt: %s is an empty file and not a store of declara", path)
	}
	var db *bbolt.DB
	err := Guard(func() (err error) {
		db, err = bbolt.Open(path, 0o600, options(readOnly))
		return err
	})
	if errors.Is(err, berrors.ErrTimeout) {
		return nil, fmt.Errorf("bolt: %s is in use: another declara serves from it, or checks it or backs it up; stop that one first", path)
	}
	if err != nil {
		return nil, fmt.Errorf("bolt: %s: %w", path, err)
	}
	if err := cut(path, db); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if err := db.View(func(tx *bbolt.Tx) error {
		if tx.Bucket(bucket) == nil {
			return fmt.Errorf("bolt: %s is not a store of declara", path)
		}
		return nil
	}); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// initialize makes an empty store at path when there is no file. It is made aside
// and then named, so that a crash leaves no half of one, which would not open.
func initialize(path string) error {
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		return nil // what else is wrong with it, opening it tells
	}
	err := create(path, func(f *os.File) error {
		db, err := bbolt.Open(f.Name(), 0o600, options(false))
		if err != nil {
			return err
		}
		return errors.Join(db.Update(func(tx *bbolt.Tx) error {
			_, err := tx.CreateBucket(bucket)
			return err
		}), db.Close())
	})
	if errors.Is(err, os.ErrExist) {
		return nil // another process was faster
	}
	return err
}

// Close waits for the transactions that run and closes the file.
func (s *Store) Close() error {
	s.file.swap.Lock()
	defer s.file.swap.Unlock()
	return s.file.db.Close()
}

// View runs fn over one snapshot.
func (s *Store) View(ctx context.Context, fn func(storage.Tx) error) error {
	return s.file.view(func(btx *bbolt.Tx) error { return run(ctx, btx, false, fn) })
}

// Update runs fn alone. A lone writer commits at once; those that come while
// another one writes share a commit.
func (s *Store) Update(ctx context.Context, fn func(storage.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.group.update(ctx, fn)
}

// run runs fn, unless its context is over, before or after.
func run(ctx context.Context, btx *bbolt.Tx, writable bool, fn func(storage.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	t := &tx{ctx: ctx, b: btx.Bucket(bucket), writable: writable}
	defer func() { t.b = nil }()
	if err := fn(t); err != nil {
		return err
	}
	return ctx.Err()
}

// tx is one transaction.
type tx struct {
	ctx      context.Context
	b        *bbolt.Bucket // nil once it is over
	fence    storage.Fence
	writable bool
	scanning int
}

// ready says why nothing can be done, or nil.
func (t *tx) ready(key string) error {
	if t.b == nil {
		return storage.ErrDone
	}
	if err := t.ctx.Err(); err != nil {
		return err
	}
	if t.writable {
		return t.fence.Key(key)
	}
	return storage.CheckKey(key)
}

func (t *tx) Get(key string) ([]byte, error) {
	if err := t.ready(key); err != nil {
		return nil, err
	}
	v := t.b.Get([]byte(key))
	if v == nil {
		return nil, storage.ErrNotFound
	}
	return append(make([]byte, 0, len(v)), v...), nil
}

// GetMany gives the values where they lie in the file.
func (t *tx) GetMany(keys []string, fn func(i int, value []byte) error) error {
	for i, key := range keys {
		var v []byte
		switch err := t.ready(key); {
		case errors.Is(err, storage.ErrKey):
		case err != nil:
			return err
		default:
			v = t.b.Get([]byte(key))
		}
		if err := fn(i, v); err != nil {
			return err
		}
	}
	return nil
}

// Put copies the value: bbolt keeps the slice until the commit, and takes a nil one
// for none.
func (t *tx) Put(key string, value []byte) error {
	return t.Give(key, append(make([]byte, 0, len(value)), value...))
}

// Give puts a value that is not touched again.
func (t *tx) Give(key string, value []byte) error {
	if err := t.write(key); err != nil {
		return err
	}
	if value == nil {
		value = []byte{}
	}
	return t.b.Put([]byte(key), value)
}

func (t *tx) Delete(key string) error {
	if err := t.write(key); err != nil {
		return err
	}
	return t.b.Delete([]byte(key))
}

// write is ready for a change.
func (t *tx) write(key string) error {
	if err := t.ready(key); err != nil {
		return err
	}
	if !t.writable || t.scanning > 0 {
		return storage.ErrReadOnly
	}
	return nil
}

func (t *tx) Scan(from, to string, fn func(key string, value []byte) bool) error {
	return t.Walk(from, to, func(key string, v []byte) bool { return fn(key, append(make([]byte, 0, len(v)), v...)) })
}

// Walk gives the values where they lie in the file.
func (t *tx) Walk(from, to string, fn func(key string, value []byte) bool) error {
	if t.b == nil {
		return storage.ErrDone
	}
	if err := errors.Join(storage.CheckKey(from), storage.CheckKey(to)); err != nil {
		return err
	}
	if t.writable {
		if err := t.fence.Range(from, to); err != nil {
			return err
		}
	}
	t.scanning++
	defer func() { t.scanning-- }()
	end := []byte(to)
	c := t.b.Cursor()
	for k, v := c.Seek([]byte(from)); k != nil && bytes.Compare(k, end) < 0; k, v = c.Next() {
		if err := t.ctx.Err(); err != nil {
			return err
		}
		if !fn(string(k), v) {
			return nil
		}
	}
	return nil
}
