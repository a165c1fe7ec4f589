// Package sample invents officials and their declarations: for `declara demo`,
// for benchmarks and for tests. Everybody in it is fictitious, and so are the
// companies, banks, schools and streets; RFC and CURP are built by the official
// rules from invented names, so that they pass the checks.
//
// A declaration is filled in by walking the table of fields, as a person walks
// the pages: nothing here knows a section. What a field of a given name may hold
// is in values.go; who the people are is in people.go. The walk then asks
// forms.Ready what is wrong and answers those fields anew, until nothing is.
//
// The same seed gives the same declaration, whatever the machine or the day.
package sample

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"

	"declara/forms"
)

// Options shape an invented declaration.
type Options struct {
	Person   Person          // who declares
	Year     int             // year in which it is due
	Event    string          // day of taking or leaving office, yyyy-mm-dd
	Today    string          // day of filing, yyyy-mm-dd; no date is after it
	Wealth   float64         // 0 to 1: how likely a list has items, and how many
	Previous *forms.Document // what was filed before by this person, if anything
	Given    forms.Answers   // what human resources gave, which is not invented over
	Known    forms.Answers   // other answers that the person would give, such as where the office is
	Extremes bool            // every list full of every branch, for tests of size
}

// ErrStuck means that the walk found no answers that the checks accept; it is a
// defect of this package or of the table, and the test of all seeds finds it.
var ErrStuck = errors.New("sample: no acceptable answers found")

// walk fills one draft.
type walk struct {
	f     *forms.Form
	d     *forms.Draft
	r     *rand.Rand
	o     Options
	ids   int
	depth int                   // lists that the walk is inside of
	kin   map[forms.Path]Person // partner and dependants, by the group that is about them
}

// Draft invents a complete declaration, confirmed and ready to be filed.
func Draft(f *forms.Form, seed int64, o Options) (*forms.Draft, error) {
	w := &walk{f: f, o: o, r: rand.New(rand.NewPCG(uint64(seed), 0xdec1a4a)), kin: map[forms.Path]Person{}}
	w.d = &forms.Draft{
		Type: f.Type, Level: f.Level, Edition: f.Edition,
		Year: o.Year, Event: o.Event, Today: o.Today,
		Given: o.Given, Answers: forms.Answers{}, Confirmed: map[forms.Path]bool{}, Baja: map[forms.Path]bool{},
	}
	if o.Previous != nil {
		forms.Prefill(f, *o.Previous, w.d)
		w.age()
	}
	for p, v := range o.Known {
		w.d.Answers.Set(p, v...)
	}
	for p, v := range o.Given {
		w.d.Answers.Set(p, v...)
	}
	for i := range f.Sections {
		s := &f.Sections[i]
		w.group(forms.Path(s.Key), s.Fields)
		w.d.Confirmed[forms.Path(s.Key)] = true
	}
	for range 60 {
		forms.Derive(f, w.d)
		problems := forms.Ready(f, w.d)
		if len(problems) == 0 {
			return w.d, nil
		}
		for _, p := range problems {
			w.mend(p)
		}
	}
	forms.Derive(f, w.d)
	problems := forms.Ready(f, w.d)
	if len(problems) == 0 {
		return w.d, nil
	}
	return nil, fmt.Errorf("%w: %s seed %d: %d left, first %s %s %s", ErrStuck,
		f.Type, seed, len(problems), problems[0].Path, problems[0].Code, problems[0].Arg)
}

// group answers every live field of a group that has no answer yet, in order, so
// that a condition sees the answers before it.
func (w *walk) group(at forms.Path, fields []forms.Field) {
	for i := range fields {
		w.field(at.Join(fields[i].Name), &fields[i])
	}
}

