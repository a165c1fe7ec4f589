package web

import (
	"slices"
	"strings"

	"declara/app/declare"
	"declara/app/errs"
	drawn "declara/app/web/view"
	"declara/forms"
)

// sectionPage is a page of a section, of any of the three layouts.
type sectionPage struct {
	ID, Key, No, Over, Title, Hint string
	Help                           string      // what to have at hand
	More                           *drawn.Help // what goes in the section, to be opened
	OnPaper                        bool        // it is typed from paper
	Action, Envio, Base            string
	Version                        int
	Saved                          string
	Layout                         string // "page", "collection", "ledger"
	Copied                         string // what was copied from last year, in words
	New                            bool   // the last answers brought up questions
	Errors                         []drawn.SheetError
	Warnings                       []warning // those without a question of the page
	Top, Tail                      drawn.Sheet
	Lists                          []listView
	List                           *listView // of a collection
	Ledger                         *ledgerView
	Aside                          aside
	Locked                         bool
}

// warning is a soft warning with the button that answers it.
type warning struct{ Key, About, Text, Path string }

// listView is a list with its rows.
type listView struct {
	Path       forms.Path
	Local      string // path within the section, as buttons send it
	Anchor     string
	Title      string
	Add, Empty string
	EmptyText  string
	None       string // what the button "none" says, where there may be none
	SaidNone   bool
	Rows       []rowView
	Waiting    int
	When       string
	Hidden     bool
	Full       bool // no more rows fit
	Total      string
	Sum        string
	Problem    string
}

// rowView is one item of a list.
type rowView struct {
	Item                  forms.Path
	Local                 string // path within the section, as buttons send it
	ID                    string
	Title, Amount, Detail string
	Before                string
	Tag                   status
	Waiting, Gone         bool
	Beside                bool // Fresh stands at the right, where there is room
	Why                   string
	Edit, Remove          string
	Fresh                 []drawn.Question
	Private               bool
	Missing               string // how many answers are missing or wrong
}

// ledgerView is a section of amounts: fields, lists of incomes, totals.
type ledgerView struct {
	Own     []drawn.Question // before the lists
	Family  []drawn.Question
	Lists   []listView
	Without []string // titles of the lists without rows
	Sums    []sumView
	Total   sumView
	Change  string
	When    string // the lists are asked only while this holds
	Hidden  bool
}

// sumView is one line of the running totals.
type sumView struct {
	Label, Amount, Keys, Class string
}

func (s *Server) declareSection(c *Ctx) error {
	_, w, err := s.draft(c)
	if err != nil {
		return c.ended(err)
	}
	sec := w.Form.Section(c.Param("section"))
	if sec == nil {
		return errs.New(errs.NotFound, "declare.error.section")
	}
	if w.Locked(sec) {
		c.Flash("declare.error.locked")
		return c.Redirect(draftPath(w.Kept.ID))
	}
	return c.Render(200, "declare-section", c.sectionPage(w, sec))
}

// sectionPage draws a section. Its problems show once the person has pressed the
// button that says that it is ready, and on the page that this leads to.
func (c *Ctx) sectionPage(w declare.Work, sec *forms.Section) sectionPage {
	d := &w.Kept.Draft
	progress := w.Progress()
	page := sectionPage{
		OnPaper: c.beside != nil,
		ID:      w.Kept.ID, Key: sec.Key, No: sectionNumber(sec), Title: c.words.T("section." + sec.Key), Hint: c.hintOf(w, sec),
		Help:   c.words.T("section." + sec.Key + ".help"),
		More:   drawn.HelpOn(c.words, sec.Key, w.Form.Type.Slug()),
		Over:   c.overSection(w, sec),
		Action: sectionPath(w.Kept.ID, sec.Key), Envio: c.envio(), Version: w.Kept.Versions[sec.Key],
		Saved: c.savedAt(w),
		Aside: c.aside(w, progress), New: len(c.newQuestions()) > 0,
	}
	ask := c.ask(w, sec)
	switch sec.Layout {
	case forms.Collection:
		page.Layout = "collection"
		c.collection(&page, w, sec, ask)
	case forms.Ledger:
		page.Layout = "ledger"
		c.ledger(&page, w, sec, ask)
	default:
		page.Layout = "page"
		c.pageOf(&page, w, sec, ask)
	}
	if n := progress.Waiting[sec.Key]; n > 0 {
		page.Copied = c.words.N("declare.copied", n)
	} else if !d.Confirmed[forms.Path(sec.Key)] && copiedPage(d, sec) {
		page.Copied = c.words.T("declare.copied." + page.Layout)
	}
	c.warnings(&page, w, ask)
	return page
}

