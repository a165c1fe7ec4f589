package declare

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"declara/forms"
	"declara/storage"
)

// This file is the list that the office works with: who must file, why, until when,
// and what became of it. It is made of the roster, the register of filings and the
// index of drafts. No document is opened for it, so that nothing declared can get
// into a list (legal.md 1.3).

// State is the compliance with a duty, in the words of legal.md section 4. Each is
// also a word of addresses and of catalogue keys.
type State string

// The states, the worst first.
const (
	RequiredOver State = "requerido_vencido"  // 30 natural days after the requirement, and not filed
	Omitted      State = "omiso"              // past its last day and not filed
	Required     State = "requerido"          // required in writing, whose 30 days run
	Unsure       State = "duda"               // the office must decide whether it is owed
	Capture      State = "papel_por_capturar" // received on paper, and not yet brought in
	Excused      State = "justificado"        // after the day of the law, within what the office extended
	Pending      State = "pendiente"          // can be filed, and in time
	Coming       State = "proxima"            // its time has not come
	Late         State = "extemporanea"       // filed after its last day
	InTime       State = "en_plazo"           // filed in time
	Exempt       State = "exento"             // the office ruled that it is not owed
)

// States are those that the list shows, the worst first.
var States = []State{RequiredOver, Omitted, Required, Unsure, Capture, Excused, Pending, Late, InTime, Exempt}

// Groups of states, by which the list can be asked for too.
const (
	Overdues  State = "vencidas"    // past the last day, required or not
	Drafted   State = "borrador"    // begun and not filed, in time or not
	Untouched State = "sin_empezar" // neither begun nor filed, in time or not
	Missing   State = "faltan"      // not filed, in time or not
)

// Groups are all of them.
var Groups = []State{Missing, Overdues, Drafted, Untouched}

// Is reports whether the line is of a state or of a group of them.
func (l *Line) Is(s State) bool {
	switch s {
	case Overdues:
		return l.State.Unmet()
	case Drafted, Untouched:
		return l.Is(Missing) && l.State != Unsure && (l.Duty.Draft != "") == (s == Drafted)
	case Missing:
		return l.Filed == "" && (l.State.Unmet() || l.State.Open() || l.State == Unsure || l.State == Capture)
	}
	return l.State == s
}

// Unmet reports whether the declaration is past its last day and not there.
func (s State) Unmet() bool { return s == RequiredOver || s == Omitted || s == Required }

// Open reports whether it can be filed in time.
func (s State) Open() bool { return s == Pending || s == Excused }

// answer is the 30 natural days of LGRA 33, counted from when the term begins.
const answer = 30

// StateOf says how a person stands with a duty. filed is the day on which she filed
// it, in the institution's zone; today is the day there.
func StateOf(d Duty, filed string, required []storage.Requirement, today string) State {
	if d.Paper != "" {
		return Capture
	}
	switch d.Standing {
	case Filed:
		switch {
		case filed <= d.Legal:
			return InTime
		case filed <= d.Due:
			return Excused
		}
		return Late
	case Lifted:
		return Exempt
	case Doubt:
		return Unsure
	case Waiting:
		return Coming
	case Open:
		if today > d.Legal {
			return Excused
		}
		return Pending
	}
	if until := Until(d, required); until != "" {
		if today > until {
			return RequiredOver
		}
		return Required
	}
	return Omitted
}

// Until is the last day of the term of the last requirement of a duty that was
// served; "" when none was. One of before the last day of the duty, which an extension
// moved since, requires nothing.
func Until(d Duty, required []storage.Requirement) string {
	until := ""
	for _, r := range required {
		if last := Term(r); last != "" && r.Duty == d.Key && r.Day > d.Due {
			until = last
		}
	}
	return until
}

// Term is the last day of the term of a requirement; "" when it was not served.
func Term(r storage.Requirement) string {
	if starts, ok := readDay(r.Starts); ok {
		return (starts + answer).String()
	}
	return ""
}

// Line is one duty of one person, as the office sees it.
type Line struct {
	Person  string // id
	Name    string //
	Unit    string //
	Post    string //
	Mail    bool   // has an address at the office
	Duty    Duty
	State   State
	Filed   string              // day of the filing
	Notices int                 // how often she was reminded of it
	Last    storage.Notice      // the last of them
	Until   string              // last day of the term of a requirement
	Letter  storage.Requirement // the last requirement; zero when there is none

	fold string // what a search looks in
}

