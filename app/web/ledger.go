package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/mod/sumdb/tlog"

	"declara/app/errs"
	"declara/app/ledger"
	"declara/app/ledger/proof"
	"declara/app/publish"
	"declara/storage"
)

// The log as strangers read it (package ledger): for programs below logPath, and a page
// that says in words what it is. What is named by a number never changes, and may be
// kept for ever; what is now is asked again each time. Nothing here names anybody, and
// no cookie is read but by the page.

const (
	logPath  = "/.well-known/declara-log"
	forEver  = "public, max-age=31536000, immutable"
	maxDigit = 19 // of a number in an address
)

func (s *Server) ledgerRoutes() []Route {
	get := func(path string, do Handler) Route {
		return Route{Method: "GET", Path: path, API: true, Do: do}
	}
	return []Route{
		get(logPath, s.logCheckpoint),
		get(logPath+"/key", s.logKey),
		get(logPath+"/entries", s.logEntries),
		get(logPath+"/leaf/:n", s.logLeaf),
		get(logPath+"/inclusion", s.logInclusion),
		get(logPath+"/consistency", s.logConsistency),
		get(logPath+"/days", s.logDays),
		get(logPath+"/days/:day", s.logDay),
		{Method: "GET", Path: "/verificar/registro", Do: s.logPage},
		get("/verificar/:mark/prueba.json", s.proofFile),
		{Method: "GET", Path: "/declaraciones/:id/prueba.json", Roles: declarants, Do: s.ownProof},
	}
}

// lasting answers JSON that never changes, under a tag that its address tells.
func (c *Ctx) lasting(tag string, v any) error {
	if c.exact(tag) {
		c.Set(fiber.HeaderCacheControl, forEver)
		return nil
	}
	c.Set(fiber.HeaderCacheControl, forEver)
	return c.JSON(http.StatusOK, v)
}

// logCheckpoint is the signed state of the log. One size has one text, so that the size
// is its tag.
func (s *Server) logCheckpoint(c *Ctx) error {
	text, t, err := s.ledger.Checkpoint(c.ctx, tenant)
	if err != nil {
		return err
	}
	if c.exact("log-" + strconv.FormatUint(t.Size, 10)) {
		return nil
	}
	return c.Send(http.StatusOK, "text/plain; charset=utf-8", []byte(text))
}

func (s *Server) logKey(c *Ctx) error {
	key, err := s.ledger.Key(tenant)
	if err != nil {
		return err
	}
	if c.exact("key") {
		return nil
	}
	return c.Send(http.StatusOK, "text/plain; charset=utf-8", []byte(key+"\n"))
}

// logEntries are leaves one after another. A whole page is there for ever; the last one
// still grows.
func (s *Server) logEntries(c *Ctx) error {
	from, count := uint64(0), uint64(ledger.MaxEntries)
	if c.number("from", &from) != nil || c.number("count", &count) != nil || count == 0 {
		return errs.New(errs.Invalid, "ledger.error.query")
	}
	count = min(count, ledger.MaxEntries)
	all, err := s.ledger.Entries(c.ctx, tenant, from, int(count))
	if err != nil {
		return err
	}
	reply := struct {
		From    uint64         `json:"from"`
		Entries []ledger.Entry `json:"entries"`
	}{from, all}
	tag := "entries-" + strconv.FormatUint(from, 10) + "-" + strconv.Itoa(len(all))
	if len(all) == int(count) {
		return c.lasting(tag, reply)
	}
	if c.exact(tag) {
		return nil
	}
	return c.JSON(http.StatusOK, reply)
}

func (s *Server) logLeaf(c *Ctx) error {
	n, err := number(c.Param("n"))
	if err != nil {
		return err
	}
	e, err := s.ledger.Leaf(c.ctx, tenant, n)
	if err != nil {
		return unlogged(err)
	}
	return c.lasting("leaf-"+strconv.FormatUint(n, 10), e)
}

// logInclusion proves that a leaf is in the log of a size, or of now.
func (s *Server) logInclusion(c *Ctx) error {
	var leaf, size uint64
	if c.Query("leaf") == "" || c.number("leaf", &leaf) != nil || c.number("size", &size) != nil {
		return errs.New(errs.Invalid, "ledger.error.query")
	}
	path, t, err := s.ledger.Inclusion(c.ctx, tenant, leaf, size)
	if err != nil {
		return unlogged(err)
	}
	return c.proved(size != 0, "inclusion-"+strconv.FormatUint(leaf, 10)+"-"+strconv.FormatUint(t.Size, 10), struct {
		Leaf uint64      `json:"leaf"`
		Size uint64      `json:"size"`
		Root tlog.Hash   `json:"root"`
		Path []tlog.Hash `json:"path"`
	}{leaf, t.Size, t.Root, orEmpty(path)})
}

// logConsistency proves that the log of a size, or of now, begins with an older one.
func (s *Server) logConsistency(c *Ctx) error {
	var from, to uint64
	if c.Query("from") == "" || c.number("from", &from) != nil || c.number("to", &to) != nil {
		return errs.New(errs.Invalid, "ledger.error.query")
	}
	path, old, now, err := s.ledger.Consistency(c.ctx, tenant, from, to)
	if err != nil {
		return unlogged(err)
	}
	return c.proved(to != 0, "consistency-"+strconv.FormatUint(from, 10)+"-"+strconv.FormatUint(now.Size, 10), struct {
		From     uint64      `json:"from"`
		FromRoot tlog.Hash   `json:"fromRoot"`
		To       uint64      `json:"to"`
		ToRoot   tlog.Hash   `json:"toRoot"`
		Path     []tlog.Hash `json:"path"`
	}{old.Size, old.Root, now.Size, now.Root, orEmpty(path)})
}

