package backup

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"declara/storage"
)

// How often it is asked whether it is the hour, and how long after a failure it is tried
// again.
const (
	every   = time.Minute
	tryAnew = time.Hour
)

// The least and the most of a plan.
const (
	MaxDays  = 60
	MaxWeeks = 104
)

// Run makes the copy of each day until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if err := s.Tick(ctx); err != nil && ctx.Err() == nil {
			s.Log.Error("backup", "error", bare(err).Error())
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// Plan is the plan that holds, or nil, and whether the command line gave it.
func (s *Service) Plan(o storage.Options) (p *storage.Daily, fixed bool) {
	if s.Fixed != nil {
		return s.Fixed, true
	}
	return o.Daily, false
}

// Tick makes the copy of the day when it is its hour and there is none yet.
func (s *Service) Tick(ctx context.Context) error {
	o, err := s.options(ctx)
	if err != nil {
		return err
	}
	plan, _ := s.Plan(o)
	if plan == nil {
		return nil
	}
	now, today, err := s.today(ctx)
	if err != nil {
		return err
	}
	day := today.Format(time.DateOnly)
	if today.Hour() < plan.Hour || o.Tried.Day == day || o.Tried.Why != "" && now.Sub(o.Tried.At).Abs() < tryAnew {
		return nil
	}
	c, err := s.make(ctx, plan.Folder, daily)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	try := storage.CopyTry{Day: day, At: now}
	if why, ok := errors.AsType[Error](err); ok {
		try.Day, try.Why = o.Tried.Day, string(why)
	} else if err != nil {
		return err
	} else if err := s.thin(plan, c.File); err != nil {
		try.Why = string(Old)
	}
	return s.DB.Update(ctx, s.Tenant, func(tx *storage.Txn) error {
		o, err := tx.Options()
		if err != nil {
			return err
		}
		if o.Tried = try; try.Day == day {
			o.Copy = &c
		}
		return tx.PutOptions(o)
	})
}

// thin removes the copies of every day that are over, now that there is a newer one. The
// one that was just made stays, and so does any of a day that has not come: the clock was
// wrong, or is.
func (s *Service) thin(plan *storage.Daily, made string) error {
	all, err := s.Kept(plan.Folder)
	if err != nil {
		return err
	}
	for i, k := range all {
		if k.File == made {
			all = all[i:]
			break
		}
	}
	for _, k := range over(all, max(1, plan.Days), plan.Weeks) {
		err = errors.Join(err, discard(k.File))
	}
	return errors.Join(err, leftovers(plan.Folder))
}

// leftovers removes what is of no copy: what a process that ended in the middle left.
func leftovers(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), Beside(""))
		half, isHalf := strings.CutSuffix(name, partial)
		if !dailyName.MatchString(half) {
			continue
		}
		if _, e := os.Lstat(filepath.Join(folder, name)); isHalf || errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, discard(filepath.Join(folder, name)))
		}
	}
	return err
}

func (s *Service) options(ctx context.Context) (o storage.Options, err error) {
	err = s.DB.View(ctx, s.Tenant, func(tx *storage.Txn) error {
		o, err = tx.Options()
		return err
	})
	return o, err
}

// today is now, and now where the institution is.
func (s *Service) today(ctx context.Context) (now, there time.Time, err error) {
	now = s.Clock()
	err = s.DB.View(ctx, s.Tenant, func(tx *storage.Txn) error {
		i, err := tx.Institution()
		if errors.Is(err, storage.ErrNotFound) {
			there = now.UTC()
			return nil
		}
		if err != nil {
			return err
		}
		zone, err := time.LoadLocation(i.Zone)
		if err != nil {
			return err
		}
		there = now.In(zone)
		return nil
	})
	return now, there, err
}
