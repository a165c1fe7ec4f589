package web

import (
	"slices"
	"strconv"

	"declara/app/declare"
	drawn "declara/app/web/view"
	"declara/forms"
)

// hubPage is the list of sections of a draft.
type hubPage struct {
	ID, Over, Title string
	Cells           []string // classes of the bar: "si", "en", ""
	Count           string
	Saved           string
	Go, GoPath      string
	Groups          []hubGroup
	Together        *hubTogether // interests that can be confirmed at once
	Ready           bool
	Missing         string
	Interest        bool
	Aside           aside
	Hand            []string // what to have at hand
	Applies         bool     // "¿Qué te aplica?" can be answered
}

// hubGroup is one heading of the hub with its sections.
type hubGroup struct {
	Key, Title string
	Rows       []hubRow
	Folded     bool
}

// hubRow is one section.
type hubRow struct {
	No, Title, Path, Note string
	Begun                 bool
	Locked                bool
	Status                status
}

// status is the state of a section in words, with its class.
type status struct{ Class, Words string }

// hubTogether is the box that confirms the interests at once.
type hubTogether struct {
	Count int
	Last  bool // they were answered "none" last time, or proposed so
}

// aside is what stands beside every page of a draft.
type aside struct {
	Due, Left, Calendar string
	Cells               []string
	Count               string
	Late                bool
}

func (s *Server) declareHub(c *Ctx) error {
	_, w, err := s.draft(c)
	if err != nil {
		return c.ended(err)
	}
	return c.Render(200, "declare-hub", c.hub(w))
}

func (c *Ctx) hub(w declare.Work) hubPage {
	d := &w.Kept.Draft
	p := w.Progress()
	page := hubPage{
		ID: w.Kept.ID, Title: c.title("declare.hub.title.", d.Type, w.Kept.Interest, d.Year),
		Over:  c.words.T("declare.hub.over."+d.Level.Slug(), c.words.T("declare.period."+formOf(d.Type, w.Kept.Interest), d.Year-1, c.words.Day(d.Event))),
		Saved: c.savedAt(w), Interest: w.Kept.Interest,
		Ready: p.Ready == p.All, Missing: c.words.N("declare.hub.missing", p.All-p.Ready), Aside: c.aside(w, p),
		Applies: len(appliesTo(w)) > 0,
	}
	page.Cells, page.Count = page.Aside.Cells, page.Aside.Count
	page.Go, page.GoPath = c.goOn(w, p)
	page.Together = together(w, p)
	for i := range w.Form.Sections {
		sec := &w.Form.Sections[i]
		if n := len(page.Groups); n == 0 || page.Groups[n-1].Key != sec.Group {
			page.Groups = append(page.Groups, hubGroup{Key: sec.Group, Title: c.words.T("group." + sec.Group), Folded: sec.Group == "intereses" && page.Together != nil})
		}
		g := &page.Groups[len(page.Groups)-1]
		g.Rows = append(g.Rows, c.hubRow(w, sec, p))
	}
	for _, key := range []string{"1", "2", "3", "4"} {
		if k := "declare.hand." + formOf(d.Type, w.Kept.Interest) + "." + key; c.words.Has(k) {
			page.Hand = append(page.Hand, c.words.T(k, d.Year-1))
		}
	}
	return page
}

// goOn is the button of the hub: the next thing to do.
func (c *Ctx) goOn(w declare.Work, p declare.Progress) (words, path string) {
	next := w.Next("")
	if next == nil {
		return c.words.T("declare.hub.review"), draftPath(w.Kept.ID, "revisar")
	}
	key := "declare.hub.go"
	if p.Ready == 0 && !slices.Contains([]forms.Status{forms.InProgress, forms.Review}, p.Of[next.Key]) {
		key = "declare.hub.begin"
	}
	return c.words.T(key, sectionNumber(next), c.words.T("section."+next.Key)), sectionPath(w.Kept.ID, next.Key)
}

// aside is what stands beside a page: how far it is, and until when it is due.
func (c *Ctx) aside(w declare.Work, p declare.Progress) aside {
	a := aside{Count: c.words.T("declare.progress", p.Ready, p.All), Late: w.Late()}
	for i := range w.Form.Sections {
		a.Cells = append(a.Cells, cellClasses[p.Of[w.Form.Sections[i].Key]])
	}
	slices.SortStableFunc(a.Cells, func(x, y string) int { return cellOrder[x] - cellOrder[y] })
	if w.Kept.Due != "" {
		a.Due = c.words.Day(w.Kept.Due)
		a.Left = c.left(w.Left())
		a.Calendar = "/declaraciones/calendario/" + w.DutyKey() + ".ics"
	}
	return a
}

// Classes of the bar and their order: what is ready stands at the left, so that it
// reads as a length.
var (
	cellClasses = map[forms.Status]string{forms.Done: "si", forms.InProgress: "en", forms.Review: "en", forms.ToConfirm: "", forms.NotStarted: ""}
	cellOrder   = map[string]int{"si": 0, "en": 1, "": 2}
)

