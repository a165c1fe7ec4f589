package i18n_test

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"declara/forms"
	"declara/i18n"
)

// How hard Spanish is to read, by INFLESZ (Szigriszt-Pazos): 206.835 − 62.3 ×
// syllables a word − words a sentence. Above 55 is "normal", above 65 "quite easy".
const (
	bar      = 60 // of a screen of declarations
	barPlain = 70 // of a screen for who complains
	fewWords = 25 // below that a screen is too short to be measured
	longest  = 20 // words that a sentence may have
	worstFew = 10
)

// exempt are not prose of ours: writs and the oath, as the law words them; names of posts,
// of stages and of subjects, as the law has them; heads of columns, and which states an
// hour is of.
var exempt = []string{
	"act.", "campaign.letter.", "sheet.act.", "verify.act.", "declare.oath",
	"account.role.", "cases.state.", "figures.grupoConducta.", "office.col.", "verify.fact.", "account.zone.",
}

// plain are screens for who complains.
var plain = []string{"complain.", "flood."}

// elsewhere are files with other than words of screens: forms are measured by section,
// papers have the words of the law, and the description of the API is for programmers.
var elsewhere = []string{"forms", "pdf", "pdn"}

var (
	hole     = regexp.MustCompile(`\{[0-9]\}`)
	sentence = regexp.MustCompile(`[.?!;:…]+(\s|$)|\n+`)
	word     = regexp.MustCompile(`[\p{L}\p{N}]+`)
)

// text is how much there is to read.
type text struct{ syllables, words, sentences int }

func (t text) plus(o text) text {
	return text{t.syllables + o.syllables, t.words + o.words, t.sentences + o.sentences}
}

func (t text) score() float64 {
	return 206.835 - 62.3*float64(t.syllables)/float64(t.words) - float64(t.words)/float64(t.sentences)
}

func read(s string) (t text) {
	for _, one := range sentences(s) {
		t.sentences++
		for _, w := range word.FindAllString(one, -1) {
			t.words++
			t.syllables += syllables(w)
		}
	}
	return t
}

func sentences(s string) (out []string) {
	for _, one := range sentence.Split(hole.ReplaceAllString(s, "uno"), -1) {
		if word.MatchString(one) {
			out = append(out, one)
		}
	}
	return out
}

// syllables counts the nuclei of a word: neighbouring vowels are one, unless both
// are strong (a, e, o) or the weak one has an accent. The u of que, gui is silent.
func syllables(w string) int {
	const strong, weak, broken = "aeoáéó", "iuü", "íú"
	r := []rune(strings.ToLower(w))
	n := 0
	last := rune(0) // vowel before this one, in the same group
	for i, c := range r {
		vowel := strings.ContainsRune(strong+weak+broken, c) || c == 'y' && i == len(r)-1
		if c == 'u' && i > 0 && i+1 < len(r) && (r[i-1] == 'q' || r[i-1] == 'g') && strings.ContainsRune("eiéí", r[i+1]) {
			continue
		}
		if !vowel {
			last = 0
			continue
		}
		apart := last == 0 || strings.ContainsRune(strong, last) && strings.ContainsRune(strong, c) ||
			strings.ContainsRune(broken, c) || strings.ContainsRune(broken, last)
		if apart {
			n++
		}
		last = c
	}
	return max(n, 1)
}

func TestSyllables(t *testing.T) {
	for w, want := range map[string]int{
		"declaración": 4, "país": 2, "que": 1, "guía": 2, "averigüe": 4, "muy": 1, "leer": 2, "público": 3,
		"aéreo": 4, "ciudad": 2, "IX": 1, "2025": 1, "y": 1, "reunión": 2, "dueño": 2,
	} {
		if got := syllables(w); got != want {
			t.Errorf("%s has %d syllables, not %d", w, got, want)
		}
	}
}

