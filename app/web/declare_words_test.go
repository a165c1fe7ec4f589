package web

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"declara/app/declare"
	"declara/i18n"
)

// TestDeclareWords holds the words of the journey to what asks for them: each key
// that a page or a handler names is there, and none is there that nobody names.
func TestDeclareWords(t *testing.T) {
	words := map[string]string{}
	for _, name := range []string{"declare", "efirma"} {
		raw, err := os.ReadFile("../../i18n/es/" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(raw, &words); err != nil {
			t.Fatal(err)
		}
	}
	maps.DeleteFunc(words, func(k, _ string) bool { return !strings.HasPrefix(k, "declare.") })
	var files []string
	for _, pattern := range []string{"declare*.go", "view/*.go", "view/pages/declare-*.html", "view/parts/declare-*.html", "view/parts/efirma.html", "../declare/*.go", "../trust/*.go"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		files = append(files, found...)
	}
	key := regexp.MustCompile(`"(declare\.[a-zA-Z0-9._]+)"`)
	named := map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range key.FindAllStringSubmatch(string(b), -1) {
			named[m[1]] = true
		}
	}
	for k := range named {
		begins := strings.HasSuffix(k, ".")
		_, one := words[k+".one"]
		_, plain := words[k]
		some := false
		for w := range words {
			some = some || begins && strings.HasPrefix(w, k)
		}
		if !plain && !one && !some {
			t.Errorf("%s has no words", k)
		}
	}
	for w := range words {
		bare := strings.TrimSuffix(strings.TrimSuffix(w, ".one"), ".other")
		used := named[w] || named[bare]
		for k := range named {
			used = used || strings.HasSuffix(k, ".") && strings.HasPrefix(w, k)
		}
		if !used {
			t.Errorf("%s is said by nobody", w)
		}
	}
}

// TestDeclareReasons: every reason that the duties give can be said, with all its
// arguments in place.
func TestDeclareReasons(t *testing.T) {
	es := i18n.Load().Printer("es")
	for name, r := range map[string]declare.Record{
		"first":    {Spells: []declare.Spell{{Entry: "2027-01-15"}}},
		"again":    {Spells: []declare.Spell{{Entry: "2019-01-01", Exit: "2026-01-10"}, {Entry: "2027-03-12"}}},
		"aviso":    {Order: "M", Spells: []declare.Spell{{Body: "Otro", Order: "M", Entry: "2020-01-01", Exit: "2027-02-15"}, {Entry: "2027-04-01"}}},
		"order":    {Order: "M", Spells: []declare.Spell{{Body: "Otro", Order: "E", Entry: "2020-01-01", Exit: "2027-02-15"}, {Entry: "2027-04-01"}}},
		"kept":     {Order: "M", Spells: []declare.Spell{{Body: "Otro", Order: "E", Entry: "2020-01-01"}, {Entry: "2027-04-01", Exit: "2027-04-30"}}},
		"at once":  {Order: "M", Spells: []declare.Spell{{Body: "Otro", Order: "M", Entry: "2020-01-01"}, {Entry: "2027-04-01"}}},
		"overlap":  {Order: "M", Spells: []declare.Spell{{Body: "Otro", Order: "M", Entry: "2027-04-20"}, {Entry: "2019-04-01", Exit: "2027-04-30"}}},
		"leaving":  {Spells: []declare.Spell{{Entry: "2020-01-01", Exit: "2027-05-02"}}},
		"upwards":  {Order: "M", Spells: []declare.Spell{{Entry: "2020-01-01", Exit: "2027-05-02"}, {Body: "Estado", Order: "E", Entry: "2027-05-03"}}},
		"on leave": {Spells: []declare.Spell{{Entry: "2019-01-01", Exit: "2027-04-10", Leave: true}}},
	} {
		for _, today := range []string{"2027-05-10", "2027-06-10"} {
			for _, d := range declare.Reckon(r, today) {
				c := &Ctx{words: es}
				said := c.reason(d.Reason)
				if office := c.officeReason(d.Reason); !es.Has("office."+strings.TrimPrefix(d.Reason.Key, "declare.")) || strings.Contains(office, "{") || strings.Contains(office, "-0") {
					t.Errorf("%s, %s, to the office: %q", name, d.Key, office)
				}
				if !es.Has(d.Reason.Key) || strings.Contains(said, "{") || strings.Contains(said, "-0") {
					t.Errorf("%s, %s: %q", name, d.Key, said)
				}
			}
		}
	}
}
