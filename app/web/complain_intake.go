package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"declara/app/complain"
	"declara/app/errs"
)

// steps are the pages of a complaint, in their order. Pages beside the way are those
// that only some people see.
var steps = []string{"quien", "que", "pruebas", "nombre", "revisar"}

// intake is what the pages of a complaint show.
type intake struct {
	Tab     string
	Carried string // the draft, when there was no room to keep it
	Step    int    // of five
	Draft   complain.Draft
	Problem string // catalogue key of what was wrong
	Notice  string // of what is good to know
	Readers complain.Readers
	Missing []string // what the text seems not to tell
	Phrases []complain.Phrase
	Faults  []complain.Fault
	Choices []complain.Reader // who can be left out
	Leaving bool              // somebody of the office is left out

	typed func(*complain.Answers) // puts what was too long to be kept back on its page
}

// A is what was answered.
func (i intake) A() complain.Answers { return i.Draft.Answers }

// Picked reports whether a fault was picked.
func (i intake) Picked(article string) bool { return slices.Contains(i.Draft.Answers.Faults, article) }

// Out reports whether a reader is to be left out.
func (i intake) Out(user string) bool { return slices.Contains(i.Draft.Answers.Exclude, user) }

// Marks are the five marks of the head, filled up to this step.
func (i intake) Marks() []bool {
	m := make([]bool, len(steps))
	for n := range m {
		m[n] = n < i.Step
	}
	return m
}

// complainHome is the door: what is kept and what is not, and who reads.
func (s *Server) complainHome(c *Ctx) error {
	r, err := s.complain.Readers(c.ctx, tenant, complain.RouteTown, nil)
	if err != nil {
		return err
	}
	return c.Render(http.StatusOK, "complain-home", struct {
		complain.Readers
		TownHall bool // she is in a network of the institution
	}{r, c.fromTownHall()})
}

// complainStep takes one form and answers with the next page.
func (s *Server) complainStep(c *Ctx) error {
	h, err := c.handed()
	if err != nil {
		return err
	}
	if h.Get("paso") == "inicio" {
		t, err := c.newTicket()
		if err != nil {
			return err
		}
		return s.showStep(c, t, "quien", intake{})
	}
	t := c.ticket(h)
	d, err := s.complain.Draft(c.ctx, tenant, t)
	if errs.CodeOf(err) == errs.Gone {
		return s.beginAgain(c, h)
	} else if err != nil {
		return err
	}
	if d.Sent != nil {
		return s.sentStep(c, t, h, *d.Sent)
	}
	page := intake{}
	if page.Problem, err = s.take(c, t, h, d); err != nil {
		return err
	}
	if page.Problem == vast {
		page.typed = func(a *complain.Answers) { fill(a, h.Get("paso"), h) }
	}
	step := s.stepAfter(h, page.Problem)
	if step == "enviar" || h.Get("paso") == "saturacion" {
		return s.sendOrAsk(c, t, h)
	}
	return s.showStep(c, t, step, page)
}

// beginAgain begins anew for who comes with a draft that is over, with what she has just
// written: an hour of writing is never lost with a cookie.
func (s *Server) beginAgain(c *Ctx, h handed) error {
	if slices.Contains([]string{"", "clave", "enviada"}, h.Get("paso")) || c.overHere(h) {
		return c.Render(http.StatusGone, "complain-over", nil)
	}
	blocked := c.cookie(s.draftCookie()) == "" // or the browser was closed
	t, err := c.newTicket()
	if err != nil {
		return err
	}
	page, step := intake{Notice: "complain.notice.again"}, "quien"
	if blocked {
		page.Notice = "complain.notice.cookies"
	}
	if page.Problem, err = s.take(c, t, h, complain.Draft{}); err != nil {
		return err
	}
	if page.Problem == vast {
		page.typed, step = func(a *complain.Answers) { fill(a, h.Get("paso"), h) }, h.Get("paso")
	}
	return s.showStep(c, t, step, page)
}

// vast is what is said of what is longer than can be kept.
const vast = "complain.error.vast"

// take keeps what a form tells, whatever is wrong with it, and says what that is.
func (s *Server) take(c *Ctx, t complain.Ticket, h handed, d complain.Draft) (problem string, err error) {
	paso := h.Get("paso")
	if err := s.complain.Save(c.ctx, tenant, t, func(a *complain.Answers) { fill(a, paso, h) }); err != nil {
		return sayable(err)
	}
	back := h.Get("ir") == "atras"
	switch {
	case paso == "quien" && h.Get("quien") == "" && d.Answers.Route == "" && !back:
		return "complain.error.who", nil
	case paso == "que" && utf8.RuneCountInString(h.Get("que")) > complain.MaxText:
		return "complain.error.long", nil
	case paso == "nombre" && h.Get("ir") == "" && givesName(h) && strings.TrimSpace(h.Get("nombre")+h.Get("contacto")) == "":
		return "complain.error.name", nil
	case (paso == "contraloria" || paso == "fuera") && !back:
		fill(&d.Answers, paso, h)
		return s.readable(c, d.Answers)
	case paso == "pruebas":
		return s.takeFile(c, t, h)
	}
	return "", nil
}

