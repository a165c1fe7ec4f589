package view

import (
	"slices"
	"strconv"
	"strings"

	"declara/forms"
)

// This file and render_*.go turn the table of fields into what the templates draw:
// one function a kind, all reading the same forms.Field. No page of a declaration
// names a question of its own.

// Words are a person's language, as the drawing of questions needs it.
type Words interface {
	forms.Words
	Hint(key, typ string) string
	Help(key, typ string) string // key of the help, "" without one
	Has(key string) bool         // whether the catalogue has the key itself
}

// Ask is what a page asks: the fields of a section or of an item.
type Ask struct {
	Form     *forms.Form
	Draft    *forms.Draft
	Words    Words
	At       forms.Path            // section, or item of a list
	Step     uint8                 // page of an item; 0 for all of them
	Envio    string                // of the page; seeds the ids of blank rows
	Problems []forms.Problem       // to show beside the questions
	Warnings []forms.Problem       // soft ones, beside the questions
	New      map[forms.Path]bool   // questions that the last answers brought up
	Only     func(forms.Path) bool // keeps the questions it holds for; nil is all
	Blank    func(list forms.Path) string
}

// Question is one question as a template draws it. Draw says which part does.
type Question struct {
	Draw    string // "text", "paragraph", "money", "yesno", "radios", "select", "checks", "group", "list", "row", "fixed"
	Path    forms.Path
	ID      string
	Label   string
	About   string // what it is about, said to screen readers only
	Hint    string
	Help    *Help
	Needed  bool
	Private string // "siempre", "ahora" (as answered so far) or ""
	Open    string // JSON of the condition under which it is not public, for Private "ahora"
	Hidden  bool   // not asked, as answered so far
	When    string // JSON of the condition under which it is asked, for the script
	Problem string
	Warning string
	Before  string // what the previous declaration said, when it differs

	Value        string
	Class        string // of the input
	Mode         string // inputmode
	Autocomplete string
	Max          int // characters, for the counter of a paragraph
	Unit         string
	Sum          string // key of the running total that it adds to
	Options      []Option
	Row          bool   // the options stand in a row
	By           string // name of the answer that narrows the options
	From         string // catalogue, for the script to fetch
	Wait         bool   // its options wait for another answer
	Other        *Question
	Currency     []Option // of a money; nil when it is always pesos
	CurrencyName string
	CurrencyOpen bool
	Of           []Question
	Number       int        // of a row, from 1
	AddLabel     string     // of a list
	Nested       forms.Path // list that a row belongs to
}

// Help is what the official instructions say of a question, in our own words, to be
// opened by who wants it.
type Help struct {
	Ask     string // what opens it, in the words of who asks
	Yes, No string // what goes there, what does not
	Case    string // an example
}

// HelpOn is the help of a question or a section, nil without one.
func HelpOn(w Words, key, typ string) *Help {
	at := w.Help(key, typ)
	if at == "" {
		return nil
	}
	part := func(end string) string {
		if !w.Has(at + end) {
			return ""
		}
		return w.T(at + end)
	}
	return &Help{w.T(at), part(".yes"), part(".no"), part(".case")}
}

// Option is one option of a question.
type Option struct {
	ID, Key, Text string
	On            bool
}

// Sheet is a page of questions.
type Sheet struct {
	Fixed     []Question // what human resources gave: shown, not typed
	Questions []Question
	Errors    []SheetError        // for the summary, in order
	Base      map[string][]string // answers as drawn: what a merge starts from
}

// SheetError is one line of the summary of errors.
type SheetError struct {
	ID   string // of the control; "" when the page has none for it
	Text string
}

// Questions draws the questions of a page.
func (a Ask) Questions() Sheet {
	r := &renderer{Ask: a, base: map[string][]string{}, problems: map[forms.Path]forms.Problem{}, warned: map[forms.Path]forms.Problem{}}
	for _, p := range a.Problems {
		if _, twice := r.problems[p.Path]; !twice {
			r.problems[p.Path] = p
		}
	}
	for _, p := range a.Warnings {
		r.warned[p.Path] = p
	}
	sc, private := r.enter(a.At)
	if sc == nil {
		return Sheet{}
	}
	r.plan(sc)
	s := Sheet{Questions: r.group(sc, a.Step, private)}
	s.Fixed, s.Errors = r.given, r.summary()
	s.Base = r.base
	return s
}

