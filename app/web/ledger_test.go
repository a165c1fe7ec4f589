package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"declara/app/ledger/proof"
	"declara/forms"
	"declara/storage"
)

// TestLedgerHTTP reads the log as a stranger's program would: nothing but what it was
// given, and each answer checked with the one before.
func TestLedgerHTTP(t *testing.T) {
	town := newPublicTown(t)
	key := strings.TrimSpace(town.get(logPath + "/key").body)
	first := town.get(logPath)
	origin, tree, err := proof.Open(first.body, key)
	if err != nil || tree.Size != 4 {
		t.Fatalf("%+v %v", tree, err)
	}
	if first.header.Get("Content-Type") != "text/plain; charset=utf-8" || first.header.Get("Cache-Control") != "public, no-cache" || first.header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("headers %v", first.header)
	}
	if a := town.ask("GET", logPath, "If-None-Match: "+first.header.Get("ETag")); a.status != http.StatusNotModified {
		t.Errorf("asked again: %d", a.status)
	}
	var entries struct {
		Entries []struct {
			Leaf   uint64
			Record string
			Hash   tlog.Hash
		}
	}
	read(t, town.get(logPath+"/entries?from=0&count=4").body, &entries)
	if len(entries.Entries) != 4 {
		t.Fatalf("%d entries", len(entries.Entries))
	}
	for n, e := range entries.Entries {
		if tlog.RecordHash([]byte(e.Record)) != e.Hash {
			t.Errorf("the hash of entry %d is not its own", n)
		}
		var p struct {
			Size uint64
			Root tlog.Hash
			Path []tlog.Hash
		}
		read(t, town.get(fmt.Sprintf("%s/inclusion?leaf=%d&size=4", logPath, n)).body, &p)
		if err := tlog.CheckRecord(p.Path, 4, tree.Root, int64(n), e.Hash); err != nil || p.Root != tree.Root {
			t.Errorf("entry %d: %v", n, err)
		}
	}
	town.file(filing{person: town.raul, typ: forms.Modificacion, year: 2027, as: raul, seed: 11})
	second := town.get(logPath)
	if second.header.Get("ETag") == first.header.Get("ETag") {
		t.Error("another state has the same tag")
	}
	_, now, err := proof.Open(second.body, key)
	if err != nil {
		t.Fatal(err)
	}
	var c struct{ Path []tlog.Hash }
	read(t, town.get(logPath+"/consistency?from=4").body, &c)
	if err := tlog.CheckTree(c.Path, int64(now.Size), now.Root, 4, tree.Root); err != nil {
		t.Error(err)
	}
	page := town.get("/verificar/registro").body
	for _, has := range []string{now.Root.String(), "5 asientos", key} {
		if !strings.Contains(page, strings.ReplaceAll(has, "+", "&#43;")) {
			t.Errorf("the page lacks %s", has)
		}
	}
	if !strings.HasPrefix(origin, "declara/log/") {
		t.Errorf("origin %s", origin)
	}
}

func read(t *testing.T, text string, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), v); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
}

// TestLedgerAddresses is the table of what is answered, and how long it may be kept.
func TestLedgerAddresses(t *testing.T) {
	town := newPublicTown(t)
	const asked, ever = "public, no-cache", forEver
	for _, c := range []struct {
		path   string
		status int
		cache  string
	}{
		{"/key", 200, asked}, {"/leaf/0", 200, ever}, {"/leaf/3", 200, ever}, {"/leaf/4", 404, ""}, {"/leaf/x", 400, ""}, {"/leaf/-1", 400, ""},
		{"/leaf/00", 400, ""}, {"/leaf/99999999999999999999", 400, ""}, {"/leaf/9223372036854775807", 404, ""}, {"/leaf/%2e%2e", 400, ""},
		{"/entries", 200, asked}, {"/entries?from=0&count=4", 200, ever}, {"/entries?from=2&count=9", 200, asked}, {"/entries?from=99", 200, asked},
		{"/entries?from=x", 400, ""}, {"/entries?count=0", 400, ""}, {"/entries?count=-1", 400, ""}, {"/entries?from=9223372036854775807", 200, asked},
		{"/inclusion?leaf=0", 200, asked}, {"/inclusion?leaf=0&size=3", 200, ever}, {"/inclusion?leaf=3&size=3", 404, ""}, {"/inclusion?leaf=0&size=5", 404, ""},
		{"/inclusion", 400, ""}, {"/inclusion?leaf=a", 400, ""}, {"/inclusion?leaf=0&size=9223372036854775807", 404, ""},
		{"/consistency?from=1", 200, asked}, {"/consistency?from=1&to=4", 200, ever}, {"/consistency?from=4&to=4", 200, ever}, {"/consistency?from=0", 404, ""},
		{"/consistency?from=5", 404, ""}, {"/consistency?from=3&to=2", 404, ""}, {"/consistency", 400, ""},
		{"/days", 200, asked}, {"/days/2026-05-14", 404, ""}, {"/days/hoy", 400, ""}, {"/days/2026-99-99", 400, ""},
	} {
		a := town.ask("GET", logPath+c.path)
		cache := a.header.Get("Cache-Control")
		if a.status != c.status || c.status == 200 && cache != c.cache || c.status != 200 && strings.Contains(cache, "public") {
			t.Errorf("%s: %d %q", c.path, a.status, cache)
		}
		if !json.Valid([]byte(a.body)) && c.path != "/key" {
			t.Errorf("%s: no JSON: %s", c.path, a.body)
		}
	}
}

