package web

import (
	"bytes"
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"declara/app/account"
	"declara/app/account/payroll"
	"declara/app/errs"
	"declara/app/table"
	"declara/forms"
	"declara/pdf"
	"declara/storage"
)

// Where lists of payroll, posts and invitations are.
const (
	listsPath  = "/contraloria/padron"
	postsPath  = "/contraloria/puestos"
	invitePath = "/contraloria/invitaciones"
)

// rosterRoutes are those of who keeps the roster from lists (legal.md 6).
func (s *Server) rosterRoutes() []Route {
	get := func(path string, do Handler) Route {
		return Route{Method: "GET", Path: path, Roles: rosterRoles, Do: do}
	}
	post := func(path string, body int, do Handler) Route {
		return Route{Method: "POST", Path: path, Roles: rosterRoles, Body: body, Do: do}
	}
	return append(listRoutes(listsPath+"/plantilla", rosterRoles, func(*Ctx) (listFile, error) { return listFile{"padron", "Padrón", payroll.Template()}, nil }),
		get(listsPath, s.listsPage),
		post(listsPath, table.MaxFile+64<<10, s.listNew),
		get(listsPath+"/:id", s.listPage),
		get(listsPath+"/:id/columnas", s.listColumnsPage),
		post(listsPath+"/:id/columnas", smallBody, s.listColumns),
		get(listsPath+"/:id/errores.csv", s.listErrors),
		post(listsPath+"/:id/filas", smallBody, s.listChoose),
		post(listsPath+"/:id/aplicar", smallBody, s.listApply),
		post(listsPath+"/:id/deshacer", smallBody, s.listUndo),
		post(listsPath+"/:id/olvidar", smallBody, s.listForget),
		get(postsPath, s.postsPage),
		post(postsPath, 1<<20, s.posts),
		Route{Method: "POST", Path: postsPath + "/confirmar", Roles: []storage.Role{storage.RoleComptroller}, Body: smallBody, Do: s.lowered},
		get(invitePath, s.invitePage),
		post(invitePath+"/correo", smallBody, s.inviteMail),
		Route{Method: "POST", Path: invitePath + "/cartas", Roles: rosterRoles, Body: smallBody, Slow: 5 * time.Minute, Do: s.invitePaper},
	)
}

// listsData is the data of the page "roster-lists".
type listsData struct {
	Form  answers
	Lists []storage.Import
	Zone  *time.Location
}

func (s *Server) listsPage(c *Ctx) error {
	return s.renderLists(c, http.StatusOK, answers{Values: url.Values{"alcance": {"parte"}}})
}

func (s *Server) renderLists(c *Ctx, status int, form answers) error {
	all, err := s.accounts.Lists(c.Context(), tenant)
	if err != nil {
		return err
	}
	return c.Render(status, "roster-lists", listsData{form, all, c.Zone()})
}

// errNoFile asks for the file.
var errNoFile = errs.New(errs.Invalid, "account.list.nofile")

func (s *Server) listNew(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	file, err := c.File("archivo")
	if err != nil {
		return err
	}
	id, field := "", "archivo"
	if len(file) == 0 {
		err = errNoFile
	} else {
		id, err = s.accounts.StageList(c.Context(), tenant, c.User().ID, file, c.Value("alcance") == "todo", c.Value("egreso"))
	}
	if err != nil {
		if e, ok := err.(*errs.Error); ok && e.Key == "account.list.exitday" {
			field = "egreso"
		}
		form := answers{Values: c.Form()}
		if !form.with(err, c.Words(), field) {
			return err
		}
		return s.renderLists(c, formStatus(err), form)
	}
	return c.Redirect(listsPath + "/" + id)
}

// listData is the data of the page "roster-list".
type listData struct {
	account.Listed
	Zone  *time.Location
	Fates []account.Fate
	Fate  account.Fate // that is shown, "" for all
	Shown []shownLine
	pages
	Done    int  // lines that will be done
	Leaving int  // who would leave, when they are suspiciously many
	Errors  bool // there is something to download
}

