package campaign

import "time"

// occasions are the reminders of the calendar: how many days before the last day each
// goes, and until when it makes sense. A negative number is a day after it.
var occasions = []struct {
	name        string
	from, until int
}{
	{"d30", 30, 8}, {"d7", 7, 2}, {"d1", 1, 0}, {"after", -1, -6},
}

// sendFrom is the hour of the institution's morning at which reminders begin to go.
const sendFrom = 8

// occasion is the reminder that a duty is at, or "".
func occasion(o *Owed) string {
	if !o.Open && !o.Unmet {
		return ""
	}
	for _, c := range occasions {
		if o.Left <= c.from && o.Left >= c.until {
			return c.name
		}
	}
	return ""
}

// Coming is a day on which reminders will go.
type Coming struct {
	Day      string
	Occasion string
	People   int // as things are now
}

// Ahead tells which reminders come within some days, the next first.
func Ahead(all []Owed, today string, days int) []Coming {
	at, err := time.Parse(time.DateOnly, today)
	if err != nil {
		return nil
	}
	var out []Coming
	for d := 1; d <= days; d++ {
		for _, c := range occasions {
			n := 0
			for i := range all {
				if (all[i].Open || all[i].Unmet) && all[i].Left-d == c.from {
					n++
				}
			}
			if n > 0 {
				out = append(out, Coming{at.AddDate(0, 0, d).Format(time.DateOnly), c.name, n})
			}
		}
	}
	return out
}
