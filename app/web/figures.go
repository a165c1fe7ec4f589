package web

import (
	"encoding/csv"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"declara/app/complain"
	"declara/app/complain/figures"
	"declara/app/errs"
	"declara/app/pdn"
	"declara/app/table"
	"declara/storage"
)

// figuresRoutes are the public figures of complaints: a page, two files, and what
// programs read in the envelope of System 1, or part by part, without a token: all of it
// is open data. It is of periods that are over; the pages of who complains are others
// (complain.go).
func (s *Server) figuresRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/publico/denuncias", Do: s.figuresPage},
		{Method: "GET", Path: "/publico/denuncias.csv", API: true, Do: s.figuresCSV},
		{Method: "GET", Path: "/publico/denuncias.json", API: true, Do: s.figuresJSON},
		{Method: "GET", Path: "/publico/denuncias/canal", Do: s.channelFactsPage},
		{Method: "GET", Path: "/publico/denuncias/canal.json", API: true, Do: s.channelFactsJSON},
		{Method: "POST", Path: figuresAPI, API: true, Do: s.figuresSearch},
		{Method: "GET", Path: figuresAPI, API: true, Do: s.figuresJSON},
		{Method: "GET", Path: figuresDoc, Before: true, Do: s.figuresDescription},
		{Method: "GET", Path: "/contraloria/cifras", Roles: headRoles, Do: s.figuresOffice},
		{Method: "POST", Path: "/contraloria/cifras", Roles: headRoles, Do: s.figuresCorrect},
	}
}

// figuresAPI is where programs ask for figures, and figuresDoc what tells them how.
const (
	figuresAPI = "/v1/denuncias"
	figuresDoc = "/v1/openapi.json"
)

// figures reads and corrects what was frozen; app runs what freezes.
func (s *Server) figures() *complain.Figures { return complain.NewFigures(s.db, s.now, s.log, "") }

// figuresData is the data of the page "public-complaints".
type figuresData struct {
	Periods []namedLink // the chosen one has no path
	Chosen  *complain.Published
	Name    string
	Shares  []shareView
	Times   []string
	Notes   []complain.Published // versions before the one that is shown
}

// shareView is a table with the lengths of its bars.
type shareView struct {
	Name  string
	Of    string // of a part: the cell that it is of
	Cells []cellView
	Kept  bool // some figure is withheld
	Parts []shareView
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
	for _, t := range d.Chosen.Times {
		d.Times = append(d.Times, c.words.N("figures.time."+t.Name, t.Median))
	}
	for _, share := range d.Chosen.Shares {
		d.Shares = append(d.Shares, viewOf(share))
	}
	return c.Render(http.StatusOK, "public-complaints", d)
}

// viewOf is a table as the page shows it. A part with one cell alone says nothing more.
func viewOf(share figures.Share) shareView {
	v, most := shareView{Name: share.Name, Of: share.Of}, 1
	for _, cell := range share.Cells {
		most = max(most, cell.N)
	}
	for _, cell := range share.Cells {
		v.Kept = v.Kept || cell.Kept
		v.Cells = append(v.Cells, cellView{cell.Key, cell.N, cell.Kept, (cell.N*100 + most - 1) / most})
	}
	for _, part := range share.Parts {
		if len(part.Cells) > 1 {
			v.Parts = append(v.Parts, viewOf(part))
		}
	}
	return v
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

// figuresJSON is the figures for anybody: all of them, or with limit, offset and
// conditions those that are asked for.
func (s *Server) figuresJSON(c *Ctx) error {
	q, offset, err := figures.ParseParams(c.Queries())
	if e, ok := errors.AsType[*figures.QueryError](err); ok {
		return c.pdnFail(pdn.BadQuery(e.Member), "")
	}
	rows, err := s.figureRows(c)
	if err != nil {
		return err
	}
	rows = q.Find(rows)
	total, limit := len(rows), q.Limit()
	if c.Query("limit") == "" && c.route.Path != figuresAPI {
		limit = total // the file has all of them
	}
	rows = rows[min(offset, total):]
	rows = rows[:min(limit, len(rows))]
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	return c.JSON(http.StatusOK, struct {
		Total   int           `json:"total"`
		Limit   int           `json:"limit"`
		Offset  int           `json:"offset"`
		Results []figures.Row `json:"results"`
	}{total, limit, offset, rows})
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
	lines := [][]string{{"id", "ente", "inicio", "fin", "granularidad", "canal", "grupoConducta", "etapa", "tipoFalta", "motivoCierre", "medida", "valor", "rango", "suprimido", "metodo", "version", "fechaActualizacion", "nota"}}
	for _, r := range rows {
		line := func(id, motive, unit string, n *int, kept bool) {
			value := ""
			if n != nil {
				value = strconv.Itoa(*n)
			}
			lines = append(lines, []string{
				id, r.Body.Name, r.Period.From, r.Period.To, r.Period.Unit, r.Channel, r.Kind.Group, r.Stage, r.Kind.Fault, motive, unit,
				value, r.Count.Band, strconv.FormatBool(kept), r.Count.Method, strconv.Itoa(r.Version), r.Frozen, table.Safe(r.Note),
			})
		}
		line(r.ID, figures.All, "denuncias", r.Count.N, r.Count.Kept)
		for _, motive := range slices.Sorted(maps.Keys(r.Motive)) {
			line(r.ID+"-"+motive, motive, "denuncias", r.Motive[motive], r.Motive[motive] == nil)
		}
		for _, name := range slices.Sorted(maps.Keys(r.Times)) {
			if days, ok := r.Times[name].(int); ok {
				line(r.ID+"-"+name, figures.All, name, &days, false)
			}
		}
	}
	if err := w.WriteAll(lines); err != nil {
		return err
	}
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	c.attach("denuncias-cifras.csv")
	return c.Send(http.StatusOK, "text/csv; charset=utf-8", []byte(out.String()))
}

// figuresSearch answers in the envelope of System 1. It asks for no token, and looks at
// none: what it says anybody may read, so that a scope would close nothing.
func (s *Server) figuresSearch(c *Ctx) error {
	q, err := figures.ParseQuery(c.Body())
	if e, ok := errors.AsType[*figures.QueryError](err); ok {
		return c.pdnFail(pdn.BadQuery(e.Member), "")
	}
	rows, err := s.figureRows(c)
	if err != nil {
		return err
	}
	c.noStore()
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
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
