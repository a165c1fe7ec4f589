package app

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"declara/forms/sample"
)

// This file is what the year (year_test.go) is held to: the law as its articles say it,
// read day by day on a calendar, without a line of the engine. It knows what happened
// and nothing that the program works out.

// model is a municipality as somebody with a wall calendar would know it.
type model struct {
	since    string            // first day of the system
	order    string            // of government, of the municipality
	all      []*official       //
	off      map[string]bool   // days on which no term runs, beside weekends
	extended map[string]string // "modificacion-2027": the last day that everybody was given
}

// official is somebody, and what happened to her.
type official struct {
	n          int
	person     sample.Person
	id, mail   string // on the roster; "" before she is on it, or has none
	post, unit string
	full       bool // by the catalogue of posts
	spans      []span
	filed      []filed
	rulings    map[string]ruling
	handed     map[string]string    // aviso: day on which the office got it
	paper      map[string]string    // duty: day on which the office got the declaration on paper
	required   map[string][2]string // duty: the letter's day, and from when its term runs
	told       map[string]bool      // duty, reminder and last day
	bounced    bool
}

// span is a time in public service. body is "" for the municipality, else the order of
// government of the other body.
type span struct {
	first, last string
	leave       bool
	body        string
}

type filed struct {
	kind, event string
	year        int
	day         string
}

type ruling struct {
	lifted bool
	due    string
}

// debt is how one duty stands.
type debt struct {
	state string
	left  int  // days until its last one
	full  bool //
	asked bool // she is reminded of it
}

func at(day string) time.Time {
	d, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err) // a day of the test itself
	}
	return d
}

func plus(day string, n int) string {
	key := move{day, n}
	if moves[key] == "" {
		moves[key] = at(day).AddDate(0, 0, n).Format(time.DateOnly)
	}
	return moves[key]
}

// moves are the days that were looked up before: a year asks for the same ones a million times.
var moves = map[move]string{}

type move struct {
	day string
	n   int
}

func between(from, to string) int { return int(at(to).Sub(at(from)).Hours() / 24) }

// business is the day n business days after another.
func (m *model) business(day string, n int) string {
	for n > 0 {
		day = plus(day, 1)
		if w := at(day).Weekday(); w != time.Saturday && w != time.Sunday && !m.off[day] {
			n--
		}
	}
	return day
}

func (s span) has(day string) bool { return s.first <= day && (s.last == "" || day <= s.last) }

// on are the times in service that have a day.
func (o *official) on(day string) (in []span) {
	for _, s := range o.spans {
		if s.has(day) {
			in = append(in, s)
		}
	}
	return in
}

func (o *official) did(kind, event string, year int) string {
	for _, f := range o.filed {
		if f.kind == kind && f.event == event && f.year == year {
			return f.day
		}
	}
	return ""
}

// owes is every duty of an official that has begun, on a day, by its name.
func (m *model) owes(o *official, today string) map[string]debt {
	out := map[string]debt{}
	if o.id == "" {
		return out // nobody has put her on the roster
	}
	for _, s := range o.spans {
		if s.body != "" {
			continue
		}
		if kind := m.entry(o, s); kind != "" && s.first <= today {
			m.put(out, o, today, kind, s.first, at(s.first).Year(), plus(s.first, 60), "")
		}
		if s.last != "" && s.last <= today && m.exit(o, s) {
			m.put(out, o, today, "conclusion", s.last, at(s.last).Year(), plus(s.last, 60), "")
		}
	}
	for _, year := range []int{2026, 2027, 2028} {
		if fmt.Sprint(year, "-05-01") > today {
			break
		}
		if owed, doubt := m.may(o, year, today); owed {
			m.put(out, o, today, "modificacion", "", year, fmt.Sprint(year, "-05-31"), doubt)
		}
	}
	return out
}

// entry is what taking office asks for (LGRA 33-I, Norma 4ª): look back day by day for
// whom she served last.
func (m *model) entry(o *official, s span) string {
	for n := 1; n <= 60; n++ {
		if was := o.on(plus(s.first, -n)); len(was) > 0 {
			switch was[0].body {
			case "":
				return ""
			case m.order:
				return "aviso"
			}
			return "inicial"
		}
	}
	last := span{}
	for _, was := range o.spans {
		if was.last != "" && was.last < s.first && was.last > last.last {
			last = was
		}
	}
	if last.leave {
		return "" // she comes back
	}
	return "inicial"
}

// exit reports whether leaving asks for a conclusión (LGRA 33-III): look ahead for whom
// she served next.
func (m *model) exit(o *official, s span) bool {
	if s.leave {
		return false
	}
	for n := 1; n <= 60; n++ {
		if next := o.on(plus(s.last, n)); len(next) > 0 {
			return next[0].body != "" && next[0].body != m.order
		}
	}
	return true
}

