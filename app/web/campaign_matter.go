package web

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"declara/app/campaign"
	"declara/app/declare"
	"declara/app/errs"
	"declara/storage"
)

// One duty that is not met: what its person was told, what was required of her with its
// three dates, and what may follow. The system drafts and counts; it takes no step.

// matterData is the data of the page "campaign-matter".
type matterData struct {
	Person                 storage.Person
	Name, Duty, Title, Due string
	Why                    string
	Met                    bool // nothing more is to be done
	Past                   bool // its last day is
	State                  status
	Step                   string // what may be done next
	Notices                []string
	Letters                []matterLetter
	Path, Here             string
	Remind                 string
	Form                   answers
	At                     string // the form that the problems are of: "nuevo", or the id of a letter and what
	Today                  string
	CanRequire             bool
}

type matterLetter struct {
	storage.Requirement
	On, ServedOn, EffectOn, StartsOn, Until, ReferredOn string
	Over                                                bool // its term is
	Last                                                bool
}

func (s *Server) matterPage(c *Ctx) error {
	return s.matterAgain(c, http.StatusOK, c.Query("obligacion"), answers{Values: url.Values{}}, "")
}

func (s *Server) matterAgain(c *Ctx, code int, duty string, form answers, at string) error {
	m, err := s.campaign.Matter(c.Context(), c.Tenant(), c.Param("id"), duty)
	if err != nil {
		return err
	}
	roll, err := s.declare.Roll(c.Context(), c.Tenant())
	if err != nil {
		return err
	}
	path := "/contraloria/personas/" + url.PathEscape(m.Person.ID) + "/requerimiento"
	d := matterData{Person: m.Person, Name: fullName(m.Person), Duty: duty, Met: m.Owed == nil, Path: path, Here: path + "?obligacion=" + url.QueryEscape(duty), Form: form, At: at, Today: c.words.DayShort(roll.Today)}
	st := declare.InTime
	for _, l := range roll.Lines {
		if l.Person == m.Person.ID && l.Duty.Key == duty {
			st = l.State
			d.Title, d.Due, d.Why = c.words.T("declare.title."+string(l.Duty.Kind), l.Duty.Year), c.words.Day(l.Duty.Due), c.officeReason(l.Duty.Reason)+c.moved(l.Duty)
			d.Past = l.State.Unmet()
			d.State = status{stateClasses[st], c.words.T("office.state." + string(st))}
		}
	}
	if d.Title == "" {
		d.Title = c.words.T("campaign.matter.gone")
	}
	for _, n := range m.Notices {
		way := "mail"
		if n.Mail == "" {
			way = "paper"
		}
		occasion := n.Occasion
		if len(occasion) > 1 && occasion[:2] == "m-" {
			occasion = "m"
		}
		d.Notices = append(d.Notices, c.words.T("campaign.matter.notice", c.words.Day(n.At.In(c.Zone()).Format(time.DateOnly)), c.words.T("campaign.occasion."+occasion), c.words.T("campaign.way."+way)))
	}
	for i, r := range m.Letters {
		x := matterLetter{Requirement: r, On: c.words.Day(r.Day), Last: i == len(m.Letters)-1}
		for _, day := range []struct{ from, to *string }{{&r.Served, &x.ServedOn}, {&r.Effect, &x.EffectOn}, {&r.Starts, &x.StartsOn}, {&r.Referred, &x.ReferredOn}} {
			if *day.from != "" {
				*day.to = c.words.Day(*day.from)
			}
		}
		if until := declare.Term(r); until != "" {
			x.Until, x.Over = c.words.Day(until), roll.Today > until && (m.Owed == nil || m.Owed.Requires(r))
		}
		d.Letters = append(d.Letters, x)
	}
	d.Step, d.CanRequire = c.step(m, d.Letters)
	if m.Owed != nil {
		d.Remind = remindPath + "?" + url.Values{"persona": {m.Person.ID}, "obligacion": {duty}}.Encode()
	}
	return c.Render(code, "campaign-matter", d)
}

