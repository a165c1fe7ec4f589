package web

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"declara/storage"
)

// listen serves a site on loopback until the test ends.
func (x *site) listen(wrap func(net.Listener) net.Listener) string {
	x.t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		x.t.Fatal(err)
	}
	at := ln.Addr().String()
	if wrap != nil {
		ln = wrap(ln)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- x.s.Serve(ctx, ln) }()
	x.t.Cleanup(func() {
		stop()
		select {
		case err := <-done:
			if err != nil {
				x.t.Error(err)
			}
		case <-time.After(20 * time.Second):
			x.t.Error("the server does not stop")
		}
	})
	return at
}

// raw sends bytes and reads the answers until the server closes, or says nothing
// for a while.
func raw(t *testing.T, at, request string) string {
	t.Helper()
	conn, err := net.Dial("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	if err := conn.SetReadDeadline(time.Now().Add(700 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	_, _ = io.Copy(&out, conn) // ends with the deadline, or when the server closes
	return out.String()
}

// TestRawRequests: what a proxy and a server could read in two ways is refused,
// and what follows it on the connection is not taken for another request.
func TestRawRequests(t *testing.T) {
	x := newSite(t)
	at := x.listen(nil)
	const smuggled = "GET /nada-robado HTTP/1.1\r\nHost: a\r\n\r\n"
	for name, request := range map[string]string{
		"two lengths":           "POST /salir HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 40\r\n\r\na=b&" + smuggled,
		"NUL in a header":       "GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: b\x00c\r\n\r\n" + smuggled,
		"CR in a header":        "GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: b\rc\r\n\r\n" + smuggled,
		"no host":               "GET /healthz HTTP/1.1\r\n\r\n" + smuggled,
		"space before colon":    "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length : 4\r\n\r\n" + smuggled,
		"space in a name":       "GET /healthz HTTP/1.1\r\nHost: a\r\nX A: 4\r\n\r\n" + smuggled,
		"folded header":         "GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\n\r\n" + smuggled,
		"length with sign":      "POST /salir HTTP/1.1\r\nHost: a\r\nContent-Length: +4\r\n\r\na=b&" + smuggled,
		"length in words":       "POST /salir HTTP/1.1\r\nHost: a\r\nContent-Length: four\r\n\r\na=b&" + smuggled,
		"newline in chunk size": "POST /salir HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4;x\ny\r\na=b&\r\n0\r\n\r\n" + smuggled,
		"bad chunk size":        "POST /salir HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\na=b&\r\n0\r\n\r\n" + smuggled,
		"unknown coding":        "POST /salir HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" + smuggled,
		"long header":           "GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: " + strings.Repeat("b", 20<<10) + "\r\n\r\n" + smuggled,
		"nonsense":              "\x16\x03\x01\x02\x00\x01\x00\r\n\r\n" + smuggled,
	} {
		got := raw(t, at, request)
		status, _, _ := strings.Cut(got, "\r\n")
		if !strings.HasPrefix(status, "HTTP/1.1 4") {
			t.Errorf("%s: %q", name, status)
		}
		if n := strings.Count(got, "HTTP/1.1 "); n > 1 || strings.Contains(got, "nada-robado") {
			t.Errorf("%s: %d answers on one connection:\n%s", name, n, got)
		}
		if strings.Contains(got, "fasthttp") || strings.Contains(got, "error when reading") || strings.Contains(got, "buffer size") {
			t.Errorf("%s: tells of its insides:\n%s", name, got)
		}
	}
	if got := raw(t, at, "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"); !strings.HasPrefix(got, "HTTP/1.1 200") {
		t.Errorf("a plain request: %s", got)
	}
}

// TestKeptConnection: strings of one request are not those of the next on the same
// connection, although the buffer is.
func TestKeptConnection(t *testing.T) {
	x := newSite(t)
	type kept struct{ param, query, header, value, path, cookie, host string }
	var mu sync.Mutex
	var all []kept
	x.with(Route{Method: "POST", Path: "/p/:id", Body: 1000, Do: func(c *Ctx) error {
		mu.Lock()
		defer mu.Unlock()
		all = append(all, kept{c.Param("id"), c.Query("q"), c.Header("X-A"), c.Form().Get("v"), c.Path(), c.cookie("k"), c.Base()})
		return c.Send(200, "text/plain", nil)
	}})
	at := x.listen(nil)
	conn, err := net.Dial("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	r := bufio.NewReader(conn)
	marks := []string{"AAAAAAAA", "BBBBBBBB", "CCCCCCCC", "DDDDDDDD"}
	for _, m := range marks {
		fmt.Fprintf(conn, "POST /p/%s?q=%s HTTP/1.1\r\nHost: %s\r\nCookie: k=%s\r\nX-A: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\nv=%s", m, m, m, m, m, m)
		res, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, res.Body)
		res.Body.Close()
	}
	for i, m := range marks {
		if want := (kept{m, m, m, m, "/p/" + m, m, "http://" + strings.ToLower(m)}); all[i] != want {
			t.Errorf("the strings of request %d read %+v", i+1, all[i])
		}
	}
}

// TestOversizedBody: what is over a route's limit is refused in words, whatever
// the length says; what is far over is not read at all.
func TestOversizedBody(t *testing.T) {
	x := newSite(t)
	at := x.listen(nil)
	head := "POST /entrar HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n"
	body := "usuario=" + strings.Repeat("a", smallBody)
	for name, request := range map[string]string{
		"length":  head + fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body),
		"chunked": head + fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(body), body),
	} {
		if got := raw(t, at, request); !strings.HasPrefix(got, "HTTP/1.1 413") || !strings.Contains(got, "Es demasiado grande") || !strings.Contains(got, "8 KB") {
			t.Errorf("%s: %.300s", name, got)
		}
	}
	begin := time.Now()
	if got := raw(t, at, head+"Content-Length: 999999999\r\n\r\n"); !strings.HasPrefix(got, "HTTP/1.1 413") || time.Since(begin) > 3*time.Second {
		t.Errorf("a body of a gigabyte was waited for: %.200s", got)
	}
}

