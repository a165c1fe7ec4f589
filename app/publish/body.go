package publish

import (
	"strings"

	"declara/forms"
)

// Words say things in a person's language; *i18n.Printer is one.
type Words interface {
	forms.Words
	N(key string, n int, args ...any) string // plural of a key for n; {0} is n
}

// Body is the public version of one declaration as a person reads it: the data of
// the template part "declaration-body", on the public page and on the declarant's
// preview alike. The table of fields drives it; nothing in it is written for one
// section but the choice of figures of the summary.
type Body struct {
	Summary []Figure
	Parts   []Part  // income, and every section with something in it that anybody may read
	Folded  []Fold  // the rest that has something to read
	None    []Title // sections in which the person declared nothing
	Hidden  []Title // sections of which the law publishes nothing, or nothing of what was declared
}

// Figure is one line of the summary.
type Figure struct {
	Key          string // what is told of: a section key, or "ingresos" with the type
	Label, Value string
	Plain        string // label that holds for any year, where Label names one
	Bought       bool   // it is a purchase value, which is not today's
}

// Fold is a group of sections that opens with a tap.
type Fold struct {
	Title string
	Parts []Part
}

// Title is a section by its number and its name.
type Title struct{ No, Title string }

// Part is one section.
type Part struct {
	Key, No, Title string
	Tag            *Tag // what happened in it since the previous declaration
	Ledger         []Entered
	Rows           []Row
	Answers        []Block // answers outside of items
	Note           string  // what this section does not publish
}

// Entered is one amount of a ledger. Class is a class of the style sheet.
type Entered struct{ Label, Amount, Class string }

// Row is one item: an asset, a debt, a job.
type Row struct {
	Title  string
	Amount string
	Detail string
	Tag    *Tag
	Before []string // what changed, as it was
	Gone   bool     // it was there the year before
	Why    string   // why it is gone
	All    []Block  // every answer
}

// Block is some answers that belong together, under a title unless they are the
// item's or the section's own.
type Block struct {
	Title string
	Said  []Said
}

// Said is a question with its answer.
type Said struct {
	Label, Value string
	depth        int
	heading      bool
}

// Tag is a status in words, with its class of the style sheet.
type Tag struct{ Class, Words string }

// Source is what a Body is made from.
type Source struct {
	Document forms.Document  // the public one: Document.Public
	Before   *forms.Document // the person's public document before it, or nil
	First    bool            // nothing of hers was filed before, so that "new" would say nothing
	Year     int             // year in which the declaration was due
	Interest bool            // an update of interests: the rest is as it was filed before, so balances moved in no year
}

// Situation is the year that the declaration tells of: a modificación, the one before.
func Situation(t forms.Type, year int) int {
	if t == forms.Modificacion {
		return year - 1
	}
	return year
}

// NewBody reads a public document in a person's language. Private answers, which a
// public document does not have, are left out all the same. The error is that of a
// document that is none.
func NewBody(w Words, s Source) (Body, error) {
	r, err := read(w, s)
	if err != nil {
		return Body{}, err
	}
	if s.Before != nil {
		if r.before, err = forms.Parse(s.Before.Form, s.Before.JSON); err != nil {
			return Body{}, err
		}
		r.before = align(r.f, r.before, r.a)
		r.was, _ = changes(r.f, r.before, r.a)
	}
	b := Body{Summary: r.summary()}
	at, group := -1, ""
	for i := range r.f.Sections {
		sec := &r.f.Sections[i]
		part, state := r.part(sec)
		switch {
		case state == none:
			b.None = append(b.None, part.heading())
		case state == hidden:
			b.Hidden = append(b.Hidden, part.heading())
		case sec.Layout == forms.Ledger || sec.Group == "patrimonio" || sec.Group == "intereses":
			b.Parts = append(b.Parts, part)
		default:
			if sec.Group != group {
				group = sec.Group
				b.Folded = append(b.Folded, Fold{Title: w.T("public.body.group." + group)})
				at++
			}
			b.Folded[at].Parts = append(b.Folded[at].Parts, part)
		}
	}
	return b, nil
}

func (p Part) heading() Title { return Title{p.No, p.Title} }

// state is what a section has for a reader of the public version.
type state uint8

const (
	full   state = iota
	none         // declared: nothing
	hidden       // nothing that may be published
)

// number is how pages number a section: "10." and, of the interests, "I.1".
func number(sec *forms.Section) string {
	if n, ok := strings.CutPrefix(sec.No, "I"); ok {
		return "I." + n
	}
	return sec.No + "."
}

