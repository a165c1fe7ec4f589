package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"declara/app/ground"
	"declara/app/ledger/proof"
	"declara/forms"
	"declara/storage"
)

// staff is somebody of the office, signed in.
func (s *declareSite) staff(name string, roles ...storage.Role) *official {
	s.Helper()
	hash, err := s.server.accounts.Hash(s.Context(), declarePassword)
	if err != nil {
		s.Fatal(err)
	}
	x := &official{declareSite: s, login: string(roles[0]) + "@valleencinos.example"}
	s.update(func(tx *storage.Txn) error {
		return tx.PutUser(storage.User{ID: storage.NewID(s.now), Login: x.login, Name: name, Email: x.login, Roles: roles,
			Password: hash, Created: s.now.Add(-time.Hour), Changed: s.now.Add(-time.Hour)})
	})
	x.signIn()
	return x
}

// filedOne is an official with a declaration that she filed with a note.
func filedOne(s *declareSite) (o *official, f storage.Filing) {
	s.Helper()
	o = s.official(7, forms.Full, "2020-01-16", "")
	id := o.begin("modificacion-2026")
	o.put(id, o.sample(id, 7, false))
	if a := o.sign(id); a.status != 200 {
		s.Fatalf("sign: %d", a.status)
	}
	page := o.open(draftPath(id, "nota")).read()
	v := page.values()
	v.Set("texto", "La nota MARCANOTA")
	if a := o.send(page.action, v); a.status != 200 {
		s.Fatalf("note: %d", a.status)
	}
	f, err := s.server.declare.Filing(s.Context(), o.who, id)
	if err != nil {
		s.Fatal(err)
	}
	return o, f
}

// TestReading: the office opens a declaration for a ground alone, sees all of it once,
// and its declarant sees that it did.
func TestReading(t *testing.T) {
	s := newDeclareSite(t, "2026-05-14")
	o, f := filedOne(s)
	office := s.staff("Eva Solís", storage.RoleComptroller)
	open := openPath(f.ID)
	leaves := func() (n uint64) {
		s.update(func(tx *storage.Txn) error { tree, err := tx.Tree(); n = tree.Size; return err })
		return n
	}
	var salary string
	s.update(func(tx *storage.Txn) error {
		raw, err := tx.FullDocument(f.ID)
		if err != nil {
			return err
		}
		_, _, doc, err := forms.ParseResult(raw)
		if err != nil {
			return err
		}
		a, err := forms.Parse(doc.Form, doc.JSON)
		salary = a.Get("datosGenerales.curp")
		return err
	})
	if salary == "" {
		t.Fatal("the document has no CURP, so this test sees nothing")
	}
	before := leaves()
	record := "/contraloria/personas/" + o.who.Person + "/declaraciones"
	for _, page := range []reply{office.open(record), office.open(open)} {
		if page.status != 200 || !strings.Contains(page.body, f.Folio) || strings.Contains(page.body, salary) || strings.Contains(page.body, "MARCANOTA") {
			t.Errorf("%s: %d, or it tells content", page.path, page.status)
		}
	}
	for name, form := range map[string]url.Values{
		"nothing": {}, "no reason": {"expediente": {"OIC/1"}}, "no file": {"motivo": {"Verificación de evolución"}}, "a short reason": {"expediente": {"OIC/1"}, "motivo": {"ver"}},
		"a long reason": {"expediente": {"OIC/1"}, "motivo": {strings.Repeat("x", 501)}}, "a long file": {"expediente": {strings.Repeat("x", 61)}, "motivo": {"Verificación de evolución"}},
		"control characters": {"expediente": {"OIC\x00"}, "motivo": {"Verificación de evolución"}}, "blanks": {"expediente": {"   "}, "motivo": {"            "}},
	} {
		a := office.send(open, form)
		if want := map[bool]int{true: 400, false: 422}[name == "control characters"]; a.status != want || strings.Contains(a.body, salary) {
			t.Errorf("%s: %d", name, a.status)
		}
		if typed := form.Get("motivo"); name == "no file" && !strings.Contains(a.body, typed) {
			t.Errorf("%s: what was typed is lost", name)
		}
	}
	if leaves() != before {
		t.Error("a refused reading is in the log")
	}
	ground := url.Values{"expediente": {"OIC/EP/015/2026"}, "motivo": {"Verificación de evolución patrimonial, acuerdo 3"}}
	for n := range 2 { // each time is a reading of its own
		a := office.ask("POST", open, ground)
		if a.status != 200 || !strings.Contains(a.body, salary) || !strings.Contains(a.body, "MARCANOTA") || a.header.Get("Cache-Control") != "no-store" {
			t.Fatalf("opened: %d %v", a.status, a.header)
		}
		if leaves() != before+uint64(n)+1 {
			t.Fatalf("%d leaves after reading %d, %d before", leaves(), n, before)
		}
	}
	page := o.open("/declaraciones/lecturas")
	for _, has := range []string{"Eva Solís", "Contraloría", "OIC/EP/015/2026", "acuerdo 3", f.Folio, "Asiento " + strconv.FormatUint(before, 10) + " de la bitácora"} {
		if !strings.Contains(page.body, has) {
			t.Errorf("her page lacks %q", has)
		}
	}
	if !strings.Contains(o.open("/declaraciones").body, `href="/declaraciones/lecturas"`) {
		t.Error("nothing leads to her page")
	}
	if a := office.open(record); !strings.Contains(a.body, "Eva Solís") {
		t.Error("the office does not see who read")
	}
	// What was written down has no content, and proves itself.
	var said strings.Builder
	s.update(func(tx *storage.Txn) error {
		said.Reset()
		acts := 0
		if err := tx.AuditEntries(func(e storage.AuditEntry, raw []byte) error {
			if e.Act == "declaration.read" {
				acts++
			}
			said.Write(raw)
			return nil
		}); err != nil {
			return err
		}
		if acts != 2 {
			t.Errorf("%d readings in the audit trail", acts)
		}
		if err := tx.Mails(func(m storage.Mail) error { said.Write(m.Message); return nil }); err != nil {
			return err
		}
		return tx.Leaves(func(l storage.Leaf, record []byte) error {
			if l.N >= before && (strings.Contains(string(record), "Eva") || strings.Contains(string(record), f.Folio) || strings.Contains(string(record), "OIC")) {
				t.Errorf("the leaf tells %s", record)
			}
			said.Write(record)
			return nil
		})
	})
	for _, private := range []string{salary, "MARCANOTA", o.person.RFC, o.person.First} {
		if strings.Contains(said.String(), private) {
			t.Errorf("audit, log or mail tell %q", private)
		}
	}
	own := o.open("/declaraciones/" + f.ID + "/prueba.json")
	file, err := proof.Read([]byte(own.body))
	if err != nil {
		t.Fatal(err)
	}
	r, err := proof.Check(file, "")
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	for _, e := range r.Entries {
		kinds[e.Kind]++
		if !e.Is(e.Hash) {
			t.Errorf("leaf %d is not proved to be of what is hers", e.N)
		}
	}
	if kinds[storage.LeafFiling] != 1 || kinds[storage.LeafNote] != 1 || kinds[storage.LeafRead] != 2 {
		t.Errorf("her proof has %v", kinds)
	}
}

