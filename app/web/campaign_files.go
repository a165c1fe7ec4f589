package web

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"declara/app/campaign"
	"declara/storage"
)

// The lists of the campaign as files: sendings, one of them, the mail, and the notas
// aclaratorias. They have what their pages show to who asks, and all of it.

func (s *Server) campaignFiles() []Route {
	return slices.Concat(
		listRoutes(sendingsPath, headRoles, s.sendingsSheet),
		listRoutes(sendingsPath+"/:nombre/lista", headRoles, s.sendingSheet),
		listRoutes(postPath, postRoles, s.postSheet),
		listRoutes(notesPath, headRoles, s.notesSheet),
	)
}

// day is when something was, as files have it.
func (c *Ctx) day(at time.Time) string { return at.In(c.Zone()).Format(time.DateOnly) }

func (s *Server) sendingsSheet(c *Ctx) (listFile, error) {
	all, err := s.campaign.Sendings(c.Context(), c.Tenant())
	if err != nil {
		return listFile{}, err
	}
	lines, err := s.sendingLines(c, all)
	if err != nil {
		return listFile{}, err
	}
	rows := [][]string{c.heads("campaign.sendings.", "what", "day", "by", "mail", "waiting", "failed", "paper", "skipped")}
	for _, x := range lines {
		rows = append(rows, []string{x.What, x.Day, x.Who, strconv.Itoa(x.Mail), strconv.Itoa(x.Waiting), strconv.Itoa(x.Failed), strconv.Itoa(x.Paper), strconv.Itoa(x.Skipped)})
	}
	return listFile{c.words.T("campaign.file.sendings") + "-" + c.today(), c.words.T("campaign.sendings.head"), rows}, nil
}

func (s *Server) sendingSheet(c *Ctx) (listFile, error) {
	lines, what, _, err := s.sending(c)
	if err != nil {
		return listFile{}, err
	}
	rows := [][]string{append(c.heads("office.col.", "person", "unit", "duty", "state"), c.heads("campaign.sheet.", "day", "note")...)}
	for _, x := range lines {
		rows = append(rows, []string{x.Name, x.Unit, x.Title, x.State.Words, c.day(x.At), x.Note})
	}
	_, day, _ := strings.Cut(c.Param("nombre"), ".")
	return listFile{c.words.T("campaign.file.sendings") + "-" + day, what, rows}, nil
}

// postSheet is the mail: all three lists of the page, or the one that the address names.
// Whose letters they are, and which addresses refuse them, is for the comptroller alone.
func (s *Server) postSheet(c *Ctx) (listFile, error) {
	box, err := s.campaign.Box(c.Context(), c.Tenant())
	if err != nil {
		return listFile{}, err
	}
	named := c.Has(storage.RoleComptroller)
	names := func(owners []campaign.Owner) string {
		var all []string
		for _, o := range owners {
			all = append(all, o.Name)
		}
		return strings.Join(all, ", ")
	}
	head := c.heads("campaign.sheet.", "list", "kind")
	if named {
		head = append(head, c.heads("campaign.sheet.", "person", "address")...)
	}
	rows := [][]string{append(head, c.heads("campaign.sheet.", "made", "next", "tries", "why")...)}
	row := func(list, kind string, owners []campaign.Owner, address string, more ...string) {
		cells := []string{c.words.T("campaign.mail." + list), kind}
		if named {
			cells = append(cells, names(owners), address)
		}
		rows = append(rows, append(cells, more...))
	}
	want := c.Query("lista")
	letters := func(list string, all []storage.Mail) {
		if want != "" && want != list {
			return
		}
		for _, m := range all {
			l := c.mailLine(&box, m)
			row(list, l.Kind, l.Owners, "", c.day(m.Created), l.Next, strconv.Itoa(m.Tries), l.Why)
		}
	}
	letters("espera", box.Waiting)
	letters("fallo", box.Failed)
	if want == "" || want == "rechazo" {
		for _, r := range box.Refused {
			row("rechazo", "", r.Owners, r.Address, c.day(r.At), "", "", c.whyFailed(r.Code))
		}
	}
	return listFile{c.words.T("campaign.file.post") + "-" + c.today(), c.words.T("campaign.post.head"), rows}, nil
}

func (s *Server) notesSheet(c *Ctx) (listFile, error) {
	all, err := s.noted(c)
	if err != nil {
		return listFile{}, err
	}
	rows := [][]string{append(c.heads("office.col.", "person", "unit", "duty"), c.heads("campaign.notes.", "folio", "count", "last")...)}
	for _, x := range all {
		rows = append(rows, []string{x.Name, x.Unit, x.Title, x.Folio, strconv.Itoa(x.Count), c.day(x.Last)})
	}
	return listFile{c.words.T("campaign.file.notes") + "-" + c.today(), c.words.T("campaign.notes.head"), rows}, nil
}
