package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"declara/app/errs"
	"declara/app/publish"
	"declara/forms"
	"declara/storage"
)

// publicPageData is the data of the page "public-declaration".
type publicPageData struct {
	Name, Post, Unit string
	Declared         string // "Modificación 2026"
	Over             []string
	Filed            string
	Interest         bool
	Address          string
	Back             namedLink
	Body             publish.Body
	Theirs           []namedLink // an empty Path is the page itself
	Compare          string      // address; "" when there is nothing to compare with
	Hash             string
	Short            string
}

// publicPage is one declaration as anybody may read it.
func (s *Server) publicPage(c *Ctx) error {
	if good, err := c.fresh(); good || err != nil {
		return err
	}
	p, doc, err := s.publicDocument(c, c.Param("id"))
	if errs.CodeOf(err) == errs.NotFound {
		return c.gone()
	}
	if err != nil {
		return err
	}
	theirs, err := s.publish.Theirs(c.ctx, tenant, p.ID)
	if err != nil {
		return err
	}
	if len(theirs) == 0 { // reserved a moment ago
		return c.gone()
	}
	before, err := s.earlier(c, theirs, p.ID)
	if err != nil {
		return err
	}
	source := publish.Source{Document: doc, Before: before, First: before == nil, Year: p.Year, Interest: p.Interest}
	body, err := publish.NewBody(c.words, source)
	if err != nil {
		return err
	}
	data := publicPageData{
		Declared: c.declared(p.Type, p.Interest, p.Year), Over: c.over(p), Filed: c.filed(p), Address: publicAddress(p.ID),
		Interest: p.Interest, Body: body, Hash: p.Hash, Short: shortHash(p.Hash), Back: c.back(),
	}
	for i, e := range theirs {
		l := namedLink{publicAddress(e.ID), c.declared(e.Type, e.Interest, e.Year)}
		if e.ID == p.ID {
			data.Name, data.Post, data.Unit, l.Path = e.Name, e.Post, e.Place(), ""
			if i+1 < len(theirs) {
				data.Compare = compareAddress(theirs[i+1].ID, e.ID)
			} else if i > 0 {
				data.Compare = compareAddress(e.ID, theirs[i-1].ID)
			}
		}
		data.Theirs = append(data.Theirs, l)
	}
	return c.Render(http.StatusOK, "public-declaration", data)
}

// gone answers for a declaration that is not there, or that the law reserves:
// nobody can tell which.
func (c *Ctx) gone() error {
	c.cached = false
	c.fc.Response().Header.Del("ETag")
	return c.Render(http.StatusNotFound, "public-gone", nil)
}

// publicDocument is a public declaration with its document read.
func (s *Server) publicDocument(c *Ctx, id string) (publish.Published, forms.Document, error) {
	p, err := s.publish.Find(c.ctx, tenant, id)
	if err != nil {
		return p, forms.Document{}, err
	}
	_, _, doc, err := forms.ParseResult(p.Doc)
	return p, doc, err
}

// earlier is the public document of the same person that was filed before one, or
// nil when there is none.
func (s *Server) earlier(c *Ctx, theirs []publish.Entry, id string) (*forms.Document, error) {
	i := slices.IndexFunc(theirs, func(e publish.Entry) bool { return e.ID == id })
	if i < 0 || i+1 >= len(theirs) {
		return nil, nil
	}
	_, doc, err := s.publicDocument(c, theirs[i+1].ID)
	if errs.CodeOf(err) == errs.NotFound {
		return nil, nil
	}
	return &doc, err
}

// over is the line above the name: what version, of what, as of when.
func (c *Ctx) over(p publish.Published) []string {
	out := []string{c.words.T("public.page.version"), c.declared(p.Type, p.Interest, p.Year)}
	switch {
	case p.Type == forms.Modificacion:
		out = append(out, c.words.T("public.page.situation", c.words.Day(strconv.Itoa(p.Year-1)+"-12-31")))
	case p.Event != "":
		out = append(out, c.words.T("public.page.situation", c.words.Day(p.Event)))
	}
	return append(out, c.words.T("public.page.level."+p.Level.Slug()))
}

// filed says when it was filed, and whether in time where there was a limit.
func (c *Ctx) filed(p publish.Published) string {
	key := "public.page.filed"
	switch {
	case p.Due == "":
	case p.Late:
		key = "public.page.filed.late"
	default:
		key = "public.page.filed.time"
	}
	return c.words.T(key, c.words.Day(publish.Day(p.Filed, p.Zone)))
}

// back leads to the search that the page was found with.
func (c *Ctx) back() namedLink {
	q := searchQuery(c.Queries())
	l := namedLink{searchAddress(q), c.words.T("public.page.back")}
	if q.Text != "" {
		l.Words = c.words.T("public.page.back.query", q.Text)
	}
	return l
}

// shortHash is the beginning of a hash, to be compared at a glance.
func shortHash(h string) string {
	if len(h) < 12 {
		return h
	}
	return strings.Join([]string{h[:4], h[4:8], h[8:12]}, "·")
}

// publicPDF is the public paper, to print and keep, as it was kept for ever.
func (s *Server) publicPDF(c *Ctx) error {
	p, err := s.publish.Find(c.ctx, tenant, c.Param("id"))
	if errs.CodeOf(err) == errs.NotFound {
		return c.gone()
	}
	if err != nil {
		return err
	}
	b, paper, err := s.seal.Paper(c.ctx, tenant, p.ID, storage.PaperPublic)
	if err != nil {
		return err
	}
	if p, err = s.publish.Find(c.ctx, tenant, p.ID); errs.CodeOf(err) == errs.NotFound {
		return c.gone() // reserved a moment ago
	} else if err != nil {
		return err
	}
	if c.Cached(paper.Hash[:24], 0) {
		return nil
	}
	c.Set("X-Robots-Tag", "noindex")
	return c.Attachment(fileName(p, "pdf"), "application/pdf", b)
}
