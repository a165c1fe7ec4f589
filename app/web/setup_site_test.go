package web

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"io"
	"mime/multipart"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"declara/app/backup"
	"declara/storage"
	"declara/storage/bolt"
	"declara/storage/files"
)

// setupSite is a site before its first run, the browser of who has the link, and the link.
func setupSite(t *testing.T, change ...func(*Config)) (*site, *browser, string) {
	t.Helper()
	x := blankSite(t, change...)
	key, err := x.s.accounts.StartSetup(t.Context(), tenant)
	if err != nil {
		t.Fatal(err)
	}
	return x, x.anybody(), setupPath + "?clave=" + url.QueryEscape(key)
}

// postFile sends a form with a file.
func (b *browser) postFile(target string, file []byte, pairs ...string) result {
	b.x.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i < len(pairs); i += 2 {
		_ = w.WriteField(pairs[i], pairs[i+1]) // to memory
	}
	if file != nil {
		part, err := w.CreateFormFile("logo", "escudo.png")
		if err != nil {
			b.x.t.Fatal(err)
		}
		_, _ = part.Write(file)
	}
	w.Close()
	return b.do("POST", target, w.FormDataContentType(), body.String())
}

// TestSetupPages goes through the whole first run, back and forth, with mistakes.
func TestSetupPages(t *testing.T) {
	made, data := t.TempDir(), t.TempDir()
	restarts := 0
	x, b, link := setupSite(t, func(c *Config) { c.Mail, c.Copies, c.Restart = false, copiesOf(c, data), func() { restarts++ } })
	for _, bad := range []string{"", "?clave=", "?clave=x", "?clave=" + strings.Repeat("A", 43), "/institucion", "/listo"} {
		b.get(setupPath + bad).is(404)
	}
	b.get("/").is(503)
	b.get("/entrar").is(503)
	b.get(link).leads(setupPath + "/institucion")
	b.get("/").is(503)

	page := b.get(setupPath+"/institucion").is(200).says("Paso 1 de 7", "Oaxaca", "noindex").hides("/idioma/", "/publico")
	structure(t, page.body)
	b.get(setupPath + "/aspecto").leads(setupPath + "/institucion")
	page = b.get(setupPath+"/institucion?entidad=02").is(200).says("Mexicali", `value="America/Tijuana" selected`).hides("Oaxaca de Juárez")
	structure(t, page.body)
	a := b.post(setupPath+"/institucion", append([]string{"municipio", "999", "correo", "nada"}, institutionForm()...)...).is(422).says("Portal Hidalgo 3", "Hay 2 datos por corregir")
	structure(t, a.body)
	b.post(setupPath+"/institucion", institutionForm()...).leads(setupPath + "/aspecto")
	b.get(setupPath+"/institucion").is(200).says(`value="Portal Hidalgo 3"`, `value="067" selected`) // back

	structure(t, b.get(setupPath+"/aspecto").is(200).says("Paso 2 de 7", "#0f5260", " : 1").body)
	structure(t, b.post(setupPath+"/aspecto", "color", "#ffcc00").is(422).says(`id="f-color-e"`, "hace falta 4.5", `name="propuesto"`, "Usar #").body)
	b.post(setupPath+"/aspecto", "color", "azul").is(422).says("seis cifras")
	b.postFile(setupPath+"/aspecto", []byte("<svg onload=alert(1)>"), "color", "#7a1f5c").is(422).says(`id="f-logo-e"`, "SVG")
	var logo bytes.Buffer
	if err := png.Encode(&logo, image.NewNRGBA(image.Rect(0, 0, 64, 64))); err != nil {
		t.Fatal(err)
	}
	b.postFile(setupPath+"/aspecto", logo.Bytes(), "color", "#7a1f5c", "accion", "ver").leads(setupPath + "/aspecto")
	page = b.get(setupPath+"/aspecto").is(200).says(`href="/marca/7a1f5c.css"`, `.png" alt=""><span><b>Municipio de Valle Encinos`) // the name is read once
	b.get("/marca/7a1f5c.css").is(200).says("--marca:#7a1f5c", "prefers-color-scheme:dark")
	b.get("/marca/0f5260.css").is(404)
	b.get("/marca/" + between(page.body, `src="/marca/`, `"`)).is(200).says("PNG")
	b.post(setupPath+"/aspecto", "color", "#7a1f5c").leads(setupPath + "/cuenta")

	b.get(setupPath + "/correo").leads(setupPath + "/cuenta")
	a = b.post(setupPath+"/cuenta", "admin", "Rosa Cruz", "login", "rosa@valleencinos.example", "clave", "corta").is(422).says(`id="f-clave-e"`, `value="Rosa Cruz"`).hides("corta\"")
	structure(t, a.body)
	b.post(setupPath+"/cuenta", "admin", "Rosa Cruz", "login", "rosa@valleencinos.example", "clave", testPassword).leads(enrolPath + "?volver=%2Fajustes%2Finicio%2Fcorreo")
	b.get(setupPath + "/correo").leads(enrolPath + "?volver=%2Fajustes%2Finicio%2Fcorreo")
	b.enrol().says(`href="/ajustes/inicio"`)
	other := x.anybody() // who only has the link is not she
	other.get(link).leads(setupPath + "/correo")
	other.get(setupPath + "/correo").leads("/entrar?volver=%2Fajustes%2Finicio%2Fcorreo")
	other.get("/entrar").is(200)
	b.get(setupPath).leads(setupPath + "/correo")

	structure(t, b.get(setupPath+"/correo").is(200).says("Paso 4 de 7", "las ligas para recuperar la contraseña esperan").body)
	port := relayServer(t)
	mail := func(change ...string) []string {
		return append(change, "accion", "probar", "servidor", "127.0.0.1", "puerto", port, "seguridad", "none", "usuario", "", "clave", "",
			"remitente", "declara@valleencinos.example", "direccion", "https://declara.example", "prueba", "rosa@valleencinos.example")
	}
	a = b.post(setupPath+"/correo", mail("servidor", "http://x", "puerto", "99999", "remitente", "nadie", "direccion", "x", "prueba", "")...).is(422)
	structure(t, a.says("Hay 6 datos por corregir", `value="http://x"`).body)
	b.post(setupPath+"/correo", mail("servidor", "correo.example")...).is(422).says(`id="f-seguridad-e"`)
	b.post(setupPath+"/correo", mail("prueba", "nadie@valleencinos.example")...).is(422).says("no acepta cartas para la dirección de prueba", "no hay nadie")
	if b.get(setupPath + "/correo").last {
		t.Error("a connection is given up for nothing")
	}
	a = b.post(setupPath+"/correo", mail()...).leads(setupPath + "/respaldo")
	if restarts != 1 {
		t.Errorf("%d restarts", restarts)
	}
	next := b.get(setupPath + "/correo")
	for _, a := range []result{a, next} { // the next request must not meet the end of a connection
		if !a.last {
			t.Errorf("%s: its connection is kept by a program that ends", a.what)
		}
	}
	next.says(`value="127.0.0.1"`, "Configurado", "La prueba salió")

	structure(t, b.get(setupPath+"/respaldo").is(200).says("declara.key", "-respaldos\"", "el respaldo no vale nada", "nadie hace copias").body)
	for _, folder := range []string{"", "relativa", made + "/no", strings.Repeat("/a", 600), data} {
		b.post(setupPath+"/respaldo", "accion", "hacer", "carpeta", folder).is(422).says(`id="f-carpeta-e"`)
	}
	structure(t, b.post(setupPath+"/respaldo", "accion", "diario", "diaria", data, "hora", "24", "dias", "0", "semanas", "x").is(422).says("Hay 4 datos por corregir", "dentro de los datos", `value="0"`, "de 1 a 60").body)
	b.post(setupPath+"/respaldo", "accion", "diario", "diaria", made, "hora", "2", "dias", "5", "semanas", "3").leads(setupPath + "/respaldo")
	structure(t, b.get(setupPath+"/respaldo").is(200).says("Se hace sola", `value="5"`, `value="2" selected`, "Todavía ninguna").body)
	b.post(setupPath+"/respaldo", "accion", "hacer", "carpeta", made).leads(setupPath + "/respaldo")
	structure(t, b.get(setupPath+"/respaldo").is(200).says(" KB", "declara-2026-05-04.db", "en el mismo disco", "Nadie ha confirmado").body)
	printed := sheetOf(t, x, b)
	b.post(setupPath+"/respaldo", "accion", "impresa", "control", "0000 0000").is(422).says(`id="f-control-e"`, "no es el código de la hoja")
	b.post(setupPath+"/respaldo", "accion", "impresa", "control", strings.ToUpper(printed)).leads(setupPath + "/respaldo")
	structure(t, b.get(setupPath+"/respaldo").is(200).says("Alguien confirmó").hides("Nadie ha confirmado").body)
	b.post(setupPath+"/respaldo", "accion", "seguir").leads(setupPath + "/padron")
	structure(t, b.get(setupPath+"/padron").is(200).body)
	b.post(setupPath + "/padron").leads(setupPath + "/listo")
	structure(t, b.get(setupPath+"/listo").is(200).says("Correo probado", "deja de existir").hides("Pendiente").body)
	b.post(setupPath + "/listo").leads("/ajustes/cuentas")
	b.get("/ajustes/cuentas").is(200).says("Ahora crea las cuentas", "Rosa Cruz")
	for _, gone := range []string{"?clave=" + between(link+"\"", "clave=", "\""), "/institucion", "/correo", "/listo"} {
		b.get(setupPath + gone).is(404)
		other.get(setupPath + gone).is(404)
	}
	b.post(setupPath+"/cuenta", "admin", "Otra", "login", "otra@valleencinos.example", "clave", testPassword).is(404)
	x.anybody().get("/entrar").is(200)
	var o storage.Options
	if err := x.db.View(t.Context(), tenant, func(tx *storage.Txn) (err error) {
		o, err = tx.Options()
		return err
	}); err != nil || o.Relay == nil || o.Relay.Proved.IsZero() || o.Copy == nil || o.Admin != "" {
		t.Errorf("%+v, %v", o, err)
	}

	// The settings have the same pages.
	structure(t, b.get("/ajustes/correo").is(200).says(`action="/ajustes/correo"`, `value="127.0.0.1"`).hides("Paso 4").body)
	structure(t, b.get("/ajustes/aspecto").is(200).says("#7a1f5c").body)
	structure(t, b.get("/ajustes/respaldo").is(200).says("declara-2026-05-04.db", "declara key print --key-file").hides("Mostrar la hoja").body)
	b.post("/ajustes/respaldo", "accion", "hoja").leads("/ajustes/respaldo")
	b.get("/ajustes").is(200).hides("Nadie ha confirmado")
	b.post("/ajustes/aspecto", "color", "#0f5260", "sinlogo", "1").leads("/ajustes/aspecto")
	b.get("/ajustes/aspecto").hides("/marca/")
	b.post("/ajustes/correo", "accion", "quitar").leads("/ajustes/correo")
}

