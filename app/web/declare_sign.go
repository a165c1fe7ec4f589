package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"declara/app/declare"
	"declara/app/errs"
	"declara/app/publish"
	drawn "declara/app/web/view"
	"declara/forms"
)

// reviewPage is all of a declaration before it is signed: first what stops it,
// then what to look at, what changed since last time, and every answer.
type reviewPage struct {
	ID, Title string
	Stops     []stop
	Warnings  []warning
	Changes   []changed
	Sections  []reviewed
	Ready     bool
	First     bool // there is nothing to compare with
}

// stop is one section with what stops the filing in it.
type stop struct {
	No, Title, Path string
	Problems        []linked
}

type linked struct{ Text, Path string }

// changed is one section with what changed in it since the last declaration.
type changed struct {
	No, Title string
	Rows      []changedRow
}

type changedRow struct {
	Label, Before, After string
	Tag                  status
	Inner                bool // an answer of the item above it
}

// reviewed is one section as it will be filed.
type reviewed struct {
	No, Title, Path, Key string
	Status               status
	Open                 bool
	Lines                []reviewedLine
	None                 string
}

type reviewedLine struct {
	Label, Value string
	Heading      bool
	Private      bool
	Depth        int
}

func (s *Server) declareReview(c *Ctx) error {
	who, err := c.who()
	if err != nil {
		return err
	}
	r, err := s.declare.Review(c.Context(), who, c.Param("id"))
	if err != nil {
		return c.ended(err)
	}
	w := r.Work
	page := reviewPage{
		ID: w.Kept.ID, Title: c.title("declare.hub.title.", w.Form.Type, w.Kept.Interest, w.Kept.Draft.Year),
		Ready: len(r.Problems) == 0, First: r.Changes == nil,
	}
	for _, p := range r.Warnings {
		page.Warnings = append(page.Warnings, c.warning(w, p))
	}
	progress := w.Progress()
	for i := range w.Form.Sections {
		sec := &w.Form.Sections[i]
		if st := c.stopsIn(w, sec, r.Problems); len(st.Problems) > 0 {
			page.Stops = append(page.Stops, st)
		}
		if ch := c.changesIn(w, sec, r.Changes); len(ch.Rows) > 0 {
			page.Changes = append(page.Changes, ch)
		}
		page.Sections = append(page.Sections, c.reviewed(w, sec, progress))
	}
	return c.Render(200, "declare-review", page)
}

// stopsIn are the problems of a section, each with the page on which it is put
// right. A section that was not begun is one line, not one for each question.
func (c *Ctx) stopsIn(w declare.Work, sec *forms.Section, problems []forms.Problem) stop {
	st := stop{No: sectionLabel(sec), Title: c.words.T("section." + sec.Key), Path: sectionPath(w.Kept.ID, sec.Key)}
	begun := w.Kept.Draft.Confirmed[forms.Path(sec.Key)]
	ask := drawn.Ask{Form: w.Form, Draft: &w.Kept.Draft, Words: c.words}
	for _, p := range problems {
		if p.Path.Section() != sec.Key {
			continue
		}
		switch own := string(p.Path) == sec.Key; {
		case own && p.Code == forms.CodeUnconfirmed:
			if !begun && len(st.Problems) == 0 {
				st.Problems = append(st.Problems, linked{c.words.T("declare.review.unseen"), st.Path})
			}
		case p.Code == forms.CodeUnconfirmed:
			st.Problems = append(st.Problems, linked{c.words.T("declare.error.waiting", ask.Called(p.Path)), st.Path + "#" + drawn.ID(p.Path)})
		case !begun && p.Code == forms.CodeRequired: // one line for all of them, below
		default:
			st.Problems = append(st.Problems, linked{c.problemAt(w, ask, p), c.whereIs(w, p)})
		}
	}
	return st
}

// problemAt is a problem with the name of what it is about.
func (c *Ctx) problemAt(w declare.Work, ask drawn.Ask, p forms.Problem) string {
	text := c.words.T("problem."+p.Code, forms.ShowArg(c.words, p))
	if _, ok := w.Form.Field(p.Path); ok {
		text = c.words.Question(w.Form.Key(p.Path), w.Form.Type.Slug()) + ": " + text
	}
	if item, ok := w.ItemOf(p.Path); ok {
		text = ask.Called(item) + ". " + text
	}
	return text
}

