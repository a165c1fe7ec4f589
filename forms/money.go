package forms

import (
	"strconv"
	"strings"
	"unicode"
)

// MaxMoney is the largest amount that an answer may hold, in whole units. Sums of
// whole sections stay far below what a JSON number carries exactly (2^53).
const MaxMoney int64 = 999_999_999_999

// ValueError is why a typed value could not be read. It never holds the value
// itself but for Arg, the corrected value to suggest or the bound that was passed.
type ValueError struct {
	Code string // CodeMoney, CodeDate …
	Arg  string
}

// Error is the code alone, safe for any log.
func (e *ValueError) Error() string { return "forms: " + e.Code }

// ParseMoney reads an amount as people type it: "1234567", "$ 1,234,567",
// "1 234 567.00", "1'234,567 MXN"; in whole units, 0 to MaxMoney. The error is a
// *ValueError: CodeMoneyLocale for "1.234,50" (Arg is "1,234"), CodeMoneyCents for
// cents other than .00 (Arg is the amount without them), CodeMoneyRange, CodeMoney.
func ParseMoney(s string) (int64, error) {
	t, sign := amount(s)
	if t == "" {
		return 0, &ValueError{Code: CodeMoney}
	}
	whole, cents, pointed := strings.Cut(t, ".")
	digits, ok := grouped(whole, ", '")
	if ok && (!pointed || len(cents) <= 2 && isDigits(cents)) {
		n, err := strconv.ParseInt(digits, 10, 64)
		switch {
		case err != nil || n > MaxMoney || sign && n > 0:
			return 0, &ValueError{CodeMoneyRange, commas(MaxMoney)}
		case strings.Trim(cents, "0") != "":
			return 0, &ValueError{CodeMoneyCents, commas(n)}
		}
		return n, nil
	}
	whole, cents, pointed = strings.Cut(t, ",")
	digits, ok = grouped(whole, ". '")
	if ok && (!pointed || len(cents) <= 2 && isDigits(cents)) {
		if n, err := strconv.ParseInt(digits, 10, 64); err == nil && n <= MaxMoney {
			return 0, &ValueError{CodeMoneyLocale, commas(n)}
		}
	}
	return 0, &ValueError{Code: CodeMoney}
}

// ParseInteger reads a whole number, thousands separated or not, from -MaxMoney to
// MaxMoney. The error is a *ValueError with CodeInteger.
func ParseInteger(s string) (int64, error) {
	t, minus := amount(s)
	whole, cents, _ := strings.Cut(t, ".")
	digits, ok := grouped(whole, ", '")
	if !ok || strings.Trim(cents, "0") != "" {
		return 0, &ValueError{Code: CodeInteger}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n > MaxMoney {
		return 0, &ValueError{Code: CodeInteger}
	}
	if minus {
		n = -n
	}
	return n, nil
}

// amount strips what may stand around a number: sign, "$", "MXN", "M.N.", "%".
// Every kind of space becomes a plain one.
func amount(s string) (t string, minus bool) {
	if len(s) > 64 {
		return "", false
	}
	t = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == '\u2212' || r == '\u2013':
			return '-'
		case r == '\u2019' || r == '\u00b4':
			return '\''
		}
		return unicode.ToUpper(r)
	}, s)
	t = strings.TrimSpace(t)
	t, minus = strings.CutPrefix(t, "-")
	for _, word := range []string{"MXN", "MX", "M.N.", "PESOS", "$", "%"} {
		t = strings.TrimSpace(strings.TrimPrefix(t, word))
		t = strings.TrimSpace(strings.TrimSuffix(t, word))
	}
	if rest, again := strings.CutPrefix(t, "-"); again && !minus {
		t, minus = rest, true
	}
	return strings.TrimSpace(t), minus
}

// grouped removes separators of thousands; ok is false when they do not stand
// each three digits, or are of two kinds that cannot be mixed.
func grouped(s, separators string) (digits string, ok bool) {
	if isDigits(s) {
		return s, s != ""
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(separators, r) })
	if len(parts) == 0 || len(parts[0]) > 3 {
		return "", false
	}
	size := len(parts) - 1
	for i, p := range parts {
		if !isDigits(p) || i > 0 && len(p) != 3 {
			return "", false
		}
		size += len(p)
	}
	if size != len(s) {
		return "", false
	}
	return strings.Join(parts, ""), true
}

// isDigits holds for the empty string too.
func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// commas is a number with its thousands separated, as a suggestion to type.
func commas(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
