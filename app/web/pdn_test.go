package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"declara/app/pdn"
	"declara/forms"
	"declara/forms/formstest"
	"declara/storage"
)

const (
	apiID       = "pdn-test"
	apiSecret   = "S3cret.of~the-client_"
	apiUser     = "plataforma"
	apiPassword = "P4ssword.of~the-user_"
	jsonType    = "application/json"
)

// publicDocuments are public versions of every type and level, made once.
var publicDocuments = sync.OnceValue(func() (all []forms.Document) {
	for _, t := range forms.AllTypes {
		for _, l := range forms.AllLevels {
			f := forms.Lookup(t, l)
			full, err := forms.Compile(f, formstest.Example(f, int64(t)))
			if err != nil {
				panic(err)
			}
			public, err := full.Public(forms.PublicOptions{})
			if err != nil {
				panic(err)
			}
			all = append(all, public)
		}
	}
	return all
})

// newAPI is a site with a client of the API.
func newAPI(t testing.TB, change ...func(*Config)) *site {
	t.Helper()
	x := newSite(t, change...)
	x.update(func(tx *storage.Txn) error {
		return tx.PutClient(storage.Client{
			ID: apiID, Name: "PDN", Username: apiUser, Gen: 1, Created: x.clock,
			Secret: storage.Digest([]byte(apiSecret)), Password: storage.Digest([]byte(apiPassword)),
		})
	})
	return x
}

// publish files n declarations of the test's official and tells their ids.
func (x *site) publish(n int) []string {
	x.t.Helper()
	ids, err := x.tryPublish(n)
	if err != nil {
		x.t.Fatal(err)
	}
	return ids
}

func (x *site) tryPublish(n int) (ids []string, err error) {
	docs := publicDocuments()
	err = x.db.Update(context.Background(), tenant, func(tx *storage.Txn) error {
		ids = nil
		for i := range n {
			d := docs[i%len(docs)]
			now := x.s.now()
			id := storage.NewID(now)
			m := forms.Metadata{Actualizacion: now, Institucion: "Valle Encinos", Tipo: d.Form.Type, DeclaracionCompleta: d.Form.Level == forms.Full}
			f := storage.Filing{ID: id, Person: x.persons[storage.RoleDeclarant], Type: d.Form.Type, Level: d.Form.Level,
				Filed: now, Zone: "America/Mexico_City", Sent: storage.NewID(now)}
			if err := tx.File(&f, []byte("{}"), forms.Result(id, m, d), ""); err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return nil
	})
	return ids, err
}

// program is a client of the API as the published ones are: it asks for a token
// before each request, sends its credentials twice, and believes what it is told.
type program struct {
	base        string
	http        *http.Client
	gzip        bool   // the gateway asks for it, bulk does not
	from        string // address that a trusted proxy tells of
	connections *atomic.Int64
}

// serve answers on a listener of the loopback, over TLS with a certificate that
// nobody trusts, as many of the platform's providers have, or without.
func (x *site) serve(secure bool) (base string, connections *atomic.Int64) {
	x.t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		x.t.Fatal(err)
	}
	base = "http://" + ln.Addr().String()
	connections = &atomic.Int64{}
	ln = countingListener{ln, connections}
	if secure {
		ln = TLS(ln, &tls.Config{Certificates: []tls.Certificate{selfSigned(x.t)}})
		base = strings.Replace(base, "http:", "https:", 1)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- x.s.Serve(ctx, ln) }()
	x.t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			x.t.Error(err)
		}
	})
	return base, connections
}

type countingListener struct {
	net.Listener
	n *atomic.Int64
}

func (l countingListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err == nil {
		l.n.Add(1)
	}
	return c, err
}

func selfSigned(t testing.TB) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC), DNSNames: []string{"somebody.example"}}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// newProgram is one that reaches the site over TLS with a connection for each
// request, as Node does without an agent, or over plain HTTP, kept.
func (x *site) newProgram(secure bool) *program {
	base, n := x.serve(secure)
	return &program{base: base, connections: n, http: &http.Client{Transport: &http.Transport{
		DisableKeepAlives: secure, DisableCompression: true, MaxIdleConnsPerHost: 8,
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
	}}}
}

