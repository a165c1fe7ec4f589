package web

import (
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"declara/forms"
	"declara/storage"
)

// fieldNames are the names of all fields that some page has or some handler reads.
func fieldNames(t *testing.T) []string {
	t.Helper()
	said := regexp.MustCompile(`(?:name="|"name" "|Value\("|Get\(")([a-zA-Z][a-zA-Z0-9._]*)"`)
	seen := map[string]bool{}
	for _, pattern := range []string{"*.go", "view/pages/*.html", "view/parts/*.html"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, name := range files {
			raw, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range said.FindAllStringSubmatch(string(raw), -1) {
				seen[m[1]] = true
			}
		}
	}
	var all []string
	for name := range seen {
		all = append(all, name)
	}
	slices.Sort(all)
	if len(all) < 60 {
		t.Fatalf("only %d names of fields", len(all))
	}
	return all
}

// hostileTexts are what people do not type and programs do.
var hostileTexts = map[string]string{
	"control":   "a\x00\x01\x1b[31m\x7f\u0085b",
	"rtl":       "abc\u202edef\u2066\u200f مرحبا",
	"emoji":     "👩🏽‍⚖️🏠🇲🇽",
	"not UTF-8": "\xff\xfe\xc3\x28",
	"markup":    `"><script>alert(1)</script>{{.}}<!--`,
	"number":    "-1e309",
	"JSON":      `{"$gt":"","a":[null,{}]}`,
	"path":      "../../../etc/passwd",
	"lines":     "a\r\nLocation: https://otro.example\r\n\r\nb",
	"day":       "99/99/9999",
	"nothing":   "",
}

// bodies are the posts that are tried on a route, by name.
func bodies(names []string) map[string][2]string {
	const form = "application/x-www-form-urlencoded"
	out := map[string][2]string{
		"no body":         {form, ""},
		"no type":         {"", "a=b"},
		"broken escapes":  {form, "%zz=%&==&&%%%=1;a"},
		"JSON":            {"application/json", `{"clave":["a",{}],"texto":null`},
		"deep JSON":       {"application/json", strings.Repeat("[", 20000)},
		"text":            {"text/plain", "hola"},
		"odd type":        {"application/x-www-form-urlencoded; charset=\"; x", "a=b"},
		"no boundary":     {"multipart/form-data", "--x\r\n\r\n"},
		"broken boundary": {"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"a"},
		"many fields":     {form, strings.Repeat("a=1&", 1500)},
	}
	// Bodies of more than a megabyte are refused before anybody reads them.
	for part := range slices.Chunk(names, 1+len(names)/6) {
		v := url.Values{}
		for _, n := range part {
			v.Set(n, strings.Repeat("ñ", 1500))
		}
		out["long from "+part[0]] = [2]string{form, v.Encode()}
	}
	for kind, text := range hostileTexts {
		v, twice := url.Values{}, url.Values{}
		for _, n := range names {
			v.Set(n, text)
			twice[n] = []string{text, "x", text}
		}
		out["all "+kind] = [2]string{form, v.Encode()}
		if kind == "emoji" {
			out["all twice"] = [2]string{form, twice.Encode()}
			var b strings.Builder
			w := multipart.NewWriter(&b)
			for _, n := range names {
				if f, err := w.CreateFormFile(n, text+".exe"); err == nil {
					f.Write([]byte(text))
				}
			}
			w.Close()
			out["all files"] = [2]string{w.FormDataContentType(), b.String()}
		}
	}
	return out
}

// survives checks the answer to a hostile post: no failure of ours, words for the
// person, nothing of the post come back as markup or as a header.
func survives(t *testing.T, what string, status int, header http.Header, body string) {
	t.Helper()
	if status >= 500 && status != http.StatusServiceUnavailable {
		t.Errorf("%s: %d\n%.300s", what, status, body)
	}
	if strings.Contains(body, "<script>alert") || strings.Contains(header.Get("Location"), "otro.example") {
		t.Errorf("%s: what was sent came back: %q", what, header.Get("Location"))
	}
	if !utf8.ValidString(body) && strings.HasPrefix(header.Get("Content-Type"), "text/") {
		t.Errorf("%s: the page is not UTF-8", what)
	}
	if status >= 400 && strings.HasPrefix(header.Get("Content-Type"), "text/html") && !strings.Contains(body, "<h1") {
		t.Errorf("%s: %d without words", what, status)
	}
}

// TestPostsSurviveAnything sends every kind of rubbish to every address that takes
// a post, as somebody who may use it, with ids that are there where it names any.
func TestPostsSurviveAnything(t *testing.T) {
	if testing.Short() {
		t.Skip("thousands of posts")
	}
	names := fieldNames(t)
	all := bodies(names)
	x := newSite(t)
	there := map[string]string{
		"/contraloria/personas/:id": "/contraloria/personas/" + x.persons[storage.RoleDeclarant],
		"/ajustes/cuentas/:id":      "/ajustes/cuentas/" + x.people[storage.RoleHR].ID,
	}
	sent := 0
	for _, r := range x.s.table {
		if r.Method != http.MethodPost {
			continue
		}
		target := r.Path
		for pattern, real := range there {
			target = strings.Replace(target, pattern, real, 1)
		}
		target = example(target)
		for name, body := range all {
			b := x.anybody()
			if who := access[r.Method+" "+r.Path]; who != "*" {
				for _, role := range signedIn {
					if strings.Contains(who, letterOf(role)) {
						b = x.as(role)
						break
					}
				}
			}
			a := b.do("POST", target, body[0], body[1])
			survives(t, fmt.Sprintf("%s with %s", a.what, name), a.status, a.header, a.body)
			sent++
		}
	}
	if said := x.log.String(); strings.Contains(said, "panic") {
		t.Errorf("something panicked: %.2000s", said[strings.Index(said, "panic"):])
	}
	t.Logf("%d posts", sent)
}

// TestDraftSurvivesAnything sends the same rubbish to every address of a draft, by
// its owner: the draft opens afterwards, with what it had.
func TestDraftSurvivesAnything(t *testing.T) {
	if testing.Short() {
		t.Skip("thousands of posts")
	}
	s := newDeclareSite(t, "2026-05-14")
	o := s.official(7, forms.Full, "2020-01-16", "")
	id := o.begin("modificacion-2026")
	d := o.sample(id, 11, false)
	o.put(id, d)
	names := fieldNames(t)
	for p := range d.Answers {
		if strings.HasPrefix(string(p), "vehiculos.") {
			names = append(names, string(p))
		}
	}
	all := bodies(names)
	kept := func() string { return o.work(id).Get("domicilioDeclarante.domicilioMexico.calle") }
	before := kept()
	for _, r := range s.server.table {
		if r.Method != http.MethodPost || !strings.HasPrefix(r.Path, "/declaraciones/:id") {
			continue
		}
		for _, section := range []string{"vehiculos", "ingresos", "nada"} {
			target := strings.NewReplacer(":id", id, ":section", section, ":list", "vehiculo", ":item", "nuevo", ":step", "1").Replace(r.Path)
			for name, body := range all {
				if len(body[1]) > sectionBody {
					continue // TestOversizedBody
				}
				a := o.raw(target, body[0], body[1])
				survives(t, fmt.Sprintf("POST %s with %s", target, name), a.status, http.Header{"Location": {a.location}}, a.body)
			}
			if section == "vehiculos" && !strings.Contains(r.Path, ":section") {
				break
			}
		}
	}
	if a := o.open(draftPath(id)); a.status != 200 || kept() != before {
		t.Errorf("afterwards: %d, %q instead of %q", a.status, kept(), before)
	}
}
