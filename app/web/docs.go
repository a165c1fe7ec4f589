package web

import (
	"html/template"
	"net/http"
	"slices"
	"sync"
	"time"

	"declara/app/docs"
	"declara/app/errs"
	"declara/i18n"
)

// docsRoutes serve the documents of this version of the program: the manual as pages,
// the records of decisions as plain text.
func (s *Server) docsRoutes() []Route {
	return []Route{
		{Method: "GET", Path: manualPath, Do: s.manual},
		{Method: "GET", Path: manualPath + "/:name", Do: s.manualPage},
		{Method: "GET", Path: "/ayuda/imagenes/:name", Do: s.manualImage},
		{Method: "GET", Path: "/ayuda/decisiones/:name", Do: s.decision},
	}
}

const manualPath = "/ayuda/manual"

// manualDocs are the pages of the manual, each read when it is first asked for.
var manualDocs = func() map[string]func() docs.Doc {
	all := map[string]func() docs.Doc{}
	for _, name := range docs.List("manual") {
		all[name] = sync.OnceValue(func() docs.Doc {
			text, _ := docs.Text("manual", name)
			return docs.Parse(text)
		})
	}
	return all
}()

// chapter is a page of the manual in the table of contents.
type chapter struct {
	Name, Title string
	Heads       []docs.Head
	Here        bool
}

// chapters are the pages for a reader in a language.
func chapters(lang string, of docs.Reader, here string) []chapter {
	var some []chapter
	for _, p := range docs.Pages {
		if name := p.In(lang); p.For == of && manualDocs[name] != nil {
			d := manualDocs[name]()
			some = append(some, chapter{name, d.Title, slices.DeleteFunc(slices.Clone(d.Heads), func(h docs.Head) bool { return h.Level > 2 || h.ID == "" }), name == here})
		}
	}
	return some
}

// shelf is the part of the manual for a reader.
type shelf struct {
	For   docs.Reader
	Pages []chapter
}

func shelves(lang, here string) (all []shelf) {
	for _, of := range docs.Readers {
		all = append(all, shelf{of, chapters(lang, of, here)})
	}
	return all
}

// manual is the table of contents, in the language of who reads.
func (s *Server) manual(c *Ctx) error {
	if c.Cached(c.edition(), 0) {
		return nil
	}
	return c.Render(http.StatusOK, "manual-index", shelves(c.words.Name(), ""))
}

// manualPage is a page in the language that it is written in, with the way to its
// twin.
func (s *Server) manualPage(c *Ctx) error {
	name := c.Param("name")
	page, lang, ok := docs.Find(name)
	if !ok || manualDocs[name] == nil {
		return errs.New(errs.NotFound, "web.error.notfound")
	}
	if c.Cached(c.edition(), 0) {
		return nil
	}
	d, other := manualDocs[name](), "en"
	if lang == other {
		other = i18n.Spanish
	}
	return c.Render(http.StatusOK, "manual", struct {
		Doc     docs.Doc
		Body    template.HTML
		Lang    string // of the words
		Other   string // the name of the twin
		Tag     string // of its language
		Tongue  string // what that calls itself
		Shelves []shelf
	}{d, template.HTML(d.HTML), s.words.Printer(lang).Tag(), page.In(other), s.words.Printer(other).Tag(), s.words.Printer(other).T("web.language"), shelves(lang, name)})
}

func (s *Server) manualImage(c *Ctx) error {
	png, ok := docs.Image(c.Param("name"))
	if !ok {
		return errs.New(errs.NotFound, "web.error.notfound")
	}
	if c.Cached(c.edition(), time.Hour) {
		return nil
	}
	return c.Send(http.StatusOK, "image/png", png)
}

func (s *Server) decision(c *Ctx) error {
	text, ok := docs.Text("decisions", c.Param("name"))
	if !ok {
		return errs.New(errs.NotFound, "web.error.notfound")
	}
	return c.Send(http.StatusOK, "text/plain; charset=utf-8", text)
}