// TestLedgerDays: what was published is there, with its time stamp, once it is.
func TestLedgerDays(t *testing.T) {
	town := newPublicTown(t)
	point := storage.Checkpoint{Day: "2026-05-13", At: town.now}
	town.update(func(tx *storage.Txn) error {
		tree, err := tx.Tree()
		point.Size, point.Root, point.Note = tree.Size, tree.Root, "note"
		if err != nil {
			return err
		}
		return tx.PutCheckpoint(point)
	})
	if a := town.get(logPath + "/days/2026-05-13"); a.header.Get("Cache-Control") != "public, no-cache" || strings.Contains(a.body, "timestamp") {
		t.Errorf("before it is stamped: %v %s", a.header, a.body)
	}
	list := town.get(logPath + "/days")
	point.Token = []byte("token")
	town.update(func(tx *storage.Txn) error { return tx.PutCheckpoint(point) })
	if a := town.get(logPath + "/days/2026-05-13"); a.header.Get("Cache-Control") != forEver || !strings.Contains(a.body, `"timestamp":"dG9rZW4="`) {
		t.Errorf("stamped: %v %s", a.header, a.body)
	}
	if again := town.get(logPath + "/days"); again.header.Get("ETag") == list.header.Get("ETag") || !strings.Contains(again.body, "dG9rZW4=") {
		t.Errorf("the list: %v %s", again.header, again.body)
	}
	if page := town.get("/verificar/registro").body; !strings.Contains(page, "13 de mayo de 2026") || !strings.Contains(page, "con sello de tiempo") {
		t.Error("the page does not tell the day")
	}
}

// TestProofFileHTTP: who gets which proof, and what it tells.
func TestProofFileHTTP(t *testing.T) {
	town := newPublicTown(t)
	f := town.later
	var paper storage.Paper
	town.update(func(tx *storage.Txn) (err error) {
		paper, err = tx.KeepPaper(f.ID, storage.PaperFull, []byte("paper"), town.now)
		return err
	})
	for _, c := range []struct {
		name, mark string
		status     int
		full       bool // proves the hash of the full document
		paper      bool // and that of the private paper
	}{
		{"by folio", f.Folio, 200, false, false},
		{"by a folio as it was typed", "ve%202026%20000004", 200, false, false},
		{"by id", f.ID, 200, false, false},
		{"by the hash of the full document", f.Hash, 200, true, false},
		{"by the hash of the public document", f.Public, 200, false, false},
		{"by the hash of the paper", paper.Hash, 200, false, true},
		{"by another folio", "VE-2026-000099", 404, false, false},
		{"by another hash", strings.Repeat("ab", 32), 404, false, false},
		{"by the public hash of a reserved one", town.hidden.Public, 404, false, false},
		{"by the folio of a reserved one", town.hidden.Folio, 200, false, false},
		{"by nonsense", "hola", 400, false, false},
	} {
		a := town.ask("GET", "/verificar/"+c.mark+"/prueba.json")
		if a.status != c.status || !strings.HasPrefix(a.header.Get("Cache-Control"), "no-store") {
			t.Errorf("%s: %d %v", c.name, a.status, a.header)
			continue
		}
		for what, private := range map[string]string{
			"name": "Raúl", "RFC": raul.RFC, "id of a reserved one": town.hidden.ID, "public hash of a reserved one": town.hidden.Public, "person": f.Person,
			"hash": f.Hash, "salt": f.Salt, "salt of the paper": paper.Salt,
		} {
			if known := c.full && (what == "hash" || what == "salt") || c.paper && what == "salt of the paper"; strings.Contains(a.body, private) != known && private != "" {
				t.Errorf("%s: tells %s, or should and does not:\n%s", c.name, what, a.body)
			}
		}
		if c.status != 200 {
			continue
		}
		file, err := proof.Read([]byte(a.body))
		if err != nil {
			t.Fatal(c.name, err)
		}
		r, err := proof.Check(file, strings.TrimSpace(town.get(logPath+"/key").body))
		if err != nil {
			t.Fatal(c.name, err)
		}
		_, full := r.Find(f.Hash)
		_, kept := r.Find(paper.Hash)
		_, public := r.Find(f.Public)
		if full != c.full || kept != c.paper || public != (c.name != "by the folio of a reserved one") {
			t.Errorf("%s: proves full %v, paper %v, public %v", c.name, full, kept, public)
		}
	}
}

