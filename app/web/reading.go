package web

import (
	"errors"
	"net/http"
	"strconv"

	"declara/app/declare"
	"declara/app/errs"
	"declara/app/ground"
	"declara/forms"
	"declara/storage"
)

// The office reads a whole declaration only for a ground, and the declarant is told
// (package declare, read.go). The answer to the form is the declaration itself: it has
// no address of its own, so nobody comes back to it without giving a ground again.

// readers are who may read a whole declaration. Who runs the system, and who keeps the
// roster, never do (legal.md 6).
var readers = []storage.Role{storage.RoleComptroller}

func (s *Server) readingRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/contraloria/personas/:id/declaraciones", Roles: readers, Do: s.recordPage},
		{Method: "GET", Path: "/contraloria/declaraciones/:id/abrir", Roles: readers, Do: s.openPage},
		{Method: "POST", Path: "/contraloria/declaraciones/:id/abrir", Roles: readers, Body: smallBody, Do: s.openDeclaration},
		{Method: "POST", Path: "/contraloria/declaraciones/:id/entregar", Roles: readers, Body: smallBody, Do: s.deliver},
		{Method: "GET", Path: "/contraloria/declaraciones/:id/entrega/:lectura", Roles: readers, Do: s.deliveredPage},
		{Method: "GET", Path: "/contraloria/declaraciones/:id/entrega/:lectura/:papel", Roles: readers, Do: s.deliveredPaper},
		{Method: "GET", Path: "/declaraciones/lecturas", Roles: declarants, Do: s.readsPage},
	}
}

// readLine is one reading as it is told.
type readLine struct {
	Title, Folio, When, Name, Role, File, Reason string
	Leaf                                         int
	Path                                         string // of its leaf
}

// recordData is the data of the pages "declare-record" and "declare-reads".
type recordData struct {
	Person  storage.Person
	Name    string
	Filings []filedLine
	Reads   []readLine
}

type filedLine struct{ Title, Folio, When, Path string }

// recordOf tells what a person filed and who read it, without content.
func (s *Server) recordOf(c *Ctx, who declare.Who) (recordData, error) {
	r, err := s.declare.History(c.Context(), who)
	if err != nil {
		return recordData{}, err
	}
	d := recordData{Person: r.Person, Name: fullName(r.Person)}
	titles := map[string]storage.Filing{}
	for _, f := range r.Filings {
		titles[f.ID] = f
		d.Filings = append(d.Filings, filedLine{
			Title: c.title("declare.title.", f.Type, f.Interest, f.Year), Folio: f.Folio,
			When: c.words.When(f.Filed.In(r.Zone)), Path: openPath(f.ID),
		})
	}
	for _, x := range r.Reads {
		f := titles[x.Filing]
		title := c.title("declare.title.", f.Type, f.Interest, f.Year)
		if x.Finding != "" {
			title = c.findingOf(x.Finding, title)
		}
		d.Reads = append(d.Reads, readLine{
			Title: title, Folio: f.Folio, When: c.words.When(x.At.In(r.Zone)),
			Name: x.Name, Role: c.words.T("account.role." + string(x.Role)), File: x.File, Reason: x.Reason,
			Leaf: int(x.Leaf), Path: logPath + "/leaf/" + strconv.FormatUint(x.Leaf, 10),
		})
	}
	return d, nil
}

func openPath(id string) string { return "/contraloria/declaraciones/" + id + "/abrir" }

// recordPage is what a person filed, for the office, with who read it.
func (s *Server) recordPage(c *Ctx) error {
	d, err := s.recordOf(c, c.about())
	if err != nil {
		return err
	}
	return c.Render(http.StatusOK, "declare-record", d)
}

// readsPage tells a declarant who read her declarations, and why.
func (s *Server) readsPage(c *Ctx) error {
	who, err := c.who()
	if err != nil {
		return err
	}
	d, err := s.recordOf(c, who)
	if err != nil {
		return err
	}
	return c.Render(http.StatusOK, "declare-reads", d)
}

// openData is the data of the page "declare-open".
type openData struct {
	ID, Name, Person, Title, Folio string
	Form                           answers
}

