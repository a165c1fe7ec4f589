package web

import (
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"declara/app/publish"
	"declara/forms"
	"declara/forms/formstest"
	"declara/forms/sample"
	"declara/storage"

	"crypto/sha256"
	"encoding/hex"
)

// TestPublicPages is the table of what anybody may ask, with what must be in the
// answer and what must not.
func TestPublicPages(t *testing.T) {
	town := newPublicTown(t)
	at := func(f storage.Filing) string { return "/publico/declaraciones/" + f.ID }
	const yes, no = http.StatusOK, http.StatusNotFound
	for _, c := range []struct {
		name   string
		path   string
		status int
		kind   string
		has    []string
		hasNot []string
	}{
		{"front page", "/", yes, "text/html", []string{"¿Qué necesitas hacer?", `href="/entrar"`, `action="/publico"`, `href="/verificar"`, "951 000 0000", "lunes a viernes, 9 a 16 h"}, nil},
		{"help", "/ayuda", yes, "text/html", []string{"Es mi primera vez", "951 000 0000"}, nil},
		{"about", "/acerca", yes, "text/html", []string{"SIL Open Font License", "1.0-test", "/acerca/licencias/Asap"}, nil},
		{"licence of a font", "/acerca/licencias/Asap", yes, "text/plain", []string{"SIL OPEN FONT LICENSE Version 1.1"}, nil},
		{"licence of nothing", "/acerca/licencias/..%2fregla", no, "text/html", nil, []string{"OPEN FONT"}},
		{"privacy", "/privacidad", yes, "text/html", []string{"Aviso de privacidad", "Plaza Principal 1"}, nil},
		{"accessibility", "/accesibilidad", yes, "text/html", []string{"WCAG 2.2"}, nil},
		{"robots", "/robots.txt", yes, "text/plain", []string{"Disallow: /publico?"}, []string{"Disallow: /publico/declaraciones"}},

		{"search, everybody", "/publico", yes, "text/html", []string{"Raúl Méndez Ibarra", "1 persona", at(town.later), at(town.year), at(town.first)}, []string{"Zoila", town.hidden.ID}},
		{"search, accents and order", "/publico?q=ibarra+MENDEZ", yes, "text/html", []string{"1 persona para “ibarra MENDEZ”"}, nil},
		{"search, by post", "/publico?q=obras", yes, "text/html", []string{"Raúl Méndez Ibarra"}, nil},
		{"search, a reserved person", "/publico?q=munoz", yes, "text/html", []string{"Ninguna persona coincide"}, []string{"Zoila", town.hidden.ID}},
		{"search, a misspelt name", "/publico?q=mendes", yes, "text/html", []string{"¿Buscabas", `href="/publico?q=M%C3%A9ndez"`}, nil},
		{"search, filters", "/publico?q=raul&anio=2025&tipo=modificacion", yes, "text/html", []string{at(town.year), "Quitar filtros"}, []string{at(town.later) + `?`}},
		{"search, a filter of nothing", "/publico?tipo=interes", yes, "text/html", []string{"Ninguna persona coincide con esos filtros"}, nil},
		{"search, a filter that is none", "/publico?anio=abc&tipo=zzz&p=-4", yes, "text/html", []string{"Raúl Méndez Ibarra"}, nil},

		{"declaration", at(town.later), yes, "text/html", []string{
			"<title>Raúl Méndez Ibarra · Declaración: Modificación 2026", "situación al 31 de diciembre de 2025", "Presentó el 14 de mayo de 2026, a tiempo.",
			"Sus declaraciones", at(town.year), at(town.first), "Comparar dos años", "Qué no ves aquí y por qué.", at(town.later) + ".pdf", at(town.later) + ".csv", town.later.Public,
		}, []string{town.raul, town.hidden.ID, town.later.Hash}},
		{"declaration, late", at(town.first), yes, "text/html", []string{"Inicial 2024", "después de la fecha límite", "situación al 3 de marzo de 2024"}, []string{"Nuevo en"}},
		{"declaration, from a search", at(town.later) + "?q=obras&p=2", yes, "text/html", []string{`href="/publico?p=2&amp;q=obras"`, "Volver a los resultados de “obras”"}, nil},
		{"declaration, reserved", at(town.hidden), no, "text/html", []string{"No hay una declaración pública aquí"}, []string{"Zoila", "Muñoz"}},
		{"declaration of nobody", "/publico/declaraciones/01JV3Q8M4Z7TQX2H9K5W6N0RBC", no, "text/html", []string{"No hay una declaración pública aquí"}, nil},
		{"declaration, strange id", "/publico/declaraciones/..%2f..%2fperson", no, "text/html", nil, nil},
		{"json", at(town.later) + ".json", yes, "application/json", []string{`"id":"` + town.later.ID + `"`, `"tipo":"MODIFICACIÓN"`}, nil},
		{"json, reserved", at(town.hidden) + ".json", no, "application/json", []string{`"code":"notfound"`}, []string{"Zoila"}},
		{"csv", at(town.later) + ".csv", yes, "text/csv", []string{"\ufeffid,persona,", "https://declara.example" + at(town.later)}, nil},
		{"csv, reserved", at(town.hidden) + ".csv", no, "application/json", []string{`"code":"notfound"`}, []string{"Zoila"}},
		{"pdf", at(town.later) + ".pdf", yes, "application/pdf", []string{"%PDF-1"}, nil},
		{"pdf, reserved", at(town.hidden) + ".pdf", no, "text/html", []string{"No hay una declaración pública aquí"}, []string{"%PDF", "Zoila"}},
		{"another extension", at(town.later) + ".xml", no, "text/html", nil, nil},

		{"comparison", "/publico/comparar?a=" + town.year.ID + "&b=" + town.later.ID, yes, "text/html", []string{"Raúl Méndez Ibarra", "Modificación 2025 y Modificación 2026", "Qué cambió", "Ingreso neto en el año"}, nil},
		{"comparison, the other way round", "/publico/comparar?b=" + town.year.ID + "&a=" + town.later.ID, yes, "text/html", []string{"Modificación 2025 y Modificación 2026"}, nil},
		{"comparison with the next", "/publico/comparar?a=" + town.later.ID, yes, "text/html", []string{"Modificación 2025 y Modificación 2026"}, nil},
		{"comparison of types", "/publico/comparar?a=" + town.first.ID + "&b=" + town.later.ID, yes, "text/html", []string{"No se comparan"}, nil},
		{"comparison with a reserved one", "/publico/comparar?a=" + town.later.ID + "&b=" + town.hidden.ID, no, "text/html", nil, []string{"Zoila"}},
		{"comparison of nothing", "/publico/comparar", no, "text/html", nil, nil},

		{"data", "/publico/datos", yes, "text/html", []string{"Hoy contienen 3 declaraciones", "bienesInmuebles.valorAdquisicion", "suma de los valores de compra", "https://declara.example/publico/declaraciones/"}, nil},
		{"bulk csv", "/publico/datos.csv", yes, "text/csv", []string{town.first.ID, town.year.ID, town.later.ID}, []string{town.hidden.ID, "Zoila", town.raul}},
		{"bulk jsonl", "/publico/datos.jsonl", yes, "application/x-ndjson", []string{town.first.ID, town.year.ID, town.later.ID}, []string{town.hidden.ID, "Zoila", town.raul}},

		{"verify", "/verificar", yes, "text/html", []string{"Verifica un documento", "sha256sum"}, []string{"Sí: se presentó aquí"}},
		{"verify a folio", "/verificar?q=ve+2026+000004", yes, "text/html", []string{"Sí: se presentó aquí", town.later.Folio, "el 14 de mayo de 2026, a las 12:06", at(town.later)}, []string{"Raúl", "Méndez"}},
		{"verify the id of a receipt", "/verificar/" + town.later.ID, yes, "text/html", []string{"Sí: se presentó aquí", town.later.Folio}, []string{"Raúl"}},
		{"verify a hash of the whole", "/verificar?q=" + town.later.Hash, yes, "text/html", []string{"declaración completa presentada aquí", town.later.Folio}, []string{"Raúl"}},
		{"verify a public hash", "/verificar?q=" + town.later.Public, yes, "text/html", []string{"versión pública de aquí", at(town.later)}, nil},
		{"verify a reserved folio", "/verificar?q=" + town.hidden.Folio, yes, "text/html", []string{"Sí: se presentó aquí", "no se muestran aquí"}, []string{town.hidden.ID, "Zoila", town.hidden.Public}},
		{"verify a reserved public hash", "/verificar?q=" + town.hidden.Public, yes, "text/html", []string{"No encontramos esa declaración"}, nil},
		{"verify an unknown folio", "/verificar?q=VE-2026-000099", yes, "text/html", []string{"No encontramos esa declaración", "VE-2026-000099"}, nil},
		{"verify nonsense", "/verificar?q=hola", yes, "text/html", []string{"<title>Error: Verifica", "Escribe un folio como", `aria-invalid="true"`}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := town.ask("GET", c.path)
			if a.status != c.status {
				t.Errorf("status %d, want %d", a.status, c.status)
			}
			if kind := a.header.Get("Content-Type"); !strings.HasPrefix(kind, c.kind) {
				t.Errorf("type %s, want %s", kind, c.kind)
			}
			for _, s := range c.has {
				if !strings.Contains(html.UnescapeString(a.body), html.UnescapeString(s)) {
					t.Errorf("%q is not there", s)
				}
			}
			for _, s := range c.hasNot {
				if strings.Contains(html.UnescapeString(a.body), s) {
					t.Errorf("%q is there", s)
				}
			}
			if strings.HasPrefix(c.kind, "text/html") {
				structure(t, a.body)
			}
			if a.header.Get("Content-Security-Policy") == "" {
				t.Error("no content security policy")
			}
		})
	}
}

