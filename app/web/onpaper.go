package web

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"declara/app/declare"
	"declara/app/errs"
	"declara/forms"
	"declara/storage"
)

// Declarations on paper (package declare, onpaper.go). The office receives one and
// keeps its scan; who takes it fills in the very same form, at the same addresses, with
// the paper beside it; the declarant or another official compares and countersigns.

const papersPath = "/contraloria/papel"

// typists may fill in a declaration: hers, or one on paper that she took to type. paperRoles
// receive and type papers.
var (
	typists    = []storage.Role{storage.RoleDeclarant, storage.RoleComptroller, storage.RoleHelp}
	paperRoles = typists[1:]
)

func (s *Server) onPaperRoutes() []Route {
	const one = "/contraloria/personas/:id/papel"
	return []Route{
		{Method: "GET", Path: papersPath, Roles: paperRoles, Do: s.papersPage},
		{Method: "GET", Path: one, Roles: paperRoles, Do: s.paperNew},
		{Method: "POST", Path: one, Roles: paperRoles, Body: complainBody, Slow: uploadTime, Do: s.paperReceive},
		{Method: "GET", Path: one + "/:papel", Roles: paperRoles, Do: s.paperPage},
		{Method: "GET", Path: one + "/:papel/escaneo", Roles: paperRoles, Slow: uploadTime, Do: s.paperScan},
		{Method: "GET", Path: one + "/:papel/recibo.pdf", Roles: paperRoles, Do: s.paperReceipt},
		{Method: "POST", Path: one + "/:papel/tomar", Roles: paperRoles, Do: s.paperTake},
		{Method: "POST", Path: one + "/:papel/lista", Roles: paperRoles, Do: s.paperDone},
		{Method: "POST", Path: one + "/:papel/cerrar", Roles: readers, Body: smallBody, Do: s.paperClose},
		{Method: "GET", Path: one + "/:papel/cotejar", Roles: readers, Do: s.paperCompare},
		{Method: "POST", Path: one + "/:papel/cotejar", Roles: readers, Do: s.paperCountersign},
		{Method: "GET", Path: "/contraloria/personas/:id/formato.pdf", Roles: paperRoles, Do: s.paperBlank},

		{Method: "GET", Path: "/declaraciones/papel/:papel", Roles: declarants, Do: s.paperCompare},
		{Method: "POST", Path: "/declaraciones/papel/:papel", Roles: declarants, Do: s.paperCountersign},
		{Method: "GET", Path: "/declaraciones/papel/:papel/escaneo", Roles: declarants, Slow: uploadTime, Do: s.paperScan},
	}
}

// beside is the paper that a form is filled in from.
type beside struct {
	Name, Folio, Received string
	Path, Scan            string
	JPEG                  bool
}

// typing finds out whether who asks types the declaration of the address from paper.
func (c *Ctx) typing() (who declare.Who, ok bool, err error) {
	if !slices.ContainsFunc(paperRoles, c.Has) || !strings.HasPrefix(c.route.Path, "/declaraciones/:id") {
		return who, false, nil
	}
	who, p, ok, err := c.s.declare.Typing(c.ctx, c.Tenant(), *c.User(), c.Param("id"))
	if err != nil || !ok {
		return who, false, err
	}
	r, err := c.s.declare.Paper(c.ctx, declare.Who{Tenant: who.Tenant, Person: who.Person}, p.ID)
	if err != nil {
		return who, false, err
	}
	at := paperPath(who.Person, p.ID)
	c.beside = &beside{fullName(r.Person), p.Folio, c.words.Day(p.Received), at, at + "/escaneo", p.Scan.Kind == "jpeg"}
	c.fc.Set("Content-Security-Policy", policy+"; frame-src 'self'")
	return who, true, nil
}

func paperPath(person, id string) string {
	return "/contraloria/personas/" + url.PathEscape(person) + "/papel/" + url.PathEscape(id)
}

// paperWho is whose paper the address is about.
func (c *Ctx) paperWho() (declare.Who, error) {
	if strings.HasPrefix(c.route.Path, "/declaraciones/") {
		return c.who()
	}
	return c.about(), nil
}

// paperHome is the page that what is done about a paper leads back to.
func (c *Ctx) paperHome() string {
	if strings.HasPrefix(c.route.Path, "/declaraciones/") {
		return "/declaraciones"
	}
	return paperPath(c.Param("id"), c.Param("papel"))
}

// paperStages are the stages that the queue shows, in the order of the work.
var paperStages = []string{"espera", "captura", "cotejo", "presentada", "cerrada"}

