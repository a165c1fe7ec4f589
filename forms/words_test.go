package forms

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// glossary reads the words of the forms in a language, and fails unless they are one
// flat object, sorted by key, with a text for each.
func glossary(t *testing.T, lang string) map[string]string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "i18n", lang, "forms.json"))
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]string{}
	if err := json.Unmarshal(raw, &words); err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	last := ""
	for {
		tok, err := dec.Token()
		if err != nil {
			break
		}
		key, isText := tok.(string)
		if !isText {
			continue
		}
		if key <= last {
			t.Errorf("%s: %q is not after %q", lang, key, last)
		}
		last = key
		text, err := dec.Token()
		s, isText := text.(string)
		if err != nil || !isText || s == "" || s != strings.TrimSpace(s) || !norm.NFC.IsNormalString(s) || strings.ContainsAny(s, "<>\n") {
			t.Errorf("%s: the text of %q is %q", lang, key, text)
		}
	}
	return words
}

// find is the key under which a path has words, as i18n looks it up: from the
// longest to the shortest suffix, each first for the type of declaration.
func find(words map[string]string, kind, path, typ string) string {
	for {
		for _, key := range []string{kind + path + "@" + typ, kind + path} {
			if _, ok := words[key]; ok {
				return key
			}
		}
		_, rest, more := strings.Cut(path, ".")
		if !more {
			return ""
		}
		path = rest
	}
}

// paths are the keys of all questions of a form, companions included.
func paths(f *Form) (all []string) {
	var walk func(at string, fields []Field)
	walk = func(at string, fields []Field) {
		for _, x := range fields {
			p := at + "." + x.Name
			all = append(all, p)
			if x.Kind == Money {
				all = append(all, p+"."+Currency)
			}
			if x.From != nil && x.From.Other != "" {
				all = append(all, p+"."+Other)
			}
			walk(p, x.Of)
		}
	}
	for _, s := range f.Sections {
		walk(s.Key, s.Fields)
	}
	return all
}

// codes are the values of the constants of codes.go whose name begins so.
func codes(t *testing.T, prefix string) (values []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if ok && strings.HasPrefix(spec.Names[0].Name, prefix) {
			lit, ok := spec.Values[0].(*ast.BasicLit)
			if !ok {
				t.Fatalf("%s is not a plain string", spec.Names[0].Name)
			}
			v, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			values = append(values, v)
		}
		return true
	})
	if len(values) == 0 {
		t.Fatalf("codes.go has no %s…", prefix)
	}
	return values
}

// kindKeys end the key of a problem that is worded for a kind of question.
var kindKeys = map[Kind]string{
	Text: "text", Integer: "integer", Money: "money", Percent: "percent", Date: "date",
	YesNo: "yesno", Choice: "choice", Choices: "choices",
}

// wanted are the keys other than questions and hints that a program may ask for.
func wanted(t *testing.T) map[string]bool {
	keys := map[string]bool{}
	for name, c := range catalogues {
		if name == "entidades" || name == "municipios" {
			continue // proper names, the same in every language
		}
		for _, e := range c.Entries {
			keys["option."+name+"."+e.Key] = true
		}
	}
	for _, code := range codes(t, "Code") {
		keys["problem."+code] = true
	}
	for _, code := range codes(t, "Warn") {
		keys["warn."+code] = true
	}
	for _, typ := range AllTypes {
		for _, level := range AllLevels {
			f := Lookup(typ, level)
			for _, s := range f.Sections {
				for _, end := range []string{"", ".official", ".hint", ".help"} {
					keys["section."+s.Key+end] = true
				}
				keys["group."+s.Group] = true
				if named(s.Fields, none) != nil {
					keys["applies."+s.Key] = true
				}
				if list := named(s.Fields, s.List); list != nil {
					steps := map[uint8]bool{}
					for _, x := range list.Of {
						steps[max(1, x.Step)] = true
					}
					for n := range steps {
						if len(steps) > 1 {
							keys["step."+s.Key+"."+strconv.Itoa(int(n))] = true
						}
					}
				}
			}
			visit(f, func(_ *Section, x *Field, _ [][]Field) {
				if x.Kind == List {
					for _, end := range []string{".add", ".one", ".none"} {
						keys["list."+x.Name+end] = true
					}
					return
				}
				if kind, ok := kindKeys[x.Kind]; ok && ruled(x.Rules, "required") {
					keys["problem.required."+kind] = true
				}
				for _, rule := range strings.Split(x.Rules, ",") {
					if name, _, _ := strings.Cut(rule, "="); name != "" {
						keys["problem."+name] = true
					}
				}
			})
			if s := f.Section("ingresos"); s != nil { // its period differs by type
				keys["section.ingresos.hint@"+typ.Slug()] = true
			}
		}
	}
	return keys
}

// TestEverythingHasWords: every question, section, option and problem has words in
// Spanish and in English, and no words are left that nothing asks for.
func TestEverythingHasWords(t *testing.T) {
	for _, lang := range []string{"es", "en"} {
		words := glossary(t, lang)
		used := wanted(t)
		for key := range used {
			if words[key] == "" {
				t.Errorf("%s has no %q", lang, key)
			}
		}
		for _, typ := range AllTypes {
			for _, p := range paths(Lookup(typ, Full)) {
				if key := find(words, "q.", p, typ.Slug()); key != "" {
					used[key] = true
				} else {
					t.Errorf("%s has no words for the question %s", lang, p)
				}
				used[find(words, "hint.", p, typ.Slug())] = true
			}
		}
		for key := range words {
			if !used[key] {
				t.Errorf("%s: nothing asks for %q", lang, key)
			}
		}
	}
}

var placeholder = regexp.MustCompile(`\{\d+\}`)

// TestLanguagesMatch: English has the keys and the placeholders of Spanish.
func TestLanguagesMatch(t *testing.T) {
	es, en := glossary(t, "es"), glossary(t, "en")
	for _, key := range slices.Sorted(maps.Keys(es)) {
		text, ok := en[key]
		if !ok {
			t.Errorf("en has no %q", key)
			continue
		}
		has, want := placeholder.FindAllString(text, -1), placeholder.FindAllString(es[key], -1)
		slices.Sort(has)
		slices.Sort(want)
		if !slices.Equal(has, want) {
			t.Errorf("%q has the placeholders %v in en and %v in es", key, has, want)
		}
	}
	if len(es) != len(en) {
		t.Errorf("%d keys in es, %d in en", len(es), len(en))
	}
}

// TestSpanishIsPlain: no sentence of more than 20 words, nobody addressed as usted,
// none of the phrases of office Spanish. Official names are as the Normas have them.
func TestSpanishIsPlain(t *testing.T) { readsPlainly(t, glossary(t, "es")) }

func readsPlainly(t *testing.T, words map[string]string) {
	t.Helper()
	formal := regexp.MustCompile(`(?i)(^|[.:] )favor de|\b(usted|su declaración|el que suscribe|sírvase|ingrese|seleccione|capture|escriba|indique|elija)\b`)
	sentence := regexp.MustCompile(`[.?!:;] |[.?!]$`)
	for key, text := range words {
		if strings.HasSuffix(key, ".official") {
			continue
		}
		if m := formal.FindString(text); m != "" {
			t.Errorf("%s says %q: %s", key, m, text)
		}
		for _, s := range sentence.Split(text, -1) {
			if n := len(strings.Fields(s)); n > 20 {
				t.Errorf("%s has a sentence of %d words: %s", key, n, s)
			}
		}
	}
}
