package forms

import "strings"

// This file decides which questions are asked: a field is live when its own
// condition and those of everything above it hold. The answer of a field that is
// not live counts as no answer, so a condition never rests on what is hidden.

// Names that the engine itself knows, the same in every section of the standard.
const (
	none     = "ninguno"                   // "nothing to declare" of a section
	remarks  = "aclaracionesObservaciones" // free text at the end of a section, always private
	operated = "tipoOperacion"             // what happened to an item since the last declaration

	ownRFC       Path = "datosGenerales.rfc.rfc" // of the declarant, without and with its last three
	ownHomoclave Path = "datosGenerales.rfc.homoClave"
)

// maxDepth bounds how far conditions may rest on conditions; a cycle in a table
// ends there instead of hanging, and counts as not live.
const maxDepth = 16

// scope is a group that names are looked up in, with the groups around it.
type scope struct {
	fields []Field
	at     Path
	up     *scope
}

func (s *scope) in(x *Field, at Path) *scope { return &scope{x.Of, at, s} }

// of is the answer of a name in a scope. The path is made in place, since nearly
// every question of the table is asked here and most have no answer.
func (a Answers) of(sc *scope, name string) []string {
	var room [192]byte
	b := append(room[:0], sc.at...)
	b = append(b, '.')
	b = append(b, name...)
	return a[Path(b)]
}

// isNone reports whether a scope is a section that says "ninguno".
func (a Answers) isNone(sc *scope) bool {
	v := a.of(sc, none)
	return len(v) > 0 && v[0] == Yes
}

// root is the scope of a section.
func root(s *Section) *scope { return &scope{s.Fields, Path(s.Key), nil} }

// Holds evaluates a condition over the answers. at is the path of the group (a
// section, a group or an item of a list) whose names are looked up first.
func (f *Form) Holds(c Cond, a Answers, at Path) bool {
	sc := f.scopeAt(at)
	return sc != nil && a.holds(&c, sc, 0)
}

// Live reports whether the field at p is asked, given the answers. A companion is
// live with the answer it belongs to. It is false where there is no field.
func (f *Form) Live(a Answers, p Path) bool {
	key, rest, more := strings.Cut(string(p), ".")
	s := f.Section(key)
	if s == nil {
		return false
	}
	sc := root(s)
	for more {
		var name string
		name, rest, more = strings.Cut(rest, ".")
		x := named(sc.fields, name)
		if x == nil || !a.live(x, sc, 0) {
			return false
		}
		at := sc.at.Join(name)
		switch {
		case x.Kind == List && more:
			var id string
			id, rest, more = strings.Cut(rest, ".")
			sc = sc.in(x, at.Join(id))
		case x.Kind == Group:
			sc = sc.in(x, at)
		case more:
			return isCompanion(x, rest)
		}
	}
	return true
}

// scopeAt is the scope of the group or item at a path, or nil.
func (f *Form) scopeAt(p Path) *scope {
	key, rest, more := strings.Cut(string(p), ".")
	s := f.Section(key)
	if s == nil {
		return nil
	}
	sc := root(s)
	for more {
		var name string
		name, rest, more = strings.Cut(rest, ".")
		x := named(sc.fields, name)
		if x == nil {
			return nil
		}
		at := sc.at.Join(name)
		switch {
		case x.Kind == Group:
			sc = sc.in(x, at)
		case x.Kind == List && more:
			var id string
			id, rest, more = strings.Cut(rest, ".")
			sc = sc.in(x, at.Join(id))
		default:
			return nil
		}
	}
	return sc
}

// live reports whether a field of the scope is asked, given that the scope is.
func (a Answers) live(x *Field, sc *scope, depth int) bool {
	if sc.up == nil && x.Name != none && x.Name != remarks &&
		a.isNone(sc) && named(sc.fields, none) != nil {
		return false
	}
	return x.When.Op == OpTrue || a.holds(&x.When, sc, depth)
}

func (a Answers) holds(c *Cond, sc *scope, depth int) bool {
	if depth > maxDepth {
		return false
	}
	switch c.Op {
	case OpTrue:
		return true
	case OpNot:
		return !a.holds(&c.Of[0], sc, depth)
	case OpAll:
		for i := range c.Of {
			if !a.holds(&c.Of[i], sc, depth) {
				return false
			}
		}
		return true
	case OpAny:
		for i := range c.Of {
			if a.holds(&c.Of[i], sc, depth) {
				return true
			}
		}
		return false
	}
	got := a.named(c.Name, sc, depth+1)
	switch c.Op {
	case OpIs:
		for _, v := range got {
			if has(c.Values, v) {
				return true
			}
		}
		return false
	case OpOnly:
		for _, v := range got {
			if !has(c.Values, v) {
				return false
			}
		}
		return len(got) > 0
	case OpEmpty:
		return len(got) == 0
	case OpStranger:
		return len(got) > 0 && a.stranger(CleanRFC(got[0]))
	}
	return false
}

// stranger reports whether a clean RFC is of a natural person who is not known.
func (a Answers) stranger(rfc string) bool { return IsPersonRFC(rfc) && !has(a.Known(), rfc) }

// Known are the RFCs of 13 characters that give no third party away: the
// declarant's own, which stands in section 1 in two parts, and the generic ones,
// which a foreign company has too.
func (a Answers) Known() []string {
	return append([]string{CleanRFC(a.Get(ownRFC) + a.Get(ownHomoclave))}, genericRFC[:]...)
}

// named is the answer that a name means in a scope: looked up in the innermost
// group that has the name, then outwards to the section. It is nil when the
// field, or a group on the way down to it, is not live.
func (a Answers) named(name string, sc *scope, depth int) []string {
	head, rest, more := strings.Cut(name, ".")
	for ; sc != nil; sc = sc.up {
		x := named(sc.fields, head)
		if x == nil {
			continue
		}
		for {
			if !a.live(x, sc, depth) {
				return nil
			}
			if !more {
				return a.of(sc, x.Name)
			}
			if x.Kind != Group {
				return nil
			}
			sc = sc.in(x, sc.at.Join(x.Name))
			head, rest, more = strings.Cut(rest, ".")
			if x = named(sc.fields, head); x == nil {
				return nil
			}
		}
	}
	return nil
}

func has(values []string, v string) bool {
	for _, x := range values {
		if x == v {
			return true
		}
	}
	return false
}
