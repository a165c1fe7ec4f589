package publish

import (
	"fmt"
	"strings"
	"testing"

	"declara/forms"
	"declara/forms/sample"
)

// plain are words that show the key, so that a test reads what was asked for.
type plain struct{}

func (plain) Question(key, _ string) string         { return key }
func (plain) Option(_, _, fallback string) string   { return fallback }
func (plain) Money(v int64, currency string) string { return fmt.Sprintf("%d %s", v, currency) }
func (plain) Day(iso string) string                 { return iso }
func (plain) Integer(n int64) string                { return fmt.Sprint(n) }
func (plain) Yes(b bool) string                     { return fmt.Sprint(b) }
func (plain) T(key string, args ...any) string {
	return strings.TrimSpace(key + " " + fmt.Sprintln(args...))
}
func (plain) N(key string, n int, args ...any) string {
	return plain{}.T(key, append([]any{n}, args...)...)
}

// filed is a sample declaration with its public version.
type filed struct {
	full, public forms.Document
}

func file(t testing.TB, typ forms.Type, level forms.Level, seed int64, previous *forms.Document) filed {
	t.Helper()
	year := 2024
	if previous != nil {
		year = 2025
	}
	f := forms.Lookup(typ, level)
	d, err := sample.Draft(f, seed, sample.Options{
		Person: sample.Official(seed), Year: year, Event: "2024-03-03", Today: fmt.Sprintf("%d-05-14", year), Wealth: 0.8, Previous: previous,
	})
	if err != nil {
		t.Fatal(err)
	}
	full, err := forms.Compile(f, d)
	if err != nil {
		t.Fatal(err)
	}
	public, err := full.Public(forms.PublicOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return filed{full, public}
}

// each calls fn for sample declarations of every type and level.
func each(t *testing.T, seeds int64, fn func(t *testing.T, d filed)) {
	for _, typ := range forms.AllTypes {
		for _, level := range forms.AllLevels {
			for seed := range seeds {
				t.Run(fmt.Sprintf("%s %s %d", typ.Slug(), level.Slug(), seed), func(t *testing.T) {
					fn(t, file(t, typ, level, seed, nil))
				})
			}
		}
	}
}

func parse(t testing.TB, d forms.Document) forms.Answers {
	t.Helper()
	a, err := forms.Parse(d.Form, d.JSON)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