// shownLine is a line with its words.
type shownLine struct {
	account.Line
	Remarks []shownRemark
	Changes []shownChange
}

type shownRemark struct {
	account.Remark
	Word, Text string
}

type shownChange struct{ Word, From, To string }

// lineWords puts a line in the words of a person.
func lineWords(c *Ctx, l account.Line) shownLine {
	out := shownLine{Line: l}
	for _, r := range l.Remarks {
		args := make([]any, len(r.Args))
		for i, a := range r.Args {
			args[i] = spelt(c, a)
		}
		out.Remarks = append(out.Remarks, shownRemark{r, fieldWord(c, r.Field), c.Words().T(r.Key, args...)})
	}
	for _, x := range l.Changes {
		out.Changes = append(out.Changes, shownChange{fieldWord(c, x.Field), spelt(c, x.From), spelt(c, x.To)})
	}
	return out
}

// fieldWords are the catalogue keys of what the roster's form asks.
var fieldWords = map[payroll.Field]string{
	payroll.Given: "settings.person.given", payroll.First: "settings.person.first", payroll.Second: "settings.person.second",
	payroll.RFC: "settings.person.rfc", payroll.CURP: "settings.person.curp", payroll.Post: "settings.person.post",
	payroll.Grade: "settings.person.grade", payroll.Unit: "settings.person.unit", payroll.Entry: "settings.person.entry",
	payroll.Exit: "settings.person.exit", payroll.Email: "settings.person.email", payroll.Duties: "settings.person.duties",
	payroll.Phone: "settings.person.phone",
}

func fieldWord(c *Ctx, f payroll.Field) string { return c.Words().T(fieldWords[f]) }

// spelt is a day as people read it, and any other text as it is.
func spelt(c *Ctx, s string) string {
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return s
	}
	return c.Words().Day(s)
}

// Link is the address of the lines of a fate.
func (d listData) Link(fate account.Fate) string { return linesOf(listsPath+"/"+d.ID, string(fate), 1) }

// linesOf is the address of a page of a list that was read: of all its lines, or of those
// of one fate.
func linesOf(list, fate string, page int) string {
	v := url.Values{}
	if fate != "" {
		v.Set("ver", fate)
	}
	if page > 1 {
		v.Set("pagina", strconv.Itoa(page))
	}
	if len(v) == 0 {
		return list
	}
	return list + "?" + v.Encode()
}

// mostLeave is the share of the staff, one in so many, above which it is asked whether
// the list has everybody.
const mostLeave = 5

func (s *Server) listPage(c *Ctx) error {
	l, err := s.accounts.List(c.Context(), tenant, c.Param("id"))
	if err != nil {
		return err
	}
	switch {
	case !l.Undone.IsZero():
		return c.Render(http.StatusOK, "roster-undo", undoData{Undo: account.Undo{Import: l.Import}, Zone: c.Zone()})
	case !l.Applied.IsZero():
		u, err := s.accounts.UndoOf(c.Context(), tenant, l.ID)
		if err != nil {
			return err
		}
		return c.Render(http.StatusOK, "roster-undo", undoData{u, c.Zone(), account.Fates})
	case !l.Ready:
		return c.Redirect(listsPath + "/" + l.ID + "/columnas")
	}
	return c.Render(http.StatusOK, "roster-list", newListData(c, l))
}

func newListData(c *Ctx, l account.Listed) listData {
	d := listData{Listed: l, Zone: c.Zone(), Fates: account.Fates}
	if f := account.Fate(c.Query("ver")); slices.Contains(account.Fates, f) {
		d.Fate = f
	}
	lines := l.Lines
	if d.Fate != "" {
		lines = slices.DeleteFunc(slices.Clone(lines), func(x account.Line) bool { return x.Fate != d.Fate })
	}
	d.pages = c.pages(len(lines), func(page int) string { return linesOf(listsPath+"/"+l.ID, string(d.Fate), page) })
	for _, l := range lines[d.from:d.to] {
		d.Shown = append(d.Shown, lineWords(c, l))
	}
	for _, n := range l.Counts.In {
		d.Done += n
	}
	if n := l.Counts.In[account.FateMissing]; n*mostLeave > l.Staff {
		d.Leaving = n
	}
	d.Errors = l.Counts.Of[account.FateWrong]+l.Counts.Of[account.FateDoubtful] > 0
	return d
}

