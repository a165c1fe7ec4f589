package forms

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// visit calls fn for every field of a form with the groups around it, innermost
// last; the first one is the section's own.
func visit(f *Form, fn func(s *Section, x *Field, around [][]Field)) {
	for i := range f.Sections {
		s := &f.Sections[i]
		var walk func(fields []Field, around [][]Field)
		walk = func(fields []Field, around [][]Field) {
			around = append(slices.Clone(around), fields)
			for j := range fields {
				fn(s, &fields[j], around)
				walk(fields[j].Of, around)
			}
		}
		walk(s.Fields, nil)
	}
}

// resolve finds the field that a name of a condition means, as the engine does.
func resolve(name string, around [][]Field) *Field {
	head, rest, deeper := strings.Cut(name, ".")
	for i := len(around) - 1; i >= 0; i-- {
		x := named(around[i], head)
		for x != nil && deeper {
			head, rest, deeper = strings.Cut(rest, ".")
			x = named(x.Of, head)
		}
		if x != nil {
			return x
		}
	}
	return nil
}

func atoms(c Cond, fn func(Cond)) {
	if c.Name != "" {
		fn(c)
	}
	for _, x := range c.Of {
		atoms(x, fn)
	}
}

// TestPresets: what a control begins with is one of its options, and decides nothing
// else on the page: a page without a script would not show what it brings up.
func TestPresets(t *testing.T) {
	seen := 0
	everyForm(t, func(t *testing.T, f *Form) {
		visit(f, func(s *Section, x *Field, around [][]Field) {
			if x.Preset != "" {
				if seen++; x.From == nil || x.From.By != "" || !x.From.Has(x.Preset) {
					t.Errorf("%s: %s begins with %q, which is no option", s.Key, x.Name, x.Preset)
				}
			}
			for _, c := range []Cond{x.When, x.ShowIf} {
				atoms(c, func(c Cond) {
					if of := resolve(c.Name, around); of != nil && of.Preset != "" {
						t.Errorf("%s: %s rests on %s, which begins answered", s.Key, x.Name, of.Name)
					}
				})
			}
		})
	})
	if seen == 0 {
		t.Error("nothing begins answered")
	}
}

// TestConditionsResolve: every name in a condition is a field in scope, and every
// value an answer that this field can have.
func TestConditionsResolve(t *testing.T) {
	everyForm(t, func(t *testing.T, f *Form) {
		seen := 0
		visit(f, func(s *Section, x *Field, around [][]Field) {
			check := func(c Cond, around [][]Field) {
				atoms(c, func(c Cond) {
					seen++
					of := resolve(c.Name, around)
					switch {
					case of == nil:
						t.Errorf("%s: condition of %s names %q, which is not in scope", s.Key, x.Name, c.Name)
					case of == x:
						t.Errorf("%s: %s rests on itself", s.Key, x.Name)
					case c.Op == OpEmpty:
						return
					case c.Op == OpStranger:
						if !holdsRFC(of) {
							t.Errorf("%s: condition of %s takes %s for an RFC", s.Key, x.Name, c.Name)
						}
					case of.Kind == YesNo:
						for _, v := range c.Values {
							if v != Yes && v != No {
								t.Errorf("%s: condition of %s wants %s to be %q", s.Key, x.Name, c.Name, v)
							}
						}
					case of.Kind == Choice || of.Kind == Choices:
						for _, v := range c.Values {
							if !of.From.Has(v) {
								t.Errorf("%s: condition of %s wants %s to be %q, which is no option", s.Key, x.Name, c.Name, v)
							}
						}
					default:
						t.Errorf("%s: condition of %s asks the value of %s, which is not a choice", s.Key, x.Name, c.Name)
					}
				})
			}
			check(x.When, around)
			// a gate of a list is decided item by item, with the names of the item
			if x.Kind == List {
				around = append(slices.Clone(around), x.Of)
			}
			check(x.ShowIf, around)
		})
		if seen < 10 {
			t.Fatalf("only %d names looked at", seen)
		}
	})
}

// TestQuestionsFollowWhatDecidesThem: a question stands after the one that decides
// whether it is asked or which options it has, and not on an earlier page, so that
// a form without script can be answered from top to bottom.
func TestQuestionsFollowWhatDecidesThem(t *testing.T) {
	everyForm(t, func(t *testing.T, f *Form) {
		visit(f, func(s *Section, x *Field, around [][]Field) {
			here := around[len(around)-1]
			place := func(name string) int {
				return slices.IndexFunc(here, func(y Field) bool { return y.Name == name })
			}
			rests := []string{}
			atoms(x.When, func(c Cond) { rests = append(rests, c.Name) })
			if x.From != nil && x.From.By != "" {
				rests = append(rests, x.From.By)
				if place(x.From.By) < 0 {
					t.Errorf("%s: %s has no sibling %s to narrow its options", s.Key, x.Name, x.From.By)
				}
			}
			for _, name := range rests {
				i := place(name)
				if i < 0 || here[i].Derive != "" {
					continue
				}
				page := func(y *Field) uint8 { return max(1, y.Step) }
				if page(&here[i]) > page(x) || page(&here[i]) == page(x) && i > place(x.Name) {
					t.Errorf("%s: %s is asked before %s, which decides it", s.Key, x.Name, name)
				}
			}
		})
	})
}

