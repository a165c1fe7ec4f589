package e2e

import (
	"bytes"
	"cmp"
	"context"
	"flag"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"declara/app/complain"
	"declara/app/complain/vault"
	"declara/app/docs"
	"declara/forms"
	"declara/storage"
	"declara/storage/files"
)

var updateShots = flag.Bool("update-shots", false, "write the pictures of README and manual anew")

const (
	pictures    = "../docs/img" // where the documentation has them
	pictureSize = 200 << 10     // most bytes that one may have
)

// camera takes the pictures of the documentation. Without -update-shots it only notes
// which it would take, of pages that were there and said what they should.
type camera struct {
	*testing.T
	taken []string
}

// take writes what the window shows, once the page says what the picture is there for.
func (c *camera) take(v *tab, name string, says ...string) {
	c.Helper()
	c.taken = append(c.taken, name)
	if v.at.status != 200 {
		c.Fatalf("%s: %s", name, v.at)
	}
	for _, words := range says {
		if !v.at.says(words) {
			c.Errorf("%s: %s lacks %q", name, v.at, words)
		}
	}
	if !*updateShots {
		return
	}
	eval[bool](v, `document.fonts.ready.then(() => { document.activeElement.blur(); return true })`)
	shot, err := chromedp.Run(v.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		c.Fatalf("%s: %v", name, err)
	}
	raw, err := few(shot)
	if err != nil || len(raw) > pictureSize {
		c.Fatalf("%s: %d bytes, %v", name, len(raw), err)
	}
	if err := os.WriteFile(filepath.Join(pictures, name+".png"), raw, 0o644); err != nil {
		c.Fatal(err)
	}
}

// few is a picture with 256 colours, the rest by the nearest: a third of the bytes, and
// pages have few. Colours that nobody tells apart are one, the most frequent of them.
func few(shot []byte) ([]byte, error) {
	from, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		return nil, err
	}
	often := map[color.RGBA]int{}
	size := from.Bounds()
	for y := range size.Dy() {
		for x := range size.Dx() {
			r, g, b, _ := from.At(x, y).RGBA()
			often[color.RGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), 255}]++
		}
	}
	alike := func(c color.RGBA) color.RGBA { return color.RGBA{c.R &^ 3, c.G &^ 3, c.B &^ 3, 255} }
	best, sum := map[color.RGBA]color.RGBA{}, map[color.RGBA]int{}
	byNumber := func(a, b color.RGBA) int {
		return cmp.Or(cmp.Compare(a.R, b.R), cmp.Compare(a.G, b.G), cmp.Compare(a.B, b.B))
	}
	for _, c := range slices.SortedFunc(maps.Keys(often), byNumber) {
		kind := alike(c)
		sum[kind] += often[c]
		if often[c] > often[best[kind]] {
			best[kind] = c
		}
	}
	kinds := slices.SortedFunc(maps.Keys(sum), func(a, b color.RGBA) int { return cmp.Or(cmp.Compare(sum[b], sum[a]), byNumber(a, b)) })
	var palette color.Palette
	for _, kind := range kinds[:min(len(kinds), 256)] {
		palette = append(palette, best[kind])
	}
	to := image.NewPaletted(size, palette)
	draw.Draw(to, size, from, size.Min, draw.Src)
	var out bytes.Buffer
	err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, to)
	return out.Bytes(), err
}

// at moves the page so that something stands a little below its top.
func at(v *tab, selector string) {
	v.t.Helper()
	if !eval[bool](v, `(e => { if (e) scrollTo(0, e.getBoundingClientRect().top + scrollY - 24); return !!e })(document.querySelector(`+quoted(selector)+`))`) {
		v.fail("%s has no %s", v.at, selector)
	}
}

// TestPicturesOfManual goes through what the manual tells, in the demonstration, where
// everybody is invented, and takes its pictures. Each that the manual shows is taken
// here, and none that it does not show; README has one more.
func TestPicturesOfManual(t *testing.T) {
	chrome(t)
	c := &camera{T: t}
	c.declarant()
	c.office()
	c.overdue()
	c.complaints()
	shown := map[string]bool{"publico": true}
	for _, p := range docs.Pages {
		text, _ := docs.Text("manual", p.Spanish)
		for _, image := range docs.Parse(text).Images {
			shown[strings.TrimSuffix(path.Base(image), ".png")] = true
		}
	}
	for name := range shown {
		if !slices.Contains(c.taken, name) {
			t.Errorf("the manual shows %s, which nobody takes", name)
		}
	}
	for _, name := range c.taken {
		if _, err := os.Stat(filepath.Join(pictures, name+".png")); err != nil || !shown[name] {
			t.Errorf("%s is taken: shown %v, %v; make it with make screenshots", name, shown[name], err)
		}
	}
}

