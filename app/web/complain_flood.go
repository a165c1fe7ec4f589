package web

import (
	"net/http"
	"strconv"
	"time"

	"declara/app/complain"
)

// asking is the page that comes before sending in a flood.
type asking struct {
	Tab, Carried    string
	Mark            string
	Question, Wait  string
	Answer, Problem string
}

// sendOrAsk sends a complaint; in a flood it asks first. Whoever would rather not
// answer sends it too, into a tray of its own.
func (s *Server) sendOrAsk(c *Ctx, t complain.Ticket, h handed) error {
	wait := s.flood.wait(c.IP())
	if wait == 0 {
		return s.sendStep(c, t, "")
	}
	if h.Get("paso") != "saturacion" {
		return s.ask(c, t, wait, "")
	}
	if h.Get("ir") == "sin" {
		return s.sendStep(c, t, complain.TrayFlood)
	}
	n, left, ok := s.flood.asked(t.Tab, h.Get("marca"))
	switch right := answered(h.Get("respuesta"), c.words.T("flood.a."+strconv.Itoa(n))); {
	case !ok:
		return s.ask(c, t, wait, "")
	case !right:
		return s.ask(c, t, max(left, 0), "flood.wrong")
	case left > 0:
		return c.Render(http.StatusOK, "complain-saturacion", asking{
			Tab: t.Tab, Carried: t.Carried.Sealed, Mark: h.Get("marca"), Question: c.words.T("flood.q." + strconv.Itoa(n)), Wait: seconds(left),
			Answer: h.Get("respuesta"), Problem: c.words.T("flood.early", seconds(left)),
		})
	}
	return s.sendStep(c, t, "")
}

// ask shows a question.
func (s *Server) ask(c *Ctx, t complain.Ticket, wait time.Duration, problem string) error {
	n, mark := s.flood.question(t.Tab, wait)
	a := asking{Tab: t.Tab, Carried: t.Carried.Sealed, Mark: mark, Question: c.words.T("flood.q." + strconv.Itoa(n)), Wait: seconds(wait)}
	if problem != "" {
		a.Problem = c.words.T(problem)
	}
	return c.Render(http.StatusOK, "complain-saturacion", a)
}
