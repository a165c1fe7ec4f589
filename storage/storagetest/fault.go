package storagetest

import (
	"context"
	"errors"

	"declara/storage"
)

// ErrFault is the error of the operation that a Fault fails.
var ErrFault = errors.New("storagetest: this operation was made to fail")

// Fault is a Store that goes wrong as engines do. It runs the function of every
// Update twice, discarding what the first run wrote, and fails one operation.
type Fault struct {
	storage.Store
	// Op is which operation of a function fails, from 1; 0 is none. After it the
	// transaction is lost: every operation fails, whatever the function does about
	// the first, and nothing is kept.
	Op int
	// Again lets the second run of an Update go well: a conflict that is retried,
	// and not an error that stays.
	Again bool
	// Failed says that the operation was reached.
	Failed bool
}

// errDiscard ends the first run of a function.
var errDiscard = errors.New("storagetest: run again")

// Update runs fn twice.
func (f *Fault) Update(ctx context.Context, fn func(storage.Tx) error) error {
	lost := false
	first := f.Store.Update(ctx, func(tx storage.Tx) error {
		t := &faultTx{tx: tx, left: f.Op}
		err := fn(t)
		lost = t.lost
		if err == nil {
			err = errDiscard
		}
		return err
	})
	f.Failed = f.Failed || lost
	if lost && !f.Again {
		return ErrFault
	}
	if !lost && !errors.Is(first, errDiscard) {
		return first
	}
	return f.Store.Update(ctx, fn)
}

// View runs fn once, with the fault.
func (f *Fault) View(ctx context.Context, fn func(storage.Tx) error) error {
	lost := false
	err := f.Store.View(ctx, func(tx storage.Tx) error {
		t := &faultTx{tx: tx, left: f.Op}
		err := fn(t)
		lost = t.lost
		return err
	})
	f.Failed = f.Failed || lost
	if lost {
		return ErrFault
	}
	return err
}

// faultTx counts operations down. It has no GetMany, so that what stands above is
// tested with Get too.
type faultTx struct {
	tx   storage.Tx
	left int
	lost bool
}

func (t *faultTx) fault() error {
	if t.left > 0 {
		if t.left--; t.left == 0 {
			t.lost = true
		}
	}
	if t.lost {
		return ErrFault
	}
	return nil
}

func (t *faultTx) Get(key string) ([]byte, error) {
	if err := t.fault(); err != nil {
		return nil, err
	}
	return t.tx.Get(key)
}

func (t *faultTx) Put(key string, value []byte) error {
	if err := t.fault(); err != nil {
		return err
	}
	return t.tx.Put(key, value)
}

func (t *faultTx) Delete(key string) error {
	if err := t.fault(); err != nil {
		return err
	}
	return t.tx.Delete(key)
}

func (t *faultTx) Scan(from, to string, fn func(string, []byte) bool) error {
	if err := t.fault(); err != nil {
		return err
	}
	return t.tx.Scan(from, to, fn)
}
