package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"io/fs"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"declara/app/complain"
	"declara/app/complain/vault"
	"declara/storage"
	"declara/storage/bolt"
	"declara/storage/files"
)

// What is planted in the complaints: in the narrative, the name, the contact, a message,
// the name of a file, what it says of its maker, the browser and the address.
const (
	markText    = "MarcaDelRelatoSobreElTesoreroZutano"
	markPlace   = "MarcaDelLugarCallejonOcho"
	markName    = "MarcaDelNombreRosaInventada"
	markContact = "marca.del.correo@inventada.example"
	markMessage = "MarcaDelMensajePosterior"
	markFile    = "MarcaDelArchivoRecibo"
	markEXIF    = "MarcaDeLaCamaraDeRosa"
	markLater   = "MarcaDelNombreQueDioDespues"
	markDraft   = "MarcaDelBorradorQueNadieEnvio"
	markAgent   = "MarcaDelNavegador/7.1"
	markAddress = "203.0.113.77"
)

// markGPS is a place as EXIF writes it: three fractions.
var markGPS = func() (b []byte) {
	for _, n := range []uint32{19, 1, 24, 1, 42424242, 1000003} {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	return b
}()

// TestMarkers is the whole program in a process of its own, with real files: complaints
// with marks come in, one is left half written, the process is killed twice, it is
// backed up, and a complaint is deleted. Then no mark is anywhere: in the database, the
// folder of files, the temporary folder, the log, the figures, the mail or the backup;
// and no minute is in any record, even for who has the key of the server.
func TestMarkers(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the program in processes")
	}
	w := newMarked(t)
	w.start()

	lost := w.begin() // half written when the process is killed
	lost.step("paso", "que", "que", markDraft, "donde", markPlace)
	lost.upload("/denuncia", "paso", "pruebas", "ir", "subir")
	w.kill()
	w.start()

	c := w.begin()
	c.step("paso", "quien", "quien", "ayuntamiento")
	c.step("paso", "que", "que", markText, "donde", markPlace)
	c.upload("/denuncia", "paso", "pruebas", "ir", "subir")
	c.step("paso", "nombre", "modo", "confianza", "nombre", markName, "contacto", markContact)
	c.step("paso", "revisar", "ir", "fuera")
	c.step("paso", "fuera", "fuera", "mala", "ofrecido", "mala")
	page := c.step("paso", "revisar", "ir", "enviar")
	key := keyIn(page)
	if key == "" {
		t.Fatalf("no key: %s\n%s", w.log(), page)
	}
	w.kill() // before the key was confirmed: it is shown again
	w.start()
	if again := keyIn(c.step("paso", "revisar", "ir", "enviar")); again != key {
		t.Errorf("after a crash the key is %q, not %q", again, key)
	}
	c.step("paso", "clave", "ult", key[len(key)-4:])
	back := &marked{world: w, hoja: "", cookies: map[string]string{}}
	back.post("/denuncia/clave", "paso", "entrar", "clave", "1111 1111 1111 1111 1111 1111")
	if page := back.post("/denuncia/clave", "paso", "entrar", "clave", key); !strings.Contains(page, "DEN-") {
		t.Fatalf("the key does not open: %.600s", page)
	}
	back.post("/denuncia/clave", "paso", "escribir", "mensaje", markMessage, "envio", "1")
	back.upload("/denuncia/clave", "paso", "archivo")
	back.post("/denuncia/clave", "paso", "nombre", "modo", "confianza", "nombre", markLater, "contacto", markContact, "envio", "2")

	backup := filepath.Join(w.out, "copy.db")
	if out, err := w.declara("backup", "--data", w.dir, backup).CombinedOutput(); err != nil {
		t.Errorf("backup: %v %s", err, out)
	}
	w.kill()
	marks := append(w.marks(), []byte(key), []byte(strings.ReplaceAll(key, " ", "")))
	w.search("with a complaint in it", marks)
	w.control(marks)
	w.records(key)
	w.excluded("mala")

	w.letter()
	w.start()
	w.post.waits(t, 1)
	w.kill()
	for _, m := range marks {
		for _, worn := range clothes(m) {
			if bytes.Contains(w.post.all(), worn) {
				t.Errorf("a letter has %q", m)
			}
		}
	}
	w.delete()
	w.start()
	w.search("after a deletion", marks)
	w.kill()
	w.search("after a deletion and a crash", marks)
	if info, err := os.Stat(backup); err != nil || !info.ModTime().UTC().Equal(info.ModTime().UTC().Truncate(24*time.Hour)) {
		t.Errorf("the copy tells when it was made: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(w.dir, "evidence", "*")); len(left) != 0 {
		t.Errorf("%d files are left of what was deleted", len(left))
	}
}

// keyIn is the follow-up key that a page shows, or "".
func keyIn(page string) string {
	m := regexp.MustCompile(`grupos">((?:<span>\d{4}</span> ?){6})`).FindStringSubmatch(page)
	if m == nil {
		return ""
	}
	return strings.TrimSpace(strings.NewReplacer("<span>", "", "</span>", "").Replace(m[1]))
}

// markedWorld is an installation and what it leaves on a machine.
type markedWorld struct {
	*testing.T
	dir, temp, out string // data; temporary folder; log and backups
	keys           map[string]*vault.Private
	base           string
	process        *exec.Cmd
	runs           int
	post           *letterbox
}

func newMarked(t *testing.T) *markedWorld {
	w := &markedWorld{T: t, dir: t.TempDir(), temp: t.TempDir(), out: t.TempDir(), keys: map[string]*vault.Private{}, post: openLetterbox(t)}
	w.with(func(db *storage.DB) error {
		return db.Update(t.Context(), "1", func(tx *storage.Txn) error {
			err := tx.PutInstitution(storage.Institution{
				Name: "Municipio de Valle Encinos", Office: "Órgano Interno de Control", Initials: "VE", Order: "MUNICIPAL_ALCALDIA", Branch: "EJECUTIVO",
				State: "20", Town: "067", Zone: "America/Mexico_City", SetUp: time.Now(),
			})
			for id, role := range map[string]storage.Role{"ana": storage.RoleComptroller, "beto": storage.RoleComptroller, "mala": storage.RoleComptroller, "custodia": storage.RoleCustodian} {
				p, e := vault.NewPair()
				if e != nil {
					return e
				}
				w.keys[id] = p
				err = errors.Join(err, tx.PutUser(storage.User{ID: id, Login: id + "@valleencinos.example", Email: id + "@valleencinos.example", Name: "Persona " + id, Roles: []storage.Role{role}}),
					tx.PutVaultKey(storage.VaultKey{User: id, Public: p.Public().Bytes(), Post: "Puesto de " + id}, 0))
			}
			return err
		})
	})
	t.Cleanup(func() {
		if w.process != nil {
			w.kill()
		}
	})
	return w
}

// with opens the store while the program does not run.
func (w *markedWorld) with(fn func(*storage.DB) error) {
	w.Helper()
	s, err := bolt.Open(filepath.Join(w.dir, "declara.db"))
	if err != nil {
		w.Fatal(err)
	}
	keys, err := storage.LoadKeys(filepath.Join(w.dir, "declara.key"), true)
	if err != nil {
		w.Fatal(err)
	}
	db := storage.Open(s, keys)
	if err := db.Prepare(w.Context()); err != nil {
		w.Fatal(err)
	}
	if err := errors.Join(fn(db), db.Close()); err != nil {
		w.Fatal(err)
	}
}

func (w *markedWorld) declara(args ...string) *exec.Cmd {
	c := exec.Command("declara", args...)
	c.Env = append(os.Environ(), "TMPDIR="+w.temp)
	return c
}

// start serves, and waits for the address that the program prints.
func (w *markedWorld) start() {
	w.Helper()
	w.runs++
	log, err := os.Create(filepath.Join(w.out, fmt.Sprintf("log-%d", w.runs)))
	if err != nil {
		w.Fatal(err)
	}
	defer log.Close()
	free, err := net.Listen("tcp", "127.0.0.1:0") // letters have links, so its address must be known before it starts
	if err != nil {
		w.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	w.process = w.declara("serve", "--data", w.dir, "--listen", address, "--trusted-proxies", "127.0.0.1",
		"--smtp", "smtp://"+w.post.address+"?tls=none", "--mail-from", "denuncias@valleencinos.example", "--base-url", "http://"+address)
	w.process.Stderr = log
	out, err := w.process.StdoutPipe()
	if err != nil {
		w.Fatal(err)
	}
	if err := w.process.Start(); err != nil {
		w.Fatal(err)
	}
	lines := bufio.NewScanner(io.TeeReader(out, log))
	for lines.Scan() {
		if m := regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(lines.Text()); m != "" {
			w.base = m
			return
		}
	}
	w.Fatalf("the program did not start: %s", w.log())
}

// kill ends the process as a power cut does.
func (w *markedWorld) kill() {
	w.Helper()
	if err := w.process.Process.Kill(); err != nil {
		w.Fatal(err)
	}
	w.process.Wait()
	w.process = nil
}

func (w *markedWorld) log() string {
	b, _ := os.ReadFile(filepath.Join(w.out, fmt.Sprintf("log-%d", w.runs)))
	return string(b)
}

// marked is a browser with a mark.
type marked struct {
	world   *markedWorld
	hoja    string
	cookies map[string]string
}

func (w *markedWorld) begin() *marked {
	w.Helper()
	m := &marked{world: w, cookies: map[string]string{}}
	page := m.post("/denuncia", "paso", "inicio")
	tab := regexp.MustCompile(`name="hoja" value="([^"]+)"`).FindStringSubmatch(page)
	if tab == nil {
		w.Fatalf("no form: %.600s", page)
	}
	m.hoja = tab[1]
	return m
}

func (m *marked) step(pairs ...string) string { return m.post("/denuncia", pairs...) }

func (m *marked) post(path string, pairs ...string) string {
	form := url.Values{"hoja": {m.hoja}}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return m.send(path, "application/x-www-form-urlencoded", []byte(form.Encode()))
}

func (m *marked) upload(path string, pairs ...string) string {
	var body bytes.Buffer
	f := multipart.NewWriter(&body)
	f.WriteField("hoja", m.hoja)
	for i := 0; i < len(pairs); i += 2 {
		f.WriteField(pairs[i], pairs[i+1])
	}
	part, _ := f.CreateFormFile("archivo", markFile+".jpg")
	part.Write(markedPhoto(m.world.T))
	f.Close()
	return m.send(path, f.FormDataContentType(), body.Bytes())
}

func (m *marked) send(path, kind string, body []byte) string {
	m.world.Helper()
	return m.ask("POST", path, kind, body)
}

// ask is one request, and where its answer leads.
func (m *marked) ask(method, path, kind string, body []byte) string {
	w := m.world
	w.Helper()
	req, err := http.NewRequest(method, w.base+path, bytes.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	req.Header.Set("User-Agent", markAgent)
	req.Header.Set("X-Forwarded-For", markAddress)
	for name, value := range m.cookies {
		req.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	res, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(req)
	if err != nil {
		w.Fatal(err)
	}
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode >= 500 {
		w.Fatalf("%s: %d %v %s", path, res.StatusCode, err, w.log())
	}
	for _, c := range res.Cookies() {
		m.cookies[c.Name] = c.Value
	}
	if to := res.Header.Get("Location"); res.StatusCode == http.StatusSeeOther && strings.HasPrefix(to, "/") {
		return m.ask("GET", to, "", nil)
	}
	return string(page)
}

// markedPhoto is a JPEG that tells who took it and where.
func markedPhoto(t *testing.T) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 64, 64)), nil); err != nil {
		t.Fatal(err)
	}
	le := binary.LittleEndian
	entry := func(x []byte, tag, kind uint16, n, at uint32) []byte {
		x = le.AppendUint16(le.AppendUint16(x, tag), kind)
		return le.AppendUint32(le.AppendUint32(x, n), at)
	}
	text := append([]byte(markEXIF), 0)
	const head, first = 8, 2 + 2*12 + 4
	gps := uint32(head + first + len(text))
	tiff := le.AppendUint32([]byte("II*\x00"), head)
	tiff = le.AppendUint16(tiff, 2)
	tiff = entry(tiff, 0x010f, 2, uint32(len(text)), head+first) // Make
	tiff = entry(tiff, 0x8825, 4, 1, gps)
	tiff = append(le.AppendUint32(tiff, 0), text...)
	tiff = le.AppendUint16(tiff, 1)
	tiff = entry(tiff, 2, 5, 3, gps+2+12+4) // GPSLatitude
	tiff = append(le.AppendUint32(tiff, 0), markGPS...)
	exif := append([]byte("Exif\x00\x00"), tiff...)
	app1 := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(exif)+2))
	return append(append(append([]byte{}, b.Bytes()[:2]...), append(app1, exif...)...), b.Bytes()[2:]...)
}

