package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"declara/app/errs"
	"declara/app/pnt"
	"declara/app/publish"
	"declara/app/table"
	"declara/forms"
	"declara/storage"
)

// What the office sees of what is public: whether it is as the standard asks, and the
// template of the PNT.

const publicationPath = "/contraloria/publicacion"

// publicationRoles look at what is public as a whole: the office, who answers for what is
// published, and who runs the system.
var publicationRoles = []storage.Role{storage.RoleComptroller, storage.RoleTransparency, storage.RoleAdmin}

func (s *Server) publicationRoutes() []Route {
	return []Route{
		{Method: "GET", Path: publicationPath, Roles: publicationRoles, Do: s.publicationPage},
		{Method: "POST", Path: publicationPath, Roles: publicationRoles, Body: smallBody, Slow: 2 * time.Minute, Do: s.publicationCompare},
		{Method: "GET", Path: publicationPath + "/renglones.csv", Roles: publicationRoles, Do: s.publicationCSV},
		{Method: "GET", Path: publicationPath + "/pnt", Roles: publicationRoles, Do: s.pntPage},
		{Method: "POST", Path: publicationPath + "/pnt", Roles: publicationRoles, Body: table.MaxFile + 64<<10, Do: s.pntFill},
	}
}

// publicationData is the data of the page "publication".
type publicationData struct {
	publish.Standing
	pages // of the rows with that code
	Zone  *time.Location
	Codes []option // with how many rows each has
	Code  string
	Shown []publicationRow
}

type publicationRow struct {
	publish.StandardRow
	Title  string
	Places []publicationPlace
}

type publicationPlace struct{ Section, Question, Why, How string }

// standardCodes, worst first.
var standardCodes = []string{forms.FaultPrivate, forms.FaultUnreadable, forms.FaultRequired, forms.FaultCatalogue, forms.FaultValue, forms.FaultUnknown}

func (s *Server) publicationPage(c *Ctx) error {
	st, err := s.publish.Standard(c.Context(), tenant)
	if err != nil {
		return err
	}
	d := publicationData{Standing: st, Zone: c.Zone()}
	has := func(r publish.StandardRow, code string) bool {
		return slices.ContainsFunc(r.Faults, func(x storage.StandardPlace) bool { return x.Code == code })
	}
	for _, code := range standardCodes {
		n := 0
		for _, r := range st.Rows {
			if has(r, code) {
				n++
			}
		}
		if n > 0 {
			d.Codes = append(d.Codes, option{code, c.words.T("connect.standard.count", c.words.T("standard.fault."+code), c.words.Integer(int64(n)))})
		}
	}
	rows := st.Rows
	if code := c.Query("falla"); slices.Contains(standardCodes, code) {
		d.Code = code
		rows = slices.DeleteFunc(slices.Clone(rows), func(r publish.StandardRow) bool { return !has(r, code) })
	}
	d.pages = c.pages(len(rows), func(page int) string {
		return publicationPath + "?" + url.Values{"falla": {d.Code}, "pagina": {strconv.Itoa(page)}}.Encode()
	})
	for _, r := range rows[d.from:d.to] {
		d.Shown = append(d.Shown, c.publicationRow(r))
	}
	return c.Render(http.StatusOK, "publication", d)
}

func (c *Ctx) publicationRow(r publish.StandardRow) publicationRow {
	out := publicationRow{StandardRow: r, Title: c.title("declare.title.", r.Type, r.Interest, r.Year)}
	for _, x := range r.Faults {
		p := publicationPlace{Why: c.words.T("standard.fault." + x.Code), How: c.words.T("connect.how." + x.Code), Question: x.Path}
		key := withoutPlaces(x.Path)
		section, _, more := strings.Cut(key, ".")
		if forms.Lookup(forms.Inicial, forms.Full).Section(section) != nil {
			p.Section = c.words.T("section." + section)
			if p.Question = ""; more {
				p.Question = c.words.Question(key, r.Type.Slug())
			}
		}
		out.Places = append(out.Places, p)
	}
	return out
}

