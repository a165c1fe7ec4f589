package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"declara/app/declare"
	"declara/storage"
)

// What holds for everybody: the extensions that the body gave; and what comes in on
// paper or after a filing: avisos and notas aclaratorias.

const (
	extensionsPath = "/contraloria/prorrogas"
	notesPath      = "/contraloria/notas"
	maxScan        = 8 << 20 // bytes of the scan of an agreement, of which its hash is kept
)

type extensionsData struct {
	Form  answers
	Kinds []option
	All   []extensionLine
}

type extensionLine struct {
	What, Due, Agreement, Hash, Who, On string
	Holds                               bool // no later one took its place
}

func (s *Server) extensionsPage(c *Ctx) error {
	return s.extensionsAgain(c, http.StatusOK, answers{Values: url.Values{"anio": {c.today()[:4]}, "tipo": {"modificacion"}}})
}

func (s *Server) extensionsAgain(c *Ctx, code int, form answers) error {
	all, err := s.declare.Extensions(c.Context(), c.Tenant())
	if err != nil {
		return err
	}
	d := extensionsData{Form: form}
	for _, k := range kindsOwed {
		d.Kinds = append(d.Kinds, option{string(k), c.words.T("office.kind." + string(k))})
	}
	seen := map[string]bool{}
	for _, e := range slices.Backward(all) {
		who, err := s.nameOf(c, e.By)
		if err != nil {
			return err
		}
		key := e.Kind + strconv.Itoa(e.Year)
		d.All = append(d.All, extensionLine{c.words.T("declare.title."+e.Kind, e.Year), c.words.Day(e.Due), e.Agreement, e.Hash, who, c.words.Day(e.At.In(c.Zone()).Format(time.DateOnly)), !seen[key]})
		seen[key] = true
	}
	return c.Render(code, "campaign-extensions", d)
}

// extensionWrongs are the fields of the form that errors are about.
var extensionWrongs = map[error]string{
	declare.ErrExtensionKind: "tipo", declare.ErrExtensionYear: "anio", declare.ErrExtensionDue: "fecha", declare.ErrExtensionEarly: "fecha",
	declare.ErrExtensionAgreement: "acuerdo", declare.ErrExtensionHash: "huella",
}

func (s *Server) extend(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	scan := c.Value("huella")
	if file, err := c.File("escaneo"); err == nil && len(file) > 0 {
		scan = storage.Digest(file)
	}
	year, _ := strconv.Atoi(c.Value("anio"))
	err := s.declare.Extend(c.Context(), c.Tenant(), c.User().ID, declare.Extension{
		Kind: declare.Kind(c.Value("tipo")), Year: year, Due: c.Value("fecha"), Agreement: c.Value("acuerdo"),
	}, scan)
	if err != nil {
		all, ok := c.sorted(err, extensionWrongs, "")
		if !ok {
			return err
		}
		return s.extensionsAgain(c, 422, answers{c.Form(), all})
	}
	c.Flash("campaign.flash.extended")
	return c.Redirect(extensionsPath)
}

// handIn writes down that an aviso was received on paper.
func (s *Server) handIn(c *Ctx) error {
	duty := c.Value("obligacion")
	if err := s.declare.HandIn(c.Context(), c.about(), c.User().ID, duty, c.Value("recibido")); err != nil {
		return s.refused(c, err, duty)
	}
	c.Flash("campaign.flash.handed")
	return c.Redirect(c.dutiesPath())
}

// notedLine is a filing with notas aclaratorias: of whom, how many and when the last
// one was written. What they say is not for lists.
type notedLine struct {
	ID, Name, Unit, Folio, Title string
	Count                        int
	Last                         time.Time
}

// noted are the filings with notes, those with the newest first.
func (s *Server) noted(c *Ctx) (all []*notedLine, err error) {
	lines := map[string]*notedLine{}
	if err := s.db.View(c.Context(), c.Tenant(), func(tx *storage.Txn) error {
		clear(lines)
		if err := tx.Noted(func(filing string, at time.Time) error {
			l := lines[filing]
			if l == nil {
				l = &notedLine{}
				lines[filing] = l
			}
			l.Count++
			if at.After(l.Last) {
				l.Last = at
			}
			return nil
		}); err != nil {
			return err
		}
		for id, l := range lines {
			f, err := tx.Filing(id)
			if err != nil {
				return err
			}
			p, err := tx.Person(f.Person)
			if err != nil {
				return err
			}
			l.ID, l.Name, l.Unit, l.Folio, l.Title = p.ID, fullName(p), p.Unit, f.Folio, c.title("declare.title.", f.Type, f.Interest, f.Year)
		}
		return nil
	}); err != nil {
		return nil, err
	}
	for _, l := range lines {
		all = append(all, l)
	}
	slices.SortFunc(all, func(a, b *notedLine) int { return cmp.Or(b.Last.Compare(a.Last), cmp.Compare(b.Folio, a.Folio)) })
	return all, nil
}

func (s *Server) notesPage(c *Ctx) error {
	all, err := s.noted(c)
	if err != nil {
		return err
	}
	var d struct {
		pages
		All       []*notedLine
		Zone      *time.Location
		CSV, XLSX string
	}
	d.pages = c.pages(len(all), func(page int) string { return notesPath + "?pagina=" + strconv.Itoa(page) })
	d.All, d.Zone, d.CSV, d.XLSX = all[d.from:d.to], c.Zone(), notesPath+".csv", notesPath+".xlsx"
	return c.Render(http.StatusOK, "campaign-notes", d)
}
