package i18n_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"declara/app/docs"
	"declara/i18n"
)

// manual are the pages of the manual in a language, without the one that is made from
// the table of routes.
func manual(lang string) map[string]docs.Doc {
	all := map[string]docs.Doc{}
	for _, p := range docs.Pages {
		if p.Spanish != "accesos" {
			text, _ := docs.Text("manual", p.In(lang))
			all[p.In(lang)] = docs.Parse(text)
		}
	}
	return all
}

// TestManualWords: what the manual has in bold are words of the screen, to the letter. Its
// "…" stands for what the screen fills in.
func TestManualWords(t *testing.T) {
	fill := regexp.MustCompile(`\{[0-9]\}`)
	for _, lang := range []string{i18n.Spanish, "en"} {
		said := map[string]bool{}
		files, err := filepath.Glob(lang + "/*.json")
		if err != nil || len(files) == 0 {
			t.Fatal(files, err)
		}
		for _, file := range files {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			words := map[string]string{}
			if err := json.Unmarshal(raw, &words); err != nil {
				t.Fatal(err)
			}
			for _, text := range words {
				said[strings.TrimRight(fill.ReplaceAllString(text, "…"), ".")] = true
			}
		}
		for name, d := range manual(lang) {
			for _, words := range d.Bold {
				if !said[words] {
					t.Errorf("%s: no screen says %q", name, words)
				}
			}
		}
	}
}

// TestManualReading: the manual is as easy to read as the screens.
func TestManualReading(t *testing.T) {
	for name, d := range manual(i18n.Spanish) {
		var whole text
		for _, p := range d.Prose {
			whole = whole.plus(read(p))
			for _, one := range sentences(p) {
				if n := len(word.FindAllString(one, -1)); n > longest {
					t.Errorf("%s: a sentence of %d words: %q", name, n, strings.TrimSpace(one))
				}
			}
		}
		if score := whole.score(); score < bar {
			t.Errorf("%s: INFLESZ %.1f, under %d", name, score, bar)
		}
	}
}
