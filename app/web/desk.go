package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
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

// deskRoles take complaints from people who come, call or send a paper. The help desk has
// no key, so what it took it cannot read.
var deskRoles = []storage.Role{storage.RoleComptroller, storage.RoleInvestigator, storage.RoleHelp}

// boxRoles open boxes and type what lies in them.
var boxRoles = deskRoles[:2]

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
	Token    string          // secret of the draft
	Files    []complain.File // in it
	Left     int             // papers of a box that are still to be typed, when it is of one
	Open     bool            // somebody could read it
	Boxes    bool            // who types opens boxes
	Names    bool            // somebody keeps identities
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
	if c.Query("buzon") != "" && c.opensBoxes() {
		v.Set("buzon", c.Query("buzon"))
		v.Set("apertura", c.Query("apertura"))
		v.Set("canal", complain.ChannelBox)
	}
	return s.showDesk(c, http.StatusOK, answers{Values: v}, base64.RawURLEncoding.EncodeToString(complain.NewCookie()))
}

// opensBoxes reports whether who asks is of those who do: what lies in a box is counted when
// it is opened, before two people.
func (c *Ctx) opensBoxes() bool { return slices.ContainsFunc(boxRoles, c.Has) }

// deskTicket is the draft of a form: its secret is in the form and nowhere else, and is of
// use to who was given it alone. So what is wrong with one field loses no file, what is
// sent twice is one complaint with one key, and who closes the page leaves nothing that
// opens it.
func (c *Ctx) deskTicket(token string) complain.Ticket {
	secret, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		secret = nil
	}
	sum := sha256.Sum256([]byte(c.User().ID))
	return complain.Ticket{Cookie: secret, Tab: hex.EncodeToString(sum[:])}
}