// TestChoiceOfPlaceIsInferable: a choice that stays on screen and opens one of two
// groups stands right before them, and its two options open one each; so the
// choice can be read back from the group that a document has.
func TestChoiceOfPlaceIsInferable(t *testing.T) {
	f := Lookup(Modificacion, Full)
	found := 0
	visit(f, func(s *Section, x *Field, around [][]Field) {
		if !x.Screen || x.Kind != Choice {
			return
		}
		found++
		here := around[len(around)-1]
		i := slices.IndexFunc(here, func(y Field) bool { return y.Name == x.Name })
		if len(x.From.Entries) != 2 || len(here) < i+3 {
			t.Fatalf("%s: %s does not choose between the two that follow", s.Key, x.Name)
		}
		for n, e := range x.From.Entries {
			group := here[i+1+n]
			if group.Kind != Group || words(group.When) != x.Name+"="+e.Key {
				t.Errorf("%s: %s=%s does not open %s", s.Key, x.Name, e.Key, group.Name)
			}
		}
	})
	if found != 6 {
		t.Errorf("%d choices of place, not 6", found)
	}
}

// TestPublicVersionStandsAlone: whether a published answer is asked, and whether it
// is published, rests on published answers alone. So the public version can be read
// without the private one, and publishing it again changes nothing.
func TestPublicVersionStandsAlone(t *testing.T) {
	everyForm(t, func(t *testing.T, f *Form) {
		visit(f, func(s *Section, x *Field, around [][]Field) {
			if x.Show != Public {
				return
			}
			if x.Kind == List {
				around = append(slices.Clone(around), x.Of)
			}
			for _, c := range []Cond{x.When, x.ShowIf} {
				atoms(c, func(c Cond) {
					if of := resolve(c.Name, around); of != nil && of.Show != Public && !of.Screen && c.Op != OpEmpty {
						t.Errorf("%s: %s is public and rests on %s, which is not", s.Key, x.Name, c.Name)
					}
				})
			}
		})
	})
}

var derivations = []string{"", "operation", "groupTotal", "otherIncome", "incomeA", "incomeC", "percentChange", "ownershipAll", "notApplicable"}

// TestFieldsAreCoherent: what a field says of itself agrees with its kind and with
// the groups around it.
func TestFieldsAreCoherent(t *testing.T) {
	name := regexp.MustCompile(`^[a-z][A-Za-z]*$`)
	everyForm(t, func(t *testing.T, f *Form) {
		visit(f, func(s *Section, x *Field, around [][]Field) {
			fault := func(what string) { t.Errorf("%s: %s %s", s.Key, x.Name, what) }
			chosen := x.Kind == Choice || x.Kind == Choices
			holds := x.Kind == Group || x.Kind == List
			switch {
			case x.Kind < Text || x.Kind > List:
				fault("has no kind")
			case !name.MatchString(x.Name):
				fault("is not a property name")
			case chosen != (x.From != nil):
				fault("is a choice without catalogue, or the reverse")
			case holds != (len(x.Of) > 0):
				fault("is a group without fields, or the reverse")
			case x.Kind == List != (x.Max > 0):
				fault("is a list without bound, or the reverse")
			case x.ShowIf.Op != OpTrue && x.Show != Public:
				fault("narrows a publicity that it has not")
			case x.Keep && (!holds || x.Show != Public && x.Name != "dependienteEconomico"):
				fault("is kept for readers who never get it")
			case x.Step > 3:
				fault("is on a fourth page")
			case !slices.Contains(derivations, x.Derive):
				fault("has an unknown derivation")
			case x.Derive != "" && x.Fresh:
				fault("is computed, so it is not copied anyway")
			case x.Name == remarks && (x.Show != Private || x.Kind != Paragraph):
				fault("is published")
			}
			if x.ShowAs != "" {
				of := named(around[len(around)-1], x.ShowAs)
				if of == nil || of.Kind != x.Kind || of.Show != Public {
					fault("is published as something that is not published beside it")
				}
			}
			for _, y := range x.Of {
				if y.Show == Public && x.Show == Private {
					fault("is private and holds " + y.Name + ", which is not")
				}
			}
		})
		for _, s := range f.Sections {
			if last := s.Fields[len(s.Fields)-1]; last.Name != remarks {
				t.Errorf("%s ends with %s, not with the clarifications", s.Key, last.Name)
			}
			if s.Layout == Collection != (s.List != "") || s.List != "" && named(s.Fields, s.List) == nil {
				t.Errorf("%s has the layout %d and the list %q", s.Key, s.Layout, s.List)
			}
		}
	})
}

// TestRulesCompile: the validator parses every rule at first use and panics on an
// unknown one; here is that first use.
func TestRulesCompile(t *testing.T) {
	everyForm(t, func(t *testing.T, f *Form) {
		visit(f, func(s *Section, x *Field, _ [][]Field) {
			if x.Rules == "" || x.Kind == List || x.Kind == Group {
				return
			}
			v := value{text: "x", keys: []string{"x"}}
			func() {
				defer func() {
					if r := recover(); r != nil {
						t.Errorf("%s.%s: %q: %v", s.Key, x.Name, x.Rules, r)
					}
				}()
				_ = validate.VarCtx(at(&Draft{}), v.checked(x.Kind), x.Rules)
			}()
		})
	})
}