// overSection is the line above the title: "Sección 8 · Situación patrimonial ·
// Modificación 2026".
func (c *Ctx) overSection(w declare.Work, sec *forms.Section) string {
	part := "declare.part.patrimonial"
	if sec.Part == forms.Interes {
		part = "declare.part.interes"
	}
	return c.words.T("declare.over", sectionNumber(sec), c.words.T(part), c.title("declare.short.", w.Form.Type, w.Kept.Interest, w.Kept.Draft.Year))
}

// copiedPage reports whether the answers of a section come from the previous
// declaration.
func copiedPage(d *forms.Draft, sec *forms.Section) bool {
	for p := range d.Before {
		if p.Section() == sec.Key && len(d.Answers[p]) > 0 {
			return true
		}
	}
	return false
}

// ask is what a page of a section asks, with the problems that it is time to show.
func (c *Ctx) ask(w declare.Work, sec *forms.Section) drawn.Ask {
	d := &w.Kept.Draft
	a := drawn.Ask{
		Form: w.Form, Draft: d, Words: c.words, At: forms.Path(sec.Key), New: c.newQuestions(),
		Warnings: forms.Warnings(w.Form, d, sec.Key),
	}
	if c.Query("revisa") != "" || d.Confirmed[forms.Path(sec.Key)] {
		a.Problems = forms.CheckSection(w.Form, d, sec.Key)
	}
	return a
}

// pageOf draws a page of questions; lists in it have pages of their own.
func (c *Ctx) pageOf(page *sectionPage, w declare.Work, sec *forms.Section, ask drawn.Ask) {
	var lists []forms.Path
	for i := range sec.Fields {
		if sec.Fields[i].Kind == forms.List {
			lists = append(lists, forms.Path(sec.Key).Join(sec.Fields[i].Name))
		}
	}
	inList := func(p forms.Path) bool {
		return slices.ContainsFunc(lists, func(l forms.Path) bool { return p.Under(l) })
	}
	ask.Only = func(p forms.Path) bool { return !inList(p) && !isRemarks(p) }
	page.Top = ask.Questions()
	for _, l := range lists {
		page.Lists = append(page.Lists, c.listView(w, l, ask))
	}
	page.Tail = c.remarks(ask)
	page.Errors = slices.Concat(page.Top.Errors, c.listErrors(page.Lists), page.Tail.Errors)
	page.Base = pageBase(page.Top, page.Tail)
	page.Top.Questions = append(c.transcribed(w, forms.Path(sec.Key)), page.Top.Questions...)
}

// transcribed is the question for the operation that a paper gives for an item, or for a
// section that has one itself; none where it is not typed.
func (c *Ctx) transcribed(w declare.Work, at forms.Path) []drawn.Question {
	x, said, ok := w.Transcribed(at)
	if !ok {
		return nil
	}
	path := at.Join(x.Name)
	q := drawn.Question{Draw: "radios", Path: path, ID: drawn.ID(path), Label: c.words.T("onpaper.operation"), Hint: c.words.T("onpaper.operation.hint"), Needed: true}
	for _, e := range x.From.Options("") {
		q.Options = append(q.Options, drawn.Option{ID: q.ID + "-" + e.Key, Key: e.Key, Text: c.words.Option(x.From.Name, e.Key, e.Text), On: said == e.Key})
	}
	return []drawn.Question{q}
}

// isRemarks reports whether a path is the free text that ends every section.
func isRemarks(p forms.Path) bool {
	return strings.HasSuffix(string(p), ".aclaracionesObservaciones") && strings.Count(string(p), ".") == 1
}

// remarks is the free text that ends a section, under a heading of its own.
func (c *Ctx) remarks(ask drawn.Ask) drawn.Sheet {
	ask.Only = isRemarks
	s := ask.Questions()
	for i := range s.Questions {
		s.Questions[i].Label, s.Questions[i].Needed = c.words.T("declare.remarks.label"), true
	}
	return s
}

