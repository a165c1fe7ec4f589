package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"declara/app/account"
	"declara/app/table"
	"declara/storage"
)

const clientsPath = "/ajustes/conexiones"

// clientRoutes are those of the readers of the API.
func (s *Server) clientRoutes() []Route {
	get := func(path string, do Handler) Route {
		return Route{Method: "GET", Path: clientsPath + path, Roles: settingsRoles, Do: do}
	}
	post := func(path string, do Handler) Route {
		return Route{Method: "POST", Path: clientsPath + path, Roles: settingsRoles, Body: smallBody, Do: do}
	}
	return []Route{
		get("", s.clientsPage),
		post("", s.clientNew),
		get("/clave", s.clientSecretPage),
		get("/:id", s.clientPage),
		post("/:id", s.clientTerms),
		post("/:id/rotar", s.clientRotate),
		post("/:id/anterior", s.clientFormer),
		post("/:id/suspender", s.clientSuspend),
		post("/:id/reanudar", s.clientResume),
		post("/:id/revocar", s.clientRevoke),
		post("/:id/probar", s.clientTry),
		get("/:id/datos", s.clientSheet),
		get("/:id/bitacora.csv", s.clientLog),
	}
}

// clientsData is the data of the page "settings-clients".
type clientsData struct {
	Form    answers
	Clients []clientLine
	Nobody  int    // requests of this month that named no reader that is there
	Base    string // address of the site
}

type clientLine struct {
	storage.Client
	State, Class, Since string
}

// soon is how many days before its end a reader is said to end.
const soon = 30

// stateOf says how a reader stands, with the class of its mark.
func (s *Server) stateOf(c *Ctx, x storage.Client) (state, class string) {
	now := c.Now()
	left := int(x.Until.Sub(now).Hours() / 24)
	switch {
	case !x.Revoked.IsZero():
		return c.words.T("connect.state.revoked"), ""
	case x.Disabled:
		return c.words.T("settings.clients.off"), ""
	case !x.Until.IsZero() && !now.Before(x.Until):
		return c.words.T("connect.state.expired"), "mal"
	case !x.Until.IsZero() && left < soon:
		return c.words.N("connect.state.soon", left+1), "en"
	}
	return c.words.T("settings.clients.on"), "ok"
}

func (s *Server) clientsPage(c *Ctx) error { return s.renderClients(c, http.StatusOK, answers{}) }

func (s *Server) renderClients(c *Ctx, status int, form answers) error {
	all, err := s.accounts.Clients(c.Context(), tenant)
	if err != nil {
		return err
	}
	d := clientsData{Form: form, Base: c.Base()}
	for _, x := range all {
		l := clientLine{Client: x}
		l.State, l.Class = s.stateOf(c, x)
		days, err := s.daysOf(c, x.ID)
		if err != nil {
			return err
		}
		l.Since = c.words.T("connect.last.never")
		if at := lastOf(days); !at.IsZero() {
			l.Since = c.words.T("connect.last", c.words.When(at.In(c.Zone())))
		}
		d.Clients = append(d.Clients, l)
	}
	days, err := s.daysOf(c, "")
	if err != nil {
		return err
	}
	from := c.Now().In(c.Zone()).AddDate(0, 0, -30).Format(time.DateOnly)
	for _, day := range days {
		if day.Day >= from {
			_, _, _, faults := totals(day)
			d.Nobody += faults
		}
	}
	return c.Render(status, "settings-clients", d)
}

func (s *Server) daysOf(c *Ctx, id string) ([]storage.ClientDay, error) {
	if s.pdn == nil {
		return nil, nil
	}
	return s.pdn.Days(c.Context(), tenant, id)
}

// lastOf is when a reader last had an answer to a search.
func lastOf(days []storage.ClientDay) (at time.Time) {
	for _, d := range days {
		if d.Last != nil && d.Last.At.After(at) {
			at = d.Last.At
		}
	}
	return at
}

// totals of a day.
func totals(d storage.ClientDay) (tokens, searches, rows, faults int) {
	for _, h := range d.Hours {
		tokens += int(h.Tokens)
		searches += int(h.Searches)
		rows += int(h.Rows)
		faults += int(h.Faults)
	}
	return tokens, searches, rows, faults
}

// clientSecret is the data of the page "settings-client-secret", shown once.
type clientSecret struct {
	Name string
	account.Credentials
	Base   string
	Former string // until when those of before hold, in words
}

const secretPath = clientsPath + "/clave"

func (s *Server) clientSecretPage(c *Ctx) error {
	return once[clientSecret](c, "settings-client-secret")
}