// renderer is one drawing of a sheet.
type renderer struct {
	Ask
	base     map[string][]string
	problems map[forms.Path]forms.Problem
	warned   map[forms.Path]forms.Problem
	asked    map[forms.Path]bool // answers that the page has a control for
	given    []Question
	errors   []SheetError
	told     map[forms.Path]bool // problems that stand beside a question
}

// scope is a group whose names conditions may use, with the groups around it.
type scope struct {
	fields []forms.Field
	at     forms.Path
	up     *scope
	locked bool // money of it is always in pesos
}

func (s *scope) field(name string) *forms.Field {
	for i := range s.fields {
		if s.fields[i].Name == name {
			return &s.fields[i]
		}
	}
	return nil
}

// enter walks down to the group at a path; private tells that all in it is.
func (r *renderer) enter(p forms.Path) (*scope, bool) {
	names := strings.Split(string(p), ".")
	s := r.Form.Section(names[0])
	if s == nil {
		return nil, false
	}
	sc := &scope{fields: s.Fields, at: forms.Path(names[0]), locked: s.Layout == forms.Ledger}
	private := false
	for i := 1; i < len(names); i++ {
		x := sc.field(names[i])
		if x == nil {
			return nil, false
		}
		at := sc.at.Join(x.Name)
		private = private || x.Show != forms.Public
		if x.Kind == forms.List {
			if i++; i >= len(names) {
				return nil, false
			}
			at = at.Join(names[i])
		} else if x.Kind != forms.Group {
			return nil, false
		}
		sc = &scope{fields: x.Of, at: at, up: sc, locked: sc.locked}
	}
	return sc, private
}

// plan notes every answer that the page has a control for, so that conditions on
// them are left to the script and all others are decided here.
func (r *renderer) plan(sc *scope) {
	r.asked, r.told = map[forms.Path]bool{}, map[forms.Path]bool{}
	r.note(sc, r.Step)
}

func (r *renderer) note(sc *scope, step uint8) {
	for i := range sc.fields {
		x := &sc.fields[i]
		p := sc.at.Join(x.Name)
		switch {
		case !r.asks(x, p, step):
		case x.Kind == forms.Group:
			r.note(&scope{x.Of, p, sc, sc.locked}, 0)
		case x.Kind == forms.List:
			r.asked[p] = true
			for _, id := range r.rows(x, p) {
				r.note(&scope{x.Of, p.Join(id), sc, sc.locked}, 0)
			}
		default:
			r.asked[p] = true
		}
	}
}

// asks reports whether the page has the field: of its step, not computed for good,
// and not told by human resources.
func (r *renderer) asks(x *forms.Field, p forms.Path, step uint8) bool {
	if step != 0 && max(x.Step, 1) != step || r.Only != nil && !r.Only(p) {
		return false
	}
	if _, byHand := typedWhile(x); x.Derive != "" && !byHand {
		return false
	}
	_, given := r.Draft.Given[p]
	return !given
}

// typedWhile is the condition under which a computed answer is typed after all;
// never holds for what is always computed, and for what never is.
func typedWhile(x *forms.Field) (c forms.Cond, ok bool) {
	if c, ok = x.ComputedWhen(); !ok || c.Op == forms.OpTrue {
		return forms.Cond{}, false
	}
	return forms.Not(c), true
}

// group draws the questions of a group, and sets those of the roster apart.
func (r *renderer) group(sc *scope, step uint8, private bool) []Question {
	var out []Question
	for i := range sc.fields {
		x := &sc.fields[i]
		p := sc.at.Join(x.Name)
		if _, given := r.Draft.Given[p]; given && (step == 0 || max(x.Step, 1) == step) && (r.Only == nil || r.Only(p)) {
			r.given = append(r.given, r.fixed(x, p, private))
			continue
		}
		if !r.asks(x, p, step) || r.never(x, sc) {
			continue
		}
		q := r.question(x, p, sc, private)
		if q.Draw == "group" && len(q.Of) == 0 {
			continue
		}
		if q.Draw == "group" && len(q.Of) == 1 && q.When == "" && q.Of[0].Draw != "group" {
			q = q.Of[0] // a heading over one question says the same twice
		}
		out = append(out, q)
	}
	return out
}

