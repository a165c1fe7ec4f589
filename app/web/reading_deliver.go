package web

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"

	"declara/app/declare"
	"declara/app/errs"
	"declara/pdf"
	"declara/storage"
)

// A prosecutor or a court is handed a whole declaration by official document (LGRA 28).
// Who does it has opened it in this session, and reaches what she hands over in this
// session alone. There is no delivery that the declarant is not told of.

// deliverData is the data of the page "declare-deliver" and of its form on the page of
// an opened declaration.
type deliverData struct {
	ID, Opening, Folio  string
	Name, Person, Title string
	Form                answers
}

// deliver writes a delivery down. The paper is there before it is said to be handed over.
func (s *Server) deliver(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	d := declare.Delivering{
		Filing: c.Param("id"), Opening: c.Value("lectura"), Since: c.visit.Session.Created,
		Authority: c.Value("autoridad"), Document: c.Value("oficio"), Day: c.Value("fecha"), Ground: c.Value("fundamento"),
	}
	f, p, err := s.declare.MayDeliver(c.Context(), c.Tenant(), *c.User(), d)
	if form := c.deliverTrouble(err); len(form.Trouble) > 0 {
		return c.Render(formStatus(err), "declare-deliver", deliverData{
			ID: f.ID, Opening: d.Opening, Folio: f.Folio, Name: fullName(p), Person: p.ID,
			Title: c.title("declare.title.", f.Type, f.Interest, f.Year), Form: form,
		})
	} else if err != nil {
		return err
	}
	if _, _, err := s.seal.Paper(c.Context(), c.Tenant(), f.ID, storage.PaperFull); err != nil {
		return err
	}
	out, err := s.declare.Deliver(c.Context(), c.Tenant(), *c.User(), d, func(document string, x storage.Delivery) string {
		return c.words.T("delivery.says", x.Authority, document, c.words.Day(x.Day), x.Ground)
	})
	if err != nil {
		return err
	}
	return c.Redirect(deliveryPath(f.ID, out.Read.ID))
}

func deliveryPath(filing, id string) string {
	return "/contraloria/declaraciones/" + url.PathEscape(filing) + "/entrega/" + url.PathEscape(id)
}

// deliverTrouble is what is wrong with a delivery, each at its place.
func (c *Ctx) deliverTrouble(err error) answers {
	form := answers{Values: c.Form()}
	for _, w := range []struct {
		err   *errs.Error
		field string
	}{{declare.ErrAuthority, "autoridad"}, {declare.ErrDocument, "oficio"}, {declare.ErrDay, "fecha"}, {declare.ErrGround, "fundamento"}} {
		if errors.Is(err, w.err) {
			form.with(w.err, c.words, w.field)
		}
	}
	return form
}

func (s *Server) delivery(c *Ctx) (declare.Delivered, error) {
	return s.declare.Delivery(c.Context(), c.Tenant(), *c.User(), c.Param("id"), c.Param("lectura"), c.visit.Session.Created)
}

// deliveredData is the data of the page "declare-delivered".
type deliveredData struct {
	Name, Person, Title, Folio, When, Reason, Path string
	Leaf                                           int
}

func (s *Server) deliveredPage(c *Ctx) error {
	d, err := s.delivery(c)
	if err != nil {
		return err
	}
	f := d.Filing
	return c.Render(http.StatusOK, "declare-delivered", deliveredData{
		Name: fullName(d.Person), Person: d.Person.ID, Title: c.title("declare.title.", f.Type, f.Interest, f.Year), Folio: f.Folio,
		When: c.words.When(d.Read.At.In(d.Zone)), Reason: d.Read.Reason, Path: deliveryPath(f.ID, d.Read.ID), Leaf: int(d.Read.Leaf),
	})
}

// deliveredPaper is the declaration as its declarant has it, or the draft of the letter
// that goes with it, which is printed, signed by hand, and not kept.
func (s *Server) deliveredPaper(c *Ctx) error {
	d, err := s.delivery(c)
	if err != nil {
		return err
	}
	f := d.Filing
	name := c.Param("papel")
	if name != "declaracion.pdf" && name != "oficio.pdf" {
		return errs.New(errs.NotFound, "web.error.notfound")
	}
	b, err := s.seal.Kept(c.Context(), c.Tenant(), f.ID, storage.PaperFull)
	if err != nil {
		return err
	}
	c.Secret()
	if name == "declaracion.pdf" {
		return c.Attachment(f.Folio+"-"+storage.PaperFull+".pdf", "application/pdf", b)
	}
	inst, w := c.Institution(), c.words
	var out bytes.Buffer
	if err := pdf.WriteAct(&out, pdf.Act{
		Words: w, Lang: w.Tag(), Institution: inst.Name, Office: inst.Office, Initials: inst.Initials, Address: inst.Address,
		Title: w.T("delivery.letter.title"), To: d.Read.Delivery.Authority, Day: c.today(),
		Marks:  [][2]string{{w.T("delivery.letter.yours"), d.Read.File}, {w.T("delivery.letter.dated"), w.Day(d.Read.Delivery.Day)}, {w.T("pdf.folio"), f.Folio}},
		Before: []string{w.T("delivery.letter.says", d.Read.Delivery.Ground)},
		Body: []string{
			w.T("delivery.letter.what", c.title("declare.title.", f.Type, f.Interest, f.Year), fullName(d.Person)),
			w.T("delivery.letter.hash", storage.Digest(b)),
			w.T("delivery.letter.leaf", int(d.Read.Leaf)),
		},
		After: []string{w.T("delivery.letter.keep")}, Signer: c.User().Name, Post: w.T("delivery.letter.signer"),
	}); err != nil {
		return fault("letter", err)
	}
	return c.Attachment(f.Folio+"-oficio.pdf", "application/pdf", out.Bytes())
}
