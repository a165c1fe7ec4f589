package storage

import (
	"context"
	"errors"
)

// What an engine or a repository may answer. Anything else is a fault.
var (
	// ErrNotFound means that nothing is kept under that key.
	ErrNotFound = errors.New("storage: not found")
	// ErrConflict means that a record changed since the caller read it, or that
	// what must be unique is there already. Nothing was written.
	ErrConflict = errors.New("storage: conflict")
	// ErrTenant means that a transaction of one public body touched a key of
	// another; it is always a defect of the caller.
	ErrTenant = errors.New("storage: key of another tenant")
)

// Store runs serializable transactions over ordered keys. fn may run more than
// once, so it must have no effect but through tx and must start from nothing
// each time. Values are the caller's to keep. A Store is safe for concurrent use.
type Store interface {
	// View runs fn over one unchanging snapshot.
	View(ctx context.Context, fn func(Tx) error) error
	// Update runs fn and keeps what it wrote when it returns nil: durable once
	// Update has returned. An error of fn keeps nothing and is returned.
	Update(ctx context.Context, fn func(Tx) error) error
	Close() error
}

// Tx is one transaction over ordered keys. It is valid only inside fn and only
// in fn's goroutine. Keys are non-empty text without NUL, at most 1,024 bytes.
type Tx interface {
	Get(key string) ([]byte, error) // ErrNotFound
	Put(key string, value []byte) error
	Delete(key string) error // deleting what is absent is no error
	// Scan calls fn in byte order for from <= key < to, until fn returns false.
	// fn must not write.
	Scan(from, to string, fn func(key string, value []byte) bool) error
}

// Walker is what a Tx may offer besides: Scan of values that are valid only until fn
// returns and must not be changed, so that an engine need not copy them.
type Walker interface {
	Walk(from, to string, fn func(key string, value []byte) bool) error
}

// ManyGetter is what a Tx may offer besides: many reads at once. fn gets the value
// of each key in order, nil where there is none. The value is valid only until fn
// returns and must not be changed, so an engine need not copy it; on a database
// across a network all keys are one round trip. An invalid key has no value. It
// ends with the first error of fn.
type ManyGetter interface {
	GetMany(keys []string, fn func(i int, value []byte) error) error
}

// Giver is what a Tx may offer besides: Put of a value that the caller gives away
// and never touches again, so that an engine need not copy it.
type Giver interface {
	Give(key string, value []byte) error
}
