package web

import (
	"net/http"
	"net/url"
	"strconv"

	"declara/app/gifts"
	"declara/app/table"
	"declara/storage"
)

// Gifts that officials report (package gifts, LGRA 40): from their page, private, with
// the letter by which the office puts them at the disposal of the competent authority.

const giftsPath = "/contraloria/obsequios"

func (s *Server) giftRoutes() []Route {
	const own = "/declaraciones/obsequios"
	return []Route{
		{Method: "GET", Path: own, Roles: declarants, Do: s.giftsOwn},
		{Method: "POST", Path: own, Roles: declarants, Do: s.giftReport},
		{Method: "GET", Path: own + "/:obsequio/recibo.pdf", Roles: declarants, Do: s.giftReceipt},
		{Method: "GET", Path: giftsPath, Roles: readers, Do: s.giftsPage},
		{Method: "GET", Path: giftsPath + ".csv", Roles: readers, Do: s.giftsFile},
		{Method: "GET", Path: giftsPath + "/:obsequio", Roles: readers, Do: s.giftPage},
		{Method: "POST", Path: giftsPath + "/:obsequio", Roles: readers, Do: s.giftHandOver},
		{Method: "GET", Path: giftsPath + "/:obsequio/oficio.pdf", Roles: readers, Do: s.giftLetter},
	}
}

// giftLine is a report as a page shows it.
type giftLine struct {
	ID, Folio, Name, Unit, At                      string
	What, Giver, Occasion, Value, Received, Keeper string
	Over                                           string // to whom it was handed over and when; "" when it was not
}

func (c *Ctx) giftLine(g gifts.Line, whole bool) giftLine {
	l := giftLine{ID: g.ID, Folio: g.Folio, Name: fullName(g.Official), Unit: g.Official.Unit, At: c.words.When(g.At.In(c.Zone()))}
	if g.Over != nil {
		l.Over = c.words.T("gifts.over", g.Over.Authority, c.words.Day(g.Over.Day), g.Over.Number)
	}
	if whole {
		l.What, l.Giver, l.Occasion, l.Value, l.Received = g.What, g.Giver, g.Occasion, c.words.Money(g.Value, "MXN"), c.words.Day(g.Received)
		l.Keeper = c.words.T("gifts.has", g.Keeper)
		if g.Delivered != "" {
			l.Keeper = c.words.T("gifts.delivered.to", g.Keeper, c.words.Day(g.Delivered))
		}
	}
	return l
}

type giftsOwnData struct {
	All   []giftLine
	Envio string
	Form  answers
}

func (s *Server) giftsOwn(c *Ctx) error {
	return s.giftsAgain(c, http.StatusOK, answers{Values: url.Values{}})
}

func (s *Server) giftsAgain(c *Ctx, code int, form answers) error {
	who, err := c.who()
	if err != nil {
		return err
	}
	all, err := s.gifts.Of(c.Context(), c.Tenant(), who.Person)
	if err != nil {
		return err
	}
	d := giftsOwnData{Envio: c.envio(), Form: form}
	if sent := form.Value("envio"); sent != "" {
		d.Envio = sent
	}
	for _, g := range all {
		d.All = append(d.All, c.giftLine(gifts.Line{Gift: g}, true))
	}
	return c.Render(code, "gifts-own", d)
}

var giftFields = map[error]string{
	gifts.ErrWhat: "que", gifts.ErrGiver: "quien", gifts.ErrOccasion: "motivo", gifts.ErrValue: "valor", gifts.ErrReceived: "recibido", gifts.ErrKeeper: "entrega",
	gifts.ErrDelivered: "entregado", gifts.ErrAuthority: "autoridad", gifts.ErrNumber: "numero", gifts.ErrDay: "fecha",
}

func (s *Server) giftReport(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	if _, err := c.who(); err != nil {
		return err
	}
	g, err := s.gifts.Report(c.Context(), c.Tenant(), *c.User(), c.Value("envio"), gifts.Report{
		What: c.Value("que"), Giver: c.Value("quien"), Occasion: c.Value("motivo"), Value: c.Value("valor"), Received: c.Value("recibido"),
		Keeper: c.Value("entrega"), Delivered: c.Value("entregado"),
	})
	if err != nil {
		all, ok := c.sorted(err, giftFields, "")
		if !ok {
			return err
		}
		return s.giftsAgain(c, 422, answers{c.Form(), all})
	}
	c.Flash("gifts.flash.reported", g.Folio)
	return c.Redirect("/declaraciones/obsequios")
}

