package account

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"declara/app/account/payroll"
	"declara/app/table"
	"declara/forms"
	"declara/storage"
)

// This file compares a list of payroll with the roster. It is a function of the two
// and of nothing else, so the page that shows what will be done and the transaction
// that does it cannot differ.

// Fate is what a list makes of a person.
type Fate string

// The fates, in the order in which they are shown.
const (
	FateWrong    Fate = "error"  // cannot be put on the roster as it is written
	FateDoubtful Fate = "duda"   // can be; a person has to say so
	FateNew      Fate = "nuevo"  //
	FateChanged  Fate = "cambia" //
	FateMissing  Fate = "sale"   // on the roster, in office, and not on the list
	FateSame     Fate = "sin"    // nothing to do
)

// Fates are all of them.
var Fates = []Fate{FateWrong, FateDoubtful, FateNew, FateChanged, FateMissing, FateSame}

// Remark is something to tell about a line: a catalogue key and what fills it.
type Remark struct {
	Key    string
	Args   []string
	Column string // "C", when one cell is to blame
	Field  payroll.Field
}

// Change is what becomes of one thing that the roster says.
type Change struct {
	Field    payroll.Field
	From, To string
}

// Line is what a list makes of one person.
type Line struct {
	Key     string // of the line within its list: the same as long as the list is
	Row     int    // 0 for who is missing
	Fate    Fate
	Name    string
	Person  string // on the roster; "" for who is new
	To      Official
	Remarks []Remark
	Changes []Change
	Back    bool // returns after having left: what was is kept as earlier service
	In      bool // will be done
}

// Free reports whether a person may decide about the line.
func (l Line) Free() bool { return l.Fate != FateWrong && l.Fate != FateSame }

// Limits beyond which a day is asked about.
const (
	farAhead = 60 // days from today
	youngest = 15 // years
)

// comparison is one run.
type comparison struct {
	list   *list
	today  string
	posts  map[string]storage.Post // by id
	rfc    map[string]*storage.Person
	curp   map[string]*storage.Person
	names  map[string]*storage.Person
	times  map[string][]int // RFC or CURP to the rows that have it
	named  map[string]bool  // people that the list names, by id
	taken  map[string]bool  // RFC, CURP and people of lines that will be done
	people []storage.Person
}

// compare says what a list would make of the roster, in the order of fates and then
// of rows.
func compare(l *list, people []storage.Person, posts map[string]storage.Post, today string) []Line {
	c := comparison{list: l, today: today, posts: posts, people: people,
		rfc: map[string]*storage.Person{}, curp: map[string]*storage.Person{}, names: map[string]*storage.Person{},
		times: map[string][]int{}, named: map[string]bool{}, taken: map[string]bool{}}
	for i := range people {
		p := &people[i]
		c.rfc[p.RFC], c.curp[p.CURP], c.names[nameKey(p.Given, p.First, p.Second)] = p, p, p
	}
	rows := l.rows()
	for _, row := range rows {
		for _, id := range []string{forms.CleanRFC(l.cell(row, payroll.RFC)), forms.CleanCURP(l.cell(row, payroll.CURP))} {
			if id != "" {
				c.times[id] = append(c.times[id], row.Number)
			}
		}
	}
	var lines []Line
	for _, row := range rows {
		lines = append(lines, c.row(row))
	}
	if l.Whole {
		lines = append(lines, c.missing()...)
	}
	slices.SortStableFunc(lines, func(a, b Line) int {
		return cmp.Compare(slices.Index(Fates, a.Fate), slices.Index(Fates, b.Fate))
	})
	return lines
}

func nameKey(given, first, second string) string {
	return table.Fold(first + " " + second + " " + given)
}

// row is the line of a row of the list.
func (c *comparison) row(row table.Row) Line {
	o := c.list.official(row)
	line := Line{Key: "f" + strconv.Itoa(row.Number), Row: row.Number}
	given := o
	problems := o.clean()
	if len(problems) > 0 {
		o = given
	}
	line.To, line.Name = o, strings.Join(strings.Fields(o.Given+" "+o.First+" "+o.Second), " ")
	for _, p := range problems {
		f := payroll.Field(p.Field)
		r := Remark{Key: p.Key, Args: p.Args, Field: f}
		if at := c.list.Columns.At(f); at >= 0 {
			r.Column = table.ColumnName(at)
		}
		line.Remarks = append(line.Remarks, r)
	}
	byRFC, byCURP := c.rfc[forms.CleanRFC(o.RFC)], c.curp[forms.CleanCURP(o.CURP)]
	for _, p := range []*storage.Person{byRFC, byCURP} {
		if p != nil {
			c.named[p.ID] = true
		}
	}
	if len(problems) > 0 {
		line.Fate = FateWrong
		return line
	}
	c.doubts(&line, byRFC, byCURP)
	c.settle(&line, cmp.Or(byRFC, byCURP))
	return line
}