// TestSlowBody: who sends a letter a second is cut off.
func TestSlowBody(t *testing.T) {
	x := newSite(t)
	x.s.app.Server().ReadTimeout = 300 * time.Millisecond
	at := x.listen(nil)
	conn, err := net.Dial("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	begin := time.Now()
	fmt.Fprint(conn, "POST /entrar HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\n")
	for range 20 {
		if _, err := conn.Write([]byte("a")); err != nil {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if err := conn.SetReadDeadline(time.Now().Add(2 * time.Second)); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(conn)
	if ne, ok := err.(net.Error); ok && ne.Timeout() {
		t.Errorf("the connection is still open after %v", time.Since(begin))
	}
	if strings.HasPrefix(string(got), "HTTP/1.1 2") {
		t.Errorf("%.200s", got)
	}
	if x.s.app.Config().ReadTimeout != 10*time.Second || x.s.app.Config().WriteTimeout != 60*time.Second || x.s.app.Config().IdleTimeout != 60*time.Second {
		t.Error("the limits of time are not those of the decision")
	}
}

// TestStop: a server that stops answers what it has begun, and closes connections
// that wait.
func TestStop(t *testing.T) {
	x := newSite(t)
	began := make(chan bool)
	x.with(Route{Method: "GET", Path: "/p/slow", Do: func(c *Ctx) error {
		close(began)
		time.Sleep(300 * time.Millisecond)
		return c.Send(200, "text/plain", []byte("done"))
	}})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- x.s.Serve(ctx, ln) }()
	idle, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Close()
	fmt.Fprint(idle, "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
	if _, err := http.ReadResponse(bufio.NewReader(idle), nil); err != nil {
		t.Fatal(err)
	}
	got := make(chan string, 1)
	go func() {
		got <- raw(t, ln.Addr().String(), "GET /p/slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
	}()
	<-began
	stop()
	if a := <-got; !strings.HasSuffix(a, "done") {
		t.Errorf("cut off: %q", a)
	}
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(5 * time.Second):
		t.Error("a connection that waits keeps the server from stopping")
	}
}

// TestTLS: a client that would rather speak HTTP/2 is served over HTTP/1.1, forms
// and cookies included.
func TestTLS(t *testing.T) {
	x := newSite(t, func(c *Config) { c.Secure = true })
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	at := x.listen(func(ln net.Listener) net.Listener {
		return TLS(ln, &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, NextProtos: []string{"h2"}})
	})
	_, port, _ := net.SplitHostPort(at)
	client := &http.Client{
		Transport:     &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       10 * time.Second,
	}
	res, err := client.Get("https://localhost:" + port + "/entrar")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.ProtoMajor != 1 || res.StatusCode != 200 {
		t.Errorf("%s %s", res.Proto, res.Status)
	}
	req, err := http.NewRequest("POST", "https://localhost:"+port+"/entrar", strings.NewReader("usuario=admin%40valleencinos.example&clave="+strings.ReplaceAll(testPassword, " ", "+")))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", "https://localhost:"+port)
	res, err = client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != 303 || !strings.HasPrefix(res.Header.Get("Set-Cookie"), "__Host-sesion=") {
		t.Errorf("no form can be sent over https: %s, %q", res.Status, res.Header.Get("Set-Cookie"))
	}
}

// TestMetrics: figures are on a listener of their own, without an id in them, and
// not on the site.
func TestMetrics(t *testing.T) {
	x := newSite(t)
	x.anybody().get("/metrics").is(404)
	x.anybody().get("/recuperar/SECRETO")
	x.as(storage.RoleAdmin).get("/ajustes").is(200)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- x.s.ServeMetrics(ctx, ln) }()
	res, err := http.Get("http://" + ln.Addr().String() + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	res.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`declara_requests_total{method="GET",route="/ajustes",status="200"} 1`, `declara_requests_total{method="GET",route="/recuperar/:token",status="410"} 1`,
		`declara_build_info{version="test"} 1`, `declara_request_seconds_count{route="/ajustes"} 1`, "go_goroutines "} {
		if !strings.Contains(string(body), want) {
			t.Errorf("lacks %s:\n%s", want, body)
		}
	}
	if strings.Contains(string(body), "SECRETO") {
		t.Error("a token is in the figures")
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestAssets: names hold a hash, what they name is kept for ever and compressed
// once, and the style sheet names its fonts as they are served.
func TestAssets(t *testing.T) {
	x := newSite(t)
	css := x.s.assets.address["regla.css"]
	b := x.anybody()
	a := b.get(css).is(200).says("url(" + x.s.assets.address["fonts/asap.woff2"] + ")").hides("url(fonts/")
	if a.header.Get("Cache-Control") != "public, max-age=31536000, immutable" || a.header.Get("Content-Type") != "text/css; charset=utf-8" || a.header.Get("Vary") != "Accept-Encoding" {
		t.Errorf("%v", a.header)
	}
	plainText := a.body
	tag := a.header.Get("Etag")
	for coding, unpack := range map[string]func([]byte) ([]byte, error){
		"br":   func(b []byte) ([]byte, error) { return fasthttp.AppendUnbrotliBytes(nil, b) },
		"gzip": func(b []byte) ([]byte, error) { return fasthttp.AppendGunzipBytes(nil, b) },
	} {
		b.header.Set("Accept-Encoding", coding)
		a := b.get(css).is(200)
		got, err := unpack([]byte(a.body))
		if err != nil || string(got) != plainText || a.header.Get("Content-Encoding") != coding || len(a.body) > 12<<10 {
			t.Errorf("%s: %d bytes, %v, %v", coding, len(a.body), err, a.header)
		}
	}
	b.header = http.Header{"If-None-Match": {tag}}
	b.get(css).is(304)
	b.header = http.Header{}
	font := b.get(x.s.assets.address["fonts/faustina-700.woff2"]).is(200)
	if font.header.Get("Content-Encoding") != "" || !strings.HasPrefix(font.body, "wOF2") {
		t.Error("a font is not what it was")
	}
	for _, none := range []string{"/static/regla.css", "/static/", "/static/fonts/asap.woff2", "/static/OFL-Asap.txt", "/static/..%2fview%2flayout.html", "/static/../server.go"} {
		b.get(none).is(404)
	}
}

// TestCompression: pages for anybody are compressed; pages of who is signed in are
// only when the browser says that the request began here; a page that shows a code
// never is.
func TestCompression(t *testing.T) {
	x := newSite(t)
	coding := func(b *browser, target, site string) string {
		b.header = http.Header{"Accept-Encoding": {"br, gzip;q=0.8"}}
		if site != "" {
			b.header.Set("Sec-Fetch-Site", site)
		}
		a := b.get(target).is(200)
		if a.header.Get("Content-Encoding") == "gzip" {
			r, err := gzip.NewReader(strings.NewReader(a.body))
			if err != nil {
				t.Fatal(err)
			}
			page, err := io.ReadAll(r)
			if err != nil || !strings.HasSuffix(strings.TrimSpace(string(page)), "</html>") {
				t.Errorf("%s: %v", target, err)
			}
		}
		return a.header.Get("Content-Encoding")
	}
	anybody, admin := x.anybody(), x.as(storage.RoleAdmin)
	for _, c := range []struct {
		b            *browser
		target, site string
		want         string
	}{
		{anybody, "/entrar", "", "gzip"},
		{anybody, "/entrar", "cross-site", "gzip"},
		{admin, "/ajustes", "", ""},
		{admin, "/ajustes", "cross-site", ""},
		{admin, "/ajustes", "same-site", ""},
		{admin, "/ajustes", "same-origin", "gzip"},
		{admin, "/ajustes", "none", "gzip"},
	} {
		if got := coding(c.b, c.target, c.site); got != c.want {
			t.Errorf("%s from %q is %q", c.target, c.site, got)
		}
	}
	admin.header = http.Header{}
	admin.post("/ajustes/conexiones", "nombre", "Plataforma").leads(secretPath)
	if got := coding(admin, secretPath, "same-origin"); got != "" {
		t.Errorf("a page with a secret is %q", got)
	}
	for header, want := range map[string]bool{"gzip": true, "GZIP": true, "br, gzip": true, "gzip;q=0": false, "gzip; q=0.0": false, "gzip;q=0.5": true, "*": false, "": false, "gzipped": false} {
		if got := accepts(header, "gzip"); got != want {
			t.Errorf("%q takes gzip: %v", header, got)
		}
	}
}
