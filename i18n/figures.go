package i18n

import (
	"strconv"
	"strings"
	"time"
)

// minus is the sign of negative figures on screen; a hyphen is too short to see.
const minus = "\u2212"

// Integer is n with its thousands set apart: "1,234,567", "−40".
func (p *Printer) Integer(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if digits[0] == '-' {
		sign, digits = minus, digits[1:]
	}
	return sign + thousands(digits)
}

func thousands(digits string) string {
	if len(digits) <= 3 {
		return digits
	}
	var out strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			out.WriteByte(',')
		}
		out.WriteRune(d)
	}
	return out.String()
}

// Money is an amount in whole units: "$1,234,567" in pesos (MXN, or no currency
// said), "USD 1,234" in any other, whose code goes before.
func (p *Printer) Money(v int64, currency string) string {
	figure := p.Integer(v)
	sign := ""
	if rest, negative := strings.CutPrefix(figure, minus); negative {
		sign, figure = minus, rest
	}
	if currency == "" || currency == "MXN" {
		return sign + "$" + figure
	}
	return sign + currency + "\u00a0" + figure
}

// Percent is a percentage with one decimal at most: "82.3%", "81%".
func (p *Printer) Percent(v float64) string {
	figure := strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0")
	if rest, negative := strings.CutPrefix(figure, "-"); negative {
		if rest == "0" {
			return "0%"
		}
		return minus + group(rest) + "%"
	}
	return group(figure) + "%"
}

// group sets apart the thousands of a figure that may have decimals.
func group(figure string) string {
	whole, decimals, has := strings.Cut(figure, ".")
	if has {
		return thousands(whole) + "." + decimals
	}
	return thousands(whole)
}

// Day is a day in full, "31 de mayo de 2026", from yyyy-mm-dd. What is no day is
// given back as it came.
func (p *Printer) Day(iso string) string { return p.day("web.day", "web.month.", iso) }

// DayShort is a day for a table, "31 may 2026".
func (p *Printer) DayShort(iso string) string { return p.day("web.dayshort", "web.mon.", iso) }

func (p *Printer) day(order, month, iso string) string {
	d, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return iso
	}
	name := p.T(month + d.Format("01"))
	return p.T(order, strconv.Itoa(d.Day()), name, strconv.Itoa(d.Year()))
}

// Hour is the time of day of t in t's own zone, to 24 hours: "23:59". The zone of
// an institution is for the caller to set: t.In(zone).
func (p *Printer) Hour(t time.Time) string { return t.Format("15:04") }

// When is a moment as a sentence says it: "31 de mayo de 2026, 23:59", in t's own zone.
func (p *Printer) When(t time.Time) string {
	return p.T("web.when", p.Day(t.Format(time.DateOnly)), p.Hour(t))
}
