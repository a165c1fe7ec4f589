package web

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"declara/app/declare"
	"declara/forms"
)

// upload sends a file as the page of a draft does.
func (o *official) upload(target string, file []byte) reply {
	o.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	if file != nil {
		part, err := w.CreateFormFile("archivo", "C:\\borrador de Ana.json")
		if err != nil {
			o.Fatal(err)
		}
		part.Write(file)
	}
	w.Close()
	r := httptest.NewRequest("POST", target, &body)
	r.Host = "declara.example"
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.AddCookie(&http.Cookie{Name: "sesion", Value: o.cookie})
	resp, err := o.server.Test(r)
	if err != nil {
		o.Fatal(err)
	}
	defer resp.Body.Close()
	var page bytes.Buffer
	page.ReadFrom(resp.Body)
	return reply{resp.StatusCode, resp.Header.Get("Location"), page.String(), resp.Header, target}
}

var hidden = regexp.MustCompile(`name="(contenido|sello)" value="([^"]*)"`)

// bringing is what the page that shows a file sends when it is agreed to.
func bringing(t *testing.T, page reply) url.Values {
	t.Helper()
	form := url.Values{}
	for _, m := range hidden.FindAllStringSubmatch(page.body, -1) {
		form.Set(m[1], m[2])
	}
	if len(form) != 2 {
		t.Fatalf("%d: the page carries %d fields", page.status, len(form))
	}
	return form
}

const carriedPhone, carriedRemark = "datosGenerales.telefono.celularPersonal", "datosGenerales.aclaracionesObservaciones"

// TestDeclareCarry takes a draft along, and brings it back changed: what would change
// is shown with what stands there, and nothing is written before the second page is
// agreed to, and what she has is left unless she says otherwise.
func TestDeclareCarry(t *testing.T) {
	s := newDeclareSite(t, "2026-05-14")
	o := s.official(7, forms.Full, "2020-01-16", "")
	id := o.begin("modificacion-2026")
	o.send(sectionPath(id, "datosGenerales"), url.Values{carriedPhone: {"9511112233"}, "accion": {"salir"}})
	hub := o.open(draftPath(id))
	if !strings.Contains(hub.body, draftPath(id, "borrador")) {
		t.Error("the hub does not lead to it")
	}
	structure(t, o.open(draftPath(id, "borrador")).body)
	file := o.ask("GET", draftPath(id, "borrador.json"), nil)
	if file.status != 200 || !strings.Contains(file.header.Get("Content-Disposition"), `borrador-modificacion-2026.json`) || file.header.Get("Cache-Control") != "no-store" {
		t.Errorf("the file: %d %q %q", file.status, file.header.Get("Content-Disposition"), file.header.Get("Cache-Control"))
	}
	var c declare.Carried
	if err := json.Unmarshal([]byte(file.body), &c); err != nil || c.Answers.Get(carriedPhone) != "9511112233" {
		t.Fatalf("%v %q", err, c.Answers.Get(carriedPhone))
	}
	if same := o.upload(draftPath(id, "borrador"), []byte(file.body)); same.status != 200 || !strings.Contains(same.body, "No hay nada que traer") || strings.Contains(same.body, `name="contenido"`) {
		t.Errorf("the same file: %d", same.status)
	}
	c.Answers.Set(carriedPhone, "55")
	c.Answers.Set(carriedRemark, "Desde <b>otra</b> computadora")
	raw, _ := json.Marshal(c)
	look := o.upload(draftPath(id, "borrador"), raw)
	structure(t, look.body)
	for _, says := range []string{"9511112233", "55", "Desde &lt;b&gt;otra&lt;/b&gt; computadora", "No lo hizo esta plataforma", "2 cambios", "1 dato no dice lo mismo", "por corregir"} {
		if !strings.Contains(look.body, says) {
			t.Errorf("the page lacks %q", says)
		}
	}
	if o.work(id).Get(carriedRemark) != "" {
		t.Error("looking wrote into the draft")
	}
	form := bringing(t, look)
	form.Set("modo", "falta")
	if end := o.send(draftPath(id, "borrador", "traer"), form); end.status != 200 || end.path != draftPath(id) || !strings.Contains(end.body, "Trajimos tu copia") {
		t.Errorf("brought: %d at %s", end.status, end.path)
	}
	if a := o.work(id); a.Get(carriedPhone) != "9511112233" || a.Get(carriedRemark) != "Desde <b>otra</b> computadora" {
		t.Errorf("%q %q", a.Get(carriedPhone), a.Get(carriedRemark))
	}
	// The same page once more: the draft is not the one that it showed.
	again := o.ask("POST", draftPath(id, "borrador", "traer"), form)
	if again.status != 409 || !strings.Contains(again.body, "cambió mientras veías") {
		t.Errorf("again: %d", again.status)
	}
	form = bringing(t, again)
	form.Set("modo", "todo")
	o.send(draftPath(id, "borrador", "traer"), form)
	if got := o.work(id).Get(carriedPhone); got != "55" {
		t.Errorf("all of it: %q", got)
	}
}

