package bolt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"go.etcd.io/bbolt"
)

// compactStep is how many bytes Compact copies in one transaction.
const compactStep = 16 << 20

// Check reads the whole file: that every page is reached once and holds what it
// should, and that keys are in order. It runs beside readers and writers, and is
// slow: some seconds a gigabyte.
func (s *Store) Check(ctx context.Context) error {
	return s.db.View(func(tx *bbolt.Tx) error {
		var first error
		n := 0
		for err := range tx.Check() { // to its end, or it would block
			if first == nil {
				first = err
			}
			n++
		}
		if n > 0 {
			return fmt.Errorf("bolt: the file is damaged in %d places; the first: %w", n, first)
		}
		return ctx.Err()
	})
}

// Backup copies the store, as it is at one moment, to a new file at path, while
// others read and write, and checks the copy. path never holds half a copy, and one
// that is there is not replaced. Send the file elsewhere afterwards: a slow copy in
// here would keep pages of the store from being used again.
func (s *Store) Backup(ctx context.Context, path string) error {
	return create(path, func(f *os.File) error {
		if err := s.db.View(func(tx *bbolt.Tx) error {
			_, err := tx.WriteTo(contextWriter{ctx, f})
			return err
		}); ctx.Err() != nil {
			return ctx.Err() // which bbolt does not wrap
		} else if err != nil {
			return fmt.Errorf("bolt: %w", err)
		}
		return checkFile(ctx, f.Name())
	})
}

// Restore puts the backup at path from where a store will be opened. It checks the
// backup first, and refuses when there is any file at path to.
func Restore(ctx context.Context, from, to string) error {
	if err := checkFile(ctx, from); err != nil {
		return err
	}
	src, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("bolt: %w", err)
	}
	defer src.Close()
	return create(to, func(f *os.File) error {
		_, err := io.Copy(contextWriter{ctx, f}, src)
		return err
	})
}

// Compact rewrites the store at path, which nobody may have open, without the space
// that deleted records left.
func Compact(ctx context.Context, path string) error {
	src, err := Open(path)
	if err != nil {
		return err
	}
	defer src.Close()
	small := path + ".compact"
	if err := os.Remove(small); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("bolt: %w", err) // left by one that was interrupted
	}
	if err := create(small, func(f *os.File) error {
		dst, err := bbolt.Open(f.Name(), 0o600, options(false))
		if err != nil {
			return err
		}
		if err := errors.Join(bbolt.Compact(dst, src.db, compactStep), dst.Close()); err != nil {
			return err
		}
		return checkFile(ctx, f.Name())
	}); err != nil {
		return err
	}
	if err := os.Rename(small, path); err != nil { // while src holds the lock
		return fmt.Errorf("bolt: %w", err)
	}
	return syncDir(filepath.Dir(path))
}

// checkFile checks a file that nobody writes.
func checkFile(ctx context.Context, path string) error {
	db, err := openFile(path, true)
	if err != nil {
		return err
	}
	return errors.Join((&Store{db: db}).Check(ctx), db.Close())
}

// create makes the file at path whole or not at all: fill writes it under another
// name, and it gets its own once it is on the disk. A file that is there is not
// replaced.
func create(path string, fill func(*os.File) error) (err error) {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, filepath.Base(path)+".*.part") // of mode 0600
	if err != nil {
		return fmt.Errorf("bolt: %w", err)
	}
	defer os.Remove(f.Name())
	if err := errors.Join(fill(f), f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil { // unlike a rename it replaces nothing
		return fmt.Errorf("bolt: %w", err)
	}
	return syncDir(dir)
}

// syncDir makes the names in a folder durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("bolt: %w", err)
	}
	return errors.Join(d.Sync(), d.Close())
}

// contextWriter stops a copy when its context is done.
type contextWriter struct {
	ctx context.Context
	w   io.Writer
}

func (w contextWriter) Write(b []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.w.Write(b)
}
