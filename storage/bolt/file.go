package bolt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"go.etcd.io/bbolt"
)

// compactStep is how many bytes Compact copies in one transaction.
const compactStep = 16 << 20

// Check reads the whole file: that every page is reached once and holds what it
// should, and that keys are in order. It runs beside readers and writers, and is
// slow: some seconds a gigabyte.
func (s *Store) Check(ctx context.Context) error {
	return s.file.view(func(tx *bbolt.Tx) error {
		if err := Guard(func() error { return walk(ctx, tx) }); err != nil {
			return err
		}
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

// Touch writes nothing, in a transaction of its own: the time of the file is then that of
// this, and one more transaction is counted.
func (s *Store) Touch(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := s.file.update(func(*bbolt.Tx) error { return nil }); err != nil {
		return fmt.Errorf("bolt: %w", err)
	}
	return nil
}

// Backup copies the store, as it is at one moment, to a new file at path, while
// others read and write, and checks the copy. path never holds half a copy, and one
// that is there is not replaced. Send the file elsewhere afterwards: a slow copy in
// here would keep pages of the store from being used again.
func (s *Store) Backup(ctx context.Context, path string) error {
	return create(path, func(f *os.File) error {
		if err := s.file.view(func(tx *bbolt.Tx) error {
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

// Compact rewrites the store without the space that deleted records left, so that
// nothing of them is left in the file, while it is open. It waits for a moment without
// transactions, without keeping new ones waiting for that, and then everybody waits
// until it is done: a second for some 50 MB.
func (s *Store) Compact(ctx context.Context) error {
	for !s.file.swap.TryLock() {
		select {
		case <-time.After(quiet):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	defer s.file.swap.Unlock()
	small := s.file.path + compacting
	if err := sweep(s.file.path); err != nil {
		return err
	}
	if err := create(small, func(f *os.File) error { return s.file.copyTo(ctx, f.Name()) }); err != nil {
		return err
	}
	// The new file is open, and so locked, before it has the name of the old one: no
	// other process gets in between.
	next, err := openFile(small, false)
	if err != nil {
		return err
	}
	if err := os.Rename(small, s.file.path); err != nil {
		return errors.Join(fmt.Errorf("bolt: %w", err), next.Close())
	}
	old := s.file.db
	s.file.db = next
	return errors.Join(old.Close(), syncDir(filepath.Dir(s.file.path)))
}

// sweep removes what a Compact that was interrupted left beside the store at path: it
// has records that may be deleted since.
func sweep(path string) error {
	all, err := os.ReadDir(filepath.Dir(path))
	for _, e := range all {
		if strings.HasPrefix(e.Name(), filepath.Base(path)+compacting) {
			err = errors.Join(err, os.Remove(filepath.Join(filepath.Dir(path), e.Name())))
		}
	}
	if err != nil {
		return fmt.Errorf("bolt: %w", err)
	}
	return nil
}

// compacting ends the name of a file that is to take the place of the store.
const compacting = ".compact"

// quiet is how often Compact looks whether no transaction runs.
const quiet = 2 * time.Millisecond

// copyTo copies what is kept into a file, and checks it.
func (f *file) copyTo(ctx context.Context, path string) error {
	dst, err := bbolt.Open(path, 0o600, options(false))
	if err != nil {
		return fmt.Errorf("bolt: %w", err)
	}
	if err := errors.Join(bbolt.Compact(dst, f.db, compactStep), dst.Close()); err != nil {
		return fmt.Errorf("bolt: %w", err)
	}
	return checkFile(ctx, path)
}

// checkFile checks a file that nobody writes.
func checkFile(ctx context.Context, path string) error {
	db, err := openFile(path, true)
	if err != nil {
		return err
	}
	return errors.Join(newStore(path, db).Check(ctx), db.Close())
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