var stageClasses = map[string]string{"espera": "en", "captura": "en", "cotejo": "en", "presentada": "ok", "cerrada": ""}

// paperLine is a paper in the queue.
type paperLine struct {
	Path, Folio, Name, Unit, Title, Received, Who string
	Stage                                         status
}

type papersData struct {
	Lines []paperLine
	Views []viewLink
	pages
}

func (s *Server) papersPage(c *Ctx) error {
	all, err := s.declare.Papers(c.Context(), c.Tenant())
	if err != nil {
		return err
	}
	want, count := c.Query("etapa"), map[string]int{}
	if want != "" && want != "todas" && !slices.Contains(paperStages, want) {
		want = ""
	}
	var shown []declare.Received
	open := 0
	for _, p := range all {
		stage := p.Stage()
		count[stage]++
		if p.Open() {
			open++
		}
		if want == "todas" || stage == want || want == "" && p.Open() {
			shown = append(shown, p)
		}
	}
	d := papersData{pages: c.pages(len(shown), func(page int) string {
		return papersPath + "?" + url.Values{"etapa": {want}, "pagina": {strconv.Itoa(page)}}.Encode()
	})}
	d.Views = append(d.Views, viewLink{papersPath, c.words.T("onpaper.view.open", open), want == ""})
	for _, stage := range paperStages {
		d.Views = append(d.Views, viewLink{papersPath + "?etapa=" + stage, c.words.T("onpaper.view.stage", c.words.T("onpaper.stage."+stage), count[stage]), want == stage})
	}
	for _, p := range shown[d.from:d.to] {
		d.Lines = append(d.Lines, c.paperLine(p))
	}
	return c.Render(http.StatusOK, "onpaper-list", d)
}

func (c *Ctx) paperLine(p declare.Received) paperLine {
	l := paperLine{
		Path: paperPath(p.Person.ID, p.ID), Folio: p.Folio, Name: fullName(p.Person), Unit: p.Person.Unit, Title: c.dutyTitle(p.Duty),
		Received: c.words.DayShort(p.Received), Stage: status{stageClasses[p.Stage()], c.words.T("onpaper.stage." + p.Stage())},
	}
	if n := len(p.Typed); n > 0 {
		l.Who = p.Typed[n-1].Name
	}
	return l
}

// dutyTitle names a declaration by the key of its duty.
func (c *Ctx) dutyTitle(key string) string {
	kind, rest, _ := strings.Cut(key, "-")
	year, _, _ := strings.Cut(rest, "-")
	t, ok := forms.ParseType(kind)
	n, err := strconv.Atoi(year)
	if !ok || err != nil {
		return key
	}
	return c.words.T("declare.title."+t.Slug(), n)
}

// paperFormData is the data of the page "onpaper-new".
type paperFormData struct {
	Person storage.Person
	Name   string
	Duties []option
	Blank  string
	Back   string
	Form   answers
}

func (s *Server) paperNew(c *Ctx) error {
	return s.paperForm(c, http.StatusOK, answers{Values: url.Values{"obligacion": {c.Query("obligacion")}}})
}

func (s *Server) paperForm(c *Ctx, code int, form answers) error {
	m, err := s.declare.Mine(c.Context(), c.about())
	if err != nil {
		return err
	}
	d := paperFormData{Person: m.Person, Name: fullName(m.Person), Form: form, Back: peoplePath + "/" + url.PathEscape(m.Person.ID) + "/obligaciones"}
	if c.onlyHelps() {
		d.Back = helpPath + "/" + url.PathEscape(m.Person.ID)
	}
	for _, x := range m.Duties {
		if x.Kind != declare.Aviso && (x.Standing == declare.Open || x.Standing == declare.Overdue || x.Standing == declare.Doubt) {
			d.Duties = append(d.Duties, option{x.Key, c.words.T("declare.title."+string(x.Kind), x.Year)})
		}
	}
	if len(d.Duties) > 0 && form.Value("obligacion") == "" {
		form.Values.Set("obligacion", d.Duties[0].Key)
	}
	d.Blank = "/contraloria/personas/" + url.PathEscape(m.Person.ID) + "/formato.pdf?" + url.Values{"obligacion": {form.Value("obligacion")}}.Encode()
	return c.Render(code, "onpaper-new", d)
}

// paperFields are the fields that what is wrong with a paper stands at.
var paperFields = map[error]string{
	declare.ErrPaperDuty: "obligacion", declare.ErrPaperTaken: "obligacion", declare.ErrPaperDay: "recibido", declare.ErrPaperScan: "archivo",
	declare.ErrPaperReason: "motivo", declare.ErrPaperNote: "nota", declare.ErrProof: "identificacion",
}