// screens are the words of each screen: those of the journey by the second part of
// their key, those of the forms by section.
func screens(t *testing.T) map[string]map[string]string {
	t.Helper()
	all := map[string]map[string]string{}
	add := func(screen, key, text string) {
		if all[screen] == nil {
			all[screen] = map[string]string{}
		}
		all[screen][key] = text
	}
	files, err := filepath.Glob("es/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		if slices.Contains(elsewhere, strings.TrimSuffix(filepath.Base(file), ".json")) {
			continue
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		words := map[string]string{}
		if err := json.Unmarshal(raw, &words); err != nil {
			t.Fatal(err)
		}
		for key, text := range words {
			if parts := strings.SplitN(key, ".", 3); !slices.ContainsFunc(exempt, func(e string) bool { return strings.HasPrefix(key, e) }) {
				add(strings.Join(parts[:2], "."), key, text)
			}
		}
	}
	p := i18n.Load().Printer("es")
	for _, typ := range forms.AllTypes {
		f := forms.Lookup(typ, forms.Full)
		for _, s := range f.Sections {
			screen := "section " + s.No + " " + typ.Slug()
			for _, part := range []string{"", ".hint", ".hint@" + typ.Slug(), ".help"} {
				if key := "section." + s.Key + part; p.Has(key) {
					add(screen, key, p.T(key))
				}
			}
			var walk func(at forms.Path, fields []forms.Field)
			walk = func(at forms.Path, fields []forms.Field) {
				for _, x := range fields {
					key := f.Key(at.Join(x.Name))
					add(screen, "q."+key, p.Question(key, typ.Slug()))
					if hint := p.Hint(key, typ.Slug()); hint != "" {
						add(screen, "hint."+key, hint)
					}
					walk(at.Join(x.Name), x.Of)
				}
			}
			walk(forms.Path(s.Key), s.Fields)
		}
	}
	return all
}

// TestReading: every screen in Spanish is easy enough, and no sentence is too long
// (journeys 4.3). The worst texts are printed, to be mended first.
func TestReading(t *testing.T) {
	type scored struct {
		key, text string
		score     float64
	}
	var texts []scored
	measured := 0
	for screen, words := range screens(t) {
		var whole text
		for key, s := range words {
			one := read(s)
			if one.words == 0 {
				continue
			}
			whole = whole.plus(one)
			if one.words >= 6 {
				texts = append(texts, scored{key, s, one.score()})
			}
			for _, sent := range sentences(s) {
				if n := len(word.FindAllString(sent, -1)); n > longest {
					t.Errorf("%s: a sentence of %d words: %q", key, n, strings.TrimSpace(sent))
				}
			}
		}
		if whole.words < fewWords {
			continue
		}
		measured++
		least := bar
		if slices.ContainsFunc(plain, func(p string) bool { return strings.HasPrefix(screen, p) }) {
			least = barPlain
		}
		if score := whole.score(); score < float64(least) {
			t.Errorf("%s: INFLESZ %.1f, under %d", screen, score, least)
		}
	}
	if measured < 60 {
		t.Fatalf("only %d screens were measured", measured)
	}
	slices.SortFunc(texts, func(a, b scored) int { return cmp.Or(cmp.Compare(a.score, b.score), cmp.Compare(a.key, b.key)) })
	texts = slices.CompactFunc(texts, func(a, b scored) bool { return a.text == b.text })
	for _, x := range texts[:worstFew] {
		t.Logf("%5.1f %s: %s", x.score, x.key, x.text)
	}
}

// TestReadingSeesWords guards the measure: figures and marks are no words.
func TestReadingSeesWords(t *testing.T) {
	if got := read("Lo que ganas. Lo que tienes, {0}."); got.words != 7 || got.sentences != 2 {
		t.Errorf("%+v", got)
	}
	for _, r := range "¿?¡!." {
		if unicode.IsLetter(r) {
			t.Errorf("%q", r)
		}
	}
}
