package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"declara/app/conflict"
	"declara/app/declare"
	"declara/app/errs"
	"declara/app/ground"
	"declara/forms"
	"declara/i18n"
	"declara/storage"
)

// What officials declared and suppliers have in common (package conflict). The list says
// that there is a coincidence and never in what; the declared side is read as everywhere
// (reading.go), for a ground, and the declarant is told.

const conflictsPath = "/contraloria/conflictos"

func (s *Server) conflictRoutes() []Route {
	get := func(path string, do Handler) Route {
		return Route{Method: "GET", Path: conflictsPath + path, Roles: readers, Do: do}
	}
	post := func(path string, do Handler) Route {
		return Route{Method: "POST", Path: conflictsPath + path, Roles: readers, Body: smallBody, Do: do}
	}
	return append(append(s.supplierRoutes(), listRoutes(conflictsPath+"/decisiones", readers, s.conflictSheet)...),
		get("", s.conflictsPage),
		post("/comparar", s.conflictsCompare),
		get("/:id", s.conflictPage),
		post("/:id/evidencia", s.conflictEvidence),
		post("/:id/decidir", s.conflictDecide),
		get("/:id/:carta", s.conflictLetter),
	)
}

// conflictClasses are the classes of the states. Nothing is red: nobody is accused.
var conflictClasses = map[string]string{conflict.Fresh: "en", conflict.Changed: "en", conflict.Clarify: "en", conflict.NoConflict: "ok", conflict.Excuse: "ok", conflict.Refer: "ok"}

func (c *Ctx) conflictState(state string) status {
	return status{conflictClasses[state], c.words.T("conflict.state." + state)}
}

// conflictLine is a coincidence in the list.
type conflictLine struct {
	Path, Name, Post, Unit, Supplier, How, Contracts string
	State                                            status
	Weights                                          []string
}

func (c *Ctx) conflictLine(r *conflict.Row) conflictLine {
	l := conflictLine{Path: conflictsPath + "/" + r.ID, Name: fullName(r.Who), Post: r.Who.Post, Unit: r.Who.Unit, Supplier: r.Sells.Name, State: c.conflictState(r.State)}
	if l.Supplier == "" {
		l.Supplier = c.words.T("conflict.supplier.gone")
	}
	if how := r.How(); how != "" {
		l.How = c.words.T("conflict.how." + how)
	}
	l.Contracts = c.words.N("conflict.contracts", len(r.Sells.Contracts))
	if n := r.Amount(); n > 0 {
		l.Contracts = c.words.T("conflict.contracts.amount", l.Contracts, c.words.Money(n, "MXN"))
	}
	for _, w := range []struct {
		on  bool
		key string
	}{{r.Running > 0, "conflict.weight.running"}, {r.Answers, "conflict.weight.answers"}, {r.Same, "conflict.weight.same"}} {
		if w.on {
			l.Weights = append(l.Weights, c.words.T(w.key))
		}
	}
	return l
}

// conflictsData is the data of the page "conflicts".
type conflictsData struct {
	pages
	CSV, XLSX             string
	All                   []conflictLine
	States, Units         []choice
	Running, Same, Filter bool
	Suppliers             int
	Compared              string // when everybody was last compared
	Waiting               int
}

// conflictAsk reads a filter from an address; what it does not understand filters
// nothing.
func conflictAsk(v url.Values) conflict.Ask {
	a := conflict.Ask{Unit: v.Get("unidad"), Running: v.Get("vigente") == "si", Same: v.Get("misma") == "si"}
	if st := v.Get("estado"); st == conflict.Open || slices.Contains(conflict.States, st) {
		a.State = st
	}
	return a
}

