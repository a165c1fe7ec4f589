package web

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// own answers with what a visitor sent, sealed for the authority outside, under a name
// that tells nothing.
func (s *Server) own(c *Ctx, token string) error {
	o, err := s.complain.Own(c.ctx, tenant, token)
	if err != nil {
		return err
	}
	return c.Stream("documento.age", "application/octet-stream", func(ctx context.Context, w io.Writer) error {
		defer o.Close()
		return o.Write(ctx, w)
	})
}

// history answers with what happened, as text that can be proved.
func (s *Server) history(c *Ctx, token string) error {
	st, err := s.complain.Look(c.ctx, tenant, token)
	if problem, err := sayable(err); err != nil {
		return err
	} else if problem != "" {
		return s.askKey(c, http.StatusUnprocessableEntity, visitPage{Problem: problem})
	}
	c.setCookie(s.visitCookie(), st.Token, 0)
	text := strings.Join([]string{c.visit.Institution.Name, st.Folio, st.Day, "", c.words.T("complain.buried.history.head"), "", ""}, "\n") + string(st.History())
	return c.Attachment("documento.txt", "text/plain; charset=utf-8", []byte(text))
}

// askDay is the next day of a week, 1 for Monday to 5 for Friday, on which somebody who
// leaves no telephone may ask: after what she was promised, or after today.
func askDay(weekday string, now time.Time, promised string) string {
	if len(weekday) != 1 || weekday < "1" || weekday > "5" {
		return ""
	}
	day := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	if p, err := time.Parse(time.DateOnly, promised); err == nil && p.After(day) {
		day = p
	}
	for day = day.AddDate(0, 0, 1); int(day.Weekday()) != int(weekday[0]-'0'); {
		day = day.AddDate(0, 0, 1)
	}
	return day.Format(time.DateOnly)
}

// askingOn is a day on which to ask, with its name.
type askingOn struct{ Weekday, Day string }

// firstAsk is the first weekday after one that was promised; nil when none was.
func firstAsk(promised string) *askingOn {
	p, err := time.Parse(time.DateOnly, promised)
	if err != nil {
		return nil
	}
	for p = p.AddDate(0, 0, 1); p.Weekday() == time.Saturday || p.Weekday() == time.Sunday; {
		p = p.AddDate(0, 0, 1)
	}
	return &askingOn{strconv.Itoa(int(p.Weekday())), p.Format(time.DateOnly)}
}
