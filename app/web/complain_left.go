package web

import (
	"encoding/base64"
	"net/http"
	"strings"

	"declara/app/complain"
	"declara/storage"
)

// What a browser is given of a complaint, and what is left when it is over. Somebody else
// may have the telephone later. She finds in the history what the browser keeps of each
// answer to a form, which is the form, and may send it again (docs/decisions/0041). So
// who follows a complaint is led on from each form to an address (visitLead), and a form
// of before she left, or of before she sent it, is not taken up again.

// The cookies: of the drafts of a browser, and of who has entered with a key.
func (s *Server) draftCookie() string { return s.cookieName("denuncia") }
func (s *Server) visitCookie() string { return s.cookieName("seguimiento") }

// plainSite is where "leave" leads: a page that anybody may be looking at.
const plainSite = "https://www.gob.mx/"

// complainLeave drops what the browser has of us, and goes somewhere dull. The draft
// is left to be swept: nobody can open it without the cookie.
func (s *Server) complainLeave(c *Ctx) error {
	c.forgetComplaint()
	c.noStore()
	return c.fc.Redirect(plainSite, http.StatusSeeOther)
}

// forgetComplaint makes the browser forget. What stays until it is closed is a mark that
// says nothing but that forms of before are over.
func (c *Ctx) forgetComplaint() {
	had := c.cookie(c.s.draftCookie()) != "" || c.cookie(c.s.visitCookie()) != ""
	c.setCookie(c.s.visitCookie(), "", -1)
	c.setCookie(c.s.draftCookie(), "", -1)
	if had {
		c.setDrafts(nil, newMark())
	}
	c.Set("Clear-Site-Data", `"cache"`)
}

// drafts is what the cookie of a browser's drafts has: their secret, nil without one, and
// the mark of the last time that a complaint was over here, "" when none was.
func (c *Ctx) drafts() (secret []byte, mark string) {
	text, mark, _ := strings.Cut(c.cookie(c.s.draftCookie()), ".")
	if secret, err := base64.RawURLEncoding.DecodeString(text); err == nil && len(secret) == 32 {
		return secret, mark
	}
	return nil, mark
}

func (c *Ctx) setDrafts(secret []byte, mark string) {
	value := base64.RawURLEncoding.EncodeToString(secret)
	if mark != "" {
		value += "." + mark
	}
	c.setCookie(c.s.draftCookie(), value, 0)
}

// newMark is a mark of a complaint that is over. Eight letters of chance are never those
// of another in the same browser.
func newMark() string { return storage.RandomID()[:8] }

// overHere reports whether a form is from before a complaint was over in this browser.
func (c *Ctx) overHere(h handed) bool {
	_, mark := c.drafts()
	_, of, _ := strings.Cut(h.Get("hoja"), ".")
	return mark != "" && of != mark
}

// ticket is the draft of the tab that a form belongs to.
func (c *Ctx) ticket(h handed) complain.Ticket {
	secret, _ := c.drafts()
	return complain.Ticket{Cookie: secret, Tab: h.Get("hoja"), Carried: &complain.Carried{Sealed: h.Get("borrador")}}
}

// newTicket begins a draft for a tab, and gives the browser its secret if it has none.
func (c *Ctx) newTicket() (complain.Ticket, error) {
	secret, mark := c.drafts()
	if secret == nil {
		secret = complain.NewCookie()
		c.setDrafts(secret, mark)
	}
	t := complain.Ticket{Cookie: secret, Tab: storage.RandomID(), Carried: &complain.Carried{}}
	if mark != "" {
		t.Tab += "." + mark
	}
	return t, c.s.complain.Begin(c.ctx, tenant, t)
}

// sentHere marks that a complaint was sent from this browser: what was written for it is
// over, and the ticket goes on showing the key.
func (c *Ctx) sentHere() {
	secret, _ := c.drafts()
	c.setDrafts(secret, newMark())
}

// A visit's cookie is a token, and "-" for who has none, by which we see that the browser
// keeps cookies. After a dot stands what the next page says once.
const noVisit = "-"

// visitSays are the sentences that a cookie may name.
var visitSays = map[string]string{
	"e": "complain.case.written", "a": "complain.case.added", "n": "complain.case.named",
	"k": "complain.error.key", "d": "complain.error.check", "s": "complain.error.symbol", "c": "complain.error.count",
	"b": "complain.error.busy", "t": "complain.error.tries",
}

// visiting reads the cookie of a visit: the token, "" without one; what is to be said, and
// whether the browser keeps cookies at all.
func (c *Ctx) visiting() (token, says string, keeps bool) {
	value := c.cookie(c.s.visitCookie())
	token, letter, _ := strings.Cut(value, ".")
	if token == noVisit {
		token = ""
	}
	return token, visitSays[letter], value != ""
}

// visitLead leads on from a form of who follows a complaint, with a sentence. false when
// there is no letter for that.
func (c *Ctx) visitLead(token, says string) bool {
	for letter, key := range visitSays {
		if key == says {
			c.setCookie(c.s.visitCookie(), token+"."+letter, 0)
			return true
		}
	}
	return false
}
