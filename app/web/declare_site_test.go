package web

import (
	"context"
	"encoding/json"
	"errors"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"declara/app/account"
	"declara/app/declare"
	"declara/app/seal"
	"declara/app/trust"
	"declara/forms"
	"declara/forms/sample"
	"declara/i18n"
	"declara/storage"
	"declara/storage/bolt"
)

// declareSite is a municipality behind the real chain of requests, with a store in
// a file and a clock that the test sets.
type declareSite struct {
	*testing.T
	server *Server
	db     *storage.DB
	now    time.Time
}

const declarePassword = "una frase larga y rara 7"

// newDeclareSite starts at noon of a day in Mexico City.
func newDeclareSite(t *testing.T, day string) *declareSite {
	t.Helper()
	store, err := bolt.Open(filepath.Join(t.TempDir(), "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	s := &declareSite{T: t}
	s.set(day + " 12:00:00")
	s.db = storage.Open(store, storage.NewKeys())
	t.Cleanup(func() {
		if err := s.db.Close(); err != nil {
			t.Error(err)
		}
	})
	clock := func() time.Time { return s.now }
	accounts := account.New(s.db, clock, func(*storage.Txn, account.Letter) error { return nil }, account.WithCost(account.Cost{Memory: 64, Time: 1, Threads: 1}))
	believed := trust.New(s.db, clock, nil)
	declared := declare.New(s.db, clock, func(tx *storage.Txn, l declare.Letter) error {
		return tx.PutMail(storage.Mail{ID: l.ID, To: l.To, Kind: "receipt", Message: []byte("acuse"), Created: s.now, Next: s.now})
	}, declare.WithEFirma(declare.EFirma{
		Words: i18n.Load(), Check: func(id string) string { return "http://declara.example/verificar/" + id },
		Judge: func(ctx context.Context, tenant string, cer []byte, rfc string) (declare.Verdict, error) {
			v, err := believed.Judge(ctx, tenant, cer, rfc)
			return declare.Verdict{Certificate: v.Certificate.X509, Name: v.Certificate.Name, Serial: v.Certificate.Serial, Chain: v.Chain, Check: v.Check}, err
		},
	}))
	s.server, err = New(Config{DB: s.db, Bundle: i18n.Load(), Clock: clock, Accounts: accounts, Declare: declared,
		Trust: believed, Seal: seal.New(seal.Config{DB: s.db, Words: i18n.Load(), Clock: clock, Base: "http://declara.example"}), BaseURL: "http://declara.example"})
	if err != nil {
		t.Fatal(err)
	}
	s.update(func(tx *storage.Txn) error {
		return tx.PutInstitution(storage.Institution{
			Name: "Municipio de Valle Encinos", Office: "Órgano Interno de Control", Initials: "VE", Phone: "951 000 0000", Hours: "lunes a viernes de 9 a 15 h",
			Order: "MUNICIPAL_ALCALDIA", Branch: "EJECUTIVO", State: "20", Town: "067", Zone: "America/Mexico_City", SetUp: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		})
	})
	return s
}

func (s *declareSite) set(local string) {
	s.Helper()
	zone, err := time.LoadLocation("America/Mexico_City")
	if err != nil {
		s.Fatal(err)
	}
	if s.now, err = time.ParseInLocation("2006-01-02 15:04:05", local, zone); err != nil {
		s.Fatal(err)
	}
}

func (s *declareSite) update(fn func(*storage.Txn) error) {
	s.Helper()
	if err := s.db.Update(context.Background(), tenant, fn); err != nil {
		s.Fatal(err)
	}
}

// official is an invented official with an account, signed in.
type official struct {
	*declareSite
	who    declare.Who
	person sample.Person
	login  string
	cookie string
}

func (s *declareSite) official(seed int64, level forms.Level, entry, exit string) *official {
	s.Helper()
	p := sample.Official(seed)
	id := storage.NewID(s.now)
	hash, err := s.server.accounts.Hash(context.Background(), declarePassword)
	if err != nil {
		s.Fatal(err)
	}
	o := &official{declareSite: s, person: p, who: declare.Who{Tenant: tenant, Person: id}, login: account.Fold(p.CURP)}
	s.update(func(tx *storage.Txn) error {
		return errors.Join(tx.PutPerson(storage.Person{
			ID: id, Given: p.Given, First: p.First, Second: p.Second, RFC: p.RFC, CURP: p.CURP, Email: "oficina@valleencinos.example",
			Unit: p.Unit, Post: p.Post, Grade: p.Grade, Duties: "Revisar cuentas", Level: level, Entry: entry, Exit: exit, Created: s.now,
		}), tx.PutUser(storage.User{ID: storage.NewID(s.now), Login: o.login, Name: p.Name(), Email: "persona@correo.example",
			Roles: []storage.Role{storage.RoleDeclarant}, Person: id, Password: hash, Created: s.now.Add(-time.Hour), Changed: s.now.Add(-time.Hour)}))
	})
	o.signIn()
	return o
}

func (o *official) signIn() {
	o.Helper()
	o.cookie = sessionOf(o.T, o.server, o.login, declarePassword, "192.0.2.7")
}

// reply is a page, or what came instead of one.
type reply struct {
	status   int
	location string
	body     string
	header   http.Header
	path     string // where it was found, after redirects
}

// ask sends one request and does not follow where it leads.
func (o *official) ask(method, target string, form url.Values, header ...string) reply {
	o.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r := httptest.NewRequest(method, target, body)
	r.Host = "declara.example"
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Header.Set("Origin", "http://declara.example")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	if o.cookie != "" {
		r.AddCookie(&http.Cookie{Name: "sesion", Value: o.cookie})
	}
	o.now = o.now.Add(50 * time.Millisecond) // people are slower than the rate limit
	resp, err := o.server.Test(r)
	if err != nil {
		o.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		o.Fatal(err)
	}
	return reply{resp.StatusCode, resp.Header.Get("Location"), string(b), resp.Header, target}
}

// open gets a page, following redirects as a browser does.
func (o *official) open(target string) reply {
	o.Helper()
	return o.follow(o.ask("GET", target, nil))
}

// send posts a form and follows.
func (o *official) send(target string, form url.Values) reply {
	o.Helper()
	return o.follow(o.ask("POST", target, form))
}

func (o *official) follow(a reply) reply {
	o.Helper()
	for range 8 {
		if a.status != http.StatusSeeOther {
			return a
		}
		path, _, _ := strings.Cut(a.location, "#")
		a = o.ask("GET", path, nil)
	}
	o.Fatalf("redirects without end at %s", a.path)
	return a
}

// control is what a page lets a person type into.
type control struct {
	kind    string // "hidden", "text", "radio", "checkbox", "select", "textarea"
	value   string
	checked bool
	options []string // of a select
	hidden  bool     // within an element that is not shown
}

// sheet is the first form of a page that saves something.
type sheet struct {
	action   string
	controls map[string][]control
	buttons  []string // values of accion
}

var (
	tags  = regexp.MustCompile(`(?s)<(/?)(form|input|select|option|textarea|button|div|fieldset|section|span|p)\b([^>]*)>`)
	attrs = regexp.MustCompile(`([a-zA-Z-]+)(?:="([^"]*)")?`)
)

// read finds the form of a page that leads to one of our addresses.
func (a reply) read() sheet {
	out := sheet{controls: map[string][]control{}}
	in, sel, opened := false, "", 0
	var stack []bool // whether each open element is hidden
	for _, m := range tags.FindAllStringSubmatchIndex(a.body, -1) {
		closing, name := a.body[m[2]:m[3]] != "", a.body[m[4]:m[5]]
		at := map[string]string{}
		for _, x := range attrs.FindAllStringSubmatch(a.body[m[6]:m[7]], -1) {
			at[x[1]] = html.UnescapeString(x[2])
		}
		_, hidden := at["hidden"]
		switch name {
		case "div", "fieldset", "section", "span", "p":
			if closing && len(stack) > 0 {
				stack = stack[:len(stack)-1]
			} else if !closing {
				stack = append(stack, hidden)
			}
		case "form":
			if closing {
				in = false
			} else if at["method"] == "post" && at["action"] != "/salir" && opened == 0 {
				in, out.action, opened = true, at["action"], 1
			}
		}
		if !in || closing {
			if closing && name == "select" {
				sel = ""
			}
			continue
		}
		_, checked := at["checked"]
		_, selected := at["selected"]
		concealed := slices.Contains(stack, true)
		switch name {
		case "input":
			kind := at["type"]
			if kind != "hidden" && kind != "radio" && kind != "checkbox" {
				kind = "text"
			}
			out.controls[at["name"]] = append(out.controls[at["name"]], control{kind: kind, value: at["value"], checked: checked, hidden: concealed})
		case "textarea":
			end := strings.Index(a.body[m[1]:], "</textarea>")
			text := strings.TrimPrefix(html.UnescapeString(a.body[m[1]:m[1]+end]), "\n")
			out.controls[at["name"]] = append(out.controls[at["name"]], control{kind: "textarea", value: text, hidden: concealed})
		case "select":
			sel = at["name"]
			out.controls[sel] = append(out.controls[sel], control{kind: "select", hidden: concealed})
		case "option":
			if c := &out.controls[sel][len(out.controls[sel])-1]; true {
				c.options = append(c.options, at["value"])
				if selected {
					c.value = at["value"]
				}
			}
		case "button":
			out.buttons = append(out.buttons, at["value"])
		}
	}
	return out
}

// values is the form as a browser would send it, untouched.
func (s sheet) values() url.Values {
	v := url.Values{}
	for name, all := range s.controls {
		for _, c := range all {
			if (c.kind == "radio" || c.kind == "checkbox") && !c.checked {
				continue
			}
			v.Add(name, c.value)
		}
	}
	return v
}

// typeIn puts answers into the controls that a person sees, as a person can: a
// choice only where it is offered.
func (s sheet) typeIn(v url.Values, answers forms.Answers) {
	for name, all := range s.controls {
		said, ok := answers[forms.Path(name)]
		if !ok || all[0].hidden || all[len(all)-1].hidden {
			continue
		}
		switch c := all[len(all)-1]; c.kind {
		case "hidden":
		case "radio", "checkbox":
			v.Del(name)
			if c.kind == "checkbox" {
				v.Add(name, "")
			}
			for _, want := range said {
				if slices.ContainsFunc(all, func(c control) bool { return c.value == want }) {
					v.Add(name, want)
				}
			}
		case "select":
			if slices.Contains(c.options, said[0]) {
				v.Set(name, said[0])
			}
		default:
			v.Set(name, said[0])
		}
	}
}

// sample is a declaration to type, for the draft that is open.
func (o *official) sample(id string, seed int64, extremes bool) *forms.Draft {
	o.Helper()
	w, err := o.server.declare.Draft(context.Background(), o.who, id)
	if err != nil {
		o.Fatal(err)
	}
	d, err := sample.Draft(w.Form, seed, sample.Options{Person: o.person, Year: w.Kept.Draft.Year, Event: w.Kept.Draft.Event,
		Today: w.Kept.Draft.Today, Wealth: 0.7, Extremes: extremes})
	if err != nil {
		o.Fatal(err)
	}
	return d
}

// begin starts a declaration through the pages and gives its id.
func (o *official) begin(key string) string {
	o.Helper()
	a := o.send("/declaraciones/nueva", url.Values{"deber": {key}})
	if a.status != 200 {
		o.Fatalf("begin: %d %s", a.status, a.body)
	}
	return strings.Split(strings.TrimPrefix(a.path, "/declaraciones/"), "/")[0]
}

// fillSection types a whole section through its pages, without a script.
func (o *official) fillSection(id string, sec *forms.Section, f *forms.Form, answers forms.Answers) {
	o.Helper()
	key := forms.Path(sec.Key)
	renamed := forms.Answers{}
	for p, v := range answers {
		renamed[p] = v
	}
	for _, list := range lists(f, sec) {
		for _, item := range answers.Items(list) {
			o.fillItem(id, list, item, f, answers)
		}
	}
	if answers.Get(key.Join("ninguno")) == forms.Yes && sec.List != "" {
		page := o.open(sectionPath(id, sec.Key))
		v := page.read().values()
		v.Set("accion", "ninguno")
		o.send(sectionPath(id, sec.Key), v)
		return
	}
	var last reply
	for range 6 { // each answer may bring up questions
		page := o.open(sectionPath(id, sec.Key))
		s := page.read()
		v := s.values()
		s.typeIn(v, renamed)
		v.Set("accion", "continuar")
		last = o.send(s.action, v)
		if last.status != 200 {
			o.Fatalf("%s: %d\n%s", sec.Key, last.status, last.body)
		}
		if !strings.HasPrefix(last.path, sectionPath(id, sec.Key)+"?") {
			return
		}
	}
	o.Fatalf("%s is never ready:\n%s", sec.Key, summaryOf(last.body))
}

// fillItem adds one item of a list, page by page.
func (o *official) fillItem(id string, list forms.Path, item string, f *forms.Form, answers forms.Answers) {
	o.Helper()
	path := itemPath(id, list.Join("nuevo"), "1")
	for range 14 {
		page := o.open(path)
		if page.status != 200 {
			o.Fatalf("%s: %d\n%s", path, page.status, page.body)
		}
		s := page.read()
		v := s.values()
		ids := spelled(f, list.Join(item), s, answers)
		s.typeIn(v, ids)
		v.Set("accion", "continuar")
		if more := s.more(f, list.Join(item), answers, v); more != "" {
			v.Set("accion", more)
		}
		next := o.send(s.action, v)
		if next.status != 200 {
			o.Fatalf("%s: %d\n%s", path, next.status, next.body)
		}
		if strings.HasPrefix(next.path, sectionPath(id, list.Section())) && strings.Count(next.path, "/") == 4 {
			return
		}
		path = next.path
	}
	o.Fatalf("%s is never ready at %s:\n%s", list, path, summaryOf(o.open(path).body))
}

// spelled gives the answers of a sample item under the ids that the page uses.
func spelled(f *forms.Form, item forms.Path, s sheet, answers forms.Answers) forms.Answers {
	out := forms.Answers{}
	prefix := string(item) + "."
	for name := range s.controls {
		p := forms.Path(name)
		x, ok := f.Field(p)
		if !ok || x.Kind == forms.List {
			continue
		}
		// The page has …list.ID.rest; the sample has …list.item.rest. Lists within it
		// are matched by their order on the page.
		at := string(item[:strings.LastIndexByte(string(item), '.')])
		_, rest, ok := strings.Cut(strings.TrimPrefix(name, at+"."), ".")
		if !ok || !strings.HasPrefix(name, at+".") {
			continue
		}
		out[p] = answers[forms.Path(prefix+s.inner(f, item, rest, name, answers))]
		if len(out[p]) == 0 {
			delete(out, p)
		}
	}
	return out
}

// inner turns the ids of rows within an item into those of the sample, by order.
func (s sheet) inner(f *forms.Form, item forms.Path, rest, name string, answers forms.Answers) string {
	list, tail, ok := strings.Cut(rest, ".")
	x, found := f.Field(item.Join(list))
	if !ok || !found || x.Kind != forms.List {
		return rest
	}
	id, leaf, _ := strings.Cut(tail, ".")
	own := forms.Path(name[:strings.Index(name, "."+list+".")] + "." + list)
	for i, c := range s.controls[string(own)] {
		if ids := answers.Items(item.Join(list)); c.value == id && i < len(ids) {
			return list + "." + ids[i] + "." + leaf
		}
	}
	return rest
}

// more is the button that adds a row when the sample has more of them than the page.
func (s sheet) more(f *forms.Form, item forms.Path, answers forms.Answers, v url.Values) string {
	for _, b := range s.buttons {
		path, ok := strings.CutPrefix(b, "fila:")
		if !ok {
			continue
		}
		name := path[strings.LastIndexByte(path, '.')+1:]
		if len(answers.Items(item.Join(name))) > len(s.controls[path]) && !s.concealed(path) {
			return b
		}
	}
	return ""
}

// concealed reports whether a list within an item is not shown.
func (s sheet) concealed(list string) bool {
	for _, c := range s.controls[list] {
		if c.hidden {
			return true
		}
	}
	return false
}

// lists are the lists of a section that have pages of their own.
func lists(f *forms.Form, sec *forms.Section) []forms.Path {
	var out []forms.Path
	var walk func(forms.Path, []forms.Field)
	walk = func(at forms.Path, fields []forms.Field) {
		for i := range fields {
			switch x := &fields[i]; x.Kind {
			case forms.List:
				out = append(out, at.Join(x.Name))
			case forms.Group:
				walk(at.Join(x.Name), x.Of)
			}
		}
	}
	walk(forms.Path(sec.Key), sec.Fields)
	return out
}

var summaries = regexp.MustCompile(`(?s)<div class="resumen-errores".*?</div>|<span class="msj-error".*?</span>`)

// summaryOf is what a page says is wrong.
func summaryOf(body string) string {
	return strings.Join(summaries.FindAllString(body, -1), "\n")
}

// put writes a complete declaration into a draft at once, where a test is about
// what comes after.
func (o *official) put(id string, d *forms.Draft) {
	o.Helper()
	o.update(func(tx *storage.Txn) error {
		kept, err := tx.Draft(id)
		if err != nil {
			return err
		}
		kept.Draft.Answers, kept.Draft.Confirmed = d.Answers, d.Confirmed
		_, err = tx.PutDraft(kept, "", 0)
		return err
	})
}

// fill types a whole declaration through the pages.
func (o *official) fill(id string, d *forms.Draft) {
	o.Helper()
	f := forms.Lookup(d.Type, d.Level)
	for i := range f.Sections {
		o.fillSection(id, &f.Sections[i], f, d.Answers)
	}
}

// sign reviews, looks at the public version and signs, by the pages.
func (o *official) sign(id string) reply {
	o.Helper()
	page := o.open(draftPath(id, "firmar"))
	s := page.read()
	if s.action != draftPath(id, "firmar") {
		o.Fatalf("no page to sign at: %s\n%s", page.path, summaryOf(o.open(draftPath(id, "revisar")).body))
	}
	v := s.values()
	v.Set("contrasena", declarePassword)
	return o.send(s.action, v)
}

// decoded reads a JSON answer.
func (a reply) decoded(t *testing.T) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		t.Fatalf("%v: %s", err, a.body)
	}
	return v
}
