package e2e

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"declara/forms"
)

var (
	question = regexp.MustCompile(`[a-z][A-Za-z]+\.[a-z][A-Za-z]+`) // a path of a question
	option   = regexp.MustCompile(`^[A-Z_]+$`)                      // a key of a catalogue
)

// TestAddressesTellNothing files an inicial and, the year after, a modificación:
// no address on the way, and no address that a page of it leads to, tells who the
// person is, what she was asked or what she answered (journeys 7.10). Addresses
// stay in histories and in the logs of proxies.
func TestAddressesTellNothing(t *testing.T) {
	s := newSite(t, "2025-03-10")
	const entry = "2025-02-17" // public, and the key of what is owed
	o := s.hire(71, forms.Full, entry)
	secrets := map[string]bool{o.Given: true, o.First: true, o.RFC: true, o.CURP: true, o.login: true}
	said := map[string]string{} // address, without the site, to the page it was on
	for _, act := range []struct {
		day  string
		kind forms.Type
	}{{"2025-03-10", forms.Inicial}, {"2026-05-12", forms.Modificacion}} {
		s.setDay(act.day)
		v := newPlain(s)
		v.seen = func(p *page) {
			said[p.url.RequestURI()] = p.url.Path
			for _, n := range p.root.all(func(n *node) bool { return n.has("href") || n.has("src") || n.has("action") }) {
				for _, a := range []string{"href", "src", "action"} {
					if at := n.attrs[a]; at != "" && !strings.HasPrefix(at, "tel:") && !strings.HasPrefix(at, "mailto:") {
						said[at] = p.url.Path
					}
				}
			}
		}
		signIn(v, o.login, password)
		w := begin(s, v, o, act.kind, 0.6)
		for _, values := range w.target.Answers {
			for _, a := range values {
				if len(a) >= 8 && a != entry && !option.MatchString(a) { // shorter ones stand in many places by chance
					secrets[a] = true
				}
			}
		}
		w.file()
	}
	if len(said) < 60 {
		t.Fatalf("only %d addresses were seen", len(said))
	}
	for at, on := range said {
		plain, err := url.QueryUnescape(at)
		if err != nil {
			t.Errorf("%s leads to %q: %v", on, at, err)
		}
		before, _, _ := strings.Cut(plain, "#") // what follows stays in the browser
		// An address names the page, by section and list; so does the link to the other language.
		if _, query, _ := strings.Cut(before, "?"); question.MatchString(query) && !strings.HasPrefix(query, "a=/") {
			t.Errorf("%s leads to %q, which names a question", on, plain)
		}
		for secret := range secrets {
			if strings.Contains(strings.ToLower(plain), strings.ToLower(secret)) {
				t.Errorf("%s leads to %q, which tells %q", on, plain, secret)
			}
		}
	}
}
