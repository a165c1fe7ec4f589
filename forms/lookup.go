package forms

import (
	"slices"
	"strings"
)

// CurrentEdition is the edition of the format that new declarations use: the
// Acuerdo published in the DOF on 23 September 2019.
const CurrentEdition = "2019-09-23"

// forms are the six declarations of the current edition, made once from the
// table. Nothing changes them afterwards, so they are shared by all requests.
var forms = func() (all [Conclusion + 1][Simplified + 1]*Form) {
	for _, t := range AllTypes {
		for _, l := range AllLevels {
			all[t][l] = assemble(t, l)
		}
	}
	return all
}()

// Lookup is the form of a type and level in the current edition. It must not be
// changed. It is nil for a type that does not exist.
func Lookup(t Type, l Level) *Form {
	if t < Inicial || t > Conclusion || l > Simplified {
		return nil
	}
	return forms[t][l]
}

// Edition is the form of a type and level in a given edition; ok is false when
// that edition is not known. Filed documents name the edition they were made with.
func Edition(edition string, t Type, l Level) (f *Form, ok bool) {
	if edition != CurrentEdition {
		return nil, false
	}
	f = Lookup(t, l)
	return f, f != nil
}

// assemble keeps of the table only what the declaration asks, and hangs on each
// section the rules between its fields.
func assemble(t Type, l Level) *Form {
	f := &Form{Edition: CurrentEdition, Type: t, Level: l}
	set := Set(t, l)
	for _, s := range sections {
		if !s.In.Has(set) {
			continue
		}
		s.Fields = asked(s.Fields, set)
		s.Checks = append(slices.Clone(s.Checks), checksOf(s.Key)...)
		s.Warns = append(slices.Clone(s.Warns), warnsOf(s.Key)...)
		f.Sections = append(f.Sections, s)
	}
	return f
}

func asked(fields []Field, set Types) []Field {
	kept := make([]Field, 0, len(fields))
	for _, x := range fields {
		if x.In.Has(set) {
			x.Of = asked(x.Of, set)
			kept = append(kept, x)
		}
	}
	return kept
}

// Field is the field that a path names; the ids of items are skipped, so that
// the path of a list and of one of its items give the List, and a companion
// (".otro", ".moneda") gives the field it hangs below.
func (f *Form) Field(p Path) (*Field, bool) {
	key, rest, more := strings.Cut(string(p), ".")
	s := f.Section(key)
	if s == nil || !more {
		return nil, false
	}
	fields := s.Fields
	var x *Field
	for more {
		var name string
		name, rest, more = strings.Cut(rest, ".")
		if x = named(fields, name); x == nil {
			return nil, false
		}
		fields = x.Of
		switch {
		case x.Kind == List && more:
			_, rest, more = strings.Cut(rest, ".")
		case x.Kind != Group && more:
			return x, isCompanion(x, rest)
		}
	}
	return x, true
}

// Key is a path without the ids of items: the same for every item of a list.
// It is what translation keys are made of.
func (f *Form) Key(p Path) string {
	key, rest, more := strings.Cut(string(p), ".")
	s := f.Section(key)
	if s == nil || !more {
		return string(p)
	}
	var b strings.Builder
	b.Grow(len(p))
	b.WriteString(key)
	fields := s.Fields
	for more {
		var name string
		name, rest, more = strings.Cut(rest, ".")
		b.WriteByte('.')
		b.WriteString(name)
		x := named(fields, name)
		if x == nil {
			if more {
				b.WriteByte('.')
				b.WriteString(rest)
			}
			break
		}
		fields = x.Of
		if x.Kind == List && more {
			_, rest, more = strings.Cut(rest, ".")
		}
	}
	return b.String()
}

// isCompanion reports whether name is the currency of a Money or the "other"
// text of a Choice.
func isCompanion(x *Field, name string) bool {
	return x.Kind == Money && name == Currency ||
		(x.Kind == Choice || x.Kind == Choices) && name == Other
}

func named(fields []Field, name string) *Field {
	for i := range fields {
		if fields[i].Name == name {
			return &fields[i]
		}
	}
	return nil
}
