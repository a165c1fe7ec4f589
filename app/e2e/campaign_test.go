package e2e

import (
	"strings"
	"testing"

	"declara/storage"
)

// autumn is a day on which some declarations of May are missing still.
const autumn = "2026-10-13"

// hrefs are the addresses that a page leads to and that begin with a text.
func hrefs(p *page, prefix string) (all []string) {
	for _, a := range p.root.all(func(n *node) bool { return n.tag == "a" && strings.HasPrefix(n.attrs["href"], prefix) }) {
		all = append(all, a.attrs["href"])
	}
	return all
}

// TestCampaignJourney reminds those who are late and requires one of them, by the pages
// alone, as a browser without scripts does and as Chromium does. A second press reminds
// nobody again.
func TestCampaignJourney(t *testing.T) {
	for name, visitor := range map[string]func(s *site) visitor{
		"plain": func(s *site) visitor { return newPlain(s) },
		"chromium": func(s *site) visitor {
			chrome(s.T)
			v := newTab(s, 1280, true)
			v.provoke("422")
			return v
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, who := newDemoOn(t, autumn, 40, "")
			v := visitor(s)
			signIn(v, who["contraloria"].Username, who["contraloria"].Password)
			if p := v.open("/contraloria/cumplimiento/recordar?estado=vencidas"); p.status != 200 || !p.says("La carta, tal como sale") {
				t.Fatalf("%s", p)
			}
			reminders := func() (n int) {
				s.view(func(tx *storage.Txn) error {
					n = 0
					return tx.Mails(func(m storage.Mail) error {
						if m.Kind == "reminder" {
							n++
						}
						return nil
					})
				})
				return n
			}
			before := reminders()
			v.press("accion", "recordar")
			p := v.now()
			if p.status != 200 || !strings.HasPrefix(p.url.Path, "/contraloria/recordatorios/m-") || reminders() == before {
				t.Fatalf("%s, %d letters", p, reminders()-before)
			}
			once := reminders()
			v.open("/contraloria/cumplimiento?estado=omiso")
			matters := hrefs(v.now(), "/contraloria/personas/")
			open := ""
			for _, m := range matters {
				if strings.Contains(m, "/requerimiento?") {
					if p := v.open(m); p.says("Requiérela por escrito") {
						open = m
						break
					}
				}
			}
			if open == "" {
				t.Fatal("nobody can be required")
			}
			v.press("", "")
			if p := v.now(); p.status != 422 || !strings.Contains(p.errors(), "número del oficio") {
				t.Fatalf("%s: %s", p, p.errors())
			}
			v.fill(exactly(map[string]string{"numero": "OIC/500/2026", "fecha": s.clock().In(s.zone).Format("02/01/2006")}))
			v.press("", "")
			if p := v.now(); p.status != 200 || !p.says("Firma el oficio OIC/500/2026") || len(hrefs(p, "/contraloria/personas/")) == 0 {
				t.Fatalf("%s: %s", p, p.errors())
			}
			if reminders() != once {
				t.Error("a requirement wrote a letter")
			}
		})
	}
}

// TestCampaignPages looks at every page of the campaign in Chromium, in light and dark,
// on a desk and on a small phone.
func TestCampaignPages(t *testing.T) {
	chrome(t)
	s, who := newDemoOn(t, autumn, 40, "")
	v := newTab(s, 1280, true)
	signIn(v, who["contraloria"].Username, who["contraloria"].Password)
	pages := map[string]string{
		"panel": "/contraloria", "lista": "/contraloria/cumplimiento?estado=vencidas", "recordar": "/contraloria/cumplimiento/recordar?estado=faltan",
		"envios": "/contraloria/recordatorios", "correo": "/contraloria/correo", "prorrogas": "/contraloria/prorrogas", "notas": "/contraloria/notas",
	}
	for _, l := range hrefs(v.open("/contraloria/cumplimiento?estado=requerido_vencido"), "/contraloria/personas/") {
		if strings.Contains(l, "/requerimiento?") {
			pages["requerimiento"] = l
		}
	}
	for _, l := range hrefs(v.open(pages["envios"]), "/contraloria/recordatorios/m-") {
		pages["envio"] = l
	}
	if pages["requerimiento"] == "" || pages["envio"] == "" {
		t.Fatalf("the demo has no requirement or no sending: %v", pages)
	}
	for name, path := range pages {
		for _, dark := range []bool{true, false} {
			v.dark(dark)
			if p := v.open(path); p.status != 200 {
				t.Fatalf("%s: %s", path, p)
			}
			axe(v)
		}
		v.shot("campaign-" + name)
		narrow(v)
		axe(v)
		v.resize(360)
		v.shot("campaign-phone-" + name)
		v.resize(1280)
	}
}
