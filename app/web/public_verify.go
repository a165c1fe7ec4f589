package web

import (
	"net/http"

	"declara/app/publish"
)

// verifyPage is the data of the page "verify".
type verifyPage struct {
	Q       string
	Asked   bool
	Wrong   bool // what was typed is no mark
	Verdict publish.Verdict
	Day     string
	Hour    string
	Folio   string // that was asked for
}

// verify says whether a receipt or a public version came from here. It shows
// neither content nor author: the public version is a link, while there is one.
func (s *Server) verify(c *Ctx) error {
	page := verifyPage{Q: publish.CleanQuery(c.Query("q"))}
	if mark := c.Param("mark"); mark != "" {
		page.Q = publish.CleanQuery(mark)
	}
	if page.Q == "" {
		if c.Cached(c.edition(), 0) {
			return nil
		}
		return c.Render(http.StatusOK, "verify", page)
	}
	page.Asked = true
	m, ok := publish.ReadMark(page.Q)
	if page.Wrong = !ok; page.Wrong {
		return c.Render(http.StatusOK, "verify", page)
	}
	v, err := s.publish.Check(c.ctx, tenant, m)
	if err != nil {
		return err
	}
	page.Verdict, page.Folio = v, m.Folio
	if v.Found {
		at := v.Filed.In(location(v.Zone))
		page.Day, page.Hour = c.words.Day(at.Format("2006-01-02")), c.words.Hour(at)
	}
	return c.Render(http.StatusOK, "verify", page)
}
