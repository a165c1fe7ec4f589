package forms

// Kinds of a Change.
const (
	Added   = "nuevo"
	Changed = "cambio"
	Same    = "igual"
	Gone    = "baja"
)

// Change is one difference between two declarations. For an item of a section's
// list Before and After are empty and every item has a Change, Same ones too; the
// answers that changed follow it. Amounts, days and keys are in their canonical
// spelling, as in the document.
type Change struct {
	Section       string
	Path          Path
	Kind          string // Added, Changed, Same, Gone
	Before, After string
}

// Diff compares two declarations whose items have the same ids, as Prefill leaves
// them (Align gives two filed documents the same ids), in the order of the form.
// The remarks of a section and what is only on screen do not count.
func Diff(f *Form, before, after Answers) []Change {
	var all []Change
	for i := range f.Sections {
		s := &f.Sections[i]
		c := comparer{s: s, d: &Draft{Before: before, Answers: after}, list: collected(s)}
		c.group(root(s), true, true)
		all = append(all, c.changes...)
	}
	return all
}

type comparer struct {
	s       *Section
	d       *Draft
	list    Path
	changes []Change
}

func (c *comparer) add(p Path, kind, before, after string) {
	c.changes = append(c.changes, Change{c.s.Key, p, kind, before, after})
}

// group compares what a scope said with what it says. was and now tell whether it
// was asked and is.
func (c *comparer) group(sc *scope, was, now bool) {
	for i := range sc.fields {
		x := &sc.fields[i]
		if x.Screen || x.Name == remarks || x.Name == operated {
			continue
		}
		was, now := was && c.d.Before.live(x, sc, 0), now && c.d.Answers.live(x, sc, 0)
		if !was && !now {
			continue
		}
		p := sc.at.Join(x.Name)
		switch x.Kind {
		case Group:
			c.group(sc.in(x, p), was, now)
		case List:
			c.items(x, p, sc, was, now)
		default:
			c.leaf(x, p, sc, was, now)
		}
	}
}

func (c *comparer) leaf(x *Field, p Path, sc *scope, asked, asks bool) {
	was, now := "", ""
	if asked {
		was = c.d.Before.canonical(x, sc)
	}
	if asks {
		now = c.d.Answers.canonical(x, sc)
	}
	switch {
	case was == now:
	case was == "":
		c.add(p, Added, "", now)
	case now == "":
		c.add(p, Gone, was, "")
	default:
		c.add(p, Changed, was, now)
	}
}

// items compares the items of a list by their ids: those of now in their order,
// then those that are there no more.
func (c *comparer) items(x *Field, p Path, sc *scope, asked, asks bool) {
	var was, now []string
	if asked {
		was = c.d.Before.Items(p)
	}
	if asks {
		now = c.d.Answers.Items(p)
	}
	for _, id := range now {
		item := sc.in(x, p.Join(id))
		switch {
		case !has(was, id):
			c.add(item.at, Added, "", "")
		case c.d.Answers.Get(item.at.Join(operated)) == opGone:
			c.add(item.at, Gone, "", "")
		case differs(c.d, item, false):
			c.add(item.at, Changed, "", "")
			c.group(item, true, true)
		case p == c.list:
			c.add(item.at, Same, "", "")
		}
	}
	for _, id := range was {
		if !has(now, id) {
			c.add(p.Join(id), Gone, "", "")
		}
	}
}

// Align gives the items of an earlier filed document the ids that the same items
// have in a later one, so that Diff can compare the two. The later document tells
// which are new (AGREGAR); the others stand in the order in which they were copied
// from the earlier one, less those that were gone already.
func Align(f *Form, before, after Answers) Answers {
	moved := Answers{}
	rename := map[Path]Path{}
	for i := range f.Sections {
		list := collected(&f.Sections[i])
		if list == "" || len(before[list]) == 0 {
			continue
		}
		var carried []string
		for _, id := range after.Items(list) {
			if after.Get(list.Join(id, operated)) != opAdded {
				carried = append(carried, id)
			}
		}
		for _, id := range before.Items(list) {
			if before.Get(list.Join(id, operated)) == opGone {
				continue
			}
			to := list.Join("before-" + id)
			if len(carried) > 0 {
				to, carried = list.Join(carried[0]), carried[1:]
			}
			rename[list.Join(id)] = to
			moved[list] = append(moved[list], last(to))
		}
	}
	for p, v := range before {
		if to, ok := renamed(f, rename, p); ok {
			moved[to] = v
		}
	}
	return moved
}

// renamed is where an answer goes; ok is false for lists, which are made anew, and
// for items that were gone already.
func renamed(f *Form, rename map[Path]Path, p Path) (Path, bool) {
	s := f.Section(p.Section())
	if s == nil {
		return "", false
	}
	list := collected(s)
	if list == "" || !p.Under(list) {
		return p, true
	}
	if p == list {
		return "", false
	}
	rest := p[len(list)+1:]
	id := rest
	for i := range len(rest) {
		if rest[i] == '.' {
			id = rest[:i]
			break
		}
	}
	to, ok := rename[list.Join(string(id))]
	return to + rest[len(id):], ok
}