// undoData is the data of the page "roster-undo".
type undoData struct {
	account.Undo
	Zone  *time.Location
	Fates []account.Fate
}

func (s *Server) listUndo(c *Ctx) error {
	id := c.Param("id")
	if _, err := s.accounts.UndoList(c.Context(), tenant, c.User().ID, id); err != nil {
		return err
	}
	c.Flash("account.list.undo.done")
	return c.Redirect(listsPath)
}

func (s *Server) listForget(c *Ctx) error {
	if err := s.accounts.ForgetList(c.Context(), tenant, c.User().ID, c.Param("id")); err != nil {
		return err
	}
	c.Flash("account.list.forgot")
	return c.Redirect(listsPath)
}

// listChoose keeps the ticks of a page of lines.
func (s *Server) listChoose(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	choice := map[string]bool{}
	for _, key := range c.Form()["fila"] {
		choice[key] = slices.Contains(c.Form()["si"], key)
	}
	id := c.Param("id")
	if err := s.accounts.ChooseLines(c.Context(), tenant, id, choice); err != nil {
		return err
	}
	c.Flash("account.list.saved")
	page, _ := strconv.Atoi(c.Value("pagina"))
	fate := account.Fate(c.Value("ver"))
	if !slices.Contains(account.Fates, fate) {
		fate = ""
	}
	return c.Redirect(linesOf(listsPath+"/"+id, string(fate), page))
}

func (s *Server) listApply(c *Ctx) error {
	id := c.Param("id")
	counts, err := s.accounts.ApplyList(c.Context(), tenant, c.User().ID, id, c.Value("version"))
	if err != nil {
		e, ok := err.(*errs.Error)
		if !ok || e.Code != errs.Conflict && e.Code != errs.Invalid {
			return err
		}
		c.Flash(e.Key, anys(e.Args)...)
		return c.Redirect(listsPath + "/" + id)
	}
	n := 0
	for _, x := range counts {
		n += x
	}
	c.Flash("account.list.did", n)
	return c.Redirect(listsPath + "/" + id)
}

// listErrors is what is wrong or doubtful in a list, a line a cell, for whoever mends
// it in payroll.
func (s *Server) listErrors(c *Ctx) error {
	l, err := s.accounts.List(c.Context(), tenant, c.Param("id"))
	if err != nil {
		return err
	}
	words := c.Words()
	rows := [][]string{{words.T("account.list.row"), words.T("account.list.errors.column"), words.T("account.name"), words.T("account.list.kind.word"), words.T("account.list.errors.how")}}
	for _, line := range l.Lines {
		for _, r := range lineWords(c, line).Remarks {
			rows = append(rows, []string{strconv.Itoa(line.Row), strings.TrimSpace(r.Column + " " + r.Word), line.Name,
				words.T("account.list.fate." + string(line.Fate)), r.Text})
		}
	}
	return c.Attachment("errores.csv", "text/csv; charset=utf-8", table.WriteCSV(rows))
}

// columnsData is the data of the page "roster-columns".
type columnsData struct {
	account.Listed
	Form    answers
	Fields  []columnField
	Choices []option
}

// columnField is one thing that the roster wants to know.
type columnField struct {
	payroll.Field
	Word   string
	Needed bool
}

func (s *Server) listColumnsPage(c *Ctx) error {
	l, err := s.accounts.List(c.Context(), tenant, c.Param("id"))
	if err != nil {
		return err
	}
	if !l.Applied.IsZero() {
		return c.Redirect(listsPath + "/" + l.ID)
	}
	form := answers{Values: url.Values{}}
	for f, at := range l.Columns {
		form.Values.Set(string(f), strconv.Itoa(at))
	}
	return s.renderColumns(c, http.StatusOK, l, form)
}

