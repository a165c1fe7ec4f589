// Package bolt keeps the store in one file, through bbolt: the engine of an
// ordinary installation. It is the only importer of bbolt.
//
// The file is opened for how this system uses it (stack.md has the measurements):
// a large first memory map, so that a slow reader never makes a writer, and with
// it everybody, wait for the file to grow; the free list kept as a map and synced,
// so that opening is quick; a bound on the file's size, so that a full disk is met
// as an error and not as a torn page.
//
// A lone writer commits at once. Writers that come while another commits share a
// commit (bbolt's Batch), which is many times quicker than one sync each.
package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"
	bberrors "go.etcd.io/bbolt/errors"

	"declara/storage"
)

var bucket = []byte("declara")

const (
	lockWait   = time.Second
	firstMap   = 1 << 30   // address space, not memory
	mostBytes  = 256 << 30 // of the file
	batchDelay = 2 * time.Millisecond
)

// Store is an open file. One process may have it open.
type Store struct {
	db      *bbolt.DB
	writers atomic.Int32 // that are in Update now
}

// Open opens the file at path and makes it, mode 0600, when it is not there.
func Open(path string) (*Store, error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{
		Timeout: lockWait, FreelistType: bbolt.FreelistMapType, InitialMmapSize: firstMap, MaxSize: mostBytes,
	})
	if errors.Is(err, bberrors.ErrTimeout) {
		return nil, fmt.Errorf("%s is in use: another declara has it open; end that one first", path)
	} else if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	db.MaxBatchDelay = batchDelay
	if err := db.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucketIfNotExists(bucket)
		return err
	}); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &Store{db: db}, nil
}

// Close waits for the transactions that run and closes the file.
func (s *Store) Close() error { return s.db.Close() }

// View implements storage.Store.
func (s *Store) View(ctx context.Context, fn func(storage.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.db.View(func(tx *bbolt.Tx) error { return fn(&txn{ctx, tx.Bucket(bucket), false}) })
}

// Update implements storage.Store.
func (s *Store) Update(ctx context.Context, fn func(storage.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	commit := s.db.Update
	if s.writers.Add(1) > 1 {
		commit = s.db.Batch
	}
	defer s.writers.Add(-1)
	return commit(func(tx *bbolt.Tx) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return fn(&txn{ctx, tx.Bucket(bucket), true})
	})
}

type txn struct {
	ctx   context.Context
	b     *bbolt.Bucket
	write bool
}

func (t *txn) Get(key string) ([]byte, error) {
	v := t.b.Get([]byte(key))
	if v == nil {
		return nil, storage.ErrNotFound
	}
	return append([]byte{}, v...), nil
}

// Read implements storage.Reader: the value without a copy, valid inside fn only.
func (t *txn) Read(key string, fn func([]byte)) error {
	v := t.b.Get([]byte(key))
	if v == nil {
		return storage.ErrNotFound
	}
	fn(v)
	return nil
}

func (t *txn) Put(key string, value []byte) error {
	if err := storage.CheckKey(key); err != nil {
		return err
	}
	if !t.write {
		return storage.ErrReadOnly
	}
	if value == nil {
		value = []byte{}
	}
	return t.b.Put([]byte(key), value)
}

func (t *txn) Delete(key string) error {
	if !t.write {
		return storage.ErrReadOnly
	}
	return t.b.Delete([]byte(key))
}

func (t *txn) Scan(from, to string, fn func(string, []byte) bool) error {
	c := t.b.Cursor()
	limit := []byte(to)
	n := 0
	for k, v := c.Seek([]byte(from)); k != nil && bytes.Compare(k, limit) < 0; k, v = c.Next() {
		if n++; n%1024 == 0 && t.ctx.Err() != nil {
			return t.ctx.Err()
		}
		if !fn(string(k), append([]byte{}, v...)) {
			return nil
		}
	}
	return nil
}

// Backup writes a copy of the store, as it is at one moment, to a new file of
// mode 0600. Others go on reading and writing. It refuses a path that exists.
func (s *Store) Backup(path string) error {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%s exists already", path)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".declara-backup-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	err = s.db.View(func(tx *bbolt.Tx) error {
		_, err := tx.WriteTo(f)
		return err
	})
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// Check reads the whole file and reports what is wrong with its structure.
func (s *Store) Check() error {
	return s.db.View(func(tx *bbolt.Tx) error {
		var all []error
		for err := range tx.Check() {
			if len(all) < 20 {
				all = append(all, err)
			}
		}
		return errors.Join(all...)
	})
}
