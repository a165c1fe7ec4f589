package publish

import (
	"slices"
	"strconv"
	"strings"

	"declara/forms"
)

// align gives the items of an earlier public document the ids that the same items
// have in a later one, so that forms.Diff can compare the two. forms.Align does so
// for full documents by their order; in public ones items come and go when their
// owners change, so here items are the same when their contents are most alike.
// What is new in the later document (AGREGAR) and what was gone already in the
// earlier one (BAJA) is never the same as anything.
func align(f *forms.Form, before, after forms.Answers) forms.Answers {
	out := forms.Answers{}
	for p, v := range before {
		out[p] = v
	}
	for i := range f.Sections {
		sec := &f.Sections[i]
		if sec.List == "" {
			continue
		}
		list := forms.Path(sec.Key).Join(sec.List)
		was, now := items(f, before, list), items(f, after, list)
		to := match(was, now)
		var ids []string
		for p := range before {
			if p.Under(list) {
				delete(out, p)
			}
		}
		for n, id := range before.Items(list) {
			if was[n].op == removed {
				continue
			}
			name, ok := to[id]
			if !ok {
				name = "was" + id
			}
			ids = append(ids, name)
			from := list.Join(id)
			for p, v := range before {
				if p.Under(from) {
					out[list.Join(name)+p[len(from):]] = v
				}
			}
		}
		out.Set(list, ids...)
	}
	return out
}

// content is an item with its answers by name, to be compared.
type content struct {
	id, op  string
	answers map[string]string
}

// items are the contents of the items of a list.
func items(f *forms.Form, a forms.Answers, list forms.Path) []content {
	var out []content
	for _, id := range a.Items(list) {
		at := list.Join(id)
		c := content{id: id, op: a.Get(at.Join("tipoOperacion")), answers: map[string]string{}}
		for p, v := range a {
			if x, ok := f.Field(p); ok && p != at && p.Under(at) && x.Derive == "" && !x.Fresh {
				c.answers[strings.TrimPrefix(string(p), string(at)+".")] = strings.Join(v, "\n")
			}
		}
		out = append(out, c)
	}
	return out
}

// match pairs earlier items with later ones, the most alike first: earlier id to
// later id. Pairs that share less than half of their answers are no pairs.
func match(was, now []content) map[string]string {
	type pair struct {
		a, b  int
		alike float64
	}
	var pairs []pair
	for i, a := range was {
		for j, b := range now {
			if a.op == removed || b.op == added {
				continue
			}
			if s := alike(a, b); s >= 0.5 {
				pairs = append(pairs, pair{i, j, s})
			}
		}
	}
	slices.SortStableFunc(pairs, func(x, y pair) int {
		switch {
		case x.alike > y.alike:
			return -1
		case x.alike < y.alike:
			return 1
		}
		return 0
	})
	to := map[string]string{}
	taken := map[int]bool{}
	for _, p := range pairs {
		if _, ok := to[was[p.a].id]; !ok && !taken[p.b] {
			to[was[p.a].id] = now[p.b].id
			taken[p.b] = true
		}
	}
	return to
}

// alike is the share of the answers of two items that are the same.
func alike(a, b content) float64 {
	same, all := 0, len(b.answers)
	for name, v := range a.answers {
		w, ok := b.answers[name]
		if ok && v == w {
			same++
		}
		if !ok {
			all++
		}
	}
	if all == 0 {
		return 1
	}
	return float64(same) / float64(all)
}

// change is what became of one item.
type change struct {
	kind    string         // forms.Added, Changed, Same, Gone
	answers []forms.Change // of a changed one, those that changed
}

// changes are what became of the items of every section list, by their path, and
// the other answers that changed, by section. before must be aligned.
func changes(f *forms.Form, before, after forms.Answers) (byItem map[forms.Path]change, rest map[string][]forms.Change) {
	byItem, rest = map[forms.Path]change{}, map[string][]forms.Change{}
	for _, c := range forms.Diff(f, before, after) {
		x, ok := f.Field(c.Path)
		if !ok || x.Derive == "percentChange" {
			continue // a percentage tells of its own year, and differs every year
		}
		item := itemOf(f, c.Path)
		switch {
		case item == "":
			rest[c.Section] = append(rest[c.Section], c)
		case item == c.Path:
			byItem[item] = change{kind: c.Kind}
		case x.Kind != forms.List:
			e := byItem[item]
			e.answers = append(e.answers, c)
			byItem[item] = e
		}
	}
	return byItem, rest
}

// itemOf is the path of the item of a section's own list that p is in, or "".
func itemOf(f *forms.Form, p forms.Path) forms.Path {
	sec := f.Section(p.Section())
	if sec == nil || sec.List == "" {
		return ""
	}
	list := forms.Path(sec.Key).Join(sec.List)
	if p == list || !p.Under(list) {
		return ""
	}
	id, _, _ := strings.Cut(string(p[len(list)+1:]), ".")
	return list.Join(id)
}

// show is the answer at p as a person reads it, "" when there is none.
func show(w Words, f *forms.Form, a forms.Answers, p forms.Path) string {
	x, ok := f.Field(p)
	if !ok {
		return ""
	}
	return forms.Show(w, a, forms.Line{Kind: forms.Answer, Path: p, Field: x, Raw: a[p]})
}

// ask is the label of the question at p, with the number of the item when p is one.
func ask(w Words, f *forms.Form, p forms.Path) string {
	return w.Question(f.Key(p), f.Type.Slug())
}

func numbered(label string, n int) string { return label + " " + strconv.Itoa(n) }
