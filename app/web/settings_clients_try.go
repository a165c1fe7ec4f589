package web

import (
	"encoding/base64"
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"declara/app/account"
	"declara/storage"
)

// tryStep is one thing that the national platform does, done here.
type tryStep struct {
	Title  string
	Sent   string // what goes over the wire, without secrets
	Result string // what came back, in words
	Good   bool
}

// clientTry does what the published clients of the national platform do (clients.md 1
// and 2), with the routes that they would come to: a token, the query of the monitor, a
// page of the mass downloader with the last one, and one declaration by its id. Without
// the secrets, which nobody has but who was given them, it begins behind the token.
func (s *Server) clientTry(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	x, err := s.accounts.Client(c.Context(), tenant, c.Param("id"))
	if err != nil {
		return err
	}
	t := trial{s: s, c: c, client: x}
	t.run(c.Form().Get("secreto"), c.Form().Get("contrasena"))
	c.Form().Del("secreto") // never back on a page
	c.Form().Del("contrasena")
	return s.renderClient(c, http.StatusOK, answers{Values: c.Form()}, t.steps)
}

type trial struct {
	s      *Server
	c      *Ctx
	client storage.Client
	steps  []tryStep
	token  string
}

func (t *trial) step(title, sent string, good bool, result string) {
	t.steps = append(t.steps, tryStep{t.c.words.T(title), sent, result, good})
}

func (t *trial) run(secret, password string) {
	w := t.c.words
	secret, password = strings.TrimSpace(secret), strings.TrimSpace(password)
	if secret == "" && password == "" {
		k, err := t.s.pdn.Pass(t.c.Context(), tenant, t.client.ID)
		if err != nil {
			t.step("connect.try.token", "", false, w.T("connect.try.token.off"))
			return
		}
		t.token = k.AccessToken
		t.step("connect.try.token", "", true, w.T("connect.try.token.skipped"))
	} else if !t.ask(secret, password) {
		return
	}
	total, ok := t.query("connect.try.monitor", `{"page":1,"pageSize":10}`)
	if !ok {
		return
	}
	if total == 0 {
		t.step("connect.try.empty", "", true, w.T("connect.try.empty.words"))
		return
	}
	t.query("connect.try.bulk", `{"pageSize":200,"page":1}`)
	t.query("connect.try.last", `{"pageSize":200,"page":`+strconv.Itoa((total+199)/200)+`}`)
	t.one()
}

// ask asks for a token as the gateway and the downloader do: the secrets twice.
func (t *trial) ask(secret, password string) bool {
	w := t.c.words
	form := "grant_type=password&username=" + url.QueryEscape(t.client.Username) + "&password=" + url.QueryEscape(password) + "&client_id=" + t.client.ID + "&client_secret=" + url.QueryEscape(secret)
	sent := "POST /oauth/token\nAuthorization: Basic •••\n\ngrant_type=password&username=" + t.client.Username + "&password=•••&client_id=" + t.client.ID + "&client_secret=•••"
	status, body, took := t.call("/oauth/token", "application/x-www-form-urlencoded", "Basic "+base64.StdEncoding.EncodeToString([]byte(t.client.ID+":"+secret)), form)
	var answer struct {
		Token   string `json:"access_token"`
		Type    string `json:"token_type"`
		Expires int    `json:"expires_in"`
		Message string `json:"message"`
	}
	err := json.Unmarshal(body, &answer)
	switch {
	case status != http.StatusOK:
		t.step("connect.try.token", sent, false, w.T("connect.try.refused", strconv.Itoa(status), answer.Message))
	case err != nil || answer.Token == "" || answer.Type == "":
		t.step("connect.try.token", sent, false, w.T("connect.try.token.bad"))
	default:
		t.token = answer.Token
		t.step("connect.try.token", sent, true, w.T("connect.try.token.good", strconv.Itoa(answer.Expires/60), millis(took)))
		return true
	}
	return false
}

// page is what a client reads of an answer to a search.
type triedPage struct {
	Pagination struct {
		Size  int  `json:"pageSize"`
		Page  int  `json:"page"`
		Total int  `json:"totalRows"`
		Next  bool `json:"hasNextPage"`
	} `json:"pagination"`
	Results []struct {
		ID       string `json:"id"`
		Metadata struct {
			Type string `json:"tipo"`
		} `json:"metadata"`
	} `json:"results"`
	Message string `json:"message"`
}

func (t *trial) search(body string) (status int, page triedPage, took time.Duration, err error) {
	status, b, took := t.call("/v2/declaraciones", "application/json;charset=UTF-8", "Bearer "+t.token, body)
	return status, page, took, json.Unmarshal(b, &page)
}

func (t *trial) query(title, body string) (total int, ok bool) {
	w := t.c.words
	sent := "POST /v2/declaraciones\nAuthorization: Bearer •••\n\n" + body
	status, page, took, err := t.search(body)
	p := page.Pagination
	want := min(p.Size, max(0, p.Total-(p.Page-1)*p.Size))
	switch {
	case status != http.StatusOK:
		t.step(title, sent, false, w.T("connect.try.refused", strconv.Itoa(status), page.Message))
	case err != nil:
		t.step(title, sent, false, w.T("connect.try.unread"))
	case len(page.Results) != want || p.Next != (p.Page*p.Size < p.Total):
		t.step(title, sent, false, w.T("connect.try.count", strconv.Itoa(want), strconv.Itoa(len(page.Results))))
	default:
		t.step(title, sent, true, w.T("connect.try.page", w.Integer(int64(p.Total)), w.Integer(int64(len(page.Results))), strconv.Itoa(p.Page), millis(took)))
		return p.Total, true
	}
	return 0, false
}

// one asks for the first declaration by its id, as who follows a link does.
func (t *trial) one() {
	w := t.c.words
	_, page, _, err := t.search(`{"page":1,"pageSize":1}`)
	if err != nil || len(page.Results) == 0 {
		return // the step before told it
	}
	id := page.Results[0].ID
	body := `{"query":{"id":"` + id + `"}}`
	status, page, took, err := t.search(body)
	good := status == http.StatusOK && err == nil && len(page.Results) == 1 && page.Results[0].ID == id
	result := w.T("connect.try.single.bad", strconv.Itoa(status))
	if good {
		result = w.T("connect.try.single.good", page.Results[0].Metadata.Type, millis(took))
	}
	t.step("connect.try.single", "POST /v2/declaraciones\n\n"+body, good, result)
}

func millis(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// call makes a request of the site itself, without a network: from an address that the
// reader may ask from, or else from this machine.
func (t *trial) call(path, contentType, authorization, body string) (status int, answer []byte, took time.Duration) {
	from := net.IPv4(127, 0, 0, 1)
	if a, ok := account.OneOf(t.client.Networks); ok {
		from = net.ParseIP(a)
	}
	var req fasthttp.Request
	req.Header.SetMethod(fiber.MethodPost)
	req.SetRequestURI(path)
	req.Header.SetHost(string(t.c.fc.Request().Host()))
	req.Header.SetContentType(contentType)
	req.Header.Set(fiber.HeaderAuthorization, authorization)
	req.SetBodyString(body)
	var ctx fasthttp.RequestCtx
	ctx.Init(&req, &net.TCPAddr{IP: from, Port: 1}, nil)
	began := t.s.now()
	t.s.app.Handler()(&ctx)
	took = t.s.now().Sub(began)
	return ctx.Response.StatusCode(), ctx.Response.Body(), took
}
