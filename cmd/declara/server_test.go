package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"declara/app"
	"declara/app/account"
	"declara/app/demo"
	"declara/storage"
)

// manuals are the pages of who looks after a server, with the name of the site in each.
var manuals = map[string]string{"operacion": "declara.tumunicipio.gob.mx", "operations": "declara.example.gob.mx"}

// block is what stands in a page of the manual from a line to the end of its block.
func block(t *testing.T, page, first string) string {
	t.Helper()
	text, err := os.ReadFile("../../app/docs/manual/" + page + ".md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(text), first+"\n")
	found, _, ended := strings.Cut(rest, "```")
	if !ok || !ended {
		t.Fatalf("%s has no block that begins with %s", page, first)
	}
	return first + "\n" + found
}

// TestUnit: systemd takes the unit of the manual as it stands there, and finds little
// that a service that was taken over could reach.
func TestUnit(t *testing.T) {
	tool, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("systemd-analyze is not there: install systemd")
	}
	for page := range manuals {
		dir := t.TempDir()
		program := filepath.Join(dir, "declara")
		if err := os.WriteFile(program, []byte("#!/bin/sh\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		var unit []string
		for line := range strings.Lines(strings.ReplaceAll(block(t, page, "   [Unit]"), "/usr/local/bin/declara", program)) {
			unit = append(unit, strings.TrimPrefix(line, "   "))
		}
		file := filepath.Join(dir, "declara.service")
		if err := os.WriteFile(file, []byte(strings.Join(unit, "")), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(tool, "verify", file).CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%s: %v\n%s", page, err, out)
		}
		if out, err := exec.Command(tool, "security", "--offline=true", "--threshold=20", file).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", page, err, out)
		}
	}
}

// nginx serves with the configuration of the manual, on loopback, before a program.
type nginx struct {
	t    *testing.T
	dir  string
	site string // its name
	at   string // where it answers
}

// free is an address of loopback that nothing else uses.
func free(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.5:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

func newNginx(t *testing.T, page, program string) *nginx {
	t.Helper()
	tool, err := exec.LookPath("nginx")
	if err != nil { // who is not root may not have its folder in the path
		if tool, err = exec.LookPath("/usr/sbin/nginx"); err != nil {
			t.Skip("nginx is not there: install nginx-light")
		}
	}
	n := &nginx{t, t.TempDir(), manuals[page], free(t)}
	certify(t, n.dir, n.site)
	conf := strings.NewReplacer(
		"listen 80;", "listen "+free(t)+";", "listen 443 ssl;", "listen "+n.at+" ssl;", "127.0.0.1:8080", program, "/etc/ssl/declara", n.dir,
	).Replace(block(t, page, "server {"))
	user := ""
	if os.Getuid() == 0 {
		user = "user root;"
	}
	conf = fmt.Sprintf(`%s daemon off; pid %[2]s/pid; error_log %[2]s/error.log; events {} http {
access_log %[2]s/access.log; client_body_temp_path %[2]s/body; proxy_temp_path %[2]s/proxy; fastcgi_temp_path %[2]s/f; uwsgi_temp_path %[2]s/u; scgi_temp_path %[2]s/s;
%[3]s}`, user, n.dir, conf)
	file := filepath.Join(n.dir, "nginx.conf")
	if err := os.WriteFile(file, []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(tool, "-p", n.dir, "-c", file)
	var said bytes.Buffer
	c.Stdout, c.Stderr = &said, &said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { c.Wait(); close(ended) }()
	t.Cleanup(func() {
		c.Process.Signal(os.Interrupt)
		<-ended
	})
	for {
		conn, err := net.Dial("tcp", n.at)
		if err == nil {
			conn.Close()
			return n
		}
		select {
		case <-ended:
			t.Fatalf("nginx does not take the configuration of the manual:\n%s", &said)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// certify makes the certificate of a site.
func certify(t *testing.T, dir, name string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for file, b := range map[string]*pem.Block{"cert.pem": {Type: "CERTIFICATE", Bytes: der}, "privkey.pem": {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(filepath.Join(dir, file), pem.EncodeToMemory(b), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// visitor is a browser without script at an address of its own.
type visitor struct {
	n *nginx
	http.Client
	dials int // connections that it made
}

func (n *nginx) visitor(ip string) *visitor {
	v := &visitor{n: n}
	jar, err := cookiejar.New(nil)
	if err != nil {
		n.t.Fatal(err)
	}
	v.Jar = jar
	v.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	v.Transport = &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			v.dials++
			return (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(ip)}}).DialContext(ctx, network, n.at)
		},
	}
	return v
}

// do sends a request and gives its answer and the page.
func (v *visitor) do(method, path, kind string, body io.Reader, headers ...string) (*http.Response, string) {
	v.n.t.Helper()
	r, err := http.NewRequest(method, "https://"+v.n.site+path, body)
	if err != nil {
		v.n.t.Fatal(err)
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	if method == "POST" {
		r.Header.Set("Origin", "https://"+v.n.site)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	a, err := v.Client.Do(r)
	if err != nil {
		v.n.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer a.Body.Close()
	page, err := io.ReadAll(a.Body)
	if err != nil {
		v.n.t.Fatalf("%s %s: %v", method, path, err)
	}
	return a, string(page)
}

func (v *visitor) post(path string, pairs ...string) (*http.Response, string) {
	v.n.t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return v.do("POST", path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

// upload sends a file with a step of a complaint.
func (v *visitor) upload(page string, size int) (*http.Response, string) {
	v.n.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range map[string]string{"hoja": page, "paso": "pruebas", "ir": "subir"} {
		if err := w.WriteField(name, value); err != nil {
			v.n.t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("archivo", "recibo.txt")
	if err != nil {
		v.n.t.Fatal(err)
	}
	io.WriteString(part, strings.Repeat("marca-de-la-prueba\n", size/19))
	w.Close()
	return v.do("POST", "/denuncia", w.FormDataContentType(), &body)
}

// town is a fictitious municipality that is served behind nginx.
func town(t *testing.T, page string) (*nginx, demo.Report, *storage.DB) {
	t.Helper()
	p := place{data: t.TempDir()}
	db, err := p.open(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	report, err := app.Demo(t.Context(), db, p.evidence(), demo.Options{Officials: 4, Complaints: 1, Seed: 1, Today: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.New(app.Config{DB: db, Evidence: p.evidence(), Clock: time.Now, Log: slog.New(slog.DiscardHandler),
		BaseURL: "https://" + manuals[page], Secure: true, TrustedProxies: []string{"127.0.0.1"}})
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- a.Serve(ctx, ln, nil) }()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return newNginx(t, page, ln.Addr().String()), report, db
}

// TestNginx: behind nginx as the manual has it, people sign in, send evidence of nine
// megabytes, and are told in words what is too large; the API answers to whom it should;
// and neither the logs of nginx nor its folders tell anything of a complaint.
func TestNginx(t *testing.T) {
	for page := range manuals {
		t.Run(page, func(t *testing.T) {
			n, report, db := town(t, page)
			staff(t, n, report)
			evidence(t, n)
			reader(t, n, report, db)
		})
	}
}

// staff signs in with both factors, over one connection.
func staff(t *testing.T, n *nginx, report demo.Report) {
	v := n.visitor("127.0.0.9")
	var who demo.Account
	for _, a := range report.Accounts {
		if a.Role == "admin" {
			who = a
		}
	}
	a, page := v.do("GET", "/entrar", "", nil)
	if a.StatusCode != 200 || a.Header.Get("Strict-Transport-Security") == "" || a.Header.Get("Content-Security-Policy") == "" || !strings.Contains(page, `name="clave"`) {
		t.Fatalf("%d %v", a.StatusCode, a.Header)
	}
	if a, _ = v.post("/entrar", "usuario", who.Username, "clave", who.Password); a.StatusCode != 303 {
		t.Fatalf("password: %d", a.StatusCode)
	}
	for _, c := range a.Cookies() {
		if !c.Secure || !c.HttpOnly || !strings.HasPrefix(c.Name, "__Host-") {
			t.Errorf("cookie %v", c)
		}
	}
	secret, err := account.ReadSecret(who.TOTP)
	if err != nil {
		t.Fatal(err)
	}
	if a, page = v.post("/entrar/codigo", "codigo", account.CodeOf(secret, time.Now())); a.StatusCode != 303 {
		t.Fatalf("code: %d %.300s", a.StatusCode, page)
	}
	if a, _ = v.do("GET", "/ajustes", "", nil); a.StatusCode != 200 {
		t.Fatalf("settings: %d", a.StatusCode)
	}
	if v.dials != 1 {
		t.Errorf("%d connections for one visit", v.dials)
	}
	if a, _ := v.do("POST", "/ajustes/respaldo", "application/x-www-form-urlencoded", strings.NewReader("accion=sindiario"), "Origin", "https://otro.example"); a.StatusCode != 403 {
		t.Errorf("from another site: %d", a.StatusCode)
	}
}

// evidence sends files with a complaint.
func evidence(t *testing.T, n *nginx) {
	v := n.visitor("127.0.0.9")
	_, page := v.post("/denuncia", "paso", "inicio")
	m := regexp.MustCompile(`name="hoja" value="([^"]+)"`).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no complaint: %.500s", page)
	}
	v.post("/denuncia", "hoja", m[1], "paso", "quien", "quien", "ayuntamiento")
	v.post("/denuncia", "hoja", m[1], "paso", "que", "que", "El inspector pidió dinero en el mercado.")
	if a, page := v.upload(m[1], 9<<20); a.StatusCode != 200 || !strings.Contains(page, "recibo.txt") {
		t.Errorf("nine megabytes: %d %.800s", a.StatusCode, page)
	}
	for _, size := range []int{11 << 20, 60 << 20} {
		if a, page := v.upload(m[1], size); a.StatusCode != 413 || strings.Contains(page, "nginx") || !strings.Contains(page, "<h1>") {
			t.Errorf("%d bytes: %d %.300s", size, a.StatusCode, page)
		}
	}
	err := filepath.WalkDir(n.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(b, []byte("marca-de-la-prueba")) || strings.HasSuffix(path, ".log") && bytes.Contains(b, []byte("denuncia")) {
			t.Errorf("%s tells of a complaint:\n%.600s", d.Name(), b)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// reader asks as the national platform does, from an address that it may ask from and
// from one that it may not, which says that it is the other.
func reader(t *testing.T, n *nginx, report demo.Report, db *storage.DB) {
	if err := db.Update(t.Context(), "1", func(tx *storage.Txn) error {
		c, err := tx.Client(report.PDN.ID)
		if err != nil {
			return err
		}
		c.Networks = "127.0.0.9/32"
		return tx.PutClient(c)
	}); err != nil {
		t.Fatal(err)
	}
	form := url.Values{"grant_type": {"password"}, "client_id": {report.PDN.ID}, "client_secret": {report.PDN.Secret}, "username": {report.PDN.Username}, "password": {report.PDN.Password}}.Encode()
	ask := func(ip string, headers ...string) (int, string) {
		a, page := n.visitor(ip).do("POST", "/oauth/token", "application/x-www-form-urlencoded", strings.NewReader(form), headers...)
		return a.StatusCode, page
	}
	if status, page := ask("127.0.0.8", "X-Forwarded-For", "127.0.0.9"); status == 200 {
		t.Errorf("from elsewhere: %d %s", status, page)
	}
	status, page := ask("127.0.0.9")
	var token struct {
		Access string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(page), &token); status != 200 || err != nil {
		t.Fatalf("token: %d %s", status, page)
	}
	a, page := n.visitor("127.0.0.9").do("POST", "/v2/declaraciones", "application/json", strings.NewReader(`{"page":1,"pageSize":10}`), "Authorization", "Bearer "+token.Access)
	if a.StatusCode != 200 || !strings.Contains(page, `"results"`) {
		t.Errorf("query: %d %.300s", a.StatusCode, page)
	}
}
