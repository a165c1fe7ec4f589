package i18n

import (
	"bytes"
	"encoding/json"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// entry is one line of a catalogue as it stands in its file.
type entry struct{ key, text string }

// entries reads a file without losing keys that stand twice in it.
func entries(t *testing.T, name string) []entry {
	t.Helper()
	raw, err := files.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	var all []entry
	token := func() json.Token {
		tok, err := dec.Token()
		if err != nil && err != io.EOF {
			t.Fatalf("%s: %v", name, err)
		}
		return tok
	}
	if token() != json.Delim('{') {
		t.Fatalf("%s is not an object", name)
	}
	for dec.More() {
		key, text := token().(string), token()
		words, ok := text.(string)
		if !ok {
			t.Fatalf("%s: %s is not a text", name, key)
		}
		all = append(all, entry{key, words})
	}
	return all
}

func fileNames(t *testing.T) []string {
	t.Helper()
	names, err := fs.Glob(files, "*/*.json")
	if err != nil || len(names) < 2 {
		t.Fatalf("%d catalogues: %v", len(names), err)
	}
	return names
}

var (
	keyShape  = regexp.MustCompile(`^[a-z]+\.[\p{L}\p{N}._@/ -]+$`)
	hole      = regexp.MustCompile(`\{[^}]*\}`)
	goodHole  = regexp.MustCompile(`^\{[0-9]\}$`)
	htmlShape = regexp.MustCompile(`<[a-zA-Z/!]|&[a-zA-Z]+;|&#`)
)

// TestCatalogues: each key once in a language, in order within its file, with
// plain text that has no HTML in it.
func TestCatalogues(t *testing.T) {
	where := map[string]string{}
	for _, name := range fileNames(t) {
		language := path.Dir(name)
		all := entries(t, name)
		for i, e := range all {
			if i > 0 && all[i-1].key >= e.key {
				t.Errorf("%s: %q stands after %q", name, e.key, all[i-1].key)
			}
			if other := where[language+" "+e.key]; other != "" {
				t.Errorf("%q is in %s and in %s", e.key, other, name)
			}
			where[language+" "+e.key] = name
			if !keyShape.MatchString(e.key) {
				t.Errorf("%s: %q is no key", name, e.key)
			}
			if strings.TrimSpace(e.text) == "" {
				t.Errorf("%s: %s is empty", name, e.key)
			}
			if htmlShape.MatchString(e.text) {
				t.Errorf("%s: %s has HTML in it: %s", name, e.key, e.text)
			}
			for _, h := range hole.FindAllString(e.text, -1) {
				if !goodHole.MatchString(h) {
					t.Errorf("%s: %s has the place %s, which is no number", name, e.key, h)
				}
			}
		}
	}
}

// TestParity: what Spanish has, every other language has, with the same places to
// fill; and nothing else.
func TestParity(t *testing.T) {
	b := Load()
	spanish := b.printers[Spanish].words
	for _, name := range b.Languages()[1:] {
		other := b.printers[name].words
		for key, text := range spanish {
			words, ok := other[key]
			if !ok {
				t.Errorf("%s lacks %s", name, key)
				continue
			}
			if a, b := holes(text), holes(words); !slices.Equal(a, b) {
				t.Errorf("%s: %s has the places %v, Spanish %v", name, key, b, a)
			}
		}
		for key := range other {
			if _, ok := spanish[key]; !ok {
				t.Errorf("%s has %s, which Spanish has not", name, key)
			}
		}
	}
}

// TestPlurals: a text of one has one of others, unless a page asks for that key by
// its whole name, or it is what a single item of a list is called.
func TestPlurals(t *testing.T) {
	words, u := Load().printers[Spanish].words, sources(t)
	for key := range words {
		if stem, ok := strings.CutSuffix(key, ".one"); ok && !strings.HasPrefix(key, "list.") && u.whole[key] == "" && words[stem+".other"] == "" {
			t.Errorf("%s has no %s.other", key, stem)
		}
	}
}

// holes are the places of a text, sorted, each once.
func holes(text string) []string {
	all := hole.FindAllString(text, -1)
	slices.Sort(all)
	return slices.Compact(all)
}