func (w *walk) field(p forms.Path, f *forms.Field) {
	if !w.f.Live(w.d.Answers, p) {
		return
	}
	switch f.Kind {
	case forms.Group:
		w.group(p, f.Of)
	case forms.List:
		w.list(p, f)
	default:
		if f.Derive == "" && len(w.d.Answers[p]) == 0 {
			w.answer(p, f)
		} else if len(w.d.Answers[p]) == 0 && derivedByHand[f.Derive] {
			w.answer(p, f)
		}
	}
}

// derivedByHand names the derivations that leave the answer to the person when
// their own condition does not hold.
var derivedByHand = map[string]bool{"ownershipAll": true, "notApplicable": true}

// list adds items where there are none. Lists copied from the previous
// declaration have their items already, and each is walked for what is missing.
func (w *walk) list(p forms.Path, f *forms.Field) {
	for _, id := range w.d.Answers.Items(p) {
		w.group(p.Join(id), f.Of)
	}
	if len(w.d.Answers.Items(p)) > 0 {
		return
	}
	for range w.count(f) {
		w.add(p, f)
	}
}

// count is how many items a new list gets: at least one, since the section said
// that there are some.
func (w *walk) count(f *forms.Field) int {
	most := f.Max
	if w.o.Extremes {
		return min(most, 8)
	}
	more := w.o.Wealth * 0.6
	if w.depth > 0 {
		more = 0.08 // a house has rarely more than one seller
	}
	n := 1
	for n < min(most, 4) && w.r.Float64() < more {
		n++
	}
	return n
}

func (w *walk) add(p forms.Path, f *forms.Field) {
	w.ids++
	id := "s" + strconv.Itoa(w.ids)
	w.d.Answers[p] = append(w.d.Answers[p], id)
	w.depth++
	w.group(p.Join(id), f.Of)
	w.depth--
	w.d.Confirmed[p.Join(id)] = true
}

// age lives through the year since the previous declaration: most items stay,
// some change, some are sold.
func (w *walk) age() {
	for i := range w.f.Sections {
		s := &w.f.Sections[i]
		if s.List == "" {
			continue
		}
		list := forms.Path(s.Key).Join(s.List)
		field, ok := w.f.Field(list)
		if !ok {
			continue
		}
		for _, id := range w.d.Answers.Items(list) {
			w.ageItem(list.Join(id), field)
		}
		if w.d.Answers.Get(forms.Path(s.Key).Join("ninguno")) == forms.No && w.r.Float64() < 0.12 &&
			len(w.d.Answers.Items(list)) < field.Max {
			w.add(list, field)
		}
	}
}

func (w *walk) ageItem(item forms.Path, f *forms.Field) {
	w.d.Confirmed[item] = true
	for i := range f.Of {
		if f.Of[i].Name == "motivoBaja" && w.r.Float64() < 0.08 {
			w.d.Baja[item] = true
			w.answer(item.Join("motivoBaja"), &f.Of[i])
			return
		}
	}
	for i := range f.Of {
		sub := &f.Of[i]
		if sub.Kind == forms.Money && !sub.Fresh && w.r.Float64() < 0.1 && w.f.Live(w.d.Answers, item.Join(sub.Name)) {
			w.answer(item.Join(sub.Name), sub)
		}
	}
}

// mend answers anew what a problem points at.
func (w *walk) mend(p forms.Problem) {
	f, ok := w.f.Field(p.Path)
	if !ok {
		w.d.Confirmed[p.Path] = true
		return
	}
	w.d.Confirmed[p.Path] = true
	w.d.Confirmed[forms.Path(p.Path.Section())] = true
	switch f.Kind {
	case forms.Group:
		w.group(p.Path, f.Of)
	case forms.List:
		if len(w.d.Answers.Items(p.Path)) == 0 {
			w.add(p.Path, f)
			return
		}
		delete(w.d.Answers, p.Path)
	default:
		if len(w.o.Given[p.Path]) == 0 && len(w.o.Known[p.Path]) == 0 {
			w.answer(p.Path, f)
		}
		if s := w.f.Section(p.Path.Section()); s != nil {
			w.group(forms.Path(s.Key), s.Fields)
		}
	}
}
