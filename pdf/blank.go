package pdf

import (
	"io"
	"strings"
	"time"

	"declara/forms"
)

// Blank writes the format of in.Document.Form to fill in by hand, where there is
// no technology (LGRA 34). Of in it reads the form, the year, the institution, the
// language and the words; there is no filing yet, so nothing else. The questions,
// their options, who is asked them and what is not public come from the table.
func Blank(w io.Writer, in Declaration) error {
	form := in.Document.Form
	b := blank{words: in.Words, form: form}
	var chapters []chapter
	var rows []row
	for i := range form.Sections {
		s := &form.Sections[i]
		c := sectionWords(in.Words, s)
		c.private = !anyPublic(s.Fields)
		chapters = append(chapters, c)
	}
	for i := range form.Sections {
		more := b.section(chapters, i)
		for j := range more {
			more[j].chapter = i
		}
		rows = append(rows, more...)
	}
	end := b.endRows()
	for j := range end {
		end[j].chapter = len(chapters) - 1
	}
	pages := paginate(append(rows, end...), bodyTop, bodyBottom)
	s := newSheet(in.blankMeta())
	in.blankCover(s, chapters, find(pages, len(chapters)), len(pages)+1)
	for n, page := range pages {
		s.newPage()
		in.runningHead(s, chapters[page[0].chapter], in.name())
		in.blankFoot(s, n+2, len(pages)+1)
		drawRows(s, chapters, page)
	}
	return s.done(w, in.Lang)
}

// blankMeta names the file. Its dates are the day of the edition: a form has no
// other, and the same form must give the same bytes.
func (in Declaration) blankMeta() meta {
	at, err := time.Parse(time.DateOnly, in.Document.Form.Edition)
	if err != nil {
		at = time.Unix(0, 0).UTC()
	}
	return meta{
		title:   in.Words.T("pdf.meta.blank", in.name()),
		subject: in.Words.T("pdf.edition", in.Words.Day(in.Document.Form.Edition)),
		author:  in.Institution,
		at:      at,
	}
}

func anyPublic(fields []forms.Field) bool {
	for _, f := range fields {
		if f.Show == forms.Public {
			return true
		}
	}
	return false
}

// blank lays out the questions of a form.
type blank struct {
	words Words
	form  *forms.Form
}

// section are the rows of one section, its heading first.
func (b *blank) section(all []chapter, i int) []row {
	c, s := all[i], &b.form.Sections[i]
	var rows []row
	if i == 0 || all[i-1].part != c.part {
		rows = append(rows, partRow(b.words, c))
	}
	rows = append(rows, headRow(b.words, c, ""))
	at := forms.Path(s.Key)
	if s.Layout == forms.Ledger {
		return append(rows, b.ledger(c, s.Fields, at)...)
	}
	return append(rows, b.fields(c, s.Fields, at, 0, c.private)...)
}

// fields are the rows of questions at a path, the deeper ones indented. marked
// says that what they are in carries the mark for all of them.
func (b *blank) fields(c chapter, fields []forms.Field, at forms.Path, depth int, marked bool) []row {
	var rows []row
	for i := range fields {
		f := &fields[i]
		if computed(f) {
			continue
		}
		e := entry{depth: depth, label: b.question(f, at), private: f.Show != forms.Public}
		hidden := marked || e.private
		var more []row
		switch f.Kind {
		case forms.Group:
			more = b.group(c, f, e, at, hidden, !marked)
		case forms.List:
			more = b.list(c, f, e, at, hidden, !marked)
		default:
			more = []row{b.ask(f, e, at, b.mark(f, marked))}
		}
		for j := range more {
			more[j].private = more[j].private || hidden
		}
		rows = append(rows, more...)
	}
	return rows
}

// computed reports whether the system works a field out from the declaration
// before, so that paper need not ask it.
func computed(f *forms.Field) bool { return f.Derive == "percentChange" }

func (b *blank) question(f *forms.Field, at forms.Path) string {
	return oneLine(b.words.Question(b.form.Key(at.Join(f.Name)), b.form.Type.Slug()))
}

// group are a heading, when it is asked, and its questions.
func (b *blank) group(c chapter, f *forms.Field, e entry, at forms.Path, marked, tagged bool) []row {
	rows := []row{groupRow(e)}
	if e.private && tagged {
		rows[0] = taggedRow(b.words, rows[0])
	}
	if r, ok := b.onlyIf(f, e.depth, at); ok {
		rows = append(rows, r)
	}
	inside := at.Join(f.Name)
	if f.Kind == forms.List {
		inside = inside.Join(paperItem)
	}
	return append(rows, b.fields(c, f.Of, inside, e.depth+1, marked)...)
}

// list are the questions of one item; a list of a section has a band of its own.
func (b *blank) list(c chapter, f *forms.Field, e entry, at forms.Path, marked, tagged bool) []row {
	if e.depth > 0 {
		return b.group(c, f, e, at, marked, tagged)
	}
	more := oneLine(b.words.T("pdf.blank.more"))
	if !e.private && f.ShowIf.Op != forms.OpTrue && !marked {
		more = oneLine(b.words.T("pdf.blank.maybe")) + " · " + more
	}
	head := entry{label: e.label, number: "1", private: e.private && tagged, value: more}
	rows := []row{bandRow(b.words, c, head, "")}
	if r, ok := b.onlyIf(f, e.depth, at); ok {
		rows = append(rows, r)
	}
	rows = append(rows, b.fields(c, f.Of, at.Join(f.Name, paperItem), 1, marked)...)
	again := bandRow(b.words, c, head, oneLine(b.words.T("pdf.continued")))
	mark := &repeated{height: again.height, draw: again.draw}
	for j := range rows {
		rows[j].item = mark
	}
	return rows
}

