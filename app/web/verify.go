package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"declara/app/errs"
	"declara/app/verify"
	"declara/app/verify/draw"
	"declara/forms"
	"declara/pdf"
	"declara/storage"
)

// The office's pages of the draw of declarations for verification (package verify).
// What they show is for the office alone, and names nobody.

const drawsPath = "/contraloria/verificacion"

func (s *Server) verifyRoutes() []Route {
	get := func(path string, do Handler) Route {
		return Route{Method: "GET", Path: drawsPath + path, Roles: readers, Do: do}
	}
	post := func(path string, do Handler) Route {
		return Route{Method: "POST", Path: drawsPath + path, Roles: readers, Body: smallBody, Do: do}
	}
	return append(s.verifyWorkRoutes(),
		get("", s.drawsPage),
		get("/sorteo", s.drawNew),
		post("/sorteo", s.drawFreeze),
		get("/:number", s.drawPage),
		post("/:number/sortear", s.drawDraw),
		post("/:number/anular", s.drawVoid),
		get("/:number/universo.txt", s.drawFile),
		get("/:number/acta.pdf", s.drawAct),
	)
}

// drawLine is a draw in the list.
type drawLine struct {
	Draw   storage.Draw
	Period string
	State  status
}

// drawPeriod is what the declarations of a draw are: "Modificación 2027".
func (c *Ctx) drawPeriod(d storage.Draw) string {
	return c.words.T("verify.type."+d.Type, strconv.Itoa(d.Year))
}

func (c *Ctx) drawState(d storage.Draw) status {
	switch {
	case d.Void != "":
		return status{"", c.words.T("verify.state.void")}
	case d.Drawn.IsZero():
		return status{"en", c.words.T("verify.state.frozen")}
	}
	return status{"ok", c.words.T("verify.state.drawn")}
}

func (s *Server) drawsPage(c *Ctx) error {
	all, err := s.draws.Draws(c.Context(), c.Tenant())
	if err != nil {
		return err
	}
	var lines []drawLine
	for _, d := range all {
		lines = append(lines, drawLine{d, c.drawPeriod(d), c.drawState(d)})
	}
	return c.Render(http.StatusOK, "verify-draws", lines)
}

// drawForm is the data of the page "verify-new".
type drawForm struct {
	Form                  answers
	Types, Strata, Counts []option
	Early                 bool // some could still be filed in time
}

// strata of a draw, in the order of the page.
var strata = []draw.Strata{draw.Whole, draw.ByLevel, draw.ByUnit}

func (s *Server) drawNew(c *Ctx) error {
	return s.drawAgain(c, http.StatusOK, answers{Values: url.Values{
		"tipo": {forms.Modificacion.Slug()}, "anio": {strconv.Itoa(c.Now().In(c.Zone()).Year())}, "estratos": {string(draw.ByLevel)}, "tamano": {string(draw.C95)},
	}})
}

func (s *Server) drawAgain(c *Ctx, code int, form answers) error {
	d := drawForm{Form: form}
	for _, t := range []forms.Type{forms.Modificacion, forms.Inicial, forms.Conclusion} {
		d.Types = append(d.Types, option{t.Slug(), c.words.T("verify.kind." + t.Slug())})
	}
	for _, x := range strata {
		d.Strata = append(d.Strata, option{string(x), c.words.T("verify.strata." + string(x))})
	}
	year, _ := strconv.Atoi(form.Value("anio"))
	n, early, err := s.draws.Universe(c.Context(), c.Tenant(), form.Value("tipo"), year)
	if err != nil {
		return err
	}
	d.Early = early
	for _, x := range []draw.Confidence{draw.C95, draw.C90} {
		d.Counts = append(d.Counts, option{string(x), c.words.T("verify.size.table", string(x), c.words.Integer(int64(draw.Size(x, n))), c.words.Integer(int64(n)))})
	}
	d.Counts = append(d.Counts, option{"propio", c.words.T("verify.size.own")})
	return c.Render(code, "verify-new", d)
}

// trouble of a plan, each at its place.
var planTrouble = []struct {
	err   *errs.Error
	field string
}{
	{verify.ErrType, "tipo"}, {verify.ErrYear, "anio"}, {verify.ErrEmpty, "anio"}, {verify.ErrLarge, "anio"}, {verify.ErrStrata, "estratos"},
	{verify.ErrSize, "cuantas"}, {verify.ErrSource, "fuente"}, {verify.ErrKnown, "dia"},
}

func (s *Server) drawFreeze(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	p := verify.Plan{Type: c.Value("tipo"), Strata: draw.Strata(c.Value("estratos")), Source: c.Value("fuente"), Known: c.Value("dia")}
	p.Year, _ = strconv.Atoi(c.Value("anio"))
	if p.Confidence = draw.Confidence(c.Value("tamano")); p.Confidence == "propio" {
		p.Confidence = ""
		n, _ := forms.ParseInteger(c.Value("cuantas"))
		p.Size = int(min(max(n, 0), draw.MaxRows+1))
	}
	d, err := s.draws.Freeze(c.Context(), c.Tenant(), *c.User(), p)
	if err != nil {
		form := answers{Values: c.Form()}
		for _, w := range planTrouble {
			if errors.Is(err, w.err) {
				form.with(w.err, c.words, w.field)
			}
		}
		if len(form.Trouble) == 0 {
			return err
		}
		return s.drawAgain(c, http.StatusUnprocessableEntity, form)
	}
	c.Flash("verify.flash.frozen", d.Number)
	return c.Redirect(drawsPath + "/" + d.Number)
}

// drawData is the data of the page "verify-draw".
type drawData struct {
	Form   answers
	Look   verify.Sight
	Period string
	State  status
	Size   string
	Leaves [2]drawLeaf
	Tasks  []drawTask
}

