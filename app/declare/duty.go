package declare

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"declara/forms"
)

// Kind is what a person may owe. It is also the word used in addresses and in
// catalogue keys.
type Kind string

// The kinds. A change of body within the same order of government is told with
// an aviso instead of an inicial and a conclusión (Norma 4ª); the standard has no
// format for it, so it is handed in at the office and never filed here.
const (
	Inicial      Kind = "inicial"
	Modificacion Kind = "modificacion"
	Conclusion   Kind = "conclusion"
	Aviso        Kind = "aviso"
)

// Type is the declaration that meets the duty; zero for an aviso.
func (k Kind) Type() forms.Type {
	t, _ := forms.ParseType(string(k))
	return t
}

// Standing is how things are with a duty today.
type Standing uint8

// The standings, most pressing first.
const (
	Overdue Standing = iota + 1 // past its last day; still accepted, marked late
	Open                        // can be filed and in time
	Doubt                       // the norm leaves it open: the office decides, the system does not
	Waiting                     // its time has not come
	Filed                       // met
	Lifted                      // the office ruled that it is not owed
)

var standings = [...]string{"", "vencida", "abierta", "duda", "proxima", "presentada", "sinefecto"}

// String is the word used in catalogue keys.
func (s Standing) String() string { return standings[s] }

// Reason says in one sentence why something is so: a catalogue key and what
// fills it. An argument written yyyy-mm-dd is a day, for the page to spell out.
type Reason struct {
	Key  string
	Args []string
}

// Duty is one thing that a person owes, or owed.
type Duty struct {
	Key      string      // "inicial-2027-01-15", "modificacion-2027": the same for ever
	Kind     Kind        //
	Level    forms.Level // decided by the post (Normas 11ª, 12ª)
	Post     string      // which of several; "" when it is not known
	Year     int         // of Event; of a modificación, that of its May
	Event    string      // day of taking or leaving office; empty for a modificación
	Opens    string      // first day on which it may be filed
	Due      string      // last day, 23:59:59 in the institution's zone
	Legal    string      // last day by law, which the office may have moved
	Standing Standing    //
	Reason   Reason      // why it is owed, or why the office must decide
	Left     int         // days from today to Due; negative when overdue
	Draft    string      // the draft begun for it, if any
	Filing   string      // the filing that met it, if any
	Ruled    string      // words of the office that changed it, if any
	Ruler    string      // user who decided it
	RuledOn  string      // day on which it was decided
	// Agreement is that by which everybody was given until Due, if any.
	Agreement string
	Handed    string // day on which an aviso was received on paper
	Paper     string // day on which the declaration was received on paper, while it is not filed from it
}

// Spell is a time in public service. Two may run at once: two posts here, or one here
// and one in another body.
type Spell struct {
	Body  string      // "" is the institution itself, any other text another body
	Order string      // order of government of another body, as in the standard
	Entry string      // yyyy-mm-dd
	Exit  string      // yyyy-mm-dd, the last day in office; empty while it lasts
	Leave bool        // the exit is a licence or a suspension, not the end of the post
	Post  string      // of a post here, as the roster writes it; "" when it is not known
	Level forms.Level // of a post here that is known; otherwise it is that of the record
}

// Met is a declaration that the person has filed.
type Met struct {
	Filing string
	Type   forms.Type
	Event  string
	Year   int
	Day    string // in the institution's zone
}

// Record is all that decides what a person owes.
type Record struct {
	Order   string      // order of government of the institution
	Level   forms.Level //
	Since   string      // first day of this system: what fell due before it is not its matter
	Spells  []Spell     //
	Filed   []Met       //
	Rulings []Ruling    //

	Extensions []Extension // oldest first
	Handed     []Handed    //
	Papers     []Handed    // declarations received on paper that are still to be brought in
}

// Ruling is what the office decided about one duty, with its reason (legal.md 3).
type Ruling struct {
	Duty   string // Duty.Key
	Lifted bool   // not owed; otherwise it is owed
	Due    string // another last day, or ""
	Reason string // words for the person
	By     string // user who decided
	On     string // day on which it was
}

// Extension is a last day that the body gave to everybody for one kind and year. The
// last one holds, and none takes away a day that the law gives.
type Extension struct {
	Kind      Kind
	Year      int
	Due       string
	Agreement string
}

// Handed is an aviso as the office received it.
type Handed struct{ Duty, Day string }

// period is the 60 natural days of LGRA 33-I, 33-III and Norma 4ª: the first is
// the day after the event, whatever day of the week the last one is.
const period = 60