// withoutPlaces is a path without the numbers of items.
func withoutPlaces(path string) string {
	var b strings.Builder
	in := false
	for _, r := range path {
		switch {
		case r == '[':
			in = true
		case r == ']':
			in = false
		case !in:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func (s *Server) publicationCompare(c *Ctx) error {
	left, err := s.publish.CompareStandard(c.Context(), tenant, c.User().ID, publish.StandardStep, c.Now())
	if err != nil {
		return err
	}
	if left > 0 {
		c.Flash("connect.standard.more", strconv.Itoa(left))
	} else {
		c.Flash("connect.standard.done")
	}
	return c.Redirect(publicationPath)
}

// publicationCSV is all that is to be mended, a row for each thing.
func (s *Server) publicationCSV(c *Ctx) error {
	st, err := s.publish.Standard(c.Context(), tenant)
	if err != nil {
		return err
	}
	rows := [][]string{{c.words.T("connect.standard.folio"), c.words.T("connect.standard.declaration"), c.words.T("connect.standard.section"), c.words.T("connect.standard.question"), c.words.T("connect.standard.place"), c.words.T("connect.standard.why"), c.words.T("connect.standard.how")}}
	for _, r := range st.Rows {
		row := c.publicationRow(r)
		for i, p := range row.Places {
			rows = append(rows, []string{r.Folio, row.Title, p.Section, p.Question, r.Faults[i].Path, p.Why, p.How})
		}
	}
	return c.Attachment("publicacion.csv", "text/csv; charset=utf-8", table.WriteCSV(rows))
}

// pntData is the data of the page "pnt".
type pntData struct {
	Form     answers
	Years    []option
	Quarters []option
	Filled   *pnt.Filled
}

func (s *Server) pntPage(c *Ctx) error {
	now := c.Now().In(c.Zone())
	quarter := (int(now.Month()) - 1) / 3 // the one before, which is the one to publish
	year := now.Year()
	if quarter == 0 {
		quarter, year = 4, year-1
	}
	return s.renderPNT(c, http.StatusOK, answers{Values: url.Values{"anio": {strconv.Itoa(year)}, "trimestre": {strconv.Itoa(quarter)}, "area": {c.Institution().Office}, "integrante": {c.words.T("pnt.member.usual")}}}, nil)
}

func (s *Server) renderPNT(c *Ctx, status int, form answers, filled *pnt.Filled) error {
	d := pntData{Form: form, Filled: filled}
	for y := c.Now().In(c.Zone()).Year(); y >= 2015; y-- {
		d.Years = append(d.Years, option{strconv.Itoa(y), strconv.Itoa(y)})
	}
	for q := 1; q <= 4; q++ {
		d.Quarters = append(d.Quarters, option{strconv.Itoa(q), c.words.T("pnt.quarter." + strconv.Itoa(q))})
	}
	return c.Render(status, "pnt", d)
}

// errNoTemplate asks for the file.
var errNoTemplate = errs.New(errs.Invalid, "pnt.error.choose")

// quarterOf are the first and the last day of a quarter.
func quarterOf(year, quarter string) (from, to string) {
	y, err1 := strconv.Atoi(year)
	q, err2 := strconv.Atoi(quarter)
	if err1 != nil || err2 != nil || y < 2015 || y > 2100 || q < 1 || q > 4 {
		return "", ""
	}
	first := time.Date(y, time.Month(3*q-2), 1, 0, 0, 0, 0, time.UTC)
	return first.Format(time.DateOnly), first.AddDate(0, 3, -1).Format(time.DateOnly)
}

// pntFill fills the template in, or only tells which of its columns can be.
func (s *Server) pntFill(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	file, err := c.File("archivo")
	if err != nil {
		return err
	}
	a := pnt.Ask{Template: file, Area: c.Value("area"), Member: c.Value("integrante"), Base: c.Base()}
	a.From, a.To = quarterOf(c.Value("anio"), c.Value("trimestre"))
	form := answers{Values: c.Form()}
	var got pnt.Filled
	if len(file) == 0 {
		err = errNoTemplate
	} else {
		got, err = s.pnt.Fill(c.Context(), tenant, a)
	}
	if err != nil {
		if !form.with(err, c.words, "archivo") {
			return err
		}
		return s.renderPNT(c, formStatus(err), form, nil)
	}
	if c.Value("paso") != "llenar" || got.File == nil {
		return s.renderPNT(c, http.StatusOK, form, &got)
	}
	if got.Kind == table.CSV {
		return c.Attachment("pnt-declaraciones.csv", "text/csv; charset=utf-8", got.File)
	}
	return c.Attachment("pnt-declaraciones.xlsx", xlsxType, got.File)
}