var (
	inlineCode = regexp.MustCompile(`(?i)<[^>]+\s(style|on[a-z]+)\s*=|<script(?:[^>]*[^>s"]>|>)[^<]|<style`)
	missingKey = regexp.MustCompile(`>\s*(public|section|q|web|hint|option)\.[a-zA-Z0-9.]+\s*<`)
	ids        = regexp.MustCompile(`\sid="([^"]*)"`)
)

// structure is what every page must have.
func structure(t *testing.T, page string) {
	t.Helper()
	if n := strings.Count(page, "<h1"); n != 1 {
		t.Errorf("%d h1", n)
	}
	if m := inlineCode.FindString(page); m != "" {
		t.Errorf("inline code: %s", m)
	}
	if m := missingKey.FindString(page); m != "" {
		t.Errorf("a text is missing: %s", m)
	}
	seen := map[string]bool{}
	for _, m := range ids.FindAllStringSubmatch(page, -1) {
		if seen[m[1]] {
			t.Errorf("id %q twice", m[1])
		}
		seen[m[1]] = true
	}
	if strings.Contains(page, "<no value>") || strings.Contains(page, "ZgotmplZ") {
		t.Error("a template shows its fault")
	}
}

// TestPublicEnglish: no page falls back to Spanish words or shows a key.
func TestPublicEnglish(t *testing.T) {
	town := newPublicTown(t)
	for _, path := range []string{
		"/", "/ayuda", "/acerca", "/privacidad", "/accesibilidad", "/publico", "/publico?q=zzzz", "/publico/declaraciones/" + town.later.ID,
		"/publico/comparar?a=" + town.year.ID + "&b=" + town.later.ID, "/publico/datos", "/verificar", "/verificar?q=zz", "/verificar?q=" + town.hidden.Folio,
	} {
		a := town.get(path, "Accept-Language: en")
		structure(t, a.body)
		if !strings.Contains(a.body, `<html lang="en"`) {
			t.Errorf("%s is not in English", path)
		}
		if strings.Contains(a.body, `<span lang="es-MX">`) {
			t.Errorf("%s: words without English", path)
		}
	}
}

