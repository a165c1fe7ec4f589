package e2e

import (
	"context"
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"

	"declara/app/account"
	"declara/app/backup"
	"declara/storage"
	"declara/storage/bolt"
	"declara/storage/files"
)

// relay is a mail server of this machine.
type relay struct {
	mu   sync.Mutex
	mail []string
}

func (r *relay) NewSession(*smtp.Conn) (smtp.Session, error) { return r, nil }
func (r *relay) Reset()                                      {}
func (r *relay) Logout() error                               { return nil }
func (r *relay) Mail(string, *smtp.MailOptions) error        { return nil }
func (r *relay) Rcpt(to string, _ *smtp.RcptOptions) error   { return nil }
func (r *relay) Data(in io.Reader) error {
	b, err := io.ReadAll(in)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mail = append(r.mail, string(b))
	return err
}

func (r *relay) letters() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.mail...)
}

func (r *relay) serve(t *testing.T) (port string) {
	t.Helper()
	srv := smtp.NewServer(r)
	srv.Domain = "localhost"
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go srv.Serve(ln)
	t.Cleanup(func() { srv.Close() })
	return strconv.Itoa(ln.Addr().(*net.TCPAddr).Port)
}

// TestFirstRun goes from an empty folder to a site that is open, with plain forms and
// with Chromium on a desk and on a small phone.
func TestFirstRun(t *testing.T) {
	for name, visit := range map[string]func(*site) visitor{
		"plain": func(s *site) visitor { return newPlain(s) },
		"desk":  func(s *site) visitor { return newTab(s, 1280, true) },
		"phone": func(s *site) visitor { return newTab(s, 360, false) },
	} {
		t.Run(name, func(t *testing.T) { firstRun(t, visit) })
	}
}

func firstRun(t *testing.T, visit func(*site) visitor) {
	s := open(t, "2026-05-04")
	data := t.TempDir()
	s.copies = backup.New(backup.Config{DB: s.db, Tenant: "1", Evidence: files.Open(filepath.Join(data, "evidence"), s.clock), Data: data,
		Key: filepath.Join(data, "declara.key"), Clock: s.clock, Log: slog.New(slog.DiscardHandler),
		Open: func(_ context.Context, file string) ([]storage.EvidenceFile, error) {
			x, err := bolt.Open(file)
			if err == nil {
				err = x.Close()
			}
			return nil, err
		}})
	s.serve()
	path, err := s.program.SetupPath(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	box := &relay{}
	port := box.serve(t)
	v := visit(s)
	look := func(string) {}
	if b, ok := v.(*tab); ok {
		checked(b)
		look = func(step string) { b.shot("setup-" + step) }
	}
	on := func(step string) {
		t.Helper()
		if p := v.now(); p.status != 200 || p.url.Path != "/ajustes/inicio/"+step {
			t.Fatalf("not at %s: %s %s", step, p, p.errors())
		}
		look(step)
	}
	v.open(path)
	on("institucion")
	v.fill(exactly(map[string]string{"entidad": "20"}))
	v.press("", "")
	v.fill(exactly(map[string]string{"nombre": "Municipio de Valle Encinos", "oficina": "Órgano Interno de Control", "siglas": "VE", "municipio": "067",
		"domicilio": "Portal Hidalgo 3", "telefono": "951 000 0000", "horario": "lunes a viernes de 9 a 15 h", "correo": "contraloria@valleencinos.example"}))
	last(v)
	on("aspecto")
	v.press("accion", "seguir")
	on("cuenta")
	v.fill(exactly(map[string]string{"admin": "Rosa Cruz", "login": "rosa@valleencinos.example", "clave": password}))
	v.press("", "")
	if p := v.now(); p.url.Path != "/entrar/alta" {
		t.Fatalf("after the account: %s", p)
	}
	look("alta")
	key := v.now().root.all(func(n *node) bool { return n.has("data-clave") })
	if len(key) != 1 {
		t.Fatal("no key for the telephone")
	}
	secret, err := account.ReadSecret(key[0].words())
	if err != nil {
		t.Fatal(err)
	}
	v.fill(exactly(map[string]string{"codigo": account.CodeOf(secret, s.clock())}))
	v.press("", "")
	if p := v.now(); p.url.Path != "/cuenta/segundo/codigos" {
		t.Fatalf("after the telephone: %s", p)
	}
	look("codigos")
	v.open("/ajustes/inicio/correo")
	on("correo")
	v.fill(exactly(map[string]string{"servidor": "127.0.0.1", "puerto": port, "seguridad": "none", "remitente": "declara@valleencinos.example",
		"direccion": s.base, "prueba": "rosa@valleencinos.example"}))
	v.press("accion", "probar")
	on("respaldo")
	// What waited for a server, such as that the telephone was set up, may follow at once.
	if got := box.letters(); len(got) == 0 || !strings.Contains(got[0], "rosa@valleencinos.example") || !strings.Contains(got[0], "Prueba") {
		t.Fatalf("%d letters arrived", len(got))
	}
	v.fill(exactly(map[string]string{"carpeta": t.TempDir()}))
	v.press("accion", "hacer")
	on("respaldo")
	v.press("accion", "seguir")
	on("padron")
	v.press("", "")
	on("listo")
	v.press("", "")
	if p := v.now(); p.status != 200 || p.url.Path != "/ajustes/cuentas" {
		t.Fatalf("at the end: %s %s", p, p.errors())
	}
	for _, later := range []string{"/ajustes/aspecto", "/ajustes/correo", "/ajustes/respaldo", "/cuenta/segundo", "/contraloria/accesos"} {
		if p := v.open(later); p.status != 200 {
			t.Errorf("%s: %s", later, p)
		}
		look(strings.ReplaceAll(later[1:], "/", "-"))
		if b, ok := v.(*tab); ok {
			b.dark(true)
			b.open(later)
			axe(b)
			b.shot("dark-" + strings.ReplaceAll(later[1:], "/", "-"))
			b.dark(false)
		}
	}
	if b, ok := v.(*tab); ok {
		b.provoke("404")
	}
	if p := v.open(path); p.status != 404 {
		t.Errorf("the link is still there: %s", p)
	}
	if p := v.open("/"); p.status != 200 {
		t.Errorf("the site is not open: %s", p)
	}
}

// last presses the button of the last form of the page.
func last(v visitor) {
	switch v := v.(type) {
	case *plain:
		forms := v.at.root.first("main").all(func(n *node) bool { return n.tag == "form" })
		first := forms[0]
		first.attrs["hidden"] = ""
		v.press("", "")
	case *tab:
		eval[bool](v, `document.querySelector("main form").remove(), true`)
		v.press("", "")
	}
}
