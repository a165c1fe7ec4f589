package web

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"declara/app/trust"
	"declara/forms"
	"declara/pdf/sign/efirma/efirmatest"
	"declara/storage"
)

// says sends JSON as the script does.
func (o *official) says(target, kind string, body any) reply {
	o.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		o.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, target, bytes.NewReader(raw))
	r.Host = "declara.example"
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if o.cookie != "" {
		r.AddCookie(&http.Cookie{Name: o.server.sessionCookie(), Value: o.cookie})
	}
	o.now = o.now.Add(50 * time.Millisecond)
	resp, err := o.server.Test(r)
	if err != nil {
		o.Fatal(err)
	}
	defer resp.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(resp.Body); err != nil {
		o.Fatal(err)
	}
	return reply{status: resp.StatusCode, location: resp.Header.Get("Location"), body: b.String(), header: resp.Header}
}

// believe installs the authorities of the test.
func (s *declareSite) believe(a *efirmatest.Authorities) {
	s.Helper()
	for _, p := range []efirmatest.Pair{a.Root, a.Issuer} {
		shown, err := s.server.trust.Look(trust.Authority, p.Cert.Raw)
		if err != nil {
			s.Fatal(err)
		}
		if err := s.server.trust.Install(s.Context(), tenant, "admin", trust.Authority, p.Cert.Raw, shown[0].Hash); err != nil {
			s.Fatal(err)
		}
	}
}

const asJSON = "application/json"

// TestEFirmaOverHTTP goes through both phases as the script does, and through what
// may not be.
func TestEFirmaOverHTTP(t *testing.T) {
	s := newDeclareSite(t, "2026-05-11")
	o := s.official(21, forms.Simplified, "2020-02-17", "")
	other := s.official(22, forms.Simplified, "2020-02-17", "")
	id := o.begin("modificacion-2026")
	o.put(id, o.sample(id, 21, false))
	at := draftPath(id, "firmar")
	if page := o.open(at); strings.Contains(page.body, "efirma") || !strings.Contains(page.body, "contrasena") {
		t.Error("an e.firma is offered although nobody's is accepted")
	}
	a := efirmatest.New(t, s.now)
	s.believe(a)
	page := o.open(at)
	if !strings.Contains(page.body, `type="module" src="/static/efirma.`) || !strings.Contains(page.body, "activa JavaScript") {
		t.Error("no e.firma is offered")
	}
	structure(t, page.body)
	if strings.Contains(o.open(draftPath(id, "revisar")).body, "efirma.") {
		t.Error("the script is on another page")
	}
	stamp := page.read().values().Get("sello")
	pair := a.Issue(t, efirmatest.Person{Name: strings.ToUpper(o.person.Name()), RFC: o.person.RFC, CURP: o.person.CURP})
	prepare, complete := draftPath(id, "firma", "preparar"), draftPath(id, "firma", "completar")
	body := map[string]any{"cer": pair.Cert.Raw, "sello": stamp}

	expired := a.Issue(t, efirmatest.Person{Name: "X", RFC: o.person.RFC, From: s.now.AddDate(-5, 0, 0), To: s.now.AddDate(-1, 0, 0)})
	for what, c := range map[string]struct {
		who    *official
		kind   string
		body   any
		status int
		says   string
	}{
		"as a form":          {o, "application/x-www-form-urlencoded", body, 422, "message"},
		"not JSON":           {o, asJSON, "x", 422, "message"},
		"no certificate":     {o, asJSON, map[string]any{"sello": stamp}, 422, "no es un certificado"},
		"an expired one":     {o, asJSON, map[string]any{"cer": expired.Cert.Raw, "sello": stamp}, 422, "venció el 11 de mayo de 2025"},
		"an endless one":     {o, asJSON, map[string]any{"cer": make([]byte, certificateBody)}, 413, ""},
		"an old page":        {o, asJSON, map[string]any{"cer": pair.Cert.Raw, "sello": "x"}, 409, "cambió"},
		"somebody else's":    {other, asJSON, body, 404, "message"},
		"somebody signed in": {&official{declareSite: s}, asJSON, body, 401, ""},
	} {
		if got := c.who.says(prepare, c.kind, c.body); got.status != c.status || !strings.Contains(got.body, c.says) {
			t.Errorf("%s: %d %.300s", what, got.status, got.body)
		}
	}
	var g struct {
		ID                         string
		Attributes, DataAttributes []byte
		Range                      [4]int
	}
	r := o.says(prepare, asJSON, body)
	if err := json.Unmarshal([]byte(r.body), &g); err != nil || r.status != 200 || r.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("prepare: %d %s", r.status, r.body)
	}
	pdf := o.open(draftPath(id, "firma", g.ID, "documento.pdf"))
	if pdf.status != 200 || pdf.header.Get("Content-Type") != "application/pdf" || len(pdf.body) != g.Range[2]+g.Range[3] || !strings.HasPrefix(pdf.body, "%PDF") {
		t.Errorf("the document: %d, %d bytes, %v", pdf.status, len(pdf.body), g.Range)
	}
	if data := o.open(draftPath(id, "firma", g.ID, "declaracion.json")); data.status != 200 || !json.Valid([]byte(data.body)) {
		t.Errorf("the data: %d", data.status)
	}
	for _, file := range []string{"documento.pdf", "declaracion.json"} {
		if got := other.open(draftPath(id, "firma", g.ID, file)); got.status != 404 {
			t.Errorf("somebody else reads %s: %d", file, got.status)
		}
		if got := o.open(draftPath(id, "firma", "otro", file)); got.status != 404 {
			t.Errorf("another id of %s: %d", file, got.status)
		}
	}
	sigs := map[string]any{"id": g.ID, "pdf": pair.Sign(t, g.Attributes), "json": pair.Sign(t, g.DataAttributes)}
	if got := other.says(complete, asJSON, sigs); got.status != 404 {
		t.Errorf("somebody else completes: %d %s", got.status, got.body)
	}
	if got := o.says(complete, asJSON, sigs); got.status != 200 || got.decoded(t)["acuse"] != draftPath(id, "acuse") {
		t.Errorf("complete: %d %s", got.status, got.body)
	}
	if got := o.says(complete, asJSON, sigs); got.status != 410 || got.decoded(t)["acuse"] != draftPath(id, "acuse") {
		t.Errorf("again: %d %s", got.status, got.body)
	}
	if got := o.says(prepare, asJSON, body); got.status != 410 || got.decoded(t)["acuse"] != draftPath(id, "acuse") {
		t.Errorf("prepare what is filed: %d %s", got.status, got.body)
	}
	if got := o.open(draftPath(id, "acuse")); !strings.Contains(got.body, "Firmaste con tu e.firma") || !strings.Contains(got.body, "no comprobada") {
		t.Error("the acuse does not say how it was signed, or that nobody was asked about the certificate")
	}
}