// Roll is the whole list on a day. It is shared by who asks: nobody changes it.
type Roll struct {
	Today  string
	People int     // on the roster
	Lines  []*Line // the worst first
}

// rolls is what is remembered between two lists of a tenant.
type rolls struct {
	people  storage.Memo[storage.Person]
	filings storage.Memo[storage.Filing]
	follows storage.Memo[storage.Follow]

	mu    sync.Mutex
	known *made
}

// made are the lines of every person, with what they depend on beside her records.
type made struct {
	today  string
	inst   storage.Institution
	given  []storage.Extension
	of     map[string][]*Line
	drafts map[string][]storage.Begun
	roll   *Roll
}

// Roll makes the list of a tenant: one pass over the roster, the register and the
// index of drafts. What has not changed since the last time is not opened again.
func (s *Service) Roll(ctx context.Context, tenant string) (*Roll, error) {
	kept, _ := s.rolls.LoadOrStore(tenant, &rolls{})
	var roll *Roll
	err := s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		inst, err := tx.Institution()
		if err != nil {
			return fmt.Errorf("declare: institution: %w", err)
		}
		zone, err := inst.Location()
		if err != nil {
			return fmt.Errorf("declare: zone: %w", err)
		}
		now := s.now()
		t := &txn{Txn: tx, inst: inst, zone: zone, now: now, today: dayIn(now, zone).String()}
		roll, err = t.roll(kept.(*rolls))
		return err
	})
	return roll, err
}

func (t *txn) roll(kept *rolls) (*Roll, error) {
	kept.mu.Lock()
	defer kept.mu.Unlock()
	last := kept.known
	kept.known = nil // what is new is told once: after an error all of it is made again
	given, err := extensions(t.Txn)
	if err != nil {
		return nil, err
	}
	if last == nil || last.today != t.today || last.inst != t.inst || !slices.Equal(last.given, given) {
		last = &made{}
	}
	fresh := map[string]bool{}
	var all records
	if err := t.gather(kept, &all, fresh); err != nil {
		return nil, fmt.Errorf("declare: list: %w", err)
	}
	next := &made{today: t.today, inst: t.inst, given: given, of: make(map[string][]*Line, len(all.people)), drafts: all.drafts, roll: last.roll}
	same := last.roll != nil && len(last.of) == len(all.people)
	for _, p := range all.people {
		lines, known := last.of[p.ID]
		if !known || fresh[p.ID] || !slices.Equal(last.drafts[p.ID], all.drafts[p.ID]) {
			t.person, same = p, false
			lines = t.lines(all.filings[p.ID], all.drafts[p.ID], all.follows[p.ID], given)
		}
		next.of[p.ID] = lines
	}
	if !same {
		next.roll = &Roll{Today: t.today, People: len(all.people)}
		for _, lines := range next.of {
			next.roll.Lines = append(next.roll.Lines, lines...)
		}
		slices.SortFunc(next.roll.Lines, worse)
	}
	kept.known = next
	return next.roll, nil
}

// records are what lines are made of, by person.
type records struct {
	people  []storage.Person
	filings map[string][]storage.Filing
	drafts  map[string][]storage.Begun
	follows map[string]storage.Follow
}

// gather reads them, and notes of whom anything is new. Filings and what the office
// did are never taken away.
func (t *txn) gather(kept *rolls, all *records, fresh map[string]bool) error {
	*all = records{filings: map[string][]storage.Filing{}, drafts: map[string][]storage.Begun{}, follows: map[string]storage.Follow{}}
	note := func(person string, is bool) {
		if is {
			fresh[person] = true
		}
	}
	return errors.Join(
		t.FilingsFor(&kept.filings, func(f storage.Filing, is bool) error {
			note(f.Person, is)
			all.filings[f.Person] = append(all.filings[f.Person], f)
			return nil
		}),
		t.Begun(func(b storage.Begun) error {
			all.drafts[b.Person] = append(all.drafts[b.Person], b)
			return nil
		}),
		t.FollowsOf(&kept.follows, func(f storage.Follow, is bool) error {
			note(f.Person, is)
			all.follows[f.Person] = f
			return nil
		}),
		t.PeopleOf(&kept.people, func(p storage.Person, is bool) error {
			note(p.ID, is)
			all.people = append(all.people, p)
			return nil
		}),
	)
}

