package demo

import (
	"math/rand/v2"
	"slices"
	"time"

	"declara/forms"
	"declara/forms/sample"
)

// official is an invented official with the story that the demo lives through.
type official struct {
	sample.Person
	seed        int64
	entry, exit time.Time // exit is zero while in office
	pending     forms.Type
	wealth      float64
}

// act is one filing of the story.
type act struct {
	at   time.Time
	who  int // index among the officials
	what forms.Type
}

const day = 24 * time.Hour

// cast invents the officials. The first four are those whose accounts demo.json
// tells: one with each kind of declaration pending and one with none.
func cast(n int, seed int64, today time.Time) []official {
	r := rand.New(rand.NewPCG(uint64(seed), 0xde30))
	var all []official
	seen := map[string]bool{}
	for i := int64(0); len(all) < n; i++ {
		o := official{Person: sample.Official(seed*100_003 + i), seed: seed*100_003 + i, wealth: r.Float64()}
		if seen[o.RFC] || seen[o.CURP] {
			continue
		}
		o.entry = today.AddDate(-1-r.IntN(4), 0, -r.IntN(330))
		if r.IntN(9) == 0 {
			o.exit = today.AddDate(0, 0, -70-r.IntN(500))
			if o.exit.Before(o.entry.AddDate(0, 6, 0)) {
				o.exit = time.Time{}
			}
		}
		cast := len(all)
		if full, asked := wants[cast]; asked && o.Boss != full || taken(all, o) {
			continue // the format follows from the post, never the other way round
		}
		seen[o.RFC], seen[o.CURP] = true, true
		switch cast {
		case 0: // a full inicial is pending: she entered three weeks ago
			o.entry, o.exit, o.pending = today.AddDate(0, 0, -21), time.Time{}, forms.Inicial
		case 1: // a modificación of this year was left undone
			o.entry, o.exit, o.pending, o.wealth = today.AddDate(-3, 0, -40), time.Time{}, forms.Modificacion, 0.7
		case 2: // he left office ten days ago
			o.entry, o.exit, o.pending, o.wealth = today.AddDate(-2, -3, 0), today.AddDate(0, 0, -10), forms.Conclusion, 0.5
		case 3: // nothing pending, several years filed
			o.entry, o.exit, o.wealth = today.AddDate(-4, -2, 0), time.Time{}, 1
		case told: // several years, the last of which has to be explained
			o.entry, o.exit, o.wealth = today.AddDate(-4, -1, 0), time.Time{}, 0.3
		}
		all = append(all, o)
	}
	return all
}

// wants tells of the first ones whether they declare in full.
var wants = map[int]bool{0: true, 1: true, 2: false, 3: true, told: true}

// taken reports whether somebody else holds the post of an official: a municipality
// has one presidency, one treasury. Of other posts there are several.
func taken(all []official, o official) bool {
	return o.Grade[0] == 'A' && o.Unit != "Cabildo" && slices.ContainsFunc(all, func(x official) bool { return x.Unit == o.Unit && x.Grade == o.Grade })
}

// story is every filing of the officials up to today, in order of time. Some are
// late, and a few are missing.
func story(all []official, seed int64, today time.Time, zone *time.Location) []act {
	r := rand.New(rand.NewPCG(uint64(seed), 0x5104))
	var acts []act
	add := func(at time.Time, who int, what forms.Type) {
		at = time.Date(at.Year(), at.Month(), at.Day(), 8+r.IntN(11), r.IntN(60), r.IntN(60), 0, zone)
		if at.Before(today) && all[who].pending != what {
			acts = append(acts, act{at, who, what})
		} else if at.Before(today) && what == forms.Modificacion && at.Year() < today.Year() {
			acts = append(acts, act{at, who, what}) // only this year's is left undone
		}
	}
	for i, o := range all {
		add(o.entry.Add(time.Duration(4+r.IntN(55))*day), i, forms.Inicial)
		for year := o.entry.Year() + 1; year <= today.Year(); year++ {
			may := time.Date(year, time.May, 1+r.IntN(31), 12, 0, 0, 0, zone)
			if !o.exit.IsZero() && o.exit.Before(may) || i == told && year > toldYear(today) {
				break
			}
			if r.IntN(12) == 0 {
				may = may.AddDate(0, 1, 0) // late
			}
			if r.IntN(25) > 0 || i <= told {
				add(may, i, forms.Modificacion)
			}
		}
		if !o.exit.IsZero() {
			add(o.exit.Add(time.Duration(2+r.IntN(70))*day), i, forms.Conclusion)
		}
	}
	slices.SortStableFunc(acts, func(a, b act) int { return a.at.Compare(b.at) })
	return acts
}
