package forms

import (
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Years that an answer may hold.
const (
	firstYear = 1900
	lastYear  = 2100
)

// months are the names of months that a person may type, Spanish then English;
// any beginning of three letters or more will do.
var months = [...][2]string{
	{"enero", "january"}, {"febrero", "february"}, {"marzo", "march"}, {"abril", "april"},
	{"mayo", "may"}, {"junio", "june"}, {"julio", "july"}, {"agosto", "august"},
	{"septiembre", "september"}, {"octubre", "october"}, {"noviembre", "november"}, {"diciembre", "december"},
}

// ParseDate reads a day as people type it: "31/05/2026", "31-5-2026",
// "31 mayo 2026", "31 de mayo de 2026", "2026-05-31"; day first unless the year
// is. The error is a *ValueError: CodeDateReal for a day that does not exist or a
// year outside 1900-2100, CodeDate for all else (years of two digits among it).
func ParseDate(s string) (iso string, err error) {
	if len(s) > 64 {
		return "", &ValueError{Code: CodeDate}
	}
	parts := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("/-.,", r)
	})
	kept := parts[:0]
	for _, p := range parts {
		if p != "de" && p != "del" {
			kept = append(kept, p)
		}
	}
	if len(kept) != 3 {
		return "", &ValueError{Code: CodeDate}
	}
	day, month, year := kept[0], kept[1], kept[2]
	if len(day) == 4 {
		day, year = year, day
	}
	if len(year) != 4 || len(day) > 2 || !isDigits(year) || !isDigits(day) {
		return "", &ValueError{Code: CodeDate}
	}
	m := monthNumber(month)
	if m < 0 {
		return "", &ValueError{Code: CodeDate}
	}
	y, _ := strconv.Atoi(year)
	d, _ := strconv.Atoi(day)
	if !realDay(y, m, d) {
		return "", &ValueError{Code: CodeDateReal}
	}
	return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), nil
}

// monthNumber is 1 to 12 for a month's name, any number for one or two digits, and
// -1 for what is neither.
func monthNumber(s string) int {
	if isDigits(s) && len(s) <= 2 {
		n, _ := strconv.Atoi(s)
		return n
	}
	if s == "setiembre" {
		return 9
	}
	if len(s) >= 3 {
		for i, names := range months {
			if strings.HasPrefix(names[0], s) || strings.HasPrefix(names[1], s) {
				return i + 1
			}
		}
	}
	return -1
}

// realDay reports whether the calendar has that day, within the years allowed.
func realDay(y, m, d int) bool {
	if y < firstYear || y > lastYear || m < 1 || m > 12 || d < 1 {
		return false
	}
	return d <= time.Date(y, time.Month(m)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}
