package bolt

import (
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