// lines are the duties of the person of the transaction.
func (t *txn) lines(filings []storage.Filing, drafts []storage.Begun, follow storage.Follow, given []storage.Extension) []*Line {
	p := t.person
	duties := Reckon(t.record(filings, follow, given), t.today)
	for _, b := range drafts {
		key := dutyOf(forms.Draft{Type: b.Type, Year: b.Year, Event: b.Event}, duties)
		for i := range duties {
			if duties[i].Key == key {
				duties[i].Draft = b.ID
			}
		}
	}
	var all []*Line
	for _, d := range duties {
		if d.Standing == Waiting {
			continue // nothing is asked of her yet
		}
		l := &Line{Person: p.ID, Name: strings.Join(strings.Fields(p.Given+" "+p.First+" "+p.Second), " "), Unit: p.Unit, Post: p.Post, Mail: p.Email != "", Duty: d, Filed: d.Handed}
		for _, f := range filings {
			if f.ID == d.Filing {
				l.Filed = filedOn(f, t.zone)
			}
		}
		for _, n := range follow.Notices {
			if n.Duty == d.Key {
				l.Notices, l.Last = l.Notices+1, n
			}
		}
		for _, r := range follow.Requirements {
			if r.Duty == d.Key {
				l.Letter = r
			}
		}
		l.fold = plain(l.Name + " " + l.Post + " " + l.Unit)
		l.State, l.Until = StateOf(d, l.Filed, follow.Requirements, t.today), Until(d, follow.Requirements)
		all = append(all, l)
	}
	return all
}

// ranks are the places of the states in the list.
var ranks = func() map[State]int {
	m := map[State]int{}
	for i, s := range States {
		m[s] = i
	}
	return m
}()

// worse orders the list: by state, the longest due first, and then those who have
// not even begun.
func worse(a, b *Line) int {
	return cmp.Or(cmp.Compare(ranks[a.State], ranks[b.State]), cmp.Compare(a.Duty.Due, b.Duty.Due), cmp.Compare(len(a.Duty.Draft), len(b.Duty.Draft)), cmp.Compare(a.Person, b.Person), cmp.Compare(a.Duty.Key, b.Duty.Key))
}

// Ask is which lines are wanted; zero members ask for nothing.
type Ask struct {
	Year  int
	Unit  string
	Kind  Kind
	State State  // or a group
	Text  string // words of name, post or unit, whatever the accents
}

// Pick gives the lines that are asked for, in their order. What is not met, late
// or not, stays in the list of every later year.
func (r *Roll) Pick(a Ask) []*Line {
	words := strings.Fields(plain(a.Text))
	var out []*Line
	for _, l := range r.Lines {
		switch {
		case a.State != "" && !l.Is(a.State), a.Unit != "" && l.Unit != a.Unit, a.Kind != "" && l.Duty.Kind != a.Kind,
			a.Year != 0 && l.Duty.Year != a.Year && !(l.Is(Missing) && l.Duty.Year < a.Year):
			continue
		}
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(l.fold, w) }) {
			out = append(out, l)
		}
	}
	return out
}

// Units are the units that the list names, in the order of their names.
func (r *Roll) Units() []string {
	seen := map[string]bool{}
	var all []string
	for _, l := range r.Lines {
		if u := l.Unit; !seen[u] {
			seen[u] = true
			all = append(all, u)
		}
	}
	slices.SortFunc(all, func(a, b string) int { return cmp.Compare(plain(a), plain(b)) })
	return all
}

// Years are those of which anything is in the list, the newest first.
func (r *Roll) Years() []int {
	var all []int
	for _, l := range r.Lines {
		if !slices.Contains(all, l.Duty.Year) {
			all = append(all, l.Duty.Year)
		}
	}
	slices.SortFunc(all, func(a, b int) int { return cmp.Compare(b, a) })
	return all
}

// plain is a text as it is compared: small letters without accents.
func plain(s string) string { return accents.Replace(strings.ToLower(s)) }

var accents = strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "ü", "u", "ñ", "n")
