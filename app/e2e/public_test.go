package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"declara/forms"
	"declara/forms/sample"
	"declara/storage"
)

// publish files declarations of an official for some years and gives their ids,
// oldest first.
func (s *site) publish(seed int64, level forms.Level, years ...int) (ids []string) {
	s.Helper()
	p := sample.Official(seed)
	person := storage.NewID(s.clock())
	s.update(func(tx *storage.Txn) error {
		return tx.PutPerson(storage.Person{ID: person, Given: p.Given, First: p.First, Second: p.Second, RFC: p.RFC, CURP: p.CURP, Level: level, Created: s.clock()})
	})
	var before *forms.Document
	for i, year := range years {
		typ := forms.Modificacion
		if i == 0 {
			typ = forms.Inicial
		}
		f := forms.Lookup(typ, level)
		d, err := sample.Draft(f, seed, sample.Options{
			Person: p, Year: year, Event: fmt.Sprintf("%d-03-03", years[0]), Today: fmt.Sprintf("%d-05-14", year), Wealth: 0.9, Previous: before,
		})
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
		before = &full
		at := time.Date(year, 5, 14, 18, 0, int(seed), 0, time.UTC)
		m := forms.Metadata{Actualizacion: at, Institucion: "Municipio de Valle Encinos", Tipo: typ, DeclaracionCompleta: level == forms.Full}
		g := storage.Filing{
			ID: storage.NewID(at), Person: person, Type: typ, Level: level, Edition: f.Edition, Year: year, Filed: at, Zone: s.zone.String(),
			Event: fmt.Sprintf("%d-03-03", years[0]), Due: fmt.Sprintf("%d-05-31", year), Method: "password", Sent: storage.NewID(at),
		}
		s.update(func(tx *storage.Txn) error {
			return tx.File(&g, forms.Result(g.ID, m, full), forms.Result(g.ID, m, public), "")
		})
		ids = append(ids, g.ID)
	}
	return ids
}

// TestPublicInBrowser looks at every public page, in each of its states, as it is
// at a desk and on a small phone, light and dark, with everything opened: no
// finding of axe, nothing wider than the window, nothing on the console.
func TestPublicInBrowser(t *testing.T) {
	s := newSite(t, "2026-05-20")
	ids := s.publish(7, forms.Full, 2024, 2025, 2026)
	s.publish(8, forms.Simplified, 2026)
	for seed := range int64(25) {
		s.publish(100+seed, forms.Simplified, 2026)
	}
	page := "/publico/declaraciones/" + ids[2]
	paths := []string{
		"/", "/ayuda", "/acerca", "/privacidad", "/accesibilidad",
		"/publico", "/publico?p=2", "/publico?q=zzzzzz", "/publico?q=hernandes", "/publico?anio=2024&tipo=inicial",
		page, page + "?q=her&p=2", "/publico/declaraciones/" + ids[0], "/publico/declaraciones/" + strings.Repeat("0", 26),
		"/publico/comparar?a=" + ids[1] + "&b=" + ids[2], "/publico/comparar?a=" + ids[0], "/publico/datos",
		"/verificar", "/verificar?q=zzz", "/verificar?q=VE-2026-000003", "/verificar?q=VE-2026-999999",
	}
	v := newTab(s, 1280, true)
	v.provoke("404")
	for _, path := range paths {
		t.Run(path, func(t *testing.T) {
			v.t = t
			for _, look := range []struct {
				width int64
				dark  bool
			}{{1280, false}, {1280, true}, {320, false}} {
				v.resize(look.width)
				v.dark(look.dark)
				v.open(path)
				eval[bool](v, `document.querySelectorAll('details').forEach(d => d.open = true), true`)
				axe(v)
				narrow(v)
			}
		})
	}
	v.t = t
}

// TestPublicWithoutScript finds a declaration from the front page and compares it
// with the year before, without a script and without a mouse.
func TestPublicWithoutScript(t *testing.T) {
	s := newSite(t, "2026-05-20")
	ids := s.publish(7, forms.Full, 2024, 2025, 2026)
	v := newPlain(s)
	home := v.open("/")
	form := home.root.first("form")
	if form == nil || form.attrs["action"] != "/publico" {
		t.Fatalf("the front page has no search: %v", home)
	}
	p := sample.Official(7)
	found := v.open("/publico?q=" + strings.ToLower(p.First))
	to := link(found, "/publico/declaraciones/"+ids[2])
	if to == "" {
		t.Fatalf("%s is not found: %s", p.Name(), found.root.words())
	}
	one := v.open(to)
	if !one.says(p.Name()) || !one.says("En resumen") {
		t.Fatalf("not the declaration: %s", one)
	}
	if back := link(one, "/publico?q="); back == "" {
		t.Error("the page does not lead back to the search")
	}
	both := v.open(link(one, "/publico/comparar"))
	if !both.says("Modificación 2025 y Modificación 2026") {
		t.Errorf("not the comparison: %s", both)
	}
	if checked := v.open(link(one, "/verificar?q=")); !checked.says("Sí: se presentó aquí") {
		t.Errorf("the hash of the page is not known: %s", checked)
	}
}

// link is the address of the first link that begins so.
func link(p *page, begins string) string {
	for _, a := range p.root.all(func(n *node) bool { return n.tag == "a" && strings.HasPrefix(n.attrs["href"], begins) }) {
		return a.attrs["href"]
	}
	return ""
}
