package app

import (
	"archive/zip"
	"bytes"
	"errors"
	"html"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"declara/app/account"
	"declara/app/campaign"
	"declara/app/conflict"
	"declara/app/declare"
	"declara/app/outbox"
	"declara/app/verify"
	"declara/app/verify/draw"
	"declara/forms"
	"declara/forms/sample"
	"declara/i18n"
	"declara/storage"
)

// TestDeskShowsNothingDeclared files declarations with a mark in every private answer, has
// the office remind, require, draw, verify and compare, and then goes wherever the links
// of its pages lead, as everybody who works there: nothing that was declared stands on any
// page, list, export or letter that nobody opened with a reason.
func TestDeskShowsNothingDeclared(t *testing.T) {
	w := newWorld(t)
	for _, level := range forms.AllLevels {
		w.file(t, 1, level)
		w.file(t, 2, level)
	}
	d := &desk{leakWorld: w, t: t, staff: map[storage.Role]storage.User{}}
	d.work()
	hers := map[string]bool{} // what human resources wrote on the roster too
	if err := w.db.View(t.Context(), tenant, func(tx *storage.Txn) error {
		return tx.People(func(p storage.Person) error { hers[p.RFC], hers[p.CURP] = true, true; return nil })
	}); err != nil {
		t.Fatal(err)
	}
	marks := slices.DeleteFunc(slices.Clone(w.marks), func(m string) bool { return hers[m] })
	marks = append(marks, noteMark, questionMark, answerMark, findingMark)
	if len(marks) < 100 {
		t.Fatalf("only %d marks were planted: the test sees nothing", len(marks))
	}
	for _, role := range []storage.Role{storage.RoleComptroller, storage.RoleHR, storage.RoleAdmin, storage.RoleInvestigator, storage.RoleSubstantiator, storage.RoleCustodian,
		storage.RoleVerifier, storage.RoleHelp, storage.RoleTransparency} {
		pages := d.walk(role)
		for path, out := range pages {
			for _, m := range marks {
				if bytes.Contains(out, []byte(m)) {
					t.Errorf("%s shows %s the private answer %q", path, role, m)
				}
			}
		}
		for _, must := range d.must(role) {
			if _, seen := pages[must]; !seen {
				t.Errorf("no link leads %s to %s: the test does not see it", role, must)
			}
		}
		t.Logf("%s: %d pages and files", role, len(pages))
	}
	mails := []byte{}
	if err := w.db.View(t.Context(), tenant, func(tx *storage.Txn) error {
		return tx.Mails(func(m storage.Mail) error {
			mails = append(mails, bytes.ReplaceAll(m.Message, []byte(m.To), nil)...)
			return nil
		})
	}); err != nil {
		t.Fatal(err)
	}
	for _, m := range marks {
		for name, out := range map[string][]byte{"mail": mails, "the log": w.log.Bytes()} {
			if bytes.Contains(out, []byte(m)) {
				t.Errorf("%s tells the private answer %q", name, m)
			}
		}
	}
}

// What is written about declarations, by who declares and by who verifies, is as private
// as they are.
const (
	noteMark     = "ZQNOTA01X"
	questionMark = "ZQPREGUNTA01X"
	answerMark   = "ZQRESPUESTA01X"
	findingMark  = "ZQHALLAZGO01X"
)

type desk struct {
	*leakWorld
	t      *testing.T
	staff  map[storage.Role]storage.User
	number string // of the draw
	folio  string // of what was drawn first
}

// must are files and lists that a role's pages have to lead to.
func (d *desk) must(r storage.Role) []string {
	switch r {
	case storage.RoleComptroller:
		return []string{"/contraloria", "/contraloria/cumplimiento", "/contraloria/cumplimiento.csv", "/contraloria/cumplimiento.xlsx", "/contraloria/conflictos", "/contraloria/conflictos/decisiones.csv",
			"/contraloria/notas", "/contraloria/correo", "/contraloria/recordatorios", "/contraloria/verificacion/" + d.number, "/contraloria/verificacion/" + d.number + "/acta.pdf",
			"/contraloria/verificacion/" + d.number + "/universo.txt", "/contraloria/verificacion/" + d.number + "/declaracion/" + d.folio}
	case storage.RoleHR:
		return []string{"/contraloria/personas", "/contraloria/cumplimiento", "/contraloria/cumplimiento.csv", "/contraloria/padron"}
	case storage.RoleVerifier:
		return []string{"/contraloria/encargos", "/contraloria/verificacion/" + d.number + "/declaracion/" + d.folio}
	case storage.RoleHelp:
		return []string{"/contraloria/mesa", "/contraloria/mesa/" + d.filed[0].Person, "/contraloria/cumplimiento", "/contraloria/papel", "/contraloria/accesos"}
	case storage.RoleTransparency:
		return []string{"/contraloria/reservas", "/contraloria/publicacion", "/contraloria/publicacion/pnt"}
	case storage.RoleAdmin:
		return []string{"/ajustes", "/ajustes/cuentas", "/ajustes/conexiones"}
	}
	return nil
}

