package app

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"declara/app/account"
	"declara/app/declare"
	"declara/app/outbox"
	"declara/forms"
	"declara/forms/formstest"
	"declara/forms/sample"
	"declara/i18n"
	"declara/pdf/sign"
	"declara/storage"
	"declara/storage/bolt"
	"declara/storage/files"
)

// TestNothingPrivateComesOut files declarations with a mark in every private
// answer, through the whole program, and then looks for the marks wherever
// something comes out of it: pages, files, the API, searches, the log, the mail,
// and the bytes of the database itself.
func TestNothingPrivateComesOut(t *testing.T) {
	seeds := int64(4)
	if testing.Short() {
		seeds = 2
	}
	w := newWorld(t)
	for seed := range seeds {
		for _, level := range forms.AllLevels {
			w.file(t, seed, level)
		}
	}
	if len(w.marks) < 100 {
		t.Fatalf("only %d marks were planted: the test sees nothing", len(w.marks))
	}
	for name, out := range w.outputs(t) {
		for _, m := range w.marks {
			if bytes.Contains(out, []byte(m)) {
				t.Errorf("%s shows the private answer %q", name, m)
			}
		}
	}
	t.Logf("%d marks, %d filings", len(w.marks), len(w.filed))
}

type leakWorld struct {
	app     *App
	db      *storage.DB
	path    string
	now     time.Time
	log     bytes.Buffer
	filings *declare.Service
	filed   []storage.Filing
	marks   []string
}

func newWorld(t *testing.T) *leakWorld {
	w := &leakWorld{path: filepath.Join(t.TempDir(), "declara.db"), now: time.Date(2026, 5, 14, 18, 0, 0, 0, time.UTC)}
	s, err := bolt.Open(w.path)
	if err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return w.now }
	cost := account.Cost{Memory: 8, Time: 1, Threads: 1}
	w.db = storage.Open(s, storage.NewKeys())
	t.Cleanup(func() { w.db.Close() })
	w.app, err = New(Config{DB: w.db, Clock: clock, Log: slog.New(slog.NewJSONHandler(&w.log, nil)), BaseURL: "https://declara.example", PasswordCost: &cost,
		Evidence: files.Open(filepath.Join(filepath.Dir(w.path), "evidence"), clock)})
	if err != nil {
		t.Fatal(err)
	}
	w.filings = declare.New(w.db, clock, aboutFilings(outbox.NewWriter(i18n.Load(), clock, "https://declara.example", "")))
	w.update(t, func(tx *storage.Txn) error {
		return tx.PutInstitution(storage.Institution{
			Name: "Municipio de Valle Encinos", Office: "Órgano Interno de Control", Initials: "VE", Email: "oic@valleencinos.example",
			Order: "MUNICIPAL_ALCALDIA", Branch: "EJECUTIVO", State: "20", Town: "067", Zone: "America/Mexico_City", SetUp: w.now.AddDate(-1, 0, 0),
		})
	})
	return w
}

func (w *leakWorld) update(t *testing.T, fn func(*storage.Txn) error) {
	t.Helper()
	if err := w.db.Update(t.Context(), tenant, fn); err != nil {
		t.Fatal(err)
	}
}