// statusClasses are those of the states.
var statusClasses = map[forms.Status]string{
	forms.NotStarted: "", forms.InProgress: "en", forms.ToConfirm: "en", forms.Review: "mal", forms.Done: "ok",
}

// statusKeys are their words.
var statusKeys = map[forms.Status]string{
	forms.NotStarted: "declare.status.empty", forms.InProgress: "declare.status.open", forms.ToConfirm: "declare.status.confirm",
	forms.Review: "declare.status.review", forms.Done: "declare.status.done",
}

func (c *Ctx) status(s forms.Status) status {
	return status{statusClasses[s], c.words.T(statusKeys[s])}
}

func (c *Ctx) hubRow(w declare.Work, sec *forms.Section, p declare.Progress) hubRow {
	s := p.Of[sec.Key]
	row := hubRow{
		No: sectionNumber(sec), Title: c.words.T("section." + sec.Key), Path: sectionPath(w.Kept.ID, sec.Key),
		Begun: s != forms.NotStarted, Status: c.status(s), Locked: w.Locked(sec),
	}
	if row.Locked {
		row.Note, row.Path = c.words.T("declare.note.locked"), ""
		return row
	}
	row.Note = c.note(w, sec, p)
	return row
}

// note is the line under a section's name: what it holds, or what it waits for.
func (c *Ctx) note(w declare.Work, sec *forms.Section, p declare.Progress) string {
	s, a := p.Of[sec.Key], w.Kept.Draft.Answers
	var parts []string
	switch waiting := p.Waiting[sec.Key]; {
	case waiting > 0:
		parts = append(parts, c.words.N("declare.note.waiting", waiting))
	case a.Get(forms.Path(sec.Key).Join("ninguno")) == forms.Yes && s == forms.Done:
		parts = append(parts, c.words.T("declare.note.none"))
	case a.Get(forms.Path(sec.Key).Join("ninguno")) == forms.Yes:
		parts = append(parts, c.words.T("declare.note.proposed"))
	case s == forms.Review:
		parts = append(parts, c.words.N("declare.note.problems", p.Problems[sec.Key]))
	case s == forms.InProgress && p.Problems[sec.Key] > 0:
		parts = append(parts, c.words.N("declare.note.left", p.Problems[sec.Key]))
	case len(w.Items(sec)) > 0:
		parts = append(parts, c.words.N("declare.note.items", len(w.Items(sec))))
	case s == forms.ToConfirm:
		parts = append(parts, c.words.T("declare.note.confirm"))
	}
	if wholly(sec) {
		parts = append(parts, c.words.T("declare.note.private"))
	}
	return joinSentences(parts)
}

func joinSentences(parts []string) string {
	out := ""
	for i, p := range parts {
		if i > 0 {
			out += " · "
		}
		out += p
	}
	return out
}

// wholly reports whether nothing of a section is ever public.
func wholly(sec *forms.Section) bool {
	return !slices.ContainsFunc(sec.Fields, func(f forms.Field) bool { return f.Show == forms.Public })
}

// together offers to confirm the interests at once while there are at least two
// that hold nothing and wait.
func together(w declare.Work, p declare.Progress) *hubTogether {
	t := hubTogether{}
	for _, sec := range w.Interests() {
		if p.Of[sec.Key] == forms.Done {
			continue
		}
		t.Count++
		t.Last = t.Last || w.Kept.Draft.Answers.Get(forms.Path(sec.Key).Join("ninguno")) == forms.Yes
	}
	if t.Count < 2 {
		return nil
	}
	return &t
}

// appliesPage is "¿Qué te aplica?".
type appliesPage struct {
	ID        string
	Questions []drawn.Question
	Base      string
}

// appliesTo are the sections that "¿Qué te aplica?" asks about: those that may
// hold nothing, hold nothing yet and were not saved.
func appliesTo(w declare.Work) []*forms.Section {
	var out []*forms.Section
	for i := range w.Form.Sections {
		sec := &w.Form.Sections[i]
		_, asks := w.Form.Field(forms.Path(sec.Key).Join("ninguno"))
		if asks && !w.Locked(sec) && len(w.Items(sec)) == 0 && !w.Kept.Draft.Confirmed[forms.Path(sec.Key)] {
			out = append(out, sec)
		}
	}
	return out
}

func (s *Server) declareApplies(c *Ctx) error {
	_, w, err := s.draft(c)
	if err != nil {
		return c.ended(err)
	}
	page := appliesPage{ID: w.Kept.ID}
	for _, sec := range appliesTo(w) {
		page.Questions = append(page.Questions, c.yesOrNo(sec.Key, c.words.T("applies."+sec.Key),
			inverse(w.Kept.Draft.Answers.Get(forms.Path(sec.Key).Join("ninguno")))))
	}
	return c.Render(200, "declare-applies", page)
}