// declarant takes what who declares sees.
func (c *camera) declarant() {
	s, who := newDemo(c.T, 12, "https://declaraciones.valleencinos.example")
	desk, phone := newTab(s, 1280, true), newTab(s, 360, true)
	half := who["declarante MODIFICACIÓN"]
	signIn(desk, half.Username, half.Password)
	draft := "/declaraciones/" + draftOf(s, half)
	f := forms.Lookup(forms.Modificacion, forms.Full)
	for i := range 7 { // what was copied of these is confirmed as it is
		desk.open(draft + "/s/" + f.Sections[i].Key)
		if slices.Contains(desk.now().values("accion"), "todas") {
			desk.press("accion", "todas")
		}
		desk.press("accion", "continuar")
	}
	desk.open(draft + "/s/ingresos")
	desk.fill(exactly(map[string]string{"ingresos.remuneracionAnualCargoPublico": "437,520"}))
	c.take(desk, "declaracion", "Por tu cargo público")
	signIn(phone, half.Username, half.Password)
	phone.open(draft)
	c.take(phone, "telefono", "Tu declaración de modificación")

	done := newTab(s, 1280, true)
	nobody := who["declarante "]
	signIn(done, nobody.Username, nobody.Password)
	done.open(firstLink(done.now(), "/acuse"))
	c.take(done, "acuse", "Presentaste tu declaración", "Descargar el acuse (PDF)", "Agregar una nota aclaratoria")

	var public string
	s.view(func(tx *storage.Txn) error {
		u, err := tx.UserByLogin(nobody.Username)
		if err != nil {
			return err
		}
		all, err := tx.FilingsOf(u.Person)
		for _, f := range all {
			if f.Type == forms.Modificacion && f.Year == s.clock().Year() {
				public = f.ID
			}
		}
		return err
	})
	citizen := newTab(s, 1280, true)
	citizen.open("/publico/declaraciones/" + public)
	c.take(citizen, "publico")
}

// office takes what the control body, human resources and administration see.
func (c *camera) office() {
	s, who := newDemo(c.T, 40, "https://declaraciones.valleencinos.example")
	v := newTab(s, 1280, true)
	phone := newTab(s, 360, true)
	phone.open("/entrar")
	phone.fill(exactly(map[string]string{"usuario": who["contraloria"].Username, "clave": who["contraloria"].Password}))
	phone.press("", "")
	c.take(phone, "codigo", "Escribe tu código", "¿Perdiste tu teléfono?")

	signIn(v, who["contraloria"].Username, who["contraloria"].Password)
	v.open("/contraloria")
	c.take(v, "panel", "Cumplimiento por unidad", "Ver los datos")
	v.open("/contraloria/cumplimiento?estado=faltan")
	c.take(v, "cumplimiento", "Descargar lista (CSV)", "Recordar a estas personas")
	v.open("/contraloria/cumplimiento/recordar?estado=faltan")
	c.take(v, "recordar", "La carta, tal como sale", "Dejar fuera")

	v.open("/contraloria/personas")
	var person string
	s.view(func(tx *storage.Txn) error {
		u, err := tx.UserByLogin(who["declarante "].Username)
		person = u.Person
		return err
	})
	v.open("/contraloria/personas/" + person + "/declaraciones")
	v.open(firstLink(v.now(), "/abrir"))
	c.take(v, "abrir", "Número de expediente", "Lo que queda registrado")

	var task storage.Verification
	s.view(func(tx *storage.Txn) error {
		return tx.VerificationsIn("VER-2026-001", func(x storage.Verification) error {
			if len(x.Rounds) > 0 {
				task = x
			}
			return nil
		})
	})
	v.open("/contraloria/verificacion/" + task.Draw)
	c.take(v, "sorteo", "Acta para firmar, PDF", "Misma lista")
	sheet := "/contraloria/verificacion/" + task.Draw + "/declaracion/" + task.Folio
	verifier := newTab(s, 1280, true)
	signIn(verifier, who["verificadora"].Username, who["verificadora"].Password)
	verifier.open(sheet)
	verifier.arrive(chromedp.Click(chromedp.CSS(`form[action$="/abrir"] button`)))
	at(verifier, "section:has(.grafica)")
	c.take(verifier, "hoja", "Evolución patrimonial", "Documentos y otras fuentes", "Cifras que tú agregas")
	v.open("/contraloria/conflictos")
	v.open(slices.DeleteFunc(hrefs(v.now(), "/contraloria/conflictos/"), func(to string) bool { return strings.HasPrefix(to, "/contraloria/conflictos/proveedores") })[0])
	c.take(v, "conflicto", "Tu decisión", "Contratos", "Ver los dos lados")

	hr := newTab(s, 1280, true)
	signIn(hr, who["enlace"].Username, who["enlace"].Password)
	hr.open("/contraloria/padron")
	list := filepath.Join(c.TempDir(), "nomina.csv")
	if err := os.WriteFile(list, []byte("Nombre(s),Primer apellido,Segundo apellido,RFC,CURP,Puesto,Nivel,Área,Fecha de ingreso,Fecha de baja,Correo\n"+
		"Raúl,Ñandú,Ruiz,PUFE800229M93,PUFE800229HDFRCJ08,Analista,7,Tesorería,16/04/2026,,\n"+
		"Begoña,Núñez,Paz,NUPB800229J19,NUPB800229MOCXXG06,Directora,15,Obras Públicas,02/05/2026,,begona@valleencinos.example\n"), 0o600); err != nil {
		c.Fatal(err)
	}
	hr.do(chromedp.SetUploadFiles(chromedp.CSS(`input[type=file]`), []string{list}))
	hr.press("", "")
	c.take(hr, "padron", "Revisa antes de aplicar", "Raúl Ñandú Ruiz", "Nuevas")

	admin := newTab(s, 1280, true)
	signIn(admin, who["admin"].Username, who["admin"].Password)
	admin.open("/ajustes/correo")
	c.take(admin, "correo", "Enviar una prueba y guardar", "Remitente")
	admin.open("/ajustes/conexiones")
	c.take(admin, "conexiones", "Plataforma Digital Nacional", "Crear y ver las claves")
}

