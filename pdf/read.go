package pdf

import (
	"strconv"
	"strings"

	"declara/forms"
)

// chapter is one section, in words, ready to be laid out.
type chapter struct {
	part     forms.Part
	number   string // as the margin shows it
	title    string
	official string // name in the Normas
	gist     string // what the index says of it
	private  bool   // nothing of it is public
	entries  []entry
}

// entryKind is how an entry is laid out.
type entryKind uint8

const (
	answer entryKind = iota
	heading
	item
	amount // a line of the ledger
	prose
	remark   // words of ours about what stands above
	none     // the person said that there is nothing
	empty    // nothing was asked, or nothing was obligatory and answered
	withheld // the law keeps it
)

// sum is what a line of the ledger adds up.
type sum uint8

const (
	own      sum = iota // an amount of its own
	detail              // one of those that a part adds up
	part                // adds up details, and is added up in turn
	subtotal            // A
	total               // C
)

// entry is one thing to lay out. It holds clean words only.
type entry struct {
	kind    entryKind
	depth   int
	item    int // number of the outermost item that it is in, counted over the section; 0 is none
	number  string
	label   string
	value   string
	sum     sum
	private bool
}

// read turns a document into chapters through forms.Lines and forms.Show: the
// table of fields says what there is, and nothing here knows a section.
func read(in Declaration, k kind) ([]chapter, error) {
	form := in.Document.Form
	answers, err := forms.Parse(form, in.Document.JSON)
	if err != nil {
		return nil, err
	}
	r := reader{words: in.Words, form: form, answers: answers, kind: k}
	var out []chapter
	for i := range form.Sections {
		out = append(out, r.chapter(&form.Sections[i]))
	}
	return out, nil
}

type reader struct {
	words   Words
	form    *forms.Form
	answers forms.Answers
	kind    kind
}

func (r *reader) chapter(s *forms.Section) chapter {
	lines := forms.Lines(r.form, r.answers, s.Key)
	c := sectionWords(r.words, s)
	if r.kind == public {
		lines = published(lines)
	}
	c.private = len(lines) > 0
	for _, l := range lines {
		c.private = c.private && l.Private
	}
	if s.Layout == forms.Ledger {
		c.entries = r.ledger(lines)
	} else {
		c.entries = r.entries(lines)
	}
	if len(c.entries) == 0 {
		c.entries = []entry{{kind: r.nothing()}}
	}
	c.gist = r.gist(c, lines)
	return c
}

// sectionWords are number and names of a section.
func sectionWords(w Words, s *forms.Section) chapter {
	return chapter{
		part:     s.Part,
		number:   strings.TrimPrefix(s.No, "I"),
		title:    oneLine(w.T("section." + s.Key)),
		official: oneLine(w.T("section." + s.Key + ".official")),
	}
}

// nothing is what a section without a line says: in the public version the law
// keeps it; in the full one nothing was answered, which is not "Ninguno".
func (r *reader) nothing() entryKind {
	if r.kind == public {
		return withheld
	}
	return empty
}

// published is a second guard for the public version: lines that the table calls
// private, and the headings that only they had, are left out. A public document
// has none.
func published(lines []forms.Line) []forms.Line {
	var out []forms.Line
	for _, l := range lines {
		if !l.Private {
			out = append(out, l)
		}
	}
	kept := out[:0]
	for i, l := range out {
		if l.Kind == forms.Heading && (i+1 == len(out) || out[i+1].Depth <= l.Depth) {
			continue
		}
		kept = append(kept, l)
	}
	return kept
}

