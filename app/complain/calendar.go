package complain

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"declara/app/errs"
	"declara/storage"
)

// Calendar tells which days are business days: all but Saturdays, Sundays and those
// that the office has entered, each with the document that says so (LGRA 119).
type Calendar struct {
	years map[string][]storage.Holiday
}

// NewCalendar is made of the years that the office has.
func NewCalendar(years ...storage.Calendar) Calendar {
	c := Calendar{map[string][]storage.Holiday{}}
	for _, y := range years {
		c.years[y.Year] = y.Off
	}
	return c
}

func calendarOf(tx *storage.Txn) (Calendar, error) {
	c := NewCalendar()
	err := tx.Calendars(func(y storage.Calendar) error { c.years[y.Year] = y.Off; return nil })
	return c, err
}

// LastDay is that of a term of n business days that begins to run after a day, by
// the calendar that the office keeps.
func LastDay(tx *storage.Txn, day string, n int) (string, error) {
	c, err := calendarOf(tx)
	return c.Add(day, n), err
}

// Has reports whether somebody made the calendar of the year of a day. Without it only
// weekends are counted out, and the page says so.
func (c Calendar) Has(day string) bool {
	_, ok := c.years[yearOf(day)]
	return ok
}

func yearOf(day string) string { y, _, _ := strings.Cut(day, "-"); return y }

// Business reports whether terms run on a day.
func (c Calendar) Business(day time.Time) bool {
	if w := day.Weekday(); w == time.Saturday || w == time.Sunday {
		return false
	}
	d := day.Format(time.DateOnly)
	return !slices.ContainsFunc(c.years[yearOf(d)], func(h storage.Holiday) bool { return h.From <= d && d <= h.To })
}

// maxSearch is the most days that are gone through for one term: a calendar that has
// no business days at all ends here.
const maxSearch = 10 * 366

// Add is the last day of a term of n business days that begins to run on the next one
// after a day.
func (c Calendar) Add(day string, n int) string {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	for range maxSearch {
		if n <= 0 {
			break
		}
		if at = at.AddDate(0, 0, 1); c.Business(at) {
			n--
		}
	}
	return at.Format(time.DateOnly)
}

// Between is how many business days there are after a day, up to another and with it.
func (c Calendar) Between(from, to string) (n int) {
	a, errA := time.Parse(time.DateOnly, from)
	b, errB := time.Parse(time.DateOnly, to)
	if errA != nil || errB != nil {
		return 0
	}
	for i := 0; i < maxSearch && a.Before(b); i++ {
		if a = a.AddDate(0, 0, 1); c.Business(a) {
			n++
		}
	}
	return n
}

// later is a day some years, months and natural days after another. A month that has
// no such day ends it on its last: a limit is never told later than it is.
func later(day string, years, months, days int) string {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	first := time.Date(at.Year()+years, at.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(at.Day(), last)-1+days).Format(time.DateOnly)
}

// statutory is the law that the days proposed for a new calendar come from.
const statutory = "Ley Federal del Trabajo, artículo 74"

// Statutory are the days off of a year by federal law, which a new calendar begins
// with.
func Statutory(year int) []storage.Holiday {
	monday := func(m time.Month, n int) time.Time {
		d := time.Date(year, m, 1, 0, 0, 0, 0, time.UTC)
		return d.AddDate(0, 0, (8-int(d.Weekday()))%7+7*(n-1))
	}
	on := func(m time.Month, d int) time.Time { return time.Date(year, m, d, 0, 0, 0, 0, time.UTC) }
	var all []storage.Holiday
	add := func(at time.Time, name string) {
		d := at.Format(time.DateOnly)
		all = append(all, storage.Holiday{From: d, To: d, Name: name, Source: statutory, Kind: HolidayKinds[0]})
	}
	add(on(time.January, 1), "Año nuevo")
	add(monday(time.February, 1), "Aniversario de la Constitución")
	add(monday(time.March, 3), "Natalicio de Benito Juárez")
	add(on(time.May, 1), "Día del Trabajo")
	add(on(time.September, 16), "Independencia")
	if year >= 2024 && (year-2024)%6 == 0 {
		add(on(time.October, 1), "Transmisión del Poder Ejecutivo Federal")
	}
	add(monday(time.November, 3), "Aniversario de la Revolución")
	add(on(time.December, 25), "Navidad")
	return all
}