// changesIn are the changes of a section; what stayed the same is not told, nor
// what is computed, nor what is asked anew and has no answer yet. An item comes
// before the answers that changed in it.
func (c *Ctx) changesIn(w declare.Work, sec *forms.Section, all []forms.Change) changed {
	d := &w.Kept.Draft
	out := changed{No: sectionLabel(sec), Title: c.words.T("section." + sec.Key)}
	ask := drawn.Ask{Form: w.Form, Draft: d, Words: c.words}
	var item *changedRow // that waits for an answer of it to be told
	for _, ch := range all {
		x, ok := w.Form.Field(ch.Path)
		if ch.Section != sec.Key || ch.Kind == forms.Same || !ok || x.Derive != "" {
			continue
		}
		row := changedRow{Tag: c.changeTag(ch.Kind)}
		if x.Kind == forms.List {
			row.Label = ask.Called(ch.Path)
			if item = nil; ch.Kind == forms.Changed {
				item = &row
				continue
			}
			out.Rows = append(out.Rows, row)
			continue
		}
		if x.Fresh && len(d.Answers[ch.Path]) == 0 {
			continue
		}
		row.Label = c.words.Question(w.Form.Key(ch.Path), w.Form.Type.Slug())
		line := forms.Line{Kind: forms.Answer, Path: ch.Path, Field: x, Raw: d.Before[ch.Path]}
		row.Before, row.After = forms.Show(c.words, d.Before, line), ask.Answer(ch.Path)
		_, row.Inner = w.ItemOf(ch.Path)
		if row.Inner && item != nil {
			out.Rows, item = append(out.Rows, *item), nil
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

func (c *Ctx) changeTag(kind string) status {
	switch kind {
	case forms.Added:
		return status{"nuevo", c.words.T("declare.change.new")}
	case forms.Gone:
		return status{"", c.words.T("declare.change.gone")}
	}
	return status{"en", c.words.T("declare.change.changed")}
}

// reviewed reads a section as it will be filed.
func (c *Ctx) reviewed(w declare.Work, sec *forms.Section, p declare.Progress) reviewed {
	out := reviewed{
		No: sectionLabel(sec), Title: c.words.T("section." + sec.Key), Key: sec.Key,
		Path: sectionPath(w.Kept.ID, sec.Key), Status: c.status(p.Of[sec.Key]),
	}
	if w.Locked(sec) {
		out.Path = ""
	}
	ask := drawn.Ask{Form: w.Form, Draft: &w.Kept.Draft, Words: c.words}
	for _, l := range forms.Lines(w.Form, w.Kept.Draft.Answers, sec.Key) {
		switch l.Kind {
		case forms.NoneDeclared:
			out.None = c.words.T("declare.note.none")
		case forms.Heading:
			out.Lines = append(out.Lines, reviewedLine{Label: c.words.Question(w.Form.Key(l.Path), w.Form.Type.Slug()), Heading: true, Depth: l.Depth})
		case forms.Item:
			out.Lines = append(out.Lines, reviewedLine{Label: ask.Called(l.Path), Heading: true, Private: l.Private, Depth: l.Depth})
		case forms.Answer:
			if l.Field.Derive == "operation" {
				continue
			}
			out.Lines = append(out.Lines, reviewedLine{
				Label: c.words.Question(w.Form.Key(l.Path), w.Form.Type.Slug()), Value: forms.Show(c.words, w.Kept.Draft.Answers, l),
				Private: l.Private, Depth: l.Depth,
			})
		}
	}
	return out
}

// declareAccept takes "es correcto" for one warning or for all.
func (s *Server) declareAccept(c *Ctx) error {
	who, err := c.who()
	if err != nil {
		return err
	}
	if err := s.declare.Accept(c.Context(), who, c.Param("id"), c.Form()["correcto"]...); err != nil {
		return c.ended(err)
	}
	return c.Redirect(draftPath(c.Param("id"), "revisar") + "#avisos")
}

// previewPage is what citizens will see, drawn by the part that draws it for them.
type previewPage struct {
	ID, Name, Post, Unit, Over string
	Body                       publish.Body
	Reserved                   bool
}

func (s *Server) declarePreview(c *Ctx) error {
	who, err := c.who()
	if err != nil {
		return err
	}
	w, doc, err := s.declare.Preview(c.Context(), who, c.Param("id"))
	if errs.CodeOf(err) == errs.Conflict {
		return c.Redirect(draftPath(c.Param("id"), "revisar"))
	} else if err != nil {
		return c.ended(err)
	}
	before, err := s.declare.PublicBefore(c.Context(), who, w)
	if err != nil {
		return err
	}
	body, err := publish.NewBody(c.words, publish.Source{Document: doc, Before: before, First: before == nil, Year: w.Kept.Draft.Year})
	if err != nil {
		return fault("preview", err)
	}
	a := w.Kept.Draft.Answers
	return c.Render(200, "declare-preview", previewPage{
		ID: w.Kept.ID, Name: nameIn(a), Post: a.Get("datosEmpleoCargoComision.empleoCargoComision"),
		Unit: a.Get("datosEmpleoCargoComision.areaAdscripcion"), Body: body, Reserved: w.Person.Reserve != nil,
		Over: c.title("declare.short.", w.Form.Type, w.Kept.Interest, w.Kept.Draft.Year),
	})
}

// nameIn is the name that a declaration gives.
func nameIn(a forms.Answers) string {
	return strings.Join(strings.Fields(a.Get("datosGenerales.nombre")+" "+a.Get("datosGenerales.primerApellido")+" "+a.Get("datosGenerales.segundoApellido")), " ")
}

// signPage is the oath and the password.
type signPage struct {
	ID, Title, Oath, Stamp string
	Late                   string // how late it is, "" when it is in time
	Due                    string
	To                     string // where the acuse will be sent
	Problem                string
	Changed                bool // the draft changed since the page was drawn
	EFirma                 bool // certificates of somebody are accepted
	Sentences              []option
}

func (s *Server) declareSignPage(c *Ctx) error {
	_, w, err := s.draft(c)
	if err != nil {
		return c.ended(err)
	}
	if len(forms.Ready(w.Form, &w.Kept.Draft)) > 0 {
		return c.Redirect(draftPath(w.Kept.ID, "revisar"))
	}
	page, err := c.signPage(w)
	if err != nil {
		return err
	}
	return c.Render(200, "declare-sign", page)
}

func (c *Ctx) signPage(w declare.Work) (signPage, error) {
	believed, err := c.s.trust.State(c.Context(), c.Tenant())
	if err != nil {
		return signPage{}, err
	}
	page := signPage{
		ID: w.Kept.ID, Title: c.title("declare.title.", w.Form.Type, w.Kept.Interest, w.Kept.Draft.Year),
		Oath: c.words.T("declare.oath", nameIn(w.Kept.Draft.Answers), c.Institution().Name), Stamp: w.Stamp(),
		To: maskedMail(w.Kept.Draft.Answers.Get("datosGenerales.correoElectronico.personal")),
	}
	if w.Kept.Due != "" {
		page.Due = c.words.Day(w.Kept.Due)
	}
	if w.Late() {
		page.Late = c.words.N("declare.sign.late", -w.Left())
	}
	if page.EFirma = believed.Ready(); page.EFirma {
		page.Sentences = c.sayings()
	}
	return page, nil
}

// maskedMail is an address that its owner recognizes and nobody else learns.
func maskedMail(s string) string {
	name, domain, ok := strings.Cut(s, "@")
	if !ok || name == "" {
		return ""
	}
	return string([]rune(name)[0]) + "•••@" + domain
}

// declareSign files. However often it is sent, there is one acuse, and each time
// it is where this leads.
func (s *Server) declareSign(c *Ctx) error {
	who, err := c.who()
	if err != nil {
		return err
	}
	id := c.Param("id")
	_, err = s.declare.File(c.Context(), who, id, declare.Seal{
		Stamp: c.Value("sello"),
		Verify: func() error {
			return s.accounts.VerifyPassword(c.Context(), c.Tenant(), c.User().ID, c.Form().Get("contrasena"))
		},
	})
	switch code := errs.CodeOf(err); {
	case err == nil:
		return c.Redirect(draftPath(id, "acuse"))
	case errors.Is(err, declare.ErrNotReady):
		return c.Redirect(draftPath(id, "revisar"))
	case errors.Is(err, declare.ErrChanged):
		return s.signAgain(c, http.StatusConflict, "", true)
	case slices.Contains([]errs.Code{errs.Invalid, errs.Forbidden, errs.Unsigned, errs.TooMany}, code):
		return s.signAgain(c, statuses[code], c.said(err), false)
	}
	return c.ended(err)
}

// said is an error of a service in words.
func (c *Ctx) said(err error) string {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok {
		return c.words.T("web.error.internal")
	}
	args := make([]any, len(e.Args))
	for i, a := range e.Args {
		args[i] = c.spelled(a)
	}
	return c.words.T(e.Key, args...)
}

func (s *Server) signAgain(c *Ctx, status int, problem string, changed bool) error {
	_, w, err := s.draft(c)
	if err != nil {
		return c.ended(err)
	}
	page, err := c.signPage(w)
	if err != nil {
		return err
	}
	page.Problem, page.Changed = problem, changed
	return c.Render(status, "declare-sign", page)
}