func (s *Server) openPage(c *Ctx) error { return s.openForm(c, http.StatusOK, answers{}) }

func (s *Server) openForm(c *Ctx, status int, form answers) error {
	f, p, err := s.declare.ToOpen(c.Context(), c.Tenant(), c.Param("id"))
	if err != nil {
		return err
	}
	return c.Render(status, "declare-open", openData{
		ID: f.ID, Name: fullName(p), Person: p.ID, Title: c.title("declare.title.", f.Type, f.Interest, f.Year), Folio: f.Folio, Form: form,
	})
}

// openedData is the data of the page "declare-opened".
type openedData struct {
	Name, Person, Post, Title, Folio, When string
	Read                                   readLine
	Parts                                  []openedPart
	Notes                                  []noteView
	Deliver                                deliverData
}

type openedPart struct {
	Key, No, Title string
	None           bool
	Lines          []openedLine
}

type openedLine struct {
	Head         bool
	Label, Value string
	Depth        int
	Private      bool
}

// openDeclaration writes down that it is read, and shows it.
func (s *Server) openDeclaration(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	o, err := s.declare.Open(c.Context(), c.Tenant(), *c.User(), c.Param("id"), ground.Ground{File: c.Value("expediente"), Reason: c.Value("motivo")})
	if form := c.groundTrouble(err); len(form.Trouble) > 0 {
		return s.openForm(c, formStatus(err), form)
	} else if err != nil {
		return err
	}
	f := o.Filing
	d := openedData{
		Name: fullName(o.Person), Person: o.Person.ID, Post: o.Person.Post, Title: c.title("declare.title.", f.Type, f.Interest, f.Year),
		Folio: f.Folio, When: c.words.When(f.Filed.In(o.Zone)),
		Read: readLine{When: c.words.When(o.Read.At.In(o.Zone)), Name: o.Read.Name, File: o.Read.File, Reason: o.Read.Reason, Leaf: int(o.Read.Leaf)},
	}
	d.Deliver = deliverData{ID: f.ID, Opening: o.Read.ID, Folio: f.Folio}
	if d.Parts, err = c.opened(o.Document); err != nil {
		return err
	}
	for _, n := range o.Notes {
		v := noteView{When: c.words.When(n.Filed.In(o.Zone)), Text: n.Text}
		if n.Section != "" {
			v.Section = c.words.T("section." + n.Section)
		}
		d.Notes = append(d.Notes, v)
	}
	c.Secret()
	return c.Render(http.StatusOK, "declare-opened", d)
}

// groundTrouble is what is wrong with a ground, each at its place.
func (c *Ctx) groundTrouble(err error) answers {
	form := answers{Values: c.Form()}
	for _, w := range []struct {
		err   *errs.Error
		field string
	}{{ground.ErrFile, "expediente"}, {ground.ErrReason, "motivo"}} {
		if errors.Is(err, w.err) {
			form.with(w.err, c.words, w.field)
		}
	}
	return form
}

// opened reads a whole document, section by section.
func (c *Ctx) opened(doc forms.Document) ([]openedPart, error) {
	a, err := forms.Parse(doc.Form, doc.JSON)
	if err != nil {
		return nil, fault("document", err)
	}
	var all []openedPart
	for i := range doc.Form.Sections {
		sec := &doc.Form.Sections[i]
		p := openedPart{Key: sec.Key, No: sectionLabel(sec), Title: c.words.T("section." + sec.Key)}
		for _, l := range forms.Lines(doc.Form, a, sec.Key) {
			if l.Kind == forms.NoneDeclared {
				p.None = true
				continue
			}
			line := openedLine{Label: c.words.Question(doc.Form.Key(l.Path), doc.Form.Type.Slug()), Depth: min(l.Depth, 3), Private: l.Private}
			switch l.Kind {
			case forms.Answer:
				line.Value = forms.Show(c.words, a, l)
			case forms.Item:
				line.Head, line.Label = true, line.Label+" "+c.words.Integer(int64(l.Index))
			default:
				line.Head = true
			}
			p.Lines = append(p.Lines, line)
		}
		all = append(all, p)
	}
	return all, nil
}