// sheetOf has the first run show the sheet of the key, makes the key of what stands on it,
// and gives its code.
func sheetOf(t *testing.T, x *site, b *browser) string {
	t.Helper()
	a := b.post(setupPath+"/respaldo", "accion", "hoja").is(200).says("HOJA DE LA LLAVE")
	structure(t, a.body)
	if a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("the sheet may be kept: %s", a.header.Get("Cache-Control"))
	}
	var r storage.SheetReader
	for _, m := range regexp.MustCompile(`<td class="clave num">([^<]+)</td>`).FindAllStringSubmatch(a.body, -1) {
		if err := r.Row(m[1]); err != nil {
			t.Fatalf("row %d: %v", r.Rows()+1, err)
		}
		if strings.Contains(x.log.String(), m[1]) {
			t.Error("the log has a row")
		}
	}
	code := between(a.body, `<dd class="clave num">`, "<")
	if keys, err := r.Keys(code); err != nil || !bytes.Equal(keys.Text(), x.db.Keys().Text()) {
		t.Errorf("the sheet does not make the key: %v", err)
	}
	return code
}

// TestKeySheetMissing: administrator and office are told until somebody has the sheet of
// the key on paper, and again when there is another key; nobody sees the key on a page.
func TestKeySheetMissing(t *testing.T) {
	x := newSite(t)
	admin, office := x.as(storage.RoleAdmin), x.as(storage.RoleComptroller)
	const missing = "Nadie ha confirmado que la hoja"
	structure(t, admin.get("/ajustes").is(200).says(missing).body)
	structure(t, office.get("/contraloria").is(200).says(missing, "Avisa a quien administra").body)
	rows, code := x.db.Keys().Sheet()
	page := admin.get("/ajustes/respaldo").is(200).says("declara key print", missing[:10])
	structure(t, page.body)
	page.hides(rows[0], code)
	admin.post("/ajustes/respaldo", "accion", "hoja").leads("/ajustes/respaldo")
	admin.post("/ajustes/respaldo", "accion", "impresa", "control", rows[0]).is(422)
	admin.post("/ajustes/respaldo", "accion", "impresa", "control", code).leads("/ajustes/respaldo")
	admin.get("/ajustes").is(200).hides(missing)
	office.get("/contraloria").is(200).hides(missing)
	if err := x.db.Update(t.Context(), tenant, func(tx *storage.Txn) error {
		o, err := tx.Options()
		if err != nil {
			return err
		}
		o.Sheet.Keys = "00000000"
		return tx.PutOptions(o)
	}); err != nil {
		t.Fatal(err)
	}
	office.get("/contraloria").is(200).says(missing)
}

