package web

import (
	"net/http"
	"time"

	"declara/app/publish"
	"declara/app/seal"
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
	Paper   *seal.Known
	Told    *seal.Told // about a file that was sent
	Problem string     // with a file that was sent
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
	if !v.Found && m.Hash != "" {
		if page.Paper, err = s.seal.PaperByHash(c.ctx, tenant, m.Hash); err != nil {
			return err
		}
		if page.Paper != nil {
			told := seal.KnownPaper(c.words, m.Hash, page.Paper)
			page.Told = &told
		}
	}
	if v.Found {
		at := v.Filed.In(location(v.Zone))
		page.Day, page.Hour = c.words.Day(at.Format("2006-01-02")), c.words.Hour(at)
	}
	return c.Render(http.StatusOK, "verify", page)
}

// How many files may wait to be verified, in all and of one network: each is held in
// memory meanwhile.
const (
	inspectAll     = 16
	inspectNetwork = 6
)

// verifyFile says what is known of a file that was sent. Nothing of it is kept.
func (s *Server) verifyFile(c *Ctx) error {
	page := verifyPage{}
	leave, ok := s.inspections.enter(c.IP())
	if !ok {
		return seal.ErrBusy
	}
	defer leave()
	file, err := c.File("archivo")
	if err != nil {
		return err
	}
	if len(file) == 0 {
		page.Problem = "seal.verify.nothing"
		return c.Render(http.StatusUnprocessableEntity, "verify", page)
	}
	found, err := s.seal.Inspect(c.ctx, tenant, file)
	if err != nil {
		return err
	}
	told := seal.Sentences(c.words, found, c.Zone())
	page.Told = &told
	return c.Render(http.StatusOK, "verify", page)
}

// sealPage publishes the seals of the institution, those of before too, so that
// anybody can tell a document that they sealed from any other.
func (s *Server) sealPage(c *Ctx) error {
	all, authority, err := s.seal.Seals(c.ctx, tenant)
	if err != nil {
		return err
	}
	data := sealsData{Seals: all, Zone: c.Zone()}
	if authority != nil {
		data.Authority = seal.Fingerprint(authority)
	}
	return c.Render(http.StatusOK, "verify-seal", data)
}

// sealsData is the data of the pages "verify-seal" and "settings-seal".
type sealsData struct {
	Seals     []seal.Seal // the one in use first
	Authority string      // fingerprint of the institution's own authority
	Zone      *time.Location
	Form      answers
	Base      string // address that papers name; "" when one is configured
}

// sealPEM is what a stranger's program verifies our papers with.
func (s *Server) sealPEM(c *Ctx) error {
	b, err := s.seal.Certificates(c.ctx, tenant)
	if err != nil {
		return err
	}
	return c.Attachment("sello.pem", "application/x-pem-file", b)
}