func (w *markedWorld) marks() (all [][]byte) {
	for _, m := range []string{markText, markPlace, markName, markContact, markMessage, markFile, markEXIF, markLater, markDraft, markAgent, markAddress} {
		all = append(all, []byte(m))
	}
	return append(all, markGPS)
}

// search looks for each mark in every file, as it is and in the clothes that programs
// put on it.
func (w *markedWorld) search(when string, marks [][]byte) {
	w.Helper()
	n, size := 0, 0
	for _, dir := range []string{w.dir, w.temp, w.out} {
		if err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			raw, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			n, size = n+1, size+len(raw)
			for _, m := range marks {
				for _, worn := range clothes(m) {
					if bytes.Contains(raw, worn) || strings.Contains(path, string(worn)) {
						w.Errorf("%s: %s has %q", when, filepath.Base(path), m)
					}
				}
			}
			return nil
		}); err != nil {
			w.Fatal(err)
		}
	}
	if n < 4 {
		w.Errorf("%s: only %d files: the test sees nothing", when, n)
	}
	if left, _ := os.ReadDir(w.temp); len(left) > 0 {
		w.Errorf("%s: the temporary folder has %d things in it", when, len(left))
	}
	w.Logf("%s: %d marks in %d files of %d KB", when, len(marks), n, size>>10)
}