// givesName reports whether a form says that its sender gives her name.
func givesName(h handed) bool {
	return h.Get("modo") == complain.Confidential || h.Get("modo") == complain.Named
}

// readable tells what is wrong when nobody is left who could open it, while there are
// people with keys: an hour of writing should not end there.
func (s *Server) readable(c *Ctx, a complain.Answers) (problem string, err error) {
	r, err := s.complain.Readers(c.ctx, tenant, a.Route, a.Exclude)
	if err != nil || r.Open() {
		return "", err
	}
	all, err := s.complain.Readers(c.ctx, tenant, complain.RouteTown, nil)
	switch {
	case err != nil || !all.Open():
		return "", err
	case slices.ContainsFunc(all.Office, func(p complain.Reader) bool { return slices.Contains(a.Exclude, p.User) }):
		return "complain.error.nobody", nil
	}
	return "complain.error.pick", nil
}

// fill puts what a form tells where it belongs.
func fill(a *complain.Answers, paso string, h handed) {
	text := func(name string, into *string) {
		if h.Has(name) {
			*into = h.Get(name)
		}
	}
	switch paso {
	case "quien":
		if r := h.Get("quien"); slices.Contains(complain.Routes, r) {
			if r != a.Route {
				a.Anyway = false
			}
			a.Route = r // who was left out stays out
		}
	case "otro":
		a.Anyway = true
	case "contraloria", "fuera":
		offered := h.Values["ofrecido"]
		a.Exclude = slices.DeleteFunc(a.Exclude, func(id string) bool { return slices.Contains(offered, id) })
		if h.Get("todos") == "" {
			a.Exclude = append(a.Exclude, h.Values["fuera"]...)
		}
	case "que":
		text("que", &a.What)
		text("cuando", &a.When)
		text("donde", &a.Where)
	case "faltas":
		a.Faults = h.Values["falta"]
	case "deber": // who asks for protection fears something, and more the office does not learn
		a.Protect = h.Get("proteccion") != ""
		a.Fears = a.Fears || a.Protect
	case "nombre":
		text("modo", &a.Mode)
		text("nombre", &a.Name)
		text("contacto", &a.Contact)
		a.Fears = h.Get("temor") != ""
	}
}

// takeFile adds or takes out a file.
func (s *Server) takeFile(c *Ctx, t complain.Ticket, h handed) (problem string, err error) {
	if name, quit := strings.CutPrefix(h.Get("ir"), "quitar:"); quit {
		return "", s.complain.RemoveFile(c.ctx, tenant, t, name)
	}
	if h.name == "" {
		if h.Get("ir") == "subir" {
			return "complain.error.nofile", nil
		}
		return "", nil
	}
	err = c.hand(func() error {
		return s.complain.AddFile(c.ctx, tenant, t, complain.Upload{Name: h.name, Bytes: h.file, NoOriginal: h.Get("sin_original") != ""})
	})
	return sayable(err)
}

// stepAfter is the page that follows a form.
func (s *Server) stepAfter(h handed, problem string) string {
	paso, ir := h.Get("paso"), h.Get("ir")
	switch {
	case problem != "":
		return paso
	case ir == "subir", strings.HasPrefix(ir, "quitar:"):
		return "pruebas"
	case ir == "enviar", ir == "faltas", ir == "fuera", ir == "deber", slices.Contains(steps, ir):
		return ir
	}
	back := ir == "atras"
	switch paso {
	case "otro", "contraloria":
		if back {
			return "quien"
		}
		return "que"
	case "faltas":
		return "que"
	case "fuera":
		return "revisar"
	case "deber":
		return "nombre"
	case "quien":
		if back {
			return "inicio"
		}
		if r := h.Get("quien"); r == complain.RouteOther {
			return "otro"
		} else if r == complain.RouteOffice {
			return "contraloria"
		}
	}
	n := slices.Index(steps, paso)
	switch {
	case n < 0:
		return "quien"
	case back:
		return steps[max(n-1, 0)]
	}
	return steps[min(n+1, len(steps)-1)]
}

// showStep answers with a page of a draft.
func (s *Server) showStep(c *Ctx, t complain.Ticket, step string, page intake) (err error) {
	if step == "inicio" {
		return s.complainHome(c)
	}
	page.Tab, page.Carried, page.Step = t.Tab, t.Carried.Sealed, slices.Index(steps, step)+1
	if page.Draft, err = s.complain.Draft(c.ctx, tenant, t); err != nil {
		return err
	}
	if page.typed != nil {
		page.typed(&page.Draft.Answers)
	}
	a := page.Draft.Answers
	if page.Readers, err = s.complain.Readers(c.ctx, tenant, a.Route, a.Exclude); err != nil {
		return err
	}
	status := http.StatusOK
	if page.Problem != "" {
		status = http.StatusUnprocessableEntity
	}
	switch step {
	case "quien", "otro", "que":
	case "nombre":
		if a.Protect && page.Notice == "" && a.Mode != complain.Confidential && a.Mode != complain.Named && page.Readers.TakesNames() {
			page.Notice = "complain.duty.notice"
		}
	case "deber":
		page.Step = 4
	case "contraloria", "fuera":
		if err := s.choices(c, &page, step); err != nil {
			return err
		}
	case "faltas":
		page.Faults, page.Step = complain.Faults, 2
	case "pruebas":
		page.Missing = missing(a)
	case "revisar":
		page.Missing, page.Phrases = missing(a), complain.Telling(a.What)
	default:
		step = "quien"
	}
	if step == "otro" {
		page.Step = 1
	}
	return c.Render(status, "complain-"+step, page)
}

