package forms

import (
	"slices"
	"strings"
	"testing"
)

// asked is a form of one section with one of each kind, for what check says of
// single answers.
var kinds = &Form{Type: Inicial, Sections: []Section{{
	Key: "s", List: "items", Layout: Collection,
	Fields: []Field{
		{Name: "ninguno", Kind: YesNo, Rules: "required"},
		{Name: "text", Kind: Text, Rules: "required,max=5"},
		{Name: "long", Kind: Text},
		{Name: "notes", Kind: Paragraph},
		{Name: "n", Kind: Integer, Rules: "required,gte=0,lte=10"},
		{Name: "money", Kind: Money, Rules: "required"},
		{Name: "percent", Kind: Percent, Rules: "gte=0,lte=100"},
		{Name: "day", Kind: Date, Rules: "required,notfuture"},
		{Name: "yes", Kind: YesNo, Rules: "required"},
		{Name: "state", Kind: Choice, From: regions, Rules: "required"},
		{Name: "town", Kind: Choice, From: towns, Rules: "required"},
		{Name: "other", Kind: Choice, From: openEnd},
		{Name: "several", Kind: Choices, From: openEnd},
		{Name: "items", Kind: List, Max: 2, When: Not(Is("ninguno", Yes)), Of: []Field{
			{Name: "a", Kind: Text, Rules: "required"},
			{Name: "fresh", Kind: Money, Rules: "required", Fresh: true},
			{Name: "inner", Kind: List, Max: 1, Rules: "required", When: Is("a", "x"), Of: []Field{{Name: "b", Kind: Text, Rules: "required"}}},
		}},
	},
}}}

var (
	regions = (&Catalogue{Name: "regions", Entries: []Entry{{Key: "20", Text: "OAXACA"}, {Key: "21", Text: "PUEBLA"}}}).indexed()
	towns   = (&Catalogue{Name: "towns", By: "state", Entries: []Entry{{"067", "OAXACA DE JUÁREZ", "20"}, {"067", "HUEYTAMALCO", "21"}, {"114", "PUEBLA", "21"}}}).indexed()
	openEnd = (&Catalogue{Name: "open", Other: "OTRO", Entries: []Entry{{Key: "A", Text: "UNO"}, {Key: "OTRO", Text: "OTRO (ESPECIFIQUE)"}}}).indexed()
)

// fine are answers of kinds that have no problem.
func fine() Answers {
	return Answers{
		"s.ninguno": {No}, "s.text": {"hola"}, "s.n": {"0"}, "s.money": {"$ 0"}, "s.day": {"1/5/2026"}, "s.yes": {No},
		"s.state": {"21"}, "s.town": {"067"}, "s.items": {"i1"}, "s.items.i1.a": {"y"}, "s.items.i1.fresh": {"1"},
	}
}

