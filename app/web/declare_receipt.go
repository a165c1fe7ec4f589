package web

import (
	"bytes"
	"time"

	"rsc.io/qr"

	"declara/app/declare"
	"declara/app/errs"
	"declara/forms"
	"declara/pdf"
	"declara/storage"
)

// receiptPage is the acuse. Its address is lasting: whoever signed finds it again.
type receiptPage struct {
	ID, Title, Folio, When, Zone string
	Late, Reserved               bool
	Due                          string
	Hash, PublicHash, Check      string
	To, MailKey                  string // what became of the mail
	MailDay                      string
	Notes                        []noteView
	Next                         *dutyCard
	Owed                         bool // Next is owed already
	Full                         bool
	Interest                     bool
}

type noteView struct{ When, Section, Text, Hash string }

func (s *Server) declareReceipt(c *Ctx) error {
	who, err := c.who()
	if err != nil {
		return err
	}
	r, err := s.declare.Receipt(c.Context(), who, c.Param("id"))
	if errs.CodeOf(err) == errs.NotFound {
		if _, err := s.declare.Draft(c.Context(), who, c.Param("id")); err == nil {
			return c.Redirect(draftPath(c.Param("id")))
		}
	}
	if err != nil {
		return err
	}
	f := r.Filing
	page := receiptPage{
		ID: f.ID, Title: c.title("declare.title.", f.Type, f.Interest, f.Year), Folio: f.Folio,
		When: c.words.When(f.Filed.In(r.Zone)), Zone: c.zoneName(f.Filed.In(r.Zone)), Late: f.Late, Reserved: f.Reserved,
		Hash: f.Hash, PublicHash: f.Public, Check: c.checkURL(f), Interest: f.Interest,
	}
	if f.Due != "" {
		page.Due = c.words.Day(f.Due)
	}
	page.mail(c, r)
	for _, n := range r.Notes {
		v := noteView{When: c.words.When(n.Filed.In(r.Zone)), Text: n.Text, Hash: n.Hash}
		if n.Section != "" {
			v.Section = c.words.T("section." + n.Section)
		}
		page.Notes = append(page.Notes, v)
	}
	if r.Next != nil {
		card := s.dutyCard(c, *r.Next)
		page.Next, page.Owed = &card, r.Next.Standing != declare.Waiting
	}
	return c.Render(200, "declare-receipt", page)
}

// mail says what became of the mail with the acuse. Whatever it is, the filing
// stands.
func (p *receiptPage) mail(c *Ctx, r declare.Receipt) {
	if r.Mail == nil {
		p.MailKey = "declare.mail.none"
		return
	}
	p.To = maskedMail(r.Mail.To)
	switch m := r.Mail; {
	case !m.Sent.IsZero():
		p.MailKey, p.MailDay = "declare.mail.sent", c.words.When(m.Sent.In(r.Zone))
	case m.Dead:
		p.MailKey = "declare.mail.dead"
	case m.Tries > 0:
		p.MailKey = "declare.mail.failed"
	default:
		p.MailKey = "declare.mail.waiting"
	}
}

// zoneName says which hour an hour is: by the name that people use where there is
// one, by the place otherwise.
func (c *Ctx) zoneName(t time.Time) string {
	if key := "declare.zone." + t.Location().String(); c.words.Has(key) {
		return c.words.T(key)
	}
	return c.words.T("declare.zone", t.Location().String())
}

// checkURL is the address that the code of an acuse leads to.
func (c *Ctx) checkURL(f storage.Filing) string { return c.Base() + "/verificar/" + f.Folio }

// declareCode is the code of an acuse, as a picture.
func (s *Server) declareCode(c *Ctx) error {
	who, err := c.who()
	if err != nil {
		return err
	}
	f, err := s.declare.Filing(c.Context(), who, c.Param("id"))
	if err != nil {
		return err
	}
	code, err := qr.Encode(c.checkURL(f), qr.M)
	if err != nil {
		return fault("code", err)
	}
	return c.Send(200, "image/png", code.PNG())
}

