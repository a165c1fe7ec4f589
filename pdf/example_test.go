package pdf

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"declara/forms"
	"declara/forms/sample"
)

// spoken are words for tests without a catalogue of questions: the words of this
// package from their file, the rest said by their key.
type spoken struct{ words map[string]string }

func spanish(t tb) spoken {
	t.Helper()
	b, err := os.ReadFile("../i18n/es/pdf.json")
	if err != nil {
		t.Fatal(err)
	}
	s := spoken{}
	if err := json.Unmarshal(b, &s.words); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s spoken) T(key string, args ...any) string {
	text, ok := s.words[key]
	if !ok {
		_, text, _ = strings.Cut(key, ".")
		return sentence(text)
	}
	for i, a := range args {
		text = strings.ReplaceAll(text, "{"+strconv.Itoa(i)+"}", fmt.Sprint(a))
	}
	return text
}

// sentence turns "nivelOrdenGobierno" into "Nivel orden gobierno".
func sentence(name string) string {
	name = name[strings.LastIndex(name, ".")+1:]
	var b strings.Builder
	for i, r := range name {
		switch {
		case i == 0:
			b.WriteString(strings.ToUpper(string(r)))
		case r >= 'A' && r <= 'Z':
			b.WriteString(" " + strings.ToLower(string(r)))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func (s spoken) Question(key, typ string) string               { return sentence(key) }
func (s spoken) Option(catalogue, key, fallback string) string { return fallback }
func (s spoken) Integer(n int64) string                        { return group(n) }
func (s spoken) Yes(b bool) string                             { return map[bool]string{true: "Sí", false: "No"}[b] }
func (s spoken) Money(v int64, currency string) string {
	if currency != "MXN" {
		return currency + " " + group(v)
	}
	return "$" + group(v)
}
func (s spoken) Day(iso string) string {
	d, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return iso
	}
	months := []string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"}
	return fmt.Sprintf("%d de %s de %d", d.Day(), months[d.Month()-1], d.Year())
}

func group(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

const (
	hashA = "9f2c41d8b07e5a63c1d2e4f80913b6a7d5c8e2f10b4a69738d5c6e7f8091a2b3"
	hashB = "1b4a69738d5c6e7f8091a2b39f2c41d8b07e5a63c1d2e4f80913b6a7d5c8e2f1"
)

// filing is a declaration of an invented person with everything that is told of it.
func filing(t tb, d forms.Document) Declaration {
	t.Helper()
	zone, err := time.LoadLocation("America/Mexico_City")
	if err != nil {
		t.Fatal(err)
	}
	leaf := uint64(4182)
	return Declaration{
		Document: d, Folio: "VE-2026-000123", ID: "01JV3Q8M4Z7TQX2H9K5W6N0RBC", Year: 2026,
		Person: "Raúl Méndez Ibarra", Post: "Director de Obras Públicas",
		Institution: "Municipio de Valle Encinos", Office: "Órgano Interno de Control", Initials: "VE",
		Filed: time.Date(2026, 5, 14, 16, 42, 7, 0, time.UTC), Zone: zone, Due: "2026-05-31",
		Method: "password", Hash: hashA, PublicHash: hashB, Leaf: &leaf,
		CheckURL: "https://declara.valleencinos.example/verificar/01JV3Q8M4Z7TQX2H9K5W6N0RBC",
		Lang:     "es-MX", Words: spanish(t),
	}
}

// example is the rich full document of an invented person, and its public version.
func example(t tb, typ forms.Type, level forms.Level, seed int64, o sample.Options) (full, public forms.Document) {
	t.Helper()
	f := forms.Lookup(typ, level)
	if o.Year == 0 {
		o.Year, o.Today, o.Event = 2026, "2026-05-14", "2026-04-01"
	}
	if o.Wealth == 0 {
		o.Wealth = 0.7
	}
	o.Person = sample.Official(seed)
	d, err := sample.Draft(f, seed, o)
	if err != nil {
		t.Fatal(err)
	}
	if full, err = forms.Compile(f, d); err != nil {
		t.Fatal(err)
	}
	if public, err = full.Public(forms.PublicOptions{}); err != nil {
		t.Fatal(err)
	}
	return full, public
}

// samples are documents of every kind, by name.
func samples(t tb, words Words) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	add := func(name string, write func(*bytes.Buffer) error) {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(name, err)
		}
		out[name] = b.Bytes()
	}
	for _, typ := range forms.AllTypes {
		for _, level := range forms.AllLevels {
			fullDoc, publicDoc := example(t, typ, level, 7, sample.Options{})
			name := "-" + typ.Slug() + "-" + level.Slug()
			own, open := filing(t, fullDoc), filing(t, publicDoc)
			own.Words, open.Words = words, words
			add("full"+name, func(b *bytes.Buffer) error { return Full(b, own) })
			add("public"+name, func(b *bytes.Buffer) error { return Public(b, open) })
			add("blank"+name, func(b *bytes.Buffer) error { return Blank(b, own) })
			add("receipt"+name, func(b *bytes.Buffer) error { return Receipt(b, own) })
		}
	}
	return out
}