// never reports whether a field cannot come up on this page: its condition does
// not hold, and nothing that the page asks can change that.
func (r *renderer) never(x *forms.Field, sc *scope) bool {
	when := r.fold(&x.When, sc)
	return when.constant && !when.holds
}

// question draws one field: what all kinds share, then its own kind.
func (r *renderer) question(x *forms.Field, p forms.Path, sc *scope, private bool) Question {
	q := Question{
		Path: p, ID: ID(p), Label: r.label(p), Hint: r.hint(p), Needed: needed(x),
		Hidden: !r.holds(&x.When, sc), When: r.when(&x.When, sc),
	}
	if x.Help {
		q.Help = HelpOn(r.Words, r.Form.Key(p), r.Form.Type.Slug())
	}
	q.Private, q.Open = r.privacy(x, sc, private)
	if not, ok := typedWhile(x); ok {
		q.Hidden = q.Hidden || !r.holds(&not, sc)
		if w := r.when(&not, sc); w != "" {
			q.When = w
		}
	}
	kinds[x.Kind](r, &q, x, sc)
	r.tell(&q)
	q.Before = r.before(x, p)
	return q
}

// fixed draws an answer that is shown and not typed.
func (r *renderer) fixed(x *forms.Field, p forms.Path, private bool) Question {
	q := Question{Draw: "fixed", Path: p, ID: ID(p), Label: r.label(p)}
	if private || x.Show != forms.Public {
		q.Private = "siempre"
	}
	q.Value = forms.Show(r.Words, r.Draft.Answers, forms.Line{Kind: forms.Answer, Path: p, Field: x, Raw: r.Draft.Answers[p]})
	if p, ok := r.problems[p]; ok { // what the roster has wrong, only the roster can mend
		q.Problem = r.problem(p, x)
		r.told[q.Path] = true
		r.errors = append(r.errors, SheetError{q.ID, q.Label + ": " + q.Problem})
	}
	return q
}

// tell puts the problem and the warning of a question beside it.
func (r *renderer) tell(q *Question) {
	if q.Hidden {
		return
	}
	x, _ := r.Form.Field(q.Path)
	if q.Wait { // it cannot be answered before the answer that it waits for, which has a problem of its own
		r.told[q.Path] = true
	}
	if p, ok := r.problems[q.Path]; ok && !r.New[q.Path] && !r.told[q.Path] {
		q.Problem = r.problem(p, x)
		r.told[q.Path] = true
		r.errors = append(r.errors, SheetError{q.anchor(), q.Label + ": " + q.Problem})
	}
	if p, ok := r.warned[q.Path]; ok {
		q.Warning = r.Words.T("warn."+p.Code, forms.ShowArg(r.Words, p))
	}
}

// anchor is the control that the summary of errors leads to.
func (q *Question) anchor() string {
	if len(q.Options) > 0 && q.Draw != "select" {
		return q.Options[0].ID
	}
	return q.ID
}

// summary are the errors of the page: those beside a question, in the order of the
// page, then those of the page as a whole.
func (r *renderer) summary() []SheetError {
	out := r.errors
	for _, p := range r.Problems {
		if r.told[p.Path] || r.New[p.Path] {
			continue
		}
		x, ok := r.Form.Field(p.Path)
		if !ok && string(p.Path) != string(r.At) || r.asked[parent(p.Path)] && !r.told[parent(p.Path)] {
			continue
		}
		if ok && !r.asked[p.Path] && p.Path != r.At {
			continue
		}
		r.told[p.Path] = true
		out = append(out, SheetError{"", r.problem(p, x)})
	}
	return out
}

// label is the question in words.
func (r *renderer) label(p forms.Path) string {
	if text, ok := r.ofYear("declare.year.q.", p); ok {
		return text
	}
	return r.Words.Question(r.Form.Key(p), r.Form.Type.Slug())
}