// TestDiskNearlyFull: panel, settings and figures tell before anything fails.
func TestDiskNearlyFull(t *testing.T) {
	free := int64(300 << 20)
	x := newSite(t, func(c *Config) {
		c.Copies = copiesOf(c, t.TempDir())
		c.Copies.Free = func(string) (int64, error) { return free, nil }
	})
	admin, office := x.as(storage.RoleAdmin), x.as(storage.RoleComptroller)
	const low = "En el disco de los datos quedan 300 MB y hacen falta 1,024 MB"
	structure(t, admin.get("/ajustes").is(200).says(low).body)
	structure(t, office.get("/contraloria").is(200).says(low).body)
	structure(t, admin.get("/ajustes/respaldo").is(200).says("300 MB libres").body)
	var figures bytes.Buffer
	x.s.writeServer(t.Context(), &figures)
	for _, want := range []string{"declara_ready 1\n", `declara_disk_free_bytes{disk="data"} 314572800`, `declara_disk_needed_bytes{disk="data"} 1073741824`, "declara_daily_copy_failed 0\n"} {
		if !strings.Contains(figures.String(), want) {
			t.Errorf("no %s in\n%s", want, &figures)
		}
	}
	free = 2 << 30
	admin.get("/ajustes").is(200).hides(low)
	office.get("/contraloria").is(200).hides(low)
}

