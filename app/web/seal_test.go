package web

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"math/big"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"declara/app/seal"
	"declara/pdf"
	"declara/storage"
)

// multipartOf is the body of a form with files; names that begin with "@" are files.
func multipartOf(t testing.TB, pairs ...string) (contentType, body string) {
	t.Helper()
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	for i := 0; i < len(pairs); i += 2 {
		name, file := strings.CutPrefix(pairs[i], "@")
		part, err := w.CreateFormField(name)
		if file {
			part, err = w.CreateFormFile(name, "Declaración de Raúl.pdf")
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(pairs[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), out.String()
}

// send sends a file to be verified.
func (s *publicSite) send(file string, header ...string) answer {
	s.Helper()
	s.now = s.now.Add(20 * time.Millisecond)
	kind, body := multipartOf(s, "@archivo", file)
	r := httptest.NewRequest("POST", "/verificar/archivo", strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Accept-Language", "es-MX")
	for _, h := range header {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	res, err := s.server.Test(r)
	s.must(err)
	defer res.Body.Close()
	var b bytes.Buffer
	_, err = b.ReadFrom(res.Body)
	s.must(err)
	return answer{res.StatusCode, res.Header, b.String()}
}

func (a answer) says(t testing.TB, texts ...string) answer {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			t.Errorf("lacks %q\n%.3000s", text, a.body)
		}
	}
	return a
}

// TestVerifyFile: what anybody may bring gets its sentence, and the page tells who
// signed and when, and nothing of what is declared.
func TestVerifyFile(t *testing.T) {
	town := newPublicTown(t)
	public := town.get("/publico/declaraciones/" + town.later.ID + ".pdf").body
	again := town.get("/publico/declaraciones/" + town.later.ID + ".pdf").body
	if public != again {
		t.Error("another file the second time")
	}
	receipt, _, err := town.server.seal.Paper(t.Context(), tenant, town.later.ID, storage.PaperReceipt)
	town.must(err)
	full, _, err := town.server.seal.Paper(t.Context(), tenant, town.later.ID, storage.PaperFull)
	town.must(err)
	a := town.send(public).says(t, "es de aquí y nadie lo cambió", "Sello de Municipio de Valle Encinos", "la versión pública "+town.later.Folio, "Cubre el archivo entero")
	structure(t, a.body)
	if a.header.Get("Cache-Control") != "no-store" {
		t.Error("what was found is kept by the browser")
	}
	for kind, file := range map[string]string{"el acuse ": string(receipt), "la declaración completa ": string(full)} {
		a := town.send(file).says(t, kind+town.later.Folio)
		for _, private := range []string{raul.First, raul.RFC, raul.CURP, town.later.ID, "Raúl"} {
			if strings.Contains(a.body, private) {
				t.Errorf("%s: the page shows %s", kind, private)
			}
		}
	}
	mark := storage.Digest(receipt)
	town.send(string(receipt)).says(t, "/verificar/"+mark+"/prueba.json")
	town.get("/verificar/"+mark+"/prueba.json").says(t, town.later.Folio)
	altered := []byte(public)
	altered[len(altered)/3] ^= 1
	hidden, _, err := town.server.seal.Paper(t.Context(), tenant, town.hidden.ID, storage.PaperPublic)
	town.must(err)
	for name, c := range map[string]struct {
		file string
		want string
	}{
		"text": {"hola", "No es un PDF"}, "altered": {string(altered), "fue cambiado después de firmarse"},
		"added": {public + "\n%x\n", "fue cambiado después de firmarse"}, "cut": {public[:len(public)/2], "cortado o dañado"},
		"unsigned": {unsigned(t), "no tiene sello ni firma"}, "reserved": {string(hidden), "no está en la bitácora"},
		"encrypted": {"%PDF-1.7\n1 0 obj\n<</Type /Catalog>>\nendobj\nxref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer\n<</Size 2 /Root 1 0 R /Encrypt 1 0 R>>\nstartxref\n48\n%%EOF\n", "No pudimos leer"},
	} {
		a := town.send(c.file)
		if a.status != http.StatusOK {
			t.Errorf("%s: %d", name, a.status)
		}
		a.says(t, c.want)
		structure(t, a.body)
	}
	if a := town.send(""); a.status != http.StatusUnprocessableEntity {
		t.Errorf("nothing: %d", a.status)
	} else {
		structure(t, a.says(t, "Error:", `href="#archivo"`, "Elige el archivo").body)
	}
	if a := town.send(strings.Repeat("x", seal.MaxFile+5000)); a.status != http.StatusRequestEntityTooLarge {
		t.Errorf("huge: %d", a.status)
	}
	if a := town.send(public, "Sec-Fetch-Site: cross-site"); a.status != http.StatusForbidden {
		t.Errorf("from elsewhere: %d", a.status)
	}
	// By its hash, as the script asks, without the file.
	sum := sha256.Sum256([]byte(public))
	town.get("/verificar?q="+hex.EncodeToString(sum[:])).says(t, "Ese archivo salió de aquí", "byte por byte, la versión pública "+town.later.Folio)
	sum = sha256.Sum256(hidden)
	town.get("/verificar?q="+hex.EncodeToString(sum[:])).says(t, "No encontramos esa declaración")
}

// unsigned is a document of ours that bears no seal.
func unsigned(t testing.TB) string {
	t.Helper()
	var out bytes.Buffer
	if err := pdf.WriteBox(&out, pdf.Box{Place: pdf.CoverSeal, Lines: []string{"hola"}, Lang: "es-MX"}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestUploadsAreBounded: only so many large bodies are let in at once, and a place
// is free again when one is done, or when its time is over.
func TestUploadsAreBounded(t *testing.T) {
	x := newSite(t)
	at := x.listen(nil)
	u := &x.s.uploads
	send := func(size int) string {
		t.Helper()
		kind, body := multipartOf(t, "@archivo", strings.Repeat("x", size))
		return raw(t, at, fmt.Sprintf("POST /verificar/archivo HTTP/1.1\r\nHost: declara.example\r\nConnection: close\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", kind, len(body), body))
	}
	is := func(got, status, words string) {
		t.Helper()
		if !strings.HasPrefix(got, "HTTP/1.1 "+status) || !strings.Contains(got, words) {
			t.Errorf("not %s %q: %.2000s", status, words, got)
		}
	}
	for range bigBodies {
		if !u.enter() {
			t.Fatal("no place")
		}
	}
	announce := func(size int) string { // nobody waits for a body that is not wanted
		t.Helper()
		return raw(t, at, fmt.Sprintf("POST /verificar/archivo HTTP/1.1\r\nHost: declara.example\r\nContent-Length: %d\r\n\r\n", size))
	}
	is(announce(readBody+10), "429", "Hay muchas revisiones a la vez")
	is(send(10), "200", "No es un PDF")
	u.leave()
	is(send(readBody+10), "200", "No es un PDF")
	is(send(readBody+10), "200", "No es un PDF") // the place was given back
	if !u.enter() || u.enter() {
		t.Error("places were lost or found")
	}
	x.clock = x.clock.Add(uploadTime + time.Second)
	is(send(readBody+10), "200", "No es un PDF")
	is(announce(2*maxBody), "413", "Es demasiado grande")
}

// TestSealPage: who reads it learns the fingerprint, and gets the certificates.
func TestSealPage(t *testing.T) {
	town := newPublicTown(t)
	all, authority, err := town.server.seal.Seals(t.Context(), tenant)
	town.must(err)
	a := town.get("/verificar/sello").says(t, all[0].Fingerprint, seal.Fingerprint(authority), "Municipio de Valle Encinos", "P-256")
	structure(t, a.body)
	b := []byte(town.get("/verificar/sello.pem").body)
	n := 0
	for block, rest := pem.Decode(b); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			t.Errorf("a %s is published", block.Type)
		}
		n++
	}
	if n != 2 {
		t.Errorf("%d certificates", n)
	}
	en := town.get("/verificar/sello", "Accept-Language: en").says(t, "The seal of the institution")
	structure(t, en.body)
}

// ownSeal is a key and a certificate that could be brought.
func (x *site) ownSeal(t testing.TB) (*ecdsa.PrivateKey, *x509.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "Sello de un prestador"},
		NotBefore: x.clock.AddDate(0, -1, 0), NotAfter: x.clock.AddDate(2, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	if c, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	return key, c
}

var hiddenID = regexp.MustCompile(`name="id" value="([0-9A-Z]+)"`)

// TestSealSettings: the administrator sees the seal, changes it, brings another; what
// she brings wrong is said beside the field, and the password comes back nowhere.
func TestSealSettings(t *testing.T) {
	x := newSite(t)
	b := x.as(storage.RoleAdmin)
	page := b.get("/ajustes/sello").is(200).says("Propio", "Municipio de Valle Encinos")
	structure(t, page.body)
	id := hiddenID.FindStringSubmatch(page.body)[1]
	b.post("/ajustes/sello/cambiar", "id", id).leads("/ajustes/sello")
	page = b.get("/ajustes/sello").is(200).says("El sello nuevo ya está en uso", "Los de antes")
	structure(t, page.body)
	b.post("/ajustes/sello/cambiar", "id", id).is(422).says("cambió mientras")
	id = hiddenID.FindStringSubmatch(page.body)[1]
	other := newSite(t)
	key, cert := other.ownSeal(t)
	_, above := other.ownSeal(t) // whoever issued it issues others too
	p12, err := pkcs12.Modern.Encode(key, cert, []*x509.Certificate{above}, "clave secreta 1")
	if err != nil {
		t.Fatal(err)
	}
	bring := func(pairs ...string) result {
		t.Helper()
		kind, body := multipartOf(t, append([]string{"id", id}, pairs...)...)
		return b.do("POST", "/ajustes/sello/traer", kind, body)
	}
	a := bring("@sello", string(p12), "clave", "otra cosa 9").is(422).says("La contraseña no abre el archivo", `id="f-sello-e"`, "Error:").hides("otra cosa 9")
	structure(t, a.body)
	bring("clave", "x").is(422).says("Elige el archivo del sello")
	bring("@sello", "hola", "clave", "x").is(422).says("No es un PKCS#12")
	bring("@sello", string(p12), "clave", "clave secreta 1").leads("/ajustes/sello")
	page = b.get("/ajustes/sello").is(200).says("Traído", seal.Fingerprint(cert))
	structure(t, page.body)
	b.get("/verificar/sello").is(200).says(seal.Fingerprint(cert))
	if n := strings.Count(b.get("/verificar/sello.pem").is(200).body, "BEGIN CERTIFICATE"); n != 4 { // three seals, one authority
		t.Errorf("%d certificates are published", n)
	}
	if strings.Contains(x.log.String(), "clave secreta") {
		t.Error("the password is in the log")
	}
}

// TestStampSettings: the address is checked, the password is kept and never shown.
func TestStampSettings(t *testing.T) {
	x := newSite(t)
	b := x.as(storage.RoleAdmin)
	structure(t, b.get("/ajustes/sello/tiempo").is(200).says("Sin configurar").body)
	_, cert := x.ownSeal(t)
	root := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw}))
	set := func(pairs ...string) result {
		t.Helper()
		kind, body := multipartOf(t, pairs...)
		return b.do("POST", "/ajustes/sello/tiempo", kind, body)
	}
	structure(t, set("direccion", "ftp://x").is(422).says("debe empezar con http").body)
	set("direccion", "http://127.0.0.1:1/").is(422).says("certificado raíz")
	set("direccion", "http://127.0.0.1:1/", "@raices", "hola").is(422).says("no trae certificados")
	set("direccion", "http://127.0.0.1:1/", "usuario", "u", "clave", "secreto-7", "@raices", root).leads("/ajustes/sello/tiempo")
	page := b.get("/ajustes/sello/tiempo").is(200).says("Configurados", "Hay una guardada", seal.Fingerprint(cert)).hides("secreto-7")
	structure(t, page.body)
	structure(t, b.post("/ajustes/sello/tiempo/probar").is(200).says("No funciona.", "No respondió a tiempo").body)
	set("direccion", "").leads("/ajustes/sello/tiempo")
	b.post("/ajustes/sello/tiempo/probar").is(200).says("Primero guarda la dirección")
}

