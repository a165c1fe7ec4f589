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
// A file is written under another name, and has its own once it is whole on the disk:
// nobody who lists or copies the folder meanwhile takes half of one for a file. It is
// written before the transaction that names it and removed after the one that forgets
// it. So a crash leaves a file too many and never one too few, and Sweep removes what
// nobody names. Names are never used twice, and a file never changes: a copy of a folder
// that has the name has the file, if the sum that the record has is its own.
package files

import (
	"crypto/rand"
	"crypto/sha256"
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

// partial ends the name of a file that is not whole yet.
const partial = ".parcial"

// Put writes a new file with what fn writes, and returns its name and its SHA-256. When
// fn or the disk fails, nothing is left.
func (s *Store) Put(fn func(io.Writer) error) (name string, sum []byte, err error) {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return "", nil, fmt.Errorf("files: %w", bare(err))
	}
	name = strings.ToLower(rand.Text())
	sum, err = s.write(name, s.midnight(), fn)
	if err == nil {
		err = s.settle()
	}
	if err != nil {
		os.Remove(filepath.Join(s.dir, name))
		return "", nil, fmt.Errorf("files: %w", bare(err))
	}
	return name, sum, nil
}

// write makes a file whole or not at all, but for its entry in the folder, which settle
// makes durable.
func (s *Store) write(name string, day time.Time, fn func(io.Writer) error) (sum []byte, err error) {
	path := filepath.Join(s.dir, name)
	f, err := os.OpenFile(path+partial, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	h := sha256.New()
	if err = fn(io.MultiWriter(f, h)); err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = errors.Join(os.Chtimes(path+partial, day, day), os.Rename(path+partial, path))
	}
	if err != nil {
		return nil, errors.Join(err, os.Remove(path+partial))
	}
	return h.Sum(nil), nil
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
		if !named(name) && s.old(name) {
			gone = append(gone, name)
		}
	}
	return len(gone), errors.Join(s.Remove(gone...), s.halves())
}

// Keep removes everything but the files that are named, halves too, whatever their age:
// of a folder that nobody else writes meanwhile.
func (s *Store) Keep(named func(string) bool) error {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return fmt.Errorf("files: %w", bare(err))
	}
	var gone []string
	for _, e := range entries {
		switch name, half := strings.CutSuffix(e.Name(), partial); {
		case !valid(name):
		case half:
			err = errors.Join(err, bare(os.Remove(filepath.Join(s.dir, e.Name()))))
		case !named(name):
			gone = append(gone, name)
		}
	}
	return errors.Join(err, s.Remove(gone...))
}

// old reports whether a file was put before yesterday.
func (s *Store) old(name string) bool {
	info, err := os.Stat(filepath.Join(s.dir, name))
	return err == nil && info.ModTime().Before(s.midnight().AddDate(0, 0, -1))
}

// halves removes what a process that ended in the middle left of files.
func (s *Store) halves() error {
	entries, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, e := range entries {
		if name, half := strings.CutSuffix(e.Name(), partial); half && valid(name) && s.old(e.Name()) {
			err = errors.Join(err, os.Remove(filepath.Join(s.dir, e.Name())))
		}
	}
	return err
}

// Sum is the SHA-256 of a file as it lies there.
func (s *Store) Sum(name string) ([]byte, error) {
	if !valid(name) {
		return nil, ErrName
	}
	f, err := os.Open(filepath.Join(s.dir, name))
	if err != nil {
		return nil, fmt.Errorf("files: %w", bare(err))
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return nil, fmt.Errorf("files: %w", bare(err))
	}
	return h.Sum(nil), nil
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
	there, err := (&Store{dir, s.now}).List()
	if err != nil {
		return err
	}
	return s.Send(dir, slices.DeleteFunc(all, func(name string) bool { return slices.Contains(there, name) })...)
}

// Send copies files to another folder, over what is there under their names. A file that
// is not here is left out.
func (s *Store) Send(dir string, names ...string) error {
	to := &Store{dir, s.now}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("files: %w", bare(err))
	}
	for _, name := range names {
		if err := to.take(s, name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("files: %w", bare(err))
		}
	}
	if err := to.settle(); err != nil {
		return fmt.Errorf("files: %w", bare(err))
	}
	return nil
}

// Receive writes a file that Put named elsewhere.
func (s *Store) Receive(name string, r io.Reader) error {
	if !valid(name) {
		return ErrName
	}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return fmt.Errorf("files: %w", bare(err))
	}
	if _, err := s.write(name, s.midnight(), func(w io.Writer) error { _, err := io.Copy(w, r); return err }); err != nil {
		return fmt.Errorf("files: %w", bare(err))
	}
	return s.settle()
}

// take copies a file from another folder.
func (s *Store) take(from *Store, name string) error {
	src, err := os.Open(filepath.Join(from.dir, name))
	if err != nil {
		return err
	}
	defer src.Close()
	info, err := src.Stat()
	if err != nil {
		return err
	}
	_, err = s.write(name, info.ModTime(), func(w io.Writer) error {
		_, err := io.Copy(w, src)
		return err
	})
	return err
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
