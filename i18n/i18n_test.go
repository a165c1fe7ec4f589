package i18n

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestMatch(t *testing.T) {
	b := Load()
	for _, c := range []struct{ accept, cookie, want string }{
		{"", "", "es"},
		{"es-MX,es;q=0.9", "", "es"},
		{"en-US,en;q=0.9,es;q=0.8", "", "en"},
		{"en-GB", "", "en"},
		{"es-ES-u-rg-mxzzzz", "", "es"},
		{"fr-FR", "", "es"},
		{"fr-FR,en;q=0.5", "", "en"},
		{"yua", "", "es"},
		{"en", "es", "es"},
		{"es", "en", "en"},
		{"en", "klingon", "en"},
		{"en-US", "../../etc", "en"},
		{";;;q=,,", "", "es"},
		{strings.Repeat("en,", 200), "", "es"},
		{"*", "", "es"},
	} {
		if got := b.Match(c.accept, c.cookie); got != c.want {
			t.Errorf("Match(%.40q, %q) is %s, not %s", c.accept, c.cookie, got, c.want)
		}
	}
}

func TestFigures(t *testing.T) {
	p := Load().Printer("es")
	for _, c := range []struct{ got, want string }{
		{p.Integer(0), "0"},
		{p.Integer(999), "999"},
		{p.Integer(1000), "1,000"},
		{p.Integer(1234567), "1,234,567"},
		{p.Integer(-40), "−40"},
		{p.Integer(-1234567), "−1,234,567"},
		{p.Integer(-9223372036854775808), "−9,223,372,036,854,775,808"},
		{p.Money(1234567, "MXN"), "$1,234,567"},
		{p.Money(1234567, ""), "$1,234,567"},
		{p.Money(-500, "MXN"), "−$500"},
		{p.Money(1234, "USD"), "USD\u00a01,234"},
		{p.Money(-1234, "USD"), "−USD\u00a01,234"},
		{p.Percent(81), "81%"},
		{p.Percent(82.34), "82.3%"},
		{p.Percent(-4.5), "−4.5%"},
		{p.Percent(-0.04), "0%"},
		{p.Percent(1210), "1,210%"},
		{p.Day("2026-05-31"), "31 de mayo de 2026"},
		{p.DayShort("2026-05-31"), "31 may 2026"},
		{p.Day("2026-01-01"), "1 de enero de 2026"},
		{p.Day("mayo"), "mayo"},
		{p.Day("2026-02-30"), "2026-02-30"},
		{p.Yes(true), "Sí"},
		{p.Yes(false), "No"},
	} {
		if c.got != c.want {
			t.Errorf("%q, not %q", c.got, c.want)
		}
	}
	en := Load().Printer("en")
	if got := en.Day("2026-05-31") + " " + en.DayShort("2026-12-01") + " " + en.Money(5, "USD"); got != "31 May 2026 1 Dec 2026 USD\u00a05" {
		t.Errorf("English: %q", got)
	}
}

// TestHour: one minute before midnight in Mexico City is the next day in UTC.
func TestHour(t *testing.T) {
	zone, err := time.LoadLocation("America/Mexico_City")
	if err != nil {
		t.Skip("this machine has no zones")
	}
	at := time.Date(2026, 6, 1, 5, 59, 59, 0, time.UTC)
	p := Load().Printer("es")
	if got := p.When(at.In(zone)); got != "31 de mayo de 2026, 23:59" {
		t.Errorf("%q", got)
	}
	if got := p.When(at); got != "1 de junio de 2026, 05:59" {
		t.Errorf("%q", got)
	}
}

func TestFill(t *testing.T) {
	for _, c := range []struct {
		text string
		args []any
		want string
	}{
		{"nothing", []any{1}, "nothing"},
		{"{0} of {1}", []any{1, "x"}, "1 of x"},
		{"{1}, {0}, {1}", []any{"a", "b"}, "b, a, b"},
		{"{0} and {2}", []any{"a"}, "a and {2}"},
		{"{x} {0", []any{"a"}, "{x} {0"},
		{"{-1}", []any{"a"}, "{-1}"},
		{"{0}", []any{"{0}{1}"}, "{0}{1}"},
		{"{0}", nil, "{0}"},
	} {
		if got := fill(c.text, c.args); got != c.want {
			t.Errorf("fill(%q, %v) is %q, not %q", c.text, c.args, got, c.want)
		}
	}
}