// TestPublicHash: anybody can work out the hash of a page from its JSON.
func TestPublicHash(t *testing.T) {
	town := newPublicTown(t)
	doc := town.get("/publico/declaraciones/" + town.later.ID + ".json").body
	sum := sha256.Sum256([]byte(doc))
	if hash := hex.EncodeToString(sum[:]); hash != town.later.Public {
		t.Errorf("the JSON hashes to %s, filed as %s", hash, town.later.Public)
	}
	lines := strings.Split(strings.TrimSuffix(town.get("/publico/datos.jsonl").body, "\n"), "\n")
	if len(lines) != 3 || lines[2] != doc {
		t.Errorf("%d lines; the last is not the document", len(lines))
	}
	for _, l := range lines {
		if !json.Valid([]byte(l)) {
			t.Error("a line is not JSON")
		}
	}
}

// TestReserveLater: a declaration that was public vanishes everywhere at once, also
// for those who kept a copy.
func TestReserveLater(t *testing.T) {
	town := newPublicTown(t)
	paths := []string{"/publico", "/publico?q=mendez", "/publico/datos.csv", "/publico/datos.jsonl", "/publico/declaraciones/" + town.later.ID,
		"/publico/declaraciones/" + town.later.ID + ".json", "/publico/declaraciones/" + town.later.ID + ".csv", "/publico/declaraciones/" + town.later.ID + ".pdf",
		"/publico/comparar?a=" + town.year.ID + "&b=" + town.later.ID}
	tags := map[string]string{}
	for _, p := range paths {
		tags[p] = town.get(p).header.Get("ETag")
	}
	town.update(func(tx *storage.Txn) error {
		return tx.SetReserve(town.raul, &storage.Reserve{Agreement: "CT-4/2026", Until: "2030-05-14"})
	})
	for _, p := range paths {
		a := town.ask("GET", p, "If-None-Match: "+tags[p])
		if a.status == http.StatusNotModified {
			t.Errorf("%s: the copy is said to be good", p)
		}
		for _, s := range []string{"Méndez", "Ibarra", town.first.ID, town.year.Public} {
			if strings.Contains(a.body, s) {
				t.Errorf("%s still has %q", p, s)
			}
		}
	}
	if a := town.get("/publico"); !strings.Contains(a.body, "Aún no hay declaraciones públicas") {
		t.Error("the search is not empty")
	}
	if a := town.get("/publico?q=mendes"); strings.Contains(a.body, "Méndez") {
		t.Error("the search proposes the name of who is reserved")
	}
}