// taggedRow is a row with "No público" at its right.
func taggedRow(w Words, r row) row {
	plain, height := r.draw, r.height
	r.draw = func(s *sheet, y float64) {
		plain(s, y)
		s.tag(marginRight, y+height-6, privateWords(w))
	}
	return r
}

// mark is the words of the tag of a field: it is never public, or it is not for
// some answers; none when all around it is marked.
func (b *blank) mark(f *forms.Field, marked bool) string {
	switch {
	case marked:
		return ""
	case f.Show != forms.Public:
		return privateWords(b.words)
	case f.ShowIf.Op != forms.OpTrue:
		return oneLine(b.words.T("pdf.blank.maybe"))
	}
	return ""
}

// ask is one question with room for its answer, and the words of its tag.
func (b *blank) ask(f *forms.Field, e entry, at forms.Path, mark string) row {
	x := questionAt + indent(e)
	right := marginRight
	if mark != "" {
		right -= tagRoom
	}
	asked := questionStyle.wrap(e.label, answerAt-10-x)
	var only []string
	if words, ok := b.condition(f, at); ok {
		only = tinyStyle.wrap(words, answerAt-10-x)
	}
	room := b.room(f, right)
	height := max(11*float64(len(asked))+9*float64(len(only))+6, room.height) + 2
	return row{height: height, draw: func(s *sheet, y float64) {
		for i, l := range asked {
			s.text(x, y+12+11*float64(i), questionStyle, l)
		}
		for i, l := range only {
			s.text(x, y+11+11*float64(len(asked))+9*float64(i), tinyStyle, l)
		}
		room.draw(s, y)
		if mark != "" {
			s.tag(marginRight, y+11.6, mark)
		}
		s.line(textLeft, marginRight, y+height-0.6, 0.5, hair)
	}}
}

// onlyIf is a line that says when the questions below are asked.
func (b *blank) onlyIf(f *forms.Field, depth int, at forms.Path) (row, bool) {
	words, ok := b.condition(f, at)
	if !ok {
		return row{}, false
	}
	x := questionAt + indent(entry{depth: depth})
	lines := tinyStyle.wrap(words, marginRight-x)
	return row{height: 9*float64(len(lines)) + 5, keep: true, draw: func(s *sheet, y float64) {
		for i, l := range lines {
			s.text(x, y+7+9*float64(i), tinyStyle, l)
		}
	}}, true
}

// condition says in words when a field is asked, or nothing when it always is.
func (b *blank) condition(f *forms.Field, at forms.Path) (string, bool) {
	clause := b.clause(f.When, at, false)
	if clause == "" {
		return "", false
	}
	return oneLine(b.words.T("pdf.blank.if", clause)), true
}

// clause is a condition in words; not turns it round. Conditions on "ninguno" need
// no words: whoever ticks it goes to the next section.
func (b *blank) clause(c forms.Cond, at forms.Path, not bool) string {
	switch c.Op {
	case forms.OpIs, forms.OpOnly:
		f, p, ok := b.named(c.Name, at)
		if !ok || f.Name == "ninguno" {
			return ""
		}
		values := make([]string, len(c.Values))
		for i, v := range c.Values {
			values[i] = b.value(f, v)
		}
		key := "pdf.blank.is"
		if not {
			key = "pdf.blank.isnot"
		}
		question := oneLine(b.words.Question(b.form.Key(p), b.form.Type.Slug()))
		return b.words.T(key, question, strings.Join(values, ", "))
	case forms.OpNot:
		return b.clause(c.Of[0], at, !not)
	case forms.OpAll, forms.OpAny:
		var parts []string
		for _, of := range c.Of {
			if words := b.clause(of, at, not); words != "" {
				parts = append(parts, words)
			}
		}
		key := "pdf.blank.and"
		if (c.Op == forms.OpAny) != not {
			key = "pdf.blank.or"
		}
		return strings.Join(parts, " "+b.words.T(key)+" ")
	}
	return ""
}

// paperItem is the id, in paths, of the one item of a list that paper asks.
const paperItem = "1"

// named finds the field that a condition names: in the innermost group that has
// it, then outwards, as the conditions are read.
func (b *blank) named(name string, at forms.Path) (*forms.Field, forms.Path, bool) {
	for {
		p := at.Join(name)
		if f, ok := b.form.Field(p); ok {
			return f, p, true
		}
		outer := strings.TrimSuffix(string(at), "."+paperItem) // a list has no names but its items'
		i := strings.LastIndexByte(outer, '.')
		if i < 0 {
			return nil, "", false
		}
		at = forms.Path(outer[:i])
	}
}

func (b *blank) value(f *forms.Field, v string) string {
	if f.Kind == forms.YesNo {
		return oneLine(b.words.Yes(v == forms.Yes))
	}
	if f.From == nil {
		return v
	}
	return oneLine(b.words.Option(f.From.Name, v, f.From.Text(v)))
}