func conflictAddress(path string, a conflict.Ask, page int) string {
	v := url.Values{}
	for name, value := range map[string]string{"estado": a.State, "unidad": a.Unit} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if a.Running {
		v.Set("vigente", "si")
	}
	if a.Same {
		v.Set("misma", "si")
	}
	if page > 1 {
		v.Set("pagina", strconv.Itoa(page))
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

func (s *Server) conflictsPage(c *Ctx) error {
	a := conflictAsk(c.Queries())
	rows, units, err := s.conflicts.List(c.Context(), c.Tenant(), *c.User(), a)
	if err != nil {
		return err
	}
	sells, err := s.conflicts.Suppliers(c.Context(), c.Tenant(), *c.User())
	if err != nil {
		return err
	}
	d := conflictsData{pages: c.pages(len(rows), func(page int) string { return conflictAddress(conflictsPath, a, page) }), Running: a.Running, Same: a.Same, Filter: a != conflict.Ask{}, Suppliers: len(sells),
		CSV: conflictAddress(conflictsPath+"/decisiones.csv", a, 1), XLSX: conflictAddress(conflictsPath+"/decisiones.xlsx", a, 1)}
	var at time.Time
	if d.Waiting, at, err = s.conflicts.Waiting(c.Context(), c.Tenant(), *c.User()); err != nil {
		return err
	}
	if !at.IsZero() {
		d.Compared = c.words.When(at.In(c.Zone()))
	}
	for _, st := range append([]string{conflict.Open}, conflict.States...) {
		d.States = append(d.States, choice{st, c.words.T("conflict.state." + st), st == a.State})
	}
	for _, u := range units {
		d.Units = append(d.Units, choice{u, u, u == a.Unit})
	}
	for i := d.from; i < d.to; i++ {
		d.All = append(d.All, c.conflictLine(&rows[i]))
	}
	return c.Render(http.StatusOK, "conflicts", d)
}

// compareFor is how long a person waits for a comparison; what is left the worker does.
const compareFor = 20 * time.Second

func (s *Server) conflictsCompare(c *Ctx) error {
	ctx, stop := context.WithTimeout(c.Context(), compareFor)
	defer stop()
	ran, err := s.conflicts.Compare(ctx, c.Tenant(), true)
	switch {
	case errors.Is(err, conflict.ErrBusy), errors.Is(err, context.DeadlineExceeded) && c.Context().Err() == nil:
		c.Flash("conflict.flash.later")
	case err != nil:
		return err
	default:
		c.Flash("conflict.flash.compared", ran.Compared)
	}
	return c.Redirect(conflictsPath)
}

// conflictSheet are the decisions of what a filter shows: neither in what two coincide
// nor the words of who decided, which may tell it.
func (s *Server) conflictSheet(c *Ctx) (listFile, error) {
	rows, _, err := s.conflicts.List(c.Context(), c.Tenant(), *c.User(), conflictAsk(c.Queries()))
	if err != nil {
		return listFile{}, err
	}
	w := c.words
	out := [][]string{c.heads("conflict.col.", "person", "unit", "post", "supplier", "contracts", "amount", "running", "same", "state", "decision", "by", "when")}
	for i := range rows {
		r := &rows[i]
		decision, by, when := "", "", ""
		if n := len(r.Decisions); n > 0 {
			d := r.Decisions[n-1]
			decision, by, when = w.T("conflict.outcome."+d.Outcome), d.Name, d.At.In(c.Zone()).Format(time.DateOnly)
		}
		out = append(out, []string{fullName(r.Who), r.Who.Unit, r.Who.Post, r.Sells.Name, strconv.Itoa(len(r.Sells.Contracts)), strconv.FormatInt(r.Amount(), 10), strconv.Itoa(r.Running),
			w.Yes(r.Same || r.Answers), w.T("conflict.state." + r.State), decision, by, when})
	}
	return listFile{w.T("conflict.file") + "-" + c.today(), w.T("conflict.col.decision"), out}, nil
}

// conflictData is the data of the pages "conflict" and "conflict-evidence".
type conflictData struct {
	Form        answers
	ID, Version string
	Line        conflictLine
	Person      string
	RFC         string // of the supplier
	Related     []string
	Contracts   []contractLine
	Outcomes    []hinted
	Decisions   []decisionLine
	Open        bool // there is something to decide about
	Changed     bool // it was decided, and the facts are others now
	Letters     bool
	Roster      bool // all that coincides stands on the roster: no declaration is opened
	Sides       []conflictSide
	Reads       []readLine
}

// contractLine is a contract as it is shown.
type contractLine struct {
	Number, Title, Amount, Span, Unit, Officials, Method string
	Weights                                              []string
}

type decisionLine struct{ Outcome, Reason, Name, When string }

func (c *Ctx) contractLine(r *conflict.Row, x storage.Contract, today string) contractLine {
	l := contractLine{Number: x.Number, Title: x.Title, Unit: x.Unit, Officials: strings.Join(x.Officials, ", "), Method: x.Method}
	if x.Amount > 0 {
		l.Amount = c.words.Money(x.Amount, cmp.Or(x.Currency, "MXN"))
	}
	from, to := cmp.Or(x.From, x.Signed), x.To
	switch {
	case from != "" && to != "":
		l.Span = c.words.T("conflict.span", c.words.DayShort(from), c.words.DayShort(to))
	case from != "":
		l.Span = c.words.T("conflict.span.from", c.words.DayShort(from))
	case to != "":
		l.Span = c.words.T("conflict.span.to", c.words.DayShort(to))
	}
	if conflict.Running(x, today) {
		l.Weights = append(l.Weights, c.words.T("conflict.weight.running"))
	}
	if r.SameUnit(x) {
		l.Weights = append(l.Weights, c.words.T("conflict.weight.same"))
	}
	if r.Named(x) {
		l.Weights = append(l.Weights, c.words.T("conflict.weight.answers"))
	}
	return l
}

func (s *Server) conflictPage(c *Ctx) error { return s.conflictShown(c, http.StatusOK, answers{}) }

func (s *Server) conflictShown(c *Ctx, code int, form answers) error {
	r, err := s.conflicts.Look(c.Context(), c.Tenant(), *c.User(), c.Param("id"))
	if err != nil {
		return err
	}
	return c.Render(code, "conflict", c.conflictData(&r, form))
}

func (c *Ctx) conflictData(r *conflict.Row, form answers) conflictData {
	d := conflictData{Form: form, ID: r.ID, Version: r.Version(), Line: c.conflictLine(r), Person: r.Who.ID, RFC: r.Sells.RFC, Open: r.State != conflict.Over,
		Changed: r.State == conflict.Changed, Letters: r.State == conflict.Excuse, Roster: len(filingsOf(r)) == 0}
	for _, x := range r.Sells.Related {
		d.Related = append(d.Related, c.words.T("conflict.related."+x.Role, x.Name))
	}
	contracts := slices.Clone(r.Sells.Contracts)
	slices.SortStableFunc(contracts, func(a, b storage.Contract) int {
		return cmp.Compare(cmp.Or(b.To, b.From, b.Signed), cmp.Or(a.To, a.From, a.Signed))
	})
	for _, x := range contracts[:min(contractsShown, len(contracts))] {
		d.Contracts = append(d.Contracts, c.contractLine(r, x, c.today()))
	}
	for _, o := range conflict.Outcomes {
		d.Outcomes = append(d.Outcomes, hinted{Key: o, Text: c.words.T("conflict.outcome." + o), Hint: c.words.T("conflict.outcome." + o + ".hint")})
	}
	for _, x := range slices.Backward(r.Decisions) {
		d.Decisions = append(d.Decisions, decisionLine{c.words.T("conflict.outcome." + x.Outcome), x.Reason, x.Name, c.words.When(x.At.In(c.Zone()))})
	}
	return d
}

// contractsShown is how many contracts a page shows, the latest first.
const contractsShown = 50

// filingsOf are the declarations in which a coincidence stands.
func filingsOf(r *conflict.Row) (ids []string) {
	for _, p := range r.Points {
		if p.Filing != "" && !slices.Contains(ids, p.Filing) {
			ids = append(ids, p.Filing)
		}
	}
	return ids
}

// conflictSide is a coincidence: what was declared, and what the supplier is.
type conflictSide struct {
	Title, Where, How string
	Why               []string
	Mine              []openedLine
	Theirs            []openedLine
	Dates             []string // which contracts ran meanwhile
}

// conflictEvidence writes down that the declarations are read, and shows both sides. It
// has no address of its own: who comes back gives her ground again.
func (s *Server) conflictEvidence(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	r, err := s.conflicts.Look(c.Context(), c.Tenant(), *c.User(), c.Param("id"))
	if err != nil {
		return err
	}
	opened := map[string]declare.Opened{}
	var reads []readLine
	for _, id := range filingsOf(&r) {
		o, err := s.declare.Open(c.Context(), c.Tenant(), *c.User(), id, ground.Ground{File: c.Value("expediente"), Reason: c.Value("motivo")})
		if form := c.groundTrouble(err); len(form.Trouble) > 0 {
			return s.conflictShown(c, formStatus(err), form)
		} else if err != nil {
			return err
		}
		opened[id] = o
		reads = append(reads, readLine{Title: c.title("declare.title.", o.Filing.Type, o.Filing.Interest, o.Filing.Year), Folio: o.Filing.Folio,
			When: c.words.When(o.Read.At.In(o.Zone)), Name: o.Read.Name, File: o.Read.File, Reason: o.Read.Reason, Leaf: int(o.Read.Leaf)})
	}
	if err := s.conflicts.Seen(c.Context(), c.Tenant(), *c.User(), r.ID, c.Value("expediente")); err != nil {
		return err
	}
	d := c.conflictData(&r, answers{})
	d.Reads = reads
	for _, p := range r.Points {
		side, err := c.conflictSide(&r, p, opened)
		if err != nil {
			return err
		}
		d.Sides = append(d.Sides, side)
	}
	c.Secret()
	return c.Render(http.StatusOK, "conflict-evidence", d)
}

func (c *Ctx) conflictSide(r *conflict.Row, p storage.Coincidence, opened map[string]declare.Opened) (conflictSide, error) {
	w := c.words
	side := conflictSide{Title: w.T("conflict.kind." + p.Kind), How: w.T("conflict.how." + p.How)}
	for _, reason := range p.Reasons {
		side.Why = append(side.Why, w.T("conflict.why."+reason))
	}
	side.Theirs = c.conflictTheirs(r, p)
	o, declared := opened[p.Filing]
	if !declared {
		side.Where = w.T("conflict.where.roster")
		side.Mine = c.rosterLines(r.Who)
		return side, nil
	}
	side.Where = w.T("conflict.where", c.title("declare.title.", o.Filing.Type, o.Filing.Interest, o.Filing.Year), w.T("section."+forms.Path(p.Path).Section()))
	a, err := forms.Parse(o.Document.Form, o.Document.JSON)
	if err != nil {
		return side, fault("document", err)
	}
	side.Mine = c.evidenceLines(o.Document.Form, a, p)
	since, ended := conflict.Span(a, p)
	for _, x := range r.Sells.Contracts {
		if conflict.Overlaps(x, since, o.Filing.Filed, ended) && len(side.Dates) < contractsShown {
			side.Dates = append(side.Dates, cmp.Or(x.Number, x.Title))
		}
	}
	return side, nil
}

// evidenceLines are the answers that are needed to decide, as the reading of a whole
// declaration has them.
func (c *Ctx) evidenceLines(f *forms.Form, a forms.Answers, p storage.Coincidence) (all []openedLine) {
	for _, l := range forms.Lines(f, a, forms.Path(p.Path).Section()) {
		if conflict.Needed(p, l) {
			all = append(all, openedLine{Label: c.words.Question(f.Key(l.Path), f.Type.Slug()), Value: forms.Show(c.words, a, l), Private: l.Private})
		}
	}
	return all
}

func (c *Ctx) rosterLines(p storage.Person) []openedLine {
	w := c.words
	return said(w, "account.name", fullName(p), "settings.person.rfc", p.RFC, "settings.person.curp", p.CURP, "settings.person.post", p.Post, "settings.person.unit", p.Unit)
}

// said are labels and values, without those that are empty.
func said(w *i18n.Printer, pairs ...string) (all []openedLine) {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			all = append(all, openedLine{Label: w.T(pairs[i]), Value: pairs[i+1]})
		}
	}
	return all
}