// TestPublicMarkers plants a mark in every private answer of random declarations
// and looks for the marks in all that the public can get.
func TestPublicMarkers(t *testing.T) {
	pdftotext, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Log("pdftotext (poppler-utils) is absent: the words of PDFs are not searched")
	}
	s := newPublicSite(t)
	var marks []string
	var filed []storage.Filing
	for seed := range int64(6) {
		official := sample.Official(100 + seed)
		person := s.person(official)
		marks = append(marks, official.RFC, official.CURP, person)
		for i, typ := range []forms.Type{forms.AllTypes[seed%3], forms.Modificacion} {
			d, err := sample.Draft(forms.Lookup(typ, forms.AllLevels[seed%2]), 100+seed, sample.Options{
				Person: official, Year: 2025 + i, Event: "2025-02-16", Today: "2026-05-14", Wealth: 0.9, Previous: s.last[person],
			})
			s.must(err)
			marks = append(marks, formstest.Markers(d)...)
			filed = append(filed, s.file(filing{person: person, typ: typ, year: 2025 + i, draft: d}))
		}
	}
	if len(marks) < 300 {
		t.Fatalf("only %d marks: the test shows too little", len(marks))
	}
	paths := []string{"/", "/publico", "/publico/datos", "/publico/datos.csv", "/publico/datos.jsonl"}
	for _, f := range filed {
		page := "/publico/declaraciones/" + f.ID
		paths = append(paths, page, page+".json", page+".csv", page+".pdf", "/publico/comparar?a="+f.ID, "/verificar/"+f.ID, "/verificar?q="+f.Hash)
	}
	planted := 0
	s.must(s.db.View(t.Context(), tenant, func(tx *storage.Txn) error {
		for _, f := range filed {
			full, err := tx.FullDocument(f.ID)
			if err != nil {
				return err
			}
			for _, m := range marks {
				planted += strings.Count(string(full), m)
			}
		}
		return nil
	}))
	if planted < len(marks)/2 {
		t.Fatalf("%d of %d marks are in the full documents: they were not planted", planted, len(marks))
	}
	for _, p := range paths {
		a := s.get(p)
		text := a.body
		if strings.HasSuffix(p, ".pdf") {
			if pdftotext == "" {
				continue
			}
			text = pdfWords(t, pdftotext, text)
		}
		text = plainText(text)
		for _, m := range marks {
			if strings.Contains(text, plainText(m)) {
				t.Errorf("%s shows the private %q", p, m)
			}
		}
	}
	for _, m := range marks {
		a := s.get("/publico?q=" + url.QueryEscape(m))
		if !strings.Contains(a.body, "Ninguna persona coincide") {
			t.Errorf("the search finds somebody by the private %q", m)
		}
	}
}