// may reports whether the modificación of a year is owed (LGRA 33-II, Norma 7ª), and
// whether only the office can say.
func (m *model) may(o *official, year int, today string) (owed bool, doubt string) {
	worked, served := false, span{}
	for d := fmt.Sprint(year-1, "-01-01"); d < fmt.Sprint(year, "-01-01"); d = plus(d, 1) {
		if len(o.on(d)) > 0 {
			worked = true
			break
		}
	}
	if !worked {
		return false, ""
	}
	january, first, last := fmt.Sprint(year, "-01-01"), fmt.Sprint(year, "-05-01"), fmt.Sprint(year, "-05-31")
	for d := first; d <= last; d = plus(d, 1) {
		for _, s := range o.on(d) {
			if s.body == "" {
				served = s
			}
		}
	}
	within := func(day, from string) bool { return from <= day && day <= last }
	switch {
	case served.first == "":
		here := span{}
		for _, s := range o.spans {
			if s.body == "" && s.first <= last && s.first > here.first {
				here = s
			}
		}
		return here.leave, "duda"
	case within(served.first, january) && within(o.did("inicial", served.first, year), january):
		return false, ""
	case served.last != "" && !served.leave && within(served.last, first):
		switch {
		case within(o.did("conclusion", served.last, year), first):
			return false, ""
		case today > last:
			return true, "duda"
		}
	}
	return true, ""
}

// put says how a duty stands, in the words of the list.
func (m *model) put(out map[string]debt, o *official, today, kind, event string, year int, legal, doubt string) {
	key := kind + "-" + event
	if event == "" {
		key = fmt.Sprintf("%s-%d", kind, year)
	}
	due := max(legal, m.extended[fmt.Sprintf("%s-%d", kind, year)])
	rule, ruled := o.rulings[key]
	if rule.due != "" {
		due = rule.due
	}
	filed := o.did(kind, event, year)
	if kind == "aviso" {
		filed = o.handed[key]
	}
	d := debt{left: between(today, due), full: o.full}
	switch letter, starts := o.required[key][0], o.required[key][1]; {
	case filed == "" && due < m.since:
		return
	case filed == "" && o.paper[key] != "":
		d.state = "papel_por_capturar"
	case filed != "" && filed <= legal:
		d.state = "en_plazo"
	case filed != "" && filed <= due:
		d.state = "justificado"
	case filed != "":
		d.state = "extemporanea"
	case rule.lifted:
		d.state = "exento"
	case doubt != "" && !ruled:
		d.state = doubt
	case today <= legal:
		d.state, d.asked = "pendiente", true
	case today <= due:
		d.state, d.asked = "justificado", true
	case letter == "" || starts == "":
		d.state, d.asked = "omiso", true
	case today <= plus(starts, 30): // thirty whole days after the one on which it starts
		d.state, d.asked = "requerido", true
	default:
		d.state, d.asked = "requerido_vencido", true
	}
	out[key] = d
}

// lines is the whole list on a day: "number duty": state.
func (m *model) lines(today string) map[string]debt {
	out := map[string]debt{}
	for _, o := range m.all {
		for key, d := range m.owes(o, today) {
			out[fmt.Sprintf("%03d %s", o.n, key)] = d
		}
	}
	return out
}

// count is how many lines are of a state.
func (m *model) count(today string) map[string]int {
	out := map[string]int{}
	for _, d := range m.lines(today) {
		out[d.state]++
	}
	return out
}

// reminders are whom the calendar of reminders writes to in the morning of a day: thirty
// days before the last one, seven and one before, and the day after; what was missed goes
// later, but not once the next one's time has come. A last day that is moved begins anew.
func (m *model) reminders(today string) (addresses []string) {
	for _, o := range m.all {
		for key, d := range m.owes(o, today) {
			which := ""
			switch l := d.left; {
			case !d.asked:
			case l >= 8 && l <= 30:
				which = "30"
			case l >= 2 && l <= 7:
				which = "7"
			case l == 0 || l == 1:
				which = "1"
			case l <= -1 && l >= -6:
				which = "after"
			}
			if mark := key + " " + which + plus(today, d.left); which != "" && o.mail != "" && !o.bounced && !o.told[mark] {
				o.told[mark] = true
				addresses = append(addresses, o.mail)
			}
		}
	}
	slices.Sort(addresses)
	return addresses
}

// differ tells what two lists do not agree on, in an order that can be read.
func differ(got, want map[string]debt) (all []string) {
	for key := range maps.Keys(merged(got, want)) {
		a, b := got[key], want[key]
		a.asked, b.asked = false, false
		if a != b {
			all = append(all, fmt.Sprintf("%s: the list has %+v, the calendar %+v", key, a, b))
		}
	}
	slices.Sort(all)
	if len(all) > 15 {
		all = append(all[:15], fmt.Sprintf("and %d more", len(all)-15))
	}
	return all
}

func merged(a, b map[string]debt) map[string]debt {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}

// multiset is a list as one text a line, for comparing.
func multiset(all []string) string {
	slices.Sort(all)
	return strings.Join(all, "\n")
}
