package web

import (
	"bytes"
	"errors"
	"net/http"
	"strconv"
	"time"

	"declara/app/errs"
	"declara/app/verify"
	"declara/pdf"
	"declara/storage"
)

// The work on one declaration that was drawn: who verifies it, the way to its sheet
// (verify_sheet.go), and its end. This page has nothing of what was declared: what was
// found is read for a ground (verify_finding.go).

func (s *Server) verifyWorkRoutes() []Route {
	const at = drawsPath + "/:number/declaracion/:folio"
	post := func(path string, do Handler) Route {
		return Route{Method: "POST", Path: at + path, Roles: verifiers, Do: do}
	}
	get := func(path string, do Handler) Route {
		return Route{Method: "GET", Path: at + path, Roles: verifiers, Do: do}
	}
	return []Route{
		{Method: "GET", Path: givenPath, Roles: verifiers, Do: s.givenPage},
		get("", s.taskPage),
		{Method: "POST", Path: at + "/asignar", Roles: readers, Do: s.taskAssign},
		post("/excusa", s.taskExcuse),
		post("/abrir", s.taskOpen),
		{Method: "GET", Path: at + "/conclusion", Roles: readers, Do: s.findingOpen},
		{Method: "POST", Path: at + "/conclusion", Roles: readers, Body: smallBody, Do: s.findingRead},
		get("/certificado.pdf", s.taskCertificate),
		get("/turno.pdf", s.sheetReferral),
		get("/hoja", s.sheetPage),
		post("/hoja/documento", s.sheetPaper),
		post("/hoja/cifra", s.sheetFigure),
		post("/hoja/aclaracion", s.sheetAsk),
		post("/hoja/cerrar", s.sheetClose),
		get("/hoja/seccion/:section", s.sheetSection),
		post("/hoja/seccion/:section", s.sheetCheck),
		{Method: "GET", Path: drawsPath + "/resultados/:year", Roles: readers, Do: s.verifyResults},
	}
}

// taskData is the data of the page "verify-task".
type taskData struct {
	Form        answers
	Number      string
	Folio       string
	Name        string
	Post        string
	State       status
	Outcome     string
	Verifier    string
	Verifiers   []option
	Hands       []string
	Mine        bool   // it is who asks that has it
	Own         bool   // it is her own declaration, or she was excused
	Unit        bool   // of the unit of who asks
	Open        bool   // not closed, of a draw that counts
	Read        bool   // its sheet can be opened
	Closed      string // who closed it, and when
	Certificate string // number of the certificate
	Progress    string
	Head        bool // who asks is of the office: she assigns it
}

// verificationClasses are the classes of the states.
var verificationClasses = map[storage.VerificationState]string{storage.ToVerify: "", storage.Verifying: "en", storage.Verified: "ok"}

func (c *Ctx) verification(v storage.VerificationState) status {
	return status{verificationClasses[v], c.words.T("verify.work." + string(v))}
}

func (s *Server) taskPage(c *Ctx) error { return s.taskShown(c, http.StatusOK, answers{}) }

func (s *Server) taskShown(c *Ctx, code int, form answers) error {
	t, err := s.draws.Task(c.Context(), c.Tenant(), *c.User(), c.Param("number"), c.Param("folio"))
	if err != nil {
		return err
	}
	var all []storage.User
	if c.draws() {
		if all, err = s.draws.Verifiers(c.Context(), c.Tenant(), t.Verification); err != nil {
			return err
		}
	}
	me := c.User()
	d := taskData{
		Head: c.draws(),
		Form: form, Number: t.Draw, Folio: t.Folio, Name: fullName(t.Person), Post: t.Person.Post, State: c.verification(t.State),
		Verifier: t.Name, Mine: t.Verifier == me.ID, Open: t.State != storage.Verified && !t.Void, Certificate: t.Certificate,
		Own: t.Barred,
	}
	d.Read = !t.Void && (d.Open || t.Outcome == storage.Referred) && !d.Own
	if me.Person != "" && !d.Own {
		if r, err := s.accounts.Official(c.Context(), c.Tenant(), me.Person); err == nil {
			d.Unit = r.Person.Unit != "" && r.Person.Unit == t.Person.Unit
		}
	}
	if t.Outcome != "" {
		d.Outcome = c.words.T("sheet.outcome." + string(t.Outcome))
		d.Closed = c.words.T("sheet.finding.by", t.Name, c.words.When(t.Closed.In(c.Zone())))
	}
	if t.Sections > 0 {
		d.Progress = c.words.N("sheet.progress", t.Sections)
	}
	for _, u := range all {
		d.Verifiers = append(d.Verifiers, option{u.ID, u.Name})
	}
	for _, h := range t.Hands {
		key := "sheet.hand.given"
		switch {
		case h.Excused:
			key = "sheet.hand.excused"
		case h.Why != "":
			key = "sheet.hand.moved"
		}
		d.Hands = append(d.Hands, c.words.T(key, c.words.When(h.At.In(c.Zone())), h.Name, h.ByName, h.Why))
	}
	return c.Render(code, "verify-task", d)
}