// file has an invented official file her inicial with a mark in each private
// answer, and a nota aclaratoria that is one mark.
func (w *leakWorld) file(t *testing.T, seed int64, level forms.Level) {
	t.Helper()
	o := sample.Official(seed*10 + int64(level))
	p := storage.Person{
		ID: storage.NewID(w.now), Given: o.Given, First: o.First, Second: o.Second, RFC: o.RFC, CURP: o.CURP,
		Unit: o.Unit, Post: o.Post, Grade: o.Grade, Duties: "Las del reglamento", Level: level, Entry: "2026-04-20",
	}
	w.marks = append(w.marks, o.RFC, o.CURP)
	w.update(t, func(tx *storage.Txn) error { return tx.PutPerson(p) })
	who := declare.Who{Tenant: tenant, Person: p.ID}
	id, err := w.filings.Start(t.Context(), who, "inicial-2026-04-20")
	if err != nil {
		t.Fatal(err)
	}
	work, err := w.filings.Draft(t.Context(), who, id)
	if err != nil {
		t.Fatal(err)
	}
	d, err := sample.Draft(work.Form, seed, sample.Options{
		Person: o, Year: 2026, Event: p.Entry, Today: "2026-05-14", Wealth: 0.9, Given: work.Kept.Draft.Given,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range formstest.Markers(d) {
		if len(m) >= 6 { // shorter ones stand in many places by chance
			w.marks = append(w.marks, m)
		}
	}
	w.update(t, func(tx *storage.Txn) error {
		kept, err := tx.Draft(id)
		if err != nil {
			return err
		}
		kept.Draft = *d
		_, err = tx.PutDraft(kept, "", 0)
		return err
	})
	if work, err = w.filings.Draft(t.Context(), who, id); err != nil {
		t.Fatal(err)
	}
	f, err := w.filings.File(t.Context(), who, id, declare.Seal{Stamp: work.Stamp(), Verify: func() error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	w.filed = append(w.filed, f)
}

// outputs is everything that comes out, by name.
func (w *leakWorld) outputs(t *testing.T) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	get := func(path string) {
		b := w.ask(t, "GET", path, "", nil)
		if strings.HasSuffix(path, ".pdf") {
			if text, ok := pdfText(t, b); ok {
				out[path+" as text"] = text
			}
			report, err := sign.Verify(b, sign.Trust{})
			if err != nil || len(report.Files) != 1 {
				t.Errorf("%s: %d files attached, %v", path, len(report.Files), err)
				return
			}
			out[path+", what is attached"] = report.Files[0].Data
		}
		out[path] = b
	}
	for _, f := range w.filed {
		for _, ending := range []string{"", ".json", ".csv", ".pdf"} {
			get("/publico/declaraciones/" + f.ID + ending)
		}
		// Whoever shows a whole declaration learns whose seal it bears, and reads nothing of it.
		for _, kind := range storage.PaperKinds {
			b, _, err := w.app.seal.Paper(t.Context(), tenant, f.ID, kind)
			if err != nil {
				t.Fatal(err)
			}
			out["check of "+kind] = w.upload(t, b)
		}
		get("/verificar/" + f.Folio)
		get("/verificar/" + f.Hash)
	}
	get("/publico")
	get("/publico/datos.jsonl")
	get("/publico/datos.csv")
	for _, m := range w.marks[:40] { // a search says nothing about what it does not find
		b := w.ask(t, "GET", "/publico?q="+url.QueryEscape(m), "", nil)
		out["search for a mark"] = append(out["search for a mark"], bytes.ReplaceAll(b, []byte(m), nil)...)
	}
	out["API"] = w.api(t)
	out["log"] = w.log.Bytes()
	if err := w.db.View(t.Context(), tenant, func(tx *storage.Txn) error {
		return tx.Mails(func(m storage.Mail) error {
			// The personal address is where the law wants the acuse sent (Norma 16ª I.5).
			out["mail"] = append(out["mail"], bytes.ReplaceAll(m.Message, []byte(m.To), nil)...)
			return nil
		})
	}); err != nil {
		t.Fatal(err)
	}
	if len(out["mail"]) == 0 {
		t.Error("no receipt was queued: the test does not see the mail")
	}
	raw, err := os.ReadFile(w.path)
	if err != nil {
		t.Fatal(err)
	}
	out["database"] = raw
	return out
}

// upload sends a file to the check page.
func (w *leakWorld) upload(t *testing.T, file []byte) []byte {
	t.Helper()
	const edge = "borde-de-la-prueba"
	body := "--" + edge + "\r\nContent-Disposition: form-data; name=\"archivo\"; filename=\"a.pdf\"\r\n\r\n" + string(file) + "\r\n--" + edge + "--\r\n"
	b := w.ask(t, "POST", "/verificar/archivo", body, http.Header{"Content-Type": {"multipart/form-data; boundary=" + edge}})
	if !bytes.Contains(b, []byte("es de aquí y nadie lo cambió")) {
		t.Errorf("a paper is not known: %.300s", b)
	}
	return b
}

// api reads every declaration as the national platform does.
func (w *leakWorld) api(t *testing.T) []byte {
	t.Helper()
	_, c, err := w.app.accounts.AddClient(t.Context(), tenant, "", "PDN")
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{"grant_type": {"password"}, "username": {c.Username}, "password": {c.Password}, "client_id": {c.ClientID}, "client_secret": {c.Secret}}
	var token struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal(w.ask(t, "POST", "/oauth/token", form.Encode(), http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}), &token); err != nil {
		t.Fatal(err)
	}
	b := w.ask(t, "POST", "/v2/declaraciones", `{"pageSize":200}`, http.Header{"Content-Type": {"application/json"}, "Authorization": {"Bearer " + token.AccessToken}})
	if n := bytes.Count(b, []byte(`"metadata":`)); n != len(w.filed) {
		t.Errorf("the API gave %d of %d declarations", n, len(w.filed))
	}
	return b
}

// ask makes one request of the site, which must answer 200.
func (w *leakWorld) ask(t *testing.T, method, path, body string, h http.Header) []byte {
	t.Helper()
	r, err := http.NewRequest(method, path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "declara.example"
	for k, v := range h {
		r.Header[k] = v
	}
	res, err := w.app.site.Test(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: %d %v", method, path, res.StatusCode, err)
	}
	return b
}

// pdfText is the text of a PDF; ok is false where poppler is not installed.
func pdfText(t *testing.T, b []byte) (text []byte, ok bool) {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		return nil, false
	}
	c := exec.Command("pdftotext", "-", "-")
	c.Stdin = bytes.NewReader(b)
	text, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	return text, true
}
