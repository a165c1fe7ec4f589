package forms

import (
	"errors"
	"strconv"
	"testing"
)

func TestParseMoney(t *testing.T) {
	for _, c := range []struct {
		in   string
		want int64
		code string
		arg  string
	}{
		{"0", 0, "", ""},
		{"1234567", 1234567, "", ""},
		{"$ 1,234,567", 1234567, "", ""},
		{"$1,234,567.00", 1234567, "", ""},
		{"1 234 567.00", 1234567, "", ""},
		{"1\u00a0234\u202f567", 1234567, "", ""},
		{"1'234,567", 1234567, "", ""},
		{"1’234,567.0", 1234567, "", ""},
		{"  92,000 MXN ", 92000, "", ""},
		{"92,000 pesos", 92000, "", ""},
		{"$92000 M.N.", 92000, "", ""},
		{"000123", 123, "", ""},
		{"1234.", 1234, "", ""},
		{"999,999,999,999", MaxMoney, "", ""},
		{"1.234,50", 0, CodeMoneyLocale, "1,234"},
		{"1.234.567", 0, CodeMoneyLocale, "1,234,567"},
		{"1.234", 0, CodeMoneyLocale, "1,234"},
		{"1234,5", 0, CodeMoneyLocale, "1,234"},
		{"1 234,50", 0, CodeMoneyLocale, "1,234"},
		{"1,234.50", 0, CodeMoneyCents, "1,234"},
		{"10.5", 0, CodeMoneyCents, "10"},
		{"1,000,000,000,000", 0, CodeMoneyRange, "999,999,999,999"},
		{"99999999999999999999", 0, CodeMoneyRange, "999,999,999,999"},
		{"-5", 0, CodeMoneyRange, "999,999,999,999"},
		{"−5", 0, CodeMoneyRange, "999,999,999,999"},
		{"$-5", 0, CodeMoneyRange, "999,999,999,999"},
		{"", 0, CodeMoney, ""},
		{"mucho", 0, CodeMoney, ""},
		{"1,23,4", 0, CodeMoney, ""},
		{"12,34", 0, CodeMoneyLocale, "12"},
		{",123", 0, CodeMoney, ""},
		{"1,,234", 0, CodeMoney, ""},
		{"1,234,567.000", 0, CodeMoney, ""},
		{"1e6", 0, CodeMoney, ""},
		{"0x10", 0, CodeMoney, ""},
		{"٣٤", 0, CodeMoney, ""},
		{".", 0, CodeMoney, ""},
		{"--5", 0, CodeMoney, ""},
	} {
		got, err := ParseMoney(c.in)
		var e *ValueError
		errors.As(err, &e)
		switch {
		case c.code == "" && (err != nil || got != c.want):
			t.Errorf("ParseMoney(%q) = %d, %v; want %d", c.in, got, err, c.want)
		case c.code != "" && (e == nil || e.Code != c.code || e.Arg != c.arg):
			t.Errorf("ParseMoney(%q) = %d, %+v; want %s %q", c.in, got, e, c.code, c.arg)
		}
	}
}

func TestParseInteger(t *testing.T) {
	for in, want := range map[string]int64{"0": 0, "1,200": 1200, "-40": -40, "40%": 40, "120.00": 120, " 7 ": 7} {
		if got, err := ParseInteger(in); err != nil || got != want {
			t.Errorf("ParseInteger(%q) = %d, %v; want %d", in, got, err, want)
		}
	}
	for _, in := range []string{"", "dos", "1.5", "1,5", "9999999999999", "1-2", "%"} {
		if got, err := ParseInteger(in); err == nil {
			t.Errorf("ParseInteger(%q) = %d; want an error", in, got)
		}
	}
}

// What ParseMoney accepts is in bounds and reads back the same when it is spelled
// with commas; what it suggests, it accepts.
func FuzzParseMoney(f *testing.F) {
	for _, s := range []string{"1,234", "$ 1 234.00", "1.234,50", "-1", "9'9", "", "$$%", "1,000,000,000,000"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := ParseMoney(s)
		var e *ValueError
		if errors.As(err, &e) {
			if e.Arg != "" {
				if _, err := ParseMoney(e.Arg); err != nil {
					t.Fatalf("%q: suggestion %q is refused", s, e.Arg)
				}
			}
			return
		}
		if n < 0 || n > MaxMoney {
			t.Fatalf("%q: %d is out of bounds", s, n)
		}
		for _, again := range []string{commas(n), strconv.FormatInt(n, 10), "$ " + commas(n) + ".00"} {
			if m, err := ParseMoney(again); err != nil || m != n {
				t.Fatalf("%q gave %d, but %q gave %d, %v", s, n, again, m, err)
			}
		}
	})
}
