package forms

import "strings"

// curpStates are the codes of state of birth in positions 12 and 13 of a CURP;
// NE is born abroad.
const curpStates = "AS BC BS CC CL CM CS CH DF DG GT GR HG JC MC MN MS NT NL OC PL QT QR SP SL SR TC TS TL VZ YN ZS NE"

// CleanCURP is a CURP as it is stored: capitals, no spaces. It does not check it.
func CleanCURP(s string) string { return CleanRFC(s) }

// IsCURP reports whether a clean CURP is well formed: letters, a day of birth that
// exists, sex, state, consonants. Position 17 tells the century: a digit for
// those born until 1999, a letter after. The check digit is CURPDigit's matter.
func IsCURP(s string) bool { return CURPBirth(s) != "" }

// CURPBirth is the day of birth in a clean CURP, yyyy-mm-dd, or "" when the CURP is
// not well formed.
func CURPBirth(s string) string {
	if len(s) != 18 || !letters(s[:4]) || !isDigits(s[4:10]) || !strings.ContainsRune("HMX", rune(s[10])) ||
		!letters(s[11:16]) || !alphanumeric(s[16:17]) || !isDigits(s[17:]) {
		return ""
	}
	if i := strings.Index(curpStates, s[11:13]); i < 0 || i%3 != 0 {
		return ""
	}
	century := "19"
	if s[16] > '9' {
		century = "20"
	}
	if !shortDay(century + s[4:10]) {
		return ""
	}
	return century + s[4:6] + "-" + s[6:8] + "-" + s[8:10]
}

func letters(s string) bool {
	for i := range len(s) {
		if s[i] < 'A' || s[i] > 'Z' {
			return false
		}
	}
	return true
}

// CURPDigit reports whether the last digit of a whole, clean CURP is the check
// digit of the others (RENAPO, modulo 10).
func CURPDigit(s string) bool {
	if len(s) != 18 {
		return false
	}
	sum := 0
	for i := range 17 {
		c := s[i]
		v := 0
		switch {
		case c >= '0' && c <= '9':
			v = int(c - '0')
		case c >= 'A' && c <= 'N':
			v = int(c-'A') + 10
		case c >= 'O' && c <= 'Z':
			v = int(c-'O') + 25 // Ñ, which no CURP has, is 24
		default:
			return false
		}
		sum += v * (18 - i)
	}
	return int(s[17]-'0') == (10-sum%10)%10
}