// inverse turns "there is none" into "it applies".
func inverse(none string) string {
	switch none {
	case forms.Yes:
		return forms.No
	case forms.No:
		return forms.Yes
	}
	return ""
}

// yesOrNo is a question of ours, which no field of the table asks.
func (c *Ctx) yesOrNo(name, label, now string) drawn.Question {
	q := drawn.Question{Draw: "yesno", Row: true, Path: forms.Path(name), ID: "f-" + name, Label: label, Needed: true}
	for _, key := range []string{forms.Yes, forms.No} {
		q.Options = append(q.Options, drawn.Option{ID: q.ID + "-" + key, Key: key, Text: c.words.Yes(key == forms.Yes), On: now == key})
	}
	return q
}

func (s *Server) declareApply(c *Ctx) error {
	who, w, err := s.draft(c)
	if err != nil {
		return c.ended(err)
	}
	applies := map[string]bool{}
	for _, sec := range appliesTo(w) {
		if v := c.Value(sec.Key); v == forms.Yes || v == forms.No {
			applies[sec.Key] = v == forms.Yes
		}
	}
	if err := s.declare.Propose(c.Context(), who, w.Kept.ID, applies); err != nil {
		return c.ended(err)
	}
	return c.Redirect(draftPath(w.Kept.ID))
}

// interestsPage confirms the interests on one page, each with its own answer.
type interestsPage struct {
	ID    string
	Rows  []interestRow
	Error bool // some were left without an answer
}

type interestRow struct {
	No, Title, Hint string
	Question        drawn.Question
}

func (s *Server) declareInterests(c *Ctx) error {
	_, w, err := s.draft(c)
	if err != nil {
		return c.ended(err)
	}
	page := interestsPage{ID: w.Kept.ID, Error: c.Query("revisa") != ""}
	for _, sec := range w.Interests() {
		q := drawn.Question{Draw: "radios", Row: true, Path: forms.Path(sec.Key), ID: "f-" + sec.Key, Needed: true,
			Label: sectionNumber(sec) + ". " + c.words.T("section."+sec.Key), Hint: c.hintOf(w, sec)}
		now := w.Kept.Draft.Answers.Get(forms.Path(sec.Key).Join("ninguno"))
		for i, key := range []string{forms.Yes, forms.No} {
			q.Options = append(q.Options, drawn.Option{ID: q.ID + "-" + strconv.Itoa(i), Key: key, On: now == key,
				Text: c.words.T("declare.interests." + key)})
		}
		if page.Error && now == "" {
			q.Problem = c.words.T("problem.required")
		}
		page.Rows = append(page.Rows, interestRow{Question: q})
	}
	if len(page.Rows) == 0 {
		return c.Redirect(draftPath(w.Kept.ID))
	}
	return c.Render(200, "declare-interests", page)
}

func (s *Server) declareAnswerInterests(c *Ctx) error {
	who, w, err := s.draft(c)
	if err != nil {
		return c.ended(err)
	}
	answers := map[string]bool{}
	first := ""
	for _, sec := range w.Interests() {
		switch c.Value(sec.Key) {
		case forms.Yes:
			answers[sec.Key] = true
		case forms.No:
			answers[sec.Key] = false
			if first == "" {
				first = sec.Key
			}
		}
	}
	if err := s.declare.AnswerInterests(c.Context(), who, w.Kept.ID, answers); err != nil {
		return c.ended(err)
	}
	switch {
	case len(answers) < len(w.Interests()):
		return c.Redirect(draftPath(w.Kept.ID, "intereses") + "?revisa=1")
	case first != "":
		return c.Redirect(sectionPath(w.Kept.ID, first))
	}
	c.Flash("declare.flash.interests")
	return c.Redirect(draftPath(w.Kept.ID))
}

// hintOf is the sentence under a section's title.
func (c *Ctx) hintOf(w declare.Work, sec *forms.Section) string {
	if key := "declare.year.section." + sec.Key; w.Form.Type == forms.Modificacion && c.words.Has(key) {
		return c.words.T(key, strconv.Itoa(w.Kept.Draft.Year-1))
	}
	for _, key := range []string{"section." + sec.Key + ".hint@" + w.Form.Type.Slug(), "section." + sec.Key + ".hint"} {
		if c.words.Has(key) {
			return c.words.T(key)
		}
	}
	return ""
}

func (s *Server) declareDiscardPage(c *Ctx) error {
	_, w, err := s.draft(c)
	if err != nil {
		return c.ended(err)
	}
	if !w.Kept.Interest {
		return c.Redirect(draftPath(w.Kept.ID))
	}
	return c.Render(200, "declare-discard", struct{ ID string }{w.Kept.ID})
}

func (s *Server) declareDiscard(c *Ctx) error {
	who, err := c.who()
	if err != nil {
		return err
	}
	if err := s.declare.Discard(c.Context(), who, c.Param("id")); err != nil {
		return c.ended(err)
	}
	c.Flash("declare.flash.discarded")
	return c.Redirect("/declaraciones")
}