func TestCheckSection(t *testing.T) {
	for _, c := range []struct {
		name string
		path Path
		set  []string
		want Problem
	}{
		{"nothing wrong", "s.long", nil, Problem{}},
		{"required text", "s.text", nil, Problem{Path: "s.text", Code: CodeRequired}},
		{"only spaces", "s.text", []string{" \u200b "}, Problem{Path: "s.text", Code: CodeRequired}},
		{"as long as it may be", "s.text", []string{" áéíóú "}, Problem{}},
		{"too long by the rule", "s.text", []string{"áéíóúx"}, Problem{"s.text", "max", "5"}},
		{"too long by nature", "s.long", []string{strings.Repeat("ñ", 301)}, Problem{"s.long", CodeLong, "300"}},
		{"a long paragraph", "s.notes", []string{strings.Repeat("ñ", 4001)}, Problem{"s.notes", CodeLong, "4000"}},
		{"control characters", "s.long", []string{"a\x07"}, Problem{Path: "s.long", Code: CodeControl}},
		{"bidi", "s.long", []string{"a\u202eb"}, Problem{Path: "s.long", Code: CodeBidi}},
		{"bytes", "s.long", []string{"\xc3"}, Problem{Path: "s.long", Code: CodeEncoding}},
		{"two answers", "s.long", []string{"a", "b"}, Problem{Path: "s.long", Code: CodeSeveral}},
		{"zero is an answer", "s.n", []string{"0"}, Problem{}},
		{"no number", "s.n", []string{"dos"}, Problem{Path: "s.n", Code: CodeInteger}},
		{"above the bound", "s.n", []string{"11"}, Problem{"s.n", "lte", "10"}},
		{"required number", "s.n", nil, Problem{Path: "s.n", Code: CodeRequired}},
		{"an amount", "s.money", []string{"1.234,50"}, Problem{"s.money", CodeMoneyLocale, "1,234"}},
		{"another currency", "s.money.moneda", []string{"USD"}, Problem{}},
		{"no currency", "s.money.moneda", []string{"PESOTE"}, Problem{Path: "s.money.moneda", Code: CodeChoice}},
		{"percent", "s.percent", []string{"101 %"}, Problem{"s.percent", "lte", "100"}},
		{"a day", "s.day", []string{"30/2/2026"}, Problem{Path: "s.day", Code: CodeDateReal}},
		{"tomorrow", "s.day", []string{"21 de mayo de 2026"}, Problem{Path: "s.day", Code: "notfuture"}},
		{"no is an answer", "s.yes", []string{No}, Problem{}},
		{"neither yes nor no", "s.yes", []string{"maybe"}, Problem{Path: "s.yes", Code: CodeYesNo}},
		{"no option", "s.other", []string{"99"}, Problem{Path: "s.other", Code: CodeChoice}},
		{"an option of another parent", "s.town", []string{"999"}, Problem{Path: "s.town", Code: CodeChoice}},
		{"other, and which", "s.other", []string{"OTRO"}, Problem{Path: "s.other.otro", Code: CodeOther}},
		{"twice the same", "s.several", []string{"A", "A"}, Problem{Path: "s.several", Code: CodeTwice}},
		{"several, one unknown", "s.several", []string{"A", "B"}, Problem{Path: "s.several", Code: CodeChoice}},
		{"several, other unsaid", "s.several", []string{"A", "OTRO"}, Problem{Path: "s.several.otro", Code: CodeOther}},
		{"needs an item", "s.items", nil, Problem{Path: "s.items", Code: CodeItems}},
		{"an item twice", "s.items", []string{"i1", "i1"}, Problem{Path: "s.items.i1", Code: CodeTwice}},
		{"in an item", "s.items.i1.a", nil, Problem{Path: "s.items.i1.a", Code: CodeRequired}},
		{"an inner list that is needed", "s.items.i1.a", []string{"x"}, Problem{Path: "s.items.i1.inner", Code: CodeItems}},
	} {
		d := &Draft{Type: Inicial, Today: "2026-05-20", Answers: fine()}
		d.Answers.Set(c.path, c.set...)
		got := CheckSection(kinds, d, "s")
		var want []Problem
		if c.want != (Problem{}) {
			want = []Problem{c.want}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", c.name, got, want)
		}
	}
}

func TestCheckOfWholeSections(t *testing.T) {
	d := &Draft{Type: Inicial, Answers: Answers{}}
	if got := CheckSection(kinds, d, "other"); got != nil {
		t.Errorf("a section that is not there has problems: %v", got)
	}
	d.Answers = Answers{"s.ninguno": {Yes}, "s.text": {"far too long"}}
	if got := CheckSection(kinds, d, "s"); len(got) != 0 {
		t.Errorf("hidden answers have problems: %v", got)
	}
	d.Answers = fine()
	delete(d.Answers, "s.ninguno")
	delete(d.Answers, "s.items")
	if got := CheckSection(kinds, d, "s"); !slices.Equal(got, []Problem{{Path: "s.ninguno", Code: CodeRequired}}) {
		t.Errorf("before ninguno is answered: %v", got)
	}
	d.Answers = fine()
	d.Answers["s.items"] = []string{"i1", "i2", "i3"}
	for _, id := range d.Answers["s.items"] {
		d.Answers.Set(Path("s.items").Join(id, "a"), "y")
		d.Answers.Set(Path("s.items").Join(id, "fresh"), "1")
	}
	if got := CheckSection(kinds, d, "s"); !slices.Equal(got, []Problem{{"s.items", CodeMaxItems, "2"}}) {
		t.Errorf("too many items: %v", got)
	}
}

// What changes each year is not asked of an item that is gone.
func TestGoneItemsAreExcused(t *testing.T) {
	d := &Draft{Type: Inicial, Answers: fine(), Baja: map[Path]bool{"s.items.i1": true}}
	delete(d.Answers, "s.items.i1.fresh")
	if got := CheckSection(kinds, d, "s"); len(got) != 0 {
		t.Errorf("gone: %v", got)
	}
	d.Baja = nil
	if got := CheckSection(kinds, d, "s"); len(got) != 1 {
		t.Errorf("not gone: %v", got)
	}
}
