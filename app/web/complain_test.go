package web

import (
	"bytes"
	"fmt"
	"html"
	"image"
	"image/color"
	"image/jpeg"
	"io/fs"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"declara/app/complain"
	"declara/app/complain/vault"
	"declara/app/seal"
	"declara/storage"
)

// channel opens the channel: a comptroller and a custodian with keys.
func (x *site) channel() map[storage.Role]*vault.Private {
	x.t.Helper()
	keys := map[storage.Role]*vault.Private{}
	x.update(func(tx *storage.Txn) error {
		for _, role := range []storage.Role{storage.RoleComptroller, storage.RoleCustodian} {
			p, err := vault.NewPair()
			if err != nil {
				return err
			}
			keys[role] = p
			u, ok := x.people[role]
			if !ok {
				u = storage.User{ID: "custodia", Login: "custodia", Roles: []storage.Role{role}}
				if err := tx.PutUser(u); err != nil {
					return err
				}
			}
			if err := tx.PutVaultKey(storage.VaultKey{User: u.ID, Public: p.Public().Bytes(), Post: "Puesto de " + string(role)}, 0); err != nil {
				return err
			}
		}
		return nil
	})
	return keys
}

var hoja = regexp.MustCompile(`name="hoja" value="([^"]+)"`)

// tab is a complaint in a tab of a browser.
type tab struct {
	*browser
	id string
}

func (b *browser) complaint() tab {
	b.x.t.Helper()
	page := b.post("/denuncia", "paso", "inicio").is(200)
	m := hoja.FindStringSubmatch(page.body)
	if m == nil {
		b.x.t.Fatalf("no tab in %.500s", page.body)
	}
	return tab{b, m[1]}
}

func (t tab) step(pairs ...string) result {
	t.x.t.Helper()
	return t.post("/denuncia", append([]string{"hoja", t.id, "paso"}, pairs...)...)
}

// upload sends a file with a form.
func (b *browser) upload(target, name string, content []byte, pairs ...string) result {
	b.x.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i < len(pairs); i += 2 {
		w.WriteField(pairs[i], pairs[i+1])
	}
	part, err := w.CreateFormFile("archivo", name)
	if err != nil {
		b.x.t.Fatal(err)
	}
	part.Write(content)
	w.Close()
	return b.do("POST", target, w.FormDataContentType(), body.String())
}

