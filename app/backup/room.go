package backup

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"declara/storage"
)

// spare is what has to be free beside what is known to be written: some weeks of
// evidence of a town, at 10 MB a file, which leaves time to act after the first letter;
// a twentieth of the cheapest disk of 20 GB.
const spare = 1 << 30

// warnFrom is the hour of the day at which administrators are told, once a day.
const warnFrom = 9

// Room is how much is free where the data or the copies lie.
type Room struct {
	What string // "data" or "copies"
	Free int64
	Need int64 // below it, it is time to act
}

// Low reports whether it is time to act.
func (r Room) Low() bool { return r.Free < r.Need }

// freeIn is what is free in a folder for who is not root.
func freeIn(folder string) (int64, error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(folder, &st); err != nil {
		return 0, err
	}
	return int64(st.Bavail) * int64(st.Bsize), nil
}

// Rooms are those of the data, and of the copies when they are made by themselves. Where
// the data lie there has to be room for the store a second time, since it is written anew
// when something was deleted for good; where the copies lie, for the next one, which is
// there before an old one goes.
func (s *Service) Rooms(o storage.Options) (all []Room) {
	store := int64(0)
	if info, err := os.Stat(filepath.Join(s.Data, storeName)); err == nil {
		store = info.Size()
	}
	free := s.Free
	if free == nil {
		free = freeIn
	}
	add := func(what, folder string) {
		// A folder that is not there is told by the copy of the day that fails.
		if n, err := free(folder); err == nil {
			all = append(all, Room{what, n, store + spare})
		}
	}
	add("data", s.Data)
	if plan, _ := s.Plan(o); plan != nil {
		add("copies", plan.Folder)
	}
	return all
}

// warn has a letter go to the administrators, once a day, while a disk is nearly full or
// the copy of the day fails.
func (s *Service) warn(ctx context.Context) error {
	if s.Tell == nil {
		return nil
	}
	o, err := s.options(ctx)
	if err != nil {
		return err
	}
	_, there, err := s.today(ctx)
	if err != nil {
		return err
	}
	day := there.Format(time.DateOnly)
	plan, _ := s.Plan(o)
	failed := plan != nil && o.Tried.Why != ""
	if there.Hour() < warnFrom || o.Warned == day || !failed && !slices.ContainsFunc(s.Rooms(o), Room.Low) {
		return nil
	}
	return s.DB.Update(ctx, s.Tenant, func(tx *storage.Txn) error {
		o, err := tx.Options()
		if err != nil || o.Warned == day {
			return err
		}
		o.Warned = day
		var to []storage.User
		if err := tx.Users(func(u storage.User) error {
			if !u.Disabled && u.Email != "" && slices.Contains(u.Roles, storage.RoleAdmin) {
				to = append(to, u)
			}
			return nil
		}); err != nil {
			return err
		}
		for _, u := range to {
			err = errors.Join(err, s.Tell(tx, u.Email, u.Lang))
		}
		return errors.Join(err, tx.PutOptions(o))
	})
}