// TestDeclareCarryRefuses: what is no file of hers is refused in a sentence beside the
// box, and what no page of ours sends does nothing.
func TestDeclareCarryRefuses(t *testing.T) {
	s := newDeclareSite(t, "2026-05-14")
	ana, eva := s.official(7, forms.Full, "2020-01-16", ""), s.official(8, forms.Full, "2020-01-16", "")
	id, hers := ana.begin("modificacion-2026"), eva.begin("modificacion-2026")
	file := []byte(ana.ask("GET", draftPath(id, "borrador.json"), nil).body)
	if r := eva.ask("GET", draftPath(id, "borrador.json"), nil); r.status != 404 {
		t.Errorf("somebody else takes it: %d", r.status)
	}
	for name, x := range map[string]struct {
		file []byte
		says string
	}{
		"of somebody else": {file, "es de otra persona"},
		"none":             {nil, "Elige el archivo"},
		"empty":            {[]byte{}, "Elige el archivo"},
		"a picture":        {[]byte("\x89PNG\r\n\x1a\n"), "no es un borrador"},
		"cut short":        {file[:len(file)-9], "no es un borrador"},
		"too large":        {bytes.Repeat([]byte(" "), declare.MaxCarried+1), "pesa más de 512 KB"},
	} {
		r := eva.upload(draftPath(hers, "borrador"), x.file)
		if r.status != 422 || !strings.Contains(r.body, x.says) || !strings.Contains(r.body, `type="file"`) {
			t.Errorf("%s: %d, without %q", name, r.status, x.says)
		}
		if strings.Contains(r.body, ana.person.CURP) || strings.Contains(r.location, "?") {
			t.Errorf("%s tells of its owner", name)
		}
	}
	if r := eva.upload(draftPath(hers, "borrador"), bytes.Repeat([]byte("a"), 2<<20)); r.status != 413 {
		t.Errorf("a huge file: %d", r.status)
	}
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	z.Write(bytes.Repeat([]byte(" "), 200<<20))
	z.Close()
	for name, content := range map[string]string{
		"nothing": "", "no base64": "%%%", "no gzip": base64.RawURLEncoding.EncodeToString(file),
		"bomb": base64.RawURLEncoding.EncodeToString(bomb.Bytes()), "of somebody else": packed(file), "cut": packed(file)[:80],
	} {
		before := eva.ask("GET", draftPath(hers, "borrador.json"), nil).body
		r := eva.ask("POST", draftPath(hers, "borrador", "traer"), url.Values{"contenido": {content}, "sello": {"x"}, "modo": {"todo"}})
		if r.status != 422 {
			t.Errorf("%s: %d", name, r.status)
		}
		if eva.ask("GET", draftPath(hers, "borrador.json"), nil).body != before {
			t.Errorf("%s changed the draft", name)
		}
	}
}
