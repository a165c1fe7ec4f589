package web

import (
	"net/url"
	"strings"
	"testing"

	"declara/storage"
)

// TestDelivery: who opened a declaration hands it to an authority, in that session alone,
// and it is a reading like any other.
func TestDelivery(t *testing.T) {
	s := newDeclareSite(t, "2026-05-14")
	o, f := filedOne(s)
	office := s.staff("Eva Solís", storage.RoleComptroller)
	at := "/contraloria/declaraciones/" + f.ID + "/entregar"
	reads := func() (all []storage.Read) {
		s.update(func(tx *storage.Txn) (err error) { all, err = tx.ReadsOf(o.who.Person); return err })
		return all
	}
	form := url.Values{"autoridad": {"Fiscalía Especializada de Jalisco"}, "oficio": {"FE/1204/2026"}, "fecha": {"12/05/2026"}, "fundamento": {"Artículo 215 del CNPP"}}
	with := func(opening string, more ...string) url.Values {
		v := url.Values{"lectura": {opening}}
		for k, x := range form {
			v[k] = x
		}
		for i := 0; i+1 < len(more); i += 2 {
			v.Set(more[i], more[i+1])
		}
		return v
	}
	for _, id := range []string{"", "x", "01JZZZZZZZZZZZZZZZZZZZZZZZ"} {
		if a := office.ask("POST", at, with(id)); a.status != 409 || !strings.Contains(a.body, "Primero abre") {
			t.Errorf("never opened: %d", a.status)
		}
	}
	page := office.ask("POST", openPath(f.ID), url.Values{"expediente": {"OIC/EP/015/2026"}, "motivo": {"La pide la fiscalía por oficio"}})
	opening := reads()[0].ID
	if !strings.Contains(page.body, `value="`+opening+`"`) || !strings.Contains(page.body, "pregunta a jurídico") {
		t.Fatal("the page of an opened declaration does not offer to hand it over")
	}
	for _, role := range []storage.Role{storage.RoleAdmin, storage.RoleHR, storage.RoleInvestigator} {
		if a := s.staff("Alguien", role).ask("POST", at, with(opening)); a.status != 403 {
			t.Errorf("%s: %d", role, a.status)
		}
	}
	for field, bad := range map[string][]string{
		"autoridad": {"", "FGR", strings.Repeat("x", 201)}, "oficio": {" ", "1", strings.Repeat("9", 61)},
		"fecha": {"", "ayer", "15/05/2026"}, "fundamento": {"", "x", strings.Repeat("x", 201)},
	} {
		for _, typed := range bad {
			a := office.ask("POST", at, with(opening, field, typed))
			if a.status != 422 || !strings.Contains(a.body, `id="f-`+field+`-e"`) || !strings.Contains(a.body, f.Folio) || strings.Contains(a.body, "MARCANOTA") {
				t.Errorf("%s %q: %d", field, typed, a.status)
			}
			for name, x := range form {
				if name != field && !strings.Contains(a.body, x[0]) {
					t.Errorf("%s %q: %s is lost", field, typed, name)
				}
			}
		}
	}
	if n := len(reads()); n != 1 {
		t.Fatalf("%d readings after what was refused", n)
	}
	a := office.ask("POST", at, with(opening))
	if a.status != 303 {
		t.Fatalf("delivered: %d", a.status)
	}
	done := a.location
	if again := office.ask("POST", at, with(opening)); again.location != done || len(reads()) != 2 {
		t.Errorf("sent twice: %s, %d readings", again.location, len(reads()))
	}
	r := reads()[0]
	if r.File != "FE/1204/2026" || !strings.Contains(r.Reason, "Fiscalía Especializada de Jalisco") || !strings.Contains(r.Reason, "Artículo 215 del CNPP") {
		t.Errorf("written down as %q", r.Reason)
	}
	if a := office.open(done); a.status != 200 || !strings.Contains(a.body, "Fiscalía") || !strings.Contains(a.body, done+"/declaracion.pdf") {
		t.Errorf("done: %d", a.status)
	}
	kept, err := s.server.seal.Kept(t.Context(), tenant, f.ID, storage.PaperFull)
	if err != nil {
		t.Fatal(err)
	}
	if a := office.open(done + "/declaracion.pdf"); a.body != string(kept) || a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("what is handed over is not what is kept: %d", a.status)
	}
	if a := office.open(done + "/oficio.pdf"); a.status != 200 || !strings.HasPrefix(a.body, "%PDF-") {
		t.Errorf("letter: %d", a.status)
	}
	if a := office.ask("GET", done+"/otro.pdf", nil); a.status != 404 {
		t.Errorf("another paper: %d", a.status)
	}
	if a := o.open("/declaraciones/lecturas"); !strings.Contains(a.body, "FE/1204/2026") || !strings.Contains(a.body, "Se entregó a Fiscalía Especializada de Jalisco") {
		t.Error("the declarant is not told")
	}
	s.update(func(tx *storage.Txn) error {
		acts, leaf := 0, false
		if err := tx.AuditEntries(func(e storage.AuditEntry, raw []byte) error {
			if e.Act == "declaration.deliver" {
				acts++
			}
			if strings.Contains(string(raw), o.person.RFC) || strings.Contains(string(raw), o.person.First) {
				t.Error("the audit trail tells who declared")
			}
			return nil
		}); err != nil {
			return err
		}
		err := tx.Leaves(func(l storage.Leaf, record []byte) error {
			leaf = leaf || l.N == r.Leaf && l.Kind == storage.LeafRead && l.Full == storage.Commitment(r.Salt, storage.ReadHash(&r))
			if l.N == r.Leaf && (strings.Contains(string(record), "Fiscal") || strings.Contains(string(record), "1204")) {
				t.Errorf("the leaf tells %s", record)
			}
			return nil
		})
		if acts != 1 || !leaf {
			t.Errorf("%d acts, in the log: %v", acts, leaf)
		}
		return err
	})
	other := s.staff("Otra", storage.RoleSubstantiator)
	for _, path := range []string{done, done + "/declaracion.pdf", done + "/oficio.pdf"} {
		if a := o.ask("GET", path, nil); a.status != 403 {
			t.Errorf("a declarant: %d", a.status)
		}
		if a := other.ask("GET", path, nil); a.status != 403 {
			t.Errorf("another of the office: %d", a.status)
		}
	}
	// Nor is it she in her next session.
	next := *office
	next.set("2026-05-15 10:00:00")
	next.signIn()
	for _, path := range []string{done, done + "/declaracion.pdf", done + "/oficio.pdf"} {
		if a := next.ask("GET", path, nil); a.status != 404 {
			t.Errorf("in the next session: %s: %d", path, a.status)
		}
	}
	if a := next.ask("POST", at, with(opening)); a.status != 409 {
		t.Errorf("opened in another session: %d", a.status)
	}
	if a := next.ask("POST", "/contraloria/declaraciones/x/entregar", with(opening)); a.status != 404 {
		t.Errorf("no declaration: %d", a.status)
	}
}
