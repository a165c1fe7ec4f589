package forms

// LineKind is what a line of a reading shows.
type LineKind uint8

// The kinds of a line.
const (
	Heading      LineKind = iota + 1 // a group: its Field names it
	Item                             // an item of a list: Index is its number, from 1
	Answer                           // one answer: Raw
	NoneDeclared                     // the person said that there is nothing
	Withheld                         // something was declared, and none of it is public
)

// Line is one line of a flat reading of a declaration, for the review page, the
// public page and the PDF alike.
type Line struct {
	Kind    LineKind
	Path    Path
	Field   *Field // nil for NoneDeclared and Withheld
	Section *Section
	Depth   int      // groups and items above it in the section
	Index   int      // of an Item, from 1
	Raw     []string // of an Answer, as typed
	Private bool     // never part of the public version
}

// Lines reads the live answers of a section in order: a line for each answer, and
// a heading above each group and item that has any. Answers that are asked and
// missing have none.
func Lines(f *Form, a Answers, section string) []Line {
	s := f.Section(section)
	if s == nil {
		return nil
	}
	r := reader{f: f, a: a, s: s}
	sc := root(s)
	if ninguno := named(s.Fields, none); ninguno != nil {
		list := collected(s)
		switch at := sc.at.Join(none); {
		case a.Get(at) == Yes:
			r.lines = append(r.lines, Line{Kind: NoneDeclared, Path: at, Section: s, Private: ninguno.Show != Public})
		case list != "" && a.Get(at) == No && len(a[list]) == 0:
			r.lines = append(r.lines, Line{Kind: Withheld, Path: list, Section: s})
		}
	}
	r.group(sc, 0, false)
	return r.lines
}

type reader struct {
	f     *Form
	a     Answers
	s     *Section
	lines []Line
}

func (r *reader) group(sc *scope, depth int, private bool) {
	for i := range sc.fields {
		x := &sc.fields[i]
		if x.Screen || x.Name == none && sc.up == nil || !r.a.live(x, sc, 0) {
			continue
		}
		p := sc.at.Join(x.Name)
		hidden := private || x.Show != Public || x.Kind != List && !r.a.holds(&x.ShowIf, sc, 0)
		switch x.Kind {
		case Group:
			mark := len(r.lines)
			r.lines = append(r.lines, Line{Kind: Heading, Path: p, Field: x, Section: r.s, Depth: depth, Private: hidden})
			if r.group(sc.in(x, p), depth+1, hidden); len(r.lines) == mark+1 {
				r.lines = r.lines[:mark]
			}
		case List:
			for n, id := range r.a.Items(p) {
				item := sc.in(x, p.Join(id))
				hidden := hidden || !r.a.holds(&x.ShowIf, item, 0)
				r.lines = append(r.lines, Line{Kind: Item, Path: item.at, Field: x, Section: r.s, Depth: depth, Index: n + 1, Private: hidden})
				r.group(item, depth+1, hidden)
			}
		default:
			if raw := r.a[p]; len(raw) > 0 {
				r.lines = append(r.lines, Line{Kind: Answer, Path: p, Field: x, Section: r.s, Depth: depth, Raw: raw, Private: hidden || r.withheld(x, sc)})
			}
		}
	}
}

// withheld reports whether a public field is left out for what its answer is: the
// RFC of a natural person.
func (r *reader) withheld(x *Field, sc *scope) bool {
	if !holdsRFC(x) {
		return false
	}
	v, empty, bad := r.a.decode(x, sc)
	return !empty && bad == nil && !redact(x, &v)
}
