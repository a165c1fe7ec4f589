package web

import (
	"bytes"
	"embed"
	"fmt"
	"html"
	"html/template"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"text/template/parse"
	"time"

	"declara/app/account"
	"declara/i18n"
	"declara/storage"
)

//go:embed view/layout.html view/layout-sencillo.html view/pages view/parts
var viewFiles embed.FS

// language is every page with its functions bound to one language, each parsed when
// it is first asked for: a start waits for none.
type language map[string]func() (*template.Template, error) // by name: "error", "account-signin"

// Page is what the layout knows of a page; templates reach it as .Page.
type Page struct {
	Title       string
	Words       *i18n.Printer
	Institution storage.Institution
	User        *storage.User // nil when nobody is signed in
	Flash       string        // one sentence of what was just done
	Path        string        // of the request
	Lang        string        // BCP 47
	Languages   []tongue      // the others that the page can be read in
	Private     bool          // for who is signed in, or never to be found by search engines
	Idle        int           // seconds that the session lasts without use; 0 without one
	Menu        menus
	Help        string // where the manual tells of the page; "" nowhere
	Foot        []link
	Zone        *time.Location // of the institution
	Beside      *beside        // the paper that the form is filled in from, if any
}

// tongue is a language that a page can be read in.
type tongue struct{ Name, Tag, Words string }

// shown is what a template is given.
type shown struct {
	Page *Page
	Data any
}

// lazyViews are the pages of all languages: each is its file with the layout and
// those parts that it makes use of. What is embedded parses always or never, and a
// test parses all of it.
func (s *Server) lazyViews() (map[string]language, error) {
	const dir, suffix = "view/pages", ".html"
	files, err := viewFiles.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	all := map[string]language{}
	for _, name := range s.words.Languages() {
		funcs := s.funcs(s.words.Printer(name))
		base := sync.OnceValues(func() (*template.Template, error) {
			return template.New(layout).Funcs(funcs).ParseFS(viewFiles, "view/"+layout, "view/"+layoutPlain, "view/parts/*.html")
		})
		l := language{}
		for _, file := range files {
			l[strings.TrimSuffix(file.Name(), suffix)] = sync.OnceValues(func() (*template.Template, error) {
				return parsePage(path.Join(dir, file.Name()), base, funcs)
			})
		}
		all[name] = l
	}
	return all, nil
}

// parsePage makes the template of one page.
func parsePage(file string, base func() (*template.Template, error), funcs template.FuncMap) (*template.Template, error) {
	parts, err := base()
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	own, err := template.New(path.Base(file)).Funcs(funcs).ParseFS(viewFiles, file)
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	page, err := joined(layoutOf(path.Base(file)), parts, own, funcs)
	if err != nil {
		return nil, fmt.Errorf("web: %s: %w", file, err)
	}
	return page, nil
}

// The templates that pages are drawn in: layout, and for those of who complains one
// without script, drawing and font.
const (
	layout      = "layout.html"
	layoutPlain = "layout-sencillo.html"
)

// layoutOf is the layout of a page.
func layoutOf(page string) string {
	if strings.HasPrefix(page, "complain-") {
		return layoutPlain
	}
	return layout
}

// joined is a page with the layout and those parts that it makes use of, each a
// copy, since html/template writes its escaping into them. Copying all parts for
// every page would take three times the memory.
func joined(layout string, base, own *template.Template, funcs template.FuncMap) (*template.Template, error) {
	page := template.New(layout).Funcs(funcs)
	var add func(name string) error
	add = func(name string) error {
		if t := page.Lookup(name); t != nil && t.Tree != nil {
			return nil
		}
		from := own.Lookup(name)
		if from == nil || from.Tree == nil || parse.IsEmptyTree(from.Tree.Root) {
			if inBase := base.Lookup(name); inBase != nil && inBase.Tree != nil {
				from = inBase
			}
		}
		if from == nil || from.Tree == nil {
			return fmt.Errorf("there is no template %q", name)
		}
		if _, err := page.AddParseTree(name, from.Tree.Copy()); err != nil {
			return err
		}
		for _, used := range calls(from.Tree.Root, nil) {
			if err := add(used); err != nil {
				return err
			}
		}
		return nil
	}
	for _, name := range []string{layout, "title"} {
		if err := add(name); err != nil {
			return nil, err
		}
	}
	return page, nil
}