func (s *Server) clientNew(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	client, given, err := s.accounts.AddClient(c.Context(), tenant, c.User().ID, c.Value("nombre"))
	if err != nil {
		form := answers{Values: c.Form()}
		if !form.with(err, c.Words(), "") {
			return err
		}
		return s.renderClients(c, formStatus(err), form)
	}
	return c.showOnce(secretPath, clientSecret{client.Name, given, c.Base(), ""})
}

// usualOverlap is how many days secrets of before hold unless somebody chose.
const usualOverlap = 7

func (s *Server) clientRotate(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	days := usualOverlap
	if typed := c.Value("dias"); typed != "" {
		n, err := strconv.Atoi(typed)
		if err != nil {
			n = -1
		}
		days = n
	}
	client, given, err := s.accounts.RotateClient(c.Context(), tenant, c.User().ID, c.Param("id"), days)
	if err != nil {
		return s.clientAgain(c, err)
	}
	shown := clientSecret{Name: client.Name, Credentials: given, Base: c.Base()}
	if client.Former != nil {
		shown.Former = c.words.When(client.Former.Until.In(c.Zone()))
	}
	return c.showOnce(secretPath, shown)
}

// clientAgain shows the page of a reader with what is wrong with a form on it.
func (s *Server) clientAgain(c *Ctx, err error) error {
	form := answers{Values: c.Form()}
	if !form.with(err, c.Words(), "") {
		return err
	}
	return s.renderClient(c, formStatus(err), form, nil)
}

func (s *Server) clientSuspend(c *Ctx) error { return s.suspend(c, true, "account.flash.suspended") }

func (s *Server) clientResume(c *Ctx) error { return s.suspend(c, false, "account.flash.resumed") }

func (s *Server) suspend(c *Ctx, stop bool, flash string) error {
	if err := s.accounts.SuspendClient(c.Context(), tenant, c.User().ID, c.Param("id"), stop); err != nil {
		return err
	}
	c.Flash(flash)
	return c.Redirect(clientsPath)
}

func (s *Server) clientRevoke(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	if c.Value("seguro") != "si" {
		form := answers{Values: c.Form(), Trouble: []trouble{{"seguro", c.words.T("connect.revoke.error")}}}
		return s.renderClient(c, 422, form, nil)
	}
	if err := s.accounts.RevokeClient(c.Context(), tenant, c.User().ID, c.Param("id")); err != nil {
		return err
	}
	c.Flash("connect.flash.revoked")
	return c.Redirect(clientsPath)
}

func (s *Server) clientFormer(c *Ctx) error {
	if err := s.accounts.EndFormer(c.Context(), tenant, c.User().ID, c.Param("id")); err != nil {
		return err
	}
	c.Flash("connect.flash.former")
	return c.Redirect(clientsPath + "/" + c.Param("id"))
}

func (s *Server) clientTerms(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	err := s.accounts.SetTerms(c.Context(), tenant, c.User().ID, c.Param("id"), account.Terms{Name: c.Value("nombre"), Expires: c.Value("vence"), Networks: c.Value("redes")})
	if err != nil {
		return s.clientAgain(c, err)
	}
	c.Flash("account.flash.saved")
	return c.Redirect(clientsPath + "/" + c.Param("id"))
}

// clientData is the data of the page "settings-client".
type clientData struct {
	Form         answers
	Client       storage.Client
	State, Class string
	Zone         *time.Location
	Former       bool
	Base         string
	Days         []clientDayLine
	Page, Pages  int
	Day          string // of Hours
	Hours        []clientHourLine
	Last         *storage.ClientAsk
	LastBy       string
	Faults       []string // refusals of thirty days, in words
	Steps        []tryStep
	Tried        bool
	IP           string // that the page was asked from
}

// Prev and Next are numbers of pages of the log.
func (d clientData) Prev() int { return d.Page - 1 }
func (d clientData) Next() int { return d.Page + 1 }

type clientDayLine struct {
	Day                            string
	Tokens, Searches, Rows, Faults int
}

type clientHourLine struct {
	Hour                           string
	Tokens, Searches, Rows, Faults int
}

// daysEach is how many days of a reader a page has.
const daysEach = 30

func (s *Server) clientPage(c *Ctx) error {
	return s.renderClient(c, http.StatusOK, answers{}, nil)
}