// declarePDF draws one of the three documents of a filing from its stored bytes.
// Few are drawn at once, since each takes some megabytes.
func (s *Server) declarePDF(c *Ctx) error {
	who, err := c.who()
	if err != nil {
		return err
	}
	draw := pdfs[c.Param("documento")]
	if draw == nil {
		return errs.New(errs.NotFound, "web.error.notfound")
	}
	f, full, public, ok, err := s.declare.Documents(c.Context(), who, c.Param("id"))
	if err != nil {
		return err
	}
	in := c.pdfOf(f, full)
	if c.Param("documento") == "publica" {
		if !ok {
			return errs.New(errs.NotFound, "declare.error.reserved")
		}
		in.Document = public
	}
	select {
	case s.drawing <- struct{}{}:
		defer func() { <-s.drawing }()
	case <-c.ctx.Done():
		return errs.New(errs.TooMany, "web.error.rate")
	}
	var out bytes.Buffer
	if err := draw(&out, in); err != nil {
		return fault("pdf", err)
	}
	return c.Attachment(f.Folio+"-"+c.Param("documento")+".pdf", "application/pdf", out.Bytes())
}

// pdfs are the documents of a filing by the name in their address.
var pdfs = map[string]func(*bytes.Buffer, pdf.Declaration) error{
	"acuse":    func(w *bytes.Buffer, in pdf.Declaration) error { return pdf.Receipt(w, in) },
	"completa": func(w *bytes.Buffer, in pdf.Declaration) error { return pdf.Full(w, in) },
	"publica":  func(w *bytes.Buffer, in pdf.Declaration) error { return pdf.Public(w, in) },
}

func (c *Ctx) pdfOf(f storage.Filing, full forms.Document) pdf.Declaration {
	inst := c.Institution()
	zone, err := time.LoadLocation(f.Zone)
	if err != nil {
		zone = c.Zone()
	}
	in := pdf.Declaration{
		Document: full, Folio: f.Folio, ID: f.ID, Year: f.Year, Interest: f.Interest,
		Institution: inst.Name, Office: inst.Office, Initials: inst.Initials,
		Filed: f.Filed, Zone: zone, Due: f.Due, Late: f.Late, Method: f.Method,
		Hash: f.Hash, PublicHash: f.Public, Leaf: &f.Leaf, CheckURL: c.checkURL(f), Lang: c.words.Tag(), Words: c.words,
	}
	if a, err := forms.Parse(full.Form, full.JSON); err == nil {
		in.Person, in.Post = nameIn(a), a.Get("datosEmpleoCargoComision.empleoCargoComision")
	}
	return in
}

// notePage adds a nota aclaratoria.
type notePage struct {
	ID, Title, Folio string
	Envio            string
	Sections         []choiceOf
	Text, Section    string
	Problem          string
}

type choiceOf struct {
	Key, Text string
	On        bool
}

func (s *Server) declareNotePage(c *Ctx) error { return s.noteForm(c, 200, "") }

func (s *Server) noteForm(c *Ctx, status int, problem string) error {
	who, err := c.who()
	if err != nil {
		return err
	}
	f, full, _, _, err := s.declare.Documents(c.Context(), who, c.Param("id"))
	if err != nil {
		return err
	}
	page := notePage{
		ID: f.ID, Title: c.title("declare.title.", f.Type, f.Interest, f.Year), Folio: f.Folio, Envio: c.envio(), Problem: problem,
	}
	if c.Method() == "POST" {
		page.Text, page.Section, page.Envio = c.Form().Get("texto"), c.Value("seccion"), c.Value("envio")
	}
	for i := range full.Form.Sections {
		sec := &full.Form.Sections[i]
		page.Sections = append(page.Sections, choiceOf{sec.Key, sectionNumber(sec) + ". " + c.words.T("section."+sec.Key), sec.Key == page.Section})
	}
	return c.Render(status, "declare-note", page)
}

func (s *Server) declareNote(c *Ctx) error {
	who, err := c.who()
	if err != nil {
		return err
	}
	_, err = s.declare.AddNote(c.Context(), who, c.Param("id"), c.Value("seccion"), c.Form().Get("texto"), c.Value("envio"))
	if errs.CodeOf(err) == errs.Invalid {
		return s.noteForm(c, 422, c.said(err))
	} else if err != nil {
		return err
	}
	c.Flash("declare.flash.note")
	return c.Redirect(draftPath(c.Param("id"), "acuse") + "#notas")
}