// Reckon says what the record makes the person owe, as of today, most pressing
// first. It holds LGRA 33 and Normas 4ª and 7ª; nothing else in the program
// decides on a deadline. Spells without a readable entry are left out: without a
// date of human resources there is no duty (Norma 16ª.IV.9).
func Reckon(r Record, today string) []Duty {
	now, ok := readDay(today)
	if !ok {
		return nil
	}
	c := &reckoning{Record: r, now: now, spells: readSpells(r.Spells)}
	for i := range c.spells {
		c.entry(i)
		c.exit(i)
	}
	c.mays()
	for i := range c.out {
		c.settle(&c.out[i])
	}
	c.out = slices.DeleteFunc(c.out, c.before)
	c.firstWaiting()
	slices.SortStableFunc(c.out, func(a, b Duty) int {
		return cmp.Or(cmp.Compare(a.Standing, b.Standing), cmp.Compare(a.Due, b.Due), cmp.Compare(a.Key, b.Key))
	})
	return c.out
}

// forever is after every day that a spell can end on.
const forever = day(1 << 30)

// spell is a Spell with its days read.
type spell struct {
	Spell
	in, out day // out is forever while it lasts
}

func (s spell) own() bool { return s.Body == "" }

// serves reports whether the spell has a day between the two, both included.
func (s spell) serves(first, last day) bool { return s.in <= last && first <= s.out }

func readSpells(all []Spell) []spell {
	var out []spell
	for _, s := range all {
		in, ok := readDay(s.Entry)
		if !ok {
			continue
		}
		end, ok := readDay(s.Exit)
		if !ok || end < in {
			end = forever
		}
		out = append(out, spell{s, in, end})
	}
	slices.SortStableFunc(out, func(a, b spell) int { return cmp.Compare(a.in, b.in) })
	return out
}

// reckoning is one run of Reckon.
type reckoning struct {
	Record
	now    day
	spells []spell
	out    []Duty
}

// entry adds what taking office at spell i asks for. Norma 7ª speaks of one post after
// another. Who has one here already enters nothing; who keeps one elsewhere has not
// changed bodies, and of the same order the norm says neither inicial nor aviso.
func (c *reckoning) entry(i int) {
	s := c.spells[i]
	if !s.own() || c.onLeave(i) || c.back(i) {
		return
	}
	kind, standing, reason := Inicial, Standing(0), Reason{"declare.reason.inicial.first", []string{s.in.String()}}
	prev, ok := c.previous(i)
	if other, kept := c.meanwhile(s.in); kept {
		if reason = (Reason{"declare.reason.inicial.kept", []string{s.in.String(), other.Body}}); other.Order == c.Order {
			standing, reason.Key = Doubt, "declare.reason.doubt.entry"
		}
	} else if ok {
		switch gap := int(s.in - prev.out); {
		case gap > period:
			reason = Reason{"declare.reason.inicial.again", []string{s.in.String(), prev.out.String()}}
		case prev.own(): // another post in the same body, or back within 60 days
			return
		case prev.Order == c.Order:
			kind = Aviso
			reason = Reason{"declare.reason.aviso", []string{s.in.String(), prev.Body, prev.out.String()}}
		default:
			reason = Reason{"declare.reason.inicial.order", []string{s.in.String(), prev.Body}}
		}
	}
	c.add(kind, s.in, standing, reason)
}

// exit adds what leaving office at spell i asks for. A post elsewhere that she had
// before is no change of body; one that began shortly before may be the change itself.
func (c *reckoning) exit(i int) {
	s := c.spells[i]
	if !s.own() || s.out == forever || s.Leave || c.stays(i) {
		return
	}
	standing, reason := Standing(0), Reason{"declare.reason.conclusion", []string{s.out.String()}}
	next, ok := c.next(i)
	other, kept := c.meanwhile(s.out)
	switch {
	case ok && int(next.in-s.out) <= period && (next.own() || next.Order == c.Order):
		return
	case ok && int(next.in-s.out) <= period:
		reason = Reason{"declare.reason.conclusion.order", []string{s.out.String(), next.Body}}
	case kept && other.Order == c.Order && int(s.out-other.in) <= period:
		standing, reason = Doubt, Reason{"declare.reason.doubt.exit", []string{s.out.String(), other.in.String(), other.Body}}
	case kept:
		reason = Reason{"declare.reason.conclusion.kept", []string{s.out.String(), other.Body}}
	}
	c.add(Conclusion, s.out, standing, reason)
}

// onLeave reports whether the last post here before spell i ended in a licence or a
// suspension, wherever she served meanwhile.
func (c *reckoning) onLeave(i int) bool {
	last := spell{}
	for _, s := range c.spells[:i] {
		if s.own() && s.out >= last.out {
			last = s
		}
	}
	return last.Leave
}

