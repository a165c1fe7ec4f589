package backup

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// Series of copies, and what one is called that is not yet known to be sound.
const (
	byHand  = "declara"
	daily   = "declara-diario"
	partial = ".parcial"
)

// free is a name of a day that nothing in the folder has.
func free(folder, series string, day time.Time) (string, error) {
	base := filepath.Join(folder, series+"-"+day.Format(time.DateOnly))
	for n := 1; n < 1000; n++ {
		name := base + ".db"
		if n > 1 {
			name = fmt.Sprintf("%s-%d.db", base, n)
		}
		_, err := os.Lstat(name)
		_, err2 := os.Lstat(ListOf(name))
		if errors.Is(err, fs.ErrNotExist) && errors.Is(err2, fs.ErrNotExist) {
			return name, nil
		}
	}
	return "", NoWrite
}

// Kept is a copy of every day.
type Kept struct {
	File string
	Day  string // yyyy-mm-dd
	Size int64
	n    int // which of its day
}

var anyName = regexp.MustCompile(`^declara(?:-diario)?-(\d{4}-\d{2}-\d{2})(?:-(\d{1,3}))?\.db$`)

// dayOf is the day of a copy, of whatever series, by its name.
func dayOf(name string) (day string, ok bool) {
	day, _, ok = placeOf(name)
	return day, ok
}

// placeOf is the day of a copy, and which of its day it is.
func placeOf(name string) (day string, n int, ok bool) {
	m := anyName.FindStringSubmatch(name)
	if m == nil {
		return "", 0, false
	}
	if _, err := time.Parse(time.DateOnly, m[1]); err != nil {
		return "", 0, false
	}
	if n = 1; m[2] != "" {
		n, _ = strconv.Atoi(m[2]) // figures, by the pattern
	}
	return m[1], n, true
}

var dailyName = regexp.MustCompile(`^declara-diario-(\d{4}-\d{2}-\d{2})(?:-(\d{1,3}))?\.db$`)

// Kept lists the copies of every day in a folder, the newest first.
func (s *Service) Kept(folder string) (all []Kept, err error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, reason(err, NoFolder)
	}
	for _, e := range entries {
		m := dailyName.FindStringSubmatch(e.Name())
		if m == nil || !e.Type().IsRegular() {
			continue
		}
		if _, err := time.Parse(time.DateOnly, m[1]); err != nil {
			continue
		}
		info, err := e.Info()
		if err != nil {
			continue // it went meanwhile
		}
		k := Kept{File: filepath.Join(folder, e.Name()), Day: m[1], Size: info.Size(), n: 1}
		if m[2] != "" {
			k.n, _ = strconv.Atoi(m[2]) // figures, by the pattern
		}
		all = append(all, k)
	}
	slices.SortFunc(all, func(a, b Kept) int { return cmp.Or(cmp.Compare(b.Day, a.Day), cmp.Compare(b.n, a.n)) })
	return all, nil
}

// over are the copies that are not kept, of all of them, the newest first: those after
// the newest of so many days, but the newest of each of so many weeks before.
func over(all []Kept, days, weeks int) (gone []Kept) {
	day, week := "", ""
	for _, k := range all {
		switch w := weekOf(k.Day); {
		case k.Day == day: // there is a newer one of that day
			gone = append(gone, k)
			continue
		case days > 0:
			days--
		case w != week && weeks > 0:
			weeks--
			week = w
		default:
			gone = append(gone, k)
		}
		day = k.Day
	}
	return gone
}

// weekOf is the week of a day, which begins on Monday.
func weekOf(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return ""
	}
	y, w := t.ISOWeek()
	return fmt.Sprintf("%d-%d", y, w)
}
