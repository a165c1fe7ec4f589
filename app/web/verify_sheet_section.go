package web

import (
	"net/http"
	"net/url"
	"slices"

	"declara/app/errs"
	"declara/app/verify"
	"declara/forms"
	"declara/storage"
)

// sectionData is the data of the page "verify-section".
type sectionData struct {
	Form                 answers
	At, Number, Folio    string
	Name, No, Key, Title string
	Before, Now          string // titles of the two
	Rows                 []sideRow
	NoneNow, NoneBefore  bool
	Notes                []noteView
	MarkOptions          []hinted
	Mine                 bool
	Prev, Next           string
}

// sideRow is a line of the two declarations.
type sideRow struct {
	ID          string
	Head        bool
	Depth       int
	Label       string
	Before, Now string
	Changed     bool
	Private     bool
}

func (s *Server) sheetSection(c *Ctx) error {
	return s.sheetSectionShown(c, http.StatusOK, answers{})
}

func (s *Server) sheetSectionShown(c *Ctx, code int, form answers) error {
	sh, ok, err := s.sheet(c)
	if !ok {
		return err
	}
	sec := sh.Section(c.Param("section"))
	if sec == nil {
		return errs.New(errs.NotFound, "web.error.notfound")
	}
	if m, there := sh.Checks[sec.Key]; there && form.Values == nil {
		form.Values = url.Values{"marca": {m.Mark}, "nota": {m.Note}}
	}
	now := sh.Drawn()
	d := sectionData{
		Form: form, At: c.taskPath(), Number: sh.Draw, Folio: sh.Folio, Name: fullName(sh.Person), No: sectionLabel(sec), Key: sec.Key, Title: c.words.T("section." + sec.Key),
		Now: c.shortTitle(now), Mine: sh.Verifier == c.User().ID && sh.State != storage.Verified,
	}
	var aligned forms.Answers
	var was *forms.Form
	if b := sh.Before(); b != nil {
		d.Before = c.shortTitle(b)
		aligned, was = forms.Align(now.Form, b.Answers, now.Answers), b.Form
	}
	c.sideBySide(&d, now.Form, now.Answers, was, aligned)
	for _, p := range sh.Parts {
		for _, n := range p.Notes {
			if n.Section == "" || n.Section == sec.Key {
				d.Notes = append(d.Notes, noteView{When: c.words.When(n.Filed.In(sh.Zone)), Text: n.Text, Section: p.Filing.Folio})
			}
		}
	}
	for _, m := range verify.Marks {
		d.MarkOptions = append(d.MarkOptions, hinted{Key: m, Text: c.words.T("sheet.mark." + m)})
	}
	i := slices.IndexFunc(now.Form.Sections, func(x forms.Section) bool { return x.Key == sec.Key })
	if i > 0 {
		d.Prev = sheetSectionPath(d.At, now.Form.Sections[i-1].Key)
	}
	if i+1 < len(now.Form.Sections) {
		d.Next = sheetSectionPath(d.At, now.Form.Sections[i+1].Key)
	}
	c.Secret()
	return c.Render(code, "verify-section", d)
}

// sideBySide joins the lines of a section in two declarations by their paths: those of
// the later one in their order, then those that are only in the earlier one.
func (c *Ctx) sideBySide(d *sectionData, f *forms.Form, a forms.Answers, was *forms.Form, b forms.Answers) {
	old := map[forms.Path]string{}
	var earlier []forms.Line
	if was != nil {
		earlier = forms.Lines(was, b, d.Key)
		for _, l := range earlier {
			old[l.Path] = forms.Show(c.words, b, l)
			d.NoneBefore = d.NoneBefore || l.Kind == forms.NoneDeclared
		}
	}
	seen := map[forms.Path]bool{}
	add := func(form *forms.Form, l forms.Line, before, now string) {
		r := sideRow{ID: rowID(l.Path), Depth: min(l.Depth, 3), Private: l.Private, Before: before, Now: now, Label: c.words.Question(form.Key(l.Path), form.Type.Slug())}
		switch l.Kind {
		case forms.Item:
			r.Head, r.Label = true, r.Label+" "+c.words.Integer(int64(l.Index))
		case forms.Answer:
			r.Changed = was != nil && before != now
		default:
			r.Head = true
		}
		d.Rows = append(d.Rows, r)
	}
	for _, l := range forms.Lines(f, a, d.Key) {
		seen[l.Path] = true
		if l.Kind == forms.NoneDeclared {
			d.NoneNow = true
			continue
		}
		add(f, l, old[l.Path], forms.Show(c.words, a, l))
	}
	for _, l := range earlier {
		if !seen[l.Path] && l.Kind != forms.NoneDeclared {
			add(was, l, old[l.Path], "")
		}
	}
}

func (s *Server) sheetCheck(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	err := s.draws.Check(c.Context(), c.Tenant(), *c.User(), c.Param("number"), c.Param("folio"), c.Param("section"), c.Value("marca"), c.Value("nota"))
	return c.workDone(err, s.sheetSectionShown, "sheet.flash.checked", c.taskPath()+"/hoja#secciones")
}
