package e2e

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"declara/forms"
)

const (
	sectionBytes    = 60 << 10 // of a first visit to a section, all that it loads included (journeys 3.3)
	sectionRequests = 6
)

var fontFile = regexp.MustCompile(`url\("?([^")]+\.woff2)"?\)`)

// weigh is what a first visit to a page costs on the wire: bytes, and requests.
func weigh(s *site, v *plain, path string) (bytes, requests int) {
	s.Helper()
	get := func(at string) (size int, body string) {
		u, err := url.Parse(at)
		if err != nil {
			s.Fatal(err)
		}
		base, _ := url.Parse(v.base)
		u = base.ResolveReference(u)
		req, err := http.NewRequest("GET", u.String(), nil)
		if err != nil {
			s.Fatal(err)
		}
		for _, c := range v.http.Jar.Cookies(u) {
			req.AddCookie(c)
		}
		text, err := http.DefaultClient.Do(req) // which opens what is compressed
		if err != nil {
			s.Fatal(err)
		}
		defer text.Body.Close()
		plain, err := io.ReadAll(text.Body)
		if err != nil || text.StatusCode != 200 {
			s.Fatalf("%s: %d %v", at, text.StatusCode, err)
		}
		req.Header.Set("Accept-Encoding", "gzip")
		req.Header.Set("Sec-Fetch-Site", "same-origin") // as browsers say who come from our own pages
		wire, err := http.DefaultClient.Do(req)
		if err != nil {
			s.Fatal(err)
		}
		defer wire.Body.Close()
		n, err := io.Copy(io.Discard, wire.Body)
		if err != nil {
			s.Fatal(err)
		}
		return int(n), string(plain)
	}
	size, body := get(path)
	root, err := parse(body)
	if err != nil {
		s.Fatal(err)
	}
	loads := map[string]bool{}
	for _, n := range root.all(func(n *node) bool { return n.tag == "link" || n.tag == "script" || n.tag == "img" }) {
		switch rel := n.attrs["rel"]; {
		case n.tag == "link" && rel != "stylesheet" && rel != "icon" && rel != "preload":
		case n.attrs["href"] != "":
			loads[n.attrs["href"]] = true
		case n.attrs["src"] != "":
			loads[n.attrs["src"]] = true
		}
	}
	for at := range loads {
		n, text := get(at)
		size += n
		if !strings.Contains(at, ".css") {
			continue
		}
		for _, m := range fontFile.FindAllStringSubmatch(text, -1) {
			font := m[1]
			if !strings.HasPrefix(font, "/") {
				font = at[:strings.LastIndexByte(at, '/')+1] + font
			}
			if !loads[font] {
				n, _ := get(font)
				size += n
				requests++
			}
		}
	}
	return size, requests + 1 + len(loads)
}

// TestSectionWeight weighs every section of a rich full inicial as it is filled in,
// and the pages of an item of each list: they are for phones with a bad line.
func TestSectionWeight(t *testing.T) {
	s := newSite(t, "2025-03-10")
	o := s.hire(81, forms.Full, "2025-02-17")
	v := newPlain(s)
	signIn(v, o.login, password)
	w := begin(s, v, o, forms.Inicial, 0.8)
	w.fillIn()
	paths := []string{strings.TrimSuffix(w.path(), "/"), w.path("revisar")}
	for i := range w.form.Sections {
		sec := &w.form.Sections[i]
		paths = append(paths, w.path("s", sec.Key))
		for _, list := range w.lists(sec) {
			if ids := s.work(o, w.id).Kept.Draft.Answers.Items(list); len(ids) > 0 {
				paths = append(paths, w.path("s", sec.Key, strings.TrimPrefix(string(list), sec.Key+"."), ids[0], "1"))
			}
		}
	}
	most, heaviest := 0, ""
	for _, p := range paths {
		bytes, requests := weigh(s, v, p)
		if bytes > sectionBytes || requests > sectionRequests {
			t.Errorf("%s: %d bytes in %d requests", p, bytes, requests)
		}
		if bytes > most {
			most, heaviest = bytes, p
		}
	}
	t.Logf("%d pages; the heaviest is %s: %d bytes", len(paths), heaviest, most)
}
