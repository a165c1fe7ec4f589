// Package files keeps sealed evidence outside of the database, a file each in one
// folder. It is given sealed bytes and never sees others: not a clear byte reaches the
// disk, not even for a moment.
//
// A file has a random name, belongs to its owner alone (0600), and is on the disk when
// Put returns. Its times, and those of the folder, are the midnight before, since the
// minute at which somebody sent a photograph may be what gives her away. (The time of
// the last change of the inode cannot be set; only who is root on the machine, and
// looks at it there, sees it. Copies do not have it.)
//
// A file is written before the transaction that names it and removed after the one
// that forgets it. So a crash leaves a file too many and never one too few, and Sweep
// removes what nobody names. Names are never used twice.
package files

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// ErrName means a name that Put cannot have given.
var ErrName = errors.New("files: not the name of a file of evidence")

// Store is a folder of sealed files. It is safe for concurrent use.
type Store struct {
	dir string
	now func() time.Time
}

// Open opens the folder. It is made when the first file is put.
func Open(dir string, now func() time.Time) *Store { return &Store{dir, now} }

// Put writes a new file with what fn writes, and returns its name. When fn or the disk
// fails, nothing is left.
func (s *Store) Put(fn func(io.Writer) error) (name string, err error) {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return "", fmt.Errorf("files: %w", bare(err))
	}
	name = strings.ToLower(rand.Text())
	path := filepath.Join(s.dir, name)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", fmt.Errorf("files: %w", bare(err))
	}
	if err = fn(f); err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		day := s.midnight()
		err = errors.Join(os.Chtimes(path, day, day), s.settle())
	}
	if err != nil {
		os.Remove(path)
		return "", fmt.Errorf("files: %w", bare(err))
	}
	return name, nil
}

// midnight is when everything here was last touched, as far as its times tell.
func (s *Store) midnight() time.Time { return s.now().UTC().Truncate(24 * time.Hour) }

// settle makes the folder's entries durable and its times say nothing.
func (s *Store) settle() error {
	d, err := os.Open(s.dir)
	if err != nil {
		return err
	}
	day := s.midnight()
	return errors.Join(d.Sync(), d.Close(), os.Chtimes(s.dir, day, day))
}

// Get reads a file.
func (s *Store) Get(name string) ([]byte, error) {
	if !valid(name) {
		return nil, ErrName
	}
	b, err := os.ReadFile(filepath.Join(s.dir, name))
	if err != nil {
		return nil, fmt.Errorf("files: %w", bare(err))
	}
	return b, nil
}

// Remove removes files; one that is not there is no error. Their content was sealed,
// and is gone for good with the keys; the file system may keep the sealed bytes.
func (s *Store) Remove(names ...string) error {
	var err error
	for _, name := range names {
		if !valid(name) {
			err = errors.Join(err, ErrName)
		} else if e := os.Remove(filepath.Join(s.dir, name)); e != nil && !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, fmt.Errorf("files: %w", bare(e)))
		}
	}
	if len(names) > 0 {
		if e := s.settle(); !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}

// List is the names of all files. What has another name is not ours and is left out.
func (s *Store) List() (all []string, err error) {
	entries, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, e := range entries {
		if valid(e.Name()) {
			all = append(all, e.Name())
		}
	}
	return all, err
}

// Sweep removes the files that nobody names, but those of yesterday and today: what
// was put a moment ago is named a moment later. It tells how many.
func (s *Store) Sweep(named func(string) bool) (n int, err error) {
	all, err := s.List()
	if err != nil {
		return 0, err
	}
	var gone []string
	for _, name := range all {
		info, err := os.Stat(filepath.Join(s.dir, name))
		if err == nil && !named(name) && info.ModTime().Before(s.midnight().AddDate(0, 0, -1)) {
			gone = append(gone, name)
		}
	}
	return len(gone), s.Remove(gone...)
}

// CopyTo copies the files that are not there yet to another folder, with their times.
// A file that goes meanwhile is left out.
//
// A backup beside a server calls it twice, before and after it copies the database:
// what the copy names was there before it, or came in between.
func (s *Store) CopyTo(dir string) error {
	all, err := s.List()
	if err != nil || len(all) == 0 {
		return err
	}
	to := &Store{dir, s.now}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("files: %w", bare(err))
	}
	there, err := to.List()
	if err != nil {
		return err
	}
	for _, name := range all {
		if slices.Contains(there, name) {
			continue
		}
		if err := to.copy(filepath.Join(s.dir, name), name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("files: %w", bare(err))
		}
	}
	return to.settle()
}

func (s *Store) copy(from, name string) error {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	info, err := src.Stat()
	if err != nil {
		return err
	}
	path := filepath.Join(s.dir, name)
	dst, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if _, err = io.Copy(dst, src); err == nil {
		err = dst.Sync()
	}
	if err = errors.Join(err, dst.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return os.Chtimes(path, info.ModTime(), info.ModTime())
}

// valid reports whether a name is one of Put's: 26 letters and digits of base 32.
func valid(name string) bool {
	return len(name) == 26 && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz234567") == ""
}

// bare is an error of the file system without the path, which has no place in a log.
func bare(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	return err
}
