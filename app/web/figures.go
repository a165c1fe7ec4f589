package web

import (
	"encoding/csv"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"declara/app/complain"
	"declara/app/complain/figures"
	"declara/app/errs"
	"declara/app/pdn"
	"declara/storage"
)

// figuresRoutes are the public figures of complaints: a page, two files, and what
// programs read in the envelope of System 1. All of it is of periods that are over; the
// pages of who complains are others (complain.go).
func (s *Server) figuresRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/publico/denuncias", Do: s.figuresPage},
		{Method: "GET", Path: "/publico/denuncias.csv", API: true, Do: s.figuresCSV},
		{Method: "GET", Path: "/publico/denuncias.json", API: true, Do: s.figuresJSON},
		{Method: "POST", Path: "/v1/denuncias", API: true, Free: true, Do: s.figuresSearch},
		{Method: "GET", Path: "/contraloria/cifras", Roles: reserveRoles, Do: s.figuresOffice},
		{Method: "POST", Path: "/contraloria/cifras", Roles: reserveRoles, Do: s.figuresCorrect},
	}
}

// figures reads and corrects what was frozen; app runs what freezes.
func (s *Server) figures() *complain.Figures { return complain.NewFigures(s.db, s.now, s.log, "") }

// figuresData is the data of the page "public-complaints".
type figuresData struct {
	Periods []namedLink // the chosen one has no path
	Chosen  *complain.Published
	Name    string
	Shares  []shareView
	Notes   []complain.Published // versions before the one that is shown
}

// shareView is a table with the lengths of its bars.
type shareView struct {
	Name  string
	Cells []cellView
	Kept  bool // some figure is withheld
}

type cellView struct {
	Key  string
	N    int
	Kept bool
	Bar  int // of 100, to the greatest
}

func (s *Server) figuresPage(c *Ctx) error {
	all, err := s.figures().All(c.ctx, tenant)
	if err != nil {
		return err
	}
	asked := c.Query("periodo")
	var d figuresData
	for i := range all {
		p := &all[i]
		latest := i == 0 || all[i-1].ID != p.ID
		if latest && d.Chosen == nil && (asked == "" || asked == p.ID) {
			d.Chosen = p
		}
		if latest {
			d.Periods = append(d.Periods, namedLink{"/publico/denuncias?periodo=" + p.ID, c.period(p.Period)})
		} else if d.Chosen != nil && p.ID == d.Chosen.ID {
			d.Notes = append(d.Notes, *p)
		}
	}
	if d.Chosen == nil {
		if asked != "" {
			return errs.New(errs.NotFound, "web.error.notfound")
		}
		return c.Render(http.StatusOK, "public-complaints", d)
	}
	d.Name = c.period(d.Chosen.Period)
	for i := range d.Periods {
		if d.Periods[i].Words == d.Name {
			d.Periods[i].Path = ""
		}
	}
	for _, share := range d.Chosen.Shares {
		v, most := shareView{Name: share.Name}, 1
		for _, cell := range share.Cells {
			most = max(most, cell.N)
		}
		for _, cell := range share.Cells {
			v.Kept = v.Kept || cell.Kept
			v.Cells = append(v.Cells, cellView{cell.Key, cell.N, cell.Kept, (cell.N*100 + most - 1) / most})
		}
		d.Shares = append(d.Shares, v)
	}
	return c.Render(http.StatusOK, "public-complaints", d)
}

// period is its name: "agosto de 2026", "primer semestre de 2026".
func (c *Ctx) period(p figures.Period) string {
	year, part, _ := strings.Cut(p.ID, "-")
	switch p.Unit {
	case figures.Month:
		return c.words.T("figures.month."+part[1:], year)
	case figures.Quarter, figures.Semester:
		return c.words.T("figures.part."+part, year)
	}
	return c.words.T("figures.year", year)
}

// figureRows are the figures of the newest version of each period, as programs read
// them. Versions before it stand on the page.
func (s *Server) figureRows(c *Ctx) (rows []figures.Row, err error) {
	all, err := s.figures().All(c.ctx, tenant)
	if err != nil {
		return nil, err
	}
	var inst storage.Institution
	if err := s.db.View(c.ctx, tenant, func(tx *storage.Txn) (err error) {
		inst, err = tx.Institution()
		return err
	}); err != nil {
		return nil, err
	}
	b := figures.Body{Name: inst.Name}
	b.Level.Key, b.State.Key, b.Town.Key = levelKey(inst.Order), inst.State, inst.Town
	for i, p := range all {
		if i > 0 && all[i-1].ID == p.ID {
			continue
		}
		rows = append(rows, figures.Rows(p.Sheet, p.Version, p.Day, p.Note, b)...)
	}
	return rows, nil
}

