package web

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"declara/app/complain"
	"declara/app/errs"
	"declara/pdf"
	"declara/storage"
)

// deskRoles take complaints from people who come, call or send a paper.
var deskRoles = []storage.Role{storage.RoleComptroller, storage.RoleInvestigator}

const deskPath = "/contraloria/recepcion"

// deskRoutes are the form in which an official writes down a complaint. Nothing is
// written down about its requests: their minute is that at which somebody stood there.
func (s *Server) deskRoutes() []Route {
	return []Route{
		{Method: "GET", Path: deskPath, Roles: deskRoles, Silent: true, Do: s.deskPage},
		{Method: "POST", Path: deskPath, Roles: deskRoles, Silent: true, Body: complainBody, Slow: uploadTime, Do: s.deskTake},
	}
}

// deskData is the data of the page "office-desk".
type deskData struct {
	Form     answers
	Left     int  // papers of a box that are still to be typed, when it is of one
	Open     bool // somebody could read it
	Names    bool // somebody keeps identities
	Office   []hinted
	Channels []hinted
	Routes   []hinted
	Faults   []option
	Modes    []hinted
}

// hinted is one of radios or boxes.
type hinted struct{ Key, Text, Hint string }

func (s *Server) deskPage(c *Ctx) error {
	v := url.Values{"modo": {complain.Anonymous}}
	if c.Query("buzon") != "" {
		v.Set("buzon", c.Query("buzon"))
		v.Set("apertura", c.Query("apertura"))
		v.Set("canal", complain.ChannelBox)
	}
	return s.showDesk(c, http.StatusOK, answers{Values: v})
}

func (s *Server) showDesk(c *Ctx, status int, f answers) error {
	r, err := s.complain.Readers(c.ctx, tenant, complain.RouteTown, nil)
	if err != nil {
		return err
	}
	left, err := s.paperOf(c, &f)
	if err != nil {
		return err
	}
	d := deskData{Left: left, Form: f, Open: r.Open(), Names: r.TakesNames()}
	for _, x := range r.Office {
		d.Office = append(d.Office, hinted{Key: x.User, Text: x.Post})
	}
	for _, ch := range complain.Channels {
		if ch != complain.ChannelWeb {
			d.Channels = append(d.Channels, hinted{Key: ch, Text: c.words.T("desk.channel." + ch)})
		}
	}
	for _, who := range complain.Routes {
		d.Routes = append(d.Routes, hinted{Key: who, Text: c.words.T("desk.who." + who)})
	}
	for _, x := range complain.Faults {
		d.Faults = append(d.Faults, option{x.Article, c.words.T("complain.fault." + x.Article)})
	}
	for _, m := range []string{complain.Anonymous, complain.Confidential, complain.Named} {
		one := hinted{Key: m, Text: c.words.T("desk.mode." + m)}
		if m == complain.Confidential {
			one.Hint = c.words.T("desk.mode.confianza.hint")
		}
		d.Modes = append(d.Modes, one)
	}
	return c.Render(status, "office-desk", d)
}

// deskTake seals what was typed and answers with the sheet that has its key: the key is
// in that answer and nowhere else.
func (s *Server) deskTake(c *Ctx) error {
	h, err := c.handed()
	if err != nil {
		return err
	}
	f := answers{Values: h.Values}
	if !slices.Contains(complain.Channels, h.Get("canal")) || h.Get("canal") == complain.ChannelWeb {
		f.Trouble = append(f.Trouble, trouble{"canal", c.words.T("desk.error.channel")})
	}
	if !slices.Contains(complain.Routes, h.Get("quien")) {
		f.Trouble = append(f.Trouble, trouble{"quien", c.words.T("desk.error.who")})
	}
	if utf8.RuneCountInString(h.Get("que")) > complain.MaxText {
		f.Trouble = append(f.Trouble, trouble{"que", c.words.T("complain.error.long")})
	}
	if f.Trouble != nil {
		return s.showDesk(c, http.StatusUnprocessableEntity, f)
	}
	a := complain.Answers{
		Route: h.Get("quien"), Anyway: true, Exclude: h.Values["fuera"], What: h.Get("que"), When: h.Get("cuando"), Where: h.Get("donde"),
		Mode: h.Get("modo"), Name: h.Get("nombre"), Contact: h.Get("contacto"),
	}
	if h.Get("falta") != "" {
		a.Faults = []string{h.Get("falta")}
	}
	var files []complain.Upload
	if h.name != "" {
		files = append(files, complain.Upload{Name: h.name, Bytes: h.file})
	}
	way := complain.Way{Channel: h.Get("canal")}
	if way.Channel == complain.ChannelBox && h.Get("buzon") != "" {
		way.Box = h.Get("buzon")
		way.Opening, _ = sequence(h.Get("apertura"))
	}
	var sent complain.Sent
	err = c.hand(func() (err error) {
		sent, err = s.complain.Receive(c.ctx, tenant, a, files, way)
		return err
	})
	switch {
	case errors.Is(err, complain.ErrClosed):
		f.Trouble = append(f.Trouble, trouble{"quien", c.words.T("complain.error.closed")})
		return s.showDesk(c, http.StatusConflict, f)
	case errs.CodeOf(err) == errs.Invalid:
		field := boxOf(err, "que", "boxes.error.full", "canal")
		if h.name != "" && field == "que" {
			field = "archivo"
		}
		f.with(err, c.words, field)
		return s.showDesk(c, http.StatusUnprocessableEntity, f)
	case err != nil:
		return err
	}
	return s.keySheet(c, sent)
}

// keySheet answers with the paper of a key, to be printed from where it opens.
func (s *Server) keySheet(c *Ctx, sent complain.Sent) error {
	day, err := time.ParseInLocation(time.DateOnly, sent.Day, location(c.visit.Institution.Zone))
	if err != nil {
		return err
	}
	var out bytes.Buffer
	inst := c.visit.Institution
	if err := pdf.Fold(&out, pdf.KeySheet{
		Key: sent.Key, Folio: sent.Folio, Day: day, Institution: inst.Name, Initials: inst.Initials, Office: inst.Office,
		Phone: inst.Phone, URL: strings.TrimRight(c.Base(), "/") + complainPath + "/clave", Lang: c.words.Tag(), Words: c.words,
	}); err != nil {
		return err
	}
	c.Secret()
	c.Set("Content-Disposition", `inline; filename="hoja.pdf"`)
	return c.Send(http.StatusOK, "application/pdf", out.Bytes())
}
