package complain

import (
	"context"
	"slices"
	"strconv"

	"declara/storage"
)

func number(n int) string { return strconv.Itoa(n) }

// Spread is how long something took: the middle case, and the one that nine of ten
// cases are quicker than.
type Spread struct {
	N, Median, Ninth int
}

func spread(days []int) Spread {
	if len(days) == 0 {
		return Spread{}
	}
	slices.Sort(days)
	at := func(p int) int { return days[min(len(days)-1, (len(days)*p+99)/100-1)] }
	return Spread{len(days), at(50), at(90)}
}

// Load is how many open cases somebody is in charge of.
type Load struct {
	Name  string
	Open  int
	Late  int
	Quiet int
}

// Pace is about how the office works, in natural days. It is of the cases that
// who asks holds: figures of all would tell her of those that she must not know of.
type Pace struct {
	All, Open                int
	Reading, Opening, Ending Spread
	Word                     Spread // until the first message to who complained
	Asked, Answered          int    // prevenciones, and of those, how many she answered
	Discarded                int    // ended before anything was found out
	Competence, Elements     int    // of which, by why
	Prescribing              int    // within 90 days
	Unknown                  int    // open, and the day of the facts is not known
	Buried                   int
	Loads                    []Load
	Drill                    string // day of the last recovery drill, "" for none
}

// near is within how many days prescription counts as near.
const near = 90

// Pace counts the cases of a user. Nothing is opened.
func (o *Office) Pace(ctx context.Context, tenant, user string) (f Pace, err error) {
	var reading, opening, ending, word []int
	loads := map[string]*Load{}
	err = o.db.View(ctx, tenant, func(tx *storage.Txn) error {
		f, reading, opening, ending, word = Pace{}, nil, nil, nil, nil
		clear(loads)
		k, err := calendarOf(tx)
		if err != nil {
			return err
		}
		today, err := o.today(tx)
		if err != nil {
			return err
		}
		ch, err := tx.Channel()
		if err != nil {
			return err
		}
		if ch.Escrow != nil && len(ch.Escrow.Drills) > 0 {
			f.Drill = slices.Max(ch.Escrow.Drills)
		}
		known := map[string]Holder{}
		return tx.ComplaintsOf(user, func(c storage.Complaint) error {
			if c.Case.Of(user) == nil {
				return nil
			}
			l, err := lineOf(tx, k, &c, user, today, known)
			if err != nil {
				return err
			}
			f.add(k, &c, &l, today, loads)
			parts, err := tx.Parts(c.ID)
			if err != nil {
				return err
			}
			if i := slices.IndexFunc(parts, func(p storage.ComplaintPart) bool {
				return p.Kind == storage.PartMessage && p.From == storage.FromOffice
			}); i >= 0 {
				word = append(word, natural(c.Day, parts[i].Day))
			}
			f.asked(&c, parts)
			for _, x := range []struct {
				into *[]int
				to   func(storage.ComplaintMove) bool
			}{
				{&reading, func(m storage.ComplaintMove) bool { return m.From == StateReceived }},
				{&opening, func(m storage.ComplaintMove) bool { return m.To == StateOpened }},
				{&ending, func(m storage.ComplaintMove) bool { return StateOf(m.To).Over }},
			} {
				if i := slices.IndexFunc(c.Moves, x.to); i >= 0 {
					*x.into = append(*x.into, natural(c.Day, c.Moves[i].Day))
				}
			}
			return nil
		})
	})
	f.Reading, f.Opening, f.Ending, f.Word = spread(reading), spread(opening), spread(ending), spread(word)
	for _, l := range loads {
		f.Loads = append(f.Loads, *l)
	}
	slices.SortFunc(f.Loads, func(a, b Load) int {
		if a.Open != b.Open {
			return b.Open - a.Open
		}
		return slices.Compare([]byte(a.Name), []byte(b.Name))
	})
	return f, err
}

// asked counts the times that who complained was asked for something, and those after
// which she sent anything before the case went on.
func (f *Pace) asked(c *storage.Complaint, parts []storage.ComplaintPart) {
	for i, m := range c.Moves {
		if m.To != StateAsked {
			continue
		}
		f.Asked++
		end := c.Next
		if i+1 < len(c.Moves) {
			end = c.Moves[i+1].Part
		}
		if slices.ContainsFunc(parts, func(p storage.ComplaintPart) bool {
			return p.From == storage.FromCitizen && p.Seq > m.Part && p.Seq < end
		}) {
			f.Answered++
		}
	}
}

// Returns is how many of those who gave no name came back. When anybody enters is
// nowhere, so it is told by what they sent.
type Returns struct{ Anonymous, Back int }

// Returns counts them among the cases that a user holds, each of which is opened for
// whether its sender gave a name: nothing in clear tells.
func (o *Office) Returns(ctx context.Context, h Hand) (r Returns, err error) {
	err = o.db.View(ctx, h.Tenant, func(tx *storage.Txn) error {
		r = Returns{}
		return tx.ComplaintsOf(h.User, func(c storage.Complaint) error {
			if c.Case.Of(h.User) == nil {
				return nil
			}
			opened, err := o.OpenCase(h.Tenant, c, h.User, h.Key)
			if err != nil {
				return closed(err)
			}
			defer opened.Close()
			parts, err := tx.Parts(c.ID)
			if err != nil {
				return err
			}
			var facts Facts
			came, sent := false, false
			for _, p := range parts {
				switch {
				case p.Kind == storage.PartFacts:
					if err := opened.Read(p, &facts); err != nil {
						return err
					}
				case p.Kind == storage.PartEvent: // the first says that it came in
					sent = true
				case sent && p.From == storage.FromCitizen:
					came = true
				}
			}
			if facts.Mode == Anonymous {
				r.Anonymous++
				if came {
					r.Back++
				}
			}
			return nil
		})
	})
	return r, err
}

func (f *Pace) add(k Calendar, c *storage.Complaint, l *Line, today string, loads map[string]*Load) {
	f.All++
	last := c.Moves[len(c.Moves)-1]
	switch {
	case c.State == StateTurned:
		f.Discarded++
		f.Competence++
	case c.State == StateRejected, c.State == StateArchived && last.Motive == MotiveElements:
		f.Discarded++
		if last.Motive == MotiveElements {
			f.Elements++
		}
	}
	if StateOf(c.State).Over {
		return
	}
	f.Open++
	if l.Buried {
		f.Buried++
	}
	if !l.Facts {
		f.Unknown++
	}
	for _, clock := range k.Clocks(c, today) {
		if clock.Name == ClockPrescription && clock.Left <= near {
			f.Prescribing++
		}
	}
	for _, h := range l.Assigned {
		if loads[h.User] == nil {
			loads[h.User] = &Load{Name: h.Name}
		}
		x := loads[h.User]
		x.Open++
		if l.Late() {
			x.Late++
		}
		if l.Buried {
			x.Quiet++
		}
	}
}
