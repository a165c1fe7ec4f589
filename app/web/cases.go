package web

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"declara/app/complain"
	"declara/app/errs"
	"declara/storage"
)

// Pages of the office about cases. Who opens one has her key open in this session; a
// list is made of the wraps that she holds, so that no page can show a case that its
// reader could not open. Filters stand in the address, and nothing that a case tells.

// caseRoles are those who read cases.
var caseRoles = []storage.Role{storage.RoleComptroller, storage.RoleInvestigator, storage.RoleSubstantiator}

// wordsBody is the most that a form with a long text carries: 20,000 characters, each
// of which may take several bytes and three signs for each of them.
const wordsBody = 256 << 10

const casesPath = "/contraloria/casos"

func (s *Server) casesRoutes() []Route {
	head := []storage.Role{storage.RoleComptroller}
	const one = casesPath + "/:id"
	return []Route{
		{Method: "GET", Path: casesPath, Roles: caseRoles, Do: s.casesPage},
		{Method: "GET", Path: casesPath + "/cifras", Roles: head, Do: s.casesPace},
		{Method: "GET", Path: casesPath + "/calendario", Roles: caseRoles, Do: s.calendarPage},
		{Method: "POST", Path: casesPath + "/calendario", Roles: head, Do: s.calendarChange},
		{Method: "GET", Path: casesPath + "/autoridades", Roles: head, Do: s.authoritiesPage},
		{Method: "POST", Path: casesPath + "/autoridades", Roles: head, Do: s.authoritiesChange},
		{Method: "GET", Path: casesPath + "/sellados", Roles: storage.CaseRoles, Do: s.sealedPage},
		{Method: "POST", Path: casesPath + "/sellados", Roles: storage.CaseRoles, Body: smallBody, Do: s.sealedChange},
		{Method: "GET", Path: casesPath + "/sellados/:id/:seq", Roles: storage.CaseRoles, Do: s.sealedFile},
		{Method: "GET", Path: one, Roles: caseRoles, Do: s.casePage},
		{Method: "POST", Path: one, Roles: caseRoles, Body: wordsBody, Do: s.caseChange},
		{Method: "GET", Path: one + "/mover", Roles: caseRoles, Do: s.caseMovePage},
		{Method: "POST", Path: one + "/mover", Roles: caseRoles, Body: complainBody, Slow: uploadTime, Do: s.caseMove},
		{Method: "POST", Path: one + "/acto", Roles: caseRoles, Body: complainBody, Slow: uploadTime, Do: s.caseFile},
		{Method: "GET", Path: one + "/escrito", Roles: caseRoles, Do: s.writPage},
		{Method: "POST", Path: one + "/escrito", Roles: caseRoles, Body: wordsBody, Do: s.writPrint},
		{Method: "GET", Path: one + "/declaracion", Roles: inquirers, Do: s.caseDeclarationPage},
		{Method: "POST", Path: one + "/declaracion", Roles: inquirers, Body: smallBody, Do: s.caseDeclaration},
		{Method: "GET", Path: one + "/anexo/:seq", Roles: caseRoles, Do: s.fetch(storage.PartFile)},
		{Method: "GET", Path: one + "/acto/:seq", Roles: caseRoles, Do: s.fetch(storage.PartAct)},
		{Method: "GET", Path: one + "/envio/:seq", Roles: caseRoles, Do: s.fetch(storage.PartExport)},
	}
}

// withKey runs what needs the opened key, or sends who asks to open hers and back.
func (c *Ctx) withKey(goOn string, do func(complain.Hand) error) error {
	mine, err := c.unlocked()
	if err != nil {
		return err
	}
	if mine == nil && c.method == http.MethodPost {
		return c.locked()
	}
	if mine == nil {
		return c.askKey(goOn)
	}
	defer mine.Wipe()
	return do(complain.Hand{Tenant: tenant, User: c.User().ID, Key: mine})
}

// lockedData is the data of the page "case-locked".
type lockedData struct {
	Path   string
	Fields []option // of a form that was on its way
	File   bool     // it had one, which is not kept
	Form   answers
}

