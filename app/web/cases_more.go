package web

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"declara/app/complain"
	"declara/app/errs"
	"declara/i18n"
	"declara/storage"
)

// sequence is the number of a part in an address or a form.
func sequence(text string) (uint64, bool) {
	n, err := strconv.ParseUint(text, 10, 32)
	return n, err == nil
}

func seqText(n int) string { return strconv.Itoa(n) }

// isoDay is a day as the store has it, from "31/05/2026", "31-5-2026" or as it is.
func isoDay(text string) string {
	for _, form := range []string{"2/1/2006", "2-1-2006", time.DateOnly} {
		if at, err := time.Parse(form, strings.TrimSpace(text)); err == nil {
			return at.Format(time.DateOnly)
		}
	}
	return text
}

// isoWhen is isoDay, or a month as "2026-03", from "marzo de 2026" or "3/2026", or a year.
func isoWhen(text string, words *i18n.Printer) string {
	for _, form := range []string{"1/2006", "1-2006", "2006-01", "2006"} {
		if at, err := time.Parse(form, strings.TrimSpace(text)); err == nil {
			return at.Format(map[bool]string{true: "2006", false: "2006-01"}[form == "2006"])
		}
	}
	said := strings.Fields(strings.ToLower(text))
	if n := len(said); n > 1 && n < 4 {
		for m := time.January; m <= time.December; m++ {
			if at, err := time.Parse("2006", said[n-1]); err == nil && strings.EqualFold(said[0], words.T("web.month."+fmt.Sprintf("%02d", m))) {
				return at.Format("2006-") + fmt.Sprintf("%02d", m)
			}
		}
	}
	return isoDay(text)
}

// writData is the data of the page "case-act".
type writData struct {
	ID, Folio, Kind string
	Form            answers
	Classes         []roleChoice
	File            bool // the template asks for it
	Authority       bool
	Class           bool
	Days            bool
	Served          bool
	Ways            []hinted
}

func (s *Server) writPage(c *Ctx) error {
	return c.withKey(c.path, func(h complain.Hand) error {
		v := url.Values{"tipo": {c.Query("tipo")}, "firma": {c.User().Name}, "dias": {"10"}}
		return s.renderWrit(c, h, http.StatusOK, answers{Values: v})
	})
}

func (s *Server) renderWrit(c *Ctx, h complain.Hand, status int, form answers) error {
	kind := form.Value("tipo")
	if !slices.Contains(complain.Templates, kind) {
		return complain.ErrNoCase
	}
	o, err := s.cases.Open(c.ctx, h, c.Param("id"))
	if err != nil {
		return err
	}
	if form.Value("expediente") == "" && o.File != "" {
		form.Values.Set("expediente", o.File)
	}
	d := writData{ID: o.ID, Folio: o.Folio, Kind: kind, Form: form}
	d.File, d.Authority, d.Class, d.Days, d.Served = complain.Needs(kind)
	d.Ways = noticeWays(c, false)
	for _, class := range complain.Classes {
		d.Classes = append(d.Classes, roleChoice{Key: class, Text: c.words.T("cases.motive." + class)})
	}
	return c.Render(status, "case-act", d)
}

// writPrint answers with the sheet to print. It is kept nowhere.
func (s *Server) writPrint(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	id := c.Param("id")
	return c.withKey(casePath(id), func(h complain.Hand) error {
		days, _ := strconv.Atoi(c.Value("dias"))
		w := complain.Writ{Kind: c.Value("tipo"), File: c.Value("expediente"), Authority: c.Value("autoridad"), Class: c.Value("clase"), Days: days,
			Way: c.Value("forma"), Served: isoDay(c.Value("practicada")),
			Body: c.Value("texto"), Place: c.Value("lugar"), Signer: c.Value("firma"), Post: c.Value("cargo")}
		var out bytes.Buffer
		if err := s.cases.Print(c.ctx, h, id, w, &out); err != nil {
			form := answers{Values: c.Form()}
			field := map[string]string{"cases.writ.error.file": "expediente", "cases.writ.error.authority": "autoridad", "cases.error.motive": "clase",
				"cases.writ.error.days": "dias", "cases.writ.error.body": "texto", "cases.writ.error.signer": "firma",
				"cases.notice.error.way": "forma", "cases.notice.error.day": "practicada", "cases.notice.error.off": "practicada"}[keyOf(err)]
			if !form.with(err, c.words, field) {
				return err
			}
			return s.renderWrit(c, h, formStatus(err), form)
		}
		c.Secret()
		return c.Attachment(w.Kind+".pdf", "application/pdf", out.Bytes())
	})
}

// calendarData is the data of the page "cases-calendar".
type calendarData struct {
	Years []storage.Calendar
	Year  string
	Off   []storage.Holiday
	Has   bool
	Next  []int // years that can be begun
	Head  bool
	Form  answers
	Kinds []option
	Moved []complain.FixedDay
}