// clothes are the ways to write a mark: plain, in hex, in base64 at each of three
// offsets, in UTF-16 and as an address has it.
func clothes(m []byte) [][]byte {
	all := [][]byte{m, []byte(hex.EncodeToString(m)), []byte(url.QueryEscape(string(m)))}
	for skip := range 3 {
		whole := base64.StdEncoding.EncodeToString(append(make([]byte, skip), m...))
		from, to := (skip*8+5)/6, len(whole)-4
		all = append(all, []byte(whole[from:to]))
	}
	var wide []byte
	for _, u := range utf16.Encode([]rune(string(m))) {
		wide = binary.LittleEndian.AppendUint16(wide, u)
	}
	return append(all, wide)
}

// control opens the case as those who may: all marks that should be in it are, so that
// the search looks for what was there.
func (w *markedWorld) control(marks [][]byte) {
	w.Helper()
	var seen bytes.Buffer
	w.with(func(db *storage.DB) error {
		store := files.Open(filepath.Join(w.dir, "evidence"), time.Now)
		s, err := complain.New(complain.Config{DB: db, Files: store, Clock: time.Now})
		if err != nil {
			return err
		}
		return db.View(w.Context(), "1", func(tx *storage.Txn) error {
			return tx.Complaints(func(c storage.Complaint) error {
				office, err := s.OpenCase("1", c, "ana", w.keys["ana"])
				if err != nil {
					return err
				}
				keeper, err := s.OpenIdentity("1", c, "custodia", w.keys["custodia"])
				if err != nil {
					return err
				}
				parts, err := tx.Parts(c.ID)
				if err != nil {
					return err
				}
				for _, p := range parts {
					who := office
					if p.Kind == storage.PartIdentity {
						who = keeper
					}
					text, err := who.Part(p)
					if err != nil {
						return err
					}
					seen.Write(text)
					for _, f := range p.Files {
						if who = office; f.Original {
							who = keeper
						}
						file, err := who.File(f)
						if err != nil {
							return err
						}
						if !f.Original && (bytes.Contains(file, []byte(markEXIF)) || bytes.Contains(file, markGPS)) {
							w.Error("the working copy tells who took it or where")
						}
						seen.Write(file)
					}
				}
				return nil
			})
		})
	})
	for _, m := range []string{markText, markPlace, markName, markContact, markMessage, markFile, markEXIF, markLater, string(markGPS)} {
		if !bytes.Contains(seen.Bytes(), []byte(m)) {
			w.Errorf("%q is not in what was opened: the test looks for what never was", m)
		}
	}
}