// locked keeps a form that came while the key is closed: it is in the page, to be sent
// again once the key is open.
func (c *Ctx) locked() error {
	d := lockedData{Path: c.path}
	if strings.HasPrefix(c.Header("Content-Type"), "application/x-www-form-urlencoded") {
		if c.FormError() == nil {
			d.Fields = fields(c.Form())
		}
	} else if form, err := c.handed(); err == nil { // the file is to be chosen again
		d.Fields, d.File = fields(form.Values), true
	}
	c.Secret()
	return c.Render(http.StatusConflict, "case-locked", d)
}

func casePath(id string) string { return casesPath + "/" + id }

// casesData is the data of the page "cases".
type casesData struct {
	complain.Board
	Filter complain.Filter
	Table  bool // the board
	Head   bool
	Chips  []chip // filters that are on
	Groups []stageLines
	Boxes  int // that are overdue
}

// chip is a filter that is on, with the address without it.
type chip struct{ Text, Path string }

// stageLines is a column of the board.
type stageLines struct {
	complain.Count
	Path  string
	Lines []complain.Line
}

// filterOf reads the filter of an address. What it does not know is no filter.
func filterOf(q url.Values) (f complain.Filter) {
	if v := q.Get("etapa"); slices.Contains(complain.Stages, v) {
		f.Stage = v
	}
	if v := q.Get("estado"); complain.StateOf(v).Stage != "" {
		f.State = v
	}
	if v := q.Get("quien"); len(v) <= 40 {
		f.Who = v
	}
	if v := q.Get("plazo"); slices.Contains([]string{complain.DueLate, complain.DueWeek, complain.DueQuiet}, v) {
		f.Due = v
	}
	if q.Get("bandeja") == complain.TrayFlood {
		f.Tray = complain.TrayFlood
	}
	return f
}

// casesAddress is the list with a filter.
func casesAddress(f complain.Filter, table bool) string {
	q := url.Values{}
	for name, v := range map[string]string{"etapa": f.Stage, "estado": f.State, "quien": f.Who, "plazo": f.Due, "bandeja": f.Tray} {
		if v != "" {
			q.Set(name, v)
		}
	}
	if table {
		q.Set("vista", "tablero")
	}
	if len(q) == 0 {
		return casesPath
	}
	return casesPath + "?" + q.Encode()
}

func (s *Server) casesPage(c *Ctx) error {
	return c.withKey(casesPath, func(h complain.Hand) error {
		d := casesData{Filter: filterOf(c.Queries()), Table: c.Query("vista") == "tablero", Head: c.Has(storage.RoleComptroller)}
		var err error
		if d.Board, err = s.cases.Board(c.ctx, tenant, h.User, d.Filter); err != nil {
			return err
		}
		for i := range d.Whos {
			if d.Whos[i].Value == complain.Nobody {
				d.Whos[i].Name = c.words.T("cases.who.nobody")
			}
		}
		if d.Boxes, err = s.cases.LateBoxes(c.ctx, tenant); err != nil {
			return err
		}
		d.chips(c)
		for _, n := range d.Stages {
			f := d.Filter
			f.Stage, f.State = n.Value, ""
			g := stageLines{Count: n, Path: casesAddress(f, false)}
			for _, l := range d.Lines {
				if l.Stage == n.Value {
					g.Lines = append(g.Lines, l)
				}
			}
			d.Groups = append(d.Groups, g)
		}
		return c.Render(http.StatusOK, "cases", d)
	})
}

func (d *casesData) chips(c *Ctx) {
	add := func(on bool, text string, off func(*complain.Filter)) {
		if on {
			f := d.Filter
			off(&f)
			d.Chips = append(d.Chips, chip{text, casesAddress(f, d.Table)})
		}
	}
	who := ""
	for _, n := range d.Whos {
		if n.Value == d.Filter.Who {
			who = n.Name
		}
	}
	f := d.Filter
	add(f.Stage != "", c.words.T("cases.stage."+f.Stage), func(f *complain.Filter) { f.Stage = "" })
	add(f.State != "", c.words.T("cases.state."+f.State), func(f *complain.Filter) { f.State = "" })
	add(f.Who != "", cmp.Or(who, c.words.T("cases.who")), func(f *complain.Filter) { f.Who = "" })
	add(f.Due != "", c.words.T("cases.due."+f.Due), func(f *complain.Filter) { f.Due = "" })
	add(f.Tray != "", c.words.T("cases.tray"), func(f *complain.Filter) { f.Tray = "" })
}