// picture is a JPEG of about so many bytes.
func picture(t testing.TB, size int) []byte {
	t.Helper()
	side := 16
	for side*side*5/4 < size {
		side += 16
	}
	m := image.NewGray(image.Rect(0, 0, side, side))
	r := rand.New(rand.NewPCG(1, uint64(size)))
	for i := range m.Pix {
		m.Pix[i] = color.Gray{Y: uint8(r.Uint32())}.Y
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const narrative = "El inspector pidió $500 en el mercado el lunes. Yo lo vi."

// written is a complaint up to its review.
func (b *browser) written() (tab, result) {
	b.x.t.Helper()
	t := b.complaint()
	t.step("quien", "quien", "ayuntamiento").is(200).says("¿Qué pasó?")
	t.step("que", "que", narrative, "cuando", "en mayo").is(200).says("¿Tienes pruebas?")
	t.step("pruebas").is(200).says("¿Quieres dar tu nombre?")
	return t, t.step("nombre", "modo", "anonima").is(200).says("Así la leerá", narrative, "Puesto de contraloria")
}

var digitGroups = regexp.MustCompile(`folio-g grupos">((?:<span>\d{4}</span> ?){6})`)

// keyOn is the follow-up key that a page shows, or "".
func keyOn(body string) string {
	m := digitGroups.FindStringSubmatch(body)
	if m == nil {
		return ""
	}
	return strings.TrimSpace(regexp.MustCompile(`<[^>]+>`).ReplaceAllString(m[1], ""))
}

// TestComplaint is a complaint from the door to the answer, by forms alone.
func TestComplaint(t *testing.T) {
	x := newSite(t)
	x.channel()
	b := x.anybody()
	b.get("/denuncia").is(200).says("Presentar una denuncia", "911", "951 000 0000")
	tb, _ := b.written()
	sent := tb.step("revisar", "ir", "enviar").is(200).says("Guárdala ahora", "DEN-", "11 de mayo de 2026")
	key := keyOn(sent.body)
	if _, err := vault.ParseKey(key); err != nil {
		t.Fatalf("key %q: %v", key, err)
	}
	// The line was cut, or she pressed twice, or went back: the same answer.
	for _, again := range []result{tb.step("revisar", "ir", "enviar"), tb.step("nombre", "modo", "anonima"), tb.step("que", "que", "otra cosa")} {
		if got := keyOn(again.is(200).body); got != key {
			t.Errorf("again: %q, not the same key", got)
		}
	}
	x.view(func(tx *storage.Txn) error {
		n := 0
		err := tx.Complaints(func(storage.Complaint) error { n++; return nil })
		if n != 1 {
			t.Errorf("%d complaints", n)
		}
		return err
	})
	// Papers.
	slip := tb.step("clave", "ir", "papel").is(200)
	if keyOn(slip.body) != key {
		t.Errorf("slip without the key: %.600s", slip.body)
	}
	text := tb.step("clave", "ir", "texto").is(200).says("El inspector pidió")
	if strings.Contains(text.body, "<") {
		t.Error("the text is a page")
	}
	pdf := tb.step("clave", "ir", "acuse").is(200)
	if !strings.HasPrefix(pdf.body, "%PDF-") || strings.Contains(pdf.header.Get("Content-Disposition"), "denuncia") {
		t.Errorf("receipt %v %.20q", pdf.header, pdf.body)
	}
	found := x.inspect(t, []byte(pdf.body))
	if found != seal.Fine {
		t.Errorf("the seal of the receipt: %v", found)
	}
	if i := strings.Index(pdf.body, "16:42"); i >= 0 || strings.Contains(pdf.body, "20260504164") {
		t.Error("the receipt tells the minute")
	}
	// The key, asked back.
	tb.step("clave", "ult", "12").is(422).says("últimos 4")
	if after := tb.step("clave", "ult", key[len(key)-4:]).is(200).says("Ya la recibimos"); keyOn(after.body) != "" {
		t.Error("the key is still there")
	}
	if back := tb.step("revisar", "ir", "enviar").is(200).says("Ya la recibimos"); keyOn(back.body) != "" {
		t.Error("back shows the key")
	}
	// Another day, another telephone.
	c := x.anybody()
	c.get("/denuncia/clave").is(200).says("Escribe tu clave")
	c.post("/denuncia/clave", "paso", "entrar", "clave", strings.ReplaceAll(key, " ", "-")).is(200).says("La recibimos", "11 de mayo de 2026")
	c.post("/denuncia/clave", "paso", "escribir", "mensaje", "Fue en la entrada <b>", "envio", "e1").is(200).says("Ya recibimos tu mensaje", "Fue en la entrada &lt;b&gt;")
	c.post("/denuncia/clave", "paso", "escribir", "mensaje", "Fue en la entrada <b>", "envio", "e1").is(200)
	if page := c.get("/denuncia/clave").is(200); strings.Count(page.body, "Fue en la entrada") != 1 {
		t.Errorf("twice: %.3000s", page.body)
	}
	c.upload("/denuncia/clave", "foto.jpg", picture(t, 4000), "paso", "archivo").is(200).says("foto.jpg", "Ya recibimos el archivo")
	c.upload("/denuncia/clave", "x.exe", []byte("MZ\x90\x00 program"), "paso", "archivo").is(422).says("es un programa", "foto.jpg")
	c.post("/denuncia/clave", "paso", "nombre", "modo", "confianza", "nombre", "Rosa").is(200).says("Diste tu nombre")
	if pdf := c.post("/denuncia/clave", "paso", "acuse").is(200); !strings.HasPrefix(pdf.body, "%PDF-") {
		t.Errorf("receipt later: %.60q", pdf.body)
	}
	// Her fifteen minutes end while she writes.
	x.clock = x.clock.Add(16 * time.Minute)
	c.post("/denuncia/clave", "paso", "escribir", "mensaje", "Se me olvidaba algo", "envio", "e2").is(422).says("Se me olvidaba algo", "Escribe tu clave")
	c.post("/denuncia/clave", "paso", "entrar", "clave", key, "mensaje", "Se me olvidaba algo").is(200).says(">\nSe me olvidaba algo</textarea>")
	left := c.post("/denuncia/clave", "paso", "borrar").is(200).says("ya salimos")
	if left.header.Get("Clear-Site-Data") == "" || c.keeps() {
		t.Errorf("left %v with %v", left.header, c.cookies)
	}
	out := b.get("/denuncia/salir").leads(plainSite)
	if out.header.Get("Clear-Site-Data") == "" || b.keeps() {
		t.Errorf("gone %v with %v", out.header, b.cookies)
	}
	if log := x.log.String(); log != "" {
		t.Errorf("the log tells of it: %s", log)
	}
}

func (x *site) view(fn func(*storage.Txn) error) {
	x.t.Helper()
	if err := x.db.View(x.t.Context(), tenant, fn); err != nil {
		x.t.Fatal(err)
	}
}

// inspect is what the site says of a sealed file.
func (x *site) inspect(t *testing.T, file []byte) seal.Level {
	t.Helper()
	f, err := x.s.seal.Inspect(t.Context(), tenant, file)
	if err != nil {
		t.Fatal(err)
	}
	told := seal.Sentences(x.s.words.Printer("es"), f, time.UTC)
	return told.Head.Level
}

// TestComplaintWays: every way through the pages, and what each says.
func TestComplaintWays(t *testing.T) {
	x := newSite(t)
	closed := x.anybody()
	closed.get("/denuncia").is(200).says("Aún no podemos recibirla")
	tb := closed.complaint()
	tb.step("quien", "quien", "nose").is(200)
	tb.step("que", "que", narrative).is(200)
	tb.step("revisar", "ir", "enviar").is(409).says("Aún no podemos recibirla", "951 000 0000")
	x.channel()

	tb = x.anybody().complaint()
	tb.step("quien").is(422).says("Elige de quién se trata")
	tb.step("quien", "quien", "otro").is(200).says("otra autoridad", "Enviarla de todos modos")
	tb.step("otro").is(200).says("¿Qué pasó?")
	tb.step("que", "ir", "atras", "que", "algo").is(200).says("¿De quién se trata?")
	tb.step("quien", "quien", "contraloria").is(200).says("no hay otra autoridad", "Puesto de contraloria")
	chief := x.people[storage.RoleComptroller].ID
	tb.step("contraloria", "ofrecido", chief).is(422).says("Marca a quien acusas")
	tb.step("contraloria", "ofrecido", chief, "fuera", chief).is(422).says("nadie la puede leer", "checked><b>Puesto de contraloria")
	tb.step("revisar", "ir", "que").is(200)
	tb.step("que", "que", "Trabajo en catastro").is(200).says("¿Quién lo hizo?")
	tb.step("que", "ir", "faltas", "que", "Trabajo en catastro").is(200).says("Pidió o recibió dinero")
	tb.step("faltas", "falta", "52", "falta", "rara").is(200).says("Trabajo en catastro")
	tb.step("pruebas", "ir", "subir").is(422).says("Elige un archivo")
	review := tb.step("nombre", "modo", "anonima", "temor", "1").is(200).says("“Trabajo en catastro”", "Pidió o recibió dinero")
	if strings.Contains(review.body, "Puesto de contraloria") || !strings.Contains(review.body, "nadie la podría leer") {
		t.Error("who was left out can open it, or it is not said that nobody can")
	}
	tb.step("revisar", "ir", "enviar").is(409).says("Nadie tiene aún la llave")
	tb.step("revisar", "ir", "quien").is(200).says("¿De quién se trata?")
	tb.step("quien", "quien", "ayuntamiento").is(200)
	tb.step("rara").is(200).says("¿De quién se trata?")
	empty := x.anybody().complaint()
	empty.step("quien", "quien", "nose").is(200)
	empty.step("revisar", "ir", "enviar").is(422).says("Escribe qué pasó")
	empty.step("que", "que", strings.Repeat("a", complain.MaxText+1)).is(422).says("está guardado", "aaaa")
}

// TestComplaintDraft: a draft is of its tab and its browser, and what is being
// written is not lost with it.
func TestComplaintDraft(t *testing.T) {
	x := newSite(t)
	x.channel()
	b := x.anybody()
	one, two := b.complaint(), b.complaint()
	one.step("que", "que", "primera").is(200)
	two.step("que", "que", "segunda").is(200)
	one.step("pruebas", "ir", "que").is(200).says(">\nprimera</textarea>")
	two.step("pruebas", "ir", "que").is(200).says(">\nsegunda</textarea>")
	// Another browser that knows the tab sees nothing of it, and keeps what it writes.
	other := tab{x.anybody(), one.id}
	page := other.step("que", "que", "tercera").is(200).says("Lo que escribiste sigue aquí")
	if strings.Contains(page.body, "primera") {
		t.Error("a stranger's draft")
	}
	m := hoja.FindStringSubmatch(page.body)
	tab{other.browser, m[1]}.step("quien", "quien", "nose").is(200).says(">\ntercera</textarea>")
	// A day later.
	x.clock = x.clock.Add(25 * time.Hour)
	again := one.step("que", "que", "sigo").is(200).says("Lo que escribiste sigue aquí")
	m = hoja.FindStringSubmatch(again.body)
	tab{one.browser, m[1]}.step("quien", "quien", "nose").is(200).says(">\nsigo</textarea>")
	one.step("clave", "ult", "1234").is(410).says("ya no está")
}

// TestComplaintFiles: what is refused says how to mend it and loses nothing; the same
// file twice is there once; nothing touches the temporary folder.
func TestComplaintFiles(t *testing.T) {
	x := newSite(t)
	x.channel()
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	tb := x.anybody().complaint()
	tb.step("que", "que", narrative).is(200)
	add := func(name string, b []byte) result {
		return tb.upload("/denuncia", name, b, "hoja", tb.id, "paso", "pruebas", "ir", "subir")
	}
	for name, b := range map[string]struct {
		content []byte
		says    string
	}{
		"nada.jpg": {nil, "El archivo está vacío"}, "virus.exe": {[]byte("MZ\x90\x00 program"), "es un programa"},
		"pagina.html": {[]byte("<html><script>alert(1)</script></html>"), "página web"}, "dibujo.svg": {[]byte(`<svg xmlns="x"/>`), "dibujo SVG"},
		"fotos.zip": {[]byte("PK\x05\x06" + strings.Repeat("\x00", 18)), "carpeta comprimida"}, "rota.jpg": {picture(t, 9000)[:600], "dañado"},
		"grande.txt": {bytes.Repeat([]byte("a\n"), complain.MaxBytes/2+1), "más de 10 MB"},
	} {
		add(name, b.content).is(422).says(html.EscapeString(b.says))
	}
	photo := picture(t, 9000)
	for range 2 { // the line was cut, and she sent it again
		add(`C:\Users\Rosa\mi foto.jpg`, photo).is(200).says("mi foto.jpg")
	}
	page := add("big.txt", bytes.Repeat([]byte("a\n"), complain.MaxBytes/2)).is(200).says("big.txt")
	if n := strings.Count(page.body, "quitar:"); n != 2 {
		t.Errorf("%d files", n)
	}
	if strings.Contains(page.body, "Users") {
		t.Error("a folder's name")
	}
	tb.step("pruebas", "ir", "que").is(200).says(narrative)
	if left, err := os.ReadDir(temp); err != nil || len(left) != 0 {
		t.Errorf("the temporary folder has %v %v", left, err)
	}
	m := regexp.MustCompile(`quitar:(\w+)`).FindStringSubmatch(page.body)
	if page := tb.step("pruebas", "ir", "quitar:"+m[1]).is(200); strings.Count(page.body, "quitar:") != 1 {
		t.Error("it is still there")
	}
}

// pages are those of who complains, as a browser gets them.
func (x *site) complaintPages() map[string]result {
	x.t.Helper()
	b := x.anybody()
	all := map[string]result{"home": b.get("/denuncia"), "kept": b.get("/denuncia/que-guardamos"), "key": b.get("/denuncia/clave")}
	all["who"] = b.post("/denuncia", "paso", "inicio")
	tb := b.complaint()
	all["other"] = tb.step("quien", "quien", "otro")
	all["office"] = tb.step("quien", "quien", "contraloria")
	all["what"] = tb.step("quien", "quien", "ayuntamiento")
	all["faults"] = tb.step("que", "ir", "faltas", "que", "Soy la única que tiene llave de la oficina.")
	all["evidence"] = tb.step("que", "que", "Soy la única que tiene llave de la oficina.")
	all["evidence refused"] = tb.upload("/denuncia", "a.exe", []byte("MZ\x90\x00"), "hoja", tb.id, "paso", "pruebas", "ir", "subir")
	all["evidence given"] = tb.upload("/denuncia", "foto.jpg", picture(x.t, 3000), "hoja", tb.id, "paso", "pruebas", "ir", "subir")
	all["name"] = tb.step("pruebas")
	all["review"] = tb.step("nombre", "modo", "confianza", "nombre", "Rosa")
	all["who must not"] = tb.step("revisar", "ir", "fuera")
	tb.step("fuera")
	x.saturate("10.9.9.9")
	all["flood"] = tb.step("revisar", "ir", "enviar")
	all["flood, wrong"] = tb.step("saturacion", "ir", "enviar", "respuesta", "no")
	all["sent"] = tb.step("saturacion", "ir", "sin")
	key := keyOn(all["sent"].body)
	all["slip"] = tb.step("clave", "ir", "papel")
	all["wrong digits"] = tb.step("clave", "ult", "1")
	all["confirmed"] = tb.step("clave", "ult", key[len(key)-4:])
	c := x.anybody()
	all["wrong key"] = c.post("/denuncia/clave", "paso", "entrar", "clave", "1234")
	all["case"] = c.post("/denuncia/clave", "paso", "entrar", "clave", key)
	all["left"] = c.post("/denuncia/clave", "paso", "borrar")
	all["over"] = tab{x.anybody(), "x"}.step("clave", "ult", "1")
	all["invalid"] = c.do("POST", "/denuncia", "text/plain", "x")
	return all
}

// TestComplaintPages: no script, drawing or font; no address that names anything; 15 KB
// and two requests with the style; nothing kept, compressed or told to others.
func TestComplaintPages(t *testing.T) {
	x := newSite(t)
	x.channel()
	style := 0
	res := x.anybody()
	res.header.Set("Accept-Encoding", "br, gzip")
	home := res.get("/denuncia")
	if m := regexp.MustCompile(`href="(/[^"]+regla[^"]+)"`).FindStringSubmatch(home.body); m != nil {
		style = len(res.get(m[1]).is(200).body)
	}
	if style == 0 {
		t.Fatal("no style")
	}
	requests := regexp.MustCompile(`(?:src|rel="stylesheet" href)="[^"]`)
	for name, p := range x.complaintPages() {
		low := strings.ToLower(p.body)
		for _, bad := range []string{"<script", "<svg", "<img", "woff", " style=", " onclick", ".svg", "http://"} {
			if strings.Contains(low, bad) {
				t.Errorf("%s has %s", name, bad)
			}
		}
		if n := len(requests.FindAllString(p.body, -1)); n > 2 {
			t.Errorf("%s: %d requests", name, n+1)
		}
		if n := len(p.body) + style; n > 15<<10 {
			t.Errorf("%s: %d bytes with the style of %d", name, n, style)
		}
		if p.header.Get("Cache-Control") != "no-store" || p.header.Get("Content-Encoding") != "" || strings.Contains(p.header.Get("Content-Security-Policy"), "script-src") ||
			strings.Contains(p.header.Get("Content-Security-Policy"), "font-src") {
			t.Errorf("%s: %v", name, p.header)
		}
		for _, area := range regexp.MustCompile(`<textarea[^>]*>`).FindAllString(p.body, -1) {
			if !strings.Contains(area, `spellcheck="false"`) || !strings.Contains(area, `translate="no"`) {
				t.Errorf("%s: %s", name, area)
			}
		}
		if name == "slip" && regexp.MustCompile(`(?i)denuncia[^/]|municipio|VE<|contralor`).MatchString(strings.ReplaceAll(p.body, `"/denuncia/salir"`, "")) {
			t.Errorf("the slip tells what it is: %s", p.body)
		}
		if !strings.Contains(p.body, "Salir de aquí") || strings.Count(p.body, "<h1") != 1 {
			t.Errorf("%s: no way out, or not one title", name)
		}
	}
	if log := x.log.String(); log != "" {
		t.Errorf("the log tells of it: %s", log)
	}
	var figures bytes.Buffer
	x.s.metrics.write(&figures, "")
	if strings.Contains(figures.String(), "denuncia") {
		t.Errorf("the figures tell of it:\n%s", figures.String())
	}
}

// TestComplaintLeavesNoTrace: what was typed is nowhere in what is kept.
func TestComplaintLeavesNoTrace(t *testing.T) {
	x := newSite(t)
	x.channel()
	b := x.anybody()
	b.header.Set("User-Agent", "MarcaDelNavegador/7")
	b.header.Set("X-Forwarded-For", "203.0.113.77")
	tb := b.complaint()
	marks := []string{"MarcaDelRelato", "MarcaDelNombre", "MarcaDelArchivo", "MarcaDelNavegador", "203.0.113.77", "MarcaDentro"}
	tb.step("quien", "quien", "ayuntamiento")
	tb.step("que", "que", marks[0], "donde", marks[0])
	tb.upload("/denuncia", marks[2]+".txt", []byte(marks[5]+" en el texto"), "hoja", tb.id, "paso", "pruebas", "ir", "subir").is(200)
	tb.step("nombre", "modo", "confianza", "nombre", marks[1]).is(200)
	sent := tb.step("revisar", "ir", "enviar").is(200)
	key := keyOn(sent.body)
	marks = append(marks, key, strings.ReplaceAll(key, " ", ""), "16:42")
	c := x.anybody()
	c.post("/denuncia/clave", "paso", "entrar", "clave", key).is(200)
	c.post("/denuncia/clave", "paso", "escribir", "mensaje", marks[0], "envio", "1").is(200)
	x.view(func(tx *storage.Txn) error { // what the server itself can read of it
		return tx.Complaints(func(c storage.Complaint) error {
			text := fmt.Sprintf("%+v", c)
			for _, m := range marks {
				if strings.Contains(text, m) {
					t.Errorf("the record has %s", m)
				}
			}
			return nil
		})
	})
	err := filepath.WalkDir(x.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		for _, m := range marks[:8] {
			if bytes.Contains(raw, []byte(m)) || strings.Contains(path, m) {
				t.Errorf("%s has %s", filepath.Base(path), m)
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	if log := x.log.String(); log != "" {
		t.Errorf("log: %s", log)
	}
}

// likeKey is a key that begins as another, is well written, and opens nothing.
func likeKey(t *testing.T, first string) string {
	t.Helper()
	for {
		k := first[:6] + strings.ReplaceAll(vault.NewKey().String(), " ", "")[6:23]
		for check := range 10 {
			if key, err := vault.ParseKey(k + fmt.Sprint(check)); err == nil {
				return key.String()
			}
		}
	}
}

// TestGuesses: many wrong keys that begin alike wait, and nobody else with them: not who
// has another key on the same network, nor that key from another. The hour forgets them,
// and an address of a subscriber's many is the same subscriber.
func TestGuesses(t *testing.T) {
	x := newSite(t, func(c *Config) { c.TrustedProxies = []string{"0.0.0.0"} })
	x.channel()
	x.clock = x.clock.Truncate(time.Hour)
	tb, _ := x.anybody().written()
	mine := keyOn(tb.step("revisar", "ir", "enviar").is(200).body)
	b := x.anybody()
	b.header.Set("X-Forwarded-For", "2001:db8::1")
	other := "999999"
	if strings.HasPrefix(mine, "9999") {
		other = "111111"
	}
	const wrong = "No hay una denuncia con esa clave" // said on the form, or on the page that the form leads to
	for n := range mostGuesses {
		b.header.Set("X-Forwarded-For", fmt.Sprintf("2001:db8::%x", n))
		b.post("/denuncia/clave", "paso", "entrar", "clave", likeKey(t, other)).says(wrong)
	}
	b.header.Set("X-Forwarded-For", "2001:db8::ffff")
	b.post("/denuncia/clave", "paso", "entrar", "clave", likeKey(t, other), "mensaje", "lo que escribía").is(429).says("Espera una hora", "lo que escribía")
	b.post("/denuncia/clave", "paso", "entrar", "clave", mine).is(200).says("DEN-") // her neighbour's key is none of that
	c := x.anybody()
	c.header.Set("X-Forwarded-For", "2001:db8:1::1")
	c.post("/denuncia/clave", "paso", "entrar", "clave", likeKey(t, other)).says(wrong)
	x.clock = x.clock.Add(time.Hour)
	b.post("/denuncia/clave", "paso", "entrar", "clave", likeKey(t, other)).says(wrong)
}

// TestGuessesAtOnce: who tries many at a time is told to wait, and her turns are free again
// when they end.
func TestGuessesAtOnce(t *testing.T) {
	g := newGuesses(func() time.Time { return time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC) })
	var ends []func(bool)
	for n := range mostAtOnce {
		end, tired, busy := g.begin("10.1.1.1", fmt.Sprint(n))
		if tired || busy {
			t.Fatal(n, tired, busy)
		}
		ends = append(ends, end)
	}
	if _, tired, busy := g.begin("10.1.1.1", "9"); tired || !busy {
		t.Error("one more", tired, busy)
	}
	end, tired, busy := g.begin("10.1.1.2", "9")
	if tired || busy {
		t.Error("another network", tired, busy)
	}
	end(true)
	for _, end := range ends {
		end(true)
	}
	if _, tired, busy := g.begin("10.1.1.1", "9"); tired || busy || len(g.busy) != 1 {
		t.Error("afterwards", tired, busy, g.busy)
	}
}

// TestComplaintFlood: texts of many people at once over few connections, whose buffers
// are used again and again, stay each its own.
func TestComplaintFlood(t *testing.T) {
	x := newSite(t)
	x.channel()
	base, _ := x.serve(false)
	client := &fasthttp.Client{MaxConnsPerHost: 4, MaxConnWaitTimeout: time.Minute}
	post := func(cookie string, pairs ...string) (body, set string) {
		req, res := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
		defer fasthttp.ReleaseRequest(req)
		defer fasthttp.ReleaseResponse(res)
		req.Header.SetMethod("POST")
		req.SetRequestURI(base + "/denuncia")
		req.Header.SetContentType("application/x-www-form-urlencoded")
		if cookie != "" {
			req.Header.SetCookie("denuncia", cookie)
		}
		for i := 0; i < len(pairs); i += 2 {
			req.PostArgs().Add(pairs[i], pairs[i+1])
		}
		req.SetBody(req.PostArgs().QueryString())
		if err := client.Do(req, res); err != nil {
			t.Error(err)
		}
		c := fasthttp.AcquireCookie()
		defer fasthttp.ReleaseCookie(c)
		c.SetKey("denuncia")
		res.Header.Cookie(c)
		return string(res.Body()), string(c.Value())
	}
	var wait sync.WaitGroup
	for n := range 24 {
		wait.Go(func() {
			page, cookie := post("", "paso", "inicio")
			m := hoja.FindStringSubmatch(page)
			if m == nil {
				t.Errorf("%d: %.300s", n, page)
				return
			}
			text := strings.Repeat(fmt.Sprintf("persona-%02d ", n), 20+n)
			post(cookie, "hoja", m[1], "paso", "que", "que", text)
			for range 4 {
				if page, _ := post(cookie, "hoja", m[1], "paso", "pruebas", "ir", "que"); !strings.Contains(page, strings.TrimSpace(text)) || regexp.MustCompile(`persona-\d\d`).FindString(page) != fmt.Sprintf("persona-%02d", n) {
					t.Errorf("%d reads another's text", n)
				}
			}
		})
	}
	wait.Wait()
}

// TestComplaintBurst: a scandal. Two hundred complaints with a photograph each, from
// many connections, within the memory of a small server.
func TestComplaintBurst(t *testing.T) {
	if testing.Short() {
		t.Skip("long")
	}
	x := newSite(t)
	x.channel()
	base, _ := x.serve(false)
	photo := picture(t, 3<<20)
	var most uint64
	stop := make(chan struct{})
	var watch sync.WaitGroup
	watch.Go(func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapInuse+m.StackInuse)
			}
		}
	})
	work := make(chan int)
	var people sync.WaitGroup
	var begun = time.Now()
	for range 8 {
		people.Go(func() {
			jar := &http.Client{Transport: &http.Transport{}}
			for n := range work {
				oneOfMany(t, jar, base, photo, n)
			}
		})
	}
	for n := range 200 {
		work <- n
	}
	close(work)
	people.Wait()
	close(stop)
	watch.Wait()
	t.Logf("200 complaints with a photograph of %d KB in %s, at most %d MB of heap", len(photo)>>10, time.Since(begun).Round(time.Second), most>>20)
	if most > 300<<20 {
		t.Errorf("%d MB", most>>20)
	}
	x.view(func(tx *storage.Txn) error {
		n := 0
		err := tx.Complaints(func(storage.Complaint) error { n++; return nil })
		if n != 200 {
			t.Errorf("%d complaints", n)
		}
		return err
	})
}

