package web

import (
	"errors"
	"slices"
	"strings"

	"declara/app/campaign/ics"
	"declara/app/declare"
	"declara/app/errs"
	"declara/app/verify"
	"declara/storage"
)

// homePage is what a person sees first.
type homePage struct {
	Duties  []dutyCard  // owed now, most pressing first
	Doubts  []dutyCard  // those that the office decides
	Drafts  []draftCard // updates of interests that were begun
	Filed   []filedRow
	Next    *dutyCard   // what comes next
	Update  bool        // an update of interests can be begun
	NoDates bool        // the roster has no day of entry
	Asked   bool        // a question of the office waits for her answer
	Papers  []paperCard // handed in on paper
}

// dutyCard is one thing that is owed.
type dutyCard struct {
	Key, Title, Due, Why string
	By                   string // when it is due, in a sentence
	Late                 bool
	Left                 string // "Te quedan 9 días"
	Ruled                string
	Draft                string // address of the draft, once it is begun
	Progress             string
	Go                   string // what the button says
	Aviso                bool
	Level                string
	Calendar             string
}

type draftCard struct{ Title, Path, Saved string }

// filedRow is one declaration of hers that is filed.
type filedRow struct {
	Title, When, Folio, Path string
	Late                     bool
}

// mine is who is signed in, with what she owes and has filed.
func (s *Server) mine(c *Ctx) (who declare.Who, m declare.Mine, err error) {
	if who, err = c.who(); err != nil {
		return who, m, err
	}
	m, err = s.declare.Mine(c.Context(), who)
	return who, m, err
}

func (s *Server) declareHome(c *Ctx) error {
	who, m, err := s.mine(c)
	if err != nil {
		return err
	}
	page := homePage{Update: m.Interests, NoDates: m.Person.Entry == ""}
	for _, d := range m.Duties {
		card := s.dutyCard(c, d)
		switch d.Standing {
		case declare.Overdue, declare.Open:
			page.Duties = append(page.Duties, card)
		case declare.Doubt:
			page.Doubts = append(page.Doubts, card)
		case declare.Waiting:
			if page.Next == nil {
				page.Next = &card
			}
		}
	}
	for _, d := range m.Drafts {
		if d.Interest {
			page.Drafts = append(page.Drafts, draftCard{c.words.T("declare.title.interes", d.Draft.Year), draftPath(d.ID), c.words.When(d.Saved.In(c.Zone()))})
			page.Update = false
		}
	}
	for _, f := range m.Filings {
		page.Filed = append(page.Filed, filedRow{
			c.title("declare.title.", f.Type, f.Interest, f.Year), c.words.When(f.Filed.In(c.Zone())), f.Folio, draftPath(f.ID, "acuse"), f.Late,
		})
	}
	page.Papers = c.paperCards(m.Papers)
	asked, err := s.draws.Mine(c.Context(), c.Tenant(), who.Person)
	if err != nil {
		return err
	}
	page.Asked = slices.ContainsFunc(asked, func(a verify.Asked) bool { return a.Open })
	return c.Render(200, "declare-home", page)
}

func (s *Server) dutyCard(c *Ctx, d declare.Duty) dutyCard {
	card := dutyCard{
		Key: d.Key, Due: c.words.T("declare.home.until", c.words.Day(d.Due)), Why: c.reason(d.Reason), Late: d.Standing == declare.Overdue,
		Left: c.left(d.Left), Ruled: d.Ruled, Aviso: d.Kind == declare.Aviso,
		Title:    c.words.T("declare.title."+string(d.Kind), d.Year),
		Level:    c.words.T("declare.level." + d.Level.Slug()),
		Calendar: "/declaraciones/calendario/" + d.Key + ".ics",
		Go:       c.words.T("declare.home.start"),
	}
	if card.Late {
		card.Due = c.words.T("declare.home.was", c.words.Day(d.Due))
	}
	card.By = c.words.T("declare.home.by", c.words.Day(d.Due))
	if d.Kind == declare.Modificacion {
		card.By = c.words.T("declare.home.may", d.Year)
	}
	if d.Draft != "" {
		card.Draft, card.Go = draftPath(d.Draft), c.words.T("declare.home.continue")
	}
	return card
}

// left says how many days there are, or by how many it is late.
func (c *Ctx) left(days int) string {
	switch {
	case days == 0:
		return c.words.T("declare.left.today")
	case days < 0:
		return c.words.N("declare.left.late", -days)
	}
	return c.words.N("declare.left", days)
}

