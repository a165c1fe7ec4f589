package forms

import (
	"strconv"
	"strings"
)

// facts reads the answers of a draft for the rules between fields: what is not
// live, not answered or not readable reads as nothing, since those are problems of
// the fields themselves.
type facts struct {
	f *Form
	d *Draft
}

// get decodes the live answer at p.
func (x facts) get(p Path) (v value, ok bool) {
	field, found := x.f.Field(p)
	if !found || field.Kind == Group || field.Kind == List || !x.f.Live(x.d.Answers, p) {
		return v, false
	}
	v, empty, bad := x.d.Answers.decode(field, x.f.scopeAt(parent(p)))
	return v, !empty && bad == nil
}

// text is a Text or Date; "" for nothing.
func (x facts) text(p Path) string {
	v, _ := x.get(p)
	return v.text
}

// chose reports whether one of the keys is chosen at p.
func (x facts) chose(p Path, keys ...string) bool {
	v, ok := x.get(p)
	if !ok {
		return false
	}
	for _, k := range v.keys {
		if has(keys, k) {
			return true
		}
	}
	return false
}

// said reports whether a YesNo has that answer.
func (x facts) said(p Path, yes bool) bool {
	v, ok := x.get(p)
	return ok && v.yes == yes
}

// pesos is an amount in pesos; ok is false for nothing and for other currencies.
func (x facts) pesos(p Path) (n int64, ok bool) {
	v, ok := x.get(p)
	return v.n, ok && v.currency == peso
}

// items are the live items of a list.
func (x facts) items(list Path) []Path {
	if f, ok := x.f.Field(list); !ok || f.Kind != List || !x.f.Live(x.d.Answers, list) {
		return nil
	}
	ids := x.d.Answers.Items(list)
	items := make([]Path, len(ids))
	for i, id := range ids {
		items[i] = list.Join(id)
	}
	return items
}

// collection are the items of the list that a section collects.
func (x facts) collection(key string) []Path {
	s := x.f.Section(key)
	if s == nil || s.List == "" {
		return nil
	}
	return x.items(collected(s))
}

// nothing reports whether a section says that there is nothing to declare in it.
func (x facts) nothing(key string) bool { return x.said(Path(key).Join(none), true) }

// gone reports whether an item is one that the person no longer has.
func (x facts) gone(item Path) bool { return x.chose(item.Join(operated), opGone) }

// upTo is the last day that the declaration tells of: the end of the year before
// in a modificación, else the day of taking or leaving office; "" when unknown.
func (x facts) upTo() string {
	if x.d.Type != Modificacion {
		return x.d.Event
	}
	if x.d.Year == 0 {
		return ""
	}
	return strconv.Itoa(x.d.Year-1) + "-12-31"
}

// walk calls fn for each live leaf of a section, with its scope.
func (x facts) walk(key string, fn func(*Field, *scope)) {
	s := x.f.Section(key)
	if s == nil {
		return
	}
	x.leaves(root(s), fn)
}

func (x facts) leaves(sc *scope, fn func(*Field, *scope)) {
	for i := range sc.fields {
		field := &sc.fields[i]
		if !x.d.Answers.live(field, sc, 0) {
			continue
		}
		switch field.Kind {
		case Group:
			x.leaves(sc.in(field, sc.at.Join(field.Name)), fn)
		case List:
			for _, id := range x.d.Answers.of(sc, field.Name) {
				x.leaves(sc.in(field, sc.at.Join(field.Name, id)), fn)
			}
		default:
			fn(field, sc)
		}
	}
}

// year is the year of a day, or 0.
func year(iso string) int {
	y, _, _ := strings.Cut(iso, "-")
	n, err := strconv.Atoi(y)
	if err != nil {
		return 0
	}
	return n
}