// drawTask is a declaration of the list, and how far its verification is.
type drawTask struct {
	Folio string
	State status
}

// drawLeaf is a leaf of the log.
type drawLeaf struct{ N, Path string }

func (s *Server) drawPage(c *Ctx) error { return s.drawShown(c, http.StatusOK, answers{}) }

func (s *Server) drawShown(c *Ctx, code int, form answers) error {
	look, err := s.draws.Look(c.Context(), c.Tenant(), c.Param("number"))
	if err != nil {
		return err
	}
	d := look.Draw
	data := drawData{Form: form, Look: look, Period: c.drawPeriod(d), State: c.drawState(d), Size: c.drawSize(d)}
	for i, n := range []uint64{d.Leaf, d.DrawnLeaf} {
		data.Leaves[i] = drawLeaf{c.words.Integer(int64(n)), fmt.Sprintf("%s/leaf/%d", logPath, n)}
	}
	tasks, err := s.draws.Tasks(c.Context(), c.Tenant(), d.Number)
	if err != nil {
		return err
	}
	for _, folio := range d.Folios {
		data.Tasks = append(data.Tasks, drawTask{folio, c.verification(tasks[folio].State)})
	}
	return c.Render(code, "verify-draw", data)
}

// drawSize is how many, and by which row of the table.
func (c *Ctx) drawSize(d storage.Draw) string {
	if d.Confidence == "" {
		return c.words.T("verify.size.isown", c.words.Integer(int64(d.Size)), c.words.Integer(int64(d.Count)))
	}
	return c.words.T("verify.size.is", c.words.Integer(int64(d.Size)), c.words.Integer(int64(d.Count)), d.Confidence)
}

func (s *Server) drawDraw(c *Ctx) error {
	return s.drawDone(c, s.draws.Draw, "semilla", "verify.flash.drawn")
}

func (s *Server) drawVoid(c *Ctx) error {
	return s.drawDone(c, s.draws.Void, "motivo", "verify.flash.void")
}

// drawDone does to a draw what takes one answer, which stays on the page when it will
// not do.
func (s *Server) drawDone(c *Ctx, do func(ctx context.Context, tenant string, by storage.User, number, answer string) error, field, flash string) error {
	if err := c.FormError(); err != nil {
		return err
	}
	if err := do(c.Context(), c.Tenant(), *c.User(), c.Param("number"), c.Value(field)); err != nil {
		form := answers{Values: c.Form()}
		if !form.with(err, c.words, field) {
			return err
		}
		return s.drawShown(c, formStatus(err), form)
	}
	c.Flash(flash)
	return c.Redirect(drawsPath + "/" + c.Param("number"))
}

// drawFile is the universe, for whoever repeats the draw.
func (s *Server) drawFile(c *Ctx) error {
	look, err := s.draws.Look(c.Context(), c.Tenant(), c.Param("number"))
	if err != nil {
		return err
	}
	return c.Attachment(look.Draw.Number+"-universo.txt", "text/plain; charset=utf-8", look.File)
}

// errNoAct is that of a draw without a list.
var errNoAct = errs.New(errs.NotFound, "verify.error.noact")

func (s *Server) drawAct(c *Ctx) error {
	look, err := s.draws.Look(c.Context(), c.Tenant(), c.Param("number"))
	if err != nil {
		return err
	}
	d := look.Draw
	if d.Drawn.IsZero() {
		return errNoAct
	}
	inst, zone := c.Institution(), c.Zone()
	w := c.words
	in := pdf.DrawAct{
		Words: w, Lang: w.Tag(), Institution: inst.Name, Office: inst.Office, Initials: inst.Initials, Address: inst.Address,
		Day: d.Drawn.In(zone).Format(time.DateOnly), Number: d.Number, Universe: d.Universe, Leaves: [2]uint64{d.Leaf, d.DrawnLeaf}, Folios: d.Folios,
		Facts: [][2]string{
			{w.T("verify.fact.period"), c.drawPeriod(d)}, {w.T("verify.fact.frozen"), w.When(d.Frozen.In(zone))},
			{w.T("verify.fact.size"), c.drawSize(d)}, {w.T("verify.fact.strata"), w.T("verify.strata." + d.Strata)},
			{w.T("verify.fact.source"), d.Source}, {w.T("verify.fact.known"), w.Day(d.Known)},
			{w.T("verify.fact.seed"), d.Seed}, {w.T("verify.fact.drawn"), w.When(d.Drawn.In(zone))},
		},
		Says:    []string{w.T("verify.act.how", d.Algorithm), w.T("verify.act.repeat")},
		Signers: []string{w.T("verify.act.signer"), w.T("verify.act.witness"), w.T("verify.act.witness"), w.T("verify.act.author")},
	}
	if d.Early {
		in.Says = append(in.Says, w.T("verify.early.was")+" "+w.T("verify.early.was.words"))
	}
	if d.Void != "" {
		in.Says = append([]string{w.T("verify.act.void", d.Void)}, in.Says...)
	}
	for _, x := range look.Shares {
		in.Shares = append(in.Shares, [2]string{c.stratum(d, x.Name), w.T("verify.share", w.Integer(int64(x.Drawn)), w.Integer(int64(x.Of)))})
	}
	var out bytes.Buffer
	if err := pdf.WriteDrawAct(&out, in); err != nil {
		return err
	}
	return c.Attachment(d.Number+"-acta.pdf", "application/pdf", out.Bytes())
}

// stratum is the name of one as it is shown.
func (c *Ctx) stratum(d storage.Draw, name string) string {
	if d.Strata == string(draw.ByLevel) {
		return c.words.T("settings.person.level." + name)
	}
	return name
}