// plainText is a text as it is searched for marks: entities read, and what figures
// are written with left out.
func plainText(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(",\u00a0 \n", r) {
			return -1
		}
		return r
	}, html.UnescapeString(s))
}

func pdfWords(t *testing.T, tool, doc string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "doc.pdf")
	if err := os.WriteFile(file, []byte(doc), 0o600); err != nil {
		t.Fatal(err)
	}
	words, err := exec.Command(tool, "-raw", file, "-").Output()
	if err != nil || len(words) < 500 {
		t.Fatalf("pdftotext: %d bytes, %v", len(words), err)
	}
	return string(words)
}

// TestHostileSearch: whatever is asked, the answer is a page, and what was typed is
// shown as text and nothing else.
func TestHostileSearch(t *testing.T) {
	town := newPublicTown(t)
	for _, q := range []string{
		"\x00", "\x1b[31m", "\u202eodasrever", "🙂🙃", strings.Repeat("a", 10<<10), strings.Repeat("ñ ", 1<<10), "<script>alert(1)</script>",
		`" onfocus="alert(1)`, "'; DROP TABLE", "{{.Page}}", "\xff\xfe", "%", "../../etc/passwd", "a\r\nSet-Cookie: x=1",
	} {
		for _, path := range []string{"/publico?q=", "/publico?unidad=", "/publico?anio=", "/publico?tipo=", "/publico?p=", "/verificar?q=", "/publico/comparar?a=", "/publico/declaraciones/" + town.later.ID + "?q="} {
			a := town.ask("GET", path+url.QueryEscape(q))
			if a.status != http.StatusOK && a.status != http.StatusNotFound && a.status != http.StatusRequestHeaderFieldsTooLarge {
				t.Errorf("%s%.20q: %d", path, q, a.status)
			}
			if strings.Contains(a.body, "<script>alert") || strings.Contains(a.body, `" onfocus="`) || strings.ContainsAny(a.body, "\x00\x1b\u202e") || a.header.Get("Set-Cookie") != "" {
				t.Errorf("%s%.20q comes back alive", path, q)
			}
			if len(a.body) > 60<<10 {
				t.Errorf("%s%.20q: a page of %d bytes", path, q, len(a.body))
			}
		}
	}
	if a := town.ask("GET", "/publico?q="+strings.Repeat("a", 10<<10)); a.status != http.StatusOK {
		t.Errorf("a query of 10 KB: %d", a.status)
	}
	if a := town.ask("GET", "/publico?%zz;;&q=%"); a.status != http.StatusOK {
		t.Errorf("a broken address: %d", a.status)
	}
}

