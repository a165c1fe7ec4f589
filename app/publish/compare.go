package publish

import (
	"cmp"
	"slices"
	"strings"

	"declara/forms"
)

// Comparison is two public declarations of one person, side by side.
type Comparison struct {
	Summary []Pair
	Parts   []ComparedPart // sections in which something is different
	Same    []Title        // sections in which nothing is
	Apart   []Title        // sections that cannot be compared: another period, or only one of the two has them
}

// Pair is one figure or answer in the earlier and in the later declaration; ""
// where it has none.
type Pair struct {
	Label         string
	Before, After string
	Same          bool
	Money         bool
}

// ComparedPart is one section.
type ComparedPart struct {
	Key, No, Title string
	Items          []ComparedItem
	Answers        []Pair
	Same           int // items without any difference
}

// ComparedItem is an item that is new, gone or changed.
type ComparedItem struct {
	Title, Amount string
	Tag           Tag
	Gone          bool
	Answers       []Pair
}

// Compare reads what changed from one public document to a later one of the same
// person. An item can come or go because what the law lets be published of it
// changed; only what the declaration itself calls new or gone is called so.
func Compare(w Words, before, after Source) (Comparison, error) {
	before.First, after.First = true, true // tags come from the comparison here
	e, err := read(w, before)
	if err != nil {
		return Comparison{}, err
	}
	r, err := read(w, after)
	if err != nil {
		return Comparison{}, err
	}
	r.before = align(r.f, e.a, r.a)
	was := r // the earlier document as if it were of the later form
	was.a, was.year = r.before, e.year
	byItem, rest := changes(r.f, r.before, r.a)
	c := Comparison{Summary: paired(e.summary(), r.summary())}
	for i := range r.f.Sections {
		sec := &r.f.Sections[i]
		title := Title{number(sec), w.T("section." + sec.Key)}
		if len(published(e.f, e.a, sec.Key)) == 0 && len(published(r.f, r.a, sec.Key)) == 0 {
			continue
		}
		if e.f.Section(sec.Key) == nil || sec.Layout == forms.Ledger && e.f.Type != r.f.Type {
			c.Apart = append(c.Apart, title)
			continue
		}
		p := ComparedPart{Key: sec.Key, No: number(sec), Title: w.T("section." + sec.Key)}
		p.Items, p.Same = r.compared(sec, was, byItem)
		p.Answers = r.pairs(rest[sec.Key])
		if len(p.Items) == 0 && len(p.Answers) == 0 {
			c.Same = append(c.Same, title)
			continue
		}
		c.Parts = append(c.Parts, p)
	}
	for i := range e.f.Sections {
		sec := &e.f.Sections[i]
		if r.f.Section(sec.Key) == nil && len(published(e.f, e.a, sec.Key)) > 0 {
			c.Apart = append(c.Apart, Title{number(sec), w.T("section." + sec.Key)})
		}
	}
	return c, nil
}

// compared are the items of a section that differ, and how many do not.
func (r reading) compared(sec *forms.Section, was reading, byItem map[forms.Path]change) (items []ComparedItem, same int) {
	if sec.List == "" {
		return nil, 0
	}
	list := forms.Path(sec.Key).Join(sec.List)
	now := r.rows(sec)
	for _, id := range r.a.Items(list) {
		at := list.Join(id)
		row := now[at]
		item := ComparedItem{Title: row.Title, Amount: row.Amount}
		switch byItem[at].kind {
		case forms.Added:
			item.Tag = Tag{"nuevo", r.w.T("public.compare.appears")}
			if r.a.Get(at.Join("tipoOperacion")) == added {
				item.Tag.Words = r.w.T("public.compare.fresh")
			}
		case forms.Gone:
			item.Tag, item.Gone = Tag{"", row.Why}, true
		case forms.Changed:
			item.Tag = Tag{"en", r.w.T("public.tag.changed")}
			if item.Answers = r.pairs(byItem[at].answers); len(item.Answers) == 0 {
				same++
				continue
			}
		default:
			same++
			continue
		}
		items = append(items, item)
	}
	before := was.rows(sec)
	for _, id := range r.before.Items(list) {
		if at := list.Join(id); !slices.Contains(r.a.Items(list), id) {
			row := before[at]
			items = append(items, ComparedItem{Title: row.Title, Amount: row.Amount, Tag: Tag{"", r.w.T("public.compare.absent")}, Gone: true})
		}
	}
	return items, same
}

// rows are the items of a section by path.
func (r reading) rows(sec *forms.Section) map[forms.Path]Row {
	out := map[forms.Path]Row{}
	lines := published(r.f, r.a, sec.Key)
	for i, l := range lines {
		if !isItem(sec, l) {
			continue
		}
		end := i + 1
		for end < len(lines) && lines[end].Depth > l.Depth {
			end++
		}
		out[l.Path], _ = r.row(lines[i:end])
	}
	return out
}

// pairs are the answers that changed, in words.
func (r reading) pairs(all []forms.Change) []Pair {
	var out []Pair
	for _, c := range all {
		x, ok := r.f.Field(c.Path)
		if !ok || x.Kind == forms.List || x.ShowAs != "" || r.inSource(c.Path) {
			continue
		}
		p := Pair{Label: r.label(c.Path), Money: x.Kind == forms.Money, Before: show(r.w, r.f, r.before, c.Path), After: show(r.w, r.f, r.a, c.Path)}
		if p.Before != p.After {
			out = append(out, p)
		}
	}
	return out
}

// inSource reports whether p is in an item of a ledger. The sources of income of two
// years are not the same things; only their sums are compared.
func (r reading) inSource(p forms.Path) bool {
	if sec := r.f.Section(p.Section()); sec == nil || sec.Layout != forms.Ledger {
		return false
	}
	for up := p; ; {
		i := strings.LastIndexByte(string(up), '.')
		if i < 0 {
			return false
		}
		up = up[:i]
		if x, ok := r.f.Field(up); ok && x.Kind == forms.List {
			return true
		}
	}
}

// label is the question at a path, with the headings of the groups above it.
func (r reading) label(p forms.Path) string {
	words := []string{ask(r.w, r.f, p)}
	if x, ok := r.f.Field(p); ok && x.Derive == "groupTotal" {
		words = nil // its group says what it is the total of
	}
	for up := p; ; {
		i := strings.LastIndexByte(string(up), '.')
		if i < 0 {
			break
		}
		up = up[:i]
		if x, ok := r.f.Field(up); ok && x.Kind == forms.Group {
			words = append(words, ask(r.w, r.f, up))
		}
	}
	slices.Reverse(words)
	words = slices.Compact(words)
	return strings.Join(words, ": ")
}

// paired joins two summaries by what they tell of, in the order of the later one; an
// income of another period stands by itself.
func paired(before, after []Figure) []Pair {
	var out []Pair
	for _, b := range before {
		if !slices.ContainsFunc(after, func(a Figure) bool { return a.Key == b.Key }) {
			out = append(out, Pair{Label: cmp.Or(b.Plain, b.Label), Before: b.Value})
		}
	}
	for _, a := range after {
		p := Pair{Label: cmp.Or(a.Plain, a.Label), After: a.Value}
		if i := slices.IndexFunc(before, func(b Figure) bool { return b.Key == a.Key }); i >= 0 {
			p.Before = before[i].Value
			p.Same = p.Before == p.After
		}
		out = append(out, p)
	}
	return out
}