// doubts notes what a person has to look at.
func (c *comparison) doubts(l *Line, byRFC, byCURP *storage.Person) {
	o := &l.To
	doubt := func(key string, f payroll.Field, args ...string) {
		l.Fate = FateDoubtful
		r := Remark{Key: key, Args: args, Field: f}
		if at := c.list.Columns.At(f); at >= 0 {
			r.Column = table.ColumnName(at)
		}
		l.Remarks = append(l.Remarks, r)
	}
	key := nameKey(o.Given, o.First, o.Second)
	switch {
	case byRFC != nil && byCURP != nil && byRFC != byCURP:
		doubt("account.list.doubt.two", payroll.RFC, FullName(*byRFC), FullName(*byCURP))
	case byRFC != nil && byCURP == nil:
		doubt("account.list.doubt.curp", payroll.CURP, byRFC.CURP)
	case byRFC == nil && byCURP != nil:
		doubt("account.list.doubt.rfc", payroll.RFC, byCURP.RFC)
	case byRFC == nil && c.names[key] != nil:
		doubt("account.list.doubt.namesake", payroll.First, c.names[key].RFC)
	}
	if byRFC != nil && nameKey(byRFC.Given, byRFC.First, byRFC.Second) != key {
		doubt("account.list.doubt.name", payroll.Given, FullName(*byRFC))
	}
	for _, id := range []struct {
		f     payroll.Field
		value string
	}{{payroll.RFC, o.RFC}, {payroll.CURP, o.CURP}} {
		if others := slices.DeleteFunc(slices.Clone(c.times[id.value]), func(n int) bool { return n == l.Row }); len(others) > 0 {
			doubt("account.list.doubt.twice", id.f, rowList(others))
		}
	}
	for _, f := range []payroll.Field{payroll.Given, payroll.First, payroll.Second, payroll.Post, payroll.Unit} {
		if text := *o.text(f); strings.ContainsRune(text, utf8.RuneError) || f != payroll.Post && f != payroll.Unit && strings.ContainsFunc(text, notOfNames) {
			doubt("account.list.doubt.letters", f)
		}
	}
	if !agree(o.RFC, o.CURP) {
		doubt("account.list.doubt.disagree", payroll.CURP)
	}
	born := forms.CURPBirth(o.CURP)
	ahead := later(c.today, 0, farAhead)
	switch {
	case o.Entry < later(born, youngest, 0):
		doubt("account.list.doubt.young", payroll.Entry, o.Entry)
	case o.Entry > ahead:
		doubt("account.list.doubt.ahead", payroll.Entry, o.Entry)
	}
	if o.Exit > ahead {
		doubt("account.list.doubt.ahead", payroll.Exit, o.Exit)
	}
	if p := cmp.Or(byRFC, byCURP); p != nil && p.Exit != "" && o.Exit == "" && o.Entry <= p.Exit && !p.Leave {
		doubt("account.list.doubt.left", payroll.Exit, p.Exit)
	}
}

// notOfNames reports whether a sign stands in no name: a file that lost its accents on the
// way has such signs in their place.
func notOfNames(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsMark(r) && !strings.ContainsRune(" '’´.-,", r)
}

// rowList names rows, the first few of them.
func rowList(rows []int) string {
	var words []string
	for _, n := range rows[:min(5, len(rows))] {
		words = append(words, strconv.Itoa(n))
	}
	if len(rows) > 5 {
		words = append(words, "…")
	}
	return strings.Join(words, ", ")
}

// later is a day some years and days after another, "" after none.
func later(iso string, years, days int) string {
	day, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return ""
	}
	return day.AddDate(years, 0, days).Format(time.DateOnly)
}

// agree reports whether RFC and CURP can be of one person: the same letters and day
// of birth. Each has its own list of words that it does not spell, and puts an X
// there.
func agree(rfc, curp string) bool {
	if len(rfc) != 13 && !strings.Contains(rfc, "Ñ") || len(curp) < 10 {
		return false
	}
	a, b := []rune(rfc), []rune(curp)
	if len(a) < 10 || len(b) < 10 || a[0] != b[0] && a[0] != 'Ñ' && a[0] != '&' {
		return false
	}
	for i := 1; i < 10; i++ {
		if a[i] != b[i] && (i > 3 || a[i] != 'X' && b[i] != 'X' && a[i] != 'Ñ') {
			return false
		}
	}
	return true
}