// TestPublicCaching: everything has a tag, 304 while nothing changed, and another
// tag once something did.
func TestPublicCaching(t *testing.T) {
	town := newPublicTown(t)
	page := "/publico/declaraciones/" + town.later.ID
	for _, c := range []struct {
		path   string
		strong bool
		moves  bool // with what is published
	}{
		{"/", false, false}, {"/ayuda", false, false}, {"/publico", false, true}, {"/publico?q=obras", false, true}, {page, false, true},
		{"/publico/datos", false, true}, {"/publico/comparar?a=" + town.later.ID, false, true}, {page + ".pdf", false, false},
		{page + ".json", true, false}, {page + ".csv", true, false}, {"/publico/datos.csv", true, true}, {"/publico/datos.jsonl", true, true},
	} {
		t.Run(c.path, func(t *testing.T) {
			first := town.get(c.path)
			tag := first.header.Get("ETag")
			if tag == "" || strings.HasPrefix(tag, "W/") == c.strong {
				t.Fatalf("tag %q", tag)
			}
			if cc := first.header.Get("Cache-Control"); cc != "public, no-cache" { // max-age=0 would let a cache that is cut off show what was reserved since
				t.Errorf("Cache-Control: %s: a copy must be asked about", cc)
			}
			for _, tags := range []string{tag, `"x", ` + tag} {
				again := town.ask("GET", c.path, "If-None-Match: "+tags)
				if again.status != http.StatusNotModified || again.body != "" || again.header.Get("ETag") != tag {
					t.Errorf("with %s: %d, %d bytes, tag %s", tags, again.status, len(again.body), again.header.Get("ETag"))
				}
			}
			if a := town.get(c.path, `If-None-Match: "x"`); a.body != first.body {
				t.Error("two answers of one tag differ")
			}
			if !c.strong {
				if a := town.get(c.path, "Accept-Language: en"); a.header.Get("ETag") == tag {
					t.Error("two languages have one tag")
				}
			}
			if packed := town.get(c.path, "Accept-Encoding: gzip"); c.strong && (packed.header.Get("ETag") == tag || packed.body != first.body) {
				t.Error("the packed file has the tag of the plain one, or another content")
			}
			if !c.strong && first.header.Get("Access-Control-Allow-Origin") != "" || c.strong && first.header.Get("Access-Control-Allow-Origin") != "*" {
				t.Errorf("Access-Control-Allow-Origin: %q", first.header.Get("Access-Control-Allow-Origin"))
			}
			town.file(filing{person: town.raul, typ: forms.Modificacion, year: 2027, as: raul, seed: 21})
			after := town.ask("GET", c.path, "If-None-Match: "+tag)
			if c.moves == (after.status == http.StatusNotModified) {
				t.Errorf("after a filing: %d", after.status)
			}
		})
	}
}

func TestPublicHead(t *testing.T) {
	town := newPublicTown(t)
	for _, p := range []string{"/", "/publico", "/publico/datos.csv", "/publico/datos.jsonl", "/publico/declaraciones/" + town.later.ID, "/publico/declaraciones/" + town.later.ID + ".json"} {
		get, head := town.get(p), town.ask("HEAD", p)
		if head.status != http.StatusOK || head.body != "" || head.header.Get("ETag") != get.header.Get("ETag") || head.header.Get("Content-Type") != get.header.Get("Content-Type") {
			t.Errorf("HEAD %s: %d, %d bytes, tag %s", p, head.status, len(head.body), head.header.Get("ETag"))
		}
	}
}

// TestPublicRobots: pages that last may be found by search engines, others not.
func TestPublicRobots(t *testing.T) {
	town := newPublicTown(t)
	page := "/publico/declaraciones/" + town.later.ID
	for p, hidden := range map[string]bool{"/": false, page: false, "/publico/datos": false, "/verificar?q=zz": true, "/publico/declaraciones/" + town.hidden.ID: true} {
		if got := strings.Contains(town.ask("GET", p).body, `<meta name="robots" content="noindex">`); got != hidden {
			t.Errorf("%s: noindex %v", p, got)
		}
	}
	for _, p := range []string{page + ".json", page + ".csv", page + ".pdf", "/publico/datos.csv", "/publico/datos.jsonl"} {
		if town.get(p).header.Get("X-Robots-Tag") != "noindex" {
			t.Errorf("%s may be indexed", p)
		}
	}
}

// TestPublicWeight: what a first visit costs on the wire, page, style, script, fonts
// and icon together (ux journeys 3.3).
func TestPublicWeight(t *testing.T) {
	town := newPublicTown(t)
	shared := 0
	for _, name := range []string{"regla.css", "mejora.js", "asap.woff2", "faustina-700.woff2", "sello.svg"} {
		address := town.server.assets.address[name]
		if address == "" {
			address = town.server.assets.address["fonts/"+name]
		}
		f := town.server.assets.file[strings.TrimPrefix(address, assetPrefix)]
		if f == nil {
			t.Fatalf("no asset %s", name)
		}
		size := len(f.plain)
		if f.gzip != nil {
			size = len(f.gzip())
		}
		shared += size
	}
	for _, p := range []string{"/", "/publico", "/publico/declaraciones/" + town.later.ID, "/publico/comparar?a=" + town.later.ID, "/publico/datos", "/verificar", "/ayuda", "/privacidad"} {
		r := town.raw(p)
		if total := shared + r; total > 60<<10 {
			t.Errorf("%s: %d bytes, %d of them the page", p, total, r)
		}
	}
	t.Logf("style, script, fonts and icon: %d bytes; the declaration: %d", shared, town.raw("/publico/declaraciones/"+town.later.ID))
}

