package backup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"declara/storage"
	"declara/storage/files"
)

// Error is why there is no copy. Pages have a sentence for each.
type Error string

func (e Error) Error() string { return "backup: " + string(e) }

// Why there is no copy.
const (
	NoFolder Error = "folder"  // it is not there, is no folder, or does not begin at the root
	Inside   Error = "inside"  // it is in the folder of the data, which is lost as a whole
	WithKey  Error = "key"     // the key lies there: whoever takes the copies could read them
	NoWrite  Error = "write"   // it may not be written to
	Full     Error = "full"    // there is no room
	Unsound  Error = "unsound" // the copy was made, and does not hold what it should
	Old      Error = "old"     // the copy is sound; those that are over could not be removed
	List     Error = "list"    // the copy is sound; the list of another cannot be read, so that nothing goes
)

// All are all of them.
var All = []Error{NoFolder, Inside, WithKey, NoWrite, Full, Unsound, Old, List}

// Config is what a Service works with.
type Config struct {
	DB       *storage.DB
	Tenant   string // whose options have the plan
	Evidence *files.Store
	Data     string // folder of the data
	Key      string // file of the key, without which no copy can be read
	// Open opens a copy of the store with the key, checks all of it, and tells which files
	// it names.
	Open func(ctx context.Context, file string) ([]storage.EvidenceFile, error)
	// Free is how much is free in a folder; nil asks the system.
	Free func(folder string) (int64, error)
	// Tell queues the letter to an administrator that the server wants looking after; nil
	// where no mail goes out.
	Tell  func(tx *storage.Txn, to, lang string) error
	Fixed *storage.Daily // the plan of the command line, which wins; nil: that of the pages
	Clock func() time.Time
	Log   *slog.Logger
}

// Service makes copies of one installation. It is safe for concurrent use.
type Service struct {
	Config
	one chan struct{} // a copy at a time
}

// New makes a Service. Folders are told from the root on, wherever the program runs.
func New(c Config) *Service {
	c.Data, c.Key = fromRoot(c.Data), fromRoot(c.Key)
	return &Service{c, make(chan struct{}, 1)}
}

func fromRoot(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// Proposed is the folder for who has no other: beside the data, so that it is at least
// not lost with them when somebody removes them.
func (s *Service) Proposed() string { return s.Data + "-respaldos" }

// Check says whether copies can be made in a folder. The proposed one is made.
func (s *Service) Check(folder string) error {
	if !filepath.IsAbs(folder) || len(folder) > 900 || strings.ContainsAny(folder, "\x00\n\r") {
		return NoFolder
	}
	if filepath.Clean(folder) == s.Proposed() {
		if err := os.MkdirAll(s.Proposed(), 0o700); err != nil {
			return reason(err, NoWrite)
		}
	}
	at, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return NoFolder
	}
	if info, err := os.Stat(at); err != nil || !info.IsDir() {
		return NoFolder
	}
	if data, err := filepath.EvalSymlinks(s.Data); err == nil && within(at, data) {
		return Inside
	}
	if key, err := filepath.EvalSymlinks(s.Key); err == nil && filepath.Dir(key) == at {
		return WithKey
	}
	probe, err := os.CreateTemp(at, ".declara-*")
	if err != nil {
		return reason(err, NoWrite)
	}
	if err := errors.Join(probe.Close(), os.Remove(probe.Name())); err != nil {
		return reason(err, NoWrite)
	}
	return nil
}

// within reports whether a folder is another one or lies in it.
func within(folder, of string) bool {
	rel, err := filepath.Rel(of, folder)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, "../")
}

// reason is what an error of the disk means.
func reason(err error, otherwise Error) Error {
	if e, ok := errors.AsType[Error](err); ok {
		return e
	}
	for _, full := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG} {
		if errors.Is(err, full) {
			return Full
		}
	}
	return otherwise
}

// Make makes a copy that somebody asked for. What it refuses is an Error, and leaves
// nothing behind.
func (s *Service) Make(ctx context.Context, folder string) (c storage.Copy, err error) {
	return c, s.alone(ctx, func() error {
		c, err = s.make(ctx, folder, byHand)
		return err
	})
}