// records looks at all that the key of the server opens: no mark, no minute.
func (w *markedWorld) records(key string) {
	w.Helper()
	minute := regexp.MustCompile(`\d\d:\d\d:\d\d`)
	w.with(func(db *storage.DB) error {
		return db.View(w.Context(), "1", func(tx *storage.Txn) error {
			look := func(what string, v any) error {
				b, err := json.Marshal(v)
				for _, m := range append(w.marks(), []byte(key), []byte(strings.ReplaceAll(key, " ", ""))) {
					if bytes.Contains(b, m) {
						w.Errorf("%s has %q for who has the key of the server", what, m)
					}
				}
				for _, at := range minute.FindAllString(string(b), -1) {
					if !strings.HasSuffix(at, ":00:00") {
						w.Errorf("%s tells a minute: %s", what, at)
					}
				}
				return err
			}
			err := tx.Complaints(func(c storage.Complaint) error {
				parts, err := tx.Parts(c.ID)
				return errors.Join(err, look("a complaint", c), look("a part", parts))
			})
			return errors.Join(err,
				tx.AuditEntries(func(e storage.AuditEntry, raw []byte) error {
					if e.Act != "sealkey.make" { // of the first start
						w.Errorf("the audit trail tells of it: %s", raw)
					}
					return nil
				}),
				tx.Mails(func(m storage.Mail) error { return look("a letter", m) }))
		})
	})
	err := filepath.WalkDir(filepath.Join(w.dir, "evidence"), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if at := info.ModTime().UTC(); err == nil && !at.Equal(at.Truncate(24*time.Hour)) {
			w.Errorf("the time of %s is %s", filepath.Base(path), at)
		}
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	for n := range w.runs {
		b, err := os.ReadFile(filepath.Join(w.out, fmt.Sprintf("log-%d", n+1)))
		if err != nil {
			w.Fatal(err)
		}
		if strings.Contains(string(b), "denuncia") {
			w.Errorf("the log tells of it: %s", b)
		}
	}
}

// delete removes every complaint by the act of two persons, when its time has come.
func (w *markedWorld) delete() {
	w.Helper()
	late := func() time.Time { return time.Now().AddDate(12, 0, 0) }
	w.with(func(db *storage.DB) error {
		s, err := complain.New(complain.Config{DB: db, Files: files.Open(filepath.Join(w.dir, "evidence"), late), Clock: late})
		if err != nil {
			return err
		}
		var ids []string
		if err := db.Update(w.Context(), "1", func(tx *storage.Txn) error {
			ids = nil
			var all []storage.Complaint
			if err := tx.Complaints(func(c storage.Complaint) error { all = append(all, c); return nil }); err != nil {
				return err
			}
			for _, c := range all {
				c.State, c.Since = complain.StateArchived, time.Now().Format(time.DateOnly)
				if err := tx.PutComplaint(c, c.Version); err != nil {
					return err
				}
				ids = append(ids, c.ID)
			}
			return nil
		}); err != nil {
			return err
		}
		if err := s.Sweep(w.Context(), "1"); err != nil { // drafts, identities and originals
			return err
		}
		for _, id := range ids {
			if err := s.Propose(w.Context(), complain.Hand{Tenant: "1", User: "ana", Key: w.keys["ana"]}, id); err != nil {
				return err
			}
			if err := s.Delete(w.Context(), complain.Hand{Tenant: "1", User: "beto", Key: w.keys["beto"]}, id); err != nil {
				return err
			}
		}
		return s.Shred(w.Context(), "1") // and the store is compacted
	})
}
