package e2e

import (
	"context"
	"testing"

	"declara/forms"
	"declara/forms/sample"
	"declara/storage"
)

// filed files a declaration of an official, as the journey would have.
func (s *site) filed(o official) storage.Filing {
	s.Helper()
	f := forms.Lookup(forms.Modificacion, forms.Full)
	d, err := sample.Draft(f, o.seed, sample.Options{Person: o.Person, Year: 2026, Today: "2026-05-14", Wealth: 0.9})
	if err != nil {
		s.Fatal(err)
	}
	full, err := forms.Compile(f, d)
	if err != nil {
		s.Fatal(err)
	}
	public, err := full.Public(forms.PublicOptions{})
	if err != nil {
		s.Fatal(err)
	}
	at := s.clock()
	m := forms.Metadata{Actualizacion: at, Institucion: "Municipio de Valle Encinos", Tipo: f.Type, DeclaracionCompleta: true}
	g := storage.Filing{
		ID: storage.NewID(at), Person: o.who.Person, Type: f.Type, Level: forms.Full, Edition: f.Edition, Year: 2026, Filed: at, Zone: s.zone.String(),
		Due: "2026-05-31", Method: "password", Sent: storage.NewID(at),
	}
	s.update(func(tx *storage.Txn) error {
		return tx.File(&g, forms.Result(g.ID, m, full), forms.Result(g.ID, m, public), "")
	})
	return g
}

// office is an account of the comptroller's office.
func (s *site) office(name string) (login string) {
	s.Helper()
	hash, err := s.accounts.Hash(context.Background(), password)
	if err != nil {
		s.Fatal(err)
	}
	login = "contraloria@valleencinos.example"
	s.update(func(tx *storage.Txn) error {
		return tx.PutUser(storage.User{
			ID: storage.NewID(s.clock()), Login: login, Name: name, Email: login, Roles: []storage.Role{storage.RoleComptroller}, Password: hash,
			Created: s.clock().AddDate(-1, 0, 0), Changed: s.clock().AddDate(-1, 0, 0),
		})
	})
	return login
}

// TestReadingInBrowser: the office opens a declaration, at a desk with a script and on a
// phone without one; the declarant sees that it did; and a stranger finds it in the log. No page
// has a finding of axe or is wider than its window.
func TestReadingInBrowser(t *testing.T) {
	s := newSite(t, "2026-05-14")
	o := s.hire(7, forms.Full, "2020-01-16")
	f := s.filed(o)
	login := s.office("Eva Solís Ramírez")
	look := func(v *tab) {
		axe(v)
		narrow(v)
	}
	for _, at := range []struct {
		width  int64
		script bool
	}{{1280, true}, {360, false}} {
		v := newTab(s, at.width, at.script)
		signIn(v, login, password)
		v.open("/contraloria/personas/" + o.who.Person)
		v.open(link(v.now(), "/contraloria/personas/"+o.who.Person+"/declaraciones"))
		look(v)
		v.open(link(v.now(), "/contraloria/declaraciones/"+f.ID+"/abrir"))
		look(v)
		v.provoke("422")
		v.fill(exactly(map[string]string{"expediente": "", "motivo": "ver"}))
		v.press("", "")
		if p := v.now(); p.status != 422 || !p.says("Escribe el número de expediente") || !p.says("Escribe el motivo") {
			t.Errorf("without a ground: %s", p)
		}
		look(v)
		v.fill(exactly(map[string]string{"expediente": "OIC/EP/015/2026", "motivo": "Verificación de evolución patrimonial, sorteo 2026-1"}))
		v.press("", "")
		if p := v.now(); p.status != 200 || !p.says(o.CURP) || !p.says("Quedó registrado") {
			t.Fatalf("not the declaration: %s", p)
		}
		look(v)
		v.press("", "")
		if p := v.now(); p.status != 422 || !p.says("Escribe la autoridad") {
			t.Errorf("delivered to nobody: %s", p)
		}
		look(v)
		v.fill(exactly(map[string]string{"autoridad": "Fiscalía Especializada en Combate a la Corrupción", "oficio": "FECC/118/2026", "fecha": "11/05/2026", "fundamento": "Artículo 215 del CNPP"}))
		v.press("", "")
		if p := v.now(); p.status != 200 || !p.says("La entrega quedó registrada") || link(p, p.url.Path+"/oficio.pdf") == "" {
			t.Fatalf("not delivered: %s", p)
		}
		look(v)
		v.shot("entrega")

		hers := newTab(s, at.width, at.script)
		signIn(hers, o.login, password)
		hers.open("/declaraciones")
		hers.open(link(hers.now(), "/declaraciones/lecturas"))
		if p := hers.now(); !p.says("Eva Solís Ramírez") || !p.says("OIC/EP/015/2026") || !p.says("sorteo 2026-1") || !p.says("FECC/118/2026") {
			t.Errorf("she does not see who read: %s", p)
		}
		look(hers)
		hers.open("/declaraciones/" + f.ID + "/acuse")
		if link(hers.now(), "/declaraciones/"+f.ID+"/prueba.json") == "" {
			t.Error("the receipt does not lead to the proof")
		}
		look(hers)

		stranger := newTab(s, at.width, at.script)
		stranger.open("/verificar/registro")
		if p := stranger.now(); !p.says(" asientos") || link(p, "/.well-known/declara-log") == "" {
			t.Errorf("the log: %s", p)
		}
		look(stranger)
	}
}