// back reports whether spell i began while another one here lasted, or within 60 days
// after it without a post elsewhere begun in between. Of two that began on one day the
// first is the entry.
func (c *reckoning) back(i int) bool {
	s, left := c.spells[i], day(0)
	for _, p := range c.spells[:i] {
		if p.own() && int(s.in-p.out) <= period {
			left = max(left, p.out)
		}
	}
	return left != 0 && !slices.ContainsFunc(c.spells[:i], func(p spell) bool { return !p.own() && p.in >= left })
}

// stays reports whether another spell here goes on after spell i; of two that end on one
// day the first is the exit.
func (c *reckoning) stays(i int) bool {
	s := c.spells[i]
	for j, p := range c.spells {
		if j != i && p.own() && p.in <= s.out && (p.out > s.out || p.out == s.out && !p.Leave && j < i) {
			return true
		}
	}
	return false
}

// meanwhile is the post in another body that lasted before and after a day. One of the
// same order of government goes first: it is the one of which the norm has its doubts.
func (c *reckoning) meanwhile(at day) (other spell, ok bool) {
	for _, s := range c.spells {
		if !s.own() && s.in < at && s.out > at && (!ok || other.Order != c.Order && s.Order == c.Order) {
			other, ok = s, true
		}
	}
	return other, ok
}

// previous is the spell that ended last before spell i began.
func (c *reckoning) previous(i int) (p spell, ok bool) {
	for _, s := range c.spells[:i] {
		if s.out <= c.spells[i].in && (!ok || s.out > p.out) {
			p, ok = s, true
		}
	}
	return p, ok
}

// next is the first spell that began once spell i had ended; of two that began on one
// day, the one here, and then the one of the same order of government.
func (c *reckoning) next(i int) (n spell, ok bool) {
	rank := func(s spell) int {
		switch {
		case s.own():
			return 0
		case s.Order == c.Order:
			return 1
		}
		return 2
	}
	for j, s := range c.spells {
		if j != i && s.in >= c.spells[i].out && (!ok || s.in < n.in || s.in == n.in && rank(s) < rank(n)) {
			n, ok = s, true
		}
	}
	return n, ok
}

func (c *reckoning) add(kind Kind, event day, standing Standing, reason Reason) {
	level, post := c.levelOn(event)
	c.out = append(c.out, Duty{
		Key: string(kind) + "-" + event.String(), Kind: kind, Level: level, Post: post,
		Year: event.year(), Event: event.String(), Opens: event.String(),
		Due: (event + period).String(), Standing: standing, Reason: reason,
	})
}

// levelOn is the format of who has these posts here on a day: of several the one that
// asks for more, since the declaration is one (Normas 11ª and 12ª).
func (c *reckoning) levelOn(at day) (level forms.Level, post string) {
	level, held := c.Level, false
	for _, s := range c.spells {
		if !s.own() || !s.serves(at, at) {
			continue
		}
		own := c.Level
		if s.Post != "" {
			own = s.Level
		}
		if !held || own == forms.Full && level != forms.Full {
			level, post, held = own, s.Post, true
		}
	}
	return level, post
}

// mays adds the modificaciones, from the first year of service to the next May.
func (c *reckoning) mays() {
	if len(c.spells) == 0 {
		return
	}
	for year := c.spells[0].in.year(); year <= c.now.year()+1; year++ {
		c.may(year)
	}
}

// may adds the modificación of one year: for who is in service in May and worked
// at least one day of the year before (LGRA 33-II), with the exceptions of Norma 7ª.
func (c *reckoning) may(year int) {
	first, last := date(year, time.May, 1), date(year, time.May, 31)
	newYear := date(year, time.January, 1)
	var here *spell
	onLeave, worked := false, false
	for i := range c.spells {
		s := &c.spells[i]
		worked = worked || s.serves(date(year-1, time.January, 1), newYear-1)
		if s.own() && s.serves(first, last) && (here == nil || s.out >= here.out) {
			here = s // the one that lasts longest: leaving another one is not leaving
		}
		onLeave = onLeave || s.own() && s.Leave && s.out < first
	}
	if !worked {
		return
	}
	level, post := c.Level, ""
	if here != nil {
		level, post = c.levelOn(min(here.out, last))
	}
	d := Duty{
		Key: string(Modificacion) + "-" + strconv.Itoa(year), Kind: Modificacion, Level: level, Post: post,
		Year: year, Opens: first.String(), Due: last.String(),
		Reason: Reason{"declare.reason.modificacion", []string{strconv.Itoa(year - 1), strconv.Itoa(year)}},
	}
	switch {
	case here == nil && onLeave && c.awaited(last):
		d.Standing, d.Reason = Doubt, Reason{"declare.reason.doubt.leave", []string{strconv.Itoa(year)}}
	case here == nil:
		return
	case here.in.within(newYear, last) && c.metIn(forms.Inicial, here.in, newYear, last):
		return
	case here.out.within(first, last) && !here.Leave:
		switch {
		case c.metIn(forms.Conclusion, here.out, first, last):
			return
		case c.now <= last:
			d.Reason = Reason{"declare.reason.modificacion.leaving", []string{here.out.String()}}
		default:
			d.Standing, d.Reason = Doubt, Reason{"declare.reason.doubt.leaving", []string{here.out.String()}}
		}
	}
	c.out = append(c.out, d)
}