// choices are those whom a complaint can leave out: of the office, and on the way from
// the review those who keep names and the backup as well.
func (s *Server) choices(c *Ctx, page *intake, step string) error {
	all, err := s.complain.Readers(c.ctx, tenant, complain.RouteTown, nil)
	if err != nil {
		return err
	}
	add := func(more []complain.Reader) {
		for _, p := range more {
			if !slices.ContainsFunc(page.Choices, func(q complain.Reader) bool { return q.User == p.User }) {
				page.Choices = append(page.Choices, p)
			}
		}
	}
	add(all.Office)
	add(all.Custodians)
	page.Leaving = slices.ContainsFunc(page.Choices, func(p complain.Reader) bool { return page.Out(p.User) })
	if step == "fuera" {
		if page.Step = len(steps); page.Readers.External != nil {
			page.Choices = nil // none of them can read it
		}
		add(all.Holders)
		return nil
	}
	page.Step = 1
	page.Readers, err = s.complain.Readers(c.ctx, tenant, complain.RouteOffice, nil)
	return err
}

func missing(a complain.Answers) (ask []string) {
	for _, p := range complain.Coach(&a) {
		if !p.Told {
			ask = append(ask, p.Ask)
		}
	}
	return ask
}

// sendStep sends the draft, in a flood perhaps into a tray.
func (s *Server) sendStep(c *Ctx, t complain.Ticket, tray string) error {
	line, stop := context.WithTimeout(c.ctx, s.patience)
	defer stop()
	end, ok := s.turns.wait(line, c.IP())
	if !ok {
		return s.showStep(c, t, "revisar", intake{Problem: "complain.error.line"})
	}
	defer end()
	send := s.complain.Send
	if tray != "" {
		send = s.complain.SendAside
	}
	sent, err := send(c.ctx, tenant, t)
	switch {
	case errors.Is(err, complain.ErrClosed):
		return c.Render(http.StatusConflict, "complain-closed", nil)
	case errs.CodeOf(err) == errs.Invalid:
		return s.showStep(c, t, "que", intake{Problem: keyOf(err)})
	case err != nil:
		return err
	}
	s.flood.took(c.IP())
	c.sentHere()
	return s.showSent(c, t, sent, "")
}

// sentStep is whatever is asked about a complaint that was sent already: another time
// the same answer, papers, or the end of the key.
func (s *Server) sentStep(c *Ctx, t complain.Ticket, h handed, sent complain.Sent) error {
	switch {
	case h.Get("paso") == "clave" && h.Get("ir") == "papel" && sent.Key != "":
		c.Secret()
		return c.Render(http.StatusOK, "complain-slip", strings.Fields(sent.Key))
	case h.Get("paso") == "clave" && h.Get("ir") == "texto" && sent.Text != "":
		c.Set("Content-Disposition", `attachment; filename="texto.txt"`)
		return c.Send(http.StatusOK, "text/plain; charset=utf-8", []byte(sent.Text))
	case h.Get("paso") == "clave" && (h.Get("ir") == "acuse" || h.Get("ir") == "constancia"):
		p, err := s.complain.ProofOf(c.ctx, tenant, t)
		if err != nil {
			return err
		}
		return s.proof(c, p, h.Get("ir") == "constancia")
	case h.Get("paso") == "clave" && h.Get("ir") == "":
		problem, err := sayable(s.complain.Confirm(c.ctx, tenant, t, h.Get("ult")))
		if err != nil {
			return err
		}
		if problem == "" {
			sent.Key = ""
		}
		return s.showSent(c, t, sent, problem)
	}
	return s.showSent(c, t, sent, "")
}

// showSent shows the key, until it was confirmed.
func (s *Server) showSent(c *Ctx, t complain.Ticket, sent complain.Sent, problem string) error {
	status := http.StatusOK
	if problem != "" {
		status = http.StatusUnprocessableEntity
	}
	return c.Render(status, "complain-sent", struct {
		Tab, Carried, Problem, Next string
		Sent                        complain.Sent
		Groups                      []string
		Asking                      *askingOn
	}{t.Tab, "", problem, complain.FirstDay(sent.Day), sent, strings.Fields(sent.Key), firstAsk(complain.FirstDay(sent.Day))})
}
