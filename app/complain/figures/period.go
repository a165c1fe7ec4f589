package figures

import (
	"fmt"
	"time"
)

// The granularities.
const (
	Year     = "ANIO"
	Semester = "SEMESTRE"
	Quarter  = "TRIMESTRE"
	Month    = "MES"
)

// Period is a stretch of days.
type Period struct {
	ID   string `json:"id"`   // "2026", "2026-S1", "2026-T3", "2026-M08"
	From string `json:"from"` // yyyy-mm-dd
	To   string `json:"to"`   // yyyy-mm-dd, the last day
	Unit string `json:"unit"` // granularity
}

// Holds reports whether a day is in the period.
func (p Period) Holds(day string) bool { return p.From <= day && day <= p.To }

// Over reports whether a period has ended, on a day.
func (p Period) Over(today string) bool { return p.To < today }

// published is how many complaints of a year the sheets tell.
func published(year int, sheets []Sheet) (n int) {
	for _, s := range sheets {
		if s.yearOf() == year {
			n += s.Total
		}
	}
	return n
}

func (p Period) yearOf() int {
	var y int
	fmt.Sscanf(p.From, "%d", &y)
	return y
}

// Plan is the periods of a year, given the first versions of all sheets that were
// frozen. Only what was published decides, and only of the year before: so the way a
// year is cut tells nothing, and is known before it begins.
func Plan(year int, frozen []Sheet) []Period {
	switch n := published(year-1, frozen); {
	case n >= 600:
		return cut(year, 1, Month, "M%02d")
	case n >= 200:
		return cut(year, 3, Quarter, "T%d")
	case n >= 60:
		return cut(year, 6, Semester, "S%d")
	}
	return []Period{{ID: fmt.Sprintf("%04d", year), From: fmt.Sprintf("%04d-01-01", year), To: fmt.Sprintf("%04d-12-31", year), Unit: Year}}
}

// cut is the periods of so many months each.
func cut(year, months int, unit, name string) (all []Period) {
	for i := 0; i*months < 12; i++ {
		from := time.Date(year, time.Month(i*months+1), 1, 0, 0, 0, 0, time.UTC)
		all = append(all, Period{
			ID: fmt.Sprintf("%04d-"+name, year, i+1), From: from.Format(time.DateOnly),
			To: from.AddDate(0, months, -1).Format(time.DateOnly), Unit: unit,
		})
	}
	return all
}
