package web

import (
	"net/http"
	"strings"
	"time"

	"declara/app/campaign"
	"declara/app/outbox"
	"declara/storage"
)

// The page about mail: what waits, what failed and why, and which addresses refuse
// letters. Who runs the system sees that and when; whose letters they are is shown to
// the comptroller only, and never of letters about complaints.

const postPath = "/contraloria/correo"

var postRoles = []storage.Role{storage.RoleComptroller, storage.RoleAdmin}

// postShown is how many letters of each list stand on the page.
const postShown = 100

// ownerKinds are the kinds of letters of which the page says whose they are.
var ownerKinds = map[string]bool{"reminder": true, "receipt": true, "invitation": true}

// mailLine is a letter.
type mailLine struct {
	ID, Kind, At, Next, Why string
	Tries                   int
	Twice                   bool
	Owners                  []campaign.Owner
	Again                   bool // can be tried again
	Remind                  string
}

type postData struct {
	Server          bool
	Down            bool
	Sent            int
	Last            string
	Waiting, Failed []mailLine
	Waits, Fails    int
	Refused         []postRefusal
	Named           bool // the page says whose letters they are
	CSV, XLSX       string
}

type postRefusal struct {
	Why, At string
	Address string
	Owners  []campaign.Owner
}

// letterState is how far a reminder is.
func letterState(t campaign.Told) string {
	switch {
	case t.Notice.Mail == "":
		return "papel"
	case t.Mail.ID == "":
		return "borrado" // sent, or given up, more than a month ago
	}
	return string(outbox.StateOf(t.Mail))
}

// whyFailed is the answer of a server in words.
func (c *Ctx) whyFailed(answer string) string {
	code, more, _ := strings.Cut(answer, " ")
	key := "other"
	switch {
	case code == "connection":
		key = "connection"
	case strings.HasPrefix(more, "5.1."), code == "550" && more == "", code == "551", code == "553":
		key = "address"
	case more == "5.2.1":
		key = "disabled"
	case strings.HasSuffix(more, ".2.2"), code == "552", code == "452":
		key = "full"
	case strings.HasPrefix(more, "5.7."):
		key = "policy"
	case strings.HasPrefix(code, "4"):
		key = "later"
	}
	return c.words.T("campaign.why."+key, answer)
}

func (s *Server) postPage(c *Ctx) error {
	box, err := s.campaign.Box(c.Context(), c.Tenant())
	if err != nil {
		return err
	}
	d := postData{Server: s.mail, Down: box.Down, Sent: box.Sent, Waits: len(box.Waiting), Fails: len(box.Failed), Named: c.Has(storage.RoleComptroller), CSV: postPath + ".csv", XLSX: postPath + ".xlsx"}
	if !box.Last.IsZero() {
		d.Last = c.words.When(box.Last.In(c.Zone()))
	}
	for _, m := range box.Waiting[:min(postShown, d.Waits)] {
		d.Waiting = append(d.Waiting, c.mailLine(&box, m))
	}
	for i := d.Fails - 1; i >= max(0, d.Fails-postShown); i-- { // the newest first
		d.Failed = append(d.Failed, c.mailLine(&box, box.Failed[i]))
	}
	for _, r := range box.Refused {
		x := postRefusal{Why: c.whyFailed(r.Code), At: c.words.DayShort(r.At.In(c.Zone()).Format(time.DateOnly))}
		if d.Named {
			x.Address, x.Owners = r.Address, r.Owners
		}
		d.Refused = append(d.Refused, x)
	}
	return c.Render(http.StatusOK, "campaign-post", d)
}

func (c *Ctx) mailLine(box *campaign.Box, m storage.Mail) mailLine {
	l := mailLine{ID: m.ID, At: c.words.When(m.Created.In(c.Zone())), Tries: m.Tries, Twice: m.Again > 0, Again: m.Message != nil}
	kind := m.Kind
	if !ownerKinds[kind] {
		kind = "other"
	}
	l.Kind = c.words.T("campaign.kind." + kind)
	if m.Failed != "" {
		l.Why = c.whyFailed(m.Failed)
	}
	if !m.Dead {
		l.Next = c.words.When(m.Next.In(c.Zone()))
	}
	if c.Has(storage.RoleComptroller) && ownerKinds[m.Kind] {
		l.Owners = box.Of(m)
		if m.Dead && m.Person != "" {
			l.Remind = remindPath + "?persona=" + m.Person + "&obligacion=" + m.Duty + "&medio=papel"
		}
	}
	return l
}

// postAgain tries a letter again, or all that wait.
func (s *Server) postAgain(c *Ctx) error {
	id, n := c.Value("mensaje"), 0
	if err := s.db.Update(c.Context(), c.Tenant(), func(tx *storage.Txn) error {
		n = 0
		ids := []string{id}
		if id == "" {
			ids = nil
			due, err := tx.DueMail(c.Now().AddDate(0, 0, 30), 1000)
			if err != nil {
				return err
			}
			for _, m := range due {
				ids = append(ids, m.ID)
			}
		}
		for _, x := range ids {
			ok, err := outbox.Again(tx, x, c.Now())
			if err != nil {
				return err
			}
			if ok {
				n++
			}
		}
		if n == 0 {
			return nil
		}
		return tx.Audit(storage.AuditEntry{At: c.Now(), Actor: c.User().ID, Act: "letter.again", About: id})
	}); err != nil {
		return err
	}
	if n == 0 {
		c.Flash("campaign.flash.nothing")
	} else {
		c.Flash("campaign.flash.again")
	}
	return c.Redirect(postPath)
}
