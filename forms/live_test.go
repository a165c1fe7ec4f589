package forms

import "testing"

// A small table with every shape that conditions have to see through.
var tiny = &Form{Type: Inicial, Sections: []Section{{
	Key: "s", List: "items", Layout: Collection,
	Fields: []Field{
		{Name: "ninguno", Kind: YesNo, Rules: "required"},
		{Name: "mode", Kind: Choice, From: colours, Rules: "required"},
		{Name: "items", Kind: List, Max: 3, Of: []Field{
			{Name: "colour", Kind: Choice, From: colours, Rules: "required"},
			{Name: "why", Kind: Text, Rules: "required", When: Is("colour", "RED")},
			{Name: "deep", Kind: Text, When: Not(Empty("why"))},
			{Name: "who", Kind: Group, Of: []Field{
				{Name: "kind", Kind: Choices, From: colours},
				{Name: "same", Kind: Text, When: Is("colour", "RED")},
				{Name: "outer", Kind: Text, When: Is("mode", "BLUE")},
			}},
			{Name: "only", Kind: Text, When: Only("who.kind", "RED", "BLUE")},
			{Name: "any", Kind: Text, When: Any(Is("who.kind", "BLUE"), All(Is("colour", "BLUE"), Is("mode", "RED")))},
			{Name: "parts", Kind: List, Of: []Field{{Name: "name", Kind: Text}}},
			{Name: "noparts", Kind: Text, When: Empty("parts")},
		}},
		{Name: "loop", Kind: Text, When: Is("loop2", "x")},
		{Name: "loop2", Kind: Text, When: Is("loop", "x")},
		{Name: "nowhere", Kind: Text, When: Is("missing", "x")},
		{Name: "aclaracionesObservaciones", Kind: Paragraph},
	},
}}}

var colours = (&Catalogue{Name: "colours", Bare: true, Entries: []Entry{{Key: "RED"}, {Key: "BLUE"}, {Key: "OTHER"}}}).indexed()

func TestLive(t *testing.T) {
	for _, c := range []struct {
		name string
		a    Answers
		path Path
		want bool
	}{
		{"no condition", nil, "s.mode", true},
		{"no such section", nil, "x.mode", false},
		{"no such field", nil, "s.colour", false},
		{"beyond a leaf", nil, "s.mode.deeper", false},
		{"companion of a choice", nil, "s.mode.otro", true},
		{"currency of a choice", nil, "s.mode.moneda", false},
		{"condition without answer", nil, "s.items.a.why", false},
		{"condition in the same item", Answers{"s.items.a.colour": {"RED"}}, "s.items.a.why", true},
		{"other items do not count", Answers{"s.items.b.colour": {"RED"}}, "s.items.a.why", false},
		{"from a group to its item", Answers{"s.items.a.colour": {"RED"}}, "s.items.a.who.same", true},
		{"from a group to the section", Answers{"s.mode": {"BLUE"}}, "s.items.a.who.outer", true},
		{"an answer of what is hidden is none", Answers{"s.items.a.colour": {"BLUE"}, "s.items.a.why": {"x"}}, "s.items.a.deep", false},
		{"and counts once it is asked", Answers{"s.items.a.colour": {"RED"}, "s.items.a.why": {"x"}}, "s.items.a.deep", true},
		{"only, of nothing", nil, "s.items.a.only", false},
		{"only, all of them", Answers{"s.items.a.who.kind": {"BLUE", "RED"}}, "s.items.a.only", true},
		{"only, and one more", Answers{"s.items.a.who.kind": {"RED", "OTHER"}}, "s.items.a.only", false},
		{"is, of several", Answers{"s.items.a.who.kind": {"RED", "BLUE"}}, "s.items.a.any", true},
		{"any of all", Answers{"s.items.a.colour": {"BLUE"}, "s.mode": {"RED"}}, "s.items.a.any", true},
		{"any of none", Answers{"s.items.a.colour": {"BLUE"}}, "s.items.a.any", false},
		{"empty list", nil, "s.items.a.noparts", true},
		{"list with items", Answers{"s.items.a.parts": {"p"}}, "s.items.a.noparts", false},
		{"ninguno hides the list", Answers{"s.ninguno": {Yes}}, "s.items", false},
		{"and all below", Answers{"s.ninguno": {Yes}}, "s.items.a.colour", false},
		{"and other questions", Answers{"s.ninguno": {Yes}}, "s.mode", false},
		{"but not itself", Answers{"s.ninguno": {Yes}}, "s.ninguno", true},
		{"nor the remarks", Answers{"s.ninguno": {Yes}}, "s.aclaracionesObservaciones", true},
		{"no is not ninguno", Answers{"s.ninguno": {No}}, "s.items", true},
		{"a cycle ends", Answers{"s.loop": {"x"}, "s.loop2": {"x"}}, "s.loop", false},
		{"a name that nothing has", Answers{"s.missing": {"x"}}, "s.nowhere", false},
	} {
		if got := tiny.Live(c.a, c.path); got != c.want {
			t.Errorf("%s: Live(%s) = %v", c.name, c.path, got)
		}
	}
}

func TestHolds(t *testing.T) {
	a := Answers{"s.mode": {"RED"}, "s.items": {"a"}, "s.items.a.colour": {"BLUE"}, "s.items.a.who.kind": {"RED"}}
	for _, c := range []struct {
		c    Cond
		at   Path
		want bool
	}{
		{Cond{}, "s", true},
		{Is("mode", "RED"), "s", true},
		{Is("colour", "BLUE"), "s", false},
		{Is("colour", "BLUE"), "s.items.a", true},
		{Is("kind", "RED"), "s.items.a.who", true},
		{Is("who.kind", "RED"), "s.items.a", true},
		{Is("who.kind.more", "RED"), "s.items.a", false},
		{Is("mode", "RED"), "s.items.a.who", true},
		{Not(Is("mode", "RED")), "s.items.a.who", false},
		{Empty("items"), "s", false},
		{Empty("items"), "s.items.a", false},
		{Cond{}, "nowhere", false},
		{Cond{}, "s.mode", false},
		{Cond{}, "s.items", false},
	} {
		if got := tiny.Holds(c.c, a, c.at); got != c.want {
			t.Errorf("Holds(%v, %s) = %v", c.c, c.at, got)
		}
	}
}

func TestFieldAndKey(t *testing.T) {
	for p, want := range map[Path]struct {
		name, key string
	}{
		"s.mode":                     {"mode", "s.mode"},
		"s.items":                    {"items", "s.items"},
		"s.items.a":                  {"items", "s.items"},
		"s.items.a.colour":           {"colour", "s.items.colour"},
		"s.items.a.who.kind":         {"kind", "s.items.who.kind"},
		"s.items.a.parts.b.name":     {"name", "s.items.parts.name"},
		"s.mode.otro":                {"mode", "s.mode.otro"},
		"s":                          {"", "s"},
		"x.y":                        {"", "x.y"},
		"s.nope.more":                {"", "s.nope.more"},
		"s.items.a.colour.nope.more": {"", "s.items.colour.nope.more"},
	} {
		x, ok := tiny.Field(p)
		if ok != (want.name != "") || ok && x.Name != want.name {
			t.Errorf("Field(%s) = %v, %v", p, x, ok)
		}
		if got := tiny.Key(p); got != want.key {
			t.Errorf("Key(%s) = %s, want %s", p, got, want.key)
		}
	}
}