// paceData is the data of the page "cases-pace".
type paceData struct {
	complain.Pace
	Returns *complain.Returns // nil while her key is closed
}

func (s *Server) casesPace(c *Ctx) error {
	d := paceData{}
	var err error
	if d.Pace, err = s.cases.Pace(c.ctx, tenant, c.User().ID); err != nil {
		return err
	}
	mine, err := c.unlocked()
	if err != nil {
		return err
	}
	if mine != nil {
		defer mine.Wipe()
		r, err := s.cases.Returns(c.ctx, complain.Hand{Tenant: tenant, User: c.User().ID, Key: mine})
		if err != nil {
			return err
		}
		d.Returns = &r
	}
	return c.Render(http.StatusOK, "cases-pace", d)
}

// caseData is the data of the page "case".
type caseData struct {
	complain.Opened
	Envio      string
	Form       answers
	At         string // the form that was sent
	Candidates []option
	Excusing   []option // to whom she may give it
	People     []option // who can be released
	Recusable  []option // they, and who keeps the identity
	Writs      []string
	Me         string
	Notices    []hinted // ways of notification
	Notifying  []option // moves of which somebody must still be notified
	Unordered  []option // signed requirements whose term was not begun
	Extendable []option // requirements
	HoldKinds  []option // what may keep it from being deleted
	Alike      []complain.Alike
	Looked     bool // for those
}

func (s *Server) casePage(c *Ctx) error {
	return c.withKey(c.path, func(h complain.Hand) error { return s.renderCase(c, h, http.StatusOK, answers{}, "") })
}

func (s *Server) renderCase(c *Ctx, h complain.Hand, status int, form answers, at string) (err error) {
	if form.Values == nil {
		form.Values = url.Values{}
	}
	d := caseData{Envio: cmp.Or(form.Value("envio"), storage.RandomID()), Form: form, At: at, Writs: complain.Templates, Me: h.User}
	id := c.Param("id")
	if d.Opened, err = s.cases.Open(c.ctx, h, id); err != nil {
		return err
	}
	d.terms(c)
	d.HoldKinds = holdKinds(c)
	if d.Looked = at == "parecidas"; d.Looked {
		if d.Alike, err = s.cases.Alike(c.ctx, h, id); err != nil {
			return err
		}
	}
	all, err := s.cases.Candidates(c.ctx, h, id)
	if err != nil {
		return err
	}
	for _, x := range all {
		one := option{x.User, named(x)}
		if d.Head || slices.Contains(x.Roles, storage.RoleSubstantiator) {
			d.Candidates = append(d.Candidates, one)
		}
		d.Excusing = append(d.Excusing, one)
	}
	for _, x := range d.Holders {
		if x.User != h.User {
			d.People = append(d.People, option{x.User, named(x)})
		}
		if d.Head && !x.Assigned {
			d.Candidates = append(d.Candidates, option{x.User, named(x)})
		}
	}
	keepers, err := s.cases.Keepers(c.ctx, h, id)
	if err != nil {
		return err
	}
	d.Recusable = slices.Clone(d.People)
	for _, x := range keepers {
		d.Recusable = append(d.Recusable, option{x.User, named(x)})
	}
	if d.Form.Value("fecha") == "" && d.FactsDay != "" {
		d.Form.Values.Set("fecha", typed(d.FactsDay))
		if d.Grave {
			d.Form.Values.Set("grave", "1")
		}
	}
	return c.Render(status, "case", d)
}

// named is somebody in a select.
func named(h complain.Holder) string {
	if h.Post == "" {
		return h.Name
	}
	return h.Name + ", " + h.Post
}

