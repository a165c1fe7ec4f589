package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"declara/app/conflict"
	"declara/app/conflict/suppliers"
	"declara/app/errs"
	"declara/storage"
)

// How suppliers and contracts come in: a file, the difference it makes, all of it or
// nothing, and a day to take it back.

const suppliersPath = conflictsPath + "/proveedores"

func (s *Server) supplierRoutes() []Route {
	get := func(path string, do Handler) Route {
		return Route{Method: "GET", Path: suppliersPath + path, Roles: readers, Do: do}
	}
	post := func(path string, body int, do Handler) Route {
		return Route{Method: "POST", Path: suppliersPath + path, Roles: readers, Body: body, Do: do}
	}
	return append(listRoutes(suppliersPath+"/plantilla", readers, func(*Ctx) (listFile, error) { return listFile{"proveedores", "Proveedores", suppliers.Template()}, nil }),
		get("", s.suppliersPage),
		post("", suppliers.MaxFile+64<<10, s.supplierNew),
		get("/:id", s.supplierList),
		post("/:id/aplicar", smallBody, s.supplierApply),
		post("/:id/deshacer", smallBody, s.supplierUndo),
		post("/:id/olvidar", smallBody, s.supplierForget),
	)
}

// suppliersData is the data of the page "suppliers".
type suppliersData struct {
	Form  answers
	Lists []storage.Import
	Zone  *time.Location
	pages
	All []supplierLine
}

type supplierLine struct{ Name, RFC, Related, Contracts, Amount string }

func (s *Server) suppliersPage(c *Ctx) error {
	return s.renderSuppliers(c, http.StatusOK, answers{Values: url.Values{"alcance": {"parte"}}})
}

func (s *Server) renderSuppliers(c *Ctx, code int, form answers) error {
	all, err := s.conflicts.Suppliers(c.Context(), c.Tenant(), *c.User())
	if err != nil {
		return err
	}
	d := suppliersData{Form: form, Zone: c.Zone(), pages: c.pages(len(all), func(page int) string { return suppliersPath + "?pagina=" + strconv.Itoa(page) })}
	if d.Lists, err = s.conflicts.Lists(c.Context(), c.Tenant(), *c.User()); err != nil {
		return err
	}
	for _, v := range all[d.from:d.to] {
		l := supplierLine{Name: v.Name, RFC: v.RFC, Contracts: c.words.N("conflict.contracts", len(v.Contracts))}
		var names []string
		for _, x := range v.Related {
			names = append(names, x.Name)
		}
		l.Related = strings.Join(names, ", ")
		r := conflict.Row{Sells: v}
		if n := r.Amount(); n > 0 {
			l.Amount = c.words.Money(n, "MXN")
		}
		d.All = append(d.All, l)
	}
	return c.Render(code, "suppliers", d)
}

func (s *Server) supplierNew(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	file, err := c.File("archivo")
	if err != nil {
		return err
	}
	id := ""
	if len(file) == 0 {
		err = errNoSuppliers
	} else {
		id, err = s.conflicts.Stage(c.Context(), c.Tenant(), *c.User(), file, c.Value("alcance") == "todo")
	}
	if err != nil {
		form := answers{Values: c.Form()}
		if !form.with(err, c.words, "archivo") {
			return err
		}
		return s.renderSuppliers(c, formStatus(err), form)
	}
	return c.Redirect(suppliersPath + "/" + id)
}

// errNoSuppliers asks for the file.
var errNoSuppliers = errs.New(errs.Invalid, "conflict.file.choose")

// supplierData is the data of the page "supplier-list".
type supplierData struct {
	conflict.Listed
	Zone  *time.Location
	Fates []conflict.Fate
	Fate  conflict.Fate
	Shown []supplierDiff
	pages
	Do              int // suppliers that change
	Problems, Notes []string
}

type supplierDiff struct {
	conflict.Line
	Words []string
}

// Link is the address of the lines of a fate.
func (d supplierData) Link(fate conflict.Fate) string {
	return linesOf(suppliersPath+"/"+d.ID, string(fate), 1)
}

func (s *Server) supplierList(c *Ctx) error {
	l, err := s.conflicts.Listed(c.Context(), c.Tenant(), *c.User(), c.Param("id"))
	if err != nil {
		return err
	}
	d := supplierData{Listed: l, Zone: c.Zone(), Fates: conflict.Fates}
	for _, p := range l.Batch.Problems {
		d.Problems = append(d.Problems, c.words.T(p.Key, anys(p.Args)...))
	}
	for _, p := range l.Batch.Notes {
		d.Notes = append(d.Notes, c.words.T(p.Key, anys(p.Args)...))
	}
	for f, n := range l.Counts {
		if f != conflict.FateSame {
			d.Do += n
		}
	}
	if f := conflict.Fate(c.Query("ver")); slices.Contains(conflict.Fates, f) {
		d.Fate = f
	}
	lines := l.Lines
	if d.Fate != "" {
		lines = slices.DeleteFunc(slices.Clone(lines), func(x conflict.Line) bool { return x.Fate != d.Fate })
	}
	d.pages = c.pages(len(lines), func(page int) string { return linesOf(suppliersPath+"/"+l.ID, string(d.Fate), page) })
	for _, x := range lines[d.from:d.to] {
		line := supplierDiff{Line: x}
		for _, change := range x.Changes {
			if len(change.Args) == 1 && strings.Contains(change.Key, ".contracts") {
				n, _ := strconv.Atoi(change.Args[0])
				line.Words = append(line.Words, c.words.N(change.Key, n))
				continue
			}
			line.Words = append(line.Words, c.words.T(change.Key, anys(change.Args)...))
		}
		d.Shown = append(d.Shown, line)
	}
	return c.Render(http.StatusOK, "supplier-list", d)
}

func (s *Server) supplierApply(c *Ctx) error {
	id := c.Param("id")
	n, err := s.conflicts.Apply(c.Context(), c.Tenant(), *c.User(), id, c.Value("version"))
	if err != nil {
		e, ok := err.(*errs.Error)
		if !ok || e.Code != errs.Conflict && e.Code != errs.Invalid {
			return err
		}
		c.Flash(e.Key, anys(e.Args)...)
		return c.Redirect(suppliersPath + "/" + id)
	}
	c.Flash("conflict.list.did", n)
	return c.Redirect(suppliersPath + "/" + id)
}

func (s *Server) supplierUndo(c *Ctx) error {
	if err := s.conflicts.Undo(c.Context(), c.Tenant(), *c.User(), c.Param("id")); err != nil {
		return err
	}
	c.Flash("conflict.list.back")
	return c.Redirect(suppliersPath)
}

func (s *Server) supplierForget(c *Ctx) error {
	if err := s.conflicts.Forget(c.Context(), c.Tenant(), *c.User(), c.Param("id")); err != nil {
		return err
	}
	c.Flash("conflict.list.forgot")
	return c.Redirect(suppliersPath)
}