// reading is a public document being read.
type reading struct {
	w       Words
	f       *forms.Form
	a       forms.Answers
	figures Figures
	year    int
	first   bool
	update  bool
	before  forms.Answers // the earlier document, aligned
	was     map[forms.Path]change
}

func read(w Words, s Source) (r reading, err error) {
	r = reading{w: w, f: s.Document.Form, year: s.Year, first: s.First, update: s.Interest}
	if r.f == nil {
		return r, forms.ErrDocument
	}
	if r.a, err = forms.Parse(r.f, s.Document.JSON); err != nil {
		return r, err
	}
	r.figures, err = FiguresOf(s.Document.JSON)
	return r, err
}

func (r reading) part(sec *forms.Section) (Part, state) {
	p := Part{Key: sec.Key, No: number(sec), Title: r.w.T("section." + sec.Key)}
	lines := published(r.f, r.a, sec.Key)
	if len(lines) == 0 {
		return p, hidden
	}
	switch lines[0].Kind {
	case forms.NoneDeclared:
		return p, none
	case forms.Withheld:
		return p, hidden
	}
	if sec.Layout == forms.Ledger {
		p.Ledger, p.Answers = r.ledger(lines)
		return p, full
	}
	fresh, changed, gone := 0, 0, 0
	var answers []Said
	for len(lines) > 0 {
		n := 1
		if isItem(sec, lines[0]) {
			for n < len(lines) && lines[n].Depth > lines[0].Depth {
				n++
			}
			row, op := r.row(lines[:n])
			p.Rows = append(p.Rows, row)
			switch {
			case row.Gone:
				gone++
			case row.Tag != nil && op == added:
				fresh++
			case row.Tag != nil:
				changed++
			}
		} else if l := lines[0]; l.Kind != forms.Answer || l.Field.Derive != "operation" {
			answers = append(answers, r.said(l, 0))
		}
		lines = lines[n:]
	}
	p.Answers = blocks(answers)
	switch {
	case changed+gone > 0:
		p.Tag = &Tag{"en", r.w.T("public.tag.changed")}
	case fresh > 0:
		p.Tag = &Tag{"nuevo", r.w.N("public.tag.fresh", fresh)}
	}
	if len(p.Rows) > 0 && noted[sec.Key] {
		p.Note = r.w.T("public.note." + sec.Key)
	}
	return p, full
}

// noted are the sections whose rows end with a sentence on what they leave out.
var noted = map[string]bool{
	"bienesInmuebles": true, "vehiculos": true, "bienesMuebles": true, "inversiones": true, "adeudos": true, "prestamoOComodato": true,
}

// published are the lines of a section without the private ones, of which a public
// document has none.
func published(f *forms.Form, a forms.Answers, key string) []forms.Line {
	var out []forms.Line
	for _, l := range forms.Lines(f, a, key) {
		if !l.Private {
			out = append(out, l)
		}
	}
	return out
}

// isItem reports whether a line opens an item of the section's own list.
func isItem(sec *forms.Section, l forms.Line) bool {
	return l.Kind == forms.Item && l.Depth == 0 && sec.List != "" && l.Field.Name == sec.List
}

// said reads one line; base is the depth that counts as none.
func (r reading) said(l forms.Line, base int) Said {
	q := Said{Label: ask(r.w, r.f, l.Path), depth: l.Depth - base, heading: l.Kind != forms.Answer}
	switch l.Kind {
	case forms.Answer:
		q.Value = forms.Show(r.w, r.a, l)
	case forms.Item:
		q.Label = numbered(q.Label, l.Index)
	}
	return q
}

// blocks puts answers under their headings. A heading with nothing of its own
// lends its words to the one below it.
func blocks(all []Said) []Block {
	var out []Block
	var open []Said // headings above the answer at hand
	fresh := true
	for _, q := range all {
		for len(open) > 0 && open[len(open)-1].depth >= q.depth {
			open = open[:len(open)-1]
			fresh = true
		}
		if q.heading {
			open = append(open, q)
			fresh = true
			continue
		}
		if fresh {
			var title []string
			for _, h := range open {
				title = append(title, h.Label)
			}
			out = append(out, Block{Title: strings.Join(title, " · ")})
			fresh = false
		}
		last := &out[len(out)-1]
		last.Said = append(last.Said, q)
	}
	return out
}