// conflictTheirs is who it is on the side of the supplier.
func (c *Ctx) conflictTheirs(r *conflict.Row, p storage.Coincidence) []openedLine {
	lines := said(c.words, "conflict.supplier.name", r.Sells.Name, "conflict.supplier.rfc", r.Sells.RFC)
	if p.With >= 0 && p.With < len(r.Sells.Related) {
		x := r.Sells.Related[p.With]
		lines = append(lines, said(c.words, "conflict.behind."+x.Role, x.Name, "conflict.supplier.rfc", x.RFC)...)
	}
	return lines
}

func (s *Server) conflictDecide(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	id := c.Param("id")
	err := s.conflicts.Decide(c.Context(), c.Tenant(), *c.User(), id, c.Value("decision"), c.Value("razon"), c.Value("version"))
	form := answers{Values: c.Form()}
	for _, w := range []struct {
		err   *errs.Error
		field string
	}{{conflict.ErrOutcome, "decision"}, {conflict.ErrReason, "razon"}} {
		if errors.Is(err, w.err) {
			form.with(w.err, c.words, w.field)
		}
	}
	if len(form.Trouble) > 0 {
		return s.conflictShown(c, formStatus(err), form)
	}
	if err != nil {
		return err
	}
	c.Flash("conflict.flash.decided")
	return c.Redirect(conflictsPath + "/" + id)
}

// conflictLetters are the drafts, by the name of the file.
var conflictLetters = map[string]string{"excusa.pdf": conflict.ForOfficial, "respuesta.pdf": conflict.ForSuperior}

func (s *Server) conflictLetter(c *Ctx) error {
	whose, known := conflictLetters[c.Param("carta")]
	if !known {
		return errNowhere
	}
	r, err := s.conflicts.Letter(c.Context(), c.Tenant(), *c.User(), c.Param("id"))
	if err != nil {
		return err
	}
	file, err := conflict.Draft(s.words.Printer(i18n.Spanish), c.Institution(), &r, whose, c.Now().In(c.Zone()))
	if err != nil {
		return err
	}
	return c.Attachment(whose+".pdf", "application/pdf", file)
}

// errNowhere is an address that leads to nothing.
var errNowhere = errs.New(errs.NotFound, "web.error.notfound")