// copiesOf makes copies of the store of a site, whose data are in a folder, opened by the
// engine.
func copiesOf(c *Config, data string) *backup.Service {
	return backup.New(backup.Config{DB: c.DB, Tenant: tenant, Evidence: files.Open(filepath.Join(data, "evidence"), c.Clock), Data: data,
		Key: filepath.Join(data, "declara.key"), Clock: c.Clock, Log: c.Log,
		Open: func(_ context.Context, file string) ([]storage.EvidenceFile, error) {
			s, err := bolt.Open(file)
			if err == nil {
				err = s.Close()
			}
			return nil, err
		}})
}

// TestDailyCopyFails: who administers and the panel of the office are told that the copy
// of the day failed and why, until one is made or nobody wants it.
func TestDailyCopyFails(t *testing.T) {
	var copies *backup.Service
	x := newSite(t, func(c *Config) { c.Copies = copiesOf(c, t.TempDir()); copies = c.Copies })
	admin := x.as(storage.RoleAdmin)
	away := filepath.Join(t.TempDir(), "disco")
	if err := os.Mkdir(away, 0o700); err != nil {
		t.Fatal(err)
	}
	admin.post("/ajustes/respaldo", "accion", "diario", "diaria", away, "hora", "0", "dias", "7", "semanas", "4").leads("/ajustes/respaldo")
	tick := func() {
		t.Helper()
		x.clock = x.clock.Add(2 * time.Hour)
		if err := copies.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(away); err != nil {
		t.Fatal(err)
	}
	tick()
	const failed = "La copia diaria falló el"
	admin, office := x.as(storage.RoleAdmin), x.as(storage.RoleComptroller)
	structure(t, admin.get("/ajustes").is(200).says(failed, "Escribe una carpeta que ya exista").body)
	structure(t, office.get("/contraloria").is(200).says(failed, `href="/cuenta/llave">Crea tu llave`).body)
	structure(t, admin.get("/ajustes/respaldo").is(200).says(failed).body)
	if err := os.Mkdir(away, 0o700); err != nil {
		t.Fatal(err)
	}
	tick()
	admin, office = x.as(storage.RoleAdmin), x.as(storage.RoleComptroller)
	admin.get("/ajustes").is(200).hides(failed)
	office.get("/contraloria").is(200).hides(failed)
	structure(t, admin.get("/ajustes/respaldo").is(200).hides(failed).says("declara-diario-2026-05-04.db", "4 de mayo de 2026").body)
	admin.post("/ajustes/respaldo", "accion", "sindiario").leads("/ajustes/respaldo")
	admin.get("/ajustes/respaldo").is(200).says("nadie hace copias")
}

// TestSetupIsResumed: whoever leaves and comes back with another link goes on where she
// was, and may leave for later what can be.
func TestSetupIsResumed(t *testing.T) {
	x, b, link := setupSite(t, func(c *Config) { c.Mail = false })
	b.get(link).leads(setupPath + "/institucion")
	b.post(setupPath+"/institucion", institutionForm()...).leads(setupPath + "/aspecto")
	key, err := x.s.accounts.StartSetup(t.Context(), tenant) // the program began again
	if err != nil {
		t.Fatal(err)
	}
	b.get(setupPath + "/aspecto").is(404)
	b = x.anybody()
	b.get(setupPath + "?clave=" + key).leads(setupPath + "/aspecto")
	b.post(setupPath+"/aspecto", "color", "#0f5260").leads(setupPath + "/cuenta") // ours, in one press
	b.post(setupPath+"/cuenta", "admin", "Rosa", "login", "rosa@valleencinos.example", "clave", testPassword).leads(enrolPath + "?volver=%2Fajustes%2Finicio%2Fcorreo")
	b.enrol()
	b.post(setupPath+"/correo", "accion", "despues").leads(setupPath + "/respaldo")
	b.get(setupPath + "/respaldo").is(200).says("PostgreSQL")
	b.post(setupPath+"/respaldo", "accion", "seguir").leads(setupPath + "/padron")
	b.post(setupPath + "/padron").leads(setupPath + "/listo")
	b.get(setupPath + "/listo").is(200).says("Pendiente")
	b.post(setupPath + "/listo").leads("/ajustes/cuentas")
}

// relayServer is a mail server of this machine that knows nobody called nadie.
func relayServer(t *testing.T) (port string) {
	t.Helper()
	srv := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return relaySession{}, nil }))
	srv.Domain = "localhost"
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go srv.Serve(ln)
	t.Cleanup(func() { srv.Close() })
	return strconv.Itoa(ln.Addr().(*net.TCPAddr).Port)
}

type relaySession struct{}

func (relaySession) Reset()                               {}
func (relaySession) Logout() error                        { return nil }
func (relaySession) Mail(string, *smtp.MailOptions) error { return nil }
func (relaySession) Rcpt(to string, _ *smtp.RcptOptions) error {
	if strings.HasPrefix(to, "nadie@") {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no hay nadie"}
	}
	return nil
}
func (relaySession) Data(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	return err
}