// What is wrong with a holiday.
var (
	errHolidayDay    = errs.New(errs.Invalid, "cases.calendar.error.day")
	errHolidayOrder  = errs.New(errs.Invalid, "cases.calendar.error.order")
	errHolidayYear   = errs.New(errs.Invalid, "cases.calendar.error.year")
	errHolidayName   = errs.New(errs.Invalid, "cases.calendar.error.name")
	errHolidayKind   = errs.New(errs.Invalid, "connect.calendar.error.kind")
	errHolidaySource = errs.New(errs.Invalid, "cases.calendar.error.source")
)

const (
	maxHolidayText = 200
	maxHolidays    = 200 // of a year
)

// Years reads all calendars.
func (o *Office) Years(ctx context.Context, tenant string) (all []storage.Calendar, err error) {
	err = o.db.View(ctx, tenant, func(tx *storage.Txn) error {
		all = nil
		return tx.Calendars(func(c storage.Calendar) error { all = append(all, c); return nil })
	})
	return all, err
}

// BeginYear makes the calendar of a year with the days of the law. One that is there
// stays.
func (o *Office) BeginYear(ctx context.Context, tenant, user string, year int) error {
	if year < 2016 || year > 2100 { // the law is of 2016
		return errHolidayYear
	}
	name := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC).Format("2006")
	return o.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		if _, err := tx.Calendar(name); !errors.Is(err, storage.ErrNotFound) {
			return err
		}
		if err := tx.PutCalendar(storage.Calendar{Year: name, Off: Statutory(year)}); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: o.now(), Actor: user, Act: "calendar.begin", About: name})
	})
}

// AddHoliday adds a day, or a period within one year, on which no term runs.
func (o *Office) AddHoliday(ctx context.Context, tenant, user string, h storage.Holiday) error {
	if h.To == "" {
		h.To = h.From
	}
	if h.Kind == "" {
		h.Kind = HolidayKinds[1]
	}
	h.Name, h.Source = strings.Join(strings.Fields(h.Name), " "), strings.Join(strings.Fields(h.Source), " ")
	for _, d := range []string{h.From, h.To} {
		if _, err := time.Parse(time.DateOnly, d); err != nil {
			return errHolidayDay
		}
	}
	switch {
	case h.To < h.From:
		return errHolidayOrder
	case yearOf(h.From) != yearOf(h.To):
		return errHolidayYear
	case h.Name == "" || utf8.RuneCountInString(h.Name) > maxHolidayText:
		return errHolidayName
	case !slices.Contains(HolidayKinds, h.Kind):
		return errHolidayKind
	case h.Source == "" || utf8.RuneCountInString(h.Source) > maxHolidayText:
		return errHolidaySource
	}
	return o.changeYear(ctx, tenant, user, yearOf(h.From), "calendar.add", func(off []storage.Holiday) ([]storage.Holiday, error) {
		if len(off) >= maxHolidays {
			return nil, errs.New(errs.TooMany, "cases.calendar.error.many")
		}
		off = slices.DeleteFunc(off, func(x storage.Holiday) bool { return x.From == h.From && x.To == h.To })
		off = append(off, h)
		slices.SortFunc(off, func(a, b storage.Holiday) int { return strings.Compare(a.From+a.To, b.From+b.To) })
		return off, nil
	})
}

// RemoveHoliday takes one out; one that is not there is no error.
func (o *Office) RemoveHoliday(ctx context.Context, tenant, user, from, to string) error {
	return o.changeYear(ctx, tenant, user, yearOf(from), "calendar.remove", func(off []storage.Holiday) ([]storage.Holiday, error) {
		return slices.DeleteFunc(off, func(x storage.Holiday) bool { return x.From == from && x.To == to }), nil
	})
}

func (o *Office) changeYear(ctx context.Context, tenant, user, year, act string, fn func([]storage.Holiday) ([]storage.Holiday, error)) error {
	return o.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		c, err := tx.Calendar(year)
		if errors.Is(err, storage.ErrNotFound) {
			return errs.New(errs.Invalid, "cases.calendar.error.begin", year)
		} else if err != nil {
			return err
		}
		if c.Off, err = fn(c.Off); err != nil {
			return err
		}
		if err := tx.PutCalendar(c); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: o.now(), Actor: user, Act: act, About: year})
	})
}
