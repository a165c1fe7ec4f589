package forms

import (
	"errors"
	"testing"
	"time"
)

func TestParseDate(t *testing.T) {
	for in, want := range map[string]string{
		"31/05/2026":           "2026-05-31",
		"31-5-2026":            "2026-05-31",
		"31.5.2026":            "2026-05-31",
		"31 mayo 2026":         "2026-05-31",
		"31 de mayo de 2026":   "2026-05-31",
		"31 de MAYO del 2026":  "2026-05-31",
		"1 ene 2026":           "2026-01-01",
		"1 sept 2026":          "2026-09-01",
		"1 setiembre 2026":     "2026-09-01",
		"31-may-2026":          "2026-05-31",
		"2 April 2026":         "2026-04-02",
		"2026-05-31":           "2026-05-31",
		" 2026/5/1 ":           "2026-05-01",
		"29/02/2024":           "2024-02-29",
		"01\u00a0enero\t2026 ": "2026-01-01",
	} {
		if got, err := ParseDate(in); err != nil || got != want {
			t.Errorf("ParseDate(%q) = %q, %v; want %q", in, got, err, want)
		}
	}
	for in, code := range map[string]string{
		"29/02/2026": CodeDateReal, "31/04/2026": CodeDateReal, "5/31/2026": CodeDateReal,
		"00/01/2026": CodeDateReal, "1/1/1899": CodeDateReal, "1/1/2101": CodeDateReal, "1/0/2026": CodeDateReal,
		"31/5/26": CodeDate, "": CodeDate, "ayer": CodeDate, "31/05": CodeDate, "1/2/3/2026": CodeDate,
		"31 m 2026": CodeDate, "20260531": CodeDate, "031/05/2026": CodeDate, "１/１/２０２６": CodeDate,
	} {
		_, err := ParseDate(in)
		var e *ValueError
		if !errors.As(err, &e) || e.Code != code {
			t.Errorf("ParseDate(%q): %v; want %s", in, err, code)
		}
	}
}

// What ParseDate accepts is a real day that reads back as itself.
func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"31/05/2026", "31 de mayo de 2026", "2026-02-29", "1 ma 2026", "٣١/٠٥/٢٠٢٦", "--"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		iso, err := ParseDate(s)
		if err != nil {
			var e *ValueError
			if !errors.As(err, &e) {
				t.Fatalf("%q: %v is no ValueError", s, err)
			}
			return
		}
		if _, err := time.Parse(time.DateOnly, iso); err != nil {
			t.Fatalf("%q gave %q: %v", s, iso, err)
		}
		if again, err := ParseDate(iso); err != nil || again != iso {
			t.Fatalf("%q gave %q, which gave %q, %v", s, iso, again, err)
		}
	})
}