func oneOfMany(t *testing.T, client *http.Client, base string, photo []byte, n int) {
	var cookie *http.Cookie
	post := func(kind string, body []byte) string {
		req, _ := http.NewRequest("POST", base+"/denuncia", bytes.NewReader(body))
		req.Header.Set("Content-Type", kind)
		if cookie != nil {
			req.AddCookie(cookie)
		}
		res, err := client.Do(req)
		if err != nil {
			t.Error(err)
			return ""
		}
		defer res.Body.Close()
		var b bytes.Buffer
		b.ReadFrom(res.Body)
		for _, c := range res.Cookies() {
			cookie = c
		}
		if res.StatusCode != 200 {
			t.Errorf("%d: %d %.300s", n, res.StatusCode, b.String())
		}
		return b.String()
	}
	const form = "application/x-www-form-urlencoded"
	m := hoja.FindStringSubmatch(post(form, []byte("paso=inicio")))
	if m == nil {
		return
	}
	post(form, []byte("hoja="+m[1]+"&paso=que&que=relato"))
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	w.WriteField("hoja", m[1])
	w.WriteField("paso", "pruebas")
	w.WriteField("ir", "subir")
	part, _ := w.CreateFormFile("archivo", "foto.jpg")
	part.Write(photo)
	w.Close()
	post(w.FormDataContentType(), body.Bytes())
	sent := post(form, []byte("hoja="+m[1]+"&paso=revisar&ir=enviar"))
	if strings.Contains(sent, `value="saturacion"`) { // it is a flood: they send without an answer
		sent = post(form, []byte("hoja="+m[1]+"&paso=saturacion&ir=sin"))
	}
	if keyOn(sent) == "" {
		t.Errorf("%d: no key", n)
	}
}
