package pdf

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"declara/forms"
	"declara/forms/sample"
)

// TestLedger adds up each column of section 8 as a reader would: details to their
// part, parts and the pay to A, A and the family's to C. Only B is private.
func TestLedger(t *testing.T) {
	for seed := range int64(6) {
		d, _ := example(t, forms.AllTypes[seed%3], forms.Full, seed, sample.Options{Wealth: 1})
		chapters, err := read(filing(t, d), full)
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(chapters, func(c chapter) bool { return c.title == "Ingresos" })
		var owns []int64
		var open, details, parts, a, c int64
		inPart := false
		named := 0
		for _, e := range chapters[at].entries {
			if e.kind != amount {
				continue
			}
			v := pesos(t, e.value)
			if inPart && e.sum != detail {
				if details != open {
					t.Errorf("seed %d: details of %d below a part of %d", seed, details, open)
				}
				inPart, details = false, 0
			}
			switch e.sum {
			case own:
				owns = append(owns, v)
			case detail:
				details += v
				if e.label != "" {
					named++
				}
			case part:
				inPart, open = true, v
				parts += v
			case subtotal:
				a = v
			case total:
				c = v
			}
			if e.private != (len(owns) == 3 && e.sum == own) {
				t.Errorf("seed %d: %q is marked %t", seed, e.label, e.private)
			}
		}
		if len(owns) != 3 || owns[1] != parts || owns[0]+owns[1] != a || a+owns[2] != c || named == 0 {
			t.Errorf("seed %d: I %d, II %d of %d, A %d, B, C %d; %d incomes with a name", seed, owns[0], owns[1], parts, a, c, named)
		}
		if chapters[at].gist != "$"+group(c) {
			t.Errorf("seed %d: the index says %q", seed, chapters[at].gist)
		}
	}
}

func pesos(t *testing.T, s string) int64 {
	t.Helper()
	n, err := forms.ParseMoney(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestTotal: where the public total is no more than A, the page says why; where
// it is as declared, and in the full version, it does not.
func TestTotal(t *testing.T) {
	says := func(write func(*bytes.Buffer) error) bool {
		t.Helper()
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		return strings.Contains(solid(textOf(t, b.Bytes())), solid(spanish(t).T("pdf.total.published")))
	}
	own, open := example(t, forms.Inicial, forms.Simplified, 4, sample.Options{})
	if says(func(b *bytes.Buffer) error { return Full(b, filing(t, own)) }) {
		t.Error("the full version speaks of what is published")
	}
	if !says(func(b *bytes.Buffer) error { return Public(b, filing(t, open)) }) {
		t.Error("the public total says nothing")
	}
	declared, err := kept(t, "full.json").Public(forms.PublicOptions{TotalAsDeclared: true})
	if err != nil {
		t.Fatal(err)
	}
	if says(func(b *bytes.Buffer) error { return Public(b, filing(t, declared)) }) {
		t.Error("a total as declared is said to be of published income only")
	}
	if !says(func(b *bytes.Buffer) error { return Public(b, filing(t, kept(t, "public.json"))) }) {
		t.Error("the public total says nothing")
	}
}