// collection draws a list of items with "add" and "none".
func (c *Ctx) collection(page *sectionPage, w declare.Work, sec *forms.Section, ask drawn.Ask) {
	list := forms.Path(sec.Key).Join(sec.List)
	v := c.listView(w, list, ask)
	if _, may := w.Form.Field(forms.Path(sec.Key).Join("ninguno")); may {
		v.None = c.words.T("list." + sec.List + ".none")
		v.SaidNone = w.Kept.Draft.Answers.Get(forms.Path(sec.Key).Join("ninguno")) == forms.Yes
	}
	page.List = &v
	var sheets []drawn.Sheet
	for i := range v.Rows {
		if v.Rows[i].Waiting {
			fresh := ask.Fresh(v.Rows[i].Item)
			v.Rows[i].Fresh, v.Rows[i].Beside = fresh.Questions, len(fresh.Questions) == 1
			if len(fresh.Questions) > 0 {
				v.Rows[i].Before = ""
			}
			sheets = append(sheets, fresh)
		}
	}
	page.Tail = c.remarks(ask)
	page.Errors = append(c.listErrors([]listView{v}), page.Tail.Errors...)
	page.Base = pageBase(append(sheets, page.Tail)...)
}

// listView reads a list for the page that shows it.
func (c *Ctx) listView(w declare.Work, list forms.Path, ask drawn.Ask) listView {
	d := &w.Kept.Draft
	x, _ := w.Form.Field(list)
	v := listView{
		Path: list, Local: within(list), Anchor: drawn.ID(list), Title: c.words.Question(w.Form.Key(list), w.Form.Type.Slug()), Add: c.words.T("list." + x.Name + ".add"),
		Empty: c.words.T("declare.list.empty"), EmptyText: c.hintOf(w, w.Form.Section(list.Section())),
		Hidden: !w.Form.Live(d.Answers, list), Full: len(d.Answers.Items(list)) >= x.Max && x.Max > 0,
	}
	problems := forms.CheckSection(w.Form, d, list.Section())
	shown := c.Query("revisa") != "" || d.Confirmed[forms.Path(list.Section())]
	for _, p := range problems {
		if shown && p.Path == list {
			v.Problem = c.words.T("problem."+p.Code, forms.ShowArg(c.words, p))
		}
	}
	for _, id := range d.Answers.Items(list) {
		v.Rows = append(v.Rows, c.rowView(w, list.Join(id), ask, problems, shown))
		if v.Rows[len(v.Rows)-1].Waiting {
			v.Waiting++
		}
	}
	return v
}

// within is a path without its section.
func within(p forms.Path) string { return strings.TrimPrefix(string(p), p.Section()+".") }

func (c *Ctx) rowView(w declare.Work, item forms.Path, ask drawn.Ask, problems []forms.Problem, shown bool) rowView {
	d := &w.Kept.Draft
	r := rowView{
		Item: item, Local: within(item), ID: drawn.ID(item), Title: ask.Called(item), Detail: ask.Detail(item),
		Edit: itemPath(w.Kept.ID, item, "1"), Remove: itemPath(w.Kept.ID, item, "quitar"),
		Gone: d.Baja[item],
	}
	r.Private, _ = ask.Withheld(item)
	r.Amount, r.Before = ask.Amount(item)
	op := d.Answers.Get(item.Join("tipoOperacion"))
	copied := w.Copied(item)
	r.Waiting = copied && !d.Confirmed[item] && !r.Gone && (op == "SIN_CAMBIOS" || lacksFresh(w, item))
	wrong := 0
	for _, p := range problems {
		if p.Path.Under(item) {
			wrong++
		}
	}
	switch {
	case r.Gone:
		r.Tag = status{"", c.words.T("declare.row.gone")}
		r.Why = ask.Answer(item.Join(drawn.Motive))
	case r.Waiting:
		r.Tag = status{"en", c.words.T("declare.row.waiting")}
	case lacksFresh(w, item) && !shown:
		r.Tag = status{"en", c.words.T("declare.row.fresh")}
	case wrong > 0:
		r.Missing = c.words.N("declare.row.missing", wrong)
		r.Tag = status{"mal", r.Missing}
	case copied && op == "MODIFICAR":
		r.Tag = status{"en", c.words.T("declare.row.changed")}
	case copied:
		r.Tag = status{"ok", c.words.T("declare.row.confirmed")}
	case len(d.Before) > 0:
		r.Tag = status{"nuevo", c.words.T("declare.row.new")}
	default:
		r.Tag = status{"ok", c.words.T("declare.row.ready")}
	}
	return r
}

