package ledger

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"declara/storage"
)

const (
	job        = "witnesses" // name of the lease
	leaseFor   = 5 * time.Minute
	lookEvery  = 10 * time.Minute
	stampLimit = 30 * time.Second
	maxFile    = 64 << 20 // of the witnesses' file: a thousand years of days
)

// FileName is that of the file in the witnesses' folder.
const FileName = "declara-log.txt"

// Errors about the folder name no path: they are logged.
var (
	errFolder = errors.New("ledger: the witnesses' folder cannot be written to")
	errBig    = errors.New("ledger: the witnesses' file is too big")
)

// Run publishes the state of every log each day, until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		err := s.db.EachTenant(ctx, func(t string) error { return s.Daily(ctx, t) })
		if err != nil && ctx.Err() == nil {
			s.log.Error("witnesses of the log", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Daily publishes the state of the log for the day that ended last, if that was not
// done, and goes on with what was left: its file and its stamp. Looking costs no
// write. Of days on which nothing ran, none is made up: the next checkpoint covers
// them.
func (s *Service) Daily(ctx context.Context, tenant string) error {
	now := s.now()
	var d day
	if err := s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
		d, err = s.look(tx, now)
		return err
	}); err != nil || !d.due {
		return err
	}
	held := false
	if err := s.db.Update(ctx, tenant, func(tx *storage.Txn) (err error) {
		if held, err = tx.TakeLease(job, s.holder, now, now.Add(leaseFor)); err != nil || !held {
			return err
		}
		if d, err = s.look(tx, now); err != nil || !d.due || d.point.Day != "" {
			return err
		}
		return s.publish(tx, &d, now)
	}); err != nil || !held || !d.due {
		return err
	}
	return errors.Join(s.write(ctx, tenant, d), s.stampDay(ctx, tenant, d), s.giveBack(ctx, tenant))
}

// day is what there is to do about one.
type day struct {
	name   string
	folder string
	mail   []string
	point  storage.Checkpoint // zero: to be made
	due    bool
}

// look says what is left to do about the day that ended last.
func (s *Service) look(tx *storage.Txn, now time.Time) (d day, err error) {
	inst, err := tx.Institution()
	if err != nil {
		return d, err
	}
	zone, err := inst.Location()
	if err != nil {
		return d, fmt.Errorf("ledger: zone: %w", err)
	}
	trust, err := tx.Trust()
	if err != nil {
		return d, err
	}
	d = day{name: now.In(zone).AddDate(0, 0, -1).Format(time.DateOnly), folder: trust.Witnesses.Folder, mail: trust.Witnesses.Mail}
	d.point, err = tx.Checkpoint(d.name)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		first, _, err := tx.Leaf(0)
		if errors.Is(err, storage.ErrNotFound) {
			return d, nil
		}
		d.due = first.At.In(zone).Format(time.DateOnly) <= d.name // otherwise the day ended before the log began
		return d, err
	case err != nil:
		return d, err
	}
	d.due = d.folder != "" && !d.point.Written || trust.Stamps.URL != "" && d.point.Token == nil
	return d, nil
}

// publish signs the state of the log for a day, keeps it, and tells who is told by mail.
func (s *Service) publish(tx *storage.Txn, d *day, now time.Time) error {
	k, err := s.signer(tx.Tenant())
	if err != nil {
		return err
	}
	tree, err := tx.Tree()
	if err != nil {
		return err
	}
	p := storage.Checkpoint{Day: d.name, Size: tree.Size, Root: tree.Root, At: now.UTC(), Told: len(d.mail)}
	if p.Note, err = k.checkpoint(tree); err != nil {
		return err
	}
	if err := tx.PutCheckpoint(p); err != nil {
		return err
	}
	d.point = p
	if len(d.mail) == 0 {
		return nil
	}
	return s.post(tx, Letter{To: d.mail, Day: p.Day, Size: p.Size, Checkpoint: p.Note})
}

// write appends the checkpoint to the file of the witnesses and writes that down.
func (s *Service) write(ctx context.Context, tenant string, d day) error {
	if d.folder == "" || d.point.Written {
		return nil
	}
	if err := appendDay(filepath.Join(d.folder, FileName), d.point.Day+"\n"+d.point.Note+"\n"); err != nil {
		return err
	}
	return s.amend(ctx, tenant, d.name, func(p *storage.Checkpoint) { p.Written = true })
}

// appendDay appends a text to a file, durably, unless it is in it: the process may have
// died after the last time.
func appendDay(path, text string) (err error) {
	old, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil || !old.Mode().IsRegular():
		return errFolder
	case old.Size() > maxFile:
		return errBig
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return errFolder
	}
	defer func() {
		if f.Close() != nil && err == nil {
			err = errFolder
		}
	}()
	there, err := os.ReadFile(path)
	if err != nil {
		return errFolder
	}
	if strings.Contains("\n"+string(there), "\n"+text) {
		return nil
	}
	if n := len(there); n > 0 && there[n-1] != '\n' {
		text = "\n\n" + text // after one that was cut
	}
	if _, err := f.WriteString(text); err != nil {
		return errFolder
	}
	if f.Sync() != nil {
		return errFolder
	}
	return nil
}

// stampDay lets the time stamp authority stamp the checkpoint, if there is one.
func (s *Service) stampDay(ctx context.Context, tenant string, d day) error {
	if d.point.Token != nil {
		return nil
	}
	limited, cancel := context.WithTimeout(ctx, stampLimit)
	defer cancel()
	token, err := s.stamp(limited, tenant, sha256.Sum256([]byte(d.point.Note)))
	if err != nil {
		return fmt.Errorf("ledger: time stamp: %w", err)
	}
	if token == nil {
		return nil
	}
	return s.amend(ctx, tenant, d.name, func(p *storage.Checkpoint) {
		if p.Token == nil {
			p.Token = token
		}
	})
}

// amend writes down what was done about a day.
func (s *Service) amend(ctx context.Context, tenant, name string, change func(*storage.Checkpoint)) error {
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		p, err := tx.Checkpoint(name)
		if err != nil {
			return err
		}
		change(&p)
		return tx.PutCheckpoint(p)
	})
}

// giveBack ends the lease, so that another process need not wait for its end.
func (s *Service) giveBack(ctx context.Context, tenant string) error {
	now := s.now()
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		_, err := tx.TakeLease(job, s.holder, now, now)
		return err
	})
}
