package declare

import (
	"maps"
	"slices"
	"strings"

	"declara/forms"
)

// Edit is what one page sends: which answers it showed, what they said when it was
// drawn, and what they say now. Only paths in Now are touched.
type Edit struct {
	Section string
	Item    forms.Path    // the item that the page is about, or "" for a page of the section
	New     bool          // Item may be added
	Version int           // of the section, when the page was drawn
	Base    forms.Answers // answers of the page when it was drawn
	Now     forms.Answers // answers of the page as sent; an empty one clears
}

// Clash is two tabs, or two devices, that changed the same answers. What did not
// clash is saved; nothing of what was typed is lost, since it is all here.
type Clash struct {
	Section string
	Item    forms.Path // of the Edit
	Gone    bool       // the item was removed meanwhile
	Version int        // of the section now: what a page that resolves it must send
	Fields  []Clashed
}

// Clashed is one answer with both its values.
type Clashed struct {
	Path         forms.Path
	Saved, Typed []string
}

func (c *Clash) Error() string { return "declare: changed elsewhere: " + c.Section }

// Bounds of what one page may send. Longer texts are problems that a person sees
// (forms.CodeLong); these are for bodies that no page of ours sends.
const (
	maxValue  = 20_000 // bytes of one value
	maxValues = 200    // values of one answer
)

// apply merges an edit into the draft and tells what clashed. Answers that the
// person may not give (of the roster, of no question, of another section) are left
// out without a word, since only a forged form has them; what is computed is
// computed again by Derive. While nobody else saved the section since the page was
// drawn, all goes in. Otherwise it is a merge of three: an answer that this page
// changed and the other did not goes in, one that only the other changed stays,
// and one that both changed differently clashes.
func (w *Work) apply(e Edit) (clashes []Clashed) {
	a := w.Kept.Draft.Answers
	now, base := w.admit(e, e.Now), w.admit(e, e.Base)
	paths := slices.Sorted(maps.Keys(now)) // a list comes before what is in its items
	for _, p := range paths {
		if w.isList(p) {
			w.grow(p, now, base)
		}
	}
	w.transcribe(e, now)
	same := e.Version == w.Kept.Versions[e.Section]
	for _, p := range paths {
		typed, was, saved := now[p], base[p], a[p]
		switch {
		case w.isList(p):
		case !w.holds(p):
			if len(typed) > 0 && !w.equal(p, typed, was) {
				clashes = append(clashes, Clashed{Path: p, Typed: typed})
			}
		case w.equal(p, typed, saved):
		case same, w.equal(p, saved, was):
			a.Set(p, typed...)
		case w.equal(p, typed, was):
		default:
			clashes = append(clashes, Clashed{p, saved, typed})
		}
	}
	return clashes
}

// admit keeps of what was sent the answers that the person may give on that page,
// cleaned of what no page sends. A cleared answer is there without values.
func (w *Work) admit(e Edit, sent forms.Answers) forms.Answers {
	kept := forms.Answers{}
	for p, values := range sent {
		x, ok := w.Form.Field(p)
		_, fromRoster := w.Kept.Draft.Given[p]
		if !ok || fromRoster || x.Kind == forms.Group || len(values) > maxValues ||
			p.Section() != e.Section || e.Item != "" && !p.Under(e.Item) {
			continue
		}
		kept[p] = nil
		for _, v := range values {
			v = strings.ToValidUTF8(v[:min(len(v), maxValue)], "\uFFFD")
			if v = strings.ReplaceAll(v, "\r\n", "\n"); v != "" {
				kept[p] = append(kept[p], v)
			}
		}
	}
	return kept
}

// equal compares two answers however they are spelled: a page shows 2019-03-12 as
// 12/03/2019 and 437520 as 437,520.
func (w *Work) equal(p forms.Path, a, b []string) bool {
	if len(a) != 1 || len(b) != 1 || a[0] == b[0] {
		return slices.Equal(a, b)
	}
	x, _ := w.Form.Field(p)
	switch x.Kind {
	case forms.Date:
		d, err := forms.ParseDate(a[0])
		e, fault := forms.ParseDate(b[0])
		return err == nil && fault == nil && d == e
	case forms.Money:
		n, err := forms.ParseMoney(a[0])
		m, fault := forms.ParseMoney(b[0])
		return err == nil && fault == nil && n == m
	}
	return false
}

// grow adds to a list the items that a page adds and in which something is
// answered. A page never takes items away: that is an act of its own (Remove).
func (w *Work) grow(list forms.Path, now, base forms.Answers) {
	x, _ := w.Form.Field(list)
	if !w.holds(list) {
		return
	}
	for _, id := range now[list] {
		ids := w.Kept.Draft.Answers.Items(list)
		if slices.Contains(base[list], id) || slices.Contains(ids, id) || !validID(id) || x.Max > 0 && len(ids) >= x.Max {
			continue
		}
		for p, v := range now {
			if len(v) > 0 && p.Under(list.Join(id)) {
				w.Kept.Draft.Answers.Set(list, append(slices.Clone(ids), id)...)
				break
			}
		}
	}
}

// isList reports whether p names a list, and not an item of one.
func (w *Work) isList(p forms.Path) bool {
	x, ok := w.Form.Field(p)
	return ok && x.Kind == forms.List && strings.HasSuffix(string(p), "."+x.Name) && !w.isItem(p)
}

// isItem reports whether the last name of p is the id of an item.
func (w *Work) isItem(p forms.Path) bool {
	steps := w.steps(p)
	return len(steps) > 0 && steps[len(steps)-1].item() == p
}

// holds reports whether every item on the way down to p is there.
func (w *Work) holds(p forms.Path) bool {
	for _, s := range w.steps(p) {
		if !slices.Contains(w.Kept.Draft.Answers.Items(s.list), s.id) {
			return false
		}
	}
	return true
}

// step is one item on the way down to an answer.
type step struct {
	list forms.Path
	id   string
}

func (s step) item() forms.Path { return s.list.Join(s.id) }

// steps are the items that a path goes through, outermost first.
func (w *Work) steps(p forms.Path) []step {
	var out []step
	names := strings.Split(string(p), ".")
	at := forms.Path(names[0])
	for i := 1; i < len(names); i++ {
		at = at.Join(names[i])
		if x, ok := w.Form.Field(at); ok && x.Kind == forms.List && i+1 < len(names) {
			i++
			out = append(out, step{at, names[i]})
			at = at.Join(names[i])
		}
	}
	return out
}

// validID reports whether an id has the shape of those that NewItem makes and that
// forms.Parse gives.
func validID(id string) bool {
	if len(id) < 2 || len(id) > 16 {
		return false
	}
	for _, r := range id {
		if !('a' <= r && r <= 'z' || '0' <= r && r <= '9') {
			return false
		}
	}
	return true
}
