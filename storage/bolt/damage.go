package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"

	"go.etcd.io/bbolt"
)

// ErrDamaged means that a file cannot be read to its end. Everything else about it is
// told by Check.
var ErrDamaged = errors.New("the file is damaged and cannot be read to its end: restore a copy, and have the disk looked at")

// Guard runs fn, which reads a store, and makes an error of what bbolt does where a file
// is damaged: it panics, and memory that is mapped from behind the end of a file faults.
func Guard(fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if recover() != nil {
			err = ErrDamaged
		}
	}()
	return fn()
}

// walk reads every key of a store, here, where Guard holds: bbolt checks in a goroutine of
// its own, in which a page that points behind the end of the file would end the program.
func walk(ctx context.Context, tx *bbolt.Tx) error {
	b := tx.Bucket(bucket)
	if b == nil {
		return ErrDamaged
	}
	var last []byte
	c := b.Cursor()
	for k, _ := c.First(); k != nil; k, _ = c.Next() {
		if len(k) > bbolt.MaxKeySize || bytes.Compare(last, k) >= 0 {
			return ErrDamaged
		}
		if last = k; ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

// cut says that a file ends before the store in it does.
func cut(path string, db *bbolt.DB) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("bolt: %w", err)
	}
	return db.View(func(tx *bbolt.Tx) error {
		if tx.Size() > info.Size() {
			return fmt.Errorf("bolt: %s ends in the middle: it has %d bytes of %d; restore a copy", path, info.Size(), tx.Size())
		}
		return nil
	})
}