func (d *desk) ok(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// work is what the office does in a month.
func (d *desk) work() {
	t, ctx := d.t, d.t.Context()
	hash, err := d.app.accounts.Hash(ctx, yearPassword)
	d.ok(err)
	for _, role := range account.StaffRoles {
		u := storage.User{ID: storage.NewID(d.now), Login: string(role) + "@valleencinos.example", Name: "Persona " + string(role), Email: string(role) + "@valleencinos.example",
			Roles: []storage.Role{role}, Password: hash, Second: &storage.Second{Secret: yearPhone, Since: d.now}, Created: d.now, Changed: d.now}
		d.staff[role] = u
		d.update(t, func(tx *storage.Txn) error { return tx.PutUser(u) })
	}
	head, ver := d.staff[storage.RoleComptroller], d.staff[storage.RoleVerifier]
	_, err = d.filings.AddNote(ctx, declare.Who{Tenant: tenant, Person: d.filed[0].Person}, d.filed[0].ID, "", "Omití una cuenta: "+noteMark, "envio1")
	d.ok(err)

	// Somebody has not filed, is reminded, required and referred.
	o := sample.Official(77)
	late := storage.Person{ID: storage.NewID(d.now), Given: o.Given, First: o.First, Second: o.Second, RFC: o.RFC, CURP: o.CURP, Email: "tarde@valleencinos.example",
		Unit: o.Unit, Post: o.Post, Grade: o.Grade, Level: forms.Simplified, Entry: "2026-03-01"}
	d.update(t, func(tx *storage.Txn) error { return tx.PutPerson(late) })
	d.ok(d.app.campaign.Once(ctx, tenant))
	letter, err := d.app.campaign.Require(ctx, tenant, head.ID, late.ID, "inicial-2026-03-01", "OIC/1/2026", "2026-05-14")
	d.ok(err)
	d.ok(d.app.campaign.Serve(ctx, tenant, head.ID, late.ID, letter, campaign.Dates{Served: "2026-05-14"}))

	// Suppliers are compared; each declared company that a mark names would show.
	list := "RFC,Proveedor,Número de contrato,Objeto del contrato,Monto,Fecha de inicio,Fecha de fin,Área contratante\n"
	for i, m := range d.marks {
		if len(m) == 12 && strings.HasPrefix(m, "ZQQ") && i < 400 {
			list += m + ",Proveedora Inventada " + string(rune('A'+i%26)) + " SA de CV,OP-" + m[9:] + ",Obra,1000,2026-01-01,2026-12-31,Obras\n"
		}
	}
	id, err := d.app.conflicts.Stage(ctx, tenant, head, []byte(list+"CUV980312AB1,Constructora Única SA de CV,OP-1,Bacheo,100000,2026-02-01,2026-12-31,Obras Públicas\n"), true)
	d.ok(err)
	l, err := d.app.conflicts.Listed(ctx, tenant, head, id)
	d.ok(err)
	_, err = d.app.conflicts.Apply(ctx, tenant, head, id, l.Version)
	d.ok(err)
	_, err = d.app.conflicts.Compare(ctx, tenant, true)
	d.ok(err)
	rows, _, err := d.app.conflicts.List(ctx, tenant, head, conflict.Ask{})
	d.ok(err)
	t.Logf("%d coincidences", len(rows))
	// The suppliers are the office's own list; what it says is no leak.
	d.ok(d.app.conflicts.Undo(ctx, tenant, head, id))

	// A draw, a question, an answer and a certificate.
	clock := func() time.Time { return d.now }
	v := verify.New(d.db, clock, func(_ *storage.Txn, day string, n int) (string, error) { return plus(day, n), nil },
		aboutVerification(outbox.NewWriter(i18n.Load(), clock, "https://declara.example", "")))
	drawn, err := v.Freeze(ctx, tenant, head, verify.Plan{Type: "inicial", Year: 2026, Strata: draw.Whole, Size: 2, Source: "Sorteo mayor de la Lotería Nacional", Known: "2026-05-15"})
	d.ok(err)
	d.now = d.now.AddDate(0, 0, 1)
	d.ok(v.Draw(ctx, tenant, head, drawn.Number, "53817"))
	got, err := v.Look(ctx, tenant, drawn.Number)
	d.ok(err)
	d.number = drawn.Number
	for i, folio := range got.Draw.Folios {
		d.ok(v.Assign(ctx, tenant, head, d.number, folio, ver.ID, ""))
		d.ok(v.Ask(ctx, tenant, ver, d.number, folio, "¿Qué es esto? "+questionMark, "5"))
		task, err := v.Task(ctx, tenant, ver, d.number, folio)
		d.ok(err)
		d.ok(v.Answer(ctx, tenant, task.Verification.Person, d.number, folio, "Una herencia: "+answerMark))
		if d.folio = folio; i == 0 {
			d.ok(v.Close(ctx, tenant, ver, d.number, folio, storage.Certified, "Queda claro: "+findingMark))
		}
	}
	d.ok(d.app.campaign.Once(ctx, tenant))
	d.ok(d.app.ledger.Daily(ctx, tenant))
}

var deskLink = regexp.MustCompile(`(?:href|src)="(/[^"#]*)`)

// walk goes wherever the links lead from the pages of a role, and gives what they show as
// text. Pages of help, of the public and the way out are not its matter.
func (d *desk) walk(role storage.Role) map[string][]byte {
	d.t.Helper()
	d.now = d.now.Add(time.Minute) // for the next code of the telephone
	ctx, accounts := d.t.Context(), d.app.accounts
	half, _, err := accounts.SignIn(ctx, tenant, d.staff[role].Login, yearPassword, "")
	d.ok(err)
	v, err := accounts.Visit(ctx, tenant, half)
	d.ok(err)
	e, err := accounts.GiveCode(ctx, tenant, v.Hash, account.CodeOf(yearPhone, d.now), "")
	d.ok(err)
	pages, shapes := map[string][]byte{}, map[string]int{}
	todo := []string{"/cuenta"}
	for _, path := range d.must(role) {
		if !strings.Contains(strings.TrimPrefix(path, "/contraloria"), ".") {
			todo = append(todo, path) // lists that a menu has; files have to be found
		}
	}
	for len(todo) > 0 {
		path := todo[0]
		todo = todo[1:]
		if _, done := pages[path]; done {
			continue
		}
		d.now = d.now.Add(50 * time.Millisecond) // people are slower than the limit
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, path, nil)
		d.ok(err)
		r.Host = "declara.example"
		r.AddCookie(&http.Cookie{Name: "sesion", Value: e.Token})
		res, err := d.app.site.Test(r)
		d.ok(err)
		body, err := io.ReadAll(res.Body)
		d.ok(errors.Join(err, res.Body.Close()))
		if res.StatusCode >= 500 || res.StatusCode == http.StatusForbidden {
			d.t.Errorf("%s as %s, where a link led: %d", path, role, res.StatusCode)
		}
		if to := res.Header.Get("Location"); strings.HasPrefix(to, "/") {
			todo = append(todo, to)
		}
		pages[path] = d.text(res.Header.Get("Content-Type"), body)
		for _, m := range deskLink.FindAllSubmatch(body, -1) {
			to := html.UnescapeString(string(m[1]))
			u, err := url.Parse(to)
			if err != nil || !strings.HasPrefix(to, "/contraloria") && !strings.HasPrefix(to, "/ajustes") && !strings.HasPrefix(to, "/cuenta") {
				continue
			}
			if shape := u.Path + "?" + strings.Join(slices.Sorted(maps.Keys(u.Query())), "&"); shapes[shape] < 3 { // filters are enough to see in each way
				shapes[shape]++
				todo = append(todo, to)
			}
		}
		if len(pages) > 600 {
			d.t.Fatal("the links do not end")
		}
	}
	return pages
}

// text is what a file says, in the form in which marks are looked for.
func (d *desk) text(kind string, body []byte) []byte {
	switch {
	case strings.Contains(kind, "application/pdf"):
		if text, ok := pdfText(d.t, body); ok {
			return append(text, body...)
		}
	case strings.Contains(kind, "spreadsheetml"):
		z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
		d.ok(err)
		var all []byte
		for _, f := range z.File {
			in, err := f.Open()
			d.ok(err)
			b, err := io.ReadAll(in)
			d.ok(errors.Join(err, in.Close()))
			all = append(all, b...)
		}
		return all
	}
	return body
}