// entries reads the lines of a section of questions or of a list.
func (r *reader) entries(lines []forms.Line) []entry {
	var out []entry
	top := -1 // depth of the outermost item that the line is in
	items, skip := 0, 0
	for i, l := range lines {
		if skip > 0 {
			skip--
			continue
		}
		if l.Depth <= top {
			top = -1
		}
		e := entry{depth: max(0, l.Depth-top-1), private: l.Private}
		switch l.Kind {
		case forms.Item:
			e.kind, e.number = item, strconv.Itoa(l.Index)
			if top >= 0 { // an item inside an item is a group of questions
				e.kind, e.label = heading, r.question(l)
				if l.Index > 1 || followed(lines[i:]) {
					e.label = oneLine(r.words.T("pdf.item", e.label, l.Index))
				}
				break
			}
			if l.Index == 1 && l.Field.Name != l.Section.List {
				out = append(out, entry{kind: heading, label: r.question(l), private: l.Private})
			}
			top, e.depth = l.Depth, 0
			items++
			e.label, e.value = r.summary(l, lines[i+1:])
		case forms.Heading:
			e.kind, e.label = heading, r.question(l)
			if v, ok := r.measure(lines[i:]); ok {
				e.kind, e.value = answer, v
				skip = 2
			}
		case forms.NoneDeclared:
			e.kind = none
		case forms.Withheld:
			e.kind = withheld
		case forms.Answer:
			if top >= 0 && operation(l, top) {
				continue // stands in the heading of the item
			}
			e.label, e.value = r.question(l), clean(forms.Show(r.words, r.answers, l))
			if l.Field.Kind == forms.Paragraph {
				e.kind = prose
			}
		}
		if top >= 0 {
			e.item = items
		}
		out = append(out, e)
	}
	return out
}

// followed reports whether the item that lines begin with has another of its list
// behind it.
func followed(lines []forms.Line) bool {
	for _, l := range lines[1:] {
		if l.Depth < lines[0].Depth {
			return false
		}
		if l.Depth == lines[0].Depth && l.Kind == forms.Item && l.Field == lines[0].Field {
			return true
		}
	}
	return false
}

// measure reads a group of a value and its unit as one answer: "194 m²".
func (r *reader) measure(lines []forms.Line) (string, bool) {
	if len(lines) < 3 || lines[1].Kind != forms.Answer || lines[1].Field.Name != "valor" ||
		lines[2].Kind != forms.Answer || lines[2].Field.Name != "unidad" || len(lines[0].Field.Of) != 2 {
		return "", false
	}
	value := forms.Show(r.words, r.answers, lines[1]) + string(nbsp) + forms.Show(r.words, r.answers, lines[2])
	return oneLine(value), true
}

// question is the words of the field of a line.
func (r *reader) question(l forms.Line) string {
	return oneLine(r.words.Question(r.form.Key(l.Path), r.form.Type.Slug()))
}

// operation reports whether a line says what happened to the item at depth since
// the declaration before.
func operation(l forms.Line, depth int) bool {
	return l.Kind == forms.Answer && l.Field.Derive == "operation" && l.Depth == depth+1
}

// summary names an item by what the person would call it, and says what happened
// to it since the declaration before: its first choice and its first text, or its
// first two choices, of those that may be public (the name of an item is no place
// for what is not) and that a person reads as words.
func (r *reader) summary(it forms.Line, after []forms.Line) (name, change string) {
	var choices []string
	var text string
	for _, l := range after {
		if l.Depth <= it.Depth {
			break
		}
		if l.Kind != forms.Answer || l.Depth != it.Depth+1 {
			continue
		}
		words := oneLine(forms.Show(r.words, r.answers, l))
		switch {
		case operation(l, it.Depth):
			change = words
		case l.Field.Show != forms.Public || strings.Contains(l.Field.Rules, "rfc"):
		case l.Field.Kind == forms.Choice:
			choices = append(choices, words)
		case l.Field.Kind == forms.Text && text == "":
			text = words
		}
	}
	if text != "" {
		choices = append(choices[:min(1, len(choices))], text)
	}
	if len(choices) == 0 {
		return oneLine(r.words.T("pdf.item", r.question(it), it.Index)), change
	}
	return strings.Join(choices[:min(2, len(choices))], " · "), change
}

// gist is what the index says of a section: none, private, how many items, or
// its total.
func (r *reader) gist(c chapter, lines []forms.Line) string {
	items := 0
	for _, e := range c.entries {
		switch {
		case e.kind == none && !c.private:
			return oneLine(r.words.T("pdf.none"))
		case e.kind == withheld:
			return privateWords(r.words)
		case e.kind == item:
			items++
		}
	}
	if c.private {
		return privateWords(r.words)
	}
	for _, e := range c.entries {
		if e.sum == total {
			return e.value
		}
	}
	if items > 0 {
		return oneLine(r.words.T("pdf.items", r.words.Integer(int64(items))))
	}
	return ""
}

// partSlug is the last part of the key of words of the half of the declaration.
func (c chapter) partSlug() string {
	if c.part == forms.Interes {
		return "interes"
	}
	return "patrimonial"
}