func (c *Ctx) taskPath() string {
	return drawsPath + "/" + c.Param("number") + "/declaracion/" + c.Param("folio")
}

// taskTrouble is what may be wrong with the forms of these pages, each at its place.
var taskTrouble = []struct {
	err   *errs.Error
	field string
}{
	{verify.ErrVerifier, "quien"}, {verify.ErrHandWhy, "porque"}, {verify.ErrReason, "motivo"},
	{verify.ErrMark, "marca"}, {verify.ErrNote, "nota"}, {verify.ErrPaper, "documento"},
	{verify.ErrEntryKind, "clase"}, {verify.ErrEntryYear, "anio"}, {verify.ErrAmount, "importe"}, {verify.ErrRate, "importe"},
	{verify.ErrCurrency, "moneda"}, {verify.ErrWords, "concepto"}, {verify.ErrEntrySource, "origen"},
	{verify.ErrQuestion, "pregunta"}, {verify.ErrDays, "dias"}, {verify.ErrAnswer, "respuesta"},
	{verify.ErrOutcome, "resultado"}, {verify.ErrFinding, "hallazgo"},
}

// workDone answers a form of these pages: it is shown again with all that is wrong, or
// leads on.
func (c *Ctx) workDone(err error, again func(*Ctx, int, answers) error, flash, to string) error {
	if err != nil {
		form := answers{Values: c.Form()}
		for _, w := range taskTrouble {
			if errors.Is(err, w.err) {
				form.with(w.err, c.words, w.field)
			}
		}
		if len(form.Trouble) == 0 {
			return err
		}
		return again(c, http.StatusUnprocessableEntity, form)
	}
	c.Flash(flash)
	return c.Redirect(to)
}

func (s *Server) taskAssign(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	err := s.draws.Assign(c.Context(), c.Tenant(), *c.User(), c.Param("number"), c.Param("folio"), c.Value("quien"), c.Value("porque"))
	return c.workDone(err, s.taskShown, "verify.flash.assigned", c.taskPath())
}

func (s *Server) taskExcuse(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	err := s.draws.Excuse(c.Context(), c.Tenant(), *c.User(), c.Param("number"), c.Param("folio"), c.Value("porque"))
	to := c.taskPath()
	if !c.draws() { // it is not hers to see any more
		to = givenPath
	}
	return c.workDone(err, s.taskShown, "sheet.flash.excused", to)
}

// taskOpen writes down that the declarations are read, and leads to the sheet.
func (s *Server) taskOpen(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	number := c.Param("number")
	err := s.draws.Open(c.Context(), c.Tenant(), *c.User(), number, c.Param("folio"), c.words.T("sheet.reason", number), c.Value("motivo"))
	return c.workDone(err, s.taskShown, "sheet.flash.opened", c.taskPath()+"/hoja")
}

// taskCertificate is the certificate, for the office.
func (s *Server) taskCertificate(c *Ctx) error {
	return s.sendCertificate(c, c.Param("number"), c.Param("folio"))
}

// sendCertificate sends the certificate of a verification to who may have it.
func (s *Server) sendCertificate(c *Ctx, draw, folio string) error {
	number, err := s.draws.Certificate(c.Context(), c.Tenant(), *c.User(), draw, folio)
	if err != nil {
		return err
	}
	b, err := s.seal.Certificate(c.Context(), c.Tenant(), number)
	if err != nil {
		return err
	}
	return c.Attachment(number+".pdf", "application/pdf", b)
}

// errNoResults is that of a year without draws.
var errNoResults = errs.New(errs.NotFound, "sheet.error.noresults")

// verifyResults is the act of the year: which declarations were verified, and how each
// ended. It names nobody, and has nothing that was declared.
func (s *Server) verifyResults(c *Ctx) error {
	year, _ := strconv.Atoi(c.Param("year"))
	all, err := s.draws.Results(c.Context(), c.Tenant(), year)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return errNoResults
	}
	inst, w := c.Institution(), c.words
	counts := map[string]int{}
	in := pdf.Act{
		Words: w, Lang: w.Tag(), Institution: inst.Name, Office: inst.Office, Initials: inst.Initials, Address: inst.Address,
		Title: w.T("sheet.act.title", year), Day: c.Now().In(c.Zone()).Format(time.DateOnly), Before: []string{w.T("sheet.act.says", len(all), year)},
		After: []string{w.T("sheet.act.after")}, Signer: "", Post: w.T("verify.act.signer"),
	}
	for _, r := range all {
		key := string(r.Outcome)
		if r.State != storage.Verified {
			key = "pendiente"
		}
		counts[key]++
		in.Body = append(in.Body, w.T("sheet.act.line."+key, r.Folio, r.Draw, r.Certificate))
	}
	for _, key := range []string{string(storage.Certified), string(storage.Referred), string(storage.Ended), "pendiente"} {
		in.Marks = append(in.Marks, [2]string{w.T("sheet.act.count." + key), w.Integer(int64(counts[key]))})
	}
	var out bytes.Buffer
	if err := pdf.WriteAct(&out, in); err != nil {
		return err
	}
	return c.Attachment(w.T("sheet.act.file", year)+".pdf", "application/pdf", out.Bytes())
}
