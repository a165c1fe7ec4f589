package forms

// Status is how far a section is, as the hub shows it.
type Status uint8

// The states of a section.
const (
	NotStarted Status = iota // nothing answered
	InProgress               // something answered, not yet saved as a whole
	ToConfirm                // copied or proposed: the person has to say that it is so
	Review                   // saved, with problems
	Done                     // saved, without problems, every copied item seen
)

// StatusOf is the state of a section of the draft. Done needs that the person
// saved the section, that nothing in it is wrong, and that every item copied from
// the previous declaration was confirmed, changed or marked as gone.
func StatusOf(f *Form, d *Draft, key string) Status {
	s := f.Section(key)
	if s == nil {
		return NotStarted
	}
	waiting := len(pending(d, s)) > 0
	if d.Confirmed[Path(key)] {
		switch {
		case waiting:
			return ToConfirm
		case len(CheckSection(f, d, key)) > 0:
			return Review
		}
		return Done
	}
	switch {
	case !answered(d.Answers, root(s)):
		return NotStarted
	case waiting, len(CheckSection(f, d, key)) == 0:
		return ToConfirm
	}
	return InProgress
}

// answered reports whether the person (or a copy) answered anything in a scope;
// what is computed does not count.
func answered(a Answers, sc *scope) bool {
	for i := range sc.fields {
		x := &sc.fields[i]
		p := sc.at.Join(x.Name)
		switch {
		case x.Derive != "":
		case x.Kind == Group:
			if answered(a, sc.in(x, p)) {
				return true
			}
		case len(a[p]) > 0:
			return true
		}
	}
	return false
}

// pending are the items of a section's list that were copied from the previous
// declaration and of which the person has said nothing yet.
func pending(d *Draft, s *Section) []Path {
	list := collected(s)
	if list == "" || len(d.Before[list]) == 0 || d.Answers.Get(Path(s.Key).Join(none)) == Yes {
		return nil
	}
	x := named(s.Fields, s.List)
	if x == nil || !d.Answers.live(x, root(s), 0) {
		return nil
	}
	var open []Path
	for _, id := range d.Answers.Items(list) {
		item := list.Join(id)
		if has(d.Before[list], id) && !d.Confirmed[item] && !d.Baja[item] && !changed(d, x, root(s), item) {
			open = append(open, item)
		}
	}
	return open
}
