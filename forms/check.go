package forms

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/go-playground/validator/v10"
)

// CheckSection tells all that is wrong with the live answers of a section, in the
// order of the questions, then what the rules between fields say. Derive must have
// run since the last change. It is empty for a section that the form does not have.
func CheckSection(f *Form, d *Draft, key string) []Problem {
	s := f.Section(key)
	if s == nil {
		return nil
	}
	c := checker{f: f, d: d, ctx: at(d), list: collected(s)}
	c.group(root(s), false)
	for _, rule := range s.Checks {
		rule.Func(f, d, c.add)
	}
	return c.problems
}

// Ready tells all that stops filing: the problems of every section, sections that
// the person has not confirmed and copied items that she has neither confirmed,
// changed nor marked as gone. Empty means that the declaration may be filed.
func Ready(f *Form, d *Draft) []Problem {
	var all []Problem
	for i := range f.Sections {
		s := &f.Sections[i]
		all = append(all, CheckSection(f, d, s.Key)...)
		for _, item := range pending(d, s) {
			all = append(all, Problem{Path: item, Code: CodeUnconfirmed})
		}
		if !d.Confirmed[Path(s.Key)] {
			all = append(all, Problem{Path: Path(s.Key), Code: CodeUnconfirmed})
		}
	}
	return all
}

// Warnings are the soft problems of a section that the person has not yet
// answered with "es correcto". They never stop filing.
func Warnings(f *Form, d *Draft, key string) []Problem {
	s := f.Section(key)
	if s == nil {
		return nil
	}
	var open []Problem
	for _, rule := range s.Warns {
		rule.Func(f, d, func(p Problem) {
			if !d.Accepted[p.Key()] {
				open = append(open, p)
			}
		})
	}
	return open
}

// collected is the path of the list that a section collects, or "".
func collected(s *Section) Path {
	if s.List == "" {
		return ""
	}
	return Path(s.Key).Join(s.List)
}

// checker gathers the problems of one section.
type checker struct {
	f        *Form
	d        *Draft
	ctx      context.Context
	list     Path // the section's own list
	problems []Problem
}

func (c *checker) add(p Problem) { c.problems = append(c.problems, p) }

// group checks the live fields of a scope. gone means that they belong to an item
// that the person no longer has: what changes each year is then not asked of it.
func (c *checker) group(sc *scope, gone bool) {
	for i := range sc.fields {
		x := &sc.fields[i]
		if !c.d.Answers.live(x, sc, 0) {
			continue
		}
		switch x.Kind {
		case Group:
			c.group(sc.in(x, sc.at.Join(x.Name)), gone)
		case List:
			c.items(x, sc.at.Join(x.Name), sc)
		default:
			c.leaf(x, sc, gone && x.Fresh)
		}
	}
}

// items checks a list and each of its items. The list of a section needs one when
// the person said that there is something ("ninguno" is no).
func (c *checker) items(x *Field, p Path, sc *scope) {
	ids := c.d.Answers.Items(p)
	needed := ruled(x.Rules, "required") ||
		p == c.list && c.d.Answers.Get(sc.at.Join(none)) == No
	switch {
	case len(ids) == 0 && needed:
		c.add(Problem{Path: p, Code: CodeItems})
	case len(ids) > most(x):
		c.add(Problem{p, CodeMaxItems, strconv.Itoa(most(x))})
		ids = ids[:most(x)]
	}
	for i, id := range ids {
		if slices.Contains(ids[:i], id) {
			c.add(Problem{Path: p.Join(id), Code: CodeTwice})
			continue
		}
		item := p.Join(id)
		c.group(sc.in(x, item), c.d.Baja[item])
	}
}

// most is the largest number of items of a list; a table that names none still
// bounds what a draft can hold.
func most(x *Field) int {
	if x.Max > 0 {
		return x.Max
	}
	return 200
}

func (c *checker) leaf(x *Field, sc *scope, excused bool) {
	v, empty, bad := c.d.Answers.decode(x, sc)
	switch {
	case bad != nil:
		p := sc.at.Join(x.Name)
		if bad.below != "" {
			p = p.Join(bad.below)
		}
		c.add(Problem{p, bad.code, bad.arg})
	case empty:
		if ruled(x.Rules, "required") && !excused {
			c.add(Problem{Path: sc.at.Join(x.Name), Code: CodeRequired})
		}
	case x.Rules != "" && x.Rules != "required":
		err := validate.VarCtx(c.ctx, v.checked(x.Kind), x.Rules)
		var failed validator.ValidationErrors
		if errors.As(err, &failed) {
			c.add(Problem{sc.at.Join(x.Name), failed[0].Tag(), failed[0].Param()})
		}
	}
}