// TestGate: so many downloads at once, and fewer from one network.
func TestGate(t *testing.T) {
	g := gate{most: bulkAll, each: bulkNetwork}
	var leave []func()
	for range bulkNetwork {
		l, ok := g.enter("192.0.2.1")
		if !ok {
			t.Fatal("the first ones are refused")
		}
		leave = append(leave, l)
	}
	if _, ok := g.enter("192.0.2.1"); ok {
		t.Error("one network takes more than its part")
	}
	if _, ok := g.enter("2001:db8::1"); !ok {
		t.Error("another network is refused")
	}
	if _, ok := g.enter("2001:db8::2"); !ok {
		t.Error("another address is refused")
	}
	if _, ok := g.enter("2001:db8::3"); ok {
		t.Error("addresses of one /64 are many networks")
	}
	leave[0]()
	leave[0]() // leaving twice frees one place
	if _, ok := g.enter("192.0.2.1"); !ok {
		t.Error("a free place is not given")
	}
	if _, ok := g.enter("192.0.2.1"); ok {
		t.Error("one place is given twice")
	}
	for i := range bulkAll {
		g.enter("198.51.100." + string(rune('0'+i%10)) + string(rune('0'+i/10)))
	}
	if _, ok := g.enter("203.0.113.9"); ok {
		t.Errorf("more than %d at once", bulkAll)
	}
}

// TestBulkBusy: who asks for too much at once is told so, and nothing else suffers.
func TestBulkBusy(t *testing.T) {
	town := newPublicTown(t)
	var leave []func()
	for range bulkNetwork {
		l, ok := town.server.downloads.enter("0.0.0.0")
		if !ok {
			t.Fatal("refused")
		}
		leave = append(leave, l)
	}
	a := town.ask("GET", "/publico/datos.csv")
	if a.status != http.StatusTooManyRequests || !strings.Contains(a.body, "demasiadas descargas") || a.header.Get("Retry-After") == "" {
		t.Errorf("%d %s", a.status, a.body)
	}
	if tag := a.header.Get("ETag"); tag != "" {
		t.Errorf("a refusal has the tag %s", tag)
	}
	for _, l := range leave {
		l()
	}
	for range 5 {
		town.get("/publico/datos.csv")
		town.get("/publico/datos.jsonl")
	}
}

// TestSearchAddress: reading an address and writing it again is the same query.
func TestSearchAddress(t *testing.T) {
	for _, q := range []publish.Query{
		{}, {Text: "lópez & ruiz"}, {Unit: "Obras, Públicas", Year: 2026, Page: 3}, {Type: forms.Conclusion}, {Interest: true, Text: "ana"},
	} {
		u, err := url.Parse(searchAddress(q))
		if err != nil {
			t.Fatal(err)
		}
		if got := searchQuery(u.Query()); got != q {
			t.Errorf("%+v became %+v by way of %s", q, got, u)
		}
	}
}

func TestInterestUpdate(t *testing.T) {
	s := newPublicSite(t)
	p := s.person(raul)
	f := s.file(filing{person: p, typ: forms.Modificacion, year: 2026, as: raul, seed: 5, interest: true})
	if a := s.get("/publico?tipo=interes"); !strings.Contains(a.body, "Actualización de intereses 2026") {
		t.Error("not found by its type")
	}
	if a := s.get("/publico?tipo=modificacion"); strings.Contains(a.body, f.ID) {
		t.Error("it is taken for a modificación")
	}
	if a := s.get("/publico/declaraciones/" + f.ID); !strings.Contains(a.body, "Actualización de intereses 2026") || !strings.Contains(a.body, "solo actualiza sus intereses") {
		t.Error("the page does not say what it is")
	}
}