// calls are the names of the templates that a node includes.
func calls(n parse.Node, names []string) []string {
	branch := func(b *parse.BranchNode) {
		names = calls(b.List, names)
		if b.ElseList != nil {
			names = calls(b.ElseList, names)
		}
	}
	switch n := n.(type) {
	case *parse.ListNode:
		for _, x := range n.Nodes {
			names = calls(x, names)
		}
	case *parse.IfNode:
		branch(&n.BranchNode)
	case *parse.RangeNode:
		branch(&n.BranchNode)
	case *parse.WithNode:
		branch(&n.BranchNode)
	case *parse.TemplateNode:
		names = append(names, n.Name)
	}
	return names
}

// Render answers with view/pages/<page>.html inside view/layout.html. Nothing is
// sent before all of it is rendered. Nobody keeps a copy unless Cached allowed it.
func (c *Ctx) Render(status int, page string, data any) error {
	parsed := c.s.views[c.words.Name()][page]
	if parsed == nil {
		return fmt.Errorf("web: there is no page %q", page)
	}
	t, err := parsed()
	if err != nil {
		return err
	}
	p := c.page()
	if p.Flash, err = c.takeFlash(); err != nil {
		return err
	}
	var out bytes.Buffer
	if err := t.ExecuteTemplate(&out, "title", shown{p, data}); err != nil {
		return fmt.Errorf("web: title of %s: %w", page, err)
	}
	p.Title = plain(out.String())
	out.Reset()
	if err := t.ExecuteTemplate(&out, layoutOf(page), shown{p, data}); err != nil {
		return fmt.Errorf("web: page %s: %w", page, err)
	}
	return c.Send(status, "text/html; charset=utf-8", labelled(out.Bytes()))
}

var (
	summaryLine = regexp.MustCompile(`<li><a href="#(f-[a-z0-9-]+)">`)
	labelOf     = regexp.MustCompile(`<label for="(f-[a-z0-9-]+)">([^<]+?)\s*<|<fieldset[^>]* id="(f-[a-z0-9-]+)"[^>]*>\s*<legend>([^<]+?)\s*<`)
)

// labelled puts the label of each answer before its line in the summary of errors: "Escribe
// este dato" says enough beside its box, and nothing in a list. The summary stands above
// the boxes, so that nobody knows their labels while it is written.
func labelled(page []byte) []byte {
	if !bytes.Contains(page, []byte(`class="resumen-errores"`)) {
		return page
	}
	labels := map[string]string{}
	for _, m := range labelOf.FindAllSubmatch(page, -1) {
		labels[string(m[1])+string(m[3])] = string(m[2]) + string(m[4])
	}
	return summaryLine.ReplaceAllFunc(page, func(line []byte) []byte {
		label := labels[string(summaryLine.FindSubmatch(line)[1])]
		switch {
		case label == "":
			return line
		case !strings.HasSuffix(label, "?"):
			label += ":"
		}
		return slices.Concat(line, []byte(label+" "))
	})
}

// page is what the layout is told.
func (c *Ctx) page() *Page {
	p := &Page{
		Words: c.words, Institution: c.visit.Institution, User: c.visit.User, Path: c.path, Lang: c.words.Tag(),
		Private: c.visit.User != nil || c.route.Roles != nil || !c.cached, Menu: c.menu(), Zone: c.Zone(), Beside: c.beside,
	}
	if p.Institution.SetUp.IsZero() { // no other page answers, and a link back would lack the key of the terminal
		return p
	}
	p.Foot, p.Help = c.s.footer(), helpOf(c.route.Path, c.words.Name())
	if p.User != nil {
		p.Idle = int(account.Remaining(p.User).Seconds())
	}
	for _, name := range c.s.words.Languages() {
		if other := c.s.words.Printer(name); other != c.words {
			p.Languages = append(p.Languages, tongue{name, other.Tag(), other.T("web.language")})
		}
	}
	return p
}

var tag = regexp.MustCompile(`<[^>]*>`)

// plain is the text of a piece of HTML that a template made.
func plain(s string) string {
	return strings.Join(strings.Fields(html.UnescapeString(tag.ReplaceAllString(s, ""))), " ")
}
