package web

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"

	"declara/app/declare"
	"declara/app/errs"
	drawn "declara/app/web/view"
	"declara/forms"
)

// A draft that its person takes with her and brings back. What a file would change is
// shown before it does, so there are two posts: the first has the file, the second what
// was read of it, in the page itself. Nothing of the file is kept here in between.

// carryBody is the most that either post may carry: a file, or its text as the page has
// it, which is never longer than a file that cannot be compressed.
const carryBody = 900 << 10

// carryData is the page from which a draft is taken and brought back.
type carryData struct {
	ID, Over string
	Form     answers
}

func (c *Ctx) carryData(w declare.Work, form answers) carryData {
	return carryData{w.Kept.ID, c.title("declare.hub.title.", w.Kept.Draft.Type, w.Kept.Interest, w.Kept.Draft.Year), form}
}

func (s *Server) carryPage(c *Ctx) error {
	_, w, err := s.draft(c)
	if err != nil {
		return c.ended(err)
	}
	return c.Render(200, "declare-carry", c.carryData(w, answers{}))
}

func (s *Server) carryFile(c *Ctx) error {
	who, w, err := s.draft(c)
	if err != nil {
		return c.ended(err)
	}
	raw, err := s.declare.CarryOut(c.Context(), who, w.Kept.ID)
	if err != nil {
		return c.ended(err)
	}
	// Its name says neither whose it is nor anything of what is in it.
	return c.Attachment(fmt.Sprintf("%s-%s-%d.json", c.words.T("carry.file"), w.Form.Type.Slug(), w.Kept.Draft.Year), "application/json; charset=utf-8", raw)
}

// errNoDraftFile asks for the file.
var errNoDraftFile = errs.New(errs.Invalid, "carry.error.nofile")

func (s *Server) carryLook(c *Ctx) error {
	who, w, err := s.draft(c)
	if err != nil {
		return c.ended(err)
	}
	raw, err := c.File("archivo")
	if err == nil && len(raw) == 0 {
		err = errNoDraftFile
	}
	var plan declare.Plan
	var file declare.Carried
	if err == nil {
		file, err = declare.ReadCarried(raw)
	}
	if err == nil {
		plan, err = s.declare.Bringing(c.Context(), who, w.Kept.ID, file)
	}
	if err != nil {
		return c.carryFault(w, err)
	}
	return c.Render(200, "declare-bring", c.bringData(plan, raw, false))
}

// carryFault shows the page of the file again, with what is wrong with it.
func (c *Ctx) carryFault(w declare.Work, err error) error {
	var form answers
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Code == errs.TooLarge {
		form.Trouble = []trouble{{"archivo", c.words.T(e.Key, anys(e.Args)...)}}
	} else if !form.with(err, c.words, "archivo") {
		return c.ended(err)
	}
	return c.Render(formStatus(err), "declare-carry", c.carryData(w, form))
}

// bringData is what a file would do to a draft, in words.
type bringData struct {
	ID, Over        string
	From            string // the institution that the file names
	Saved, For      string
	Ours, Aged      bool
	Drifted         bool // the draft changed since she looked
	Sections        []bringSection
	Foreign         []string
	Left, Clashes   int
	Content, Stamp  string
	Changes, Wrongs int
}

// bringSection is open when something in it has to be decided or put right.
type bringSection struct {
	Title string
	Open  bool
	Rows  []bringRow
}

type bringRow struct {
	Label, Saved, Brought string
	Item                  bool
	Wrong                 []string
}

// wrongsShown is how many problems of one item are told; its page tells them all.
const wrongsShown = 3