// TestEFirmaSettings installs, asks and removes over HTTP.
func TestEFirmaSettings(t *testing.T) {
	x := newSite(t)
	a := efirmatest.New(t, x.clock)
	b := x.as(storage.RoleAdmin)
	send := func(target string, file []byte, field string, pairs ...string) result {
		t.Helper()
		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		for i := 0; i < len(pairs); i += 2 {
			if err := w.WriteField(pairs[i], pairs[i+1]); err != nil {
				t.Fatal(err)
			}
		}
		if file != nil {
			part, err := w.CreateFormFile(field, "a.cer")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := part.Write(file); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.do("POST", target, w.FormDataContentType(), body.String())
	}
	structure(t, b.get("/ajustes/efirma").is(200).says("Aún no se acepta la e.firma").body)
	look := func(file []byte, field, kind string) result {
		t.Helper()
		return send("/ajustes/efirma/revisar", file, field, "tipo", kind)
	}
	structure(t, look(nil, "autoridad", "authority").is(422).says("Elige un archivo").body)
	structure(t, look([]byte("x"), "autoridad", "authority").is(422).says("no es un certificado", `id="f-autoridad-e"`).body)
	look(a.Issue(t, efirmatest.Person{Name: "X", RFC: "OIOX800101AB3"}).Cert.Raw, "autoridad", "authority").is(422).says("no es de una autoridad")
	structure(t, look(a.Root.Cert.Raw, "autoridad", "authority").is(200).says("Compara antes de instalar", "Raíz de Prueba").body)
	b.get("/ajustes/efirma").says("Aún no se acepta la e.firma")

	install := func(p efirmatest.Pair, kind string) {
		t.Helper()
		shown, err := x.s.trust.Look(trust.Kind(kind), p.Cert.Raw)
		if err != nil {
			t.Fatal(err)
		}
		b.post("/ajustes/efirma/instalar", "tipo", kind, "huella", shown[0].Hash, "der-"+shown[0].Hash, base64.StdEncoding.EncodeToString(p.Cert.Raw)).leads("/ajustes/efirma")
	}
	b.post("/ajustes/efirma/instalar", "tipo", "authority").is(422).says("Marca los certificados")
	b.post("/ajustes/efirma/instalar", "tipo", "authority", "huella", "00", "der-00", "!").is(400)
	b.post("/ajustes/efirma/instalar", "tipo", "authority", "huella", "00", "der-00", base64.StdEncoding.EncodeToString(a.Root.Cert.Raw)).is(409)
	install(a.Root, "authority")
	install(a.Issuer, "authority")
	install(a.Responder, "responder")
	structure(t, b.get("/ajustes/efirma").is(200).says("A.C. de Prueba", "OCSP de Prueba", "Se instaló").body)

	b.post("/ajustes/efirma/ocsp", "direccion", "no es una", "politica", "exigir").is(422).says("empiece con http", `value="no es una"`, `value="exigir" checked`)
	r := a.NewResponder(func() time.Time { return x.clock })
	r.Unknown = true
	b.post("/ajustes/efirma/ocsp", "direccion", r.Serve(t), "politica", "exigir").leads("/ajustes/efirma")
	b.get("/ajustes/efirma").is(200).says(`value="exigir" checked`, "Se guardó")
	structure(t, send("/ajustes/efirma/probar", nil, "cer").is(200).says("Funciona", "Firmó la respuesta: OCSP de Prueba", "porque lo instalaste").body)
	r.Status = 3
	send("/ajustes/efirma/probar", nil, "cer").is(200).says("no puede contestar")
	send("/ajustes/efirma/probar", []byte("x"), "cer").is(422).says("no es un certificado")

	shown, err := x.s.trust.State(t.Context(), tenant)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range shown.Authorities {
		b.post("/ajustes/efirma/quitar", "tipo", "authority", "huella", i.Hash).leads("/ajustes/efirma")
	}
	b.post("/ajustes/efirma/quitar", "tipo", "authority", "huella", shown.Authorities[0].Hash).is(404)
	b.get("/ajustes/efirma").says("Aún no se acepta la e.firma")
}
