package declare

import "time"

// day is a calendar day as a count from 1 January 1970, so that "60 natural days"
// is an addition. Days have no zone: the zone decides only which day "now" is in.
type day int

const isoDay = "2006-01-02"

// readDay reads yyyy-mm-dd; ok is false for anything else.
func readDay(s string) (d day, ok bool) {
	t, err := time.Parse(isoDay, s)
	if err != nil {
		return 0, false
	}
	return day(t.Unix() / 86400), true
}

// date is the day of a year, month and day of month.
func date(year int, month time.Month, dayOfMonth int) day {
	return day(time.Date(year, month, dayOfMonth, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

func (d day) time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }
func (d day) String() string  { return d.time().Format(isoDay) }
func (d day) year() int       { return d.time().Year() }

// within reports whether d is one of the days from first to last, both included.
func (d day) within(first, last day) bool { return first <= d && d <= last }

// dayIn is the day that an instant belongs to in a zone: 31 May 23:59:59 in
// Mexico City is 31 May, although it is 1 June in UTC.
func dayIn(t time.Time, zone *time.Location) day {
	y, m, d := t.In(zone).Date()
	return date(y, m, d)
}