func (s *Server) showDesk(c *Ctx, status int, f answers, token string) error {
	r, err := s.complain.Readers(c.ctx, tenant, complain.RouteTown, nil)
	if err != nil {
		return err
	}
	left, err := s.paperOf(c, &f)
	if err != nil {
		return err
	}
	d := deskData{Left: left, Form: f, Boxes: c.opensBoxes(), Token: token, Open: r.Open(), Names: r.TakesNames()}
	draft, err := s.complain.Draft(c.ctx, tenant, c.deskTicket(token))
	if err != nil && errs.CodeOf(err) != errs.Gone {
		return err
	}
	d.Files = draft.Files
	for _, x := range r.Office {
		d.Office = append(d.Office, hinted{Key: x.User, Text: x.Post})
	}
	for _, ch := range complain.Channels {
		if c.deskChannel(ch) {
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

// deskTake seals what was typed and answers with the sheet that has its key. Sent again,
// because the line was cut or somebody pressed twice, it answers with the same sheet.
func (s *Server) deskTake(c *Ctx) error {
	h, err := c.handed()
	if err != nil {
		return err
	}
	f, token := answers{Values: h.Values}, h.Get("sello")
	t := c.deskTicket(token)
	d, err := s.deskDraft(c, t)
	if errs.CodeOf(err) == errs.Gone { // its day is over, or what came is no secret of ours
		t.Cookie = complain.NewCookie()
		token = base64.RawURLEncoding.EncodeToString(t.Cookie)
		d, err = s.deskDraft(c, t)
	}
	if err != nil {
		return err
	}
	if d.Sent != nil {
		return s.keySheet(c, *d.Sent)
	}
	if err := s.deskFields(c, t, h, &f); err != nil {
		return err
	}
	if h.Get("hay") != "" && len(d.Files) == 0 && h.name == "" && h.Get("ir") == "" {
		f.Trouble = append(f.Trouble, trouble{"archivo", c.words.T("desk.error.gone")})
	}
	switch ir := h.Get("ir"); {
	case f.Trouble != nil:
		return s.showDesk(c, http.StatusUnprocessableEntity, f, token)
	case ir == "subir" || strings.HasPrefix(ir, "quitar:"):
		return s.showDesk(c, http.StatusOK, f, token)
	}
	way := complain.Way{Channel: h.Get("canal")}
	if way.Channel == complain.ChannelBox && h.Get("buzon") != "" {
		way.Box = h.Get("buzon")
		way.Opening, _ = sequence(h.Get("apertura"))
	}
	sent, err := s.complain.SendBy(c.ctx, tenant, t, way)
	switch {
	case errors.Is(err, complain.ErrClosed):
		f.Trouble = append(f.Trouble, trouble{"quien", c.words.T("complain.error.closed")})
		return s.showDesk(c, http.StatusConflict, f, token)
	case errs.CodeOf(err) == errs.Invalid:
		f.with(err, c.words, boxOf(err, "que", "boxes.error.full", "canal"))
		return s.showDesk(c, http.StatusUnprocessableEntity, f, token)
	case err != nil:
		return err
	}
	return s.keySheet(c, sent)
}

func (s *Server) deskDraft(c *Ctx, t complain.Ticket) (complain.Draft, error) {
	if err := s.complain.Begin(c.ctx, tenant, t); err != nil {
		return complain.Draft{}, err
	}
	return s.complain.Draft(c.ctx, tenant, t)
}

// deskFields keeps what a form tells in its draft, and says all that is wrong with it. A
// file is kept whatever is wrong with the rest.
func (s *Server) deskFields(c *Ctx, t complain.Ticket, h handed, f *answers) error {
	err := s.complain.Save(c.ctx, tenant, t, func(a *complain.Answers) {
		*a = complain.Answers{
			Route: h.Get("quien"), Anyway: true, Exclude: h.Values["fuera"], What: h.Get("que"), When: h.Get("cuando"), Where: h.Get("donde"),
			Mode: h.Get("modo"), Name: h.Get("nombre"), Contact: h.Get("contacto"),
		}
		if h.Get("falta") != "" {
			a.Faults = []string{h.Get("falta")}
		}
	})
	if err := deskTrouble(c, f, err, "que"); err != nil {
		return err
	}
	if name, quit := strings.CutPrefix(h.Get("ir"), "quitar:"); quit {
		return s.complain.RemoveFile(c.ctx, tenant, t, name)
	}
	if h.name != "" {
		err := c.hand(func() error {
			return s.complain.AddFile(c.ctx, tenant, t, complain.Upload{Name: h.name, Bytes: h.file})
		})
		if err := deskTrouble(c, f, err, "archivo"); err != nil {
			return err
		}
	}
	if h.Get("ir") == "subir" {
		if h.name == "" {
			f.Trouble = append(f.Trouble, trouble{"archivo", c.words.T("complain.error.nofile")})
		}
		return nil
	}
	if !c.deskChannel(h.Get("canal")) {
		f.Trouble = append(f.Trouble, trouble{"canal", c.words.T("desk.error.channel")})
	}
	if !slices.Contains(complain.Routes, h.Get("quien")) {
		f.Trouble = append(f.Trouble, trouble{"quien", c.words.T("desk.error.who")})
	}
	if err == nil && utf8.RuneCountInString(h.Get("que")) > complain.MaxText {
		f.Trouble = append(f.Trouble, trouble{"que", c.words.T("complain.error.long")})
	}
	return nil
}

// deskChannel reports whether something may have come to who types it in a way.
func (c *Ctx) deskChannel(way string) bool {
	return slices.Contains(complain.Channels, way) && way != complain.ChannelWeb && (way != complain.ChannelBox || c.opensBoxes())
}

// deskTrouble puts an error that a person can mend beside its field, and returns others.
func deskTrouble(c *Ctx, f *answers, err error, field string) error {
	key, err := sayable(err)
	if key != "" {
		f.Trouble = append(f.Trouble, trouble{field, c.words.T(key)})
	}
	return err
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
