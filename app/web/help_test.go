package web

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"declara/app/docs"
)

// TestHelp: every page of who is signed in has its place in the manual, in both
// languages, and no line of the map is for an address that is gone.
func TestHelp(t *testing.T) {
	s := newSite(t).s
	for _, r := range s.table {
		if r.Method != "GET" || r.Roles == nil {
			continue
		}
		for _, lang := range []string{"es", "en"} {
			place := helpOf(r.Path, lang)
			page, anchor, _ := strings.Cut(strings.TrimPrefix(place, manualPath+"/"), "#")
			text, ok := docs.Text("manual", page)
			if !ok {
				t.Errorf("%s has no page of the manual in %s: %q", r.Path, lang, place)
				continue
			}
			if !slices.ContainsFunc(docs.Parse(text).Heads, func(h docs.Head) bool { return h.ID == anchor }) {
				t.Errorf("%s: %s has no anchor %q", r.Path, page, anchor)
			}
		}
	}
	for _, h := range helps {
		if !slices.ContainsFunc(s.table, func(r Route) bool { return below(r.Path, h.below) }) {
			t.Errorf("the map of the manual has %s, which no route is at or below", h.below)
		}
	}
}

// ours are addresses on a server that are none of the site.
var ours = regexp.MustCompile(`^/(usr|etc|var|mnt)/`)

// TestManualAddresses: each address that the manual names is one of the site, and each
// link leads to something that the site serves.
func TestManualAddresses(t *testing.T) {
	s := newSite(t).s
	for _, p := range docs.Pages {
		if p.Spanish == "accesos" { // is made from the table of routes
			continue
		}
		for _, name := range []string{p.Spanish, p.English} {
			text, _ := docs.Text("manual", name)
			d := docs.Parse(text)
			for _, code := range d.Code {
				if at := strings.TrimPrefix(code, "https://TU-SITIO"); strings.HasPrefix(at, "/") && !ours.MatchString(at) && s.find("GET", at) == nil && s.find("POST", at) == nil {
					t.Errorf("%s names %s, which is no address of the site", name, code)
				}
			}
			for _, link := range append(slices.Clone(d.Links), d.Images...) {
				if at, _, _ := strings.Cut(docs.Address(link), "#"); strings.HasPrefix(at, "/") && s.find("GET", at) == nil {
					t.Errorf("%s links to %s, which nothing serves", name, link)
				}
			}
		}
	}
}

// TestManualPages: the pages of the manual are shown with the way to their twins, and
// pictures are served; what is none is not there.
func TestManualPages(t *testing.T) {
	v := newSite(t).anybody()
	for _, p := range docs.Pages {
		v.get(manualPath+"/"+p.Spanish).is(200).says(`href="`+manualPath+"/"+p.English+`"`, `<article class="manual" lang="es-MX">`)
		v.get(manualPath+"/"+p.English).is(200).says(`href="`+manualPath+"/"+p.Spanish+`"`, `<article class="manual" lang="en">`)
		v.get(manualPath).says(`href="` + manualPath + "/" + p.Spanish + `"`)
	}
	for path, status := range map[string]int{manualPath + "/nada": 404, "/ayuda/imagenes/acuse.png": 200, "/ayuda/imagenes/nada.png": 404, "/ayuda/decisiones/0004-no-csrf-tokens": 200, "/ayuda/decisiones/nada": 404} {
		v.get(path).is(status)
	}
}