// hint is the sentence under it, or "".
func (r *renderer) hint(p forms.Path) string {
	if text, ok := r.ofYear("declare.year.hint.", p); ok {
		return text
	}
	return r.Words.Hint(r.Form.Key(p), r.Form.Type.Slug())
}

// ofYear is the words of what a modificación asks of the year before, with that
// year in figures: "2025" is plainer than "el año anterior".
func (r *renderer) ofYear(kind string, p forms.Path) (string, bool) {
	key := kind + string(p[strings.LastIndexByte(string(p), '.')+1:])
	if r.Form.Type != forms.Modificacion || r.Draft.Year == 0 || !r.Words.Has(key) {
		return "", false
	}
	return r.Words.T(key, strconv.Itoa(r.Draft.Year-1)), true
}

// problem is a problem in words: the most precise text for the kind of question.
func (r *renderer) problem(p forms.Problem, x *forms.Field) string {
	key := "problem." + p.Code
	if x != nil {
		if k := key + "." + kindNames[x.Kind]; r.Words.Has(k) {
			key = k
		}
	}
	return r.Words.T(key, forms.ShowArg(r.Words, p))
}

// before is what the previous declaration said, when it is asked afresh or now
// says something else.
func (r *renderer) before(x *forms.Field, p forms.Path) string {
	raw := r.Draft.Before[p]
	if len(raw) == 0 || x.Kind == forms.Group || x.Kind == forms.List {
		return ""
	}
	was := forms.Show(r.Words, r.Draft.Before, forms.Line{Kind: forms.Answer, Path: p, Field: x, Raw: raw})
	now := forms.Show(r.Words, r.Draft.Answers, forms.Line{Kind: forms.Answer, Path: p, Field: x, Raw: r.Draft.Answers[p]})
	if was == now && !x.Fresh {
		return ""
	}
	return was
}

// privacy is whether an answer will be public, as answered so far.
func (r *renderer) privacy(x *forms.Field, sc *scope, private bool) (mark, open string) {
	switch {
	case private || x.Show != forms.Public:
		return "siempre", ""
	case x.Kind == forms.List || x.ShowIf.Op == forms.OpTrue:
		return "", ""
	}
	withheld := withheldBy(&x.ShowIf)
	if open = r.when(&withheld, sc); r.holds(&withheld, sc) {
		mark = "ahora"
	}
	return mark, open
}

// withheldBy is the condition under which a gate of the public version is shut:
// what it rests on is answered, and it does not hold. Before that, nothing is said.
func withheldBy(gate *forms.Cond) forms.Cond {
	of := []forms.Cond{forms.Not(*gate)}
	for _, name := range namesIn(gate, nil) {
		of = append(of, forms.Not(forms.Empty(name)))
	}
	return forms.All(of...)
}

// namesIn are the answers that a condition rests on; lists are not answers.
func namesIn(c *forms.Cond, names []string) []string {
	if c.Op == forms.OpIs || c.Op == forms.OpOnly {
		if !slices.Contains(names, c.Name) {
			names = append(names, c.Name)
		}
	}
	for i := range c.Of {
		names = namesIn(&c.Of[i], names)
	}
	return names
}

// needed reports whether a field is obligatory while it is asked.
func needed(x *forms.Field) bool {
	return slices.Contains(strings.Split(x.Rules, ","), "required")
}

// ID is the id of the control of an answer.
func ID(p forms.Path) string { return "f-" + strings.ReplaceAll(string(p), ".", "-") }

func parent(p forms.Path) forms.Path {
	if i := strings.LastIndexByte(string(p), '.'); i >= 0 {
		return p[:i]
	}
	return ""
}

// Asked are the questions that a sheet shows, those within groups and rows
// included; the value tells whether it can be answered already, since some wait for
// the options that another answer brings.
func (s Sheet) Asked() map[forms.Path]bool {
	out := map[forms.Path]bool{}
	collect(s.Questions, out)
	return out
}

func collect(all []Question, out map[forms.Path]bool) {
	for i := range all {
		q := &all[i]
		if q.Hidden {
			continue
		}
		if q.Draw != "group" && q.Draw != "row" {
			out[q.Path] = !q.Wait
		}
		collect(q.Of, out)
		if q.Other != nil {
			collect([]Question{*q.Other}, out)
		}
	}
}