func (s *Server) paperReceive(c *Ctx) error {
	if err := c.turn(); err != nil {
		return err
	}
	if err := c.FormError(); err != nil {
		return err
	}
	file, err := c.File("archivo")
	if err != nil {
		file = nil // a form without a part for it: the field is told
	}
	p, err := s.declare.Receive(c.Context(), c.about(), *c.User(), declare.Incoming{Duty: c.Value("obligacion"), Day: c.Value("recibido"), File: file})
	if err != nil {
		all, ok := c.sorted(err, paperFields, "")
		if !ok {
			return err
		}
		for i := range all {
			if all[i].Field == "" { // what is wrong with the file is told in its own words
				all[i].Field = "archivo"
			}
		}
		return s.paperForm(c, 422, answers{c.Form(), all})
	}
	c.Flash("onpaper.flash.received", p.Folio)
	return c.Redirect(paperPath(c.Param("id"), p.ID))
}

// paperData is the data of the page "onpaper".
type paperData struct {
	paperLine
	Person              storage.Person
	Duty                string
	Scan, Draft, Filing string
	JPEG                bool
	Hash                string
	Size                int
	Acts                []paperAct
	Take, Taken, Done   bool // what who looks may do
	Compare, Close      bool
	Why                 string   // why she may not
	Proofs              []option // what its person shows to the help desk
	Form                answers
}

type paperAct struct{ What, Name, When, Reason string }

func (s *Server) paperPage(c *Ctx) error {
	return s.paperAgain(c, http.StatusOK, answers{Values: url.Values{}})
}

func (s *Server) paperAgain(c *Ctx, code int, form answers) error {
	p, err := s.declare.Paper(c.Context(), c.about(), c.Param("papel"))
	if err != nil {
		return err
	}
	u := c.User()
	typed := slices.ContainsFunc(p.Typed, func(a storage.PaperAct) bool { return a.By == u.ID })
	mine := len(p.Typed) > 0 && p.Typed[len(p.Typed)-1].By == u.ID
	own := u.Person == p.Person.ID
	helps := c.onlyHelps()
	if helps { // it sees one while it types it, with its person beside it
		if _, _, mine, err = s.declare.Typing(c.Context(), c.Tenant(), *u, p.Draft); err != nil {
			return err
		}
	}
	d := paperData{
		paperLine: c.paperLine(p), Person: p.Person, Duty: p.Duty, JPEG: p.Scan.Kind == "jpeg", Hash: p.Scan.Hash, Size: (p.Scan.Size + 1023) >> 10, Form: form,
	}
	if p.Open() {
		if !helps || mine {
			d.Scan = d.Path + "/escaneo"
		}
		switch {
		case helps && !own && p.Done != nil:
			d.Why = c.words.T("help.compared")
		case own:
			d.Why = c.words.T("onpaper.error.own")
		case p.Done != nil && typed:
			d.Why = c.words.T("onpaper.error.same")
		case p.Done != nil:
			d.Compare = true
		case mine:
			d.Taken, d.Draft = true, draftPath(p.Draft)
		default:
			d.Take = true
			if helps {
				d.Proofs = c.proofs()
			}
		}
		d.Close = !own && !helps
	}
	if p.Compared != nil && !helps {
		d.Filing = openPath(p.Draft)
	}
	add := func(what string, a *storage.PaperAct) {
		if a != nil && a.By != "" {
			reason := a.Reason
			switch {
			case slices.Contains(storage.Proofs, reason):
				reason = c.words.T("help.proof.shown", c.words.T("help.proof."+reason))
			case helps && !mine: // it tells of what the paper says
				reason = ""
			}
			d.Acts = append(d.Acts, paperAct{c.words.T("onpaper.act." + what), a.Name, c.words.When(a.At.In(c.Zone())), reason})
		} else if a != nil {
			d.Acts = append(d.Acts, paperAct{c.words.T("onpaper.act.online"), fullName(p.Person), c.words.When(a.At.In(c.Zone())), ""})
		}
	}
	type moment struct {
		what string
		act  *storage.PaperAct
	}
	moments := []moment{{"received", &p.Act}}
	for i := range p.Typed {
		moments = append(moments, moment{"taken", &p.Typed[i]})
	}
	for i := range p.Returned {
		moments = append(moments, moment{"returned", &p.Returned[i]})
	}
	moments = append(moments, moment{"typed", p.Done}, moment{"compared", p.Compared}, moment{"closed", p.Closed})
	moments = slices.DeleteFunc(moments, func(m moment) bool { return m.act == nil })
	slices.SortStableFunc(moments, func(a, b moment) int { return a.act.At.Compare(b.act.At) })
	for _, m := range moments {
		add(m.what, m.act)
	}
	return c.Render(code, "onpaper", d)
}