// again shows a case with what is wrong with a form, with what was typed.
func (s *Server) again(c *Ctx, h complain.Hand, err error, at, field string) error {
	form := answers{Values: c.Form()}
	if !form.withAll(err, c.words, field) {
		return err
	}
	return s.renderCase(c, h, formStatus(err), form, at)
}

// caseForms are what can be done on the page of a case, by the value of "paso", and the
// box that a sentence about it belongs to.
func (s *Server) caseForm(c *Ctx, h complain.Hand, id string) (flash, field string, err error) {
	switch c.Value("paso") {
	case "mensaje":
		return "cases.flash.said", "mensaje", s.cases.Say(c.ctx, h, id, c.Value("mensaje"), c.Value("envio"))
	case "nota":
		return "cases.flash.noted", "nota", s.cases.Remark(c.ctx, h, id, c.Value("nota"), c.Value("envio"))
	case "hechos":
		return "cases.flash.facts", "fecha", s.cases.Happening(c.ctx, h, id, isoWhen(c.Value("fecha"), c.words), c.Value("grave") != "")
	case "asignar":
		return "cases.flash.assigned", "a", s.cases.Assign(c.ctx, h, id, c.Value("a"))
	case "retirar":
		return "cases.flash.released", "de", s.cases.Release(c.ctx, h, id, c.Value("de"))
	case "recusar":
		return "cases.flash.recused", "recusada", s.cases.Recuse(c.ctx, h, id, c.Value("recusada"), c.Value("motivo"))
	case "excusa":
		return "cases.flash.excused", "excusa", s.cases.Excuse(c.ctx, h, id, c.Value("excusa"), c.Value("sucede"))
	}
	if c.Value("paso") == "suspender" || c.Value("paso") == "levantar" {
		return s.holdForm(c, h, id)
	}
	return s.termForm(c, h, id)
}

func (s *Server) caseChange(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	id, at := c.Param("id"), c.Value("paso")
	return c.withKey(casePath(id), func(h complain.Hand) error {
		if at == "parecidas" { // what is found has no address
			c.Secret()
			return s.renderCase(c, h, http.StatusOK, answers{}, at)
		}
		flash, field, err := s.caseForm(c, h, id)
		if err != nil {
			return s.again(c, h, err, at, field)
		}
		c.Flash(flash)
		if at == "excusa" {
			return c.Redirect(casesPath)
		}
		return c.Redirect(casePath(id))
	})
}

// caseFile adds a signed writ without moving the case.
func (s *Server) caseFile(c *Ctx) error {
	id := c.Param("id")
	return c.withKey(casePath(id), func(h complain.Hand) error {
		form, err := c.handed()
		if err != nil {
			return err
		}
		again := func(err error) error {
			a := answers{Values: form.Values}
			if !a.with(err, c.words, "archivo") {
				return err
			}
			return s.renderCase(c, h, formStatus(err), a, "acto")
		}
		if form.file == nil {
			return again(errs.New(errs.Invalid, "cases.error.document"))
		}
		err = c.hand(func() error {
			return s.cases.File(c.ctx, h, id, complain.Sheet{Kind: form.Get("tipo"), Bytes: form.file})
		})
		if err != nil {
			return again(err)
		}
		c.Flash("cases.flash.filed")
		return c.Redirect(casePath(id))
	})
}

// fetch answers with a file of a case, which no browser shows or runs by itself.
func (s *Server) fetch(kind string) Handler {
	return func(c *Ctx) error {
		seq, ok := sequence(c.Param("seq"))
		if !ok {
			return complain.ErrNoCase
		}
		id := c.Param("id")
		return c.withKey(casePath(id), func(h complain.Hand) error {
			d, err := s.cases.Fetch(c.ctx, h, id, kind, seq)
			if err != nil {
				return err
			}
			c.Secret()
			c.Set("Content-Security-Policy", "sandbox; default-src 'none'")
			return c.Attachment(d.Name, d.Type, d.Bytes)
		})
	}
}

// moveData is the data of the page "case-move".
type moveData struct {
	complain.Opened
	Way         *complain.Transition
	Form        answers
	Envio       string
	Acts        []option // that are in the case and no move was made with
	Motives     []roleChoice
	Authorities []option
	Conflict    bool // somebody else moved it meanwhile
}