func (s *Server) calendarPage(c *Ctx) error {
	return s.renderCalendar(c, http.StatusOK, c.Query("anio"), answers{Values: url.Values{}})
}

func (s *Server) renderCalendar(c *Ctx, status int, year string, form answers) error {
	all, err := s.cases.Years(c.ctx, tenant)
	if err != nil {
		return err
	}
	if err := s.rulesOf(c, &form); err != nil {
		return err
	}
	this := c.Now().In(c.Zone()).Year()
	d := calendarData{Years: all, Year: year, Head: c.Has(storage.RoleComptroller), Form: form}
	known := func(name string) int {
		return slices.IndexFunc(all, func(y storage.Calendar) bool { return y.Year == name })
	}
	if known(d.Year) < 0 {
		d.Year = strconv.Itoa(this)
	}
	if i := known(d.Year); i >= 0 {
		d.Off, d.Has = all[i].Off, true
	}
	for _, y := range []int{this - 1, this, this + 1} {
		if known(strconv.Itoa(y)) < 0 {
			d.Next = append(d.Next, y)
		}
	}
	for _, k := range complain.HolidayKinds {
		d.Kinds = append(d.Kinds, option{k, c.words.T("connect.calendar.kind." + k)})
	}
	if d.Head {
		if d.Moved, err = s.cases.FixedDays(c.ctx, tenant); err != nil {
			return err
		}
	}
	return c.Render(status, "cases-calendar", d)
}

func (s *Server) calendarChange(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	if c.Value("paso") == "reglas" {
		return s.rulesChange(c)
	}
	var err error
	year := c.Value("anio")
	from, to := isoDay(c.Value("desde")), isoDay(c.Value("hasta"))
	switch c.Value("paso") {
	case "empezar":
		n, _ := strconv.Atoi(year)
		err = s.cases.BeginYear(c.ctx, tenant, c.User().ID, n)
	case "agregar":
		err = s.cases.AddHoliday(c.ctx, tenant, c.User().ID, storage.Holiday{From: from, To: to, Name: c.Value("nombre"), Source: c.Value("fuente"), Kind: c.Value("clase")})
		year, _, _ = strings.Cut(from, "-")
	case "quitar":
		err = s.cases.RemoveHoliday(c.ctx, tenant, c.User().ID, from, to)
	default:
		return errForm
	}
	if err != nil {
		form := answers{Values: c.Form()}
		field := map[string]string{"cases.calendar.error.name": "nombre", "cases.calendar.error.source": "fuente", "connect.calendar.error.kind": "clase", "cases.calendar.error.order": "hasta"}[keyOf(err)]
		if field == "" {
			field = "desde"
		}
		if !form.with(err, c.words, field) {
			return err
		}
		return s.renderCalendar(c, formStatus(err), c.Value("anio"), form)
	}
	c.Flash("cases.flash.calendar")
	return c.Redirect(casesPath + "/calendario?" + url.Values{"anio": {year}}.Encode())
}

// authoritiesData is the data of the page "cases-authorities".
type authoritiesData struct {
	All  []storage.Authority
	Form answers
}

func (s *Server) authoritiesPage(c *Ctx) error {
	return s.renderAuthorities(c, http.StatusOK, answers{Values: url.Values{}})
}

func (s *Server) renderAuthorities(c *Ctx, status int, form answers) error {
	all, err := s.cases.Authorities(c.ctx, tenant)
	if err != nil {
		return err
	}
	return c.Render(status, "cases-authorities", authoritiesData{all, form})
}

func (s *Server) authoritiesChange(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	return c.withKey(casesPath+"/autoridades", func(h complain.Hand) error { return s.authoritiesDo(c, h) })
}

func (s *Server) authoritiesDo(c *Ctx, h complain.Hand) error {
	var err error
	switch c.Value("paso") {
	case "guardar":
		err = s.cases.PutAuthority(c.ctx, h, storage.Authority{Name: c.Value("nombre"), Recipient: c.Value("llave"), Contact: c.Value("contacto")})
	case "quitar":
		err = s.cases.RemoveAuthority(c.ctx, h, c.Value("nombre"))
	default:
		return errForm
	}
	if err != nil {
		form := answers{Values: c.Form()}
		field := map[string]string{"cases.authority.error.key": "llave", "cases.authority.error.contact": "contacto"}[keyOf(err)]
		if field == "" && errs.CodeOf(err) == errs.Invalid {
			field = "nombre"
		}
		if !form.with(err, c.words, field) {
			return err
		}
		return s.renderAuthorities(c, formStatus(err), form)
	}
	c.Flash("cases.flash.authority")
	return c.Redirect(casesPath + "/autoridades")
}
