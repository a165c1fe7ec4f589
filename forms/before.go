package forms

import (
	"slices"
	"strconv"
	"strings"
)

// This file compares answers with those of the previous declaration, which
// Prefill keeps in Draft.Before under the same ids.

// wasThere reports whether an item, or a section with an operation of its own, was
// in the previous declaration.
func wasThere(d *Draft, sc *scope) bool {
	if sc.up == nil {
		return answeredFor(d.Before, sc)
	}
	list, id := parent(sc.at), last(sc.at)
	return has(d.Before[list], id)
}

// answeredFor is answered, but a section that said "ninguno" had nothing.
func answeredFor(a Answers, sc *scope) bool {
	return a.Get(sc.at.Join(none)) != Yes && answered(a, sc)
}

// changed reports whether the person changed a copied item; x is its list, in
// the scope up.
func changed(d *Draft, x *Field, up *scope, item Path) bool {
	return differs(d, up.in(x, item), true)
}

// differs compares what a scope says now with what it said before. What is
// computed, and what exists only on screen, does not count; nor does, when lenient,
// what is asked afresh each year and has no answer yet.
func differs(d *Draft, sc *scope, lenient bool) bool {
	for i := range sc.fields {
		x := &sc.fields[i]
		if x.Screen || x.Name == remarks || x.Derive != "" && x.Derive != deriveOwnership && x.Derive != deriveNotApplicable {
			continue
		}
		if lenient && x.Fresh && len(d.Answers.of(sc, x.Name)) == 0 {
			continue
		}
		now, was := d.Answers.live(x, sc, 0), d.Before.live(x, sc, 0)
		switch {
		case !now && !was:
		case now != was && (x.Kind == Group || x.Kind == List):
			if now && d.Answers.any(x, sc) || was && d.Before.any(x, sc) {
				return true
			}
		case x.Kind == Group:
			if differs(d, sc.in(x, sc.at.Join(x.Name)), lenient) {
				return true
			}
		case x.Kind == List:
			p := sc.at.Join(x.Name)
			a, b := d.Answers.Items(p), d.Before.Items(p)
			if !slices.Equal(a, b) {
				return true
			}
			for _, id := range a {
				if differs(d, sc.in(x, p.Join(id)), lenient) {
					return true
				}
			}
		default:
			if d.Answers.canonical(x, sc) != d.Before.canonical(x, sc) {
				return true
			}
		}
	}
	return false
}

// any reports whether a group or a list of a scope has an answer or an item.
func (a Answers) any(x *Field, sc *scope) bool {
	return len(a.of(sc, x.Name)) > 0 || x.Kind == Group && answered(a, sc.in(x, sc.at.Join(x.Name)))
}

// canonical is an answer in one spelling, however it was typed: "" where it is not
// live or has no answer, and what was typed where it cannot be read.
func (a Answers) canonical(x *Field, sc *scope) string {
	raw := a.of(sc, x.Name)
	if len(raw) == 0 || !a.live(x, sc, 0) {
		return ""
	}
	v, empty, bad := a.decode(x, sc)
	switch {
	case bad != nil:
		return strings.Join(raw, "\n")
	case empty:
		return ""
	}
	switch x.Kind {
	case Integer, Percent:
		return strconv.FormatInt(v.n, 10)
	case Money:
		if v.currency == peso {
			return strconv.FormatInt(v.n, 10)
		}
		return strconv.FormatInt(v.n, 10) + " " + v.currency
	case YesNo:
		return strconv.FormatBool(v.yes)
	case Choice, Choices:
		words := make([]string, len(v.chosen))
		for i, e := range v.chosen {
			words[i] = e.Key
			if e.Key == x.From.Other && !x.From.Bare {
				words[i] += " " + e.Text
			}
		}
		if x.Kind == Choices {
			slices.Sort(words)
		}
		return strings.Join(words, "\n")
	}
	return v.text
}

// parent is the path above p.
func parent(p Path) Path {
	if i := strings.LastIndexByte(string(p), '.'); i >= 0 {
		return p[:i]
	}
	return ""
}

// last is the last name of p.
func last(p Path) string { return string(p[strings.LastIndexByte(string(p), '.')+1:]) }