// awaited reports whether the last own spell before a day ended in a leave, so
// that the person still has a post to come back to.
func (c *reckoning) awaited(until day) bool {
	var last *spell
	for i := range c.spells {
		if s := &c.spells[i]; s.own() && s.in <= until {
			last = s
		}
	}
	return last != nil && last.Leave
}

// metIn reports whether the declaration of that type for that event was filed on
// one of the days between two.
func (c *reckoning) metIn(t forms.Type, event, first, last day) bool {
	m, ok := c.met(t, event)
	if !ok {
		return false
	}
	on, ok := readDay(m.Day)
	return ok && on.within(first, last)
}

// met finds the filing that answers an entry or an exit. Human resources may
// correct a date after the filing, so a filing counts for the spell that its
// event lies in rather than for that one day.
func (c *reckoning) met(t forms.Type, event day) (Met, bool) {
	from, to := c.around(t, event)
	for _, m := range c.Filed {
		if on, ok := readDay(m.Event); ok && m.Type == t && on.within(from, to) {
			return m, true
		}
	}
	return Met{}, false
}

// around are the days on which a filed event means the given one: for an entry,
// from the end of the spell before to the end of its own; for an exit, from its
// entry to the next entry.
func (c *reckoning) around(t forms.Type, event day) (from, to day) {
	from, to = -forever, forever
	for _, s := range c.spells {
		if !s.own() {
			continue
		}
		switch {
		case t == forms.Inicial && s.out < event:
			from = max(from, s.out+1)
		case t == forms.Inicial && s.in == event:
			to = min(to, s.out)
		case t == forms.Conclusion && s.in <= event:
			from = max(from, s.in)
		case t == forms.Conclusion && s.in > event:
			to = min(to, s.in-1)
		}
	}
	return from, to
}

// settle gives a duty its standing: met, ruled on, overdue, open or to come.
func (c *reckoning) settle(d *Duty) {
	if m, ok := c.meeting(*d); ok {
		d.Standing, d.Filing = Filed, m.Filing
	}
	d.Legal = d.Due
	for _, e := range c.Extensions {
		if e.Kind == d.Kind && e.Year == d.Year {
			d.Due, d.Agreement = d.Legal, ""
			if e.Due > d.Legal {
				d.Due, d.Agreement = e.Due, e.Agreement
			}
		}
	}
	for _, h := range c.Handed {
		if d.Kind == Aviso && h.Duty == d.Key {
			d.Standing, d.Handed = Filed, h.Day
		}
	}
	for _, p := range c.Papers {
		if p.Duty == d.Key && d.Standing != Filed {
			d.Paper = p.Day
		}
	}
	for _, r := range c.Rulings {
		if r.Duty != d.Key {
			continue
		}
		d.Ruled, d.Ruler, d.RuledOn = r.Reason, r.By, r.On
		if r.Due != "" {
			d.Due = r.Due
		}
		switch {
		case d.Standing == Filed:
		case r.Lifted:
			d.Standing = Lifted
		default:
			d.Standing = 0
		}
	}
	opens, _ := readDay(d.Opens)
	due, _ := readDay(d.Due)
	d.Left = int(due - c.now)
	if d.Standing != 0 && !(d.Standing == Doubt && c.now < opens) {
		return
	}
	switch {
	case c.now < opens:
		d.Standing = Waiting
	case c.now > due:
		d.Standing = Overdue
	default:
		d.Standing = Open
	}
}

func (c *reckoning) meeting(d Duty) (Met, bool) {
	switch d.Kind {
	case Inicial, Conclusion:
		event, _ := readDay(d.Event)
		return c.met(d.Kind.Type(), event)
	case Modificacion:
		for _, m := range c.Filed {
			if m.Type == forms.Modificacion && m.Year == d.Year {
				return m, true
			}
		}
	}
	return Met{}, false
}

// before reports whether a duty fell due before this system began, when it was
// met, or not, elsewhere.
func (c *reckoning) before(d Duty) bool {
	return d.Standing != Filed && c.Since != "" && d.Due < c.Since
}

// firstWaiting drops all duties to come but the nearest.
func (c *reckoning) firstWaiting() {
	nearest := ""
	for _, d := range c.out {
		if d.Standing == Waiting && (nearest == "" || d.Opens < nearest) {
			nearest = d.Opens
		}
	}
	c.out = slices.DeleteFunc(c.out, func(d Duty) bool { return d.Standing == Waiting && d.Opens != nearest })
}