// overdue takes what the control body does with who did not file, after May.
func (c *camera) overdue() {
	s, who := newDemoOn(c.T, autumn, 40, "")
	v := newTab(s, 1280, true)
	signIn(v, who["contraloria"].Username, who["contraloria"].Password)
	v.open("/contraloria/cumplimiento?estado=omiso")
	for _, to := range hrefs(v.now(), "/contraloria/personas/") {
		if strings.Contains(to, "/requerimiento?") && v.open(to).says("Requiérela por escrito") {
			break
		}
	}
	c.take(v, "requerir", "Lo que sigue", "Escribir el oficio")
	v.open("/contraloria/cumplimiento?estado=omiso")
	v.open(firstLink(v.now(), "/obligaciones"))
	v.open(firstLink(v.now(), "/papel?"))
	c.take(v, "papel", "Fecha en que recibiste el papel", "Registrar la recepción", "Descargar el formato para llenar a mano (PDF)")
}

// complaints takes what those see who receive and work complaints.
func (c *camera) complaints() {
	s, who := newDemo(c.T, 4, "")
	v := newTab(s, 1280, true)
	press := func(v *tab, form string) {
		c.Helper()
		v.arrive(chromedp.Click(chromedp.CSS(form + ` button:not([type=button])`)))
	}
	signIn(v, who["contraloria"].Username, who["contraloria"].Password)
	v.open("/cuenta/llave")
	v.set("puesto", "Titular del Órgano Interno de Control")
	c.take(v, "llave", "Haz tu llave", "Imprime el código de recuperación")
	v.set("clave", who["contraloria"].Password)
	press(v, `form[action="/cuenta/llave"]`)
	v.open("/contraloria/llaves")
	vouch(v, press)
	received, err := complain.New(complain.Config{DB: s.db, Files: files.Open(filepath.Join(s.dir, "evidence"), s.clock), Clock: s.clock, Cost: vault.Params{Memory: 64, Time: 1, Threads: 1}})
	if err != nil {
		c.Fatal(err)
	}
	for _, what := range []string{"El inspector de mercados me pidió dinero.", "Usan la maquinaria del municipio en un terreno privado.", "Contrató a su hermano en obras."} {
		if _, err := received.Receive(context.Background(), tenant, complain.Answers{Route: complain.RouteTown, Faults: []string{"52"}, What: what}, nil, complain.Way{Channel: complain.ChannelDesk}); err != nil {
			c.Fatal(err)
		}
	}
	v.open("/contraloria/casos")
	c.take(v, "casos", "3 casos", "Días inhábiles")
	desk := newTab(s, 1280, true)
	signIn(desk, who["contraloria"].Username, who["contraloria"].Password)
	desk.open("/contraloria/recepcion")
	desk.set("que", "Dice que el lunes, en el mercado, el inspector le pidió quinientos pesos.")
	c.take(desk, "recepcion", "¿Cómo llegó?", "Sellar e imprimir la clave")
}