// newPage confirms what the roster says before a draft is begun.
type newPage struct {
	Duty               dutyCard
	Person, Post, Unit string
	Level, LevelWhy    string
	Copied             bool // there is a filing to copy from
	Simple             bool
}

func (s *Server) declareNew(c *Ctx) error {
	_, m, err := s.mine(c)
	if err != nil {
		return err
	}
	d, err := owed(m, c.Query("deber"))
	if err != nil {
		return err
	}
	if d.Draft != "" {
		return c.Redirect(draftPath(d.Draft))
	}
	p := m.Person
	return c.Render(200, "declare-new", newPage{
		Duty: s.dutyCard(c, d), Person: fullName(p), Post: p.Post, Unit: p.Unit,
		Level:    c.words.T("declare.level." + d.Level.Slug()),
		LevelWhy: c.words.T("declare.level.why."+d.Level.Slug(), p.Post),
		Copied:   len(m.Filings) > 0, Simple: d.Level != 0,
	})
}

// owed finds a duty that a declaration can be begun for.
func owed(m declare.Mine, key string) (declare.Duty, error) {
	for _, d := range m.Duties {
		if d.Key == key && d.Kind != declare.Aviso && (d.Standing == declare.Open || d.Standing == declare.Overdue || d.Standing == declare.Doubt) {
			return d, nil
		}
	}
	return declare.Duty{}, errs.New(errs.NotFound, "declare.error.notowed")
}

// fullName is a person's name in the usual order.
func fullName(p storage.Person) string {
	return strings.Join(strings.Fields(p.Given+" "+p.First+" "+p.Second), " ")
}

func (s *Server) declareStart(c *Ctx) error {
	who, err := c.who()
	if err != nil {
		return err
	}
	id, err := s.declare.Start(c.Context(), who, c.Value("deber"))
	if errors.Is(err, declare.ErrFiled) {
		return c.Redirect(draftPath(id, "acuse"))
	} else if err != nil {
		return err
	}
	w, err := s.declare.Draft(c.Context(), who, id)
	if err != nil {
		return err
	}
	if len(appliesTo(w)) == 0 {
		return c.Redirect(draftPath(id))
	}
	return c.Redirect(draftPath(id, "aplica"))
}

// declareUpdate explains the update of interests before it is begun.
func (s *Server) declareUpdate(c *Ctx) error {
	_, m, err := s.mine(c)
	if err != nil {
		return err
	}
	return c.Render(200, "declare-update", m)
}

func (s *Server) declareUpdateStart(c *Ctx) error {
	who, err := c.who()
	if err != nil {
		return err
	}
	id, err := s.declare.UpdateInterests(c.Context(), who)
	if err != nil {
		return err
	}
	return c.Redirect(draftPath(id))
}

// declareWrong says where a date or a datum of the roster is corrected. Filling in
// goes on meanwhile: back leads to where the person was.
func (s *Server) declareWrong(c *Ctx) error {
	back := "/declaraciones"
	if id := c.Query("de"); validID(id) {
		back = draftPath(id)
	}
	return c.Render(200, "declare-wrong", struct{ Back string }{back})
}

// validID reports whether a text has the shape of an id of ours.
func validID(id string) bool {
	return len(id) == 26 && strings.Trim(id, "0123456789ABCDEFGHJKMNPQRSTVWXYZ") == ""
}

// declareCalendar is the last day of a duty as a calendar file: a whole day, which
// is the same day in every zone, with an alarm 15 and 3 days before. Its UID is the
// same for ever, so that a file fetched again replaces the one before.
func (s *Server) declareCalendar(c *Ctx) error {
	_, m, err := s.mine(c)
	if err != nil {
		return err
	}
	key, ok := strings.CutSuffix(c.Param("archivo"), ".ics")
	for _, d := range m.Duties {
		if ok && d.Key == key && d.Standing != declare.Filed && d.Standing != declare.Lifted {
			return c.Attachment(key+".ics", "text/calendar; charset=utf-8", s.calendar(c, d))
		}
	}
	return errs.New(errs.NotFound, "web.error.notfound")
}

func (s *Server) calendar(c *Ctx, d declare.Duty) []byte {
	title := c.words.T("declare.title."+string(d.Kind), d.Year)
	return ics.Write(c.Now(), c.Zone(), ics.Event{
		UID: ics.UID(d.Key, c.User().Person), Due: d.Due, Legal: d.Legal, URL: c.Base() + "/declaraciones",
		Title: c.words.T("declare.calendar.summary", title), Text: c.words.T("declare.calendar.text", c.Institution().Name),
	})
}