// paperScan shows the scan, to who may see it now.
func (s *Server) paperScan(c *Ctx) error {
	who, err := c.paperWho()
	if err != nil {
		return err
	}
	b, kind, err := s.declare.Scan(c.Context(), who, *c.User(), c.Param("papel"))
	if err != nil {
		return err
	}
	mime := "application/pdf"
	if kind == "jpeg" {
		mime = "image/jpeg"
	}
	c.fc.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'")
	c.fc.Set("X-Frame-Options", "SAMEORIGIN")
	c.Secret()
	return c.Send(http.StatusOK, mime, b)
}

func (s *Server) paperReceipt(c *Ctx) error {
	p, err := s.declare.Paper(c.Context(), c.about(), c.Param("papel"))
	if err != nil {
		return err
	}
	words := s.words.Printer("es") // acts are in Spanish
	year := p.Duty[strings.IndexByte(p.Duty, '-')+1:]
	year, _, _ = strings.Cut(year, "-")
	n, _ := strconv.Atoi(year)
	file, err := declare.PaperReceipt(words, c.Institution(), p, words.T("declare.title."+p.Duty[:strings.IndexByte(p.Duty, '-')], n), c.Zone())
	if err != nil {
		return fault("receipt of paper", err)
	}
	return c.Attachment(p.Folio+".pdf", "application/pdf", file)
}

// paperBlank is the format to fill in by hand, for a duty of the person.
func (s *Server) paperBlank(c *Ctx) error {
	file, err := s.declare.Blank(c.Context(), c.about(), c.Query("obligacion"), s.words.Printer("es"))
	if err != nil {
		return err
	}
	return c.Attachment(c.words.T("onpaper.blank.file")+".pdf", "application/pdf", file)
}

func (s *Server) paperTake(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	var draft string
	var err error
	if c.onlyHelps() {
		draft, err = s.declare.TakeBeside(c.Context(), c.about(), *c.User(), c.Param("papel"), c.Value("identificacion"))
	} else {
		draft, err = s.declare.Take(c.Context(), c.about(), *c.User(), c.Param("papel"))
	}
	if all, ok := c.sorted(err, paperFields, ""); ok && errors.Is(err, declare.ErrProof) {
		return s.paperAgain(c, 422, answers{c.Form(), all})
	} else if err != nil {
		return err
	}
	return c.Redirect(draftPath(draft))
}

func (s *Server) paperDone(c *Ctx) error {
	err := s.declare.Done(c.Context(), c.about(), *c.User(), c.Param("papel"))
	if errors.Is(err, declare.ErrNotReady) {
		p, err := s.declare.Paper(c.Context(), c.about(), c.Param("papel"))
		if err != nil {
			return err
		}
		c.Flash("declare.error.notready")
		return c.Redirect(draftPath(p.Draft, "revisar"))
	} else if err != nil {
		return err
	}
	c.Flash("onpaper.flash.typed")
	return c.Redirect(c.paperHome())
}

func (s *Server) paperClose(c *Ctx) error {
	if err := s.declare.Close(c.Context(), c.about(), *c.User(), c.Param("papel"), c.Value("motivo")); err != nil {
		all, ok := c.sorted(err, paperFields, "")
		if !ok || errs.CodeOf(err) == errs.Conflict {
			return err
		}
		return s.paperAgain(c, 422, answers{c.Form(), all})
	}
	c.Flash("onpaper.flash.closed")
	return c.Redirect(c.paperHome())
}

// compareData is the data of the page "onpaper-compare".
type compareData struct {
	paperLine
	Action, Back, BackText, Scan string
	JPEG, Own, Begun, Late       bool
	Oath, Stamp                  string
	Parts                        []reviewed
	Form                         answers
}

func (s *Server) paperCompare(c *Ctx) error {
	return s.compareAgain(c, http.StatusOK, answers{Values: url.Values{}})
}

