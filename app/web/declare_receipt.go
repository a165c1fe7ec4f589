package web

import (
	"slices"
	"time"

	"rsc.io/qr"

	"declara/app/declare"
	"declara/app/errs"
	"declara/pdf/sign/efirma"
	"declara/storage"
)

// receiptPage is the acuse. Its address is lasting: whoever signed finds it again.
type receiptPage struct {
	ID, Title, Folio, When, Zone string
	Late, Reserved               bool
	Due                          string
	Hash, PublicHash, Check      string
	Leaf                         uint64 // place in the log
	To, MailKey                  string // what became of the mail
	MailDay                      string
	Notes                        []noteView
	Next                         *dutyCard
	Owed                         bool // Next is owed already
	Full                         bool
	Interest                     bool
	Received, Scan               string // of a paper: its day, and where its scan is shown
	Method                       string // how it was signed: catalogue key
	Doubt                        string // what is not known of the certificate that signed, or is known since: catalogue key
}

type noteView struct{ When, Section, Text, Hash, By string }

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
		Hash: f.Hash, PublicHash: f.Public, Leaf: f.Leaf, Check: c.checkURL(f), Interest: f.Interest, Method: "declare.receipt.method." + f.Method,
	}
	switch efirma.Reason(r.Check) {
	case "", efirma.Good:
	case efirma.Revoked:
		page.Doubt = "declare.receipt.revoked"
	case efirma.Expired:
		page.Doubt = "declare.receipt.unanswered"
	case efirma.NoAddress:
		page.Doubt = "declare.receipt.unasked"
	default:
		page.Doubt = "declare.receipt.unchecked"
	}
	if f.Received != "" {
		page.Received = c.words.Day(f.Received)
		page.Scan = s.scanOf(c, who, f)
	}
	if f.Due != "" {
		page.Due = c.words.Day(f.Due)
	}
	page.mail(c, r)
	for _, n := range r.Notes {
		v := noteView{When: c.words.When(n.Filed.In(r.Zone)), Text: n.Text, Hash: n.Hash, By: n.By}
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
	case !c.s.mail:
		p.MailKey = "declare.mail.off"
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

// declarePDF gives one of the papers of a filing, as it was kept for ever.
func (s *Server) declarePDF(c *Ctx) error {
	who, err := c.who()
	if err != nil {
		return err
	}
	kind := c.Param("documento")
	if !slices.Contains(storage.PaperKinds, kind) {
		return errs.New(errs.NotFound, "web.error.notfound")
	}
	f, err := s.declare.Filing(c.Context(), who, c.Param("id"))
	if err != nil {
		return err
	}
	if kind == storage.PaperPublic && f.Reserved {
		return errs.New(errs.NotFound, "declare.error.reserved")
	}
	b, _, err := s.seal.Paper(c.Context(), tenant, f.ID, kind)
	if err != nil {
		return err
	}
	return c.Attachment(f.Folio+"-"+kind+".pdf", "application/pdf", b)
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
