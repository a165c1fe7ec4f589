// Package formstest invents drafts for the tests of every package that works with
// declarations: random ones for rapid, fixed ones for goldens, and ones in which
// everything private carries a mark that must not come out anywhere public.
//
// The people, amounts and addresses come from package sample. On top of them Draft
// spells the answers as people do ("$ 1,234", "31 mayo 2026", spaces to spare), so
// that whoever reads them has to decode them, and lets years pass, so that drafts
// have a past: items copied, changed, sold and new.
package formstest

import (
	"fmt"
	"strconv"
	"strings"

	"pgregory.net/rapid"

	"declara/forms"
	"declara/forms/sample"
)

// Draft is a random draft that may be filed: confirmed and without problems. About
// half of them have a previous declaration.
func Draft(t *rapid.T, f *forms.Form) *forms.Draft {
	seed := rapid.Int64Range(0, 1<<40).Draw(t, "seed")
	o := sample.Options{
		Person: sample.Official(seed), Year: 2025, Event: "2025-03-03", Today: "2025-05-02",
		Wealth: rapid.Float64Range(0, 1).Draw(t, "wealth"),
	}
	if rapid.Bool().Draw(t, "past") {
		before := rapid.SampledFrom(forms.AllTypes).Draw(t, "before")
		d := must(sample.Draft(forms.Lookup(before, f.Level), seed+1, o))
		doc, err := forms.Compile(forms.Lookup(before, f.Level), d)
		if err != nil {
			t.Fatalf("formstest: the past does not compile: %v", err)
		}
		o.Previous, o.Year, o.Event, o.Today = &doc, 2026, "2026-02-16", "2026-05-20"
	}
	d := must(sample.Draft(f, seed, o))
	respell(t, f, d)
	forms.Derive(f, d)
	if problems := forms.Ready(f, d); len(problems) > 0 {
		t.Fatalf("formstest: respelling broke the draft: %v", problems)
	}
	return d
}

// Example is a rich draft that is always the same for a seed: what goldens and
// pictures are made of. It may be filed.
func Example(f *forms.Form, seed int64) *forms.Draft {
	return must(sample.Draft(f, seed, sample.Options{
		Person: sample.Official(seed), Year: 2026, Event: "2026-02-16", Today: "2026-05-20", Wealth: 0.9,
	}))
}

// Huge is a declaration far longer than any real one: every section has as many
// items as package sample makes, on every branch. Benchmarks use it.
func Huge(f *forms.Form) *forms.Draft {
	return must(sample.Draft(f, 1, sample.Options{
		Person: sample.Official(1), Year: 2026, Event: "2026-02-16", Today: "2026-05-20", Wealth: 1, Extremes: true,
	}))
}

func must(d *forms.Draft, err error) *forms.Draft {
	if err != nil {
		panic(err) // package sample has a test of its own that finds the seed
	}
	return d
}

// leaves calls fn for each live answer of a draft, with its line.
func leaves(f *forms.Form, d *forms.Draft, fn func(forms.Line)) {
	for i := range f.Sections {
		for _, l := range forms.Lines(f, d.Answers, f.Sections[i].Key) {
			if l.Kind == forms.Answer {
				fn(l)
			}
		}
	}
}

// respell types some of the answers otherwise, and some amounts in dollars.
func respell(t *rapid.T, f *forms.Form, d *forms.Draft) {
	styles := rapid.SliceOfN(rapid.IntRange(0, 5), 64, 64).Draw(t, "styles")
	n := 0
	leaves(f, d, func(l forms.Line) {
		n++
		style := styles[n%len(styles)]
		if f.Computed(d.Answers, l.Path) {
			return
		}
		raw := l.Raw[0]
		switch l.Field.Kind {
		case forms.Money:
			d.Answers.Set(l.Path, amount(raw, style))
			if style == 5 && l.Section.Layout != forms.Ledger {
				d.Answers.Set(l.Path.Join(forms.Currency), "USD")
			}
		case forms.Date:
			d.Answers.Set(l.Path, day(raw, style))
		case forms.Text:
			if l.Field.Rules == "" || l.Field.Rules == "required" {
				d.Answers.Set(l.Path, text(raw, style))
			}
		case forms.Paragraph:
			d.Answers.Set(l.Path, raw+"\r\n\r\n\r\n  «fin» 🏠")
		}
	})
}