// TestVerifyLeadsToProof: what the page of verification found leads to its proof, with the
// salt for who gave the hash.
func TestVerifyLeadsToProof(t *testing.T) {
	town := newPublicTown(t)
	f := town.later
	for _, c := range []struct {
		q      string
		salted bool
	}{{f.Folio, false}, {f.Hash, true}, {strings.ToUpper(f.Hash[:32]) + " " + f.Hash[32:], true}, {f.Public, false}} {
		page := town.get("/verificar?q=" + url.QueryEscape(c.q)).body
		_, rest, _ := strings.Cut(page, `href="/verificar/`)
		path, _, ok := strings.Cut(rest, `/prueba.json"`)
		if !ok {
			t.Errorf("%s: no proof: %s", c.q, page)
			continue
		}
		if a := town.get("/verificar/" + path + "/prueba.json"); strings.Contains(a.body, f.Salt) != c.salted {
			t.Errorf("%s: salted %v, want %v", c.q, !c.salted, c.salted)
		}
	}
}

// TestLedgerTellsNobody plants markers in all that is private and looks for them in all
// that the log says to anybody.
func TestLedgerTellsNobody(t *testing.T) {
	town := newPublicTown(t)
	const secret = "MARCA7Q2X"
	town.update(func(tx *storage.Txn) error {
		note := storage.Note{ID: "N" + secret, Filing: town.later.ID, Text: secret, Filed: town.now}
		if err := tx.PutNote(&note); err != nil {
			return err
		}
		return tx.LogRead(&storage.Read{ID: "R" + secret, Filing: town.hidden.ID, User: "U" + secret, Name: secret, File: secret, Reason: secret, At: town.now})
	})
	var said strings.Builder
	for _, path := range []string{"", "/entries", "/leaf/4", "/leaf/5", "/inclusion?leaf=5", "/consistency?from=4", "/days", "/key"} {
		said.WriteString(town.get(logPath + path).body)
	}
	said.WriteString(town.get("/verificar/registro").body)
	private := []string{secret, "Raúl", "Zoila", raul.RFC, raul.CURP, zoila.RFC, town.raul, town.zoila, town.hidden.ID, town.hidden.Hash, town.hidden.Public, town.later.ID, town.later.Hash, town.later.Salt}
	for _, p := range private {
		if strings.Contains(said.String(), p) {
			t.Errorf("the log tells %q", p)
		}
	}
}

// FuzzLedgerQuery: whatever numbers are asked for, the answer is one of three, and none
// is a fault of ours.
func FuzzLedgerQuery(f *testing.F) {
	town := newPublicTown(f)
	for _, q := range []string{"from=0&count=4", "leaf=1&size=4", "from=1&to=3", "from=18446744073709551615", "leaf=9223372036854775807&size=1", "size=%00", "from=1e3", "from=١"} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, q string) {
		town.TB = t
		for _, path := range []string{"/entries", "/inclusion", "/consistency"} {
			if a := town.ask("GET", logPath+path+"?"+url.QueryEscape(q)); a.status >= 500 {
				t.Errorf("%s?%s: %d", path, q, a.status)
			}
			if u, err := url.Parse(logPath + path + "?" + q); err == nil && !strings.ContainsAny(q, " \x00\n\r\t#") && u.RawQuery == q && printable(q) {
				if a := town.ask("GET", logPath+path+"?"+q); a.status != 200 && a.status != 400 && a.status != 404 {
					t.Errorf("%s?%s: %d", path, q, a.status)
				}
			}
		}
	})
}

func printable(s string) bool {
	for _, c := range []byte(s) {
		if c <= ' ' || c >= 0x7f {
			return false
		}
	}
	return true
}