// TestWitnessSettings: addresses, one a line, checked.
func TestWitnessSettings(t *testing.T) {
	x := newSite(t)
	b := x.as(storage.RoleAdmin)
	structure(t, b.get("/ajustes/sello/testigos").is(200).says("Testigos", "--witness-dir").body)
	structure(t, b.post("/ajustes/sello/testigos", "correos", "a@b.example\nnada").is(422).says("no es un correo", "a@b.example").body)
	var many []string
	for i := range 11 {
		many = append(many, fmt.Sprintf("t%d@b.example", i))
	}
	b.post("/ajustes/sello/testigos", "correos", strings.Join(many, ", ")).is(422).says("hasta 10")
	b.post("/ajustes/sello/testigos", "correos", "a@b.example\r\nc@d.example\r\n").leads("/ajustes/sello/testigos")
	b.get("/ajustes/sello/testigos").is(200).says("a@b.example", "c@d.example")
}

// FuzzUpload: any body on the address of uploads gets a page in words.
func FuzzUpload(f *testing.F) {
	town := newPublicTown(f)
	kind, body := multipartOf(f, "@archivo", "%PDF-1.7\n%%EOF")
	f.Add(kind, body)
	f.Add("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"archivo\"; filename=\"a\"\r\n\r\nhola\r\n--x--\r\n")
	f.Add("application/x-www-form-urlencoded", "archivo=x")
	f.Add("multipart/form-data", "")
	f.Fuzz(func(t *testing.T, kind, body string) {
		if strings.ContainsAny(kind, "\r\n\x00") {
			return
		}
		town.now = town.now.Add(time.Second)
		r := httptest.NewRequest("POST", "/verificar/archivo", strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		res, err := town.server.Test(r)
		if err != nil {
			return // not a request
		}
		res.Body.Close()
		if res.StatusCode >= 500 {
			t.Fatalf("%d", res.StatusCode)
		}
	})
}