// giftReceipt is for who reported it alone.
func (s *Server) giftReceipt(c *Ctx) error {
	u := *c.User()
	u.Roles = nil // as the declarant that she is, and not as anything else
	g, err := s.gifts.Open(c.Context(), c.Tenant(), u, c.Param("obsequio"))
	if err != nil {
		return err
	}
	file, err := gifts.Receipt(s.words.Printer("es"), c.Institution(), g, c.Zone())
	if err != nil {
		return fault("receipt of a gift", err)
	}
	return c.Attachment(g.Folio+".pdf", "application/pdf", file)
}

type giftsData struct {
	Lines []giftLine
	Views []viewLink
	pages
}

func (s *Server) giftsPage(c *Ctx) error {
	all, err := s.gifts.All(c.Context(), c.Tenant(), *c.User(), false)
	if err != nil {
		return err
	}
	want := c.Query("estado")
	if want != "por_entregar" && want != "entregados" {
		want = ""
	}
	var shown []gifts.Line
	waiting := 0
	for _, g := range all {
		if g.Over == nil {
			waiting++
		}
		if want == "" || (g.Over == nil) == (want == "por_entregar") {
			shown = append(shown, g)
		}
	}
	d := giftsData{pages: c.pages(len(shown), func(page int) string {
		return giftsPath + "?" + url.Values{"estado": {want}, "pagina": {strconv.Itoa(page)}}.Encode()
	})}
	d.Views = []viewLink{
		{giftsPath, c.words.T("gifts.view.all", len(all)), want == ""},
		{giftsPath + "?estado=por_entregar", c.words.T("gifts.view.waiting", waiting), want == "por_entregar"},
		{giftsPath + "?estado=entregados", c.words.T("gifts.view.over", len(all)-waiting), want == "entregados"},
	}
	for _, g := range shown[d.from:d.to] {
		d.Lines = append(d.Lines, c.giftLine(g, false))
	}
	return c.Render(http.StatusOK, "gifts", d)
}

// giftsFile is all of it as a file; that it was taken out is written down.
func (s *Server) giftsFile(c *Ctx) error {
	all, err := s.gifts.All(c.Context(), c.Tenant(), *c.User(), true)
	if err != nil {
		return err
	}
	rows := [][]string{c.heads("gifts.csv.", "folio", "name", "unit", "what", "giver", "occasion", "value", "received", "keeper", "delivered", "reported", "authority", "number", "handed")}
	for _, g := range all {
		var over storage.Handover
		if g.Over != nil {
			over = *g.Over
		}
		rows = append(rows, []string{
			g.Folio, fullName(g.Official), g.Official.Unit, g.What, g.Giver, g.Occasion, strconv.FormatInt(g.Value, 10), g.Received, g.Keeper, g.Delivered,
			g.At.In(c.Zone()).Format("2006-01-02"), over.Authority, over.Number, over.Day,
		})
	}
	c.Secret()
	return c.Attachment("obsequios.csv", "text/csv; charset=utf-8", table.WriteCSV(rows))
}

type giftData struct {
	giftLine
	Path string
	Own  bool
	Form answers
}

func (s *Server) giftPage(c *Ctx) error {
	return s.giftAgain(c, http.StatusOK, answers{Values: url.Values{}})
}

func (s *Server) giftAgain(c *Ctx, code int, form answers) error {
	g, err := s.gifts.Open(c.Context(), c.Tenant(), *c.User(), c.Param("obsequio"))
	if err != nil {
		return err
	}
	c.Secret()
	return c.Render(code, "gift", giftData{c.giftLine(g, true), giftsPath + "/" + url.PathEscape(g.ID), g.Person == c.User().Person, form})
}

func (s *Server) giftHandOver(c *Ctx) error {
	err := s.gifts.HandOver(c.Context(), c.Tenant(), *c.User(), c.Param("obsequio"), c.Value("autoridad"), c.Value("numero"), c.Value("fecha"))
	if err != nil {
		all, ok := c.sorted(err, giftFields, "")
		if !ok {
			return err
		}
		return s.giftAgain(c, 422, answers{c.Form(), all})
	}
	c.Flash("gifts.flash.over")
	return c.Redirect(giftsPath + "/" + url.PathEscape(c.Param("obsequio")))
}

func (s *Server) giftLetter(c *Ctx) error {
	g, err := s.gifts.Open(c.Context(), c.Tenant(), *c.User(), c.Param("obsequio"))
	if err != nil {
		return err
	}
	file, err := gifts.Letter(s.words.Printer("es"), c.Institution(), g, c.Now().In(c.Zone()))
	if err != nil {
		return fault("letter of a gift", err)
	}
	return c.Attachment("oficio-"+g.Folio+".pdf", "application/pdf", file)
}