func (c *Ctx) bringData(p declare.Plan, raw []byte, drifted bool) bringData {
	d := bringData{
		ID: p.Now.Kept.ID, Over: c.title("declare.hub.title.", p.Now.Kept.Draft.Type, p.Now.Kept.Interest, p.Now.Kept.Draft.Year),
		From: p.File.Institution, Saved: c.words.When(p.File.Saved.In(p.Now.Zone)), Ours: p.Ours, Aged: p.Aged, Drifted: drifted,
		Left: p.Left, Clashes: p.Clashes, Content: packed(raw), Stamp: p.Stamp,
	}
	if typ, ok := forms.ParseType(p.File.Type); ok {
		d.For = c.title("declare.short.", typ, false, p.File.Year)
	}
	for _, key := range p.Foreign {
		d.Foreign = append(d.Foreign, c.words.T("section."+key))
	}
	ask := drawn.Ask{Form: p.Then.Form, Draft: &p.Then.Kept.Draft, Words: c.words}
	for _, sec := range p.Sections {
		s := bringSection{Title: sectionLabel(sec.Section) + ". " + c.words.T("section."+sec.Section.Key)}
		for _, r := range sec.Rows {
			row := bringRow{Item: r.Item}
			if r.Item {
				row.Label, row.Brought = c.words.T("carry.item"), ask.Called(r.Path)
				if detail := ask.Detail(r.Path); detail != "" {
					row.Brought += " · " + detail
				}
			} else {
				x, _ := p.Now.Form.Field(r.Path)
				row.Label = c.asked(p.Then, ask, r.Path)
				row.Saved = c.shown(p.Now, p.Now.Kept.Draft.Answers, x, r.Path, p.Now.Kept.Draft.Answers[r.Path])
				row.Brought = c.shown(p.Then, p.Then.Kept.Draft.Answers, x, r.Path, p.Then.Kept.Draft.Answers[r.Path])
			}
			for i, problem := range r.Problems {
				d.Wrongs++
				if i < wrongsShown {
					row.Wrong = append(row.Wrong, c.wrong(p.Then, r, problem))
				}
			}
			if more := len(r.Problems) - wrongsShown; more > 0 {
				row.Wrong = append(row.Wrong, c.words.N("carry.more", more))
			}
			s.Open = s.Open || len(row.Wrong) > 0 || !r.Item && len(p.Now.Kept.Draft.Answers[r.Path]) > 0
			s.Rows = append(s.Rows, row)
		}
		d.Changes += len(s.Rows)
		d.Sections = append(d.Sections, s)
	}
	return d
}

// asked is a question in words, with the item that it is of.
func (c *Ctx) asked(w declare.Work, ask drawn.Ask, p forms.Path) string {
	label := c.words.Question(w.Form.Key(p), w.Form.Type.Slug())
	if item, ok := w.ItemOf(p); ok {
		return ask.Called(item) + ": " + label
	}
	return label
}

// wrong is a problem with what a file brings, with its question where the row is of a
// whole item.
func (c *Ctx) wrong(w declare.Work, r declare.PlanRow, p forms.Problem) string {
	text := c.words.T("problem."+p.Code, forms.ShowArg(c.words, p))
	if p.Path == r.Path {
		return text
	}
	return c.words.Question(w.Form.Key(p.Path), w.Form.Type.Slug()) + ": " + text
}

func (s *Server) carryBring(c *Ctx) error {
	who, w, err := s.draft(c)
	if err != nil {
		return c.ended(err)
	}
	if err := c.FormError(); err != nil {
		return err
	}
	raw, err := unpacked(c.Value("contenido"))
	var file declare.Carried
	if err == nil {
		file, err = declare.ReadCarried(raw)
	}
	if err == nil {
		err = s.declare.Bring(c.Context(), who, w.Kept.ID, file, c.Value("modo") == "todo", c.Value("sello"))
	}
	if errs.CodeOf(err) == errs.Conflict { // she is shown what it would do now
		plan, err := s.declare.Bringing(c.Context(), who, w.Kept.ID, file)
		if err != nil {
			return c.carryFault(w, err)
		}
		return c.Render(409, "declare-bring", c.bringData(plan, raw, true))
	}
	if err != nil {
		return c.carryFault(w, err)
	}
	c.Flash("carry.flash.brought")
	return c.Redirect(draftPath(w.Kept.ID))
}

// packed is a file as a page carries it, in a field that nobody sees.
func packed(raw []byte) string {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, err := z.Write(raw)
	if errors.Join(err, z.Close()) != nil { // a buffer never fails
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(out.Bytes())
}

// unpacked is the file of such a field, which may be longer than it looks.
func unpacked(text string) ([]byte, error) {
	in, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, errNoDraftFile
	}
	z, err := gzip.NewReader(bytes.NewReader(in))
	if err != nil {
		return nil, errNoDraftFile
	}
	raw, err := io.ReadAll(io.LimitReader(z, declare.MaxCarried+1))
	if err != nil {
		return nil, errNoDraftFile
	}
	return slices.Clip(raw), nil
}