// alone runs fn while nothing else writes copies.
func (s *Service) alone(ctx context.Context, fn func() error) error {
	select {
	case s.one <- struct{}{}:
		defer func() { <-s.one }()
		return fn()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// make makes a copy with a name of a series.
func (s *Service) make(ctx context.Context, folder, series string) (c storage.Copy, err error) {
	if err := s.Check(folder); err != nil {
		return c, err
	}
	began, day, err := s.today(ctx)
	if err != nil {
		return c, err
	}
	file, err := free(folder, series, day)
	if err != nil {
		return c, err
	}
	part := file + partial
	defer func() {
		if err != nil {
			err = errors.Join(err, discard(part))
			if e, ok := errors.AsType[Error](err); ok {
				err = e
			}
		}
	}()
	if err := discard(part); err != nil { // of a process that ended in the middle
		return c, reason(err, NoWrite)
	}
	if err := s.copyTo(folder, part); err != nil {
		s.Log.Error("backup", "error", bare(err).Error())
		return c, reason(err, NoWrite)
	}
	all, err := s.Open(ctx, part)
	if err == nil {
		err = s.named(ctx, folder, all)
	}
	if err != nil {
		if ctx.Err() != nil {
			return c, ctx.Err()
		}
		s.Log.Error("backup", "error", bare(err).Error())
		return c, reason(err, Unsound)
	}
	if err := settle(part, file, all, midnight(began)); err != nil {
		return c, reason(err, NoWrite)
	}
	info, err := os.Stat(file)
	if err != nil {
		return c, Unsound
	}
	c = storage.Copy{Folder: folder, File: file, At: began, Took: s.Clock().Sub(began), Size: info.Size(), Disk: sameDisk(folder, s.Data)}
	return c, s.note(ctx, began)
}

// copyTo copies the store, and the files that the folder has not. Files are there before
// the store names them: what the copy of the store names was there before it was made, or
// came while it was.
func (s *Service) copyTo(folder, file string) error {
	pool := filepath.Join(folder, pooled)
	if err := s.Evidence.CopyTo(pool); err != nil {
		return err
	}
	if err := s.DB.Backup(file); err != nil {
		return err
	}
	return s.Evidence.CopyTo(pool)
}

// note tells the panel of every body when a sound copy was last made.
func (s *Service) note(ctx context.Context, at time.Time) error {
	return s.DB.EachTenant(ctx, func(t string) error {
		return s.DB.Update(ctx, t, func(tx *storage.Txn) error { return tx.NoteBackup(at) })
	})
}

// settle gives a copy its name, its list first: where there is a store, there is what it
// names. Both are on the disk then.
func settle(part, file string, all []storage.EvidenceFile, day time.Time) error {
	if err := writeList(ListOf(part), part, filepath.Base(file), all); err != nil {
		return err
	}
	for _, step := range []func() error{
		func() error { return os.Chtimes(part, day, day) },
		func() error { return os.Chtimes(ListOf(part), day, day) },
		func() error { return os.Rename(ListOf(part), ListOf(file)) },
		func() error { return os.Rename(part, file) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return syncDir(filepath.Dir(file))
}

// syncDir makes the names in a folder durable.
func syncDir(folder string) error {
	d, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// discard removes a copy, the store first: what is left of one that could not be removed
// whole has no name of a copy. Its files go when the pool is gathered.
func discard(file string) (err error) {
	for _, name := range []string{file, ListOf(file)} {
		if e := os.Remove(name); !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}

// midnight is the only time that a copy tells.
func midnight(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// bare is an error of the disk without its path, which has no place in a log.
func bare(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("%s: %w", p.Op, p.Err)
	}
	return err
}

// sameDisk reports whether two folders lie on one disk, which breaks for both at once.
func sameDisk(a, b string) bool {
	x, err1 := os.Stat(a)
	y, err2 := os.Stat(b)
	if err1 != nil || err2 != nil {
		return false
	}
	m, ok1 := x.Sys().(*syscall.Stat_t)
	n, ok2 := y.Sys().(*syscall.Stat_t)
	return ok1 && ok2 && m.Dev == n.Dev
}
