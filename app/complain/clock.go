package complain

import (
	"cmp"
	"slices"
	"time"

	"declara/storage"
)

// The clocks of a case, by name. ClockNext is the one that who complained is told.
const (
	ClockReading      = "lectura"       // somebody reads it
	ClockWord         = "mensaje"       // a first personal message
	ClockAnalysis     = "analisis"      // ours, and enough to go on?
	ClockAnswer       = "prevencion"    // she answers what she was asked
	ClockBegin        = "inicio"        // 64-II
	ClockTurn         = "turno"         // the other authority has it
	ClockProgress     = "avance"        // an inquiry shows progress
	ClockProgress90   = "avance90"      // again
	ClockProgress120  = "avance120"     // and again
	ClockNotice       = "notificar"     // who complained is notified
	ClockChallenge    = "inconformidad" // she may challenge
	ClockAdmission    = "admision"
	ClockHearing      = "audiencia"
	ClockRuling       = "resolucion" // 15 to the hearing, then 30 and 30 more at most
	ClockSending      = "remision"
	ClockAppeal       = "impugnar"
	ClockIdle         = "inactividad"
	ClockPrescription = "prescripcion"
	ClockSilence      = "silencio"      // nothing was done for long
	ClockOrder        = "requerimiento" // whoever was required to answers

	// clockAct is not a clock but the day of the last act, from which some are counted.
	clockAct = "acto"
)

// Unit is what a term is counted in.
type Unit int

// The units.
const (
	BusinessDays Unit = iota
	NaturalDays
	Months
)

// Anchor is the day that a term is counted from.
type Anchor int

// The anchors.
const (
	FromArrival Anchor = iota // it came in
	FromMove                  // it came into the state
	FromOpening               // it was opened (acuerdo de radicación)
	FromAct                   // something was last done
	FromFacts                 // what it tells of happened
	FromNotice                // the term that its notification began; before that it does not run
	FromSummons               // who is accused was summoned; before that, it came into the state
)

// Term is how long something may take.
type Term struct {
	Clock string
	N     int
	Unit  Unit
	From  Anchor
}

// silence is after how many business days without an act a case counts as buried; and
// silenceAtMost after how many days of any kind, since the days off are what the office
// enters: no calendar keeps the alarm from going off.
const (
	silence       = 60
	silenceAtMost = 120
)

// Years of prescription (LGRA 74), from the day of the facts.
const (
	minorYears = 3
	graveYears = 7
)

// hearingFirst is how many business days there are at least between the summons and
// the hearing (LGRA 208).
const hearingFirst = 10

// Clock is a term with its last day.
type Clock struct {
	Name  string
	N     int    // of a requirement: which, from 1
	First string // before which it cannot be done; "" for no such day
	Day   string
	Left  int  // days until it, of its unit; negative when it is past
	Unit  Unit // of Left
	Late  bool
}

// Past is for how many days it is over.
func (c Clock) Past() int { return -c.Left }

// Prescribes is the last day on which a fault of a day can be pursued. Nobody knows
// yet how it will be classified, so the shorter term holds until somebody holds it
// possible that it is grave.
func Prescribes(facts string, grave bool) string {
	if grave {
		return later(facts, graveYears, 0, 0)
	}
	return later(facts, minorYears, 0, 0)
}

// blurred is what is kept in clear of a day of prescription: the first of its month,
// which is never too late, and does not tell whoever has the database on which day
// something happened. The day itself is in a sealed note.
func blurred(day string) string {
	if len(day) != len(time.DateOnly) {
		return ""
	}
	return day[:len("2006-01-")] + "01"
}

// end is the last day of a term in a case, "" when it does not run.
func (k Calendar) end(t Term, c *storage.Complaint) string {
	from := c.Day
	switch t.From {
	case FromMove:
		from = c.Since
	case FromOpening:
		if from = opened(c); from == "" {
			from = c.Since
		}
	case FromAct:
		from = lastAct(c)
	case FromFacts:
		return c.Clocks[t.Clock]
	case FromNotice:
		n := notice(c)
		if n == nil || n.Starts == "" {
			return ""
		}
		return k.Within(n.Starts, t.N)
	case FromSummons:
		if from = c.Since; notice(c) != nil {
			from = notice(c).Served
		}
	}
	switch t.Unit {
	case BusinessDays:
		return k.Add(from, t.N)
	case NaturalDays:
		return later(from, 0, 0, t.N)
	}
	return later(from, 0, t.N, 0)
}

// opened is the day of the last acuerdo de radicación.
func opened(c *storage.Complaint) string {
	for i := len(c.Moves) - 1; i >= 0; i-- {
		if c.Moves[i].To == StateOpened {
			return c.Moves[i].Day
		}
	}
	return ""
}

// lastAct is the day on which the office last did something.
func lastAct(c *storage.Complaint) string {
	return max(c.Clocks[clockAct], c.Since, c.Day)
}

// Clocks are those that run in a case, the first to end first.
func (k Calendar) Clocks(c *storage.Complaint, today string) (all []Clock) {
	state := StateOf(c.State)
	for _, t := range state.Clocks {
		if t.Clock == ClockChallenge && Class(c) != ClassMinor || t.Clock == ClockNotice && (notice(c) != nil || !notifies(c)) {
			continue
		}
		if day := k.end(t, c); day != "" {
			all = append(all, k.clock(t.Clock, day, t.Unit, today))
			if t.From == FromSummons && notice(c) != nil {
				all[len(all)-1].First = k.Add(notice(c).Served, hearingFirst)
			}
		}
	}
	if !state.Over {
		all = append(all, k.orders(c, today)...)
		all = append(all, k.clock(ClockSilence, k.silent(c), BusinessDays, today))
	}
	slices.SortStableFunc(all, func(a, b Clock) int { return cmp.Compare(a.Day, b.Day) })
	return all
}

func (k Calendar) clock(name, day string, unit Unit, today string) Clock {
	c := Clock{Name: name, Day: day, Unit: unit, Late: today > day}
	if unit != BusinessDays {
		c.Unit = NaturalDays
	}
	switch {
	case c.Unit == BusinessDays && c.Late:
		c.Left = -k.Between(day, today)
	case c.Unit == BusinessDays:
		c.Left = k.Between(today, day)
	default:
		c.Left = natural(today, day)
	}
	return c
}

// natural is how many days there are from one to another.
func natural(from, to string) int {
	a, errA := time.Parse(time.DateOnly, from)
	b, errB := time.Parse(time.DateOnly, to)
	if errA != nil || errB != nil {
		return 0
	}
	return int(b.Sub(a).Hours() / 24)
}

// buried is Calendar.Buried, today.
func (s *Service) buried(tx *storage.Txn, c *storage.Complaint) (bool, error) {
	k, err := calendarOf(tx)
	if err != nil {
		return false, err
	}
	today, err := s.today(tx)
	return k.Buried(c, today), err
}

// Buried reports whether nothing was done for so long that a case counts as buried.
func (k Calendar) Buried(c *storage.Complaint, today string) bool {
	return !StateOf(c.State).Over && c.External == "" && today > k.silent(c)
}

// silent is the last day on which something must be done for a case not to be buried.
func (k Calendar) silent(c *storage.Complaint) string {
	from := lastAct(c)
	return min(k.Add(from, silence), later(from, 0, 0, silenceAtMost))
}