// TestReadingWho: nobody but the comptroller's office opens, and nobody sees what
// belongs to another.
func TestReadingWho(t *testing.T) {
	s := newDeclareSite(t, "2026-05-14")
	o, f := filedOne(s)
	other := s.official(8, forms.Full, "2020-01-16", "")
	given := url.Values{"expediente": {"OIC/EP/015/2026"}, "motivo": {"Verificación de evolución patrimonial"}}
	for _, role := range []storage.Role{storage.RoleAdmin, storage.RoleHR, storage.RoleInvestigator, storage.RoleSubstantiator} {
		x := s.staff("Alguien", role)
		for _, a := range []reply{x.ask("GET", openPath(f.ID), nil), x.ask("POST", openPath(f.ID), given), x.ask("GET", "/contraloria/personas/"+o.who.Person+"/declaraciones", nil)} {
			if a.status != 403 || strings.Contains(a.body, f.Folio) {
				t.Errorf("%s: %s: %d", role, a.path, a.status)
			}
		}
	}
	for _, a := range []reply{o.ask("POST", openPath(f.ID), given), other.ask("POST", openPath(f.ID), given)} {
		if a.status != 403 {
			t.Errorf("a declarant: %d", a.status)
		}
	}
	if a := other.ask("GET", "/declaraciones/"+f.ID+"/prueba.json", nil); a.status != 404 {
		t.Errorf("the proof of another: %d", a.status)
	}
	office := s.staff("Eva Solís", storage.RoleComptroller)
	office.send(openPath(f.ID), given)
	if a := other.open("/declaraciones/lecturas"); a.status != 200 || strings.Contains(a.body, "Eva") {
		t.Errorf("another sees who read: %d", a.status)
	}
	for _, path := range []string{openPath("01JZZZZZZZZZZZZZZZZZZZZZZZ"), openPath("x"), "/contraloria/personas/x/declaraciones"} {
		if a := office.ask("GET", path, nil); a.status != 404 {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	if a := office.ask("POST", openPath("x"), given); a.status != 404 {
		t.Errorf("nothing opened: %d", a.status)
	}
	// The service itself knows who may.
	var users []storage.User
	s.update(func(tx *storage.Txn) error {
		users = nil
		return tx.Users(func(u storage.User) error { users = append(users, u); return nil })
	})
	for _, u := range users {
		_, err := s.server.declare.Open(t.Context(), tenant, u, f.ID, ground.Ground{File: "OIC/1", Reason: "Verificación de evolución"})
		if may := slices.Contains(u.Roles, storage.RoleComptroller); may != (err == nil) {
			t.Errorf("%v opened: %v", u.Roles, err)
		}
	}
}