func (s *Server) renderClient(c *Ctx, status int, form answers, steps []tryStep) error {
	x, err := s.accounts.Client(c.Context(), tenant, c.Param("id"))
	if err != nil {
		return err
	}
	if form.Values == nil {
		form.Values = url.Values{}
	}
	for name, value := range map[string]string{"nombre": x.Name, "vence": dayTyped(x.Expires), "redes": x.Networks, "dias": strconv.Itoa(usualOverlap)} {
		if _, typed := form.Values[name]; !typed {
			form.Values.Set(name, value)
		}
	}
	d := clientData{Form: form, Client: x, Zone: c.Zone(), Base: c.Base(), Steps: steps, Tried: steps != nil, IP: c.IP()}
	d.Former = x.Former != nil && c.Now().Before(x.Former.Until)
	d.State, d.Class = s.stateOf(c, x)
	days, err := s.daysOf(c, x.ID)
	if err != nil {
		return err
	}
	d.log(c, days)
	return c.Render(status, "settings-client", d)
}

// dayTyped is a day as people type it.
func dayTyped(iso string) string {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return ""
	}
	return t.Format("02/01/2006")
}

// log puts the days of a reader on its page: those of a page, and the hours of one.
func (d *clientData) log(c *Ctx, days []storage.ClientDay) {
	d.Pages = max(1, (len(days)+daysEach-1)/daysEach)
	d.Page, _ = strconv.Atoi(c.Query("pagina"))
	d.Page = min(max(1, d.Page), d.Pages)
	for _, day := range days[min(len(days), (d.Page-1)*daysEach):min(len(days), d.Page*daysEach)] {
		l := clientDayLine{Day: day.Day}
		l.Tokens, l.Searches, l.Rows, l.Faults = totals(day)
		d.Days = append(d.Days, l)
	}
	if i := slices.IndexFunc(days, func(x storage.ClientDay) bool { return x.Day == c.Query("dia") }); i >= 0 {
		d.Day = days[i].Day
		for hour, h := range days[i].Hours {
			if h != (storage.ClientHour{}) {
				d.Hours = append(d.Hours, clientHourLine{c.words.T("connect.hour", strconv.Itoa(hour), strconv.Itoa(hour+1)), int(h.Tokens), int(h.Searches), int(h.Rows), int(h.Faults)})
			}
		}
	}
	from := c.Now().In(c.Zone()).AddDate(0, 0, -30).Format(time.DateOnly)
	counts := map[string]int{}
	for _, day := range days {
		if day.Last != nil && (d.Last == nil || day.Last.At.After(d.Last.At)) {
			d.Last = day.Last
		}
		if day.Day >= from {
			for code, n := range day.Faults {
				counts[code] += n
			}
		}
	}
	if d.Last != nil {
		d.LastBy = strings.Join(d.Last.By, ", ")
	}
	for _, code := range faultCodes {
		if n := counts[code]; n > 0 {
			d.Faults = append(d.Faults, c.words.T("connect.fault.count", c.words.T("connect.fault."+code), c.words.Integer(int64(n))))
		}
	}
}

// faultCodes are the codes of the API that words are kept for, in their order on the page.
var faultCodes = []string{"e_4001", "e_4002", "e_4003", "e_4004", "e_4008", "e_4009", "e_4010", "e_4011", "e_4012", "e_701", "e_8001"}

// clientSheet is what SESNA is given, to print: everything but the secrets.
func (s *Server) clientSheet(c *Ctx) error {
	x, err := s.accounts.Client(c.Context(), tenant, c.Param("id"))
	if err != nil {
		return err
	}
	return c.Render(http.StatusOK, "settings-client-sheet", struct {
		Client      storage.Client
		Institution storage.Institution
		Base        string
		Today       string
	}{x, c.Institution(), c.Base(), c.Now().In(c.Zone()).Format(time.DateOnly)})
}

// clientLog is all days of a reader as a list.
func (s *Server) clientLog(c *Ctx) error {
	if _, err := s.accounts.Client(c.Context(), tenant, c.Param("id")); err != nil {
		return err
	}
	days, err := s.daysOf(c, c.Param("id"))
	if err != nil {
		return err
	}
	rows := [][]string{{c.words.T("connect.log.day"), c.words.T("connect.log.hour"), c.words.T("connect.log.tokens"), c.words.T("connect.log.searches"), c.words.T("connect.log.rows"), c.words.T("connect.log.faults")}}
	for _, d := range days {
		for hour, h := range d.Hours {
			if h != (storage.ClientHour{}) {
				rows = append(rows, []string{d.Day, strconv.Itoa(hour), strconv.Itoa(int(h.Tokens)), strconv.Itoa(int(h.Searches)), strconv.FormatUint(h.Rows, 10), strconv.Itoa(int(h.Faults))})
			}
		}
	}
	return c.Attachment("bitacora.csv", "text/csv; charset=utf-8", table.WriteCSV(rows))
}
