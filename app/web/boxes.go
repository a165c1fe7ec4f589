package web

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"declara/app/complain"
	"declara/app/table"
	"declara/storage"
)

// Pages of the register of boxes for paper. Who may take a complaint at the desk opens a
// box; the head says which boxes there are.

const boxesPath = "/contraloria/buzones"

func (s *Server) boxesRoutes() []Route {
	head := []storage.Role{storage.RoleComptroller}
	return []Route{
		{Method: "GET", Path: boxesPath, Roles: boxRoles, Do: s.boxesPage},
		{Method: "GET", Path: boxesPath + ".csv", Roles: boxRoles, Do: s.boxesFile},
		{Method: "POST", Path: boxesPath, Roles: head, Do: s.boxesChange},
		{Method: "GET", Path: boxesPath + "/:id", Roles: boxRoles, Do: s.boxPage},
		{Method: "POST", Path: boxesPath + "/:id", Roles: boxRoles, Body: complainBody, Slow: uploadTime, Do: s.boxOpen},
		{Method: "GET", Path: boxesPath + "/:id/:seq", Roles: boxRoles, Do: s.boxSheet},
	}
}

// boxesData is the data of the page "boxes".
type boxesData struct {
	All  []complain.BoxLine
	Days int
	Head bool
	Form answers
}

func (s *Server) boxesPage(c *Ctx) error {
	return s.showBoxes(c, http.StatusOK, answers{Values: url.Values{}})
}

func (s *Server) showBoxes(c *Ctx, status int, form answers) error {
	all, err := s.cases.Boxes(c.ctx, tenant)
	if err != nil {
		return err
	}
	r, err := s.cases.Rules(c.ctx, tenant)
	if err != nil {
		return err
	}
	return c.Render(status, "boxes", boxesData{all, r.Boxes, c.Has(storage.RoleComptroller), form})
}

// wrongs puts all that is wrong with a form at its places.
func (a *answers) wrongs(c *Ctx, all []complain.Wrong) {
	for _, w := range all {
		a.with(w.Err, c.words, w.Field)
	}
}

func (s *Server) boxesChange(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	switch c.Value("paso") {
	case "agregar":
		wrong, err := s.cases.AddBox(c.ctx, tenant, c.User().ID, c.Value("numero"), c.Value("lugar"))
		form := answers{Values: c.Form()}
		form.wrongs(c, wrong)
		if err != nil && !form.with(err, c.words, "numero") {
			return err
		}
		if form.Trouble != nil {
			return s.showBoxes(c, http.StatusUnprocessableEntity, form)
		}
		c.Flash("boxes.flash.added")
	case "retirar":
		if err := s.cases.RemoveBox(c.ctx, tenant, c.User().ID, c.Value("buzon")); err != nil {
			return err
		}
		c.Flash("boxes.flash.removed")
	default:
		return errForm
	}
	return c.Redirect(boxesPath)
}

// boxData is the data of the page "box".
type boxData struct {
	complain.BoxRecord
	Form answers
	Head bool
}

func (s *Server) boxPage(c *Ctx) error {
	return s.showBox(c, http.StatusOK, answers{Values: url.Values{"dia": {c.Now().In(c.Zone()).Format("02/01/2006")}}})
}

func (s *Server) showBox(c *Ctx, status int, form answers) error {
	r, err := s.cases.Box(c.ctx, tenant, c.Param("id"))
	if err != nil {
		return err
	}
	return c.Render(status, "box", boxData{r, form, c.Has(storage.RoleComptroller)})
}

// boxOpen writes down that a box was opened. What was scanned is hashed and forgotten.
func (s *Server) boxOpen(c *Ctx) error {
	h, err := c.handed()
	if err != nil {
		return err
	}
	n := complain.Opening{Day: isoDay(h.Get("dia")), Papers: h.Get("papeles"), Scan: h.file}
	for i := range n.Witnesses {
		k := strconv.Itoa(i + 1)
		n.Witnesses[i] = storage.Witness{Name: h.Get("testigo" + k), Post: h.Get("puesto" + k)}
	}
	_, wrong, err := s.cases.OpenBox(c.ctx, tenant, c.User().ID, c.Param("id"), n)
	if err != nil {
		return err
	}
	if wrong != nil {
		form := answers{Values: h.Values}
		form.wrongs(c, wrong)
		return s.showBox(c, http.StatusUnprocessableEntity, form)
	}
	c.Flash("boxes.flash.opened")
	return c.Redirect(boxesPath + "/" + c.Param("id"))
}

func (s *Server) boxSheet(c *Ctx) error {
	seq, ok := sequence(c.Param("seq"))
	if !ok {
		return complain.ErrNoBox
	}
	var out bytes.Buffer
	if err := s.cases.PrintOpening(c.ctx, tenant, c.Param("id"), seq, &out); err != nil {
		return err
	}
	return c.Attachment("acta-de-apertura.pdf", "application/pdf", out.Bytes())
}

// boxesFile is the register as a table: a line for each opening, and one for a box that
// never was opened.
func (s *Server) boxesFile(c *Ctx) error {
	all, err := s.cases.Boxes(c.ctx, tenant)
	if err != nil {
		return err
	}
	var rows [][]string
	head := []string{}
	for _, k := range []string{"number", "place", "day", "papers", "typed", "witness1", "post1", "witness2", "post2", "scan", "record"} {
		head = append(head, c.words.T("boxes.csv."+k))
	}
	rows = append(rows, head)
	for _, l := range all {
		r, err := s.cases.Box(c.ctx, tenant, l.ID)
		if err != nil {
			return err
		}
		for _, x := range r.Openings {
			row := []string{l.Number, l.Place, x.Day, fmt.Sprint(x.Papers), fmt.Sprint(x.Typed)}
			for _, w := range x.Witnesses {
				row = append(row, w.Name, w.Post)
			}
			rows = append(rows, append(row, x.Scan, x.Record))
		}
		if r.Openings == nil {
			rows = append(rows, append([]string{l.Number, l.Place}, make([]string, len(head)-2)...))
		}
	}
	c.Secret()
	return c.Attachment("buzones.csv", "text/csv; charset=utf-8", table.WriteCSV(rows))
}

// paperOf is the opening whose papers a form of the desk types, and how many are left.
func (s *Server) paperOf(c *Ctx, f *answers) (left int, err error) {
	seq, ok := sequence(f.Value("apertura"))
	if f.Value("buzon") == "" || !ok || !c.opensBoxes() {
		return 0, nil
	}
	r, err := s.cases.Box(c.ctx, tenant, f.Value("buzon"))
	if err != nil {
		return 0, err
	}
	for _, x := range r.Openings {
		if x.Seq == seq {
			return x.Papers - x.Typed, nil
		}
	}
	return 0, complain.ErrNoBox
}
