package view

import (
	"encoding/json"
	"slices"
	"strings"

	"declara/forms"
)

// wire is a condition as the script reads it: the table's own, with names made
// into the names of inputs. Answers that the page does not ask are decided here,
// so the script only ever looks at the page.
type wire struct {
	Op string   `json:"o"`           // "is", "only", "empty", "stranger", "not", "all", "any"
	P  string   `json:"p,omitempty"` // name of the inputs
	V  []string `json:"v,omitempty"`
	Of []wire   `json:"c,omitempty"`
}

// folded is a condition of which what can be decided is: either a constant or
// something for the script to watch.
type folded struct {
	constant, holds bool
	wire            wire
}

// when is a condition for the script, or "" when it cannot change on this page.
func (r *renderer) when(c *forms.Cond, sc *scope) string {
	f := r.fold(c, sc)
	if f.constant {
		return ""
	}
	raw, err := json.Marshal(f.wire)
	if err != nil { // text and lists of text always marshal
		return ""
	}
	return string(raw)
}

// holds is a condition as answered so far.
func (r *renderer) holds(c *forms.Cond, sc *scope) bool {
	return r.Form.Holds(*c, r.Draft.Answers, sc.at)
}

func (r *renderer) fold(c *forms.Cond, sc *scope) folded {
	switch c.Op {
	case forms.OpTrue:
		return folded{constant: true, holds: true}
	case forms.OpNot:
		f := r.fold(&c.Of[0], sc)
		if f.constant {
			return folded{constant: true, holds: !f.holds}
		}
		return folded{wire: wire{Op: "not", Of: []wire{f.wire}}}
	case forms.OpAll, forms.OpAny:
		return r.foldMany(c, sc)
	}
	p, ok := resolve(c.Name, sc)
	if !ok || !r.asked[p] {
		return folded{constant: true, holds: r.holds(c, sc)}
	}
	if c.Op == forms.OpStranger {
		return folded{wire: wire{Op: "stranger", P: string(p), V: r.Draft.Answers.Known()}}
	}
	names := map[forms.CondOp]string{forms.OpIs: "is", forms.OpOnly: "only", forms.OpEmpty: "empty"}
	return folded{wire: wire{Op: names[c.Op], P: string(p), V: c.Values}}
}

// foldMany leaves out of "all" what holds and of "any" what does not.
func (r *renderer) foldMany(c *forms.Cond, sc *scope) folded {
	all := c.Op == forms.OpAll
	var open []wire
	for i := range c.Of {
		f := r.fold(&c.Of[i], sc)
		if f.constant && f.holds != all {
			return f
		}
		if !f.constant {
			open = append(open, f.wire)
		}
	}
	switch {
	case len(open) == 0:
		return folded{constant: true, holds: all}
	case len(open) == 1:
		return folded{wire: open[0]}
	case all:
		return folded{wire: wire{Op: "all", Of: open}}
	}
	return folded{wire: wire{Op: "any", Of: open}}
}

// resolve is the answer that a name means: looked up in the innermost group that
// has it, then outwards, and from there down a dotted name.
func resolve(name string, sc *scope) (forms.Path, bool) {
	names := strings.Split(name, ".")
	for ; sc != nil; sc = sc.up {
		x := sc.field(names[0])
		if x == nil {
			continue
		}
		p := sc.at.Join(x.Name)
		for _, n := range names[1:] {
			i := slices.IndexFunc(x.Of, func(f forms.Field) bool { return f.Name == n })
			if i < 0 {
				return "", false
			}
			x, p = &x.Of[i], p.Join(n)
		}
		return p, true
	}
	return "", false
}
