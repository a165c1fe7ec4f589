package web

import (
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"declara/forms"
	"declara/i18n"
)

// funcs are what templates may call, in one language:
//
//	t "key" args…         words; Spanish ones are marked as such where another language lacks them
//	n "key" number args…  plural
//	money, integer, percent, day, dayshort, yes
//	kb n                  size of a file
//	hour, when            of a time, in a zone: {{when .Filed .Zone}}
//	asset "regla.css"     address of a file of static/
//	dial "951 000 0000"   a telephone as an address dials it
//	problem p             sentence of a forms.Problem
//	dict, list            to give a part several things: {{template "campo" (dict "f" .Data.Form "name" "login")}}
func (s *Server) funcs(p *i18n.Printer) template.FuncMap {
	return template.FuncMap{
		"t":        func(key string, args ...any) any { return marked(p.Say(key, args...)) },
		"n":        func(key string, n int, args ...any) string { return p.N(key, n, args...) },
		"money":    p.Money,
		"integer":  func(n any) (string, error) { return integer(p, n) },
		"percent":  p.Percent,
		"day":      p.Day,
		"dayshort": p.DayShort,
		"yes":      p.Yes,
		"kb":       func(bytes int) string { return p.Integer(int64(bytes+1023)/1024) + " KB" },
		"hour":     func(t time.Time, zone *time.Location) string { return p.Hour(t.In(zone)) },
		"when":     func(t time.Time, zone *time.Location) string { return p.When(t.In(zone)) },
		"asset":    s.asset,
		"dial":     dial,
		"problem":  func(x forms.Problem) string { return problem(p, x) },
		"dict":     dict,
		"plus":     func(i int) int { return i + 1 },
		"list":     func(items ...any) []any { return items },
		"has":      func(items []string, item string) bool { return slices.Contains(items, item) },
	}
}

// marked wraps words of another language than the page's, so that a screen reader
// pronounces them right.
func marked(text, lang string) any {
	if lang == "" {
		return text
	}
	return template.HTML(`<span lang="` + lang + `">` + template.HTMLEscapeString(text) + `</span>`)
}

// problem is the sentence of what is wrong with an answer.
func problem(p *i18n.Printer, x forms.Problem) string { return p.T("problem."+x.Code, x.Arg) }

func integer(p *i18n.Printer, n any) (string, error) {
	switch n := n.(type) {
	case int:
		return p.Integer(int64(n)), nil
	case int64:
		return p.Integer(n), nil
	}
	return "", fmt.Errorf("web: integer of %T", n)
}

// dial is what a telephone is dialled as. Ten digits are a number of Mexico.
func dial(phone string) string {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		return -1
	}, phone)
	if len(digits) == 10 {
		return "+52" + digits
	}
	return digits
}

func (s *Server) asset(name string) (string, error) {
	address, ok := s.assets.address[name]
	if !ok {
		return "", fmt.Errorf("web: there is no asset %q", name)
	}
	return address, nil
}

func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("web: dict wants pairs")
	}
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("web: dict wants names that are strings")
		}
		m[name] = pairs[i+1]
	}
	return m, nil
}