func amount(raw string, style int) string {
	switch style {
	case 1:
		return "$ " + raw + ".00"
	case 2:
		return "  " + raw + " MXN"
	case 3:
		for i := len(raw) - 3; i > 0; i -= 3 {
			raw = raw[:i] + "," + raw[i:]
		}
	}
	return raw
}

var monthNames = [...]string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"}

func day(raw string, style int) string {
	iso, err := forms.ParseDate(raw)
	if err != nil {
		return raw
	}
	y, m, d := iso[:4], iso[5:7], iso[8:]
	switch style {
	case 1:
		return d + "/" + m + "/" + y
	case 2:
		return strings.TrimPrefix(d, "0") + "-" + strings.TrimPrefix(m, "0") + "-" + y
	case 3:
		n, _ := strconv.Atoi(m)
		return d + " de " + monthNames[n-1] + " de " + y
	}
	return raw
}

func text(raw string, style int) string {
	switch style {
	case 1:
		return "  " + strings.ReplaceAll(raw, " ", "   ") + "\t"
	case 2:
		return raw + ` "A" \ <b>&amp;</b>`
	case 3:
		return raw + " n\u0303 👩\u200d🔧"
	}
	return raw
}

// Markers puts a mark that is found nowhere else in every private answer that can
// carry one: texts, identifiers, telephones, amounts, and what is typed for
// "other". It returns the marks; none of them may come out in anything public. The
// draft stays ready.
func Markers(d *forms.Draft) []string {
	f := forms.Lookup(d.Type, d.Level)
	var marks []string
	leaves(f, d, func(l forms.Line) {
		if !l.Private || f.Computed(d.Answers, l.Path) {
			return
		}
		p := l.Path
		if l.Field.Kind == forms.Choice || l.Field.Kind == forms.Choices {
			if p = p.Join(forms.Other); d.Answers.Get(p) == "" {
				return
			}
		}
		if m := marker(l.Field, d.Answers.Get(p), len(marks)+1); m != "" {
			d.Answers.Set(p, m)
			marks = append(marks, m)
		}
	})
	forms.Derive(f, d)
	return marks
}

// marker is the n-th mark, in the shape that the rules of the field and the answer
// that it replaces ask for; "" for what cannot carry one.
func marker(x *forms.Field, was string, n int) string {
	rules := "," + x.Rules + ","
	ruled := func(name string) bool { return strings.Contains(rules, ","+name+",") }
	three := string([]byte{'A' + byte(n/676%26), 'A' + byte(n/26%26), 'A' + byte(n%26)})
	switch {
	case x.Kind == forms.Money:
		return fmt.Sprintf("77%07d", n)
	case x.Kind != forms.Text && x.Kind != forms.Paragraph && x.From == nil,
		ruled("homoclave"), ruled("digits"), ruled("cp"):
		return ""
	case ruled("curp"):
		return "ZQXA800101HOC" + three + "00"
	case ruled("rfcbody"):
		return "ZQXB800101"
	case (ruled("rfc") || ruled("rfccompany")) && len(was) == 12:
		return "ZQQ800101" + three
	case ruled("rfc"), ruled("rfcperson"):
		return "ZQXC800101" + three
	case ruled("phone"):
		return fmt.Sprintf("771%07d", n)
	case ruled("email"):
		return fmt.Sprintf("zq%05dx@zq.example", n)
	}
	return fmt.Sprintf("ZQ%05dX", n)
}