func TestPlural(t *testing.T) {
	p := Load().Printer("es")
	for n, want := range map[int]string{0: "Hay 0 datos por corregir", 1: "Hay 1 dato por corregir", 2: "Hay 2 datos por corregir", 1500: "Hay 1,500 datos por corregir"} {
		if got := p.N("web.problems", n); got != want {
			t.Errorf("%d: %q", n, got)
		}
	}
}

// TestMissing: a language that lacks a text says it in Spanish and tells so; what
// Spanish lacks too is told as the key. Each is logged once.
func TestMissing(t *testing.T) {
	var log bytes.Buffer
	b := Load(WithLog(slog.New(slog.NewTextHandler(&log, nil))))
	b.add("yua", map[string]string{"web.yes": "…"})
	p := b.Printer("yua")
	for range 3 {
		if text, lang := p.Say("web.no"); text != "No" || lang != "es-MX" {
			t.Errorf("%q in %q", text, lang)
		}
		if text, lang := p.Say("web.nowhere"); text != "web.nowhere" || lang != "" {
			t.Errorf("%q in %q", text, lang)
		}
	}
	if text, lang := p.Say("web.yes"); text != "…" || lang != "" {
		t.Errorf("%q in %q", text, lang)
	}
	if n := strings.Count(log.String(), "\n"); n != 2 {
		t.Errorf("%d lines in the log: %s", n, log.String())
	}
	if b.Printer("nobody").Name() != Spanish {
		t.Error("an unknown language is not Spanish")
	}
}

// TestQuestion: the longest end of a path that has words, and before it the same
// for one type of declaration.
func TestQuestion(t *testing.T) {
	b := &Bundle{printers: map[string]*Printer{}, log: slog.New(slog.DiscardHandler)}
	b.add(Spanish, map[string]string{
		"q.calle": "Calle", "q.domicilio.calle": "Calle de tu casa", "q.saldo@conclusion": "Saldo final", "q.saldo": "Saldo",
		"hint.saldo": "Pesos",
	})
	p := b.Printer(Spanish)
	for _, c := range []struct{ key, typ, want string }{
		{"bienes.bien.domicilio.calle", "inicial", "Calle de tu casa"},
		{"bienes.lugar.calle", "inicial", "Calle"},
		{"adeudos.adeudo.saldo", "conclusion", "Saldo final"},
		{"adeudos.adeudo.saldo", "modificacion", "Saldo"},
		{"adeudos.adeudo.saldo", "", "Saldo"},
		{"nada.de.esto", "inicial", "nada.de.esto"},
	} {
		if got := p.Question(c.key, c.typ); got != c.want {
			t.Errorf("Question(%s, %s) is %q, not %q", c.key, c.typ, got, c.want)
		}
	}
	if p.Hint("x.saldo", "inicial") != "Pesos" || p.Hint("x.calle", "inicial") != "" {
		t.Error("hints are not found as labels are")
	}
}

func TestOption(t *testing.T) {
	b := &Bundle{printers: map[string]*Printer{}, log: slog.New(slog.DiscardHandler)}
	b.add(Spanish, map[string]string{"option.nivel.LIC": "Licenciatura"})
	p := b.Printer(Spanish)
	for _, c := range []struct{ key, fallback, want string }{
		{"LIC", "LICENCIATURA", "Licenciatura"},
		{"PRI", "PRIMARIA TÉCNICA", "Primaria técnica"},
		{"X", "Oaxaca de Juárez", "Oaxaca de Juárez"},
		{"X", "ÁREA", "Área"},
		{"X", "", ""},
	} {
		if got := p.Option("nivel", c.key, c.fallback); got != c.want {
			t.Errorf("%q, not %q", got, c.want)
		}
	}
}