func (p *program) post(path string, header map[string]string, body string) (int, []byte, error) {
	req, err := http.NewRequest(http.MethodPost, p.base+path, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	for name, value := range header {
		req.Header.Set(name, value)
	}
	if p.from != "" {
		req.Header.Set("X-Forwarded-For", p.from)
	}
	res, err := p.http.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err == nil && res.Header.Get("Content-Encoding") == "gzip" {
		if !p.gzip {
			return 0, nil, errors.New("gzip that nobody asked for")
		}
		var z *gzip.Reader
		if z, err = gzip.NewReader(bytes.NewReader(raw)); err == nil {
			raw, err = io.ReadAll(z)
		}
	}
	return res.StatusCode, raw, err
}

// token asks for one and tells the Authorization header that bulk makes of it: the
// scheme as it was answered.
func (p *program) token() (string, error) {
	status, raw, err := p.post("/oauth/token", map[string]string{
		"Content-Type":  "application/x-www-form-urlencoded",
		"Accept":        "application/json, text/plain, */*",
		"Authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte(apiID+":"+apiSecret)),
	}, "grant_type=password&username="+apiUser+"&password="+apiPassword+"&client_id="+apiID+"&client_secret="+apiSecret)
	if err != nil {
		return "", err
	}
	var t struct {
		AccessToken string `json:"access_token"`
		TokenType   string `json:"token_type"`
	}
	if err := json.Unmarshal(raw, &t); err != nil || status != http.StatusOK || t.AccessToken == "" || t.TokenType == "" {
		return "", fmt.Errorf("token: %d %s", status, raw)
	}
	return t.TokenType + " " + t.AccessToken, nil
}

// apiPage is what the clients read of a page.
type apiPage struct {
	Pagination struct {
		PageSize    int  `json:"pageSize"`
		Page        int  `json:"page"`
		TotalRows   int  `json:"totalRows"`
		HasNextPage bool `json:"hasNextPage"`
	} `json:"pagination"`
	Results []struct {
		ID       string `json:"id"`
		Metadata struct {
			Tipo string `json:"tipo"`
		} `json:"metadata"`
	} `json:"results"`
}

// search asks for a token and a page. A reply with a top-level code or error is a
// failure to the published clients, whatever its status.
func (p *program) search(body string) (page apiPage, err error) {
	auth, err := p.token()
	if err != nil {
		return page, err
	}
	header := map[string]string{"Content-Type": jsonType + ";charset=UTF-8", "Authorization": auth, "User-Agent": "axios/1.6.0"}
	if p.gzip {
		header["Accept-Encoding"] = "gzip, compress, deflate, br"
	}
	status, raw, err := p.post("/v2/declaraciones", header, body)
	if err != nil {
		return page, err
	}
	var top map[string]json.RawMessage
	if err := json.Unmarshal(raw, &top); err != nil {
		return page, fmt.Errorf("%d, not JSON: %w", status, err)
	}
	if status < 200 || status > 299 || top["code"] != nil || top["error"] != nil {
		return page, fmt.Errorf("%d %.300s", status, raw)
	}
	return page, json.Unmarshal(raw, &page)
}

// bulk downloads everything as the platform's downloader does: one row to learn
// how many there are, then pages of 200, five at a time, each with its own token.
func (p *program) bulk() (ids []string, err error) {
	probe, err := p.search(`{"page":1,"pageSize":1}`)
	if err != nil {
		return nil, err
	}
	pages := (probe.Pagination.TotalRows + 199) / 200
	results := make([]apiPage, pages)
	faults := make([]error, pages)
	for first := 0; first < pages; first += 5 {
		var five sync.WaitGroup
		for n := first; n < min(first+5, pages); n++ {
			five.Go(func() { results[n], faults[n] = p.search(fmt.Sprintf(`{"pageSize":200,"page":%d}`, n+1)) })
		}
		five.Wait()
	}
	for n, page := range results {
		if faults[n] != nil {
			return nil, faults[n]
		}
		if len(page.Results) == 0 {
			return nil, fmt.Errorf("page %d is empty", n+1)
		}
		for _, r := range page.Results {
			ids = append(ids, r.ID)
		}
	}
	return ids, nil
}

func sortedCopy(ids []string) []string { return slices.Sorted(slices.Values(ids)) }

// The gateway and the downloader get every record exactly once, over TLS with a new
// connection for each request, and over plain HTTP with kept ones.
func TestPublishedClients(t *testing.T) {
	for name, secure := range map[string]bool{"https": true, "http": false} {
		t.Run(name, func(t *testing.T) {
			x := newAPI(t)
			want := sortedCopy(x.publish(613))
			p := x.newProgram(secure)
			got, err := p.bulk()
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(sortedCopy(got), want) {
				t.Errorf("bulk got %d records, want %d, each once", len(got), len(want))
			}
			if n := p.connections.Load(); secure && n != 2*(1+4) {
				t.Errorf("%d connections for 5 searches over TLS, want 10", n)
			}
			p.gzip = true
			if walked := p.walk(t, len(want)); !slices.Equal(walked, want) {
				t.Errorf("the gateway walked %d records, want %d in the order of their ids", len(walked), len(want))
			}
		})
	}
}

// walk pages through everything as the site does, by way of the gateway.
func (p *program) walk(t *testing.T, total int) (ids []string) {
	t.Helper()
	for n := 1; ; n++ {
		page, err := p.search(fmt.Sprintf(`{"page":%d,"pageSize":150}`, n))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.Results {
			ids = append(ids, r.ID)
			if _, ok := forms.ParseType(r.Metadata.Tipo); !ok {
				t.Errorf("type %q", r.Metadata.Tipo)
			}
		}
		if page.Pagination.TotalRows != total || page.Pagination.Page != n || page.Pagination.PageSize != 150 {
			t.Errorf("pagination %+v", page.Pagination)
		}
		if !page.Pagination.HasNextPage {
			return ids
		}
	}
}

// Records that are filed while the downloader works come after those that it
// counted, so it still gets each of these exactly once.
func TestBulkWhileFiling(t *testing.T) {
	var now atomic.Int64
	now.Store(time.Date(2026, 5, 4, 16, 42, 0, 0, time.UTC).UnixNano())
	clock := func() time.Time { return time.Unix(0, now.Add(int64(time.Millisecond))).UTC() }
	x := newAPI(t, func(c *Config) {
		c.Clock = clock
		c.PDN = pdn.New(c.DB, clock, c.Log)
	})
	x.publish(50) // the test's helper takes ids from the same clock
	before := x.publish(700)
	p := x.newProgram(false)
	stop, done := make(chan struct{}), make(chan error, 1)
	var filed atomic.Int64
	go func() {
		for {
			select {
			case <-stop:
				done <- nil
				return
			default:
				if _, err := x.tryPublish(3); err != nil {
					done <- err
					return
				}
				filed.Add(3)
			}
		}
	}()
	for range 3 {
		got, err := p.bulk()
		if err != nil {
			t.Fatal(err)
		}
		times := map[string]int{}
		for _, id := range got {
			times[id]++
		}
		for _, id := range before {
			if times[id] != 1 {
				t.Fatalf("%s came %d times", id, times[id])
			}
		}
		for id, n := range times {
			if n != 1 {
				t.Errorf("%s came %d times", id, n)
			}
		}
	}
	close(stop)
	if err := <-done; err != nil || filed.Load() == 0 {
		t.Errorf("%d were filed meanwhile: %v", filed.Load(), err)
	}
}

// Each line of clients.md 1 to 4 that a client can see over HTTP.
func TestAPIBehaviour(t *testing.T) {
	x := newAPI(t)
	ids := x.publish(12)
	p := x.newProgram(false)
	auth, err := p.token()
	if err != nil {
		t.Fatal(err)
	}
	const search = "/v2/declaraciones"
	bearer := map[string]string{"Authorization": auth, "Content-Type": jsonType}
	form := "grant_type=password&username=" + apiUser + "&password=" + apiPassword + "&client_id=" + apiID + "&client_secret=" + apiSecret
	as := func(more ...string) map[string]string {
		h := map[string]string{"Authorization": auth, "Content-Type": jsonType}
		for i := 0; i < len(more); i += 2 {
			h[more[i]] = more[i+1]
		}
		return h
	}
	for _, c := range []struct {
		name, path string
		header     map[string]string
		body       string
		status     int
		has        string // in the body; of an error its code
	}{
		{"token", "/oauth/token", nil, form, 200, `"token_type":"Bearer"`},
		{"token at the path of the OAS", "/oauth", nil, form, 200, `"expires_in":3600`},
		{"token by JSON", "/oauth/token", map[string]string{"Content-Type": jsonType}, `{"grant_type":"password","username":"` + apiUser + `","password":"` + apiPassword + `","client_id":"` + apiID + `","client_secret":"` + apiSecret + `"}`, 200, `"access_token"`},
		{"wrong secret", "/oauth/token", nil, strings.Replace(form, apiSecret, "x", 1), 401, "e_4004"},
		{"refresh", "/oauth/token", nil, "grant_type=refresh_token", 401, "e_4008"},
		{"no grant", "/oauth/token", nil, "", 401, "e_4002"},
		{"other grant", "/oauth/token", nil, "grant_type=authorization_code", 401, "e_4003"},
		{"missing member", "/oauth/token", nil, "grant_type=password", 401, "e_4001"},
		{"huge token request", "/oauth/token", nil, form + "&x=" + strings.Repeat("a", 100<<10), 413, "toolarge"},

		{"monitor", search, bearer, `{"page":1,"pageSize":10}`, 200, `"totalRows":12,"hasNextPage":true`},
		{"summary", search, bearer, `{"page":1,"pageSize":1,"query":{}}`, 200, `"pageSize":1,"page":1,"totalRows":12`},
		{"summary by institution: a key of another system", search, bearer, `{"page":1,"pageSize":1,"query":{"institucionDependencia":"x"}}`, 200, `"totalRows":12`},
		{"bulk, probe", search, bearer, `{"page":1,"pageSize":1}`, 200, `"hasNextPage":true`},
		{"bulk, page", search, bearer, `{"pageSize":200,"page":1}`, 200, `"pageSize":200,"page":1,"totalRows":12,"hasNextPage":false`},
		{"scheme as bulk got it", search, as("Authorization", strings.Replace(auth, "Bearer", "bearer", 1)), `{}`, 200, `"totalRows":12`},
		{"another content type", search, as("Content-Type", "text/plain"), `{}`, 200, `"totalRows":12`},
		{"without a content type", search, as("Content-Type", ""), `{}`, 200, `"totalRows":12`},
		{"by id", search, bearer, `{"query":{"id":"` + ids[3] + `","nombres":"nobody"}}`, 200, `"totalRows":1,"hasNextPage":false},"results":[{"id":"` + ids[3]},
		{"by an id that is none", search, bearer, `{"query":{"id":"../../x"}}`, 200, `"totalRows":0,"hasNextPage":false},"results":[]}`},
		{"past the end", search, bearer, `{"page":100000}`, 200, `"page":100000,"totalRows":12,"hasNextPage":false},"results":[]}`},
		{"hostile text", search, bearer, `{"query":{"nombres":"[(\\.*\"'$\u202e\u0000🏠"}}`, 200, `"totalRows":0`},
		{"everything by .*", search, bearer, `{"query":{"nombres":".*"}}`, 200, `"totalRows":0`},
		{"half a surrogate", search, bearer, `{"query":{"nombres":"\ud83c"}}`, 200, `"totalRows":0`},

		{"no token", search, nil, `{}`, 401, "e_701"},
		{"undefined token", search, as("Authorization", "Bearer undefined"), `{}`, 401, "e_701"},
		{"undefined scheme", search, as("Authorization", "undefined "+strings.TrimPrefix(auth, "Bearer ")), `{}`, 401, "e_701"},
		{"page 0", search, bearer, `{"page":0}`, 400, "e_8001"},
		{"page -1", search, bearer, `{"page":-1}`, 400, "e_8001"},
		{"page 1.5", search, bearer, `{"page":1.5}`, 400, "e_8001"},
		{"sort direction", search, bearer, `{"sort":{"nombres":"up"}}`, 400, "e_8001"},
		{"malformed", search, bearer, `{"page":`, 400, "e_8001"},
		{"empty body", search, bearer, ``, 400, "e_8001"},
		{"deep", search, bearer, strings.Repeat("[", 60000), 400, "e_8001"},
		{"100 KB", search, bearer, `{"x":"` + strings.Repeat("a", 100<<10) + `"}`, 413, "toolarge"},
		{"1.1 MB", search, bearer, `{"x":"` + strings.Repeat("a", 1100<<10) + `"}`, 413, ""},
		{"a body that says it is compressed", search, as("Content-Encoding", "gzip"), `{}`, 400, "invalid"},
	} {
		status, raw, err := p.post(c.path, c.header, c.body)
		if err != nil && c.name != "1.1 MB" { // that connection may be cut while it is sent
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if status != c.status && !(err != nil && c.name == "1.1 MB") {
			t.Errorf("%s: %d, want %d: %.300s", c.name, status, c.status, raw)
			continue
		}
		if c.status == 200 {
			if !strings.Contains(string(raw), c.has) {
				t.Errorf("%s: %q is not in %.300s", c.name, c.has, raw)
			}
			continue
		}
		var e map[string]string
		if c.has == "" {
			continue
		}
		if err := json.Unmarshal(raw, &e); err != nil || e["code"] != c.has || e["message"] == "" || len(e) != 2 {
			t.Errorf("%s: error %.300s, want the code %s", c.name, raw, c.has)
		}
	}
	if got, err := p.search(`{}`); err != nil || got.Pagination.TotalRows != 12 {
		t.Errorf("after all this: %+v %v", got.Pagination, err)
	}
}

// Headers: what must not be kept is not, who is refused is told how to come back,
// and words are in the language that is asked for.
func TestAPIHeaders(t *testing.T) {
	x := newAPI(t)
	x.publish(1)
	b := x.anybody()
	token := b.do("POST", "/oauth/token", "application/x-www-form-urlencoded",
		"grant_type=password&username="+apiUser+"&password="+apiPassword+"&client_id="+apiID+"&client_secret="+apiSecret).is(200)
	if token.header.Get("Cache-Control") != "no-store" || token.header.Get("Pragma") != "no-cache" || !strings.HasPrefix(token.header.Get("Content-Type"), jsonType) {
		t.Errorf("token: %v", token.header)
	}
	wrong := b.do("POST", "/oauth/token", "application/x-www-form-urlencoded", "grant_type=refresh_token").is(401).says("renovación")
	if !strings.HasPrefix(wrong.header.Get("WWW-Authenticate"), "Basic") || wrong.header.Get("Cache-Control") != "no-store" {
		t.Errorf("wrong token request: %v", wrong.header)
	}
	b.header.Set("Accept-Language", "en")
	refused := b.do("POST", "/v2/declaraciones", jsonType, "{}").is(401).says("Ask for a new token")
	if !strings.HasPrefix(refused.header.Get("WWW-Authenticate"), "Bearer") {
		t.Errorf("search without a token: %v", refused.header)
	}
	var k struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(token.body), &k); err != nil {
		t.Fatal(err)
	}
	b.header.Set("Authorization", "Bearer "+k.AccessToken)
	writes := x.writes.Load()
	page := b.do("POST", "/v2/declaraciones", jsonType, "{}").is(200)
	if page.header.Get("Cache-Control") != "no-store" || page.header.Get("Content-Encoding") != "" || page.header.Get("Set-Cookie") != "" {
		t.Errorf("page: %v", page.header)
	}
	b.header.Set("Accept-Encoding", "gzip")
	zipped := b.do("POST", "/v2/declaraciones", jsonType, "{}").is(200)
	if zipped.header.Get("Content-Encoding") != "gzip" || !strings.Contains(zipped.header.Get("Vary"), "Accept-Encoding") {
		t.Errorf("page for who takes gzip: %v", zipped.header)
	}
	z, err := gzip.NewReader(strings.NewReader(zipped.body))
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := io.ReadAll(z); err != nil || string(plain) != page.body {
		t.Errorf("the compressed page is another: %v", err)
	}
	if n := x.writes.Load() - writes; n != 0 {
		t.Errorf("two searches wrote %d times", n)
	}
	log := x.log.String()
	for _, secret := range []string{apiSecret, apiPassword, k.AccessToken, "López"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log has %q", secret)
		}
	}
}