// lacksFresh reports whether an item waits for what is asked anew each time.
func lacksFresh(w declare.Work, item forms.Path) bool {
	x, ok := w.Form.Field(item)
	if !ok {
		return false
	}
	for i := range x.Of {
		p := item.Join(x.Of[i].Name)
		if x.Of[i].Fresh && len(w.Kept.Draft.Answers[p]) == 0 && w.Form.Live(w.Kept.Draft.Answers, p) {
			return true
		}
	}
	return false
}

// listErrors are the lines of the summary about rows.
func (c *Ctx) listErrors(lists []listView) []drawn.SheetError {
	if c.Query("revisa") == "" {
		return nil
	}
	var out []drawn.SheetError
	for _, l := range lists {
		if l.Problem != "" && !l.Hidden {
			out = append(out, drawn.SheetError{ID: drawn.ID(l.Path), Text: l.Problem})
		}
		for _, r := range l.Rows {
			switch {
			case r.Waiting:
				out = append(out, drawn.SheetError{ID: r.ID, Text: c.words.T("declare.error.waiting", r.Title)})
			case r.Missing != "":
				out = append(out, drawn.SheetError{ID: r.ID, Text: r.Title + ": " + r.Missing})
			}
		}
	}
	return out
}

// warnings are the soft ones that stand on no question of the page: those of rows,
// which have pages of their own.
func (c *Ctx) warnings(page *sectionPage, w declare.Work, ask drawn.Ask) {
	for _, p := range ask.Warnings {
		if _, row := w.ItemOf(p.Path); !row {
			continue
		}
		page.Warnings = append(page.Warnings, c.warning(w, p))
	}
}

// warning is a soft warning in words, with where to change what it speaks of.
func (c *Ctx) warning(w declare.Work, p forms.Problem) warning {
	about := ""
	if sec := w.Form.Section(p.Path.Section()); sec != nil {
		about = sectionLabel(sec) + ". " + c.words.T("section."+sec.Key)
	}
	if item, ok := w.ItemOf(p.Path); ok {
		about += " · " + drawn.Ask{Form: w.Form, Draft: &w.Kept.Draft, Words: c.words}.Called(item)
	}
	return warning{Key: p.Key(), About: about, Text: c.words.T("warn."+p.Code, forms.ShowArg(c.words, p)), Path: c.whereIs(w, p)}
}

// whereIs is the page on which a problem can be put right.
func (c *Ctx) whereIs(w declare.Work, p forms.Problem) string {
	ask := drawn.Ask{Form: w.Form, Draft: &w.Kept.Draft, Words: c.words}
	if item, ok := w.ItemOf(p.Path); ok {
		return itemPath(w.Kept.ID, item, ask.StepOf(item, p.Path)) + "?revisa=1#" + drawn.ID(p.Path)
	}
	path := sectionPath(w.Kept.ID, p.Path.Section()) + "?revisa=1"
	if string(p.Path) != p.Path.Section() {
		path += "#" + drawn.ID(p.Path)
	}
	return path
}

func (s *Server) declareSaveSection(c *Ctx) error {
	who, before, err := s.draft(c)
	if err != nil {
		return c.ended(err)
	}
	sec := before.Form.Section(c.Param("section"))
	if sec == nil {
		return errs.New(errs.NotFound, "declare.error.section")
	}
	if err := c.FormError(); err != nil {
		return err
	}
	id, path := before.Kept.ID, sectionPath(before.Kept.ID, sec.Key)
	act, arg, _ := strings.Cut(c.Value("accion"), ":")
	auto := c.Header(autosaved) != ""
	e := readEdit(c.Form(), sec.Key, "")
	saved, err := s.declare.Save(c.Context(), who, id, e, act == "continuar" && !auto)
	if clash, ok := declare.AsClash(err); ok {
		return c.clashed(saved, clash, path)
	} else if err != nil {
		return c.ended(err)
	}
	if auto {
		return c.autosaved(saved, e, "")
	}
	return s.sectionAct(c, who, before, saved, sec, act, arg)
}