// settle gives the line its fate and says whether it will be done.
func (c *comparison) settle(l *Line, p *storage.Person) {
	o := &l.To
	post, known := c.posts[PostID(o.Post)]
	if known {
		o.Level = post.Level
	}
	if p == nil {
		if l.Fate == "" {
			l.Fate = FateNew
		}
	} else {
		l.Person = p.ID
		c.keepWhatIsNotTold(o, p)
		if !known {
			o.Level = p.Level
		}
		l.Back = p.Exit != "" && o.Entry > p.Exit
		l.Changes = changes(OfficialOf(*p), *o)
		switch {
		case len(l.Changes) == 0:
			l.Fate = FateSame
			l.Remarks = nil
			return
		case l.Fate == "":
			l.Fate = FateChanged
		}
	}
	in, said := c.list.Choice[l.Key]
	if !said {
		in = l.Fate != FateDoubtful
	}
	l.In = in && c.alone(l)
}

// alone reports whether no line before this one, which will be done, is about the
// same RFC, CURP or person; the second one would undo the first.
func (c *comparison) alone(l *Line) bool {
	ids := []string{l.To.RFC, l.To.CURP}
	if l.Person != "" {
		ids = append(ids, "person "+l.Person)
	}
	for _, id := range ids {
		if c.taken[id] {
			return false
		}
	}
	for _, other := range []*storage.Person{c.rfc[l.To.RFC], c.curp[l.To.CURP]} {
		if other != nil && other.ID != l.Person {
			return false // it would take the RFC or the CURP of another
		}
	}
	for _, id := range ids {
		c.taken[id] = true
	}
	return true
}

// keepWhatIsNotTold takes from the roster what the list has no column for, and
// optional things that it leaves empty.
func (c *comparison) keepWhatIsNotTold(o *Official, p *storage.Person) {
	if c.list.Columns.At(payroll.Second) < 0 {
		o.Second = p.Second
	}
	o.Email, o.Duties, o.Phone = cmp.Or(o.Email, p.Email), cmp.Or(o.Duties, p.Duties), cmp.Or(o.Phone, p.Phone)
	o.Fees = p.Fees
	if c.list.Columns.At(payroll.Exit) < 0 && o.Entry <= p.Exit {
		o.Exit = p.Exit
	}
	o.Leave = p.Leave && o.Exit == p.Exit
	for _, text := range []struct {
		to   *string
		from string
	}{{&o.Given, p.Given}, {&o.First, p.First}, {&o.Second, p.Second}, {&o.Post, p.Post}, {&o.Unit, p.Unit}} {
		if table.Fold(*text.to) == table.Fold(text.from) {
			*text.to = text.from // payroll writes in capitals and without accents
		}
	}
}

// changes are what differs, in the order of the template.
func changes(was, will Official) []Change {
	var out []Change
	for _, f := range payroll.Fields {
		if a, b := *was.text(f), *will.text(f); a != b {
			out = append(out, Change{f, a, b})
		}
	}
	return out
}

// text is where an official has a field.
func (o *Official) text(f payroll.Field) *string {
	switch f {
	case payroll.Given:
		return &o.Given
	case payroll.First:
		return &o.First
	case payroll.Second:
		return &o.Second
	case payroll.RFC:
		return &o.RFC
	case payroll.CURP:
		return &o.CURP
	case payroll.Post:
		return &o.Post
	case payroll.Grade:
		return &o.Grade
	case payroll.Unit:
		return &o.Unit
	case payroll.Entry:
		return &o.Entry
	case payroll.Exit:
		return &o.Exit
	case payroll.Email:
		return &o.Email
	case payroll.Duties:
		return &o.Duties
	}
	return &o.Phone
}

// missing are the people in office whom the list does not name.
func (c *comparison) missing() []Line {
	var out []Line
	for _, p := range c.people {
		if p.Exit != "" || c.named[p.ID] {
			continue
		}
		o := OfficialOf(p)
		o.Exit = c.list.ExitDay
		line := Line{Key: "g" + p.ID, Fate: FateMissing, Name: FullName(p), Person: p.ID, To: o,
			Changes: []Change{{payroll.Exit, "", o.Exit}}}
		in, said := c.list.Choice[line.Key]
		line.In = in || !said
		if o.Exit != "" && o.Exit < o.Entry {
			line.In, line.Remarks = false, []Remark{{Key: "account.problem.exit", Field: payroll.Exit}}
		}
		out = append(out, line)
	}
	return out
}