func (s *Server) compareAgain(c *Ctx, code int, form answers) error {
	who, err := c.paperWho()
	if err != nil {
		return err
	}
	got, err := s.declare.Compare(c.Context(), who, *c.User(), c.Param("papel"))
	if err != nil {
		return err
	}
	d := compareData{
		paperLine: c.paperLine(got.Received), Action: c.Path(), Scan: paperPath(got.Person.ID, got.ID) + "/escaneo", JPEG: got.Scan.Kind == "jpeg",
		Own: c.User().Person == got.Person.ID, Begun: got.Begun, Late: got.Work.Late(), Stamp: got.Work.Stamp(), Form: form, Back: c.paperHome(), BackText: got.Folio,
	}
	d.Oath = c.words.T("onpaper.oath.office", d.Name)
	if d.Own {
		d.Scan = c.Path() + "/escaneo"
		d.BackText = c.words.T("declare.home.title")
		d.Oath = c.words.T("declare.oath", d.Name, c.Institution().Name)
	}
	w := got.Work
	progress := w.Progress()
	for i := range w.Form.Sections {
		part := c.reviewed(w, &w.Form.Sections[i], progress)
		part.Path = ""
		d.Parts = append(d.Parts, part)
	}
	c.fc.Set("Content-Security-Policy", policy+"; frame-src 'self'")
	c.Secret()
	return c.Render(code, "onpaper-compare", d)
}

// paperCountersign files what was typed, or gives it back.
func (s *Server) paperCountersign(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	who, err := c.paperWho()
	if err != nil {
		return err
	}
	id := c.Param("papel")
	if c.Value("accion") == "devolver" {
		err = s.declare.Return(c.Context(), who, *c.User(), id, c.Form().Get("motivo"))
		if err == nil {
			c.Flash("onpaper.flash.returned")
			return c.Redirect(c.paperHome())
		}
		return s.compareRefused(c, err, "motivo")
	}
	spanish := s.words.Printer("es") // what is told to the declarant
	f, err := s.declare.Countersign(c.Context(), who, *c.User(), id, declare.Countersign{
		Seal: declare.Seal{Stamp: c.Value("sello"), Verify: func() error {
			return s.accounts.VerifyPassword(c.Context(), c.Tenant(), c.User().ID, c.Form().Get("contrasena"))
		}},
		Note: c.Form().Get("nota"), Typed: spanish.T("onpaper.read.typed"), Against: spanish.T("onpaper.read.compared"),
	})
	if err != nil {
		return s.compareRefused(c, err, "contrasena")
	}
	if strings.HasPrefix(c.route.Path, "/declaraciones/") {
		return c.Redirect(draftPath(f.ID, "acuse"))
	}
	c.Flash("onpaper.flash.filed", f.Folio)
	return c.Redirect(c.paperHome())
}

func (s *Server) compareRefused(c *Ctx, err error, field string) error {
	form := answers{Values: c.Form()}
	form.Values.Del("contrasena")
	if errors.Is(err, declare.ErrChanged) {
		form.Trouble = []trouble{{"", c.said(err)}}
		return s.compareAgain(c, http.StatusConflict, form)
	}
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || !slices.Contains([]errs.Code{errs.Invalid, errs.Unsigned, errs.TooMany}, e.Code) {
		return err
	}
	form.Trouble = []trouble{{cmp.Or(paperFields[e], field), c.said(e)}}
	return s.compareAgain(c, formStatus(err), form)
}

// paperCard is a paper of hers, on the page of a declarant.
type paperCard struct {
	Title, Folio, Received, State, Path string
}

// paperCards are those that are still to be brought in, and those that were closed this
// month.
func (c *Ctx) paperCards(all []storage.OnPaper) (cards []paperCard) {
	for _, p := range all {
		r := declare.Received{OnPaper: p}
		if !p.Open() && (p.Closed == nil || c.Now().Sub(p.Closed.At) > 31*24*time.Hour) {
			continue
		}
		card := paperCard{Title: c.dutyTitle(p.Duty), Folio: p.Folio, Received: c.words.Day(p.Received), State: c.words.T("onpaper.mine." + r.Stage())}
		if r.Stage() == "cotejo" {
			card.Path = "/declaraciones/papel/" + p.ID
		}
		cards = append(cards, card)
	}
	return cards
}

// scanOf is where the declarant sees the scan that a filing was typed from.
func (s *Server) scanOf(c *Ctx, who declare.Who, f storage.Filing) string {
	m, err := s.declare.Mine(c.Context(), who)
	if err != nil {
		return ""
	}
	for _, p := range m.Papers {
		if p.Draft == f.ID {
			return "/declaraciones/papel/" + p.ID + "/escaneo"
		}
	}
	return ""
}