// sectionAct does what the pressed button says, after the answers are saved.
func (s *Server) sectionAct(c *Ctx, who declare.Who, before declare.Work, saved declare.Saved, sec *forms.Section, act, arg string) error {
	id, path := before.Kept.ID, sectionPath(before.Kept.ID, sec.Key)
	item := forms.Path(sec.Key).Join(arg)
	var err error
	switch act {
	case "continuar":
		return c.onward(before, saved, sec)
	case "confirmar":
		err, path = s.declare.Confirm(c.Context(), who, id, sec.Key, item), path+"#"+drawn.ID(item)
	case "todas":
		err = s.declare.ConfirmAll(c.Context(), who, id, sec.Key)
	case "restaurar":
		err, path = s.declare.Restore(c.Context(), who, id, item), path+"#"+drawn.ID(item)
	case "ninguno":
		if err = s.declare.SayNone(c.Context(), who, id, sec.Key); err == nil {
			return s.next(c, who, id, sec)
		}
	case "agregar":
		if arg == "" {
			arg = c.Value("tipo")
		}
		path = s.newItem(saved.Work, sec, arg)
	case "cambiar", "quitar":
		page := "1"
		if act == "quitar" {
			page = "quitar"
		}
		if _, ok := saved.Work.ItemOf(item); ok {
			path = itemPath(id, item, page)
		}
	default: // "salir", or a form that no page of ours sends
		if len(forms.Ready(saved.Work.Form, &saved.Work.Kept.Draft)) == 0 || settled(saved.Work, sec) {
			_, err = s.declare.Vouch(c.Context(), who, id, sec.Key)
		}
		path = draftPath(id)
	}
	if err != nil {
		return c.ended(err)
	}
	return c.Redirect(path)
}

// newItem is the page of a new item of a list of the section.
func (s *Server) newItem(w declare.Work, sec *forms.Section, list string) string {
	p := forms.Path(sec.Key).Join(list)
	if x, ok := w.Form.Field(p); !ok || x.Kind != forms.List {
		return sectionPath(w.Kept.ID, sec.Key)
	}
	return itemPath(w.Kept.ID, p.Join(newItem), "1")
}

// newItem stands for the id of an item that is not there yet.
const newItem = "nuevo"

// settled reports whether nothing is wrong with a section but the person's word.
func settled(w declare.Work, sec *forms.Section) bool {
	for _, p := range forms.Ready(w.Form, &w.Kept.Draft) {
		if p.Path.Section() == sec.Key && (string(p.Path) != sec.Key || p.Code != forms.CodeUnconfirmed) {
			return false
		}
	}
	return true
}

// onward goes on to the next section, or back to the page while something on it
// has to be answered or corrected.
func (c *Ctx) onward(before declare.Work, saved declare.Saved, sec *forms.Section) error {
	w := saved.Work
	fresh := brought(c.sheetOf(before, sec), c.sheetOf(w, sec), w.Kept.Draft.Answers, c.Value("js") != "")
	if len(fresh) > 0 || !settled(w, sec) {
		return c.again(sectionPath(w.Kept.ID, sec.Key), fresh)
	}
	return c.forth(w, sec)
}

// sheetOf are the questions that stand on the page of a section itself: those of
// its items have pages of their own.
func (c *Ctx) sheetOf(w declare.Work, sec *forms.Section) drawn.Sheet {
	ask := drawn.Ask{Form: w.Form, Draft: &w.Kept.Draft, Words: c.words, At: forms.Path(sec.Key)}
	ask.Only = func(p forms.Path) bool {
		x, ok := w.Form.Field(p)
		return ok && x.Kind != forms.List && (sec.List == "" || x.Name != "ninguno")
	}
	return ask.Questions()
}

// next goes on after a section was vouched for.
func (s *Server) next(c *Ctx, who declare.Who, id string, sec *forms.Section) error {
	w, err := s.declare.Draft(c.Context(), who, id)
	if err != nil {
		return c.ended(err)
	}
	return c.forth(w, sec)
}

func (c *Ctx) forth(w declare.Work, sec *forms.Section) error {
	c.Flash("declare.flash.section", c.words.T("section."+sec.Key))
	if next := w.Next(sec.Key); next != nil {
		return c.Redirect(sectionPath(w.Kept.ID, next.Key))
	}
	return c.Redirect(draftPath(w.Kept.ID))
}