// step is what the law has next for a duty, and whether a requirement can be written.
func (c *Ctx) step(m campaign.Matter, letters []matterLetter) (words string, require bool) {
	if m.Owed == nil {
		return c.words.T("campaign.step.met"), false
	}
	if !m.Owed.Unmet {
		return c.words.T("campaign.step.open", c.words.Day(m.Owed.Due)), false
	}
	if len(letters) == 0 || !m.Owed.Requires(letters[len(letters)-1].Requirement) {
		return c.words.T("campaign.step.require"), true
	}
	last := letters[len(letters)-1]
	switch {
	case last.Starts == "":
		return c.words.T("campaign.step.serve", last.Number), true
	case !last.Over:
		return c.words.T("campaign.step.wait", last.Until), true
	case last.Referred == "":
		return c.words.T("campaign.step.refer", last.Until), true
	}
	return c.words.T("campaign.step.referred", last.ReferredOn, last.Letter), false
}

// wrongs are the fields of the forms that errors of package campaign are about.
var wrongs = map[error]string{
	campaign.ErrNumber: "numero", campaign.ErrTaken: "numero", campaign.ErrDay: "fecha",
	campaign.ErrServed: "practicada", campaign.ErrEffect: "surte", campaign.ErrStarts: "inicia",
}

// sorted are the troubles that an error, or several joined, tell about a form; ok is
// false when it is none of a form. suffix makes the names of its fields its own.
func (c *Ctx) sorted(err error, fields map[error]string, suffix string) (all []trouble, ok bool) {
	list := []error{err}
	if joined, is := err.(interface{ Unwrap() []error }); is {
		list = joined.Unwrap()
	}
	for _, e := range list {
		x, is := errors.AsType[*errs.Error](e)
		if !is || x.Code != errs.Invalid && x.Code != errs.Conflict {
			return nil, false
		}
		field := fields[x]
		if field != "" {
			field += suffix
		}
		all = append(all, trouble{field, c.said(x)})
	}
	return all, true
}

// matterDone answers a form of the page: it again, with what is wrong, or done.
func (s *Server) matterDone(c *Ctx, err error, suffix, at, flash string) error {
	duty := c.Value("obligacion")
	if err != nil {
		all, ok := c.sorted(err, wrongs, suffix)
		if !ok {
			return err
		}
		return s.matterAgain(c, 422, duty, answers{c.Form(), all}, at)
	}
	c.Flash(flash)
	return c.Redirect("/contraloria/personas/" + url.PathEscape(c.Param("id")) + "/requerimiento?obligacion=" + url.QueryEscape(duty))
}

func (s *Server) matterRequire(c *Ctx) error {
	_, err := s.campaign.Require(c.Context(), c.Tenant(), c.User().ID, c.Param("id"), c.Value("obligacion"), c.Value("numero"), c.Value("fecha"))
	return s.matterDone(c, err, "", "nuevo", "campaign.flash.required")
}

func (s *Server) matterServe(c *Ctx) error {
	id := c.Param("oficio")
	d := campaign.Dates{Served: c.Value("practicada-" + id), Effect: c.Value("surte-" + id), Starts: c.Value("inicia-" + id)}
	err := s.campaign.Serve(c.Context(), c.Tenant(), c.User().ID, c.Param("id"), id, d)
	return s.matterDone(c, err, "-"+id, id, "campaign.flash.served")
}

func (s *Server) matterRefer(c *Ctx) error {
	id := c.Param("oficio")
	err := s.campaign.Refer(c.Context(), c.Tenant(), c.User().ID, c.Param("id"), id, c.Value("numero-"+id), c.Value("fecha-"+id))
	return s.matterDone(c, err, "-"+id, id, "campaign.flash.referred")
}

func (s *Server) matterLetter(c *Ctx) error {
	file, err := s.campaign.Requirement(c.Context(), c.Tenant(), c.Param("id"), c.Param("oficio"))
	if err != nil {
		return err
	}
	return c.Attachment(c.words.T("campaign.file.require")+".pdf", "application/pdf", file)
}

func (s *Server) matterReferral(c *Ctx) error {
	file, err := s.campaign.Referral(c.Context(), c.Tenant(), c.Param("id"), c.Param("oficio"))
	if err != nil {
		return err
	}
	return c.Attachment(c.words.T("campaign.file.refer")+".pdf", "application/pdf", file)
}
