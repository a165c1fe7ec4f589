// Package i18n holds every word that a person reads, one catalogue a language,
// and the ways in which numbers, money and days are written.
//
// # Catalogues
//
// A language is a folder of flat JSON files, one an area of the program, with
// sorted keys: es/web.json, es/forms.json … A key begins with its area and
// belongs to one file. Texts are plain: no HTML, "{0}" and "{1}" where a value
// goes. A text that depends on a number has two keys, key.one and key.other,
// between which Printer.N chooses.
//
// Spanish is complete and is what any other language falls back to: a reader of
// a half translated language sees Spanish words, marked as such for screen
// readers, never a key. A language is offered only when people who speak it have
// checked it, so the repository has Spanish and English; catalogues take any tag
// of BCP 47 (yua, tzh, nch …), which the libraries that follow the CLDR refuse.
//
// # Figures
//
// All languages write figures as Mexico does: 1,234,567 with $ before pesos, the
// code before other currencies, U+2212 for minus, hours to 24. Names of months
// and the order of a date are texts of the catalogue.
//
// A Bundle and its Printers are made once and never change: safe for concurrent
// use.
package i18n

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"path"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"
)

// Spanish is the language that every other falls back to.
const Spanish = "es"

//go:embed es/*.json en/*.json
var files embed.FS

// tags are the BCP 47 tags of pages, where the folder's name is not one already.
var tags = map[string]string{Spanish: "es-MX"}

// Bundle is all languages. Make it with Load.
type Bundle struct {
	printers map[string]*Printer
	order    []string // Spanish first, then by name
	matcher  language.Matcher
	log      *slog.Logger
	missed   sync.Map // language and key of each miss that was logged
}

// Option changes what Load makes.
type Option func(*Bundle)

// WithLog says where a missing key is told, once each.
func WithLog(log *slog.Logger) Option { return func(b *Bundle) { b.log = log } }

// Load reads the embedded catalogues. A fault in one is a defect of the build,
// so it panics.
func Load(options ...Option) *Bundle {
	b := &Bundle{printers: map[string]*Printer{}, log: slog.New(slog.DiscardHandler)}
	folders, err := files.ReadDir(".")
	if err != nil {
		panic(err)
	}
	for _, folder := range folders {
		b.add(folder.Name(), read(folder.Name()))
	}
	for _, o := range options {
		o(b)
	}
	b.order = []string{Spanish}
	for name := range b.printers {
		if name != Spanish {
			b.order = append(b.order, name)
		}
	}
	slices.Sort(b.order[1:])
	known := make([]language.Tag, len(b.order))
	for i, name := range b.order {
		known[i] = language.MustParse(b.printers[name].tag)
	}
	b.matcher = language.NewMatcher(known)
	return b
}

// add makes the printer of a language.
func (b *Bundle) add(name string, words map[string]string) {
	tag := tags[name]
	if tag == "" {
		tag = name
	}
	b.printers[name] = &Printer{bundle: b, name: name, tag: tag, words: words}
}

// read merges the files of a language.
func read(folder string) map[string]string {
	words := map[string]string{}
	names, err := fs.Glob(files, path.Join(folder, "*.json"))
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		raw, err := files.ReadFile(name)
		if err != nil {
			panic(err)
		}
		if err := json.Unmarshal(raw, &words); err != nil {
			panic(fmt.Errorf("i18n: %s: %w", name, err))
		}
	}
	return words
}

// Languages are the names of the languages that a person may choose, Spanish first.
func (b *Bundle) Languages() []string { return slices.Clone(b.order) }

// Printer is that of a language of Languages; of any other name, the Spanish one.
func (b *Bundle) Printer(name string) *Printer {
	if p := b.printers[name]; p != nil {
		return p
	}
	return b.printers[Spanish]
}

// longest is the length up to which an Accept-Language header is read; what
// browsers send is far shorter.
const longest = 256

// Match chooses a language: the one of the cookie when there is such a language,
// otherwise the nearest to what the browser asks for, otherwise Spanish.
func (b *Bundle) Match(acceptLanguage, cookie string) string {
	if b.printers[cookie] != nil {
		return cookie
	}
	if acceptLanguage == "" || len(acceptLanguage) > longest {
		return Spanish
	}
	wanted, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil {
		return Spanish
	}
	_, i, confidence := b.matcher.Match(wanted...)
	if confidence == language.No {
		return Spanish
	}
	return b.order[i]
}

// miss notes once that a language has no text under a key.
func (b *Bundle) miss(name, key string) {
	if _, told := b.missed.LoadOrStore(name+" "+key, true); !told {
		b.log.Warn("i18n: missing text", "language", name, "key", strings.ToValidUTF8(key, "?"))
	}
}