func (s *Server) renderColumns(c *Ctx, status int, l account.Listed, form answers) error {
	d := columnsData{Listed: l, Form: form}
	for _, f := range payroll.Fields {
		d.Fields = append(d.Fields, columnField{f, fieldWord(c, f), slices.Contains(payroll.Needed, f)})
	}
	for i, h := range l.Heading {
		text := table.ColumnName(i)
		if h = cmp.Or(h, firstText(l.Example, i)); h != "" {
			text += " · " + clipped(h, 60)
		}
		d.Choices = append(d.Choices, option{Key: strconv.Itoa(i), Text: text})
	}
	return c.Render(status, "roster-columns", d)
}

// firstText is the first text of a column.
func firstText(rows [][]string, column int) string {
	for _, r := range rows {
		if column < len(r) && r[column] != "" {
			return r[column]
		}
	}
	return ""
}

// clipped is a text of at most n letters.
func clipped(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

func (s *Server) listColumns(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	id := c.Param("id")
	columns := table.Columns{}
	for _, f := range payroll.Fields {
		if text := c.Value(string(f)); text != "" {
			at, err := strconv.Atoi(text)
			if err != nil {
				at = -1
			}
			columns[f] = at
		}
	}
	if err := s.accounts.MatchList(c.Context(), tenant, id, columns); err != nil {
		form := answers{Values: c.Form()}
		if !form.with(err, c.Words(), "") {
			return err
		}
		l, e := s.accounts.List(c.Context(), tenant, id)
		if e != nil {
			return e
		}
		return s.renderColumns(c, formStatus(err), l, form)
	}
	return c.Redirect(listsPath + "/" + id)
}

// postsData is the data of the page "roster-posts".
type postsData struct {
	Form   answers
	List   string // that it was reached from
	Todo   []postLine
	Known  []postLine
	Levels []string
	Waits  []lowering // steps to the simplified format that the control body has not confirmed
	May    bool       // who asks may confirm them
}

// postLine is a post with its words.
type postLine struct {
	account.PostLine
	GradeWords string
	Day        string // on which it was decided
}

func (s *Server) postsPage(c *Ctx) error {
	return s.renderPosts(c, http.StatusOK, c.Query("lista"), answers{Values: url.Values{}})
}

func (s *Server) renderPosts(c *Ctx, status int, list string, form answers) error {
	all, err := s.accounts.Posts(c.Context(), tenant, list)
	if err != nil {
		return err
	}
	d := postsData{Form: form, List: list, May: c.Has(storage.RoleComptroller)}
	waits, err := s.accounts.Lowerings(c.Context(), tenant)
	if err != nil {
		return err
	}
	for _, w := range waits {
		d.Waits = append(d.Waits, lowering{w, c.words.When(w.At.In(c.Zone()))})
	}
	for _, l := range forms.AllLevels {
		d.Levels = append(d.Levels, l.Slug())
	}
	for _, post := range all {
		p := postLine{post, strings.Join(post.Grades, ", "), post.Changed.In(c.Zone()).Format(time.DateOnly)}
		if level, said := levelOf(form.Value("p-" + p.ID)); said {
			p.Level = level
		}
		if p.Known {
			d.Known = append(d.Known, p)
		} else {
			d.Todo = append(d.Todo, p)
		}
	}
	return c.Render(status, "roster-posts", d)
}

// lowering is one with its words.
type lowering struct {
	account.Lowering
	When string
}

// lowered is what the control body says of a step to the simplified format.
func (s *Server) lowered(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	if id := c.Value("persona"); id != "" {
		if err := s.accounts.SeeLowered(c.Context(), tenant, c.User().ID, id); err != nil {
			return err
		}
		c.Flash("account.lower.seen")
		return c.Redirect(postsPath)
	}
	yes := c.Value("decision") == "si"
	moved, err := s.accounts.ConfirmPost(c.Context(), tenant, c.User().ID, c.Value("puesto"), yes)
	if err != nil {
		return err
	}
	c.Flash("account.lower.kept")
	if yes {
		c.Flash("account.post.saved", moved)
	}
	return c.Redirect(postsPath)
}

func levelOf(slug string) (l forms.Level, ok bool) {
	for _, l := range forms.AllLevels {
		if l.Slug() == slug {
			return l, true
		}
	}
	return l, false
}

func (s *Server) posts(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	list := c.Value("lista")
	levels := map[string]forms.Level{}
	for name := range c.Form() {
		if id, ok := strings.CutPrefix(name, "p-"); ok {
			if level, said := levelOf(c.Value(name)); said {
				levels[id] = level
			}
		}
	}
	moved, waiting, err := s.accounts.SetPosts(c.Context(), tenant, c.User().ID, list, c.Value("acuerdo"), levels)
	if err != nil {
		form := answers{Values: c.Form()}
		if !form.with(err, c.Words(), "acuerdo") {
			return err
		}
		return s.renderPosts(c, formStatus(err), list, form)
	}
	c.Flash("account.post.saved", moved)
	if waiting > 0 {
		c.Flash("account.lower.asked")
	}
	if list != "" {
		return c.Redirect(listsPath + "/" + url.PathEscape(list))
	}
	return c.Redirect(postsPath)
}

// inviteData is the data of the page "roster-invite".
type inviteData struct {
	Form        answers
	Mail, Paper inviteCount
	Server      bool // there is a mail server
}

type inviteCount struct{ New, Coded int }

func countGuests(all []account.Guest) inviteCount {
	fresh := len(account.Pick(all, false))
	return inviteCount{fresh, len(all) - fresh}
}

func (s *Server) invitePage(c *Ctx) error { return s.renderInvite(c, http.StatusOK, answers{}) }

func (s *Server) renderInvite(c *Ctx, status int, form answers) error {
	g, err := s.accounts.Guests(c.Context(), tenant)
	if err != nil {
		return err
	}
	return c.Render(status, "roster-invite", inviteData{form, countGuests(g.Mail), countGuests(g.Paper), s.mail})
}

func (s *Server) inviteMail(c *Ctx) error {
	n, err := s.accounts.InviteByMail(c.Context(), tenant, c.User().ID, c.Value("otra") != "")
	if err != nil {
		return s.notInvited(c, err)
	}
	c.Flash("account.invite.sent", n)
	return c.Redirect(invitePath)
}

func (s *Server) notInvited(c *Ctx, err error) error {
	form := answers{Values: c.Form()}
	if !form.with(err, c.Words(), "") {
		return err
	}
	return s.renderInvite(c, formStatus(err), form)
}

// invitePaper answers with the letters. They are nowhere else: whoever loses the file
// makes other codes.
func (s *Server) invitePaper(c *Ctx) error {
	all, err := s.accounts.InviteOnPaper(c.Context(), tenant, c.User().ID, c.Value("otra") != "")
	if err != nil {
		return s.notInvited(c, err)
	}
	body := c.Institution()
	in := pdf.Invitations{Words: c.Words(), Lang: c.Words().Tag(), Institution: body.Name, Office: body.Office, Initials: body.Initials,
		Phone: body.Phone, Hours: body.Hours, Page: c.Base() + "/primera-vez", At: c.Now()}
	for _, i := range all {
		in.Letters = append(in.Letters, pdf.InvitationLetter{Name: account.FullName(i.Person), Post: i.Person.Post, Unit: i.Person.Unit,
			Code: i.Code, Until: i.Until.In(c.Zone()).Format(time.DateOnly)})
	}
	var b bytes.Buffer
	if err := pdf.WriteInvitations(&b, in); err != nil {
		return err
	}
	c.Secret()
	return c.Attachment("invitaciones.pdf", "application/pdf", b.Bytes())
}
