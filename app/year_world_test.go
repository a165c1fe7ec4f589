package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net"
	"net/http"
	"net/mail"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"declara/app/account"
	"declara/app/complain"
	"declara/app/complain/vault"
	"declara/app/declare"
	"declara/app/outbox"
	"declara/app/table"
	"declara/app/verify"
	"declara/forms"
	"declara/forms/sample"
	"declara/i18n"
	"declara/storage"
	"declara/storage/bolt"
	"declara/storage/files"
)

// postOffice is an SMTP server in this process. It keeps what it is given, and refuses
// some addresses for good.
type postOffice struct {
	mu      sync.Mutex
	got     []letter // with its subject in text
	refuses string
}

type postSession struct {
	p  *postOffice
	to string
}

func (p *postOffice) NewSession(*smtp.Conn) (smtp.Session, error) { return &postSession{p: p}, nil }
func (x *postSession) Mail(string, *smtp.MailOptions) error       { return nil }
func (x *postSession) Reset()                                     {}
func (x *postSession) Logout() error                              { return nil }
func (x *postSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	if x.to = to; to == x.p.refuses {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox"}
	}
	return nil
}

func (x *postSession) Data(in io.Reader) error {
	m, err := mail.ReadMessage(in)
	if err != nil {
		return err
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	x.p.mu.Lock()
	defer x.p.mu.Unlock()
	x.p.got = append(x.p.got, letter{x.to, subject})
	return err
}

// take gives what came since the last time, by what it is.
func (p *postOffice) take() (reminders, invitations, receipts, digests, others []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range p.got {
		to := &others
		switch {
		case strings.Contains(l.text, ": vence el ") || strings.Contains(l.text, ": venció el ") || strings.HasSuffix(l.text, ": vence hoy"):
			to = &reminders
		case l.text == "Abre tu cuenta para declarar":
			to = &invitations
		case strings.HasPrefix(l.text, "Recibimos tu declaración"):
			to = &receipts
		case strings.HasPrefix(l.text, "Tu campaña de declaraciones"):
			to = &digests
		}
		*to = append(*to, l.to)
	}
	p.got = nil
	return reminders, invitations, receipts, digests, others
}

// year is the whole program over a real file with its real mail, a clock that the story
// moves, and the model that it is held to.
type year struct {
	*testing.T
	*model
	app    *App
	db     *storage.DB
	now    time.Time
	zone   *time.Location
	log    bytes.Buffer
	post   *postOffice
	verify *verify.Service
	cases  *complain.Office
	staff  map[string]storage.User
	hands  map[string]complain.Hand
	byID   map[string]*official
	wrote  int // declarations filed
}

const (
	yearPassword = "tres nubes lentas caminan"
	yearOrder    = "MUNICIPAL_ALCALDIA"
)

var yearPhone = []byte("12345678901234567890")

func newYear(t *testing.T, first string) *year {
	t.Helper()
	zone, err := time.LoadLocation("America/Mexico_City")
	if err != nil {
		t.Fatal(err)
	}
	y := &year{T: t, zone: zone, post: &postOffice{}, staff: map[string]storage.User{}, hands: map[string]complain.Hand{}, byID: map[string]*official{},
		model: &model{since: first, order: yearOrder, off: map[string]bool{}, extended: map[string]string{}}}
	y.set(first + " 12:00:00")
	dir := t.TempDir()
	store, err := bolt.Open(filepath.Join(dir, "declara.db"))
	y.ok(err)
	y.db = storage.Open(store, storage.NewKeys())
	t.Cleanup(func() { y.ok(y.db.Close()) })
	y.ok(y.db.Prepare(t.Context()))
	srv := smtp.NewServer(y.post)
	srv.Domain = "localhost"
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	y.ok(err)
	go srv.Serve(ln)
	t.Cleanup(func() { srv.Close() })
	clock := func() time.Time { return y.now }
	y.app, err = New(Config{
		DB: y.db, Clock: clock, Log: slog.New(slog.NewJSONHandler(&y.log, nil)), BaseURL: "https://declara.example",
		PasswordCost: &account.Cost{Memory: 8, Time: 1, Threads: 1}, KeyCost: vault.Params{Memory: 64, Time: 1, Threads: 1},
		Mail:     &outbox.Config{Host: "localhost", Port: ln.Addr().(*net.TCPAddr).Port, Security: outbox.Plain, Sender: "declara@valleencinos.example"},
		Evidence: files.Open(filepath.Join(dir, "evidence"), clock),
	})
	y.ok(err)
	words := i18n.Load()
	y.verify = verify.New(y.db, clock, complain.LastDay, aboutVerification(outbox.NewWriter(words, clock, "https://declara.example", "declara@valleencinos.example")))
	y.cases = complain.NewOffice(y.app.complain, words)
	y.update(func(tx *storage.Txn) error {
		return tx.PutInstitution(storage.Institution{
			Name: "Municipio de Valle Encinos", Office: "Órgano Interno de Control", Initials: "VE", Email: "oic@valleencinos.example", Phone: "951 000 0000",
			Order: yearOrder, Branch: "EJECUTIVO", State: "20", Town: "067", Zone: "America/Mexico_City", SetUp: y.now,
		})
	})
	return y
}

func (y *year) ok(err error) {
	y.Helper()
	if err != nil {
		y.Fatalf("%s: %v", y.now.In(y.zone).Format(time.DateTime), err)
	}
}

// set moves the clock to a local time.
func (y *year) set(local string) {
	y.Helper()
	now, err := time.ParseInLocation(time.DateTime, local, y.zone)
	if err != nil {
		y.Fatal(err)
	}
	if now.Before(y.now) {
		y.Fatalf("the clock goes back from %s to %s", y.now, now)
	}
	y.now = now
}

func (y *year) today() string { return y.now.In(y.zone).Format(time.DateOnly) }

func (y *year) update(fn func(*storage.Txn) error) {
	y.Helper()
	y.ok(y.db.Update(y.Context(), tenant, fn))
}

func (y *year) view(fn func(*storage.Txn) error) {
	y.Helper()
	y.ok(y.db.View(y.Context(), tenant, fn))
}

// person puts somebody of the office to work, with a password and a telephone.
func (y *year) person(name string, roles ...storage.Role) {
	y.Helper()
	hash, err := y.app.accounts.Hash(y.Context(), yearPassword)
	y.ok(err)
	login := name + "@valleencinos.example"
	u := storage.User{ID: storage.NewID(y.now), Login: login, Name: "Persona " + name, Email: login, Roles: roles, Password: hash,
		Second: &storage.Second{Secret: yearPhone, Since: y.now}, Created: y.now, Changed: y.now}
	y.update(func(tx *storage.Txn) error { return tx.PutUser(u) })
	y.staff[name] = u
}

// keyed gives somebody of the office a key for complaints, which another vouches for.
func (y *year) keyed(name, by string) {
	y.Helper()
	u := y.staff[name]
	_, mine, err := y.app.complain.MakeKey(y.Context(), tenant, u.ID, yearPassword, "Puesto de "+name)
	y.ok(err)
	y.hands[name] = complain.Hand{Tenant: tenant, User: u.ID, Key: mine}
	if by != "" {
		y.ok(y.app.complain.Vouch(y.Context(), y.hands[by], u.ID, mine.Public().Fingerprint()))
	}
}

// jobs is what the program does by itself, as its workers and its sweep do it.
func (y *year) jobs() {
	y.Helper()
	ctx := y.Context()
	y.ok(errors.Join(
		y.app.accounts.Sweep(ctx, tenant), y.app.declare.Sweep(ctx, tenant), y.app.complain.Sweep(ctx, tenant), y.app.campaign.Sweep(ctx, tenant),
		y.app.conflicts.Sweep(ctx, tenant), y.app.complain.Cover(ctx), y.app.unread.Run(ctx, tenant), y.app.campaign.Once(ctx, tenant), y.app.ledger.Daily(ctx, tenant)))
	_, err := y.app.conflicts.Compare(ctx, tenant, false)
	y.ok(err)
	y.letters()
}

// letters has all go out that waits.
func (y *year) letters() {
	y.Helper()
	for range 200 {
		waits := 0
		y.view(func(tx *storage.Txn) error {
			all, err := tx.DueMail(y.now, 1)
			waits = len(all)
			return err
		})
		if waits == 0 {
			return
		}
		y.ok(y.app.mail.Once(y.Context()))
	}
	y.Fatal("the outbox does not become empty")
}

// check holds the list of compliance to the model.
func (y *year) check(what string) {
	y.Helper()
	roll, err := y.app.declare.Roll(y.Context(), tenant)
	y.ok(err)
	got := map[string]debt{}
	for _, l := range roll.Lines {
		key := fmt.Sprintf("%03d %s", y.byID[l.Person].n, l.Duty.Key)
		if _, twice := got[key]; twice {
			y.Errorf("%s, %s: %s is there twice", y.today(), what, key)
		}
		got[key] = debt{state: string(l.State), left: l.Duty.Left, full: l.Duty.Level == forms.Full}
	}
	for _, line := range differ(got, y.lines(y.today())) {
		y.Errorf("%s, %s: %s", y.today(), what, line)
	}
}

// payroll is the list of payroll of whoever is in service, with what is to be changed.
// It counts who it names.
func (y *year) payroll(who []*official) [][]string {
	rows := [][]string{{"Nombre(s)", "Primer apellido", "Segundo apellido", "RFC", "CURP", "Puesto", "Nivel", "Unidad de adscripción", "Fecha de ingreso", "Correo institucional"}}
	for _, o := range who {
		p, entry := o.person, ""
		for _, s := range o.spans {
			if s.body == "" {
				entry = s.first
			}
		}
		rows = append(rows, []string{strings.ToUpper(p.Given), strings.ToUpper(p.First), strings.ToUpper(p.Second), p.RFC, p.CURP, o.post, "N-" + fmt.Sprint(o.n%9), o.unit, at(entry).Format("02/01/2006"), o.mail})
	}
	return rows
}

// bring puts a list of payroll on the roster: what is doubtful is said yes to, since the
// only doubt of this town is two people of one name. It returns the list and what it did.
func (y *year) bring(file []byte, whole bool, exit string) (id string, did map[account.Fate]int) {
	y.Helper()
	ctx, hr, a := y.Context(), y.staff["enlace"].ID, y.app.accounts
	id, err := a.StageList(ctx, tenant, hr, file, whole, exit)
	y.ok(err)
	l, err := a.List(ctx, tenant, id)
	y.ok(err)
	yes := map[string]bool{}
	for _, line := range l.Lines {
		switch {
		case line.Fate == account.FateWrong:
			y.Fatalf("row %d: %v", line.Row, line.Remarks)
		case line.Fate == account.FateDoubtful && line.Remarks[0].Key == "account.list.doubt.namesake":
			yes[line.Key] = true
		case line.Fate == account.FateDoubtful:
			y.Errorf("%s, row %d: %v", y.today(), line.Row, line.Remarks)
		}
	}
	if len(yes) > 0 {
		y.ok(a.ChooseLines(ctx, tenant, id, yes))
	}
	posts, err := a.Posts(ctx, tenant, id)
	y.ok(err)
	levels := map[string]forms.Level{}
	for _, p := range posts {
		if !p.Known {
			levels[p.ID] = forms.Simplified
			if fullPost(p.Name) {
				levels[p.ID] = forms.Full
			}
		}
	}
	if len(levels) > 0 {
		_, _, err = a.SetPosts(ctx, tenant, hr, id, "Acuerdo OIC/3/2027", levels)
		y.ok(err)
	}
	l, err = a.List(ctx, tenant, id)
	y.ok(err)
	did, err = a.ApplyList(ctx, tenant, hr, id, l.Version)
	y.ok(err)
	y.known()
	return id, did
}

// known finds who is new on the roster, by her RFC.
func (y *year) known() {
	y.Helper()
	byRFC := map[string]*official{}
	for _, o := range y.all {
		byRFC[o.person.RFC] = o
	}
	y.view(func(tx *storage.Txn) error {
		return tx.People(func(p storage.Person) error {
			o := byRFC[p.RFC]
			if o == nil {
				return fmt.Errorf("nobody knows %s", p.RFC)
			}
			o.id, y.byID[p.ID] = p.ID, o
			return nil
		})
	})
}

// fullPost is whom the agreement of the town has declare in full.
func fullPost(name string) bool {
	return strings.HasPrefix(name, "Direc") || strings.HasPrefix(name, "Jef")
}

var yearPosts = []string{"Analista", "Auxiliar Administrativo", "Policía Tercero", "Cajera", "Inspector de Mercados", "Topógrafo", "Director de Área", "Jefa de Departamento"}
var yearUnits = []string{"Tesorería", "Obras Públicas", "Seguridad Pública", "Servicios Públicos", "Catastro", "Desarrollo Social"}

// born is an invented official of the model, who takes office on a day. Every twentieth
// has no address.
func (y *year) born(n int, entry string) *official {
	o := &official{n: n, post: yearPosts[n%len(yearPosts)], unit: yearUnits[n%len(yearUnits)], spans: []span{{first: entry}},
		rulings: map[string]ruling{}, paper: map[string]string{}, handed: map[string]string{}, required: map[string][2]string{}, told: map[string]bool{}}
	taken := func(p sample.Person) bool {
		return slices.ContainsFunc(y.all, func(x *official) bool { return x.person.RFC == p.RFC || x.person.CURP == p.CURP })
	}
	for seed := int64(n); ; seed += 10_000 {
		if o.person = sample.Official(seed); !taken(o.person) {
			break
		}
	}
	if n%20 != 7 {
		o.mail = fmt.Sprintf("p%03d@valleencinos.example", n)
	}
	o.full = fullPost(o.post)
	y.all = append(y.all, o)
	return o
}

func (y *year) who(o *official) declare.Who { return declare.Who{Tenant: tenant, Person: o.id} }

// write answers the draft of a duty, as she would have typed it.
func (y *year) write(o *official, key string, change func(forms.Answers)) (id string) {
	y.Helper()
	ctx := y.Context()
	id, err := y.app.declare.Start(ctx, y.who(o), key)
	if err != nil {
		y.Fatalf("%s: %d does not owe %s: %v", y.today(), o.n, key, err)
	}
	y.answer(y.who(o), o, id, change)
	return id
}

// answer puts invented answers into a draft that somebody fills in.
func (y *year) answer(who declare.Who, o *official, id string, change func(forms.Answers)) {
	y.Helper()
	work, err := y.app.declare.Draft(y.Context(), who, id)
	y.ok(err)
	d, err := sample.Draft(work.Form, int64(o.n), sample.Options{
		Person: o.person, Year: work.Kept.Draft.Year, Event: work.Kept.Draft.Event, Today: y.today(), Wealth: 0.1, Given: work.Kept.Draft.Given,
	})
	y.ok(err)
	if change != nil {
		change(d.Answers)
		forms.Derive(work.Form, d)
	}
	y.update(func(tx *storage.Txn) error {
		kept, err := tx.Draft(id)
		if err != nil {
			return err
		}
		kept.Draft = *d
		_, err = tx.PutDraft(kept, "", 0)
		return err
	})
}

// file files what an official owes.
func (y *year) file(o *official, key string, change ...func(forms.Answers)) {
	y.Helper()
	var edit func(forms.Answers)
	if len(change) > 0 {
		edit = change[0]
	}
	id := y.write(o, key, edit)
	work, err := y.app.declare.Draft(y.Context(), y.who(o), id)
	y.ok(err)
	f, err := y.app.declare.File(y.Context(), y.who(o), id, declare.Seal{Stamp: work.Stamp(), Verify: func() error { return nil }})
	if err != nil {
		r, _ := y.app.declare.Review(y.Context(), y.who(o), id)
		y.Fatalf("%s: %d files %s: %v %v", y.today(), o.n, key, err, r.Problems)
	}
	y.did(o, f, y.today())
}

// did tells the model what was filed, and of which day it counts.
func (y *year) did(o *official, f storage.Filing, day string) {
	o.filed = append(o.filed, filed{f.Type.Slug(), f.Event, f.Year, day})
	y.wrote++
}

// edit has human resources change what the roster says of somebody.
func (y *year) edit(o *official, change func(*account.Official)) {
	y.Helper()
	r, err := y.app.accounts.Official(y.Context(), tenant, o.id)
	y.ok(err)
	form := account.OfficialOf(r.Person)
	change(&form)
	_, err = y.app.accounts.EditOfficial(y.Context(), tenant, y.staff["enlace"].ID, o.id, form)
	y.ok(err)
}

// visitor is a browser.
type visitor struct {
	y      *year
	cookie map[string]string
}

func (y *year) visitor() *visitor { return &visitor{y, map[string]string{}} }

// do asks the site for something.
func (v *visitor) do(method, path string, form ...string) (status int, to, body string) {
	v.y.Helper()
	values := url.Values{}
	for i := 0; i+1 < len(form); i += 2 {
		values.Add(form[i], form[i+1])
	}
	r, err := http.NewRequestWithContext(context.Background(), method, path, strings.NewReader(values.Encode()))
	v.y.ok(err)
	r.Host = "declara.example"
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range v.cookie {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	res, err := v.y.app.site.Test(r)
	v.y.ok(err)
	defer res.Body.Close()
	for _, c := range res.Cookies() {
		v.cookie[c.Name] = c.Value
	}
	b, err := io.ReadAll(res.Body)
	v.y.ok(err)
	return res.StatusCode, res.Header.Get("Location"), string(b)
}

// get reads a page, which must be there.
func (v *visitor) get(path string) string {
	v.y.Helper()
	status, to, body := v.do("GET", path)
	if status != http.StatusOK {
		v.y.Fatalf("GET %s: %d %s\n%.400s", path, status, to, body)
	}
	return body
}

// send sends a form, which must lead on.
func (v *visitor) send(path string, form ...string) (to string) {
	v.y.Helper()
	status, to, body := v.do("POST", path, form...)
	if status != http.StatusSeeOther {
		v.y.Fatalf("POST %s: %d\n%.1500s", path, status, body)
	}
	return to
}

// enter signs somebody of the office in, by her password and her telephone.
func (y *year) enter(name string) *visitor {
	y.Helper()
	v := y.visitor()
	if to := v.send("/entrar", "usuario", y.staff[name].Login, "clave", yearPassword); !strings.HasPrefix(to, "/entrar/codigo") {
		y.Fatalf("%s needs no telephone: %s", name, to)
	}
	v.send("/entrar/codigo", "codigo", account.CodeOf(yearPhone, y.now))
	return v
}

// onSite files what an official owes by the pages alone, but for her answers: from the
// code of her letter to the acuse.
func (y *year) onSite(o *official, key string) {
	y.Helper()
	code, u, err := y.app.accounts.IssueOfficialCode(y.Context(), tenant, y.staff["enlace"].ID, o.id)
	y.ok(err)
	v, own := y.visitor(), fmt.Sprintf("propio%03d@correo.example", o.n)
	v.send("/primera-vez", "usuario", u.Login, "codigo", code, "correo", own, "correo2", own, "clave", yearPassword)
	if home := v.get("/declaraciones"); !strings.Contains(home, "deber="+key) && !strings.Contains(home, key) {
		y.Errorf("%d does not see that she owes %s", o.n, key)
	}
	to := v.send("/declaraciones/nueva", "deber", key)
	id, _, _ := strings.Cut(strings.TrimPrefix(to, "/declaraciones/"), "/")
	if begun := y.write(o, key, nil); begun != id {
		y.Fatalf("%s is another draft than %s", begun, id)
	}
	v.get("/declaraciones/" + id + "/revisar")
	stamp := regexp.MustCompile(`name="sello" value="([^"]+)"`).FindStringSubmatch(v.get("/declaraciones/" + id + "/firmar"))
	if stamp == nil {
		y.Fatal("nothing to sign")
	}
	if status, _, _ := v.do("POST", "/declaraciones/"+id+"/firmar", "sello", stamp[1], "contrasena", "otra cosa distinta"); status == http.StatusSeeOther {
		y.Error("a wrong password signed")
	}
	v.send("/declaraciones/"+id+"/firmar", "sello", stamp[1], "contrasena", yearPassword)
	f, err := y.app.declare.Filing(y.Context(), y.who(o), id)
	y.ok(err)
	if !strings.Contains(v.get("/declaraciones/"+id+"/acuse"), f.Folio) {
		y.Error("the acuse has no folio")
	}
	y.did(o, f, y.today())
}

// csv is rows as payroll writes them: in Latin-1 with semicolons when old is true.
func payrollFile(rows [][]string, old bool) []byte {
	if !old {
		return table.WriteCSV(rows)
	}
	var b bytes.Buffer
	for _, row := range rows {
		for _, r := range strings.Join(row, ";") + "\r\n" {
			b.WriteByte(byte(r))
		}
	}
	return b.Bytes()
}