func (s *Server) caseMovePage(c *Ctx) error {
	id := c.Param("id")
	return c.withKey(casePath(id), func(h complain.Hand) error {
		return s.renderMove(c, h, http.StatusOK, c.Query("a"), answers{Values: url.Values{}}, false)
	})
}

func (s *Server) renderMove(c *Ctx, h complain.Hand, status int, to string, form answers, conflict bool) error {
	id := c.Param("id")
	o, err := s.cases.Open(c.ctx, h, id)
	if err != nil {
		return err
	}
	d := moveData{Opened: o, Form: form, Envio: cmp.Or(form.Value("envio"), storage.RandomID()), Conflict: conflict}
	for _, w := range o.Ways {
		if w.To == to {
			d.Way = w
		}
	}
	if d.Way == nil && !conflict {
		c.Flash("cases.flash.noway")
		return c.Redirect(casePath(id))
	}
	for _, a := range o.Acts {
		if !a.Used && d.Way != nil && d.Way.TakesAct(a.Kind) {
			d.Acts = append(d.Acts, option{seqText(a.Seq), c.words.T("cases.act.option", c.words.T("act."+a.Kind+".title"), c.words.DayShort(a.Day), a.Act.Hash[:8])})
		}
	}
	if d.Way != nil {
		for _, m := range d.Way.Motives {
			d.Motives = append(d.Motives, roleChoice{Key: m, Text: c.words.T("cases.motive." + m)})
		}
	}
	all, err := s.cases.Authorities(c.ctx, tenant)
	if err != nil {
		return err
	}
	for _, a := range all {
		text := a.Name
		if a.Recipient == "" {
			text = c.words.T("cases.authority.paper", a.Name)
		}
		d.Authorities = append(d.Authorities, option{a.Name, text})
	}
	return c.Render(status, "case-move", d)
}

// moveFields are the boxes that the sentences about a move belong to.
var moveFields = map[string]string{
	"cases.error.document": "archivo", "cases.error.pdf": "archivo", "cases.error.kind": "acto", "cases.error.reason": "razon", "cases.error.motive": "motivo",
	"cases.error.question": "pregunta", "cases.error.authority": "autoridad", "cases.error.file": "expediente",
}

// apart are the errors that were joined into one, however often.
func apart(err error) (all []error) {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	for _, one := range joined.Unwrap() {
		all = append(all, apart(one)...)
	}
	return all
}

func (s *Server) caseMove(c *Ctx) error {
	id := c.Param("id")
	return c.withKey(casePath(id), func(h complain.Hand) error {
		form, err := c.handed()
		if err != nil {
			return err
		}
		moves, _ := sequence(form.Get("movidas"))
		act, _ := sequence(form.Get("acto"))
		step := complain.Step{To: form.Get("a"), Moves: int(moves), Act: act, Reason: form.Get("razon"), Motive: form.Get("motivo"),
			Question: form.Get("pregunta"), Authority: form.Get("autoridad"), File: form.Get("expediente"), Envio: form.Get("envio")}
		if form.file != nil {
			step.Act, step.Sheet = 0, &complain.Sheet{Kind: form.Get("documento"), Bytes: form.file}
		}
		err = c.hand(func() error { return s.cases.Move(c.ctx, h, id, step) })
		if err == nil {
			c.Flash("cases.flash.moved")
			return c.Redirect(casePath(id))
		}
		again := answers{Values: form.Values}
		if errs.CodeOf(err) == errs.Conflict {
			e, _ := errors.AsType[*errs.Error](err)
			again.Trouble = append(again.Trouble, trouble{"", c.words.T(e.Key, anys(e.Args)...)})
			return s.renderMove(c, h, http.StatusConflict, step.To, again, true)
		}
		for _, one := range apart(err) {
			field := moveFields[keyOf(one)]
			if strings.HasPrefix(keyOf(one), "evidence.") {
				field = "archivo"
			}
			if !again.with(one, c.words, field) {
				return err
			}
		}
		return s.renderMove(c, h, formStatus(err), step.To, again, false)
	})
}