// proved answers a proof, which lasts when both its ends were named.
func (c *Ctx) proved(lasts bool, tag string, v any) error {
	if lasts {
		return c.lasting(tag, v)
	}
	if c.exact(tag) {
		return nil
	}
	return c.JSON(http.StatusOK, v)
}

// orEmpty is a list in JSON also when it is empty.
func orEmpty[T ~[]tlog.Hash](path T) []tlog.Hash {
	if path == nil {
		return []tlog.Hash{}
	}
	return path
}

// published is the checkpoint of a day as it is shown.
type published struct {
	Day        string `json:"day"`
	Size       uint64 `json:"size"`
	Checkpoint string `json:"checkpoint"`
	Token      []byte `json:"timestamp,omitempty"` // RFC 3161, of the SHA-256 of the checkpoint
}

func publishedDay(p storage.Checkpoint) published { return published{p.Day, p.Size, p.Note, p.Token} }

func (s *Server) logDays(c *Ctx) error {
	days, err := s.ledger.Days(c.ctx, tenant)
	if err != nil {
		return err
	}
	all := []published{}
	tag := "days"
	for i, d := range days {
		if i == 0 {
			tag += "-" + d.Day
		}
		if d.Token != nil {
			tag += "s"
		}
		all = append(all, publishedDay(d))
	}
	if c.exact(tag) {
		return nil
	}
	return c.JSON(http.StatusOK, struct {
		Days []published `json:"days"`
	}{all})
}

func (s *Server) logDay(c *Ctx) error {
	day := c.Param("day")
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return errs.New(errs.Invalid, "ledger.error.query")
	}
	p, err := s.ledger.Day(c.ctx, tenant, day)
	if err != nil {
		return unlogged(err)
	}
	if p.Token != nil {
		return c.lasting("day-"+day+"-s", publishedDay(p))
	}
	if c.exact("day-" + day) {
		return nil
	}
	return c.JSON(http.StatusOK, publishedDay(p))
}

// proofFile proves a filing to whoever has its folio, or the hash of one of its
// documents; only with that of a private one does it tell the salt of that one.
func (s *Server) proofFile(c *Ctx) error {
	m, ok := publish.ReadMark(c.Param("mark"))
	if !ok {
		return errs.New(errs.Invalid, "public.verify.error")
	}
	folio := m.Folio
	if m.Hash != "" {
		var err error
		if folio, err = s.ledger.FolioOfPaper(c.ctx, tenant, m.Hash); err != nil && !errors.Is(err, storage.ErrNotFound) {
			return err
		}
	}
	if folio == "" {
		v, err := s.publish.Check(c.ctx, tenant, m)
		if err != nil {
			return err
		}
		folio = v.Folio
	}
	f, err := s.ledger.Prove(c.ctx, tenant, folio, m.Hash)
	if err != nil {
		return unlogged(err)
	}
	return c.proof(f)
}

// ownProof proves a filing to who declared, with all that she may know of it.
func (s *Server) ownProof(c *Ctx) error {
	who, err := c.who()
	if err != nil {
		return err
	}
	own, err := s.declare.Filing(c.Context(), who, c.Param("id"))
	if err != nil {
		return err
	}
	f, err := s.ledger.ProveAll(c.ctx, tenant, own.ID)
	if err != nil {
		return unlogged(err)
	}
	return c.proof(f)
}

// proof sends a proof file, laid out for who looks into it.
func (c *Ctx) proof(f proof.File) error {
	text, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return fault("proof", err)
	}
	c.Set("X-Robots-Tag", "noindex")
	return c.Attachment("prueba.json", "application/json; charset=utf-8", append(text, '\n'))
}

// logData is the data of the page "ledger".
type logData struct {
	Size       int
	Root       string
	Key        string
	Checkpoint string
	Days       []logDayLine
	Base       string
	Path       string
}

type logDayLine struct {
	Day, Path string
	Size      int
	Stamped   bool
}

// mostDays are the lines of the page; the rest is for programs.
const mostDays = 7

// logPage says in words what the log is, and how to check it.
func (s *Server) logPage(c *Ctx) error {
	text, t, err := s.ledger.Checkpoint(c.ctx, tenant)
	if err != nil {
		return err
	}
	key, err := s.ledger.Key(tenant)
	if err != nil {
		return err
	}
	days, err := s.ledger.Days(c.ctx, tenant)
	if err != nil {
		return err
	}
	d := logData{Size: int(t.Size), Root: t.Root.String(), Key: key, Checkpoint: text, Base: c.Base(), Path: logPath}
	for _, p := range days[:min(mostDays, len(days))] {
		d.Days = append(d.Days, logDayLine{c.words.Day(p.Day), logPath + "/days/" + p.Day, int(p.Size), p.Token != nil})
	}
	return c.Render(http.StatusOK, "ledger", d)
}

// number reads a number of an address.
func number(s string) (uint64, error) {
	n, err := strconv.ParseUint(s, 10, 63)
	if err != nil || len(s) > maxDigit || strconv.FormatUint(n, 10) != s {
		return 0, errs.New(errs.Invalid, "ledger.error.query")
	}
	return n, nil
}

// number reads a number of the query, if it is there.
func (c *Ctx) number(name string, to *uint64) error {
	text := c.Query(name)
	if text == "" {
		return nil
	}
	n, err := number(text)
	if err == nil {
		*to = n
	}
	return err
}

// unlogged says that the log does not have what was asked for.
func unlogged(err error) error {
	if errors.Is(err, storage.ErrNotFound) {
		return &errs.Error{Code: errs.NotFound, Key: "ledger.error.notfound", Err: err}
	}
	return err
}
