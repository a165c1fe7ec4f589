package backup

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
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
		if err := errors.Join(s.Tick(ctx), s.warn(ctx)); err != nil && ctx.Err() == nil {
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
	var c storage.Copy
	var old Error
	err = s.alone(ctx, func() error {
		if c, err = s.make(ctx, plan.Folder, daily); err != nil {
			return err
		}
		if err := s.thin(ctx, plan, c.File, day); err != nil {
			s.Log.Error("backup", "error", bare(err).Error())
			old = Old
			if errors.Is(err, errList) {
				old = List
			}
		}
		return nil
	})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	try := storage.CopyTry{Day: day, At: now}
	if why, ok := errors.AsType[Error](err); ok {
		try.Day, try.Why = o.Tried.Day, string(why)
	} else if err != nil {
		return err
	} else {
		try.Why = string(old)
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

// thin removes the copies of every day that are over, and all that hold what was deleted
// for good long enough ago, now that there is a newer one. The one that was just made
// stays, and so does any of a day that has not come: the clock was wrong, or is.
func (s *Service) thin(ctx context.Context, plan *storage.Daily, made, today string) error {
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
	erased, e := s.erased(ctx)
	if err = errors.Join(err, e); err != nil {
		return err
	}
	entries, err := os.ReadDir(plan.Folder)
	if err != nil {
		return err
	}
	for _, e := range entries {
		file := filepath.Join(plan.Folder, e.Name())
		if day, ok := dayOf(e.Name()); ok && file != made && holdsErased(day, today, erased) {
			err = errors.Join(err, discard(file))
		}
	}
	return errors.Join(err, leftovers(plan.Folder), s.gather(plan.Folder))
}

// afterErased is for how many days after something was deleted for good copies that
// still hold it stay: long enough for a disk that broke or an office that was away, and
// no longer than a quarter.
const afterErased = 90

// holdsErased reports whether a copy of a day holds something that was deleted for good
// on one of some days, afterErased days ago or more.
func holdsErased(day, today string, erased []string) bool {
	now, err := time.Parse(time.DateOnly, today)
	if err != nil {
		return false
	}
	until := now.AddDate(0, 0, -afterErased).Format(time.DateOnly)
	return slices.ContainsFunc(erased, func(on string) bool { return day <= on && on <= until })
}

// erased are the days on which something was deleted for good.
func (s *Service) erased(ctx context.Context) (all []string, err error) {
	err = s.DB.EachTenant(ctx, func(t string) error {
		return s.DB.View(ctx, t, func(tx *storage.Txn) error {
			ch, err := tx.Channel()
			all = append(all, ch.Erased...)
			return err
		})
	})
	return all, err
}

// leftovers removes what is of no copy: what a process that ended in the middle left.
func leftovers(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, e := range entries {
		// The engine writes a copy under a name of its own, with figures after ours.
		name, _, writing := strings.Cut(e.Name(), partial+".")
		if _, ours := dayOf(name); ours && writing && strings.HasSuffix(e.Name(), ".part") {
			err = errors.Join(err, os.Remove(filepath.Join(folder, e.Name())))
			continue
		}
		name = strings.TrimSuffix(e.Name(), ListOf(""))
		whole, half := strings.CutSuffix(name, partial)
		if _, ours := dayOf(whole); !ours {
			continue
		}
		if _, e := os.Lstat(filepath.Join(folder, name)); half || errors.Is(e, fs.ErrNotExist) {
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