// The platform asks for everybody from one address: what would be too many pages
// for a person is not too many searches.
func TestAPIIsNotRateLimited(t *testing.T) {
	x := newAPI(t, func(c *Config) { c.TrustedProxies = []string{"127.0.0.1"} })
	x.publish(1)
	p := x.newProgram(false)
	p.from = "198.51.100.7"
	for range burst/2 + 50 { // two requests each
		if _, err := p.search(`{"page":1,"pageSize":1}`); err != nil {
			t.Fatal(err)
		}
	}
	limited := 0
	for range burst + 50 {
		req, err := http.NewRequest(http.MethodGet, p.base+"/publico", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Forwarded-For", p.from)
		res, err := p.http.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode == http.StatusTooManyRequests {
			limited++
		}
	}
	if limited == 0 {
		t.Error("pages are not limited either, so this test shows nothing")
	}
}

func TestAPIDescription(t *testing.T) {
	x := newSite(t)
	b := x.anybody()
	es := b.get("/v2/openapi.json").is(200).says(`"openapi":"3.0.3"`, `"/v2/declaraciones"`, "versiones públicas")
	if !strings.HasPrefix(es.header.Get("Content-Type"), jsonType) || es.header.Get("ETag") == "" {
		t.Errorf("%v", es.header)
	}
	b.header.Set("If-None-Match", es.header.Get("ETag"))
	b.get("/v2/openapi.json").is(304)
	b.header.Del("If-None-Match")
	b.header.Set("Accept-Language", "en")
	b.get("/v2/openapi.json").is(200).says("public versions")
}