// levelKey is the level of government as the platform writes it.
func levelKey(order string) string {
	switch order {
	case "FEDERAL":
		return "FED"
	case "ESTATAL":
		return "EST"
	}
	return "MUN"
}

// figuresJSON is the figures for anybody: with limit and offset, a part of them.
func (s *Server) figuresJSON(c *Ctx) error {
	rows, err := s.figureRows(c)
	if err != nil {
		return err
	}
	total := len(rows)
	offset, limit := atoi(c.Query("offset"), 0), atoi(c.Query("limit"), total)
	rows = rows[min(offset, total):]
	rows = rows[:min(limit, len(rows))]
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	return c.JSON(http.StatusOK, struct {
		Total   int           `json:"total"`
		Limit   int           `json:"limit"`
		Offset  int           `json:"offset"`
		Results []figures.Row `json:"results"`
	}{total, limit, offset, append([]figures.Row{}, rows...)})
}

// atoi is a number that is not negative, or another when it is none.
func atoi(text string, other int) int {
	if n, err := strconv.Atoi(text); err == nil && n >= 0 {
		return n
	}
	return other
}

// figuresCSV is the same as a table, a row a figure.
func (s *Server) figuresCSV(c *Ctx) error {
	rows, err := s.figureRows(c)
	if err != nil {
		return err
	}
	var out strings.Builder
	out.WriteString("\ufeff")
	w := csv.NewWriter(&out)
	lines := [][]string{{"id", "ente", "inicio", "fin", "granularidad", "canal", "grupoConducta", "etapa", "valor", "rango", "suprimido", "metodo", "version", "fechaActualizacion", "nota"}}
	for _, r := range rows {
		n := ""
		if r.Count.N != nil {
			n = strconv.Itoa(*r.Count.N)
		}
		lines = append(lines, []string{
			r.ID, r.Body.Name, r.Period.From, r.Period.To, r.Period.Unit, r.Channel, r.Kind.Group, r.Stage,
			n, r.Count.Band, strconv.FormatBool(r.Count.Kept), r.Count.Method, strconv.Itoa(r.Version), r.Frozen, unformula(r.Note),
		})
	}
	if err := w.WriteAll(lines); err != nil {
		return err
	}
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	c.attach("denuncias-cifras.csv")
	return c.Send(http.StatusOK, "text/csv; charset=utf-8", []byte(out.String()))
}

// unformula keeps a spreadsheet from taking a text for a formula.
func unformula(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

// figuresSearch answers who has a token of System 1, in its envelope.
func (s *Server) figuresSearch(c *Ctx) error {
	if err := s.pdn.Allow(c.ctx, tenant, c.Header(fiber.HeaderAuthorization)); err != nil {
		return c.pdnFail(err, `Bearer realm="declara"`)
	}
	q, err := figures.ParseQuery(c.Body())
	if e, ok := errors.AsType[*figures.QueryError](err); ok {
		return c.pdnFail(pdn.BadQuery(e.Member), "")
	}
	rows, err := s.figureRows(c)
	if err != nil {
		return err
	}
	c.noStore()
	return c.JSON(http.StatusOK, q.Search(rows))
}

// figuresOffice shows the office what was published, with the form of a correction.
func (s *Server) figuresOffice(c *Ctx) error { return s.showFigures(c, http.StatusOK, answers{}) }

func (s *Server) showFigures(c *Ctx, status int, f answers) error {
	all, err := s.figures().All(c.ctx, tenant)
	if err != nil {
		return err
	}
	d := struct {
		Form    answers
		Periods []option
		All     []complain.Published
		Names   map[string]string
	}{Form: f, All: all, Names: map[string]string{}}
	for i, p := range all {
		d.Names[p.ID] = c.period(p.Period)
		if i == 0 || all[i-1].ID != p.ID {
			d.Periods = append(d.Periods, option{p.ID, c.period(p.Period)})
		}
	}
	return c.Render(status, "office-figures", d)
}

func (s *Server) figuresCorrect(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	err := s.figures().Correct(c.ctx, tenant, c.visit.User.ID, c.Value("periodo"), c.Value("nota"))
	if err != nil {
		f := answers{Values: c.Form()}
		if !f.with(err, c.Words(), "nota") {
			return err
		}
		return s.showFigures(c, formStatus(err), f)
	}
	c.Flash("figures.flash.corrected")
	return c.Redirect("/contraloria/cifras")
}
